"""D.C. Law Library XML of acts and laws: citations, quoted words, what they amend, their kind and their end."""

from __future__ import annotations

import time
from datetime import date

import pytest

from tracker.domain.provision import Amendment, Ending, Provision, Standing, TemporaryKind
from tracker.errors import ExtractionError
from tracker.extract import match
from tracker.extract.formats.dclaw import segment

NS = (
    'xmlns="https://code.dccouncil.us/schemas/dc-library" '
    'xmlns:codify="https://code.dccouncil.us/schemas/codify" xmlns:xi="http://www.w3.org/2001/XInclude"'
)
LAST = "<section><num>9</num><heading>Effective date.</heading>{}</section>"
NINETY = LAST.format("<text>It is to remain in effect for no longer than 90 days.</text>")
LASTS = LAST.format("<text>The example shall expire after {} days.</text>")


def law(inside: str, name: str = "B. Law 24-229", meta: str = "<effective>2022-12-21</effective>") -> bytes:
    heads = "<heading type='short'>Example Act of 2022</heading><heading type='long'>To show.</heading>"
    enacted = "<text>BE IT ENACTED, That it may be cited.</text>"
    return f'<document {NS} id="{name}">{heads}<meta>{meta}</meta>{enacted}{inside}</document>'.encode()


def section(inside: str, attributes: str = "", number: str = "2") -> str:
    return f"<section {attributes}><num>{number}</num>{inside}</section>"


def para(label: str, text: str, inside: str = "", attributes: str = "") -> str:
    return f"<para {attributes}><num>{label}</num><text>{text}</text>{inside}</para>"


def include(inside: str) -> str:
    return f'<include lvl="1">{inside}</include><aftertext>.</aftertext>'


def read(inside: str, **more: str) -> list[Provision]:
    return segment(law(inside, **more), "text", "en")


def targets(inside: str) -> dict[str, str]:
    return {p.citation.removeprefix("B. Law 24-229, "): p.target for p in read(inside)}


# ── Provisions ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_sections_and_paragraphs_are_cited_below_the_law() -> None:
    found = read(section("<heading>Limits.</heading><text>So:</text>" + para("(a)", "One.", para("(1)", "Two."))))
    assert [(p.citation, p.heading, p.text) for p in found] == [
        ("B. Law 24-229, sec. 2", "Limits", "So:"),
        ("B. Law 24-229, sec. 2(a)", "Limits", "One."),
        ("B. Law 24-229, sec. 2(a)(1)", "Limits", "Two."),
    ]
    assert match.common_citation(found[1:]) == "B. Law 24-229, sec. 2(a)"


def test_a_section_without_a_heading_has_the_short_title_of_the_law() -> None:
    assert read(section("<text>So.</text>"))[0].heading == "Example Act of 2022"


def test_quoted_words_stand_under_the_provision_that_quotes_them() -> None:
    quoted = include(para("(3)", "Issue cards:", para("(A)", "Of paper.")))
    found = read(section(para("(c)", "Paragraph (3) is amended to read as follows:", quoted)))
    assert [p.citation.removeprefix("B. Law 24-229, ") for p in found] == [
        "sec. 2(c)",
        'sec. 2(c) "(3)"',
        'sec. 2(c) "(3)"(A)',
    ]
    book = match.Book(found, ())
    assert [p.text for p in book.under('B. Law 24-229, sec. 2(c) "(3)"')] == ["Issue cards:", "Of paper."]
    assert len(book.under("B. Law 24-229, sec. 2(c)")) == 3


def test_what_a_new_section_says_stands_under_its_own_number() -> None:
    quoted = include(section("<text>There is a fund.</text>", number="Sec. 5a"))
    found = read(section("<text>A new section 5a is added to read as follows:</text>" + quoted))
    assert [p.citation for p in found] == ["B. Law 24-229, sec. 2", 'B. Law 24-229, sec. 2 "Sec. 5a"']


def test_sections_are_found_below_titles() -> None:
    inside = f"<container><num>I</num>{section('<text>So.</text>')}</container>"
    assert [p.citation for p in read(inside)] == ["B. Law 24-229, sec. 2"]


def test_instructions_comments_and_lone_marks_are_no_words() -> None:
    inside = """<!-- <codify:find-replace><find>a</find></codify:find-replace> -->
    <codify:insert path="§7-1"><text>*NOTE: words that will be printed elsewhere.*</text></codify:insert>
    <text>So.</text><aftertext>.</aftertext>"""
    assert [p.text for p in read(section(inside))] == ["So."]


def test_words_that_the_codifier_replaces_stay_as_they_were_passed() -> None:
    inside = '<text>After <span codify:value="May 1, 2022">the effective date</span>, and <em>et seq</em>.</text>'
    assert read(section(inside))[0].text == "After the effective date, and et seq."


# ── What is amended ─────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_place_that_is_amended_is_named_from_the_outside_in() -> None:
    inside = para(
        "(d)", "It is amended:", para("(1)", "So it is.", "", 'codify:path="(1)|(B)"'), "codify:path='§7-16.05'"
    )
    assert targets(section(inside, "codify:doc='D.C. Code'")) == {
        "sec. 2(d)": "§ 7-16.05",
        "sec. 2(d)(1)": "§ 7-16.05(1)(B)",
    }


def test_quoted_words_belong_at_the_place_that_they_replace_or_below_it() -> None:
    replaced = para("(a)", "It reads:", include(para("(3)", "Issue cards.")), "codify:path='§7-16.05|(3)'")
    added = para("(b)", "It is added:", include(para("(3A)", "Issue more cards.")), "codify:path='§7-16.05'")
    assert targets(section(replaced + added)) == {
        "sec. 2(a)": "§ 7-16.05(3)",
        'sec. 2(a) "(3)"': "§ 7-16.05(3)",
        "sec. 2(b)": "§ 7-16.05",
        'sec. 2(b) "(3A)"': "§ 7-16.05(3A)",
    }


def test_where_an_instruction_was_taken_out_the_words_name_the_place() -> None:
    lead = "Section 3 (D.C. Official Code § 7-16.02) is amended as follows:"
    below = para("(1)", "Subsection (c)(1)(A) is amended to read as follows:", include(para("(A)", "Got a note.")))
    code = "Section 47-2002(a)(7) of the District of Columbia Official Code is amended by striking it."
    banner = '<codify:emergency doc="D.C. Code" path="§7-16.02"/>'
    assert targets(section(para("(a)", lead, below + banner) + para("(b)", code)) + NINETY) == {
        "sec. 2(a)": "§ 7-16.02",
        "sec. 2(a)(1)": "§ 7-16.02(c)(1)(A)",
        'sec. 2(a)(1) "(A)"': "§ 7-16.02(c)(1)(A)",
        "sec. 2(b)": "§ 47-2002(a)(7)",
        "sec. 9": "",
    }


def test_what_amends_a_regulation_names_no_place_in_the_code() -> None:
    inside = "<codify:marginalia display='DCMR'/><text>Section 501.2(b) of Title 22-C is amended:</text>"
    assert set(targets(section(inside + para("(a)", "Subparagraph (9) is amended."))).values()) == {""}


# ── Kind and end ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_temporary_law_ends_so_many_days_after_it_took_effect() -> None:
    meta = "<effective>2022-12-21</effective><temporary/><history><enacted>2022-10-25</enacted></history>"
    found = read(section("<text>So.</text>") + LASTS.format(225), meta=meta)
    dating = found[0].dating
    assert dating.effective_on == date(2022, 12, 21)
    assert dating.endings == (Ending(TemporaryKind.TEMPORARY, date(2023, 8, 3)),)
    assert dating.amendments == (Amendment("B. Law 24-229", date(2022, 12, 21), TemporaryKind.TEMPORARY),)
    assert not dating.section_wide
    assert {p.dating for p in found} == {dating}


def test_the_days_of_an_emergency_act_run_from_its_approval_where_that_is_dated_earlier() -> None:
    meta = "<effective>2022-02-11</effective><history><enacted>{}</enacted></history>"
    ends = [
        read(section("<text>So.</text>") + NINETY, meta=meta.format(day))[0].dating.endings
        for day in ("2022-02-11", "2022-01-31", "2022-03-01")
    ]
    assert ends == [
        (Ending(TemporaryKind.EMERGENCY, date(2022, 5, 12)),),
        (Ending(TemporaryKind.EMERGENCY, date(2022, 5, 1)),),
        (Ending(TemporaryKind.EMERGENCY, date(2022, 5, 12)),),
    ]


def test_days_may_be_written_in_words_and_twice() -> None:
    found = read(section("<text>So.</text>") + LASTS.format("two hundred twenty-five (225)"))
    assert found[0].dating.endings == (Ending(TemporaryKind.TEMPORARY, date(2023, 8, 3)),)


def test_permanent_law_has_no_end_whatever_it_quotes() -> None:
    quoted = include(para("(a)", "A permit shall expire after 30 days."))
    found = read(section(para("(a)", "A new subsection (a) is added:", quoted)))
    assert found[0].dating.endings == ()
    assert found[0].dating.amendments == (Amendment("B. Law 24-229", date(2022, 12, 21), None),)
    assert found[0].standing is Standing.IN_FORCE


def test_a_law_without_an_effective_date_is_pending() -> None:
    found = read(section("<text>So.</text>") + LASTS.format(225), meta="<introduced>2022-09-19</introduced>")
    assert {(p.standing, p.dating.effective_on, p.dating.endings) for p in found} == {(Standing.PENDING, None, ())}


# ── What is refused ─────────────────────────────────────────────────────────────────────────────────────────────────

SO = section("<text>So.</text>")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (law(SO, name="D.C. Code"), "Expected a law or an act of the Council; the document calls itself 'D.C. Code'."),
        (law(""), "B. Law 24-229 has no section."),
        (law("<section><text>So.</text></section>"), "A section of B. Law 24-229 carries no number."),
        (
            law(SO, meta="<effective>2022-02-30</effective>"),
            "B. Law 24-229: '2022-02-30' is a date that does not exist.",
        ),
        (
            law(SO, meta="<effective>2022-12-21</effective><temporary/>"),
            "B. Law 24-229 is temporary law and does not say for how many days it stands.",
        ),
        (
            law(section('<codify:emergency path="§7-1"/><text>So.</text>')),
            "B. Law 24-229 is emergency law and does not say for how many days it stands.",
        ),
        (
            law(SO + LASTS.format("9" * 50)),
            "B. Law 24-229 is temporary law and does not say for how many days it stands.",
        ),
        (law(SO + NINETY + LASTS.format(225)), "B. Law 24-229 calls itself both emergency and temporary law."),
        (
            law(SO + LASTS.format(225), meta="<effective>9999-12-30</effective>"),
            "B. Law 24-229 takes effect on 9999-12-30, which is no day of a law.",
        ),
    ],
)
def test_what_is_no_law_is_refused_in_one_sentence(body: bytes, reason: str) -> None:
    with pytest.raises(ExtractionError) as caught:
        segment(body, "text", "en")
    assert str(caught.value) == reason


def test_nesting_without_end_is_refused_and_size_alone_is_not() -> None:
    deep = "<para><num>(a)</num><include>" * 500 + "</include></para>" * 500
    with pytest.raises(ExtractionError, match="Excessive depth"):
        read(section(deep))
    nested = "<para><num>(a)</num><include>" * 100 + "<text>So.</text>" + "</include></para>" * 100
    assert len(read(section(nested))) == 1
    started = time.process_time()
    assert len(read(SO * 20_000)) == 20_000
    assert time.process_time() - started < 5
