"""Dates of which only the year or the month is known."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

_FORM = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A year, a month or a day as ISO 8601 writes it: 2014, 2014-05, 2014-05-29. Raises ValueError."""

    text: str

    def __post_init__(self) -> None:
        if not _FORM.fullmatch(self.text):
            raise ValueError(f"{self.text!r} is not a date; write it as 2021-11-16, 2021-11 or 2021")
        try:
            _ = self.first
        except ValueError:
            raise ValueError(f"{self.text!r} is not a date that exists") from None

    @property
    def first(self) -> date:
        """The first day that it may mean."""
        year, month, day = self._parts()
        return date(year, month or 1, day or 1)

    @property
    def last(self) -> date:
        """The last day that it may mean: what began then has begun on that day at the latest."""
        year, month, day = self._parts()
        month = month or 12
        return date(year, month, day or calendar.monthrange(year, month)[1])

    @property
    def exact(self) -> bool:
        """Whether it is one day."""
        return self.text.count("-") == 2

    def _parts(self) -> tuple[int, int, int]:
        year, month, day = (int(part) if part else 0 for part in _FORM.fullmatch(self.text).groups())  # type: ignore[union-attr]
        return year, month, day

    def __str__(self) -> str:
        return self.text
