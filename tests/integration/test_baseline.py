"""A new database starts from the baseline; a crawl that agrees is silent, and one that differs asks a person."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.integration.seeded import (
    BASELINE,
    DAY,
    DECLARATION,
    HOLDS,
    LISTS,
    NOW,
    URL,
    Program,
    Start,
    crawl,
    follow,
    held,
    install,
    opened,
    page,
    recorded,
    told,
)
from tests.integration.store_sample import sighting, version
from tracker.domain.baseline import Baseline
from tracker.domain.change import Change, Kind, Review
from tracker.domain.period import Period
from tracker.domain.reconcile import Plan
from tracker.domain.rule import Cause, Level, RuleKey
from tracker.domain.value import Quantity
from tracker.extract.baselines import load_baselines
from tracker.services.baseline import baseline_path, bring_up_to_date, take_over_all, take_over_once, written
from tracker.store import queries, rules
from tracker.store.baseline import Taken, take_over, taken_over, unmet_until
from tracker.store.database import Connection, Database
from tracker.store.reviews import waiting
from tracker.store.tables import metadata, rule_version

Result = TypeVar("Result")


def baselines(home: Path, baseline: str = BASELINE) -> tuple[Baseline, ...]:
    """What a home knows before any crawl."""
    here = opened(install(home, baseline))
    loaded = load_baselines(here.words, here.spider_folders)
    assert not loaded.problems, loaded.problems
    return loaded.found


def begin(database: Database, home: Path, baseline: str = BASELINE, now: datetime = NOW) -> list[Change]:
    here = opened(home)
    return take_over_all(database, baselines(home, baseline), here.words, now)


def everything(conn: Connection) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables."""
    return {
        table.name: sorted((tuple(row) for row in conn.execute(select(table))), key=str)
        for table in metadata.sorted_tables
    }


def contents(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    with database.read() as conn:
        return everything(conn)


# ── Taking a baseline over ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_fresh_database_holds_what_the_baseline_says(database: Database, tmp_path: Path) -> None:
    assert begin(database, tmp_path) == []
    (known,) = baselines(tmp_path)
    assert sorted(held(database), key=lambda each: each.id) == sorted(known.versions, key=lambda each: each.id)
    assert {each.level for each in held(database)} == {Level.CODED}
    assert recorded(database) == []
    with database.read() as conn:
        assert set(taken_over(conn)) == {"NL"}
        assert waiting(conn) == []


def test_taking_it_over_again_changes_nothing(database: Database, tmp_path: Path) -> None:
    begin(database, tmp_path)
    before = contents(database)
    assert begin(database, tmp_path, now=NOW + DAY) == []
    assert contents(database) == before


def test_another_program_with_the_same_baseline_rewrites_nothing(database: Database, tmp_path: Path) -> None:
    begin(database, tmp_path)
    before = contents(database)
    (known,) = baselines(tmp_path)
    with database.write() as conn:
        assert take_over(conn, known, Taken(known.content, "99.0"), NOW + DAY) == []
    after = contents(database)
    assert after.pop("baseline") != before.pop("baseline")
    assert after == before


def test_what_is_recorded_already_stays_as_it_is(database: Database, tmp_path: Path) -> None:
    own = replace(version(key=HOLDS, source="nl/rules"), passage=replace(version().passage, source="nl/rules"), id="")
    with database.write() as conn:
        rules.apply_plan(conn, Plan(record=(own,), sightings=(sighting(own),)), {}, NOW)
    before = contents(database)
    begin(database, tmp_path)
    after = contents(database)
    assert held(database, HOLDS) == [own]
    assert set(before["rule_version"]) < set(after["rule_version"])
    assert after["sighting"] == before["sighting"]
    assert {each.key.topic for each in held(database)} == {"possession_limit", "qualifying_conditions", "access_model"}


def test_a_rule_that_was_recorded_once_and_holds_no_more_is_not_brought_back(
    database: Database, tmp_path: Path
) -> None:
    own = version(key=HOLDS, source="nl/rules")
    with database.write() as conn:
        rules.apply_plan(conn, Plan(record=(own,)), {}, NOW)
        rules.apply_plan(conn, Plan(retire=(own,)), {}, NOW + DAY)
    begin(database, tmp_path, now=NOW + 2 * DAY)
    assert held(database, HOLDS) == []
    assert held(database, LISTS) != []


def test_jurisdictions_that_join_later_are_taken_over_and_the_others_are_left_alone(
    database: Database, tmp_path: Path
) -> None:
    begin(database, tmp_path)
    other = tmp_path / "spiders" / "be" / "baseline.yml"
    other.parent.mkdir()
    other.write_text(BASELINE.replace("jurisdiction: NL", "jurisdiction: BE"), "utf-8")
    before = held(database)
    begin(database, tmp_path, now=NOW + DAY)
    assert [each for each in held(database) if each.key.jurisdiction == "NL"] == before
    assert len([each for each in held(database) if each.key.jurisdiction == "BE"]) == len(before)


def test_without_a_baseline_nothing_is_written(database: Database, tmp_path: Path) -> None:
    before = contents(database)
    assert take_over_all(database, (), opened(tmp_path).words, NOW) == []
    assert contents(database) == before


# ── A newer baseline ────────────────────────────────────────────────────────────────────────────────────────────────

SIXTY = BASELINE.replace("{number: 30, unit", "{number: 60, unit")


def test_a_newer_baseline_corrects_a_coded_value_and_says_so(database: Database, tmp_path: Path) -> None:
    begin(database, tmp_path)
    before = contents(database)["rule_version"]
    (corrected,) = begin(database, tmp_path, SIXTY, NOW + DAY)
    assert (corrected.kind, corrected.cause, corrected.review) == (Kind.OUR_CORRECTION, Cause.REVIEW, Review.NONE)
    assert "we reported 30 g; the text says 60 g. No change in law" in corrected.summary
    (new,) = held(database, HOLDS)
    assert (new.level, new.recorded_from, new.valid.start) == (Level.CODED, NOW + DAY, date(2019, 2, 9))
    assert [(each.id, each.summary) for each in recorded(database)] == [(corrected.id, corrected.summary)]
    with database.read() as conn:
        every = queries.versions_of(conn, ["NL"], ["possession_limit"])
        columns = [column.name for column in rule_version.c]
    assert [each.recorded_to for each in sorted(every, key=lambda each: each.recorded_from)] == [NOW + DAY, None]
    ended = columns.index("recorded_to")
    now_rows = {row[:ended] + row[ended + 1 :] for row in contents(database)["rule_version"]}
    assert {row[:ended] + row[ended + 1 :] for row in before} < now_rows, "nothing but the end of belief is written"
    assert begin(database, tmp_path, SIXTY, NOW + 2 * DAY) == []
    assert len(recorded(database)) == 1


def test_a_better_note_or_date_of_the_same_value_is_no_correction(database: Database, tmp_path: Path) -> None:
    begin(database, tmp_path)
    assert begin(database, tmp_path, BASELINE.replace("date: 2019-02-09", "date: 2019-03-10"), NOW + DAY) == []
    assert recorded(database) == []
    (new,) = held(database, HOLDS)
    assert new.coding is not None
    assert str(new.coding.text_date) == "2019-03-10"
    assert len(held(database)) == 3


def test_a_coded_value_that_ends_is_followed_by_its_successor(database: Database, tmp_path: Path) -> None:
    begin(database, tmp_path)
    first = BASELINE[BASELINE.index("  - topic: possession") : BASELINE.index("  - topic: qualifying")]
    ended = BASELINE.replace(first, first + "    valid_to: 2019-06-01\n")
    later = first.replace("number: 30", "number: 60") + "    valid_from: 2019-06-01\n"
    (corrected,) = begin(database, tmp_path, ended + later, NOW + DAY)
    assert "60 g" in corrected.summary
    assert [each.valid for each in held(database, HOLDS)] == [
        Period(date(2019, 2, 9), date(2019, 6, 1)),
        Period(date(2019, 6, 1)),
    ]


def test_what_a_crawl_has_met_is_never_corrected_by_a_baseline(start: Start, tmp_path: Path) -> None:
    here = start(install(tmp_path))
    crawl(here, page())
    before = held(here.database, HOLDS)
    assert [each.level for each in before] == [Level.READ]
    install(tmp_path, SIXTY)
    assert bring_up_to_date(start(tmp_path)) == []
    assert held(here.database, HOLDS) == before
    assert recorded(here.database) == []


def test_a_correction_reaches_those_who_were_told_the_error(start: Start, tmp_path: Path) -> None:
    here = start(install(tmp_path))
    follow(here)
    assert "30 g" in told(here, NOW)
    install(tmp_path, SIXTY)
    later = start(tmp_path)
    assert len(bring_up_to_date(later)) == 1
    said = told(later, datetime.now(UTC) + DAY)
    assert "CORRECTION" in said
    assert "60 g" in said
    assert told(later, datetime.now(UTC) + 2 * DAY) == ""


# ── When it is taken over ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_use_of_a_database_takes_the_baseline_over_and_the_setting_leaves_it_empty(
    start: Start, tmp_path: Path
) -> None:
    without = start(install(tmp_path), baseline=False)
    assert held(without.database) == []
    with_it = start(tmp_path)
    assert len(held(with_it.database)) == 3
    again = start(tmp_path, baseline=False)
    assert len(held(again.database)) == 3, "what is there stays there"


def test_a_database_that_has_the_baseline_of_this_release_reads_no_files_again(start: Start, tmp_path: Path) -> None:
    here = start(install(tmp_path))
    before = held(here.database)
    with here.database.write() as conn:  # a place that an earlier release knew and this one does not
        take_over(conn, Baseline("BE", "gone"), Taken("gone", "0.0.1"), NOW)
    install(tmp_path, SIXTY)
    take_over_once(here.database, here.spider_folders, here.words)
    assert held(here.database) == before
    assert len(bring_up_to_date(start(tmp_path))) == 1


def test_a_wrong_file_takes_nothing_from_the_others(start: Start, tmp_path: Path) -> None:
    install(tmp_path)
    wrong = tmp_path / "spiders" / "be" / "baseline.yml"
    wrong.parent.mkdir()
    wrong.write_text("jurisdiction: BE\nreplayed: [3]\n", "utf-8")
    here = start(tmp_path)
    assert {each.key.jurisdiction for each in held(here.database)} == {"NL"}
    assert len(here.baselines.problems) == 1


def at_once(number: int, do: Callable[[], Result]) -> list[Result]:
    """What several bring who do the same at the same time."""
    together = threading.Barrier(number)

    def wait_and_do(_: int) -> Result:
        together.wait()
        return do()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(wait_and_do, range(number)))


def test_many_who_start_at_once_take_it_over_once(start: Start, tmp_path: Path) -> None:
    install(tmp_path)
    assert at_once(4, lambda: len(held(start(tmp_path).database))) == [3, 3, 3, 3]
    rows = contents(start(tmp_path).database)
    assert (len(rows["rule_version"]), len(rows["baseline"]), rows["change"]) == (3, 1, [])


def test_many_who_correct_at_once_correct_once(start: Start, tmp_path: Path) -> None:
    here = start(install(tmp_path))
    here.start()
    install(tmp_path, SIXTY)
    said = at_once(3, lambda: bring_up_to_date(start(tmp_path)))
    assert sorted(map(len, said)) == [0, 0, 1]
    assert len(recorded(here.database)) == 1
    assert len(held(here.database, HOLDS)) == 1


def test_programs_that_make_a_database_at_once_share_it(tmp_path: Path) -> None:
    install(tmp_path)
    asked = [sys.executable, "-m", "tracker", "rules", "NL", "--format", "json"]
    settings = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    settings |= {"TRACKER_HOME": str(tmp_path), "TRACKER_ONLY_OWN_SOURCES": "true"}
    running = [subprocess.Popen(asked, env=settings, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    answers = [json.loads(each.communicate(timeout=60)[0]) for each in running]
    assert [each.returncode for each in running] == [0, 0, 0]
    assert [len(each["rules"]) for each in answers] == [3, 3, 3]
    made = Database(f"sqlite:///{tmp_path / 'tracker.db'}")
    assert len(contents(made)["rule_version"]) == 3
    made.close()


def test_older_recordings_cannot_be_read_over_a_baseline(database: Database, tmp_path: Path) -> None:
    begin(database, tmp_path)
    with database.read() as conn:
        assert unmet_until(conn, ["NL", "BE"]) == {"NL": datetime(2020, 3, 1, tzinfo=UTC)}
        assert unmet_until(conn, ["BE"]) == {}
    with database.write() as conn:
        rules.apply_plan(conn, Plan(record=(version(key=RuleKey("BE", "possession_limit")),)), {}, NOW)
        assert unmet_until(conn, ["BE"]) == {}, "what a crawl has read does not rest on a baseline"


def test_nothing_of_a_baseline_that_fails_half_way_is_kept(database: Database, tmp_path: Path) -> None:
    (known,) = baselines(tmp_path)
    twice = replace(known, coded=(*known.coded, known.coded[0]))  # no table holds one version twice
    before = contents(database)
    with pytest.raises(IntegrityError):
        take_over_all(database, [twice], opened(tmp_path).words, NOW)
    assert contents(database) == before


# ── Recorded texts ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Program:
    return Program(install(tmp_path / "home"), monkeypatch, capsys)


EDITIONS = (("2018-05-01", "20 grams"), ("2019-05-01", "30 grams"))


def recordings(folder: Path, *editions: tuple[str, str]) -> Path:
    """A folder with recorded pages: the day and the amount of each."""
    folder.mkdir()
    lines = ["path\tlive_url\tversion_date"]
    for day, grams in editions:
        (folder / f"{day}.html").write_bytes(page(grams))
        lines.append(f"{day}.html\t{URL}\t{day}")
    (folder / "MANIFEST.tsv").write_text("\n".join(lines) + "\n", "utf-8")
    return folder


@pytest.mark.parametrize("day", ["2019-05-01", "2020-02-29", "2020-03-01"])
def test_recordings_as_old_as_the_baseline_are_refused_where_it_is_there_already(
    program: Program, tmp_path: Path, day: str
) -> None:
    assert program("rules", "NL")[0] == 0
    before = Database(f"sqlite:///{program.home / 'tracker.db'}")
    rows = contents(before)
    code, out, err = program("replay", recordings(tmp_path / "recorded", (day, "30 grams")))
    assert (code, out) == (2, "")
    assert "nl/rules is already known up to 2020-03-01" in err
    assert f"this recording is of {day}; replay into a fresh TRACKER_HOME." in err
    assert contents(before) == rows
    before.close()


def test_recordings_that_are_newer_are_read_over_the_baseline(program: Program, tmp_path: Path) -> None:
    assert program("rules", "NL")[0] == 0
    code, out, _ = program("replay", recordings(tmp_path / "recorded", ("2020-03-02", "30 grams")))
    assert (code, out) == (0, "")
    levels = {each["topic"]: each["level"] for each in program.json("rules", "NL")["rules"]}
    assert levels["possession_limit"] == "read"
    assert levels["access_model"] == "coded"


def test_a_replay_into_a_fresh_home_is_filled_up_with_the_rest_of_the_baseline(
    program: Program, tmp_path: Path
) -> None:
    code, out, err = program("replay", recordings(tmp_path / "recorded", *EDITIONS))
    assert code == 0, err
    assert "20 g → 30 g" in out
    made = Database(f"sqlite:///{program.home / 'tracker.db'}")
    assert "access_model" in {each.key.topic for each in held(made)}, "at once, not at the next question"
    made.close()
    found = {each["topic"]: each for each in program.json("rules", "NL")["rules"]}
    assert found["possession_limit"]["level"] == found["qualifying_conditions"]["level"] == "read"
    assert found["possession_limit"]["quote"]
    assert (found["access_model"]["level"], found["access_model"]["display"][:12]) == ("coded", "Prescription")
    assert len(program.json("rules", "NL")["rules"]) == 4
    history = program.json("history", "NL", "--topic", "possession_limit")
    assert {each["level"] for each in history} == {"read"}
    assert program("db", "check")[0] == 0


def test_what_a_replay_wrote_into_a_baseline_is_what_a_fresh_database_starts_from(
    program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A country of which nothing else is known."""
    places = opened(tmp_path).words.jurisdictions.values()
    code = next(each.id for each in places if each.kind == "country" and not baseline_path(each.id).exists())
    folder, spiders = recordings(tmp_path / "recorded", *EDITIONS), tmp_path / "spiders" / code.lower()
    spiders.mkdir(parents=True)
    declared = DECLARATION.format(url=URL).replace("jurisdiction: NL", f"jurisdiction: {code}")
    (spiders / "rules.yml").write_text(declared, "utf-8")
    monkeypatch.setenv("TRACKER_SPIDERS", str(spiders.parent))
    done = program("baseline", "write", folder, "--check")
    assert done[:2] == (1, f"{code}: differs\n"), done
    assert not baseline_path(code).exists()

    texts = written(opened(tmp_path / "elsewhere"), folder)
    assert list(texts) == [code]
    assert "registered patient" not in texts[code], "nobody's words"
    home = tmp_path / "fresh"
    (home / "spiders" / code.lower()).mkdir(parents=True)
    (home / "spiders" / code.lower() / "baseline.yml").write_text(texts[code], "utf-8")
    here = opened(home)
    assert here.baselines.problems == []
    limits = [each for each in held(here.database) if each.key.topic == "possession_limit"]
    assert [(str(each.value.number), each.level) for each in limits if isinstance(each.value, Quantity)] == [
        ("20", Level.UNCONFIRMED),
        ("30", Level.UNCONFIRMED),
    ]
    assert [each.kind for each in recorded(here.database)] == [Kind.VALUE_CHANGED]
    here.database.close()
    assert written(opened(tmp_path / "again"), folder) == texts
