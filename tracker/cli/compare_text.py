"""Rules side by side on a terminal."""

from __future__ import annotations

import shutil
import textwrap
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import zip_longest
from typing import Any

import click

from tracker.cli.output import NOTICE, printable
from tracker.domain.rule import Level
from tracker.domain.vocabulary import Vocabulary
from tracker.domain.wording import long_date
from tracker.services.brief import cell

_NARROWEST = 17
"""A column with fewer characters than this is not read but decoded."""
_LINES = 7
_GAP = "  "


def show(found: Mapping[str, Any], words: Vocabulary) -> None:
    """Print what `services.compare` found, as wide as the terminal, at most 160 columns."""
    names = found["jurisdictions"]
    width = min(shutil.get_terminal_size((80, 24)).columns, 160)
    rows = [
        (row["name"], {code: cell(row["cells"][code], words) for code in names})
        for row in found["rows"]
        if any(row["cells"].values())
    ]
    click.echo(click.style(f"Rules on {long_date(date.fromisoformat(found['as_of']))}", bold=True))
    if not rows:
        click.echo("Nothing is recorded of these topics. That says nothing about the law.")
        return
    column = (width - len(names) * len(_GAP)) // (len(names) + 1)
    (_across if column >= _NARROWEST else _below)(names, rows, width, column)
    click.echo()
    for sentence in (
        *_unmet(found),
        "? is not known, which says nothing about the law. Citations and whole lists: --format csv.",
        NOTICE,
    ):
        click.echo(textwrap.fill(sentence, min(width, 100)))


def _unmet(found: Mapping[str, Any]) -> Iterator[str]:
    """How many values rest on texts that no crawl of this installation has met."""
    values = [rule for row in found["rows"] for cell in row["cells"].values() for rule in cell]
    unmet = sum(rule["level"] != Level.READ and not rule["quote"] for rule in values)
    if unmet:
        yield f"{unmet} of {len(values)} values are not yet confirmed by a crawl; --format csv says how old they are."


def _across(names: Mapping[str, str], rows: list[tuple[str, dict[str, str]]], width: int, column: int) -> None:
    heads = ["", *(f"{name} ({code})" for code, name in names.items())]
    _row(heads, column, bold=True)
    click.echo("─" * width)
    for name, cells in rows:
        _row([name, *(cells[code] or "?" for code in names)], column)
        click.echo()


def _row(texts: list[str], column: int, *, bold: bool = False) -> None:
    blocks = [_wrapped(printable(text), column) for text in texts]
    for line in zip_longest(*blocks, fillvalue=""):
        text = _GAP.join(each.ljust(column) for each in line).rstrip()
        click.echo(click.style(text, bold=True) if bold else text)


def _wrapped(text: str, column: int) -> list[str]:
    return textwrap.wrap(text, column, max_lines=_LINES, placeholder=" …", break_long_words=True)


def _below(names: Mapping[str, str], rows: list[tuple[str, dict[str, str]]], width: int, column: int) -> None:
    """One place below the other, where they do not fit beside each other."""
    label = max(len(code) for code in names) + 2
    for name, cells in rows:
        click.echo(click.style(name, bold=True))
        for code in names:
            wrapper = textwrap.TextWrapper(
                width, f"  {code.ljust(label)}", " " * (label + 4), max_lines=_LINES, placeholder=" …"
            )
            click.echo(wrapper.fill(printable(cells[code] or "?")))
