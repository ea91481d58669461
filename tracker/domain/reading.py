"""What one reading of one source brought, before it is compared with what we know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.domain.provision import Amendment, Ending, Provision
from tracker.domain.rule import Assertion, Passage, RuleKey


@dataclass(frozen=True, slots=True)
class Loss:
    """A declared passage that was not found, or not understood; it says nothing about the law."""

    key: RuleKey
    reason: str
    """In plain words, with the place looked at."""
    unreadable: bool = False
    """The passage stands there, but its value could not be read."""
    optional: bool = False
    """The law may not have it."""


@dataclass(frozen=True, slots=True)
class Repeal:
    """A passage that the text itself marks as repealed."""

    key: RuleKey
    passage: Passage
    effective_on: date | None = None
    endings: tuple[Ending, ...] = ()
    """Where temporary law repeals, the law comes back."""
    amendments: tuple[Amendment, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that one source said at one time."""

    source: str
    provisions: tuple[Provision, ...]
    assertions: tuple[Assertion, ...]
    losses: tuple[Loss, ...] = ()
    repeals: tuple[Repeal, ...] = ()
    problems: tuple[str, ...] = ()
    """Reasons for which the source as a whole must be held: a failed `expect`, a page that is not the document."""
