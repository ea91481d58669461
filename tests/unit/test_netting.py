"""What subscribers hear when a rule changes twice before anybody was told."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tracker.domain.change import Change, Direction, Kind, Review, Severity
from tracker.domain.netting import net
from tracker.domain.period import Period
from tracker.domain.rule import Basis, Cause, Passage, RuleKey, Status, Version
from tracker.domain.value import Quantity
from tracker.domain.vocabulary import Vocabulary
from tracker.extract.declarations import load_vocabulary

KEY = RuleKey("CA", "possession_limit")
NOON = datetime(2031, 5, 1, 12, tzinfo=UTC)
PASSAGE = Passage("no more than so many grams", "s. 1", "ca/rules", "text", "https://law.example/", "0" * 64)


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    return load_vocabulary()


def grams(number: int, hour: int) -> Version:
    at = NOON + timedelta(hours=hour)
    value = Quantity(number=Decimal(number), unit="g")
    return Version(KEY, value, Period(date(2031, 1, 1)), at, PASSAGE, Basis.STATED, Status.IN_FORCE)


def step(before: Version, after: Version, review: Review = Review.NONE) -> Change:
    waits = review is Review.WAITING
    toward, weight = (Direction.EXPANDS, Severity.MAJOR) if not waits else (Direction.RESTRICTS, Severity.CRITICAL)
    observed = after.recorded_from
    kind, cause, basis, status = Kind.VALUE_CHANGED, Cause.SOURCE, Basis.STATED, Status.IN_FORCE
    return Change(KEY, kind, cause, toward, weight, before, after, observed, None, basis, status, review=review)


def test_a_step_down_that_waits_and_a_smaller_step_up_are_told_as_the_step_down_that_remains(words: Vocabulary) -> None:
    high, low, middle = grams(90, 0), grams(10, 1), grams(60, 2)
    first, then = step(high, low, Review.WAITING), step(low, middle)
    (told,) = net([first, then], words)
    assert (told.change.before, told.change.after) == (high, middle)
    assert told.change.direction is Direction.RESTRICTS
    assert told.change.review is Review.WAITING, "a restriction that remains waits for proof like any other"
    assert told.ids == (first.id, then.id)


def test_a_rule_that_is_back_where_it_was_is_not_told(words: Vocabulary) -> None:
    high, low, again = grams(90, 0), grams(10, 1), grams(90, 2)
    assert net([step(high, low, Review.WAITING), step(low, again)], words) == []


def test_changes_that_nobody_waits_for_are_told_one_by_one(words: Vocabulary) -> None:
    low, middle, high = grams(10, 0), grams(60, 1), grams(90, 2)
    changes = [step(low, middle), step(middle, high)]
    assert [each.change for each in net(changes, words)] == changes


def test_an_accepted_step_is_told_by_itself(words: Vocabulary) -> None:
    high, low, middle = grams(90, 0), grams(10, 1), grams(60, 2)
    changes = [replace(step(high, low, Review.WAITING), review=Review.ACCEPTED), step(low, middle)]
    assert [each.change for each in net(changes, words)] == changes
