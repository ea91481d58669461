"""What a delivery needs to know besides the words and the target."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt to hand one digest to one target."""

    id: str
    """The same for every attempt; names the message, so that a second copy can be recognised."""
    at: datetime
    sender: str = ""
    reply_to: str = ""
    smtp_url: str = field(default="", repr=False)
    unsubscribe_url: str = field(default="", repr=False)
    allow_hosts: tuple[str, ...] = ()
    """Hosts besides Slack's that the operator allows webhooks to lead to, by name."""
    parts_sent: int = 0
    """How many of several Slack messages an earlier attempt has handed over."""
