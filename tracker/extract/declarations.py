"""Declarations from YAML: validated against models and vocabulary, every mistake named with file, line and field."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tracker.content import Marked, folders, load_marked, load_yaml, ours
from tracker.domain.source import Format, Source
from tracker.domain.vocabulary import Vocabulary
from tracker.errors import DeclarationError, UnknownName
from tracker.extract import formats
from tracker.extract.explain import explained
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
        raise DeclarationError("\n".join(explained(marked, error, Source, _SET_BY_US))) from None
    mistakes = [
        f"{marked.path}:{marked.line(where)}: {'.'.join(map(str, where))}: {what}"
        for where, what in mistakes_in(source, words)
    ]
    if mistakes:
        raise DeclarationError("\n".join(mistakes))
    return source


def _fingerprint(data: Mapping[str, Any]) -> str:
    """Names how a source is read: what the declaration says of it, and the code that reads its format."""
    keys = ("jurisdiction", "instrument", "format", "language", "html", "pdf", "permanent", "rules", "expect")
    how = {key: data.get(key) for key in keys}
    code = formats.version(Format(data["format"])) if data.get("format") in list(Format) else 0
    text = json.dumps([how, code, READER_VERSION], sort_keys=True, default=str)
    return sha256(text.encode()).hexdigest()[:16]
