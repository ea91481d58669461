"""Declared words find the words of a law however they are printed, and nothing else."""

from __future__ import annotations

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.chronicle import words
from tracker.extract.normalise import fold, spaced
from tracker.extract.pattern import VALUES, Pattern, compile_pattern, unit_names

UNITS = unit_names(words())


def pattern(text: str, language: str = "en") -> Pattern:
    return compile_pattern(text, language, UNITS)


def caught(declared: str, text: str) -> dict[str, str] | None:
    hit = pattern(declared).exact.search(fold(spaced(text)))
    return {name: said for name, said in hit.groupdict().items() if said is not None} if hit else None


@pytest.mark.parametrize(
    ("declared", "text", "values"),
    [
        ("may carry {quantity} of", "A patient may carry 2 ounces of", {"quantity": "2 ounces"}),
        ("may carry {quantity}", "MAY CARRY thirty (30) grams.", {"quantity": "thirty (30) grams"}),
        ("may carry {quantity}", "may\n carry  two and one-half ounces", {"quantity": "two and one-half ounces"}),
        ("no more than {quantity}", "no more than 100.000 mg", {"quantity": "100.000 mg"}),
        ("no more than {quantity}", "no more than 25% w/w of THC", {"quantity": "25% w/w"}),
        ("a fee of {money} to", "a fee of one hundred dollars to", {"money": "one hundred dollars"}),
        ("the fee shall be {money}", "the fee shall be twenty-five dollars.", {"money": "twenty-five dollars"}),
        ("the fee is {money}", "the fee is $1,250.50.", {"money": "$1,250.50"}),
        ("the fee is {money}", "the fee is US$ 25 a year", {"money": "US$ 25"}),
        ("beträgt {money}", "beträgt 1.250,50 € im Jahr", {"money": "1.250,50 €"}),
        ("expire after {duration}", "expire after 30-day", {"duration": "30-day"}),
        ("expire after {duration}", "expire after 30‑day", {"duration": "30-day"}),
        ("expire after {duration}", "expire after thirty (30) days", {"duration": "thirty (30) days"}),
        ("under {age} years", "under 18 years of age", {"age": "18"}),
        ("under {age}", "under 18 years of age", {"age": "18"}),
        ("aged {age} and over", "aged 21 and over", {"age": "21"}),
        ("unter {age}", "unter 18 Jahren", {"age": "18"}),
        ("ab {age} Jahren", "ab einundzwanzig Jahren", {"age": "einundzwanzig"}),
        ("das {age}. Lebensjahr", "das 18. Lebensjahr", {"age": "18"}),
        ("gilt {duration}", "gilt drei Monate.", {"duration": "drei Monate"}),
        ("bis zu {number} wiederholende", "bis zu dreimal wiederholende", {"number": "dreimal"}),
        ("wer mehr besitzt", "wer, 1. mehr a) besitzt", {}),
        ("ab dem {date}", "ab dem 1. April 2024", {"date": "1. April 2024"}),
        ("more than {number} plants", "more than four plants", {"number": "four"}),
        ("until {date}", "until February 3, 2022", {"date": "February 3, 2022"}),
        ("means {terms} who", "means a physician or a dentist who", {"terms": "a physician or a dentist"}),
        ("formula {words} where", "formula A × 365 where", {"words": "A × 365"}),
        ("the lesser of {number} times", "the lesser of (a) 30 times", {"number": "30"}),
        ("(a) 30 and {quantity}", "(a) 30 and, (b) 150 g", {"quantity": "150 g"}),
        ("who, having asked, may", "who having asked may", {}),
        ("who having asked may", "who, having asked, may", {}),
        ("medical marijuana", "medical cannabis", {}),
        ("medical cannabis", "medical marijuana", {}),
        ("the patient's card", "the patient’s card", {}),
        ('"Patient" means', "“Patient” means", {}),
        ("registered with <ABRA|ABCA> here", "registered with ABCA here", {}),
        ("registered with <the Board|ABCA> here", "registered with the Board here", {}),
        ("means[, except as otherwise provided,] {terms}.", "means a physician.", {"terms": "a physician"}),
        ("means[, except as provided,] {terms}.", "means, except as provided, a nurse.", {"terms": "a nurse"}),
        ("[the] card of a patient", "the card of a patient", {}),
        ("[the] card of a patient", "card of a patient", {}),
        ("give the card [in writing]", "give the card in writing", {}),
        ("give the card [in writing]", "give the card", {}),
        ("card[s] of a patient", "cards of a patient", {}),
        ("card[s] of a patient", "card of a patient", {}),
        ("must ... {quantity}", "must, in any place, carry no more than 30 g", {"quantity": "30 g"}),
        ("must...{quantity}", "must carry 30 g", {"quantity": "30 g"}),
        ("§ 7-1671.04 (b)(2) of", "see § 7-1671.04 (b)(2) of", {}),
    ],
)
def test_words_are_found_however_they_are_printed(declared: str, text: str, values: dict[str, str]) -> None:
    assert caught(declared, text) == values


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        ("may carry {quantity}", "may carry some"),
        ("may carry {quantity}", "may not carry 2 ounces"),
        ("may carry {quantity}", "may carry 2 ouncesworth"),
        ("may carry {quantity}", "may carry 2/3 ounce"),
        ("may carry {quantity}", "may carry one and two ounces and more"),
        ("the fee is {money}", "the fee is 25 grams"),
        ("the fee is {money}", "the fee is 25 dollarsworth"),
        ("the fee is {money}", "the fee is not $25"),
        ("card of", "discard of"),
        ("card of", "card offer"),
        ("<card|paper> of", "discard of"),
        ("of a <card|paper>", "of a cardholder"),
        ("under {age}", "under 18 grams"),
        ("at most {number}", "at most 5%"),
        ("more {number} plants", "more 1.5.2 plants"),
        ("must ... {quantity}", "must " + "carry " * 200 + "30 g"),
        ("means {terms} who", "means a physician. A dentist who"),
    ],
)
def test_other_words_are_not_found(declared: str, text: str) -> None:
    found = caught(declared, text)
    assert found is None or found.get("quantity") == "one and two ounces"


def test_the_skeleton_finds_the_words_around_a_value_that_cannot_be_read() -> None:
    declared = pattern("may carry {quantity} of cannabis")
    text = "may carry a sufficient supply of cannabis"
    assert declared.exact.search(text) is None
    assert declared.skeleton.search(text)
    assert not declared.skeleton.search("may carry a sufficient supply of tea")


@pytest.mark.parametrize(
    ("declared", "problem"),
    [
        ("{quantity}", "needs words of the text around its value"),
        ("...", "needs words of the text"),
        ("", "needs words of the text"),
        ("may carry {quantities}", r"unknown \{quantities\}; a pattern knows \{quantity\}, \{money\}, \{duration\}"),
        ("carry {number} or {number}", r"\{number\} stands twice"),
        ("carry {number", "cannot read the pattern at '{number'"),
        ("carry <a|b", "cannot read the pattern at '<a|b'"),
        ("carry [maybe", r"cannot read the pattern at '\[maybe'"),
        ("carry } it", "cannot read the pattern at '} it'"),
        ("carry <a||b> it", "an empty choice"),
    ],
)
def test_a_pattern_that_cannot_be_read_says_why(declared: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        pattern(declared)


def test_a_pattern_knows_what_it_holds() -> None:
    declared = pattern("a certification lasts {duration} from <the day|its date> [of issue] in Marijuana")
    assert declared.values == ("duration",)
    assert declared.rarest == "certification"
    assert declared.words == 7


@given(st.text("ab ,;:.()[]{}<>|'\"§%$-{}quantity", max_size=30))
def test_any_text_compiles_or_is_refused_with_a_reason(text: str) -> None:
    with suppress(ValueError):
        compiled = pattern(text)
        assert set(compiled.values) <= set(VALUES)
        assert isinstance(compiled.exact, re.Pattern)
        assert isinstance(compiled.skeleton, re.Pattern)


@pytest.mark.parametrize(
    "text",
    [
        "may carry " * 4_000,
        "may carry " + "a " * 20_000,
        "(a) " * 8_000,
        "may " + "," * 30_000,
        "carry up to " + "one " * 9_000,
        "carry up to " + "100 " * 9_000,
        "carry 1 g of cannabis for 1 day " * 1_500,
    ],
)
@pytest.mark.parametrize(
    "declared",
    [
        "A patient may carry ... up to {quantity} ... of cannabis for {duration}",
        "carry ... {quantity} ... cannabis ... {duration} ... card",
    ],
)
def test_hostile_text_is_searched_to_its_end(declared: str, text: str) -> None:
    assert pattern(declared).exact.search(text) is None
    assert pattern(declared).skeleton.search(text) is None


def test_what_stands_after_any_words_is_taken_where_it_stands_first() -> None:
    declared = "may carry ... {quantity} of <dried|fresh> cannabis ... at home"
    text = "may carry 5 g of seeds, 30 g of dried cannabis or 60 g of fresh cannabis at home"
    assert caught(declared, text) == {"quantity": "30 g"}


def test_units_are_known_in_every_form_that_a_language_has_longest_first() -> None:
    assert {"g", "grams", "ounces", "% w/w", "mg/ml"} <= set(UNITS)
    assert {"g", "grammes", "onces"} <= set(unit_names(words(), "fr"))
    assert list(UNITS) == sorted(UNITS, key=lambda name: (-len(name), name))
