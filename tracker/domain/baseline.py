"""What is known of a jurisdiction before any crawl: official addresses, texts that were read, and their values.

One file a jurisdiction, `spiders/<jurisdiction>/baseline.yml`. It carries values, citations, dates and fingerprints of
passages, and never the words of a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from tracker.domain.belief import Sighting
from tracker.domain.change import Change
from tracker.domain.coding import Confidence
from tracker.domain.partial import PartialDate
from tracker.domain.rule import Version
from tracker.domain.source import Url


def _year(given: object) -> object:
    return str(given) if isinstance(given, int) else given


def _partial(text: str) -> str:
    PartialDate(text)
    return text


Day = Annotated[str, BeforeValidator(_year), AfterValidator(_partial)]
"""A date of which only the month or the year may be known."""


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class OfficialAddress(_Declared):
    """A place where the authority publishes the law, or speaks about it."""

    title: str
    authority: str
    url: Url
    type: str
    """Kind of text (vocabulary `source_types`), or `portal` for a collection of them."""
    language: str
    address: Literal["looked_up", "memory"] = "looked_up"
    """Whether somebody saw the address; one from memory may be wrong."""


class OfficialText(_Declared):
    """A text that was read to code values from it, as it stood on a day."""

    title: str
    authority: str
    type: str
    """Kind of text (vocabulary `source_types`); its rank says whether a value may be published from it."""
    url: Url
    """The official address."""
    language: str
    address: Literal["looked_up", "memory"] = "looked_up"
    """Whether somebody saw the official address; one from memory may be wrong."""
    read_at: str = ""
    """Address of the copy that was read, where it was not the publisher's."""
    date: Day | None = None
    """The day for which the text that was read vouches."""
    not_before: Day | None = None
    """Where the copy bears no date: the text cannot be older, because it has what was made then."""
    sha256: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")
    """Of the bytes that were read, where they are known."""
    note: str = ""

    @model_validator(mode="after")
    def _has_an_age(self) -> OfficialText:
        if (self.date is None) == (self.not_before is None):
            raise ValueError("say how old the text is: either its date, or not_before where the copy bears none")
        return self


class PassageMark(_Declared):
    """The fingerprint of the passage a value rests on."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    words: int = Field(ge=1)


class CodedRule(_Declared):
    """One value that a person read in an official text."""

    topic: str
    qualifier: dict[str, str] = {}
    value: Any
    """A member, a list of members, an ISO 8601 duration, or a mapping with the fields of the value."""
    text: str
    """Which of `texts` says so."""
    citation: str = Field(min_length=3)
    url: Url | None = None
    """Where the provision has an official address of its own."""
    valid_from: Day | None = None
    """From when, where the text says it."""
    valid_to: Day | None = None
    """The first day on which it no longer holds."""
    status: Literal["in_force", "temporary", "proposed"] = "in_force"
    """`temporary` where the text itself says that it ends: after that day nobody knows until a text is read."""
    passage: PassageMark | tuple[PassageMark, ...]
    """What it rests on; several where a list is read from more than one passage."""
    confidence: Confidence = Confidence.HIGH
    note: str = ""

    @property
    def passages(self) -> tuple[PassageMark, ...]:
        """The passages it rests on."""
        return (self.passage,) if isinstance(self.passage, PassageMark) else self.passage


class Coder(_Declared):
    """Who read the texts, and when."""

    by: str
    on: date


class BaselineFile(_Declared):
    """The part of a baseline that people write."""

    jurisdiction: str
    coder: Coder | None = None
    addresses: tuple[OfficialAddress, ...] = ()
    texts: dict[str, OfficialText] = {}
    coded: tuple[CodedRule, ...] = ()

    @model_validator(mode="after")
    def _says_who(self) -> BaselineFile:
        if self.coded and self.coder is None:
            raise ValueError("say who coded the values, and when: coder: {by: NAME, on: 2026-11-20}")
        return self


@dataclass(frozen=True)
class Baseline:
    """What a new database starts from, of one jurisdiction."""

    jurisdiction: str
    content: str = ""
    """Names the content of its file."""
    addresses: tuple[OfficialAddress, ...] = ()
    texts: tuple[tuple[str, OfficialText], ...] = ()
    coded: tuple[Version, ...] = ()
    replayed: tuple[Version, ...] = ()
    changes: tuple[Change, ...] = ()
    sightings: tuple[Sighting, ...] = ()

    @property
    def versions(self) -> tuple[Version, ...]:
        """All values, coded and replayed."""
        return (*self.replayed, *self.coded)
