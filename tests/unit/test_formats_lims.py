"""Justice Laws XML: what is law today, at its place and with its date; what is printed beside it is not."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.domain.provision import Provision, Standing
from tracker.errors import ExtractionError
from tracker.extract.formats.lims import segment

NAMESPACE = 'xmlns:lims="http://justice.gc.ca/lims"'


def since(day: str) -> str:
    return f'lims:inforce-start-date="{day}"'


def regulation(body: str, schedules: str = "", tag: str = "Regulation") -> bytes:
    text = f'<{tag} {NAMESPACE} in-force="yes"><Identification/><Body>{body}</Body>{schedules}</{tag}>'
    return b"\xef\xbb\xbf" + f'<?xml version="1.0" encoding="utf-8"?>{text}'.encode()


def read(body: str, schedules: str = "", language: str = "en") -> list[Provision]:
    return segment(regulation(body, schedules), "text", language)


def told(provisions: list[Provision]) -> list[tuple[str, str]]:
    return [(p.citation, p.text) for p in provisions]


def test_a_section_is_cut_at_its_labels_in_reading_order() -> None:
    found = read(
        f"""<Heading><TitleText>Possession</TitleText></Heading>
        <Section {since("2018-10-17")}><MarginalNote>Public place</MarginalNote><Label>4</Label>
          <Subsection><Label>(1)</Label><Text>An individual may have the lesser of</Text>
            <Paragraph {since("2022-12-02")}><Label>(a)</Label><Text>30 times the quantity; and</Text></Paragraph>
            <Paragraph><Label>(b)</Label><Text>150 g.</Text>
              <Subparagraph><Label>(i)</Label><Text>in all.</Text></Subparagraph></Paragraph>
            <ContinuedSectionSubsection><Text>Nothing else counts.</Text></ContinuedSectionSubsection>
          </Subsection></Section>"""
    )
    assert told(found) == [
        ("s. 4(1)", "An individual may have the lesser of"),
        ("s. 4(1)(a)", "30 times the quantity; and"),
        ("s. 4(1)(b)", "150 g."),
        ("s. 4(1)(b)(i)", "in all."),
        ("s. 4(1)", "Nothing else counts."),
    ]
    assert {p.heading for p in found} == {"Public place"}
    assert [p.dating.effective_on for p in found[:3]] == [date(2018, 10, 17), date(2022, 12, 2), date(2018, 10, 17)]
    assert found[1].path == ("4", "(1)", "(a)")


def test_notes_footnotes_and_history_are_not_words() -> None:
    found = read(
        """<Section><Label>4</Label><Text>No more than <Emphasis>30</Emphasis> g<FootnoteRef idref="f"/>.
        <Footnote id="f"><Text>60 g</Text></Footnote></Text>
        <HistoricalNote><HistoricalNoteSubItem>SOR/2019-206, s. 1</HistoricalNoteSubItem></HistoricalNote></Section>"""
    )
    assert told(found) == [("s. 4", "No more than 30 g.")]


def test_a_definition_is_cited_by_its_term_in_the_language_of_the_text() -> None:
    body = """<Section><Label>1</Label><Subsection><Label>(1)</Label><Text>In this Part:</Text>
        <Definition {since}>
        <Text><DefinedTerm{own}>{term}</DefinedTerm{own}> {means} <DefinedTerm{other}>x</DefinedTerm{other}></Text>
        <Paragraph><Label>{label}</Label><Text>y</Text></Paragraph></Definition></Subsection></Section>"""
    en = body.format(
        own="En", other="Fr", term="adult", means="means an individual.", label="(a)", since=since("2019-01-01")
    )
    fr = body.format(own="Fr", other="En", term="adulte", means="L’individu.", label="a)", since="")
    assert [p.citation for p in read(en)] == ["s. 1(1)", 's. 1(1) "adult"', 's. 1(1) "adult"(a)']
    assert read(en)[1].dating.effective_on == date(2019, 1, 1)
    assert [p.citation for p in read(fr, language="fr")] == ["art. 1(1)", 'art. 1(1) "adulte"', 'art. 1(1) "adulte"a)']


def test_what_is_marked_as_repealed_is_not_in_force() -> None:
    found = read(
        """<Section><Label>100</Label><Text><Repealed>[Repealed, SOR/2025-43, s. 23]</Repealed></Text></Section>
        <Section><Label>101</Label><Subsection><Label>(1)</Label><Repealed>[Repealed]</Repealed></Subsection>
          <Subsection><Label>(2)</Label><Text>It stands.</Text></Subsection></Section>
        <Section><Label>1</Label><Definition><Text><DefinedTermEn>oil</DefinedTermEn><Repealed>[Repealed]</Repealed></Text>
          </Definition></Section>"""
    )
    assert [(p.citation, p.standing.value) for p in found] == [
        ("s. 100", "repealed"),
        ("s. 101(1)", "repealed"),
        ("s. 101(2)", "in_force"),
        ('s. 1 "oil"', "repealed"),
    ]


def test_amendments_that_are_not_in_force_and_related_provisions_are_pending() -> None:
    pending = """<Schedule id="{id}"><ScheduleFormHeading><TitleText>x</TitleText></ScheduleFormHeading>
        <RegulationPiece><RelatedOrNotInForce><Section><Label>3</Label><Text>No more than</Text>
        <AmendedText><Section><Label>4</Label><Text>60 g</Text></Section></AmendedText></Section></RelatedOrNotInForce>
        </RegulationPiece></Schedule>"""
    for name, citation in (("NifProvs", "not in force, 1"), ("RelatedProvs", "related provisions, 1")):
        found = read("<Section><Label>4</Label><Text>30 g</Text></Section>", pending.format(id=name))
        assert [(p.citation, p.standing) for p in found] == [("s. 4", Standing.IN_FORCE), (citation, Standing.PENDING)]
        assert "60 g" in found[1].text


def test_sections_that_an_act_writes_into_another_act_are_quoted_and_not_its_own() -> None:
    found = read(
        """<Section><Label>7</Label><Text>Section 4 of the Act is replaced by:</Text>
        <AmendedText><Section><Label>4</Label><Text>No more than 60 g.</Text></Section></AmendedText></Section>"""
    )
    assert [p.citation for p in found] == ["s. 7"]
    assert found[0].text.endswith("No more than 60 g.")


@pytest.mark.parametrize(
    ("label", "place"), [("SCHEDULE 3", "Schedule 3"), ("SCHEDULE II", "Schedule II"), ("ANNEXE IV", "Annexe IV")]
)
def test_a_schedule_keeps_its_number(label: str, place: str) -> None:
    heading = f"<Label>{label}</Label><TitleText>Amounts</TitleText>"
    schedule = f"""<Schedule><ScheduleFormHeading>{heading}</ScheduleFormHeading>
        <List><Item><Label>1</Label><Text>Dried</Text></Item></List></Schedule>"""
    [item] = read("", schedule)
    assert (item.citation, item.heading, item.text) == (f"{place}, 1", "Amounts", "Dried")


def test_a_row_of_a_schedule_has_its_cells_its_item_and_its_own_day() -> None:
    schedule = f"""<Schedule {since("2018-10-17")}><ScheduleFormHeading><Label>SCHEDULE 3</Label></ScheduleFormHeading>
      <TableGroup><table><tgroup>
        <thead><row><entry>Item</entry><entry>Class</entry><entry>Amount</entry></row></thead>
        <tbody><row><entry>1</entry><entry>dried cannabis</entry><entry>1 g</entry></row>
          <row {since("2022-12-02")}><entry>6</entry>
          <entry>cannabis <XRefInternal>beverages</XRefInternal></entry><entry>570 g</entry></row>
          <row><entry>7</entry><entry><Repealed>[Repealed, SOR/2019-207, s. 1]</Repealed></entry></row>
          <row><entry/><entry/></row></tbody></tgroup></table></TableGroup></Schedule>"""
    found = read("", schedule)
    assert [(p.citation, p.cells, p.standing.value) for p in found] == [
        ("Schedule 3, item 1", ("1", "dried cannabis", "1 g"), "in_force"),
        ("Schedule 3, item 6", ("6", "cannabis beverages", "570 g"), "in_force"),
        ("Schedule 3, item 7", ("7", "[Repealed, SOR/2019-207, s. 1]"), "repealed"),
    ]
    assert [p.dating.effective_on for p in found] == [date(2018, 10, 17), date(2022, 12, 2), date(2018, 10, 17)]


def test_french_labels_are_kept_as_they_are_printed() -> None:
    found = read(
        """<Section><Label>8</Label><Text>Il est interdit :</Text><Paragraph><Label>a)</Label><Text>à l’individu;</Text>
        <Subparagraph><Label>(i)</Label><Text>d’avoir</Text></Subparagraph></Paragraph></Section>""",
        language="fr",
    )
    assert [p.citation for p in found] == ["art. 8", "art. 8a)", "art. 8a)(i)"]


def test_a_formula_is_one_text() -> None:
    found = read(
        """<Section><Label>325</Label><Text>The number is determined by the formula</Text>
        <FormulaGroup><Formula><FormulaText>A × 365</FormulaText></Formula>
        <FormulaDefinition><FormulaTerm>A</FormulaTerm><Text>is the daily quantity</Text></FormulaDefinition>
        </FormulaGroup></Section>"""
    )
    assert told(found) == [("s. 325", "The number is determined by the formula A × 365 A is the daily quantity")]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"<html><body>Not found</body></html>", "the root element is <html>"),
        (b"<!DOCTYPE html><html><body><p>Sorry</body>", "an HTML page instead of XML"),
        (regulation("<Section><Label>4</Label>"), "not well-formed"),
        (
            regulation(f"<Section {since('2022-02-30')}><Label>4</Label><Text>x</Text></Section>"),
            "4, line 1: .*2022-02-30",
        ),
        (b"", "not well-formed"),
    ],
)
def test_what_is_no_such_document_is_refused(body: bytes, problem: str) -> None:
    with pytest.raises(ExtractionError, match=problem):
        segment(body, "text", "en")


def test_a_statute_is_read_like_a_regulation() -> None:
    body = regulation("<Section><Label>8</Label><Text>x</Text></Section>", tag="Statute")
    assert told(segment(body, "text", "en")) == [("s. 8", "x")]
