"""When sources are due: cron lines of the declarations, kept as instants in our own table."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import structlog
from apscheduler.triggers.cron import CronTrigger

from tracker.domain.source import Source
from tracker.services.crawl import crawl
from tracker.services.fetching import FetchProcess
from tracker.services.ingest import RunReport
from tracker.services.workspace import Workspace
from tracker.store import captures as runs
from tracker.store.captures import RunOutcome

_LEASE = timedelta(minutes=30)
_RETRY = timedelta(hours=1)


def next_run(source: Source, after: datetime) -> datetime:
    """The next instant of a source's schedule, in UTC."""
    trigger = CronTrigger.from_crontab(source.schedule, timezone=UTC)
    found: datetime | None = trigger.get_next_fire_time(None, after + timedelta(seconds=1))
    assert found is not None
    return found.astimezone(UTC)


def _again(source: Source, report: RunReport, now: datetime) -> datetime:
    """When a source is due after a run: one that could not be reached is asked again within the hour."""
    planned = next_run(source, now)
    return min(planned, now + _RETRY) if report.outcome is RunOutcome.FAILED else planned


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


def _say(report: RunReport) -> None:
    """Trouble stands in the log as a warning once, and once when it is over; what is printed of a run is always so."""
    if report.news:
        event = "well again" if report.outcome.well else "in trouble"
        structlog.get_logger().warning(event, source=report.source, how=report.outcome.value, reason=report.reason)


def crawl_due(workspace: Workspace, process: FetchProcess | None = None) -> Iterator[RunReport]:
    """Crawl the sources that are due; each is due again only when it has been run: nothing interrupted is lost."""
    now = datetime.now(UTC)
    plan(workspace, now)
    declared = workspace.declarations.sources
    with workspace.database.write() as conn:
        claimed = {id_: declared[id_] for id_ in runs.claim_due(conn, now, _LEASE) if id_ in declared}
    try:
        for report in crawl(workspace, list(claimed.values()), process) if claimed else ():
            source = claimed.pop(report.source)
            with workspace.database.write() as conn:
                runs.set_due(conn, {source.id: _again(source, report, datetime.now(UTC))})
            _say(report)
            yield report
    finally:
        if claimed:
            with workspace.database.write() as conn:
                runs.release(conn, list(claimed))
