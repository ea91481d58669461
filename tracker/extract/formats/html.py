"""A page of a regulator, read as its declaration says: one content element, sections at headings, then their parts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from lxml import etree
from lxml.cssselect import CSSSelector
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from w3lib.encoding import html_to_unicode

from tracker.domain.provision import UNDATED, Amendment, Dating, Provision
from tracker.domain.source import Html
from tracker.errors import ExtractionError
from tracker.extract import guards, numbers
from tracker.extract.normalise import fold, spaced

VERSION = 3

_BLOCKS = {"p": "paragraph", "li": "item", "tr": "row", "dd": "item", "blockquote": "paragraph", "pre": "paragraph"}
_INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins",
    "kbd", "label", "mark", "nobr", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt",
    "u", "var", "wbr",
})  # fmt: skip
"""Elements that do not end a word: <b>W</b>ord."""
_UNSEEN = frozenset({"script", "style", "template"})
_UNREAD = _UNSEEN | {"nav", "button", "select", "option", "optgroup", "textarea"}
"""What is no text of a page: programs, menus, and what visitors press or fill in."""
_LINE = _INLINE | {"br", "img"}
"""Elements that do not end a line of words that stand in no block."""
_NUMBER = re.compile(r"^\W*((?:\d+[a-z]?)(?:\.\d+)*)\b")


def segment(body: bytes, document: str, how: Html, media_type: str = "") -> list[Provision]:
    """The provisions of a page in reading order; raises ExtractionError for a page that is not the document."""
    page = parse(body, media_type)
    reason = guards.not_the_document(page, body)
    if reason:
        raise ExtractionError(reason)
    found = _select(how.content, page)
    if len(found) != 1:
        raise ExtractionError(
            f"The page has {len(found)} elements {how.content!r} where one was declared; it may have been redesigned."
        )
    content = found[0]
    for css in how.drop:
        for element in _select(css, content):
            element.drop_tree()
    dating = stated_day(_words(content) if how.effective else "", document, how.effective)
    return list(_sections(content, document, how, dating))


@lru_cache(maxsize=256)
def _selector(css: str) -> CSSSelector:
    return CSSSelector(css)


def _select(css: str, element: HtmlElement) -> list[HtmlElement]:
    found = _selector(css)(element)
    return [each for each in found if isinstance(each, HtmlElement)] if isinstance(found, list) else []


def parse(body: bytes, media_type: str) -> HtmlElement:
    """The root of a page, whatever its encoding says; raises ExtractionError for one without any element."""
    _, text = html_to_unicode(media_type or None, body)
    parser = HTMLParser(encoding="utf-8", huge_tree=False)
    try:
        page = document_fromstring(text.replace("\x00", "").encode(), parser=parser)
    except (etree.ParserError, ValueError):
        raise ExtractionError("The page is empty.") from None
    if any("depth" in entry.message for entry in parser.error_log):
        raise ExtractionError("The page is nested too deeply to be read to its end.")
    return page


def _sections(content: HtmlElement, document: str, how: Html, dating: Dating) -> Iterator[Provision]:
    heads = set(_select(how.section, content))
    section, heading, counts = "", "", {"paragraph": 0, "item": 0, "row": 0}
    for kind, found in _pieces(content, heads):
        cells: tuple[str, ...] = ()
        if isinstance(found, str):
            text = found
        elif kind == "head":
            heading = _words(found)
            number = _NUMBER.match(heading)
            section = how.citation.format(heading=heading, number=number.group(1) if number else heading)
            counts = dict.fromkeys(counts, 0)
            continue
        else:
            cells = tuple(_words(cell) for cell in found if cell.tag in ("td", "th")) if kind == "row" else ()
            text = " ".join(cell for cell in cells if cell) if cells else _words(found)
            if kind == "row" and all(cell.tag == "th" for cell in found):
                continue
        if not text:
            continue
        counts[kind] += 1
        label = f"{kind} {counts[kind]}"
        path = (section, label) if section else (label,)
        yield Provision(document, path, ", ".join(path), heading, text, dating, cells=cells)


def _pieces(element: HtmlElement, heads: set[HtmlElement]) -> Iterator[tuple[str, HtmlElement | str]]:
    """Headings, blocks, and as paragraphs the words that stand in no block of their own: <div>Words</div>."""
    loose = [element.text or ""]
    for child in element:
        kind = _BLOCKS.get(child.tag) if isinstance(child.tag, str) else None
        if child not in heads and kind is None and _within_a_line(child, heads):
            _collect_child(child, loose)
            continue
        if words := spaced("".join(loose)):
            yield "paragraph", words
        loose = [child.tail or ""]
        if child in heads:
            yield "head", child
        elif kind is None:
            yield from _pieces(child, heads)
        else:
            yield kind, child
            yield from _inside(child, heads)
    if words := spaced("".join(loose)):
        yield "paragraph", words


def _inside(block: HtmlElement, heads: set[HtmlElement]) -> Iterator[tuple[str, HtmlElement]]:
    """What stands in a block and is cited on its own: the items of a list in a list, the rows of a table in a cell."""
    for element in block.iterdescendants():
        kind = "head" if element in heads else _BLOCKS.get(element.tag) if isinstance(element.tag, str) else None
        if kind is not None and kind != "paragraph":
            yield kind, element


def _within_a_line(element: HtmlElement, heads: set[HtmlElement]) -> bool:
    """Whether an element is part of the line in which it stands."""
    if not isinstance(element.tag, str) or element.tag in _UNREAD:
        return True
    within = (each for each in element.iter(etree.Element) if each.tag not in _UNREAD)
    return all(each.tag in _LINE and each not in heads for each in within)


def stated_day(words: str, document: str, declared: str | None) -> Dating:
    """The day from which a document says that it applies, found as declared; raises ExtractionError."""
    if declared is None:
        return UNDATED
    pattern = re.escape(declared).replace(r"\{date\}", f"({numbers.DATE})").replace(r"\ ", r"\s+")
    found = re.search(pattern, fold(words), re.IGNORECASE)
    if found is None:
        return UNDATED
    try:
        day = numbers.day(found.group(1))
    except ValueError as error:
        raise ExtractionError(f"{spaced(found.group(0))!r}: {error}.") from None
    return Dating(effective_on=day, amendments=(Amendment(f"edition of {document}", day),), section_wide=True)


def _words(element: HtmlElement) -> str:
    parts: list[str] = []
    _collect(element, parts)
    return spaced("".join(parts))


def _collect(element: HtmlElement, parts: list[str]) -> None:
    parts.append(element.text or "")
    for child in element:
        _collect_child(child, parts)


def _collect_child(child: HtmlElement, parts: list[str]) -> None:
    if isinstance(child.tag, str) and child.tag not in _UNSEEN:
        # A raised figure is the mark of a footnote, and no part of the number before it.
        apart = child.tag not in _INLINE or (child.tag == "sup" and (child.text_content() or "")[:1].isdigit())
        parts.append(" " if apart else "")
        if child.tag not in _UNREAD:
            _collect(child, parts)
        parts.append(" " if apart else "")
    parts.append(child.tail or "")
