"""Whether anything is due is answered by a glance, and is true exactly when claiming would find something."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.integration.store_sample import DAY, HOUR, NOW, change, subscription, version
from tracker.domain.change import Change, Review
from tracker.domain.reconcile import Plan
from tracker.domain.subscription import Cadence, Timing
from tracker.store import captures, outbox, subscriptions
from tracker.store.database import Connection, Database
from tracker.store.outbox import DigestContent
from tracker.store.rules import apply_plan
from tracker.store.secrets import Keys

KEYS = Keys(["a secret of the tests"])
PATIENCE = DAY


def test_a_source_is_due_until_somebody_takes_it(database: Database) -> None:
    with database.write() as conn:
        assert not captures.anything_due(conn, NOW)
        captures.set_due(conn, {"ca/a": NOW, "ca/b": None})
        assert not captures.anything_due(conn, NOW - HOUR)
        assert captures.anything_due(conn, NOW)
        captures.claim_due(conn, NOW, HOUR)
        assert not captures.anything_due(conn, NOW + HOUR / 2)
        assert captures.anything_due(conn, NOW + HOUR)


@pytest.mark.parametrize("cadence", [Cadence.DAILY, Cadence.AT_ONCE])
def test_a_subscription_is_due_at_its_time(database: Database, cadence: Cadence) -> None:
    wanted = replace(subscription("one"), timing=Timing(cadence))
    with database.write() as conn:
        subscriptions.add(conn, KEYS, wanted)
        assert not subscriptions.anything_due(conn, NOW - HOUR, PATIENCE)
        assert subscriptions.anything_due(conn, NOW, PATIENCE)
        subscriptions.pause(conn, "one")
        assert not subscriptions.anything_due(conn, NOW, PATIENCE)


def recorded(conn: Connection, changed: Change) -> None:
    apply_plan(conn, Plan(changes=(changed,)), {}, changed.observed_at)


def test_who_wants_to_hear_at_once_is_due_when_there_is_something_to_say(database: Database) -> None:
    told = replace(subscription("one"), timing=Timing(Cadence.AT_ONCE), covered_until=NOW)
    with database.write() as conn:
        subscriptions.add(conn, KEYS, told)
        recorded(conn, change(None, version(), at=NOW - HOUR))
        assert not subscriptions.anything_due(conn, NOW + DAY, PATIENCE)
        recorded(conn, change(None, version(at=NOW + HOUR), at=NOW + HOUR))
        assert subscriptions.anything_due(conn, NOW + DAY, PATIENCE)


def test_a_critical_change_comes_due_when_nobody_has_decided(database: Database) -> None:
    waiting = change(None, version(), at=NOW - HOUR, review=Review.WAITING)
    told = replace(subscription("one"), timing=Timing(Cadence.AT_ONCE), covered_until=NOW)
    with database.write() as conn:
        subscriptions.add(conn, KEYS, told)
        recorded(conn, waiting)
        assert not subscriptions.anything_due(conn, NOW + timedelta(hours=22), PATIENCE)
        assert subscriptions.anything_due(conn, NOW + timedelta(hours=23), PATIENCE)


def test_a_message_is_due_until_it_is_sent(database: Database) -> None:
    content = DigestContent(
        subscription_id="one", period_key="2026-03-01", since=NOW - DAY, until=NOW, subject="s", text="t", html="h"
    )
    with database.write() as conn:
        subscriptions.add(conn, KEYS, subscription("one"))
        assert not outbox.anything_due(conn, NOW)
        outbox.save_digests(conn, [content], NOW, message_host="tracker.example")
        assert outbox.anything_due(conn, NOW)
        (message,) = outbox.claim_deliveries(conn, KEYS, NOW, HOUR)
        assert not outbox.anything_due(conn, NOW)
        assert outbox.anything_due(conn, NOW + HOUR)  # whoever was sending it did not live to say how it went
        outbox.mark_failed(conn, message, "later", NOW + 2 * HOUR)
        assert not outbox.anything_due(conn, NOW + HOUR)
        subscriptions.pause(conn, "one")
        assert not outbox.anything_due(conn, NOW + 2 * HOUR)
        subscriptions.resume(conn, "one", NOW + DAY)
        outbox.mark_sent(conn, message, NOW)
        assert not outbox.anything_due(conn, NOW + DAY)
