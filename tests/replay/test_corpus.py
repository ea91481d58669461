"""The real documents with their real history, replayed once, held against what a lawyer expects of it row by row.

`EXPECTED.yml` and `CHANGES.md` lie beside the documents; TRACKER_CORPUS names their folder.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.replay import served
from tests.replay.conftest import Corpus, quote_stands
from tests.replay.served import Json
from tracker.domain.capture import Capture, Outcome
from tracker.domain.change import Change, Kind, Severity, TextChange, TextKind
from tracker.domain.rule import Cause, Status, Version
from tracker.domain.value import to_json
from tracker.extract import numbers
from tracker.services.ingest import RunReport, ingest
from tracker.services.replay import replay
from tracker.services.workspace import Workspace
from tracker.settings import Settings
from tracker.store import captures
from tracker.store.captures import RunOutcome

pytestmark = pytest.mark.slow

Row = dict[str, Any]

QUIET = {TextKind.EDITORIAL}
ARTICLES_OF_PATIENTS = range(264, 354)
"""Part 14 of the Cannabis Regulations."""


@pytest.fixture(scope="module")
def expected(corpus: Corpus) -> dict[str, Any]:
    """What must and must not be reported."""
    rows: dict[str, Any] = yaml.safe_load((corpus.folder / "EXPECTED.yml").read_text("utf-8"))
    return rows


def test_the_whole_corpus_is_replayed_and_nothing_is_held(corpus: Corpus, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        readings = f"{len(corpus.recordings)} documents in {len(corpus.reports)} readings"
        print(f"\n{readings} replayed in {corpus.seconds:.1f} s")
    assert not corpus.workspace.declarations.problems
    assert not [(at, report.source, report.reason) for at, report in corpus.reports if not report.outcome.well]


def test_what_must_be_reported_is_reported_once(corpus: Corpus, expected: dict[str, Any]) -> None:
    for row in expected["must_report"]:
        change = the_change(corpus, row)
        assert change.cause is Cause.SOURCE
        assert change.kind == row.get("kind", change.kind)
        assert change.direction == row.get("direction", change.direction)
        assert row["citation"] in change.after.passage.citation if change.after else False
        assert change.valid_from == date.fromisoformat(row["valid_from"])
        assert change.valid_from_basis == "stated"
        assert says(row.get("after"), change.after, change.before), row
        if "before" in row:
            assert says(row["before"], change.before, None), row
        if "until" in row:
            assert change.after is not None
            assert change.after.valid.end == date.fromisoformat(row["until"])
        if "falls_back_to" in row:
            told = served.ask(corpus.workspace, row["jurisdiction"], change.observed_at.date(), change.observed_at)
            under = served.of(told["rules"], row["topic"], **change.key.qualifiers)["falls_back_to"]
            assert {key: under["value"][key] for key in row["falls_back_to"]} == row["falls_back_to"]


def test_temporary_law_that_lasts_longer_is_a_minor_matter(corpus: Corpus, expected: dict[str, Any]) -> None:
    """The value stays, and the new end is one that the banner of the section states."""
    for row in expected["may_report_as_temporary_extended"]:
        number, unit = row["value"].split()
        seen = {date.fromisoformat(day) for day in row["ends_seen"]}
        for change in changes_in(corpus, row["documents"]):
            if change.kind is Kind.TEMPORARY_STARTED:
                continue
            assert change.kind is Kind.TEMPORARY_EXTENDED
            assert change.severity is Severity.MINOR
            assert change.after is not None
            value = to_json(change.after.value)
            assert (value["number"], value["unit"]) == (number, unit)
            assert change.after.valid.end in banner_dates(corpus, row["documents"], change.observed_at.date())
            seen.discard(change.after.valid.end)
        assert not seen


def test_between_a_stated_end_and_the_next_text_a_rule_is_unknown(corpus: Corpus, expected: dict[str, Any]) -> None:
    """Neither the law underneath nor silence: the last value, marked, and what would apply instead."""
    for row in expected["must_show_unknown"]:
        first, last = date.fromisoformat(row["as_known_from"]), date.fromisoformat(row["to"])
        for day in days(first, last):
            rule = known_on(corpus, row, day)
            assert rule["status"] == "unknown", day
            assert rule["value"]["number"] == "8"
            assert rule["falls_back_to"]["value"]["number"] == "2"
        assert known_on(corpus, row, first - timedelta(days=1))["status"] == "temporary"
        assert known_on(corpus, row, last)["status"] == "temporary"


def test_what_permanent_law_says_too_does_not_end_with_the_banner_over_it(corpus: Corpus) -> None:
    """§ 7-1671.01 was first met under a banner until 10 March 2022, and its permanent version says the same."""
    assert "7-1671.01(Perm)" in {recording.document for recording in corpus.recordings}
    for day in days(date(2021, 10, 18), date(2022, 10, 20)):
        for topic in ("prescriber_class", "qualifying_conditions", "residency_requirement", "caregiver_eligibility"):
            rule = known_on(corpus, {"jurisdiction": "US-DC", "topic": topic}, day)
            assert (rule["status"], rule["valid_to"]) == ("in_force", None), (topic, day)


def test_what_is_only_noise_is_silent(corpus: Corpus, expected: dict[str, Any]) -> None:
    for row in expected["must_stay_silent"]:
        for folder in folders(corpus, row["documents"]):
            for day in silent_days(corpus, folder, row):
                loud = [change.kind for change in rule_changes(corpus, folder, day)]
                assert set(loud) <= {Kind.TEMPORARY_EXTENDED}, f"{folder} on {day}"
                texts = [text for text in text_changes(corpus, folder, day) if concerns(row, text.citation)]
                assert {text.kind for text in texts} <= QUIET, f"{folder} on {day}"


def test_no_pair_of_versions_changed_the_access_of_patients_in_canada(corpus: Corpus) -> None:
    """Part 14 did not change once in four years: no word of it is said to have, and no rule that rests on it."""
    folder = "ca/sor-2018-144"
    assert len(publications(corpus, folder)) == 12
    for day in publications(corpus, folder):
        assert not rule_changes(corpus, folder, day)
        touched = [text for text in text_changes(corpus, folder, day) if in_part_14(text.citation)]
        assert {text.kind for text in touched} <= QUIET, day


def test_text_that_is_not_in_force_is_pending(corpus: Corpus, expected: dict[str, Any]) -> None:
    for row in expected["pending_only"]:
        for folder, day in pairs_of(corpus, row):
            assert {text.kind for text in text_changes(corpus, folder, day)} == {TextKind.PENDING_TEXT}
            assert {change.kind for change in rule_changes(corpus, folder, day)} <= {Kind.ENACTED_PENDING}


def test_other_changes_of_words_are_told_as_such(corpus: Corpus, expected: dict[str, Any]) -> None:
    """They are there for whoever asks for all text, and no rule is said to have changed that does not rest on them."""
    for row in expected["text_only"]:
        for folder, day in pairs_of(corpus, row):
            changed = [t for t in text_changes(corpus, folder, day) if t.kind not in (*QUIET, TextKind.PENDING_TEXT)]
            assert changed, f"{folder} on {day}"
            for change in rule_changes(corpus, folder, day):
                assert change.after is not None
                assert any(change.after.passage.citation.endswith(text.citation) for text in changed)


def test_the_real_changes_of_the_district_are_seen(corpus: Corpus) -> None:
    """Each section and day that CHANGES.md calls real has a change of words, and no other has one."""
    seen = {
        (document.removeprefix("us-dc/code-"), day)
        for document in folders(corpus, "us-dc/code-*")
        for day in publications(corpus, document)
        if {text.kind for text in text_changes(corpus, document, day)} - QUIET
    }
    real = {place for place, word in classes(corpus) if word == "REAL"}
    assert seen == real | {("7-1671.08b", date(2022, 9, 8))}, "a section that appears for the first time is new words"


def test_nothing_is_ever_said_that_must_never_be(corpus: Corpus) -> None:
    """No access ends, nothing repealed, pending or permanent is current, no base law comes back by the clock."""
    for _, report in corpus.reports:
        for change in report.changes:
            assert change.kind not in (Kind.RULE_REPEALED, Kind.TEMPORARY_ENDED, Kind.OUR_CORRECTION)
            assert change.direction not in ("restricts", "mixed"), change.summary
            assert "no longer" not in change.summary or change.kind is Kind.TEMPORARY_EXTENDED
    for version in served.versions(corpus.workspace):
        assert version.status is not Status.REPEALED
        assert not re.search(r"\[(?:Repealed|Abrogé)", version.passage.quote)
        assert "(Perm)" not in version.passage.document
        assert not re.search("not in force|related provisions", version.passage.citation)
        assert "273(5)" not in version.passage.citation
    row = {"jurisdiction": "US-DC", "topic": "possession_limit"}
    for day in days(date(2021, 11, 16), date(2023, 4, 1)):
        rule = known_on(corpus, row, day)
        assert (rule["value"]["number"], rule["status"]) in {("8", "temporary"), ("8", "unknown")}, day


def test_every_value_carries_a_quote_that_stands_in_its_archived_document(corpus: Corpus) -> None:
    assert not [version for version in served.versions(corpus.workspace) if not quote_stands(corpus.workspace, version)]


def test_no_rule_has_two_values_on_one_day(corpus: Corpus) -> None:
    assert not served.two_on_one_day(served.versions(corpus.workspace))


def test_the_last_day_once_more_changes_nothing(corpus: Corpus, tmp_path: Path) -> None:
    copy = copied(corpus, tmp_path)
    before = served.versions(copy), served.change_ids(copy)
    latest = {recording.source.id: recording.day for recording in corpus.recordings}
    again = [recording for recording in corpus.recordings if recording.day == latest[recording.source.id]]
    for now, report in replay(copy, again):
        assert report.outcome is RunOutcome.UNCHANGED, f"{now} {report.source}: {report.reason}"
        assert not report.changes
        assert not report.text_changes
    assert (served.versions(copy), served.change_ids(copy)) == before
    copy.database.close()


def test_a_section_that_vanishes_is_held_and_not_repealed(corpus: Corpus, tmp_path: Path) -> None:
    """As § 7-1671.08b did on 2022-09-14, to come back sixteen days later."""
    copy = copied(corpus, tmp_path)
    source = copy.declarations.source("us-dc/medical-cannabis-chapter")
    now = datetime(2023, 5, 1, tzinfo=UTC)
    with copy.database.read() as conn:
        known = captures.documents(conn, source.id)
    found = [Capture(source.id, d.id, d.url, now, Outcome.NOT_MODIFIED, snapshot=d.snapshot) for d in known.values()]
    gone = [
        Capture(source.id, each.document, each.url, now, Outcome.GONE, 404, reason="the address answers 404")
        if each.document == "7-1671.08b"
        else each
        for each in found
    ]
    before = served.versions(copy)
    for given, outcome in ((gone, RunOutcome.HELD), (found, RunOutcome.UNCHANGED)):
        report = ingest(copy.database, copy.archive, copy.words, source, given, now)
        assert report.outcome is outcome, report.reason
        assert not report.changes
        assert served.versions(copy) == before
    copy.database.close()


def test_the_archive_alone_gives_the_same_rules(corpus: Corpus, tmp_path: Path) -> None:
    """What each run fetched, read again from the archived bytes into an empty database, has the same names."""
    for name in ("archive", "spiders"):
        (tmp_path / name).symlink_to(corpus.workspace.settings.home / name)
    again = Workspace(Settings(home=tmp_path, baseline=False))
    for number, (at, report) in enumerate(corpus.reports, 1):
        with corpus.workspace.database.read() as conn:
            fetched = captures.captures_of(conn, number)
        source = again.declarations.source(report.source)
        ingest(again.database, again.archive, again.words, source, fetched, at)
    assert [v.id for v in served.versions(again)] == [v.id for v in served.versions(corpus.workspace)]
    assert served.change_ids(again) == served.change_ids(corpus.workspace)
    again.database.close()


def the_change(corpus: Corpus, row: Row) -> Change:
    """The only change of the rule that a row speaks of, on the day on which it was published."""
    day = date.fromisoformat(row["observed"])
    found = [
        change
        for change in rule_changes(corpus, row["documents"], day)
        if (change.key.jurisdiction, change.key.topic) == (row["jurisdiction"], row["topic"])
        and row.get("qualifier", {}).items() <= change.key.qualifiers.items()
        and says(row["after"], change.after, change.before)
    ]
    assert len(found) == 1, f"{len(found)} changes for {row}"
    return found[0]


def says(row: Row | None, version: Version | None, before: Version | None) -> bool:
    """Whether a version says what a row states, all of it."""
    if row is None or version is None:
        return row is None and version is None
    value = to_json(version.value)
    attrs = value.get("attrs", {})
    told: dict[str, object] = {
        **value,
        "adds": set(value.get("members", ())) - set(to_json(before.value).get("members", ()) if before else ()),
        "age_from": attrs.get("self_certification_age_from"),
        "self_certification_age_from": attrs.get("self_certification_age_from"),
        "validity": attrs.get("validity"),
        "stated_end": attrs.get("stated_end"),
        "basis": str(value.get("basis", "")),
    }
    wanted = {key: {str(item)} if key == "adds" else str(item) for key, item in row.items()}
    return all(told.get(key) == item for key, item in wanted.items())


def folders(corpus: Corpus, pattern: str) -> list[str]:
    """The folders of documents that a row names and that a declaration wants."""
    return sorted({folder for folder in map(corpus.folder_of, corpus.recordings) if fnmatch(folder, pattern)})


def publications(corpus: Corpus, folder: str) -> list[date]:
    """The days on which the document in a folder was published, oldest first."""
    return [recording.day for recording in corpus.recordings if corpus.folder_of(recording) == folder]


def reports_on(corpus: Corpus, folder: str, day: date) -> Iterator[tuple[RunReport, str]]:
    """The readings of a document on a day, with its id."""
    for recording in corpus.recordings:
        if corpus.folder_of(recording) == folder and recording.day == day:
            for at, report in corpus.reports:
                if report.source == recording.source.id and at.date() == day:
                    yield report, recording.document


def rule_changes(corpus: Corpus, folder: str, day: date) -> list[Change]:
    """The rule changes that were found in a document on a day, for whatever cause."""
    return [
        change
        for report, document in reports_on(corpus, folder, day)
        for change in report.changes
        if (version := change.after or change.before) and version.passage.document == document
    ]


def changes_in(corpus: Corpus, folder: str) -> list[Change]:
    """All rule changes that were found in a document."""
    return [change for day in publications(corpus, folder) for change in rule_changes(corpus, folder, day)]


def text_changes(corpus: Corpus, folder: str, day: date) -> list[TextChange]:
    """The changes of words that were found in a document on a day."""
    return [
        text
        for report, document in reports_on(corpus, folder, day)
        for text in report.text_changes
        if text.document == document
    ]


def pairs_of(corpus: Corpus, row: Row) -> Iterator[tuple[str, date]]:
    """The later day of each pair of versions that a row names, where a declaration wants the document."""
    for folder in folders(corpus, row["documents"]):
        for _, later in row.get("pairs", ()):
            yield folder, date.fromisoformat(later)


def silent_days(corpus: Corpus, folder: str, row: Row) -> list[date]:
    """The days on which a row wants silence."""
    if "to" in row:
        return [date.fromisoformat(row["to"])]
    if row["pairs"] == "all":
        return publications(corpus, folder)[1:]
    section = folder.rpartition("code-")[2]
    return [day for (place, day), word in classes(corpus) if place == section and word in ("NOISE", "COSMETIC")]


def concerns(row: Row, citation: str) -> bool:
    """Whether a row that speaks of a part of a document speaks of this provision."""
    part = row.get("part", "")
    if part.startswith("Part 14"):
        return in_part_14(citation)
    return not (part.startswith("everything but") and citation.startswith(part.removeprefix("everything but ")))


def in_part_14(citation: str) -> bool:
    """Whether a provision of the Cannabis Regulations is about access for medical purposes."""
    found = re.match(r"s\. (\d+)", citation)
    return found is not None and int(found[1]) in ARTICLES_OF_PATIENTS


def classes(corpus: Corpus) -> Iterator[tuple[tuple[str, date], str]]:
    """Section, day and class of each pair of versions of the District's chapter, as CHANGES.md says."""
    text = (corpus.folder / "CHANGES.md").read_text("utf-8")
    for day, section, word in re.findall(r"^\| (\d{4}-\d\d-\d\d) \| (7-1671\.\w+) \| (\w+) \|", text, re.MULTILINE):
        yield (section, date.fromisoformat(day)), word
    for section, day in re.findall(r"(7-1671\.\w+)@(\d{4}-\d\d-\d\d)", text):
        yield (section, date.fromisoformat(day)), "NOISE"


def banner_dates(corpus: Corpus, folder: str, day: date) -> set[date]:
    """The ends that the banner of a section states on a day."""
    text = " ".join((corpus.folder / folder / f"{day}.xml").read_text("utf-8").split())
    return {
        numbers.day(found) for found in re.findall(rf"legislation that will expire on ({numbers.DATE})", text, re.I)
    }


def days(first: date, last: date) -> Iterator[date]:
    """Each day from the first until before the last."""
    return (first + timedelta(days=number) for number in range((last - first).days))


def known_on(corpus: Corpus, row: Row, day: date) -> Json:
    """What was answered on a day about that day."""
    told = served.ask(corpus.workspace, row["jurisdiction"], day, datetime.combine(day, time(12), UTC))
    return served.of(told["rules"], row["topic"])


def copied(corpus: Corpus, folder: Path) -> Workspace:
    """The installation again, to be changed."""
    home = folder / "home"
    shutil.copytree(corpus.workspace.settings.home, home)
    return Workspace(Settings(home=home, baseline=False))
