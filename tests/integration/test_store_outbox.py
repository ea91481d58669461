"""Subscriptions, digests and deliveries: nothing lost, nothing twice, and no address in plain sight."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from tests.integration.store_sample import DAY, HOUR, NOW, change, first_plan, subscription, version
from tracker.domain.change import Review, Severity
from tracker.domain.reconcile import Plan
from tracker.domain.subscription import Cadence, Target, Timing, Wish
from tracker.errors import OperatorError
from tracker.store import outbox, rules, subscriptions
from tracker.store.changes import set_review
from tracker.store.database import Database
from tracker.store.outbox import Delivery, DigestContent
from tracker.store.secrets import Keys
from tracker.store.subscriptions import Composed
from tracker.store.tables import announced, delivery, digest, digest_body
from tracker.store.tables import subscription as subscription_table

KEYS = Keys(["a first secret of some length"])
LEASE = timedelta(minutes=5)
ADA = subscription("ada")
SLACK = subscription("team", "https://hooks.slack.com/services/T000/B000/XXXXsecretXXXX", "slack")


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    with database.write() as conn:
        yield conn


def _content(of: str = "ada", period: str = "2026-W09", **changed: Any) -> DigestContent:
    return replace(
        DigestContent(
            subscription_id=of,
            period_key=period,
            since=NOW - 7 * DAY,
            until=NOW,
            subject="Canada: 1 change",
            text="Adopted from 1 April",
            html="<p>Adopted</p>",
            slack_json='{"blocks":[]}',
            change_ids=("c1", "c2"),
            unverified_ids=("c3",),
        ),
        **changed,
    )


def _save(conn: Connection, *contents: DigestContent) -> list[str]:
    return outbox.save_digests(conn, contents, NOW, message_host="tracker.example")


def _claim(conn: Connection, after: timedelta = timedelta(0)) -> list[Delivery]:
    return outbox.claim_deliveries(conn, KEYS, NOW + after, LEASE)


def _composed(conn: Connection, *, slack: bool = False) -> Delivery:
    """One message, claimed at NOW."""
    of = SLACK if slack else ADA
    subscriptions.add(conn, KEYS, of)
    _save(conn, _content(of.id))
    [taken] = _claim(conn)
    return taken


def _states(conn: Connection) -> dict[str, int]:
    return {state.value: number for state, number in outbox.delivery_states(conn).items()}


def test_a_subscription_comes_back_as_it_was(conn: Connection) -> None:
    wish = Wish(("CA", "US-DC"), True, ("minors",), Severity.CRITICAL, True)
    given = replace(ADA, wish=wish, timing=Timing(Cadence.MONTHLY, zone="Asia/Kathmandu", weekday=3), covered_until=NOW)
    assert subscriptions.add(conn, KEYS, given)
    assert subscriptions.add(conn, KEYS, SLACK)
    assert subscriptions.get(conn, KEYS, "ada") == given
    assert subscriptions.listed(conn, KEYS) == [given, SLACK]
    assert subscriptions.get(conn, KEYS, "unheard-of") is None


def test_the_same_wish_of_the_same_target_is_stored_once(conn: Connection) -> None:
    assert subscriptions.add(conn, KEYS, ADA)
    assert not subscriptions.add(conn, KEYS, subscription("again", "Ada.Lovelace@Clinic.example"))
    assert not subscriptions.add(conn, Keys(["a second secret of some length", "a first secret of some length"]), ADA)
    other = replace(subscription("other"), wish=Wish(("DE",)))
    assert subscriptions.add(conn, KEYS, other)
    assert subscriptions.of_target(conn, KEYS, Target("email", "ADA.lovelace@clinic.example")) == [ADA, other]
    assert subscriptions.of_target(conn, KEYS, Target("slack", "ada.lovelace@clinic.example")) == []
    assert subscriptions.remove(conn, "ada", NOW)
    assert subscriptions.add(conn, KEYS, subscription("again"))


def test_addresses_are_nowhere_in_the_file(database_url: str, database: Database, tmp_path: Path) -> None:
    with database.write() as conn:
        subscriptions.add(conn, KEYS, ADA)
        subscriptions.add(conn, KEYS, SLACK)
        _save(conn, _content(), _content("team"))
        assert len(_claim(conn)) == 2
        rows = [str(conn.execute(select(table)).all()) for table in (delivery, digest, digest_body)]
        stored = [bytes(row.target_encrypted) for row in conn.execute(select(subscription_table))]
    database.close()
    everything = b"".join(path.read_bytes() for path in tmp_path.iterdir()) + "".join(rows).encode() + b"".join(stored)
    for secret in (b"lovelace", b"Lovelace", b"clinic", b"hooks.slack", b"XXXXsecret"):
        assert secret not in everything
    assert database_url.startswith("postgresql") or b"Adopted from 1 April" in everything


def test_another_secret_opens_nothing_and_an_old_one_still_does(conn: Connection) -> None:
    new, both = (
        Keys(["a second secret of some length"]),
        Keys(["a second secret of some length", "a first secret of some length"]),
    )
    subscriptions.add(conn, KEYS, ADA)
    with pytest.raises(OperatorError, match="encrypted with another TRACKER_SECRET_KEY; add the old one after the new"):
        subscriptions.listed(conn, new)
    assert subscriptions.listed(conn, both) == [ADA]
    assert subscriptions.rotate(conn, both) == 1
    assert subscriptions.listed(conn, new) == subscriptions.of_target(conn, new, ADA.target) == [ADA]
    with pytest.raises(OperatorError, match="needs at least 16 random characters"):
        Keys(["short"])
    with pytest.raises(OperatorError, match="needs at least 16"):
        Keys([])


def test_only_confirmed_live_subscriptions_are_due(conn: Connection) -> None:
    shapes = {
        "due": ADA,
        "unconfirmed": replace(ADA, confirmed_at=None),
        "paused": replace(ADA, paused=True),
        "later": replace(ADA, next_due_at=NOW + HOUR),
        "never": replace(ADA, next_due_at=None),
        "removed": ADA,
    }
    for name, shape in shapes.items():
        subscriptions.add(conn, KEYS, replace(shape, id=name, target=Target("email", f"{name}@clinic.example")))
    subscriptions.remove(conn, "removed", NOW)
    [due] = subscriptions.claim_due(conn, NOW, LEASE)
    assert (due.id, due.channel, due.wish, due.timing, due.next_due_at) == ("due", "email", ADA.wish, ADA.timing, NOW)
    assert subscriptions.claim_due(conn, NOW, LEASE) == []
    assert [each.id for each in subscriptions.claim_due(conn, NOW + LEASE, LEASE)] == ["due"]
    subscriptions.composed(conn, [Composed("due", NOW, NOW + 7 * DAY)])
    assert [each.id for each in subscriptions.claim_due(conn, NOW + HOUR, LEASE)] == ["later"]
    again = {each.id: each for each in subscriptions.claim_due(conn, NOW + 7 * DAY, LEASE)}
    assert again["due"].covered_until == NOW
    assert again["due"].wish is due.wish

    assert subscriptions.confirm(conn, "unconfirmed", "link", NOW + HOUR, NOW + 2 * HOUR)
    assert not subscriptions.confirm(conn, "unconfirmed", "link", NOW + DAY, NOW + DAY)
    assert subscriptions.resume(conn, "paused", NOW + 3 * HOUR)
    assert subscriptions.pause(conn, "due")
    assert not subscriptions.pause(conn, "removed")
    assert not subscriptions.resume(conn, "removed", NOW)
    assert not subscriptions.remove(conn, "removed", NOW)
    confirmed = subscriptions.get(conn, KEYS, "unconfirmed")
    assert confirmed is not None
    assert (confirmed.confirmed_at, confirmed.confirmed_by, confirmed.covered_until) == (NOW + HOUR, "link", NOW + HOUR)


def test_a_period_gets_one_digest_and_a_target_one_delivery(conn: Connection) -> None:
    subscriptions.add(conn, KEYS, ADA)
    [id_] = _save(conn, _content())
    assert _save(conn, _content(text="composed again")) == []
    assert _save(conn, _content("unheard-of")) == []
    assert _save(conn) == []
    assert len(_save(conn, _content(), _content(period="2026-W10"))) == 1
    assert conn.execute(select(func.count(delivery.c.id))).scalar_one() == 2
    [first, _] = _claim(conn)
    assert (first.target, first.subscription_id, first.attempts, first.resent) == (ADA.target, "ada", 1, False)
    assert (first.subject, first.text, first.html) == ("Canada: 1 change", "Adopted from 1 April", "<p>Adopted</p>")
    assert first.slack_json == '{"blocks":[]}'
    assert first.message_id == f"<{first.id}@tracker.example>"
    assert id_ in conn.execute(select(delivery.c.digest_id)).scalars().all()


def test_equal_digests_are_stored_once(conn: Connection) -> None:
    for name in ("one", "two", "three"):
        subscriptions.add(conn, KEYS, subscription(name, f"{name}@clinic.example"))
    _save(conn, _content("one"), _content("two"), _content("three", text="other words"))
    assert conn.execute(select(func.count(digest_body.c.hash))).scalar_one() == 2
    assert {each.text for each in _claim(conn)} == {"Adopted from 1 April", "other words"}


def test_what_was_announced_is_known(conn: Connection) -> None:
    subscriptions.add(conn, KEYS, ADA)
    _save(conn, _content())
    assert outbox.unannounced(conn, "ada", ["c1", "c2", "c3", "c4"]) == {"c3", "c4"}
    assert outbox.unannounced(conn, "ada", ["c1", "c3", "c4"], unverified=True) == {"c1", "c4"}
    assert outbox.unannounced(conn, "other", ["c1"]) == {"c1"}
    _save(conn, _content(period="2026-W10", change_ids=("c3",), unverified_ids=()))
    assert outbox.unannounced(conn, "ada", ["c3"]) == set()


def test_who_was_told_an_error_is_known(conn: Connection) -> None:
    wrong = version()
    told = change(None, wrong)
    rules.apply_plan(conn, replace(first_plan(wrong), changes=(told,)), {}, NOW)
    subscriptions.add(conn, KEYS, ADA)
    subscriptions.add(conn, KEYS, SLACK)
    _save(conn, _content(change_ids=(told.id,)), _content("team", change_ids=("other",)))
    assert outbox.told_of_versions(conn, [wrong.id, "other"]) == {wrong.id: {"ada"}}


def test_a_sent_message_stays_sent(conn: Connection) -> None:
    assert not outbox.anything_due(conn, NOW)
    taken = _composed(conn)
    assert _claim(conn) == []
    assert not outbox.anything_due(conn, NOW)
    assert outbox.anything_due(conn, NOW + LEASE)
    outbox.mark_sent(conn, taken, NOW)
    outbox.mark_failed(conn, taken, "late", NOW)
    outbox.mark_unknown(conn, taken, "late", NOW)
    assert _claim(conn, DAY) == []
    assert _states(conn) == {"sent": 1}


def test_a_message_that_was_not_taken_is_tried_again_when_due(conn: Connection) -> None:
    taken = _composed(conn)
    outbox.mark_failed(conn, taken, "450 try later", NOW + HOUR)
    assert _claim(conn) == []
    [again] = _claim(conn, HOUR)
    assert (again.attempts, again.message_id, again.resent) == (2, taken.message_id, False)
    outbox.mark_failed(conn, again, "550 no such user", None)
    assert _claim(conn, DAY) == []
    assert _states(conn) == {"failed": 1}


def test_an_email_whose_sender_died_goes_out_once_more_as_the_same_message(conn: Connection) -> None:
    first = _composed(conn)
    assert _claim(conn, LEASE / 2) == []
    [second] = _claim(conn, LEASE)
    assert (second.message_id, second.attempts, second.resent) == (first.message_id, 2, True)
    assert _claim(conn, 3 * LEASE) == []
    assert _states(conn) == {"unknown": 1}


def test_a_slack_message_whose_sender_died_is_not_repeated(conn: Connection) -> None:
    _composed(conn, slack=True)
    assert _claim(conn, LEASE) == []
    assert _claim(conn, DAY) == []
    assert _states(conn) == {"unknown": 1}


def test_no_answer_counts_as_unknown(conn: Connection) -> None:
    taken = _composed(conn)
    outbox.mark_unknown(conn, taken, "timed out after DATA", NOW)
    [again] = _claim(conn)
    assert again.resent
    outbox.mark_unknown(conn, again, "timed out after DATA", NOW)
    assert _claim(conn, DAY) == []


def test_a_sender_whose_lease_is_over_cannot_undo_what_the_next_one_does(conn: Connection) -> None:
    slow = _composed(conn)
    [quick] = _claim(conn, LEASE)
    outbox.mark_failed(conn, slow, "late news", NOW)
    outbox.mark_unknown(conn, slow, "late news", NOW)
    assert _states(conn) == {"sending": 1}
    outbox.mark_sent(conn, slow, NOW + LEASE)  # it did go out, whoever is trying now
    outbox.mark_failed(conn, quick, "421", NOW)
    assert _states(conn) == {"sent": 1}


def test_whoever_unsubscribes_gets_nothing_more_and_a_pause_only_waits(conn: Connection) -> None:
    subscriptions.add(conn, KEYS, ADA)
    _save(conn, _content())
    subscriptions.pause(conn, "ada")
    assert _claim(conn) == []
    subscriptions.resume(conn, "ada", NOW)
    [taken] = _claim(conn)
    outbox.mark_failed(conn, taken, "450", NOW)
    assert subscriptions.remove(conn, "ada", NOW)
    assert _claim(conn, DAY) == []
    assert _states(conn) == {"failed": 1}
    assert _save(conn, _content(period="2026-W10")) == []


def test_erasing_forgets_everything_but_what_others_share(conn: Connection) -> None:
    subscriptions.add(conn, KEYS, ADA)
    subscriptions.add(conn, KEYS, SLACK)
    _save(conn, _content(), _content("team"), _content(period="2026-W10", text="only Ada's"))
    assert subscriptions.erase(conn, "ada")
    assert not subscriptions.erase(conn, "ada")
    assert {row.subscription_id for row in conn.execute(select(announced))} == {"team"}
    assert [row.text for row in conn.execute(select(digest_body))] == ["Adopted from 1 April"]
    assert [each.subscription_id for each in _claim(conn)] == ["team"]


def test_a_message_that_cannot_be_opened_waits_and_stops_nobody(conn: Connection) -> None:
    subscriptions.add(conn, Keys(["a lost secret of some length"]), SLACK)
    subscriptions.add(conn, KEYS, ADA)
    _save(conn, _content(), _content("team"))
    assert [each.subscription_id for each in _claim(conn)] == ["ada"]
    assert _states(conn) == {"pending": 1, "sending": 1}
    [found] = outbox.claim_deliveries(conn, Keys(["a lost secret of some length"]), NOW + HOUR, LEASE)[:1]
    assert found.subscription_id == "team"


def test_a_crash_before_the_commit_loses_and_repeats_nothing(database: Database) -> None:
    def composing_dies() -> None:
        with database.write() as conn:
            rules.apply_plan(conn, Plan(changes=(change(None, version()),)), {}, NOW)
            _save(conn, _content())
            raise KeyboardInterrupt

    with database.write() as conn:
        subscriptions.add(conn, KEYS, ADA)
    with pytest.raises(KeyboardInterrupt):
        composing_dies()
    with database.write() as conn:
        assert _claim(conn) == []
        assert outbox.unannounced(conn, "ada", ["c1"]) == {"c1"}
        assert len(_save(conn, _content())) == 1
        assert len(_claim(conn)) == 1


def test_no_message_is_claimed_by_two(database: Database) -> None:
    names = [f"s{number:03}" for number in range(60)]
    with database.write() as conn:
        for name in names:
            subscriptions.add(conn, KEYS, subscription(name, f"{name}@clinic.example"))
        _save(conn, *(_content(name) for name in names))
    claimed: list[str] = []

    def work() -> None:
        while True:
            with database.write() as conn:
                taken = outbox.claim_deliveries(conn, KEYS, NOW, LEASE, limit=7)
            if not taken:
                return
            claimed.extend(each.subscription_id for each in taken)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(claimed) == names


def test_subscriptions_at_once_are_due_only_when_something_may_be_said(conn: Connection) -> None:
    assert not subscriptions.anything_due(conn, NOW, DAY)
    eager = replace(ADA, timing=Timing(Cadence.AT_ONCE), covered_until=NOW)
    subscriptions.add(conn, KEYS, eager)
    assert not subscriptions.anything_due(conn, NOW + HOUR, DAY)
    urgent = change(None, version(), at=NOW, weight=Severity.CRITICAL, review=Review.WAITING)
    rules.apply_plan(conn, Plan(changes=(urgent,)), {}, NOW)
    assert not subscriptions.anything_due(conn, NOW + HOUR, DAY)
    assert subscriptions.anything_due(conn, NOW + DAY, DAY)  # undecided for a day
    set_review(conn, urgent.id, Review.ACCEPTED, "Ada", "", NOW + HOUR)
    assert subscriptions.anything_due(conn, NOW + HOUR, DAY)
    subscriptions.composed(conn, [Composed("ada", NOW + HOUR, NOW + HOUR)])
    assert not subscriptions.anything_due(conn, NOW + DAY, DAY)
    subscriptions.add(conn, KEYS, SLACK)
    assert subscriptions.anything_due(conn, NOW, DAY)
