"""On a fresh machine, before any crawl and without a network: what the release knows answers at once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

NO_NETWORK = """
import socket, sys
def refuse(*_):
    raise OSError("the network is off")
socket.socket.connect = refuse
socket.getaddrinfo = refuse
from tracker.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One data folder for all questions; the first of them makes the database."""
    return tmp_path_factory.mktemp("fresh")


def ask(home: Path, *question: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    return subprocess.run(
        [sys.executable, "-c", NO_NETWORK, *question],
        env=environment | {"TRACKER_HOME": str(home), "COLUMNS": "80"},
        cwd=home,
        capture_output=True,
        text=True,
        timeout=60,
    )


def answer(home: Path, *question: str) -> Any:
    done = ask(home, *question, "--format", "json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("code", ["CA", "GB", "GB-ENG", "DE", "US-MN", "US-DC"])
def test_the_rules_of_a_region_are_known(home: Path, code: str) -> None:
    shown = answer(home, "rules", code)
    rules = [*shown["rules"], *shown["inherited"]]
    assert {"access_model", "prescriber_class", "qualifying_conditions"} <= {rule["topic"] for rule in rules}
    for rule in rules:
        assert rule["quote"] is None
        assert rule["level"] in ("coded", "unconfirmed")
        assert "not yet confirmed by a crawl" in rule["evidence"]
        assert rule["citation"]
        assert rule["url"].startswith("http")
        assert rule["coding"]["passages"]


@pytest.mark.parametrize("code", ["CA", "GB", "GB-ENG", "DE", "US-MN"])
def test_a_clinician_gets_one_screen(home: Path, code: str) -> None:
    done = ask(home, "rules", code)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert len(lines) <= 50
    for question in ("Prescribed?", "By whom?", "For what?", "Next?"):
        assert any(line.startswith(question) for line in lines), question
    assert "not yet confirmed by a crawl" in " ".join(done.stdout.split())
    assert "Do not stop or" in done.stdout


def test_the_past_is_known_on_both_clocks(home: Path) -> None:
    history = answer(home, "history", "US-DC", "--topic", "possession_limit")
    shown = {(row["display"], row["valid_from"], row["valid_to"]) for row in history}
    assert ("8 oz", "2021-11-05", "2022-02-03") in shown
    then = answer(home, "rules", "US-DC", "--topic", "possession_limit", "--as-of", "2021-12-01")
    assert "8 oz" in {rule["display"] for rule in then["rules"]}


def test_what_changed_is_known_and_is_no_news(home: Path) -> None:
    changes = answer(home, "changes", "--jurisdiction", "US-DC")
    assert any(each["kind"] == "temporary_started" for each in changes)
    assert {each["review"] for each in changes} == {"none"}
    preview = ask(
        home, "digest", "preview", "--jurisdiction", "US-DC", "--since", "2021-11-01", "--until", "2022-11-01"
    )
    assert preview.returncode == 0, preview.stderr
    assert "TEMPORARY until 3 February 2022" in preview.stdout
    assert "2 oz → 8 oz" in preview.stdout
    assert "noticed late" not in preview.stdout


def test_a_condition_is_found_under_its_everyday_name(home: Path) -> None:
    rows = {row["jurisdiction"]: row for row in answer(home, "find", "nerve", "pain")}
    assert rows["GB"]["access"] == "discretion"
    assert len(rows) >= 60
    assert {row["access"] for row in rows.values()} >= {"listed", "broader", "discretion", "unknown"}
    guided = answer(home, "find", "chronic", "pain", "--jurisdiction", "GB-ENG")[0]
    assert guided["guidance"]
    assert guided["access"] == "discretion"


def test_places_are_put_beside_each_other(home: Path) -> None:
    found = answer(home, "compare", "GB", "DE", "CA", "US-MN")
    model = next(row for row in found["rows"] if row["topic"] == "access_model")
    assert all(model["cells"][code] for code in ("GB", "DE", "CA", "US-MN"))


def test_coverage_keeps_its_promise(home: Path) -> None:
    rows = answer(home, "source", "list", "--coverage")
    topics: dict[str, set[str]] = {}
    for row in rows:
        topics.setdefault(row["jurisdiction"], set()).update([row["topic"]] if row["topic"] else [])
    assert len({row["jurisdiction"] for row in rows if row["full"]}) >= 30
    assert sum(len(found) >= 5 for found in topics.values()) >= 60
    assert len({row["jurisdiction"] for row in rows if row["addresses"]}) >= 100
