"""What is known of a rule before a reading, and what a reading says to write."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tracker.domain.change import Change
from tracker.domain.provision import Amendment, Ending
from tracker.domain.reading import Loss
from tracker.domain.rule import Passage, RuleKey, Underlying, Version
from tracker.domain.value import Value


@dataclass(frozen=True, slots=True)
class Sighting:
    """What one source was last seen to say about one rule."""

    key: RuleKey
    source: str
    value: Value
    passage: Passage
    confirmed_at: datetime
    amendments: tuple[Amendment, ...] = ()
    endings: tuple[Ending, ...] = ()
    lost: bool = False
    underlying: Underlying | None = None
    """What it says lies under temporary law, where that is something else."""


@dataclass(frozen=True, slots=True)
class Known:
    """What we believe about one rule now, and which sources say so."""

    versions: tuple[Version, ...] = ()
    sightings: Mapping[str, Sighting] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Step:
    """What follows for one rule."""

    retire: tuple[Version, ...] = ()
    record: tuple[Version, ...] = ()
    change: Change | None = None
    unproved: str = ""
    """Why the words that were found prove nothing."""


NOTHING = Step()
EXPIRED = Step(unproved="the words are there, but the end that they state has passed")
MOVED = Step(unproved="the words stand only at another place, and with another value")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to write, all of it or nothing."""

    retire: tuple[Version, ...] = ()
    record: tuple[Version, ...] = ()
    changes: tuple[Change, ...] = ()
    sightings: tuple[Sighting, ...] = ()
    lost: tuple[Loss, ...] = ()
    """Passages that used to be found; their rules keep their values."""
