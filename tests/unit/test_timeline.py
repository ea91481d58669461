"""What held on a day, as believed at an instant."""

from __future__ import annotations

from datetime import timedelta

from tests.unit.chronicle import Chronicle, act, at, day, emergency, grams, oz, repeals, says
from tracker.domain.rule import Status
from tracker.domain.timeline import as_of, believed, upcoming

ACTS = [act("Law 18-210", "2010-07-27"), act("Act 24-206", "2021-11-05", "emergency")]


def chain() -> Chronicle:
    chronicle = Chronicle()
    chronicle.on("2021-10-18", says(oz(2), acts=ACTS[:1]))
    chronicle.on("2021-11-16", says(oz(8), emergency("2022-02-03"), acts=ACTS))
    return chronicle


def test_nothing_holds_before_a_rule_began_or_was_known() -> None:
    versions = chain().versions
    assert as_of(versions, day("2010-07-26")) is None
    assert as_of(versions, day("2021-12-01"), at("2021-10-18") - timedelta(microseconds=1)) is None


def test_a_belief_begins_at_its_instant_and_ends_before_the_next_one_begins() -> None:
    versions, change = chain().versions, at("2021-11-16")
    assert [v.value for v in believed(versions, change)] == [oz(2), oz(8)]
    assert [v.value for v in believed(versions, change - timedelta(microseconds=1))] == [oz(2)]
    assert [v.value for v in believed(versions, None)] == [oz(2), oz(8)]


def test_temporary_law_says_what_lies_under_it_and_leaves_nothing_behind_it() -> None:
    versions = chain().versions
    for when, status in (("2022-02-02", Status.TEMPORARY), ("2022-02-03", Status.UNKNOWN)):
        answer = as_of(versions, day(when))
        assert answer is not None
        assert (answer.status, answer.version.value) == (status, oz(8))
        assert answer.falls_back_to is not None
        assert answer.falls_back_to.value == oz(2)


def test_a_rule_that_began_as_temporary_law_has_nothing_under_it() -> None:
    chronicle = Chronicle()
    chronicle.on("2021-11-16", says(oz(8), emergency("2022-02-03"), acts=ACTS))
    answer = chronicle.answer("2022-02-03")
    assert answer is not None
    assert (answer.status, answer.falls_back_to) == (Status.UNKNOWN, None)


def test_what_is_adopted_is_upcoming_until_the_day_on_which_it_holds() -> None:
    chronicle = Chronicle()
    chronicle.on("2025-03-01", says(grams(30)))
    chronicle.on("2025-06-01", says(grams(60), since="2026-01-01"))
    assert [v.value for v in upcoming(chronicle.versions, day("2025-12-31"))] == [grams(60)]
    assert upcoming(chronicle.versions, day("2026-01-01")) == []
    assert upcoming(chronicle.versions, day("2025-12-31"), at("2025-05-01")) == []
    held = chronicle.answer("2026-01-01")
    assert held is not None
    assert (held.status, held.version.value) == (Status.IN_FORCE, grams(60))


def test_a_repealed_rule_is_answered_as_repealed() -> None:
    chronicle = chain()
    chronicle.on("2022-03-10", repeals(since="2022-03-01"))
    answer = chronicle.answer("2022-03-10")
    assert answer is not None
    assert (answer.status, answer.falls_back_to) == (Status.REPEALED, None)
