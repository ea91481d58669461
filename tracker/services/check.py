"""Read a source's recorded example, and compare what was read with what a person expects."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from urllib.parse import urldefrag, urljoin

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring
from w3lib.encoding import html_to_unicode

from tracker.domain.belief import Known
from tracker.domain.reading import Reading
from tracker.domain.rule import RuleKey, Version
from tracker.domain.source import Expect, Format, Index, RuleDeclaration, Source
from tracker.domain.vocabulary import Vocabulary
from tracker.domain.wording import display, rule_name
from tracker.errors import DeclarationError, ExtractionError
from tracker.extract import xml
from tracker.extract.baselines import NAME as BASELINE
from tracker.extract.baselines import load_baseline
from tracker.extract.formats import segment
from tracker.extract.match import join
from tracker.extract.normalise import spaced, squeezed
from tracker.extract.read import Page, read
from tracker.extract.watch import looked_up, watches
from tracker.services.expected import NAME, Expected, ExpectedRule, load_expected, write_expected

_SUFFIXES = (".xml", ".html", ".htm", ".rtf", ".pdf", ".json")
_NOT_QUOTED = ("Footnote", "FootnoteRef", "HistoricalNote", "MarginalNote")
"""Elements that stand among the words of a provision and are none of them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an example says about one declared rule."""

    topic: str
    qualifier: Mapping[str, str]
    name: str
    """Topic and qualifier in words."""
    display: str = ""
    citation: str = ""
    quote: str = ""
    missing: str = ""
    """Why nothing was read, in plain words."""
    optional: bool = False
    repealed: bool = False
    underlying: str = ""
    """What permanent law says where the value is only temporary."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The answers of one example, and what is wrong with them."""

    source: str
    example: str
    answers: tuple[Answer, ...] = ()
    problems: tuple[str, ...] = ()
    watched: int = 0
    """Values coded from the text that are looked for by their words."""
    met: int = 0
    """How many of them have their words in it."""

    @property
    def ok(self) -> bool:
        """Whether a person has nothing to do."""
        return not self.problems


def examples(source_id: str, roots: Sequence[Path]) -> list[Path]:
    """The examples beside a declaration, oldest first; the first root that has the declaration counts."""
    for root in roots:
        if (root / f"{source_id}.yml").is_file():
            beside = root / f"{source_id}.examples"
            return sorted(path for path in beside.iterdir() if path.is_dir()) if beside.is_dir() else []
    return []


def coded_from(source: Source, roots: Sequence[Path], words: Vocabulary) -> list[Version]:
    """The values that were coded from the text that a source reads; none where its baseline cannot be used."""
    for path in (root / source.jurisdiction.lower() / BASELINE for root in roots):
        if path.is_file():
            try:
                return [each for each in load_baseline(path, words).coded if each.passage.source == source.id]
            except DeclarationError:
                return []
    return []


def check_example(source: Source, folder: Path, words: Vocabulary, coded: Sequence[Version] = ()) -> CheckResult:
    """Read the documents in a folder named after their day, and compare with its expected.yml; writes a missing one.

    What was `coded` from the text is looked for by its words: a source that has such values needs no rules.
    """
    try:
        day = date.fromisoformat(folder.name)
    except ValueError:
        return CheckResult(source.id, folder.name, (), (f"{folder}: name the folder after a day, as in 2024-12-23.",))
    stated = folder / NAME
    expected = load_expected(stated) if stated.is_file() else None
    pages, problems = _pages(source, folder, partial=expected is None or expected.partial)
    if problems:
        return CheckResult(source.id, folder.name, problems=tuple(problems))
    reading = read(_of_a_part(source) if expected is None or expected.partial else source, pages, day, words)
    if reading.problems:
        return CheckResult(source.id, folder.name, problems=reading.problems)
    rules = [rule for rule in source.rules if rule.applies_on(day)]
    answers = tuple(_answers(source, rules, reading, words))
    watched = watches({each.key: Known((each,)) for each in coded}, source.id, day)
    met = looked_up(source, reading, pages, watched, lambda _: None).met
    if not rules and not source.format.announces and not coded:
        problems.append("The declaration reads no rule on this day; add one under rules:.")
    problems += _unread(answers)
    problems += _unquoted(source, answers, pages)
    if expected is None:
        whole = not read(source, pages, day, words).problems
        write_expected(stated, Expected(partial=not whole, rules=tuple(map(_as_expected, _readable(answers)))))
        problems.append(f"{stated} was missing and has been written: read it, then run again.")
    else:
        problems += _differences(answers, expected, day)
    return CheckResult(source.id, folder.name, answers, tuple(problems), len(watched), len(met))


def _of_a_part(source: Source) -> Source:
    """The source, expecting of excerpts only the words they must hold."""
    return source.model_copy(update={"expect": Expect(phrases=source.expect.phrases)})


def _pages(source: Source, folder: Path, *, partial: bool) -> tuple[list[Page], list[str]]:
    """The documents of an example, and what is wrong with its files."""
    bodies = {path.stem: path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix.lower() in _SUFFIXES}
    addresses = {document.id: document.url for document in source.documents}
    problems: list[str] = []
    if source.index is not None:
        listing = bodies.pop("index", None)
        if listing is None:
            return [], [f"{folder}: the index is missing; save it as index.xml or index.html."]
        addresses |= _linked(source.index, listing)
        if not addresses:
            return [], [f"{folder}: no link of the index leads to a document; compare `links:` and `match:` with it."]
    if source.permanent is not None and (listing := bodies.pop("permanent", None)) is not None:
        addresses |= _linked(source.permanent, listing)
    known = ", ".join(addresses)
    for document in bodies.keys() - addresses.keys():
        problems.append(f"{folder}: no document of the source is called {document!r}; there are {known}.")
    absent = sorted(addresses.keys() - bodies.keys())
    if not bodies or (absent and not partial):
        problems.append(f"{folder}: the document {(absent or [known])[0]!r} is missing; its file is called after it.")
    pages = [
        Page(document, addresses.get(document, ""), sha256(body).hexdigest(), body) for document, body in bodies.items()
    ]
    return pages, sorted(problems)


def _linked(index: Index, body: bytes) -> dict[str, str]:
    """The documents that an index links to, by id; the first link of an id counts."""
    found: dict[str, str] = {}
    is_page = b"<html" in body[:1000].lower()
    try:
        root = saved_page(body) if is_page else xml.parse(body)
        links = root.xpath(index.links)
    except (ExtractionError, etree.XPathError, etree.ParserError):
        return {}
    for link in links if isinstance(links, list) else []:
        address = urldefrag(urljoin(index.url, str(link).strip())).url
        document = index.document_of(address)
        if document is not None:
            found.setdefault(document, address)
    return found


def _answers(source: Source, rules: Sequence[RuleDeclaration], reading: Reading, words: Vocabulary) -> Iterator[Answer]:
    read_as = {assertion.key: assertion for assertion in reading.assertions}
    ended = {repeal.key: repeal for repeal in reading.repeals}
    lost = {loss.key: loss for loss in reading.losses}
    for rule in rules:
        key = RuleKey.of(source.jurisdiction, rule.topic, rule.qualifier)
        name = rule_name(key, words)
        if key in read_as:
            assertion = read_as[key]
            passage, under = assertion.passage, None if assertion.permanent else assertion.underlying
            yield Answer(
                rule.topic,
                key.qualifiers,
                name,
                display(key, assertion.value, words),
                passage.citation,
                spaced(passage.quote),
                underlying=display(key, under.value, words) if under else "",
            )
        elif key in ended:
            passage = ended[key].passage
            quote = spaced(passage.quote)
            yield Answer(rule.topic, key.qualifiers, name, "repealed", passage.citation, quote, repealed=True)
        else:
            loss = lost[key]
            yield Answer(rule.topic, key.qualifiers, name, missing=loss.reason, optional=loss.optional)


def _readable(answers: Sequence[Answer]) -> list[Answer]:
    return [answer for answer in answers if not answer.missing or answer.optional]


def _unread(answers: Sequence[Answer]) -> list[str]:
    return [f"{answer.name}: {answer.missing}." for answer in answers if answer.missing and not answer.optional]


def _unquoted(source: Source, answers: Sequence[Answer], pages: Sequence[Page]) -> list[str]:
    """Answers whose quote is not in any document, white space and typography apart."""
    printed = [squeezed(_printed(source, page)) for page in pages]
    return [
        f"{answer.name}: the quote is not in the example: {answer.quote!r}."
        for answer in answers
        if answer.quote and not any(squeezed(answer.quote) in text for text in printed)
    ]


def _printed(source: Source, page: Page) -> str:
    """All words of a document in their order."""
    if source.format in (Format.RTF, Format.PDF, Format.REGULATIONS_GOV):
        return join(segment(source, page.body, page.document)).text
    if source.format is Format.HTML:
        root: etree._Element = saved_page(page.body)
    else:
        root = xml.parse(page.body)
        etree.strip_elements(root, *_NOT_QUOTED, with_tail=False)
    return " ".join(str(part) for part in root.itertext())


def saved_page(body: bytes) -> HtmlElement:
    """A page from its bytes, whatever their encoding; raises etree.ParserError where there is none."""
    _, text = html_to_unicode(None, body)
    return document_fromstring(text.encode(), parser=HTMLParser(encoding="utf-8"))


def _as_expected(answer: Answer) -> ExpectedRule:
    if answer.missing:
        return ExpectedRule(topic=answer.topic, qualifier=dict(answer.qualifier), absent=True)
    return ExpectedRule(
        topic=answer.topic,
        qualifier=dict(answer.qualifier),
        value=answer.display,
        citation=answer.citation,
        quote=answer.quote,
        repealed=answer.repealed,
        underlying=answer.underlying or None,
    )


def _differences(answers: Sequence[Answer], expected: Expected, day: date) -> list[str]:
    """Where a reading and its expected.yml part, one sentence each."""
    wanted = {_identity(rule.topic, rule.qualifier): rule for rule in expected.rules}
    problems: list[str] = []
    for answer in answers:
        rule = wanted.pop(_identity(answer.topic, answer.qualifier), None)
        if answer.missing and not answer.optional:
            continue
        now = _as_expected(answer)
        if rule is None and not now.absent:
            problems.append(f"{answer.name}: read as {answer.display!r}, and {NAME} does not list it.")
        elif rule is not None:
            problems += _parted(answer.name, rule, now)
    for rule in wanted.values():
        narrowed = f" {rule.qualifier}" if rule.qualifier else ""
        problems.append(f"{NAME} lists {rule.topic}{narrowed}, which the declaration does not read on {day}.")
    return problems


def _parted(name: str, rule: ExpectedRule, now: ExpectedRule) -> Iterator[str]:
    if rule.absent != now.absent:
        yield f"{name}: {NAME} says that it is {'absent' if rule.absent else 'there'}, and it is not."
        return
    if rule.repealed != now.repealed:
        yield f"{name}: {NAME} says that it is {'repealed' if rule.repealed else 'in force'}, and it is not."
    for field in ("value", "citation", "quote", "underlying"):
        before, after = getattr(rule, field), getattr(now, field)
        if re.sub(r"\s+", " ", before or "").strip() != (after or ""):
            yield f"{name}: the {field} is {after!r}; {NAME} says {before!r}."


def _identity(topic: str, qualifier: Mapping[str, str]) -> str:
    return str(RuleKey.of("", topic, qualifier))
