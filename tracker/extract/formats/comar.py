"""Open Law Library XML of Maryland: chapters of the Code of Maryland Regulations, and issues of the Maryland Register.

A chapter is base text: it does not follow the amendments. An issue of the register holds what was adopted since, as
instructions: from a day on, put these words in the place of that regulation. They are read here as provisions of the
regulations that they replace; `tracker.extract.instructions` says which of them hold on a day.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lxml import etree

from tracker.domain.provision import Amendment, Dating, Ending, Provision, Standing, TemporaryKind
from tracker.errors import ExtractionError
from tracker.extract import numbers, xml
from tracker.extract.instructions import covers
from tracker.extract.normalise import spaced

VERSION = 1

NS = "{https://open.law/schemas/library}"
_CODIFY = "{https://open.law/schemas/codify}"
_CODE = "Code of Maryland Regulations"
_PUTS = frozenset({"replace", "replace-or-insert", "insert"})
_TAKES_OUT = frozenset({"remove", "repeal"})
_NOT_LAW = frozenset({"annos", "heading", "prefix", "num"})
"""Ends of a path that name no words of a regulation."""
_NOT_ADOPTED = frozenset({"proposed", "proposal", "proposals", "withdrawn"})
_REPEALED = re.compile(r"\[?(?:repealed|expired)\b.{0,40}", re.IGNORECASE)
_REGISTER = re.compile(r"\d+:\d+ Md\. ?R\.? \d+")
_PROSE = frozenset({"text", "aftertext"})
_INLINE = frozenset({"a", "b", "cite", "code", "em", "i", "q", "s", "span", "strong", "sub", "sup", "u"})
"""Elements that do not end a word."""


def segment(body: bytes, document: str, subtitles: Collection[str] = ()) -> list[Provision]:
    """The provisions of a chapter, or those that an issue of the register puts into subtitles; in reading order.

    Raises ExtractionError. Without subtitles all of an issue is read.
    """
    root = xml.parse(body)
    if root.tag == f"{NS}container" and _child(root, "prefix") == "Chapter":
        return _chapter(root, document)
    if root.tag == f"{NS}document" and root.get(f"{_CODIFY}doc", _CODE) == _CODE:
        return list(_issue(root, document, subtitles))
    raise ExtractionError(
        "Expected a chapter of COMAR or an issue of the Maryland Register; "
        f"the root element is <{root.tag}> {_child(root, 'prefix')}".rstrip()
        + "."
    )


# ── A chapter ───────────────────────────────────────────────────────────────────────────────────────────────────────


def _chapter(root: etree._Element, document: str) -> list[Provision]:
    chapter = _place_of(root)
    if re.fullmatch(r"\d+\.\d+\.\d+", document) and document != chapter:
        raise ExtractionError(f"Expected COMAR {document}; this is COMAR {chapter}.")
    found = list(_regulations(root, document, chapter, _dating(root, chapter)))
    if not found:
        raise ExtractionError(f"COMAR {chapter} has no regulation.")
    return found


def _place_of(root: etree._Element) -> str:
    """The number of a chapter; the file states its last part only, and its history cites the whole."""
    last = _child(root, "num")
    paths = [cite.get("path", "").split("|") for cite in root.iterfind(f"{NS}annotations//{NS}cite")]
    paths += [section.get("{https://open.law/schemas/cache}ref-path", "").split("|") for section in root]
    cited = Counter(tuple(filter(None, path))[:3] for path in paths)
    own = [place for place, _ in cited.most_common() if len(place) == 3 and place[2] == last]
    if not own:
        raise ExtractionError(f"The chapter {last!r} does not say to which title and subtitle it belongs.")
    return ".".join(own[0])


def _dating(root: etree._Element, chapter: str) -> Dating:
    """Every entry of a chapter's administrative history that has a day: its words have held at least since the last."""
    entries: dict[Amendment, None] = {}
    for annotation in root.iterfind(f"{NS}annotations/{NS}annotation"):
        effective = annotation.get("effective")
        if effective and annotation.get("subtype") == "Administrative History":
            cited = _REGISTER.findall(_words(annotation))
            name = cited[-1] if cited else f"Administrative history of COMAR {chapter}"
            entries[Amendment(name, _day(effective, f"COMAR {chapter}: administrative history"))] = None
    return Dating(amendments=tuple(entries), section_wide=True)


def _regulations(root: etree._Element, document: str, chapter: str, dating: Dating) -> Iterator[Provision]:
    for section in root.iter(f"{NS}section"):
        yield from _regulation(section, document, chapter, dating)


def _regulation(section: etree._Element, document: str, chapter: str, dating: Dating) -> Iterator[Provision]:
    number, heading = _child(section, "num"), _child(section, "heading").rstrip(".")
    if not number:
        raise ExtractionError(f"COMAR {chapter}: a regulation carries no number (line {section.sourceline}).")
    path = (f"{chapter}.{number.lstrip('.')}",)
    if _REPEALED.fullmatch(heading) and section.find(f".//{NS}text") is None:
        yield Provision(document, path, _citation(path), heading, heading, dating, Standing.REPEALED)
    yield from _paragraphs(section, document, path, heading, dating)


def _paragraphs(
    element: etree._Element, document: str, path: tuple[str, ...], heading: str, dating: Dating
) -> Iterator[Provision]:
    for child in element:
        name = etree.QName(child).localname
        if name in _PROSE:
            text = _words(child)
            if text:
                standing = Standing.REPEALED if _REPEALED.fullmatch(text) else Standing.IN_FORCE
                yield Provision(document, path, _citation(path), heading, text, dating, standing)
            yield from _rows(child, document, path, heading, dating)
        elif name == "para":
            label = _child(child, "num").rstrip(".")
            yield from _paragraphs(child, document, (*path, label) if label else path, heading, dating)


def _rows(
    text: etree._Element, document: str, path: tuple[str, ...], heading: str, dating: Dating
) -> Iterator[Provision]:
    """The rows of the tables in a text, without those that are all heading."""
    number = 0
    for row in text.iter(f"{NS}tr"):
        cells = tuple(_words(cell) for cell in row)
        if any(cells) and not all(cell.tag == f"{NS}th" for cell in row):
            number += 1
            there, words = (*path, f"row {number}"), " ".join(filter(None, cells))
            yield Provision(document, there, f"{_citation(path)}, row {number}", heading, words, dating, cells=cells)


def _citation(path: tuple[str, ...]) -> str:
    """`COMAR 14.17.04.01A(2)(b)`."""
    return f"COMAR {path[0]}{''.join(path[1:])}"


# ── An issue of the register ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Order:
    """One instruction: what it does to what, and when."""

    element: etree._Element
    verb: str
    target: tuple[str, ...]
    """As `replaces` of a provision has it."""
    action: str
    """What the agency filed it under, such as 26-115-E."""
    dating: Dating


def _issue(root: etree._Element, document: str, subtitles: Collection[str]) -> Iterator[Provision]:
    number = _child(root, "num").replace("-", ":") or root.get("id", "")
    if not number:
        raise ExtractionError("The issue of the Maryland Register carries no number.")
    for element in root.iter(f"{_CODIFY}*"):
        order = _order(element, root, number, subtitles)
        if order is not None:
            yield from _told(order, document, f"{number} Md. R., {order.action}: {'.'.join(order.target)}")


def _order(element: etree._Element, root: etree._Element, number: str, subtitles: Collection[str]) -> _Order | None:
    """The instruction that an element is, where it is adopted and about regulations that are wanted."""
    parts = [part.strip() for part in element.get("path", "").split("|") if part.strip()]
    if element.get("doc", _CODE) != _CODE or not parts or parts[-1] in _NOT_LAW:
        return None
    if subtitles and not any(wanted.split(".")[: len(parts)] == parts[:2] for wanted in subtitles):
        return None
    around = [element, *element.iterancestors()]
    if any((outer.get("name") or "").lower() in _NOT_ADOPTED for outer in around):
        return None
    verb, number = etree.QName(element).localname, f"{number} Md. R."
    if len(parts) < 3:
        raise ExtractionError(f"{number}: an instruction for the whole of COMAR {'.'.join(parts)} is not understood.")
    chapter, inner = ".".join(parts[:3]), parts[3:]
    target = (f"{chapter}.{inner[0].lstrip('.')}", *(p.rstrip(".") for p in inner[1:])) if inner else (chapter,)
    action = next((num for outer in around[1:-1] if (num := _child(outer, "num"))), root.get("id", ""))
    where = f"{number}, {action}"
    starts = _stated(around, "applicability") or root.findtext(f"{NS}meta/{NS}effective")
    if not starts:
        raise ExtractionError(f"{where}: nothing says from when COMAR {'.'.join(parts)} reads so.")
    ends = _stated(around, "expire")
    kind = TemporaryKind.EMERGENCY if ends else None
    begun = _day(starts.strip(), where)
    # "In effect 9/4/2026 — 3/3/2027" has the last day on which it applies.
    endings = (Ending(TemporaryKind.EMERGENCY, _day(ends.strip(), where) + timedelta(days=1)),) if ends else ()
    return _Order(element, verb, target, action, Dating(begun, endings, (Amendment(where, begun, kind),), True))


def _told(order: _Order, document: str, where: str) -> Iterator[Provision]:
    """The provisions that an instruction brings; one that takes out brings a mark in their place."""
    chapter = ".".join(order.target[0].split(".")[:3])
    if order.verb in _TAKES_OUT:
        mark = Provision(
            document, order.target, _citation(order.target), "", order.action, order.dating, Standing.REPEALED
        )
        yield replace(mark, printed_in=document, replaces=order.target)
        return
    if order.verb not in _PUTS:
        raise ExtractionError(f"{where}: the instruction <codify:{order.verb}> is not known.")
    found: list[Provision] = []
    if len(order.target) < 3:
        found = list(_regulations(order.element, document, chapter, order.dating))
    if len(order.target) > 1 and not found:
        found = list(_paragraphs(order.element, document, order.target[:-1], "", order.dating))
    if not found or not all(covers(order.target, each.path) for each in found):
        raise ExtractionError(f"{where}: the words that it brings do not stand in the place that it names.")
    yield from (replace(each, printed_in=document, replaces=order.target) for each in found)


def _stated(around: list[etree._Element], name: str) -> str | None:
    """What the instruction itself, or the closest container around it, states."""
    return next((found for outer in around if (found := outer.get(f"{_CODIFY}{name}"))), None)


# ── Words ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def _day(iso: str, where: str) -> date:
    try:
        return numbers.existing(iso)
    except ValueError as error:
        raise ExtractionError(f"{where}: {error}.") from None


def _child(element: etree._Element, name: str) -> str:
    child = element.find(f"{NS}{name}")
    return _words(child) if child is not None else ""


def _words(element: etree._Element) -> str:
    """The words of an element, without the tables in it."""
    if len(element) == 0:
        return spaced(element.text or "")
    parts: list[str] = []
    _collect(element, parts)
    return spaced("".join(parts))


def _collect(element: etree._Element, parts: list[str]) -> None:
    parts.append(element.text or "")
    for child in element:
        name = etree.QName(child).localname
        if name != "table":
            apart = "" if name in _INLINE else " "
            parts.append(apart)
            _collect(child, parts)
            parts.append(apart)
        parts.append(child.tail or "")
