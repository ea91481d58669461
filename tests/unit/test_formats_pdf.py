"""A PDF of a regulator is read as a person reads it: in order, without what pages repeat, and with the page cited."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.law.pdf import Document, Page, Text, lines
from tests.unit.chronicle import words
from tracker.domain.provision import Provision
from tracker.domain.source import Pdf, Source
from tracker.domain.value import to_json
from tracker.errors import ExtractionError
from tracker.extract import pdf_words
from tracker.extract.compare import text_changes
from tracker.extract.formats.pdf import segment
from tracker.extract.match import Book
from tracker.extract.mistakes import mistakes_in
from tracker.extract.read import Page as Fetched
from tracker.extract.read import read

HOW = Pdf(section=r"(?P<number>\d+(?:\.\d+)*)\.? +(?P<heading>[A-Z].*)")


def document(*pages: Sequence[Text], **said: Any) -> bytes:
    return Document([Page(texts) for texts in pages], **said).pdf()


def told(body: bytes, how: Pdf = HOW, language: str = "en") -> list[tuple[str, str]]:
    return [(provision.citation, provision.text) for provision in segment(body, "text", how, language)]


def text_of(*texts: str) -> str:
    """The words of lines that stand closely below each other."""
    (found,) = told(document(lines(*texts)))
    return found[1]


def page(number: int, *texts: str, of: int = 3) -> list[Text]:
    """A page with a running head, a running foot and its number."""
    head = [Text(72, 760, "Health Authority - Guidance for prescribers", 9)]
    foot = [Text(72, 40, "Version of March 2026", 9), Text(500, 28, f"Page {number} of {of}", 9)]
    return [*head, *lines(*texts), *foot]


WHOLE = document(
    page(1, "1. Who may certify", "", "A physician may certify.", "", "2. How much", "", "A patient may keep no"),
    page(2, "more than 30 grams.", "", "2.1 At home", "", "There is no limit."),
    page(3, "3. How long", "", "A card of a patient is valid for one year."),
)


def test_sections_begin_at_lines_and_every_citation_names_its_page() -> None:
    assert told(WHOLE) == [
        ("p. 1, section 1, paragraph 1", "A physician may certify."),
        ("p. 1, section 2, paragraph 1", "A patient may keep no more than 30 grams."),
        ("p. 2, section 2.1, paragraph 1", "There is no limit."),
        ("p. 3, section 3, paragraph 1", "A card of a patient is valid for one year."),
    ]
    assert segment(WHOLE, "text", HOW, "en")[0].heading == "1. Who may certify"


def test_the_place_of_a_rule_has_no_page() -> None:
    book = Book(segment(WHOLE, "text", HOW, "en"), ())
    for place in ("section 2", "p. 1, section 2", "p. 9, section 2"):
        assert [provision.text for provision in book.under(place)] == ["A patient may keep no more than 30 grams."]


def test_words_that_only_move_to_another_page_have_not_changed() -> None:
    before = segment(
        document(lines("1. Who", "", "A physician.", "", "2. How much", "", "30 grams.")), "text", HOW, "en"
    )
    after = segment(
        document(lines("1. Who", "", "A physician."), lines("2. How much", "", "30 grams.")), "text", HOW, "en"
    )
    assert [provision.citation for provision in after] != [provision.citation for provision in before]
    assert text_changes("xa/guidance", "text", before, after, datetime(2026, 4, 1, tzinfo=UTC)) == []


@pytest.mark.parametrize(
    ("said", "cited"),
    [
        ({"section": None}, "page 1, paragraph 1"),
        ({"section": None, "language": "de"}, "Seite 1, paragraph 1"),
        ({"section": r"Who.*", "citation": "„{heading}“", "language": "de"}, "S. 1, „Who may“"),
        ({"section": r"\w+ (?P<heading>may)", "citation": "rule {heading}"}, "p. 1, rule may"),
    ],
)
def test_a_section_is_cited_as_declared(said: dict[str, str], cited: str) -> None:
    language = said.pop("language", "en")
    found = told(document(lines("Who may", "", "A physician.")), Pdf.model_validate(said), language)
    assert found[0][0].startswith(cited)


def test_text_may_follow_on_the_line_of_its_number() -> None:
    body = document(lines("2. A patient may keep no more than 30", "grams at home.", "", "3. A card lasts."))
    assert told(body, Pdf(section=r"(?P<number>\d+)\. ")) == [
        ("p. 1, section 2, paragraph 1", "A patient may keep no more than 30 grams at home."),
        ("p. 1, section 3, paragraph 1", "A card lasts."),
    ]


@pytest.mark.parametrize(
    ("number", "dropped"),
    [("3", True), ("- 3 -", True), ("Page 3 of 10", True), ("iv", True), ("p. 3", True), ("3 | Page", True),
     ("Seite 3 von 10", True), ("3 grams", False), ("Version 3", False)],
)  # fmt: skip
def test_the_number_of_a_page_is_no_text(number: str, dropped: bool) -> None:
    body = document([*lines("1. Who", "", "A physician."), Text(300, 30, number)])
    assert (len(told(body)) == 1) is dropped


def test_lines_that_pages_repeat_are_no_text_though_they_carry_numbers() -> None:
    odd_and_even = document(
        *(
            [
                Text(72, 765, "Guidance, edition 4" if number % 2 else f"{number} Health Authority"),
                *lines(f"{number}. Title", "", f"Rule {number} is said."),
                Text(72, 30, f"Printed on {number} March 2026"),
            ]
            for number in range(1, 7)
        )
    )
    assert [text for _, text in told(odd_and_even)] == [f"Rule {number} is said." for number in range(1, 7)]


def test_what_repeats_inside_pages_is_text() -> None:
    body = document(*(lines("1. Limit", "", "No more than 30 grams.") for _ in range(3)))
    assert [text for _, text in told(body)] == ["No more than 30 grams."] * 3


def test_declared_lines_are_dropped() -> None:
    body = document(lines("1. Who", "", "DRAFT - not for use", "", "A physician."))
    how = HOW.model_copy(update={"drop": (r"DRAFT.*",)})
    assert [text for _, text in told(body, how)] == ["A physician."]


def test_a_table_of_contents_with_leaders_is_no_text() -> None:
    body = document(
        lines("1. Who may certify ........... 2", "2. How much . . . . . . . . . 3"),
        lines("1. Who may certify", "", "A physician."),
    )
    assert told(body) == [("p. 2, section 1, paragraph 1", "A physician.")]


@pytest.mark.parametrize(
    ("printed", "read_as"),
    [
        (("medical canna-", "bis is here."), "medical cannabis is here."),
        (("a practi-", "tioner."), "a practitioner."),
        (("they self-", "certify."), "they self-certify."),
        (("a thirty-", "day card."), "a thirty-day card."),
        (("a 30-", "day card."), "a 30-day card."),
        (("the THC-", "Content."), "the THC-Content."),
        (("drug-free, or drug-", "free."), "drug-free, or drug-free."),
        (("a soft can\u00ad", "nabis."), "a soft cannabis."),
        (("a dash -", "and more."), "a dash - and more."),
    ],
)
def test_words_divided_at_the_end_of_a_line_are_whole(printed: tuple[str, ...], read_as: str) -> None:
    assert text_of(*printed) == read_as


def test_ligatures_are_letters() -> None:
    assert text_of("certi\ufb01ed \ufb02owers") == "certified flowers"


def test_a_raised_figure_is_no_part_of_the_number_before_it() -> None:
    raised = [Text(72, 700, "no more than 30"), Text(148, 704, "1", 7), Text(155, 700, "grams.")]
    assert told(document(raised))[0][1] == "no more than 30 1 grams."


def test_a_note_below_the_text_stands_apart_and_cuts_no_sentence() -> None:
    body = document(
        [*lines("1. How much", "", "A patient may keep no more"), *lines("1 See the list.", left=72, top=90, size=8)],
        lines("than 30 grams at home.", "", "It is so."),
    )
    assert told(body) == [
        ("p. 1, section 1, paragraph 1", "A patient may keep no more than 30 grams at home."),
        ("p. 1, section 1, note 1", "1 See the list."),
        ("p. 2, section 1, paragraph 2", "It is so."),
    ]


def test_items_of_a_list_stand_without_their_labels() -> None:
    body = document(
        lines(
            "1. For what", "", "It is for:", "(a) severe pain that", "lasts long;", "\u2022 epilepsy; or", "3. nausea."
        )
    )
    how = Pdf(section=r"(?P<number>\d+)\. For what")
    assert [(citation.rpartition(", ")[2], text) for citation, text in told(body, how)] == [
        ("paragraph 1", "It is for:"),
        ("item 1", "severe pain that lasts long;"),
        ("item 2", "epilepsy; or"),
        ("item 3", "nausea."),
    ]


def test_a_label_far_from_its_words_belongs_to_them() -> None:
    body = document(
        [Text(72, 720, "2."), Text(140, 720, "How much"), Text(72, 690, "(a)"), Text(140, 690, "30 grams.")]
    )
    assert told(body) == [("p. 1, section 2, item 1", "30 grams.")]


def test_a_date_at_the_start_of_a_line_is_no_label() -> None:
    body = document(lines("Das gilt;", "1. April 2026."))
    assert told(body, Pdf()) == [("page 1, paragraph 1", "Das gilt; 1. April 2026.")]


def test_rows_of_a_table_have_cells() -> None:
    rows = [("dried flower", "60 g"), ("oil for oral use", "5 ml")]
    drawn = [Text(x, 650 - 20 * n, cell) for n, row in enumerate(rows) for x, cell in zip((72, 300), row, strict=True)]
    found = segment(document([*lines("1. Limits"), *drawn]), "text", HOW, "en")
    assert [(provision.path, provision.cells) for provision in found] == [
        (("section 1", "row 1"), rows[0]),
        (("section 1", "row 2"), rows[1]),
    ]


def test_a_cell_may_have_several_lines() -> None:
    body = document([*lines("oil for oral use,", "drops included", top=600), Text(300, 600, "5 ml")])
    (found,) = segment(body, "text", HOW, "en")
    assert found.cells == ("oil for oral use, drops included", "5 ml")


LEFT = [f"The left column says in line {n} what" for n in range(1, 9)]
RIGHT = [f"and the right column goes on in line {n}" for n in range(1, 9)]


@pytest.mark.parametrize("across", [False, True], ids=["column after column", "line by line"])
def test_columns_are_read_one_after_the_other(across: bool) -> None:
    left, right = lines(*LEFT, left=60), lines(*RIGHT, left=330)
    drawn = [text for pair in zip(left, right, strict=True) for text in pair] if across else [*left, *right]
    assert " ".join(text for _, text in told(document(drawn))) == " ".join(LEFT + RIGHT)


def test_a_title_over_columns_and_a_section_below_them_keep_their_place() -> None:
    pairs = zip(lines(*LEFT, left=60, top=680), lines(*RIGHT, left=330, top=680), strict=True)
    body = document(
        [*lines("1. Columns"), *(text for pair in pairs for text in pair), *lines("2. Below", "", "It ends.", top=400)]
    )
    found = told(body)
    assert [citation.partition(", ")[2].partition(", ")[0] for citation, _ in found] == ["section 1", "section 2"]
    assert found[0][1].startswith(LEFT[0])


def test_slanted_unseen_and_cut_off_words_are_no_text() -> None:
    hidden = [
        Text(200, 300, "DRAFT", turn="0.7 0.7 -0.7 0.7"),
        Text(72, 500, "ten kilograms", unseen=True),
        Text(72, 900, "outside"),
    ]
    assert [text for _, text in told(document([*lines("1. Limit", "", "Thirty grams."), *hidden]))] == ["Thirty grams."]


def test_a_page_may_lie_on_its_side() -> None:
    upwards = [Text(100 + 14 * n, 72, each, turn="0 1 -1 0") for n, each in enumerate(("1. Limit", "Thirty", "grams."))]
    body = Document([Page(upwards, turned=90)]).pdf()
    assert told(body) == [("p. 1, section 1, paragraph 1", "Thirty grams.")]


def test_the_day_from_which_it_applies() -> None:
    body = document(lines("Applies from", "1 March 2026.", "", "1. Limit", "", "Thirty grams."))
    how = HOW.model_copy(update={"effective": "applies from {date}"})
    found = segment(body, "text", how, "en")
    assert {provision.dating.effective_on for provision in found} == {date(2026, 3, 1)}
    assert found[0].dating.section_wide
    assert found[0].citation == "p. 1, paragraph 1"


def test_a_date_that_does_not_exist_is_named() -> None:
    how = HOW.model_copy(update={"effective": "applies from {date}"})
    with pytest.raises(ExtractionError, match="'31 February 2026' is a date that does not exist"):
        segment(document(lines("It applies from 31 February 2026.")), "text", how, "en")


def test_compressed_streams_are_read() -> None:
    assert told(document(lines("Thirty grams."), compressed=True)) == [("p. 1, paragraph 1", "Thirty grams.")]


GOOD = document(lines("1. Limit", "", "Thirty grams."))
SCAN = Document([Page([], scanned=True)] * 3).pdf()
GUESSED = Document([Page([Text(72, 700, "Thirty grams, I believe.", unseen=True)], scanned=True)]).pdf()
MOSTLY_SCAN = Document([Page(lines("A cover letter.")), Page([], scanned=True), Page([], scanned=True)]).pdf()


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "The document is empty."),
        (b"<!DOCTYPE html><html><body>Not found</body></html>", "The document is an HTML page instead of a PDF."),
        (b"{\\rtf1 words}", "The document is no PDF."),
        (bytes(range(256)) * 10_000, "The document is no PDF."),
        (GOOD + bytes(60_000_000), "The PDF is far too large for a text of law"),
        (GOOD[: len(GOOD) // 2], "The PDF ends before it is complete."),
        (b"%PDF-1.7\n" + b"\xff" * 2_000 + b"%%EOF", "The PDF is damaged and cannot be opened."),
        (GOOD.replace(b"/Type /Page /Parent", b"/Type /Pork /Parent"), "Page 1 of the PDF is damaged"),
        (document(lines("Thirty grams."), password="secret"), "The PDF is encrypted and asks for a password."),
        (document(lines("Thirty grams."), no_copying=True), "The PDF is encrypted and forbids that its text is copied"),
        (SCAN, r"The PDF is a scan: it has pictures without text \(3 of 3 pages\); a person has to read it."),
        (MOSTLY_SCAN, r"pictures without text \(2 of 3 pages\)"),
        (document([]), r"The PDF has pages without text \(1 of 1 pages\)"),
        (GUESSED, "The PDF is a scan with words that a machine has guessed; a person has to read it."),
        (document([Text(72, 700, "thirty grams", unmapped=True)]), "does not say which letters its fonts draw"),
    ],
)
def test_what_cannot_be_read_is_held_with_the_reason(body: bytes, reason: str) -> None:
    with pytest.raises(ExtractionError, match=reason):
        segment(body, "text", HOW, "en")


def test_a_scanned_cover_is_no_reason_to_hold_the_rest() -> None:
    body = Document([Page([], scanned=True), *(Page(lines(f"{n}. Limit", "", "Thirty.")) for n in (1, 2))]).pdf()
    assert [citation for citation, _ in told(body)] == ["p. 2, section 1, paragraph 1", "p. 3, section 2, paragraph 1"]


def test_a_missing_reader_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_words, "find_spec", lambda name: None)
    with pytest.raises(ExtractionError, match=r"pip install 'access-rules-tracker\[pdf\]'"):
        segment(GOOD, "text", HOW, "en")


def test_forty_pages_take_well_under_a_second_each() -> None:
    body = document(
        *(lines(*[f"A line of words on page {n} that goes on and on." for _ in range(45)]) for n in range(40))
    )
    started = time.monotonic()
    found: list[Provision] = segment(body, "text", HOW, "en")
    assert found
    assert time.monotonic() - started < 10


DECLARED = {
    "id": "xa/guidance",
    "title": "Guidance",
    "jurisdiction": "NL",
    "publisher": {"name": "Health Authority"},
    "instrument": {"title": "Guidance for prescribers", "short": "Guidance", "type": "regulator_page"},
    "spider": "page",
    "format": "pdf",
    "language": "en",
    "documents": [{"id": "text", "url": "https://health.example/guidance.pdf"}],
    "schedule": "17 5 * * mon",
    "access": {"licence": "none", "terms": "none", "tried_live": "never"},
    "pdf": {"section": HOW.section},
    "rules": [
        {"topic": "possession_limit", "at": "section 2", "find": "may keep no more than {quantity}", "bound": "max"},
        {
            "topic": "authorisation_validity",
            "qualifier": {"instrument": "card"},
            "at": "section 9",
            "find": "A card of a patient is valid for {duration}",
        },
    ],
}


def test_a_declaration_reads_a_pdf_and_cites_the_page() -> None:
    source = Source.model_validate(DECLARED)
    assert list(mistakes_in(source, words())) == []
    fetched = Fetched("text", "https://health.example/guidance.pdf", "0", WHOLE, "application/pdf")
    reading = read(source, [fetched], date(2026, 4, 1), words())
    limit, validity = reading.assertions
    assert to_json(limit.value) == {"state": "stated", "type": "quantity", "number": "30", "unit": "g", "bound": "max"}
    assert limit.passage.citation == "Guidance, p. 1, section 2, paragraph 1"
    assert limit.passage.quote == "may keep no more than 30 grams"
    assert validity.moved, "six words that stand in exactly one other section"
    assert validity.passage.citation == "Guidance, p. 3, section 3, paragraph 1"


@pytest.mark.parametrize(
    ("change", "mistake"),
    [
        ({"pdf": {"section": "(", "citation": "x"}}, "not a regular expression"),
        ({"pdf": None}, "the format 'pdf' and the 'pdf:' block belong together"),
        ({"format": "lims"}, "the format 'pdf' and the 'pdf:' block belong together"),
    ],
)
def test_a_wrong_block_is_refused(change: dict[str, Any], mistake: str) -> None:
    with pytest.raises(ValueError, match=mistake):
        Source.model_validate({**DECLARED, **change})


def test_placeholders_that_nobody_fills_in_are_mistakes() -> None:
    block = {"section": "x?", "citation": "rule {page}", "effective": "from the first of March"}
    found = [where for where, _ in mistakes_in(Source.model_validate({**DECLARED, "pdf": block}), words())]
    assert found == [("pdf", "citation"), ("pdf", "effective"), ("pdf", "section")]
