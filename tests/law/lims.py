"""Writes consolidated regulations in the shape of the Justice Canada LIMS XML, from a tree of labelled blocks.

Texts may hold marks: `[[40]]` is a cross-reference (renumbered when written), `[[act:H-3|Health Act]]` and
`[[reg:AR-2014-7|Former Regulations]]` refer to other instruments, `[[en:term]]` and `[[fr:terme]]` are defined terms,
`[[fn:2]]` points to a footnote and `[[i:see]]` is set in italics.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape, quoteattr

_MARK = re.compile(r"\[\[(?:(\w+):)?([^\]|]+)(?:\|([^\]]+))?\]\]")
_IDS_PER_SECTION = 250
_EMPTY: tuple[Part, ...] = ()


@dataclass(frozen=True)
class Formula:
    """A formula with its terms."""

    text: str
    terms: tuple[tuple[str, str], ...]
    connector: str = "where"


@dataclass(frozen=True)
class Row:
    """A row of a table; rows that were amended carry their own date."""

    cells: tuple[str, ...]
    since: date | None = None
    repealed: str = ""


@dataclass(frozen=True)
class Table:
    """A table with a numbered item column."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Block:
    """A labelled element of the law: Section, Subsection, Paragraph, Subparagraph, Clause or Definition."""

    tag: str
    label: str = ""
    text: str = ""
    note: str = ""
    parts: tuple[Part, ...] = _EMPTY
    since: date | None = None
    """In force since; the whole regulation's date where none is given."""
    repealed: str = ""
    history: tuple[tuple[str, date], ...] = ()
    """Amending instruments and their dates, printed under a section."""


Part = Block | Formula | Table


@dataclass(frozen=True)
class Heading:
    """A part or division title."""

    level: int
    title: str
    label: str = ""


@dataclass(frozen=True)
class Schedule:
    """A schedule that is law."""

    label: str
    origin: str
    table: Table
    history: tuple[tuple[str, date], ...] = ()


@dataclass(frozen=True)
class Amending:
    """A provision of another instrument printed at the end: related, or not in force yet."""

    citation: str
    section: Block
    amended: tuple[Block, ...] = ()
    """The words that the amendment puts in, once it is in force."""


@dataclass(frozen=True)
class Regulation:
    """A consolidated regulation on one day; `xml()` writes it."""

    title: str
    number: str
    registered: date
    current: date
    """The day up to which the consolidation was built; changes at every build."""
    body: tuple[Heading | Block, ...]
    language: str = "en"
    schedules: tuple[Schedule, ...] = ()
    related: tuple[Amending, ...] = ()
    pending: tuple[Amending, ...] = ()
    amendments: tuple[tuple[str, date], ...] = ()
    footnotes: tuple[str, ...] = ()
    renumber: Callable[[int], int] = int
    """Where a section of the original numbering stands now; labels and cross-references follow."""
    terms: tuple[tuple[str, str], ...] = ()
    """Words replaced throughout, oldest first."""
    id_shift: int = 0
    """Moves ids and footnote names without touching the law."""

    def xml(self) -> bytes:
        """The document as published, byte-order mark included."""
        return b"\xef\xbb\xbf" + "".join(_Writer(self).document()).encode()


class _Writer:
    def __init__(self, regulation: Regulation) -> None:
        self.of = regulation
        self.fid = 400000

    def document(self) -> Iterator[str]:
        of = self.of
        last = max((day for _, day in of.amendments), default=of.registered)
        yield (
            f'<?xml version="1.0" encoding="utf-8"?><Regulation lims:pit-date="{max(last, of.registered)}" '
            f'hasPreviousVersion="true" lims:lastAmendedDate="{last}" lims:current-date="{of.current}"'
            f'{self.stamp()} gazette-part="II" regulation-type="SOR" xml:lang="{of.language}" in-force="yes" '
            'xmlns:lims="http://justice.gc.ca/lims">'
        )
        yield from self.identification()
        yield f"<Body{self.stamp()}>"
        for part in of.body:
            if isinstance(part, Heading):
                yield from self.heading(part)
            else:
                self.fid = _IDS_PER_SECTION * (2000 + int(part.label))  # ids stay when other sections change
                yield from self.block(part)
        yield "</Body>"
        self.fid = _IDS_PER_SECTION * 4000
        for schedule in of.schedules:
            yield from self.schedule(schedule)
        french = of.language == "fr"
        yield from self.annex("RelatedProvs", "DISPOSITIONS CONNEXES" if french else "RELATED PROVISIONS", of.related)
        yield from self.annex(
            "NifProvs", "MODIFICATIONS NON EN VIGUEUR" if french else "AMENDMENTS NOT IN FORCE", of.pending
        )
        yield "<RecentAmendments>"
        for citation, day in reversed(of.amendments):
            yield f"<Amendment><AmendmentCitation>{escape(citation)}</AmendmentCitation>"
            yield f"<AmendmentDate>{day}</AmendmentDate></Amendment>"
        yield "</RecentAmendments></Regulation>"

    def identification(self) -> Iterator[str]:
        of = self.of
        yield f"<Identification{self.stamp()}><InstrumentNumber>{escape(of.number)}</InstrumentNumber>"
        yield f"<RegistrationDate>{_calendar(of.registered)}</RegistrationDate>"
        built = _calendar(of.current)
        yield f'<ConsolidationDate lims:inforce-start-date="{of.registered}">{built}</ConsolidationDate>'
        yield f"<EnablingAuthority{self.stamp()}>{self.words('[[act:H-3|HEALTH PRODUCTS ACT]]')}</EnablingAuthority>"
        yield f"<LongTitle{self.stamp()}>{self.words(of.title)}</LongTitle></Identification>"
        refs = "".join(f"[[fn:{index}]]" for index in range(len(of.footnotes)))
        yield f'<Order{self.stamp()}><Provision{self.stamp()} format-ref="indent-0-0" list-item="no">'
        order = "Pris par arrêté en vertu de la" if of.language == "fr" else "Made by order under the"
        yield f"<Text>{self.words(f'{order} [[act:H-3|Health Products Act]]{refs}.')}</Text>"
        for index, note in enumerate(of.footnotes):
            yield f'<Footnote id="{self.footnote(index)}" placement="page" status="official">'
            yield f"<Label>{'abcdefgh'[index]}</Label><Text>{self.words(note)}</Text></Footnote>"
        yield "</Provision></Order>"

    def heading(self, heading: Heading) -> Iterator[str]:
        yield f'<Heading{self.stamp()} level="{heading.level}">'
        yield f"<Label>{escape(heading.label)}</Label>" if heading.label else ""
        yield f"<TitleText>{self.words(heading.title)}</TitleText></Heading>"

    def block(self, block: Block, since: date | None = None, plain: bool = False) -> Iterator[str]:
        """A block and what it contains; inside amendments nothing carries ids or dates (`plain`)."""
        since = block.since or since
        stamp = "" if plain else self.stamp(since)
        if block.tag == "Section" and not plain:
            stamp = stamp.replace(
                " lims:fid", f' lims:lastAmendedDate="{_latest(block, since) or self.of.registered}" lims:fid', 1
            )
        kind = ' generate-in-text="no"' if block.tag == "Definition" and not block.parts else ""
        yield f"<{block.tag}{stamp}{kind}>"
        if block.note:
            yield f"<MarginalNote{'' if plain else self.stamp(since)}>{self.words(block.note)}</MarginalNote>"
        if block.label:
            moved = block.tag == "Section" and not plain
            yield f"<Label>{self.of.renumber(int(block.label)) if moved else escape(block.label)}</Label>"
        if block.text or block.repealed:
            repealed = f"<Repealed>{escape(block.repealed)}</Repealed>" if block.repealed else ""
            yield f"<Text>{self.words(block.text)}{repealed}</Text>"
        for part in block.parts:
            if isinstance(part, Block):
                yield from self.block(part, since, plain)
            else:
                yield from self.formula(part) if isinstance(part, Formula) else self.table(part)
        yield from self.history(block.history)
        yield f"</{block.tag}>"

    def formula(self, formula: Formula) -> Iterator[str]:
        yield f"<FormulaGroup{self.stamp()}><Formula{self.stamp()}><FormulaText>{escape(formula.text)}</FormulaText>"
        yield f"</Formula><FormulaConnector>{formula.connector}</FormulaConnector>"
        for term, text in formula.terms:
            yield f"<FormulaDefinition{self.stamp()}><FormulaTerm>{term}</FormulaTerm>"
            yield f"<Text>{self.words(text)}</Text></FormulaDefinition>"
        yield "</FormulaGroup>"

    def table(self, table: Table) -> Iterator[str]:
        yield f'<TableGroup{self.stamp()} pointsize="8" topmarginspacing="10" rowbreak="no" bilingual="no">'
        yield f'<table{self.stamp()} frame="topbot"><title{self.stamp()}>{self.words(table.title)}</title>'
        yield f'<tgroup{self.stamp()} cols="{len(table.heads)}" colsep="1" rowsep="0">'
        for column in range(len(table.heads)):
            yield f'<colspec colname="{column + 1}" colsep="1" colwidth="{11 * (column + 1)}.5*" rowsep="0" />'
        yield f'<thead{self.stamp()}><row rowsep="1" topdouble="yes" topmarginspacing="4">'
        yield "".join(
            f'<entry colsep="1" rowsep="1" valign="bottom">{self.words(head)}</entry>' for head in table.heads
        )
        yield f"</row></thead><tbody{self.stamp()}>"
        for number, row in enumerate(table.rows, 1):
            stamp = self.stamp(row.since) if row.since else ""
            yield f'<row{stamp} topmarginspacing="4"><entry colsep="1">{number}</entry>'
            if row.repealed:
                yield f'<entry colsep="0" namest="2" nameend="{len(table.heads)}">'
                yield f"<Repealed>{escape(row.repealed)}</Repealed></entry>"
            yield "".join(f'<entry colsep="1">{self.words(cell)}</entry>' for cell in row.cells)
            yield "</row>"
        yield "</tbody></tgroup></table></TableGroup>"

    def schedule(self, schedule: Schedule) -> Iterator[str]:
        yield f'<Schedule{self.stamp()} bilingual="no" spanlanguages="yes"><ScheduleFormHeading{self.stamp()}>'
        yield f"<Label>{escape(schedule.label)}</Label>"
        yield f"<OriginatingRef>{self.words(schedule.origin)}</OriginatingRef></ScheduleFormHeading>"
        yield from self.table(schedule.table)
        yield from self.history(schedule.history)
        yield "</Schedule>"

    def annex(self, name: str, title: str, amending: tuple[Amending, ...]) -> Iterator[str]:
        if not amending:
            return
        yield f'<Schedule id="{name}"><ScheduleFormHeading type="amending"><TitleText>{title}</TitleText>'
        yield "</ScheduleFormHeading><RegulationPiece>"
        for item in amending:
            yield '<RelatedOrNotInForce><Heading level="5" style="nifrp"><TitleText>\n                    — '
            yield f"{escape(item.citation)}</TitleText></Heading>"
            section = "".join(self.block(item.section, plain=True))
            if item.amended:
                pieces = "".join(piece for block in item.amended for piece in self.block(block, plain=True))
                inner = f"<AmendedText><SectionPiece>{pieces}</SectionPiece></AmendedText></Section>"
                section = (
                    section.replace("<Section>", '<Section type="amending">', 1).removesuffix("</Section>") + inner
                )
            yield f"{section}</RelatedOrNotInForce>"
        yield "</RegulationPiece></Schedule>"

    def history(self, entries: tuple[tuple[str, date], ...]) -> Iterator[str]:
        if entries:
            items = (
                f"<HistoricalNoteSubItem{self.stamp(day)}>{escape(text)}</HistoricalNoteSubItem>"
                for text, day in entries
            )
            yield f"<HistoricalNote>{''.join(items)}</HistoricalNote>"

    def stamp(self, since: date | None = None) -> str:
        """The three attributes that every labelled element carries."""
        self.fid += 1
        base = self.of.registered
        if since is None or since == base:
            return f' lims:inforce-start-date="{base}" lims:fid="{self.fid}" lims:id="{self.fid + self.of.id_shift}"'
        new = self.fid + 900000 + self.of.id_shift
        return f' lims:inforce-start-date="{since}" lims:enacted-date="{since}" lims:fid="{self.fid}" lims:id="{new}"'

    def footnote(self, index: int) -> str:
        return f"fn_{self.of.number.replace('/', '-')}_hq_{19050 + index + self.of.id_shift}"

    def words(self, text: str) -> str:
        for old, new in self.of.terms:
            text = text.replace(old, new)
        return _MARK.sub(self.mark, escape(text))

    def mark(self, found: re.Match[str]) -> str:
        kind, target, shown = found.groups()
        if kind is None:
            return f"<XRefInternal>{self.of.renumber(int(target))}</XRefInternal>"
        if kind in ("act", "reg"):
            of = "act" if kind == "act" else "regulation"
            return f'<XRefExternal reference-type="{of}" link={quoteattr(target)}>{shown}</XRefExternal>'
        if kind == "fn":
            return f'<FootnoteRef idref="{self.footnote(int(target))}">{"abcdefgh"[int(target)]}</FootnoteRef>'
        if kind == "i":
            return f'<Emphasis style="italic">{target}</Emphasis>'
        name = "DefinedTermEn" if kind == "en" else "DefinedTermFr"
        return f"<{name}>{target}</{name}>"


def _latest(block: Block, since: date | None) -> date | None:
    days = [block.since or since, *(day for _, day in block.history)]
    days += [_latest(part, block.since or since) for part in block.parts if isinstance(part, Block)]
    return max((day for day in days if day), default=None)


def _calendar(day: date) -> str:
    return f"<Date><YYYY>{day.year}</YYYY><MM>{day.month}</MM><DD>{day.day}</DD></Date>"
