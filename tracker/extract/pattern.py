"""Declared words as patterns: what a reviewer writes, compiled once per source.

    {quantity} {money} {duration} {number} {age} {date} {terms} {words}   where a value stands
    ...                                                                   any words, within the passage
    <ounces|grams>                                                        one of these
    [in writing]                                                          may be missing

Case, typography, labels of paragraphs such as (a) or 1. and commas make no difference; "marijuana" finds "cannabis".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from tracker.extract import numbers
from tracker.extract.normalise import fold, spaced

if TYPE_CHECKING:
    from tracker.domain.vocabulary import Vocabulary

VALUES = ("quantity", "money", "duration", "number", "age", "date", "terms", "words")
_TOKEN = re.compile(
    r"\{(\w+)\}|\.\.\.|<([^<>]+)>|\[([^\[\]]+)\]|\s+|[,;:]|[^\s{}<>\[\],;:]+?(?=\.\.\.|[\s{}<>\[\],;:]|$)"
)
_LABEL = r"(?:\(?[0-9]{1,3}(?:\.[0-9]+)*[a-z]?\)|\(?[a-z]{1,4}\)|\([a-z]-[0-9]\)|\([ivxlc]+\)|[0-9]{1,3}[a-z]?\.)"
_GAP = rf"[\s,;:]*(?:\s{_LABEL})*[\s,;:]*\s[\s,;:]*"
_ANYTHING = r".{0,500}?"
_BETWEEN = "\0"
"""Where any words stand, before what follows them is known."""
_FLAGS = re.IGNORECASE | re.DOTALL
_SAME = {"marijuana": "(?:marijuana|cannabis)", "cannabis": "(?:marijuana|cannabis)"}


@dataclass(frozen=True)
class Pattern:
    """Declared words as expressions, compiled when they are first needed: that takes far longer than reading them."""

    text: str
    _exact: str
    _skeleton: str
    values: tuple[str, ...]
    words: int
    """How many literal words it has; few words prove nothing outside the declared place."""
    rarest: str
    """Its longest literal word, lower case: a text without it need not be searched."""

    @cached_property
    def exact(self) -> re.Pattern[str]:
        """Finds the declared words, with a value where one stands."""
        return re.compile(self._exact, _FLAGS)

    @cached_property
    def skeleton(self) -> re.Pattern[str]:
        """Finds the declared words, with any words where the value stands."""
        return re.compile(self._skeleton, _FLAGS)


def compile_pattern(text: str, language: str, units: tuple[str, ...]) -> Pattern:
    """Compile declared words; raises ValueError saying what is wrong with them."""
    return _compile(fold(spaced(text)), language, units)


def unit_names(words: Vocabulary, language: str = "en") -> tuple[str, ...]:
    """Every written form of a unit in a language (in English, where the vocabulary does not have it), longest first."""
    forms = [unit.names.get(language, unit.names.get("en", ())) for unit in words.units.values()]
    return tuple(sorted({fold(name).lower() for names in forms for name in names}, key=lambda name: (-len(name), name)))


@lru_cache(maxsize=4096)
def _compile(text: str, language: str, units: tuple[str, ...]) -> Pattern:
    seen: list[str] = []
    exact, skeleton, literal = _translate(text, seen, units)
    if not literal:
        raise ValueError("a pattern needs words of the text around its value")
    for name in set(seen):
        if seen.count(name) > 1:
            raise ValueError(f"{{{name}}} stands twice in one pattern")
    # A word at either end is a whole one.
    start = r"(?<!\w)" if text[0].isalnum() or text[0] in "[<" else ""
    end = r"(?!\w)" if text[-1].isalnum() or text[-1] in "]>" else ""
    exact, skeleton = (start + _in_turn(expression + end) for expression in (exact, skeleton))
    return Pattern(text, exact, skeleton, tuple(seen), literal, _rarest(text))


def _in_turn(expression: str) -> str:
    """What stands after any words is taken where it stands first: to try every place costs hours in a hostile text."""
    first, *others = expression.split(_BETWEEN)
    return first + "".join(f"(?>{_ANYTHING}{other})" for other in others)


def _rarest(text: str) -> str:
    bare = re.sub(r"\{\w+\}|<[^<>]+>|\[[^\[\]]+\]", " ", text.lower())
    return max((w for w in re.findall(r"[^\W\d_]+", bare) if w not in _SAME), key=len, default="")


def _translate(text: str, seen: list[str], units: tuple[str, ...]) -> tuple[str, str, int]:
    exact, skeleton, literal, position = [], [], 0, 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise ValueError(f"cannot read the pattern at {text[position : position + 20]!r}")
        position = token.end()
        whole, (value, choice, optional) = token.group(0), token.groups()
        if value is not None:
            if value not in VALUES:
                raise ValueError(f"unknown {{{value}}}; a pattern knows " + ", ".join(f"{{{name}}}" for name in VALUES))
            seen.append(value)
            exact.append(f"(?P<{value}>{_value(value, units)})")
            skeleton.append(r".{1,120}?")
        elif choice is not None:
            parts = [_inner(part, seen, units) for part in choice.split("|")]
            if not all(parts):
                raise ValueError(f"an empty choice in <{choice}>; write what may be missing in square brackets")
            literal += 1
            exact.append("(?:" + "|".join(parts) + ")")
            skeleton.append(exact[-1])
        elif optional is not None:
            inner = _inner(optional, seen, units)
            # The space before an optional group (at the start, that after it) belongs to it: it leaves none behind.
            gap = _GAP if exact and (exact[-1] == _GAP or not optional[0].isalnum()) else ""
            if exact and exact[-1] == _GAP:
                exact.pop()
                skeleton.pop()
            after = "" if exact or not text[position : position + 1].isspace() else _GAP
            position += len(text[position:]) - len(text[position:].lstrip()) if after else 0
            exact.append(f"(?:{gap}{inner}{after})?")
            skeleton.append(exact[-1])
        elif whole == "...":
            for parts in (exact, skeleton):
                while parts and parts[-1] == _GAP:
                    parts.pop()
                parts.append(_BETWEEN)
        elif whole.isspace() or whole in ",;:":
            after_anything = bool(exact) and exact[-1] in (_BETWEEN, _GAP)
            if not after_anything and exact:
                exact.append(_GAP if whole.isspace() else r"[,;:]?")
                skeleton.append(exact[-1])
        else:
            literal += 1
            word = _word(whole)
            exact.append(word)
            skeleton.append(word)
    return "".join(exact), "".join(skeleton), literal


def _inner(text: str, seen: list[str], units: tuple[str, ...]) -> str:
    """What stands in brackets."""
    return _translate(text.strip(), seen, units)[0].replace(_BETWEEN, _ANYTHING)


def _word(word: str) -> str:
    return _SAME.get(word.lower(), re.escape(word))


def _value(name: str, units: tuple[str, ...]) -> str:
    if name == "quantity":
        names = "|".join(re.escape(unit) for unit in units)
        return rf"{numbers.NUMBER}[\s-]?(?:{names})(?!\w)"
    if name == "money":
        return numbers.MONEY
    if name == "duration":
        return rf"{numbers.NUMBER}[\s-]+(?:{numbers.LENGTH})(?!\w)"
    if name == "age":
        return rf"{numbers.NUMBER}(?=[\s-]+(?:years?|ans|jahren?)\b|\s+(?:or|and|ou|et|oder|und)\b|\s*[.,;)])"
    if name == "date":
        return numbers.DATE
    if name == "terms":
        return r"[^.;:]{1,600}"
    if name == "words":
        return r".{1,200}?"
    return rf"(?<![\d.,]){numbers.NUMBER}(?![\d%])"
