"""The JSON Schemas that schemas/ publishes, made from the models, so that neither says what the other does not."""

from __future__ import annotations

import ast
import inspect
import json
from collections.abc import Collection
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from tracker.domain import source
from tracker.domain.baseline import BaselineFile
from tracker.domain.source import Source
from tracker.domain.vocabulary import Vocabulary
from tracker.services import shapes

Schema = dict[str, Any]

_WIDTH = 120
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SET_BY_THE_LOADER = ("id", "fingerprint")
_NAMED_ALIKE = ("local_name", "short")
"""What a jurisdiction need not say where it is the name; the model fills it in before it looks."""


def schemas(words: Vocabulary) -> dict[str, str]:
    """Every schema by the name of its file, as the text of the file."""
    made = {
        "source.schema.json": _declaration(words),
        "baseline.schema.json": _baseline(words),
        "vocabulary.schema.json": _vocabulary(),
        "rules.schema.json": _published(shapes.Rules),
        "changes.schema.json": _published(list[shapes.Change], "What `tracker changes --format json` prints."),
    }
    return {name: _laid_out(schema) + "\n" for name, schema in made.items()}


def write(folder: Path, words: Vocabulary) -> list[Path]:
    """Write the schemas that differ from what a folder holds, and return them."""
    written = []
    for name in outdated(folder, words):
        path = folder / name
        path.write_text(schemas(words)[name], encoding="utf-8")
        written.append(path)
    return written


def outdated(folder: Path, words: Vocabulary) -> list[str]:
    """The schemas that are missing in a folder, or say something else than the models."""
    return [name for name, text in schemas(words).items() if _read(folder / name) != text]


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _declaration(words: Vocabulary) -> Schema:
    """What a file below spiders/ may say; names of the vocabulary are listed, so that an editor can offer them."""
    schema = _schema(Source, "validation")
    parts = schema["$defs"]
    for model, sentences in _sentences(source).items():
        fields = (schema if model == "Source" else parts.get(model, {})).get("properties", {})
        for field in fields.keys() & sentences.keys():
            fields[field]["description"] = sentences[field]
    for name in _SET_BY_THE_LOADER:
        del schema["properties"][name]
    schema["required"] = [name for name in schema["required"] if name not in _SET_BY_THE_LOADER]
    schema["properties"]["jurisdiction"]["enum"] = sorted(words.jurisdictions)
    parts["Instrument"]["properties"]["type"]["enum"] = sorted(words.source_types)
    for part in (parts["Case"], parts["RuleDeclaration"]):
        unit = part["properties"]["unit"]
        unit["anyOf"] = [
            {**each, "enum": sorted(words.units)} if each["type"] == "string" else each for each in unit["anyOf"]
        ]
    rule = parts["RuleDeclaration"]["properties"]
    rule["topic"]["enum"] = sorted(words.topics)
    rule["qualifier"] |= {"properties": {id_: _dimension(words, id_) for id_ in sorted(words.qualifiers)}}
    rule["qualifier"]["additionalProperties"] = False
    return schema


def _baseline(words: Vocabulary) -> Schema:
    """What people write in a baseline; below it stands what a replay wrote."""
    schema = _schema(BaselineFile, "validation")
    schema["properties"]["jurisdiction"]["enum"] = sorted(words.jurisdictions)
    schema["properties"]["replayed"] = {"description": "Written by `tracker baseline write`.", "type": "object"}
    parts = schema["$defs"]
    parts["OfficialText"]["properties"]["type"]["enum"] = sorted(words.source_types)
    parts["OfficialAddress"]["properties"]["type"]["enum"] = sorted([*words.source_types, "portal"])
    rule = parts["CodedRule"]["properties"]
    rule["topic"]["enum"] = sorted(words.topics)
    rule["qualifier"] |= {"properties": {id_: _dimension(words, id_) for id_ in sorted(words.qualifiers)}}
    rule["qualifier"]["additionalProperties"] = False
    text = parts["OfficialText"]["properties"]
    for node in (rule["valid_from"], rule["valid_to"], text["date"], text["not_before"]):
        node["anyOf"] = [{"type": ["string", "integer"]}, {"type": "null"}]
    return schema


def _dimension(words: Vocabulary, id_: str) -> Schema:
    dimension = words.qualifiers[id_]
    listed = {} if dimension.free else {"enum": sorted(words.qualifier_values(id_))}
    return {"description": dimension.label, "type": "string", **listed}


def _vocabulary() -> Schema:
    """What a file in schemas/vocabulary may say: any part of the whole, its entries keyed by their ids."""
    schema = _schema(Vocabulary, "validation")
    del schema["required"]
    for name, part in schema["$defs"].items():
        if name != "Member":  # the members of a topic are a list, in which each names itself
            part["properties"].pop("id", None)
            part["required"] = [field for field in part["required"] if field not in ("id", *_NAMED_ALIKE)]
    return schema


def _published(shape: Any, description: str = "") -> Schema:
    schema = _schema(shape, "serialization", open_to_additions=True)
    return {**schema, "description": description} if description else schema


def _schema(shape: Any, mode: JsonSchemaMode, *, open_to_additions: bool = False) -> Schema:
    made = TypeAdapter(shape).json_schema(mode=mode)
    # Titles repeat the names, and `gt` is no word of JSON Schema.
    useless = {"title", "gt"} | ({"additionalProperties"} if open_to_additions else set())
    return {"$schema": _DIALECT, **_plain(made, useless)}


def _plain(node: Any, useless: Collection[str], *, names: bool = False) -> Any:
    """A schema without some keywords; `names` where the keys are names of fields or definitions."""
    if isinstance(node, list):
        return [_plain(each, useless) for each in node]
    if not isinstance(node, dict):
        return node
    kept = {key: each for key, each in node.items() if names or key not in useless or isinstance(each, dict)}
    return {
        key: _plain(each, useless, names=key in ("properties", "$defs") and not names) for key, each in kept.items()
    }


def _laid_out(node: Any, indent: str = "", before: int = 0) -> str:
    """JSON on one line where it fits, so that people can read it and a change shows as few lines."""
    line = json.dumps(node, ensure_ascii=False)
    if len(indent) + before + len(line) < _WIDTH or not isinstance(node, (dict, list)):
        return line
    deeper = indent + "  "
    if isinstance(node, dict):
        names = {json.dumps(key): each for key, each in node.items()}
        parts = [f"{name}: {_laid_out(each, deeper, len(name) + 2)}" for name, each in names.items()]
    elif any(isinstance(each, (dict, list)) for each in node):
        parts = [_laid_out(each, deeper) for each in node]
    else:
        parts = _filled([json.dumps(each, ensure_ascii=False) for each in node], _WIDTH - len(deeper))
    inside = f",\n{deeper}".join(parts)
    return f"{'{['[isinstance(node, list)]}\n{deeper}{inside}\n{indent}{'}]'[isinstance(node, list)]}"


def _filled(words: list[str], width: int) -> list[str]:
    """Lines of words with commas between them."""
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + len(word) + 3 > width:
            lines.append(word)
        else:
            lines[-1] += f", {word}"
    return lines


def _sentences(module: Any) -> dict[str, dict[str, str]]:
    """By model, the sentences that stand below its fields and below those that it has from other models."""
    own: dict[str, dict[str, str]] = {}
    for node in ast.parse(inspect.getsource(module)).body:
        if isinstance(node, ast.ClassDef):
            own[node.name] = {
                field.target.id: inspect.cleandoc(below.value.value)
                for field, below in pairwise(node.body)
                if isinstance(field, ast.AnnAssign)
                and isinstance(field.target, ast.Name)
                and isinstance(below, ast.Expr)
                and isinstance(below.value, ast.Constant)
                and isinstance(below.value.value, str)
            }
    models = {name: getattr(module, name) for name in own}
    return {
        name: {field: text for base in reversed(model.__mro__) for field, text in own.get(base.__name__, {}).items()}
        for name, model in models.items()
    }
