"""How a value that no crawl of this installation has met yet came to be known: who read which words, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.domain.partial import PartialDate


class Confidence(StrEnum):
    """How sure the reader is of the meaning of the words; it says nothing about their age."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A passage without its words: the sha256 of its comparable words, and how many there are."""

    sha256: str
    words: int


@dataclass(frozen=True, slots=True)
class Coding:
    """Where a value of the baseline comes from."""

    by: str
    """Who read it: a person, or a reader of this program."""
    on: date
    """The day on which it was read."""
    source_type: str
    """Kind of text (vocabulary `source_types`)."""
    text_date: PartialDate | None = None
    """The day for which the text that was read vouches."""
    not_before: PartialDate | None = None
    """Where the copy bears no date: the text cannot be older."""
    starts: PartialDate | None = None
    """From when the text says that the value holds, as exactly as it says so."""
    confidence: Confidence = Confidence.HIGH
    passages: tuple[Fingerprint, ...] = ()
    """The words it rests on."""
    read_at: str = ""
    """Address of the copy that was read, where it was not the publisher's."""
    note: str = ""

    @property
    def dated(self) -> date:
        """The last day on which the text is known to have said so, as far as its date goes."""
        known = self.text_date or self.not_before
        return min(known.last, self.on) if known is not None else self.on

    @property
    def begins(self) -> date:
        """The day from which the value is known to hold: as the text states it, else as old as the text is."""
        if self.starts is None:
            return self.dated
        return self.on if self.starts.first <= self.on < self.starts.last else self.starts.last
