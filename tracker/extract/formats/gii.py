"""German federal law from gesetze-im-internet.de: one file of GII-norm XML, mostly wrapped in a ZIP archive.

An act is a flat row of norms: its frame, its headings, its sections (§) and its annexes. An Absatz is known by the (1)
at the start of a paragraph, what stands below it by the marks of definition lists. The footnote of the frame says when
the act came into force; only their document numbers tell which norms have been amended since, and nothing from when.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from tracker.domain.provision import UNDATED, Provision, Standing
from tracker.errors import ExtractionError
from tracker.extract import xml, zipped
from tracker.extract.formats import gii_dates
from tracker.extract.normalise import spaced

VERSION = 1

_LARGEST = 12 * 2**20
"""Bytes of the XML of an act; the longest codes have a third of that."""
_DEEPEST = 12
"""Levels of lists in lists; drafters use four."""
_CONTENTS = frozenset({"Inhaltsübersicht", "Inhaltsverzeichnis"})
"""Norms that only list the headings of the others."""
_GONE = re.compile(r"\(?(?:weggefallen|aufgehoben|entfallen|gegenstandslos)\)?[.,;]?", re.IGNORECASE)
_GONE_IN_LINE = re.compile(rf"(\d{{1,3}}[a-z]{{0,2}}\.|[a-z]{{1,3}}\)) ({_GONE.pattern})", re.IGNORECASE)
_WHOLLY_GONE = "Aufh"
"""The kind of remark by which the frame says that the act is no law any more, although it is printed as before."""
_NOTHING = frozenset({"", "-", "\u2013", "\u2014"})
_OBSOLETE = re.compile(r"^\(X+\) ")
"""Stands before the number of a norm that has no text any more."""
_ABSATZ = re.compile(r"\((\d{1,3}[a-z]{0,2})\)(?:\s+|$)")
_DASHED = ("-", "\u2013", "\u2014")
_NAME = 80

_SKIPPED = frozenset({"TOC", "FnR", "FnArea", "Footnotes", "noindex", "kommentar", "IMG"})
_INLINE = frozenset({"B", "I", "U", "F", "NB", "SUB", "SUP", "SP", "small", "ABWFORMAT"})
"""Elements that do not end a word."""
_BLOCKS = frozenset({"P", "LA", "DD", "Content", "pre"})
_KINDS = (
    (r"\(?(\d[\da-z.]*?)[.)]*", "Nr. {}"),
    (r"([ivxlc]+|[IVXLC]+)\.", "Nr. {}"),
    (r"\(?([A-Za-z])[.)]+", "Buchst. {}"),
)
_DOUBLED = {1: "Buchst.", 2: "Doppelbuchst.", 3: "Dreifachbuchst."}


def segment(body: bytes, document: str) -> list[Provision]:
    """The provisions of an act or ordinance in reading order, from its XML or its ZIP; raises ExtractionError."""
    text = unpacked(body)
    if len(text) > _LARGEST:
        raise ExtractionError(f"The document is larger than {_LARGEST / 2**20:g} MB; it was not read.")
    root = xml.parse(text)
    if root.tag != "dokumente":
        raise ExtractionError(f"Expected an act of gesetze-im-internet.de; the root element is <{root.tag}>.")
    for state in root.iterfind("norm/metadaten/standangabe"):
        if state.findtext("standtyp") == _WHOLLY_GONE:
            raise ExtractionError(f"The act says that it is repealed: {_short(_words(state))}")
    walk = _Walk(document, gii_dates.commencement(root))
    for norm in root.iterfind("norm"):
        walk.norm(norm)
    if not walk.found:
        raise ExtractionError("The act has no norm with a text.")
    return walk.found


def unpacked(body: bytes) -> bytes:
    """The XML of an act, out of its ZIP archive if it is in one; raises ExtractionError."""
    return zipped.only_file(body, ".xml", _LARGEST) if zipped.is_zip(body) else body


@dataclass(frozen=True, slots=True)
class _Place:
    """Where words stand."""

    path: tuple[str, ...]
    citation: str

    def below(self, mark: str, words: str) -> _Place:
        if len(self.path) > _DEEPEST:
            raise ExtractionError(f"{self.citation}: lists are nested too deeply to be a law.")
        return _Place((*self.path, mark), f"{self.citation} {words}")

    def named(self, name: str) -> _Place:
        label = f"Position {name}"
        return _Place((*self.path, label), f"{self.citation}, {label}")


class _Walk:
    """One pass over an act."""

    def __init__(self, document: str, commencement: gii_dates.Commencement) -> None:
        self.document, self.commencement = document, commencement
        self.found: list[Provision] = []
        self.heading = ""
        self.dating = UNDATED
        self.standing = Standing.IN_FORCE

    def norm(self, norm: etree._Element) -> None:
        """A section, an article, an annex, or a heading with a text of its own."""
        title = norm.find("metadaten/titel")
        self.heading = _words(title) if title is not None else ""
        named = (norm.findtext("metadaten/enbez"), norm.findtext("metadaten/gliederungseinheit/gliederungsbez"))
        number = next((name for each in named if (name := spaced(each or ""))), self.heading or "ohne Bezeichnung")
        number = re.sub(r"^Art(?:ikel)?\.? ", "Art. ", _OBSOLETE.sub("", _short(number)))
        if number in _CONTENTS:
            return
        self.dating, pending = self.commencement.of(number, norm.get("doknr", ""))
        self.standing = Standing.PENDING if pending else Standing.IN_FORCE
        before = len(self.found)
        for content in norm.iterfind("textdaten/text/Content"):
            self._content(content, _Place((number,), number))
        if len(self.found) == before and _GONE.fullmatch(self.heading):
            for each in _each_of(number):
                self._add(_Place((each,), each), self.heading)

    def _content(self, content: etree._Element, norm: _Place) -> None:
        place, is_annex = norm, not norm.citation.startswith(("§", "Art. "))
        self._flush([content.text or ""], place)
        for block in content:
            if block.tag in _SKIPPED:
                continue
            label = _ABSATZ.match(spaced(block.text or ""))
            if label:
                place = norm.below(f"({label[1]})", f"Abs. {label[1]}")
            self._block(block, place, label.group(0).strip() if label else "", is_annex and _is_register(block))
            self._flush([block.tail or ""], place)

    def _block(self, block: etree._Element, place: _Place, label: str = "", is_register: bool = False) -> None:
        """Words, and the lists and tables among them, in their order; the label at the start is none of the words.

        In a register each line is an entry with a bold name, or belongs to the entry before.
        """
        own, at, begins = [block.text or ""], place, is_register
        for child in block:
            tag = child.tag
            if tag in ("DL", "table") or (tag in _BLOCKS and _has_parts(child)):
                label = self._flush(own, at, label)
                if tag == "DL":
                    self._list(child, at)
                elif tag == "table":
                    self._table(child, at)
                else:
                    self._block(child, at)
            elif is_register and tag == "BR":
                label, begins = self._flush(own, at, label), True
            else:
                if begins and tag == "B":
                    at = place.named(_short(_words(child)))
                begins = False
                _collect(child, own)
            own.append(child.tail or "")
            begins = begins and not spaced(child.tail or "")
        self._flush(own, at, label)

    def _flush(self, own: list[str], place: _Place, label: str = "") -> str:
        text = spaced("".join(own)).removeprefix(label).lstrip()
        own.clear()
        inline = _GONE_IN_LINE.fullmatch(text)
        if inline:
            self._add(place.below(inline[1], _cited(inline[1])), inline[2])
        elif text not in _NOTHING:
            self._add(place, text)
        return ""

    def _list(self, definitions: etree._Element, place: _Place) -> None:
        below, dashes = place, 0
        for child in definitions:
            if child.tag == "DT":
                mark = _short(_words(child))
                if mark in _NOTHING:
                    dashes += 1
                    mark = f"Spiegelstrich {dashes}"
                below = place.below(mark, _cited(mark))
            else:
                self._block(child, below)

    def _table(self, table: etree._Element, place: _Place) -> None:
        """Each row at the name in its first cell; one that only begins with a dash belongs to the row before."""
        at = place
        for row in table.iter("row"):
            cells = tuple(_words(entry) for entry in row.iter("entry"))
            said = [cell for cell in cells if cell not in _NOTHING]
            if not said:
                continue
            text = " ".join(cell for cell in cells if cell)
            if next(row.iterancestors("thead"), None) is not None:
                self._add(place, text)
                continue
            if len(said) > 1 or not said[0].startswith(_DASHED):
                at = place.named(_short(said[0]))
            self._add(at, text, cells)

    def _add(self, place: _Place, text: str, cells: tuple[str, ...] = ()) -> None:
        standing = Standing.REPEALED if _GONE.fullmatch(text) else self.standing
        self.found.append(
            Provision(self.document, place.path, place.citation, self.heading, text, self.dating, standing, cells)
        )


def _cited(mark: str) -> str:
    """How the mark of a list is cited: "4a." is Nr. 4a, "aa)" is Doppelbuchst. aa."""
    same = re.fullmatch(r"\(?(([a-z])\2{0,2})[.)]+", mark)
    if same:
        return f"{_DOUBLED[len(same[1])]} {same[1]}"
    for pattern, words in _KINDS:
        if found := re.fullmatch(pattern, mark):
            return words.format(found[1])
    return mark


def _each_of(number: str) -> Iterator[str]:
    """The sections that a number names: "§§ 40 und 40a", "§§ 12 bis 14"."""
    named = re.fullmatch(r"§§ (.+)", number)
    every = [section for part in re.split(r", | und ", named[1]) for section in gii_dates.run(part)] if named else []
    yield from (f"§ {section}" for section in every) if every else (number,)


def _short(name: str) -> str:
    return name if len(name) <= _NAME else name[:_NAME].rsplit(" ", 1)[0]


def _has_parts(element: etree._Element) -> bool:
    return next(element.iter("DL", "table"), None) is not None


def _is_register(block: etree._Element) -> bool:
    """Whether a paragraph of an annex is a list of names, one on each line."""
    return len(block) > 0 and block[0].tag == "B" and not spaced(block.text or "") and block.find("BR") is not None


def _words(element: etree._Element) -> str:
    parts: list[str] = [element.text or ""]
    for child in element:
        _collect(child, parts)
        parts.append(child.tail or "")
    return spaced("".join(parts))


def _collect(element: etree._Element, parts: list[str]) -> None:
    """The words of an element among others, without footnotes and remarks of the editors."""
    if element.tag in _SKIPPED:
        return
    # A raised figure is an exponent or a mark, and no digit of the number before it.
    raised = element.tag in ("SUP", "SUB") and (element.text or "")[:1].isdigit() and _ends_in_digit(parts)
    apart = element.tag not in _INLINE or raised
    parts.append(" " if apart else "")
    parts.append(element.text or "")
    for child in element:
        _collect(child, parts)
        parts.append(child.tail or "")
    parts.append(" " if apart else "")


def _ends_in_digit(parts: list[str]) -> bool:
    last = next((part for part in reversed(parts) if part), "")
    return last[-1:].isdigit()
