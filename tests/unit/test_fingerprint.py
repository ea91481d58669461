"""A passage is found again by its fingerprint, however it is printed, and its words are not kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.extract.fingerprint import fingerprint, stands_in

PASSAGE = "A registered patient may keep no more than thirty (30) grams of dried flower."
TEXT = f"7 Possession. (1) {PASSAGE} (2) A caregiver may keep as much for each patient. (3) Nobody else may."
WORD = st.sampled_from(
    ["patient", "may", "keep", "grams", "flower", "law", "of", "the", "dosis", "Schmerz", "30", "2.5", "§", "a"]
)
WORDS = st.lists(WORD, min_size=1, max_size=12)
AROUND = st.lists(WORD, max_size=8)


@pytest.mark.parametrize(
    "printed",
    [
        "a registered patient may keep no more than 30 grams of dried flower",
        "A REGISTERED PATIENT may keep no more than thirty grams of dried flower",
        "A registered\u00a0patient may keep,\n  no more than 30 (30) grams of dried flower;",
        "“A registered patient may keep no more than thirty (30) grams of dried flower”",
        "A regis\u00adtered patient may keep no more than thirty (30) grams of dried flower\u200b.",
    ],
)
def test_typography_case_and_two_ways_of_writing_a_number_do_not_count(printed: str) -> None:
    assert fingerprint(printed) == fingerprint(PASSAGE)
    assert stands_in(fingerprint(printed), TEXT)


@pytest.mark.parametrize(
    "other",
    [
        PASSAGE.replace("thirty (30)", "sixty (60)"),
        PASSAGE.replace("no more", "not more"),
        PASSAGE.replace("dried ", ""),
        PASSAGE.replace("registered patient", "patient registered"),
        PASSAGE.replace("30", "3.0").replace("thirty ", ""),
    ],
)
def test_every_word_and_number_counts(other: str) -> None:
    assert fingerprint(other) != fingerprint(PASSAGE)
    assert not stands_in(fingerprint(PASSAGE), TEXT.replace(PASSAGE, other))


def test_a_passage_stands_in_its_text_and_in_no_shorter_one() -> None:
    mark = fingerprint(PASSAGE)
    assert mark.words == 13
    assert stands_in(mark, PASSAGE)
    assert stands_in(mark, TEXT)
    assert not stands_in(mark, "")
    assert not stands_in(mark, PASSAGE.rpartition(" ")[0])


def test_a_passage_that_is_interrupted_does_not_stand_there() -> None:
    assert not stands_in(fingerprint(PASSAGE), TEXT.replace("no more than", "at home no more than"))


def test_a_fingerprint_keeps_no_word() -> None:
    mark = fingerprint(PASSAGE)
    assert len(mark.sha256) == 64
    assert not any(word.lower() in repr(mark).lower() for word in PASSAGE.split() if len(word) > 3 and word.isalpha())


@given(AROUND, WORDS, AROUND)
def test_a_passage_is_found_wherever_it_stands(before: list[str], passage: list[str], after: list[str]) -> None:
    mark = fingerprint(" ".join(passage))
    assert mark.words == len(passage) - passage.count("§")
    if mark.words:
        assert stands_in(mark, " ".join([*before, *passage, *after]))


@given(WORDS, AROUND, st.data())
def test_a_passage_with_another_word_in_it_is_another_one(
    passage: list[str], around: list[str], data: st.DataObject
) -> None:
    at = data.draw(st.integers(0, len(passage) - 1))
    other = [*passage[:at], "elsewhere", *passage[at + 1 :]]
    assert not stands_in(fingerprint(" ".join(other)), " ".join([*around, *passage, *around]))
