"""Justice Canada LIMS XML: consolidated acts and regulations, in English and French.

Every labelled element states since when it is in force. Amendments that are adopted and not yet in force stand in the
schedule NifProvs, transitional ones in RelatedProvs: neither is current law. The root's in-force attribute stays "yes"
on a fully repealed regulation and is not read.
"""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from tracker.domain.provision import UNDATED, Dating, Provision, Standing
from tracker.errors import ExtractionError
from tracker.extract import numbers, xml
from tracker.extract.normalise import spaced

VERSION = 2

_START = "{http://justice.gc.ca/lims}inforce-start-date"
_SKIPPED = frozenset({"FootnoteRef", "Footnote", "HistoricalNote", "MarginalNote", "Label"})
_LABELLED = frozenset(
    {"Section", "Subsection", "Paragraph", "Subparagraph", "Clause", "Subclause", "Subsubclause", "Item", "Provision"}
)
_OWN_TEXT = frozenset(
    {
        *("Text", "Repealed", "FormulaGroup", "TableGroup", "Oath", "QuotedText", "ReadAsText", "BilingualGroup"),
        "AmendedText",  # sections that an amending act writes into another act: quoted here, law there
    }
)
_NOT_CURRENT = {"NifProvs": "not in force", "RelatedProvs": "related provisions"}


def segment(body: bytes, document: str, language: str) -> list[Provision]:
    """The provisions of a statute or regulation in reading order; raises ExtractionError."""
    root = xml.parse(body)
    if root.tag not in ("Statute", "Regulation"):
        raise ExtractionError(f"Expected a Justice Laws statute or regulation; the root element is <{root.tag}>.")
    return _Walk(document, "art." if language == "fr" else "s.").provisions(root)


class _Walk:
    """One pass over a document."""

    def __init__(self, document: str, section_mark: str) -> None:
        self.document, self.section_mark = document, section_mark
        self.datings: dict[str, Dating] = {}
        self.found: list[Provision] = []

    def provisions(self, root: etree._Element) -> list[Provision]:
        for part in root:
            if part.tag == "Body":
                for section in part.iter("Section"):
                    if next(section.iterancestors("Section", "AmendedText"), None) is None:
                        self._labelled(section, (), "", UNDATED)
            elif part.tag == "Schedule":
                self._schedule(part)
        return self.found

    def _labelled(self, element: etree._Element, path: tuple[str, ...], heading: str, dating: Dating) -> None:
        label = ""
        children = list(element)
        for child in children:
            tag = child.tag
            if tag == "MarginalNote":
                heading = _words(child)
            elif tag == "Label":
                label = _words(child)
            elif tag in _OWN_TEXT or tag in _LABELLED:
                break
        self._inside(children, (*path, label), heading, self._dating(element, dating))

    def _inside(self, children: Iterable[etree._Element], path: tuple[str, ...], heading: str, dating: Dating) -> None:
        """A labelled element's own words first, then what stands in it."""
        own: list[str] = []
        for child in children:
            tag = child.tag
            if tag in _SKIPPED:
                continue
            if tag in _OWN_TEXT:
                repealed = tag == "Repealed" or (len(child) > 0 and child.find("Repealed") is not None)
                text = _words(child)
                if repealed:
                    self._add(path, heading, text, dating, Standing.REPEALED)
                elif text:
                    own.append(text)
                continue
            if own:
                self._add(path, heading, " ".join(own), dating)
                own = []
            if tag in _LABELLED:
                self._labelled(child, path, heading, dating)
            elif tag == "Definition":
                term = _term(child)
                inner = self._dating(child, dating)
                self._inside(child, (*path, f'"{term}"') if term else path, heading, inner)
            else:
                self._inside(child, path, heading, self._dating(child, dating))
        if own:
            self._add(path, heading, " ".join(own), dating)

    def _schedule(self, schedule: etree._Element) -> None:
        name = _NOT_CURRENT.get(schedule.get("id", ""))
        if name is not None:
            for number, block in enumerate(schedule.iter("RelatedOrNotInForce"), 1):
                self._add((name, str(number)), name, _words(block), UNDATED, Standing.PENDING)
            return
        head = schedule.find("ScheduleFormHeading")
        label = head.find("Label") if head is not None else None
        title = head.find("TitleText") if head is not None else None
        kind, space, mark = (_words(label) if label is not None else "SCHEDULE").partition(" ")
        path = (kind.capitalize() + space + mark,)
        heading = _words(title) if title is not None else ""
        dating = self._dating(schedule, UNDATED)
        self._rows(schedule, path, heading, dating)
        for child in schedule:
            if child.tag not in ("ScheduleFormHeading", "TableGroup", "HistoricalNote"):
                self._scheduled(child, path, heading, self._dating(child, dating))

    def _scheduled(self, element: etree._Element, path: tuple[str, ...], heading: str, dating: Dating) -> None:
        """What stands in a schedule beside tables: items, forms, or whole sections."""
        if element.tag in _LABELLED and element.find("Label") is not None:
            self._labelled(element, path, heading, dating)
        elif element.tag in _OWN_TEXT and _words(element):
            self._add(path, heading, _words(element), dating)
        elif element.tag not in _SKIPPED:
            for child in element:
                self._scheduled(child, path, heading, self._dating(child, dating))

    def _rows(self, schedule: etree._Element, path: tuple[str, ...], heading: str, dating: Dating) -> None:
        for table in schedule.iter("table"):
            inner = self._dating(table, dating)
            for row in table.iter("row"):
                parent = row.getparent()
                cells = tuple(_words(cell) for cell in row.iter("entry"))
                if parent is None or parent.tag != "tbody" or not any(cells):
                    continue
                own = self._dating(row, inner)
                standing = Standing.REPEALED if row.find(".//Repealed") is not None else Standing.IN_FORCE
                text = " ".join(cell for cell in cells if cell)
                item = f"item {cells[0]}" if cells[0] else f"row {text[:40]}"
                self._add((*path, item), heading, text, own, standing, cells)

    def _add(
        self,
        path: tuple[str, ...],
        heading: str,
        text: str,
        dating: Dating,
        standing: Standing = Standing.IN_FORCE,
        cells: tuple[str, ...] = (),
    ) -> None:
        citation = self._citation(path)
        self.found.append(Provision(self.document, path, citation, heading, text, dating, standing, cells))

    def _citation(self, path: tuple[str, ...]) -> str:
        first, rest = path[0], path[1:]
        if first[:1].isdigit():
            below = "".join(rest)
            if '"' in below:
                below = "".join([f" {p}" if p.startswith('"') else p for p in rest])
            return f"{self.section_mark} {first}{below}"
        return ", ".join(path)

    def _dating(self, element: etree._Element, inherited: Dating) -> Dating:
        start = element.get(_START)
        if start is None:
            return inherited
        if start not in self.datings:
            try:
                self.datings[start] = Dating(effective_on=numbers.existing(start))
            except ValueError as error:
                raise ExtractionError(f"{_place(element)}: in force since {error}.") from None
        return self.datings[start]


def _place(element: etree._Element) -> str:
    """Where an element stands, by the labels around it."""
    around = reversed([element, *element.iterancestors()])
    labels = [_words(label) for each in around if (label := each.find("Label")) is not None]
    return f"{''.join(labels) or element.tag}, line {element.sourceline}"


def _words(element: etree._Element) -> str:
    """The words of an element without footnotes and history."""
    if len(element) == 0:
        return spaced(element.text or "")
    parts: list[str] = []
    _collect(element, parts)
    return spaced("".join(parts))


def _collect(element: etree._Element, parts: list[str]) -> None:
    if element.text:
        parts.append(element.text)
    for child in element:
        if child.tag in ("entry", "Text", "FormulaText", "FormulaConnector", "FormulaDefinition"):
            parts.append(" ")
        if child.tag not in ("FootnoteRef", "Footnote", "HistoricalNote"):
            _collect(child, parts)
        if child.tail:
            parts.append(child.tail)


def _term(definition: etree._Element) -> str:
    for name in ("DefinedTermEn", "DefinedTermFr"):
        for text in definition.iterfind("Text"):
            term = text.find(name)
            # A definition names its term in both languages; its own language comes first.
            if term is not None and not spaced(text.text or "") and text[0] is term:
                return _words(term)
    return ""
