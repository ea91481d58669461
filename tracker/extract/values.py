"""Typed values from the words that a pattern caught."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING

from tracker.domain.source import Case
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
from tracker.extract import numbers, terms
from tracker.extract.normalise import fold

if TYPE_CHECKING:
    from tracker.domain.vocabulary import Vocabulary


class Unreadable(Exception):
    """The passage stands there, but what it says could not be understood."""


def build(case: Case, caught: Mapping[str, str | None], topic: str, language: str, words: Vocabulary) -> Value:
    """The value that a case gives to the words it caught; raises Unreadable."""
    try:
        value = _build(case, {name: text for name, text in caught.items() if text is not None}, language, words)
        attrs = {name: _filled(text, caught, language) for name, text in case.attrs.items()}
    except (ValueError, terms.UnknownTerm) as error:
        raise Unreadable(_why(error)) from None
    return value.model_copy(update={"attrs": attrs}) if attrs else value


def table_value(case: Case, cell: str, topic: str, language: str, words: Vocabulary) -> Value:
    """The value in a table cell, which must be nothing but an amount or a length of time; raises Unreadable."""
    text = cell.strip().rstrip(".")
    bare = case.unit is not None and re.fullmatch(numbers.NUMBER, text, re.IGNORECASE) is not None
    for name in ("number",) if bare else ("duration", "quantity"):
        try:
            return build(case, {name: text}, topic, language, words)
        except Unreadable:
            continue
    raise Unreadable(f"the cell {cell!r} is neither an amount nor a length of time")


def quantity(case: Case, text: str, language: str, words: Vocabulary) -> Quantity:
    """An amount such as "2 ounces" or "thirty (30) grams"; raises ValueError."""
    found = re.fullmatch(rf"({numbers.NUMBER})[\s-]?(.+)", text.strip(), re.IGNORECASE)
    if found is None:
        raise ValueError(f"no amount in {text!r}")
    return Quantity(
        number=numbers.number(found.group(1), language),
        unit=_unit(found.group(2), words),
        bound=case.bound,
        period=case.period,
        basis=case.basis,
    )


def _build(case: Case, caught: Mapping[str, str], language: str, words: Vocabulary) -> Value:
    if case.state is not State.STATED:
        return Bare(state=case.state)
    if case.combine is not None:
        return _combined(case, caught, language, words)
    if case.member is not None:
        return Member(member=case.member)
    if "terms" in caught:
        phrases = terms.known_phrases(case.members, case.vocabulary, language, words)
        return MemberSet(members=tuple(terms.members_in(caught["terms"], phrases)))
    if case.members:
        return MemberSet(members=tuple(case.members.values()))
    if case.amount is not None and case.currency is not None:
        return Money(amount=case.amount, currency=case.currency, per=case.basis)
    if case.amount is not None:
        return _amount(case, case.amount, "unit")
    if case.iso is not None:
        return Duration(iso=case.iso, bound=case.bound)
    if "quantity" in caught:
        return quantity(case, caught["quantity"], language, words)
    if "money" in caught:
        if case.currency is None:
            raise ValueError(f"{caught['money']!r} is money, and the declaration names no currency")
        amount = numbers.number(caught["money"], language)
        return Money(amount=amount, currency=case.currency, per=case.basis)
    if "duration" in caught:
        return Duration(iso=numbers.duration(caught["duration"], language), bound=case.bound)
    for name in ("number", "age"):
        if name in caught:
            return _amount(case, numbers.number(caught[name], language), "year" if name == "age" else "unit")
    return Text(text=numbers.decimal_points(" ".join(caught.values()), language))


def _amount(case: Case, number: Decimal, unit: str) -> Quantity:
    return Quantity(number=number, unit=case.unit or unit, bound=case.bound, period=case.period, basis=case.basis)


def _combined(case: Case, caught: Mapping[str, str], language: str, words: Vocabulary) -> Expression:
    assert case.combine is not None
    if missing := {"number", "quantity"} - caught.keys():
        raise ValueError(f"{{{min(missing)}}} was not found")
    multiple = Multiple(number=numbers.number(caught["number"], language), of=case.of or "daily_quantity")
    return Expression(operator=case.combine, operands=(multiple, quantity(case, caught["quantity"], language, words)))


def _unit(text: str, words: Vocabulary) -> str:
    name = fold(text).strip().lower()
    for code, unit in words.units.items():
        if name == code or any(name == fold(form).lower() for forms in unit.names.values() for form in forms):
            return code
    raise ValueError(f"unknown unit {text!r}")


def _filled(template: str, caught: Mapping[str, str | None], language: str) -> str:
    """An attribute with {age}, {number}, {duration} or {date} filled in from the caught words."""

    def fill(found: re.Match[str]) -> str:
        name = found.group(1)
        text = caught.get(name)
        if text is None:
            raise ValueError(f"{{{name}}} was not found")
        if name == "duration":
            return numbers.duration(text, language)
        if name == "date":
            return numbers.day(text).isoformat()
        return str(numbers.number(text, language))

    return re.sub(r"\{(\w+)\}", fill, template)


def _why(error: ValueError) -> str:
    if isinstance(error, terms.UnknownTerm):
        return f'the term "{error.term}" is not known; name it under members: in the declaration'
    return str(error)
