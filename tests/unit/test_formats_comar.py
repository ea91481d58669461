"""Maryland's Open Law Library XML: chapters of COMAR with their history, and issues of the register that amend them."""

from __future__ import annotations

import time
from datetime import date

import pytest

from tests.law.comar import Action, Chapter, Instruction, Issue, Regulation
from tests.law.dclaw import Para
from tracker.domain.provision import Amendment, Dating, Ending, Standing, TemporaryKind
from tracker.errors import ExtractionError
from tracker.extract.formats.comar import NS, segment

LIMIT = Regulation(
    ".03",
    "Limits.",
    (
        Para(
            "A.",
            "Amounts.",
            (
                Para("(1)", "A patient may keep:", (Para("(a)", "3 ounces; and"), Para("(b)", "one plant."))),
                Para("(52-1)", "A pouch counts as one."),
            ),
        ),
        Para("B.", "This is subject to [[14.17.21]]."),
    ),
)
TAX = Regulation(".08", "Tax.", text="Nothing is due.")
CHAPTER = Chapter("14.17.04", "Program", (LIMIT, TAX))
PUBLISHED, EFFECTIVE = date(2026, 10, 2), date(2026, 10, 12)


def raw(inside: str, number: str = "04") -> bytes:
    """A chapter with whatever is to be tried in it."""
    head = f'<container xmlns="{NS[1:-1]}"><prefix>Chapter</prefix><num>{number}</num><heading>X</heading>'
    history = '<annotations><annotation><cite path="|14|17|04|.01">x</cite></annotation></annotations>'
    return f"{head}{inside}{history}</container>".encode()


def section(inside: str, heading: str = "Limits.") -> bytes:
    return raw(f"<section><prefix>Regulation</prefix><num>.01</num><heading>{heading}</heading>{inside}</section>")


def issue(*instructions: Instruction, applies: date | None = None, expires: date | None = None) -> bytes:
    """An issue with one action: an emergency where it expires, a final one otherwise."""
    action = Action("26-115-E" if expires else "26-115-F", instructions, applies, expires)
    kinds = {"emergency": (action,)} if expires else {"final": (action,)}
    return Issue(53, 20, PUBLISHED, EFFECTIVE, **kinds).xml()


def failure(body: bytes, document: str = "text") -> str:
    with pytest.raises(ExtractionError) as caught:
        segment(body, document, {"14.17"})
    return str(caught.value)


# ── Chapters ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_provisions_are_cited_as_maryland_cites_them() -> None:
    found = segment(CHAPTER.xml(), "14.17.04")
    assert [(p.citation, p.text) for p in found] == [
        ("COMAR 14.17.04.03A", "Amounts."),
        ("COMAR 14.17.04.03A(1)", "A patient may keep:"),
        ("COMAR 14.17.04.03A(1)(a)", "3 ounces; and"),
        ("COMAR 14.17.04.03A(1)(b)", "one plant."),
        ("COMAR 14.17.04.03A(52-1)", "A pouch counts as one."),
        ("COMAR 14.17.04.03B", "This is subject to 14.17.21."),
        ("COMAR 14.17.04.08", "Nothing is due."),
    ]
    assert [found[0].heading, found[-1].heading] == ["Limits", "Tax"]
    assert found[2].path == ("14.17.04.03", "A", "(1)", "(a)")


def test_the_place_of_a_chapter_is_what_its_history_cites_and_not_what_it_was_recodified_from() -> None:
    history = (
        "<annotations><annotation>Chapter recodified from <cite path='|09.09.04'>COMAR 09.09.04</cite></annotation>"
        "<annotation><cite path='|14|17|04|.01'>x</cite></annotation></annotations>"
    )
    text = '<section cache:ref-path="14|17|04|.01" xmlns:cache="https://open.law/schemas/cache">'
    body = raw(f"{text}<num>.01</num><heading>X.</heading><text>Words.</text></section>")
    only_history = body.replace(b"<annotations>", history.encode() + b"<annotations>", 1)
    only_ref_path = body.replace(b"|14|17|04|.01", b"|11|11|11")
    for each in (only_history, only_ref_path):
        assert segment(each, "text")[0].citation == "COMAR 14.17.04.01"


def test_words_have_held_since_the_last_day_of_the_chapter_s_history() -> None:
    days = ((date(2024, 7, 22), "51:14 Md. R. 678"), (date(2025, 4, 14), "52:7 Md. R. 324"), (date(2024, 6, 7), "1 J"))
    chapter = Chapter("14.17.04", "Program", (LIMIT,), days)
    dating = segment(chapter.xml(), "text")[0].dating
    assert dating.effective_on is None
    assert dating.section_wide
    assert dating.amendments == (
        Amendment("51:14 Md. R. 678", date(2024, 7, 22)),
        Amendment("52:7 Md. R. 324", date(2025, 4, 14)),
        Amendment("Administrative history of COMAR 14.17.04", date(2024, 6, 7)),
    )


def test_the_same_entry_twice_counts_once_and_one_without_a_day_not_at_all() -> None:
    day = (date(2025, 4, 14), "52:7 Md. R. 324")
    chapter = Chapter("14.17.04", "Program", (LIMIT, TAX), (day, day))
    assert segment(chapter.xml(), "text")[0].dating.amendments == (Amendment(day[1], day[0]),)


def test_marks_inside_a_text_do_not_end_its_words() -> None:
    (found,) = segment(section('<text>the 15<sup>th</sup> of <em>that</em> m<cite path="x">onth</cite></text>'), "text")
    assert found.text == "the 15th of that month"


def test_a_paragraph_may_have_two_texts_and_an_image_has_no_words() -> None:
    inside = '<para><num>A.</num><text>One.</text><text><img alt="A label." src="data:image/png;base64,AAAA"/></text>'
    found = segment(section(f"{inside}<text>Two.</text></para>"), "text")
    assert [(p.citation, p.text) for p in found] == [("COMAR 14.17.04.01A", "One."), ("COMAR 14.17.04.01A", "Two.")]


def test_rows_of_a_table_are_provisions_with_their_cells() -> None:
    table = (
        "<table><thead><tr><th>Kind</th><th>Most</th></tr></thead>"
        "<tbody><tr><td>Oil</td><td>5 g</td></tr><tr><td/><td/></tr></tbody></table>"
    )
    found = segment(section(f"<para><num>A.</num><text>As follows:</text><text>{table}</text></para>"), "text")
    assert [(p.citation, p.text, p.cells) for p in found] == [
        ("COMAR 14.17.04.01A", "As follows:", ()),
        ("COMAR 14.17.04.01A, row 1", "Oil 5 g", ("Oil", "5 g")),
    ]


@pytest.mark.parametrize(
    ("heading", "text", "repealed"),
    [
        ("Repealed.", "", True),
        ("Limits.", "[Repealed].", True),
        ("Limits.", "Repealed rules stay void for whatever happened after that day.", False),
        ("Repealed Licenses.", "They stay void.", False),
    ],
)
def test_a_repeal_mark_is_no_law(heading: str, text: str, repealed: bool) -> None:
    (found,) = segment(section(f"<text>{text}</text>" if text else "", heading), "text")
    assert (found.standing is Standing.REPEALED) is repealed


# ── Issues of the register ──────────────────────────────────────────────────────────────────────────────────────────


def test_an_issue_says_what_it_replaces_and_from_when() -> None:
    found = segment(
        issue(Instruction("14|17|04|.03", LIMIT), Instruction("14|17|04|annos", CHAPTER)), "53-20", {"14.17"}
    )
    assert [p.citation for p in found] == [p.citation for p in segment(CHAPTER.xml(), "x")][:6]
    assert {p.replaces for p in found} == {("14.17.04.03",)}
    assert {p.printed_in for p in found} == {"53-20"}
    assert found[0].dating == Dating(
        EFFECTIVE, amendments=(Amendment("53:20 Md. R., 26-115-F", EFFECTIVE),), section_wide=True
    )


def test_an_emergency_action_has_days_of_its_own_and_applies_on_the_last_of_them() -> None:
    body = issue(
        Instruction("14|17|04|.03", LIMIT, "replace-or-insert"), applies=date(2026, 9, 4), expires=date(2027, 3, 3)
    )
    dating = segment(body, "53-20", {"14.17"})[0].dating
    assert dating.effective_on == date(2026, 9, 4)
    assert dating.endings == (Ending(TemporaryKind.EMERGENCY, date(2027, 3, 4)),)
    assert dating.amendments == (Amendment("53:20 Md. R., 26-115-E", date(2026, 9, 4), TemporaryKind.EMERGENCY),)


def test_what_the_register_prints_beneath_a_regulation_is_no_law() -> None:
    noted = Regulation(".08", "Tax.", text="Nothing is due.", note="53:20 26-115-E EMERGENCY ACTION IN EFFECT")
    (found,) = segment(issue(Instruction("14|17|04|.08", noted)), "53-20", {"14.17"})
    assert found.text == "Nothing is due."


def test_a_whole_chapter_and_a_part_of_a_regulation_can_be_brought() -> None:
    chapter = Chapter("14.17.23", "Fund", (TAX,))
    (whole,) = segment(issue(Instruction("14|17|23", chapter, "replace-or-insert")), "53-20", {"14.17"})
    assert (whole.citation, whole.replaces) == ("COMAR 14.17.23.08", ("14.17.23",))
    part = Instruction("14|17|04|.03|A.|(1)", Para("(1)", "A patient may keep less."))
    (found,) = segment(issue(part), "53-20", {"14.17"})
    assert (found.citation, found.replaces) == ("COMAR 14.17.04.03A(1)", ("14.17.04.03", "A", "(1)"))


def test_what_is_taken_out_leaves_a_mark_with_the_number_of_the_action() -> None:
    taken = Instruction("14|17|04|.08", verb="remove", more='warning="false"')
    (found,) = segment(issue(taken), "53-20", {"14.17"})
    assert (found.citation, found.text, found.standing) == ("COMAR 14.17.04.08", "26-115-F", Standing.REPEALED)


def test_proposals_other_codes_other_subtitles_and_headings_are_not_read() -> None:
    proposed = Issue(53, 20, PUBLISHED, EFFECTIVE, proposed=(Action("26-1-P", (Instruction("14|17|04|.03", LIMIT),)),))
    other = issue(
        Instruction("10|09|33|.03", LIMIT),
        Instruction("14|17|04|heading", verb="replace"),
        Instruction("14|1|04|.03", LIMIT),
    )
    register = issue(Instruction("regulations|emergency|25-138-E", verb="expire")).replace(
        b'doc="Code of Maryland Regulations" path', b'doc="Maryland Register, Volume 52, Issue 26" path'
    )
    for body in (proposed.xml(), other, register):
        assert segment(body, "53-20", {"14.17"}) == []
    assert len(segment(other, "53-20")) == 12, "without subtitles all of an issue is read"


def test_what_an_instruction_does_not_say_of_itself_the_issue_says_for_it() -> None:
    bare = issue(Instruction("14|17|04|.08", TAX)).replace(b' history="false" doc="Code of Maryland Regulations"', b"")
    assert len(segment(bare, "53-20", {"14.17"})) == 1


# ── Wrong, broken and hostile documents ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<law/>", "the root element is <law>."),
        (f'<container xmlns="{NS[1:-1]}"><prefix>Subtitle</prefix></container>'.encode(), "container> Subtitle."),
        (raw(""), "COMAR 14.17.04 has no regulation."),
        (raw("", "05"), "The chapter '05' does not say to which title and subtitle it belongs."),
        (section("").replace(b"<num>.01</num>", b""), "COMAR 14.17.04: a regulation carries no number (line 1)."),
        (CHAPTER.xml()[:-40], "not well-formed XML"),
        (b"\x89PNG\r\n\x1a\n\x00\x00rubbish", "not well-formed XML"),
        (b"<!DOCTYPE html><html><p>Not found</html>", "an HTML page instead of XML"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", "defines XML entities"),
        (b"<x>" * 5_000, "not well-formed XML"),
        (
            CHAPTER.xml().replace(b'effective="2025-04-14"', b'effective="2025-02-30"'),
            "COMAR 14.17.04: administrative history: '2025-02-30' is a date that does not exist.",
        ),
    ],
)
def test_what_is_no_chapter_is_refused(body: bytes, reason: str) -> None:
    assert reason in failure(body)


def test_another_chapter_than_the_declared_one_is_refused() -> None:
    assert failure(CHAPTER.xml(), "14.17.05") == "Expected COMAR 14.17.05; this is COMAR 14.17.04."


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (
            issue(Instruction("14|17|04|.03", LIMIT, "transmogrify")),
            "53:20 Md. R., 26-115-F: 14.17.04.03: the instruction <codify:transmogrify> is not known.",
        ),
        (
            issue(Instruction("14|17|04|.04", LIMIT)),
            "14.17.04.04: the words that it brings do not stand in the place that it names.",
        ),
        (issue(Instruction("14|17|04|.03")), "the words that it brings do not stand in the place that it names."),
        (
            issue(Instruction("14|17", CHAPTER)),
            "53:20 Md. R.: an instruction for the whole of COMAR 14.17 is not understood.",
        ),
        (
            issue(Instruction("14|17|04|.03", LIMIT)).replace(b"<effective>2026-10-12</effective>", b""),
            "nothing says from when COMAR 14.17.04..03 reads so.",
        ),
        (
            issue(Instruction("14|17|04|.03", LIMIT)).replace(b"2026-10-12", b"soon"),
            "53:20 Md. R., 26-115-F: 'soon' is a date that does not exist.",
        ),
    ],
)
def test_an_instruction_that_is_not_understood_holds_the_issue(body: bytes, reason: str) -> None:
    assert reason in failure(body, "53-20")


def test_a_large_issue_is_read_quickly() -> None:
    many = [Instruction(f"10|09|{number}|.03", LIMIT) for number in range(10, 90)] * 15
    body = issue(*many, Instruction("14|17|04|.03", LIMIT))
    started = time.process_time()
    assert len(segment(body, "53-20", {"14.17"})) == 6
    assert len(body) > 1_000_000
    assert time.process_time() - started < 0.5


def test_much_rubbish_is_refused_quickly() -> None:
    started = time.process_time()
    failure(b"<a>" + b"x" * 60_000_000)
    assert time.process_time() - started < 2
