"""Values as people write them in a baseline: the shortest form is read, and every mistake is named with its fix."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.chronicle import words
from tracker.domain.value import (
    Bare,
    Duration,
    Expression,
    Member,
    MemberSet,
    Money,
    Multiple,
    Quantity,
    State,
    Text,
    Value,
)
from tracker.extract.coded_values import value_of, written_as

WORDS = words()
BOTH = Expression(
    operator="min",
    operands=(Multiple(number=Decimal(30), of="daily_quantity"), Quantity(number=Decimal(150), unit="g")),
)


def read(topic: str, written: Any) -> Value:
    return value_of(written, WORDS.topic(topic), WORDS)


@pytest.mark.parametrize(
    ("topic", "written", "value"),
    [
        ("access_model", "pilot", Member(member="pilot")),
        ("insurance_reimbursement", "none", Member(member="none")),
        (
            "access_model",
            {"member": "pilot", "attrs": {"until": "2027"}},
            Member(member="pilot", attrs={"until": "2027"}),
        ),
        ("qualifying_conditions", ["epilepsy", "chronic_pain"], MemberSet(members=("chronic_pain", "epilepsy"))),
        (
            "qualifying_conditions",
            {"members": ["epilepsy"], "attrs": {"list_type": "closed"}},
            MemberSet(members=("epilepsy",), attrs={"list_type": "closed"}),
        ),
        ("qualifying_conditions", ["epilepsy", "epilepsy"], MemberSet(members=("epilepsy",))),
        ("prescriber_class", ["not:dentist", "physician_any"], MemberSet(members=("not:dentist", "physician_any"))),
        ("authorisation_validity", "P1Y", Duration(iso="P1Y")),
        ("authorisation_validity", "P2Y6M", Duration(iso="P2Y6M")),
        ("authorisation_validity", "PT72H", Duration(iso="PT72H")),
        ("authorisation_validity", {"iso": "P30D", "bound": "max"}, Duration(iso="P30D", bound="max")),
        ("possession_limit", {"number": 30, "unit": "g"}, Quantity(number=Decimal(30), unit="g")),
        ("possession_limit", {"number": "28.35", "unit": "g"}, Quantity(number=Decimal("28.35"), unit="g")),
        ("possession_limit", {"number": 28.35, "unit": "g"}, Quantity(number=Decimal("28.35"), unit="g")),
        (
            "supply_limit",
            {"number": 100, "unit": "g", "bound": "max", "period": "P28D", "basis": "dried flower"},
            Quantity(number=Decimal(100), unit="g", bound="max", period="P28D", basis="dried flower"),
        ),
        ("registration_fee", {"amount": 50, "currency": "USD"}, Money(amount=Decimal(50), currency="USD")),
        ("condition_definition", "P90D", Duration(iso="P90D")),
        ("condition_definition", "Pain that lasts", Text(text="Pain that lasts")),
        (
            "possession_limit",
            {"operator": "min", "operands": [{"number": 30, "of": "daily_quantity"}, {"number": 150, "unit": "g"}]},
            BOTH,
        ),
        ("possession_limit", {"state": "unlimited"}, Bare(state=State.UNLIMITED)),
        ("minor_access", {"state": "not_addressed"}, Bare(state=State.NOT_ADDRESSED)),
        (
            "qualifying_conditions",
            {"state": "practitioner_determined", "attrs": {"age": "18"}},
            Bare(state=State.PRACTITIONER_DETERMINED, attrs={"age": "18"}),
        ),
    ],
)
def test_a_value_is_read_as_it_is_written(topic: str, written: Any, value: Value) -> None:
    assert read(topic, written) == value
    assert read(topic, written_as(value)) == value


@pytest.mark.parametrize(
    ("topic", "written", "says"),
    [
        ("access_model", "pillot", ("'pillot'", "did you mean pilot?", "takes a member")),
        ("access_model", ["pilot"], ("takes a member, or {state}",)),
        ("access_model", None, ("found None", "takes a member")),
        ("access_model", True, ("found True", "takes a member")),
        ("access_model", {}, ("state",)),
        ("access_model", {"type": "enum", "member": "pilot"}, ("takes a member",)),
        ("access_model", {"member": "pilot", "colour": "x"}, ("colour",)),
        ("access_model", {"members": ["pilot"]}, ("type set", "takes a member")),
        ("qualifying_conditions", "chronic_pain", ("takes a list of members",)),
        ("qualifying_conditions", ["chronc_pain"], ("no member 'chronc_pain'", "did you mean chronic_pain")),
        ("qualifying_conditions", [], ("without members says nothing", "none_or_prohibited")),
        ("prescriber_class", ["not:plumber"], ("no member 'not:plumber'",)),
        ("dispensing_channel", ["not:dispensary"], ("no member 'not:dispensary'",)),
        ("authorisation_validity", "1 year", ("'1 year'", "ISO 8601 duration such as P30D")),
        ("authorisation_validity", "P", ("ISO 8601",)),
        ("authorisation_validity", "P1YT", ("ISO 8601",)),
        ("authorisation_validity", {"iso": "P1X"}, ("'P1X'", "ISO 8601")),
        ("authorisation_validity", {"iso": "P1D", "bound": "most"}, ("bound", "'max' or 'min'")),
        ("possession_limit", "30 g", ("takes {number, unit}",)),
        ("possession_limit", 30, ("found 30", "takes {number, unit}")),
        ("possession_limit", {"number": 30}, ("unit", "required")),
        ("possession_limit", {"number": "many", "unit": "g"}, ("number", "decimal")),
        ("possession_limit", {"number": "NaN", "unit": "g"}, ("number",)),
        ("possession_limit", {"number": 30, "unit": "stone"}, ("the unit 'stone'", "takes g, mg, kg")),
        ("possession_limit", {"number": 30, "unit": "g", "period": "30 days"}, ("'30 days'", "such as P30D")),
        ("possession_limit", {"number": 30, "unit": "g", "iso": "P1D"}, ("takes {number, unit}",)),
        ("possession_limit", {"iso": "P1D"}, ("type duration", "takes {number, unit}")),
        ("possession_limit", {"operator": "min", "operands": [{"number": 1, "unit": "stone"}]}, ("the unit 'stone'",)),
        ("possession_limit", {"operator": "min", "operands": [{"number": 1}]}, ("operands.0", "required")),
        ("possession_limit", {"operator": "min", "operands": 3}, ("operands",)),
        ("possession_limit", {"operator": "least", "operands": []}, ("operator", "'min', 'max' or 'sum'")),
        ("registration_fee", {"amount": 50, "currency": "usd"}, ("'usd'", "ISO 4217")),
        ("registration_fee", {"amount": 50}, ("currency", "required")),
        ("condition_definition", {"text": " "}, ("no words",)),
        ("condition_definition", {"text": "x", "iso": "P1D"}, ("takes words or",)),
        ("minor_access", {"state": "stated"}, ("'stated' is not for people", "not_addressed")),
        ("minor_access", {"state": "not_found"}, ("'not_found' is not for people", "not_addressed")),
        ("minor_access", {"state": "unreadable"}, ("'unreadable' is not for people",)),
        ("minor_access", {"state": "unknown"}, ("state", "'not_addressed'")),
        ("access_model", {"member": "pilot", "state": "not_found"}, ("either a value or a state",)),
        ("qualifying_conditions", {"members": ["ptsd"], "state": "unlimited"}, ("either a value or a state",)),
    ],
)
def test_a_mistake_in_a_value_is_named_with_what_is_allowed(topic: str, written: Any, says: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match=re.escape(says[0])) as refused:
        read(topic, written)
    assert all(part in str(refused.value) for part in says), str(refused.value)


# ── The shortest form says everything ───────────────────────────────────────────────────────────────────────────────

ATTRS = st.dictionaries(st.sampled_from(["list_type", "until", "age_from"]), st.sampled_from(["closed", "P30D", "18"]))
NUMBERS = st.decimals(0, 100_000, places=3)
LENGTHS = st.sampled_from(["P1D", "P30D", "P6M", "P1Y", "P1Y6M", "PT72H", "P2W"])
BOUNDS = st.sampled_from(["max", "min", None])
BASES = st.none() | st.just("dried flower")
STATES = st.sampled_from([state for state in State if state not in ("stated", "not_found", "unreadable")])


def quantities(topic: str) -> st.SearchStrategy[Quantity]:
    unit = st.sampled_from(WORDS.topic(topic).units)
    return st.builds(
        Quantity, number=NUMBERS, unit=unit, bound=BOUNDS, period=st.none() | LENGTHS, basis=BASES, attrs=ATTRS
    )


def values(topic: str) -> st.SearchStrategy[Value]:
    """What a rule of a topic may say."""
    entry = WORDS.topic(topic)
    members = st.sampled_from(sorted(WORDS.members_of(topic)) or [""])
    kinds: dict[str, st.SearchStrategy[Value]] = {
        "enum": st.builds(Member, member=members, attrs=ATTRS),
        "set": st.builds(MemberSet, members=st.lists(members, min_size=1).map(tuple), attrs=ATTRS),
        "duration": st.builds(Duration, iso=LENGTHS, bound=BOUNDS, attrs=ATTRS),
        "money": st.builds(Money, amount=NUMBERS, currency=st.just("EUR"), per=BASES, attrs=ATTRS),
        "text": st.builds(Text, text=st.sampled_from(["Pain that lasts", "P1D of it"]), attrs=ATTRS),
    }
    if entry.units:
        some = quantities(topic)
        multiple = st.builds(Multiple, number=NUMBERS, of=st.just("daily_quantity"))
        kinds["quantity"] = some
        operands = st.lists(some | multiple, min_size=1, max_size=3).map(tuple)
        kinds["expression"] = st.builds(
            Expression, operator=st.sampled_from(["min", "max", "sum"]), operands=operands, attrs=ATTRS
        )
    return st.one_of(*(kinds[kind] for kind in entry.types), st.builds(Bare, state=STATES, attrs=ATTRS))


TOPICS = st.sampled_from(list(WORDS.topics))


@given(TOPICS.flatmap(lambda topic: st.tuples(st.just(topic), values(topic))))
def test_every_value_that_a_topic_takes_can_be_written_and_is_read_again(given: tuple[str, Value]) -> None:
    topic, value = given
    assert read(topic, written_as(value)) == value


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.sampled_from(["pilot", "P1D"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["state", "attrs", "member", "members", "number", "unit", "operator", "operands", "of", "iso"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=6,
)


@given(TOPICS, ANYTHING)
def test_whatever_is_written_is_read_or_refused(topic: str, written: Any) -> None:
    try:
        value = read(topic, written)
    except ValueError:
        return
    assert read(topic, written_as(value)) == value
