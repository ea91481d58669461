"""Numbers, amounts, lengths of time and dates as legal texts write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

WORD_NUMBERS: Mapping[str, int] = {
    **{
        word: number
        for number, word in enumerate(
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
            "seventeen eighteen nineteen twenty".split()
        )
    },
    **{word: ten * 10 for ten, word in enumerate("thirty forty fifty sixty seventy eighty ninety".split(), 3)},
    **{
        f"{ten_word}-{word}": ten * 10 + number
        for ten, ten_word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
        for number, word in enumerate("one two three four five six seven eight nine".split(), 1)
    },
    "one hundred": 100,
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "douze": 12, "quinze": 15, "vingt": 20, "trente": 30, "soixante": 60, "cent": 100,
}  # fmt: skip
# "six" is the same number in English and French.

_WORDS = "|".join(sorted(WORD_NUMBERS, key=len, reverse=True))
_DIGITS = r"\d+(?:[.,' ]\d{3})*(?:[.,]\d+)?"
NUMBER = rf"(?:{_DIGITS}(?:\s?\((?:{_WORDS})\))?|(?:{_WORDS})(?:\s?\(\d+\))?)"
"""A number in digits, in words, or both: 30, thirty, thirty (30), 12 (twelve)."""

_DIGITS_ONLY = re.compile(_DIGITS)
_DECIMAL_COMMA = frozenset({"fr", "de", "es", "it", "pt", "nl", "da", "cs", "pl", "fi", "sv", "nb"})

_LENGTHS: Mapping[str, str] = {
    "hour": "PT{}H", "hours": "PT{}H", "heure": "PT{}H", "heures": "PT{}H",
    "day": "P{}D", "days": "P{}D", "jour": "P{}D", "jours": "P{}D",
    "week": "P{}W", "weeks": "P{}W", "semaine": "P{}W", "semaines": "P{}W",
    "month": "P{}M", "months": "P{}M", "mois": "P{}M",
    "year": "P{}Y", "years": "P{}Y", "an": "P{}Y", "ans": "P{}Y", "année": "P{}Y", "années": "P{}Y",
}  # fmt: skip
LENGTH = "|".join(sorted(_LENGTHS, key=len, reverse=True))

_MONTHS: Mapping[str, int] = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "jan feb mar apr - jun jul aug sep oct nov dec",
    )
    for number, name in enumerate(names.split(), 1)
    if name != "-"
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
DATE = rf"(?:(?:{_MONTH})\.? \d{{1,2}}, ?\d{{4}}|\d{{1,2}}(?:er)? (?:{_MONTH})\.? \d{{4}}|\d{{4}}-\d{{2}}-\d{{2}})"
"""A full date: February 3, 2022; 3 February 2022; 1er avril 2024; 2022-02-03."""
_DATE_PARTS = re.compile(
    rf"(?P<m1>{_MONTH})\.? (?P<d1>\d{{1,2}}), ?(?P<y1>\d{{4}})"
    rf"|(?P<d2>\d{{1,2}})(?:er)? (?P<m2>{_MONTH})\.? (?P<y2>\d{{4}})|(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})",
    re.IGNORECASE,
)


def number(text: str, language: str = "en") -> Decimal:
    """The number in a text that NUMBER matched; raises ValueError where words and digits disagree."""
    lowered = text.lower().strip()
    digits = _DIGITS_ONLY.search(lowered)
    words = [WORD_NUMBERS[part] for part in re.findall(rf"(?:{_WORDS})(?![a-zé])", lowered)]
    if digits is None:
        if not words:
            raise ValueError(f"no number in {text!r}")
        return Decimal(words[0])
    value = _decimal(digits.group(0), language)
    if words and value != words[0]:
        raise ValueError(f"{text!r} says two different numbers")
    return value


def _decimal(digits: str, language: str) -> Decimal:
    """Digits with separators: three digits after a lone separator are thousands unless it is the language's decimal mark."""
    mark = "," if language in _DECIMAL_COMMA else "."
    groups = re.split(r"[.,' ]", digits)
    separators = re.findall(r"[.,' ]", digits)
    if not separators:
        return Decimal(digits)
    last = separators[-1]
    decimal = last in ".," and (last == mark or len(groups[-1]) != 3) and separators.count(last) == 1
    if decimal:
        return Decimal("".join(groups[:-1]) + "." + groups[-1])
    return Decimal("".join(groups))


def decimal_points(text: str, language: str) -> str:
    """Text in which decimals are written with a point, so that a formula reads alike in every language of a law."""
    return re.sub(r"(?<=\d),(?=\d)", ".", text) if language in _DECIMAL_COMMA else text


def duration(text: str, language: str = "en") -> str:
    """The ISO 8601 form of a length of time such as "30-day" or "thirty (30) days"; raises ValueError."""
    found = re.fullmatch(rf"({NUMBER})[\s-]+({LENGTH})", text.strip(), re.IGNORECASE)
    if found is None:
        raise ValueError(f"no length of time in {text!r}")
    amount = number(found.group(1), language)
    if amount != amount.to_integral_value():
        raise ValueError(f"{text!r} is not a whole number of units")
    return _LENGTHS[found.group(2).lower()].format(int(amount))


def day(text: str) -> date:
    """The date in a text that DATE matched; raises ValueError for a day that does not exist."""
    found = _DATE_PARTS.search(text)
    if found is None:
        raise ValueError(f"no date in {text!r}")
    if found["iso"]:
        return date.fromisoformat(found["iso"])
    month = found["m1"] or found["m2"]
    return date(int(found["y1"] or found["y2"]), _MONTHS[month.lower()], int(found["d1"] or found["d2"]))
