"""The codebook of the dataset in Markdown: made from the models of the tables, the enumerations and the vocabulary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import Enum

from tracker.content import ours
from tracker.domain.rule import RuleKey, Status
from tracker.domain.terms import Condition, Term, Topic
from tracker.domain.value import Bare, State
from tracker.domain.vocabulary import Vocabulary
from tracker.domain.wording import STATUS_WORDS, display
from tracker.services.export_columns import Column, Shape, about, columns, meanings, sentence
from tracker.services.export_files import BETWEEN, PACKAGE, instant
from tracker.services.export_package import CODEBOOK, NOTICE, QUOTE_LICENCE, TITLE, files
from tracker.services.export_shapes import TABLES, Table

_SHARED = ("conditions", "prescriber_classes", "authorisation_routes", "product_forms", "routes_of_administration")

_BEFORE_USE = f"""\
- **Two clocks.** `valid_from` and `valid_to` say on which days a rule holds; `recorded_from` and `recorded_to` say
  when we believed so. Periods are half-open: the end is the first day or instant outside. Among what is believed at
  one instant a rule has at most one value a day.
- **What is not here is not known.** No row never means "no", "no limit" or "not allowed". What a text leaves open is
  said: `state` tells `not_addressed` (the text is silent) from `practitioner_determined`, `unlimited` and the others.
- **First seen is not in force since.** Unless `valid_from_basis` is `stated`, `valid_from` says that the rule held by
  then and may have held before; do not date reforms by it.
- **How far a value is proved** is in `level`. A value that no crawl has met carries `evidence`, such as "coded from
  the official text of 2019, not yet confirmed by a crawl"; show it wherever you show the value, and read
  `coding_note`.
- **Only own rules.** A place is not given the rules of the place above it. `jurisdictions.csv` has the `parent`,
  `topics.csv` says in `inherit` how the two meet. Rules with other qualifiers are other rules.
- **Guidance is not law.** Topics of the group `guidance` say what guidelines say; `binding` in `sources.csv` tells
  texts that are law by themselves.
- **Only the cause `source` is news of law** in `changes.csv`; the others correct us. A change that was `noticed_late`
  happened on an unknown day between two readings.
- **CSV is exact.** UTF-8 without a byte order mark, commas, line feeds, `"` doubled, RFC 4180 otherwise. Cells are as
  they were published: nothing is escaped against spreadsheets, and a cell that begins with `=`, `+`, `-` or `@` may
  be run by one as a formula. Open the files with a program that reads data, or import the columns as text.
- **Empty is "does not apply" or "not known".** `NA` is Namibia, `none` is a member: read with the defaults of your
  program switched off, as below. Lists are joined by `{BETWEEN}`, `true` and `false` are booleans, instants are in
  UTC and always of one length, so that they sort as text.
- **JSON Lines and Parquet** have the same columns with types of their own: lists, numbers, booleans, in JSON Lines
  the value as an object. Their numbers are binary floating point; `value` has the exact decimals as text.
- **The same again.** Everything known by the instant above and nothing later is in here. The same release,
  declarations and records make the same bytes for the same `--known-at` (Parquet: with the same pyarrow). Titles,
  addresses and terms of sources, and all words of the vocabulary, have no clock: they are those of the release that
  wrote this. A value of the baseline counts as known from the day on which it was coded or recorded, also where this
  installation took it over later.
- **Licence.** Values, citations, coding and this codebook: MIT. {QUOTE_LICENCE}
"""

_EXAMPLE = """\
import pandas as pd

exact = {{"dtype": str, "keep_default_na": False, "na_values": [""]}}
versions = pd.read_csv("versions.csv", **exact)
known_at, day = "{known_at}", "{day}"
believed = versions[(versions.recorded_from <= known_at) & ~(versions.recorded_to <= known_at)]
held = believed[(believed.valid_from <= day) & ~(believed.valid_to <= day)]
held = held[held.status.isin(["in_force", "temporary", "enacted_pending"])]
limits = held[(held.topic == "possession_limit") & held.canonical_number.notna()]
print(limits[["jurisdiction", "qualifier", "canonical_number", "canonical_unit", "period", "citation", "evidence"]])
print(held.groupby("topic").jurisdiction.nunique())
"""


def codebook(words: Vocabulary, known_at: datetime, counts: Mapping[str, int], *, parquet: bool) -> str:
    """The whole codebook."""
    parts = (
        f"# {TITLE}: codebook",
        NOTICE,
        f"As known at {instant(known_at)}; the rules are those of {known_at.date().isoformat()} (UTC).",
        "## Files",
        _files(counts, parquet=parquet),
        "## Before you use it",
        _BEFORE_USE.rstrip(),
        "## An example with pandas",
        "What is believed to hold on a day, and how many places answer each topic; other days and instants answer for"
        " the past. Of temporary law whose end has passed `rules.csv` has one row more, of status `unknown`.",
        "```python\n" + _EXAMPLE.format(known_at=instant(known_at), day=known_at.date().isoformat()) + "```",
        "## Tables",
        *(part for table in TABLES for part in _table(table)),
        "## Words of fixed meaning",
        *_enumerations(words),
        "## Topics",
        f"{len(words.topics)} questions, the same everywhere. How `topics.yml` describes its fields:",
        _head("topics"),
        *(part for topic in words.topics.values() for part in _topic(topic, words)),
        "## Shared lists of members",
        *(part for name in _SHARED for part in _shared(name, words)),
        "## Qualifiers",
        _head("qualifiers"),
        *(part for id_ in words.qualifiers for part in _qualifier(id_, words)),
        "## Units",
        _head("units"),
        _grid(
            ("unit", "symbol", "dimension", "canonical unit", "one unit is"),
            ((u.id, u.symbol, u.dimension, u.canonical, f"{u.to_canonical:f}") for u in words.units.values()),
        ),
        "## Kinds of text",
        _head("source_types"),
        _grid(
            ("source type", "label", "rank", "binding", "publishable"),
            (
                (kind.id, kind.label, str(kind.rank), _yes(kind.binding), _yes(kind.publishable))
                for kind in words.source_types.values()
            ),
        ),
    )
    return "\n\n".join(part for part in parts if part) + "\n"


def _files(counts: Mapping[str, int], *, parquet: bool) -> str:
    rows = [(f"`{name}`", f"{counts[each.name]:,}", about(each.row)) for name, each in files(parquet=parquet).items()]
    rows.append((f"`{CODEBOOK}`", "", "This file."))
    rows.append((f"`{PACKAGE}`", "", "The same for programs (Data Package): schemas, keys, sizes and hashes."))
    return _grid(("file", "rows", "what"), rows)


def _table(table: Table) -> Iterator[str]:
    yield f"### {table.name}"
    yield about(table.row)
    keys = [f"`{column}` is a key of `{of}`" for column, of in table.refers.items()]
    yield f"One row for each `{table.key}`" + ("; " + ", ".join(keys) if keys else "") + "."
    yield _grid(
        ("column", "type", "what it says"),
        ((f"`{column.name}`", _type(column), _meaning(column)) for column in columns(table.row)),
    )


def _type(column: Column) -> str:
    shape = {Shape.LIST: "list", Shape.OBJECT: "JSON"}.get(column.shape, column.shape.value)
    return shape if column.required else f"{shape}, may be empty"


def _meaning(column: Column) -> str:
    if not column.allowed:
        return column.about
    return f"{column.about} One of: {', '.join(f'`{each}`' for each in column.allowed)}."


def _enumerations(words: Vocabulary) -> Iterator[str]:
    listed: dict[type[Enum], list[str]] = {}
    for table in TABLES:
        for column in columns(table.row):
            if column.meaning is not None:
                listed.setdefault(column.meaning, []).append(f"{table.name}.{column.name}")
    for enumeration, where in listed.items():
        yield f"### {enumeration.__name__}"
        yield f"{about(enumeration)} In: {', '.join(f'`{each}`' for each in dict.fromkeys(where))}."
        yield "\n".join(
            f"- `{value}`" + (f": {said}" if said else "") for value, said in _explained(enumeration, words).items()
        )


def _explained(enumeration: type[Enum], words: Vocabulary) -> dict[str, str]:
    said = meanings(enumeration)
    if enumeration is Status:
        return {value: STATUS_WORDS[Status(value)].capitalize() for value in said}
    if enumeration is State:
        bare = {value: display(RuleKey("", ""), Bare(state=State(value)), words) for value in said}
        return bare | {State.STATED.value: "the text says it"}
    return said


def _topic(topic: Topic, words: Vocabulary) -> Iterator[str]:
    yield f"### {topic.id}"
    yield f"**{topic.name}** ({words.groups[topic.group]}). {sentence(topic.question)}"
    yield sentence(topic.definition)
    facts = [
        f"types: {', '.join(topic.types)}",
        f"direction: {topic.direction}",
        f"inherit: {topic.inherit}",
        f"tier: {topic.tier}",
        f"severity: restricts {topic.severity.restricts}, expands {topic.severity.expands},"
        f" neutral {topic.severity.neutral}",
        f"qualifiers: {', '.join(topic.qualifiers) or 'none'}",
    ]
    if topic.units:
        facts.append(f"units: {', '.join(topic.units)}")
    if topic.vocabulary:
        facts.append(
            f"members: those of [{topic.vocabulary}](#{topic.vocabulary})" + (", and" if topic.members else "")
        )
    if topic.negatable:
        facts.append("a member may be negated: `not:<member>`")
    if topic.incomparable:
        facts.append(f"compare with no other: {', '.join(topic.incomparable)}")
    yield "\n".join(f"- {fact}" for fact in facts)
    if topic.members:
        rows = ((each.id, each.label, "" if each.rank is None else str(each.rank)) for each in topic.members)
        yield _grid(("member", "label", "rank"), rows)
    yield f"Why it is asked: {sentence(topic.why)}"


def _shared(name: str, words: Vocabulary) -> Iterator[str]:
    entries: Mapping[str, Term | Condition] = getattr(words, name)
    yield f"### {name}"
    yield _head(name)
    heads, rows = ["member", "label"], [[id_, each.label] for id_, each in entries.items()]
    for extra in ("kind", "parent", "rank"):
        given = [getattr(each, extra, None) for each in entries.values()]
        if any(each is not None for each in given):
            heads.append(extra)
            for row, each in zip(rows, given, strict=True):
                row.append("" if each is None else str(each))
    yield _grid(heads, rows)


def _qualifier(id_: str, words: Vocabulary) -> Iterator[str]:
    dimension = words.qualifiers[id_]
    yield f"### {id_}"
    notes = [dimension.label + "."]
    if dimension.vocabulary:
        notes.append(f"Takes the entries of {dimension.vocabulary}.")
    if dimension.free:
        notes.append("Other words are allowed.")
    yield " ".join(notes)
    if dimension.values:
        yield _grid(("value", "label"), dimension.values.items())


def _head(name: str) -> str:
    """What stands at the head of a file of the vocabulary, as its authors wrote it."""
    lines = []
    for line in (ours("schemas") / "vocabulary" / f"{name}.yml").read_text("utf-8").splitlines():
        if not line.startswith("#"):
            break
        lines.append(line.removeprefix("#").removeprefix(" "))
    return "```text\n" + "\n".join(lines) + "\n```"


def _grid(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def _yes(fact: bool) -> str:
    return "yes" if fact else "no"
