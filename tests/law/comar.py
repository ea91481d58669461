"""Writes chapters of COMAR and issues of the Maryland Register in the shape of the Open Law Library's XML.

The real issues lie in the publisher's repository and not in the recorded corpus: what is written here has their
elements, attributes and order, and invented words. `[[14.17.04.03A(1)]]` in a text is written as a cite.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from xml.sax.saxutils import escape, quoteattr

from tests.law.dclaw import Para, long_date

NOT_THE_LAW = (
    "Written for the tracker in the format of the official document. It is not the law: the sentences are ours."
)
_CODE = "Code of Maryland Regulations"
_NAMESPACES = (
    'xmlns="https://open.law/schemas/library" xmlns:codify="https://open.law/schemas/codify" '
    'xmlns:cache="https://open.law/schemas/cache" xmlns:codified="https://open.law/schemas/codified" '
    'xmlns:xi="http://www.w3.org/2001/XInclude"'
)
_MARK = re.compile(r"\[\[([^\]]+)\]\]")


@dataclass(frozen=True)
class Regulation:
    """One regulation of a chapter, such as .03."""

    num: str
    heading: str
    paras: tuple[Para, ...] = ()
    text: str = ""
    note: str = ""
    """What the register prints beneath a regulation that an emergency action amends."""
    ref_path: str = ""

    def lines(self, indent: str) -> Iterator[str]:
        """As it stands in a chapter, or in an instruction."""
        ref = f" cache:ref-path={quoteattr(self.ref_path)}" if self.ref_path else ""
        yield f"{indent}<section{ref}>"
        yield f"{indent}  <prefix>Regulation</prefix>"
        yield f"{indent}  <num>{self.num}</num>"
        yield f"{indent}  <heading>{escape(self.heading)}</heading>"
        if self.text:
            yield f"{indent}  <text>{_words(self.text)}</text>"
        for para in self.paras:
            yield from _para(para, indent + "  ")
        if self.note:
            yield f"{indent}  <annotations>"
            yield f'{indent}    <annotation managed="false" type="Emergency Action">{escape(self.note)}</annotation>'
            yield f"{indent}  </annotations>"
        yield f"{indent}</section>"


@dataclass(frozen=True)
class Chapter:
    """A chapter; its file names its last number only, and its history cites the whole."""

    place: str
    heading: str
    regulations: tuple[Regulation, ...]
    history: tuple[tuple[date, str], ...] = ((date(2025, 4, 14), "52:7 Md. R. 324"),)

    def xml(self) -> bytes:
        """The file as published."""
        head = ["<?xml version='1.0' encoding='utf-8'?>", f"<!-- {NOT_THE_LAW} -->"]
        return ("\n".join([*head, *self.lines("", _NAMESPACES)]) + "\n").encode()

    def lines(self, indent: str, namespaces: str = "") -> Iterator[str]:
        """As it stands in its file, or in an instruction."""
        yield f"{indent}<container {namespaces}".rstrip() + ">"
        yield f"{indent}  <prefix>Chapter</prefix>"
        yield f"{indent}  <num>{self.place.rpartition('.')[2]}</num>"
        yield f"{indent}  <heading>{escape(self.heading)}</heading>"
        for regulation in self.regulations:
            yield from regulation.lines(indent + "  ")
        yield from self.annotations(indent + "  ")
        yield f"{indent}</container>"

    def annotations(self, indent: str) -> Iterator[str]:
        """The chapter's authority and its administrative history."""
        kind = 'managed="false" type="History" subtype="Administrative History" dest="container"'
        path = "|" + self.place.replace(".", "|")
        yield f"{indent}<annotations>"
        yield f'{indent}  <annotation managed="false" type="Authority" dest="container">An invented act</annotation>'
        yield f"{indent}  <annotation {kind}>Effective date:</annotation>"
        for (day, page), regulation in zip(self.history, self.regulations * len(self.history), strict=False):
            cite = f'<cite path="{path}|{regulation.num}">Regulation {regulation.num}</cite>'
            said = f"{cite} amended effective {long_date(day)} ({page})"
            yield f'{indent}  <annotation {kind} effective="{day}">{said}</annotation>'
        yield f"{indent}</annotations>"


@dataclass(frozen=True)
class Instruction:
    """What an issue tells to do with a chapter, a regulation or a part of one."""

    path: str
    """`14|17|04|.03`."""
    brings: Regulation | Chapter | Para | None = None
    verb: str = "replace"
    more: str = ""
    """Further attributes."""

    def lines(self, indent: str) -> Iterator[str]:
        """The instruction with what it brings."""
        tag = f'codify:{self.verb} history="false" doc="{_CODE}" path="{self.path}"{self.more and " " + self.more}'
        if self.brings is None:
            yield f"{indent}<{tag}/>"
            return
        yield f"{indent}<{tag}>"
        yield from (
            _para(self.brings, indent + "  ") if isinstance(self.brings, Para) else self.brings.lines(indent + "  ")
        )
        yield f"{indent}</codify:{self.verb}>"


@dataclass(frozen=True)
class Action:
    """What one agency does in an issue."""

    num: str
    instructions: tuple[Instruction, ...]
    applies: date | None = None
    expires: date | None = None

    def lines(self, indent: str) -> Iterator[str]:
        """The action in its container."""
        days = (("applicability", self.applies), ("expire", self.expires))
        stated = "".join(f' codify:{name}="{day}"' for name, day in days if day)
        yield f"{indent}<container{stated}>"
        yield f"{indent}  <num>{self.num}</num>"
        for instruction in self.instructions:
            yield from instruction.lines(indent + "  ")
        yield f"{indent}</container>"


@dataclass(frozen=True)
class Issue:
    """An issue of the register; what it adopts begins ten days later unless an action says otherwise."""

    volume: int
    number: int
    published: date
    effective: date | None
    final: tuple[Action, ...] = ()
    emergency: tuple[Action, ...] = ()
    proposed: tuple[Action, ...] = ()

    def xml(self) -> bytes:
        """The file as published."""
        return ("\n".join(self._lines()) + "\n").encode()

    def _lines(self) -> Iterator[str]:
        number = f"{self.volume}-{self.number}"
        title = f"Maryland Register, Volume {self.volume}, Issue {self.number}"
        yield from ("<?xml version='1.0' encoding='utf-8'?>", f"<!-- {NOT_THE_LAW} -->")
        yield f'<document {_NAMESPACES} id="{title}" codify:doc="{_CODE}">'
        yield from (f"  <num>{number}</num>", "  <meta>", "    <stub/>")
        if self.effective:
            yield f"    <effective>{self.effective}</effective>"
        yield f'    <citations><citation type="register" url="./{number}.pdf">{number}</citation></citations>'
        yield f"    <history><published>{self.published}</published></history>"
        yield from ("  </meta>", '  <container name="regulations">')
        for name, actions in (("emergency", self.emergency), ("final", self.final), ("proposed", self.proposed)):
            if actions:
                yield f'    <container name="{name}">'
                for action in actions:
                    yield from action.lines("      ")
                yield "    </container>"
        yield from ("  </container>", "</document>")


def index(volume: int, numbers: list[int]) -> bytes:
    """The index of a volume, the newest issue first."""
    includes = "".join(f'  <xi:include href="./{number}.xml"/>\n' for number in sorted(numbers, reverse=True))
    return (
        f"<?xml version='1.0' encoding='utf-8'?>\n<!-- {NOT_THE_LAW} -->\n"
        f'<collection {_NAMESPACES} name="{volume}">\n  <heading>Volume {volume}</heading>\n{includes}</collection>\n'
    ).encode()


def _para(para: Para, indent: str) -> Iterator[str]:
    yield f"{indent}<para>"
    yield f"{indent}  <num>{para.num}</num>"
    if para.text:
        yield f"{indent}  <text>{_words(para.text)}</text>"
    for below in para.paras:
        yield from _para(below, indent + "  ")
    yield f"{indent}</para>"


def _words(text: str) -> str:
    return _MARK.sub(lambda found: f'<cite path="{found[1]}">{found[1]}</cite>', escape(text))
