"""The Iowa Code in rich text (RTF): one file per chapter.

A section begins with its number in bold. What is set off by spaces that do not break is a label or a headnote, and
headnotes are no part of the law. Below a section stand its history and notes; the only dates in them are those of
amendments that take effect on another day than usual.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date

from tracker.domain.provision import UNDATED, Dating, Provision, Standing
from tracker.errors import ExtractionError
from tracker.extract import numbers, richtext
from tracker.extract.normalise import fold, spaced

VERSION = 1

_NUMBER = r"\d+[A-Z]*\.\d+[A-Z]*"
_SECTION = re.compile(rf"({_NUMBER})((?:\s*(?:,|and|through|to)\s+{_NUMBER})*)(?![\w.])\s*(.*)", re.DOTALL)
_RANGE = re.compile(rf"(\d+[A-Z]*\.)(\d+) (?:through|to) \1(\d+)|({_NUMBER})")
_WIDEST = 200
"""Sections of a range that are named one by one."""
_REPEALED = re.compile(r"\[?Repealed\b.{0,300}", re.DOTALL)
_NOT_THERE = re.compile(r"(?:Reserved|Transferred|Not enacted|Section not enacted|Omitted)\b.{0,300}", re.DOTALL)
_LABEL = re.compile(r"(?:(\d+[A-Z]*|[a-z]{1,2}|0[a-z])\.|\((\d+[A-Z]*|[a-z]{1,4})\))\s*\u00a0\s*")
_HEADNOTE = re.compile(r"([A-Z\u201c][^\u00a0]{0,200}\.)\u00a0{2}\s*(?=\S)")
_HISTORY = re.compile(r"\[?(?:CS?\d{2}|R60|S13|SS15|\d{2,4} Acts|\d\dGA)\b.*(?:§|\bch)|Referred to in ")
"""The first of the notes: codes and acts in which the section stood before."""
_SET_OFF = "\u00a0"
"""What every paragraph of the law begins with."""
_ACT = re.compile(r"\b(\d{4}|\d{2}) Acts, ch \d+")
_EFFECTIVE = re.compile(
    rf"(?P<year>\d{{4}}) (?:amendments?|enactment|strike|new section)(?: to (?P<where>[^;]{{1,120}}?))? effective "
    rf"(?P<day>{numbers.DATE})\b",
    re.IGNORECASE,
)
_SUBSECTION = re.compile(r"subsections? ((?:\d+[A-Z]*(?:, | and |, and )?)+)", re.IGNORECASE)
_PARAGRAPHS = re.compile(r'paragraphs? ((?:"?[a-z]{1,2}"?(?:, | and |, and )?)+)$', re.IGNORECASE)
_ROMAN = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
    "xi": 11,
    "xii": 12,
}


def segment(body: bytes, document: str) -> list[Provision]:
    """The provisions of a chapter in reading order; raises ExtractionError."""
    chapter = _Chapter(document)
    for paragraph in richtext.paragraphs(body):
        chapter.take(paragraph)
    chapter.close()
    if not chapter.sections:
        raise ExtractionError("No section of the Iowa Code begins anywhere in the document.")
    return chapter.found


@dataclass
class _Section:
    """A section that is being read."""

    number: str
    heading: str
    labels: dict[int, str] = field(default_factory=dict)
    """The labels that hold now, by level."""
    note: str = ""
    """The headnote of the subsection that is being read."""
    rows: int = 0
    open_end: bool = False
    """Whether a space stands after the last words."""
    provisions: list[Provision] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def path(self) -> tuple[str, ...]:
        """The section and the labels inside it."""
        return (self.number, *(self.labels[level] for level in sorted(self.labels)))


class _Chapter:
    """One pass over the paragraphs of a chapter."""

    def __init__(self, document: str) -> None:
        self.document = document
        self.section: _Section | None = None
        self.sections = 0
        self.found: list[Provision] = []

    def take(self, paragraph: richtext.Paragraph) -> None:
        """Read the next paragraph: it begins a section, belongs to the one that is read, or is a note or title."""
        text = spaced(paragraph.text)
        if not text:
            return
        head = _SECTION.match(spaced(paragraph.lead))
        if head is not None and not paragraph.text.startswith(_SET_OFF):
            self.close()
            self._open(head, text)
        elif paragraph.centred and text.isupper():
            self.close()  # a subchapter
        elif self.section is not None:
            self._inside(self.section, paragraph, text)

    def close(self) -> None:
        """End the section that is being read."""
        if self.section is not None:
            self.found += _dated(self.section)
        self.section = None

    def _open(self, head: re.Match[str], text: str) -> None:
        self.sections += 1
        number, further, _ = head.groups()
        title = text[head.end(2) :].strip()
        if _REPEALED.fullmatch(title):
            for each in _numbers(number + further):
                self._add(_Section(each, ""), title, Standing.REPEALED)
        elif further or _NOT_THERE.fullmatch(title):
            return
        else:
            self.section = _Section(number, title.rstrip("."))

    def _inside(self, section: _Section, paragraph: richtext.Paragraph, text: str) -> None:
        law = paragraph.text.startswith(_SET_OFF)
        if paragraph.cells:
            section.rows += 1
            self._row(section, paragraph)
        elif not law and (section.notes or _HISTORY.match(text)):
            section.notes.append(text)
        elif not law and section.provisions:
            # A link is set as a paragraph of its own; the sentence goes on around it.
            last = section.provisions[-1]
            gap = " " if section.open_end or paragraph.text[:1].isspace() else ""
            section.provisions[-1] = replace(last, text=f"{last.text}{gap}{text}")
        else:
            self._paragraph(section, paragraph.text.lstrip())
        section.open_end = paragraph.text[-1:].isspace()

    def _paragraph(self, section: _Section, text: str) -> None:
        labelled = False
        while (label := _LABEL.match(text)) is not None:
            level = _level(label, section.labels)
            section.labels = {depth: each for depth, each in section.labels.items() if depth < level}
            section.labels[level] = f"({label[1] or label[2]})"
            section.note = section.note if level else ""
            text, labelled = text[label.end() :], True
        if not labelled:
            section.labels, section.note = {}, ""
        headnote = _HEADNOTE.match(text) if labelled else None
        if headnote is not None:
            section.note, text = spaced(headnote[1]).rstrip("."), text[headnote.end() :]
        section.rows = 0
        if words := spaced(text):
            standing = Standing.REPEALED if _REPEALED.fullmatch(words) else Standing.IN_FORCE
            section.provisions.append(self._provision(section, section.path, words, standing))

    def _row(self, section: _Section, paragraph: richtext.Paragraph) -> None:
        path = (*section.path, f"row {section.rows}")
        section.provisions.append(replace(self._provision(section, path, paragraph.text), cells=paragraph.cells))

    def _add(self, section: _Section, text: str, standing: Standing) -> None:
        self.found.append(self._provision(section, section.path, text, standing))

    def _provision(
        self, section: _Section, path: tuple[str, ...], text: str, standing: Standing = Standing.IN_FORCE
    ) -> Provision:
        labels = "".join(f", {label}" if label.startswith("row ") else label for label in path[1:])
        heading = section.note or section.heading
        return Provision(self.document, path, f"§ {path[0]}{labels}", heading, text, UNDATED, standing)


def _level(label: re.Match[str], labels: dict[int, str]) -> int:
    """How deep a label stands: 1., a., (1), (a), (i); after (h) the letter i is one more letter."""
    if label[1] is not None:
        return 1 if label[1][-1].isalpha() and label[1].islower() else 0
    inside = label[2]
    if inside[0].isdigit():
        return 2
    letters, figures = labels.get(3, "")[1:-1], labels.get(4, "")[1:-1]
    roman = _ROMAN.get(inside)
    if roman is None or not letters or ord(inside[0]) == ord(letters[-1]) + 1:
        return 3
    return 4 if roman == _ROMAN.get(figures, 0) + 1 else 3


def _numbers(text: str) -> Iterator[str]:
    """Every section that a heading names: "1.4, 1.6 through 1.8" are four."""
    for stem, first, last, alone in _RANGE.findall(text):
        if alone:
            yield alone
        else:
            yield from (f"{stem}{number}" for number in range(int(first), min(int(last), int(first) + _WIDEST) + 1))


def _dated(section: _Section) -> list[Provision]:
    """The provisions of a section, each with the day from which a note says that its words hold.

    Only a note on the newest act counts: what a later one changed has no day that the text states.
    """
    history = " ".join(fold(note) for note in section.notes)
    newest = max((_year(year) for year in _ACT.findall(history)), default=0)
    found = section.provisions
    for note in _EFFECTIVE.finditer(history):
        if int(note["year"]) < newest:
            continue
        try:
            dating = Dating(effective_on=numbers.day(note["day"]))
        except ValueError as error:
            raise ExtractionError(f"§ {section.number}: {error}.") from None
        places = _places((note["where"] or "").rstrip(","))
        found = [replace(each, dating=_later(each.dating, dating)) if _is_in(each, places) else each for each in found]
    return found


def _later(one: Dating, other: Dating) -> Dating:
    return max(one, other, key=lambda dating: dating.effective_on or date.min)


def _year(text: str) -> int:
    return int(text) if len(text) == 4 else 1900 + int(text)


def _places(where: str) -> list[tuple[str, ...]]:
    """The labels that a note names: "subsection 2, paragraphs b and d" are (2)(b) and (2)(d); none is all of it."""
    subsections = _SUBSECTION.search(where)
    if subsections is None:
        return [()]
    numbers_named = re.findall(r"\d+[A-Z]*", subsections[1])
    letters = _PARAGRAPHS.search(where)
    below = re.findall(r"\b(?!and\b)[a-z]{1,2}\b", letters[1]) if letters else []
    if not below:
        return [(f"({number})",) for number in numbers_named]
    return [(f"({number})", f"({letter})") for number in numbers_named for letter in below]


def _is_in(provision: Provision, places: list[tuple[str, ...]]) -> bool:
    return any(provision.path[1 : len(place) + 1] == place for place in places)
