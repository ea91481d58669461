"""Take over what a release knows of a jurisdiction before any crawl; what is recorded already is never rewritten."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from sqlalchemy import Connection, and_, select, update

from tracker.domain.baseline import Baseline
from tracker.domain.change import Change, Direction, Kind, Severity
from tracker.domain.rule import BY_REVIEW, Cause, Level, RuleKey, Version
from tracker.store.codec import VERSION_COLUMNS, change_row, sighting_row, version_from, version_row
from tracker.store.database import insert, serialise
from tracker.store.tables import baseline as table
from tracker.store.tables import change, rule_version, sighting

LOCK = "baseline"


@dataclass(frozen=True, slots=True)
class Taken:
    """What was taken over of one jurisdiction."""

    content: str
    """Names the content of its files."""
    program: str


def taken_over(conn: Connection) -> dict[str, Taken]:
    """By jurisdiction, what was taken over last."""
    rows = conn.execute(select(table.c.jurisdiction, table.c.content, table.c.program))
    return {jurisdiction: Taken(content, program) for jurisdiction, content, program in rows}


def wait_for_others(conn: Connection) -> None:
    """Let one process at a time take a baseline over."""
    serialise(conn, {LOCK})


def take_over(conn: Connection, baseline: Baseline, taken: Taken, now: datetime) -> list[Change]:
    """Write a baseline in the caller's transaction; returns the corrections of what was coded before.

    A rule that was never recorded is taken over with its history. A coded value that no crawl has met yet and that the
    baseline now states otherwise is corrected. Everything else stays: a crawl knows better.
    """
    serialise(conn, {baseline.jurisdiction})
    known = _recorded(conn, baseline.jurisdiction)
    fresh = [version for version in baseline.versions if version.key not in known]
    if fresh:
        conn.execute(rule_version.insert(), [version_row(version) for version in fresh])
    new = {version.key for version in fresh}
    seen = [each for each in baseline.sightings if each.key in new]
    if seen:
        rows = [{**sighting_row(each), "lost_since": None} for each in seen]
        conn.execute(insert(conn, sighting).on_conflict_do_nothing(), rows)
    past = [each for each in baseline.changes if each.key in new]
    if past:
        rows = [change_row(each, each.summary, each.observed_at) for each in past]
        conn.execute(insert(conn, change).on_conflict_do_nothing(), rows)
    corrections = _correct(conn, baseline.coded, known, now)
    values = {"content": taken.content, "program": taken.program, "loaded_at": now}
    conn.execute(
        insert(conn, table)
        .values(jurisdiction=baseline.jurisdiction, **values)
        .on_conflict_do_update(index_elements=[table.c.jurisdiction], set_=values)
    )
    return corrections


def record_corrections(conn: Connection, corrections: Collection[Change], now: datetime) -> None:
    """Record corrections, so that those who were told the error hear of them."""
    if corrections:
        rows = [change_row(each, each.summary, now) for each in corrections]
        conn.execute(insert(conn, change).on_conflict_do_nothing(), rows)


def unmet_until(conn: Connection, jurisdictions: Collection[str]) -> dict[str, datetime]:
    """By jurisdiction, the newest belief that rests on a baseline: older recordings cannot be read over it."""
    c = rule_version.c
    where = and_(c.jurisdiction.in_(sorted(jurisdictions)), c.level != Level.READ.value, c.recorded_to.is_(None))
    found: dict[str, datetime] = {}
    for jurisdiction, at in conn.execute(select(c.jurisdiction, c.recorded_from).where(where)):
        found[jurisdiction] = max(at, found.get(jurisdiction, at))
    return found


def _recorded(conn: Connection, jurisdiction: str) -> dict[RuleKey, list[Version]]:
    """What was ever recorded of each rule there."""
    rows = conn.execute(select(*VERSION_COLUMNS).where(rule_version.c.jurisdiction == jurisdiction))
    found: dict[RuleKey, list[Version]] = {}
    for version in map(version_from, rows):
        found.setdefault(version.key, []).append(version)
    return found


def _correct(
    conn: Connection, coded: Collection[Version], known: Mapping[RuleKey, list[Version]], now: datetime
) -> list[Change]:
    corrections = []
    for key, group in groupby(sorted(coded, key=lambda v: (v.key, v.valid.start)), key=lambda v: v.key):
        held = [version for version in known.get(key, ()) if version.current]
        cited = {version.passage.citation for version in known.get(key, ()) if not version.passage.quote}
        stated = [_quoted(version, held, cited) for version in group]
        if not held or any(not _correctable(version) for version in held) or _alike(held, stated):
            continue
        ids = [version.id for version in held]
        conn.execute(update(rule_version).where(rule_version.c.id.in_(ids)).values(recorded_to=now))
        written = [replace(version, recorded_from=now, id="") for version in stated]
        conn.execute(rule_version.insert(), [version_row(version) for version in written])
        before, after = (max(each, key=lambda version: version.valid.start) for each in (held, written))
        if before.value != after.value:
            corrections.append(_correction(key, before, after, now))
    return corrections


def _correctable(version: Version) -> bool:
    """Whether it came along as it is: what a pattern has read, or a person of this installation, is known better."""
    return version.level is Level.CODED and version.origin != BY_REVIEW


def _quoted(version: Version, held: Collection[Version], cited: Collection[str]) -> Version:
    """A value with the words that a crawl has met, where it still rests on the same; words that moved stand there."""
    met = next((each.passage for each in held if each.passage.quote and each.marks == version.marks), None)
    if met is None:
        return version
    citation = version.passage.citation if met.citation in cited else met.citation
    return replace(version, passage=replace(met, citation=citation))


def _alike(held: Collection[Version], stated: Collection[Version]) -> bool:
    def said(versions: Collection[Version]) -> set[tuple[object, ...]]:
        return {(str(v.value), v.valid, v.status, v.passage, v.coding) for v in versions}

    return said(held) == said(stated)


def _correction(key: RuleKey, before: Version, after: Version, now: datetime) -> Change:
    return Change(
        key,
        Kind.OUR_CORRECTION,
        Cause.REVIEW,
        Direction.NEUTRAL,
        Severity.MAJOR,
        before,
        after,
        now,
        after.valid.start,
        after.basis,
        after.status,
    )
