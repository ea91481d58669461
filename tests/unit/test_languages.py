"""A page in another language than the declared one is known by its words, whatever it calls itself."""

from __future__ import annotations

import pytest

from tracker.extract.languages import mistaken, said

WORDS = {
    "en": "The patient shall keep the card, and any pharmacy from which it is bought must see this card with the form.",
    "fr": "Cette carte est une pièce avec laquelle les patients, dans leur pharmacie, peuvent être servis; ces cas "
    "sont prévus pour eux, qui en ont besoin.",
    "de": "Die Karte ist mit dem Formular für die Apotheke und wird durch eine Behörde ausgestellt, oder sie ist nicht "
    "gültig; auf Antrag werden Karten zum Ende des Jahres erneuert.",
    "es": "El paciente y las farmacias llevan los papeles, según el formulario y hasta los plazos; también el médico y "
    "sus ayudantes deberán guardar las copias, y podrá verlas más gente.",
    "pt": "O doente deve guardar o cartão e mostrá-lo na farmácia quando comprar o medicamento, de acordo com o que "
    "está escrito na portaria sobre esta matéria.",
    "it": "Il paziente deve conservare la tessera e mostrarla alla farmacia quando compra il medicinale, con il modulo "
    "del medico che lo ha in cura.",
    "da": "Patienten skal have kortet med på apoteket, og lægen skal underskrive formularen for at det kan udleveres.",
}
NAMES = {"en": "English", "fr": "French", "de": "German", "es": "Spanish"}
SHORT = ["Dried flower 60 g", "Oil 120 ml"]


def text(language: str) -> list[str]:
    return [WORDS[language]] * 4


@pytest.mark.parametrize("written", WORDS)
@pytest.mark.parametrize("declared", WORDS)
def test_the_words_tell_the_language(declared: str, written: str) -> None:
    reason = mistaken(declared, text(written))
    if written in NAMES and written != declared:
        assert reason is not None
        assert reason.startswith(f"It is in {NAMES[written]}, and ")
    else:
        assert reason is None


def test_a_wrong_name_for_the_right_language_does_not_count() -> None:
    assert mistaken("en", text("en"), "de") is None
    assert mistaken("it", text("it"), "en") is None  # a template in English around an Italian text
    assert mistaken("fr", text("en"), "fr") is not None


def test_what_a_page_calls_itself_counts_where_its_words_leave_it_open() -> None:
    assert mistaken("en", SHORT, "de-AT") == "It says that it is in German, and English was declared."
    assert mistaken("en", SHORT, "en-GB") is None
    assert mistaken("en", SHORT, "fr, en") is None
    assert mistaken("en", SHORT) is None
    assert mistaken("nb", SHORT, "no") is None
    assert mistaken("pl", text("it"), "it") == "It says that it is in Italian, and Polish was declared."
    assert mistaken("en", SHORT, "lv") == 'It says that it is in the language "lv", and English was declared.'


def test_a_text_in_two_languages_is_in_both() -> None:
    for declared in ("en", "fr"):
        assert mistaken(declared, text("en") + text("fr")) is None


def test_a_long_text_is_looked_at_here_and_there() -> None:
    assert mistaken("en", text("en") * 500 + text("de") * 20) is None
    assert mistaken("en", text("de") * 500 + text("en") * 20) is not None


@pytest.mark.parametrize(
    ("body", "called"),
    [
        (b'<!DOCTYPE html><!-- x --><html class="a" lang="de-AT"><head>', "de"),
        (b"<html lang=FR>", "FR"),
        (b'<html xml:lang="fr"><head>', "x"),
        (b'<html data-lang="fr">', "x"),
        (b"<law/>", "x"),
    ],
)
def test_the_page_speaks_before_the_server(body: bytes, called: str) -> None:
    assert said(body, "x") == called
