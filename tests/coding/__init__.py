"""How far two independent codings of the same official words agree, counted from second.yml."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

from tracker.content import load_yaml

Row = dict[str, Any]
FILE = Path(__file__).with_name("second.yml")
_Z = 1.959964
"""Two-sided 95 % quantile of the normal distribution."""


@dataclass(frozen=True)
class Agreement:
    """A share of rows with its 95 % interval (Wilson, 1927)."""

    agreed: int
    of: int

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper end."""
        share, n = self.agreed / self.of, self.of
        centre = share + _Z**2 / (2 * n)
        width = _Z * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
        return (centre - width) / (1 + _Z**2 / n), (centre + width) / (1 + _Z**2 / n)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.agreed} of {self.of} ({self.agreed / self.of:.0%}, 95 % interval {low:.0%} to {high:.0%})"


def rows() -> list[Row]:
    """The values that were coded twice."""
    loaded: list[Row] = load_yaml(FILE)
    return loaded


def values(coded: list[Row]) -> Agreement:
    """In how many rows both coders gave the same value."""
    verdicts = Counter(row["verdict"] for row in coded)
    return Agreement(verdicts["same"] + verdicts["same_meaning"], len(coded))


def qualifiers(coded: list[Row]) -> Agreement:
    """In how many rows both coders narrowed the rule alike."""
    return Agreement(sum(row["first"]["qualifier"] == row["second"]["qualifier"] for row in coded), len(coded))


def upheld(coded: list[Row]) -> Agreement:
    """Of the rows in which the values differed, how many kept the first one."""
    disputed = [row for row in coded if row["verdict"] in ("first", "second", "removed")]
    return Agreement(sum(row["verdict"] == "first" for row in disputed), len(disputed))


def report() -> str:
    """The agreement in one paragraph, as the documentation quotes it."""
    coded = rows()
    return (
        f"Same value: {values(coded)}. Same qualifier: {qualifiers(coded)}. "
        f"Where the values differed, the first was kept in {upheld(coded).agreed} of {upheld(coded).of}."
    )
