"""What one entry of a controlled vocabulary is: a topic, a condition, a unit, a jurisdiction.

The entries are written by hand in `schemas/vocabulary/*.yml`; the head of each file says what its fields mean.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

ValueType = Literal["enum", "set", "quantity", "duration", "money", "expression", "text"]
Weight = Literal["critical", "major", "minor"]
DirectionRule = Literal[
    "rank",
    "rank_easiest",
    "set",
    "set_inverse",
    "threshold",
    "lower_expands",
    "higher_expands",
    "higher_expands_max",
    "rate_higher_expands",
    "recompute",
    "unclear",
]
Inheritance = Literal["own", "override", "cumulative", "parallel"]
MemberVocabulary = Literal[
    "conditions", "prescriber_classes", "authorisation_routes", "product_forms", "routes_of_administration"
]
QualifierVocabulary = Literal[MemberVocabulary, "source_types", "jurisdictions"]


def _written_as_text(number: object) -> object:
    match number:
        case int() | float():
            raise ValueError(f"{number!r} must be quoted, so that it is read as an exact decimal")
    return number


ExactDecimal = Annotated[Decimal, BeforeValidator(_written_as_text), Field(gt=0, allow_inf_nan=False)]


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(min_length=1)


class Term(_Entry):
    """A word of a plain vocabulary, with its place in an order or below a wider word where it has one."""

    label: str = Field(min_length=1)
    rank: int | None = None
    parent: str | None = None


class Member(_Entry):
    """One of the answers an enum or set topic allows; a higher rank is more access, an equal one does not compare."""

    label: str = Field(min_length=1)
    rank: int | None = None


class Severity(BaseModel):
    """How much a change matters to a patient or prescriber, by its direction."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    restricts: Weight
    expands: Weight
    neutral: Weight


class Topic(_Entry):
    """A question asked in every jurisdiction, with the answers it allows and how two answers compare."""

    name: str = Field(min_length=1)
    group: str
    question: str = Field(min_length=1)
    definition: str = Field(min_length=1)
    types: tuple[ValueType, ...] = Field(min_length=1)
    members: tuple[Member, ...] = ()
    incomparable: tuple[str, ...] = ()
    negatable: bool = False
    vocabulary: MemberVocabulary | None = None
    units: tuple[str, ...] = ()
    qualifiers: tuple[str, ...] = ()
    severity: Severity
    direction: DirectionRule
    inherit: Inheritance
    tier: Literal["core", "context"]
    why: str = Field(min_length=1)

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        ids = [member.id for member in self.members]
        ranks = [member.rank for member in self.members if member.id not in self.incomparable]
        has_members = bool(ids or self.vocabulary)
        is_measured = bool({"quantity", "duration"} & set(self.types))
        for broken, problem in (
            (not self.question.endswith("?"), "the question does not end with a question mark"),
            (len(set(self.types)) < len(self.types), "a type appears twice"),
            (len(set(ids)) < len(ids), "a member appears twice"),
            (has_members != bool({"enum", "set"} & set(self.types)), "enums and sets have members, others have none"),
            (bool(self.units) != is_measured, "quantities and durations have units, others have none"),
            (not set(self.incomparable) <= set(ids), "an incomparable member is no member"),
            (self.negatable and "set" not in self.types, "only a set can hold negated members"),
            (list(self.qualifiers) != sorted(set(self.qualifiers)), "the qualifiers are not in alphabetical order"),
            (any(m.rank is not None for m in self.members if m.id in self.incomparable), "an incomparable has a rank"),
            (self.direction == "rank" and (None in ranks or not ids), "a member has no rank"),
            (self.direction != "rank" and set(ranks) > {None}, "members have ranks that nothing compares"),
        ):
            if broken:
                raise ValueError(problem)
        known = [rank for rank in ranks if rank is not None]
        if known != sorted(known):
            raise ValueError("the members are not ordered from least to most access")
        return self


class Condition(_Entry):
    """A diagnosis, symptom, state or clause for which a law may allow treatment."""

    label: str = Field(min_length=1)
    kind: Literal["disease", "symptom", "state", "clause"]
    parent: str | None = None
    icd10: str | None = None
    mesh: str | None = None
    synonyms: dict[str, tuple[str, ...]]


class Unit(_Entry):
    """A unit of a legal quantity, with the exact factor to the one its dimension is compared in."""

    dimension: str = Field(min_length=1)
    symbol: str = Field(min_length=1)
    canonical: str
    to_canonical: ExactDecimal
    names: dict[str, tuple[str, ...]]


class SourceType(_Entry):
    """A kind of official text, its precedence, and whether it is law by itself and may be published from."""

    label: str = Field(min_length=1)
    rank: int = Field(ge=1)
    binding: bool
    publishable: bool
    topics: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    def may_answer(self, topic: str) -> bool:
        """Whether a value of the topic may be published from this kind of text; guidance never answers for the law."""
        return self.publishable or topic in self.topics


class QualifierDimension(_Entry):
    """A dimension that narrows a rule, with the values it takes."""

    label: str = Field(min_length=1)
    values: dict[str, str] = Field(default_factory=dict)
    vocabulary: QualifierVocabulary | None = None
    free: bool = False

    @model_validator(mode="after")
    def _has_values(self) -> Self:
        if not (self.values or self.vocabulary or self.free):
            raise ValueError("no value is allowed")
        return self


class Jurisdiction(_Entry):
    """A place with law of its own: ISO 3166 codes, `EU`, `INT-UN`, and `<iso>-x-<slug>` for what ISO does not list."""

    id: str = Field(pattern=r"^(INT-UN|[A-Z]{2}|[A-Z]{2}-[A-Z0-9]{1,3}|[A-Z]{2}-x-[a-z0-9]+(-[a-z0-9]+)*)$")
    name: str = Field(min_length=1)
    local_name: str = Field(min_length=1)
    short: str = Field(min_length=1)
    aliases: tuple[str, ...] = ()
    parent: str | None = None
    kind: Literal["world", "union", "country", "subdivision", "constituent", "local"]
    timezone: str = Field(pattern=r"^[A-Z][A-Za-z]+(/[A-Z][A-Za-z_]+)+$")
    languages: tuple[str, ...] = Field(min_length=1)

    @model_validator(mode="before")
    @classmethod
    def _name_stands_in(cls, body: Any) -> Any:
        if isinstance(body, dict) and "name" in body:
            return {"local_name": body["name"], "short": body["name"], **body}
        return body

    @model_validator(mode="after")
    def _hangs_below_its_code(self) -> Self:
        country = self.id.partition("-")[0]
        if self.kind in ("subdivision", "constituent", "local") and not (self.parent or "").startswith(country):
            raise ValueError(f"its parent is not {country} or a part of it")
        if (self.kind == "world") != (self.parent is None):
            raise ValueError("everything but the world has a parent")
        if (self.kind == "country") != (len(self.id) == 2 and self.kind != "union"):
            raise ValueError("a country has a code of two letters, and a part of one has more")
        return self
