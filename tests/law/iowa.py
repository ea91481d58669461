"""Writes chapters of a code in the shape of the Iowa Code's rich text: a group for each run of words.

Texts may hold marks: `[[653 IAC 1.2]]` is a link, which the publisher sets as a paragraph of its own in the middle of a
sentence, and `{{term}}` is set in italics.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_LINK = re.compile(r"\[\[([^\]]+)\]\]")
_ITALIC = re.compile(r"\{\{([^}]+)\}\}")
_PLAIN = r"\pard\plain\f5\fs18\hyphpar0\qj\fi0\ri0\li0"
_HEAD = rf"""{{\rtf1 \ansi {{\*\userprops {{\propname version}}\proptype30 {{\staticval CambridgeDoc CDocsPublishRtf V0.5}}}}\viewkind1 {{\info{{\doccomm %s}}}}{{\*\userprops{{\propname stylesheet}}\proptype30{{\staticval E:\\custom\\chapter.style}}}}
{{\colortbl;\red0\green0\blue0;\red255\green255\blue255;}}
{{\fonttbl{{\f5\fcharset0 {{\uc1 imperial bt}};}}{{\f3\fcharset2 {{\uc1 symbol}};}}}}
{{\*\listtable{{\list\listtemplateid-197\listsimple{{\listlevel{{\leveltext\'01\u-3913 ?;}}{{\levelnumbers;}}\f3}}{{\listname;}}}}}}
{{\stylesheet {{\s0 \ql\li0\ri0\fs24 {{\uc1 Normal}};}}{{\*\cs86 \additive {{\uc1 page number}};}}}}
\ftnbj \fet\htmautsp\lnbrkrule
\formshade0\sectd\facingp\titlepg{{\headerf}}{{\headerr}}{{\footerf}}{{\footerr}}{{{_PLAIN}\cbpat2\par}}{{}}
"""  # noqa: E501


@dataclass(frozen=True)
class Para:
    """A paragraph of the law behind its labels ("1.", "a.", "(1)", "(a)"), with the headnote of a subsection."""

    text: str
    labels: tuple[str, ...] = ()
    headnote: str = ""


@dataclass(frozen=True)
class Section:
    """A section with its history and notes below it."""

    number: str
    heading: str
    paras: tuple[Para, ...]
    history: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gap:
    """Sections that are reserved or repealed: "1.4 through 1.6", "Reserved."."""

    numbers: str
    what: str


@dataclass(frozen=True)
class Subchapter:
    """A centred title between sections."""

    label: str
    title: str


@dataclass(frozen=True)
class Chapter:
    """One chapter, which is one file; `rtf()` writes it."""

    number: str
    title: str
    parts: tuple[Section | Gap | Subchapter, ...]
    comment: str = ""

    def rtf(self) -> bytes:
        """The bytes of the file."""
        lines = [*_centred(f"CHAPTER {self.number}", self.title)]
        for part in self.parts:
            match part:
                case Section():
                    lines += _section(part)
                case Gap():
                    numbers = _group(r"\f5\b\fs18\qj", words(part.numbers))
                    lines.append(
                        _paragraph(r"\pard\plain\keep\f5\fs18\qj\fi0\sb260", numbers, _group("", words(part.what)))
                    )
                case Subchapter():
                    lines += _centred(part.label, part.title)
        return (_HEAD % self.comment + "\n".join(lines) + "}").encode("ascii")


def words(text: str) -> str:
    """Words as the publisher escapes them."""
    escaped = re.sub(r"[\\{}]", lambda found: "\\" + found[0], text)
    return "".join(map(_letter, escaped))


def _letter(letter: str) -> str:
    if letter == "\u00a0":
        return r"\~"
    if ord(letter) < 128:
        return letter
    return rf"\'{ord(letter):02x}" if ord(letter) < 256 else rf"\u{ord(letter)}\'3f"


def _group(form: str, inside: str) -> str:
    return "{" + form + "{" + inside + "}}"


def _run(text: str, form: str = "") -> str:
    return "{" + _group(form + r"\f5\fs18\hyphpar0\qj", words(text)) + "}"


def _paragraph(form: str, *runs: str) -> str:
    return "{" + form + "".join(runs) + r"\par}"


_SET_OFF = _run("\u00a0\u00a0")


def _centred(label: str, title: str) -> Iterator[str]:
    yield _paragraph(r"\pard\plain\f5\fs18\qc\fi0\sb600", _group(r"\f5\fs24\qc", words(label)))
    mark = r"{\*\bkmkstart stylerid1}"
    yield _paragraph(
        r"\pard\plain\keep\f5\fs18\qc\fi0\sb4", mark, _group("", words(title)), mark.replace("start", "end")
    )


def _section(section: Section) -> Iterator[str]:
    yield _paragraph(_PLAIN.replace(r"\f5", r"\f5\b"), _SET_OFF)
    yield _paragraph(_PLAIN.replace(r"\f5", r"\f5\b0"), "{ }{\\f5\\b0\\fs24}", _SET_OFF, _SET_OFF)
    mark = r"{\*\bkmkstart stylerid2}{\*\bkmkend stylerid2}"
    head = [_run(section.number, r"\b"), mark, _run("\u00a0\u00a0", r"\b"), _run(section.heading, r"\b")]
    yield _paragraph(_PLAIN.replace(r"\f5", r"\keepn\f5\b"), *head) + "{}"
    for para in section.paras:
        yield from _para(para)
    for line in section.history:
        yield "{}" + _paragraph(_PLAIN.replace("fi0", "fi180"), _run(line))
    for line in section.notes:
        yield _paragraph(r"\pard\plain\keep\keepn\f5\fs12\hyphpar0\qj\fi180\ri0\li0\cbpat2", _group("", words(line)))


def _para(para: Para) -> Iterator[str]:
    runs = [_SET_OFF]
    for label in para.labels:
        italic = label[0].isalpha()
        runs += [_run(label, r"\i" if italic else ""), _SET_OFF]
    if para.headnote:
        runs += [_run(para.headnote, r"\i"), _SET_OFF]
    for number, part in enumerate(_LINK.split(para.text)):
        if number % 2:
            yield _paragraph(_PLAIN, *runs)
            field = r'{\field{\*\fldinst HYPERLINK "https://law.example/rule.pdf#at" }{\fldrslt \cf5 \f5 \fs18'
            yield _paragraph(_PLAIN + r"\cf5", field + _run(part) + "}}")
            runs = []
            continue
        runs += [_run(each, r"\i" if odd % 2 else "") for odd, each in enumerate(_ITALIC.split(part)) if each]
    yield _paragraph(_PLAIN, *runs) + "{}"


_UNPRINTED = re.compile(r"\\\*|\\(?:fonttbl|colortbl|stylesheet|info|header|footer)")
_LABEL = re.compile(r"(?:(\d+[A-Z]*|[a-z]{1,2})\.|\((\w{1,4})\))[ \u00a0]*\u00a0[ \u00a0]*")
_HEADNOTE = re.compile(r"[A-Z][^\u00a0]{0,200}\.(?: *\u00a0){2}")


def printed(body: bytes) -> str:
    """The words of a file, read without the tracker: labels as they are cited, "(a)" for "a.", and no headnotes."""
    text = re.sub(r"[\r\n]+", "", body.decode("latin-1"))
    inside = 1
    while inside:
        text, inside = re.subn(
            r"\{([^{}]*)\}", lambda found: "" if _UNPRINTED.match(found[1]) else f" {found[1]}", text
        )
    text = re.sub(r"\\u(\d+) ?\\'3f", lambda found: chr(int(found[1])), text)
    text = re.sub(r"\\'([0-9a-f]{2})", lambda found: bytes.fromhex(found[1]).decode("cp1252"), text)
    text = re.sub(r"\\par(?![a-z]) ?", "\n", text.replace(r"\~", "\u00a0"))
    return "\n".join(map(_cited, re.sub(r"\\[a-z]+-?\d* ?", "", text).split("\n")))


def _cited(line: str) -> str:
    label = ""
    rest = line.strip(" \u00a0")
    while found := _LABEL.match(rest):
        label, rest = f"({found[1] or found[2]}) ", rest[found.end() :]
    return label + (_HEADNOTE.sub("", rest, count=1) if label and _HEADNOTE.match(rest) else rest)
