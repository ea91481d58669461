"""Fingerprints of passages: a passage can be found again, and a coding checked, without keeping anybody's words."""

from __future__ import annotations

from hashlib import sha256

from tracker.domain.coding import Fingerprint
from tracker.extract.normalise import comparable


def fingerprint(passage: str) -> Fingerprint:
    """The fingerprint of a passage: typography, case, punctuation and the two ways of writing a number do not count."""
    words = comparable(passage).split()
    return Fingerprint(_hash(words), len(words))


def stands_in(wanted: Fingerprint, text: str) -> bool:
    """Whether the passage stands in a text, word for word."""
    words = comparable(text).split()
    windows = range(len(words) - wanted.words + 1)
    return any(_hash(words[start : start + wanted.words]) == wanted.sha256 for start in windows)


def _hash(words: list[str]) -> str:
    return sha256(" ".join(words).encode()).hexdigest()
