"""Rich text (RTF) as paragraphs: the words that are printed, and what of their form tells law from notes."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import NamedTuple

from tracker.errors import ExtractionError

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,9})? ?"
    rb"|\\'(?P<hex>[0-9a-fA-F]{2})|\\(?P<symbol>[^a-zA-Z])|(?P<brace>[{}])|(?P<text>[^\\{}\r\n]+)|[\r\n]+|\\"
)
_NOT_PRINTED = frozenset({
    "fonttbl", "colortbl", "stylesheet", "info", "header", "headerl", "headerr", "headerf", "footer", "footerl",
    "footerr", "footerf", "footnote", "annotation", "pict", "object", "objdata", "fldinst", "listtable",
    "listoverridetable", "revtbl", "rsidtbl", "generator", "xmlnstbl", "themedata", "datastore", "latentstyles",
    "filetbl", "xe", "tc", "nonshppict", "userprops", "bkmkstart", "bkmkend", "mmathPr",
})  # fmt: skip
_CHARACTERS = {
    "tab": "\t", "line": "\n", "emdash": "\u2014", "endash": "\u2013", "lquote": "\u2018", "rquote": "\u2019",
    "ldblquote": "\u201c", "rdblquote": "\u201d", "bullet": "\u2022", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
_SYMBOLS = {b"~": "\u00a0", b"_": "-", b"-": "", b"\\": "\\", b"{": "{", b"}": "}"}
_PARAGRAPHS = frozenset({"par", "sect", "page"})
_CODE_PAGES = {"mac": "mac_roman", "pc": "cp437", "pca": "cp850", "ansi": "cp1252"}
_DEEPEST = 200
"""Groups within groups; word processors write ten."""
_LARGEST = 1_000_000
"""Tokens of a document; a chapter of law has some ten thousand."""
_MOST_BYTES = 30 * 2**20
_TOO_LARGE = "The document is far too large for a chapter of law; it was not read."


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A printed paragraph, or a row of a table."""

    text: str
    """With the spaces that do not break, which set labels off from words."""
    lead: str = ""
    """What stands in bold at its start."""
    centred: bool = False
    cells: tuple[str, ...] = ()
    """The cells of a row, in order; empty elsewhere."""


def paragraphs(body: bytes) -> list[Paragraph]:
    """The printed paragraphs in their order; raises ExtractionError for what is not rich text, or not all of it."""
    if len(body) > _MOST_BYTES:
        raise ExtractionError(_TOO_LARGE)
    if not body.strip(b"\0 \t\r\n"):
        raise ExtractionError("The document is empty.")
    start = body[:2048].lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start.startswith(b"{\\rtf"):
        is_page = b"<html" in start.lower() or b"<!doctype html" in start.lower()
        kind = "an HTML page instead of rich text" if is_page else "not rich text"
        raise ExtractionError(f"The document is {kind} (RTF).")
    return _Reader(body).read()


class _State(NamedTuple):
    """What holds inside a group, and ends with it."""

    skipped: bool = False
    bold: bool = False
    hidden: bool = False
    fallback: int = 1
    """How many characters stand in for one that older programs do not know."""
    centred: bool = False


class _Reader:
    """One pass over a document."""

    def __init__(self, body: bytes) -> None:
        self.body = body
        self.codec = "cp1252"
        self.state = _State()
        self.above: list[_State] = []
        self.standing_in = 0
        """Characters still to come that stand in for one that was read."""
        self.raw = bytearray()
        self.runs: list[tuple[str, bool]] = []
        self.cells: list[str] = []
        self.found: list[Paragraph] = []

    def read(self) -> list[Paragraph]:
        position = tokens = 0
        while position < len(self.body):
            token = _TOKEN.match(self.body, position)
            assert token is not None
            position = token.end()
            tokens += 1
            if tokens > _LARGEST:
                raise ExtractionError(_TOO_LARGE)
            if token.lastgroup in ("text", "hex"):
                self._bytes(token)
                continue
            self._flush()
            if (brace := token["brace"]) is not None:
                self._group(brace)
                if not self.above:
                    break
            elif (symbol := token["symbol"]) is not None:
                self._symbol(symbol)
            elif token["word"] is not None:
                position += self._word(token["word"].decode(), token["number"])
        if self.above:
            raise ExtractionError("The document ends before it is complete.")
        self._end_row() if self.cells else self._end_paragraph()
        return self.found

    def _group(self, brace: bytes) -> None:
        self.standing_in = 0
        if brace == b"}":
            self.state = self.above.pop()
            return
        self.above.append(self.state)
        if len(self.above) > _DEEPEST:
            raise ExtractionError("The document is nested too deeply to be read to its end.")

    def _bytes(self, token: re.Match[bytes]) -> None:
        found = token["text"] if token["hex"] is None else bytes.fromhex(token["hex"].decode())
        taken = min(self.standing_in, len(found))
        self.standing_in -= taken
        self.raw += found[taken:]

    def _symbol(self, symbol: bytes) -> None:
        if self.standing_in:
            self.standing_in -= 1
        elif symbol == b"*":
            self.state = self.state._replace(skipped=True)
        elif symbol in b"\r\n":
            self._end_paragraph()
        else:
            self._add(_SYMBOLS.get(symbol, ""))

    def _word(self, word: str, number: bytes | None) -> int:
        """Do what a control word says; the number of raw bytes after it that are none of the document's words."""
        value = int(number) if number is not None else None
        if word == "bin":
            return max(0, value or 0)
        if self.standing_in and (word in _CHARACTERS or word == "u"):
            self.standing_in -= 1
        elif word == "u":
            self._add(chr((value or 0) % 0x10000))
            self.standing_in = self.state.fallback
        elif word in _CHARACTERS:
            self._add(_CHARACTERS[word])
        elif word in _PARAGRAPHS:
            self._end_paragraph()
        elif word == "cell":
            self.cells.append(self._taken()[0])
        elif word == "row":
            self._end_row()
        else:
            self._set(word, value)
        return 0

    def _set(self, word: str, value: int | None) -> None:
        state = self.state
        if word in _NOT_PRINTED:
            self.state = state._replace(skipped=True)
        elif word == "b":
            self.state = state._replace(bold=value != 0)
        elif word in ("v", "deleted"):
            self.state = state._replace(hidden=value != 0)
        elif word == "plain":
            self.state = state._replace(bold=False, hidden=False)
        elif word in ("qc", "ql", "qr", "qj", "pard"):
            self.state = state._replace(centred=word == "qc")
        elif word == "uc":
            self.state = state._replace(fallback=max(0, value or 0))
        elif word == "ansicpg" or word in _CODE_PAGES:
            self._code_page(_CODE_PAGES.get(word) or f"cp{value}")

    def _code_page(self, name: str) -> None:
        known = {"cp0": "cp1252", "cp10000": "mac_roman", "cp65001": "utf-8"}.get(name, name)
        try:
            self.codec = codecs.lookup(known).name
        except LookupError:
            raise ExtractionError(f"The document is written in an unknown code page ({name}).") from None

    def _flush(self) -> None:
        """Read the bytes that were collected: letters of some languages take several."""
        if self.raw:
            self._add(self.raw.decode(self.codec, "replace"))
            self.raw.clear()

    def _add(self, text: str) -> None:
        if text and not (self.state.skipped or self.state.hidden):
            self.runs.append((text, self.state.bold))

    def _taken(self) -> tuple[str, str]:
        """The words since the last end of a paragraph or cell, and those of them in bold at the start."""
        words, lead, leads = [], [], True
        for text, bold in self.runs:
            leads = leads and (bold or not text.strip())
            words.append(text)
            lead.append(text if leads else "")
        self.runs.clear()
        return _joined(words), _joined(lead)

    def _end_paragraph(self) -> None:
        if self.cells or self.state.skipped:
            self.runs = [*self.runs, (" ", False)] if self.cells else self.runs
            return
        text, lead = self._taken()
        self.found.append(Paragraph(text, lead, self.state.centred))

    def _end_row(self) -> None:
        cells = tuple(" ".join(cell.split()) for cell in self.cells)
        self.cells.clear()
        self._taken()
        self.found.append(Paragraph(" ".join(filter(None, cells)), cells=cells))


def _joined(parts: list[str]) -> str:
    """Parts as one text; a letter outside the first plane comes in two halves."""
    return "".join(parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
