"""A page of a regulator, read as its declaration says: one content element, sections at headings, then paragraphs, items and rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HTMLParser, HtmlElement, document_fromstring
from w3lib.encoding import html_to_unicode

from tracker.domain.provision import UNDATED, Amendment, Dating, Provision
from tracker.domain.source import Html
from tracker.errors import ExtractionError
from tracker.extract import guards, numbers
from tracker.extract.normalise import fold, spaced

VERSION = 1

_BLOCKS = {"p": "paragraph", "li": "item", "tr": "row", "dd": "item", "blockquote": "paragraph", "pre": "paragraph"}
_NUMBER = re.compile(r"^\W*((?:\d+[a-z]?)(?:\.\d+)*)\b")


def segment(body: bytes, document: str, how: Html, media_type: str = "") -> list[Provision]:
    """The provisions of a page in reading order; raises ExtractionError for a page that is not the document."""
    page = _parse(body, media_type)
    reason = guards.not_the_document(page, body)
    if reason:
        raise ExtractionError(reason)
    found = CSSSelector(how.content)(page)
    if len(found) != 1:
        raise ExtractionError(
            f"The page has {len(found)} elements {how.content!r} where one was declared; it may have been redesigned."
        )
    content = found[0]
    for css in how.drop:
        for element in CSSSelector(css)(content):
            element.drop_tree()
    return list(_sections(content, document, how, _effective(content, document, how)))


def _parse(body: bytes, media_type: str) -> HtmlElement:
    _, text = html_to_unicode(media_type or None, body)
    try:
        return document_fromstring(text.encode(), parser=HTMLParser(encoding="utf-8", huge_tree=False))
    except (etree.ParserError, ValueError):
        raise ExtractionError("The page is empty.") from None


def _sections(content: HtmlElement, document: str, how: Html, dating: Dating) -> Iterator[Provision]:
    heads = set(CSSSelector(how.section)(content))
    section, heading, counts = "", "", {"paragraph": 0, "item": 0, "row": 0}
    for element in content.iter():
        if element in heads:
            heading = _words(element)
            number = _NUMBER.match(heading)
            section = how.citation.format(heading=heading, number=number.group(1) if number else heading)
            counts = dict.fromkeys(counts, 0)
            continue
        kind = _BLOCKS.get(element.tag) if isinstance(element.tag, str) else None
        if kind is None or (kind == "paragraph" and _inside_block(element, content)):
            continue
        cells = tuple(_words(cell) for cell in element if cell.tag in ("td", "th")) if kind == "row" else ()
        text = " ".join(cell for cell in cells if cell) if cells else _words(element)
        if not text or (kind == "row" and all(cell.tag == "th" for cell in element)):
            continue
        counts[kind] += 1
        label = f"{kind} {counts[kind]}"
        path = (section, label) if section else (label,)
        yield Provision(document, path, ", ".join(path), heading, text, dating, cells=cells)


def _inside_block(element: HtmlElement, content: HtmlElement) -> bool:
    parent = element.getparent()
    while parent is not None and parent is not content:
        if parent.tag in _BLOCKS:
            return True
        parent = parent.getparent()
    return False


def _effective(content: HtmlElement, document: str, how: Html) -> Dating:
    if how.effective is None:
        return UNDATED
    pattern = re.escape(how.effective).replace(r"\{date\}", f"({numbers.DATE})").replace(r"\ ", r"\s+")
    found = re.search(pattern, fold(_words(content)), re.IGNORECASE)
    if found is None:
        return UNDATED
    day: date = numbers.day(found.group(1))
    return Dating(effective_on=day, amendments=(Amendment(f"edition of {document}", day),), section_wide=True)


def _words(element: HtmlElement) -> str:
    return spaced(" ".join(part for part in element.itertext() if isinstance(part, str)))
