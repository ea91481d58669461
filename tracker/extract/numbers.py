"""Numbers, amounts, lengths of time and dates as legal texts write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal

_BELOW_TWENTY = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"

WORD_NUMBERS: Mapping[str, int] = {
    **{word: number for number, word in enumerate(_BELOW_TWENTY.split())},
    **{word: ten * 10 for ten, word in enumerate(_TENS.split(), 2)},
    **{
        f"{ten_word}-{word}": ten * 10 + number
        for ten, ten_word in enumerate(_TENS.split(), 2)
        for number, word in enumerate(_BELOW_TWENTY.split()[1:10], 1)
    },
    "one hundred": 100,
    "un": 1, "une": 1, "deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "dix": 10,
    "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16, "vingt": 20, "trente": 30,
    "quarante": 40, "cinquante": 50, "soixante": 60, "cent": 100,
}  # fmt: skip
# "six" is the same number in English and French.

_GERMAN: Mapping[str, int] = {
    "ein": 1, "eins": 1, "eine": 1, "einem": 1, "einen": 1, "einer": 1, "eines": 1, "zwei": 2, "zwo": 2, "drei": 3,
    "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10, "elf": 11, "zwölf": 12,
    "dreizehn": 13, "vierzehn": 14, "fünfzehn": 15, "sechzehn": 16, "siebzehn": 17, "achtzehn": 18, "neunzehn": 19,
    "zwanzig": 20, "dreißig": 30, "dreissig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60, "siebzig": 70,
    "achtzig": 80, "neunzig": 90,
}  # fmt: skip
"""German joins these into one word. They are no WORD_NUMBERS: one of them is also the article."""

_TIMES: Mapping[str, int] = {"hundred": 100, "cents": 100, "thousand": 1_000, "mille": 1_000, "million": 1_000_000}
_FRACTIONS: Mapping[str, Decimal] = {
    "1/2": Decimal("0.5"), "1/4": Decimal("0.25"), "3/4": Decimal("0.75"), "1/8": Decimal("0.125"),
    "½": Decimal("0.5"), "¼": Decimal("0.25"), "¾": Decimal("0.75"), "⅛": Decimal("0.125"),
}  # fmt: skip

# Simple words only, joined by hyphens: every copy of this list costs time when a pattern is compiled.
_SIMPLE = "|".join(sorted({w for w in WORD_NUMBERS if w.isalpha()} | {*_TIMES, "vingts"}, key=len, reverse=True))
_WORD = rf"(?:{_SIMPLE})(?![a-zé])(?:-(?:{_SIMPLE})(?![a-zé])){{0,4}}"
_HALF = r"(?:and (?:a |one[ -])half|et demie?)\b"
_WORDS = rf"(?:one[ -]half\b|{_WORD}(?: (?:and |et )?{_WORD}(?!-[a-zé])){{0,8}}(?: {_HALF})?)"
_PART = r"(?:1/[248]|3/4)(?![\d/])"
_DIGITS = rf"(?:(?:\d{{1,3}}(?:[.,' ]\d{{3}}){{1,4}}|\d+)(?![\d/])(?:[.,]\d+)?(?: {_PART}| ?[½¼¾⅛])?|{_PART}|[½¼¾⅛])"
_JOINED = "|".join(sorted({*_GERMAN, "hundert", "tausend", "einhalb", "anderthalb"}, key=len, reverse=True))
_GERMAN_WORD = rf"(?:(?:{_JOINED})(?:und|{_JOINED}){{0,12}}(?:mal)?(?![^\W\d_])(?: million(?:en)?(?![^\W\d_]))?)"
NUMBER = (
    rf"(?<![\d.,/])(?<!\d-)(?<![^\W\d_])"
    rf"(?:{_DIGITS}(?:\s?\([a-z][^()\d]{{1,60}}\))?|(?:{_WORDS}|{_GERMAN_WORD})(?:\s?\({_DIGITS}\))?)"
)
"""A whole number in digits, in words, or both: 30, thirty, thirty (30), 12 (twelve), 2 1/2, four and one-half."""

_CURRENCY = r"(?:dollars?|euros?|pounds?|francs?)(?!\w)"
_SIGN = r"(?:(?:us|can?|c|au?|nz)? ?\$|€|£)"
MONEY = rf"(?:(?<!\w){_SIGN} ?{NUMBER}|{NUMBER} ?(?:{_CURRENCY}|€|£|\$))"
"""An amount of money: $25, € 1.000, one hundred dollars; which dollars they are, only the law of the place says."""

_IN_DIGITS = re.compile(_DIGITS)
_IN_WORDS = re.compile(rf"(?<![a-zé]){_WORDS}")
_IN_GERMAN = re.compile(rf"(?<![^\W\d_]){_GERMAN_WORD}")
_DECIMAL_COMMA = frozenset({"fr", "de", "es", "it", "pt", "nl", "da", "cs", "pl", "fi", "sv", "nb"})

_LENGTHS: Mapping[str, str] = {
    "hour": "PT{}H", "hours": "PT{}H", "heure": "PT{}H", "heures": "PT{}H",
    "day": "P{}D", "days": "P{}D", "jour": "P{}D", "jours": "P{}D",
    "week": "P{}W", "weeks": "P{}W", "semaine": "P{}W", "semaines": "P{}W",
    "month": "P{}M", "months": "P{}M", "mois": "P{}M",
    "year": "P{}Y", "years": "P{}Y", "an": "P{}Y", "ans": "P{}Y", "année": "P{}Y", "années": "P{}Y",
    "stunde": "PT{}H", "stunden": "PT{}H", "woche": "P{}W", "wochen": "P{}W",
    **{f"{kind}tag{end}": "P{}D" for kind in ("", "kalender") for end in ("", "e", "en", "es", "s")},
    **{f"{kind}monat{end}": "P{}M" for kind in ("", "kalender") for end in ("", "e", "en", "es", "s")},
    **{f"{kind}jahr{end}": "P{}Y" for kind in ("", "kalender") for end in ("", "e", "en", "es", "s")},
}  # fmt: skip
LENGTH = "|".join(sorted(_LENGTHS, key=len, reverse=True))

_MONTHS: Mapping[str, int] = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "januar februar märz april mai juni juli august september oktober november dezember",
        "jänner feber - - - - - - - - - -",
        "jan feb mar apr - jun jul aug sep oct nov dec",
    )
    for number, name in enumerate(names.split(), 1)
    if name != "-"
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
DATE = (
    rf"(?:(?:{_MONTH})\.? \d{{1,2}}, ?\d{{4}}|\d{{1,2}}(?:(?:er)? |\. ?)(?:{_MONTH})\.? \d{{4}}"
    r"|\d{4}-\d{2}-\d{2}|(?<![\d.])\d{1,2}\. ?\d{1,2}\. ?\d{4}(?!\d))"
)
"""A full date: February 3, 2022; 3 February 2022; 1er avril 2024; 1. April 2024; 2022-02-03; 1.4.2024."""
_DATE_PARTS = re.compile(
    rf"(?P<m1>{_MONTH})\.? (?P<d1>\d{{1,2}}), ?(?P<y1>\d{{4}})"
    rf"|(?P<d2>\d{{1,2}})(?:(?:er)? |\. ?)(?P<m2>{_MONTH})\.? (?P<y2>\d{{4}})|(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})"
    r"|(?P<d3>\d{1,2})\. ?(?P<m3>\d{1,2})\. ?(?P<y3>\d{4})",
    re.IGNORECASE,
)


def number(text: str, language: str = "en") -> Decimal:
    """The number in a text that NUMBER matched; raises ValueError where words and digits disagree."""
    lowered = text.lower()
    digits, words, german = (kind.search(lowered) for kind in (_IN_DIGITS, _IN_WORDS, _IN_GERMAN))
    said = {_with_part(digits.group(0), language)} if digits else set()
    said |= {_in_words(words.group(0))} if words else set()
    said |= {_in_german(german.group(0))} if german else set()
    if len(said) != 1:
        raise ValueError(f"{text!r} says two different numbers" if said else f"no number in {text!r}")
    return said.pop()


def _with_part(digits: str, language: str) -> Decimal:
    whole, part = re.fullmatch(rf"(.*?) ?({_PART}|[½¼¾⅛]|)", digits, re.DOTALL).groups()  # type: ignore[union-attr]
    return (_decimal(whole, language) if whole else Decimal(0)) + _FRACTIONS.get(part, Decimal(0))


def _in_words(text: str) -> Decimal:
    """A number such as "one hundred and fifty"; raises ValueError for words that make none, such as "one and two"."""
    half = re.search(rf"(?:^one[ -]half|{_HALF})$", text)
    total = group = 0
    for word in re.split(r"[ -]+(?:(?:and|et)[ -]+)?", text[: half.start()].strip() if half else text):
        below, number = group % 100, WORD_NUMBERS.get(word, 20)
        if not word:
            continue
        if word in _TIMES or (word == "cent" and 0 < group < 10):
            times = _TIMES.get(word, 100)
            total, group = (total, max(group, 1) * times) if times == 100 else (total + max(group, 1) * times, 0)
        elif word in ("vingt", "vingts") and below == 4:
            group += 76
        elif below == 0 or (below in (60, 80) and 10 <= number < 20) or (below % 10 == 0 < below - 19 and number < 10):
            group += number
        else:
            raise ValueError(f"{text!r} is no number")
    return Decimal(total + group) + (Decimal("0.5") if half else 0)


def _in_german(text: str) -> Decimal:
    """A number such as "zweihundertfünfzig" or "dreimal"; raises ValueError for words that make none, as "dreizwei"."""
    word, _, million = text.removesuffix("mal").partition(" ")
    if word == "anderthalb":
        return Decimal("1.5")
    whole = word.removesuffix("einhalb")
    thousands, found, rest = whole.rpartition("tausend")
    try:
        value = 1_000 * _below_thousand(thousands or "ein") if found else 0
        value += _below_thousand(rest.removeprefix("und") if found else rest) if rest else 0
    except KeyError:
        raise ValueError(f"{text!r} is no number") from None
    return (value + (Decimal("0.5") if whole != word else 0)) * Decimal(1_000_000 if million else 1)


def _below_thousand(word: str) -> int:
    hundreds, found, rest = word.rpartition("hundert")
    if found:
        return 100 * _GERMAN[hundreds or "ein"] + (_below_thousand(rest.removeprefix("und")) if rest else 0)
    ones, found, tens = word.partition("und")
    if not found:
        return _GERMAN[word]
    if _GERMAN[ones] > 9 or _GERMAN[tens] < 20:
        raise KeyError(word)
    return _GERMAN[ones] + _GERMAN[tens]


def _decimal(digits: str, language: str) -> Decimal:
    """Digits with separators: three digits after a lone one are thousands unless it is the language's decimal mark."""
    mark = "," if language in _DECIMAL_COMMA else "."
    groups = re.split(r"[.,' ]", digits)
    separators = re.findall(r"[.,' ]", digits)
    if not separators:
        return Decimal(digits)
    last = separators[-1]
    is_part = last == mark or len(groups[-1]) != 3 or not int(groups[0])
    decimal = last in ".," and is_part and separators.count(last) == 1
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
        return existing(found["iso"])
    year, month, number = (found[f"{part}1"] or found[f"{part}2"] or found[f"{part}3"] for part in "ymd")
    try:
        return date(int(year), int(month) if month.isdigit() else _MONTHS[month.lower()], int(number))
    except ValueError:
        raise ValueError(f"{found.group(0)!r} is a date that does not exist") from None


def existing(iso: str) -> date:
    """The date that an attribute gives as 2022-02-03; raises ValueError naming it where there is none."""
    try:
        return date.fromisoformat(iso)
    except ValueError:
        raise ValueError(f"{iso!r} is a date that does not exist") from None
