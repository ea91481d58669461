"""Runs and captures, how sources stand, and the words of documents over time."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import Connection, func, select

from tests.integration.store_sample import DAY, HOUR, NOW, SOURCE, capture, provision
from tracker.domain.capture import Capture, Outcome, Validator
from tracker.domain.provision import Provision, Standing
from tracker.store import captures, provisions, reviews
from tracker.store.captures import RunOutcome, SourceState
from tracker.store.database import Database
from tracker.store.queries import confirmed_at_as_known
from tracker.store.tables import capture as capture_table
from tracker.store.tables import provision as provision_table
from tracker.store.tables import provision_text

CHANGED, UNCHANGED, HELD, FAILED = RunOutcome


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    with database.write() as conn:
        yield conn


def _run(
    conn: Connection, outcome: RunOutcome, at: datetime, fetched: Sequence[Capture] = (), reason: str = ""
) -> SourceState:
    number = captures.begin_run(conn, SOURCE, at)
    captures.record_captures(conn, number, fetched, accepted=outcome.well)
    return captures.finish_run(
        conn, number, outcome, at, reason=reason, fingerprint="f1", counts={"documents": len(fetched)}
    )


def test_a_first_run_makes_the_documents_and_validators_are_kept_as_sent(conn: Connection) -> None:
    one, two = capture(), capture(document="s-7", body="bb", etag=None)
    state = _run(conn, CHANGED, NOW, [one, two])
    assert captures.captures_of(conn, state.last_run_id or 0) == [one, two]
    stored = captures.documents(conn, SOURCE)
    assert list(stored) == ["s-7", "text"]
    assert (stored["text"].snapshot, stored["text"].url, stored["text"].media_type) == ("aa" * 32, one.url, "text/xml")
    assert captures.validators(conn, SOURCE) == {
        one.url: Validator("aa" * 32, 'W/"x-gzip"', "Tue, 01 Oct 2024 00:00:00 GMT")
    }
    assert captures.validators(conn, "ca/other") == {}


@pytest.mark.parametrize("outcome", [Outcome.NOT_MODIFIED, Outcome.FETCHED])
def test_an_unchanged_page_costs_one_small_row(conn: Connection, outcome: Outcome) -> None:
    _run(conn, CHANGED, NOW, [capture()])
    state = _run(conn, UNCHANGED, NOW + DAY, [capture(outcome, at=NOW + DAY)])
    [row] = conn.execute(select(capture_table).where(capture_table.c.run_id == state.last_run_id))
    assert (row.url, row.media_type, row.headers, row.reason) == (None, None, None, None)
    [document] = captures.documents(conn, SOURCE).values()
    assert (document.first_seen_at, document.fetched_at, document.confirmed_at) == (NOW, NOW, NOW + DAY)
    assert captures.validators(conn, SOURCE)[document.url].etag == 'W/"x-gzip"'
    [again] = captures.captures_of(conn, state.last_run_id or 0)
    assert again == replace(capture(outcome, at=NOW + DAY), media_type="text/xml", headers={})


def test_new_bytes_replace_the_copy(conn: Connection) -> None:
    _run(conn, CHANGED, NOW, [capture()])
    _run(conn, CHANGED, NOW + DAY, [capture(body="cc", etag='"2"', at=NOW + DAY)])
    [document] = captures.documents(conn, SOURCE).values()
    assert (document.snapshot, document.first_seen_at, document.fetched_at) == ("cc" * 32, NOW, NOW + DAY)
    assert captures.validators(conn, SOURCE)[document.url] == Validator(
        "cc" * 32, '"2"', "Tue, 01 Oct 2024 00:00:00 GMT"
    )


def test_a_held_copy_is_kept_but_never_asked_about(conn: Connection) -> None:
    _run(conn, CHANGED, NOW, [capture()])
    before = captures.documents(conn, SOURCE), captures.validators(conn, SOURCE)
    bad = capture(body="ee", etag='"error page"', at=NOW + DAY)
    state = _run(conn, HELD, NOW + DAY, [bad], "the words “daily quantity” stand nowhere")
    assert (captures.documents(conn, SOURCE), captures.validators(conn, SOURCE)) == before
    assert captures.captures_of(conn, state.last_run_id or 0) == [bad]


def test_absence_is_recorded_and_changes_no_document(conn: Connection) -> None:
    _run(conn, CHANGED, NOW, [capture()])
    before = captures.documents(conn, SOURCE)
    gone = replace(capture(Outcome.GONE, at=NOW + DAY))
    state = _run(conn, FAILED, NOW + DAY, [gone], "404")
    assert captures.documents(conn, SOURCE) == before
    assert captures.captures_of(conn, state.last_run_id or 0) == [gone]
    assert _run(conn, FAILED, NOW + DAY, []).outcome is FAILED


def test_operators_are_told_of_trouble_once_and_once_when_it_is_over(conn: Connection) -> None:
    untold = []
    for day, outcome in enumerate((CHANGED, FAILED, FAILED, HELD, FAILED, HELD, UNCHANGED, UNCHANGED, FAILED, CHANGED)):
        state = _run(conn, outcome, NOW + day * DAY, reason=outcome.value)
        if state.untold and day < 8:
            untold.append((day, state.trouble))
            captures.mark_told(conn, state, NOW + day * DAY)
    assert untold == [(1, FAILED), (3, HELD), (6, None)]
    assert not state.untold  # the last trouble was over before anybody was told


def test_a_source_remembers_how_it_stands(conn: Connection) -> None:
    assert captures.source_state(conn, SOURCE) is None
    _run(conn, CHANGED, NOW, [capture()])
    _run(conn, FAILED, NOW + DAY, reason="time-out")
    _run(conn, HELD, NOW + 2 * DAY, reason="redesigned")
    _run(conn, FAILED, NOW + 3 * DAY, reason="503")
    state = captures.source_state(conn, SOURCE)
    assert state is not None
    assert [state] == captures.sources(conn)
    assert (state.outcome, state.reason, state.trouble, state.since) == (FAILED, "503", HELD, NOW + DAY)
    assert (state.last_ok_at, state.last_read_at, state.fingerprint) == (NOW, NOW + 2 * DAY, "f1")
    [item] = reviews.waiting(conn)
    assert (item.source, item.reason, item.key) == (SOURCE, "redesigned", None)
    _run(conn, UNCHANGED, NOW + 4 * DAY)
    assert reviews.waiting(conn) == []
    assert confirmed_at_as_known(conn, [SOURCE, "nl/x"], NOW + 3 * DAY) == {SOURCE: NOW}
    assert confirmed_at_as_known(conn, [SOURCE], NOW + 4 * DAY) == {SOURCE: NOW + 4 * DAY}
    assert confirmed_at_as_known(conn, [SOURCE], NOW - DAY) == {}


def test_due_sources_are_claimed_once_and_again_when_the_lease_is_over(conn: Connection) -> None:
    captures.set_due(conn, {"b": NOW - HOUR, "a": NOW, "later": NOW + HOUR, "never": None})
    assert captures.anything_due(conn, NOW)
    assert captures.claim_due(conn, NOW, HOUR, limit=1) == ["b"]
    assert captures.claim_due(conn, NOW, HOUR) == ["a"]
    assert captures.claim_due(conn, NOW, HOUR) == []
    assert not captures.anything_due(conn, NOW)
    assert captures.claim_due(conn, NOW + HOUR, HOUR) == ["b", "a", "later"]
    number = captures.begin_run(conn, "a", NOW + HOUR)
    captures.finish_run(conn, number, FAILED, NOW + HOUR)
    captures.set_due(conn, {})
    assert captures.claim_due(conn, NOW + HOUR, HOUR) == ["a"]


def test_no_source_is_claimed_by_two(database: Database) -> None:
    with database.write() as conn:
        captures.set_due(conn, {f"s{number:03}": NOW for number in range(120)})
    claimed: list[str] = []

    def work() -> None:
        while True:
            with database.write() as conn:
                taken = captures.claim_due(conn, NOW, HOUR, limit=7)
            if not taken:
                return
            claimed.extend(taken)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(claimed) == [f"s{number:03}" for number in range(120)]


def _texts(conn: Connection, known_at: datetime | None = None) -> list[str]:
    if known_at is None:
        return [each.text for each in provisions.stored(conn, SOURCE, "text")]
    return [each.text for each in provisions.document_at(conn, SOURCE, "text", known_at)]


def test_provisions_come_back_in_reading_order(conn: Connection) -> None:
    given = [
        provision(2),
        replace(provision(1, on=date(2026, 1, 1)), standing=Standing.REPEALED),
        replace(provision(3), path=()),
    ]
    assert provisions.store(conn, SOURCE, "text", given, NOW) == 3
    back = provisions.stored(conn, SOURCE, "text")
    assert [(p.path, p.citation, p.heading, p.text, p.text_hash, p.standing) for p in back] == [
        (p.path, p.citation, p.heading, p.text, p.text_hash, p.standing) for p in given
    ]
    assert [p.effective_on for p in back] == [None, date(2026, 1, 1), None]
    assert {p.recorded_from for p in back} == {NOW}
    assert provisions.stored(conn, SOURCE, "other") == []


def test_only_differences_are_written(conn: Connection) -> None:
    base = [provision(number) for number in range(1, 101)]
    provisions.store(conn, SOURCE, "text", base, NOW)
    assert provisions.store(conn, SOURCE, "text", base, NOW + HOUR) == 0
    inserted = [*base[:50], provision(5001), *base[50:]]
    assert provisions.store(conn, SOURCE, "text", inserted, NOW + DAY) == 1
    amended = [*inserted[:10], provision(11, "amended"), *inserted[11:]]
    assert provisions.store(conn, SOURCE, "text", amended, NOW + 2 * DAY) == 2
    moved = [*amended[1:], amended[0]]
    assert provisions.store(conn, SOURCE, "text", moved, NOW + 3 * DAY) == 2
    assert provisions.store(conn, SOURCE, "text", moved[:-1], NOW + 4 * DAY) == 1
    for reading, at in (
        (base, NOW),
        (base, NOW + HOUR),
        (inserted, NOW + DAY),
        (amended, NOW + 2 * DAY),
        (moved, NOW + 3 * DAY),
    ):
        assert _texts(conn, at) == [each.text for each in reading]
    assert _texts(conn) == _texts(conn, NOW + 9 * DAY) == [each.text for each in moved[:-1]]
    assert _texts(conn, NOW - HOUR) == []
    kept = conn.execute(select(func.count()).select_from(provision_text)).scalar_one()
    assert kept == 102


def test_any_history_of_a_document_can_be_read_again(conn: Connection) -> None:
    dice = random.Random(20260301)
    reading: list[Provision] = []
    history: list[tuple[datetime, list[str]]] = []
    for day in range(60):
        for _ in range(dice.randrange(4)):
            reading.insert(dice.randint(0, len(reading)), provision(dice.randrange(8), dice.choice(("", "same words"))))
        if reading and dice.random() < 0.4:
            reading.pop(dice.randrange(len(reading)))
        if dice.random() < 0.2:
            dice.shuffle(reading)
        provisions.store(conn, SOURCE, "text", reading, NOW + day * DAY)
        history.append((NOW + day * DAY, [each.text for each in reading]))
    assert all(_texts(conn, at) == texts for at, texts in history)


def test_a_place_that_is_full_is_made_roomier(conn: Connection) -> None:
    reading = [provision(1), provision(2)]
    written = []
    for number in range(60):
        written.append(provisions.store(conn, SOURCE, "text", reading, NOW + number * HOUR))
        reading = [*reading[:1], provision(100 + number), *reading[1:]]
    assert written.count(1) == 58
    assert _texts(conn, NOW + 59 * HOUR) == [each.text for each in (reading[0], *reading[2:])]
    assert conn.execute(select(func.count(provision_table.c.id))).scalar_one() < 150
