"""Listings stay readable, exact for programs, and harmless whatever a page contains."""

from __future__ import annotations

import csv
import io
import json
from datetime import date
from typing import Any

import pytest

from tracker.cli.output import emit, printable

COLUMNS = {"id": "source", "text": "words", "qualifier": "for", "known": "known"}
ROW: dict[str, Any] = {
    "id": "ca/cannabis-act",
    "text": "[(A × 365) ÷ B]",
    "qualifier": {"holder": "patient", "age": "adult"},
    "known": True,
    "day": date(2022, 12, 2),
    "more": ["a", "b"],
}


def printed(capsys: pytest.CaptureFixture[str], rows: list[dict[str, Any]], fmt: str) -> str:
    emit(rows, COLUMNS, fmt)
    return capsys.readouterr().out


def test_a_table_shows_the_named_columns(capsys: pytest.CaptureFixture[str]) -> None:
    head, row = printed(capsys, [ROW], "table").splitlines()
    assert head.split() == ["source", "words", "for", "known"]
    assert row.split() == ["ca/cannabis-act", "[(A", "×", "365)", "÷", "B]", "age=adult;holder=patient", "yes"]


def test_a_table_wraps_at_the_width_of_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    out = printed(capsys, [ROW, {**ROW, "text": "many words " * 12}], "table")
    assert max(map(len, out.splitlines())) <= 80
    assert out.startswith("source ")
    assert (out.count("many"), out.count("words\n") + out.count("words ")) == (12, 13)


def test_rows_that_would_not_stand_side_by_side_become_blocks(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    rows = [{**ROW, "id": "x" * 40}, {**ROW, "text": "", "id": "y"}]
    lines = [line.rstrip() for line in printed(capsys, rows, "table").splitlines()]
    assert lines[0] == f"source  {'x' * 40}"
    assert lines[4:] == ["", "source  y", "for     age=adult;holder=patient", "known   yes"]
    long = printed(capsys, [{**ROW, "text": "word " * 300}], "table")
    assert long.startswith("source  ca/cannabis-act")
    assert max(map(len, long.splitlines())) <= 60


def test_nothing_is_lost_where_nothing_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(capsys, [], "table").split() == ["source", "words", "for", "known"]
    assert printed(capsys, [], "json") == "[]\n"
    assert printed(capsys, [], "csv") == "id,text,qualifier,known\n"


def test_json_holds_everything_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    (row,) = json.loads(printed(capsys, [{**ROW, "text": "\x1b[31m=1"}], "json"))
    assert row["text"] == "\x1b[31m=1"
    assert (row["day"], row["more"], row["known"]) == ("2022-12-02", ["a", "b"], True)


@pytest.mark.parametrize("text", ["=1+1", "@here", "+cmd", "-cmd", "\tx"])
def test_no_cell_runs_in_a_spreadsheet(capsys: pytest.CaptureFixture[str], text: str) -> None:
    (row,) = csv.DictReader(io.StringIO(printed(capsys, [{**ROW, "text": text}], "csv")))
    assert row["text"] == f"'{text}"
    assert row["qualifier"] == "age=adult;holder=patient"


@pytest.mark.parametrize("text", ["-5", "+0.25", "1-2", "a=b"])
def test_numbers_and_words_stay_as_they_are(capsys: pytest.CaptureFixture[str], text: str) -> None:
    (row,) = csv.DictReader(io.StringIO(printed(capsys, [{**ROW, "text": text}], "csv")))
    assert row["text"] == text


def test_a_page_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    out = printed(capsys, [{**ROW, "text": "a\x1b]0;title\x07\u202ecba\nb"}], "table")
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert printable("a\r\x9bb") == "a b"
