"""The dataset: exact, whole, the same bytes again, and nothing in it that was learnt later."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from tests.integration.store_sample import (
    DAY,
    HOUR,
    KEY,
    NOW,
    SOURCE,
    amendment_plan,
    change,
    first_plan,
    grams,
    passage,
    version,
)
from tracker.cli import main
from tracker.domain.change import Kind, Review, Severity
from tracker.domain.coding import Coding, Fingerprint
from tracker.domain.partial import PartialDate
from tracker.domain.period import Period
from tracker.domain.reconcile import Plan
from tracker.domain.rule import Basis, Level, RuleKey, Status, Version
from tracker.domain.value import Bare, Expression, MemberSet, Multiple, Quantity, State
from tracker.errors import OperatorError
from tracker.extract.fingerprint import fingerprint
from tracker.services.export import STEP, export
from tracker.services.export_package import all_names
from tracker.services.export_shapes import TABLES
from tracker.services.workspace import Workspace
from tracker.settings import Settings
from tracker.store.captures import RunOutcome, begin_run, finish_run
from tracker.store.changes import set_review
from tracker.store.codec import change_row, version_row
from tracker.store.database import Connection, Database
from tracker.store.rules import apply_plan
from tracker.store.tables import change as change_table
from tracker.store.tables import rule_version

csv.field_size_limit(10_000_000)
Rows = list[dict[str, str]]

LATER = NOW + 10 * DAY
HOSTILE = '=HYPERLINK("http://x.example"), «même»;\r\n\tthe "patient" | keeps | 30 g — 第一条'
CODED = Coding(
    "A. Reader",
    date(2026, 2, 1),
    "act",
    PartialDate("2019-05"),
    passages=(Fingerprint("ab" * 32, 12), Fingerprint("cd" * 32, 3)),
    read_at="https://copies.example/act",
    note="The schedule was not read.",
)


@pytest.fixture
def workspace(database: Database, database_url: str, tmp_path: Path) -> Iterator[Workspace]:
    home = tmp_path / "home"
    here = Workspace(Settings(home=home, database_url=database_url, baseline=False, only_own_sources=True))
    yield here
    here.database.close()


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    """For one transaction; closed before anything is exported."""
    with database.write() as conn:
        yield conn


def rows_of(folder: Path, table: str) -> Rows:
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def lines_of(folder: Path, table: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / f"{table}.jsonl").read_text("utf-8").split("\n")[:-1]]


def content(folder: Path) -> dict[str, str]:
    return {path.name: sha256(path.read_bytes()).hexdigest() for path in sorted(folder.iterdir())}


def coded(key: RuleKey, start: date, coding: Coding = CODED, level: Level = Level.CODED) -> Version:
    at = datetime(coding.on.year, coding.on.month, coding.on.day, tzinfo=UTC)
    words = passage("ca/act", quote="", snapshot="")
    return replace(
        version(MemberSet(members=("physician_any", "not:dentist")), start, key=key, at=at),
        passage=words,
        basis=Basis.FIRST_SEEN,
        level=level,
        origin="coded" if level is Level.CODED else "replay",
        coding=coding,
        id="",
    )


def record(database: Database, *versions: Version) -> None:
    with database.write() as conn:
        conn.execute(insert(rule_version), [version_row(each) for each in versions])


def check_integrity(folder: Path) -> None:
    """What datapackage.json promises of the files is true."""
    package = json.loads((folder / "datapackage.json").read_bytes())
    assert {path.name for path in folder.iterdir()} == {each["path"] for each in package["resources"]} | {
        "datapackage.json"
    }
    keys: dict[str, set[str]] = {}
    for resource in package["resources"]:
        body = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(body)
        assert resource["hash"] == "sha256:" + sha256(body).hexdigest()
        if resource["format"] == "csv":
            rows = rows_of(folder, resource["name"])
            assert len(rows) == resource["rows"]
            (key,) = resource["schema"]["primaryKey"]
            keys[resource["name"]] = {row[key] for row in rows}
            assert len(keys[resource["name"]]) == len(rows)
    for resource in package["resources"]:
        if resource["format"] != "csv":
            continue
        head = (folder / resource["path"]).read_text("utf-8").partition("\n")[0].split(",")
        assert head == [field["name"] for field in resource["schema"]["fields"]]
        for row in rows_of(folder, resource["name"]):
            for field in resource["schema"]["fields"]:
                check_cell(row[field["name"]], field)
            for foreign in resource["schema"]["foreignKeys"]:
                given = row[foreign["fields"][0]]
                assert not given or given in keys[foreign["reference"]["resource"] or resource["name"]], foreign


def check_cell(cell: str, field: dict[str, Any]) -> None:
    constraints = field.get("constraints", {})
    if not cell:
        assert not constraints.get("required"), field["name"]
        return
    assert cell in constraints.get("enum", [cell])
    form = {
        "number": r"-?\d+(\.\d+)?",
        "integer": r"\d+",
        "boolean": "true|false",
        "date": r"\d{4}-\d\d-\d\d",
        "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z",
        "object": r"\{.*\}",
    }.get(field["type"], "(?s).+")
    assert re.fullmatch(form, cell), (field["name"], cell)


def test_a_version_is_told_on_both_clocks_with_its_proof(
    database: Database, workspace: Workspace, tmp_path: Path
) -> None:
    limit = version(grams("2.50"), end=date(2027, 1, 1))
    prescribers = coded(RuleKey("CA", "prescriber_class"), date(2019, 5, 31))
    record(database, limit, prescribers)
    counts = export(workspace, tmp_path / "out", NOW)
    words = workspace.words
    large = {"rules": 2, "versions": 2, "changes": 0, "sources": 2}
    assert counts == large | {"jurisdictions": len(words.jurisdictions), "topics": len(words.topics)}
    check_integrity(tmp_path / "out")
    one, other = rows_of(tmp_path / "out", "versions")
    assert {name: one[name] for name in ("qualifier", "value_type", "number", "unit", "bound", "display")} == {
        "qualifier": KEY.qualifier,
        "value_type": "quantity",
        "number": "2.5",
        "unit": "g",
        "bound": "max",
        "display": "2.5 g",
    }
    assert (one["valid_from"], one["valid_to"], one["valid_from_basis"]) == ("2018-10-17", "2027-01-01", "stated")
    assert (one["recorded_from"], one["recorded_to"]) == ("2026-03-01T09:30:15.123456Z", "")
    assert (one["level"], one["evidence"], one["quote"]) == ("read", "", passage().quote)
    assert (one["passage_sha256"], one["passage_words"]) == (
        fingerprint(passage().quote).sha256,
        str(fingerprint(passage().quote).words),
    )
    assert json.loads(one["value"])["number"] == "2.5"
    assert other["members"] == "not:dentist;physician_any"
    assert other["evidence"] == "coded from the official text of May 2019, not yet confirmed by a crawl"
    assert (other["valid_from_precision"], other["text_date"]) == ("month", "2019-05")
    assert (other["coded_by"], other["coded_on"], other["confidence"]) == ("A. Reader", "2026-02-01", "high")
    assert (other["passage_sha256"], other["passage_words"]) == (f"{'ab' * 32};{'cd' * 32}", "15")
    assert (other["quote"], other["snapshot"], other["source_type"]) == ("", "", "act")
    (act, regulations) = rows_of(tmp_path / "out", "sources")
    assert (act["source"], act["kind"], act["text_date"], act["binding"]) == ("ca/act", "recorded", "2019-05", "true")
    assert (regulations["source"], regulations["versions"]) == (SOURCE, "1")


def test_values_of_every_type_have_their_columns(database: Database, workspace: Workspace, tmp_path: Path) -> None:
    ounces = Quantity(number=Decimal("2.5"), unit="oz", period="P14D", attrs={"per_day": "1 oz"})
    lesser = Expression(
        operator="min",
        operands=(Multiple(number=Decimal(30), of="daily_quantity"), Quantity(number=Decimal(150), unit="g")),
    )
    record(
        database,
        version(ounces, key=RuleKey("US-FL", "supply_limit")),
        version(lesser, key=RuleKey("CA", "possession_limit")),
        version(Bare(state=State.PRACTITIONER_DETERMINED), key=RuleKey("CA", "dose_limit")),
    )
    export(workspace, tmp_path / "out", NOW)
    check_integrity(tmp_path / "out")
    bare, combined, rate = rows_of(tmp_path / "out", "rules")
    assert (bare["state"], bare["value_type"], bare["number"]) == ("practitioner_determined", "none", "")
    assert (combined["operator"], combined["number"], combined["unit"]) == ("min", "", "")
    assert [part["number"] for part in json.loads(combined["value"])["operands"]] == ["30", "150"]
    assert (rate["canonical_number"], rate["canonical_unit"]) == ("70.8738078125", "g")
    assert (rate["period"], rate["attributes"]) == ("P14D", "per_day=1 oz")
    for line, row in zip(lines_of(tmp_path / "out", "versions"), rows_of(tmp_path / "out", "versions"), strict=True):
        assert line["value"] == json.loads(row["value"])
        assert line["canonical_number"] == (float(row["canonical_number"]) if row["canonical_number"] else None)


def test_cells_are_exact_whatever_a_page_says(database: Database, workspace: Workspace, tmp_path: Path) -> None:
    record(database, replace(version(), passage=passage(quote=HOSTILE, citation="=1+1")))
    export(workspace, tmp_path / "out", NOW)
    (row,) = rows_of(tmp_path / "out", "versions")
    (line,) = lines_of(tmp_path / "out", "versions")
    assert row["quote"] == line["quote"] == HOSTILE
    assert row["citation"] == line["citation"] == "=1+1"
    assert (tmp_path / "out" / "versions.csv").read_bytes().count(b"\r") == HOSTILE.count("\r")


def test_every_row_fits_its_model(database: Database, workspace: Workspace, tmp_path: Path) -> None:
    _a_history(database)
    export(workspace, tmp_path / "out", LATER)
    models = {table.name: table.row for table in TABLES}
    for name in ("versions", "changes"):
        for line in lines_of(tmp_path / "out", name):
            models[name].model_validate(line)
            assert list(line) == list(models[name].model_fields)


# ── What was known then ─────────────────────────────────────────────────────────────────────────────────────────────


def _a_history(database: Database) -> None:
    """First readings, what a person had coded, and a critical change that waits."""
    coded_rule = coded(RuleKey("CA", "prescriber_class"), date(2019, 5, 31))
    was = version()
    critical = change(None, was, kind=Kind.RULE_ADDED, weight=Severity.CRITICAL, review=Review.WAITING)
    record(database, coded_rule)
    with database.write() as conn:
        first = first_plan(was)
        run = begin_run(conn, SOURCE, NOW)
        apply_plan(conn, replace(first, changes=(critical,)), {critical.id: "A rule."}, NOW)
        finish_run(conn, run, RunOutcome.CHANGED, NOW)


def _what_follows(database: Database) -> None:
    """An amendment, a decision, a crawl that meets what was coded, and readings without news."""
    was = version()
    critical = change(None, was, kind=Kind.RULE_ADDED, weight=Severity.CRITICAL, review=Review.WAITING)
    plan, _ = amendment_plan(was, grams(30), date(2026, 3, 5), LATER)
    coded_rule = coded(RuleKey("CA", "prescriber_class"), date(2019, 5, 31))
    met = replace(coded_rule, passage=passage("ca/act"), level=Level.READ, coding=None, recorded_from=LATER, id="")
    with database.write() as conn:
        apply_plan(conn, plan, {}, LATER)
        apply_plan(conn, Plan((coded_rule,), (met,)), {}, LATER)
        assert set_review(conn, critical.id, Review.ACCEPTED, "M. Keller", "read it", LATER)
        run = begin_run(conn, SOURCE, LATER)
        finish_run(conn, run, RunOutcome.UNCHANGED, LATER)


def test_what_was_known_then_makes_the_same_bytes_whatever_is_learnt_later(
    database: Database, workspace: Workspace, tmp_path: Path
) -> None:
    _a_history(database)
    export(workspace, tmp_path / "before", NOW + HOUR)
    _what_follows(database)
    late = change(version(), version(grams(1)), at=NOW)
    with database.write() as conn:  # observed before, and recorded after
        conn.execute(insert(change_table), [change_row(late, "Late.", LATER)])
    export(workspace, tmp_path / "after", NOW + HOUR)
    export(workspace, tmp_path / "now", LATER)
    assert content(tmp_path / "before") == content(tmp_path / "after")
    assert content(tmp_path / "now") != content(tmp_path / "after")
    for folder in ("after", "now"):
        check_integrity(tmp_path / folder)
    (then,) = rows_of(tmp_path / "after", "changes")
    assert (then["review"], then["reviewed_at"]) == ("waiting", "")
    reviews = {row["change"]: row["review"] for row in rows_of(tmp_path / "now", "changes")}
    assert reviews[then["change"]] == "accepted"
    assert len(reviews) == 3
    levels = {row["level"]: row["recorded_to"] for row in rows_of(tmp_path / "after", "versions")}
    assert levels == {"coded": "", "read": ""}
    limits = {name: rows_of(tmp_path / name, "rules")[0]["display"] for name in ("after", "now")}
    assert limits == {"after": "150 g", "now": "30 g"}
    (regulations,) = (row for row in rows_of(tmp_path / "after", "sources") if row["source"] == SOURCE)
    assert regulations["last_read_at"] == "2026-03-01T09:30:15.123456Z"


def test_a_newer_text_that_still_says_so_is_not_known_before(
    database: Database, workspace: Workspace, tmp_path: Path
) -> None:
    believed = datetime(2021, 10, 18, tzinfo=UTC)
    newest = Coding("tracker reader 2", date(2025, 6, 1), "act", PartialDate("2025-06-01"))
    held = replace(coded(RuleKey("CA", "prescriber_class"), date(2021, 10, 18), newest, Level.UNCONFIRMED), id="")
    held = replace(held, recorded_from=believed, id="")
    added = replace(change(None, held, kind=Kind.RULE_ADDED, at=believed), valid_from_basis=Basis.FIRST_SEEN)
    record(database, held)
    with database.write() as conn:
        conn.execute(insert(change_table), [change_row(added, "As of 1 June 2025.", believed)])
    export(workspace, tmp_path / "then", datetime(2022, 1, 1, tzinfo=UTC))
    export(workspace, tmp_path / "now", NOW)
    assert "2025" not in (tmp_path / "then" / "versions.csv").read_text("utf-8")
    assert "2025" not in (tmp_path / "then" / "changes.csv").read_text("utf-8")
    (then,) = rows_of(tmp_path / "then", "versions")
    assert (then["text_date"], then["coded_on"]) == ("2021-10-18", "2021-10-18")
    (now,) = rows_of(tmp_path / "now", "versions")
    assert (now["text_date"], now["coded_on"]) == ("2025-06-01", "2025-06-01")


def test_the_rules_are_those_that_hold_on_the_day(database: Database, workspace: Workspace, tmp_path: Path) -> None:
    topics = ("telehealth_authorisation", "minor_access", "dose_limit", "supply_limit", "plant_limit", "tax_treatment")
    pending, temporary, over, repealed, coming, proposed = (RuleKey("CA", topic) for topic in topics)
    start, until = date(2020, 1, 1), date(2026, 1, 1)
    base = version(key=temporary)
    record(
        database,
        version(key=pending, start=date(2026, 2, 1), status=Status.ENACTED_PENDING),
        replace(base, valid=Period(start, until), id=""),
        version(grams(5), until, date(2026, 6, 1), key=temporary, status=Status.TEMPORARY),
        version(key=over, start=start, end=until, status=Status.TEMPORARY),
        version(key=repealed, start=start, status=Status.REPEALED),
        version(key=coming, start=date(2026, 5, 1), status=Status.ENACTED_PENDING),
        version(key=proposed, start=start, status=Status.PROPOSED),
    )
    export(workspace, tmp_path / "out", NOW)
    check_integrity(tmp_path / "out")
    held = {row["topic"]: row for row in rows_of(tmp_path / "out", "rules")}
    assert {topic: row["status"] for topic, row in held.items()} == {
        pending.topic: "in_force",
        temporary.topic: "temporary",
        over.topic: "unknown",
    }
    assert held[temporary.topic]["display"] == "5 g"
    assert held[temporary.topic]["falls_back_to"] == replace(base, valid=Period(start, until), id="").id
    assert len(rows_of(tmp_path / "out", "versions")) == 7
    places = {row["jurisdiction"]: row["rules"] for row in rows_of(tmp_path / "out", "jurisdictions")}
    assert (places["CA"], places["DE"]) == ("3", "0")
    _the_example_answers_alike(tmp_path / "out", unknown=1)


def _the_example_answers_alike(folder: Path, unknown: int) -> None:
    """The example of the codebook, with pandas where it is installed, and what it does by hand."""
    known_at, day = (json.loads((folder / "datapackage.json").read_bytes())[name] for name in ("known_at", "as_of"))
    held = [
        row
        for row in rows_of(folder, "versions")
        if row["recorded_from"] <= known_at < (row["recorded_to"] or "9")
        and row["valid_from"] <= day < (row["valid_to"] or "9")
        and row["status"] in ("in_force", "temporary", "enacted_pending")
    ]
    assert len(held) == len(rows_of(folder, "rules")) - unknown
    (example,) = re.findall(r"```python\n(.*?)```", (folder / "codebook.md").read_text("utf-8"), re.DOTALL)
    assert len([line for line in example.splitlines() if line]) == 10
    assert f'known_at, day = "{known_at}", "{day}"' in example
    compile(example, "codebook.md", "exec")
    if find_spec("pandas"):
        command = [sys.executable, "-c", f"{example}\nprint('held:', len(held))"]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        assert f"held: {len(held)}" in done.stdout


def test_a_side_that_was_never_believed_has_no_version(
    database: Database, workspace: Workspace, tmp_path: Path
) -> None:
    held, other = version(), version(grams(1), source="ca/cannabis-act")
    record(database, held)
    conflict = change(held, other, kind=Kind.CONFLICT_DETECTED)
    with database.write() as conn:
        conn.execute(insert(change_table), [change_row(conflict, "They disagree.", NOW)])
    export(workspace, tmp_path / "out", NOW)
    check_integrity(tmp_path / "out")
    (row,) = rows_of(tmp_path / "out", "changes")
    assert (row["before_version"], row["after_version"]) == (held.id, "")
    assert (row["before"], row["after"], row["source"]) == ("150 g", "1 g", "ca/cannabis-act")
    assert {each["source"]: each["versions"] for each in rows_of(tmp_path / "out", "sources")} == {
        "ca/cannabis-act": "0",
        SOURCE: "1",
    }


def test_the_order_is_that_of_the_bytes_on_every_database(
    database: Database, workspace: Workspace, tmp_path: Path
) -> None:
    keys = [
        RuleKey(code, "dose_limit", q)
        for code in ("NL-x-tilburg", "NL", "US-x-ebci", "US-WY")
        for q in ("scheme=b", "scheme=B", "")
    ]
    record(database, *(version(key=key) for key in keys))
    export(workspace, tmp_path / "out", NOW)
    written = [(row["jurisdiction"], row["qualifier"]) for row in rows_of(tmp_path / "out", "versions")]
    assert written == sorted(written)


# ── The folder ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_earlier_export_is_replaced_and_nothing_else_is(
    database: Database, workspace: Workspace, tmp_path: Path
) -> None:
    out = tmp_path / "data" / "out"
    export(workspace, out, NOW)
    record(database, version())
    export(workspace, out, NOW)
    assert len(rows_of(out, "versions")) == 1
    assert [path.name for path in out.parent.iterdir()] == ["out"]
    notes = out / "notes.txt"
    notes.write_text("mine")
    with pytest.raises(OperatorError, match=r"holds notes\.txt beside an earlier export"):
        export(workspace, out, NOW)
    assert notes.read_text() == "mine"


def test_what_is_not_ours_stays(workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    (theirs / "datapackage.json").write_text('{"name": "somebody else"}')
    with pytest.raises(OperatorError, match="is not empty and holds no export"):
        export(workspace, theirs, NOW)
    (tmp_path / "file").write_text("x")
    with pytest.raises(OperatorError, match="is a file; name a folder"):
        export(workspace, tmp_path / "file", NOW)
    with pytest.raises(OperatorError, match="could not be written"):
        export(workspace, tmp_path / "file" / "out", NOW)
    monkeypatch.chdir(theirs)
    with pytest.raises(OperatorError, match="the folder you are in"):
        export(workspace, Path(), NOW)
    empty = tmp_path / "empty"
    empty.mkdir()
    export(workspace, empty, NOW)
    assert {path.name for path in empty.iterdir()} <= all_names()


def test_an_interrupted_export_leaves_the_earlier_one(database: Database, workspace: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "data" / "out"
    export(workspace, out, NOW)
    before = content(out)
    record(database, *(version(grams(n), key=replace(KEY, qualifier=f"scheme=s{n}")) for n in range(STEP)))

    def interrupt() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(workspace, out, NOW, progress=interrupt)
    assert content(out) == before
    assert [path.name for path in out.parent.iterdir()] == ["out"]


# ── The command ─────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in [name for name in os.environ if name.startswith("TRACKER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TRACKER_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "home"


def run(*words: str) -> int:
    with pytest.raises(SystemExit) as stop:
        main(["export", *words])
    return int(str(stop.value.code))


def test_all_that_a_release_knows_is_exported_twice_alike(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("one") == 0
    said = capsys.readouterr().out
    known_at = json.loads(Path("one/datapackage.json").read_bytes())["known_at"]
    assert run("two", "--known-at", known_at) == 0
    assert content(Path("one")) == content(Path("two"))
    check_integrity(Path("one"))
    sources = rows_of(Path("one"), "sources")
    assert {row["kind"] for row in sources} == {"declared", "coded_text", "listed_address"}
    assert f"{len(sources)} sources" in said
    text = "".join(path.read_text("utf-8") for path in Path("one").iterdir())
    assert str(home.parent) not in text
    levels = {row["level"] for row in rows_of(Path("one"), "rules")}
    assert levels == {"coded", "unconfirmed"}
    assert all(row["evidence"].endswith("not yet confirmed by a crawl") for row in rows_of(Path("one"), "rules"))


def test_the_codebook_explains_everything(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_BASELINE", "false")
    monkeypatch.setenv("TRACKER_ONLY_OWN_SOURCES", "true")
    assert run("out", "--known-at", "2020-01-01") == 0
    book = Path("out/codebook.md").read_text("utf-8")
    words = Workspace(Settings(home=home)).words
    for table in TABLES:
        part = book.partition(f"\n### {table.name}\n")[2].partition("\n### ")[0]
        for name, described in table.row.model_fields.items():
            assert described.description, name
            assert f"\n| `{name}` |" in part
    for topic in words.topics.values():
        part = book.partition(f"\n### {topic.id}\n")[2].partition("\n### ")[0]
        assert " ".join(topic.question.split()) in part
        assert all(f"\n| {member.id} |" in part for member in topic.members)
        assert f"qualifiers: {', '.join(topic.qualifiers) or 'none'}" in part
    assert all(f"\n### {id_}\n" in book for id_ in words.qualifiers)
    assert all(f"\n| {id_} |" in book for id_ in (*words.units, *words.conditions, *words.source_types))
    assert "nothing is escaped against spreadsheets" in book
    assert not re.search(r"TAXONOMY|PRODUCT|ARCHITECTURE", book)


def test_before_the_first_record_the_tables_are_empty(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("out", "--known-at", "2001-01-01") == 0
    assert "Nothing was recorded by then; records begin at 20" in capsys.readouterr().out
    check_integrity(Path("out"))
    assert rows_of(Path("out"), "versions") == rows_of(Path("out"), "rules") == []
    assert {row["kind"] for row in rows_of(Path("out"), "sources")} == {"declared", "listed_address"}


def test_an_instant_to_come_is_refused(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    day = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    assert run("out", "--known-at", day) == 2
    assert f"--known-at {day} is still to come" in capsys.readouterr().err
    assert not Path("out").exists()


def test_parquet_holds_the_same_or_names_what_is_missing(
    home: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if not find_spec("pyarrow"):
        assert run("out", "--parquet") == 2
        assert "pip install 'access-rules-tracker[parquet]'" in capsys.readouterr().err
        assert not Path("out").exists()
        return
    from importlib import import_module

    assert run("out", "--parquet") == 0
    assert (
        run("again", "--parquet", "--known-at", json.loads(Path("out/datapackage.json").read_bytes())["known_at"]) == 0
    )
    assert content(Path("out")) == content(Path("again"))
    for name in ("rules", "versions", "changes"):
        found = import_module("pyarrow.parquet").read_table(f"out/{name}.parquet").to_pylist()
        rows = rows_of(Path("out"), name)
        assert len(found) == len(rows)
        for one, row in zip(found, rows, strict=True):
            assert list(one) == list(row)
            assert ";".join(one.get("members") or ()) == row.get("members", "")
            assert (one["valid_from"].isoformat(), one["citation"]) == (row["valid_from"], row["citation"])
