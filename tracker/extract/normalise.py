"""Words without their typography: what may differ between two printings of the same law."""

from __future__ import annotations

import re
from collections.abc import Callable
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
    words = _NUMBER_WORD.sub(_in_digits, fold(spaced(text)))
    return " ".join(_NOT_WORD.sub(" ", _NUMBER_TWICE.sub(r"\1", words)).split())


def word_spans(text: str) -> list[tuple[str, int, int]]:
    """The words of `comparable(text)`, each with where it stands in the text; a number written twice is one word."""
    said, begins, ends = fold(text), list(range(len(text))), list(range(1, len(text) + 1))
    for pattern, by in _WORD_BY_WORD:
        said, begins, ends = _replaced(said, begins, ends, pattern, by)
    return [
        (found.group().lower(), begins[found.start()], ends[found.end() - 1]) for found in re.finditer(r"\S+", said)
    ]


def _in_digits(found: re.Match[str]) -> str:
    return str(WORD_NUMBERS[found.group(1).lower()])


_WORD_BY_WORD: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (_SPACE, lambda _: " "),
    (_INVISIBLE, lambda _: ""),
    (_SPACE, lambda _: " "),
    (_NUMBER_WORD, _in_digits),
    (_NUMBER_TWICE, lambda found: found.group(1)),
    (_NOT_WORD, lambda _: " "),
)
"""What `comparable` does to a text, one after the other."""


def _replaced(
    text: str,
    begins: list[int],
    ends: list[int],
    pattern: re.Pattern[str],
    by: Callable[[re.Match[str]], str],
) -> tuple[str, list[int], list[int]]:
    """Text with what a pattern finds replaced, and for each letter where that which it stands for begins and ends."""
    parts: list[str] = []
    now_begins: list[int] = []
    now_ends: list[int] = []
    at = 0
    for found in pattern.finditer(text):
        start, stop = found.span()
        new = by(found)
        parts += [text[at:start], new]
        now_begins += [*begins[at:start], *[begins[start]] * len(new)]
        now_ends += [*ends[at:start], *[ends[stop - 1]] * len(new)]
        at = stop
    parts.append(text[at:])
    return "".join(parts), [*now_begins, *begins[at:]], [*now_ends, *ends[at:]]


def same_terms(text: str) -> str:
    """Comparable text in which renamed things carry one name."""
    words = comparable(text)
    for pattern, name in _RENAMED:
        words = pattern.sub(name, words)
    return words


def squeezed(text: str) -> str:
    """Folded text without white space, to find a quote again whatever the markup between its words."""
    return _SPACE.sub("", fold(_INVISIBLE.sub("", text)))
