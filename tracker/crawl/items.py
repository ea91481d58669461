"""What travels through the engine: a capture with its bytes, and the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass

from scrapy.exceptions import IgnoreRequest

from tracker.domain.capture import Capture, Outcome


@dataclass(frozen=True, slots=True)
class Fetched:
    """A capture whose bytes are not archived yet."""

    capture: Capture
    body: bytes


class NoDocument(IgnoreRequest):
    """A request that brings no document, raised by our middlewares with the outcome to record."""

    def __init__(self, outcome: Outcome, reason: str) -> None:
        super().__init__(reason)
        self.outcome, self.reason = outcome, reason
