"""German federal law: what is cited how, what is law on the day it was built, and what is only printed beside it."""

from __future__ import annotations

import io
import time
import zipfile
from datetime import UTC, date, datetime

import pytest

from tracker.domain.provision import Provision, Standing
from tracker.errors import ExtractionError
from tracker.extract.compare import text_changes
from tracker.extract.formats.gii import segment
from tracker.extract.match import common_citation, join

TEXT = '<textdaten><text format="XML"><Content>{}</Content></text><fussnoten>{}</fussnoten></textdaten>'
BEGAN = "Das G wurde als Art. 2 des G v. 2.3.2024 I Nr. 9 beschlossen. Es tritt gem. Art. 15 am. 1.4.2024 in Kraft."
NEVER_AMENDED, AMENDED = "00000", "01130"
DASH = "\u2013"


def norm(number: str, content: str, title: str = "", version: str = AMENDED, notes: str = "") -> str:
    named = f"<enbez>{number}</enbez>{f'<titel>{title}</titel>' if title else ''}"
    body = f"<metadaten><jurabk>BspG</jurabk>{named}</metadaten>{TEXT.format(content, notes)}"
    return f'<norm builddate="20240625214504" doknr="BJNR0000BJNE0001{version}">{body}</norm>'


def act(*norms: str, frame: str = BEGAN, built: str = "20240625214504") -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8" ?><!DOCTYPE dokumente SYSTEM "http://law.example/gii-norm.dtd">'
    notes = (
        f"<textdaten><fussnoten><Content><P><pre>(+++ x +++)<BR/></pre>{frame}</P></Content></fussnoten></textdaten>"
    )
    first = f"<norm><metadaten><jurabk>BspG</jurabk><langue>Gesetz</langue></metadaten>{notes}</norm>"
    return f'{head}<dokumente builddate="{built}" doknr="BJNR0000">{first}{"".join(norms)}</dokumente>'.encode()


def read(*norms: str, frame: str = BEGAN, built: str = "20240625214504") -> list[Provision]:
    return segment(act(*norms, frame=frame, built=built), "text")


def told(provisions: list[Provision]) -> list[tuple[str, str]]:
    return [(p.citation, p.text) for p in provisions]


def dl(*items: tuple[str, str], kind: str = "arabic") -> str:
    inner = "".join(f'<DT>{mark}</DT><DD Font="normal"><LA>{text}</LA></DD>' for mark, text in items)
    return f'<DL Type="{kind}">{inner}</DL>'


def zipped(*files: tuple[str, bytes], how: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as archive:
        for name, body in files:
            entry = zipfile.ZipInfo(name)  # dated 1980: a test is named after these bytes
            archive.writestr(entry, body, how)
    return made.getvalue()


# ── Places ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_section_is_cut_at_its_marks_and_cited_as_lawyers_do() -> None:
    letters = dl(
        ("a)", f"leitet, wenn {dl(('aa)', 'allein'), ('bb)', 'zu zweit,'))}"), ("b)", "vertritt,"), kind="alpha"
    )
    found = read(
        norm(
            "§ 5",
            f"<P>(1) Frei ist, wer {dl(('1.', f'etwas {letters}'), ('4a.', 'hilft.'))}Das gilt immer.</P>",
            "Frei",
        )
    )
    assert told(found) == [
        ("§ 5 Abs. 1", "Frei ist, wer"),
        ("§ 5 Abs. 1 Nr. 1", "etwas"),
        ("§ 5 Abs. 1 Nr. 1 Buchst. a", "leitet, wenn"),
        ("§ 5 Abs. 1 Nr. 1 Buchst. a Doppelbuchst. aa", "allein"),
        ("§ 5 Abs. 1 Nr. 1 Buchst. a Doppelbuchst. bb", "zu zweit,"),
        ("§ 5 Abs. 1 Nr. 1 Buchst. b", "vertritt,"),
        ("§ 5 Abs. 1 Nr. 4a", "hilft."),
        ("§ 5 Abs. 1", "Das gilt immer."),
    ]
    assert found[3].path == ("§ 5", "(1)", "1.", "a)", "aa)")
    assert {p.heading for p in found} == {"Frei"}


def test_marks_count_and_not_the_type_that_the_list_claims() -> None:
    found = read(norm("§ 5", f"<P>Wer {dl(('a)', 'kommt'), ('aaa)', 'sieht'), ('I.', 'siegt'), ('B.', 'geht'))}</P>"))
    assert [p.citation for p in found[1:]] == ["§ 5 Buchst. a", "§ 5 Dreifachbuchst. aaa", "§ 5 Nr. I", "§ 5 Buchst. B"]


def test_a_list_with_dashes_is_cited_by_counting() -> None:
    found = read(norm("Anlage II", f"<P>{dl(('-', 'die Salze'), (DASH, 'die Ester'))}</P>"))
    assert told(found) == [("Anlage II Spiegelstrich 1", "die Salze"), ("Anlage II Spiegelstrich 2", "die Ester")]


def test_an_item_may_go_on_after_its_list() -> None:
    item = f"<DD><LA>bei Tieren{dl(('a)', 'die Dosis'))}</LA><LA>sowie den Halter,</LA></DD>"
    found = read(norm("§ 2", f"<P>Nötig sind <DL><DT>9.</DT>{item}</DL></P>"))
    assert told(found)[1:] == [
        ("§ 2 Nr. 9", "bei Tieren"),
        ("§ 2 Nr. 9 Buchst. a", "die Dosis"),
        ("§ 2 Nr. 9", "sowie den Halter,"),
    ]


def test_a_paragraph_without_a_number_belongs_to_the_one_before() -> None:
    found = read(norm("§ 3", "<P>(1a) Erstens.</P><P>Zweitens.</P><P>(2) Drittens.</P>"))
    assert told(found) == [("§ 3 Abs. 1a", "Erstens."), ("§ 3 Abs. 1a", "Zweitens."), ("§ 3 Abs. 2", "Drittens.")]


@pytest.mark.parametrize(
    ("printed", "cited"), [("§ 3a", "§ 3a"), ("Art 229", "Art. 229"), ("Artikel 1", "Art. 1"), ("Anlage", "Anlage")]
)
def test_a_norm_is_cited_by_its_number(printed: str, cited: str) -> None:
    assert told(read(norm(printed, "<P>So.</P>"))) == [(cited, "So.")]


def test_a_heading_is_no_norm_unless_it_has_a_text() -> None:
    part = "<gliederungseinheit><gliederungsbez>Kapitel {}</gliederungsbez></gliederungseinheit>"
    empty, full = (
        f"<norm><metadaten>{part.format(number)}</metadaten>{TEXT.format(content, '')}</norm>"
        for number, content in ((1, "<P></P>"), (2, "<P>Gilt überall.</P>"))
    )
    assert told(read(empty, full)) == [("Kapitel 2", "Gilt überall.")]


def test_a_norm_without_a_number_is_cited_by_its_title_and_never_dropped() -> None:
    found = read(norm("", "<P>So.</P>", "Vorspruch"), norm("", "<P>Und so.</P>"))
    assert told(found) == [("Vorspruch", "So."), ("ohne Bezeichnung", "Und so.")]


def test_what_only_lists_headings_is_not_law() -> None:
    row = "<row><entry>§ 1</entry></row>"
    toc = f"<TOC><Ident>Kapitel 1</Ident><table><tgroup><tbody>{row}</tbody></tgroup></table></TOC>"
    found = read(
        norm("Inhaltsübersicht", toc), norm("Inhaltsübersicht", "<P>§ 1 Besitz</P>"), norm("§ 1", "<P>So.</P>")
    )
    assert told(found) == [("§ 1", "So.")]


def test_a_quote_over_several_provisions_has_the_marks_that_are_printed() -> None:
    letters = dl(("a)", "30 Gramm oder"), ("b)", "60 Gramm,"), kind="alpha")
    found = read(norm("§ 25", f"<P>(2) Nicht, wer {dl(('1.', f'hat: {letters}'), ('2.', 'gibt.'))}Immer.</P>"))
    assert join(found).text == "Nicht, wer 1. hat: a) 30 Gramm oder b) 60 Gramm, 2. gibt. Immer."
    assert common_citation(found[2:4]) == "§ 25 Abs. 2 Nr. 1"
    assert common_citation(found) == "§ 25 Abs. 2"
    assert common_citation([*found, *read(norm("§ 25", "<P>(3) So.</P>"))]) == "§ 25"


# ── Words ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_footnotes_and_remarks_of_the_editors_are_not_words() -> None:
    remark = '<noindex><kommentar typ="Fundstelle">(Fundstelle: BGBl. I)</kommentar></noindex>'
    content = f'<P>{remark}Stoffe <FnR ID="x"/>gelten.</P>'
    found = read(norm("Anlage I", content, notes="<Content><P>(+++ Anlage I: 60 Gramm +++)</P></Content>"))
    assert told(found) == [("Anlage I", "Stoffe gelten.")]


def test_letters_in_other_type_do_not_end_a_word_and_lines_do() -> None:
    content = "<P><I>M</I>itteilung über <NB>tetrahydro-</NB>6<I>H</I><SUB>2</SUB>O<BR/>und<BR></BR>mehr</P>"
    assert told(read(norm("§ 8", content))) == [("§ 8", "Mitteilung über tetrahydro-6H2O und mehr")]


def test_a_raised_figure_is_no_digit_of_the_number_before_it() -> None:
    found = read(norm("§ 8", "<P>bis zu 30<SUP>1</SUP> Gramm und <B>N<small><SUP>2</SUP></small>-Alanyl</B></P>"))
    assert found[0].text == "bis zu 30 1 Gramm und N2-Alanyl"


def test_each_line_of_a_register_is_an_entry_and_what_is_below_belongs_to_it() -> None:
    listed = f"<B>Alpha</B> und Ester<BR/> {DASH} bis 2 g {DASH}<BR/><B>Beta</B><BR/>- bis {dl(('1.', 'oral'))}<BR/>"
    listed += "<B>Gamma</B>"
    found = read(norm("Anlage 1", f"<P>Die Liste.<BR/>Sie gilt.</P><P>{listed}</P><BR/><P><B>Delta</B></P>"))
    assert told(found) == [
        ("Anlage 1", "Die Liste. Sie gilt."),
        ("Anlage 1, Position Alpha", "Alpha und Ester"),
        ("Anlage 1, Position Alpha", "\u2013 bis 2 g \u2013"),
        ("Anlage 1, Position Beta", "Beta"),
        ("Anlage 1, Position Beta", "- bis"),
        ("Anlage 1, Position Beta Nr. 1", "oral"),
        ("Anlage 1, Position Gamma", "Gamma"),
        ("Anlage 1", "Delta"),
    ]


def test_lines_of_a_section_are_one_text() -> None:
    assert told(read(norm("§ 9", "<P><B>Erstens</B><BR/>und zweitens</P>"))) == [("§ 9", "Erstens und zweitens")]


def test_a_row_is_cited_by_the_name_in_it_and_holds_its_exceptions() -> None:
    rows = (
        ("INN", "andere Namen", "chemisch"),
        ("-", "Delta<BR/> (D)", "x"),
        (f"<P>{DASH} ausgenommen, {dl(('a)', 'als Arznei'), kind='alpha')}</P>",),
        (" ", "-", " "),
        ("<B>Nabilin</B>", "\u2013", "(6a<I>RS</I>)-y"),
    )
    body = "".join(f"<row>{''.join(f'<entry>{cell}</entry>' for cell in row)}</row>" for row in rows)
    table = f"<table><tgroup><thead><row><entry>Spalte</entry></row></thead><tbody>{body}</tbody></tgroup></table>"
    found = read(norm("Anlage III", f"<P><BR/>{table}</P>"))
    assert [(p.citation, p.text, p.cells) for p in found] == [
        ("Anlage III", "Spalte", ()),
        ("Anlage III, Position INN", "INN andere Namen chemisch", ("INN", "andere Namen", "chemisch")),
        ("Anlage III, Position Delta (D)", "- Delta (D) x", ("-", "Delta (D)", "x")),
        ("Anlage III, Position Delta (D)", "\u2013 ausgenommen, a) als Arznei", ("\u2013 ausgenommen, a) als Arznei",)),
        ("Anlage III, Position Nabilin", "Nabilin \u2013 (6aRS)-y", ("Nabilin", "\u2013", "(6aRS)-y")),
    ]


# ── Standing and days ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("printed", "places"),
    [
        (norm("§ 6", "<P/>", "(weggefallen)"), ["§ 6"]),
        (norm("§ 8", "<P>-</P>", "(weggefallen)"), ["§ 8"]),
        (norm("§ 9", "<P>(weggefallen)</P>"), ["§ 9"]),
        (norm("§ 9", "<P>(2) (weggefallen)</P>"), ["§ 9 Abs. 2"]),
        (norm("§ 9", f"<P>Wer {dl(('4.', '(aufgehoben),'))}</P>"), ["§ 9 Nr. 4"]),
        (norm("§ 9", f"<P>(1) Wer {dl(('2.', 'kommt,'))}3. (weggefallen)</P>"), ["§ 9 Abs. 1 Nr. 3"]),
        (
            "<norm><metadaten><enbez>(XXXX) §§ 40 und 40a</enbez><titel>(gegenstandslos)</titel></metadaten></norm>",
            ["§ 40", "§ 40a"],
        ),
        (norm("§§ 12 bis 14", "<P/>", "(weggefallen)"), ["§ 12", "§ 13", "§ 14"]),
        (norm("§§ 7a bis 7c, 9", "<P/>", "(weggefallen)"), ["§ 7a", "§ 7b", "§ 7c", "§ 9"]),
    ],
)
def test_what_is_gone_is_marked_at_each_of_its_places(printed: str, places: list[str]) -> None:
    found = read(printed, norm("§ 99", "<P>Es gilt.</P>"))
    assert [p.citation for p in found if p.standing is Standing.REPEALED] == places
    assert found[-1].standing is Standing.IN_FORCE


def test_words_under_a_title_that_says_gone_still_stand() -> None:
    assert read(norm("§ 6", "<P>Es gilt doch.</P>", "(weggefallen)"))[0].standing is Standing.IN_FORCE


def test_an_act_that_says_that_it_is_repealed_is_held() -> None:
    state = "<standangabe><standtyp>{}</standtyp><standkommentar>{}</standkommentar></standangabe>"
    changed = state.format("Stand", "Geändert durch Art. 1 G v. 1.2.2024 I Nr. 3")
    ended = state.format("Aufh", "Aufgehoben durch Art. 9 G v. 1.2.2026 I Nr. 4")
    for states, says in ((changed, ""), (changed + ended, "repealed: Aufh Aufgehoben durch Art. 9")):
        body = act(norm("§ 1", "<P>So.</P>")).decode().replace("</langue>", f"</langue>{states}").encode()
        if says:
            with pytest.raises(ExtractionError, match=says):
                segment(body, "text")
        else:
            assert told(segment(body, "text")) == [("§ 1", "So.")]


def test_the_frame_dates_what_was_never_amended_and_nothing_dates_an_amendment() -> None:
    found = read(norm("§ 3", "<P>Alt.</P>", version=NEVER_AMENDED), norm("§ 25", "<P>Neu.</P>", version=AMENDED))
    assert [p.dating.effective_on for p in found] == [date(2024, 4, 1), None]
    assert not any(p.dating.section_wide or p.dating.amendments for p in found)


STAGED = (
    f"{BEGAN} § 2 Abs. 3 Satz 1 Nr. 4, die §§ 6, 8 Abs. 2, die §§ 11 bis 13 u. § 36 Abs. 1 Nr. 7 bis 37 treten"
    " gem. Art. 15 Abs. 2 am 1.7.2024 in Kraft.  Die §§ 40 bis 42 treten gm. Art. 15 Abs. 3 am 1.1.2025 in Kraft."
)


@pytest.mark.parametrize(
    ("number", "since"),
    [
        ("§ 1", date(2024, 4, 1)),
        ("§ 2", None),
        ("§ 6", date(2024, 7, 1)),
        ("§ 8", None),
        ("§ 12", date(2024, 7, 1)),
        ("§ 36", None),
        ("§ 37", date(2024, 4, 1)),
        ("§ 42", date(2025, 1, 1)),
        ("Anlage", date(2024, 4, 1)),
    ],
)
def test_sections_that_began_later_have_their_own_day_and_parts_have_none(number: str, since: date | None) -> None:
    [found] = read(norm(number, "<P>So.</P>", version=NEVER_AMENDED), frame=STAGED, built="20250601000000")
    assert found.dating.effective_on == since


def test_what_is_printed_before_its_day_is_pending() -> None:
    sections = [norm(f"§ {number}", "<P>So.</P>") for number in (8, 39, 40, 42)]
    found = read(*sections, frame=STAGED, built="20241231222219")
    assert [(p.citation, p.standing) for p in found] == [
        ("§ 8", Standing.IN_FORCE),
        ("§ 39", Standing.IN_FORCE),
        ("§ 40", Standing.PENDING),
        ("§ 42", Standing.PENDING),
    ]
    assert found[2].dating.effective_on == date(2025, 1, 1)
    assert {p.standing for p in read(*sections, frame=STAGED, built="20250101000000")} == {Standing.IN_FORCE}
    assert {p.standing for p in read(*sections, built="20240331000000")} == {Standing.PENDING}


@pytest.mark.parametrize(
    ("frame", "since"),
    [
        ("Sie ist gem. Art. 3 Abs. 1 Satz 1 dieser V am 1.1.2006 in Kraft getreten.", date(2006, 1, 1)),
        ("Es ist am 1.1.1982 gem. Art. 7 d. G v. 28.7.1981 BGBl. I S. 681 in Kraft getreten.", date(1982, 1, 1)),
        ("Das G tritt mWv 1. April 2024 in Kraft.", date(2024, 4, 1)),
        (f"{BEGAN} Die Vorschriften, die ermächtigen, treten am Tag nach der Verkündung in Kraft.", None),
        (f"§ 4 tritt am 1.7.2023 in Kraft. {BEGAN}", None),
        ("Es tritt an einem noch zu bestimmenden Tag in Kraft.", None),
        ("(+++ Textnachweis ab: 1.4.2024 +++)", None),
    ],
)
def test_a_frame_is_understood_as_a_whole_or_not_at_all(frame: str, since: date | None) -> None:
    [found] = read(norm("§ 9", "<P>So.</P>", version=NEVER_AMENDED), frame=frame)
    assert found.dating.effective_on == since


def test_a_build_that_changes_no_words_is_silent() -> None:
    before = read(norm("§ 25", f"<P>(1) Wer {dl(('1.', 'kommt,'))}</P>"), norm("§ 26", "<P>Nie.</P>"))
    items = dl(("1.", "kommt,")).replace("<DL ", '<DL Font="normal" ')
    renamed = norm("§ 25", f"<P>(1) Wer {items}</P>", version="02130")
    same = read(renamed, norm("§ 26", "<P>Nie.</P>"), built="20250101000000")
    now = datetime(2025, 1, 1, tzinfo=UTC)
    assert text_changes("de/x", "text", before, same, now) == []
    other = read(norm("§ 25", f"<P>(1) Wer {dl(('1.', 'geht,'))}</P>"), norm("§ 26", "<P>Nie.</P>"))
    assert [change.citation for change in text_changes("de/x", "text", before, other, now)] == ["§ 25 Abs. 1 Nr. 1"]


# ── The archive ─────────────────────────────────────────────────────────────────────────────────────────────────────

ACT = act(norm("§ 1", "<P>So.</P>"))


@pytest.mark.parametrize(
    "files", [[("BJNR0000.xml", ACT)], [("a.jpg", b"\xff\xd8"), ("BJNR0000.XML", ACT), ("x.dtd", b"")]]
)
def test_an_act_is_read_from_its_archive(files: list[tuple[str, bytes]]) -> None:
    assert told(segment(zipped(*files), "text")) == [("§ 1", "So.")]
    assert told(segment(zipped(*files, how=zipfile.ZIP_STORED), "text")) == [("§ 1", "So.")]


def _lying(body: bytes) -> bytes:
    """The same archive, which says that its file is one byte long."""
    at = body.rindex(b"PK\x01\x02")
    return body[: at + 24] + (1).to_bytes(4, "little") + body[at + 28 :]


def _encrypted(body: bytes) -> bytes:
    at = body.rindex(b"PK\x01\x02")
    return body[: at + 8] + b"\x01\x00" + body[at + 10 :]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (zipped(), "0 .xml files"),
        (zipped(("a.txt", ACT)), "0 .xml files"),
        (zipped(("a.xml", ACT), ("b.xml", ACT)), "2 .xml files"),
        (zipped(("a.xml", ACT))[:-30], "damaged or cut off"),
        (zipped(("a.xml", ACT))[:60], "damaged or cut off"),
        (zipped(("a.xml", b" " * 13 * 2**20)), "larger than 12 MB"),
        (_lying(zipped(("a.xml", ACT))), "damaged or cut off"),
        (_encrypted(zipped(("a.xml", ACT))), "encrypted"),
        (zipped(("a.xml", b" " * 2**24), how=zipfile.ZIP_BZIP2), "unusual way"),
        (zipped(("a.xml", b" " * 2**24), how=zipfile.ZIP_LZMA), "unusual way"),
        (zipped(*((f"{n}.xml", b"") for n in range(2_001))), "more than 2000 files"),
        (zipped(("a.xml", zipped(("b.xml", ACT)))), "not well-formed"),
        (b"PK\x03\x04" + b"\xff" * 2**20, "damaged or cut off"),
    ],
)
def test_an_archive_that_is_not_one_act_is_refused_at_once(body: bytes, problem: str) -> None:
    started = time.process_time()
    with pytest.raises(ExtractionError, match=problem):
        segment(body, "text")
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "not well-formed"),
        (b"\x00\xff\x13rubbish", "not well-formed"),
        (b"<!DOCTYPE html><html><body><p>Seite nicht gefunden</p></body></html>", "the root element is <html>"),
        (b"<!DOCTYPE html><html><body><p>Wartung<br></body>", "an HTML page instead of XML"),
        (b"<items><item>\xc2\xa7 1</item></items>", "the root element is <items>"),
        (b"<dokumente/>", "no norm with a text"),
        (act(), "no norm with a text"),
        (ACT[:-20], "not well-formed"),
        (act(norm("§ 1", "<P>x</P>"), built="20241399000000"), "built on '2024-13-99'"),
        (
            act(norm("§ 1", "<P>x</P>"), frame="Es tritt am 31.4.2024 in Kraft."),
            "'31.4.2024' is a date that does not exist",
        ),
        (b'<!DOCTYPE d [<!ENTITY a "x"><!ENTITY b "&a;&a;">]><dokumente>&b;</dokumente>', "entities"),
        (act(norm("§ 1", "<DL><DD>" * 200 + "</DD></DL>" * 200)), "not well-formed"),
        (act(norm("§ 1", f"<P>{'<DL><DT>1.</DT><DD><LA>' * 40}{'</LA></DD></DL>' * 40}</P>")), "nested too deeply"),
        (b"<dokumente>" + b" " * 60_000_000 + b"</dokumente>", "larger than 12 MB"),
    ],
    ids=range(14),
)
def test_what_is_no_act_is_refused_at_once(body: bytes, problem: str) -> None:
    started = time.process_time()
    with pytest.raises(ExtractionError, match=problem):
        segment(body, "text")
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "body",
    [
        act(norm("§ 0", f"<P>{'<B/>' * 300_000}<SUP>1</SUP></P>")),
        act(norm("Anlage 1", f"<P>{'<B>x</B>' * 200_000}<BR/></P>")),
        act(norm("§ 1", f"<P><DL><DT>1{'.' * 500_000}x</DT><DD><LA>x</LA></DD></DL></P>")),
        act(norm("§" * 500_000, f"<P>{'<DL><DT>1.</DT><DD><LA>x</LA></DD></DL>' * 2_000}</P>")),
        act(norm("§ 1", "<P>x</P>"), frame="ist " * 500_000 + "in Kraft"),
        act(norm("§ 1", "<P>x</P>"), frame=f"{BEGAN} {'§§ 1 bis 199, ' * 50_000} treten am 1.7.2024 in Kraft"),
        act(norm("§ 1", "<P>x</P>"), frame="Es tritt am 1.4.2024 " * 2_000 + "in Kraft"),
    ],
    ids=range(7),
)
def test_nothing_hostile_takes_long(body: bytes) -> None:
    started = time.process_time()
    assert segment(body, "text")
    assert time.process_time() - started < 2


def test_a_long_act_is_read_in_less_than_a_second() -> None:
    items = dl(("1.", "kommt,"), ("2.", "geht."))
    body = act("".join(norm(f"§ {number}", f"<P>(1) Wer {items}</P>") for number in range(5_000)))
    started = time.process_time()
    assert len(segment(body, "text")) == 15_000
    assert time.process_time() - started < 1
