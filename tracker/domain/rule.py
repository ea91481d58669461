"""Rules, what one reading says about them, and the versions we believe."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from tracker.domain.coding import Coding, Fingerprint
from tracker.domain.period import Period
from tracker.domain.provision import Amendment, Ending
from tracker.domain.value import Value, to_json


class Basis(StrEnum):
    """How a version's first day is known; a first-seen date is never shown as an effective date."""

    STATED = "stated"
    """The text states the day for this provision or this amendment."""
    LAST_AMENDED = "last_amended"
    """The text states when the section was last amended: the value has held at least since then."""
    PUBLISHED = "published"
    """The day of publication."""
    FIRST_SEEN = "first_seen"
    """The day on which we first saw it."""


class Status(StrEnum):
    """Legal status of a version (TAXONOMY 3.2)."""

    PROPOSED = "proposed"
    ENACTED_PENDING = "enacted_pending"
    IN_FORCE = "in_force"
    TEMPORARY = "temporary"
    EXPIRED = "expired"
    REPEALED = "repealed"
    SUPERSEDED = "superseded"
    UNKNOWN = "unknown"


class Level(StrEnum):
    """How far a value has been proved."""

    READ = "read"
    """Read from bytes in this installation's archive, with its quote."""
    CODED = "coded"
    """Coded from the official text by a reader who is no spider. With a quote, a crawl has met the words that it was
    coded from, word for word; without one it has not met them yet. The value itself no pattern has read."""
    UNCONFIRMED = "unconfirmed"
    """Our reader read it in a recorded official text; no crawl of this installation has met the passage yet."""


class Cause(StrEnum):
    """Why a belief changed; only the first is news about the law."""

    SOURCE = "source"
    EXTRACTOR = "extractor"
    REVIEW = "review"


BY_REVIEW = "review"
"""Origin of a version that a person of this installation stated."""


@dataclass(frozen=True, slots=True, order=True)
class RuleKey:
    """One question in one place: jurisdiction, topic and a qualifier that narrows it."""

    jurisdiction: str
    topic: str
    qualifier: str = ""
    """`dim=value;dim=value`, dimensions in alphabetical order."""

    @classmethod
    def of(cls, jurisdiction: str, topic: str, qualifier: Mapping[str, str]) -> RuleKey:
        """The key with its qualifier in canonical order."""
        return cls(jurisdiction, topic, ";".join(f"{dim}={qualifier[dim]}" for dim in sorted(qualifier)))

    @property
    def qualifiers(self) -> dict[str, str]:
        """The qualifier as dimensions and values."""
        return dict(pair.split("=", 1) for pair in self.qualifier.split(";") if pair)

    def __str__(self) -> str:
        return f"{self.jurisdiction} {self.topic}" + (f" [{self.qualifier}]" if self.qualifier else "")


@dataclass(frozen=True, slots=True)
class Passage:
    """The quoted words that support a value, so that they can be found again (W3C TextQuoteSelector)."""

    quote: str
    citation: str
    source: str
    document: str
    url: str
    snapshot: str
    """sha256 of the archived bytes in which the quote stands."""
    prefix: str = ""
    suffix: str = ""

    @property
    def place(self) -> tuple[str, str]:
        """Where it stands in law: in which row of a table or item of a list, only the page counts."""
        return self.document, re.sub(r", (?:row|item|paragraph) \d+$", "", self.citation)


@dataclass(frozen=True, slots=True)
class Underlying:
    """What permanent law says under temporary law, and where; it is not the law today."""

    value: Value
    passage: Passage


@dataclass(frozen=True, slots=True)
class Assertion:
    """What one reading of one source says about one rule."""

    key: RuleKey
    value: Value
    passage: Passage
    effective_on: date | None = None
    basis: Basis = Basis.FIRST_SEEN
    endings: tuple[Ending, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    pending: bool = False
    """Read from text that is adopted and not yet in force."""
    moved: bool = False
    """Read from the same words at another place than the declared one."""
    underlying: Underlying | None = None
    """What the permanent version of the same section says, where one is kept beside it."""

    @property
    def permanent(self) -> bool:
        """Whether permanent law says the same: then the value does not end with the temporary law around it."""
        return self.underlying is not None and self.underlying.value == self.value


@dataclass(frozen=True, slots=True)
class Version:
    """One value of one rule: true on the days of `valid`, believed from `recorded_from` until `recorded_to`."""

    key: RuleKey
    value: Value
    valid: Period
    recorded_from: datetime
    passage: Passage
    basis: Basis
    status: Status
    recorded_to: datetime | None = None
    level: Level = Level.READ
    origin: str = "crawl"
    """How it came here: crawl, coded (came along), replay, or review (stated here by a person)."""
    amendments: tuple[str, ...] = ()
    """Names of the instruments known to the text when this version was recorded."""
    id: str = field(default="")
    coding: Coding | None = None
    """Where a value of the baseline comes from; a crawl that meets the passage replaces this by the quote."""

    def __post_init__(self) -> None:
        if not self.id:
            object.__setattr__(self, "id", self._identity())

    def _identity(self) -> str:
        # Deterministic, so that a replay or a copy names the same version alike (ARCHITECTURE 0.10).
        parts = [
            str(self.key),
            json.dumps(to_json(self.value), sort_keys=True),
            self.valid.start.isoformat(),
            self.valid.end.isoformat() if self.valid.end else "",
            self.status,
            self.recorded_from.isoformat(),
            self.passage.source,
            self.passage.document,
            self.passage.citation,
        ]
        return sha256("\x1f".join(parts).encode()).hexdigest()[:32]

    @property
    def current(self) -> bool:
        """Whether this is what we believe now."""
        return self.recorded_to is None

    @property
    def marks(self) -> tuple[Fingerprint, ...]:
        """The fingerprints of the words that it was coded from."""
        return self.coding.passages if self.coding else ()

    @property
    def met(self) -> bool:
        """Whether a crawl of this installation has met the words it rests on."""
        return self.level is Level.READ or bool(self.passage.quote)
