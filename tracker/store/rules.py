"""What we believe and which sources say so: read before a comparison, written after it, never rewritten."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, Table, and_, bindparam, case, func, select, true, update
from sqlalchemy.sql import ColumnElement

from tracker.domain.change import Review
from tracker.domain.period import Period
from tracker.domain.reconcile import Known, Plan, Sighting
from tracker.domain.rule import Level, RuleKey, Version
from tracker.errors import DatabaseProblem
from tracker.store import reviews
from tracker.store.codec import (
    SIGHTING_COLUMNS,
    VERSION_COLUMNS,
    change_row,
    sighting_from,
    sighting_row,
    version_from,
    version_row,
)
from tracker.store.database import insert, serialise
from tracker.store.reviews import critical_item, lost_id, lost_item
from tracker.store.tables import change, rule_version, sighting


def known(conn: Connection, keys: Collection[RuleKey]) -> dict[RuleKey, Known]:
    """What is believed now about each of these rules, and which sources say so; rules nobody knows are absent.

    In a writing transaction, others who ask for rules of the same jurisdictions wait until it ends:
    what is compared is what is written over.
    """
    wanted = set(keys)
    serialise(conn, {key.jurisdiction for key in wanted})
    versions: dict[RuleKey, list[Version]] = defaultdict(list)
    for row in conn.execute(
        select(*VERSION_COLUMNS)
        .where(_about(rule_version, wanted), rule_version.c.recorded_to.is_(None))
        .order_by(rule_version.c.valid_from)
    ):
        version = version_from(row)
        versions[version.key].append(version)
    seen = sightings(conn, wanted)
    return {
        key: Known(tuple(versions.get(key, ())), seen.get(key, {})) for key in wanted if key in versions or key in seen
    }


def sightings(conn: Connection, keys: Collection[RuleKey]) -> dict[RuleKey, dict[str, Sighting]]:
    """By rule and source, what was last seen of these rules; rules that no source was seen to answer are absent."""
    wanted = set(keys)
    seen: dict[RuleKey, dict[str, Sighting]] = {}
    for row in conn.execute(select(*SIGHTING_COLUMNS).where(_about(sighting, wanted))):
        found = sighting_from(row)
        if found.key in wanted:
            seen.setdefault(found.key, {})[found.source] = found
    return seen


def keys_of_source(conn: Connection, source_id: str) -> set[RuleKey]:
    """The rules that a source has been seen to answer."""
    columns = (sighting.c.jurisdiction, sighting.c.topic, sighting.c.qualifier)
    return {RuleKey(*row) for row in conn.execute(select(*columns).where(sighting.c.source_id == source_id))}


def coded_from(conn: Connection, jurisdiction: str, source_id: str) -> list[Version]:
    """The values that are believed as a person coded them from the text that a source reads."""
    c = rule_version.c
    coded = and_(c.level == Level.CODED.value, c.source_id == source_id, c.recorded_to.is_(None))
    rows = conn.execute(select(*VERSION_COLUMNS).where(c.jurisdiction == jurisdiction, coded))
    return [version_from(row) for row in rows]


def apply_plan(conn: Connection, plan: Plan, summaries: Mapping[str, str], now: datetime) -> None:
    """Write a plan in the caller's transaction; `summaries` are the changes' one-line summaries, by change id.

    Raises DatabaseProblem where what the plan retires is no longer what is believed.
    """
    _retire(conn, plan.retire, now)
    _refuse_overlaps(conn, plan.record)
    if plan.record:
        conn.execute(rule_version.insert(), [version_row(version) for version in plan.record])
    if plan.changes:
        rows = [change_row(each, summaries.get(each.id, each.summary), now) for each in plan.changes]
        conn.execute(insert(conn, change).on_conflict_do_nothing(), rows)
    _see(conn, plan.sightings, now)
    _ask_a_person(conn, plan, now)


def confirm(conn: Connection, source_id: str, now: datetime) -> None:
    """The source says what it said before: everything it is still seen to say is confirmed."""
    said = and_(sighting.c.source_id == source_id, ~sighting.c.lost)
    conn.execute(update(sighting).where(said).values(confirmed_at=now))


def _about(table: Table, keys: Collection[RuleKey]) -> ColumnElement[bool]:
    # Whole topics are read: what a key adds to that costs less than asking for each key.
    jurisdictions = sorted({key.jurisdiction for key in keys})
    topics = sorted({key.topic for key in keys})
    return and_(table.c.jurisdiction.in_(jurisdictions), table.c.topic.in_(topics)) if keys else ~true()


def _retire(conn: Connection, versions: Collection[Version], now: datetime) -> None:
    ids = {version.id for version in versions}
    if not ids:
        return
    c = rule_version.c
    believed = and_(c.id == bindparam("retired"), c.recorded_to.is_(None), c.recorded_from <= now)
    statement = update(rule_version).where(believed).values(recorded_to=now)
    done = conn.execute(statement, [{"retired": id_} for id_ in sorted(ids)])
    if done.rowcount != len(ids):
        places = ", ".join(sorted({version.key.jurisdiction for version in versions}))
        raise DatabaseProblem(f"The rules of {places} changed while they were being compared; run the same again.")


def _refuse_overlaps(conn: Connection, fresh: Collection[Version]) -> None:
    """PostgreSQL also has a constraint for this; SQLite cannot express one."""
    if not fresh:
        return
    c = rule_version.c
    columns = (c.jurisdiction, c.topic, c.qualifier, c.valid_from, c.valid_to)
    periods: dict[RuleKey, list[Period]] = defaultdict(list)
    for version in fresh:
        periods[version.key].append(version.valid)
    for jurisdiction, topic, qualifier, start, end in conn.execute(
        select(*columns).where(_about(rule_version, set(periods)), c.recorded_to.is_(None))
    ):
        key = RuleKey(jurisdiction, topic, qualifier)
        if key in periods:
            periods[key].append(Period(start, end))
    for key, days in periods.items():
        days.sort(key=lambda period: period.start)
        if any(one.overlaps(other) for one, other in pairwise(days)):
            raise ValueError(f"two values on one day: {key}")


def _see(conn: Connection, sightings: Collection[Sighting], now: datetime) -> None:
    if not sightings:
        return
    statement = insert(conn, sighting)
    new = statement.excluded
    changed: dict[str, Any] = {column.name: new[column.name] for column in sighting.c if not column.primary_key}
    changed["lost_since"] = case((new.lost, func.coalesce(sighting.c.lost_since, new.lost_since)), else_=None)
    conn.execute(
        statement.on_conflict_do_update(index_elements=sighting.primary_key.columns, set_=changed),
        [{**sighting_row(seen), "lost_since": now if seen.lost else None} for seen in sightings],
    )


def _ask_a_person(conn: Connection, plan: Plan, now: datetime) -> None:
    losses = {loss.key: loss for loss in plan.lost}
    items = [
        lost_item(losses[seen.key], seen.source, now) for seen in plan.sightings if seen.lost and seen.key in losses
    ]
    items += [critical_item(each, now) for each in plan.changes if each.review is Review.WAITING]
    reviews.open_items(conn, items)
    found = [lost_id(seen.key, seen.source) for seen in plan.sightings if not seen.lost]
    reviews.close_items(conn, found, now)
