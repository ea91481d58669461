"""The words that a pattern caught become a typed value, or nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.chronicle import words
from tracker.domain.source import Case
from tracker.domain.value import to_json
from tracker.extract.values import Unreadable, build, table_value


def case(**said: Any) -> Case:
    return Case.model_validate({"find": "words", **said})


def value(caught: dict[str, str | None], language: str = "en", **said: Any) -> dict[str, Any]:
    return to_json(build(case(**said), caught, "possession_limit", language, words()))


@pytest.mark.parametrize(
    ("caught", "said", "published"),
    [
        ({"quantity": "2 ounces"}, {}, {"type": "quantity", "number": "2", "unit": "oz"}),
        ({"quantity": "thirty (30) grams"}, {"bound": "max"}, {"number": "30", "unit": "g", "bound": "max"}),
        ({"quantity": "25% w/w"}, {}, {"number": "25", "unit": "percent_w_w"}),
        ({"quantity": "570g"}, {"basis": "1 g dried"}, {"number": "570", "unit": "g", "basis": "1 g dried"}),
        ({"quantity": "100 g"}, {"period": "P28D"}, {"number": "100", "period": "P28D"}),
        ({"money": "one hundred dollars"}, {"currency": "USD"}, {"type": "money", "amount": "100", "currency": "USD"}),
        ({"money": "$1,250.50"}, {"currency": "CAD", "basis": "year"}, {"amount": "1250.5", "per": "year"}),
        ({"duration": "thirty (30) day"}, {}, {"type": "duration", "iso": "P30D"}),
        ({"number": "four"}, {"unit": "plant"}, {"type": "quantity", "number": "4", "unit": "plant"}),
        ({"age": "18"}, {}, {"number": "18", "unit": "year"}),
        ({}, {"iso": "P1Y", "bound": "max"}, {"type": "duration", "iso": "P1Y", "bound": "max"}),
        ({}, {"member": "legal_regulated_sales"}, {"type": "enum", "member": "legal_regulated_sales"}),
        ({}, {"members": {"b": "two", "a": "one"}}, {"type": "set", "members": ["one", "two"]}),
        ({"terms": "a nurse or a dentist"}, {"members": {"nurse": "n", "dentist": "d"}}, {"members": ["d", "n"]}),
        ({}, {"state": "not_addressed"}, {"state": "not_addressed", "type": "none"}),
        ({"words": "A × 365"}, {}, {"type": "text", "text": "A × 365"}),
        ({"age": "21"}, {"member": "x", "attrs": {"age_from": "{age}"}}, {"attrs": {"age_from": "21"}}),
        ({"duration": "60-day"}, {"member": "x", "attrs": {"validity": "{duration}"}}, {"attrs": {"validity": "P60D"}}),
        ({"date": "September 30, 2022"}, {"member": "x", "attrs": {"end": "{date}"}}, {"attrs": {"end": "2022-09-30"}}),
    ],
)
def test_words_become_the_value_that_the_case_says(
    caught: dict[str, str | None], said: dict[str, Any], published: dict[str, Any]
) -> None:
    assert published.items() <= value(caught, **said).items()


def test_the_lesser_of_two_amounts_keeps_both() -> None:
    lesser = value({"number": "30", "quantity": "150 g"}, combine="min", of="daily_quantity")
    assert lesser["operator"] == "min"
    assert [(part["type"], part["number"]) for part in lesser["operands"]] == [("multiple", "30"), ("quantity", "150")]


@pytest.mark.parametrize(("text", "language", "number"), [("100.000 mg", "fr", "100000"), ("100.000 mg", "en", "100")])
def test_separators_are_those_of_the_language(text: str, language: str, number: str) -> None:
    assert value({"quantity": text}, language)["number"] == number


@pytest.mark.parametrize(
    ("caught", "said", "reason"),
    [
        ({"quantity": "2 stone"}, {}, "unknown unit 'stone'"),
        ({"quantity": "thirty (31) grams"}, {}, "two different numbers"),
        ({"duration": "1.5 years"}, {}, "no length of time|not a whole number"),
        ({"money": "$25"}, {}, "names no currency"),
        ({"money": "one hundred ($90) dollars"}, {"currency": "USD"}, "two different numbers"),
        ({"terms": "a nurse or a plumber"}, {"members": {"nurse": "n"}}, 'the term "plumber" is not known'),
        ({"quantity": "150 g"}, {"combine": "min"}, r"\{number\} was not found"),
        ({"number": "30"}, {"combine": "min"}, r"\{quantity\} was not found"),
        ({}, {"member": "x", "attrs": {"age_from": "{age}"}}, r"\{age\} was not found"),
        ({"date": "February 30, 2022"}, {"member": "x", "attrs": {"end": "{date}"}}, "does not exist"),
    ],
)
def test_what_cannot_be_understood_is_said_and_never_guessed(
    caught: dict[str, str | None], said: dict[str, Any], reason: str
) -> None:
    with pytest.raises(Unreadable, match=reason):
        value(caught, **said)


@pytest.mark.parametrize(
    ("cell", "said", "published"),
    [
        ("570 g", {}, {"number": "570", "unit": "g"}),
        ("1 seed.", {}, {"number": "1", "unit": "seed"}),
        ("2 years", {}, {"type": "duration", "iso": "P2Y"}),
        ("30", {"unit": "g"}, {"number": "30", "unit": "g"}),
    ],
)
def test_a_cell_holds_an_amount_and_nothing_else(cell: str, said: dict[str, Any], published: dict[str, Any]) -> None:
    read = to_json(table_value(case(**said), cell, "possession_limit", "en", words()))
    assert published.items() <= read.items()


@pytest.mark.parametrize("cell", ["about 30 g", "30 g or more", "30", "", "none", "30 g; 60 g"])
def test_a_cell_with_other_words_is_unreadable(cell: str) -> None:
    with pytest.raises(Unreadable, match="neither an amount nor a length of time"):
        table_value(case(), cell, "possession_limit", "en", words())
