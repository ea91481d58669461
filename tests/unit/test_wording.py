"""Values and changes in words that a patient understands and a lawyer accepts."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.unit.chronicle import (
    KEY,
    SILENT,
    Chronicle,
    act,
    emergency,
    grams,
    lasts,
    members,
    oz,
    passage,
    repeals,
    says,
    words,
)
from tracker.domain.rule import Assertion, RuleKey
from tracker.domain.value import Expression, Member, Money, Multiple, Quantity, Value
from tracker.domain.wording import display, length, rule_name, summary


def count(number: int, unit: str, **more: str) -> Quantity:
    return Quantity.model_validate({"number": number, "unit": unit, **more})


@pytest.mark.parametrize(
    ("topic", "value", "text"),
    [
        ("possession_limit", oz(8), "8 oz"),
        ("possession_limit", oz("2.50"), "2.5 oz"),
        ("possession_limit", grams(100000), "100000 g"),
        ("possession_limit", count(30, "day_of_supply"), "30 days of supply"),
        ("possession_limit", count(1, "day_of_supply"), "1 day of supply"),
        ("plant_limit", count(1, "plant"), "1 plant"),
        ("plant_limit", count(6, "plant"), "6 plants"),
        ("dose_limit", count(1, "dosage_unit"), "1 dosage unit"),
        ("cannabinoid_limit", count(1, "percent_w_w"), "1 % w/w"),
        ("cannabinoid_limit", count(10, "mg", basis="per dose"), "10 mg (per dose)"),
        ("driving_rule", count(3, "ng_per_ml"), "3 ng/ml"),
        ("supply_limit", count(100, "g", period="P28D"), "100 g per 28 days"),
        ("authorisation_validity", lasts("P1Y"), "1 year"),
        ("registration_fee", Money(amount=Decimal("50.00"), currency="USD", per="year"), "50 USD per year"),
        ("prescriber_class", members("not:dentist", "physician_any"), "not dentist, Any physician"),
        (
            "reciprocity_visiting_patients",
            Member(member="temporary_registration", attrs={"validity": "P30D"}),
            "Temporary registration (validity 30 days)",
        ),
        (
            "possession_limit",
            Expression(operator="min", operands=(Multiple(number=Decimal(30), of="daily_quantity"), grams(150))),
            "the lesser of 30 times the daily quantity and 150 g",
        ),
        ("possession_limit", SILENT, "not addressed by the text"),
    ],
)
def test_a_value_is_shown_in_the_units_of_its_source(topic: str, value: Value, text: str) -> None:
    assert display(RuleKey("XX", topic), value, words()) == text


@pytest.mark.parametrize(
    ("iso", "text"), [("P2Y", "2 years"), ("PT72H", "72 hours"), ("P1M", "1 month"), ("P1Y6M", "P1Y6M")]
)
def test_a_length_of_time_is_shown_in_words(iso: str, text: str) -> None:
    assert length(iso) == text


def test_a_rule_is_named_by_its_topic_and_qualifier() -> None:
    assert rule_name(KEY, words()) == "Possession limit (Dried flower, Patient)"


def told(chronicle: Chronicle) -> str:
    return summary(chronicle.last(), words())


PLACE = "District of Columbia"
RULE = "Possession limit (Dried flower, Patient)"


def test_what_happens_to_a_rule_is_told_in_one_line() -> None:
    chronicle, acts = Chronicle(), [act("Law 18-210", "2010-07-27")]
    chronicle.on("2021-10-18", says(oz(2), acts=acts))
    acts.append(act("Act 24-206", "2021-11-05", "emergency"))
    chronicle.on("2021-11-16", says(oz(8), emergency("2022-02-03"), acts=acts))
    assert told(chronicle) == f"{PLACE}: until 3 February 2022, {RULE} is 8 oz (before: 2 oz), from 5 November 2021."
    chronicle.on("2022-01-16", says(oz(8), emergency("2022-03-03"), acts=acts))
    assert told(chronicle) == f"{PLACE}: temporary {RULE} stays 8 oz; it is now stated to end on 3 March 2022."
    chronicle.on("2022-03-16", says(oz(2), acts=acts))
    assert told(chronicle) == f"{PLACE}: temporary {RULE} (8 oz) has ended; 2 oz applies again, from 3 March 2022."
    chronicle.on("2022-04-16", says(grams(57), acts=acts))
    assert told(chronicle) == f"{PLACE}: same rule, restated: {RULE} 2 oz = 57 g."
    chronicle.on("2022-05-16", says(grams(90), acts=acts))
    assert told(chronicle) == f"{PLACE}: {RULE}: 57 g → 90 g, first seen 16 May 2022; the text states no date."
    chronicle.on("2022-06-16", repeals(since="2022-06-01"))
    assert told(chronicle) == (
        f"{PLACE}: {RULE} repealed by § 7-1671.03(a), from 1 June 2022. What applies instead is not yet determined."
    )


def test_what_is_announced_is_told_with_its_day_and_so_is_its_withdrawal() -> None:
    chronicle = Chronicle()
    chronicle.on("2025-03-01", says(grams(30)))
    chronicle.on("2025-06-01", says(grams(60), since="2026-01-01"))
    assert told(chronicle) == f"{PLACE}: adopted: {RULE} becomes 60 g, from 1 January 2026. Until then: 30 g."
    chronicle.on("2025-07-01", says(grams(60), since="2026-02-01"))
    assert told(chronicle) == f"{PLACE}: {RULE}: the planned start moved; now 60 g, from 1 February 2026."
    chronicle.on("2025-08-01", says(grams(30)))
    assert told(chronicle) == (
        f"{PLACE}: {RULE}: 60 g, announced for 1 February 2026, is no longer announced; 30 g stays."
    )


def test_sources_that_disagree_are_both_told() -> None:
    chronicle = Chronicle()
    chronicle.on("2022-01-10", says(grams("0.75"), source="a"))
    chronicle.on("2022-01-11", says(grams("7.5"), source="b"))
    assert told(chronicle) == f"{PLACE}: sources disagree on {RULE}: 0.75 g, and 7.5 g. We show both."
    chronicle.on("2022-02-11", says(grams("0.75"), source="b"))
    assert told(chronicle) == f"{PLACE}: sources agree again on {RULE}: 0.75 g; one had said 7.5 g."


def test_a_set_tells_what_came_and_what_went() -> None:
    key, chronicle = RuleKey("US-DC", "qualifying_conditions"), Chronicle()
    chronicle.on("2022-01-10", Assertion(key, members("cancer", "ptsd"), passage("a")))
    chronicle.on("2022-02-10", Assertion(key, members("cancer", "glaucoma"), passage("a")))
    assert told(chronicle) == (
        f"{PLACE}: Qualifying conditions: added Glaucoma; removed Post-traumatic stress disorder, "
        "first seen 10 February 2022; the text states no date."
    )
