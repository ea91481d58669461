"""The tables of the dataset, column by column: what the files, their schemas and the codebook are made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict

from tracker.domain.change import Direction, Kind, Review, Severity
from tracker.domain.coding import Confidence
from tracker.domain.rule import Basis, Cause, Level, Status
from tracker.domain.terms import DirectionRule, Inheritance, Weight
from tracker.domain.value import State

ValueType = Literal["quantity", "duration", "money", "set", "enum", "multiple", "expression", "text", "none"]


class SourceKind(StrEnum):
    """How a source is known."""

    DECLARED = "declared"
    """A declaration of this installation says where it is and how its rules are read."""
    CODED_TEXT = "coded_text"
    """Values were coded from it; no declaration reads it yet."""
    RECORDED = "recorded"
    """Only records name it: its declaration or coding is no longer there."""
    LISTED_ADDRESS = "listed_address"
    """An official address where the law may be found; no value rests on it."""


class _Row(BaseModel):
    model_config = ConfigDict(use_attribute_docstrings=True, extra="forbid")


class _Claim(_Row):
    version: str
    """Id of the version; the same version has the same id in every installation."""
    jurisdiction: str
    """Code of the place whose rule it is."""
    topic: str
    """The question that the rule answers."""
    qualifier: str | None
    """What narrows the rule: `dimension=value`, joined by `;`, dimensions in alphabetical order; empty where nothing
    does. Jurisdiction, topic and qualifier together are the rule."""
    rule: str
    """Topic and qualifier in words."""
    state: State
    """How much the text says; only `stated` carries a value."""
    value_type: ValueType
    """Which of the following columns carry the value; `none` where the state says everything."""
    member: str | None
    """Of type `enum`: the member of the topic's list."""
    members: tuple[str, ...] | None
    """Of type `set`: its members, sorted; `not:` before a member that the law excludes by name."""
    number: Decimal | None
    """Of types `quantity`, `multiple` and `money`: the number, in the unit of the source."""
    unit: str | None
    """Of type `quantity`: the unit of the source."""
    canonical_number: Decimal | None
    """Of type `quantity`: the number in the unit that its dimension is compared in."""
    canonical_unit: str | None
    """The unit of `canonical_number`; grams and plants never convert into each other."""
    bound: Literal["max", "min"] | None
    """Whether the value is a maximum or a minimum, where the text says so."""
    period: str | None
    """Of type `quantity`: the ISO 8601 duration of a rate (`P30D`: per 30 days); never converted."""
    duration: str | None
    """Of type `duration`: the length of time as ISO 8601; months and years are not days."""
    currency: str | None
    """Of type `money`: the ISO 4217 currency."""
    per: str | None
    """Of type `money`: what the amount is paid for."""
    quantity_basis: str | None
    """Of type `quantity`: what is weighed or counted, in the words of the law."""
    multiple_of: str | None
    """Of type `multiple`: the quantity in the patient's own papers that `number` multiplies."""
    operator: Literal["min", "max", "sum"] | None
    """Of type `expression`: how the amounts in `value` combine; `min` is the lesser of them."""
    text: str | None
    """Of type `text`: words that have no type yet."""
    attributes: str | None
    """Conditions that belong to the value, as `name=value` joined by `;`: it is incomplete without them. `list_type`
    says how much of a list was read: `closed` the whole of it, `open` one that others may join, `partial` a part."""
    display: str
    """The value in words, in the units of the source."""
    value: dict[str, Any]
    """The whole value as JSON: exact, with the parts of an expression."""
    status: Status
    """Legal status when it was recorded; what was `enacted_pending` is in force from `valid_from` on."""
    valid_from: date
    """First day on which it holds, as far as `valid_from_basis` and `valid_from_precision` go."""
    valid_from_basis: Basis
    """How the first day is known. `first_seen` is no effective date; of a coded value it is the age of the text."""
    valid_from_precision: Literal["day", "month", "year"]
    """How exactly that is known; of a month or year its last day is given, or the day of coding if earlier: by then it
    held."""
    valid_to: date | None
    """First day on which it no longer holds; empty while no end is known."""
    since: str
    """From when it holds, in words, as exactly as the text says it."""
    recorded_from: datetime
    """Since when it is believed; of a value of the baseline the day on which it was coded or recorded."""


class _Ended(_Row):
    recorded_to: datetime | None
    """Until when it was believed; empty while it is, as known at the instant of this export."""


class _Standing(_Row):
    falls_back_to: str | None
    """Under temporary law: the version that held before it, and applies again when it ends."""
    source_read_at: datetime | None
    """When this installation last read the source with success; that the passage was met then is not said."""


class _Proof(_Row):
    level: Level
    """How far the value has been proved."""
    origin: str
    """How the version came here: `crawl`, `coded` (`coded_by` read the text), `replay` (recorded official texts), or
    `review` (a person of this installation stated it)."""
    evidence: str | None
    """Of values that no crawl has met: what they rest on, and how old that is; repeat it where you show the value."""
    citation: str
    """The provision, as lawyers cite it."""
    source: str
    """The source it stands in."""
    source_type: str | None
    """Kind of text; guidance is not law. Empty where the source is no longer declared."""
    document: str
    """Which document of the source."""
    url: str
    """Official address of the provision or its document."""
    snapshot: str | None
    """sha256 of the bytes that were read, where they are known."""
    text_date: str | None
    """Of values that no crawl has met: the day, month or year for which the text vouches."""
    not_before: str | None
    """Where the text that was read bears no date: it is not older."""
    coded_by: str | None
    """Who read it: a person, a model, or a reader of the program; empty for what a crawl of this installation read."""
    coded_on: date | None
    """The day on which it was read."""
    confidence: Confidence | None
    """How sure the reader was of the meaning of the words; it says nothing about their age."""
    coding_note: str | None
    """What the reader adds; read it before you use the value."""
    read_at: str | None
    """Address of the copy that was read, where it was not the publisher's."""
    passage_sha256: tuple[str, ...]
    """Fingerprint of each passage the value rests on: sha256 of its words without typography, case and punctuation."""
    passage_words: int
    """How many words these passages have together."""
    quote: str | None
    """The words it rests on, verbatim; they belong to their publisher. Empty until a crawl has met the passage."""


class VersionRow(_Proof, _Ended, _Claim):
    """Every version of every rule recorded by then, on both clocks: on which days it holds, and when we believed so."""


class RuleRow(_Proof, _Standing, _Claim):
    """What is believed to hold on the day of this export: one row for each rule. What is repealed, coming or
    proposed is left out."""

    status: Status
    """Legal status on the day; `unknown`: a stated end has passed and no newer text was read, so it may still hold."""


class ChangeRow(_Row):
    """What changed, oldest first: a change is of one rule and has a cause; only the cause `source` is news of law."""

    change: str
    """Id of the change; equal changes have equal ids in every installation."""
    jurisdiction: str
    """Code of the place whose rule changed."""
    topic: str
    """The question that the rule answers."""
    qualifier: str | None
    """What narrows the rule, as in the versions."""
    rule: str
    """Topic and qualifier in words."""
    kind: Kind
    """What happened."""
    cause: Cause
    """Why our belief changed: the `source` says otherwise, our `extractor` reads better, or a `review` corrected it."""
    direction: Direction
    """What it does to a patient's or prescriber's access."""
    severity: Severity
    """How much hangs on it."""
    status: Status
    """Legal status of what it changed to."""
    before: str | None
    """The value before, in words; empty where there was none."""
    after: str | None
    """The value after, in words; empty where there is none."""
    valid_from: date | None
    """First day of the new value."""
    valid_from_basis: Basis
    """How that day is known; a first-seen date is never an effective date."""
    valid_to: date | None
    """First day on which the new value no longer holds, where an end is stated."""
    since: str | None
    """From when it holds, in words."""
    observed_at: datetime
    """When the text was seen to say so."""
    recorded_at: datetime
    """When it was recorded."""
    noticed_late: bool
    """Whether it lies between what the baseline knew and the first crawl: then its date is not that of the change."""
    review: Review
    """Where it stood with a person, as known at the instant of this export."""
    reviewed_at: datetime | None
    """When a person decided."""
    summary: str
    """The change in one line."""
    citation: str
    """The provision, as lawyers cite it."""
    source: str
    """The source that says so."""
    document: str
    """Which document of the source."""
    url: str
    """Official address."""
    before_version: str | None
    """The version before; empty where there was none, or one that was never believed (a second side of a conflict)."""
    after_version: str | None
    """The version after; empty where there is none, or one that was never believed."""
    before_value: dict[str, Any] | None
    """The value before as JSON."""
    after_value: dict[str, Any] | None
    """The value after as JSON."""
    before_snapshot: str | None
    """sha256 of the bytes that said so before."""
    after_snapshot: str | None
    """sha256 of the bytes that say so now."""
    before_quote: str | None
    """The words before, verbatim; they belong to their publisher."""
    after_quote: str | None
    """The words after, verbatim; they belong to their publisher."""


class SourceRow(_Row):
    """Where the rules stand: declared sources, texts that were coded, and listed official addresses.

    Titles, addresses and terms have no clock: they are those of this installation when the export was written.
    """

    source: str
    """Id of the source."""
    kind: SourceKind
    """How it is known."""
    jurisdiction: str
    """Code of the place whose law it holds."""
    title: str | None
    """Title in its own language."""
    authority: str | None
    """Who issues it."""
    source_type: str | None
    """Kind of text, or `portal` for a collection of texts."""
    binding: bool | None
    """Whether this kind of text is law by itself."""
    language: str | None
    """Language of the text."""
    url: str | None
    """Official address; of a source with many documents that of their index or of the first."""
    further_urls: str | None
    """Addresses of its other documents, joined by blanks."""
    address: Literal["looked_up", "memory"] | None
    """Whether somebody saw the address; one from memory may be wrong. Empty for declared sources."""
    licence: str | None
    """On what terms the publisher licenses it, as declared; ask before you republish quotes."""
    terms: str | None
    """What else its terms of use say."""
    text_date: str | None
    """The day, month or year of the text that was coded."""
    not_before: str | None
    """Where that text bears no date: it is not older."""
    read_at: str | None
    """Address of the copy that was coded, where it was not the publisher's."""
    last_read_at: datetime | None
    """When this installation last read it with success."""
    versions: int
    """How many rows of the versions rest on it."""
    note: str | None
    """What else is to be known of it."""


class JurisdictionRow(_Row):
    """Places with law of their own, whether or not anything is known of them."""

    jurisdiction: str
    """ISO 3166 code, `EU`, `INT-UN`, or `<iso>-x-<name>` for what ISO does not list. `NA` is Namibia."""
    name: str
    """Name in English."""
    local_name: str
    """Name in its own language."""
    short: str
    """Short name."""
    kind: Literal["world", "union", "country", "subdivision", "constituent", "local"]
    """What sort of place it is; the law of a country is the law of its `constituent` parts."""
    parent: str | None
    """The place that contains it."""
    timezone: str
    """IANA time zone of its seat."""
    languages: tuple[str, ...]
    """Languages of its law."""
    rules: int
    """How many rules of its own are known on the day; 0 says that nothing is known, and nothing about its law."""


class TopicRow(_Row):
    """The questions asked in every jurisdiction."""

    topic: str
    """Id of the topic."""
    name: str
    """Its name."""
    group: str
    """Its group."""
    group_name: str
    """The group in words; rules of the group `guidance` say what guidelines say, not what law is."""
    question: str
    """The question that a rule answers."""
    definition: str
    """What belongs to it."""
    value_types: tuple[str, ...]
    """Which types its values may have."""
    members: tuple[str, ...]
    """Members that an `enum` or `set` may hold; of ranked topics from least to most access. Labels: codebook.md."""
    incomparable: tuple[str, ...]
    """Members that compare with no other."""
    negatable: bool
    """Whether a set may hold `not:` members."""
    vocabulary: str | None
    """The list that its members come from, where several topics share it."""
    units: tuple[str, ...]
    """Units that its quantities or durations may have."""
    qualifiers: tuple[str, ...]
    """Dimensions that may narrow it."""
    direction: DirectionRule
    """How two values compare."""
    inherit: Inheritance
    """How the rule of a place above meets that of a place."""
    tier: Literal["core", "context"]
    """`core`: coverage is promised; `context`: helps to read the other rules."""
    severity_restricts: Weight
    """How much a change that restricts access matters."""
    severity_expands: Weight
    """How much a change that expands access matters."""
    severity_neutral: Weight
    """How much any other change matters."""
    why: str
    """Why it is asked."""


@dataclass(frozen=True)
class Table:
    """One table of the dataset."""

    name: str
    row: type[BaseModel]
    key: str
    refers: Mapping[str, str] = field(default_factory=dict)
    """By column, the table whose key it holds."""
    json_lines: bool = False
    parquet: bool = False


_PLACED = {"jurisdiction": "jurisdictions", "topic": "topics", "source": "sources"}
RULES = Table("rules", RuleRow, "version", _PLACED | {"version": "versions", "falls_back_to": "versions"}, parquet=True)
VERSIONS = Table("versions", VersionRow, "version", _PLACED, json_lines=True, parquet=True)
CHANGES = Table(
    "changes",
    ChangeRow,
    "change",
    _PLACED | {"before_version": "versions", "after_version": "versions"},
    json_lines=True,
    parquet=True,
)
SOURCES = Table("sources", SourceRow, "source", {"jurisdiction": "jurisdictions"})
JURISDICTIONS = Table("jurisdictions", JurisdictionRow, "jurisdiction", {"parent": "jurisdictions"})
TOPICS = Table("topics", TopicRow, "topic")
TABLES = (RULES, VERSIONS, CHANGES, SOURCES, JURISDICTIONS, TOPICS)
