"""Runs, what they fetched, and how each source stands."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, case, or_, select, update

from tracker.domain.capture import Capture, Outcome, Validator
from tracker.domain.rule import Cause
from tracker.store import reviews
from tracker.store.codec import dumps
from tracker.store.database import insert
from tracker.store.tables import capture, document, run, source

OK = "ok"
"""How a source stands that has no trouble."""


class RunOutcome(StrEnum):
    """How one attempt at a source ended."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    HELD = "held"
    """Something came, but not what was declared: a person must look."""
    FAILED = "failed"
    """Nothing usable came: tried again later."""

    @property
    def well(self) -> bool:
        """Whether the source could be read."""
        return self in (RunOutcome.CHANGED, RunOutcome.UNCHANGED)


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """The copy of a document that was last read with success."""

    id: str
    url: str
    snapshot: str
    media_type: str
    first_seen_at: datetime
    fetched_at: datetime
    """When these bytes came."""
    confirmed_at: datetime
    """When the publisher last said that they are current."""


@dataclass(frozen=True, slots=True)
class SourceState:
    """How a source stands."""

    id: str
    fingerprint: str | None
    """Of the declaration and the code that read it last."""
    last_run_id: int | None
    last_read_at: datetime | None
    """When a run last got as far as reading; None before the first."""
    last_ok_at: datetime | None
    outcome: RunOutcome | None
    reason: str
    trouble: RunOutcome | None
    """The worst that has happened since it last went well."""
    since: datetime | None
    """When the present trouble began."""
    told: str
    """What operators were last told: ok, failed or held."""
    told_at: datetime | None
    next_due_at: datetime | None
    claimed_until: datetime | None
    watched: str = ""
    """Names what was looked for in it by its words."""

    @property
    def untold(self) -> bool:
        """Whether operators do not know how it stands; trouble is told once, and once when it is over."""
        return self.told != (self.trouble or OK)


def begin_run(conn: Connection, source_id: str, now: datetime, cause: Cause = Cause.SOURCE) -> int:
    """Begin an attempt at a source and return its number."""
    conn.execute(insert(conn, source).values(id=source_id).on_conflict_do_nothing())
    values = {"source_id": source_id, "cause": cause.value, "started_at": now}
    number: int = conn.execute(run.insert().values(values).returning(run.c.id)).scalar_one()
    return number


def finish_run(
    conn: Connection,
    run_id: int,
    outcome: RunOutcome,
    now: datetime,
    *,
    reason: str = "",
    fingerprint: str | None = None,
    watched: str | None = None,
    counts: Mapping[str, int] | None = None,
) -> SourceState:
    """Say how an attempt ended, release the source, and return how it stands now.

    `fingerprint` is that of the reader, and `watched` names what was looked for by its words, where the source was read
    with success.
    """
    source_id: str = conn.execute(
        update(run)
        .where(run.c.id == run_id)
        .values(finished_at=now, outcome=outcome.value, reason=reason, counts=dumps(dict(counts or {})))
        .returning(run.c.source_id)
    ).scalar_one()
    row = conn.execute(select(source).where(source.c.id == source_id).with_for_update()).one()
    values: dict[str, Any] = {
        "last_run_id": run_id,
        "outcome": outcome.value,
        "reason": reason,
        "claimed_until": None,
        **_trouble(row, outcome, now),
    }
    if outcome is not RunOutcome.FAILED:
        values["last_read_at"] = now
    if outcome.well:
        values["last_ok_at"] = now
        values["fingerprint"] = fingerprint or row.fingerprint
        values["watched"] = row.watched if watched is None else watched
    conn.execute(update(source).where(source.c.id == source_id).values(values))
    held = reviews.held_item(source_id, reason, now, reviews.copies_of(conn, run_id))
    if outcome is RunOutcome.HELD:
        reviews.open_items(conn, [held])
    elif outcome.well:
        reviews.close_items(conn, [held.id], now)
    return _state(conn.execute(select(source).where(source.c.id == source_id)).one())


def _trouble(row: Row[Any], outcome: RunOutcome, now: datetime) -> dict[str, Any]:
    """A source that both fails and is held by turns is held: each is told once."""
    if outcome.well:
        return {"trouble": None, "since": None}
    held = RunOutcome.HELD in (outcome, row.trouble)
    return {"trouble": (RunOutcome.HELD if held else RunOutcome.FAILED).value, "since": row.since or now}


def mark_told(conn: Connection, state: SourceState, now: datetime) -> None:
    """Remember that operators were told how a source stands."""
    told = state.trouble.value if state.trouble else OK
    conn.execute(update(source).where(source.c.id == state.id).values(told=told, told_at=now))


def record_captures(conn: Connection, run_id: int, captures: Sequence[Capture], *, accepted: bool) -> None:
    """Keep what a run fetched; only where the run is `accepted` do its copies become those of the documents.

    A held copy must not: the publisher would confirm it with a 304 next time, and an error page would pass for the law.
    """
    if not captures:
        return
    stored = documents(conn, captures[0].source)  # a run has one source
    conn.execute(capture.insert(), [_capture_row(run_id, each, stored.get(each.document)) for each in captures])
    if not accepted:
        return
    fetched = [_document_row(each) for each in captures if each.outcome is Outcome.FETCHED]
    if fetched:
        statement = insert(conn, document)
        new = statement.excluded
        values: dict[str, Any] = {
            name: new[name] for name in fetched[0] if name not in ("source_id", "document_id", "first_seen_at")
        }
        same_bytes = document.c.snapshot == new.snapshot
        values["fetched_at"] = case((same_bytes, document.c.fetched_at), else_=new.fetched_at)
        conn.execute(statement.on_conflict_do_update(index_elements=document.primary_key.columns, set_=values), fetched)
    confirmed = [
        {"of": each.source, "named": each.document, "at": each.fetched_at}
        for each in captures
        if each.outcome is Outcome.NOT_MODIFIED
    ]
    if confirmed:
        which = and_(document.c.source_id == bindparam("of"), document.c.document_id == bindparam("named"))
        conn.execute(update(document).where(which).values(confirmed_at=bindparam("at")), confirmed)


def captures_of(conn: Connection, run_id: int) -> list[Capture]:
    """What a run fetched, in the order in which it came; an unchanged page has no headers of its own."""
    c, d = capture.c, document.c
    same_document = and_(d.source_id == run.c.source_id, d.document_id == c.document_id)
    statement = (
        select(capture, run.c.source_id, d.url.label("known_url"), d.media_type.label("known_media_type"))
        .join_from(capture, run)
        .outerjoin(document, same_document)
        .where(c.run_id == run_id)
        .order_by(c.id)
    )
    return [
        Capture(
            row.source_id,
            row.document_id,
            row.known_url if row.url is None else row.url,
            row.fetched_at,
            Outcome(row.outcome),
            row.status,
            row.snapshot,
            row.known_media_type if row.media_type is None else row.media_type,
            json.loads(row.headers or "{}"),
            row.reason or "",
        )
        for row in conn.execute(statement)
    ]


def validators(conn: Connection, source_id: str) -> dict[str, Validator]:
    """By URL, what to ask with whether our copy is current; documents without a validator are absent."""
    c = document.c
    asked = select(c.url, c.snapshot, c.etag, c.last_modified).where(
        c.source_id == source_id, or_(c.etag.is_not(None), c.last_modified.is_not(None))
    )
    return {url: Validator(snapshot, etag, modified) for url, snapshot, etag, modified in conn.execute(asked)}


def documents(conn: Connection, source_id: str) -> dict[str, StoredDocument]:
    """By document id, the copies of a source that were last read with success."""
    c = document.c
    columns = (c.document_id, c.url, c.snapshot, c.media_type, c.first_seen_at, c.fetched_at, c.confirmed_at)
    rows = conn.execute(select(*columns).where(c.source_id == source_id).order_by(c.document_id))
    return {row[0]: StoredDocument(*row) for row in rows}


def sources(conn: Connection) -> list[SourceState]:
    """How every source stands that was ever run or scheduled."""
    return [_state(row) for row in conn.execute(select(source).order_by(source.c.id))]


def source_state(conn: Connection, source_id: str) -> SourceState | None:
    """How one source stands, or None where it was never run or scheduled."""
    row = conn.execute(select(source).where(source.c.id == source_id)).one_or_none()
    return _state(row) if row is not None else None


def set_due(conn: Connection, due: Mapping[str, datetime | None]) -> None:
    """Say when sources are due next; None takes one off the schedule."""
    if due:
        statement = insert(conn, source)
        conn.execute(
            statement.on_conflict_do_update(
                index_elements=[source.c.id], set_={"next_due_at": statement.excluded.next_due_at}
            ),
            [{"id": id_, "next_due_at": at} for id_, at in due.items()],
        )


def claim_due(conn: Connection, now: datetime, lease: timedelta, limit: int = 1000) -> list[str]:
    """Take sources that are due, longest overdue first; nobody else gets them until the run ends or the lease does."""
    c = source.c
    free = or_(c.claimed_until.is_(None), c.claimed_until <= now)
    picked = (
        select(c.id)
        .where(c.next_due_at <= now, free)
        .order_by(c.next_due_at, c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("picked")
    )
    taken = conn.execute(
        update(source)
        .where(c.id.in_(select(picked.c.id)))
        .values(claimed_until=now + lease)
        .returning(c.id, c.next_due_at)
    ).all()
    return [id_ for id_, due in sorted(taken, key=lambda row: (row[1], row[0]))]


def release(conn: Connection, ids: Collection[str]) -> None:
    """Give back sources that were taken and not run: they stay due."""
    conn.execute(update(source).where(source.c.id.in_(sorted(ids))).values(claimed_until=None))


def _capture_row(run_id: int, fetched: Capture, known: StoredDocument | None) -> dict[str, Any]:
    unchanged = known is not None and fetched.usable and fetched.snapshot == known.snapshot
    same_url = known is not None and fetched.url == known.url
    return {
        "run_id": run_id,
        "document_id": fetched.document,
        "fetched_at": fetched.fetched_at,
        "outcome": fetched.outcome.value,
        "status": fetched.status,
        "snapshot": fetched.snapshot,
        "url": None if same_url else fetched.url,
        "media_type": None if unchanged else fetched.media_type,
        "headers": None if unchanged else dumps(dict(fetched.headers)),
        "reason": fetched.reason or None,
    }


def _document_row(fetched: Capture) -> dict[str, Any]:
    return {
        "source_id": fetched.source,
        "document_id": fetched.document,
        "url": fetched.url,
        "snapshot": fetched.snapshot,
        "media_type": fetched.media_type,
        "etag": fetched.headers.get("etag"),
        "last_modified": fetched.headers.get("last-modified"),
        "first_seen_at": fetched.fetched_at,
        "fetched_at": fetched.fetched_at,
        "confirmed_at": fetched.fetched_at,
    }


def _state(row: Row[Any]) -> SourceState:
    return SourceState(
        row.id,
        row.fingerprint,
        row.last_run_id,
        row.last_read_at,
        row.last_ok_at,
        RunOutcome(row.outcome) if row.outcome else None,
        row.reason,
        RunOutcome(row.trouble) if row.trouble else None,
        row.since,
        row.told,
        row.told_at,
        row.next_due_at,
        row.claimed_until,
        row.watched,
    )


def anything_due(conn: Connection, now: datetime) -> bool:
    """Whether a source is due that nobody has taken; cheap enough to be asked every half minute."""
    c = source.c
    free = or_(c.claimed_until.is_(None), c.claimed_until <= now)
    return conn.execute(select(c.id).where(c.next_due_at <= now, free).limit(1)).first() is not None


def last_finished_at(conn: Connection) -> datetime | None:
    """When the newest run that has ended did so."""
    ended = select(run.c.finished_at).where(run.c.finished_at.is_not(None)).order_by(run.c.id.desc()).limit(1)
    found: datetime | None = conn.execute(ended).scalar()
    return found
