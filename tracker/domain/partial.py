"""Dates of which only the year or the month is known."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date

_FORM = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


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
        return date(*self._parts(1, 1))

    @property
    def last(self) -> date:
        """The last day that it may mean: what began then has begun on that day at the latest."""
        year, month, _ = self._parts(12, 1)
        return date(*self._parts(12, calendar.monthrange(year, month)[1]))

    @property
    def exact(self) -> bool:
        """Whether it is one day."""
        return self.text.count("-") == 2

    def _parts(self, month: int, day: int) -> tuple[int, int, int]:
        """Year, month and day, where month and day are not known as given."""
        found = _FORM.fullmatch(self.text)
        assert found is not None
        return int(found[1]), int(found[2] or month), int(found[3] or day)

    def __str__(self) -> str:
        return self.text
