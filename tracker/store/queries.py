"""Questions about the rules: which versions there are, and how old the evidence is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Generator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, and_, case, distinct, exists, func, or_, select
from sqlalchemy.sql import ColumnElement

from tracker.domain.rule import RuleKey, Status, Version
from tracker.store.captures import RunOutcome
from tracker.store.changes import RecordedChange
from tracker.store.codec import CHANGE_COLUMNS, VERSION_COLUMNS, change_from, version_from
from tracker.store.tables import change, rule_version, run, sighting

_WELL = tuple(outcome.value for outcome in RunOutcome if outcome.well)
_AT_ONCE = 1000
"""Rows in memory while everything is read."""


@dataclass(frozen=True, slots=True)
class Confirmation:
    """When a source was last seen to say what it says about a rule."""

    source: str
    confirmed_at: datetime
    lost: bool
    lost_since: datetime | None


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much is known of a jurisdiction."""

    jurisdiction: str
    rules: int
    versions: int
    first_recorded_at: datetime
    last_recorded_at: datetime


def versions_of(
    conn: Connection, jurisdictions: Collection[str] | None = None, topics: Collection[str] | None = None
) -> list[Version]:
    """Every version, believed or not, by rule, first day and time of record; None means any."""
    rows = conn.execute(select(*VERSION_COLUMNS).where(*_scope(jurisdictions, topics)))
    return sorted((version_from(row) for row in rows), key=_in_order)


def deciding(
    conn: Connection,
    jurisdictions: Collection[str],
    day: date,
    *,
    known_at: datetime | None = None,
    topics: Collection[str] | None = None,
    until: date | None = None,
) -> list[Version]:
    """The versions that decide what held on a day and what came later, as believed at an instant (now, by default).

    `timeline.as_of` and `timeline.upcoming` answer from these as from all versions; `until` is the last day on which
    a later version of interest begins.
    """
    c = rule_version.c
    conditions = [*_scope(jurisdictions, topics), _held(known_at)]
    if until is not None:
        conditions.append(c.valid_from <= until)
    # Temporary law falls back to the last lasting version, so each kind has a last one.
    part = case((c.valid_from > day, "later"), (c.status == Status.TEMPORARY.value, "temporary"), else_="lasting")
    rule = (c.jurisdiction, c.topic, c.qualifier)
    nth = func.row_number().over(partition_by=(*rule, part), order_by=c.valid_from.desc())
    # The index holds all that this looks at; whole rows are fetched for the few that are chosen.
    ranked = select(c.number, part.label("part"), nth.label("nth")).where(*conditions).subquery()
    chosen = select(ranked.c.number).where(or_(ranked.c.nth == 1, ranked.c.part == "later"))
    rows = conn.execute(select(*VERSION_COLUMNS).where(c.number.in_(chosen)))
    return sorted((version_from(row) for row in rows), key=_in_order)


def last_confirmed(
    conn: Connection, jurisdictions: Collection[str], topics: Collection[str] | None = None
) -> dict[RuleKey, tuple[Confirmation, ...]]:
    """By rule, the sources that were seen to answer it, most recently confirmed first."""
    c = sighting.c
    conditions = [c.jurisdiction.in_(sorted(jurisdictions))]
    if topics is not None:
        conditions.append(c.topic.in_(sorted(topics)))
    columns = (c.jurisdiction, c.topic, c.qualifier, c.source_id, c.confirmed_at, c.lost, c.lost_since)
    found: dict[RuleKey, list[Confirmation]] = defaultdict(list)
    for jurisdiction, topic, qualifier, *rest in conn.execute(
        select(*columns).where(*conditions).order_by(c.confirmed_at.desc(), c.source_id)
    ):
        found[RuleKey(jurisdiction, topic, qualifier)].append(Confirmation(*rest))
    return {key: tuple(each) for key, each in found.items()}


def confirmed_at_as_known(conn: Connection, source_ids: Collection[str], known_at: datetime) -> dict[str, datetime]:
    """By source, when it was last read with success, as known at an instant; sources never read by then are absent."""
    c = run.c
    statement = (
        select(c.source_id, func.max(c.finished_at).label("at"))
        .where(c.source_id.in_(sorted(source_ids)), c.finished_at <= known_at, c.outcome.in_(_WELL))
        .group_by(c.source_id)
    )
    return {row.source_id: row.at for row in conn.execute(statement)}


def first_record(conn: Connection, jurisdiction: str) -> datetime | None:
    """Since when there are records of a jurisdiction."""
    c = rule_version.c
    found: datetime | None = conn.execute(
        select(func.min(c.recorded_from)).where(c.jurisdiction == jurisdiction)
    ).scalar()
    return found


def coverage(conn: Connection) -> list[Coverage]:
    """How much is known, by jurisdiction."""
    c = rule_version.c
    rule = c.topic + "\x1f" + c.qualifier
    columns = (
        c.jurisdiction,
        func.count(distinct(rule)),
        func.count(),
        func.min(c.recorded_from),
        func.max(c.recorded_from),
    )
    rows = conn.execute(select(*columns).group_by(c.jurisdiction))
    return sorted((Coverage(*row) for row in rows), key=lambda each: each.jurisdiction)


def recorded_by(conn: Connection, known_at: datetime) -> Generator[Version, None, None]:
    """Every version recorded by an instant, rule by rule, each by first day and time of record; a row at a time.

    The end of a record may lie after the instant.
    """
    c = rule_version.c
    order = (*_by_bytes(conn, c.jurisdiction, c.topic, c.qualifier), c.valid_from, c.recorded_from, c.id)
    statement = select(*VERSION_COLUMNS).where(c.recorded_from <= known_at).order_by(*order)
    with conn.execute(statement, execution_options={"yield_per": _AT_ONCE}) as rows:
        yield from map(version_from, rows)


@dataclass(frozen=True, slots=True)
class LoggedChange:
    """A change, and which of its sides are recorded as versions; the second side of a conflict is not."""

    recorded: RecordedChange
    has_before: bool
    has_after: bool


def changes_recorded_by(conn: Connection, known_at: datetime) -> Generator[LoggedChange, None, None]:
    """Every change observed and recorded by an instant, oldest first; a row at a time.

    What people decided of it may lie after the instant.
    """
    c = change.c
    order = (c.observed_at, *_by_bytes(conn, c.jurisdiction, c.topic, c.qualifier), c.id)
    columns: list[ColumnElement[Any]] = [
        *CHANGE_COLUMNS,
        _is_recorded(c.before_id, known_at).label("has_before"),
        _is_recorded(c.after_id, known_at).label("has_after"),
    ]
    statement = select(*columns).where(c.observed_at <= known_at, c.recorded_at <= known_at)
    with conn.execute(statement.order_by(*order), execution_options={"yield_per": _AT_ONCE}) as rows:
        for row in rows:
            decided = (row.reviewed_by, row.reviewed_at, row.review_reason)
            recorded = RecordedChange(row.id, change_from(row), row.recorded_at, *decided)
            yield LoggedChange(recorded, bool(row.has_before), bool(row.has_after))


def records_by(conn: Connection, known_at: datetime) -> tuple[int, int]:
    """How many versions and how many changes were recorded by an instant."""
    v, c = rule_version.c, change.c
    versions = select(func.count()).where(v.recorded_from <= known_at)
    changes = select(func.count()).where(c.observed_at <= known_at, c.recorded_at <= known_at)
    return conn.execute(versions).scalar_one(), conn.execute(changes).scalar_one()


def _is_recorded(id_: Column[Any], known_at: datetime) -> ColumnElement[bool]:
    return exists().where(rule_version.c.id == id_, rule_version.c.recorded_from <= known_at)


def _by_bytes(conn: Connection, *columns: Column[Any]) -> list[ColumnElement[Any]]:
    """Columns to sort by alike on every server, whatever the language of its database."""
    return [column.collate("C") if conn.dialect.name == "postgresql" else column for column in columns]


def _scope(jurisdictions: Collection[str] | None, topics: Collection[str] | None) -> list[ColumnElement[bool]]:
    c = rule_version.c
    conditions: list[ColumnElement[bool]] = []
    if jurisdictions is not None:
        conditions.append(c.jurisdiction.in_(sorted(jurisdictions)))
    if topics is not None:
        conditions.append(c.topic.in_(sorted(topics)))
    return conditions


def _held(known_at: datetime | None) -> ColumnElement[bool]:
    c = rule_version.c
    if known_at is None:
        return c.recorded_to.is_(None)
    return and_(c.recorded_from <= known_at, or_(c.recorded_to.is_(None), c.recorded_to > known_at))


def _in_order(version: Version) -> tuple[Any, ...]:
    return (version.key, version.valid.start, version.recorded_from, version.id)
