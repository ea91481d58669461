"""Words without their typography: what may differ between two printings of the same law."""

from __future__ import annotations

import re
from functools import lru_cache

from tracker.extract.numbers import WORD_NUMBERS

_FOLD = {
    "\u2018": "'", "\u2019": "'", "\u201a": "'", "\u201b": "'", "\u02bc": "'", "\u2032": "'",
    "\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2033": '"', "«": '"', "»": '"',
    "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-",
    "\u00a0": " ", "\u2007": " ", "\u2009": " ", "\u202f": " ", "\u200a": " ",
}  # fmt: skip
_SPACE = re.compile(r"\s+")
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_INITIALS = "".join(sorted({word[0] for word in WORD_NUMBERS}))
_NUMBER_WORD = re.compile(
    rf"\b(?=[{_INITIALS}])(" + "|".join(sorted(WORD_NUMBERS, key=len, reverse=True)) + r")\b", re.IGNORECASE
)
_NUMBER_TWICE = re.compile(r"\b(\d+)\s*\(\s*\1\s*\)")
_NOT_WORD = re.compile(r"[^\w%$€£.]+|\.(?!\d)")
_RENAMED = ((re.compile(r"\bmari[jh]uana\b"), "cannabis"),)


def spaced(text: str) -> str:
    """Text with every run of white space as one space and nothing invisible in it."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    words = " ".join(text.split())
    return words if words.isprintable() else " ".join(_INVISIBLE.sub("", words).split())


def fold(text: str) -> str:
    """Text with plain quotes, dashes and spaces, character for character: positions stay the same."""
    if text.isascii():
        return text
    for printed, plain in _FOLD.items():
        # Far faster than str.translate, which looks up every letter.
        text = text.replace(printed, plain)
    return text


@lru_cache(maxsize=65_536)
def comparable(text: str) -> str:
    """Text without case, punctuation and the two ways of writing a number: equal means the same words."""
    return worded(text).lower()


def worded(text: str) -> str:
    """Comparable text that keeps its capitals."""
    words = _NUMBER_WORD.sub(lambda found: str(WORD_NUMBERS[found.group(1).lower()]), fold(spaced(text)))
    return " ".join(_NOT_WORD.sub(" ", _NUMBER_TWICE.sub(r"\1", words)).split())


def same_terms(text: str) -> str:
    """Comparable text in which renamed things carry one name."""
    words = comparable(text)
    for pattern, name in _RENAMED:
        words = pattern.sub(name, words)
    return words


def squeezed(text: str) -> str:
    """Folded text without white space, to find a quote again whatever the markup between its words."""
    return _SPACE.sub("", fold(_INVISIBLE.sub("", text)))
