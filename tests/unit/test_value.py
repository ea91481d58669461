"""Values keep what the text says, exactly, and go through JSON in the shapes that are published."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

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
    from_json,
    plain,
    to_json,
)

NUMBERS = st.decimals(0, 10**9, allow_nan=False, allow_infinity=False, places=6)
WORDS = st.from_regex(r"[a-z][a-z_]{0,11}", fullmatch=True)
BOUNDS = st.sampled_from([None, "max", "min"])
QUANTITIES = st.builds(
    Quantity, number=NUMBERS, unit=WORDS, bound=BOUNDS, period=st.sampled_from([None, "P30D"]), basis=st.none() | WORDS
)
MULTIPLES = st.builds(Multiple, number=NUMBERS, of=WORDS)
VALUES = st.one_of(
    QUANTITIES,
    MULTIPLES,
    st.builds(Duration, iso=st.sampled_from(["P30D", "P1Y", "PT72H"]), bound=BOUNDS),
    st.builds(Money, amount=NUMBERS, currency=st.sampled_from(["CAD", "EUR"]), per=st.none() | WORDS),
    st.builds(MemberSet, members=st.lists(WORDS, max_size=5).map(tuple)),
    st.builds(Member, member=WORDS, attrs=st.dictionaries(WORDS, WORDS, max_size=2)),
    st.builds(Text, text=st.text(max_size=40)),
    st.builds(Bare, state=st.sampled_from([state for state in State if state is not State.STATED])),
    st.builds(
        Expression,
        operator=st.sampled_from(["min", "max", "sum"]),
        operands=st.lists(QUANTITIES | MULTIPLES, min_size=1, max_size=3).map(tuple),
    ),
)


@given(VALUES)
def test_json_brings_back_the_same_value(value: Value) -> None:
    assert from_json(to_json(value)) == value


@pytest.mark.parametrize(
    ("value", "published"),
    [
        (
            Quantity(number=Decimal("150"), unit="g", bound="max", basis="dried cannabis"),
            {"type": "quantity", "number": "150", "unit": "g", "bound": "max", "basis": "dried cannabis"},
        ),
        (
            Quantity(number=Decimal("100"), unit="g", period="P28D"),
            {"type": "quantity", "number": "100", "unit": "g", "period": "P28D"},
        ),
        (Duration(iso="P2Y"), {"type": "duration", "iso": "P2Y"}),
        (Money(amount=Decimal("50.00"), currency="USD"), {"type": "money", "amount": "50", "currency": "USD"}),
        (MemberSet(members=("ptsd", "cancer", "ptsd")), {"type": "set", "members": ["cancer", "ptsd"]}),
        (
            Member(member="temporary_registration", attrs={"validity": "P30D"}),
            {"type": "enum", "member": "temporary_registration", "attrs": {"validity": "P30D"}},
        ),
        (
            Expression(
                operator="min",
                operands=(
                    Multiple(number=Decimal(30), of="daily_quantity"),
                    Quantity(number=Decimal(150), unit="g"),
                ),
            ),
            {
                "type": "expression",
                "operator": "min",
                "operands": [
                    {"state": "stated", "type": "multiple", "number": "30", "of": "daily_quantity"},
                    {"state": "stated", "type": "quantity", "number": "150", "unit": "g"},
                ],
            },
        ),
        (Text(text="[(A × 365) ÷ (B × 3C)] × 1.2"), {"type": "text", "text": "[(A × 365) ÷ (B × 3C)] × 1.2"}),
    ],
)
def test_a_stated_value_has_its_published_shape(value: Value, published: dict[str, Any]) -> None:
    assert to_json(value) == {"state": "stated", **published}


def test_a_state_without_a_value_is_published_as_such() -> None:
    assert to_json(Bare(state=State.UNLIMITED)) == {"state": "unlimited", "type": "none"}


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("2", "2"),
        ("2.50", "2.5"),
        ("100", "100"),
        ("1E+3", "1000"),
        ("0.00", "0"),
        ("0.125", "0.125"),
        ("1E-7", "0.0000001"),
    ],
)
def test_a_number_is_exact_and_plain(number: str, text: str) -> None:
    assert plain(Decimal(number)) == text


def test_the_same_amount_is_the_same_value_however_it_is_written() -> None:
    assert Quantity(number=Decimal("2.0"), unit="oz") == Quantity(number=Decimal("2"), unit="oz")
    assert MemberSet(members=("a", "b")) == MemberSet(members=("b", "a"))


def test_different_kinds_of_nothing_are_never_merged() -> None:
    silent = [Bare(state=state) for state in (State.NOT_ADDRESSED, State.NOT_FOUND, State.UNREADABLE)]
    assert len({str(to_json(value)) for value in silent}) == 3
    assert silent[0] != silent[1] != silent[2]


@pytest.mark.parametrize(
    "data",
    [
        {"state": "stated", "type": "quantity", "number": "NaN", "unit": "g"},
        {"state": "stated", "type": "quantity", "number": "2"},
        {"state": "perhaps", "type": "none"},
        {"state": "stated", "type": "colour"},
        {"state": "stated", "type": "duration", "iso": "P1Y", "note": "x"},
    ],
)
def test_what_is_no_value_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        from_json(data)
