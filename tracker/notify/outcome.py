"""How one delivery ended, in terms the outbox acts on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What the outbox does next follows from this."""

    SENT = "sent"
    TRANSIENT = "transient"
    """Not taken, for a reason that may pass or that lies in our set-up: try again."""
    PERMANENT = "permanent"
    """This target will never take it: do not try again."""
    UNKNOWN = "unknown"
    """The connection ended after everything was handed over: it may have arrived."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one delivery."""

    state: State
    code: int | None = None
    """The reply of the mail server or the HTTP status."""
    detail: str = ""
    """In plain words, without address, password or token."""
    retry_after: int | None = None
    """Seconds that the other side asked us to wait."""
    parts: int = 0
    """How many of several Slack messages have been taken; a retry leaves them out."""
