"""One screen for a clinician: questions in one order, what people ask most first, and nothing that is not law."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.chronicle import grams, lasts, members, words
from tracker.domain.belief import Sighting
from tracker.domain.coding import Coding
from tracker.domain.partial import PartialDate
from tracker.domain.period import Period
from tracker.domain.rule import Basis, Level, Passage, RuleKey, Status, Version
from tracker.domain.value import Member, MemberSet, Text, Value
from tracker.services.answers import rule_json
from tracker.services.brief import CHANGES, FIRST, GUIDELINES, Block, brief, cell

WORDS = words()
Json = dict[str, Any]
CONDITIONS = [code for code, condition in WORDS.conditions.items() if condition.kind != "clause"]
ALWAYS = Period(date(2020, 1, 1))
ASKED = ["Prescribed?", "By whom?", "For what?", "Tried before?", "How much?", "How long?", "Minors?"]


def rule(
    topic: str,
    value: Value,
    only: str = "",
    *,
    status: Status = Status.IN_FORCE,
    days: Period = ALWAYS,
    citation: str = "Access Act, s. 1",
    text_date: str | None = "2019-05",
    not_before: str | None = None,
    level: Level = Level.CODED,
    more: Json | None = None,
) -> Json:
    """A rule as `answers.rules` shows it."""
    key = RuleKey("NL", topic, only)
    dated, bound = (PartialDate(text) if text else None for text in (text_date, not_before))
    coding = Coding("A. Coder", date(2026, 3, 1), "act", dated, bound) if level is not Level.READ else None
    passage = Passage("", citation, "nl/act", "act", "https://law.example", "")
    at = datetime(2026, 3, 1, tzinfo=UTC)
    version = Version(key, value, days, at, passage, Basis.STATED, status, level=level, coding=coding)
    seen = [Sighting(key, "nl/act", value, passage, at)] if level is Level.READ else []
    return rule_json(version, WORDS, seen, status) | (more or {})


def answer(*rules: Json, **parts: list[Json]) -> Json:
    return {"rules": list(rules), "inherited": [], "upcoming": [], "guidance": [], "proposed": []} | parts


def blocks(*rules: Json, **parts: list[Json]) -> dict[str, Block]:
    return {block.title: block for block in brief(answer(*rules, **parts), WORDS)}


def texts(block: Block) -> list[str]:
    return [line.text for line in block.lines]


# ── Questions ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_questions_come_in_one_order_and_end_with_what_changes_next() -> None:
    titles = [block.title for block in brief(answer(), WORDS)]
    assert titles[: len(ASKED)] == ASKED
    assert titles[-1] == CHANGES
    assert len(titles) == len(set(titles))


def test_a_question_that_nobody_can_answer_has_no_answer() -> None:
    assert all(block.lines == () and block.more == 0 for block in brief(answer(), WORDS))


@pytest.mark.parametrize(
    ("topic", "value", "title", "said"),
    [
        ("access_model", Member(member="pilot"), "Prescribed?", "Pilot"),
        ("authorisation_route", members("ordinary_prescription"), "Prescribed?", "Ordinary prescription"),
        ("prescriber_class", members("physician_any", "not:dentist"), "By whom?", "not dentist, Any physician"),
        ("qualifying_conditions", members("epilepsy"), "For what?", "Epilepsy"),
        ("condition_definition", Text(text="Pain that lasts"), "For what?", "Pain that lasts"),
        ("prior_treatment_requirement", Member(member="two_lines_failed"), "Tried before?", "Two lines"),
        ("possession_limit", grams(30), "How much?", "30 g"),
        ("supply_limit", grams(60), "How much?", "60 g"),
        ("authorisation_validity", lasts("P1Y"), "How long?", "1 year"),
        ("minor_access", Member(member="allowed_with_guardian"), "Minors?", "guardian"),
        ("telehealth_authorisation", Member(member="allowed"), "Remotely?", "Allowed"),
        ("insurance_reimbursement", Member(member="standard_benefit"), "Who pays?", "benefit"),
    ],
)
def test_a_rule_answers_its_question_with_citation_and_age(topic: str, value: Value, title: str, said: str) -> None:
    found = blocks(rule(topic, value))
    (line,) = found[title].lines
    assert said in line.text
    assert (line.citation, line.age, line.above) == ("Access Act, s. 1", "text of 2019", "")
    assert [block.title for block in found.values() if block.lines] == [title]


def test_amounts_of_one_question_say_which_is_which() -> None:
    (hold, buy) = texts(blocks(rule("possession_limit", grams(30)), rule("supply_limit", grams(30)))["How much?"])
    assert hold != buy
    assert hold.endswith("30 g")
    assert buy.endswith("30 g")


@pytest.mark.parametrize(
    ("given", "age"),
    [
        ({"text_date": "2019-05-29"}, "text of 2019"),
        ({"text_date": "2019"}, "text of 2019"),
        ({"text_date": None, "not_before": "2021-06"}, "undated text, 2021 or later"),
        ({"text_date": None}, "undated text"),
        ({"level": Level.UNCONFIRMED}, "text of 2019"),
        ({"level": Level.READ}, ""),
    ],
)
def test_an_answer_that_no_crawl_has_met_says_how_old_its_text_is(given: dict[str, Any], age: str) -> None:
    (line,) = blocks(rule("possession_limit", grams(30), **given))["How much?"].lines
    assert line.age == age


# ── Lines ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_equal_values_are_one_line_that_says_for_whom() -> None:
    found = blocks(
        rule("possession_limit", grams(30), "holder=patient", citation="Access Act, s. 7(1)"),
        rule("possession_limit", grams(30), "holder=caregiver", citation="Access Act, s. 7(2)"),
        rule("possession_limit", grams(90), "location=home"),
    )["How much?"]
    (both, home) = found.lines
    assert both.text.endswith("30 g, for patient; caregiver")
    assert both.citation == "Access Act, s. 7(1); s. 7(2)"
    assert home.text.endswith("90 g, for at home")


def test_a_value_that_a_crawl_has_met_lends_its_proof_to_no_other() -> None:
    met = rule("possession_limit", grams(30), "holder=patient", level=Level.READ)
    unmet = rule("possession_limit", grams(30), "holder=caregiver")
    lines = blocks(met, unmet)["How much?"].lines
    assert [(line.text.rpartition(", for ")[2], line.age) for line in lines] == [
        ("patient", ""),
        ("caregiver", "text of 2019"),
    ]


def test_what_does_not_fit_is_counted_and_every_topic_keeps_its_first_line() -> None:
    limits = [rule("possession_limit", grams(number), f"form=form_{number}") for number in range(1, 9)]
    block = blocks(*limits, rule("supply_limit", grams(99)))["How much?"]
    assert len(block.lines) + block.more == 9
    assert block.more > 0
    assert any("99 g" in text for text in texts(block))
    assert "1 g" in texts(block)[0]


def test_temporary_and_lapsed_law_say_so_first() -> None:
    spell = Period(date(2026, 1, 1), date(2027, 2, 1))
    (line,) = blocks(rule("possession_limit", grams(60), status=Status.TEMPORARY, days=spell))["How much?"].lines
    assert line.text.startswith("TEMPORARY until 1 February 2027: ")
    (line,) = blocks(rule("possession_limit", grams(60), status=Status.UNKNOWN, days=spell))["How much?"].lines
    assert line.text.startswith("UNKNOWN, its end 1 February 2027 has passed")


def test_the_law_of_the_country_stands_below_with_its_name_unless_the_place_replaces_it() -> None:
    own = rule("prescriber_class", members("physician_any"))
    above = {"inherited_from": "GB", "mode": "cumulative"}
    federal = rule("prescriber_class", members("nurse_advanced"), more=above)
    lines = blocks(own, inherited=[federal])["By whom?"].lines
    assert [line.above for line in lines] == ["", "United Kingdom"]
    replaced = rule("prescriber_class", members("nurse_advanced"), more=above | {"mode": "override"})
    assert [line.above for line in blocks(own, inherited=[replaced])["By whom?"].lines] == [""]
    assert [line.above for line in blocks(inherited=[replaced])["By whom?"].lines] == ["United Kingdom"]


# ── Conditions ──────────────────────────────────────────────────────────────────────────────────────────────────────


def conditions(*names: str, **attrs: str) -> str:
    value = MemberSet(members=names, attrs=attrs)
    (line,) = blocks(rule("qualifying_conditions", value))["For what?"].lines
    return line.text


def test_a_long_list_names_pain_and_multiple_sclerosis_first_and_counts_the_rest() -> None:
    text = conditions(*CONDITIONS)
    assert text.startswith("Chronic pain (any), Intractable pain")
    assert "Multiple sclerosis" in text
    assert "Epilepsy" in text
    named = [code for code in CONDITIONS if WORDS.condition(code).label in text]
    assert set(FIRST) <= set(named)
    assert f"and {len(CONDITIONS) - len(FIRST)} more" in text


@pytest.mark.parametrize("asked", FIRST)
def test_what_people_ask_for_is_named_in_a_list_of_any_length(asked: str) -> None:
    label = WORDS.condition(asked).label
    others = [code for code in CONDITIONS if code not in FIRST and WORDS.condition(code).parent is None]
    for number in range(0, 30, 3):
        assert conditions(asked, *others[:number]).startswith(label)


def test_a_clause_that_leaves_the_choice_to_somebody_is_always_named() -> None:
    text = conditions(*CONDITIONS, "practitioner_discretion", "regulator_case_by_case")
    assert "Any condition at practitioner's discretion" in text
    assert "Any other condition the regulator approves" in text


def test_a_list_that_was_read_in_part_says_so() -> None:
    assert "part of the list" in conditions(*CONDITIONS, list_type="partial")
    assert "part of the list" in conditions("epilepsy", list_type="partial")
    assert "part of the list" not in conditions(*CONDITIONS, list_type="closed")


@given(st.sets(st.sampled_from(sorted(WORDS.members_of("qualifying_conditions"))), min_size=1))
def test_every_member_of_a_list_is_named_or_counted(names: set[str]) -> None:
    text = conditions(*names)
    labels = [WORDS.label_of("qualifying_conditions", name) for name in names]
    counted = re.search(r" and (\d+) more", text)
    assert sum(label in text for label in labels) + (int(counted[1]) if counted else 0) >= len(labels)
    assert "…" not in text


# ── What comes next, and what is no law ─────────────────────────────────────────────────────────────────────────────


def test_what_is_adopted_comes_next_with_its_day() -> None:
    coming = rule("possession_limit", grams(90), status=Status.ENACTED_PENDING, days=Period(date(2027, 1, 1)))
    found = blocks(upcoming=[coming])
    assert found["How much?"].lines == ()
    (line,) = found[CHANGES].lines
    assert line.text.startswith("ADOPTED, from 1 January 2027: Possession limit: 90 g")
    assert line.citation == "Access Act, s. 1"


def test_temporary_law_that_ends_says_what_lies_under_it() -> None:
    spell = Period(date(2026, 1, 1), date(2027, 2, 1))
    under = rule("possession_limit", grams(30))
    ending = rule("possession_limit", grams(60), status=Status.TEMPORARY, days=spell, more={"falls_back_to": under})
    (line,) = blocks(ending)[CHANGES].lines
    assert line.text == "Possession limit (60 g) is stated to end on 1 February 2027; before it 30 g"


def test_guidelines_stand_apart() -> None:
    against = rule("guideline_position", Member(member="do_not_offer"), "condition=chronic_pain")
    found = blocks(guidance=[against])
    assert [title for title, block in found.items() if block.lines] == [GUIDELINES]
    assert "not law" in GUIDELINES.lower()
    assert "chronic pain" in found[GUIDELINES].lines[0].text
    assert GUIDELINES not in blocks()


def test_a_proposal_is_no_answer_to_a_question() -> None:
    planned = rule("possession_limit", grams(90), status=Status.PROPOSED)
    found = blocks(proposed=[planned])
    assert [title for title, block in found.items() if block.lines] == [GUIDELINES]
    assert found[GUIDELINES].lines[0].text.startswith("PROPOSED, not law: Possession limit: 90 g")


# ── In a cell ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_cell_holds_each_value_once_and_is_empty_where_nothing_is_known() -> None:
    assert cell([], WORDS) == ""
    assert cell([rule("possession_limit", grams(30))], WORDS) == "30 g"
    several = [rule("possession_limit", grams(number), f"form=form_{number}") for number in range(1, 6)]
    text = cell(several, WORDS)
    assert text.startswith("1 g")
    assert text.endswith("; and 2 more")
    above = rule("possession_limit", grams(30), more={"inherited_from": "GB", "mode": "override"})
    assert cell([above], WORDS) == "30 g [United Kingdom]"


def test_a_cell_never_hides_that_a_value_is_temporary_or_unknown() -> None:
    spell = Period(date(2026, 1, 1), date(2027, 2, 1))
    for status, word in ((Status.TEMPORARY, "TEMPORARY until"), (Status.UNKNOWN, "UNKNOWN")):
        assert word in cell([rule("possession_limit", grams(60), status=status, days=spell)], WORDS)
