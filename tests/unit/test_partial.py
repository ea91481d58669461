"""Dates of which only the year or the month is known, and what they say of the age of a text."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.change import Change, Direction, Kind, Severity
from tracker.domain.coding import Coding
from tracker.domain.partial import PartialDate
from tracker.domain.period import Period
from tracker.domain.rule import Basis, Cause, Level, Passage, RuleKey, Status, Version
from tracker.domain.value import Member
from tracker.domain.wording import begun, evidence, partial_date, since, text_of

CODED = date(2026, 3, 1)


def coding(
    text_date: str | None = None, not_before: str | None = None, starts: str | None = None, on: date = CODED
) -> Coding:
    dated, bound, begins = (PartialDate(text) if text else None for text in (text_date, not_before, starts))
    return Coding("A. Coder", on, "act", dated, bound, begins)


def version(level: Level = Level.CODED, basis: Basis = Basis.FIRST_SEEN, known: Coding | None = None) -> Version:
    return Version(
        RuleKey("NL", "access_model"),
        Member(member="prescription_only"),
        Period(date(2019, 2, 9)),
        datetime(2026, 3, 1, tzinfo=UTC),
        Passage("", "art. 3", "nl/act", "act", "https://law.example/act", ""),
        basis,
        Status.IN_FORCE,
        level=level,
        coding=known,
    )


@pytest.mark.parametrize(
    ("text", "first", "last", "words"),
    [
        ("2014", date(2014, 1, 1), date(2014, 12, 31), "2014"),
        ("2014-05", date(2014, 5, 1), date(2014, 5, 31), "May 2014"),
        ("2014-05-29", date(2014, 5, 29), date(2014, 5, 29), "29 May 2014"),
        ("2023-02", date(2023, 2, 1), date(2023, 2, 28), "February 2023"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "February 2024"),
        ("2024-02-29", date(2024, 2, 29), date(2024, 2, 29), "29 February 2024"),
        ("9999", date(9999, 1, 1), date(9999, 12, 31), "9999"),
    ],
)
def test_a_date_means_the_days_from_its_first_to_its_last(text: str, first: date, last: date, words: str) -> None:
    known = PartialDate(text)
    assert (known.first, known.last, known.exact) == (first, last, first == last)
    assert str(known) == text
    assert partial_date(known) == words


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "write it as 2021-11-16, 2021-11 or 2021"),
        ("14", "write it as"),
        ("2014-5", "write it as"),
        ("2014-05-29T00:00", "write it as"),
        ("May 2014", "write it as"),
        ("2014-05-", "write it as"),
        ("2014-05\n", "write it as"),
        (" 2014", "write it as"),
        ("２０１４", "write it as"),
        ("2014-13", "is not a date that exists"),
        ("2014-00", "is not a date that exists"),
        ("2014-05-00", "is not a date that exists"),
        ("2014-00-05", "is not a date that exists"),
        ("2023-02-29", "is not a date that exists"),
        ("0000", "is not a date that exists"),
    ],
)
def test_what_is_no_date_is_refused_with_the_reason(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why) as refused:
        PartialDate(text)
    assert repr(text) in str(refused.value)


@given(st.dates())
def test_a_day_lies_in_its_month_and_its_month_in_its_year(day: date) -> None:
    exact, month, year = (PartialDate(day.isoformat()[:length]) for length in (10, 7, 4))
    assert exact.first == day == exact.last
    assert year.first <= month.first <= day <= month.last <= year.last
    assert (exact.exact, month.exact, year.exact) == (True, False, False)
    assert month.last.month == month.first.month == day.month
    assert month.last == date.max or (month.last + timedelta(days=1)).day == 1


# ── How old a text is ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("known", "dated"),
    [
        (coding("2019-02-09"), date(2019, 2, 9)),
        (coding("2019"), date(2019, 12, 31)),
        (coding(not_before="2021-06"), date(2021, 6, 30)),
        (coding(), CODED),
    ],
)
def test_a_text_vouches_for_its_value_up_to_its_date(known: Coding, dated: date) -> None:
    assert known.dated == dated


@pytest.mark.parametrize("known", [coding("2026"), coding("2026-03"), coding(not_before="2026")])
def test_no_text_vouches_for_days_after_it_was_read(known: Coding) -> None:
    assert known.dated == CODED


@pytest.mark.parametrize(
    ("known", "first"),
    [
        (coding("2019-02-09"), date(2019, 2, 9)),
        (coding("2026"), CODED),
        (coding("2025-06-01", starts="2018"), date(2018, 12, 31)),
        (coding("2025-06-01", starts="2018-11"), date(2018, 11, 30)),
        (coding("2025-06-01", starts="2018-11-05"), date(2018, 11, 5)),
        (coding("2026-02-01", starts="2026"), CODED),
        (coding("2026-02-01", starts="2027-01"), date(2027, 1, 31)),
    ],
)
def test_a_value_holds_from_the_last_day_that_its_date_may_mean_and_no_later_than_it_was_read(
    known: Coding, first: date
) -> None:
    assert known.begins == first


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (coding("2019-02-09"), "coded from the official text of 9 February 2019, not yet confirmed by a crawl"),
        (coding("2019"), "coded from the official text of 2019, not yet confirmed by a crawl"),
        (
            coding(not_before="2021-06"),
            "coded from an undated copy of the official text (not older than June 2021), not yet confirmed by a crawl",
        ),
        (coding(), "coded from an undated copy of the official text, not yet confirmed by a crawl"),
    ],
)
def test_what_no_crawl_has_met_says_so_with_the_age_of_its_text(known: Coding, words: str) -> None:
    assert evidence(version(known=known), None) == words
    assert evidence(version(Level.UNCONFIRMED, known=known), None) == words.replace("coded", "read")
    assert text_of(known) in words


def test_what_a_crawl_has_met_says_when() -> None:
    met = version(Level.READ)
    assert evidence(met, datetime(2026, 5, 1, tzinfo=UTC)).endswith("confirmed 1 May 2026")
    assert "not confirmed" in evidence(met, None)


@pytest.mark.parametrize(
    ("starts", "basis", "words"),
    [
        ("2018", Basis.STATED, "from 2018"),
        ("2018-11", Basis.STATED, "from November 2018"),
        ("2018-11-01", Basis.STATED, "from 1 November 2018"),
        (None, Basis.FIRST_SEEN, "as it stands in the official text of 9 February 2019"),
    ],
)
def test_a_first_day_is_said_as_exactly_as_the_text_says_it(starts: str | None, basis: Basis, words: str) -> None:
    assert since(version(basis=basis, known=coding("2019-02-09", starts=starts))) == words


def change(before: Version, after: Version) -> Change:
    return Change(
        before.key,
        Kind.VALUE_CHANGED,
        Cause.SOURCE,
        Direction.EXPANDS,
        Severity.MAJOR,
        before,
        after,
        datetime(2026, 5, 1, 9, tzinfo=UTC),
        after.valid.start,
        after.basis,
        after.status,
    )


def test_what_the_baseline_missed_lies_between_two_readings_and_never_has_a_first_day_of_its_own() -> None:
    before, after = version(known=coding("2019-02-09")), version(Level.READ)
    missed = change(before, after)
    assert missed.noticed_late
    assert begun(missed) == "changed between 9 February 2019 and 1 May 2026"
    stated = change(before, replace(after, basis=Basis.STATED))
    assert begun(stated) == "from 9 February 2019, noticed late"


@pytest.mark.parametrize("before", [Level.CODED, Level.UNCONFIRMED])
def test_only_a_crawl_that_meets_the_baseline_notices_late(before: Level) -> None:
    known = coding("2019-02-09")
    unmet, met = version(before, known=known), version(Level.READ)
    assert change(unmet, met).noticed_late
    assert not change(met, met).noticed_late
    assert not change(unmet, unmet).noticed_late, "two values of the baseline: its own past"
    assert not replace(change(unmet, met), kind=Kind.RENUMBERED).noticed_late
