"""Values as a person writes them in a baseline, checked against the topic they answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from tracker.domain.terms import Topic
from tracker.domain.value import (
    Bare,
    Duration,
    Expression,
    Member,
    MemberSet,
    Money,
    Quantity,
    State,
    Text,
    Value,
    from_json,
)
from tracker.domain.vocabulary import Vocabulary

LENGTH = re.compile(r"P(?=\d|T\d)(?:\d+Y)?(?:\d+M)?(?:\d+W)?(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?)?")
"""An ISO 8601 duration."""

_TYPES = {
    "enum": Member,
    "set": MemberSet,
    "quantity": Quantity,
    "duration": Duration,
    "money": Money,
    "expression": Expression,
    "text": Text,
}
_TYPE_OF_FIELD = {
    "member": "enum",
    "members": "set",
    "number": "quantity",
    "iso": "duration",
    "amount": "money",
    "operator": "expression",
    "text": "text",
}
_BARE = frozenset(State) - {State.STATED, State.NOT_FOUND, State.UNREADABLE}
"""States that a person may find in a text; the others say what a program did not see."""


def value_of(written: Any, topic: Topic, words: Vocabulary) -> Value:
    """The value that somebody wrote for a topic; raises ValueError."""
    value = _typed(written, topic, words)
    for problem in _problems(value, topic, words):
        raise ValueError(problem)
    return value


def written_as(value: Value) -> Any:
    """The shortest way of writing a value; `value_of` reads it again."""
    match value:
        case Member() if not value.attrs:
            return value.member
        case MemberSet() if not value.attrs:
            return list(value.members)
        case Duration() if not value.attrs and value.bound is None:
            return value.iso
        case Bare() if not value.attrs:
            return {"state": value.state.value}
    dumped = value.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return {key: item for key, item in dumped.items() if key != "type"}


def _typed(written: Any, topic: Topic, words: Vocabulary) -> Value:
    if isinstance(written, list) and "set" in topic.types:
        return MemberSet(members=tuple(str(member) for member in written))
    if isinstance(written, str):
        return _from_word(written, topic, words)
    if not isinstance(written, Mapping):
        raise ValueError(f"found {written!r}; {_wanted(topic)}")
    kinds = [kind for name, kind in _TYPE_OF_FIELD.items() if name in written]
    if not kinds and set(written) <= {"state", "attrs"}:
        kinds = ["none"]
    if len(kinds) != 1 or "type" in written:
        raise ValueError(f"found {dict(written)!r}; {_wanted(topic)}")
    fields = {**written, "type": kinds[0]}
    if isinstance(operands := written.get("operands"), list):
        fields["operands"] = [_operand(each) for each in operands]
    try:
        return from_json(fields)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"][1:])
        raise ValueError(f"{field or 'value'}: {first['msg']}") from None


def _operand(written: Any) -> Any:
    """An operand with its type, which its fields tell."""
    if not isinstance(written, Mapping) or "type" in written:
        return written
    return {**written, "type": "multiple" if "of" in written else "quantity"}


def _from_word(word: str, topic: Topic, words: Vocabulary) -> Value:
    if "enum" in topic.types and words.is_member(topic.id, word):
        return Member(member=word)
    if "duration" in topic.types and LENGTH.fullmatch(word):
        return Duration(iso=word)
    if "text" in topic.types:
        return Text(text=word)
    near = get_close_matches(word, list(words.members_of(topic.id)), 1, 0.5)
    guess = f" (did you mean {near[0]}?)" if near else ""
    raise ValueError(f"found {word!r}{guess}; {_wanted(topic)}")


def _wanted(topic: Topic) -> str:
    forms = {
        "enum": "a member",
        "set": "a list of members",
        "quantity": "{number, unit}",
        "duration": "an ISO 8601 duration such as P30D",
        "money": "{amount, currency}",
        "expression": "{operator, operands}",
        "text": "words",
    }
    return f"{topic.id} takes {' or '.join(forms[kind] for kind in topic.types)}, or {{state}}"


def _problems(value: Value, topic: Topic, words: Vocabulary) -> Iterator[str]:
    if isinstance(value, Bare):
        if value.state not in _BARE:
            yield f"the state {value.state.value!r} is not for people; allowed are {', '.join(sorted(_BARE))}"
        return
    if value.state is not State.STATED:
        yield f"found a value with the state {value.state.value!r}; write either a value or a state"
    if not isinstance(value, tuple(_TYPES[kind] for kind in topic.types)):
        yield f"found a value of type {value.type}; {_wanted(topic)}"
    match value:
        case Member():
            yield from _not_members((value.member,), topic, words)
        case MemberSet():
            yield from _not_members(value.members, topic, words)
        case Quantity():
            yield from _not_units(value, topic)
        case Expression():
            for operand in value.operands:
                if isinstance(operand, Quantity):
                    yield from _not_units(operand, topic)
        case Duration() if not LENGTH.fullmatch(value.iso):
            yield f"found {value.iso!r}; write an ISO 8601 duration such as P30D or P1Y"
        case Text() if not value.text.strip():
            yield f"found no words; {_wanted(topic)}"
        case Money() if not re.fullmatch(r"[A-Z]{3}", value.currency):
            yield f"found the currency {value.currency!r}; write its ISO 4217 code, such as EUR"


def _not_members(members: tuple[str, ...], topic: Topic, words: Vocabulary) -> Iterator[str]:
    if not members:
        yield "a set without members says nothing; write {state: none_or_prohibited} or leave the rule out"
    for member in members:
        if not words.is_member(topic.id, member):
            near = get_close_matches(member, list(words.members_of(topic.id)), 2, 0.5)
            yield f"{topic.id} has no member {member!r}" + (f" (did you mean {' or '.join(near)}?)" if near else "")


def _not_units(value: Quantity, topic: Topic) -> Iterator[str]:
    if value.unit not in topic.units:
        yield f"found the unit {value.unit!r}; {topic.id} takes {', '.join(topic.units)}"
    if value.period is not None and not LENGTH.fullmatch(value.period):
        yield f"found the period {value.period!r}; write an ISO 8601 duration such as P30D"
