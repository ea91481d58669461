"""A declaration: an official source, how it is reached, and how its rules are read."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from tracker.domain.value import State


class Format(StrEnum):
    """Official formats with a segmenter of their own."""

    LIMS = "lims"
    """Justice Canada consolidation XML."""
    DCLAW = "dclaw"
    """D.C. Law Library XML: sections of the code, their permanent versions, acts and laws."""
    GII = "gii"
    """German federal law from gesetze-im-internet.de: GII-norm XML, bare or in a ZIP archive."""
    COMAR = "comar"
    """Open Law Library XML of Maryland: chapters of COMAR and issues of the Maryland Register."""
    HTML = "html"
    """A page, read as its `html:` block says."""
    RTF = "rtf"
    """Rich text of the Iowa Code."""
    PDF = "pdf"
    """A PDF with text, read as its `pdf:` block says."""
    REGULATIONS_GOV = "regulations_gov"
    """Answers of the regulations.gov API, version 4: documents of federal rulemaking, none of them law."""

    @property
    def announces(self) -> bool:
        """Whether documents only announce law: their words are pending, and no rule is read in them."""
        return self is Format.REGULATIONS_GOV

    @property
    def instructed(self) -> bool:
        """Whether documents say how others read from a day on: then none is read alone, and the day counts."""
        return self is Format.COMAR


_CRON_FIELD = r"(?:\*|\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*)(?:/\d+)?"
_CRON_DAY = r"(?:mon|tue|wed|thu|fri|sat|sun)"
_CRON_LIMITS = (("minute", 0, 59), ("hour", 0, 23), ("day of the month", 1, 31), ("month", 1, 12))
_CRON = re.compile(rf"(?:{_CRON_FIELD} ){{4}}(?:\*|{_CRON_DAY}(?:[-,]{_CRON_DAY})*)")


def _regular_expression(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return text


def _cron(text: str) -> str:
    if not _CRON.fullmatch(text):
        raise ValueError("write five cron fields in UTC with weekdays by name, as in '41 4 * * mon-fri'")
    for part, (name, least, most) in zip(text.split(), _CRON_LIMITS, strict=False):
        numbers = [int(number) for number in re.findall(r"\d+", part.split("/")[0])]
        if any(not least <= number <= most for number in numbers):
            raise ValueError(f"the {name} must be from {least} to {most}")
        if any(int(first) > int(last) for first, last in re.findall(r"(\d+)-(\d+)", part)) or part.endswith("/0"):
            raise ValueError(f"the {name} {part!r} names nothing")
    return text


def _web_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise ValueError("write an http or https address with a host and without a password")
    return text


Regex = Annotated[str, AfterValidator(_regular_expression)]
Url = Annotated[str, AfterValidator(_web_address)]


class _Declared(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Publisher(_Declared):
    """The authority that issues the page."""

    name: str
    official: bool = True


class Instrument(_Declared):
    """The law, regulation or guideline behind the page (FRBR work)."""

    title: str
    short: str
    type: str
    """A source type of the vocabulary; its rank says whether a value may be published."""
    cite: str = "{short}, {provision}"
    """How lawyers point at one of its provisions."""

    def citation(self, provision: str) -> str:
        """A provision's citation with its instrument."""
        return self.cite.format(short=self.short, provision=provision)


class Document(_Declared):
    """One official address that a source consists of."""

    id: str
    url: Url


class Index(_Declared):
    """A page whose links name the documents."""

    url: Url
    links: str
    """XPath of the links."""
    match: Regex
    """Which of them are documents; the group `id` names the document."""

    def document_of(self, url: str) -> str | None:
        """The id of the document at an address, or None where the index would not follow it."""
        found = re.search(self.match, unquote(url))
        # An id is a name of a file too.
        return (found.groupdict().get("id") or found.group(0)).replace("/", "-") if found else None


class Access(_Declared):
    """On what terms the publisher lets the page be read, and whether anybody tried."""

    licence: str
    terms: str
    tried_live: Literal["never"] | date
    notes: str = ""


class Bounds(_Declared):
    """A smallest and a largest number."""

    min: int = 0
    max: int | None = None


class Expect(_Declared):
    """What must be true of the documents, or the run is held and a person is told."""

    provisions: Bounds = Bounds(min=1)
    documents: Bounds = Bounds(min=1)
    phrases: tuple[str, ...] = ()
    """Words that must stand somewhere in the source."""

    def of_a_part(self) -> Expect:
        """What may be expected of some of the documents."""
        return Expect()


class Html(_Declared):
    """Where the words are in a page."""

    content: str
    """CSS of the element that holds the text; exactly one must match."""
    drop: tuple[str, ...] = ()
    """CSS of elements inside it that are not text of the rule."""
    section: str = "h1, h2, h3"
    """CSS of the headings at which a new citable section begins."""
    citation: str = "section {heading}"
    """How a section is cited; `{heading}` and `{number}` (the number at its start) are filled in."""
    effective: str | None = None
    """Pattern with {date} for the day from which the page says it applies."""


class Pdf(_Declared):
    """How the lines of a PDF are cut into sections."""

    section: Regex | None = None
    """How a line begins with which a new citable section begins; pages are the sections where none is declared."""
    citation: str = "section {number}"
    """How a section is cited; its groups `number` and `heading`, else the number at its start and the whole line."""
    drop: tuple[Regex, ...] = ()
    """Lines that are not text of the rule, beside those that every page repeats."""
    effective: str | None = None
    """Pattern with {date} for the day from which the document says it applies."""


class Table(_Declared):
    """A row of a table found by its words, and the cell that holds the value."""

    row: str
    """Pattern that one of the cells must match as a whole."""
    column: int
    """Which cell holds the value, from 1."""


class Case(_Declared):
    """One way in which the text may answer the question."""

    at: str | tuple[str, ...] = ()
    """Citation of the provision; its sub-provisions belong to it."""
    find: str | None = None
    """The words, with {quantity}, {money}, {duration}, {number}, {age}, {date} or {terms} where the value stands."""
    table: Table | None = None
    items: bool | Literal["leaves"] = False
    """Read each sub-provision of `at` as one term, or each that has none below it; all must be known."""
    member: str | None = None
    """The vocabulary member that these words mean."""
    members: dict[str, str] = {}
    """Words of the text and the vocabulary member each of them means."""
    vocabulary: str | None = None
    """Vocabulary whose synonyms are the terms: conditions, prescriber_classes, product_forms, ..."""
    state: State = State.STATED
    amount: Decimal | None = None
    """The number that these words mean, where they carry none: "is waived" is 0."""
    iso: str | None = None
    """The duration that these words mean, where they carry no number: "annually" is P1Y."""
    combine: Literal["max", "min"] | None = None
    """The lesser or the greater of a multiple and a quantity."""
    of: str | None = None
    """What {number} is a multiple of."""
    unit: str | None = None
    """The unit of {number}, where the words do not carry it."""
    bound: Literal["max", "min"] | None = None
    period: str | None = None
    basis: str | None = None
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    """The ISO 4217 currency of {money}."""
    attrs: dict[str, str] = {}

    @model_validator(mode="after")
    def _says_how(self) -> Case:
        if self.find is None and self.table is None and not self.items and not getattr(self, "cases", ()):
            raise ValueError("say how the value is read: find, table, items or cases")
        return self

    @property
    def places(self) -> tuple[str, ...]:
        """The citations to look at, in order."""
        return (self.at,) if isinstance(self.at, str) else self.at


class RuleDeclaration(Case):
    """A question this source answers, and the words in which it does."""

    topic: str
    qualifier: dict[str, str] = {}
    cases: tuple[Case, ...] = ()
    """Tried in order; the first that fits answers."""
    optional: bool = False
    """The law may not have it: where it never stood, that is a gap and not a loss."""
    since: date | None = None
    until: date | None = None
    """Documents published from `until` on are read by another entry (old patterns stay, so that replay stays true)."""

    def alternatives(self) -> tuple[Case, ...]:
        """The cases to try; those without a place of their own look where the rule does."""
        own = self.cases or (self,)
        return tuple(case if case.places else case.model_copy(update={"at": self.at}) for case in own)

    def applies_on(self, day: date) -> bool:
        """Whether this entry reads documents of that day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


class Source(_Declared):
    """One official source: what it is, how it is reached, and what it must answer."""

    id: str
    """Its path below spiders/, such as ca/cannabis-regulations."""
    title: str
    jurisdiction: str
    publisher: Publisher
    instrument: Instrument
    spider: str
    format: Format
    language: str
    documents: tuple[Document, ...] = ()
    index: Index | None = None
    permanent: Index | None = None
    """The page that names the permanent versions kept beneath temporary law; they come and go with it."""
    schedule: Annotated[str, AfterValidator(_cron)]
    access: Access
    delay: float = Field(default=3.0, ge=0)
    """Seconds between requests to the host; a longer crawl-delay of the host wins."""
    expect: Expect = Expect()
    html: Html | None = None
    pdf: Pdf | None = None
    rules: tuple[RuleDeclaration, ...] = ()
    notes: str = ""
    fingerprint: str = ""
    """Hash of the declaration and of the code that reads it; set by the loader."""

    @model_validator(mode="after")
    def _fits_together(self) -> Source:
        if self.spider == "index" and self.index is None:
            raise ValueError("the spider 'index' needs an 'index:' block")
        if self.permanent is not None and self.index is None:
            raise ValueError("'permanent:' names versions of the sections that 'index:' names, and needs it")
        if self.spider != "index" and not self.documents:
            raise ValueError("name at least one document")
        ids = [document.id for document in self.documents]
        if len(set(ids)) != len(ids):
            raise ValueError("two documents have the same id")
        if (self.format is Format.HTML) != (self.html is not None):
            raise ValueError("the format 'html' and the 'html:' block belong together")
        if (self.format is Format.PDF) != (self.pdf is not None):
            raise ValueError("the format 'pdf' and the 'pdf:' block belong together")
        return self

    def document_of(self, url: str) -> str | None:
        """The document that this source has at an address, or None."""
        for document in self.documents:
            if document.url == url:
                return document.id
        return _named(self.index, url) or _named(self.permanent, url)

    def keeps_beneath(self, url: str) -> bool:
        """Whether the document at an address is a permanent version, kept beneath temporary law."""
        return self.document_of(url) is not None and _named(self.permanent, url) is not None


def _named(index: Index | None, url: str) -> str | None:
    """The document at an address below that of an index which would name it."""
    return index.document_of(url) if index and url.startswith(index.url.rsplit("/", 1)[0] + "/") else None
