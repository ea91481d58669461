"""Periods are half-open: what meets does not overlap, and nothing lies between."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.period import Period

DAYS = st.dates(date(2020, 1, 1), date(2020, 3, 1))


@st.composite
def periods(draw: st.DrawFn) -> Period:
    start = draw(DAYS)
    return Period(start, draw(st.none() | st.dates(start + timedelta(1), date(2020, 3, 9))))


def test_the_end_is_the_first_day_outside() -> None:
    emergency = Period(date(2021, 11, 5), date(2022, 2, 3))
    assert date(2021, 11, 4) not in emergency
    assert date(2021, 11, 5) in emergency
    assert date(2022, 2, 2) in emergency
    assert date(2022, 2, 3) not in emergency
    assert date(9999, 12, 31) in Period(date(2021, 11, 5))


@pytest.mark.parametrize("end", [date(2021, 11, 5), date(2021, 11, 4)])
def test_a_period_without_a_day_is_refused(end: date) -> None:
    with pytest.raises(ValueError, match="must end after it starts: 2021-11-05 to"):
        Period(date(2021, 11, 5), end)


@given(periods(), periods(), DAYS)
def test_periods_overlap_exactly_when_they_share_a_day(one: Period, other: Period, day: date) -> None:
    assert one.overlaps(other) == other.overlaps(one)
    if day in one and day in other:
        assert one.overlaps(other)
    if one.overlaps(other):
        assert max(one.start, other.start) in one
        assert max(one.start, other.start) in other


@given(periods(), DAYS, DAYS)
def test_what_is_left_before_a_day_is_the_same_days_up_to_it(period: Period, cut: date, day: date) -> None:
    left = period.until(cut)
    assert (left is not None and day in left) == (day in period and day < cut)


@given(periods(), DAYS)
def test_two_halves_meet_and_share_no_day(period: Period, cut: date) -> None:
    left = period.until(cut)
    if left is not None and cut in period:
        assert not left.overlaps(Period(cut, period.end))
