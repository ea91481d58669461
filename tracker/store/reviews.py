"""What waits for a person: held runs, lost passages, critical changes; and what people decided, for ever."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, Row, case, select, update

from tracker.domain.change import Change
from tracker.domain.reading import Loss, Trace
from tracker.domain.rule import RuleKey
from tracker.store.codec import key_row
from tracker.store.database import insert
from tracker.store.tables import capture, document, review_decision, review_item, run


class ReviewKind(StrEnum):
    """Why a person is needed."""

    HELD = "held"
    """A run was held; nothing of it has been reconciled."""
    LOST = "lost"
    """A passage is no longer found; its rule keeps its value."""
    RECODE = "recode"
    """The words that a value was coded from are gone; a person has to read the text again."""
    CRITICAL = "critical"
    """A critical change is announced only when somebody has looked at it."""


class Decision(StrEnum):
    """What a person made of it."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EDITED = "edited"


@dataclass(frozen=True, slots=True)
class Copy:
    """One document of a held run."""

    document: str
    url: str
    outcome: str
    snapshot: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a person is shown."""

    traces: tuple[Trace, ...] = ()
    """Where lost words may stand now."""
    copies: tuple[Copy, ...] = ()
    """What a held run fetched."""


_EVIDENCE: TypeAdapter[Evidence] = TypeAdapter(Evidence)


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
    evidence: Evidence = Evidence()
    decision: Decision | None = None
    """What the last person decided; it stands as long as the same would be asked."""

    @property
    def asked(self) -> str:
        """Names what a person is asked, whatever copy of the text shows it."""
        found = [trace.found for trace in self.evidence.traces]
        return _id(self.kind, self.reason, *(part for each in found if each for part in (each.citation, each.quote)))


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person decided, and what followed."""

    item: str
    kind: ReviewKind
    source: str
    key: RuleKey | None
    what: str
    """What was asked, in words."""
    opened_at: datetime
    decision: Decision
    by: str
    at: datetime
    reason: str
    outcome: str = ""
    """What followed, in words."""


def held_item(source: str, reason: str, now: datetime, copies: Collection[Copy] = ()) -> ReviewItem:
    """The item of a source whose run was held."""
    evidence = Evidence(copies=tuple(copies))
    return ReviewItem(_id(ReviewKind.HELD, source), ReviewKind.HELD, source, None, reason, now, evidence=evidence)


def copies_of(conn: Connection, run_id: int) -> list[Copy]:
    """What a run fetched."""
    c, d = capture.c, document.c
    same = (d.source_id == run.c.source_id) & (d.document_id == c.document_id)
    rows = conn.execute(
        select(c.document_id, c.url, d.url, c.outcome, c.snapshot, c.reason)
        .join_from(capture, run)
        .outerjoin(document, same)
        .where(c.run_id == run_id)
        .order_by(c.id)
    )
    return [Copy(name, url or known or "", how, sha256_, why or "") for name, url, known, how, sha256_, why in rows]


def lost_item(loss: Loss, source: str, now: datetime) -> ReviewItem:
    """The item of a passage that a source no longer shows."""
    kind, evidence = ReviewKind.RECODE if loss.recode else ReviewKind.LOST, Evidence(loss.traces)
    return ReviewItem(lost_id(loss.key, source), kind, source, loss.key, loss.reason, now, evidence=evidence)


def lost_id(key: RuleKey, source: str) -> str:
    """The id of the item of a passage, however its value came to be known."""
    return _id(ReviewKind.LOST, source, str(key))


def critical_item(change: Change, now: datetime) -> ReviewItem:
    """The item of a change that waits for proof."""
    version = change.after or change.before
    source = version.passage.source if version else ""
    return ReviewItem(change.id, ReviewKind.CRITICAL, source, change.key, change.kind, now)


def open_items(conn: Connection, items: Collection[ReviewItem]) -> None:
    """Ask a person; what is open already stays open, what was closed is asked anew.

    What a person has decided is asked anew only where something else would be asked.
    """
    if not items:
        return
    statement = insert(conn, review_item)
    c, new = review_item.c, statement.excluded
    anew: dict[str, Any] = {name: new[name] for name in ("kind", "reason", "evidence", "asked")}
    for name in ("opened_at", "told_at"):
        anew[name] = case((c.closed_at.is_(None), c[name]), else_=new[name])
    unsettled = c.closed_at.is_(None) | c.decision.is_(None) | c.asked.is_distinct_from(new.asked)
    conn.execute(
        statement.on_conflict_do_update(
            index_elements=[c.id], set_={**anew, "closed_at": None, "decision": None}, where=unsettled
        ),
        [_row(item) for item in items],
    )


def close_items(conn: Connection, ids: Collection[str], now: datetime) -> None:
    """Say that nobody need look at these any more: they are settled, whatever was decided."""
    if ids:
        c = review_item.c
        which = c.id.in_(sorted(ids)) & (c.closed_at.is_(None) | c.decision.is_not(None))
        closed_at = case((c.closed_at.is_(None), now), else_=c.closed_at)
        conn.execute(update(review_item).where(which).values(closed_at=closed_at, decision=None))


def decide(conn: Connection, decided: Decided, evidence: Evidence | None = None) -> None:
    """Put a decision on record; what it is about is closed."""
    key = key_row(decided.key) if decided.key else {}
    shown = _EVIDENCE.dump_json(evidence).decode() if evidence else None
    values = {
        "item_id": decided.item,
        "kind": decided.kind.value,
        "source_id": decided.source,
        "what": decided.what,
        "opened_at": decided.opened_at,
        "decision": decided.decision.value,
        "decided_by": decided.by,
        "decided_at": decided.at,
        "reason": decided.reason,
        "outcome": decided.outcome,
        "evidence": shown,
    }
    conn.execute(review_decision.insert().values({**values, **key}))
    c = review_item.c
    closed_at = case((c.closed_at.is_(None), decided.at), else_=c.closed_at)
    which = update(review_item).where(c.id == decided.item)
    conn.execute(which.values(closed_at=closed_at, decision=decided.decision.value))


def decisions(conn: Connection, item_id: str | None = None) -> list[Decided]:
    """What people decided, oldest first."""
    c = review_decision.c
    statement = select(review_decision).order_by(c.number)
    return [_decided(row) for row in conn.execute(statement.where(c.item_id == item_id) if item_id else statement)]


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
    return {
        **key,
        "id": item.id,
        "kind": item.kind.value,
        "source_id": item.source,
        "reason": item.reason,
        "opened_at": item.opened_at,
        "closed_at": item.closed_at,
        "told_at": item.told_at,
        "evidence": _EVIDENCE.dump_json(item.evidence).decode() if item.evidence != Evidence() else None,
        "asked": item.asked,
        "decision": item.decision.value if item.decision else None,
    }


def _item(row: Row[Any]) -> ReviewItem:
    return ReviewItem(
        row.id,
        ReviewKind(row.kind),
        row.source_id,
        _key(row),
        row.reason,
        row.opened_at,
        row.closed_at,
        row.told_at,
        _EVIDENCE.validate_json(row.evidence) if row.evidence else Evidence(),
        Decision(row.decision) if row.decision else None,
    )


def _decided(row: Row[Any]) -> Decided:
    return Decided(
        row.item_id,
        ReviewKind(row.kind),
        row.source_id,
        _key(row),
        row.what,
        row.opened_at,
        Decision(row.decision),
        row.decided_by,
        row.decided_at,
        row.reason,
        row.outcome,
    )


def _key(row: Row[Any]) -> RuleKey | None:
    return RuleKey(row.jurisdiction, row.topic, row.qualifier) if row.jurisdiction is not None else None
