"""D.C. Law Library XML: one file per section of the code, or per act or law of the Council.

A section that contains emergency or temporary law says so in a banner, with the day on which it expires. Annotations
name each act that changed the section, with its kind and effective date; a section may carry several banners at once.
Its permanent version is another file, "(Perm)" in its number, which is written by hand: it may put the whole section
below a paragraph that has no printed label, and its annotations carry no dates.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from lxml import etree

from tracker.domain.provision import Amendment, Dating, Ending, Provision, Standing, TemporaryKind
from tracker.errors import ExtractionError
from tracker.extract import numbers, xml
from tracker.extract.formats import session_law
from tracker.extract.normalise import spaced

VERSION = 2

_NS = session_law.NAMESPACE
_PERMANENT = re.compile(r"(.+?)\s*\(Perm\)")
_BANNER = re.compile(
    rf"amendments by (emergency|temporary) legislation that will expire on ({numbers.DATE})", re.IGNORECASE
)
_KINDS = {"Emergency Legislation": TemporaryKind.EMERGENCY, "Temporary Legislation": TemporaryKind.TEMPORARY}
_REPEALED = re.compile(r"\[?(?:repealed|expired)\b.{0,40}", re.IGNORECASE)
_PROSE = frozenset({"text", "aftertext"})


def segment(body: bytes, document: str, language: str) -> list[Provision]:
    """The provisions of one section, act or law in reading order; raises ExtractionError."""
    root = xml.parse(body)
    if root.tag == f"{_NS}document":
        return session_law.segment(root, document)
    if root.tag != f"{_NS}section":
        raise ExtractionError(f"Expected a section of the D.C. Law Library; the root element is <{root.tag}>.")
    number = spaced(root.findtext(f"{_NS}num") or "")
    if not number:
        raise ExtractionError("The section carries no number.")
    heading = spaced(root.findtext(f"{_NS}heading") or "").rstrip(".")
    try:
        dating = _dating(root)
    except ValueError as error:
        raise ExtractionError(f"§ {number}: {error}.") from None
    permanent = _PERMANENT.fullmatch(number)
    if permanent is None:
        return list(_paragraphs(root, document, (number,), heading, dating))
    beneath = _paragraphs(root, document, (permanent.group(1),), heading, dating)
    return [replace(provision, standing=Standing.UNDERLYING) for provision in beneath]


def _paragraphs(
    element: etree._Element, document: str, path: tuple[str, ...], heading: str, dating: Dating
) -> Iterator[Provision]:
    for child in element:
        name = etree.QName(child).localname
        if name in _PROSE:
            text = _words(child)
            if not text or text.startswith("*NOTE"):
                continue
            standing = Standing.REPEALED if _REPEALED.fullmatch(text) else Standing.IN_FORCE
            yield Provision(document, path, f"§ {path[0]}{''.join(path[1:])}", heading, text, dating, standing)
        elif name == "para":
            number = child.find(f"{_NS}num")
            printed = number is not None and number.get("undesignated") != "true"
            label = spaced(number.text or "") if number is not None and printed else ""
            yield from _paragraphs(child, document, (*path, label) if label else path, heading, dating)


def _dating(root: etree._Element) -> Dating:
    banners = " ".join(_words(text) for text in root.iterfind(f"{_NS}text"))
    try:
        endings = tuple(Ending(TemporaryKind(kind.lower()), numbers.day(day)) for kind, day in _BANNER.findall(banners))
    except ValueError as error:
        raise ValueError(f"banner: {error}") from None
    return Dating(endings=endings, amendments=_amendments(root), section_wide=True)


def _amendments(root: etree._Element) -> tuple[Amendment, ...]:
    """Every act that the annotations name with an effective date, once, with the kind that any of them gives it."""
    kinds: dict[tuple[str, str], TemporaryKind | None] = {}
    for annotation in root.iterfind(f"{_NS}annotations/{_NS}annotation"):
        instrument, effective = annotation.get("doc"), annotation.get("eff")
        if not instrument or not effective or annotation.get("type") == "Applicability":
            continue
        kind = _KINDS.get(annotation.get("type") or "")
        kinds[instrument, effective] = kinds.get((instrument, effective)) or kind
    return tuple(Amendment(instrument, _day(instrument, iso), kind) for (instrument, iso), kind in kinds.items())


def _day(instrument: str, iso: str) -> date:
    try:
        return numbers.existing(iso)
    except ValueError as error:
        raise ValueError(f"annotation of {instrument}: {error}") from None


def _words(element: etree._Element) -> str:
    return spaced("".join(part for part in element.itertext() if isinstance(part, str)))
