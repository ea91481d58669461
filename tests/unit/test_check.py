"""An example is read and compared in plain words; a new declaration starts from a saved page."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.law.comar import Chapter, Regulation
from tracker.content import load_marked, load_yaml
from tracker.domain.source import Format, Source
from tracker.errors import DeclarationError, OperatorError, UnknownName
from tracker.extract.declarations import load_vocabulary, parse_source
from tracker.services.check import CheckResult, check_example, examples
from tracker.services.expected import NAME
from tracker.services.new_source import new_source

WORDS = load_vocabulary()
TODAY = date(2026, 4, 1)

HEAD = """
title: Rules
jurisdiction: NL
publisher: {name: An invented office}
instrument: {title: Rules, short: Rules, type: regulation}
language: en
schedule: 17 5 * * mon
access: {licence: invented, terms: invented, tried_live: never}
"""
PAGE_SOURCE = (
    HEAD
    + """
spider: page
format: html
html: {content: main, citation: "section {number}"}
documents: [{id: text, url: "https://example.org/rules.html"}]
expect: {provisions: {min: 40}, phrases: [patients]}
rules:
  - topic: possession_limit
    at: section 1
    find: "may keep {quantity} at home"
  - topic: authorisation_validity
    qualifier: {instrument: card}
    at: section 1
    find: "card is valid for {duration}"
    optional: true
  - topic: dose_limit
    until: 2020-01-01
    at: section 1
    find: "no more than {quantity} a day"
"""
)
INDEX_SOURCE = (
    HEAD
    + r"""
spider: index
format: dclaw
index:
  url: "https://example.org/code/index.xml"
  links: "//*[local-name()='include']/@href"
  match: '(?P<id>9-\d+)\.xml$'
expect: {documents: {min: 9}}
rules:
  - topic: possession_limit
    at: § 9-1(a)
    find: "may keep {quantity} at home"
  - topic: dose_limit
    at: § 9-2
    find: "no more than {quantity} a day"
"""
)
PAGE = """<html><head><title>Rules</title></head><body><main><h2>1. Rules for patients</h2>
<p>A patient may keep <b>thirty (30)</b> grams at home — and not more.</p></main></body></html>"""
DC = 'xmlns="https://code.dccouncil.us/schemas/dc-library" xmlns:xi="http://www.w3.org/2001/XInclude"'
INDEX = f'<container {DC}><xi:include href="./s/9-1.xml"/><xi:include href="./s/9-2.xml"/></container>'
SECTION = (
    f"<section {DC}><num>9-1</num><para><num>(a)</num><text>You may keep 2 ounces at home.</text></para></section>"
)
REPEALED = f"<section {DC}><num>9-2</num><text>Repealed.</text></section>"


def declared(folder: Path, text: str) -> Source:
    path = folder / "nl/rules.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return parse_source(load_marked(path), "nl/rules", WORDS)


def example(folder: Path, **documents: str) -> Path:
    where = folder / "nl/rules.examples/2026-04-01"
    where.mkdir(parents=True, exist_ok=True)
    for name, body in documents.items():
        (where / name.replace("_", ".").replace("S", "-")).write_text(body, "utf-8")
    return where


@pytest.fixture
def page(tmp_path: Path) -> tuple[Source, Path]:
    return declared(tmp_path, PAGE_SOURCE), example(tmp_path, text_html=PAGE)


@pytest.fixture
def chapter(tmp_path: Path) -> tuple[Source, Path]:
    documents = {"index_xml": INDEX, "9S1_xml": SECTION, "9S2_xml": REPEALED}
    return declared(tmp_path, INDEX_SOURCE), example(tmp_path, **documents)


def run(given: tuple[Source, Path]) -> CheckResult:
    return check_example(*given, WORDS)


def only_problem(given: tuple[Source, Path]) -> str:
    result = run(given)
    assert len(result.problems) == 1, result.problems
    assert not result.ok
    return result.problems[0]


def edit(given: tuple[Source, Path], before: str, after: str) -> None:
    path = given[1] / NAME
    text = path.read_text("utf-8")
    assert before in text
    path.write_text(text.replace(before, after), "utf-8")


def test_a_missing_expected_file_is_written_and_has_to_be_read(page: tuple[Source, Path]) -> None:
    assert only_problem(page).endswith("was missing and has been written: read it, then run again.")
    assert load_yaml(page[1] / NAME) == {
        "partial": True,
        "rules": [
            {
                "topic": "possession_limit",
                "value": "30 g",
                "citation": "Rules, section 1, paragraph 1",
                "quote": "may keep thirty (30) grams at home",
            },
            {"topic": "authorisation_validity", "qualifier": {"instrument": "card"}, "absent": True},
        ],
    }
    result = run(page)
    assert result.ok
    assert [(answer.display, answer.optional) for answer in result.answers] == [("30 g", False), ("", True)]


def test_a_whole_document_is_not_called_partial(tmp_path: Path) -> None:
    given = declared(tmp_path, PAGE_SOURCE.replace("{min: 40}", "{min: 1}")), example(tmp_path, text_html=PAGE)
    run(given)
    assert load_yaml(given[1] / NAME)["partial"] is False


def test_what_differs_is_said_in_words(page: tuple[Source, Path]) -> None:
    run(page)
    edit(page, "value: 30 g", "value: 25 g")
    assert only_problem(page) == "Possession limit: the value is '30 g'; expected.yml says '25 g'."


def test_a_rule_that_is_there_and_was_absent_is_said_in_words(page: tuple[Source, Path]) -> None:
    run(page)
    (page[1] / "text.html").write_text(PAGE.replace("grams at home", "grams at home. A card is valid for 2 years"))
    assert only_problem(page) == (
        "Validity of the authorisation (Card): expected.yml says that it is absent, and it is not."
    )


def test_a_rule_that_nobody_expects_is_named_with_its_value(page: tuple[Source, Path]) -> None:
    run(page)
    (page[1] / NAME).write_text("partial: true\nrules: []\n")
    assert only_problem(page) == "Possession limit: read as '30 g', and expected.yml does not list it."


def test_a_rule_that_the_declaration_lacks_is_named(page: tuple[Source, Path]) -> None:
    run(page)
    with (page[1] / NAME).open("a", encoding="utf-8") as file:
        file.write("  - {topic: dose_limit, value: 2 g}\n")
    assert only_problem(page) == "expected.yml lists dose_limit, which the declaration does not read on 2026-04-01."


def test_a_missing_passage_names_the_place_that_was_looked_at(page: tuple[Source, Path]) -> None:
    run(page)
    (page[1] / "text.html").write_text(PAGE.replace("keep", "hold"), "utf-8")
    assert "Possession limit: section 1: the words 'may keep {quantity} at home' were not found" in only_problem(page)


def test_an_amount_that_cannot_be_read_is_quoted(page: tuple[Source, Path]) -> None:
    run(page)
    (page[1] / "text.html").write_text(PAGE.replace("grams", "handfuls"), "utf-8")
    assert '"may keep thirty (30) handfuls at home" could not be read' in only_problem(page)


def test_excerpts_need_not_be_long_but_must_hold_the_declared_words(page: tuple[Source, Path]) -> None:
    run(page)
    edit(page, "partial: true", "partial: false")
    assert only_problem(page) == "Only 1 provisions where at least 40 are expected."
    edit(page, "partial: false", "partial: true")
    (page[1] / "text.html").write_text(PAGE.replace("patients", "people"), "utf-8")
    assert only_problem(page) == "The expected words 'patients' are nowhere in it."


def test_an_error_page_is_no_example(page: tuple[Source, Path]) -> None:
    (page[1] / "text.html").write_text("<html><title>Page not found</title><body><p>Sorry</p></body></html>")
    assert "is an error page (not found)" in only_problem(page)
    assert not (page[1] / NAME).exists()


def test_old_entries_read_old_examples_only(page: tuple[Source, Path]) -> None:
    old = page[1].parent / "2019-12-31"
    old.mkdir()
    (old / "text.html").write_text(PAGE.replace("at home", "at home, no more than 1 gram a day"), "utf-8")
    assert [answer.topic for answer in run((page[0], old)).answers][-1] == "dose_limit"
    assert [answer.topic for answer in run(page).answers][-1] != "dose_limit"


def test_a_source_with_an_index_is_read_through_it(chapter: tuple[Source, Path]) -> None:
    run(chapter)
    result = run(chapter)
    assert result.ok
    kept, repealed = result.answers
    assert (kept.display, kept.citation) == ("2 oz", "Rules, § 9-1(a)")
    assert (repealed.repealed, repealed.quote) == (True, "Repealed.")
    assert load_yaml(chapter[1] / NAME)["rules"][1]["repealed"] is True


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        ("index.xml", "the index is missing; save it as index.xml or index.html."),
        ("9-9.xml", "no document of the source is called '9-9'; there are 9-1, 9-2."),
        ("links", "no link of the index leads to a document"),
    ],
)
def test_files_that_do_not_fit_are_named(chapter: tuple[Source, Path], damage: str, said: str) -> None:
    if damage == "index.xml":
        (chapter[1] / damage).unlink()
    elif damage == "links":
        (chapter[1] / "index.xml").write_text(INDEX.replace("9-", "8-"))
    else:
        (chapter[1] / damage).write_text(SECTION)
    assert said in only_problem(chapter)


def test_a_document_may_be_absent_from_excerpts_only(chapter: tuple[Source, Path]) -> None:
    run(chapter)
    (chapter[1] / "9-2.xml").unlink()
    assert "Daily dose limit: § 9-2: the words" in only_problem(chapter)
    edit(chapter, "partial: true", "partial: false")
    assert "the document '9-2' is missing; its file is called after it." in only_problem(chapter)


def test_a_folder_is_named_after_a_day(page: tuple[Source, Path]) -> None:
    other = page[1].rename(page[1].with_name("first"))
    assert only_problem((page[0], other)).endswith("name the folder after a day, as in 2024-12-23.")


def test_a_folder_without_documents_is_no_example(page: tuple[Source, Path]) -> None:
    (page[1] / "text.html").unlink()
    assert "the document 'text' is missing" in only_problem(page)


def test_a_wrong_expected_file_names_line_and_field(page: tuple[Source, Path]) -> None:
    (page[1] / NAME).write_text("partial: true\nrules:\n  - topic: possession_limit\n    valeu: 30 g\n")
    with pytest.raises(DeclarationError, match=r"expected\.yml:4: rules\.0\.valeu: Extra inputs"):
        run(page)


def test_examples_stand_beside_the_declaration_that_counts(page: tuple[Source, Path], tmp_path: Path) -> None:
    other = tmp_path / "other"
    assert examples("nl/rules", [other, tmp_path]) == [page[1]]
    (other / "nl").mkdir(parents=True)
    (other / "nl/rules.yml").write_text(PAGE_SOURCE)
    assert examples("nl/rules", [other, tmp_path]) == []


LIMS = (
    '<?xml version="1.0"?><Regulation xml:lang="fr"><Identification><LongTitle>Règlement d’essai</LongTitle>'
    "</Identification><Body><Section><Label>1</Label><Text>Un. Deux.</Text></Section></Body></Regulation>"
)
CHAPTER = Chapter("14.17.04", "Program", (Regulation(".01", "Scope.", text="This is for all."),)).xml().decode()
ACT = (
    "<dokumente><norm><metadaten><kurzue>Beispielgesetz</kurzue></metadaten></norm><norm><metadaten><enbez>§ 1</enbez>"
    "</metadaten><textdaten><text><Content><P>So.</P></Content></text></textdaten></norm></dokumente>"
)
NUMBERED = PAGE.replace("<html>", '<html lang="nl-NL">')


@pytest.mark.parametrize(
    ("body", "format", "document", "language", "title"),
    [
        (LIMS, Format.LIMS, "text.xml", "fr", "Règlement d’essai"),
        (
            SECTION.replace("<num>9-1</num>", "<num>9-1</num><heading>Rules.</heading>", 1),
            Format.DCLAW,
            "9-1.xml",
            "en",
            "Rules.",
        ),
        (NUMBERED, Format.HTML, "text.html", "nl", "Rules"),
        (CHAPTER, Format.COMAR, "14.17.04.xml", "en", "Program"),
        (ACT, Format.GII, "text.xml", "de", "Beispielgesetz"),
    ],
)
def test_a_new_declaration_is_started_from_the_page(
    tmp_path: Path, body: str, format: Format, document: str, language: str, title: str
) -> None:
    written = new_source("nl/rules", "https://example.org/rules", body.encode(), tmp_path, today=TODAY)
    folder = tmp_path / "nl/rules.examples/2026-04-01"
    assert written == [tmp_path / "nl/rules.yml", folder / document, folder / NAME]
    source = parse_source(load_marked(written[0]), "nl/rules", WORDS)
    assert (source.format, source.language, source.title, source.jurisdiction) == (format, language, title, "NL")
    assert source.access.tried_live == "never"
    assert written[1].read_bytes() == body.encode()
    result = check_example(source, folder, WORDS)
    assert result.problems == ("The declaration reads no rule on this day; add one under rules:.",)
    assert written[0].read_text("utf-8").startswith("# yaml-language-server: $schema=")


def test_a_document_is_taken_out_of_its_archive(tmp_path: Path) -> None:
    archive = io.BytesIO()
    with ZipFile(archive, "w") as made:
        made.writestr("BJNR0000.xml", ACT)
    _, example, _ = new_source("nl/rules", "https://example.org/xml.zip", archive.getvalue(), tmp_path, today=TODAY)
    assert example.name == "text.xml"
    assert example.read_text("utf-8") == ACT
    with pytest.raises(OperatorError, match="The saved file is not the document: The ZIP archive is damaged"):
        new_source("nl/other", "https://example.org/xml.zip", archive.getvalue()[:-9], tmp_path, today=TODAY)


def test_numbered_headings_are_cited_by_number(tmp_path: Path) -> None:
    new_source("nl/rules", "https://example.org", NUMBERED.encode(), tmp_path, today=TODAY)
    how = parse_source(load_marked(tmp_path / "nl/rules.yml"), "nl/rules", WORDS).html
    assert how is not None
    assert (how.content, how.citation) == ("main", "section {number}")


def test_a_declaration_can_be_started_without_a_page(tmp_path: Path) -> None:
    written = new_source("us-dc/some/rules", "https://example.org/a: b", None, tmp_path, today=TODAY)
    assert written == [tmp_path / "us-dc/some/rules.yml"]
    source = parse_source(load_marked(written[0]), "us-dc/some/rules", WORDS)
    assert (source.jurisdiction, source.language) == ("US-DC", "en")
    assert source.documents[0].url == "https://example.org/a: b"


@pytest.mark.parametrize(
    ("source_id", "url", "body", "said"),
    [
        ("rules", "https://example.org", None, "'rules' is no id; write the jurisdiction, a slash and a name"),
        ("nl/../../etc", "https://example.org", None, "is no id"),
        ("nl/Rules", "https://example.org", None, "is no id"),
        ("nl/rules", "ftp://example.org", None, "write an http or https address"),
        ("nl/rules", "https://example.org", b"", "The saved page is empty"),
        (
            "nl/rules",
            "https://example.org",
            b"<html><title>Just a moment</title><body><p>x</p></body></html>",
            "challenge",
        ),
    ],
)
def test_nothing_is_written_where_something_is_wrong(
    tmp_path: Path, source_id: str, url: str, body: bytes | None, said: str
) -> None:
    with pytest.raises(OperatorError, match=said):
        new_source(source_id, url, body, tmp_path, today=TODAY)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_jurisdiction_gets_the_nearest(tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match=r"Unknown jurisdiction 'US-DD'\. Did you mean us-"):
        new_source("us-dd/rules", "https://example.org", None, tmp_path, today=TODAY)


def test_a_declaration_that_is_there_is_not_overwritten(tmp_path: Path) -> None:
    new_source("nl/rules", "https://example.org", None, tmp_path, today=TODAY)
    with pytest.raises(OperatorError, match="is there already"):
        new_source("nl/rules", "https://example.org/other", None, tmp_path, today=TODAY)
