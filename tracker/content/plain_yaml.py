"""YAML with core types only: NO is Norway, 2024-04-01 stays text, and a key may appear once."""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml

from tracker.errors import DeclarationError

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _Plain(_Base):  # type: ignore[misc]  # libyaml's loader where it is built in, else the Python one
    """Null, true, false, integers and decimals are typed; everything else is text."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: dict[Hashable, int] = {}
        for key_node, _ in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key!r} appears twice (first on line {seen[key]})", key_node.start_mark
                )
            seen[key] = key_node.start_mark.line + 1
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


_Plain.yaml_implicit_resolvers = {}
for _tag, _pattern, _first in (
    ("null", r"null|~|", ["n", "~", ""]),
    ("bool", r"true|false", list("tf")),
    ("int", r"-?(?:0|[1-9][0-9]*)", list("-0123456789")),
    ("float", r"-?(?:0|[1-9][0-9]*)\.[0-9]+", list("-0123456789")),
):
    _Plain.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(rf"^(?:{_pattern})$"), _first)


@dataclass(frozen=True)
class Marked:
    """A parsed document with the line on which each of its fields stands."""

    path: Path
    data: Any
    text: str = ""

    @cached_property
    def lines(self) -> dict[tuple[str | int, ...], int]:
        """Where each field stands; found when it is first asked for, which only mistakes do."""
        lines: dict[tuple[str | int, ...], int] = {}
        root = yaml.compose(self.text, Loader=_Plain)
        if root is not None:
            _mark(root, (), lines)
        return lines

    def line(self, location: tuple[str | int, ...]) -> int:
        """The line of a field, or of the nearest enclosing one that is written down."""
        for end in range(len(location), -1, -1):
            if location[:end] in self.lines:
                return self.lines[location[:end]]
        return 1


def load_yaml(path: Path) -> Any:
    """Read a file as plain YAML; raises DeclarationError with file and line."""
    return _load(path, _text(path))


def load_marked(path: Path) -> Marked:
    """Read a file as plain YAML that can say where each field stands; raises DeclarationError with file and line."""
    text = _text(path)
    return Marked(path, _load(path, text), text)


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except OSError as error:
        raise DeclarationError(f"{path}: cannot be read ({error.strerror}).") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise DeclarationError(f"{path}:{line}: this is not UTF-8; save the file as UTF-8.") from None


def _load(path: Path, text: str) -> Any:
    try:
        if "*" in text and any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text, Loader=_Base)):
            raise DeclarationError(f"{path}: aliases (*name) are not allowed; write the value where it belongs.")
        return yaml.load(text, Loader=_Plain)  # noqa: S506  # a safe loader, with fewer types
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise DeclarationError(f"{where}: {getattr(error, 'problem', None) or error}") from None


def _mark(node: yaml.Node, location: tuple[str | int, ...], lines: dict[tuple[str | int, ...], int]) -> None:
    lines.setdefault(location, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            lines[(*location, str(key.value))] = key.start_mark.line + 1
            _mark(value, (*location, str(key.value)), lines)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _mark(value, (*location, index), lines)
