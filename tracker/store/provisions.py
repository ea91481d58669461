"""The words of each document, once by hash, with the time during which each provision stood there."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, and_, bindparam, func, or_, select, update
from sqlalchemy.sql import ColumnElement

from tracker.domain.provision import Provision, Standing
from tracker.store.database import insert
from tracker.store.tables import provision, provision_text

_GAP = 1 << 40
"""Between two positions at first; forty insertions in the same place fit before a document is written anew."""
_NOT_IN_FORCE = (Standing.PENDING.value, Standing.UNDERLYING.value)
_BETWEEN_LABELS = "\x1f"


@dataclass(frozen=True, slots=True)
class StoredProvision:
    """A provision as it stood in a document, with what a diff needs to know of it."""

    path: tuple[str, ...]
    citation: str
    heading: str
    text: str
    text_hash: str
    standing: Standing
    effective_on: date | None
    recorded_from: datetime
    """Since when it stood there so."""


class _Content(NamedTuple):
    path: str
    citation: str
    heading: str
    text_hash: str
    standing: str
    effective_on: date | None


class _Row(NamedTuple):
    id: int
    position: int
    content: _Content


def stored(conn: Connection, source_id: str, document_id: str) -> list[StoredProvision]:
    """How a document reads now, in reading order."""
    return _reading(conn, source_id, document_id, provision.c.recorded_to.is_(None))


def counts(conn: Connection, source_id: str) -> dict[str, int]:
    """How many provisions each document of a source has now, without those that are not in force."""
    c = provision.c
    here = and_(c.source_id == source_id, c.recorded_to.is_(None), c.standing.not_in(_NOT_IN_FORCE))
    rows = conn.execute(select(c.document_id, func.count()).where(here).group_by(c.document_id))
    return {row[0]: row[1] for row in rows}


def document_at(conn: Connection, source_id: str, document_id: str, known_at: datetime) -> list[StoredProvision]:
    """How a document read as known at an instant, in reading order."""
    c = provision.c
    there = and_(c.recorded_from <= known_at, or_(c.recorded_to.is_(None), c.recorded_to > known_at))
    return _reading(conn, source_id, document_id, there)


def store(conn: Connection, source_id: str, document_id: str, provisions: Sequence[Provision], now: datetime) -> int:
    """Record how a document reads now, as differences from how it read before; returns how many rows were written."""
    fresh = [_content(each) for each in provisions]
    rows = _current(conn, source_id, document_id)
    if [row.content for row in rows] == fresh:
        return 0
    kept = _kept(rows, fresh)
    positions = _positions([row.position if row else None for row in kept])
    if positions is None:  # no room left somewhere
        kept = [None] * len(fresh)
        positions = [_GAP * (index + 1) for index in range(len(fresh))]
    staying = {row.id for row in kept if row}
    retired = [{"retired": row.id} for row in rows if row.id not in staying]
    if retired:
        conn.execute(update(provision).where(provision.c.id == bindparam("retired")).values(recorded_to=now), retired)
    added = [index for index, row in enumerate(kept) if row is None]
    if added:
        texts = {fresh[index].text_hash: provisions[index].text for index in added}
        keep_texts(conn, texts)
        place = {"source_id": source_id, "document_id": document_id, "recorded_from": now}
        conn.execute(
            provision.insert(),
            [{**place, "position": positions[index], **fresh[index]._asdict()} for index in added],
        )
    return len(retired) + len(added)


def keep_texts(conn: Connection, texts: dict[str, str]) -> None:
    """Store texts by their hash; those that are there already cost nothing."""
    if texts:
        rows = [{"hash": hash_, "text": text} for hash_, text in texts.items()]
        conn.execute(insert(conn, provision_text).on_conflict_do_nothing(), rows)


def _content(each: Provision) -> _Content:
    path = _BETWEEN_LABELS.join(each.path)
    return _Content(path, each.citation, each.heading, each.text_hash, each.standing.value, each.dating.effective_on)


def _current(conn: Connection, source_id: str, document_id: str) -> list[_Row]:
    c = provision.c
    columns = (c.id, c.position, c.path, c.citation, c.heading, c.text_hash, c.standing, c.effective_on)
    here = and_(c.source_id == source_id, c.document_id == document_id, c.recorded_to.is_(None))
    rows = conn.execute(select(*columns).where(here).order_by(c.position))
    return [_Row(id_, position, _Content(*content)) for id_, position, *content in rows]


def _reading(conn: Connection, source_id: str, document_id: str, there: ColumnElement[bool]) -> list[StoredProvision]:
    c, t = provision.c, provision_text.c
    columns = (c.path, c.citation, c.heading, t.text, c.text_hash, c.standing, c.effective_on, c.recorded_from)
    rows = conn.execute(
        select(*columns)
        .join_from(provision, provision_text)
        .where(c.source_id == source_id, c.document_id == document_id, there)
        .order_by(c.position)
    )
    return [
        StoredProvision(_labels(path), citation, heading, text, hash_, Standing(standing), on, since)
        for path, citation, heading, text, hash_, standing, on, since in rows
    ]


def _labels(path: str) -> tuple[str, ...]:
    return tuple(path.split(_BETWEEN_LABELS)) if path else ()


def _kept(rows: Sequence[_Row], fresh: Sequence[_Content]) -> list[_Row | None]:
    """For each provision the row that says so already; as many as keep their order."""
    waiting: dict[_Content, deque[int]] = defaultdict(deque)
    for index, row in enumerate(rows):
        waiting[row.content].append(index)
    matches = [waiting[content].popleft() if waiting.get(content) else None for content in fresh]
    in_order = _longest_rise([match for match in matches if match is not None])
    return [rows[match] if match is not None and match in in_order else None for match in matches]


def _longest_rise(numbers: Sequence[int]) -> set[int]:
    """A largest selection of distinct numbers that rises from left to right."""
    tails: list[int] = []  # the smallest end of a rise of each length
    before: dict[int, int | None] = {}
    for number in numbers:
        length = bisect_left(tails, number)
        before[number] = tails[length - 1] if length else None
        if length == len(tails):
            tails.append(number)
        else:
            tails[length] = number
    chosen: set[int] = set()
    last = tails[-1] if tails else None
    while last is not None:
        chosen.add(last)
        last = before[last]
    return chosen


def _positions(kept: Sequence[int | None]) -> list[int] | None:
    """A position for each provision between those that stay where they are, or None where there is no room."""
    staying: list[tuple[int, int | None]] = [(index, at) for index, at in enumerate(kept) if at is not None]
    result: list[int] = []
    low = 0
    for index, position in [*staying, (len(kept), None)]:
        newcomers = index - len(result)
        step = _GAP if position is None else (position - low) // (newcomers + 1)
        if step == 0:
            return None
        result += [low + step * (nth + 1) for nth in range(newcomers)]
        if position is not None:
            result.append(position)
            low = position
    return result
