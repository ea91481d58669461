"""Who wants to hear of what; addresses are encrypted, and composing a digest never needs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, delete, func, or_, select, update

from tracker.domain.change import Review
from tracker.domain.subscription import Cadence, Subscription, Target, Timing, Wish
from tracker.store.codec import TIMING, WISH
from tracker.store.database import insert
from tracker.store.secrets import Keys
from tracker.store.tables import change, delivery, digest, digest_body
from tracker.store.tables import subscription as table


@dataclass(frozen=True, slots=True)
class DueSubscription:
    """What composing needs to know of a subscription: everything but where it goes."""

    id: str
    channel: str
    wish: Wish
    """Equal wishes are the same object, so that what is composed for one serves all who share it."""
    timing: Timing
    created_at: datetime
    next_due_at: datetime
    covered_until: datetime | None


@dataclass(frozen=True, slots=True)
class Composed:
    """How far a subscription has been composed, and when it is due again."""

    subscription_id: str
    covered_until: datetime
    next_due_at: datetime | None


def add(conn: Connection, keys: Keys, subscription: Subscription) -> bool:
    """Store a subscription; False, and nothing stored, where its target already has the same wish."""
    wish = WISH.dump_json(subscription.wish).decode()
    wish_hash = _wish_hash(wish)
    same = and_(
        table.c.target_hash.in_(keys.hashes(subscription.target)),
        table.c.wish_hash == wish_hash,
        table.c.removed_at.is_(None),
    )
    if conn.execute(select(table.c.id).where(same)).first() is not None:
        return False
    row = {
        "id": subscription.id,
        "channel": subscription.target.channel,
        "target_encrypted": keys.encrypt(subscription.target),
        "target_hash": keys.hash(subscription.target),
        "wish": wish,
        "wish_hash": wish_hash,
        "timing": TIMING.dump_json(subscription.timing).decode(),
        "created_at": subscription.created_at,
        "confirmed_at": subscription.confirmed_at,
        "confirmed_by": subscription.confirmed_by,
        "paused": subscription.paused,
        "next_due_at": subscription.next_due_at,
        "covered_until": subscription.covered_until,
    }
    # Two who add the same at once on PostgreSQL both see nothing above.
    stored = insert(conn, table).on_conflict_do_nothing().returning(table.c.id)
    return conn.execute(stored, row).first() is not None


def get(conn: Connection, keys: Keys, id_: str) -> Subscription | None:
    """One subscription that has not been removed."""
    row = conn.execute(select(table).where(_live(id_))).one_or_none()
    return _subscription(keys, row) if row is not None else None


def listed(conn: Connection, keys: Keys) -> list[Subscription]:
    """Every subscription that has not been removed, oldest first."""
    statement = select(table).where(table.c.removed_at.is_(None)).order_by(table.c.created_at, table.c.id)
    return [_subscription(keys, row) for row in conn.execute(statement)]


def of_target(conn: Connection, keys: Keys, target: Target) -> list[Subscription]:
    """The subscriptions of one target, oldest first."""
    which = and_(table.c.target_hash.in_(keys.hashes(target)), table.c.removed_at.is_(None))
    rows = conn.execute(select(table).where(which).order_by(table.c.created_at, table.c.id))
    return [_subscription(keys, row) for row in rows]


def confirm(conn: Connection, id_: str, by: str, now: datetime, next_due_at: datetime) -> bool:
    """Record consent, from which on digests are due; False where there is nothing to confirm."""
    first = and_(_live(id_), table.c.confirmed_at.is_(None))
    values = {"confirmed_at": now, "confirmed_by": by, "next_due_at": next_due_at, "covered_until": now}
    return conn.execute(update(table).where(first).values(values)).rowcount == 1


def pause(conn: Connection, id_: str) -> bool:
    """Send nothing until resumed; False where there is no such subscription."""
    return conn.execute(update(table).where(_live(id_)).values(paused=True)).rowcount == 1


def resume(conn: Connection, id_: str, next_due_at: datetime) -> bool:
    """Send again what comes and what was missed; False where there is no such subscription."""
    values = {"paused": False, "next_due_at": next_due_at}
    return conn.execute(update(table).where(_live(id_)).values(values)).rowcount == 1


def remove(conn: Connection, id_: str, now: datetime) -> bool:
    """End a subscription, and what has not gone out does not; False where there is no such subscription."""
    if not conn.execute(update(table).where(_live(id_)).values(removed_at=now)).rowcount:
        return False
    composed = select(digest.c.id).where(digest.c.subscription_id == id_)
    unsent = and_(delivery.c.digest_id.in_(composed), delivery.c.state.in_(("pending", "unknown")))
    values = {"state": "failed", "next_try_at": None, "last_error": "unsubscribed"}
    conn.execute(update(delivery).where(unsent).values(values))
    return True


def erase(conn: Connection, id_: str) -> bool:
    """Forget a subscription and all that was composed for it; False where there is none."""
    bodies = select(digest.c.body_hash).where(digest.c.subscription_id == id_)
    hashes = list(conn.execute(bodies).scalars())
    if not conn.execute(delete(table).where(table.c.id == id_)).rowcount:
        return False
    shared = select(digest.c.body_hash).where(digest.c.body_hash.in_(hashes))
    conn.execute(delete(digest_body).where(digest_body.c.hash.in_(hashes), digest_body.c.hash.not_in(shared)))
    return True


def rotate(conn: Connection, keys: Keys) -> int:
    """Encrypt every address with the first secret, so that the others can be thrown away; returns how many."""
    rows = conn.execute(select(table.c.id, table.c.channel, table.c.target_encrypted)).all()
    renewed = []
    for id_, channel, stored in rows:
        target = keys.decrypt(channel, stored)
        renewed.append({"of": id_, "target_encrypted": keys.encrypt(target), "target_hash": keys.hash(target)})
    if renewed:
        columns: dict[str, Any] = {name: bindparam(name) for name in ("target_encrypted", "target_hash")}
        conn.execute(update(table).where(table.c.id == bindparam("of")).values(columns), renewed)
    return len(renewed)


def claim_due(conn: Connection, now: datetime, lease: timedelta, limit: int = 500) -> list[DueSubscription]:
    """Take confirmed subscriptions that are due; nobody else gets them until they are `composed` or the lease ends."""
    c = table.c
    free = or_(c.claimed_until.is_(None), c.claimed_until <= now)
    picked = (
        select(c.id)
        .where(c.next_due_at <= now, free, ~c.paused, c.confirmed_at.is_not(None), c.removed_at.is_(None))
        .order_by(c.next_due_at, c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("picked")
    )
    rows = conn.execute(
        update(table)
        .where(c.id.in_(select(picked.c.id)))
        .values(claimed_until=now + lease)
        .returning(c.id, c.channel, c.wish, c.timing, c.created_at, c.next_due_at, c.covered_until)
    ).all()
    return [
        DueSubscription(id_, channel, _wish(wish), _timing(timing), created_at, due, covered)
        for id_, channel, wish, timing, created_at, due, covered in sorted(rows, key=lambda row: (row[5], row[0]))
    ]


def composed(conn: Connection, done: Sequence[Composed]) -> None:
    """Release claimed subscriptions, whether or not there was anything to say."""
    if done:
        values: dict[str, Any] = {
            "claimed_until": None,
            "covered_until": bindparam("covered"),
            "next_due_at": bindparam("due"),
        }
        conn.execute(
            update(table).where(table.c.id == bindparam("of")).values(values),
            [{"of": each.subscription_id, "covered": each.covered_until, "due": each.next_due_at} for each in done],
        )


def _live(id_: str) -> Any:
    return and_(table.c.id == id_, table.c.removed_at.is_(None))


def _wish_hash(wish: str) -> str:
    return sha256(wish.encode()).hexdigest()[:32]


@lru_cache(maxsize=65536)
def _wish(text: str) -> Wish:
    return WISH.validate_json(text)


@lru_cache(maxsize=4096)
def _timing(text: str) -> Timing:
    return TIMING.validate_json(text)


def _subscription(keys: Keys, row: Row[Any]) -> Subscription:
    return Subscription(
        row.id,
        keys.decrypt(row.channel, row.target_encrypted),
        _wish(row.wish),
        _timing(row.timing),
        row.created_at,
        row.confirmed_at,
        row.confirmed_by,
        row.paused,
        row.next_due_at,
        row.covered_until,
    )


def anything_due(conn: Connection, now: datetime, patience: timedelta) -> bool:
    """Whether a subscription is to be composed; one served at once, only where there may be something to say.

    `patience` is how long a critical change waits for a person before it is told as unverified.
    """
    c = table.c
    free = or_(c.claimed_until.is_(None), c.claimed_until <= now)
    due = and_(c.next_due_at <= now, free, ~c.paused, c.confirmed_at.is_not(None), c.removed_at.is_(None))
    at_once = c.timing.contains(f'"{Cadence.AT_ONCE.value}"')
    in_turn = select(c.id).where(due, or_(~at_once, c.covered_until.is_(None))).limit(1)
    if conn.execute(in_turn).first() is not None:
        return True
    told: datetime | None = conn.execute(select(func.min(c.covered_until)).where(due, at_once)).scalar()
    if told is None:
        return False
    seen = change.c.observed_at
    ripe = and_(change.c.review == Review.WAITING.value, seen > told - patience, seen <= now - patience)
    news = select(change.c.id).where(or_(change.c.recorded_at > told, change.c.reviewed_at > told, ripe)).limit(1)
    return conn.execute(news).first() is not None
