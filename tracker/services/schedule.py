"""When sources are due: cron lines of the declarations, kept as instants in our own table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from apscheduler.triggers.cron import CronTrigger

from tracker.domain.source import Source
from tracker.services.workspace import Workspace
from tracker.store import captures as runs

_LEASE = timedelta(minutes=30)


def next_run(source: Source, after: datetime) -> datetime:
    """The next instant of a source's schedule, in UTC (declarations name weekdays, because numbers are read two ways)."""
    trigger = CronTrigger.from_crontab(source.schedule, timezone=UTC)
    found: datetime | None = trigger.get_next_fire_time(None, after + timedelta(seconds=1))
    assert found is not None
    return found.astimezone(UTC)


def plan(workspace: Workspace, now: datetime) -> None:
    """Give every declared source a due time: new ones are due now, gone ones leave the schedule."""
    declared = workspace.declarations.sources
    with workspace.database.read() as conn:
        known = {state.id: state.next_due_at for state in runs.sources(conn)}
    due: dict[str, datetime | None] = {id_: now for id_ in declared if known.get(id_) is None}
    due |= {id_: None for id_, at in known.items() if at is not None and id_ not in declared}
    if due:
        with workspace.database.write() as conn:
            runs.set_due(conn, due)


def due_sources(workspace: Workspace, now: datetime | None = None) -> list[Source]:
    """Take the sources that are due, and set when each is due again: what was missed is made up once."""
    now = now or datetime.now(UTC)
    plan(workspace, now)
    declared = workspace.declarations.sources
    with workspace.database.write() as conn:
        claimed = [declared[id_] for id_ in runs.claim_due(conn, now, _LEASE) if id_ in declared]
        runs.set_due(conn, {source.id: next_run(source, now) for source in claimed})
    return claimed
