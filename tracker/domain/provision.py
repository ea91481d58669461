"""A citable piece of official text, and what the text itself says about when it applies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256


class Standing(StrEnum):
    """Whether a provision is law today, or printed although it is not: repealed, to come, or under temporary law."""

    IN_FORCE = "in_force"
    REPEALED = "repealed"
    PENDING = "pending"
    """Adopted and not yet in force, or only proposed."""
    UNDERLYING = "underlying"
    """Permanent law that holds again when the temporary law over it has ended; cited like the provision over it."""


class TemporaryKind(StrEnum):
    """Instruments that change the law for a stated time (TAXONOMY 2.6, rank 4)."""

    EMERGENCY = "emergency"
    TEMPORARY = "temporary"


@dataclass(frozen=True, slots=True)
class Ending:
    """A stated end of emergency or temporary law that the provision contains."""

    kind: TemporaryKind
    ends_on: date
    """The first day on which it no longer applies."""


@dataclass(frozen=True, slots=True)
class Amendment:
    """An instrument that the publisher names as having changed the provision."""

    instrument: str
    effective_on: date
    temporary: TemporaryKind | None = None


@dataclass(frozen=True, slots=True)
class Dating:
    """What a provision's text states about time; shared by a whole section where the format says it there."""

    effective_on: date | None = None
    endings: tuple[Ending, ...] = ()
    amendments: tuple[Amendment, ...] = ()
    section_wide: bool = False
    """The date is that of a whole section or page: its words have held at least since then."""


UNDATED = Dating()


@dataclass(frozen=True, slots=True)
class Provision:
    """The smallest labelled piece of a document with the words it owns, in reading order."""

    document: str
    path: tuple[str, ...]
    """Labels from the section inwards: ("266", "(2)", "(a)")."""
    citation: str
    heading: str
    text: str
    dating: Dating = UNDATED
    standing: Standing = Standing.IN_FORCE
    cells: tuple[str, ...] = ()
    """The cells of a table row, in order; empty elsewhere."""
    printed_in: str = ""
    """The document that prints the words, where another one than that to which they belong."""
    replaces: tuple[str, ...] = ()
    """What an instruction puts these words in the place of: a path, and all below it."""
    target: str = ""
    """In a law that amends another: what these words amend, as it is cited there."""

    @property
    def text_hash(self) -> str:
        """Names the words; equal words share a hash wherever they stand."""
        return sha256(self.text.encode()).hexdigest()[:32]
