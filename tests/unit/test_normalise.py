"""What may differ between two printings of the same law is folded away; nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.extract.normalise import comparable, fold, same_terms, spaced, squeezed, worded

TEXT = st.text(max_size=60)
TYPOGRAPHY = st.text("ab ‘’“”«»–—‑ \u00a0\u202f\u00ad\u200b.,;(){}", max_size=60)


@given(TEXT | TYPOGRAPHY)
def test_folding_keeps_every_position(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text)
    assert fold(folded) == folded
    assert all(one == other for one, other in zip(text, folded, strict=True) if one.isalnum())


@given(TEXT | TYPOGRAPHY)
def test_spaced_text_has_no_white_space_to_spare_and_stays_so(text: str) -> None:
    said = spaced(text)
    assert said == " ".join(said.split())
    assert spaced(said) == said


@given(TEXT | TYPOGRAPHY)
def test_comparable_text_is_its_own_comparable(text: str) -> None:
    assert comparable(comparable(text)) == comparable(text)


@given(st.lists(st.sampled_from(["<b>", "</b>", " ", "\n", "a", "é", "’", "—"]), max_size=20))
def test_a_quote_is_found_again_whatever_white_space_stands_between_its_words(parts: list[str]) -> None:
    text = "".join(part for part in parts if not part.startswith("<"))
    assert squeezed(" ".join(text)) == squeezed(text)
    assert squeezed(spaced(text)) in squeezed(f"before {text} after")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("another 30-day card", "another thirty (30) day card"),
        ("thirty (30) days", "30 days"),
        ("thirty-five (35) grams", "35 grams"),
        ("a patient’s “card”", 'A patient\'s "card"'),
        ("cultivate, or possess; cannabis", "cultivate or possess cannabis"),
        ("not – under any – circumstances", "not - under any - circumstances"),
        ("the card.", "the card"),
        ("soft\u00adhyphen and zero\u200bwidth", "softhyphen and zerowidth"),
        ("no\u00a0break", "no break"),
    ],
)
def test_the_same_words_are_the_same_however_they_are_printed(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("30 days", "31 days"),
        ("2 ounces", "8 ounces"),
        ("2.5 g", "25 g"),
        ("10 mg", "10 g"),
        ("25%", "25"),
        ("may", "may not"),
        ("thirty (30)", "thirty (31)"),
        ("paragraph (a)", "paragraph (b)"),
        ("$50", "€50"),
        ("medical marijuana", "medical cannabis"),
    ],
)
def test_other_words_stay_other_words(one: str, other: str) -> None:
    assert comparable(one) != comparable(other)


def test_a_renamed_thing_is_the_same_term() -> None:
    assert same_terms("medical Marijuana") == same_terms("medical marihuana") == same_terms("medical cannabis")
    assert same_terms("2 oz of marijuana") != same_terms("8 oz of cannabis")


CONTROLS = st.text("a9 \x00\x07\x0b\x1b\x1f\x7f\x85\x90\ufeff\u00ad\n\t\u00a0", max_size=60)


@given(CONTROLS)
def test_nothing_that_cannot_be_seen_is_left(text: str) -> None:
    said = spaced(text)
    assert said.isprintable()
    assert "  " not in said
    assert squeezed(said) == squeezed(text)


def test_a_control_character_ends_no_word_and_a_line_end_does() -> None:
    assert spaced("can\x00nab\u00adis\r\n30\u00a0\x0b g") == "cannabis 30 g"


def test_capitals_are_kept_where_they_are_asked_for() -> None:
    assert worded("MS, thirty (30) Aids") == "MS 30 Aids"


@given(TEXT | TYPOGRAPHY | CONTROLS)
def test_capitals_are_all_that_comparing_drops_beyond(text: str) -> None:
    assert worded(text).lower() == comparable(text)
