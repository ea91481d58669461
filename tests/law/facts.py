"""The truth about generated law: facts, expected rule changes and dated editions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

Value = dict[str, object]
"""A rule value in the JSON shape of PRODUCT 3."""


def quantity(number: str, unit: str, basis: str | None = None) -> Value:
    """An amount in the unit of the text, optionally per what it is counted."""
    value: Value = {"state": "stated", "type": "quantity", "number": number, "unit": unit}
    return value if basis is None else {**value, "basis": basis}


def multiple(number: str, of: str) -> Value:
    """A number of times an amount that the patient's own papers state."""
    return {"state": "stated", "type": "multiple", "number": number, "of": of}


def smaller_of(*operands: Value) -> Value:
    """The least of several amounts."""
    return {"state": "stated", "type": "expression", "operator": "min", "operands": list(operands)}


def duration(iso: str) -> Value:
    """A length of time as ISO 8601."""
    return {"state": "stated", "type": "duration", "iso": iso}


def member(code: str) -> Value:
    """One member of an ordered vocabulary."""
    return {"state": "stated", "type": "enum", "member": code}


def members(codes: tuple[str, ...]) -> Value:
    """A set of vocabulary members, sorted."""
    return {"state": "stated", "type": "set", "members": sorted(codes)}


def agrees(expected: Value | None, read: Mapping[str, object] | None) -> bool:
    """Whether a value that was read says all that is expected; what it says beyond that is not judged."""
    if expected is None or read is None:
        return expected is None and read is None
    return all(_same(wanted, read.get(key)) for key, wanted in expected.items())


def _same(wanted: object, got: object) -> bool:
    if isinstance(wanted, dict):
        return isinstance(got, Mapping) and agrees(wanted, got)
    if isinstance(wanted, list):
        return isinstance(got, list) and len(got) == len(wanted) and all(map(_same, wanted, got))
    return wanted == got


class Since(StrEnum):
    """What happened to the law text since the edition before (the class words of the real corpus)."""

    REAL = "REAL"
    COSMETIC = "COSMETIC"
    TERMINOLOGY = "TERMINOLOGY"
    PENDING = "PENDING"
    NOISE = "NOISE"
    NONE = "NONE"


class Trouble(StrEnum):
    """What stands at an address in place of the law, so that a run must be held."""

    SOFT_404 = "soft_404"
    LOGIN = "login"
    CHALLENGE = "challenge"
    MAINTENANCE = "maintenance"
    TRUNCATED = "truncated"
    VANISHED = "vanished"
    REDESIGN = "redesign"


@dataclass(frozen=True)
class Fact:
    """One rule that holds on the day of an edition."""

    topic: str
    qualifier: Mapping[str, str]
    value: Value
    citation: str
    effective: date
    until: date | None = None
    """Stated end of temporary law; the fact holds until then, and is unknown after it until a fresh text is seen."""


@dataclass(frozen=True)
class RuleChange:
    """A rule change that reading an edition after the one before must, or may, report."""

    topic: str
    qualifier: Mapping[str, str]
    before: Value | None
    after: Value | None
    kind: str
    valid_from: date | None
    until: date | None = None
    direction: str = ""
    """`expands` or `restricts`, where the taxonomy's order decides it."""
    required: bool = True
    """False where reporting it quietly is right and silence is right too."""


@dataclass(frozen=True)
class Edition:
    """All documents of a source as they stood on one day, and what is true of them."""

    date: date
    documents: Mapping[str, bytes]
    urls: Mapping[str, str]
    """Addresses of all documents of the source, also of one that has vanished."""
    facts: list[Fact]
    since_previous: Since
    changes: list[RuleChange] = field(default_factory=list)
    troubles: Mapping[str, Trouble] = field(default_factory=dict)
    """Documents in trouble, by id; the rules keep their values."""
    note: str = ""
    jurisdiction: str = ""
    format: str = ""
