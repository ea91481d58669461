"""What waits for a person: held runs, lost passages, critical changes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, select, update

from tracker.domain.change import Change
from tracker.domain.rule import RuleKey
from tracker.store.codec import key_row
from tracker.store.database import insert
from tracker.store.tables import review_item


class ReviewKind(StrEnum):
    """Why a person is needed."""

    HELD = "held"
    """A run was held; nothing of it has been reconciled."""
    LOST = "lost"
    """A passage is no longer found; its rule keeps its value."""
    CRITICAL = "critical"
    """A critical change is announced only when somebody has looked at it."""


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One thing that waits for a person, or has waited."""

    id: str
    """Of a critical change: the change's own id."""
    kind: ReviewKind
    source: str
    key: RuleKey | None
    reason: str
    opened_at: datetime
    closed_at: datetime | None = None
    told_at: datetime | None = None
    """When operators were last told or reminded."""


def held_item(source: str, reason: str, now: datetime) -> ReviewItem:
    """The item of a source whose run was held."""
    return ReviewItem(_id(ReviewKind.HELD, source), ReviewKind.HELD, source, None, reason, now)


def lost_item(key: RuleKey, source: str, reason: str, now: datetime) -> ReviewItem:
    """The item of a passage that a source no longer shows."""
    return ReviewItem(_id(ReviewKind.LOST, source, str(key)), ReviewKind.LOST, source, key, reason, now)


def critical_item(change: Change, now: datetime) -> ReviewItem:
    """The item of a change that waits for proof."""
    version = change.after or change.before
    source = version.passage.source if version else ""
    return ReviewItem(change.id, ReviewKind.CRITICAL, source, change.key, change.kind, now)


def open_items(conn: Connection, items: Collection[ReviewItem]) -> None:
    """Ask a person; what is open already stays as it is, what was closed is asked anew."""
    if not items:
        return
    statement = insert(conn, review_item)
    new = statement.excluded
    anew = {name: new[name] for name in ("reason", "opened_at", "closed_at", "told_at")}
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=[review_item.c.id], set_=anew, where=review_item.c.closed_at.is_not(None)
        ),
        [_row(item) for item in items],
    )


def close_items(conn: Connection, ids: Collection[str], now: datetime) -> None:
    """Say that nobody need look at these any more."""
    if ids:
        which = review_item.c.id.in_(sorted(ids)) & review_item.c.closed_at.is_(None)
        conn.execute(update(review_item).where(which).values(closed_at=now))


def waiting(conn: Connection) -> list[ReviewItem]:
    """What waits for a person now, longest first."""
    statement = select(review_item).where(review_item.c.closed_at.is_(None))
    return [_item(row) for row in conn.execute(statement.order_by(review_item.c.opened_at, review_item.c.id))]


def item(conn: Connection, id_: str) -> ReviewItem | None:
    """One item, open or closed."""
    row = conn.execute(select(review_item).where(review_item.c.id == id_)).one_or_none()
    return _item(row) if row is not None else None


def mark_told(conn: Connection, ids: Collection[str], now: datetime) -> None:
    """Remember that operators were told of these items, or reminded."""
    conn.execute(update(review_item).where(review_item.c.id.in_(sorted(ids))).values(told_at=now))


def _id(*parts: str) -> str:
    return sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _row(item: ReviewItem) -> dict[str, Any]:
    key = key_row(item.key) if item.key else dict.fromkeys(("jurisdiction", "topic", "qualifier"))
    row = {**asdict(item), **key, "kind": item.kind.value, "source_id": item.source}
    del row["key"], row["source"]
    return row


def _item(row: Row[Any]) -> ReviewItem:
    key = RuleKey(row.jurisdiction, row.topic, row.qualifier) if row.jurisdiction is not None else None
    return ReviewItem(
        row.id, ReviewKind(row.kind), row.source_id, key, row.reason, row.opened_at, row.closed_at, row.told_at
    )
