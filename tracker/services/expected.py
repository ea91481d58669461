"""What a reading of an example should bring, in a YAML file that a lawyer can read: expected.yml."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict, ValidationError

from tracker.content import folders, load_marked
from tracker.errors import DeclarationError

NAME = "expected.yml"
_WIDTH = 118


class ExpectedRule(BaseModel):
    """One rule, as a person found it in the example."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    topic: str
    qualifier: dict[str, str] = {}
    value: str | None = None
    """In words, as every surface shows it."""
    citation: str | None = None
    quote: str | None = None
    absent: bool = False
    """The declaration calls the rule optional, and this text does not have it."""
    repealed: bool = False
    underlying: str | None = None
    """What permanent law says, in words, where the value is that of temporary law."""


class Expected(BaseModel):
    """All that an example says."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    partial: bool = False
    """The documents are excerpts: how many provisions and documents there are says nothing."""
    rules: tuple[ExpectedRule, ...] = ()


def load_expected(path: Path) -> Expected:
    """Read an expected.yml; raises DeclarationError with file, line and field."""
    marked = load_marked(path)
    try:
        return Expected.model_validate(marked.data if isinstance(marked.data, dict) else {})
    except ValidationError as error:
        found = error.errors()[0]
        field = ".".join(str(part) for part in found["loc"])
        raise DeclarationError(f"{path}:{marked.line(found['loc'])}: {field}: {found['msg']}.") from None


def write_expected(path: Path, expected: Expected) -> None:
    """Write an expected.yml with what it is for."""
    rules = [rule.model_dump(exclude_defaults=True) for rule in expected.rules]
    for rule in rules:
        if "qualifier" in rule:
            rule["qualifier"] = _Short(rule["qualifier"])
    listed = yaml.dump(rules, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH) if rules else ""
    path.write_text(render("expected.yml.j2", {"partial": expected.partial, "rules": listed}), "utf-8")


def render(name: str, values: Mapping[str, Any]) -> str:
    """A file of templates/new_source with its values filled in; the operator's own template comes first."""
    environment = Environment(
        loader=FileSystemLoader([folder / "new_source" for folder in folders("templates")]),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701  # YAML, not a page
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["yaml"] = _scalar
    return environment.get_template(name).render(values)


class _Short(dict[str, str]):
    """A mapping that is written on one line."""


class _Dumper(yaml.SafeDumper):
    """Writes lists indented below their key, as the declarations do."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


_Dumper.add_representer(
    _Short, lambda dumper, data: dumper.represent_mapping("tag:yaml.org,2002:map", data.items(), flow_style=True)
)


def _scalar(text: str) -> str:
    """A string as YAML on one line, quoted where it has to be."""
    written = yaml.safe_dump(text, allow_unicode=True, width=10_000, default_flow_style=True)
    return written.removesuffix("\n").removesuffix("...").strip()
