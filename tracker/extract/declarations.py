"""Declarations from YAML: validated against models and vocabulary, every mistake named with file, line and field."""

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
from tracker.domain.source import Format, Source
from tracker.domain.vocabulary import Vocabulary
from tracker.errors import DeclarationError, UnknownName
from tracker.extract import formats
from tracker.extract.mistakes import mistakes_in

READER_VERSION = 2
"""Of the code between provisions and values; a new one makes every source be read again, with cause `extractor`."""

_SET_BY_US = frozenset({"id", "fingerprint"})
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
            if (
                path.name in _NOT_DECLARATIONS
                or path.name.startswith(".")
                or any(part.endswith(".examples") for part in path.parts)
            ):
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
    for key in _SET_BY_US & data.keys():
        raise DeclarationError(f"{marked.path}:{marked.line((key,))}: {key}: set by the tracker; remove this key.")
    try:
        source = Source.model_validate({**data, "id": source_id, "fingerprint": _fingerprint(data)})
    except ValidationError as error:
        raise DeclarationError("\n".join(_explained(marked, error))) from None
    mistakes = [
        f"{marked.path}:{marked.line(where)}: {'.'.join(map(str, where))}: {what}"
        for where, what in mistakes_in(source, words)
    ]
    if mistakes:
        raise DeclarationError("\n".join(mistakes))
    return source


def _fingerprint(data: Mapping[str, Any]) -> str:
    """Names how a source is read: what the declaration says of it, and the code that reads its format."""
    keys = ("jurisdiction", "instrument", "format", "language", "html", "rules", "expect")
    how = {key: data.get(key) for key in keys}
    code = formats.version(Format(data["format"])) if data.get("format") in list(Format) else 0
    text = json.dumps([how, code, READER_VERSION], sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()[:16]


def _explained(marked: Marked, error: ValidationError) -> Iterator[str]:
    for item in error.errors():
        where = item["loc"] if item["type"] == "missing" else _written(marked, item["loc"])
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
            text += f"found {item['input']!r}; allowed are {expected}."
            text += f" Did you mean {near[0]!r}?" if near else ""
        else:
            text += f"found {_brief(item['input'])}; {item['msg'].removeprefix('Value error, ')}."
        yield text


def _written(marked: Marked, location: tuple[int | str, ...]) -> tuple[int | str, ...]:
    """As much of a location as stands in the file: not which of several types was tried."""
    end = next((end for end in range(len(location), 0, -1) if location[:end] in marked.lines), 0)
    return location[:end]


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _fields_at(where: tuple[int | str, ...]) -> list[str]:
    """The keys that a declaration allows at a place."""
    model: Any = Source
    for part in where:
        if isinstance(part, str) and part in getattr(model, "model_fields", {}):
            model = _model_in(model.model_fields[part].annotation) or model
    return [name for name in model.model_fields if not (model is Source and name in _SET_BY_US)]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        found = _model_in(part)
        if found is not None:
            return found
    return None
