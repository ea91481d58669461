"""What a rule can say: typed values in the units of the source, in the JSON shapes that PRODUCT 3 publishes."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, TypeAdapter, field_validator


class State(StrEnum):
    """How much a text says about a question; `not_addressed`, `not_found` and `unreadable` are never merged."""

    STATED = "stated"
    UNLIMITED = "unlimited"
    NONE_OR_PROHIBITED = "none_or_prohibited"
    PRACTITIONER_DETERMINED = "practitioner_determined"
    SET_BY_OTHER_INSTRUMENT = "set_by_other_instrument"
    NOT_ADDRESSED = "not_addressed"
    NOT_FOUND = "not_found"
    UNREADABLE = "unreadable"


def plain(number: Decimal) -> str:
    """An exact decimal without exponent or trailing zeros."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


Exact = Annotated[Decimal, PlainSerializer(plain, return_type=str, when_used="json")]


class _Value(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    state: State = State.STATED
    attrs: dict[str, str] = Field(default_factory=dict)
    """Conditions that belong to the value itself, such as the age from which a member applies."""


class Quantity(_Value):
    """An amount in the unit of the source."""

    type: Literal["quantity"] = "quantity"
    number: Exact
    unit: str
    bound: Literal["max", "min"] | None = None
    period: str | None = None
    """ISO 8601 duration of a rate; never normalised away."""
    basis: str | None = None


class Duration(_Value):
    """A length of time as ISO 8601; months and years are not days."""

    type: Literal["duration"] = "duration"
    iso: str
    bound: Literal["max", "min"] | None = None


class Money(_Value):
    """An amount of money."""

    type: Literal["money"] = "money"
    amount: Exact
    currency: str
    per: str | None = None


class MemberSet(_Value):
    """A set of vocabulary members, kept sorted."""

    type: Literal["set"] = "set"
    members: tuple[str, ...]

    @field_validator("members")
    @classmethod
    def _sorted(cls, members: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(sorted(set(members)))


class Member(_Value):
    """One member of an ordered vocabulary."""

    type: Literal["enum"] = "enum"
    member: str


class Multiple(_Value):
    """A number times another quantity that the patient's own papers state."""

    type: Literal["multiple"] = "multiple"
    number: Exact
    of: str


class Text(_Value):
    """Words that have no type yet."""

    type: Literal["text"] = "text"
    text: str


class Bare(_Value):
    """A state without a value: unlimited, prohibited, left to the practitioner, not addressed."""

    type: Literal["none"] = "none"


class Expression(_Value):
    """Several amounts combined, such as the lesser of two."""

    type: Literal["expression"] = "expression"
    operator: Literal["min", "max", "sum"]
    operands: tuple[Annotated[Quantity | Multiple, Field(discriminator="type")], ...]


Value = Annotated[
    Quantity | Duration | Money | MemberSet | Member | Multiple | Text | Bare | Expression,
    Field(discriminator="type"),
]
_ADAPTER: TypeAdapter[Value] = TypeAdapter(Value)


def to_json(value: Value) -> dict[str, Any]:
    """The published JSON form, without empty fields."""
    dumped: dict[str, Any] = _ADAPTER.dump_python(value, mode="json", exclude_none=True)
    return _without_empty_attrs(dumped)


def from_json(data: dict[str, Any]) -> Value:
    """The value that `to_json` wrote; raises pydantic.ValidationError."""
    return _ADAPTER.validate_python(data)


def _without_empty_attrs(dumped: dict[str, Any]) -> dict[str, Any]:
    cleaned = {key: item for key, item in dumped.items() if key != "attrs" or item}
    if "operands" in cleaned:
        cleaned["operands"] = [_without_empty_attrs(operand) for operand in cleaned["operands"]]
    return cleaned
