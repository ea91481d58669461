"""A tracker that holds everything is silent too: only what is not the law is held, and it recovers by itself."""

from __future__ import annotations

from itertools import pairwise

from tests.replay.conftest import Chronicle, Corpus
from tests.situations import README

STATED_ELSEWHERE = "still states it"
"""Two languages of a law are two sources: the first that marks a rule as repealed waits for the second."""


def test_only_what_is_not_the_law_is_held(chronicle: Chronicle) -> None:
    for heard in chronicle.heard:
        held = [each.reason for each in heard.reports if not each.outcome.well and STATED_ELSEWHERE not in each.reason]
        assert bool(held) == bool(heard.edition.troubles), [heard.edition.note, *held]


def test_what_was_held_is_well_with_the_next_good_fetch(chronicle: Chronicle) -> None:
    for before, heard in pairwise(chronicle.heard):
        held = {report.source for report in before.reports if not report.outcome.well}
        if not heard.edition.troubles:
            assert not held & {report.source for report in heard.reports if not report.outcome.well}, heard.edition.note


def test_the_share_of_held_runs_is_what_the_readme_says(chronicle: Chronicle) -> None:
    wells = [report.outcome.well for heard in chronicle.heard for report in heard.reports]
    troubled = sum(bool(heard.edition.troubles) for heard in chronicle.heard)
    held = wells.count(False)
    row = f"| {chronicle.jurisdiction} | {len(wells)} | {troubled} | {held} | {held / len(wells):.0%} |"
    assert row in README.read_text("utf-8")


def test_no_run_over_the_recorded_corpus_is_held(corpus: Corpus) -> None:
    assert [report.reason for _, report in corpus.reports if not report.outcome.well] == []
