"""A PDF with text, read as its declaration says: sections at lines, then their paragraphs, each with its page.

The page is part of the citation, so that a reader finds the words, and of no path: a text that only moves to another
page has not changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tracker.domain.provision import Dating, Provision
from tracker.domain.source import Pdf
from tracker.extract import pdf_layout, pdf_words
from tracker.extract.formats.html import stated_day
from tracker.extract.normalise import spaced

VERSION = 1

_PAGES = {"de": ("S.", "Seite"), "es": ("p.", "página"), "pt": ("p.", "página"), "it": ("p.", "pagina")}
_NUMBER = re.compile(r"^\W*((?:\d+[a-z]?)(?:\.\d+)*)\b")


def segment(body: bytes, document: str, how: Pdf, language: str) -> list[Provision]:
    """The provisions of a document in reading order; raises ExtractionError for one that cannot be read."""
    begins = re.compile(how.section) if how.section is not None else None
    paragraphs = pdf_layout.paragraphs(pdf_words.pages(body), begins, [re.compile(each) for each in how.drop])
    words = " ".join(paragraph.text for paragraph in paragraphs)
    dating = stated_day(words, document, how.effective)
    return list(_provisions(paragraphs, document, how, dating, language))


def _provisions(
    paragraphs: Sequence[pdf_layout.Paragraph], document: str, how: Pdf, dating: Dating, language: str
) -> Iterator[Provision]:
    short, long = _PAGES.get(language, ("p.", "page"))
    section, heading = "", ""
    counts: dict[tuple[str, str], int] = {}
    for paragraph in paragraphs:
        if paragraph.kind == "head":
            section, heading = _section(paragraph.text, how), spaced(paragraph.text)
            continue
        text = spaced(paragraph.text)
        if not text:
            continue
        # Where no sections are declared, the pages are the sections.
        place = section if how.section is not None else f"{long} {paragraph.page}"
        counts[place, paragraph.kind] = number = counts.get((place, paragraph.kind), 0) + 1
        label = f"{paragraph.kind} {number}"
        path = (place, label) if place else (label,)
        on = f"{short} {paragraph.page}, " if how.section is not None else ""
        yield Provision(document, path, on + ", ".join(path), heading, text, dating, cells=paragraph.cells)


def _section(line: str, how: Pdf) -> str:
    found = re.match(how.section or "", line)
    named = found.groupdict() if found is not None else {}
    heading = spaced(named.get("heading") or line)
    at_start = _NUMBER.match(line)
    number = named.get("number") or (at_start.group(1) if at_start else heading)
    return how.citation.format(number=spaced(number), heading=heading)
