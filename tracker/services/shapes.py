"""The shapes of published JSON (PRODUCT 3): additions are allowed, renames are not."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from tracker.domain.change import Direction, Kind, Review, Severity, TextKind
from tracker.domain.coding import Confidence
from tracker.domain.rule import Basis, Cause, Level, Status
from tracker.domain.value import State, Value


class _Shape(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True)


class Mark(_Shape):
    """The fingerprint of a passage."""

    sha256: str
    """Of its words without typography, case and punctuation."""
    words: int


class Coding(_Shape):
    """Who read which text, and when."""

    by: str
    on: date
    source_type: str
    text_date: str | None
    """The day, month or year for which the text vouches."""
    not_before: str | None
    """Where the copy bears no date: the text is not older."""
    confidence: Confidence
    passages: list[Mark]
    read_at: str | None
    """Where the copy stood that was read, if not at the publisher's address."""
    note: str | None


class Rule(_Shape):
    """One value of one rule with its proof."""

    jurisdiction: str
    topic: str
    qualifier: dict[str, str]
    """Dimension and value; empty where the rule is not narrowed."""
    value: Value
    display: str
    """The value in words, in the units of the source."""
    status: Status
    valid_from: date
    """First day on which it holds."""
    valid_from_basis: Basis
    """How that day is known; a first-seen date is not an effective date."""
    valid_to: date | None
    """First day on which it no longer holds."""
    recorded_from: datetime
    recorded_to: datetime | None
    """Until when it was believed; null while it is."""
    citation: str
    quote: str | None
    """The words it rests on; null only for a coded value whose passage no crawl has met yet."""
    source: str
    document: str
    url: str
    snapshot: str | None
    """sha256 of the bytes in which the quote stands; null where the bytes of a coded text are not known."""
    confirmed_at: datetime | None
    """When the official text was last seen to say so."""
    level: Level
    origin: str
    since: str
    """From when it holds, in words, as exactly as the text says it."""
    evidence: str
    """What it rests on and how old that is, in words."""
    coding: Coding | None
    """How a value of the baseline became known; null once a crawl has met its passage."""


class StandingRule(Rule):
    """A rule as it stands on the day that was asked about."""

    falls_back_to: Rule | None = None
    """Under temporary law: what held before it, or what its section's permanent version says; neither is law today."""


class InheritedRule(StandingRule):
    """A rule of a jurisdiction above the one that was asked for."""

    inherited_from: str
    mode: Literal["override", "cumulative", "parallel"]
    """How it meets the rules of the lower jurisdiction."""


class Conflict(_Shape):
    """One rule on which official sources disagree."""

    topic: str
    qualifier: dict[str, str]
    rules: list[Rule]


class Gap(_Shape):
    """A topic of which nothing is known; that says nothing about the law."""

    topic: str
    state: State
    since: datetime | None


class Rules(_Shape):
    """What `tracker rules JURISDICTION --format json` prints."""

    jurisdiction: str
    name: str
    as_of: date
    known_at: datetime
    recorded_since: datetime | None = None
    """The first record of this jurisdiction."""
    rules: list[StandingRule]
    inherited: list[InheritedRule]
    overlays: list[StandingRule]
    """Those of `rules` that are temporary law."""
    upcoming: list[Rule]
    proposed: list[Rule]
    guidance: list[Rule]
    conflicts: list[Conflict]
    gaps: list[Gap]


class Side(_Shape):
    """What stood before a change, or after it."""

    display: str
    value: Value | None
    """null for a change of words."""
    quote: str | None


class Kept(_Shape):
    """Words that stayed."""

    keep: str


class Deleted(_Shape):
    """Words that were taken out."""

    delete: str


class Inserted(_Shape):
    """Words that were put in."""

    insert: str


class Change(_Shape):
    """One change; a change of words only has no topic and carries its redline."""

    id: str
    jurisdiction: str
    topic: str | None
    qualifier: dict[str, str]
    kind: Kind | TextKind
    cause: Cause
    direction: Direction
    severity: Severity
    status: Status | Literal["pending"]
    before: Side | None
    after: Side | None
    valid_from: date | None
    valid_from_basis: Basis | None
    valid_to: date | None = None
    observed_at: datetime
    """When we saw it."""
    citation: str
    source: str
    document: str
    url: str | None
    snapshot_before: str | None
    snapshot_after: str | None
    redline: list[Kept | Deleted | Inserted] | None = None
    summary: str
    review: Review
