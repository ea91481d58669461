"""Words are found again wherever they stand, and what is only like them is proposed with a score."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.law.history import canada_like, dc_like
from tracker.domain.provision import Provision, Standing
from tracker.extract.declarations import load_sources, load_vocabulary
from tracker.extract.fingerprint import fingerprint
from tracker.extract.formats import segment
from tracker.extract.normalise import comparable, word_spans
from tracker.extract.relocate import LIKENESS, SAME, Text

HOLD = "A registered patient may keep no more than thirty (30) grams of dried flower at home."
CARRY = "A caregiver may carry no more than sixty (60) grams of dried flower for one patient."
GROW = "The holder of a licence must keep a written record of every transfer that leaves the site."
FEES = "Fees are paid when the form is handed in and are not given back to anybody."


def provisions(*texts: str, document: str = "rules") -> list[Provision]:
    return [
        Provision(document, (str(number), "(1)"), f"s. {number}(1)", "", text) for number, text in enumerate(texts, 1)
    ]


LAW = provisions(HOLD, CARRY, GROW, FEES)


def only(text: Text, quote: str) -> tuple[str, str]:
    [place] = text.exact(quote)
    return place.citation, place.quote


# ── Words and where they stand ──────────────────────────────────────────────────────────────────────────────────────

PIECES = [
    "thirty",
    "(30)",
    "30",
    "one",
    "hundred",
    " ",
    "  ",
    "-",
    "twenty-one",
    "\u200b",
    "\u00ad",
    "\u00a0",
    "“",
    "2.5",
]


@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from([*PIECES, "İ", "a)", "§", "\n"])).map("".join)))
def test_the_words_of_a_text_are_those_that_are_compared_and_each_stands_somewhere(text: str) -> None:
    spans = word_spans(text)
    assert [word for word, _, _ in spans] == comparable(text).split()
    assert all(0 <= begin < end <= len(text) for _, begin, end in spans)
    assert [begin for _, begin, _ in spans] == sorted(begin for _, begin, _ in spans)


def test_a_number_that_is_written_twice_stands_where_both_stand() -> None:
    text = "no more than thirty (30) grams"
    assert [text[begin:end] for _, begin, end in word_spans(text)] == ["no", "more", "than", "thirty (30)", "grams"]


# ── Word for word ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_same_words_are_found_with_their_citation_and_quoted_as_they_are_printed() -> None:
    text = Text(LAW)
    assert only(text, "registered patient may keep no more than 30 grams") == (
        "s. 1(1)",
        "registered patient may keep no more than thirty (30) grams",
    )
    assert text.exact("registered patient may keep no more than 31 grams") == []
    assert text.exact("") == []


def test_every_place_is_found_in_reading_order() -> None:
    text = Text(LAW)
    assert [place.citation for place in text.exact("of dried flower")] == ["s. 1(1)", "s. 2(1)"]
    assert text.count(["of", "dried", "flower"]) == 2


def test_words_are_found_over_the_border_of_sections() -> None:
    [place] = Text(LAW).exact("of dried flower at home. A caregiver may carry")
    assert place.citation == "s. 1(1) to s. 2(1)"
    assert place.quote == "of dried flower at home. A caregiver may carry"


@pytest.mark.parametrize("standing", [Standing.REPEALED, Standing.PENDING])
def test_what_is_not_in_force_is_not_looked_at(standing: Standing) -> None:
    text = Text([replace(LAW[0], standing=standing), *LAW[1:]])
    assert text.exact(HOLD) == []
    assert text.marked([fingerprint(HOLD)]) == {}
    found = text.trace(HOLD)
    assert found is None or found[0].citation != "s. 1(1)"


LIST = [
    Provision("rules", ("7",), "s. 7", "", "A certificate needs"),
    Provision("rules", ("7", "(a)"), "s. 7(a)", "", "the name of the patient;"),
    Provision("rules", ("7", "(b)"), "s. 7(b)", "", "the signature of the physician."),
]


@pytest.mark.parametrize(
    "as_coded",
    [
        "A certificate needs (a) the name of the patient; (b) the signature of the physician.",
        "A certificate needs the name of the patient; the signature of the physician.",
    ],
)
def test_a_passage_is_known_by_its_fingerprint_whether_or_not_its_copy_printed_the_labels(as_coded: str) -> None:
    mark = fingerprint(as_coded)
    [place] = Text([*LAW, *LIST]).marked([mark])[mark]
    assert place.citation == "s. 7"
    assert place.quote == "A certificate needs (a) the name of the patient; (b) the signature of the physician"
    assert [each.citation for each in place.provisions] == ["s. 7", "s. 7(a)", "s. 7(b)"]


def test_several_fingerprints_are_looked_for_at_once() -> None:
    marks = [fingerprint(each) for each in (HOLD, FEES, "nowhere in it at all")]
    found = Text(LAW).marked(marks)
    assert [found[mark][0].citation for mark in marks[:2]] == ["s. 1(1)", "s. 4(1)"]
    assert marks[2] not in found


@given(st.data())
def test_whatever_is_quoted_is_found_where_it_stands_and_by_its_fingerprint(data: st.DataObject) -> None:
    known = data.draw(st.sampled_from(LAW))
    words = known.text.split()
    start = data.draw(st.integers(0, len(words) - 1))
    quote = " ".join(words[start : data.draw(st.integers(start + 1, len(words)))])
    if comparable(quote):
        assert known.citation in [place.citation for place in Text(LAW).exact(quote)]
        assert known.citation in [
            place.citation for place in Text(LAW).marked([fingerprint(quote)])[fingerprint(quote)]
        ]


# ── Like it ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_an_amended_passage_is_proposed_with_its_score() -> None:
    now = HOLD.replace("thirty (30) grams", "ninety (90) grams").replace("at home", "in the home")
    found = Text(provisions(GROW, FEES, now, CARRY)).trace(HOLD, Text(LAW))
    assert found is not None
    place, score = found
    assert place.citation == "s. 3(1)"
    assert place.quote == now.rstrip(".")
    assert 80 < score < SAME


def test_the_same_words_elsewhere_score_a_hundred() -> None:
    found = Text(provisions(CARRY, GROW, HOLD)).trace(HOLD, Text(LAW))
    assert found is not None
    assert (found[0].citation, found[1]) == ("s. 3(1)", SAME)


def test_a_neighbour_that_stood_there_before_is_not_where_the_passage_went() -> None:
    gone = provisions(CARRY, GROW, FEES)
    near = Text(gone).trace("A patient may carry no more than sixty (60) grams of dried flower for herself.")
    assert near is not None, "nothing is known of before: it may be it"
    before = Text([*gone, *provisions("A patient may carry no more than 60 grams of dried flower for herself.")])
    assert Text(gone).trace("A patient may carry no more than 60 grams of dried flower for herself.", before) is None


def test_a_copy_that_is_left_of_two_is_not_where_the_other_went() -> None:
    twice, once = Text(provisions(HOLD, CARRY, HOLD)), Text(provisions(CARRY, HOLD))
    assert once.trace(HOLD, twice) is None
    assert twice.trace(HOLD, twice) is not None


def test_words_that_are_put_into_a_passage_leave_it_recognisable() -> None:
    now = HOLD.replace("may keep", "may, from the day on which the certificate is issued, keep")
    found = Text(provisions(now, CARRY)).trace(HOLD, Text(LAW))
    assert found is not None
    assert found[0].citation == "s. 1(1)"


@pytest.mark.parametrize("quote", ["", "of", FEES, "something that no law has ever said in such a place before"])
def test_what_is_gone_brings_no_proposal(quote: str) -> None:
    assert Text(provisions(HOLD, CARRY, GROW)).trace(quote, Text(LAW)) is None
    assert Text([]).trace(quote) is None


ENGLISH = st.sampled_from(
    [
        "patient",
        "holder",
        "licence",
        "vault",
        "consignment",
        "quarter",
        "seal",
        "notice",
        "register",
        "officer",
        "annex",
    ]
)


@given(st.data())
def test_a_proposal_is_words_of_the_text_with_a_score_that_is_enough(data: st.DataObject) -> None:
    quote = " ".join(data.draw(st.lists(ENGLISH, min_size=6, max_size=25)))
    law = provisions(*(" ".join(data.draw(st.lists(ENGLISH, min_size=1, max_size=40))) for _ in range(4)))
    found = Text(law).trace(quote)
    if found is not None:
        place, score = found
        assert LIKENESS <= score <= SAME
        assert (score == SAME) == (comparable(place.quote) == comparable(quote))
        assert comparable(place.quote) in comparable(" ".join(each.text for each in law))
        assert place in Text(law).exact(place.quote)


@given(st.data())
def test_a_passage_in_which_few_words_change_is_found_at_its_place(data: st.DataObject) -> None:
    """One word in five exchanged, in documents of real size: measured, nine in ten score more than 60."""
    law, changed = data.draw(st.sampled_from(LAWS)), ENGLISH
    at = data.draw(st.integers(0, len(law) - 1))
    words = law[at].text.split()
    for _ in range(len(words) // 5):
        words[data.draw(st.integers(0, len(words) - 1))] = data.draw(changed)
    now = [*law[:at], replace(law[at], text=" ".join(words)), *law[at + 1 :]]
    found = Text(now).trace(law[at].text, Text(law))
    if found is not None:
        assert found[1] == SAME or any(each.citation == law[at].citation for each in found[0].provisions)
    else:
        assert len(words) < 12, "a short passage may have lost too much"


_XA, _XB = canada_like(1, 60, ("en", "fr"))[0], dc_like(1)[0]
_HERE = Path(__file__).parents[1] / "replay"
_SOURCES = load_sources([_HERE / "declarations"], load_vocabulary((_HERE / "vocabulary",))).sources
LAWS = [
    [each for each in law if each.standing is Standing.IN_FORCE and 10 <= len(each.text.split()) <= 80][:60]
    for law in (
        segment(_SOURCES["xa/medical-access-regulations"], _XA.documents["regulations"], "regulations"),
        segment(_SOURCES["xb/patient-supply"], _XB.documents["9-402.07"], "9-402.07"),
    )
]
