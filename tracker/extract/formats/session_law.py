"""D.C. Law Library XML: an act or law as the Council passed it, with what it amends in the code.

Temporary law says in its last section for how many days it stands; its elements say of which kind it is. What it puts
into the code is quoted inside the provision that puts it there, and stands here under that provision. The instructions
for the codifier name the place; where they were taken out after use, the words name it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from lxml import etree

from tracker.domain.provision import Amendment, Dating, Ending, Provision, Standing, TemporaryKind
from tracker.errors import ExtractionError
from tracker.extract import numbers
from tracker.extract.normalise import spaced

NAMESPACE = "{https://code.dccouncil.us/schemas/dc-library}"
_CODIFY = "{https://code.dccouncil.us/schemas/codify}"
_NAME = re.compile(r"\S.* (?:Law|Act) \d+-\d+\w*")
_KINDS = {
    TemporaryKind.EMERGENCY: re.compile(rf"remain in effect for no longer than ({numbers.NUMBER}) days", re.IGNORECASE),
    TemporaryKind.TEMPORARY: re.compile(rf"shall expire after ({numbers.NUMBER}) days", re.IGNORECASE),
}
_LABELS = r"(?:\([\w.-]+\))"
_CITED = re.compile(rf"\(D\.C\. Official Code § ([\w.:-]+{_LABELS}*)\)")
_CODE_ITSELF = re.compile(rf"Section ([\w.:-]+{_LABELS}*) of the District of Columbia Official Code\b")
_NAMED = re.compile(rf"(?:Sub-?)*(?:section|paragraph)s? ({_LABELS}+) is\b", re.IGNORECASE)
_ASIDE = frozenset({"num", "heading", "prefix", "meta", "annotations"})
_MARKS = {f"{_CODIFY}{kind.value}": kind for kind in TemporaryKind}
"""Elements that tell the codifier to put a banner over the section."""
_SPOKEN = re.compile(r"\w")
_LONGEST = 3_650
"""Days; nothing that lasts longer is called temporary."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a walk through a law stands."""

    path: tuple[str, ...]
    citation: str
    heading: str
    target: str
    quoted: bool = False
    """Inside words that the law puts into another one."""

    def below(self, label: str, target: str) -> _Place:
        """The place of a labelled part; the first label of quoted words is quoted too."""
        if not label:
            return replace(self, target=target)
        opens = self.quoted and not any(part.startswith('"') for part in self.path)
        name = f'"{label}"' if opens else label
        return replace(
            self, path=(*self.path, name), citation=f"{self.citation}{' ' if opens else ''}{name}", target=target
        )


def segment(root: etree._Element, document: str) -> list[Provision]:
    """The provisions of an act or law in reading order; raises ExtractionError."""
    name = spaced(root.get("id") or "")
    if not _NAME.fullmatch(name):
        raise ExtractionError(f"Expected a law or an act of the Council; the document calls itself {name!r}.")
    title = next((_words(head) for head in root.iterfind(f"{NAMESPACE}heading[@type='short']")), "")
    sections = [each for each in root.iter(f"{NAMESPACE}section") if not _is_part(each)]
    if not sections:
        raise ExtractionError(f"{name} has no section.")
    found = [provision for section in sections for provision in _section(section, document, name, title)]
    dating = _dating(root, name, found)
    standing = Standing.IN_FORCE if dating.effective_on else Standing.PENDING
    return [replace(provision, dating=dating, standing=standing) for provision in found]


def _is_part(section: etree._Element) -> bool:
    """Whether it stands in quoted words or in another section."""
    return next(section.iterancestors(f"{NAMESPACE}include", f"{NAMESPACE}section"), None) is not None


def _section(section: etree._Element, document: str, name: str, title: str) -> Iterator[Provision]:
    number = spaced(section.findtext(f"{NAMESPACE}num") or "")
    if not number:
        raise ExtractionError(f"A section of {name} carries no number.")
    heading = spaced(section.findtext(f"{NAMESPACE}heading") or "").rstrip(".") or title
    label = f"sec. {number}"
    place = _Place((label,), f"{name}, {label}", heading, _target("", section))
    yield from _inside(section, document, place)


def _inside(element: etree._Element, document: str, place: _Place) -> Iterator[Provision]:
    """A part's own words, its parts, and the words that it quotes."""
    for child in element:
        if not isinstance(child.tag, str) or not child.tag.startswith(NAMESPACE):
            continue  # an instruction for the codifier
        kind = child.tag.removeprefix(NAMESPACE)
        if kind in _ASIDE:
            continue
        if kind == "include":
            yield from _inside(child, document, replace(place, quoted=True))
        elif kind in ("para", "section"):
            yield from _part(child, document, place)
        elif child.find(f".//{NAMESPACE}para") is not None:
            yield from _inside(child, document, place)
        elif _SPOKEN.search(text := _words(child)):
            yield Provision(document, place.path, place.citation, place.heading, text, target=place.target)


def _part(part: etree._Element, document: str, place: _Place) -> Iterator[Provision]:
    label = spaced(part.findtext(f"{NAMESPACE}num") or "")
    if place.quoted:
        inside = place.target if place.target.endswith(label) else f"{place.target}{label}" if place.target else ""
        below = place.below(label, inside)
    else:
        below = place.below(label, _target(place.target, part))
    yield from _inside(part, document, below)


def _target(above: str, part: etree._Element) -> str:
    """What a part amends in the code: as its instructions say, else as its words cite it."""
    path = (part.get(f"{_CODIFY}path") or "").replace("|", "")
    if path.startswith("§"):
        return f"§ {path[1:].strip()}"
    if path.startswith("(") and above:
        return above + path
    text = part.find(f"{NAMESPACE}text")
    words = _words(text) if text is not None else ""
    cited = _CITED.search(words) or _CODE_ITSELF.match(words)
    if cited is not None:
        return f"§ {cited.group(1)}"
    named = _NAMED.match(words) if above else None
    return above + named.group(1) if named else above


def _dating(root: etree._Element, name: str, provisions: Sequence[Provision]) -> Dating:
    """From when the law stands, of which kind it is, and when it ends."""
    effective = _day(root, name, "effective")
    kind, days = _length(root, name, provisions)
    if effective is None:
        return Dating()
    begins = effective
    if kind is TemporaryKind.EMERGENCY:  # its days run from the approval, which may be dated earlier
        begins = min(effective, _day(root, name, f"history/{NAMESPACE}enacted") or effective)
    try:
        endings = (Ending(kind, begins + timedelta(days=days)),) if kind else ()
    except OverflowError:
        raise ExtractionError(f"{name} takes effect on {effective}, which is no day of a law.") from None
    return Dating(effective, endings, (Amendment(name, effective, kind),))


def _day(root: etree._Element, name: str, where: str) -> date | None:
    stated = root.findtext(f"{NAMESPACE}meta/{NAMESPACE}{where}")
    try:
        return numbers.existing(spaced(stated)) if stated else None
    except ValueError as error:
        raise ExtractionError(f"{name}: {error}.") from None


def _length(root: etree._Element, name: str, provisions: Sequence[Provision]) -> tuple[TemporaryKind | None, int]:
    marked = {_MARKS[each.tag] for each in root.iter(*_MARKS)}
    if root.find(f"{NAMESPACE}meta/{NAMESPACE}temporary") is not None:
        marked.add(TemporaryKind.TEMPORARY)
    own = " ".join(each.text for each in provisions if not any(part.startswith('"') for part in each.path))
    stated = {kind: found.group(1) for kind, pattern in _KINDS.items() if (found := pattern.search(own))}
    if not marked | stated.keys():
        return None, 0
    if len(marked | stated.keys()) > 1:
        raise ExtractionError(f"{name} calls itself both emergency and temporary law.")
    kind = next(iter(marked | stated.keys()))
    days = int(numbers.number(stated[kind], "en")) if kind in stated else 0
    if not 0 < days <= _LONGEST:
        raise ExtractionError(f"{name} is {kind} law and does not say for how many days it stands.")
    return kind, days


def _words(element: etree._Element) -> str:
    return spaced("".join(part for part in element.itertext() if isinstance(part, str)))
