"""A page is read as its declaration says: one content element, sections at headings, then their parts."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.domain.provision import UNDATED, Provision
from tracker.domain.source import Html
from tracker.errors import ExtractionError
from tracker.extract.formats.html import segment

HOW = Html(content="main", drop=(".share",))


def page(inside: str, title: str = "Rules") -> bytes:
    head = f'<head><meta charset="utf-8"><title>{title}</title></head>'
    return f"<!DOCTYPE html><html>{head}<body><nav>Menu</nav><main>{inside}</main></body></html>".encode()


def read(inside: str, how: Html = HOW) -> list[Provision]:
    return segment(page(inside), "text", how)


def words(inside: str) -> str:
    (found,) = read(f"<p>{inside}</p>")
    return found.text


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        ("<strong>E</strong>pilepsy", "Epilepsy"),
        ("<em>thirty</em> (<b>30</b>) g", "thirty (30) g"),
        ("one<br>two<br/>three", "one two three"),
        ("30<sup>1</sup> g", "30 1 g"),
        ("1<sup>er</sup> avril", "1er avril"),
        ("can<!-- not -->na<script>x()</script>bis", "cannabis"),
        ("<span>multiple </span><span>sclerosis</span>", "multiple sclerosis"),
        ("a\x00b&#1;c&shy;d&nbsp; e", "abcd e"),
        ("caf\u00e9 &amp; <a href='x'>link</a>", "caf\u00e9 & link"),
    ],
)
def test_elements_within_a_line_end_no_word(inside: str, text: str) -> None:
    assert words(inside) == text


def test_elements_that_make_lines_do() -> None:
    (item,) = read("<ul><li><div>pain</div><div>severe</div></li></ul>")
    assert item.text == "pain severe"


PARTS = """<p>Intro.</p>
<h2>1. Who</h2><p>A.</p><ul><li>x</li><li><p>y</p></li></ul><div class="share"><p>Share</p></div>
<h2>Limits</h2><table><tr><th>Form</th><th>Limit</th></tr><tr><td>oil</td><td>5 g</td></tr>
<tr><th>hash</th><td></td></tr></table><blockquote>Q.</blockquote><p> </p>"""


def test_sections_begin_at_headings_and_their_parts_are_counted() -> None:
    found = read(PARTS)
    assert [(p.citation, p.text) for p in found] == [
        ("paragraph 1", "Intro."),
        ("section 1. Who, paragraph 1", "A."),
        ("section 1. Who, item 1", "x"),
        ("section 1. Who, item 2", "y"),
        ("section Limits, row 1", "oil 5 g"),
        ("section Limits, row 2", "hash"),
        ("section Limits, paragraph 1", "Q."),
    ]
    assert found[4].cells == ("oil", "5 g")
    assert found[4].heading == "Limits"


def test_words_that_stand_in_no_block_are_paragraphs() -> None:
    found = read(
        """<div class="text">This <b>office</b> keeps<br>the list.<script>x()</script></div> Loose <i>words</i>
        <section><h2>1. Who</h2><div><div>A.</div>B. <ul><li>x <ul><li>y</li></ul></li></ul> C.<p>D.</p>
        <table><caption>Limits</caption><tr><td><div>oil</div></td><td><p>5 g</p></td></tr></table></div>
        <a href="x"><div>E.</div></a><dl><dt>Term</dt><dd>Meaning</dd></dl></section>"""
    )
    assert [(p.citation.removeprefix("section 1. Who, "), p.text) for p in found] == [
        ("paragraph 1", "This office keeps the list."),
        ("paragraph 2", "Loose words"),
        ("paragraph 1", "A."),
        ("paragraph 2", "B."),
        ("item 1", "x y"),
        ("item 2", "y"),
        ("paragraph 3", "C."),
        ("paragraph 4", "D."),
        ("paragraph 5", "Limits"),
        ("row 1", "oil 5 g"),
        ("paragraph 6", "E."),
        ("paragraph 7", "Term"),
        ("item 3", "Meaning"),
    ]


def test_menus_and_what_visitors_press_are_no_text() -> None:
    inside = "<nav><ul><li>Home</li></ul></nav><div>Rules<button>Share</button>hold.</div>"
    assert [p.text for p in read(inside + "<p>A<select><option>1</option></select></p>")] == ["Rules hold.", "A"]


def test_paragraphs_that_become_other_elements_stay_where_they_are() -> None:
    other = PARTS.replace("<p>", '<div class="p"><span>').replace("</p>", "</span></div>")
    assert [(p.citation, p.text) for p in read(other)] == [(p.citation, p.text) for p in read(PARTS)]


def test_a_section_may_be_cited_by_its_number() -> None:
    cited = [p.citation for p in read(PARTS, Html(content="main", citation="rule {number}"))]
    assert cited[1] == "rule 1, paragraph 1"
    assert cited[-1] == "rule Limits, paragraph 1"


def test_the_day_from_which_a_page_applies() -> None:
    how = Html(content="main", effective="apply from {date}")
    (found,) = read("<p>These rules apply\n from <b>1 March</b> 2026.</p>", how)
    assert found.dating.effective_on == date(2026, 3, 1)
    assert found.dating.section_wide
    assert read("<p>No day.</p>", how)[0].dating is UNDATED


def test_a_date_that_does_not_exist_is_named_with_its_place() -> None:
    with pytest.raises(ExtractionError) as caught:
        read("<p>It applies from 31 February 2026.</p>", Html(content="main", effective="applies from {date}"))
    assert str(caught.value) == ("'applies from 31 February 2026': '31 February 2026' is a date that does not exist.")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "The page is empty"),
        (page("<p>x</p>").replace(b"main>", b"section>"), "0 elements 'main' where one was declared"),
        (page("<p>x</p></main><main>"), "2 elements 'main'"),
        (page("<p>x</p>", "Page not found"), "is an error page"),
        (page("<p>x</p>")[:-20], "ends before it is complete"),
    ],
)
def test_what_is_not_the_document_is_refused_with_the_reason(body: bytes, reason: str) -> None:
    with pytest.raises(ExtractionError, match=reason):
        segment(body, "text", HOW)


@pytest.mark.parametrize(
    ("encoding", "media_type"), [("windows-1252", "text/html; charset=windows-1252"), ("utf-8-sig", ""), ("utf-16", "")]
)
def test_a_page_is_read_in_its_encoding(encoding: str, media_type: str) -> None:
    body = page("<p>30\u00a0g caf\u00e9</p>").replace(b'<meta charset="utf-8">', b"").decode().encode(encoding)
    assert segment(body, "text", HOW, media_type)[0].text == "30 g caf\u00e9"


def test_a_page_may_be_nested_deeply() -> None:
    assert "end" in words("<span>" * 200 + "end" + "</span>" * 200)


def test_a_page_that_cannot_be_read_to_its_end_is_refused() -> None:
    with pytest.raises(ExtractionError, match="nested too deeply"):
        read("<p>x</p>" + "<div>" * 5_000 + "<p>lost</p>")
