"""The coverage table of the README, made from the baselines: `python -m tests.coverage_table` writes it anew."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from tracker.cli.coverage_text import LEGEND, SHOWN, cell, totals
from tracker.services.coverage import Place, coverage
from tracker.services.workspace import Workspace
from tracker.settings import Settings

README = Path(__file__).resolve().parents[1] / "README.md"
BEGIN, END = "<!-- coverage: python -m tests.coverage_table -->", "<!-- end of coverage -->"
ON = date(2026, 11, 20)
"""The day on which the values were coded: the table must not change by itself."""


def table() -> str:
    """What stands between the marks in the README."""
    with TemporaryDirectory() as home:
        workspace = Workspace(Settings(home=Path(home)))
        with workspace.database.read() as conn:
            places = coverage(workspace, conn, ON)
        workspace.database.close()
    heads = ["jurisdiction", "topics", *SHOWN.values()]
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += ["| " + " | ".join(row(place)) + " |" for place in places if place.topics]
    listed = ", ".join(f"{place.name} ({place.jurisdiction})" for place in places if not place.topics)
    return f"{totals(places)} {LEGEND}\n\n" + "\n".join(lines) + f"\n\nOfficial addresses only: {listed}.\n"


def row(place: Place) -> list[str]:
    """One jurisdiction."""
    count = f"{len(place.topics)}{'*' if place.full else ''}"
    return [f"{place.name} `{place.jurisdiction}`", count.replace("*", "\\*"), *(cell(place, topic) for topic in SHOWN)]


def written(text: str) -> str:
    """A README with the table as it is now."""
    head, _, rest = text.partition(BEGIN)
    return head + BEGIN + "\n\n" + table() + "\n" + END + rest.partition(END)[2]


if __name__ == "__main__":
    README.write_text(written(README.read_text("utf-8")), "utf-8")
    sys.stdout.write(f"wrote {README}\n")
