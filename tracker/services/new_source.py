"""Start a declaration: a commented skeleton, the saved page as its example, and the expected.yml to fill."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from zlib import crc32

from lxml import etree
from pydantic import ValidationError

from tracker.content import ours
from tracker.domain.source import Document, Format, Html, Pdf
from tracker.domain.vocabulary import Vocabulary
from tracker.errors import ExtractionError, OperatorError, UnknownName
from tracker.extract import xml
from tracker.extract.declarations import load_vocabulary
from tracker.extract.formats import comar, dclaw, gii, html, lims, pdf, rtf
from tracker.services.check import saved_page
from tracker.services.expected import NAME, Expected, render, write_expected

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*(?:/[a-z0-9]+(?:-[a-z0-9]+)*)+")
_CONTENT = ("main", "article", "[role=main]", "#content", "#main", "#main-content", "body")
"""Where pages usually hold their text, the narrowest first."""
_DCLAW = "{https://code.dccouncil.us/schemas/dc-library}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_SCHEMA = "source.schema.json"
_HEADS = "h2, h3"
_NUMBERED = r"(?P<number>\d+(?:\.\d+)*)\.?\s+(?P<heading>[A-Z].*)"
"""The line of a PDF at which a numbered section begins."""
_LEAST, _MOST = 0.7, 1.5
"""How much shorter or longer than the saved page a version may be before a person looks."""


def new_source(source_id: str, url: str, body: bytes | None, folder: Path, *, today: date) -> list[Path]:
    """Write a declaration below a folder, with the page as its example; raises OperatorError and writes nothing."""
    words = load_vocabulary()
    jurisdiction = _jurisdiction(source_id, words)
    _check_address(url)
    declaration = folder / f"{source_id}.yml"
    example = folder / f"{source_id}.examples" / today.isoformat()
    for path in (declaration, example):
        if path.exists():
            raise OperatorError(f"{path} is there already; choose another id, or edit it.")
    body = _unpacked(body) if body is not None else None
    page = _look_at(body) if body is not None else _Look()
    values = {
        "id": source_id,
        "schema": _schema(source_id, folder),
        "title": page.title or "FILL IN",
        "jurisdiction": jurisdiction,
        "format": page.format.value,
        "guessed": body is not None,
        "language": page.language or words.jurisdictions[jurisdiction].languages[0],
        "document": page.document,
        "url": url,
        "minute": crc32(source_id.encode()) % 60,
        "content": page.content,
        "section": _HEADS,
        "citation": page.citation,
        "least": max(1, int(page.provisions * _LEAST)),
        "most": max(1, int(page.provisions * _MOST)) if page.provisions else "null",
    }
    text = render("source.yml.j2", values)
    declaration.parent.mkdir(parents=True, exist_ok=True)
    declaration.write_text(text, "utf-8")
    written = [declaration]
    if body is not None:
        example.mkdir(parents=True)
        suffix = page.format.value if page.format in (Format.HTML, Format.RTF, Format.PDF) else "xml"
        document = example / f"{page.document}.{suffix}"
        document.write_bytes(body)
        write_expected(example / NAME, Expected())
        written += [document, example / NAME]
    return written


def _schema(source_id: str, folder: Path) -> str:
    """Where an editor finds the schema of declarations, as seen from the new one."""
    theirs = ours("schemas")
    if folder.resolve() == ours("spiders").resolve():
        return "../" * (source_id.count("/") + 1) + f"{theirs.name}/{_SCHEMA}"
    return (theirs / _SCHEMA).as_posix()


def _jurisdiction(source_id: str, words: Vocabulary) -> str:
    """The jurisdiction whose code an id begins with; raises OperatorError."""
    if not _ID.fullmatch(source_id):
        raise OperatorError(
            f"{source_id!r} is no id; write the jurisdiction, a slash and a name in lower case, as in de/medcang."
        )
    codes = {code.lower(): code for code in words.jurisdictions}
    given = source_id.split("/", 1)[0]
    if given not in codes:
        raise UnknownName("jurisdiction", given.upper(), get_close_matches(given, codes, 3, 0.5))
    return codes[given]


def _check_address(url: str) -> None:
    try:
        Document(id="text", url=url)
    except ValidationError as error:
        raise OperatorError(f"{url!r}: {error.errors()[0]['msg'].removeprefix('Value error, ')}.") from None


@dataclass(frozen=True, slots=True)
class _Look:
    """What a saved page says about how it is to be read."""

    format: Format = Format.HTML
    title: str = ""
    language: str = ""
    document: str = "text"
    content: str = "main"
    citation: str = "section {heading}"
    provisions: int = 0


def _unpacked(body: bytes) -> bytes:
    """A document that a publisher serves in an archive, out of it: an example is to be read by people too."""
    try:
        return gii.unpacked(body)
    except ExtractionError as error:
        raise OperatorError(f"The saved file is not the document: {error}") from None


def _look_at(body: bytes) -> _Look:
    """The format of a page by its bytes, and what can be told from it; raises OperatorError for one that is none."""
    if body.lstrip()[:5] in (b"{\\rtf", b"%PDF-"):
        return _look_at_file(body)
    try:
        root = xml.parse(body)
    except ExtractionError:
        root = None
    try:
        if root is not None and root.tag in ("Statute", "Regulation"):
            language = root.get(_LANGUAGE, "")
            provisions = len(lims.segment(body, "text", language))
            return _Look(Format.LIMS, _line(root.findtext(".//LongTitle")), language, provisions=provisions)
        if root is not None and root.tag == f"{_DCLAW}section":
            provisions = len(dclaw.segment(body, "text", "en"))
            number = _line(root.findtext(f"{_DCLAW}num"))
            return _Look(Format.DCLAW, _line(root.findtext(f"{_DCLAW}heading")), "en", number, provisions=provisions)
        if root is not None and root.tag == f"{comar.NS}container":
            found = comar.segment(body, "text")
            chapter = found[0].path[0].rpartition(".")[0]
            return _Look(Format.COMAR, _line(root.findtext(f"{comar.NS}heading")), "en", chapter, provisions=len(found))
        if root is not None and root.tag == "dokumente":
            title = root.findtext("norm/metadaten/kurzue") or root.findtext("norm/metadaten/langue")
            return _Look(Format.GII, _line(title), "de", provisions=len(gii.segment(body, "text")))
        return _look_at_page(body)
    except ExtractionError as error:
        raise OperatorError(f"The saved page is not the document: {error}") from None


def _look_at_file(body: bytes) -> _Look:
    """A document of a word processor or printer: what its publisher calls it stands nowhere in particular."""
    try:
        if body.lstrip().startswith(b"{"):
            return _Look(Format.RTF, language="en", provisions=len(rtf.segment(body, "text")))
        sections = Pdf(section=_NUMBERED)
        return _Look(Format.PDF, content=_NUMBERED, provisions=len(pdf.segment(body, "text", sections, "en")))
    except ExtractionError as error:
        raise OperatorError(f"The saved page is not the document: {error}") from None


def _look_at_page(body: bytes) -> _Look:
    try:
        page = saved_page(body)
    except (etree.ParserError, ValueError):
        raise OperatorError("The saved page is empty; save it again.") from None
    content = next(css for css in _CONTENT if len(page.cssselect(css)) == 1)
    title = _line(" ".join(page.xpath("//h1[1]//text()") or page.xpath("//title//text()")))
    language = (page.get("lang") or "").split("-")[0].lower()
    heads = [_line(head.text_content()) for head in page.cssselect(content)[0].cssselect(_HEADS)]
    numbered = bool(heads) and all(head[:1].isdigit() for head in heads)
    citation = "section {number}" if numbered else "section {heading}"
    provisions = len(html.segment(body, "text", Html(content=content, section=_HEADS)))
    return _Look(Format.HTML, title, language, content=content, citation=citation, provisions=provisions)


def _line(text: str | None) -> str:
    return " ".join((text or "").split())
