"""Every situation is served, crawled and judged: right in all of them, and the README says what was done."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.situations import BEGIN, END, README, written
from tests.situations.cases import ALL, MEASURED, Wanted
from tests.situations.report import table, wrong
from tests.situations.watch import watch


# `crawl` leaves the pipes of its child to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_each_is_taken_for_what_it_is_and_the_table_says_so(tmp_path: Path) -> None:
    """One test, because all of them are crawled together."""
    watched = watch(tmp_path / "home")
    assert {seen.situation.name: wrong(seen) for seen in watched if wrong(seen)} == {}
    text = README.read_text("utf-8")
    assert text == written(text, table(watched)), "run `python -m tests.situations`"


def test_they_are_those_that_other_tools_were_measured_with() -> None:
    wanted = [each.wanted for each in MEASURED]
    assert (wanted.count(Wanted.CHANGE), wanted.count(Wanted.SILENT), wanted.count(Wanted.HEALTH)) == (4, 5, 12)
    assert len({each.name for each in ALL}) == len(ALL)


def test_every_situation_stands_in_the_table_and_is_right() -> None:
    rows = README.read_text("utf-8").partition(BEGIN)[2].partition(END)[0].splitlines()
    cells = [[cell.strip() for cell in re.split(r"(?<!\\)\|", row)[1:-1]] for row in rows if re.match(r"\| \d", row)]
    assert [row[1] for row in cells] == [each.name for each in ALL]
    assert {row[4] for row in cells} == {"yes"}
