"""Digests come once per local day, week or month, whatever the clocks do."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.schedule import next_due, period_key
from tracker.domain.subscription import Cadence, Timing

ZONES = (
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Sao_Paulo",  # clocks changed at midnight until 2019
    "America/Nuuk",  # since 2024 the hour before midnight is skipped
    "Africa/Casablanca",  # negative summer time
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",  # half an hour
    "Pacific/Apia",  # no 30 December 2011
    "Pacific/Kiritimati",
    "Antarctica/Troll",  # two hours
)
PERIODIC = (Cadence.DAILY, Cadence.WEEKLY, Cadence.MONTHLY)

timings = st.builds(
    Timing,
    cadence=st.sampled_from(PERIODIC),
    at=st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    zone=st.sampled_from(ZONES),
    weekday=st.integers(0, 6),
)
instants = st.datetimes(datetime(2005, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  # hypothesis wants naive bounds


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def upcoming(timing: Timing, after: datetime, count: int) -> list[datetime]:
    due = []
    for _ in range(count):
        after = next_due(timing, after)
        due.append(after)
    return due


def local(zone: str, instant: datetime) -> str:
    return instant.astimezone(ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")


def test_weekly_means_the_chosen_weekday_at_the_subscribers_own_hour() -> None:
    timing = Timing(Cadence.WEEKLY, time(8), "Europe/Berlin", weekday=0)
    due = next_due(timing, utc("2026-10-23T12:00+00:00"))
    assert due == utc("2026-10-26T07:00+00:00")  # the clocks went back the day before
    assert due.tzinfo is UTC
    assert period_key(timing, due) == "2026-W44"


def test_monthly_means_the_first() -> None:
    timing = Timing(Cadence.MONTHLY, time(9, 30), "America/New_York")
    due = next_due(timing, utc("2026-11-20T00:00+00:00"))
    assert local(timing.zone, due) == "2026-12-01 09:30"
    assert period_key(timing, due) == "2026-12"


def test_daily_at_a_time_that_the_clocks_skip_comes_at_the_first_valid_time_after_it() -> None:
    timing = Timing(Cadence.DAILY, time(2, 30), "America/New_York")
    due = upcoming(timing, utc("2026-03-07T12:00+00:00"), 2)
    assert [local(timing.zone, instant) for instant in due] == ["2026-03-08 03:00", "2026-03-09 02:30"]


def test_daily_at_a_time_that_the_clocks_repeat_comes_once_the_first_time() -> None:
    timing = Timing(Cadence.DAILY, time(1, 30), "America/New_York")
    due = upcoming(timing, utc("2026-10-31T12:00+00:00"), 2)
    assert due == [utc("2026-11-01T05:30+00:00"), utc("2026-11-02T06:30+00:00")]


def test_an_hour_skipped_before_midnight_pushes_the_digest_into_the_next_day_but_keeps_its_name() -> None:
    timing = Timing(Cadence.DAILY, time(23, 30), "America/Nuuk")
    due = upcoming(timing, utc("2026-03-28T12:00+00:00"), 2)
    assert [local(timing.zone, instant) for instant in due] == ["2026-03-29 00:00", "2026-03-29 23:30"]
    assert [period_key(timing, instant) for instant in due] == ["2026-03-28", "2026-03-29"]


def test_a_day_that_never_was_has_no_digest() -> None:
    timing = Timing(Cadence.DAILY, time(8), "Pacific/Apia")
    due = upcoming(timing, utc("2011-12-29T12:00+00:00"), 3)
    assert [period_key(timing, instant) for instant in due] == ["2011-12-29", "2011-12-31", "2012-01-01"]


def test_a_weekly_digest_of_a_day_that_never_was_comes_at_the_first_valid_time_after_it() -> None:
    timing = Timing(Cadence.WEEKLY, time(8), "Pacific/Apia", weekday=date(2011, 12, 30).weekday())
    due = next_due(timing, utc("2011-12-29T12:00+00:00"))
    assert local(timing.zone, due) == "2011-12-31 00:00"
    assert period_key(timing, due) == "2011-W52"


def test_at_once_is_now_and_each_instant_is_its_own_period() -> None:
    timing = Timing(Cadence.AT_ONCE)
    now = utc("2026-11-20T13:57:02.250000+00:00")
    assert next_due(timing, now) == now
    assert period_key(timing, now) == "2026-11-20T13:57:02.250000Z"


def test_a_digest_sent_off_schedule_belongs_to_the_local_period_it_is_sent_in() -> None:
    timing = Timing(Cadence.WEEKLY, time(8), "Pacific/Kiritimati")
    assert period_key(timing, utc("2026-12-31T20:00+00:00")) == "2026-W53"


@given(timings, instants)
def test_due_times_strictly_increase(timing: Timing, after: datetime) -> None:
    due = upcoming(timing, after, 5)
    assert after < due[0]
    assert all(earlier < later for earlier, later in pairwise(due))


@given(timings, instants)
def test_each_local_period_has_exactly_one_digest(timing: Timing, after: datetime) -> None:
    keys = [period_key(timing, due) for due in upcoming(timing, after, 40)]
    assert len(set(keys)) == len(keys)
    assert keys == sorted(keys)
    zone = ZoneInfo(timing.zone)
    first, last = (due.astimezone(zone).date() for due in upcoming(timing, after, 40)[::39])
    if timing.cadence is Cadence.DAILY and timing.zone not in ("Pacific/Apia", "America/Nuuk"):
        assert (last - first).days == 39
    if timing.cadence is Cadence.WEEKLY:
        assert 39 * 7 - 1 <= (last - first).days <= 39 * 7 + 1


@given(timings, instants)
def test_local_time_is_the_wished_one_unless_the_clocks_skip_it(timing: Timing, after: datetime) -> None:
    zone = ZoneInfo(timing.zone)
    due = next_due(timing, after)
    wall = due.astimezone(zone)
    if wall.time() != timing.at:
        before = (due - timedelta(seconds=1)).astimezone(zone)
        assert wall.replace(tzinfo=None) - before.replace(tzinfo=None) > timedelta(seconds=1)  # the clocks jumped here
    assert wall.fold == 0


@given(timings, instants)
def test_nothing_due_is_passed_over(timing: Timing, after: datetime) -> None:
    due = next_due(timing, after)
    assert next_due(timing, due - timedelta(microseconds=1)) == due


@pytest.mark.parametrize("cadence", PERIODIC)
def test_the_same_question_has_the_same_answer_in_any_zone(cadence: Cadence) -> None:
    timing = Timing(cadence, time(8), "Asia/Kathmandu")
    asked = utc("2026-11-20T02:00+00:00")
    assert next_due(timing, asked) == next_due(timing, asked.astimezone(ZoneInfo("America/New_York")))
