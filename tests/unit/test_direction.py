"""What a change of value does to access, rule by rule of TAXONOMY 4.4, for a patient or prescriber."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.unit.chronicle import grams, lasts, members, oz, words
from tracker.domain.change import Direction, Severity
from tracker.domain.direction import _RULES, direction, direction_of_new, restated, severity
from tracker.domain.rule import RuleKey
from tracker.domain.value import Bare, Expression, Member, Money, Multiple, Quantity, State, Text, Value

EXPANDS, RESTRICTS, MIXED, NEUTRAL, UNCLEAR = (
    Direction.EXPANDS,
    Direction.RESTRICTS,
    Direction.MIXED,
    Direction.NEUTRAL,
    Direction.UNCLEAR,
)
UNLIMITED = Bare(state=State.UNLIMITED)
NOTHING = Bare(state=State.NONE_OR_PROHIBITED)
CHOSEN = Bare(state=State.PRACTITIONER_DETERMINED)
ELSEWHERE = Bare(state=State.SET_BY_OTHER_INSTRUMENT)
SILENT = Bare(state=State.NOT_ADDRESSED)

Rows = list[tuple[str, Value, Value, Direction]]


def member(name: str, **attrs: str) -> Member:
    return Member(member=name, attrs=attrs)


def amount(
    number: str, unit: str, period: str | None = None, basis: str | None = None, bound: str | None = None
) -> Quantity:
    return Quantity.model_validate({"number": number, "unit": unit, "period": period, "basis": basis, "bound": bound})


def usd(number: str, per: str | None = None, currency: str = "USD") -> Money:
    return Money(amount=Decimal(number), currency=currency, per=per)


def lesser(multiple: int, cap: Quantity) -> Expression:
    return Expression(operator="min", operands=(Multiple(number=Decimal(multiple), of="daily_quantity"), cap))


def certified(*routes: str, **attrs: str) -> Value:
    return members(*routes).model_copy(update={"attrs": attrs})


RANK: Rows = [
    ("access_model", member("prohibited"), member("low_thc_only"), EXPANDS),
    ("access_model", member("pilot"), member("authorised_medicines_only"), RESTRICTS),
    ("access_model", member("prescription_only"), member("state_program_authorisation"), UNCLEAR),
    ("access_model", member("low_thc_only"), member("state_program_authorisation"), EXPANDS),
    ("program_status", member("enacted_not_operational"), member("operational"), EXPANDS),
    ("program_status", member("operational"), member("closed_to_new_patients"), RESTRICTS),
    ("program_status", member("operational"), member("enjoined"), RESTRICTS),
    ("drug_schedule", member("controlled_high"), member("controlled_low"), EXPANDS),
    ("telehealth_authorisation", member("hardship_or_primary_care_only"), member("renewal_only"), UNCLEAR),
    ("telehealth_authorisation", member("renewal_only"), member("allowed"), EXPANDS),
    ("telehealth_authorisation", member("allowed"), member("prohibited"), RESTRICTS),
    ("telehealth_authorisation", member("not_addressed"), member("prohibited"), UNCLEAR),
    ("telehealth_authorisation", SILENT, member("allowed"), UNCLEAR),
    ("prior_treatment_requirement", member("two_lines_failed"), member("none"), EXPANDS),
    ("prior_treatment_requirement", member("none"), member("opioid_alternative_required"), UNCLEAR),
    ("insurance_reimbursement", member("conditional_prior_approval"), member("conditional_no_approval"), EXPANDS),
    ("insurance_reimbursement", member("standard_benefit"), member("none"), RESTRICTS),
    (
        "insurance_reimbursement",
        member("standard_benefit", share_pct="100"),
        member("standard_benefit", share_pct="50"),
        RESTRICTS,
    ),
    ("insurance_reimbursement", amount("50", "percent"), amount("85", "percent"), EXPANDS),
    ("driving_rule", member("per_se_limit"), member("impairment_only"), EXPANDS),
    ("driving_rule", amount("2", "ng_per_ml"), amount("3.5", "ng_per_ml"), EXPANDS),
    ("driving_rule", amount("2", "ng_per_ml"), member("impairment_only"), UNCLEAR),
    (
        "reciprocity_visiting_patients",
        member("temporary_registration", validity="P30D"),
        member("temporary_registration", validity="P10D"),
        RESTRICTS,
    ),
    (
        "reciprocity_visiting_patients",
        member("temporary_registration", validity="P30D"),
        member("temporary_registration", validity="P1M"),
        UNCLEAR,
    ),
    ("minor_access", member("allowed_with_guardian"), member("a_member_that_is_no_more"), UNCLEAR),
]
SETS: Rows = [
    ("qualifying_conditions", members("cancer"), members("cancer", "ptsd"), EXPANDS),
    ("qualifying_conditions", members("cancer", "ptsd"), members("cancer"), RESTRICTS),
    ("qualifying_conditions", members("cancer", "ptsd"), members("cancer", "glaucoma"), MIXED),
    ("qualifying_conditions", members("chronic_pain"), members("intractable_pain"), RESTRICTS),
    ("qualifying_conditions", members("intractable_pain"), members("chronic_pain"), EXPANDS),
    ("qualifying_conditions", members("chronic_pain"), members("chronic_pain", "intractable_pain"), NEUTRAL),
    ("qualifying_conditions", members("chronic_pain", "neuropathic_pain"), members("chronic_pain"), NEUTRAL),
    ("qualifying_conditions", members("diabetic_neuropathy"), members("chronic_pain"), EXPANDS),
    ("qualifying_conditions", members("cancer", "ptsd"), members("practitioner_discretion"), EXPANDS),
    ("qualifying_conditions", members("practitioner_discretion"), members("cancer", "ptsd"), RESTRICTS),
    ("qualifying_conditions", members("practitioner_discretion"), members("practitioner_discretion", "als"), NEUTRAL),
    ("qualifying_conditions", members("cancer"), members("cancer", "comparable_condition"), EXPANDS),
    ("qualifying_conditions", members("cancer", "comparable_condition"), members("practitioner_discretion"), EXPANDS),
    ("qualifying_conditions", members("practitioner_discretion"), members("als", "comparable_condition"), RESTRICTS),
    ("prescriber_class", members("specialist_any"), members("physician_any"), EXPANDS),
    ("prescriber_class", members("physician_any"), members("specialist_hospital"), RESTRICTS),
    ("prescriber_class", members("physician_any"), members("nurse_practitioner"), MIXED),
    ("prescriber_class", members("physician_any"), members("not:dentist", "physician_any"), RESTRICTS),
    ("prescriber_class", members("not:dentist", "physician_any"), members("physician_any"), EXPANDS),
    ("dispensing_channel", members("dispensary"), members("community_pharmacy", "dispensary"), EXPANDS),
    ("product_forms_allowed", members("dried_flower", "oil_oral"), members("oil_oral"), RESTRICTS),
    ("place_of_use", members("private_residence"), Text(text="anywhere"), UNCLEAR),
    ("exclusion_criteria", members("psychosis_history"), members("occupation", "psychosis_history"), RESTRICTS),
    ("exclusion_criteria", members("custody", "psychosis_history"), members("psychosis_history"), EXPANDS),
    ("caregiver_eligibility", members("adult_18"), members("adult_21"), MIXED),
    ("caregiver_eligibility", members("adult_18", "registration"), members("adult_18"), EXPANDS),
]
EASIEST: Rows = [
    (
        "authorisation_route",
        members("written_certification"),
        certified("self_certification", "written_certification", self_certification_age_from="65"),
        EXPANDS,
    ),
    (
        "authorisation_route",
        certified("self_certification", "written_certification", self_certification_age_from="65"),
        certified("self_certification", "written_certification", self_certification_age_from="21"),
        EXPANDS,
    ),
    (
        "authorisation_route",
        certified("self_certification", "written_certification", self_certification_age_from="21"),
        certified("self_certification", "written_certification", self_certification_age_from="65"),
        RESTRICTS,
    ),
    ("authorisation_route", members("notification"), members("ministerial_licence"), RESTRICTS),
    ("authorisation_route", members("ordinary_prescription"), members("named_patient_authorisation"), RESTRICTS),
    ("authorisation_route", members("affirmative_defence_document"), members("written_certification"), UNCLEAR),
]
AMOUNTS: Rows = [
    ("registration_fee", usd("100"), usd("25"), EXPANDS),
    ("registration_fee", usd("25"), usd("50"), RESTRICTS),
    ("registration_fee", usd("25"), NOTHING, EXPANDS),
    ("registration_fee", usd("25"), usd("25", per="year"), UNCLEAR),
    ("registration_fee", usd("25"), usd("20", currency="CAD"), UNCLEAR),
    ("required_certifiers", amount("1", "practitioner"), amount("2", "practitioner"), RESTRICTS),
    ("authorisation_decision_time", lasts("P30D"), lasts("P14D"), EXPANDS),
    ("authorisation_decision_time", lasts("P2W"), lasts("P20D"), RESTRICTS),
    ("authorisation_validity", lasts("P1Y"), lasts("P2Y"), EXPANDS),
    ("authorisation_validity", lasts("P1Y"), lasts("P6M"), RESTRICTS),
    ("authorisation_validity", lasts("P1Y"), lasts("P12M"), NEUTRAL),
    ("authorisation_validity", lasts("P1M"), lasts("P30D"), UNCLEAR),
    ("authorisation_validity", lasts("PT72H"), lasts("P3D"), UNCLEAR),
    ("authorisation_validity", lasts("P1Y"), UNLIMITED, EXPANDS),
    ("authorisation_validity", UNLIMITED, lasts("P1Y"), RESTRICTS),
    ("authorisation_validity", lasts("P1Y"), CHOSEN, UNCLEAR),
    ("authorisation_validity", lasts("P1Y"), SILENT, UNCLEAR),
    ("possession_limit", oz(2), oz(8), EXPANDS),
    ("possession_limit", oz(2), grams(57), NEUTRAL),
    ("possession_limit", oz(2), grams(50), RESTRICTS),
    ("possession_limit", oz(2), amount("30", "day_of_supply", bound="max"), UNCLEAR),
    ("possession_limit", amount("2", "oz", basis="dried"), amount("2", "oz", basis="THC"), UNCLEAR),
    ("possession_limit", grams(30), UNLIMITED, EXPANDS),
    ("possession_limit", grams(30), NOTHING, RESTRICTS),
    ("possession_limit", NOTHING, grams(30), EXPANDS),
    ("possession_limit", UNLIMITED, NOTHING, RESTRICTS),
    ("possession_limit", SILENT, NOTHING, UNCLEAR),
    ("possession_limit", NOTHING, SILENT, UNCLEAR),
    ("possession_limit", NOTHING, CHOSEN, EXPANDS),
    ("possession_limit", UNLIMITED, CHOSEN, UNCLEAR),
    ("possession_limit", grams(30), ELSEWHERE, UNCLEAR),
    ("possession_limit", lesser(30, grams(150)), lesser(30, grams(200)), EXPANDS),
    ("possession_limit", lesser(30, grams(150)), lesser(20, grams(150)), RESTRICTS),
    ("possession_limit", lesser(30, grams(150)), lesser(20, grams(200)), MIXED),
    ("possession_limit", lesser(30, grams(150)), grams(150), UNCLEAR),
    ("plant_limit", amount("4", "plant"), amount("6", "plant"), EXPANDS),
    ("plant_limit", amount("4", "plant"), amount("6", "seed"), UNCLEAR),
    ("cannabinoid_limit", amount("10", "mg", bound="max"), amount("20", "mg", bound="max"), EXPANDS),
    ("cannabinoid_limit", amount("10", "mg", bound="min"), amount("20", "mg", bound="min"), RESTRICTS),
    ("cannabinoid_limit", amount("1", "percent_w_w"), amount("10", "mg", basis="per dose"), UNCLEAR),
    ("cannabinoid_limit", amount("1", "percent"), amount("1", "percent_w_w"), UNCLEAR),
    ("product_equivalency", amount("70", "g", basis="1 g dried"), amount("570", "g", basis="1 g dried"), EXPANDS),
]
RATES: Rows = [
    ("supply_limit", amount("100", "g", "P30D"), amount("100", "g", "P28D"), MIXED),
    ("supply_limit", amount("100", "g", "P28D"), amount("100000", "mg", "P28D"), NEUTRAL),
    ("supply_limit", amount("100", "g", "P30D"), amount("150", "g", "P30D"), EXPANDS),
    ("supply_limit", amount("100", "g", "P30D"), amount("200", "g", "P60D"), EXPANDS),
    ("supply_limit", amount("100", "g", "P30D"), amount("40", "g", "P2W"), RESTRICTS),
    ("supply_limit", amount("100", "g", "P1M"), amount("200", "g", "P2M"), EXPANDS),
    ("supply_limit", amount("100", "g", "P30D"), amount("100", "g", "P1M"), UNCLEAR),
    ("supply_limit", amount("100", "g", "P30D"), amount("100", "g"), UNCLEAR),
    ("supply_limit", amount("100", "g", "P30D", "flower"), amount("100", "g", "P28D", "THC"), UNCLEAR),
    ("supply_limit", grams(150), UNLIMITED, EXPANDS),
]
THRESHOLDS: Rows = [
    ("condition_definition", lasts("P6M"), lasts("P3M"), EXPANDS),
    ("condition_definition", lasts("P3M"), lasts("P6M"), UNCLEAR),
    ("condition_definition", Text(text="severe"), Text(text="moderate"), UNCLEAR),
    ("prescription_format", members("ordinary"), members("barcode_pad"), UNCLEAR),
]


@pytest.mark.parametrize(("topic", "before", "after", "toward"), RANK + SETS + EASIEST + AMOUNTS + RATES + THRESHOLDS)
def test_a_change_has_its_direction(topic: str, before: Value, after: Value, toward: Direction) -> None:
    assert direction(RuleKey("XX", topic), before, after, words()) is toward


@pytest.mark.parametrize(("topic", "before", "after", "toward"), RANK + SETS + AMOUNTS + RATES)
def test_the_way_back_is_the_opposite(topic: str, before: Value, after: Value, toward: Direction) -> None:
    opposite = {EXPANDS: RESTRICTS, RESTRICTS: EXPANDS}.get(toward, toward)
    assert direction(RuleKey("XX", topic), after, before, words()) is opposite


def test_a_minimum_may_be_in_the_qualifier() -> None:
    key = RuleKey("XX", "cannabinoid_limit", "bound=min;cannabinoid=cbd")
    assert direction(key, amount("10", "mg"), amount("20", "mg"), words()) is RESTRICTS


def test_every_rule_of_the_vocabulary_is_known_and_every_topic_answers() -> None:
    assert {topic.direction for topic in words().topics.values()} <= set(_RULES)
    for topic in words().topics:
        assert direction(RuleKey("XX", topic), SILENT, Text(text="x"), words()) is UNCLEAR


@pytest.mark.parametrize(
    ("topic", "value", "toward"),
    [
        ("reciprocity_visiting_patients", member("temporary_registration"), EXPANDS),
        ("reciprocity_visiting_patients", member("none"), NEUTRAL),
        ("access_model", member("low_thc_only"), EXPANDS),
        ("employment_protection", member("expressly_no_protection"), RESTRICTS),
        ("telehealth_authorisation", member("allowed"), UNCLEAR),
        ("registration_requirement", member("mandatory_card"), UNCLEAR),
        ("qualifying_conditions", members("cancer"), EXPANDS),
        ("exclusion_criteria", members("occupation"), RESTRICTS),
        ("possession_limit", oz(2), UNCLEAR),
        ("possession_limit", UNLIMITED, NEUTRAL),
    ],
)
def test_a_rule_where_the_law_said_nothing(topic: str, value: Value, toward: Direction) -> None:
    assert direction_of_new(RuleKey("XX", topic), value, words()) is toward


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        (oz(2), grams(57), True),
        (oz(3), grams(84), True),
        (oz(2), grams(60), False),
        (grams(100), grams(100), False),
        (amount("100", "g"), amount("100000", "mg"), True),
        (amount("100", "g", "P30D"), amount("100000", "mg", "P28D"), False),
        (amount("2", "oz"), amount("57", "ml"), False),
        (lasts("P1Y"), lasts("P12M"), True),
        (lasts("P1W"), lasts("P7D"), True),
        (lasts("P1M"), lasts("P30D"), False),
        (lesser(30, oz(2)), lesser(30, grams(57)), True),
        (lesser(30, oz(2)), lesser(20, grams(57)), False),
        (lesser(30, oz(2)), lesser(30, oz(2)), False),
        (grams(0), oz(0), False),
    ],
)
def test_the_same_amount_in_other_units_is_restated(before: Value, after: Value, same: bool) -> None:
    assert restated(before, after, words()) is same


@pytest.mark.parametrize(
    ("topic", "toward", "weight"),
    [
        ("possession_limit", RESTRICTS, Severity.CRITICAL),
        ("possession_limit", EXPANDS, Severity.MAJOR),
        ("possession_limit", NEUTRAL, Severity.MINOR),
        ("possession_limit", UNCLEAR, Severity.CRITICAL),
        ("possession_limit", MIXED, Severity.CRITICAL),
        ("tax_treatment", RESTRICTS, Severity.MINOR),
    ],
)
def test_what_is_unclear_weighs_as_much_as_a_restriction(topic: str, toward: Direction, weight: Severity) -> None:
    assert severity(RuleKey("XX", topic), toward, words()) is weight
