"""A process of its own that reads one PDF from standard input and writes where its words stand, as JSON.

PDFium is native code: here it may crash, hang or eat memory without harm to anybody else. Nothing of the tracker is
imported, so that it starts quickly.
"""

from __future__ import annotations

import ctypes
import json
import math
import re
import sys
from collections.abc import Iterator
from typing import Any

_SECONDS = 12
_BYTES = 2 * 1024**3
_MOST_PAGES = 2_000
_MOST_CHARACTERS = 4_000_000
_INVISIBLE = 3
"""The rendering mode of text that lies unseen over a picture of itself."""
_MAY_COPY = 0x10
_XFA = 2
_SYMBOLS = range(0xF020, 0xF100)
"""Where fonts of signs keep their bullets."""
_NO_LETTERS = range(0xD800, 0xF900)
"""Codes that say of no letter which it is."""


class Unreadable(Exception):
    """Why a PDF cannot be read, by a name that the parent knows."""


def main() -> None:
    """Read, and write either `pages` or why there are none."""
    _limit()
    try:
        answer = {"pages": list(_pages(sys.stdin.buffer.read()))}
    except Unreadable as error:
        answer = {"unreadable": list(error.args)}
    json.dump(answer, sys.stdout)


def _limit() -> None:
    """Make the system end this process when it takes too much."""
    try:
        import resource
    except ImportError:  # not everywhere
        return
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))


def _pages(body: bytes) -> Iterator[dict[str, Any]]:
    import pypdfium2
    from pypdfium2 import raw

    try:
        document = pypdfium2.PdfDocument(body)
        count = len(document)
    except pypdfium2.PdfiumError as error:
        raise Unreadable("password" if error.err_code == raw.FPDF_ERR_PASSWORD else "damaged") from None
    if not raw.FPDF_GetDocPermissions(document.raw) & _MAY_COPY:
        raise Unreadable("forbidden")
    if document.get_formtype() == _XFA:
        raise Unreadable("form")
    if count > _MOST_PAGES:
        raise Unreadable("large")
    left = _MOST_CHARACTERS
    for number in range(count):
        try:
            page = document[number]
            text = page.get_textpage()
        except pypdfium2.PdfiumError:
            raise Unreadable("page", number + 1) from None
        characters = text.count_chars()
        left -= characters
        if left < 0:
            raise Unreadable("large")
        words = list(_Text(raw, text.raw).words(characters))
        pictures = bool(words) or any(True for _ in page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=3))
        yield {"box": page.get_cropbox(), "words": words, "pictures": pictures}
        text.close()
        page.close()


class _Text:
    """The characters of one page."""

    def __init__(self, raw: Any, text: Any) -> None:
        self.raw, self.text = raw, text
        self.x, self.y = ctypes.c_double(), ctypes.c_double()
        self.one, self.other = raw.FS_RECTF(), raw.FS_RECTF()

    def words(self, characters: int) -> Iterator[list[Any]]:
        """Each word with the quarter turn of its line, its box, and whether it is seen."""
        read, text = self.raw.FPDFText_GetUnicode, self.text
        line = "".join([_sign(read(text, index)) for index in range(characters)])
        for word in re.finditer(r"\S+", line):
            quarter = _quarter(self.raw.FPDFText_GetCharAngle(text, word.start()))
            for first, last in self.level(word.start(), word.end() - 1, quarter or 0, any(map(str.isdigit, word[0]))):
                mode = self.raw.FPDFTextObj_GetTextRenderMode(self.raw.FPDFText_GetTextObject(text, first))
                yield [line[first : last + 1], quarter, *self.box(first, last), mode != _INVISIBLE]

    def level(self, start: int, end: int, quarter: int, figures: bool) -> Iterator[tuple[int, int]]:
        """The parts of a word that stand on one line: PDFium joins what a hyphen divides, and raised figures."""
        base = self.base(start, quarter)
        if not figures and base == self.base(end, quarter):
            yield start, end
            return
        for index in range(start + 1, end + 1):
            now = self.base(index, quarter)
            left, bottom, right, top = self.box(start, start)
            if abs(now - base) > 0.15 * (right - left if quarter % 2 else top - bottom):
                yield start, index - 1
                start, base = index, now
        yield start, end

    def base(self, index: int, quarter: int) -> float:
        """How high a character stands, on a page turned so that its line runs to the right."""
        self.raw.FPDFText_GetCharOrigin(self.text, index, self.x, self.y)
        return (self.y.value, -self.x.value, -self.y.value, self.x.value)[quarter]

    def box(self, first: int, last: int) -> tuple[float, float, float, float]:
        """The box around two characters and what stands between them."""
        one, other = self.one, self.other
        self.raw.FPDFText_GetLooseCharBox(self.text, first, one)
        self.raw.FPDFText_GetLooseCharBox(self.text, last, other)
        return (
            min(one.left, other.left),
            min(one.bottom, other.bottom),
            max(one.right, other.right),
            max(one.top, other.top),
        )


def _sign(code: int) -> str:
    """What a character code prints; PDFium marks the hyphen that divides a word."""
    if 31 < code < 0xD800:
        return chr(code)
    if code == 2 or 8 < code < 14:
        return "-" if code == 2 else " "
    if code in _SYMBOLS:
        return "\u2022"
    return "\ufffd" if code < 32 or code in _NO_LETTERS or code in (0xFFFE, 0xFFFF) else chr(code)


def _quarter(angle: float) -> int | None:
    """How many quarter turns to the left a line runs, from an angle to the right; None for one that is slanted."""
    turns = angle / (math.pi / 2)
    return -round(turns) % 4 if abs(turns - round(turns)) < 0.1 else None


if __name__ == "__main__":
    main()
