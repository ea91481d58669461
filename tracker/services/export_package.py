"""The description of the dataset for machines: a Data Package (datapackage.org) with the schema of every table."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tracker import __version__
from tracker.services.export_columns import Column, Shape, about, columns
from tracker.services.export_files import BETWEEN, GENERATOR, PACKAGE, instant, write_text
from tracker.services.export_shapes import TABLES, Table

Json = dict[str, Any]

CODEBOOK = "codebook.md"
TITLE = "Access rules for medical cannabis, with their history and evidence"
NOTICE = (
    "Information about public rules, not legal or medical advice. Do not stop or change treatment because of it: read "
    "the official text, and ask a qualified professional before you act."
)
QUOTE_LICENCE = (
    "Quotes are verbatim words of official texts and belong to their publishers; the columns licence and terms of "
    "sources.csv say on what terms. The licence of this dataset does not cover them."
)
_LICENCE = {"name": "MIT", "path": "https://opensource.org/license/mit", "title": "MIT License"}
_FORMATS = {"csv": "text/csv", "jsonl": "application/jsonl", "parquet": "application/vnd.apache.parquet"}
_QUOTES = ("quote", "before_quote", "after_quote")


def files(*, parquet: bool) -> dict[str, Table]:
    """The files of tables by name."""
    found = {}
    for table in TABLES:
        found[f"{table.name}.csv"] = table
        if table.json_lines:
            found[f"{table.name}.jsonl"] = table
        if table.parquet and parquet:
            found[f"{table.name}.parquet"] = table
    return found


def all_names() -> frozenset[str]:
    """Every file that an export may consist of."""
    return frozenset({*files(parquet=True), CODEBOOK, PACKAGE})


def write_package(folder: Path, known_at: datetime, counts: Mapping[str, int], *, parquet: bool) -> None:
    """Write the description of the files that are in a folder."""
    resources = [_resource(folder, name, table, counts) for name, table in files(parquet=parquet).items()]
    resources.append(
        {
            "name": "codebook",
            "path": CODEBOOK,
            "title": "Every table, column, topic, member and unit in words",
            "format": "md",
            "mediatype": "text/markdown",
            "encoding": "utf-8",
            **_content(folder / CODEBOOK),
        }
    )
    package = {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": "medical-cannabis-access-rules",
        "title": TITLE,
        "description": f"{NOTICE} {CODEBOOK} explains every column. {QUOTE_LICENCE}",
        "generator": f"{GENERATOR} {__version__}",
        "known_at": instant(known_at),
        "as_of": known_at.date().isoformat(),
        "keywords": ["medical cannabis", "access rules", "law", "policy", "bitemporal"],
        "licenses": [_LICENCE],
        "quote_licence": QUOTE_LICENCE,
        "resources": resources,
    }
    write_text(folder / PACKAGE, json.dumps(package, ensure_ascii=False, indent=2) + "\n")


def _resource(folder: Path, file: str, table: Table, counts: Mapping[str, int]) -> Json:
    format_ = file.rpartition(".")[2]
    own = columns(table.row)
    resource: Json = {
        "name": table.name if format_ == "csv" else f"{table.name}-{format_}",
        "type": "table",
        "path": file,
        "title": about(table.row),
        "format": format_,
        "mediatype": _FORMATS[format_],
        "rows": counts[table.name],
        **_content(folder / file),
    }
    if format_ != "parquet":
        resource["encoding"] = "utf-8"
    if format_ == "csv":
        resource["dialect"] = {"delimiter": ",", "lineTerminator": "\n", "quoteChar": '"', "doubleQuote": True}
    if any(column.name in _QUOTES for column in own):
        resource["licenses"] = [_LICENCE]
        resource["quote_licence"] = QUOTE_LICENCE
    resource["schema"] = {
        "fields": [_field(column, format_) for column in own],
        "primaryKey": [table.key],
        "foreignKeys": [
            {"fields": [column], "reference": _reference(of, table)} for column, of in table.refers.items()
        ],
    }
    return resource


def _field(column: Column, format_: str) -> Json:
    text = (column.shape, format_) in ((Shape.LIST, "csv"), (Shape.OBJECT, "parquet"))
    field: Json = {
        "name": column.name,
        "type": (Shape.STRING if text else column.shape).value,
        "description": column.about + (f" Joined by `{BETWEEN}`." if text and column.shape is Shape.LIST else ""),
    }
    constraints: Json = {"required": True} if column.required and not text else {}
    if column.allowed:
        constraints["enum"] = list(column.allowed)
    if constraints:
        field["constraints"] = constraints
    if column.name in _QUOTES:
        field["licence"] = QUOTE_LICENCE
    return field


def _reference(of: str, table: Table) -> Json:
    key = next(each.key for each in TABLES if each.name == of)
    return {"resource": "" if of == table.name else of, "fields": [key]}


def _content(path: Path) -> Json:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"bytes": path.stat().st_size, "hash": f"sha256:{digest}"}
