"""What the models of the tables say of a column: its type in each format, what it may hold, what it means."""

from __future__ import annotations

import ast
import inspect
import re
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum, StrEnum
from functools import cache
from itertools import pairwise
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

_REFERENCE = re.compile(r" \((?:PRODUCT|TAXONOMY|ARCHITECTURE)[^)]*\)")
"""What points into documents that are not part of the dataset."""


class Shape(StrEnum):
    """What a column holds, named as in Table Schema."""

    STRING = "string"
    NUMBER = "number"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DATE = "date"
    DATETIME = "datetime"
    LIST = "array"
    OBJECT = "object"


_SHAPES: dict[Any, Shape] = {
    str: Shape.STRING,
    Decimal: Shape.NUMBER,
    int: Shape.INTEGER,
    bool: Shape.BOOLEAN,
    date: Shape.DATE,
    datetime: Shape.DATETIME,
    tuple: Shape.LIST,
    dict: Shape.OBJECT,
}


@dataclass(frozen=True)
class Column:
    """One column of a table."""

    name: str
    about: str
    shape: Shape
    required: bool
    allowed: tuple[str, ...] = ()
    """The closed list of what it may hold."""
    meaning: type[Enum] | None = None
    """Where that list is from, if its words are explained."""


@cache
def columns(row: type[BaseModel]) -> tuple[Column, ...]:
    """The columns of a table, in order."""
    return tuple(
        _column(name, field.annotation, sentence(field.description or "")) for name, field in row.model_fields.items()
    )


def about(described: type) -> str:
    """The docstring of a model or enumeration on one line."""
    return _REFERENCE.sub("", sentence(inspect.getdoc(described) or ""))


def sentence(text: str) -> str:
    """Text on one line."""
    return " ".join(text.split())


@cache
def meanings(listed: type[Enum]) -> dict[str, str]:
    """The values of an enumeration with the sentence below each; empty where there is none."""
    body = ast.parse(inspect.getsource(listed)).body[0]
    assert isinstance(body, ast.ClassDef)
    said: dict[str, str] = {}
    for member, below in pairwise([*body.body, ast.Pass()]):
        if isinstance(member, ast.Assign) and isinstance(member.targets[0], ast.Name):
            has = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
            text = str(below.value.value) if has else ""  # type: ignore[attr-defined]
            said[str(listed[member.targets[0].id].value)] = sentence(text)
    return said


def _column(name: str, annotation: Any, about_it: str) -> Column:
    options = get_args(annotation) if get_origin(annotation) in (Union, UnionType) else (annotation,)
    required = NoneType not in options
    (kind,) = (option for option in options if option is not NoneType)
    if get_origin(kind) is Literal:
        return Column(name, about_it, Shape.STRING, required, get_args(kind))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return Column(name, about_it, Shape.STRING, required, tuple(each.value for each in kind), kind)
    return Column(name, about_it, _SHAPES[get_origin(kind) or kind], required)
