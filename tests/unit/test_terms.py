"""Lists of terms in running text: each is known, or the whole list is not read."""

from __future__ import annotations

import pytest

from tests.unit.chronicle import words
from tracker.extract.terms import UnknownTerm, known_phrases, members_in, vocabulary_terms

PROFESSIONS = known_phrases(
    {
        "medical practitioner": "physician_any",
        "nurse practitioner": "nurse_practitioner",
        "nurse": "nurse_other",
        "dentist": "dentist",
        **dict.fromkeys(("Arzt", "Ärztin", "Ärztinnen", "Ärzten"), "physician_any"),
        "Zahnärztinnen": "dentist",
    },
    None,
    "en",
    words(),
)


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("a medical practitioner or a nurse practitioner", {"physician_any", "nurse_practitioner"}),
        (
            "a Medical  Practitioner, the nurse practitioner and any dentist",
            {"physician_any", "nurse_practitioner", "dentist"},
        ),
        ("nurse practitioner", {"nurse_practitioner"}),
        ("nurse or nurse practitioner", {"nurse_other", "nurse_practitioner"}),
        ("any of the following: a dentist", {"dentist"}),
        ("von einer Ärztin oder einem Arzt", {"physician_any"}),
        ("Ärztinnen und Ärzten sowie durch die Zahnärztinnen", {"physician_any", "dentist"}),
    ],
)
def test_a_list_names_its_members_the_longest_words_first(text: str, members: set[str]) -> None:
    assert set(members_in(text, PROFESSIONS)) == members


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("a medical practitioner or a plumber", "plumber"),
        ("a medical practitioner other than a dentist", "other than"),
        ("a medical practitioner, but not a dentist", "but not"),
        ("Ärztinnen, nicht aber Zahnärztinnen", "nicht aber"),
        ("Ärztinnen und Tierärzte", "tierärzte"),
        ("nurses", "nurses"),
        ("", ""),
        ("and or the", "and or the"),
    ],
)
def test_what_is_not_known_is_named_and_never_dropped(text: str, left: str) -> None:
    with pytest.raises(UnknownTerm) as caught:
        members_in(text, PROFESSIONS)
    assert left in caught.value.term


def test_the_words_of_the_declaration_come_before_those_of_the_vocabulary() -> None:
    phrases = known_phrases({"chronic pain": "intractable_pain"}, "conditions", "en", words())
    assert members_in("chronic pain or cancer", phrases) == ["intractable_pain", "cancer"]


@pytest.mark.parametrize(
    ("text", "language", "members"),
    [
        ("multiple sclerosis; PTSD; nerve pain", "en", {"multiple_sclerosis", "ptsd", "neuropathic_pain"}),
        ("la sclérose en plaques", "fr", {"multiple_sclerosis"}),
        ("multiple sclerosis", "fr", {"multiple_sclerosis"}),
    ],
)
def test_conditions_are_known_by_their_synonyms_in_the_language_of_the_text(
    text: str, language: str, members: set[str]
) -> None:
    assert set(members_in(text, vocabulary_terms("conditions", language, words()))) == members


def test_every_vocabulary_knows_its_own_labels() -> None:
    for name in ("prescriber_classes", "product_forms", "authorisation_routes", "routes_of_administration"):
        phrases = vocabulary_terms(name, "en", words())
        for code, term in getattr(words(), name).items():
            assert code in members_in(term.label, phrases)


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        ("a or a wizard", "wizard"),
        ("a dentist or a wizard", "wizard"),
        ("a wizard, a dentist, or a tooth healer", "wizard, tooth healer"),
    ],
)
def test_only_what_is_unknown_is_named(text: str, unknown: str) -> None:
    with pytest.raises(UnknownTerm) as caught:
        members_in(text, PROFESSIONS)
    assert caught.value.term == unknown


@pytest.mark.parametrize("text", ["MS", "AIDS or MS", "epilepsy and MS", "EPILEPSY OR MS"])
def test_an_abbreviation_is_found_in_capitals(text: str) -> None:
    assert "multiple_sclerosis" in members_in(text, vocabulary_terms("conditions", "en", words()))


@pytest.mark.parametrize("text", ["epilepsy, ms", "hearing aids", "Ra", "epilepsy or eds"])
def test_an_abbreviation_is_not_found_in_small_letters(text: str) -> None:
    with pytest.raises(UnknownTerm):
        members_in(text, vocabulary_terms("conditions", "en", words()))
