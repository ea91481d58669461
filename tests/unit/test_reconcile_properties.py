"""What holds after any sequence of readings, however sources, acts and dates are mixed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.chronicle import KEY, SILENT, Chronicle, Said, grams, lasts, misses, oz, passage
from tracker.domain.provision import Amendment, Ending, TemporaryKind
from tracker.domain.reading import Repeal
from tracker.domain.rule import Assertion, Basis, Cause, Status, Version
from tracker.domain.timeline import as_of, believed

START = date(2021, 1, 1)
PROBES = [START + timedelta(days) for days in range(-40, 140, 9)]
DAYS = st.integers(-30, 90).map(lambda days: START + timedelta(days))
PAST = st.integers(-30, 0).map(lambda days: START + timedelta(days))
VALUES = st.sampled_from([oz(2), grams(57), oz(8), grams(30), lasts("P1Y"), SILENT])
SOURCES = st.sampled_from("ab")
KINDS = st.sampled_from(list(TemporaryKind))
ENDINGS = st.lists(st.builds(Ending, KINDS, DAYS), max_size=2).map(tuple)
ACTS = st.lists(st.builds(Amendment, st.sampled_from("TUVW"), PAST, st.none() | KINDS), max_size=3).map(tuple)
PASSAGES = st.builds(passage, SOURCES, st.sampled_from(["s. 1", "s. 2"]))
ASSERTIONS: st.SearchStrategy[Said] = st.builds(
    Assertion,
    st.just(KEY),
    VALUES,
    PASSAGES,
    st.none() | DAYS,
    st.sampled_from([Basis.STATED, Basis.LAST_AMENDED]),
    ENDINGS,
    ACTS,
)
REPEALS: st.SearchStrategy[Said] = st.builds(Repeal, st.just(KEY), PASSAGES, st.none() | DAYS, ENDINGS, ACTS)
LOSSES: st.SearchStrategy[Said] = SOURCES.map(misses)
CAUSES = st.sampled_from([Cause.SOURCE] * 6 + [Cause.EXTRACTOR, Cause.REVIEW])
STEPS = st.lists(
    st.tuples(st.integers(0, 20), st.one_of(*[ASSERTIONS] * 4, REPEALS, LOSSES), CAUSES), min_size=1, max_size=7
)


def instants(steps: list[tuple[int, Said, Cause]]) -> list[tuple[datetime, Said, Cause]]:
    """Readings at a growing clock; the old bytes read by a new reader share their instant with the new bytes."""
    now, told, before = datetime(2021, 1, 1, 12, tzinfo=UTC), [], Cause.SOURCE
    for days, said, cause in steps:
        if days or (before, cause) != (Cause.EXTRACTOR, Cause.SOURCE):
            now += timedelta(days, minutes=1)
        told.append((now, said, cause))
        before = cause
    return told


def same_but_for_the_end_of_belief(version: Version) -> Version:
    return replace(version, recorded_to=None)


def answers(versions: list[Version], known_at: datetime) -> list[object]:
    held = [same_but_for_the_end_of_belief(version) for version in believed(versions, known_at)]
    return [as_of(held, day) for day in PROBES]


@settings(max_examples=250, deadline=None)
@given(STEPS)
def test_after_each_reading(steps: list[tuple[int, Said, Cause]]) -> None:
    chronicle = Chronicle()
    for when, said, cause in instants(steps):
        before = list(chronicle.versions)
        chronicle.on(when, said, cause=cause)
        the_same_again_changes_nothing_on_any_later_day(chronicle, when, said, cause)
        absence_repeals_nothing(chronicle, when)
        the_recorded_past_is_not_rewritten(chronicle, before, when)
        a_change_shows_what_is_recorded(chronicle)
    there_is_one_value_for_each_day_and_belief(chronicle)
    everything_has_a_name_of_its_own(chronicle)


def the_same_again_changes_nothing_on_any_later_day(
    chronicle: Chronicle, when: datetime, said: Said, cause: Cause
) -> None:
    if cause is not Cause.SOURCE:
        return  # a correction is of its day, and is read once
    planned = any(version.valid.start > when.date() for version in chronicle.versions if version.current)
    # What is planned may come true meanwhile, and expired words prove nothing on their day.
    for later in (0,) if planned or chronicle.plan.lost else (0, 1, 8, 64):
        plan = chronicle.would(when + timedelta(later), said, cause=cause)
        assert (plan.retire, plan.record, plan.changes) == ((), (), ())


def absence_repeals_nothing(chronicle: Chronicle, when: datetime) -> None:
    for source in "ab":
        plan = chronicle.would(when, misses(source))
        assert (plan.retire, plan.record, plan.changes) == ((), (), ())


def the_recorded_past_is_not_rewritten(chronicle: Chronicle, before: list[Version], when: datetime) -> None:
    after = {version.id: version for version in chronicle.versions}
    for version in before:
        now = after[version.id]
        assert same_but_for_the_end_of_belief(now) == same_but_for_the_end_of_belief(version)
        assert version.recorded_to in (None, now.recorded_to)
    earlier = when - timedelta(microseconds=1)
    assert answers(before, earlier) == answers(chronicle.versions, earlier)


def a_change_shows_what_is_recorded(chronicle: Chronicle) -> None:
    recorded = {version.id for version in chronicle.versions}
    for change in chronicle.plan.changes:
        shown = [v for v in (change.before, change.after) if v is not None and v.status is not Status.UNKNOWN]
        assert all(version.id in recorded for version in shown)
        assert change.before is None or change.after is None or change.before.id != change.after.id


def there_is_one_value_for_each_day_and_belief(chronicle: Chronicle) -> None:
    for version in chronicle.versions:
        held = believed(chronicle.versions, version.recorded_from)
        assert not any(one.valid.overlaps(other.valid) for one, other in combinations(held, 2))


def everything_has_a_name_of_its_own(chronicle: Chronicle) -> None:
    assert len({version.id for version in chronicle.versions}) == len(chronicle.versions)
    assert len({change.id for change in chronicle.changes}) == len(chronicle.changes)


@pytest.mark.parametrize("order", list(permutations("abc")))
def test_the_order_in_which_agreeing_sources_are_read_does_not_matter(order: tuple[str, ...]) -> None:
    stories = []
    for names in (sorted(order), order):
        chronicle = Chronicle()
        for name in names:
            chronicle.on("2021-02-01", Assertion(KEY, grams(15), passage(name), START, Basis.STATED))
        for name in names:
            said = Assertion(KEY, grams(30), passage(name), date(2021, 2, 10), Basis.STATED)
            chronicle.on("2021-02-14", said)
        stories.append((chronicle.story(), [change.kind for change in chronicle.changes]))
    assert stories[0] == stories[1]
