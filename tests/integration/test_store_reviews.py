"""What waits for a person and what people decided, on both databases: asked once, kept for ever."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import text

from tests.integration.store_sample import (
    DAY,
    HOUR,
    KEY,
    NOW,
    SOURCE,
    capture,
    change,
    grams,
    passage,
    sighting,
    version,
)
from tracker.domain.change import Review, Severity
from tracker.domain.reading import Loss, Trace
from tracker.domain.reconcile import Plan
from tracker.store import captures, changes, migrate, outbox, reviews, rules
from tracker.store.captures import RunOutcome
from tracker.store.database import Connection, Database, open_database
from tracker.store.reviews import Copy, Decided, Decision, Evidence, ReviewItem, ReviewKind

FOUND = Trace("the old words of it", passage(citation="s. 300"), 87.5)
LOSS = Loss(KEY, "the words were not found", traces=(FOUND, Trace("others")))


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    with database.write() as conn:
        yield conn


def lose(conn: Connection, loss: Loss, at: int) -> ReviewItem | None:
    """A run finds the passage no more; what waits then."""
    seen = sighting(version(), at=NOW, lost=True)
    rules.apply_plan(conn, Plan(sightings=(seen,), lost=(loss,)), {}, NOW + at * DAY)
    return next(iter(reviews.waiting(conn)), None)


def find(conn: Connection, at: int) -> None:
    rules.apply_plan(conn, Plan(sightings=(sighting(version(), at=NOW + at * DAY),)), {}, NOW + at * DAY)


def decided(item: ReviewItem, decision: Decision, at: int) -> Decided:
    what = ("a passage", item.opened_at, decision, "Ada", NOW + at * DAY, "read both texts", "nothing follows")
    return Decided(item.id, item.kind, item.source, item.key, *what)


def test_what_was_found_comes_back_with_the_item(conn: Connection) -> None:
    item = lose(conn, LOSS, 1)
    assert item is not None
    assert (item.kind, item.key, item.source, item.evidence) == (ReviewKind.LOST, KEY, SOURCE, Evidence(LOSS.traces))
    assert reviews.item(conn, item.id) == item
    assert (item.decision, item.closed_at) == (None, None)
    coded = lose(conn, replace(LOSS, recode=True, traces=()), 2)
    assert coded is not None
    assert (coded.id, coded.kind, coded.opened_at) == (item.id, ReviewKind.RECODE, item.opened_at)
    assert coded.evidence == Evidence(), "what is open shows what was found last"


def test_a_decision_stands_while_the_same_would_be_asked(conn: Connection) -> None:
    item = lose(conn, LOSS, 1)
    assert item is not None
    reviews.decide(conn, decided(item, Decision.REJECTED, 2), item.evidence)
    closed = reviews.item(conn, item.id)
    assert closed is not None
    assert (closed.closed_at, closed.decision) == (NOW + 2 * DAY, Decision.REJECTED)
    other_copy = replace(FOUND, found=passage(citation="s. 300", snapshot="cd" * 32), score=86.0)
    assert lose(conn, replace(LOSS, traces=(other_copy, Trace("others"))), 3) is None
    asked = lose(conn, replace(LOSS, traces=(replace(FOUND, found=passage(citation="s. 301")),)), 4)
    assert asked is not None
    assert (asked.opened_at, asked.decision) == (NOW + 4 * DAY, None)
    assert [each.decision for each in reviews.decisions(conn)] == [Decision.REJECTED]


def test_what_is_found_and_lost_again_is_asked_again(conn: Connection) -> None:
    item = lose(conn, LOSS, 1)
    assert item is not None
    reviews.decide(conn, decided(item, Decision.REJECTED, 2))
    find(conn, 3)
    assert reviews.waiting(conn) == []
    again = lose(conn, LOSS, 4)
    assert again is not None
    assert (again.id, again.opened_at) == (item.id, NOW + 4 * DAY)


def test_decisions_are_kept_for_ever_in_their_order(conn: Connection) -> None:
    item = lose(conn, LOSS, 1)
    assert item is not None
    first, second = decided(item, Decision.REJECTED, 2), decided(item, Decision.EDITED, 3)
    held = reviews.held_item("ca/other", "redesigned", NOW)
    reviews.open_items(conn, [held])
    about_a_run = Decided(
        held.id, held.kind, held.source, None, held.reason, NOW, Decision.ACCEPTED, "Bo", NOW + 4 * DAY, "seen"
    )
    for each in (first, second, about_a_run):
        reviews.decide(conn, each)
    find(conn, 5)
    assert reviews.decisions(conn) == [first, second, about_a_run]
    assert reviews.decisions(conn, item.id) == [first, second]
    assert reviews.decisions(conn, "unheard-of") == []


def test_a_held_run_names_its_copies_and_is_asked_once_for_one_reason(conn: Connection) -> None:
    def run(at: int, reason: str, body: str) -> list[ReviewItem]:
        number = captures.begin_run(conn, SOURCE, NOW + at * DAY)
        captures.record_captures(conn, number, [capture(body=body, at=NOW + at * DAY)], accepted=False)
        captures.finish_run(conn, number, RunOutcome.HELD, NOW + at * DAY, reason=reason)
        return reviews.waiting(conn)

    (item,) = run(1, "no element 'main'", "aa")
    assert item.evidence.copies == (Copy("text", "https://laws.example/text.xml", "fetched", "aa" * 32),)
    (item,) = run(2, "no element 'main'", "bb")
    assert [copy.snapshot for copy in item.evidence.copies] == ["bb" * 32]
    assert item.opened_at == NOW + DAY
    reviews.decide(conn, decided(item, Decision.ACCEPTED, 3))
    assert run(4, "no element 'main'", "cc") == []
    assert [each.opened_at for each in run(5, "only 3 provisions", "cc")] == [NOW + 5 * DAY]


def test_who_was_told_of_a_change_is_known(conn: Connection) -> None:
    assert outbox.told_of_change(conn, "unheard-of") == []


def test_decisions_of_the_past_are_taken_over(empty_url: str) -> None:
    urgent = change(version(), version(grams(1)), weight=Severity.CRITICAL, review=Review.WAITING)
    waiting = change(version(), version(grams(2)), weight=Severity.CRITICAL, review=Review.WAITING)
    before = Database(empty_url)
    with before.write() as conn:
        config = Config(attributes={"connection": conn})
        folder = Path(migrate.__file__).with_name("migrations")
        config.set_main_option("script_location", str(folder))
        command.upgrade(config, "0003")
        for each in (urgent, waiting):
            _insert(conn, each.id)
        conn.execute(
            text(
                "UPDATE change SET review = 'rejected', reviewed_by = 'Ada', reviewed_at = :at, review_reason = 'wrong'"
                " WHERE id = :id"
            ),
            {"id": urgent.id, "at": str((NOW + HOUR).replace(tzinfo=None)) if before.sqlite else NOW + HOUR},
        )
    before.close()
    database = open_database(empty_url)
    with database.read() as conn:
        (kept,) = reviews.decisions(conn)
        assert (kept.item, kept.kind, kept.key, kept.decision) == (
            urgent.id,
            ReviewKind.CRITICAL,
            KEY,
            Decision.REJECTED,
        )
        assert (kept.by, kept.at, kept.reason) == ("Ada", NOW + HOUR, "wrong")
        assert changes.change(conn, waiting.id) is not None
    database.close()


def _insert(conn: Connection, id_: str) -> None:
    """A change as an earlier program wrote it."""
    values = {
        "id": id_,
        "jurisdiction": KEY.jurisdiction,
        "topic": KEY.topic,
        "qualifier": KEY.qualifier,
        "kind": "value_changed",
        "cause": "source",
        "direction": "restricts",
        "severity": "critical",
        "observed_at": NOW.replace(tzinfo=None) if conn.dialect.name == "sqlite" else NOW,
        "basis": "stated",
        "status": "in_force",
        "summary": "150 g → 1 g",
        "review": "waiting",
        "recorded_at": NOW.replace(tzinfo=None) if conn.dialect.name == "sqlite" else NOW,
    }
    names = ", ".join(values)
    conn.execute(text(f"INSERT INTO change ({names}) VALUES ({', '.join(f':{name}' for name in values)})"), values)
