"""What the demonstration puts on the screen: calm, eighty columns, colour only on a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext

from rich.console import Console
from rich.text import Text

_WIDTH = 78
_INDENT = "   "


class Screen:
    """Headings, lines, lists with a hanging indent, and labelled facts."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def step(self, number: int, title: str) -> None:
        """The heading of a step."""
        self.blank()
        self._print(f"{number}  {title}", "bold")
        self.blank()

    def title(self, text: str) -> None:
        """A heading without a number."""
        self.blank()
        self._print(text, "bold")
        self.blank()

    def text(self, text: str, style: str = "") -> None:
        """Running text."""
        self._filled(text, _INDENT, _INDENT, style)

    def row(self, label: str, text: str, width: int = 19, style: str = "", more: str = "") -> None:
        """A label in a column of its own, and text beside it; `more` continues it in plain type."""
        head = f"{_INDENT}{label:<{width}}"
        filled = textwrap.fill(
            f"{text}{more}",
            _WIDTH,
            initial_indent=head,
            subsequent_indent=" " * len(head),
            break_long_words=False,
            break_on_hyphens=False,
        )
        line = Text(filled)
        if style:
            line.stylize(style, len(head), len(head) + len(text))
        self._console.print(line, soft_wrap=True)

    def commands(self, rows: Iterable[tuple[str, str]]) -> None:
        """Commands to type, each with what it does."""
        rows = list(rows)
        width = max(len(command) for command, _ in rows) + 3
        for command, what in rows:
            self.row(command, what, width)

    def verbatim(self, text: str, style: str = "") -> None:
        """A line that is never broken, such as an address or a path."""
        self._print(f"{_INDENT}{text}", style)

    def busy(self, text: str) -> AbstractContextManager[object]:
        """Shows on a terminal that something is going on while the block runs."""
        return self._console.status(text) if self._console.is_terminal else nullcontext()

    def blank(self) -> None:
        """An empty line."""
        self._console.print()

    def _filled(self, text: str, first: str, later: str, style: str) -> None:
        filled = textwrap.fill(
            text,
            _WIDTH,
            initial_indent=first,
            subsequent_indent=later,
            break_long_words=False,
            break_on_hyphens=False,
        )
        self._print(filled, style)

    def _print(self, text: str, style: str = "") -> None:
        self._console.print(Text(text, style=style), soft_wrap=True)
