"""What a model refused in a file, in sentences that name the line, the field and the fix."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from tracker.content import Marked


def explained(
    marked: Marked, error: ValidationError, model: type[BaseModel], hidden: frozenset[str] = frozenset()
) -> Iterator[str]:
    """What is wrong in a file that a model refused, one sentence each, with line, field and what is allowed."""
    for item in error.errors():
        where = _written(marked, item["loc"])
        if item["type"] == "missing":
            where = (*where, item["loc"][-1])
        name = ".".join(str(part) for part in where) or "declaration"
        text = f"{marked.path}:{marked.line(where)}: {name}: "
        if item["type"] == "extra_forbidden":
            allowed = _fields_at(where[:-1], model, hidden)
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
    """The parts of a location that stand in the file: not which of several types was tried."""
    found: tuple[int | str, ...] = ()
    for part in location:
        if (*found, part) in marked.lines:
            found = (*found, part)
    return found


def _brief(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:59] + "…"


def _fields_at(where: tuple[int | str, ...], top: type[BaseModel], hidden: frozenset[str]) -> list[str]:
    """The keys that a file allows at a place."""
    model: Any = top
    for part in where:
        if isinstance(part, str) and part in getattr(model, "model_fields", {}):
            model = _model_in(model.model_fields[part].annotation) or model
    return [name for name in model.model_fields if not (model is top and name in hidden)]


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in get_args(annotation):
        found = _model_in(part)
        if found is not None:
            return found
    return None
