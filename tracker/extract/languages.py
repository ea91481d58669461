"""Whether a text is in the language that was declared: by its own small words first, and by what it calls itself."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

_NAMES = {
    "cs": "Czech", "da": "Danish", "de": "German", "en": "English", "es": "Spanish", "fi": "Finnish", "fr": "French",
    "it": "Italian", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "sv": "Swedish",
}  # fmt: skip
_SAME = {"nb": "no", "nn": "no", "iw": "he", "in": "id"}
"""Codes under which a language is named too."""
_SMALL_WORDS = {
    "en": "the and which with that this from shall are any been their when such",
    "fr": "est une dans pour sur cette être avec sont aux leur ces peut lorsque",
    "de": "und nicht ist mit für auf werden wird eine einer oder sich durch zur zum",
    "es": "los las y más según también sus hasta deberá podrá cuando",
}
"""Words that each of these languages uses all the time, and the others and their neighbours hardly ever."""
_LANGUAGES = {word: language for language, words in _SMALL_WORDS.items() for word in words.split()}
_WORD = re.compile(r"[^\W\d_]+")
_HTML = re.compile(rb"<html\b[^>]*?\slang\s*=\s*[\"']?([a-z]{2,3})\b", re.IGNORECASE)
_MOST = 12_000
"""Characters that tell a language; of a longer text, pieces from all over it are taken."""
_FEW = 40
"""Words in which too little can be seen."""
_CLEARLY = 0.03
"""Share of its small words from which on a text is in a language; running text has twice that, any other a tenth."""
_HARDLY = 0.01
"""Share below which a text of some length is not in it."""


def mistaken(declared: str, texts: Sequence[str], says: str = "") -> str | None:
    """Why a document is not in the language that was declared, or None where it is or where nothing can be said.

    `says` is how the document calls its language, which templates and servers often get wrong: it counts only where
    the words leave it open.
    """
    words = [word.lower() for text in _pieces(texts) for word in _WORD.findall(text)]
    counts = Counter(_LANGUAGES[word] for word in words if word in _LANGUAGES)
    share = {language: counts[language] / max(len(words), 1) for language in _SMALL_WORDS}
    wanted = _code(declared)
    if len(words) >= _FEW:
        likely = max(share, key=lambda language: share[language])
        if likely != wanted and share[likely] >= max(_CLEARLY, 4 * share.get(wanted, 0.0)):
            return f"It is in {_named(likely)}, and {_named(wanted)} was declared."
        if share.get(wanted, 0.0) >= _CLEARLY:
            return None
    called = {_code(each) for each in re.split(r"[,;\s]+", says) if each}
    denied = len(words) >= _FEW and any(share.get(each, 1.0) < _HARDLY for each in called)
    if called and wanted not in called and not denied:
        return f"It says that it is in {_named(min(called))}, and {_named(wanted)} was declared."
    return None


def said(body: bytes, header: str = "") -> str:
    """How a document calls its language: in the element that holds the whole page, else in the answer's header."""
    found = _HTML.search(body[:8192])
    return found.group(1).decode("ascii") if found else header


def _pieces(texts: Sequence[str]) -> Iterable[str]:
    step = max(1, sum(map(len, texts)) // _MOST)
    return (text[: _MOST // 4] for text in texts[::step])


def _code(language: str) -> str:
    code = re.split(r"[-_]", language.strip().lower())[0]
    return _SAME.get(code, code)


def _named(code: str) -> str:
    return _NAMES.get(code, f'the language "{code}"')
