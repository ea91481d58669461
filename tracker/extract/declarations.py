"""Declarations from YAML: validated against the models and the vocabulary, every mistake named with file, line and field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from tracker.content import Marked, folders, load_marked, load_yaml, ours
from tracker.domain.source import Case, Format, RuleDeclaration, Source
from tracker.domain.vocabulary import UnknownTerm, Vocabulary
from tracker.errors import DeclarationError, UnknownName
from tracker.extract import formats
from tracker.extract.pattern import compile_pattern, unit_names

READER_VERSION = 1
"""Of the code between provisions and values; a new one makes every source be read again, with cause `extractor`."""

_NOT_DECLARATIONS = frozenset({"baseline.yml"})


@dataclass(frozen=True)
class Declarations:
    """The sources that can be used, and what is wrong with the others."""

    sources: dict[str, Source] = field(default_factory=dict)
    problems: list[DeclarationError] = field(default_factory=list)

    def source(self, source_id: str) -> Source:
        """A source by its id; raises UnknownName with the nearest ids, or the source's own DeclarationError."""
        if source_id in self.sources:
            return self.sources[source_id]
        for problem in self.problems:
            if f"{source_id}.yml" in str(problem):
                raise problem
        raise UnknownName("source", source_id, get_close_matches(source_id, self.sources, 3, 0.5))


@lru_cache(maxsize=8)
def load_vocabulary(extra: tuple[Path, ...] = ()) -> Vocabulary:
    """The vocabularies in schemas/vocabulary, and what an installation adds to them; raises DeclarationError."""
    where = (ours("schemas") / "vocabulary", *extra)
    documents: dict[str, Any] = {}
    for folder in where:
        for path in sorted(folder.glob("*.yml")):
            documents[path.stem if path.stem not in documents else path.as_posix()] = load_yaml(path)
    return Vocabulary.from_documents(documents)


def load_sources(where: Sequence[Path] | None = None, words: Vocabulary | None = None) -> Declarations:
    """Every declaration below spiders/ (the operator's folders first); one that is wrong does not stop the others."""
    words = words or load_vocabulary()
    found = Declarations()
    for folder in folders("spiders") if where is None else where:
        for path in sorted(folder.glob("*/**/*.yml")):
            if path.name in _NOT_DECLARATIONS or any(part.endswith(".examples") for part in path.parts):
                continue
            source_id = path.relative_to(folder).with_suffix("").as_posix()
            if source_id in found.sources:
                continue
            try:
                found.sources[source_id] = parse_source(load_marked(path), source_id, words)
            except DeclarationError as problem:
                found.problems.append(problem)
    return found


def parse_source(marked: Marked, source_id: str, words: Vocabulary) -> Source:
    """A declaration from its parsed YAML; raises DeclarationError naming every mistake in it."""
    data = marked.data if isinstance(marked.data, dict) else {}
    try:
        source = Source.model_validate({**data, "id": source_id, "fingerprint": _fingerprint(data)})
    except ValidationError as error:
        raise DeclarationError("\n".join(_explained(marked, error))) from None
    mistakes = [f"{marked.path}:{marked.line(where)}: {'.'.join(map(str, where))}: {what}" for where, what in _checked(source, words)]
    if mistakes:
        raise DeclarationError("\n".join(mistakes))
    return source


def _fingerprint(data: Mapping[str, Any]) -> str:
    """Names how a source is read: what the declaration says of it, and the code that reads its format."""
    how = {key: data.get(key) for key in ("jurisdiction", "instrument", "format", "language", "html", "rules", "expect")}
    code = formats.version(Format(data["format"])) if data.get("format") in set(Format) else 0
    text = json.dumps([how, code, READER_VERSION], sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()[:16]


def _explained(marked: Marked, error: ValidationError) -> Iterator[str]:
    for item in error.errors():
        where = tuple(part for part in item["loc"] if not (isinstance(part, str) and part.startswith(("function-", "lax-"))))
        name = ".".join(str(part) for part in where) or "declaration"
        text = f"{marked.path}:{marked.line(where)}: {name}: "
        if item["type"] == "extra_forbidden":
            allowed = _fields_at(where[:-1])
            near = get_close_matches(str(where[-1]), allowed, 1, 0.5)
            text += f"unknown key {where[-1]!r}; allowed are {', '.join(allowed)}."
            text += f" Did you mean {near[0]!r}?" if near else ""
        elif item["type"] == "missing":
            text += "this key is required."
        elif item["type"] in ("literal_error", "enum"):
            expected = str(item.get("ctx", {}).get("expected", ""))
            options = [part.strip(" '") for part in expected.replace(" or ", ", ").split(",")]
            near = get_close_matches(str(item["input"]), options, 1, 0.5)
            text += f"found {item['input']!r}; allowed are {expected}." + (f" Did you mean {near[0]!r}?" if near else "")
        else:
            text += f"found {_brief(item['input'])}; {item['msg'].removeprefix('Value error, ')}."
        yield text


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _fields_at(where: tuple[int | str, ...]) -> list[str]:
    """The keys that a declaration allows at a place."""
    model: Any = Source
    for part in where:
        if isinstance(part, str) and part in getattr(model, "model_fields", {}):
            model = _model_in(model.model_fields[part].annotation) or model
    return [name for name in model.model_fields if not (model is Source and name in ("id", "fingerprint"))]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        found = _model_in(part)
        if found is not None:
            return found
    return None


_Mistake = tuple[tuple[str | int, ...], str]


def _checked(source: Source, words: Vocabulary) -> Iterator[_Mistake]:
    """What the models cannot know: names of the vocabulary, and patterns."""
    if source.jurisdiction not in words.jurisdictions:
        yield ("jurisdiction",), _unknown("jurisdiction", source.jurisdiction, words.jurisdictions)
    if source.instrument.type not in words.source_types:
        yield ("instrument", "type"), _unknown("source type", source.instrument.type, words.source_types)
    for index, rule in enumerate(source.rules):
        for where, what in _rule_mistakes(rule, source.language, words):
            yield ("rules", index, *where), what


def _rule_mistakes(rule: RuleDeclaration, language: str, words: Vocabulary) -> Iterator[_Mistake]:
    try:
        topic = words.topic(rule.topic)
    except UnknownTerm as error:
        yield ("topic",), str(error)
        return
    for problem in words.validate_qualifier(topic.id, rule.qualifier):
        yield ("qualifier",), problem
    units = unit_names(words)
    cases: list[tuple[tuple[str | int, ...], Case]] = [((), rule)]
    cases += [(("cases", number), case) for number, case in enumerate(rule.cases)]
    for where, case in cases:
        if case.find is not None:
            try:
                compile_pattern(case.find, language, units)
            except ValueError as error:
                yield (*where, "find"), f"unreadable pattern: {error}"
        if case.unit is not None and case.unit not in words.units:
            yield (*where, "unit"), _unknown("unit", case.unit, words.units)
        known = words.members_of(topic.id)
        for member in (*([case.member] if case.member else []), *case.members.values()):
            if known and member.removeprefix("not:") not in known:
                yield (*where, "member"), _unknown(f"member of {topic.id}", member, known)


def _unknown(kind: str, given: str, known: Mapping[str, Any]) -> str:
    near = get_close_matches(given, known, 1, 0.5)
    if near:
        return f"unknown {kind} {given!r}. Did you mean {near[0]!r}?"
    listed = ", ".join(sorted(known)[:40])
    return f"unknown {kind} {given!r}; known are {listed}"
