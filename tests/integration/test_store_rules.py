"""Versions, sightings and changes: what goes in comes out, and the recorded past stays as it was."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from tests.integration.store_sample import (
    DAY,
    HOUR,
    KEY,
    NOW,
    SOURCE,
    amendment_plan,
    change,
    first_plan,
    grams,
    passage,
    sighting,
    version,
)
from tracker.domain.change import Direction, Kind, Review, Severity, TextChange, TextKind
from tracker.domain.reading import Loss
from tracker.domain.reconcile import Known, Plan
from tracker.domain.rule import Cause, Level, RuleKey, Status, Underlying
from tracker.domain.value import Bare, Expression, Member, MemberSet, Multiple, State, Value
from tracker.errors import DatabaseProblem
from tracker.store import changes, reviews, rules
from tracker.store.changes import ChangeFilter
from tracker.store.codec import version_row
from tracker.store.database import Database
from tracker.store.queries import last_confirmed, versions_of
from tracker.store.reviews import ReviewKind
from tracker.store.tables import rule_version

VALUES: list[Value] = [
    grams("0.28350"),
    Bare(state=State.UNLIMITED),
    Member(member="specialist"),
    MemberSet(members=("ms", "chronic_pain"), attrs={"chronic_pain": "18"}),
    Expression(operator="min", operands=(grams(150), Multiple(number=Decimal(30), of="daily_quantity"))),
]


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    with database.write() as conn:
        yield conn


def _rows(conn: Connection) -> dict[str, dict[str, Any]]:
    return {row.id: dict(row._mapping) for row in conn.execute(select(rule_version))}


def test_what_a_sighting_says_lies_beneath_comes_back_as_it_was(conn: Connection) -> None:
    under = Underlying(grams(60), passage(document="text(Perm)", quote="60 g of “dried” cannabis"))
    seen = replace(sighting(version()), underlying=under)
    rules.apply_plan(conn, Plan(sightings=(seen,)), {}, NOW)
    assert rules.sightings(conn, [KEY]) == {KEY: {SOURCE: seen}}


@pytest.mark.parametrize("value", VALUES, ids=lambda value: value.type)
def test_a_version_and_its_sighting_come_back_as_they_were(conn: Connection, value: Value) -> None:
    stored = replace(version(value, end=date(2027, 1, 31)), level=Level.CODED, origin="baseline")
    rules.apply_plan(conn, first_plan(stored), {}, NOW)
    assert rules.known(conn, [KEY]) == {KEY: Known((stored,), {SOURCE: sighting(stored)})}
    assert versions_of(conn, ["CA"]) == [stored]
    assert versions_of(conn, ["CA"])[0].id == stored.id


def test_rules_that_nobody_knows_are_absent(conn: Connection) -> None:
    rules.apply_plan(conn, first_plan(version()), {}, NOW)
    other = RuleKey("CA", "possession_limit", "age=minor")
    assert rules.known(conn, [other]) == {}
    assert rules.known(conn, []) == {}
    assert rules.sightings(conn, [other]) == {}
    assert rules.sightings(conn, [KEY, other]) == {KEY: {SOURCE: sighting(version())}}
    assert rules.keys_of_source(conn, SOURCE) == {KEY}
    assert rules.keys_of_source(conn, "ca/other") == set()


def test_the_recorded_past_is_never_rewritten(conn: Connection) -> None:
    first = version()
    rules.apply_plan(conn, first_plan(first), {}, NOW)
    before = _rows(conn)
    plan, second = amendment_plan(first, grams(100), date(2025, 6, 1), NOW + DAY)
    rules.apply_plan(conn, plan, {}, NOW + DAY)
    plan, third = amendment_plan(second, grams(200), date(2026, 2, 1), NOW + 2 * DAY)
    rules.apply_plan(conn, plan, {}, NOW + 2 * DAY)
    after = _rows(conn)
    assert {id_: {**after[id_], "recorded_to": None} for id_ in before} == before
    assert after[first.id]["recorded_to"] == NOW + DAY
    assert after[second.id]["recorded_to"] == NOW + 2 * DAY
    assert [(v.value, v.valid.start) for v in rules.known(conn, [KEY])[KEY].versions] == [
        (first.value, date(2018, 10, 17)),
        (second.value, date(2025, 6, 1)),
        (third.value, date(2026, 2, 1)),
    ]
    assert len(versions_of(conn, ["CA"], [KEY.topic])) == 5


def test_a_plan_against_rules_that_have_moved_on_is_refused(database: Database) -> None:
    first = version()
    with database.write() as conn:
        rules.apply_plan(conn, first_plan(first), {}, NOW)
    plan, second = amendment_plan(first, grams(100), date(2025, 6, 1), NOW + DAY)
    with database.write() as conn:
        rules.apply_plan(conn, plan, {}, NOW + DAY)
        before = _rows(conn)
    late, _ = amendment_plan(first, grams(90), date(2025, 7, 1), NOW + 2 * DAY)
    sooner, _ = amendment_plan(second, grams(90), date(2025, 7, 1), NOW + HOUR)  # nothing ends before it began
    for refused, at in ((late, NOW + 2 * DAY), (sooner, NOW + HOUR)):
        with (
            pytest.raises(DatabaseProblem, match="CA changed while they were being compared"),
            database.write() as conn,
        ):
            rules.apply_plan(conn, refused, {}, at)
    with database.read() as conn:
        assert _rows(conn) == before


def test_two_values_on_one_day_are_refused(database: Database) -> None:
    with database.write() as conn:
        rules.apply_plan(conn, first_plan(version()), {}, NOW)
    inside = version(grams(1), date(2020, 1, 1), date(2020, 2, 1))
    with pytest.raises(ValueError, match="two values on one day: CA possession_limit"), database.write() as conn:
        rules.apply_plan(conn, first_plan(inside), {}, NOW)
    with database.write() as conn:  # another qualifier is another rule
        rules.apply_plan(conn, first_plan(version(key=RuleKey("CA", "possession_limit", "age=minor"))), {}, NOW)


def test_the_database_itself_refuses_two_values_from_one_day(database: Database) -> None:
    with database.write() as conn:
        conn.execute(insert(rule_version), [version_row(version())])
    again = version_row(version(grams(1)))
    with pytest.raises(IntegrityError, match=r"(?i)unique|one_value_per_day"), database.write() as conn:
        conn.execute(insert(rule_version), [again])
    with database.write() as conn:  # what is no longer believed stands in nobody's way
        conn.execute(insert(rule_version), [{**again, "recorded_to": NOW + DAY}])


def test_postgresql_itself_refuses_overlapping_periods(database: Database) -> None:
    with database.write() as conn:
        conn.execute(insert(rule_version), [version_row(version())])
    later = version_row(version(grams(1), date(2020, 1, 1)))
    if database.sqlite:  # cannot express it: apply_plan refuses, and doctor looks
        with database.write() as conn:
            conn.execute(insert(rule_version), [later])
        return
    with pytest.raises(IntegrityError, match="one_value_per_day"), database.write() as conn:
        conn.execute(insert(rule_version), [later])
    with database.write() as conn:
        conn.execute(update(rule_version).values(recorded_to=NOW + DAY))
        conn.execute(insert(rule_version), [later])


def test_writers_compare_and_write_the_rules_of_a_jurisdiction_in_turn(database: Database) -> None:
    with database.write() as conn:
        rules.apply_plan(conn, first_plan(version()), {}, NOW)

    def amend(number: int) -> None:
        with database.write() as conn:
            latest = rules.known(conn, [KEY])[KEY].versions[-1]
            start = latest.valid.start.replace(year=latest.valid.start.year + 1)
            plan, _ = amendment_plan(latest, grams(number), start, NOW + HOUR)
            rules.apply_plan(conn, plan, {}, NOW + HOUR)

    threads = [threading.Thread(target=amend, args=(number,)) for number in range(1, 9)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with database.read() as conn:
        assert len(rules.known(conn, [KEY])[KEY].versions) == 9


def test_sources_confirm_lose_and_find_their_passages(conn: Connection) -> None:
    stored, other = version(), version(source="ca/summary")
    rules.apply_plan(conn, Plan(record=(stored,), sightings=(sighting(stored), sighting(other))), {}, NOW)
    rules.confirm(conn, SOURCE, NOW + DAY)
    lost = Plan(
        sightings=(sighting(stored, at=NOW + DAY, lost=True),),
        lost=(Loss(KEY, "nothing at s. 266 fits “daily quantity”"),),
    )
    rules.apply_plan(conn, lost, {}, NOW + 2 * DAY)
    rules.apply_plan(conn, lost, {}, NOW + 3 * DAY)
    rules.confirm(conn, SOURCE, NOW + 4 * DAY)

    mine, theirs = last_confirmed(conn, ["CA"])[KEY]
    assert (mine.source, mine.confirmed_at, mine.lost, mine.lost_since) == (SOURCE, NOW + DAY, True, NOW + 2 * DAY)
    assert (theirs.source, theirs.confirmed_at, theirs.lost, theirs.lost_since) == ("ca/summary", NOW, False, None)
    assert rules.known(conn, [KEY])[KEY].sightings[SOURCE].lost
    [item] = reviews.waiting(conn)
    assert (item.kind, item.key, item.source) == (ReviewKind.LOST, KEY, SOURCE)
    assert (item.reason, item.opened_at) == ("nothing at s. 266 fits “daily quantity”", NOW + 2 * DAY)

    rules.apply_plan(conn, Plan(sightings=(sighting(stored, at=NOW + 5 * DAY),)), {}, NOW + 5 * DAY)
    assert last_confirmed(conn, ["CA"], [KEY.topic])[KEY][0].lost_since is None
    assert last_confirmed(conn, ["CA"], ["minors"]) == {}
    assert reviews.waiting(conn) == []
    closed = reviews.item(conn, item.id)
    assert closed is not None
    assert closed.closed_at == NOW + 5 * DAY
    rules.apply_plan(conn, lost, {}, NOW + 6 * DAY)
    assert [each.opened_at for each in reviews.waiting(conn)] == [NOW + 6 * DAY]


def test_a_change_comes_back_whole_even_if_a_side_was_never_recorded(conn: Connection) -> None:
    stored, other = version(), version(grams(90), date(2026, 3, 1), source="ca/summary", status=Status.UNKNOWN)
    found = change(stored, other, kind=Kind.CONFLICT_DETECTED, toward=Direction.UNCLEAR)
    rules.apply_plan(conn, first_plan(stored), {}, NOW)
    rules.apply_plan(conn, Plan(changes=(found,)), {found.id: "Canada: two texts disagree"}, NOW + DAY)
    [recorded] = changes.changes(conn)
    assert recorded.change == replace(found, summary="Canada: two texts disagree")
    assert recorded.id == recorded.change.id == found.id
    assert recorded.recorded_at == NOW + DAY
    assert changes.change(conn, found.id) == recorded
    assert changes.change(conn, "unheard-of") is None


def test_changes_are_filtered_and_come_oldest_first(conn: Connection) -> None:
    old, new = version(), version(grams(1), date(2026, 1, 1))
    dutch = RuleKey("NL", "minors", "")
    late = change(old, new, at=NOW + 2 * DAY, weight=Severity.CRITICAL, review=Review.WAITING)
    early = change(None, version(key=dutch), at=NOW, weight=Severity.MINOR, kind=Kind.RULE_ADDED)
    ours = change(new, old, at=NOW + DAY, cause=Cause.EXTRACTOR, toward=Direction.RESTRICTS)
    rules.apply_plan(conn, Plan(changes=(late, early, ours)), {}, NOW + 3 * DAY)

    def ids(**wanted: Any) -> list[str]:
        return [each.id for each in changes.changes(conn, ChangeFilter(**wanted))]

    assert ids() == [early.id, ours.id, late.id]
    assert [each.id for each in changes.newest(conn, limit=2)] == [late.id, ours.id]
    assert [each.id for each in changes.newest(conn, ChangeFilter(topics=[KEY.topic]), limit=2, skip=1)] == [ours.id]
    assert ids(jurisdictions=["CA", "FR"]) == [ours.id, late.id]
    assert ids(topics={"minors"}) == [early.id]
    assert ids(since=NOW + DAY) == [ours.id, late.id]
    assert ids(until=NOW + DAY) == [early.id]
    assert ids(minimum=Severity.MAJOR) == [ours.id, late.id]
    assert ids(minimum=Severity.CRITICAL) == [late.id]
    assert ids(direction=Direction.RESTRICTS) == [ours.id]
    assert ids(cause=Cause.EXTRACTOR) == [ours.id]
    assert ids(review=Review.WAITING) == [late.id]
    assert ids(touched_since=NOW + 4 * DAY) == []
    assert changes.set_review(conn, late.id, Review.ACCEPTED, "Ada", "read both texts", NOW + 4 * DAY)
    assert ids(touched_since=NOW + 4 * DAY) == [late.id]


def test_a_critical_change_waits_for_a_person_who_decides(conn: Connection) -> None:
    urgent = change(version(), version(grams(1)), weight=Severity.CRITICAL, review=Review.WAITING)
    rules.apply_plan(conn, Plan(changes=(urgent, change(None, version()))), {}, NOW)
    [item] = reviews.waiting(conn)
    assert (item.id, item.kind, item.key, item.source) == (urgent.id, ReviewKind.CRITICAL, KEY, SOURCE)
    reviews.mark_told(conn, [item.id], NOW + HOUR)
    rules.apply_plan(conn, Plan(changes=(urgent,)), {}, NOW + DAY)  # recorded already: asked once
    assert [(each.opened_at, each.told_at) for each in reviews.waiting(conn)] == [(NOW, NOW + HOUR)]

    assert changes.set_review(conn, urgent.id, Review.REJECTED, "Ada", "a typing error", NOW + DAY)
    assert not changes.set_review(conn, "unheard-of", Review.REJECTED, "Ada", "", NOW + DAY)
    assert reviews.waiting(conn) == []
    decided = changes.change(conn, urgent.id)
    assert decided is not None
    assert decided.change.review is Review.REJECTED
    assert (decided.reviewed_by, decided.review_reason, decided.reviewed_at) == ("Ada", "a typing error", NOW + DAY)


def test_text_changes_come_back_with_their_words(conn: Connection) -> None:
    changed = TextChange(SOURCE, "text", "s. 4", TextKind.TEXT_CHANGED, "old words", "new words", NOW)
    added = TextChange(SOURCE, "text", "s. 5", TextKind.TEXT_ADDED, "", "new words", NOW + DAY)
    changes.record_text_changes(conn, "CA", [added, changed])
    changes.record_text_changes(conn, "CA", [changed])
    changes.record_text_changes(conn, "CA", [])
    assert changes.text_changes(conn) == [("CA", changed), ("CA", added)]
    assert changes.text_changes(conn, ChangeFilter(since=NOW + HOUR)) == [("CA", added)]
    assert changes.text_changes(conn, ChangeFilter(jurisdictions=["DE"])) == []
