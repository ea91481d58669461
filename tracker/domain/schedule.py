"""When the next digest is due in the subscriber's own time: whatever the clocks do, once in each day, week or month."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tracker.domain.subscription import Cadence, Timing

_DAY = timedelta(days=1)


def next_due(timing: Timing, after: datetime) -> datetime:
    """The first instant later than `after` at which a digest is due, in UTC; at once means `after` itself."""
    after = after.astimezone(UTC)
    if timing.cadence is Cadence.AT_ONCE:
        return after
    zone = ZoneInfo(timing.zone)
    day = after.astimezone(zone).date() - _DAY
    while not (_is_due_day(timing, day, zone) and _instant(day, timing.at, zone) > after):
        day += _DAY
    return _instant(day, timing.at, zone)


def period_key(timing: Timing, due: datetime) -> str:
    """Names the local day, week or month that a due time stands for; at once, the instant."""
    if timing.cadence is Cadence.AT_ONCE:
        return due.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    day = _day_meant(timing, due)
    if timing.cadence is Cadence.DAILY:
        return day.isoformat()
    if timing.cadence is Cadence.MONTHLY:
        return f"{day:%Y-%m}"
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def _is_due_day(timing: Timing, day: date, zone: ZoneInfo) -> bool:
    if timing.cadence is Cadence.WEEKLY:
        return day.weekday() == timing.weekday
    if timing.cadence is Cadence.MONTHLY:
        return day.day == 1
    # Samoa had no 30 December 2011: a day without a midnight and without anything after it has no digest of its own.
    return _instant(day, time(0), zone).astimezone(zone).date() == day


def _day_meant(timing: Timing, due: datetime) -> date:
    """The local day, or the one before where a gap in the clocks pushed its digest past midnight."""
    zone = ZoneInfo(timing.zone)
    day = due.astimezone(zone).date()
    eve = day - _DAY
    return eve if _is_due_day(timing, eve, zone) and _instant(eve, timing.at, zone) == due else day


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A local time in UTC: the first of two equal ones, and the first valid one after a gap."""
    local = datetime.combine(day, at.replace(fold=0), zone)
    by_old_offset = local.astimezone(UTC)
    by_new_offset = local.replace(fold=1).astimezone(UTC)
    if by_old_offset <= by_new_offset:
        return by_old_offset
    # In a gap the old offset lands after the change of clocks and the new one before it: the change lies between.
    early, late = by_new_offset, by_old_offset
    offset = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)
