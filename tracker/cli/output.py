"""Listings on standard output: a table for people, JSON and CSV for programs."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

import click

_F = TypeVar("_F", bound=Callable[..., Any])

NOTICE = (
    "Information about public rules, not legal or medical advice. Do not stop or change treatment because of it: read "
    "the official text, and ask a qualified professional before you act."
)
"""Stands below every answer about the law; messages and pages carry the longer one."""

_GAP = 2
_LINES = 8
"""A cell that would be higher than this is not put into a table."""
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
"""What a page could use to write elsewhere on a terminal, or to show its words in another order."""
_FORMULA = re.compile(r"[=@\t\r]|[+-](?!\d+(?:[.,]\d+)?$)")
"""How a cell begins that a spreadsheet would run as a formula."""


def format_option(function: _F) -> _F:
    """Give a command `--format table|json|csv`; it arrives as `fmt`."""
    choice = click.Choice(["table", "json", "csv"])
    return click.option("--format", "fmt", type=choice, default="table", show_default=True, help="Of the output.")(
        function
    )


def emit(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str], fmt: str) -> None:
    """Print rows: the named columns as a table or as CSV, everything there is as JSON.

    A table too wide for its words is printed as one block for each row. Page content is hostile: what would steer a
    terminal is taken out of tables, what a spreadsheet would run is disarmed in CSV; JSON is exact.
    """
    if fmt == "json":
        emit_json([dict(row) for row in rows])
    elif fmt == "csv":
        click.echo(_csv(rows, columns), nl=False)
    else:
        _table([[printable(_text(row.get(key))) for key in columns] for row in rows], list(columns.values()))


def emit_json(value: Any) -> None:
    """Print one object as JSON."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    """A progress bar on standard error where that is a terminal; yields what moves it on by one."""
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


def printable(text: str) -> str:
    """Text without control characters and changes of writing direction."""
    return _UNSEEN.sub(" ", text)


def _csv(rows: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for row in rows:
        cells = [_text(row.get(key)) for key in columns]
        writer.writerow([f"'{cell}" if _FORMULA.match(cell) else cell for cell in cells])
    return out.getvalue()


def _table(rows: Sequence[Sequence[str]], heads: Sequence[str]) -> None:
    from rich.cells import cell_len
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False, markup=False, emoji=False)
    shown = [[head, *(row[at] for row in rows)] for at, head in enumerate(heads)]
    least = [max((cell_len(word) for cell in column for word in cell.split()), default=1) for column in shown]
    wanted = [max(map(cell_len, column)) for column in shown]
    widths = _widths(least, wanted, console.width - _GAP * len(heads))
    if widths is None or any(want > _LINES * width for want, width in zip(wanted, widths, strict=True)):
        _blocks(console, rows, heads)
        return
    table = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="bold")
    for head, width in zip(heads, widths, strict=True):
        table.add_column(head, width=width, overflow="fold")
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _widths(least: Sequence[int], wanted: Sequence[int], room: int) -> list[int] | None:
    """What each column gets: its longest word, and of the rest a share of what it still wants; None without room."""
    spare, missing = room - sum(least), sum(wanted) - sum(least)
    if spare < 0:
        return None
    if missing <= spare:
        return list(wanted)
    return [low + spare * (want - low) // missing for low, want in zip(least, wanted, strict=True)]


def _blocks(console: Any, rows: Sequence[Sequence[str]], heads: Sequence[str]) -> None:
    """Each row as lines of head and cell, for cells that would not stand side by side."""
    from rich.table import Table
    from rich.text import Text

    for number, row in enumerate(rows):
        if number:
            console.print()
        block = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, show_header=False)
        block.add_column(style="bold", no_wrap=True)
        block.add_column(overflow="fold")
        for head, cell in zip(heads, row, strict=True):
            if cell:
                block.add_row(head, Text(cell))
        console.print(block)


def _text(value: Any) -> str:
    """A cell as one string; a mapping of words is written as a qualifier is."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        if all(isinstance(item, str) for item in value.values()):
            return ";".join(f"{key}={value[key]}" for key in sorted(value))
        return json.dumps(value, ensure_ascii=False, default=_plain)
    if isinstance(value, (list, tuple)):
        return ", ".join(_text(item) for item in value)
    return str(_plain(value))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else str(value)
