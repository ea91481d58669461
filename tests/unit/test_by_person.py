"""What a person states of a rule, and what taking a change back leaves of its timeline."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.belief import NOTHING, Known, Plan, Sighting
from tracker.domain.by_person import changed, corrected, found_again, requoted, ruling, settled, stated, undone
from tracker.domain.change import Change, Direction, Kind, Review, Severity
from tracker.domain.coding import Coding, Fingerprint
from tracker.domain.overlay import Laid, lay
from tracker.domain.partial import PartialDate
from tracker.domain.period import Period
from tracker.domain.reading import Met, Reading
from tracker.domain.reconcile import apply, reconcile
from tracker.domain.rule import BY_REVIEW, Assertion, Basis, Cause, Level, Passage, RuleKey, Status, Version
from tracker.domain.value import Quantity, State
from tracker.extract.declarations import load_vocabulary

WORDS = load_vocabulary()
KEY = RuleKey("NL", "possession_limit")
NOW = datetime(2031, 5, 5, 9, tzinfo=UTC)
TODAY = NOW.date()
SAID = Passage("no more than so many grams", "s. 1", "nl/rules", "rules", "https://law.example/", "a" * 64)
MARKS = (Fingerprint("b" * 64, 12),)
CODING = Coding("M. Keller", TODAY, "regulation", PartialDate(TODAY.isoformat()), passages=MARKS)


def grams(number: int) -> Quantity:
    return Quantity(number=Decimal(number), unit="g", bound="max")


def version(number: int, start: date, end: date | None = None, status: Status = Status.IN_FORCE) -> Version:
    return Version(KEY, grams(number), Period(start, end), NOW - timedelta(9), SAID, Basis.STATED, status)


def change(before: Version | None, after: Version, kind: Kind = Kind.VALUE_CHANGED) -> Change:
    weight = (Direction.RESTRICTS, Severity.CRITICAL)
    return Change(KEY, kind, Cause.SOURCE, *weight, before, after, NOW, after.valid.start, after.basis, after.status)


def after(versions: tuple[Version, ...], laid: Laid) -> list[Version]:
    return sorted(
        (v for v in apply(versions, Plan(laid.retire, laid.record), NOW) if v.current), key=lambda v: v.valid.start
    )


OLD = version(30, date(2020, 1, 1))


def amended(start: date, number: int = 10, status: Status = Status.IN_FORCE) -> tuple[tuple[Version, ...], Change]:
    """A timeline in which a change brought another value from a day on."""
    new = version(number, start, status=status)
    laid = lay((OLD,), new, NOW)
    return laid.record, change(OLD, new)


# ── Taking a change back ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("start", [date(2031, 5, 5), date(2031, 1, 1), date(2032, 1, 1)])
def test_what_stood_before_holds_again(start: date) -> None:
    timeline, brought = amended(start, status=Status.ENACTED_PENDING if start > TODAY else Status.IN_FORCE)
    laid = undone(timeline, brought, NOW)
    assert laid is not None
    (left,) = after(timeline, laid)
    assert (left.value, left.valid, left.origin) == (OLD.value, OLD.valid, BY_REVIEW)


def test_a_value_that_was_wholly_replaced_comes_back() -> None:
    new = version(10, OLD.valid.start)
    laid = undone((new,), change(OLD, new), NOW)
    assert laid is not None
    (left,) = after((new,), laid)
    assert (left.value, left.valid, left.passage, left.origin) == (OLD.value, OLD.valid, OLD.passage, BY_REVIEW)


def test_a_rule_that_there_never_was_is_not_addressed() -> None:
    new = version(10, date(2031, 1, 1))
    laid = undone((new,), change(None, new, Kind.RULE_ADDED), NOW)
    assert laid is not None
    (left,) = after((new,), laid)
    assert (left.value.state, left.origin, left.passage) == (State.NOT_ADDRESSED, BY_REVIEW, SAID)


def test_what_came_after_temporary_law_leaves_what_nobody_knows() -> None:
    lapsed = version(30, date(2030, 1, 1), date(2031, 1, 1), Status.TEMPORARY)
    new = version(10, date(2031, 1, 1))
    laid = undone((lapsed, new), change(lapsed, new, Kind.TEMPORARY_ENDED), NOW)
    assert laid is not None
    (left,) = after((lapsed, new), laid)
    assert (left.valid.end, left.status) == (date(2031, 1, 1), Status.TEMPORARY)


def test_a_change_between_two_others_is_taken_back_alone() -> None:
    """The newest value stays as it was read; only what the change stood in place of is vouched for."""
    timeline, brought = amended(date(2030, 1, 1))
    newest = version(60, date(2031, 1, 1))
    timeline = tuple(after(timeline, lay(timeline, newest, NOW)))
    laid = undone(timeline, brought, NOW)
    assert laid is not None
    first, last = after(timeline, laid)
    assert (first.value, first.valid, first.origin) == (
        OLD.value,
        Period(date(2020, 1, 1), date(2031, 1, 1)),
        BY_REVIEW,
    )
    assert (last.value, last.valid, last.origin) == (newest.value, newest.valid, "crawl")


def test_what_is_stated_instead_of_an_older_value_ends_where_that_ended() -> None:
    older = version(10, date(2030, 1, 1), date(2031, 1, 1))
    new = stated(KEY, grams(20), HERE, CODING, NOW, instead_of=older)
    assert (new.valid, new.status) == (older.valid, Status.IN_FORCE)


def test_what_is_no_longer_believed_cannot_be_taken_back() -> None:
    timeline, brought = amended(date(2031, 1, 1))
    assert undone((OLD,), brought, NOW) is None
    assert undone(tuple(replace(v, recorded_to=NOW) for v in timeline), brought, NOW) is None


@given(
    st.lists(st.dates(date(2021, 1, 1), date(2035, 1, 1)), min_size=1, max_size=4, unique=True),
    st.integers(0, 3),
)
def test_taking_back_never_leaves_two_values_on_one_day_nor_rewrites_the_past(days: list[date], which: int) -> None:
    timeline: tuple[Version, ...] = (OLD,)
    changes = []
    for number, start in enumerate(days):
        new = version(40 + number, start)
        before = ruling(timeline, start)
        timeline = tuple(after(timeline, lay(timeline, new, NOW)))
        changes.append(change(before, new))
    laid = undone(timeline, changes[which % len(changes)], NOW)
    if laid is not None:
        left = after(timeline, laid)
        assert all(not one.valid.overlaps(other.valid) for one in left for other in left if one is not other)
        assert all(each in timeline for each in laid.retire)
        assert all(each.recorded_from == NOW for each in laid.record)
        assert any(each.origin == BY_REVIEW for each in left)


# ── A word that stands ──────────────────────────────────────────────────────────────────────────────────────────────


def seen(number: int, *, lost: bool = False) -> Sighting:
    return Sighting(KEY, "nl/rules", grams(number), SAID, NOW, lost=lost)


STATED = replace(OLD, origin=BY_REVIEW, id="")


@pytest.mark.parametrize(
    ("held", "read", "cause", "stands"),
    [
        (Known((STATED,), {"nl/rules": seen(10)}), 10, Cause.SOURCE, True),
        (Known((STATED,), {"nl/rules": seen(10)}), 20, Cause.SOURCE, False),
        (Known((STATED,), {"nl/rules": seen(10)}), 20, Cause.EXTRACTOR, True),
        (Known((STATED,), {"nl/rules": seen(10)}), 30, Cause.SOURCE, False),
        (Known((STATED,), {"nl/rules": seen(10, lost=True)}), 10, Cause.SOURCE, False),
        (Known((STATED,)), 10, Cause.SOURCE, False),
        (Known((OLD,), {"nl/rules": seen(10)}), 10, Cause.SOURCE, False),
        (Known(), 10, Cause.SOURCE, False),
    ],
)
def test_a_person_outranks_a_reading_and_not_a_text(held: Known, read: int, cause: Cause, stands: bool) -> None:
    assert settled(held, "nl/rules", grams(read), cause, TODAY) is stands
    assert not settled(held, "nl/other", grams(read), cause, TODAY)


def test_a_reading_that_says_what_it_said_then_records_nothing() -> None:
    held = Known((STATED,), {"nl/rules": seen(10)})
    reading = Reading("nl/rules", (), (Assertion(KEY, grams(10), SAID),))
    plan = reconcile({KEY: held}, reading, NOW, Cause.SOURCE, WORDS)
    assert (plan.retire, plan.record, plan.changes, plan.lost) == ((), (), (), ())
    assert [each.value for each in plan.sightings] == [grams(10)]
    news = reconcile(
        {KEY: held}, replace(reading, assertions=(Assertion(KEY, grams(5), SAID),)), NOW, Cause.SOURCE, WORDS
    )
    assert [each.kind for each in news.changes] == [Kind.VALUE_CHANGED]


# ── Words that are met ──────────────────────────────────────────────────────────────────────────────────────────────

CODED = replace(
    OLD, level=Level.CODED, coding=CODING, origin="coded", passage=replace(SAID, quote="", snapshot=""), id=""
)
HERE = replace(SAID, citation="section 1", snapshot="c" * 64)


def test_words_that_are_met_give_a_value_its_quote_and_keep_the_citation_of_the_person() -> None:
    step = found_again(CODED, Met(KEY, MARKS, HERE), NOW, Cause.SOURCE)
    (there,) = step.record
    assert (step.retire, step.change) == ((CODED,), None)
    assert (there.passage.quote, there.passage.citation, there.passage.snapshot) == (SAID.quote, "s. 1", "c" * 64)
    assert (there.value, there.valid, there.level, there.coding) == (CODED.value, CODED.valid, Level.CODED, CODING)
    assert found_again(there, Met(KEY, MARKS, HERE), NOW, Cause.SOURCE) is NOTHING


def test_words_that_moved_are_cited_where_they_stand() -> None:
    met = replace(CODED, passage=SAID, id="")
    step = found_again(met, Met(KEY, MARKS, replace(HERE, citation="section 9"), moved=True), NOW, Cause.SOURCE)
    assert step.record[0].passage.citation == "section 9"
    assert step.change is not None
    assert (step.change.kind, step.change.review, step.change.severity) == (
        Kind.RENUMBERED,
        Review.NONE,
        Severity.MINOR,
    )


@pytest.mark.parametrize("marks", [MARKS, (Fingerprint("d" * 64, 12),)])
def test_words_are_met_only_by_the_value_that_was_coded_from_them(marks: tuple[Fingerprint, ...]) -> None:
    reading = Reading("nl/rules", (), (), met=(Met(KEY, marks, HERE),))
    plan = reconcile({KEY: Known((CODED,))}, reading, NOW, Cause.SOURCE, WORDS)
    assert len(plan.record) == len(plan.sightings) == (1 if marks == MARKS else 0)
    assert plan.changes == ()


def test_a_pattern_that_reads_a_value_comes_before_its_words() -> None:
    assertion = Assertion(KEY, grams(30), SAID)
    reading = Reading("nl/rules", (), (assertion,), met=(Met(KEY, MARKS, HERE),))
    plan = reconcile({KEY: Known((CODED,))}, reading, NOW, Cause.SOURCE, WORDS)
    assert [each.level for each in plan.record] == [Level.READ]


# ── What is stated ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_value_on_other_words() -> None:
    there = requoted(OLD, HERE, CODING, NOW)
    assert (there.value, there.valid, there.basis, there.status) == (OLD.value, OLD.valid, OLD.basis, OLD.status)
    assert (there.passage, there.level, there.origin, there.coding) == (HERE, Level.CODED, BY_REVIEW, CODING)


def test_a_value_holds_since_the_text_that_was_read_unless_a_day_is_stated() -> None:
    plain = stated(KEY, grams(20), HERE, CODING, NOW)
    assert (plain.valid, plain.basis, plain.status) == (Period(TODAY), Basis.FIRST_SEEN, Status.IN_FORCE)
    dated = stated(KEY, grams(20), HERE, CODING, NOW, start=date(2032, 1, 1))
    assert (dated.valid.start, dated.basis, dated.status) == (
        date(2032, 1, 1),
        Basis.STATED,
        Status.ENACTED_PENDING,
    )
    wrong = version(10, date(2031, 2, 1), date(2031, 8, 1), Status.TEMPORARY)
    instead = stated(KEY, grams(20), HERE, CODING, NOW, instead_of=wrong)
    assert (instead.valid, instead.basis, instead.status) == (wrong.valid, wrong.basis, Status.TEMPORARY)


def test_a_correction_is_no_change_of_law_and_a_change_is_decided() -> None:
    new = stated(KEY, grams(20), HERE, CODING, NOW)
    wrong = corrected(OLD, new, NOW, WORDS)
    assert (wrong.kind, wrong.cause, wrong.review) == (Kind.OUR_CORRECTION, Cause.REVIEW, Review.NONE)
    news = changed(OLD, new, NOW, WORDS)
    assert (news.kind, news.cause, news.review) == (Kind.VALUE_CHANGED, Cause.SOURCE, Review.ACCEPTED)
    assert (news.direction, news.severity, news.noticed_late) == (Direction.RESTRICTS, Severity.CRITICAL, False)
    added = changed(None, new, NOW, WORDS)
    assert (added.kind, added.before) == (Kind.RULE_ADDED, None)
