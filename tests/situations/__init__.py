"""Situations in which watchers of pages give false alarms, served to a whole installation."""

from __future__ import annotations

from pathlib import Path

README = Path(__file__).with_name("README.md")
BEGIN, END = "<!-- situations: python -m tests.situations -->", "<!-- end of situations -->"


def written(text: str, table: str) -> str:
    """A README with the table as it is now."""
    head, _, rest = text.partition(BEGIN)
    return f"{head}{BEGIN}\n\n{table}\n\n{END}{rest.partition(END)[2]}"
