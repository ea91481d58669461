"""The words of a PDF and where they stand on its pages, read by PDFium in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tracker.errors import ExtractionError

_CHILD = Path(__file__).with_name("pdf_child.py")
_SECONDS = 25
_MOST_BYTES = 40 * 2**20
_NEAR_END = 2_048
"""Bytes at the end in which a whole document says that it ends."""
_UNKNOWN = 0.1
"""The share of signs without a meaning from which a document counts as unreadable."""
_WHY = {
    "password": "The PDF is encrypted and asks for a password.",
    "damaged": "The PDF is damaged and cannot be opened.",
    "forbidden": "The PDF is encrypted and forbids that its text is copied; ask the publisher for another copy.",
    "form": "The PDF is a form that only Adobe's own programs can fill with words (XFA).",
    "large": "The PDF is far too large for a text of law; it was not read.",
    "page": "Page {} of the PDF is damaged and cannot be read.",
}
_LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}


@dataclass(frozen=True, slots=True)
class Word:
    """A word and the box around it, in points; the text runs to the right, and `top` is above `bottom`."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class Page:
    """The words of a page in the order in which the document draws them."""

    number: int
    left: float
    bottom: float
    right: float
    top: float
    words: tuple[Word, ...]


def pages(body: bytes) -> list[Page]:
    """The pages with what can be seen on them; raises ExtractionError for a PDF without readable words."""
    _check(body)
    answer = _ask(body)
    if "unreadable" in answer:
        name, *details = answer["unreadable"]
        raise ExtractionError(_WHY[name].format(*details))
    drawn = answer["pages"]
    _refuse_scans(drawn)
    found = [_page(number, each) for number, each in enumerate(drawn, 1)]
    text = "".join(word.text for page in found for word in page.words)
    if sum(text.count(sign) for sign in "\ufffd\u2022") > _UNKNOWN * len(text):
        raise ExtractionError("The PDF does not say which letters its fonts draw; its text cannot be read.")
    return found


def _check(body: bytes) -> None:
    """Refuse what is no PDF, and what is not all of one."""
    if len(body) > _MOST_BYTES:
        raise ExtractionError(_WHY["large"])
    if not body.strip(b"\0 \t\r\n"):
        raise ExtractionError("The document is empty.")
    start = body[:2048].lower()
    if b"%pdf-" not in start:
        is_page = b"<html" in start or b"<!doctype html" in start
        raise ExtractionError(f"The document is {'an HTML page instead of a PDF' if is_page else 'no PDF'}.")
    if b"%%EOF" not in body[-_NEAR_END:]:
        raise ExtractionError("The PDF ends before it is complete.")
    if find_spec("pypdfium2") is None:
        raise ExtractionError("The reader of PDFs is not installed: pip install 'access-rules-tracker[pdf]'.")


def _ask(body: bytes) -> dict[str, Any]:
    """What the child says; it is ended when it takes too long or too much memory."""
    command = [sys.executable, "-I", str(_CHILD)]
    try:
        done = subprocess.run(command, input=body, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603
        answer: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {}
    except subprocess.TimeoutExpired:
        answer = {}
    if not answer:
        raise ExtractionError("The PDF could not be read: its reader crashed, or took too much time or memory.")
    return answer


def _refuse_scans(drawn: Sequence[dict[str, Any]]) -> None:
    """Refuse pictures of pages, also those under which a machine has written what it believes to see."""
    seen = [sum(1 for word in page["words"] if word[-1]) for page in drawn]
    guessed = [len(page["words"]) - number for page, number in zip(drawn, seen, strict=True)]
    if sum(guessed) > sum(seen):
        raise ExtractionError("The PDF is a scan with words that a machine has guessed; a person has to read it.")
    empty = sum(1 for number in seen if not number)
    if not sum(seen) or empty > len(drawn) / 2:
        how = "is a scan: it has pictures" if any(page["pictures"] for page in drawn) else "has pages"
        raise ExtractionError(f"The PDF {how} without text ({empty} of {len(drawn)} pages); a person has to read it.")


def _page(number: int, drawn: dict[str, Any]) -> Page:
    """A page turned so that most of its lines run to the right, without slanted, unseen and cut-off words."""
    words = [word for word in drawn["words"] if word[1] is not None and word[-1]]
    turns = Counter(word[1] for word in words)
    quarter = turns.most_common(1)[0][0] if turns else 0
    left, bottom, right, top = _turned(drawn["box"], quarter)
    upright = [Word(_letters(word[0]), *_turned(word[2:6], quarter)) for word in words if word[1] == quarter]
    inside = [
        word
        for word in upright
        if left <= (word.left + word.right) / 2 <= right and bottom <= (word.bottom + word.top) / 2 <= top
    ]
    return Page(number, left, bottom, right, top, tuple(inside))


def _turned(box: Sequence[float], quarter: int) -> tuple[float, float, float, float]:
    """A box as it stands when the page is turned back."""
    left, bottom, right, top = box
    if quarter == 1:
        return bottom, -right, top, -left
    if quarter == 2:
        return -right, -top, -left, -bottom
    if quarter == 3:
        return -top, left, -bottom, right
    return left, bottom, right, top


def _letters(text: str) -> str:
    """A word without ligatures, and without hyphens that are not printed."""
    for sign, letters in _LIGATURES.items():
        text = text.replace(sign, letters)
    return text.replace("\u2010", "-").replace("\u00ad", "-" if text.endswith("\u00ad") else "")
