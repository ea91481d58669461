"""`tracker review` as people type it: what waits, one case, decisions, and what is said to wrong use."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.integration.seeded import Program
from tests.integration.watched import BASELINE, HOLD, VISIT, amended, crawl, install, page, running

NOW = datetime.now(UTC)
SIX = VISIT.replace("twelve (12)", "six (6)")
LESS = HOLD.replace("30 grams", "10 grams")
BY = ("--by", "M. Keller", "--reason", "read the official text")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A page was crawled, then again with a lower limit and with other words on visits."""
    made = install(tmp_path / "home", baseline=BASELINE.replace("2030", "2020"))
    with running(made) as here:
        crawl(here, page(), NOW - timedelta(hours=50))
        crawl(here, page(amended(s1=LESS, s3=SIX)), NOW - timedelta(hours=26))
    return made


@pytest.fixture
def tracker(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Program:
    return Program(home, monkeypatch, capsys)


def ids(tracker: Program) -> dict[str, str]:
    return {row["kind"]: row["id"] for row in tracker.json("review", "list")}


def test_what_waits_is_listed_in_three_formats(tracker: Program) -> None:
    rows = tracker.json("review", "list")
    assert {row["kind"] for row in rows} == {"recode", "critical", "held"}
    (recode,) = [row for row in rows if row["kind"] == "recode"]
    assert (recode["source"], recode["jurisdiction"], recode["topic"], recode["qualifier"], recode["proposal"]) == (
        "nl/rules",
        "NL",
        "follow_up_requirement",
        {},
        True,
    )
    code, out, _ = tracker("review", "list")
    assert code == 0
    assert "30 g → 10 g" in " ".join(out.split())
    assert recode["id"] in out
    code, out, _ = tracker("review", "list", "--format", "csv")
    table = list(csv.DictReader(io.StringIO(out)))
    assert [row["id"] for row in table] == [row["id"] for row in rows]
    assert list(table[0]) == ["id", "kind", "source", "since", "what"]


def test_nothing_that_waits_is_said_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tracker = Program(install(tmp_path, baseline=BASELINE.replace("2030", "2020")), monkeypatch, capsys)
    assert tracker("review", "list") == (0, "Nothing waits for a person.\n", "")
    assert tracker("review", "list", "--decided") == (0, "Nobody has decided anything yet.\n", "")
    assert tracker.json("review", "list") == []


def test_a_case_is_shown_to_people_and_to_programs(tracker: Program, home: Path) -> None:
    known = ids(tracker)
    code, out, err = tracker("review", "show", known["recode"])
    assert (code, err) == (0, "")
    said = " ".join(out.split())
    assert f"Re-coding request {known['recode']}" in said
    assert "Netherlands: Follow-up and monitoring: 12 months (kept)" in said
    assert "[-twelve (12)-] {+six (6)+}" in said
    assert "score 94 of 100" in said
    assert str(home / "archive") in out
    found = tracker.json("review", "show", known["recode"])
    (trace,) = found["traces"]
    assert (trace["score"], trace["found"]["citation"]) == (94, "Access Rules, section 3, paragraph 1")
    assert {"keep": "months after the first certificate"} in trace["redline"]
    assert Path(found["last"]["path"]).is_file()
    change = tracker.json("review", "show", known["critical"])
    assert (change["before"]["value"], change["after"]["value"], change["severity"]) == ("30 g", "10 g", "critical")
    assert change["told"] == []
    assert change["age_hours"] in (25, 26)
    held = tracker.json("review", "show", known["held"])
    assert [copy["document"] for copy in held["copies"]] == ["rules"]
    assert held["copies"][0]["snapshot"] == change["after"]["snapshot"]


def test_a_change_that_never_waited_can_be_shown_and_corrected(tracker: Program, home: Path) -> None:
    with running(home) as here:
        crawl(here, page(amended(s1=HOLD.replace("30 grams", "60 grams"), s3=SIX)), NOW - timedelta(hours=1))
    change = tracker.json("changes")[-1]
    found = tracker.json("review", "show", change["id"])
    assert (found["kind"], found["waits"], found["after"]["value"]) == ("change", False, "60 g")
    code, out, _ = tracker("review", "show", change["id"])
    assert code == 0
    assert "those who follow the rule get a correction" in " ".join(out.split())
    limit = json.dumps({"number": 50, "unit": "g", "bound": "max"})
    code, out, _ = tracker("review", "edit", change["id"], "--value", limit, *BY)
    assert (code, "hear of the correction" in out) == (0, True)
    assert tracker.json("changes")[-1]["kind"] == "our_correction"


def test_copies_are_saved_as_they_were_sent(tracker: Program, tmp_path: Path) -> None:
    code, _, err = tracker("review", "show", ids(tracker)["critical"], "--save", tmp_path / "copies")
    assert code == 0
    saved = sorted((tmp_path / "copies").iterdir())
    assert len(saved) == 2
    assert {path.read_bytes() for path in saved} == {page(), page(amended(s1=LESS, s3=SIX))}
    assert all(path.suffix == ".html" and str(path) in err for path in saved)
    (tmp_path / "file").touch()
    code, _, err = tracker("review", "show", ids(tracker)["critical"], "--save", tmp_path / "file" / "below")
    assert code == 2
    assert "name another folder" in err


def test_decisions_are_carried_out_and_stay_on_record(tracker: Program) -> None:
    known = ids(tracker)
    code, out, _ = tracker("review", "reject", known["critical"], *BY)
    assert code == 0
    assert out.startswith("Rejected: Netherlands: Possession limit: 30 g → 10 g")
    assert "is 30 g again" in out
    code, out, _ = tracker("review", "edit", known["recode"], "--value", "P6M", *BY)
    assert code == 0
    assert out.startswith("Edited: Access Rules, s. 3: the words that it was coded from are no longer there")
    assert "Subscribers are told." in out
    assert "12 months → 6 months" in out
    code, out, _ = tracker("review", "accept", known["held"], *BY)
    assert (code, out.startswith("Accepted: follow_up_requirement")) == (0, True)
    assert tracker("review", "list")[1] == "Nothing waits for a person.\n"
    rows = tracker.json("review", "list", "--decided")
    assert [(row["kind"], row["decision"], row["by"], row["reason"]) for row in rows] == [
        ("held", "accepted", "M. Keller", "read the official text"),
        ("recode", "edited", "M. Keller", "read the official text"),
        ("critical", "rejected", "M. Keller", "read the official text"),
    ]
    assert "M. Keller" in tracker("review", "list", "--decided")[1]
    changes = tracker.json("changes")
    assert [(row["review"], row["cause"]) for row in changes] == [("rejected", "source"), ("accepted", "source")]
    rules = {row["topic"]: row for row in tracker.json("rules", "NL")["rules"]}
    assert (rules["possession_limit"]["display"], rules["possession_limit"]["origin"]) == ("30 g", "review")
    assert rules["follow_up_requirement"]["display"] == "6 months"


def test_a_value_may_be_stated_as_json_with_scope_day_and_place(tracker: Program) -> None:
    limit = json.dumps({"number": 15, "unit": "g", "bound": "max"})
    code, _, err = tracker(
        *("review", "edit", ids(tracker)["critical"], "--value", limit, "--qualifier", "age=minor"),
        *("--valid-from", "2026-01-01", "--citation", "section 1", *BY),
    )
    assert (code, err) == (0, "")
    rules = [row for row in tracker.json("rules", "NL")["rules"] if row["topic"] == "possession_limit"]
    assert {(str(row["qualifier"]), row["display"], row["valid_from"][:4]) for row in rules} >= {
        ("{'age': 'minor'}", "15 g", "2026")
    }
    assert {row["display"] for row in rules} == {"30 g", "15 g"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("review", "show", "nonsense"), "Unknown review item 'nonsense'"),
        (("review", "accept", "nonsense", *BY), "Unknown review item 'nonsense'"),
        (("review", "accept", "RECODE"), "Missing option '--by'"),
        (("review", "reject", "HELD", *BY), "A held run cannot be rejected"),
        (("review", "edit", "RECODE", *BY), "Missing option '--value'"),
        (("review", "edit", "RECODE", "--value", "half a year", *BY), "--value: found 'half a year'"),
        (("review", "edit", "RECODE", "--value", "P6M", "--valid-from", "soon", *BY), "is not a day of the calendar"),
        (("review", "edit", "RECODE", "--value", "P6M", "--qualifier", "age", *BY), "must look like age=minor"),
        (("review", "accept", "RECODE", "--by", " ", "--reason", "x"), "A decision needs a name and a reason"),
    ],
)
def test_wrong_use_is_told_in_a_sentence_and_changes_nothing(
    tracker: Program, words: tuple[str, ...], said: str
) -> None:
    known = ids(tracker)
    code, out, err = tracker(*(known.get(word.lower(), word) if word.isupper() else word for word in words))
    assert (code, out) == (2, "")
    assert said in err
    assert ids(tracker) == known


def test_an_id_that_is_nearly_right_is_recognised(tracker: Program) -> None:
    known = ids(tracker)["recode"]
    code, _, err = tracker("review", "show", known[:-1] + "x")
    assert code == 2
    assert f"Did you mean {known}" in err
