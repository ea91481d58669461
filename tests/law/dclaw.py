"""Writes sections of a code in the shape of the D.C. library XML: banners, nested paragraphs, annotations, an index.

Texts may hold marks: `[[9-402.03]]` is written as a cite of that section (underlined only in permanent versions).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from xml.sax.saxutils import escape, quoteattr

_MARK = re.compile(r"\[\[([^\]]+)\]\]")
_NAMESPACES = (
    'xmlns="https://code.dccouncil.us/schemas/dc-library" xmlns:codified="https://code.dccouncil.us/schemas/codified" '
    'xmlns:codify="https://code.dccouncil.us/schemas/codify" xmlns:xi="http://www.w3.org/2001/XInclude"'
)


@dataclass(frozen=True)
class Act:
    """An act that amends a section; emergency acts last 90 days and temporary laws 225."""

    name: str
    title: str
    effective: date
    kind: str = "permanent"
    path: str = "§2|(a)"
    page: str = "0 BR 0"
    """Where it stands in the register; printed as zeros until the register is out."""

    @property
    def days(self) -> int:
        """How long it lasts; 0 for permanent law."""
        return {"emergency": 90, "temporary": 225}.get(self.kind, 0)

    @property
    def expires(self) -> date:
        """The first day on which it no longer applies."""
        return self.effective + timedelta(days=self.days)


@dataclass(frozen=True)
class Para:
    """A numbered paragraph with its words and what is below it."""

    num: str
    text: str = ""
    paras: tuple[Para, ...] = ()
    placeholder: str = ""


@dataclass(frozen=True)
class Section:
    """One section, which is one file; `xml()` writes it."""

    num: str
    heading: str
    paras: tuple[Para, ...]
    text: str = ""
    banners: tuple[Act, ...] = ()
    acts: tuple[Act, ...] = ()
    permanent: bool = False
    """Whether this is the (Perm) file: the words without any emergency or temporary amendment."""
    containing_doc: bool = False

    def xml(self) -> bytes:
        """The file as published."""
        return ("\n".join(self._lines()) + "\n").encode()

    def _lines(self) -> Iterator[str]:
        yield "<?xml version='1.0' encoding='utf-8'?>"
        yield f"<section {_NAMESPACES}{' containing-doc=' + quoteattr('Borealia Code') if self.containing_doc else ''}>"
        if self.permanent:
            yield "  <prefix>§</prefix>"
        yield f"  <num>{self.num}{'(Perm)' if self.permanent else ''}</num>"
        for act in self.banners:
            yield from ("  <text>", f"      {_banner(act, self.num)}", "      </text>")
        yield f"  <heading>{escape(self.heading)}</heading>"
        if self.text:
            yield f"  <text>{self._words(self.text)}</text>"
        for para in self.paras:
            yield from self._para(para, "  ")
        yield "  <annotations>"
        for act in self.acts:
            yield from _annotations(act)
        yield from ("  </annotations>", "</section>")

    def _para(self, para: Para, indent: str) -> Iterator[str]:
        yield f"{indent}<para placeholder={quoteattr(para.placeholder)}>" if para.placeholder else f"{indent}<para>"
        yield f"{indent}  <num>{para.num}</num>"
        if para.text:
            yield f"{indent}  <text>{self._words(para.text)}</text>"
        for below in para.paras:
            yield from self._para(below, indent + "  ")
        yield f"{indent}</para>"

    def _words(self, text: str) -> str:
        cite = r"<u>§ \1</u>" if self.permanent else r'<cite path="§\1">§ \1</cite>'
        return _MARK.sub(cite, escape(text))


def index(title: str, chapter: str, numbers: list[str]) -> bytes:
    """The index of a chapter, which includes the files of its sections."""
    includes = "".join(f'    <xi:include href="./sections/{number}.xml"/>\n' for number in numbers)
    return (
        f"<?xml version='1.0' encoding='utf-8'?>\n<container {_NAMESPACES}>\n  <prefix>Title</prefix>\n  <num>9</num>\n"
        f"  <heading>{escape(title)}</heading>\n  <container>\n    <prefix>Chapter</prefix>\n    <num>4A</num>\n"
        f"    <heading>{escape(chapter)}</heading>\n{includes}  </container>\n</container>\n"
    ).encode()


def long_date(day: date) -> str:
    """`August 4, 2021`."""
    return f"{day:%B} {day.day}, {day.year}"


def _banner(act: Act, number: str) -> str:
    return (
        f"*NOTE: This section includes amendments by {act.kind} legislation that will expire on "
        f"{long_date(act.expires)}. The words that stand once all of it has ended are found here: "
        f'<cite path="§{number}(Perm)">Permanent Version</cite>.*'
    )


def _annotations(act: Act) -> Iterator[str]:
    instrument, dates = f'doc={quoteattr(act.name)} path="{act.path}"', f'app="{act.effective}" eff="{act.effective}"'
    if not act.days:
        yield f'    <annotation {dates} {instrument} type="History"/>'
        return
    cited = f"{act.path.replace('|', '')} of {act.title} ({act.name}, {long_date(act.effective)}, {act.page})"
    yield (
        f'    <annotation history="false" type="{act.kind.title()} Legislation" {instrument} codified:display="Note" '
        f"{dates}>Amended for a short term ({act.days} days) by <cite {instrument}>{escape(cited)}</cite>.</annotation>"
    )
    yield f'    <annotation {dates} {instrument} type="History" display="false"/>'
