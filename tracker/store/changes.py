"""What changed: the log that digests, feeds and people read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Column, Connection, Row, or_, select, update
from sqlalchemy.sql import ColumnElement

from tracker.domain.change import Change, Direction, Review, Severity, TextChange, TextKind
from tracker.domain.rule import Cause
from tracker.store import reviews
from tracker.store.codec import CHANGE_COLUMNS, change_from
from tracker.store.database import insert
from tracker.store.provisions import keep_texts
from tracker.store.tables import change as table
from tracker.store.tables import provision_text, text_change


@dataclass(frozen=True, slots=True)
class RecordedChange:
    """A change, and what has become of it."""

    id: str
    change: Change
    recorded_at: datetime
    reviewed_by: str | None = None
    reviewed_at: datetime | None = None
    review_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFilter:
    """Which changes; an empty collection or None means any."""

    jurisdictions: Collection[str] = ()
    topics: Collection[str] = ()
    since: datetime | None = None
    """First instant of observation."""
    until: datetime | None = None
    """First instant after it."""
    minimum: Severity = Severity.MINOR
    direction: Direction | None = None
    cause: Cause | None = None
    review: Review | None = None
    touched_since: datetime | None = None
    """Recorded or reviewed at this instant or later."""


EVERYTHING = ChangeFilter()


def changes(conn: Connection, wanted: ChangeFilter = EVERYTHING) -> list[RecordedChange]:
    """The changes that a filter lets through, oldest first."""
    rows = conn.execute(select(*CHANGE_COLUMNS).where(*_conditions(wanted)))
    return sorted(
        (_recorded(row) for row in rows), key=lambda each: (each.change.observed_at, each.change.key, each.id)
    )


def change(conn: Connection, id_: str) -> RecordedChange | None:
    """One change by its id."""
    row = conn.execute(select(*CHANGE_COLUMNS).where(table.c.id == id_)).one_or_none()
    return _recorded(row) if row is not None else None


def set_review(conn: Connection, id_: str, review: Review, by: str, reason: str, at: datetime) -> bool:
    """Record what a person decided; False where there is no such change."""
    values = {"review": review.value, "reviewed_by": by, "reviewed_at": at, "review_reason": reason}
    done = conn.execute(update(table).where(table.c.id == id_).values(values))
    if review is not Review.WAITING:
        reviews.close_items(conn, [id_], at)
    return done.rowcount == 1


def record_text_changes(conn: Connection, jurisdiction: str, changed: Sequence[TextChange]) -> None:
    """Record changes of words on which no rule rests; those recorded already stay as they are."""
    if not changed:
        return
    rows = []
    texts: dict[str, str] = {}
    for each in changed:
        hashes = [_hash(each.before), _hash(each.after)]
        texts |= {hash_: text for hash_, text in zip(hashes, (each.before, each.after), strict=True) if hash_}
        rows.append(
            {
                "id": each.id,
                "jurisdiction": jurisdiction,
                "source_id": each.source,
                "document_id": each.document,
                "citation": each.citation,
                "kind": each.kind.value,
                "before_hash": hashes[0],
                "after_hash": hashes[1],
                "observed_at": each.observed_at,
            }
        )
    keep_texts(conn, texts)
    conn.execute(insert(conn, text_change).on_conflict_do_nothing(), rows)


def text_changes(conn: Connection, wanted: ChangeFilter = EVERYTHING) -> list[tuple[str, TextChange]]:
    """Jurisdiction and change of words, oldest first; of the filter only place and time apply."""
    c = text_change.c
    before, after = provision_text.alias(), provision_text.alias()
    rows = conn.execute(
        select(
            c.jurisdiction, c.source_id, c.document_id, c.citation, c.kind, before.c.text, after.c.text, c.observed_at
        )
        .outerjoin_from(text_change, before, before.c.hash == c.before_hash)
        .outerjoin(after, after.c.hash == c.after_hash)
        .where(*_observed(c.jurisdiction, c.observed_at, wanted))
        .order_by(c.observed_at, c.source_id, c.document_id, c.id)
    )
    return [
        (jurisdiction, TextChange(source, document, citation, TextKind(kind), old or "", new or "", at))
        for jurisdiction, source, document, citation, kind, old, new, at in rows
    ]


def _conditions(wanted: ChangeFilter) -> list[ColumnElement[bool]]:
    c = table.c
    conditions = _observed(c.jurisdiction, c.observed_at, wanted)
    if wanted.topics:
        conditions.append(c.topic.in_(sorted(wanted.topics)))
    if wanted.minimum is not Severity.MINOR:
        weighty = [severity.value for severity in Severity if severity.rank >= wanted.minimum.rank]
        conditions.append(c.severity.in_(weighty))
    for column, only in ((c.direction, wanted.direction), (c.cause, wanted.cause), (c.review, wanted.review)):
        if only is not None:
            conditions.append(column == only.value)
    if wanted.touched_since is not None:
        conditions.append(or_(c.recorded_at >= wanted.touched_since, c.reviewed_at >= wanted.touched_since))
    return conditions


def _observed(jurisdiction: Column[Any], observed_at: Column[Any], wanted: ChangeFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.jurisdictions:
        conditions.append(jurisdiction.in_(sorted(wanted.jurisdictions)))
    if wanted.since is not None:
        conditions.append(observed_at >= wanted.since)
    if wanted.until is not None:
        conditions.append(observed_at < wanted.until)
    return conditions


def _hash(text: str) -> str | None:
    # As Provision.text_hash, so that a text is kept once wherever it is met.
    return sha256(text.encode()).hexdigest()[:32] if text else None


def _recorded(row: Row[Any]) -> RecordedChange:
    return RecordedChange(
        row.id, change_from(row), row.recorded_at, row.reviewed_by, row.reviewed_at, row.review_reason
    )


def newest(conn: Connection, wanted: ChangeFilter = EVERYTHING, *, limit: int, skip: int = 0) -> list[RecordedChange]:
    """Some of the changes that a filter lets through, newest first: what a page shows."""
    c = table.c
    statement = select(*CHANGE_COLUMNS).where(*_conditions(wanted))
    ordered = statement.order_by(c.observed_at.desc(), c.jurisdiction, c.topic, c.qualifier, c.id)
    return [_recorded(row) for row in conn.execute(ordered.limit(limit).offset(skip))]
