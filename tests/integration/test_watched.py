"""Coded values that no pattern reads are watched by their words: met in silence, asked about when they are gone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.integration import watched
from tests.integration.watched import (
    BASELINE,
    BEGAN,
    DAY,
    DECLARATION,
    DOCTOR,
    HOLD,
    HOLDS,
    MINORS,
    NURSE,
    OTHER,
    RULES,
    VISIT,
    VISITS,
    WHO,
    YOUNG,
    amended,
    crawl,
    install,
    page,
    running,
)
from tracker.domain.change import Change, Kind
from tracker.domain.rule import Level, RuleKey, Version
from tracker.extract.baselines import load_baseline
from tracker.services import answers, review
from tracker.services.answers import Question
from tracker.services.baseline import take_over_all
from tracker.services.check import check_example
from tracker.services.workspace import Workspace
from tracker.store import changes, queries
from tracker.store.captures import source_state
from tracker.store.reviews import ReviewItem, ReviewKind


@pytest.fixture
def here(database_url: str, tmp_path: Path) -> Iterator[Workspace]:
    with running(install(tmp_path / "home"), database_url) as workspace:
        yield workspace


def believed(here: Workspace, key: RuleKey) -> Version:
    with here.database.read() as conn:
        (found,) = [each for each in queries.versions_of(conn) if each.current and each.key == key]
    return found


def shown(here: Workspace, key: RuleKey) -> dict[str, Any]:
    with here.database.read() as conn:
        rules = answers.rules(conn, here.words, Question("NL"), BEGAN)["rules"]
    (found,) = [each for each in rules if each["topic"] == key.topic]
    return dict(found)


def recorded(here: Workspace) -> list[Change]:
    with here.database.read() as conn:
        return [each.change for each in changes.changes(conn)]


def asked(here: Workspace) -> list[ReviewItem]:
    """What waits for a person, held runs apart."""
    return [each.item for each in review.waiting(here) if each.item.kind is not ReviewKind.HELD]


# ── Met ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_first_crawl_gives_coded_values_their_words_in_silence(here: Workspace) -> None:
    before = shown(here, MINORS)
    assert (before["level"], before["quote"], before["snapshot"], before["confirmed_at"]) == ("coded", None, None, None)
    assert before["evidence"] == "coded from the official text of 9 February 2030, not yet confirmed by a crawl"
    report = crawl(here, page(), BEGAN)
    assert (report.outcome, report.read, report.met, report.unmet, report.changes) == ("changed", 1, 3, 0, ())
    after = shown(here, MINORS)
    assert (after["level"], after["origin"], after["display"]) == ("coded", "coded", before["display"])
    assert after["quote"] == YOUNG.rstrip(".")
    assert after["citation"] == "Access Rules, s. 2", "as the person cited it"
    assert after["evidence"] == "coded from the official text of 9 February 2030; its words confirmed 5 May 2031"
    assert after["coding"]["by"] == "A. Coder"
    assert (after["confirmed_at"], after["valid_from"]) == (BEGAN.isoformat(), before["valid_from"])
    assert here.archive.get(after["snapshot"]) == page()
    assert recorded(here) == []
    assert review.waiting(here) == []


def test_a_value_that_rests_on_two_passages_needs_both(here: Workspace) -> None:
    crawl(here, page(amended(s5=OTHER)), BEGAN)
    assert shown(here, WHO)["quote"] is None
    crawl(here, page(), BEGAN + DAY)
    assert shown(here, WHO)["quote"] == f"{DOCTOR.rstrip('.')} […] {NURSE.rstrip('.')}"


def test_the_same_words_again_confirm_and_record_nothing(here: Workspace) -> None:
    crawl(here, page(), BEGAN)
    first = believed(here, VISITS)
    for day, body in ((1, page()), (2, page(footer="another day")), (3, page(amended(s1=HOLD.replace("30", "45"))))):
        crawl(here, body, BEGAN + day * DAY)
        assert believed(here, VISITS) == first
        assert shown(here, VISITS)["confirmed_at"] == (BEGAN + day * DAY).isoformat()
    assert [each.key for each in recorded(here)] == [HOLDS]


def test_typography_is_not_a_difference(here: Workspace) -> None:
    crawl(here, page(), BEGAN)
    report = crawl(here, page(amended(s3=VISIT.replace("twelve (12)", "12").upper())), BEGAN + DAY)
    assert (report.outcome, report.changes) == ("unchanged", ())
    assert asked(here) == []


def test_words_that_no_crawl_has_ever_met_ask_nobody_and_are_counted(here: Workspace) -> None:
    report = crawl(here, page(amended(s2=OTHER)), BEGAN)
    assert (report.outcome, report.met, report.unmet) == ("changed", 2, 1)
    assert asked(here) == []
    assert "not yet confirmed" in shown(here, MINORS)["evidence"]


def test_a_source_may_have_no_rules_at_all_and_still_watch(database_url: str, tmp_path: Path) -> None:
    with running(install(tmp_path, rules="rules: []\n"), database_url) as here:
        report = crawl(here, page(), BEGAN)
        assert (report.outcome, report.read, report.met) == ("changed", 0, 3)
        assert crawl(here, page(), BEGAN + DAY).outcome == "unchanged"
        assert crawl(here, page(amended(s3=OTHER)), BEGAN + 2 * DAY).outcome == "held"
        assert [each.key for each in asked(here)] == [VISITS]


def test_few_words_prove_nothing(database_url: str, tmp_path: Path) -> None:
    short = watched.coded("follow_up_requirement", "P12M", "Access Rules, s. 3", "of dried flower")
    head, _, _ = BASELINE.partition("coded:\n")
    with running(install(tmp_path, baseline=f"{head}coded:\n{short}"), database_url) as here:
        assert crawl(here, page(), BEGAN).met == 0
        assert shown(here, VISITS)["quote"] is None
        assert crawl(here, page(amended(s1=OTHER)), BEGAN + DAY).outcome == "held", "its own pattern finds nothing"
        assert VISITS not in [each.key for each in asked(here)]


def test_a_check_says_how_many_coded_values_an_example_has(tmp_path: Path) -> None:
    home = install(tmp_path, rules="rules: []\n")
    folder = home / "spiders/nl/rules.examples/2031-05-05"
    folder.mkdir(parents=True)
    (folder / "rules.html").write_bytes(page(amended(s4=OTHER)))
    (folder / "expected.yml").write_text("rules: []\n", "utf-8")
    with running(home) as here:
        source = here.declarations.source("nl/rules")
        coded = load_baseline(home / "spiders/nl/baseline.yml", here.words).coded
        result = check_example(source, folder, here.words, coded)
        assert (result.ok, result.watched, result.met) == (True, 3, 2)
        assert not check_example(source, folder, here.words).ok, "without them a declaration must read something"


# ── Gone ────────────────────────────────────────────────────────────────────────────────────────────────────────────

SIX = VISIT.replace("twelve (12)", "six (6)")


def test_words_that_are_gone_ask_for_coding_and_change_nothing(here: Workspace) -> None:
    crawl(here, page(), BEGAN)
    before = believed(here, VISITS)
    report = crawl(here, page(amended(s3=SIX)), BEGAN + DAY)
    assert (report.outcome, report.changes) == ("held", ())
    assert "no longer there word for word" in report.reason
    assert "the nearest words stand at Access Rules, section 3, paragraph 1 (score 94 of 100)" in report.reason
    assert believed(here, VISITS) == before
    assert recorded(here) == []
    (item,) = asked(here)
    assert (item.kind, item.key, item.opened_at) == (ReviewKind.RECODE, VISITS, BEGAN + DAY)
    (trace,) = item.evidence.traces
    assert trace.found is not None
    assert trace.found.quote == SIX.rstrip(".")
    assert shown(here, VISITS)["confirmed_at"] == BEGAN.isoformat(), "as old as it is"
    assert shown(here, MINORS)["confirmed_at"] == (BEGAN + DAY).isoformat(), "what stands there is believed"


def test_words_without_a_trace_are_said_to_have_none(here: Workspace) -> None:
    crawl(here, page(), BEGAN)
    report = crawl(here, page(amended(s3="")), BEGAN + DAY)
    assert "nothing like them was found" in report.reason
    (item,) = asked(here)
    assert [trace.found for trace in item.evidence.traces] == [None]


def test_words_that_come_back_are_met_again_and_nobody_is_asked_any_more(here: Workspace) -> None:
    crawl(here, page(), BEGAN)
    crawl(here, page(amended(s3=SIX)), BEGAN + DAY)
    report = crawl(here, page(footer="back"), BEGAN + 2 * DAY)
    assert report.outcome in ("changed", "unchanged")
    assert review.waiting(here) == []
    assert shown(here, VISITS)["confirmed_at"] == (BEGAN + 2 * DAY).isoformat()
    assert recorded(here) == []


def test_of_two_passages_the_one_that_is_gone_is_named(here: Workspace) -> None:
    crawl(here, page(), BEGAN)
    new = NURSE.replace("nurse practitioner", "nurse practitioner or a pharmacist")
    report = crawl(here, page(amended(s5=new)), BEGAN + DAY)
    assert "1 of the 2 passages is no longer there word for word" in report.reason
    (item,) = asked(here)
    (trace,) = item.evidence.traces
    assert (trace.was, trace.found and trace.found.quote) == (NURSE.rstrip("."), new.rstrip("."))


def test_a_redesign_that_loses_most_words_holds_the_run(here: Workspace) -> None:
    crawl(here, page(), BEGAN)
    report = crawl(here, page(amended(s2=OTHER, s3=OTHER)), BEGAN + DAY)
    assert report.outcome == "held"
    assert "it may have been redesigned" in report.reason
    assert asked(here) == []


# ── Moved ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def moved() -> bytes:
    """The page with a new section before the visits."""
    sections = amended()
    visits = sections.pop("3 Visits")
    return page({**sections, "6 Growers": OTHER, "7 Visits": visits})


def test_words_that_moved_are_cited_where_they_stand_now_and_nobody_is_told(here: Workspace) -> None:
    crawl(here, page(), BEGAN)
    report = crawl(here, moved(), BEGAN + DAY)
    assert report.outcome == "changed", "the text did change"
    assert [each.kind for each in report.changes] == [Kind.RENUMBERED]
    after = shown(here, VISITS)
    assert (after["citation"], after["quote"]) == ("Access Rules, section 7, paragraph 1", VISIT.rstrip("."))
    assert asked(here) == []
    crawl(here, page(), BEGAN + 2 * DAY)
    assert shown(here, VISITS)["citation"] == "Access Rules, section 3, paragraph 1"


def test_words_that_stood_at_two_places_and_are_left_at_one_are_not_moved(here: Workspace) -> None:
    twice = {**amended(), "8 Summary": VISIT}
    crawl(here, page(twice), BEGAN)
    left = {**amended(s3=OTHER), "8 Summary": VISIT}
    report = crawl(here, page(left), BEGAN + DAY)
    assert report.outcome == "held"
    assert "stand only at Access Rules, section 8" in report.reason
    assert [each.key for each in asked(here)] == [VISITS]


# ── Patterns, readers and releases ──────────────────────────────────────────────────────────────────────────────────

PATTERN = """  - topic: follow_up_requirement
    at: section 3
    find: in person at least once every {duration} after the first certificate
"""


def test_a_pattern_that_is_added_later_reads_the_value_in_silence(database_url: str, tmp_path: Path) -> None:
    with running(install(tmp_path), database_url) as here:
        crawl(here, page(), BEGAN)
        assert shown(here, VISITS)["level"] == "coded"
    with running(install(tmp_path, RULES + PATTERN), database_url) as here:
        report = crawl(here, page(), BEGAN + DAY)
        assert report.changes == ()
        after = shown(here, VISITS)
        assert (after["level"], after["display"], after["coding"]) == ("read", "12 months", None)
        assert crawl(here, page(), BEGAN + 2 * DAY).outcome == "unchanged"
        assert recorded(here) == []


def test_a_pattern_that_reads_otherwise_than_the_coder_asks_a_person(database_url: str, tmp_path: Path) -> None:
    other = BASELINE.replace("P12M", "P6M")
    with running(install(tmp_path, baseline=other), database_url) as here:
        crawl(here, page(), BEGAN)
    with running(install(tmp_path, RULES + PATTERN, other), database_url) as here:
        crawl(here, page(), BEGAN + DAY)
        (change,) = recorded(here)
        assert (change.key, change.review, change.noticed_late) == (VISITS, "waiting", True)


def test_what_a_release_codes_later_is_looked_for_in_the_bytes_that_are_there(
    database_url: str, tmp_path: Path
) -> None:
    head, _, rest = BASELINE.partition("  - topic: follow_up_requirement")
    with running(install(tmp_path, baseline=head), database_url) as here:
        assert crawl(here, page(), BEGAN).met == 1
        home = install(tmp_path, baseline=f"{head}  - topic: follow_up_requirement{rest}")
        known = load_baseline(home / "spiders/nl/baseline.yml", here.words)
        take_over_all(here.database, [known], here.words, BEGAN + DAY)
        report = crawl(here, page(), BEGAN + 2 * DAY)
        assert (report.outcome, report.met, report.changes) == ("unchanged", 3, ())
        assert shown(here, VISITS)["quote"] == VISIT.rstrip(".")
        assert crawl(here, page(), BEGAN + 3 * DAY).met == 0, "read once"
        with here.database.read() as conn:
            state = source_state(conn, "nl/rules")
        assert state is not None
        assert state.watched


def test_a_release_that_codes_the_same_words_anew_keeps_their_quote(database_url: str, tmp_path: Path) -> None:
    with running(install(tmp_path), database_url) as here:
        crawl(here, page(), BEGAN)
        corrected = BASELINE.replace("allowed_with_guardian", "exceptional_specialist_only")
        home = install(tmp_path, baseline=corrected.replace("Access Rules, s. 2", "Access Rules, section 2(1)"))
        known = load_baseline(home / "spiders/nl/baseline.yml", here.words)
        (change,) = take_over_all(here.database, [known], here.words, BEGAN + DAY)
        assert change.kind is Kind.OUR_CORRECTION
        after = believed(here, MINORS)
        assert (after.passage.quote, after.passage.citation) == (YOUNG.rstrip("."), "Access Rules, section 2(1)")
        assert (after.level, after.met) == (Level.CODED, True)
        assert take_over_all(here.database, [replace(known, content="again")], here.words, BEGAN + 2 * DAY) == []


def test_a_source_of_two_documents_reads_only_the_one_that_changed(database_url: str, tmp_path: Path) -> None:
    two = DECLARATION.replace(
        f'{{id: rules, url: "{watched.URL}"}}',
        f'{{id: rules, url: "{watched.URL}"}}, {{id: fees, url: "https://law.example/fees"}}',
    )
    home = install(tmp_path)
    (home / "spiders/nl/rules.yml").write_text(two + RULES, "utf-8")
    with running(home, database_url) as here:
        both = [("rules", page()), ("fees", page({"1 Fees": OTHER}))]
        crawl_all(here, both, BEGAN)
        assert shown(here, VISITS)["quote"]
        crawl_all(here, [("rules", page()), ("fees", page({"1 Fees": OTHER + " Nothing else."}))], BEGAN + DAY)
        assert asked(here) == []
        assert shown(here, VISITS)["confirmed_at"] == (BEGAN + DAY).isoformat()
        report = crawl_all(
            here, [("rules", page(amended(s3=OTHER))), ("fees", page({"1 Fees": VISIT}))], BEGAN + 2 * DAY
        )
        assert [each.kind for each in report.changes] == [Kind.RENUMBERED]
        assert shown(here, VISITS)["document"] == "fees"


def crawl_all(here: Workspace, bodies: list[tuple[str, bytes]], at: datetime) -> Any:
    from tracker.domain.capture import Capture, Outcome
    from tracker.services.ingest import ingest

    source = here.declarations.source("nl/rules")
    urls = {document.id: document.url for document in source.documents}
    found = [
        Capture(
            source.id, name, urls[name], at, Outcome.FETCHED, 200, here.archive.put(body), "text/html; charset=utf-8"
        )
        for name, body in bodies
    ]
    return ingest(here.database, here.archive, here.words, source, found, at)
