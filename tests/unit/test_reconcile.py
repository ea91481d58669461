"""What follows from a reading: stories that a lawyer can follow, told for the possession limit of a patient."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.unit.chronicle import (
    KEY,
    SILENT,
    Chronicle,
    act,
    coded,
    day,
    emergency,
    grams,
    lasts,
    members,
    misses,
    oz,
    passage,
    repeals,
    says,
    temporary,
    words,
)
from tracker.domain.change import Direction, Kind, Review, Severity
from tracker.domain.rule import Assertion, Basis, Cause, Level, RuleKey, Status
from tracker.domain.value import Member, Value
from tracker.domain.wording import summary

BASE = act("Law 18-210", "2010-07-27")
ACT_206 = act("Act 24-206", "2021-11-05", "emergency")
LAW_78 = act("Law 24-78", "2022-02-24", "temporary")
ACT_323 = act("Act 24-323", "2022-02-11", "emergency")
LAW_229 = act("Law 24-229", "2022-12-21", "temporary")


@pytest.fixture
def base() -> Chronicle:
    """Two ounces since 2010, read once."""
    chronicle = Chronicle()
    assert chronicle.on("2021-10-18", says(oz(2), acts=[BASE])) == []
    return chronicle


@pytest.fixture
def eight(base: Chronicle) -> Chronicle:
    """Eight ounces by an emergency act that was published eleven days after it took effect."""
    kinds = base.on("2021-11-16", says(oz(8), emergency("2022-02-03"), acts=[BASE, ACT_206]))
    assert kinds == [Kind.TEMPORARY_STARTED]
    return base


# ── A first reading, and noise ──────────────────────────────────────────────────────────────────────────────────────


def test_a_first_reading_says_where_things_stand_and_reports_nothing() -> None:
    chronicle = Chronicle()
    assert chronicle.on("2021-10-18", says(oz(2), acts=[BASE])) == []
    assert chronicle.story() == ["2010-07-27.. 2 oz in_force last_amended"]
    assert chronicle.holds("2021-10-18") == "2 oz, in_force"
    assert chronicle.holds("2021-10-18", known_at="2021-10-17") == "nothing"


def test_a_page_without_any_date_is_dated_by_its_first_sight_and_says_so() -> None:
    chronicle = Chronicle()
    chronicle.on("2024-05-10", says(oz(2)))
    assert chronicle.story() == ["2024-05-10.. 2 oz in_force first_seen"]
    assert chronicle.on("2024-06-01", says(oz(3))) == [Kind.VALUE_CHANGED]
    assert chronicle.last().valid_from_basis is Basis.FIRST_SEEN
    assert chronicle.story() == [
        "2024-05-10..2024-06-01 2 oz in_force first_seen",
        "2024-06-01.. 3 oz in_force first_seen",
    ]


def test_a_text_that_says_nothing_makes_no_rule() -> None:
    chronicle = Chronicle()
    assert chronicle.on("2021-10-18", says(SILENT)) == []
    assert chronicle.versions == []


def test_the_same_reading_on_a_later_day_changes_nothing(eight: Chronicle) -> None:
    again = says(oz(8), emergency("2022-02-03"), acts=[BASE, ACT_206])
    for later in ("2021-11-16", "2021-12-23", "2022-02-03", "2022-03-01"):
        plan = eight.would(later, again)
        assert (plan.retire, plan.record, plan.changes) == ((), (), ())


def test_a_new_rule_in_a_known_source_is_news() -> None:
    chronicle = Chronicle()
    chronicle.on("2021-10-18", says(SILENT, acts=[BASE]))
    assert chronicle.on("2021-11-16", says(oz(2), acts=[BASE, act("Law 24-9", "2021-11-01")])) == [Kind.RULE_ADDED]
    assert chronicle.story() == ["2021-11-01.. 2 oz in_force stated"]


# ── Temporary law: the D.C. chain ───────────────────────────────────────────────────────────────────────────────────


def test_emergency_law_lies_over_the_base_from_the_day_it_took_effect(eight: Chronicle) -> None:
    change = eight.last()
    assert (change.direction, change.valid_from, change.status) == (
        Direction.EXPANDS,
        day("2021-11-05"),
        Status.TEMPORARY,
    )
    assert eight.holds("2021-11-04") == "2 oz, in_force"
    assert eight.holds("2021-11-05") == "8 oz, temporary, was 2 oz before"
    assert eight.holds("2021-11-10", known_at="2021-11-15") == "2 oz, in_force"


def test_an_end_that_passes_unobserved_restores_nothing(eight: Chronicle) -> None:
    assert eight.holds("2022-02-02") == "8 oz, temporary, was 2 oz before"
    assert eight.holds("2022-02-03") == "8 oz, unknown, was 2 oz before"
    assert eight.holds("2022-03-07", known_at="2022-03-07") == "8 oz, unknown, was 2 oz before"


def test_an_extension_that_is_published_late_leaves_the_gap_unknown(eight: Chronicle) -> None:
    late = says(oz(8), temporary("2022-10-07"), acts=[BASE, ACT_206, LAW_78])
    assert eight.on("2022-03-08", late) == [Kind.TEMPORARY_EXTENDED]
    assert (eight.last().severity, eight.last().direction) == (Severity.MINOR, Direction.NEUTRAL)
    assert eight.story() == [
        "2010-07-27..2021-11-05 2 oz in_force last_amended",
        "2021-11-05..2022-02-03 8 oz temporary stated",
        "2022-02-24..2022-10-07 8 oz temporary stated",
    ]
    assert eight.holds("2022-02-10") == "8 oz, unknown, was 2 oz before"
    assert eight.holds("2022-03-08") == "8 oz, temporary, was 2 oz before"
    assert eight.holds("2022-03-08", known_at="2022-03-07") == "8 oz, unknown, was 2 oz before"


def test_an_earlier_act_that_is_merged_later_fills_the_gap_and_a_nearer_end_counts(eight: Chronicle) -> None:
    eight.on("2022-03-08", says(oz(8), temporary("2022-10-07"), acts=[BASE, ACT_206, LAW_78]))
    merged = says(oz(8), emergency("2022-05-01"), acts=[BASE, ACT_206, LAW_78, ACT_323])
    assert eight.on("2022-03-30", merged) == [Kind.TEMPORARY_EXTENDED]
    assert eight.story()[1:] == [
        "2021-11-05..2022-02-03 8 oz temporary stated",
        "2022-02-11..2022-05-01 8 oz temporary stated",
    ]


def test_an_act_merged_later_never_reaches_back_before_the_version_that_came_before(eight: Chronicle) -> None:
    older = act("Act 24-1", "2021-10-01", "emergency")
    eight.on("2021-11-20", says(oz(8), emergency("2022-03-01"), acts=[BASE, ACT_206, older]))
    assert eight.story() == [
        "2010-07-27..2021-11-05 2 oz in_force last_amended",
        "2021-11-05..2022-03-01 8 oz temporary stated",
    ]


def test_an_extension_in_time_leaves_no_gap(eight: Chronicle) -> None:
    eight.on(
        "2022-01-20", says(oz(8), temporary("2022-10-07"), acts=[BASE, ACT_206, act("L", "2022-01-15", "temporary")])
    )
    assert eight.story()[1:] == ["2021-11-05..2022-10-07 8 oz temporary stated"]


def test_a_banner_without_a_new_act_extends_from_where_it_stood_or_from_today(eight: Chronicle) -> None:
    assert eight.on("2022-01-20", says(oz(8), emergency("2022-06-01"), acts=[BASE, ACT_206])) == [
        Kind.TEMPORARY_EXTENDED
    ]
    assert eight.story()[1:] == ["2021-11-05..2022-06-01 8 oz temporary stated"]
    assert eight.on("2022-07-01", says(oz(8), emergency("2022-09-01"), acts=[BASE, ACT_206])) == [
        Kind.TEMPORARY_EXTENDED
    ]
    assert eight.story()[2:] == ["2022-07-01..2022-09-01 8 oz temporary first_seen"]
    assert eight.holds("2022-06-15") == "8 oz, unknown, was 2 oz before"


def test_another_banner_in_the_section_says_nothing_of_this_rule_while_its_own_end_is_stated(eight: Chronicle) -> None:
    both = says(oz(8), emergency("2022-02-03"), temporary("2022-12-29"), acts=[BASE, ACT_206])
    assert eight.on("2021-12-01", both) == []
    assert eight.holds("2022-02-03") == "8 oz, unknown, was 2 oz before"


def test_temporary_law_is_cut_short(eight: Chronicle) -> None:
    assert eight.on("2021-12-01", says(oz(8), emergency("2021-12-31"), acts=[BASE, ACT_206])) == [
        Kind.TEMPORARY_EXTENDED
    ]
    assert eight.holds("2022-01-01") == "8 oz, unknown, was 2 oz before"


def test_the_base_returns_by_fresh_text_only_and_from_the_stated_end(eight: Chronicle) -> None:
    assert eight.on("2022-03-08", says(oz(2), acts=[BASE, ACT_206])) == [Kind.TEMPORARY_ENDED]
    assert eight.holds("2022-02-10") == "2 oz, in_force"
    assert eight.holds("2022-02-10", known_at="2022-03-07") == "8 oz, unknown, was 2 oz before"
    assert (eight.last().direction, eight.last().valid_from) == (Direction.RESTRICTS, day("2022-02-03"))


def test_the_base_returns_before_the_stated_end(eight: Chronicle) -> None:
    undone = act("Act 24-220", "2021-12-20")
    assert eight.on("2022-01-10", says(oz(2), acts=[BASE, ACT_206, undone])) == [Kind.TEMPORARY_ENDED]
    assert eight.story()[1:] == ["2021-11-05..2021-12-20 8 oz temporary stated", "2021-12-20.. 2 oz in_force stated"]


def test_where_the_base_said_nothing_nothing_returns() -> None:
    chronicle = Chronicle()
    chronicle.on("2021-10-18", says(SILENT, acts=[BASE]))
    chronicle.on("2021-11-16", says(oz(8), emergency("2022-02-03"), acts=[BASE, ACT_206]))
    assert chronicle.on("2022-02-10", says(SILENT, acts=[BASE, ACT_206])) == [Kind.TEMPORARY_ENDED]
    assert chronicle.holds("2022-02-10") == "not addressed by the text, in_force"
    again = says(oz(8), temporary("2023-08-03"), acts=[BASE, ACT_206, LAW_229])
    assert chronicle.on("2023-01-06", again) == [Kind.TEMPORARY_STARTED]


def test_temporary_law_is_made_permanent(eight: Chronicle) -> None:
    permanent = act("Law 24-100", "2022-01-15")
    assert eight.on("2022-01-20", says(oz(8), acts=[BASE, ACT_206, permanent])) == [Kind.TEMPORARY_EXTENDED]
    assert eight.story()[1:] == ["2021-11-05.. 8 oz in_force stated"]


def test_temporary_law_that_had_lapsed_is_made_permanent_from_the_new_act(eight: Chronicle) -> None:
    eight.on("2022-03-20", says(oz(8), acts=[BASE, ACT_206, act("Law 24-100", "2022-03-15")]))
    assert eight.story()[1:] == ["2021-11-05..2022-02-03 8 oz temporary stated", "2022-03-15.. 8 oz in_force stated"]
    assert eight.holds("2022-03-01") == "8 oz, unknown, was 2 oz before"


def test_on_the_very_day_of_its_end_temporary_law_has_lapsed(eight: Chronicle) -> None:
    eight.on("2022-02-03", says(oz(8), acts=[BASE, ACT_206]))
    assert eight.story()[2:] == ["2022-02-03.. 8 oz in_force first_seen"]


def test_the_value_changes_while_it_is_temporary(eight: Chronicle) -> None:
    more = act("Act 24-250", "2021-12-15", "emergency")
    said = says(oz(10), emergency("2022-03-15"), acts=[BASE, ACT_206, more])
    assert eight.on("2021-12-20", said) == [Kind.VALUE_CHANGED]
    assert eight.story()[1:] == [
        "2021-11-05..2021-12-15 8 oz temporary stated",
        "2021-12-15..2022-03-15 10 oz temporary stated",
    ]
    assert eight.holds("2021-12-20") == "10 oz, temporary, was 2 oz before"
    assert eight.on("2022-03-20", says(oz(2), acts=[BASE, ACT_206, more])) == [Kind.TEMPORARY_ENDED]


def test_permanent_law_in_a_section_with_somebody_elses_banner_is_permanent(base: Chronicle) -> None:
    base.on("2021-11-16", says(oz(2), emergency("2022-02-03"), acts=[BASE, ACT_206]))
    law = act("Law 24-100", "2021-12-15")
    assert base.on("2021-12-20", says(oz(4), emergency("2022-02-03"), acts=[BASE, ACT_206, law])) == [
        Kind.VALUE_CHANGED
    ]
    assert base.story()[1:] == ["2021-12-15.. 4 oz in_force stated"]


def test_a_banner_over_words_that_did_not_change_makes_nothing_temporary(base: Chronicle) -> None:
    assert base.on("2021-11-16", says(oz(2), emergency("2022-02-03"), acts=[BASE, ACT_206])) == []
    assert base.holds("2022-02-10") == "2 oz, in_force"


def test_expired_words_that_are_still_printed_change_nothing(base: Chronicle) -> None:
    base.on("2021-11-16", says(oz(2), emergency("2022-02-03"), acts=[BASE, ACT_206]))
    stale = says(oz(9), emergency("2022-02-03"), acts=[BASE, ACT_206])
    for when in ("2022-02-10", "2022-02-11"):
        assert base.on(when, stale) == []
        assert [loss.key for loss in base.plan.lost] == [KEY]
    assert base.holds("2022-02-11") == "2 oz, in_force"
    assert base.sightings[KEY]["a"].lost
    assert base.sightings[KEY]["a"].value == oz(2)


def test_temporary_law_first_seen_after_its_end_is_history_and_nothing_holds(base: Chronicle) -> None:
    base.on("2022-02-20", says(oz(8), emergency("2022-02-03"), acts=[BASE, ACT_206]))
    assert base.story()[1:] == ["2021-11-05..2022-02-03 8 oz temporary stated"]
    assert base.holds("2022-02-20") == "8 oz, unknown, was 2 oz before"


def test_what_was_first_met_under_a_banner_may_never_have_been_temporary() -> None:
    chronicle = Chronicle()
    chronicle.on(
        "2021-10-18", says(oz(2), temporary("2022-03-10"), acts=[BASE, act("Law 24-9", "2021-07-29", "temporary")])
    )
    assert chronicle.story() == ["2021-07-29..2022-03-10 2 oz temporary last_amended"]
    assert chronicle.holds("2022-03-10") == "2 oz, unknown"
    assert chronicle.on("2022-03-24", says(oz(2), acts=[BASE, act("Law 24-9", "2021-07-29", "temporary")])) == []
    assert chronicle.story() == ["2021-07-29.. 2 oz in_force last_amended"]
    assert chronicle.holds("2022-03-15", known_at="2022-03-16") == "2 oz, unknown"


def test_temporary_law_may_be_adopted_for_later(base: Chronicle) -> None:
    later = says(oz(8), emergency("2022-06-01"), acts=[BASE], since="2022-01-01")
    assert base.on("2021-12-01", later) == [Kind.ENACTED_PENDING]
    assert base.last().status is Status.ENACTED_PENDING
    assert base.holds("2022-03-01") == "8 oz, temporary, was 2 oz before"
    assert base.holds("2022-06-01") == "8 oz, unknown, was 2 oz before"


# ── Adopted for a later day ─────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_adopted_becomes_current_by_date_alone() -> None:
    chronicle = Chronicle()
    chronicle.on("2025-03-01", says(grams(30)))
    assert chronicle.on("2025-06-01", says(grams(60), since="2026-01-01")) == [Kind.ENACTED_PENDING]
    change = chronicle.last()
    assert (change.status, change.direction, change.valid_from) == (
        Status.ENACTED_PENDING,
        Direction.EXPANDS,
        day("2026-01-01"),
    )
    assert chronicle.holds("2025-12-31") == "30 g, in_force"
    assert chronicle.holds("2026-01-01") == "60 g, in_force"
    assert chronicle.on("2026-01-05", says(grams(60), since="2026-01-01")) == []


def test_the_day_from_which_something_is_adopted_moves_both_ways() -> None:
    for moved, kept in (("2026-03-01", "2026-02-01"), ("2025-11-01", "2025-10-31")):
        chronicle = Chronicle()
        chronicle.on("2025-03-01", says(grams(30)))
        chronicle.on("2025-06-01", says(grams(60), since="2026-01-01"))
        assert chronicle.on("2025-07-01", says(grams(60), since=moved)) == [Kind.EFFECTIVE_DATE_CHANGED]
        assert chronicle.holds(kept) == "30 g, in_force"
        assert chronicle.holds(moved) == "60 g, in_force"
        assert chronicle.would("2025-07-02", says(grams(60), since=moved)).record == ()


def test_what_was_adopted_is_withdrawn() -> None:
    chronicle = Chronicle()
    chronicle.on("2025-03-01", says(grams(30)))
    chronicle.on("2025-06-01", says(grams(60), since="2026-01-01"))
    assert chronicle.on("2025-07-01", says(grams(30))) == [Kind.EFFECTIVE_DATE_CHANGED]
    assert chronicle.story() == ["2025-03-01.. 30 g in_force first_seen"]
    assert chronicle.would("2025-07-02", says(grams(30))).changes == ()


def test_another_value_is_adopted_instead() -> None:
    chronicle = Chronicle()
    chronicle.on("2025-03-01", says(grams(30)))
    chronicle.on("2025-06-01", says(grams(60), since="2026-01-01"))
    assert chronicle.on("2025-07-01", says(grams(45), since="2026-03-01")) == [Kind.ENACTED_PENDING]
    assert chronicle.story() == [
        "2025-03-01..2026-03-01 30 g in_force first_seen",
        "2026-03-01.. 45 g enacted_pending stated",
    ]


def test_what_was_adopted_takes_effect_early() -> None:
    chronicle = Chronicle()
    chronicle.on("2025-03-01", says(grams(30)))
    chronicle.on("2025-06-01", says(grams(60), since="2026-01-01"))
    assert chronicle.on("2025-09-01", says(grams(60), since="2025-08-15")) == [Kind.VALUE_CHANGED]
    assert chronicle.story() == ["2025-03-01..2025-08-15 30 g in_force first_seen", "2025-08-15.. 60 g in_force stated"]


def test_a_rule_that_is_only_adopted_yet_holds_nowhere() -> None:
    chronicle = Chronicle()
    chronicle.on("2025-06-01", says(SILENT))
    assert chronicle.on("2025-06-02", says(grams(60), since="2026-01-01")) == [Kind.ENACTED_PENDING]
    assert chronicle.holds("2025-12-31") == "nothing"
    assert chronicle.would("2025-06-03", says(grams(60), since="2026-01-01")).changes == ()
    assert chronicle.on("2025-06-04", says(grams(60))) == [Kind.EFFECTIVE_DATE_CHANGED]
    assert chronicle.story() == ["2025-06-04.. 60 g in_force first_seen"]
    assert chronicle.would("2025-06-05", says(grams(60))).changes == ()


def test_a_first_reading_may_find_only_what_is_adopted() -> None:
    chronicle = Chronicle()
    assert chronicle.on("2025-06-01", says(grams(60), since="2026-01-01")) == []
    assert chronicle.holds("2026-02-01") == "60 g, in_force"


def test_an_amendment_meanwhile_leaves_what_another_source_announced() -> None:
    chronicle = Chronicle()
    chronicle.on("2025-03-01", says(grams(30)))
    chronicle.on("2025-03-02", says(grams(30), source="gazette"))
    chronicle.on("2025-06-01", says(grams(60), since="2026-01-01", source="gazette"))
    assert chronicle.on("2025-07-01", says(grams(45))) == [Kind.VALUE_CHANGED]
    assert chronicle.story() == [
        "2025-03-01..2025-07-01 30 g in_force first_seen",
        "2025-07-01..2026-01-01 45 g in_force first_seen",
        "2026-01-01.. 60 g enacted_pending stated",
    ]


def test_two_sources_that_announce_different_days_are_in_conflict() -> None:
    chronicle = Chronicle()
    chronicle.on("2025-03-01", says(grams(30)))
    chronicle.on("2025-03-02", says(grams(30), source="gazette"))
    chronicle.on("2025-06-01", says(grams(60), since="2026-04-22"))
    assert chronicle.on("2025-06-02", says(grams(60), since="2026-04-28", source="gazette")) == [Kind.CONFLICT_DETECTED]
    assert chronicle.on("2025-06-03", says(grams(60), since="2026-04-28", source="gazette")) == []
    assert chronicle.holds("2026-04-23") == "60 g, in_force"


# ── Dates ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_retroactive_amendment_holds_from_the_past_day_that_it_states() -> None:
    chronicle = Chronicle()
    chronicle.on("2018-11-01", says(lasts("P1Y"), since="2018-10-17"))
    chronicle.on("2020-06-26", says(lasts("P18M"), since="2020-03-13"))
    assert chronicle.holds("2020-04-01", known_at="2020-06-01") == "1 year, in_force"
    assert chronicle.holds("2020-04-01") == "18 months, in_force"


def test_a_change_that_states_no_later_day_than_the_last_one_counts_from_its_first_sight() -> None:
    chronicle = Chronicle()
    chronicle.on("2022-01-10", says(grams(30), since="2022-01-01"))
    chronicle.on("2022-02-01", says(grams(60), since="2022-01-01"))
    assert chronicle.story() == ["2022-01-01..2022-02-01 30 g in_force stated", "2022-02-01.. 60 g in_force first_seen"]


def test_two_changes_on_one_day_leave_the_last() -> None:
    chronicle = Chronicle()
    chronicle.on("2022-01-10", says(grams(30)))
    chronicle.on("2022-02-01T08:00", says(grams(60)))
    chronicle.on("2022-02-01T20:00", says(grams(90)))
    assert chronicle.story() == [
        "2022-01-10..2022-02-01 30 g in_force first_seen",
        "2022-02-01.. 90 g in_force first_seen",
    ]
    assert chronicle.holds("2022-02-01", known_at="2022-02-01T12:00") == "60 g, in_force"


# ── Corrections ─────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_better_reader_corrects_what_we_said_and_not_the_law() -> None:
    chronicle = Chronicle()
    chronicle.on("2022-01-10", says(grams("0.75"), since="2022-01-01"))
    assert chronicle.on("2022-03-01", says(grams("7.5"), since="2022-01-01"), cause=Cause.EXTRACTOR) == [
        Kind.OUR_CORRECTION
    ]
    change = chronicle.last()
    assert (change.cause, change.review, change.valid_from) == (Cause.EXTRACTOR, Review.NONE, day("2022-01-01"))
    assert chronicle.story() == ["2022-01-01.. 7.5 g in_force stated"]
    assert chronicle.holds("2022-02-01", known_at="2022-02-01") == "0.75 g, in_force"


def test_a_better_reader_of_one_source_does_not_correct_another() -> None:
    chronicle = Chronicle()
    chronicle.on("2022-01-10", says(grams(30)))
    chronicle.on("2022-01-11", says(grams(30), source="b"))
    better = says(grams(3), source="b")
    assert chronicle.on("2022-02-01", better, cause=Cause.EXTRACTOR) == [Kind.CONFLICT_DETECTED]
    assert chronicle.last().cause is Cause.EXTRACTOR
    assert chronicle.on("2022-02-02", better, cause=Cause.EXTRACTOR) == []
    assert chronicle.holds("2022-02-02") == "30 g, in_force"


def test_a_better_reader_that_understands_a_new_rule_is_no_news() -> None:
    chronicle = Chronicle()
    chronicle.on("2022-02-01", says(grams(30), acts=[BASE]), cause=Cause.EXTRACTOR, first=False)
    assert chronicle.last().cause is Cause.EXTRACTOR
    assert chronicle.story() == ["2010-07-27.. 30 g in_force last_amended"]


def test_a_lost_passage_that_a_better_reader_finds_again_was_changed_by_the_publisher(base: Chronicle) -> None:
    assert base.on("2022-01-10", misses()) == []
    law = act("Law 24-100", "2022-01-05")
    assert base.on("2022-01-20", says(oz(8), acts=[BASE, law]), cause=Cause.EXTRACTOR) == [Kind.VALUE_CHANGED]
    assert base.last().cause is Cause.SOURCE
    assert base.story()[1:] == ["2022-01-05.. 8 oz in_force stated"]


def test_a_repeal_that_was_misread_is_corrected(base: Chronicle) -> None:
    base.on("2022-01-10", repeals(since="2022-01-01"))
    assert base.on("2022-02-01", says(oz(2), acts=[BASE]), cause=Cause.EXTRACTOR) == [Kind.OUR_CORRECTION]
    assert base.holds("2022-02-01") == "2 oz, in_force"


def test_a_better_reader_no_longer_sees_what_was_announced() -> None:
    chronicle = Chronicle()
    chronicle.on("2022-01-10", says(grams(30)))
    chronicle.on("2022-02-01", says(grams(60), since="2022-07-01"))
    better = says(grams(35))
    assert chronicle.on("2022-03-01", better, cause=Cause.EXTRACTOR) == [Kind.OUR_CORRECTION]
    assert chronicle.story() == ["2022-01-10.. 35 g in_force first_seen"]
    assert chronicle.would("2022-08-01", better, cause=Cause.EXTRACTOR).record == ()


def test_a_person_corrects_whatever_holds() -> None:
    chronicle = Chronicle()
    chronicle.on("2022-01-10", says(grams(30)))
    assert chronicle.on("2022-02-01", says(grams(3), source="review"), cause=Cause.REVIEW) == [Kind.OUR_CORRECTION]
    assert chronicle.holds("2022-02-01") == "3 g, in_force"


# ── Several sources for one rule ────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def two() -> Chronicle:
    """An English and a French text that agree."""
    chronicle = Chronicle()
    chronicle.on("2022-01-10", says(grams(30), source="en"))
    assert chronicle.on("2022-01-11", says(grams(30), source="fr")) == []
    assert len(chronicle.versions) == 1
    return chronicle


def test_one_text_lags_behind_the_other_and_catches_up_in_silence(two: Chronicle) -> None:
    assert two.on("2022-02-01", says(grams(60), source="en")) == [Kind.VALUE_CHANGED]
    assert two.on("2022-02-02", says(grams(30), source="fr")) == []
    assert two.on("2022-02-03", says(grams(60), source="en")) == []
    assert two.on("2022-02-04", says(grams(60), source="fr")) == []
    assert [v.value for v in two.versions if v.current][-1] == grams(60)


def test_a_text_catches_up_step_by_step(two: Chronicle) -> None:
    two.on("2022-02-01", says(grams(45), source="en"))
    two.on("2022-03-01", says(grams(60), source="en"))
    assert two.on("2022-03-02", says(grams(45), source="fr")) == []
    assert two.on("2022-03-03", says(grams(60), source="fr")) == []
    assert two.holds("2022-03-03") == "60 g, in_force"


def test_either_text_may_be_first(two: Chronicle) -> None:
    assert two.on("2022-02-01", says(grams(60), source="fr")) == [Kind.VALUE_CHANGED]
    assert two.on("2022-02-02", says(grams(30), source="en")) == []
    assert two.on("2022-02-03", says(grams(60), source="en")) == []


def test_a_second_source_that_says_otherwise_is_a_conflict_once_and_changes_nothing() -> None:
    chronicle = Chronicle()
    chronicle.on("2022-01-10", says(grams("0.75"), source="a"))
    assert chronicle.on("2022-01-11", says(grams("7.5"), source="b")) == [Kind.CONFLICT_DETECTED]
    assert chronicle.last().direction is Direction.UNCLEAR
    for when in ("2022-01-12", "2022-01-13"):
        assert chronicle.on(when, says(grams("0.75"), source="a")) == []
        assert chronicle.on(when, says(grams("7.5"), source="b")) == []
    assert chronicle.holds("2022-01-13") == "0.75 g, in_force"


def test_a_conflict_is_resolved_when_the_second_source_comes_round() -> None:
    chronicle = Chronicle()
    chronicle.on("2022-01-10", says(grams("0.75"), source="a"))
    chronicle.on("2022-01-11", says(grams("7.5"), source="b"))
    assert chronicle.on("2022-02-01", says(grams("0.75"), source="b")) == [Kind.CONFLICT_RESOLVED]
    assert chronicle.last().direction is Direction.NEUTRAL
    assert chronicle.on("2022-02-02", says(grams("0.75"), source="b")) == []


def test_a_source_that_disagrees_amends_only_what_it_dates_later(two: Chronicle) -> None:
    two.on("2022-02-01", says(grams(60), source="en", since="2022-02-01"))
    assert two.on("2022-02-10", says(grams(90), source="fr")) == [Kind.CONFLICT_DETECTED]
    assert two.on("2022-02-20", says(grams(75), source="fr", since="2022-02-15")) == [Kind.VALUE_CHANGED]
    assert two.holds("2022-02-20") == "75 g, in_force"


def test_a_silent_source_does_not_disagree() -> None:
    chronicle = Chronicle()
    chronicle.on("2022-01-10", says(grams(30), source="a"))
    assert chronicle.on("2022-01-11", says(SILENT, source="b")) == []
    assert chronicle.on("2022-01-12", says(grams(30), source="b")) == []


def test_the_same_amount_in_other_units_is_no_conflict() -> None:
    chronicle = Chronicle()
    chronicle.on("2022-01-10", says(grams(84), source="regulator"))
    assert chronicle.on("2022-01-11", says(oz(3), source="handbook")) == []
    assert chronicle.on("2022-01-12", says(oz(2), source="handbook")) == [Kind.VALUE_CHANGED]


def test_a_source_without_a_banner_does_not_make_temporary_law_permanent(eight: Chronicle) -> None:
    eight.on("2021-11-20", says(oz(8), source="handbook"))
    eight.on("2021-11-21", says(oz(8), source="handbook"))
    assert eight.holds("2022-02-03") == "8 oz, unknown, was 2 oz before"


def test_a_source_that_still_states_the_old_end_does_not_shorten_the_new_one(eight: Chronicle) -> None:
    bulletin = says(oz(8), temporary("2022-10-07"), acts=[act("L", "2022-01-15", "temporary")], source="bulletin")
    eight.on("2021-11-20", says(oz(8), emergency("2022-02-03"), source="bulletin"))
    assert eight.on("2022-01-20", bulletin) == [Kind.TEMPORARY_EXTENDED]
    for _ in range(2):
        assert eight.on("2022-01-21", says(oz(8), emergency("2022-02-03"), acts=[BASE, ACT_206])) == []
        assert eight.on("2022-01-22", bulletin) == []
    assert eight.holds("2022-05-01") == "8 oz, temporary, was 2 oz before"


# ── Repeal, loss, re-enactment ──────────────────────────────────────────────────────────────────────────────────────


def test_a_rule_ends_when_the_text_itself_marks_it_as_repealed(base: Chronicle) -> None:
    assert base.on("2022-01-10", repeals(since="2022-01-01")) == [Kind.RULE_REPEALED]
    change = base.last()
    assert (change.severity, change.review, change.status) == (Severity.CRITICAL, Review.WAITING, Status.REPEALED)
    assert base.story() == [
        "2010-07-27..2022-01-01 2 oz in_force last_amended",
        "2022-01-01.. not addressed by the text repealed stated",
    ]
    assert base.on("2022-01-11", repeals(since="2022-01-01")) == []


def test_a_repeal_without_a_day_counts_from_its_first_sight(base: Chronicle) -> None:
    base.on("2022-01-10", repeals())
    assert base.story()[1] == "2022-01-10.. not addressed by the text repealed first_seen"


def test_a_repeal_for_a_later_day_is_adopted_and_does_not_hold_yet(base: Chronicle) -> None:
    base.on("2022-01-10", repeals(since="2022-07-01"))
    assert base.last().status is Status.ENACTED_PENDING
    assert base.holds("2022-06-30") == "2 oz, in_force"
    assert base.on("2022-01-11", repeals(since="2022-07-01")) == []


def test_a_repealed_rule_is_enacted_again(base: Chronicle) -> None:
    base.on("2022-01-10", repeals(since="2022-01-01"))
    assert base.on("2022-06-01", says(oz(3), acts=[BASE, act("Law 25-1", "2022-05-20")])) == [Kind.RULE_ADDED]
    assert base.holds("2022-06-01") == "3 oz, in_force"
    assert base.holds("2022-03-01") == "not addressed by the text, repealed"
    assert base.would("2022-06-02", says(oz(3), acts=[BASE, act("Law 25-1", "2022-05-20")])).changes == ()


def test_a_repeal_clears_what_the_same_source_had_announced(base: Chronicle) -> None:
    base.on("2021-11-01", says(oz(4), since="2022-06-01"))
    base.on("2022-01-10", repeals(since="2022-01-01"))
    assert base.holds("2022-07-01") == "not addressed by the text, repealed"


def test_temporary_law_that_repeals_ends_too(base: Chronicle) -> None:
    gone = repeals(emergency("2022-02-03"), acts=[BASE, ACT_206])
    assert base.on("2021-11-16", gone) == [Kind.TEMPORARY_STARTED]
    assert base.holds("2021-12-01") == "not addressed by the text, temporary, was 2 oz before"
    assert base.on("2022-02-10", says(oz(2), acts=[BASE, ACT_206])) == [Kind.TEMPORARY_ENDED]
    assert base.holds("2022-02-03") == "2 oz, in_force"


def test_a_text_that_never_stated_the_rule_cannot_repeal_it(base: Chronicle) -> None:
    assert base.on("2022-01-10", repeals(source="old-regulations")) == []
    assert base.on("2022-01-11", repeals(source="old-regulations")) == []
    assert base.holds("2022-01-11") == "2 oz, in_force"


def test_a_repeal_in_one_text_waits_for_the_other_that_still_states_the_rule(two: Chronicle) -> None:
    assert two.on("2022-02-01", repeals(source="en", since="2022-01-25")) == []
    assert [loss.reason for loss in two.plan.lost] == [
        "§ 7-1671.03(a): it is marked as repealed here, and fr still states it"
    ]
    assert two.holds("2022-02-01") == "30 g, in_force"
    assert two.on("2022-02-02", repeals(source="fr", since="2022-01-25")) == [Kind.RULE_REPEALED]


def test_a_loss_changes_nothing_and_is_told(base: Chronicle) -> None:
    assert base.on("2022-01-10", misses()) == []
    assert (base.plan.retire, base.plan.record) == ((), ())
    assert [loss.key for loss in base.plan.lost] == [KEY]
    assert base.sightings[KEY]["a"].lost
    assert base.on("2022-01-12", says(oz(2), acts=[BASE])) == []
    assert not base.sightings[KEY]["a"].lost


def test_what_never_stood_there_is_not_lost() -> None:
    chronicle = Chronicle()
    chronicle.on("2022-01-10", misses())
    assert chronicle.plan.lost == ()


# ── The same rule in other words or at another place ────────────────────────────────────────────────────────────────


def test_a_renumbered_rule_keeps_its_value_and_gets_its_new_citation(base: Chronicle) -> None:
    for when, place in (("2022-01-10", "§ 9(a)"), ("2022-02-10", "§ 7-1671.03(a)"), ("2022-03-10", "§ 9(a)")):
        assert base.on(when, says(oz(2), acts=[BASE], place=place)) == [Kind.RENUMBERED]
        assert base.last().direction is Direction.NEUTRAL
        found = base.answer("2022-03-10")
        assert found is not None
        assert found.version.passage.citation == place
    assert len({change.id for change in base.changes}) == 3
    assert base.story() == ["2010-07-27.. 2 oz in_force last_amended"]


def test_another_row_of_the_same_table_is_no_other_place(base: Chronicle) -> None:
    base.on("2022-01-10", says(oz(2), acts=[BASE], place="section 3, row 1"))
    assert base.on("2022-01-11", says(oz(2), acts=[BASE], place="section 3, row 4")) == []
    found = base.answer("2022-01-11")
    assert found is not None
    assert found.version.passage.citation == "section 3, row 4"
    assert base.on("2022-01-12", says(oz(2), acts=[BASE], place="section 5, row 4")) == [Kind.RENUMBERED]


def test_two_ounces_and_57_grams_are_one_rule_restated(base: Chronicle) -> None:
    assert base.on("2022-01-10", says(grams(57), acts=[BASE, act("L", "2022-01-01")])) == [Kind.UNIT_RESTATED]
    assert (base.last().direction, base.last().severity) == (Direction.NEUTRAL, Severity.MINOR)
    assert base.story()[1:] == ["2022-01-01.. 57 g in_force stated"]
    assert base.on("2022-02-10", says(grams(60), acts=[BASE, act("L", "2022-01-01")])) == [Kind.VALUE_CHANGED]


def test_an_amount_restated_under_somebody_elses_banner_is_not_temporary(base: Chronicle) -> None:
    said = says(grams(57), emergency("2022-03-01"), acts=[BASE, ACT_206])
    assert base.on("2021-11-16", said) == [Kind.UNIT_RESTATED]
    assert base.holds("2022-03-01") == "57 g, in_force"


@pytest.mark.parametrize(
    ("topic", "before", "after", "kind"),
    [
        ("qualifying_conditions", members("cancer"), members("cancer", "ptsd"), Kind.SET_CHANGED),
        ("condition_definition", lasts("P3M"), lasts("P6M"), Kind.DEFINITION_CHANGED),
        ("authorisation_validity", lasts("P1Y"), lasts("P12M"), Kind.UNIT_RESTATED),
        ("authorisation_validity", lasts("P1Y"), lasts("P2Y"), Kind.VALUE_CHANGED),
        ("authorisation_validity", lasts("P1Y"), SILENT, Kind.VALUE_CHANGED),
    ],
)
def test_the_kind_of_a_change_follows_from_what_changed(topic: str, before: Value, after: Value, kind: Kind) -> None:
    key = RuleKey("US-DC", topic)
    chronicle = Chronicle()
    chronicle.on("2022-01-10", says(before, key=key))
    assert chronicle.on("2022-02-10", says(after, key=key)) == [kind]


# ── Coded values ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_crawl_that_meets_a_coded_value_gives_it_its_quote_in_silence() -> None:
    chronicle = Chronicle()
    coded(chronicle, grams(30), "2020-01-01")
    assert chronicle.on("2022-01-10", says(grams(30), since="2020-01-01", place="s. 5")) == []
    [held] = [version for version in chronicle.versions if version.current]
    assert (held.level, held.passage.citation, held.valid.start) == (Level.READ, "s. 5", day("2020-01-01"))
    assert chronicle.would("2022-01-11", says(grams(30), since="2020-01-01", place="s. 5")).record == ()


@pytest.mark.parametrize("level", [Level.CODED, Level.UNCONFIRMED])
def test_a_first_crawl_that_finds_another_value_than_the_baseline_asks_a_person(level: Level) -> None:
    chronicle = Chronicle()
    coded(chronicle, grams(30), "2020-01-01", level=level)
    assert chronicle.on("2022-01-10", says(grams(60))) == [Kind.VALUE_CHANGED]
    change = chronicle.last()
    assert (change.review, change.cause, change.noticed_late) == (Review.WAITING, Cause.SOURCE, True)
    assert "changed between 1 January 2020 and 10 January 2022" in summary(change, words())
    assert chronicle.story() == [
        "2020-01-01..2022-01-10 30 g in_force stated",
        "2022-01-10.. 60 g in_force first_seen",
    ]
    assert chronicle.would("2022-01-11", says(grams(60))).changes == ()


def test_a_first_crawl_that_states_its_date_names_it() -> None:
    chronicle = Chronicle()
    coded(chronicle, grams(30), "2020-01-01")
    assert chronicle.on("2022-01-10", says(grams(60), since="2021-05-01")) == [Kind.VALUE_CHANGED]
    assert chronicle.last().review is Review.WAITING
    assert "from 1 May 2021, noticed late" in summary(chronicle.last(), words())
    assert chronicle.story() == ["2020-01-01..2021-05-01 30 g in_force stated", "2021-05-01.. 60 g in_force stated"]


def test_what_follows_the_first_crawl_is_news_again() -> None:
    chronicle = Chronicle()
    coded(chronicle, grams(30), "2020-01-01")
    chronicle.on("2022-01-10", says(grams(60)))
    assert chronicle.on("2022-02-10", says(grams(90))) == [Kind.VALUE_CHANGED]
    assert not chronicle.last().noticed_late


def test_a_first_crawl_shows_that_temporary_law_of_the_baseline_was_extended() -> None:
    chronicle = Chronicle()
    coded(chronicle, grams(30), "2021-01-01", emergency("2021-12-01"), level=Level.UNCONFIRMED)
    assert chronicle.holds("2022-01-10") == "30 g, unknown"
    kinds = chronicle.on("2022-01-10", says(grams(30), emergency("2022-06-01"), since="2021-01-01"))
    assert kinds == [Kind.TEMPORARY_EXTENDED]
    assert (chronicle.last().review, chronicle.holds("2022-01-10")) == (Review.WAITING, "30 g, temporary")


def test_another_source_that_agrees_with_a_coded_value_proves_it() -> None:
    chronicle = Chronicle()
    coded(chronicle, grams(30), "2020-01-01")
    assert chronicle.on("2022-01-10", says(grams(30), source="b", place="s. 5")) == []
    [held] = [version for version in chronicle.versions if version.current]
    assert (held.level, held.passage.source, held.valid.start) == (Level.READ, "b", day("2020-01-01"))
    assert held.coding is None


def test_another_source_that_differs_from_a_coded_value_is_no_news_but_a_question() -> None:
    chronicle = Chronicle()
    coded(chronicle, grams(30), "2020-01-01")
    assert chronicle.on("2022-01-10", says(grams(60), source="b")) == [Kind.CONFLICT_DETECTED]
    assert chronicle.last().review is Review.WAITING
    assert chronicle.holds("2022-01-10") == "30 g, in_force"


def test_a_better_reader_confirms_a_coded_value_and_never_calls_it_our_error() -> None:
    chronicle = Chronicle()
    coded(chronicle, grams(30), "2020-01-01")
    chronicle._met.add("a")
    assert chronicle.on("2022-01-10", says(grams(30)), cause=Cause.EXTRACTOR) == []
    assert [version.level for version in chronicle.versions if version.current] == [Level.READ]
    other = Chronicle()
    coded(other, grams(30), "2020-01-01")
    assert other.on("2022-01-10", says(grams(60)), cause=Cause.EXTRACTOR, first=False) == [Kind.VALUE_CHANGED]
    assert (other.last().cause, other.last().review) == (Cause.SOURCE, Review.WAITING)


def test_a_repeal_that_the_first_crawl_finds_waits_for_a_person() -> None:
    chronicle = Chronicle()
    coded(chronicle, grams(30), "2020-01-01", level=Level.UNCONFIRMED)
    assert chronicle.on("2022-01-10", repeals()) == [Kind.RULE_REPEALED]
    assert (chronicle.last().review, chronicle.last().noticed_late) == (Review.WAITING, True)


# ── Names ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_replay_names_versions_and_changes_alike() -> None:
    def told() -> tuple[list[str], list[str]]:
        chronicle = Chronicle()
        chronicle.on("2021-10-18", says(oz(2), acts=[BASE]))
        chronicle.on("2021-11-16", says(oz(8), emergency("2022-02-03"), acts=[BASE, ACT_206]))
        chronicle.on("2022-03-08", says(oz(2), acts=[BASE, ACT_206]))
        return [v.id for v in chronicle.versions], [c.id for c in chronicle.changes]

    assert told() == told()
    versions, changes = told()
    assert len(set(versions)) == len(versions) == 4
    assert len(set(changes)) == len(changes) == 2


def test_a_reader_and_a_source_may_speak_in_the_same_instant(base: Chronicle) -> None:
    base.on("2022-01-10", says(oz(3), acts=[BASE]), cause=Cause.EXTRACTOR)
    base.on("2022-01-10", says(oz(3), acts=[BASE], place="§ 9(a)"))
    base.on("2022-01-10", says(oz(4), acts=[BASE], place="§ 9(a)"))
    assert len({version.id for version in base.versions}) == len(base.versions)
    assert base.holds("2022-01-10") == "4 oz, in_force"


def test_the_order_of_what_one_reading_says_does_not_matter() -> None:
    said = [says(grams(30), key=replace(KEY, qualifier=f"form={form}")) for form in ("solid", "extract", "beverage")]
    one, other = Chronicle(), Chronicle()
    one.on("2022-01-10", *said)
    other.on("2022-01-10", *reversed(said))
    assert {version.id for version in one.versions} == {version.id for version in other.versions}


def test_a_rule_that_is_read_twice_counts_once() -> None:
    chronicle = Chronicle()
    chronicle.on("2022-01-10", says(grams(30)), says(grams(30)))
    chronicle.on("2022-01-11", says(grams(60)), says(grams(60)), repeals())
    assert chronicle.story() == [
        "2022-01-10..2022-01-11 30 g in_force first_seen",
        "2022-01-11.. 60 g in_force first_seen",
    ]


def test_a_topic_or_unit_that_left_the_vocabulary_breaks_nothing() -> None:
    key = RuleKey("US-DC", "minor_access")
    chronicle = Chronicle()
    chronicle.on("2022-01-10", Assertion(key, Member(member="gone_from_the_vocabulary"), passage("a")))
    assert chronicle.on("2022-01-11", Assertion(key, Member(member="prohibited"), passage("a"))) == [Kind.VALUE_CHANGED]
    assert chronicle.last().direction is Direction.UNCLEAR


# ── Which instrument, and which end ─────────────────────────────────────────────────────────────────────────────────


def test_a_change_is_put_down_to_the_newest_instrument_that_the_text_did_not_name_before(base: Chronicle) -> None:
    new = [act("Law 24-1", "2021-06-01"), act("Law 24-5", "2021-12-01"), act("Law 24-3", "2021-09-01")]
    base.on("2022-01-10", says(oz(4), acts=[BASE, *new]))
    assert base.story()[1:] == ["2021-12-01.. 4 oz in_force stated"]


def test_an_instrument_that_is_not_in_force_yet_has_changed_nothing(base: Chronicle) -> None:
    said = says(oz(4), acts=[BASE, act("Law 24-1", "2021-12-01"), act("Law 24-9", "2022-06-01")])
    base.on("2022-01-10", replace(said, effective_on=day("2021-12-01")))
    assert base.story()[1:] == ["2021-12-01.. 4 oz in_force stated"]


def test_on_the_day_on_which_it_takes_effect_an_instrument_is_in_force(base: Chronicle) -> None:
    base.on("2022-01-10", says(oz(4), acts=[BASE, act("Law 24-1", "2022-01-10")]))
    assert base.story()[1:] == ["2022-01-10.. 4 oz in_force stated"]


def test_where_temporary_law_is_among_what_is_new_the_value_may_be_temporary(base: Chronicle) -> None:
    new = [act("Act 24-206", "2021-11-05", "emergency"), act("Law 24-100", "2021-12-15")]
    base.on("2022-01-10", says(oz(4), emergency("2022-02-03"), acts=[BASE, *new]))
    assert base.story()[1:] == ["2021-11-05..2022-02-03 4 oz temporary stated"]


def test_the_end_is_that_of_the_kind_of_instrument_that_is_new(base: Chronicle) -> None:
    base.on("2021-11-16", says(oz(8), temporary("2022-10-07"), emergency("2022-02-03"), acts=[BASE, ACT_206]))
    assert base.story()[1:] == ["2021-11-05..2022-02-03 8 oz temporary stated"]


def test_of_several_ends_of_one_kind_the_last_counts_and_none_that_is_over_before_the_act(base: Chronicle) -> None:
    ends = [emergency("2021-11-05"), emergency("2021-12-01"), emergency("2022-02-03")]
    base.on("2021-11-16", says(oz(8), *ends, acts=[BASE, ACT_206]))
    assert base.story()[1:] == ["2021-11-05..2022-02-03 8 oz temporary stated"]


def test_where_no_end_of_its_kind_is_stated_the_last_of_all_counts(base: Chronicle) -> None:
    base.on("2021-11-16", says(oz(8), temporary("2022-03-01"), temporary("2022-10-07"), acts=[BASE, ACT_206]))
    assert base.story()[1:] == ["2021-11-05..2022-10-07 8 oz temporary stated"]


def test_two_plans_of_other_sources_bound_each_other_and_stay() -> None:
    chronicle = Chronicle()
    for source in ("a", "gazette", "bulletin"):
        chronicle.on("2025-03-01", says(grams(30), source=source))
    chronicle.on("2025-05-01", says(grams(90), since="2026-06-01", source="bulletin"))
    chronicle.on("2025-06-01", says(grams(60), since="2026-01-01", source="gazette"))
    assert chronicle.story()[1:] == [
        "2026-01-01..2026-06-01 60 g enacted_pending stated",
        "2026-06-01.. 90 g enacted_pending stated",
    ]
    chronicle.on("2025-07-01", says(grams(45)))
    assert chronicle.story() == [
        "2025-03-01..2025-07-01 30 g in_force first_seen",
        "2025-07-01..2026-01-01 45 g in_force first_seen",
        "2026-01-01..2026-06-01 60 g enacted_pending stated",
        "2026-06-01.. 90 g enacted_pending stated",
    ]
    chronicle.on("2025-08-01", says(grams(45), source="gazette"))
    assert chronicle.story()[1:] == [
        "2025-07-01..2026-06-01 45 g in_force first_seen",
        "2026-06-01.. 90 g enacted_pending stated",
    ]


def test_temporary_law_that_a_plan_cut_off_does_not_come_back_for_longer_when_the_plan_is_withdrawn(
    eight: Chronicle,
) -> None:
    eight.on("2021-11-17", says(oz(8), emergency("2022-02-03"), source="gazette"))
    eight.on("2021-11-18", says(oz(3), since="2022-01-01", source="gazette"))
    assert eight.story()[1:] == [
        "2021-11-05..2022-01-01 8 oz temporary stated",
        "2022-01-01.. 3 oz enacted_pending stated",
    ]
    assert eight.on("2021-11-19", says(oz(8), source="gazette")) == [Kind.EFFECTIVE_DATE_CHANGED]
    assert eight.holds("2022-01-15") == "8 oz, unknown, was 2 oz before"
    eight.on("2021-11-20", says(oz(8), emergency("2022-02-03"), acts=[BASE, ACT_206]))
    assert eight.holds("2022-01-15") == "8 oz, temporary, was 2 oz before"


# ── A value found only at another place ─────────────────────────────────────────────────────────────────────────────


def test_the_same_words_elsewhere_with_the_same_value_have_moved_and_with_another_prove_nothing(
    base: Chronicle,
) -> None:
    there = replace(says(oz(2), acts=[BASE], place="§ 9(a)"), moved=True)
    assert base.on("2022-01-10", there) == [Kind.RENUMBERED]
    other = replace(says(oz(8), acts=[BASE], place="§ 9(b)"), moved=True)
    assert base.on("2022-01-11", other) == []
    assert [loss.reason for loss in base.plan.lost] == [
        "§ 9(b): the words stand only at another place, and with another value"
    ]
    assert base.holds("2022-01-11") == "2 oz, in_force"


# ── More of several sources ─────────────────────────────────────────────────────────────────────────────────────────


def test_two_sources_that_announce_the_same_agree() -> None:
    chronicle = Chronicle()
    chronicle.on("2025-03-01", says(grams(30)))
    chronicle.on("2025-03-02", says(grams(30), source="gazette"))
    assert chronicle.on("2025-06-01", says(grams(60), since="2026-01-01")) == [Kind.ENACTED_PENDING]
    for when in ("2025-06-02", "2025-06-03"):
        assert chronicle.on(when, says(grams(60), since="2026-01-01", source="gazette")) == []
    assert [version.value for version in chronicle.versions if version.current] == [grams(30), grams(60)]


def test_a_day_that_only_the_second_source_announced_is_not_believed_when_it_comes() -> None:
    chronicle = Chronicle()
    chronicle.on("2025-06-01", says(grams(60), since="2026-01-09"))
    early = says(grams(60), since="2026-01-05", source="gazette")
    assert chronicle.on("2025-06-02", early) == [Kind.CONFLICT_DETECTED]
    assert chronicle.on("2026-01-06", early) == []
    assert chronicle.holds("2026-01-06") == "nothing"
    assert chronicle.holds("2026-01-09") == "60 g, in_force"


def test_the_same_day_with_another_value_is_a_conflict_of_what_is_announced() -> None:
    chronicle = Chronicle()
    chronicle.on("2025-03-01", says(grams(30)))
    chronicle.on("2025-03-02", says(grams(30), source="gazette"))
    chronicle.on("2025-06-01", says(grams(60), since="2026-01-01"))
    for expected in ([Kind.CONFLICT_DETECTED], []):
        assert chronicle.on("2025-06-02", says(grams(90), since="2026-01-01", source="gazette")) == expected
    assert chronicle.holds("2026-01-01") == "60 g, in_force"


def test_a_rule_repealed_in_one_text_and_stated_in_a_new_one_is_a_new_rule(base: Chronicle) -> None:
    base.on("2022-01-10", repeals(since="2022-01-01"))
    assert base.on("2022-02-10", says(oz(3), since="2022-02-01", source="new"), first=False) == [Kind.RULE_ADDED]
    assert base.story()[2:] == ["2022-02-01.. 3 oz in_force stated"]


def test_expired_words_in_a_second_text_are_no_conflict(base: Chronicle) -> None:
    said = says(oz(8), emergency("2021-09-01"), source="bulletin")
    assert base.on("2022-01-10", said) == []
    assert [loss.key for loss in base.plan.lost] == [KEY]
    assert base.holds("2022-01-10") == "2 oz, in_force"


def test_a_second_text_that_was_never_in_conflict_does_not_resolve_one(two: Chronicle) -> None:
    two.on("2022-02-01", says(grams(60), source="en"))
    assert two.on("2022-02-02", says(grams(60), source="fr")) == []
    assert two.on("2022-02-03", says(SILENT, source="fr")) == []
    assert two.on("2022-02-04", says(grams(60), source="fr")) == []


def test_other_units_in_a_second_text_neither_restate_nor_repeat_a_conflict() -> None:
    chronicle = Chronicle()
    chronicle.on("2022-01-10", says(oz(1), source="a"))
    assert chronicle.on("2022-01-11", says(oz(3), source="b")) == [Kind.CONFLICT_DETECTED]
    assert chronicle.on("2022-01-12", says(grams(84), source="b")) == []
    assert chronicle.on("2022-01-13", says(oz(3), source="a")) == [Kind.VALUE_CHANGED]
    assert chronicle.on("2022-01-14", says(grams(85), source="b")) == []


# ── At the edges ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_extension_that_is_over_when_it_is_read_extends_nothing(eight: Chronicle) -> None:
    assert eight.on("2022-03-20", says(oz(8), emergency("2022-03-01"), acts=[BASE, ACT_206])) == []
    assert eight.holds("2022-03-20") == "8 oz, unknown, was 2 oz before"


def test_temporary_law_that_a_plan_cuts_off_is_not_extended_again_at_every_reading(eight: Chronicle) -> None:
    eight.on("2021-11-17", says(oz(8), source="gazette"))
    eight.on("2021-11-18", says(oz(3), since="2022-01-01", source="gazette"))
    for when in ("2021-11-19", "2021-11-20"):
        assert eight.on(when, says(oz(8), emergency("2022-02-03"), acts=[BASE, ACT_206])) == []
        assert eight.plan.record == ()


def test_a_text_dated_later_that_says_what_holds_already_announces_nothing() -> None:
    chronicle = Chronicle()
    chronicle.on("2025-03-01", says(grams(30)))
    assert chronicle.on("2025-04-01", says(grams(30), since="2025-07-01")) == []
    assert chronicle.story() == ["2025-03-01.. 30 g in_force first_seen"]


def test_what_is_temporary_now_may_be_adopted_for_good(eight: Chronicle) -> None:
    assert eight.on("2021-12-01", says(oz(8), acts=[BASE, ACT_206], since="2022-02-03")) == [Kind.ENACTED_PENDING]
    assert eight.holds("2022-02-02") == "8 oz, temporary, was 2 oz before"
    assert eight.holds("2022-02-03") == "8 oz, in_force"


def test_a_rule_may_end_on_a_later_day_by_silence() -> None:
    chronicle = Chronicle()
    chronicle.on("2025-03-01", says(grams(30)))
    assert chronicle.on("2025-04-01", says(SILENT, since="2025-07-01")) == [Kind.ENACTED_PENDING]
    assert chronicle.holds("2025-06-30") == "30 g, in_force"
    assert chronicle.holds("2025-07-01") == "not addressed by the text, in_force"


def test_what_could_end_access_waits_for_a_person_and_a_correction_of_ours_does_not(base: Chronicle) -> None:
    base.on("2022-01-10", says(oz(1), acts=[BASE]))
    assert (base.last().direction, base.last().severity, base.last().review) == (
        Direction.RESTRICTS,
        Severity.CRITICAL,
        Review.WAITING,
    )
    base.on("2022-01-11", says(oz("0.5"), acts=[BASE]), cause=Cause.EXTRACTOR)
    assert (base.last().severity, base.last().review) == (Severity.CRITICAL, Review.NONE)
    base.on("2022-01-12", says(oz(9), acts=[BASE]))
    assert (base.last().severity, base.last().review) == (Severity.MAJOR, Review.NONE)


def test_what_takes_effect_today_is_in_force(base: Chronicle) -> None:
    base.on("2022-01-10", says(oz(4), since="2022-01-10"))
    assert base.last().status is Status.IN_FORCE


def test_lapsed_law_is_made_permanent_by_the_newest_act(eight: Chronicle) -> None:
    permanent = [act("Law 24-90", "2022-02-20"), act("Law 24-100", "2022-03-15")]
    eight.on("2022-03-20", says(oz(8), acts=[BASE, ACT_206, *permanent]))
    assert eight.story()[2:] == ["2022-03-15.. 8 oz in_force stated"]


def test_a_set_that_becomes_words_is_a_changed_value() -> None:
    key, chronicle = RuleKey("US-DC", "qualifying_conditions"), Chronicle()
    chronicle.on("2022-01-10", says(members("cancer"), key=key))
    assert chronicle.on("2022-01-11", says(SILENT, key=key)) == [Kind.VALUE_CHANGED]


def test_the_first_of_what_was_announced_is_told_when_all_of_it_is_withdrawn() -> None:
    chronicle = Chronicle()
    chronicle.on("2025-03-01", says(grams(30)))
    chronicle.on("2025-04-01", says(grams(60), since="2026-01-01"))
    chronicle.on("2025-05-01", says(grams(30)))
    before, after = chronicle.last().before, chronicle.last().after
    assert before is not None
    assert after is not None
    assert (before.valid.start, before.value, after.value) == (day("2026-01-01"), grams(60), grams(30))


def test_an_extension_read_on_the_day_of_the_end_leaves_no_gap(eight: Chronicle) -> None:
    eight.on("2022-02-03", says(oz(8), emergency("2022-06-01"), acts=[BASE, ACT_206]))
    assert eight.story()[1:] == ["2021-11-05..2022-06-01 8 oz temporary stated"]


def test_what_begins_today_rules_today(base: Chronicle) -> None:
    base.on("2021-12-01", says(oz(4), since="2022-01-10"))
    assert base.on("2022-01-10", says(oz(5), acts=[BASE])) == [Kind.VALUE_CHANGED]
    before = base.last().before
    assert before is not None
    assert before.value == oz(4)


def test_a_better_reader_that_sees_a_mark_of_repeal_corrects_us_and_wakes_nobody(base: Chronicle) -> None:
    assert base.on("2022-01-10", repeals(since="2022-01-01"), cause=Cause.EXTRACTOR) == [Kind.OUR_CORRECTION]
    assert (base.last().cause, base.last().review) == (Cause.EXTRACTOR, Review.NONE)


def test_a_repeal_that_takes_effect_today_holds_today(base: Chronicle) -> None:
    base.on("2022-01-10", repeals(since="2022-01-10"))
    assert base.last().status is Status.REPEALED
    assert base.holds("2022-01-10") == "not addressed by the text, repealed"


@pytest.mark.parametrize("since", ["2022-01-01", "2021-06-01"])
def test_a_repeal_dated_no_later_than_what_it_repeals_counts_from_its_first_sight(since: str) -> None:
    chronicle = Chronicle()
    chronicle.on("2022-01-10", says(grams(30), since="2022-01-01"))
    chronicle.on("2022-02-10", repeals(since=since))
    assert chronicle.story()[1:] == ["2022-02-10.. not addressed by the text repealed first_seen"]


def test_what_was_only_announced_is_repealed_before_it_ever_held() -> None:
    chronicle = Chronicle()
    chronicle.on("2025-06-01", says(grams(60), since="2026-01-01"))
    assert chronicle.on("2025-07-01", repeals()) == [Kind.RULE_REPEALED]
    assert chronicle.holds("2026-01-01") == "not addressed by the text, repealed"


def test_what_was_announced_for_a_repealed_rule_is_no_longer_announced(base: Chronicle) -> None:
    base.on("2022-01-10", repeals(since="2022-01-01"))
    base.on("2022-02-10", says(oz(4), since="2022-06-01"))
    assert base.on("2022-03-10", repeals(since="2022-01-01")) == [Kind.EFFECTIVE_DATE_CHANGED]
    assert base.holds("2022-06-01") == "not addressed by the text, repealed"


def test_a_permanent_repeal_under_somebody_elses_banner_is_a_repeal(base: Chronicle) -> None:
    law = act("Law 24-100", "2021-12-15")
    gone = repeals(emergency("2022-02-03"), acts=[BASE, ACT_206, law], since="2021-12-15")
    assert base.on("2021-12-20", gone) == [Kind.RULE_REPEALED]
    assert base.holds("2022-03-01") == "not addressed by the text, repealed"
