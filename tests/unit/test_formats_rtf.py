"""The Iowa Code in rich text: sections, labels and headnotes as they are cited; history and notes are no rule."""

from __future__ import annotations

import time
from datetime import date

import pytest

from tests.law.iowa import Chapter, Gap, Para, Section, Subchapter, printed
from tracker.domain.provision import Provision, Standing
from tracker.errors import ExtractionError
from tracker.extract import richtext
from tracker.extract.formats.rtf import segment
from tracker.extract.match import Book
from tracker.extract.normalise import squeezed

HISTORY = ("2017 Acts, ch 162, §7, 25; 2019 Acts, ch 24, §17",)


def chapter(*parts: Section | Gap | Subchapter) -> bytes:
    return Chapter("9Z", "RELIEF", parts).rtf()


def section(*paras: Para, history: tuple[str, ...] = HISTORY, notes: tuple[str, ...] = ()) -> list[Provision]:
    return segment(chapter(Section("9Z.4", "Cards.", paras, history, notes)), "text")


def told(provisions: list[Provision]) -> list[tuple[str, str]]:
    return [(provision.citation, provision.text) for provision in provisions]


def raw(inside: str) -> list[str]:
    """The printed paragraphs of a document that is written here letter by letter."""
    found = richtext.paragraphs(b"{\\rtf1\\ansi " + inside.encode("latin-1") + b"\\par}")
    return [text for paragraph in found if (text := paragraph.text.strip())]


def test_a_section_is_cut_at_its_labels_in_reading_order() -> None:
    found = section(
        Para("In this section:"),
        Para("The department may issue a card to a patient who:", ("1.",), "Issuance to patient."),
        Para("Is of age.", ("a.",)),
        Para("Applies, with:", ("b.",)),
        Para("A name.", ("(1)",)),
        Para("An address:", ("(2)",)),
        Para("Of a house.", ("(a)",)),
        Para("Fees are set.", ("2.", "a.")),
        Para("More.", ("2A.",)),
    )
    assert told(found) == [
        ("§ 9Z.4", "In this section:"),
        ("§ 9Z.4(1)", "The department may issue a card to a patient who:"),
        ("§ 9Z.4(1)(a)", "Is of age."),
        ("§ 9Z.4(1)(b)", "Applies, with:"),
        ("§ 9Z.4(1)(b)(1)", "A name."),
        ("§ 9Z.4(1)(b)(2)", "An address:"),
        ("§ 9Z.4(1)(b)(2)(a)", "Of a house."),
        ("§ 9Z.4(2)(a)", "Fees are set."),
        ("§ 9Z.4(2A)", "More."),
    ]
    assert [provision.heading for provision in found[:2]] == ["Cards", "Issuance to patient"]
    assert found[-1].heading == "Cards"


def test_a_small_i_is_a_letter_after_h_and_a_figure_elsewhere() -> None:
    labels = [*"1.", "a.", "(1)", *(f"({letter})" for letter in "abcdefghi"), "(i)", "(ii)", "(j)"]
    labels.remove("1")
    labels[0] = "1."
    found = section(*(Para("Words.", (label,)) for label in labels))
    assert [provision.citation.removeprefix("§ 9Z.4(1)(a)(1)") for provision in found[-5:]] == [
        "(h)",
        "(i)",
        "(i)(i)",
        "(i)(ii)",
        "(j)",
    ]


def test_words_after_a_list_belong_to_the_section() -> None:
    found = section(Para("It is so:", ("1.",)), Para("Where this is, no more than 30 grams."))
    assert [provision.citation for provision in found] == ["§ 9Z.4(1)", "§ 9Z.4"]


def test_a_link_is_a_paragraph_of_its_own_and_ends_no_sentence() -> None:
    (found,) = section(Para("Whoever sees them meets [[653 IAC 13.11(7)]], and more.", ("4.",)))
    assert found.text == "Whoever sees them meets 653 IAC 13.11(7), and more."


def test_quotes_dashes_and_apostrophes_stand_without_their_substitutes() -> None:
    (found,) = section(Para("{{“Card”}} means a patient’s card — see 21 U.S.C. §802(6) – or “other”."))
    assert found.text == "“Card” means a patient’s card — see 21 U.S.C. §802(6) – or “other”."


@pytest.mark.parametrize(
    "note",
    [
        "[C51, §46; R60, §62, 113; C97, p. 5, §38; C24, 27, §156; 82 Acts, ch 1061, §1]",
        "91 Acts, ch 258, §8",
        "C93, §2B.1",
        "CS91, §14.5",
        "2020 Acts, ch 1116, §2 – 5",
        "Referred to in §124.401, 204.17",
    ],
)
def test_history_and_notes_are_no_rule(note: str) -> None:
    found = section(Para("The law."), history=(note,), notes=("Publication of fees, see §7A.27",))
    assert [provision.text for provision in found] == ["The law."]


def test_what_stands_before_the_first_section_and_between_sections_is_no_rule() -> None:
    found = segment(
        chapter(
            Subchapter("SUBCHAPTER I", "GENERAL"),
            Section("9Z.1", "Short title.", (Para("It has a title."),)),
            Subchapter("SUBCHAPTER II", "CARDS"),
            Section("9Z.2", "Cards.", (Para("There are cards."),), HISTORY),
        ),
        "text",
    )
    assert told(found) == [("§ 9Z.1", "It has a title."), ("§ 9Z.2", "There are cards.")]


def test_reserved_sections_are_none_and_repealed_ones_are_marked() -> None:
    found = segment(
        chapter(
            Section("9Z.1", "Short title.", (Para("It has a title."),), HISTORY),
            Gap("9Z.2", "Reserved."),
            Gap("9Z.3 through 9Z.5", "Repealed by 2024 Acts, ch 1170, §95."),
            Gap("9Z.6 and 9Z.6A", "Repealed by 2020 Acts, ch 9, §2."),
            Gap("9Z.7", "Transferred to §9Y.3."),
            Section("9Z.8", "Limits.", (Para("Repealed by 2023 Acts, ch 1, §1.", ("1.",)), Para("Law.", ("2.",)))),
        ),
        "text",
    )
    repealed = [provision.citation for provision in found if provision.standing is Standing.REPEALED]
    assert repealed == ["§ 9Z.3", "§ 9Z.4", "§ 9Z.5", "§ 9Z.6", "§ 9Z.6A", "§ 9Z.8(1)"]
    assert [p.citation for p in found if p.standing is Standing.IN_FORCE] == ["§ 9Z.1", "§ 9Z.8(2)"]
    assert Book(found, ()).repealed("§ 9Z.4(1)(e)") is not None


def test_a_section_is_not_the_one_whose_number_it_begins_with() -> None:
    found = segment(
        chapter(Section("9Z.1", "A.", (Para("One."),), HISTORY), Section("9Z.12", "B.", (Para("Two."),), HISTORY)),
        "text",
    )
    assert [provision.text for provision in Book(found, ()).under("§ 9Z.1")] == ["One."]


PARTS = (
    Para("Whole:", ("1.",)),
    Para("A.", ("a.",)),
    Para("B.", ("b.",)),
    Para("Other.", ("2.",)),
)


@pytest.mark.parametrize(
    ("note", "dated"),
    [
        ("2019 amendment to subsection 1, paragraph b, effective January 1, 2020; 2019 Acts, ch 24, §17", ["(1)(b)"]),
        ("2019 amendments to subsections 1 and 2 effective January 1, 2020", ["(1)", "(1)(a)", "(1)(b)", "(2)"]),
        ("2019 amendment effective January 1, 2020; 2019 Acts, ch 24, §17", ["(1)", "(1)(a)", "(1)(b)", "(2)"]),
        ("2017 amendment to subsection 1 effective January 1, 2018; 2017 Acts, ch 162", []),
        ("2019 amendment to subsection 1 applies to cards issued in 2020", []),
    ],
)  # fmt: skip
def test_a_note_on_the_newest_act_says_since_when_its_words_hold(note: str, dated: list[str]) -> None:
    found = section(*PARTS, notes=(note,))
    days = {provision.citation.removeprefix("§ 9Z.4"): provision.dating.effective_on for provision in found}
    assert {place: day for place, day in days.items() if day} == dict.fromkeys(dated, date(2020, 1, 1))


def test_a_day_that_does_not_exist_is_named_with_its_place() -> None:
    with pytest.raises(ExtractionError, match=r"§ 9Z\.4: 'February 31, 2020' is a date that does not exist"):
        section(Para("Law."), notes=("2019 amendment effective February 31, 2020; 2019 Acts, ch 24",))


def test_without_a_note_no_day_is_stated() -> None:
    assert {provision.dating.effective_on for provision in section(*PARTS)} == {None}


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (r"caf\'e9 \'a712", "café §12"),
        (r"\uc0\u8220 x\u8221 ", "“x”"),
        (r"\uc2\u8220\'3f\'3fx", "“x"),
        (r"\u8217?s", "’s"),
        (r"\u-3913 ?", "\uf0b7"),
        (r"\u55357?\u56841? g", "😉 g"),
        (r"a\~b\_c\-d", "a\u00a0b-cd"),
        (r"\{30\} \\ g", "{30} \\ g"),
        ("thir\r\nty", "thirty"),
        (r"one\tab two\line three", "one\ttwo\nthree"),
        (r"{\b bold}{\i0 plain}{\super 1}", "boldplain1"),
        (r"30{\deleted 60}{\v hidden} g", "30 g"),
        (r"30{\*\bkmkstart x}{\*\unheard of} g", "30 g"),
        (r"30{\footnote see} {\fldrslt 40}{\*\fldinst HYPERLINK} g", "30 40 g"),
        (r"30{\bin3 }}\} g", "30 g"),
        (r"\ansicpg1251 \'e3", "г"),
        (r"\ansicpg932 \'83\'4f", "グ"),
        (r"\lquote a\rquote\emdash b", "‘a’—b"),
    ],
)  # fmt: skip
def test_rich_text_is_read_as_it_is_printed(inside: str, text: str) -> None:
    assert raw(inside) == [text]


def test_a_table_has_cells() -> None:
    fees = r"\pard\intbl Card\cell \pard\intbl $100\par a year\cell\row "
    source = chapter(Section("9Z.1", "Fees.", (Para("They are:"),)))[:-1] + b"{" + fees.encode() + b"}}"
    assert told(segment(source, "text")) == [("§ 9Z.1", "They are:"), ("§ 9Z.1, row 1", "Card $100 a year")]
    assert segment(source, "text")[-1].cells == ("Card", "$100 a year")


GOOD = chapter(Section("9Z.1", "Cards.", (Para("There are cards."),), HISTORY))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "is empty"),
        (b"\0\0 \n", "is empty"),
        (b"<!DOCTYPE html><html><body>Not found</body></html>", "an HTML page instead of rich text"),
        (b"PK\x03\x04rubbish", "not rich text"),
        (b"%PDF-1.7\n", "not rich text"),
        (GOOD[:-40], "ends before it is complete"),
        (GOOD[: len(GOOD) // 2], "ends before it is complete"),
        (b"{\\rtf1 " + b"{" * 100_000, "nested too deeply"),
        (b"{\\rtf1 " + b"{}" * 1_000_000 + b"}", "far too large"),
        (b"{\\rtf1\\ansicpg99999 x}", "unknown code page"),
        (b"{\\rtf1 Words of another law.\\par}", "No section of the Iowa Code"),
        (bytes(range(256)) * 10_000, "not rich text"),
        (b"{\\rtf1 " + bytes(range(32, 92)) * 10_000, "ends before it is complete"),
    ],
)  # fmt: skip
def test_what_is_not_the_chapter_is_refused_with_the_reason_and_quickly(body: bytes, reason: str) -> None:
    started = time.process_time()
    with pytest.raises(ExtractionError, match=reason):
        segment(body, "text")
    assert time.process_time() - started < 5


@pytest.mark.parametrize("filler", [b"x" * 60_000_000, b"\\x" * 30_000_000, b"\\'41" * 7_000_000])
def test_megabytes_of_rubbish_are_refused_quickly(filler: bytes) -> None:
    started = time.process_time()
    with pytest.raises(ExtractionError, match="far too large"):
        segment(GOOD[:-1] + b"\\par " + filler + b"}", "text")
    assert time.process_time() - started < 5


def test_the_words_are_those_that_anybody_reads_in_the_file() -> None:
    source = chapter(Section("9Z.4", "Cards.", (Para("A “card”:", ("1.", "a."), "Cards."), *PARTS), HISTORY))
    words = squeezed(printed(source))
    assert squeezed("(a) A “card”:") in words
    for provision in segment(source, "text"):
        assert squeezed(provision.text) in words
