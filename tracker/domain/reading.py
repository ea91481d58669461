"""What one reading of one source brought, before it is compared with what we know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.domain.coding import Fingerprint
from tracker.domain.provision import Amendment, Ending, Provision
from tracker.domain.rule import Assertion, Passage, RuleKey, Underlying


@dataclass(frozen=True, slots=True)
class Trace:
    """Where words that were lost may stand now: shown to a person, and never believed."""

    was: str
    """The words as they were last seen; empty where only their fingerprint is known."""
    found: Passage | None = None
    score: float = 0.0
    """How like they are, up to 100: the same words."""

    @property
    def said(self) -> str:
        """In words, with citation and score."""
        if self.found is None:
            return "nothing like them was found"
        if self.score >= 100:
            return f"the same words stand at {self.found.citation}"
        return f"the nearest words stand at {self.found.citation} (score {self.score:.0f} of 100)"


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
    recode: bool = False
    """No pattern reads it: a person coded its value, and needs to read it again."""
    traces: tuple[Trace, ...] = ()
    """One for each passage that is gone."""

    @property
    def said(self) -> str:
        """The reason, and where the words may stand now."""
        return "; ".join([self.reason, *(trace.said for trace in self.traces)])


@dataclass(frozen=True, slots=True)
class Met:
    """A coded value whose words stand in the text, word for word."""

    key: RuleKey
    marks: tuple[Fingerprint, ...]
    """The fingerprints that it was coded with."""
    passage: Passage
    moved: bool = False
    """The words stand at another place than when they were last seen."""


@dataclass(frozen=True, slots=True)
class Repeal:
    """A passage that the text itself marks as repealed."""

    key: RuleKey
    passage: Passage
    effective_on: date | None = None
    endings: tuple[Ending, ...] = ()
    """Where temporary law repeals, the law comes back."""
    amendments: tuple[Amendment, ...] = ()
    underlying: Underlying | None = None
    """What permanent law says there, where only temporary law repeals."""


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
    met: tuple[Met, ...] = ()
