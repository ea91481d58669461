"""Who wants to hear of what, how often and where."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time
from enum import StrEnum

from tracker.domain.change import Severity


class Cadence(StrEnum):
    """How often a digest may go out."""

    AT_ONCE = "at-once"
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a digest goes: an e-mail address or a Slack incoming webhook; typed, never a raw notification URL."""

    channel: str
    """`email` or `slack`."""
    address: str

    def masked(self) -> str:
        """The target for people who should recognise but not learn it."""
        if self.channel == "email":
            name, _, host = self.address.partition("@")
            return f"{name[:1]}…@{host}"
        return f"{self.channel} …{self.address[-4:]}"


@dataclass(frozen=True, slots=True)
class Wish:
    """What a subscriber wants to hear of; the defaults of PRODUCT are one jurisdiction, major and up."""

    jurisdictions: tuple[str, ...]
    with_children: bool = False
    topics: tuple[str, ...] = ()
    minimum: Severity = Severity.MAJOR
    even_when_quiet: bool = False


@dataclass(frozen=True, slots=True)
class Timing:
    """When digests go out, in the subscriber's own time."""

    cadence: Cadence = Cadence.WEEKLY
    at: time = time(8)
    zone: str = "UTC"
    weekday: int = 0
    """Monday is 0."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One wish, one target, one rhythm."""

    id: str
    target: Target
    wish: Wish
    timing: Timing
    created_at: datetime
    confirmed_at: datetime | None = None
    confirmed_by: str = ""
    paused: bool = False
    next_due_at: datetime | None = None
    covered_until: datetime | None = field(default=None)
    """Up to when changes have been composed for it."""
