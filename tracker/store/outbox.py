"""What is composed and not sent yet. A message goes out once, save in one window that nobody can close (TECH 5).

pending --claim--> sending --> sent | failed | pending again, later
                   sending --lease over, or no answer--> unknown --e-mail only, once--> sending
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, and_, case, func, or_, select, update

from tracker.domain.subscription import Target
from tracker.errors import OperatorError
from tracker.store.database import insert
from tracker.store.secrets import Keys
from tracker.store.tables import announced, change, delivery, digest, digest_body, subscription

_KEY_TROUBLE = timedelta(hours=1)


class DeliveryState(StrEnum):
    """Where one message to one target stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    """Never tried again."""
    UNKNOWN = "unknown"
    """It may have gone out: whoever sent it did not live to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestContent:
    """One composed digest: whom it is for, what it covers, what it says."""

    subscription_id: str
    period_key: str
    """Names the period; a subscription gets one digest for each."""
    since: datetime
    until: datetime
    subject: str
    text: str
    html: str
    slack_json: str | None = None
    change_ids: tuple[str, ...] = ()
    """Changes that it tells of."""
    unverified_ids: tuple[str, ...] = ()
    """Changes of which it only says that they wait for proof; they may be told of later."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message that its holder may send now."""

    id: str
    subscription_id: str
    target: Target
    message_id: str
    """The same at each attempt."""
    attempts: int
    """This one included."""
    resent: bool
    """Whether it may have gone out before."""
    subject: str
    text: str
    html: str
    slack_json: str | None


def save_digests(conn: Connection, digests: Sequence[DigestContent], now: datetime, *, message_host: str) -> list[str]:
    """Store digests with what they announce and their deliveries; returns the ids of those that are new.

    A period that has its digest keeps it. `message_host` is the right side of Message-IDs.
    """
    by_id = {_id(each.subscription_id, each.period_key): each for each in digests}
    whose = select(subscription.c.id, subscription.c.target_hash).where(
        subscription.c.id.in_({each.subscription_id for each in digests}), subscription.c.removed_at.is_(None)
    )
    targets: dict[str, str] = {row.id: row.target_hash for row in conn.execute(whose)}
    wanted = {id_: each for id_, each in by_id.items() if each.subscription_id in targets}
    if not wanted:
        return []
    bodies = {id_: _body(each) for id_, each in wanted.items()}
    once = {body["hash"]: body for body in bodies.values()}
    conn.execute(insert(conn, digest_body).on_conflict_do_nothing(), list(once.values()))
    added = conn.execute(
        insert(conn, digest).on_conflict_do_nothing().returning(digest.c.id),
        [_digest_row(id_, each, bodies[id_]["hash"], now) for id_, each in wanted.items()],
    ).scalars()
    fresh = {id_: wanted[id_] for id_ in added}
    if not fresh:
        return []
    told = [
        {"subscription_id": each.subscription_id, "change_id": changed, "unverified": unverified, "digest_id": id_}
        for id_, each in fresh.items()
        for unverified, ids in ((False, each.change_ids), (True, each.unverified_ids))
        for changed in ids
    ]
    if told:
        conn.execute(insert(conn, announced).on_conflict_do_nothing(), told)
    conn.execute(
        delivery.insert(),
        [_delivery_row(id_, targets[each.subscription_id], now, message_host) for id_, each in fresh.items()],
    )
    return list(fresh)


def unannounced(
    conn: Connection, subscription_id: str, change_ids: Collection[str], *, unverified: bool = False
) -> set[str]:
    """Which of these changes a subscription has not been told of; as `unverified`, whether it has had that warning."""
    c = announced.c
    told = select(c.change_id).where(c.subscription_id == subscription_id, c.unverified.is_(unverified))
    return set(change_ids) - set(conn.execute(told).scalars())


def told_of_versions(conn: Connection, version_ids: Collection[str]) -> dict[str, set[str]]:
    """By version, the subscriptions that were told of a change to it: they are owed its correction."""
    statement = (
        select(change.c.after_id, announced.c.subscription_id)
        .join_from(change, announced, announced.c.change_id == change.c.id)
        .where(change.c.after_id.in_(sorted(version_ids)))
    )
    told: dict[str, set[str]] = defaultdict(set)
    for version_id, subscription_id in conn.execute(statement):
        told[version_id].add(subscription_id)
    return dict(told)


@dataclass(frozen=True, slots=True)
class Told:
    """Who was told of a change, how, and when it was composed."""

    subscription_id: str
    unverified: bool
    """As something that waits for proof."""
    at: datetime


def told_of_change(conn: Connection, change_id: str) -> list[Told]:
    """The subscriptions that were told of a change, oldest first."""
    a = announced.c
    rows = conn.execute(
        select(a.subscription_id, a.unverified, digest.c.created_at)
        .join_from(announced, digest, digest.c.id == a.digest_id)
        .where(a.change_id == change_id)
        .order_by(digest.c.created_at, a.subscription_id)
    )
    return [Told(*row) for row in rows]


def claim_deliveries(conn: Connection, keys: Keys, now: datetime, lease: timedelta, limit: int = 50) -> list[Delivery]:
    """Take messages that are due; commit before sending them, and say within the lease how each went."""
    _expire(conn, now)
    c = delivery.c
    of_live = and_(subscription.c.removed_at.is_(None), ~subscription.c.paused)
    picked = (
        select(c.id)
        .join_from(delivery, digest)
        .join(subscription)
        .where(c.state.in_((DeliveryState.PENDING.value, DeliveryState.UNKNOWN.value)), c.next_try_at <= now, of_live)
        .order_by(c.next_try_at, c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=delivery)
        .cte("picked")
    )
    taken = conn.execute(
        update(delivery)
        .where(c.id.in_(select(picked.c.id)))
        .values(
            state=DeliveryState.SENDING.value,
            attempts=c.attempts + 1,
            resent=or_(c.resent, c.state == DeliveryState.UNKNOWN.value),
            lease_until=now + lease,
            next_try_at=None,
        )
        .returning(c.id)
    ).scalars()
    return _opened(conn, keys, list(taken), now)


def mark_sent(conn: Connection, sent: Delivery, now: datetime) -> None:
    """The target's server has taken the message; true even if the lease was over."""
    conn.execute(
        update(delivery)
        .where(delivery.c.id == sent.id)
        .values(state=DeliveryState.SENT.value, sent_at=now, lease_until=None, next_try_at=None, last_error=None)
    )


def mark_failed(conn: Connection, failed: Delivery, error: str, retry_at: datetime | None) -> None:
    """The message was not taken; without `retry_at` it never will be."""
    state = DeliveryState.PENDING.value if retry_at is not None else DeliveryState.FAILED.value
    values = {"state": state, "last_error": error, "lease_until": None, "next_try_at": retry_at}
    conn.execute(update(delivery).where(_still_held(failed)).values(values))


def mark_unknown(conn: Connection, lost: Delivery, error: str, now: datetime) -> None:
    """Nobody can say whether the message was taken."""
    conn.execute(update(delivery).where(_still_held(lost)).values(_unknown(error, now)))


def delivery_states(conn: Connection) -> dict[DeliveryState, int]:
    """How many deliveries stand where."""
    counted = select(delivery.c.state, func.count()).group_by(delivery.c.state)
    return {DeliveryState(state): number for state, number in conn.execute(counted)}


def _expire(conn: Connection, now: datetime) -> None:
    gone = and_(delivery.c.state == DeliveryState.SENDING.value, delivery.c.lease_until <= now)
    error = "whoever was sending it stopped before saying how it went"
    conn.execute(update(delivery).where(gone).values(_unknown(error, now)))


def _unknown(error: str, now: datetime) -> dict[str, Any]:
    """An e-mail may go out once more, its Message-ID tells; Slack has nothing of the kind."""
    by_email = delivery.c.digest_id.in_(
        select(digest.c.id).join_from(digest, subscription).where(subscription.c.channel == "email")
    )
    again = case((and_(by_email, ~delivery.c.resent), now), else_=None)
    return {"state": DeliveryState.UNKNOWN.value, "last_error": error, "lease_until": None, "next_try_at": again}


def _still_held(held: Delivery) -> Any:
    # Whoever holds it now has made a later attempt.
    return and_(
        delivery.c.id == held.id,
        delivery.c.state == DeliveryState.SENDING.value,
        delivery.c.attempts == held.attempts,
    )


def _opened(conn: Connection, keys: Keys, ids: list[str], now: datetime) -> list[Delivery]:
    c, s, b = delivery.c, subscription.c, digest_body.c
    rows = conn.execute(
        select(
            *(c.id, digest.c.subscription_id, s.channel, s.target_encrypted, c.message_id, c.attempts, c.resent),
            *(b.subject, b.text, b.html, b.slack),
        )
        .join_from(delivery, digest)
        .join(subscription)
        .join(digest_body)
        .where(c.id.in_(ids))
        .order_by(c.id)
    ).all()
    opened = []
    for id_, subscription_id, channel, stored, *rest in rows:
        try:
            target = keys.decrypt(channel, stored)
        except OperatorError as error:
            # One row that cannot be read stops nobody else, and waits for its secret.
            values = {"state": DeliveryState.PENDING.value, "lease_until": None, "next_try_at": now + _KEY_TROUBLE}
            conn.execute(update(delivery).where(c.id == id_).values(last_error=str(error), **values))
            continue
        opened.append(Delivery(id_, subscription_id, target, *rest))
    return opened


def _id(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()[:24]


def _body(content: DigestContent) -> dict[str, str | None]:
    parts = (content.subject, content.text, content.html, content.slack_json or "")
    return {
        "hash": sha256("\x1f".join(parts).encode()).hexdigest()[:32],
        "subject": content.subject,
        "text": content.text,
        "html": content.html,
        "slack": content.slack_json,
    }


def _digest_row(id_: str, content: DigestContent, body_hash: str | None, now: datetime) -> dict[str, Any]:
    return {
        "id": id_,
        "subscription_id": content.subscription_id,
        "period_key": content.period_key,
        "since": content.since,
        "until": content.until,
        "body_hash": body_hash,
        "created_at": now,
    }


def _delivery_row(digest_id: str, target_hash: str, now: datetime, message_host: str) -> dict[str, Any]:
    id_ = _id(digest_id, target_hash)
    return {
        "id": id_,
        "digest_id": digest_id,
        "target_hash": target_hash,
        "message_id": f"<{id_}@{message_host}>",
        "state": DeliveryState.PENDING.value,
        "attempts": 0,
        "resent": False,
        "next_try_at": now,
    }


def anything_due(conn: Connection, now: datetime) -> bool:
    """Whether a message can be handed over now."""
    c = delivery.c
    of_live = and_(subscription.c.removed_at.is_(None), ~subscription.c.paused)
    waits = and_(c.state.in_((DeliveryState.PENDING.value, DeliveryState.UNKNOWN.value)), c.next_try_at <= now, of_live)
    dropped = and_(c.state == DeliveryState.SENDING.value, c.lease_until <= now)
    statement = select(c.id).join_from(delivery, digest).join(subscription).where(or_(waits, dropped)).limit(1)
    return conn.execute(statement).first() is not None
