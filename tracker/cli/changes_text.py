"""Changes on a screen: when, what, in which direction, on which words."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import click

from tracker.domain.rule import Status
from tracker.domain.vocabulary import Vocabulary
from tracker.domain.wording import long_date, status_word

_WIDTH = 80
_REVIEW = {
    "waiting": "critical: waits for a person before it is announced",
    "accepted": "confirmed by a person",
    "rejected": "rejected by a person: not announced",
}
_CAUSE = {"extractor": "we read the same text better: no change in law", "review": "a person corrected us"}


def show(rows: Sequence[dict[str, Any]], words: Vocabulary) -> None:
    """Print changes of `answers.changes`."""
    for row in rows:
        (_text if row["topic"] is None else _rule)(row, words)
    rules = sum(row["topic"] is not None for row in rows)
    texts = len(rows) - rules
    click.echo(
        f"{_count(rules, 'rule change')}" + (f", {_count(texts, 'change')} of words only" if texts else "") + "."
    )


def _rule(row: dict[str, Any], words: Vocabulary) -> None:
    start, end = row["valid_from"], row["valid_to"]
    status = status_word(
        Status(row["status"]), date.fromisoformat(start) if start else None, date.fromisoformat(end) if end else None
    )
    _say(f"{_seen(row)}  {status}  {row['severity']}, {row['direction']}", "", bold=True)
    _say(row["summary"])
    for name in ("before", "after"):
        side = row[name]
        if side is not None:
            quote = f" “{_short(side['quote'])}”" if side["quote"] else ""
            _say(f"{name}: {side['display']}{quote}")
    _say(f"{row['citation']}  {row['url']}")
    for note in (_CAUSE.get(row["cause"]), _REVIEW.get(row["review"])):
        if note:
            _say(note)
    click.echo()


def _text(row: dict[str, Any], words: Vocabulary) -> None:
    _say(f"{_seen(row)}  words only: {row['kind'].replace('_', ' ')}  {row['source']}", "", bold=True)
    marks = {"keep": "{}", "delete": "[-{}-]", "insert": "{{+{}+}}"}
    line = " ".join(
        marks[name].format(_middle(text) if name == "keep" else text)
        for step in row["redline"]
        for name, text in step.items()
    )
    _say(f"{row['citation']}: {line}")
    click.echo()


def _say(text: str, indent: str = "  ", *, bold: bool = False) -> None:
    filled = textwrap.fill(
        text,
        _WIDTH,
        initial_indent=indent,
        subsequent_indent=indent + "  ",
        break_on_hyphens=False,
        break_long_words=False,
    )
    click.echo(click.style(filled, bold=bold) if bold else filled)


def _seen(row: dict[str, Any]) -> str:
    return f"observed {long_date(datetime.fromisoformat(row['observed_at']).date())}"


def _short(text: str) -> str:
    return text if len(text) <= 220 else text[:219] + "…"


def _middle(text: str) -> str:
    """Unchanged words around a change, with the middle left out where they are many."""
    parts = text.split()
    return text if len(parts) <= 16 else " ".join([*parts[:7], "…", *parts[-7:]])


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
