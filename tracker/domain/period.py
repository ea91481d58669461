"""Half-open periods of days, with an open end as None."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `start` up to, and not including, `end`; no end means open.

    Half-open as in SQL:2011: two periods that meet share no day and leave none out.
    Raises ValueError for a period without a day in it.
    """

    start: date
    end: date | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise ValueError(f"a period must end after it starts: {self.start} to {self.end}")

    def __contains__(self, day: date) -> bool:
        return self.start <= day and (self.end is None or day < self.end)

    def overlaps(self, other: Period) -> bool:
        """Whether there is a day in both."""
        return (self.end is None or other.start < self.end) and (other.end is None or self.start < other.end)

    def until(self, day: date) -> Period | None:
        """The part before `day`, or None where there is none."""
        if day <= self.start:
            return None
        return Period(self.start, day if self.end is None else min(day, self.end))
