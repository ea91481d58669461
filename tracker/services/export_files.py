"""The files of the dataset: exact CSV, JSON Lines and Parquet, and a folder that is there whole or not at all."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from secrets import token_hex
from typing import Any, TextIO

from tracker.domain.value import plain
from tracker.errors import OperatorError
from tracker.services.export_columns import Column, Shape, columns
from tracker.services.export_shapes import Table
from tracker.store.codec import dumps

Row = Mapping[str, Any]
Write = Callable[[Row], None]

BETWEEN = ";"
"""Joins the parts of a list in a CSV cell."""
PACKAGE = "datapackage.json"
GENERATOR = "access-rules-tracker"
"""How the description of a dataset of ours names its maker."""

_QUOTED = re.compile('[",\r\n]')
_BATCH = 5000
_PARQUET: Mapping[Shape, Callable[[Any], Any]] = {
    Shape.STRING: lambda arrow: arrow.string(),
    Shape.NUMBER: lambda arrow: arrow.float64(),
    Shape.INTEGER: lambda arrow: arrow.int64(),
    Shape.BOOLEAN: lambda arrow: arrow.bool_(),
    Shape.DATE: lambda arrow: arrow.date32(),
    Shape.DATETIME: lambda arrow: arrow.timestamp("us", "UTC"),
    Shape.LIST: lambda arrow: arrow.list_(arrow.string()),
    Shape.OBJECT: lambda arrow: arrow.string(),
}


def instant(at: datetime) -> str:
    """An instant in UTC, always as long, so that text sorts as time does."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def arrow_installed() -> Any:
    """The module pyarrow; raises OperatorError where it is not installed."""
    try:
        return import_module("pyarrow")
    except ModuleNotFoundError:
        raise OperatorError("Parquet needs pyarrow: `pip install 'access-rules-tracker[parquet]'`.") from None


# ── Tables ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def table_files(folder: Path, table: Table, *, parquet: bool) -> Iterator[Write]:
    """Yields what writes a row into all files of a table."""
    own = columns(table.row)
    with ExitStack() as stack:
        csv = stack.enter_context(_text_file(folder / f"{table.name}.csv"))
        csv.write(_line([column.name for column in own]))
        writers: list[Write] = [lambda row: _write_csv(csv, own, row)]
        if table.json_lines:
            jsonl = stack.enter_context(_text_file(folder / f"{table.name}.jsonl"))
            writers.append(lambda row: _write_json(jsonl, row))
        if table.parquet and parquet:
            writers.append(stack.enter_context(_parquet(folder / f"{table.name}.parquet", own)))

        def write(row: Row) -> None:
            for each in writers:
                each(row)

        yield write


def write_text(path: Path, text: str) -> None:
    """A text file with line feeds on every system."""
    with _text_file(path) as out:
        out.write(text)


def _text_file(path: Path) -> TextIO:
    return path.open("w", encoding="utf-8", newline="")


def _write_csv(out: TextIO, own: Sequence[Column], row: Row) -> None:
    out.write(_line([_cell(row[column.name]) for column in own]))


def _line(cells: Sequence[str]) -> str:
    # Python's csv module quotes a carriage return in some versions only.
    parts = ('"' + cell.replace('"', '""') + '"' if _QUOTED.search(cell) else cell for cell in cells)
    return ",".join(parts) + "\n"


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "true" if value else "false"
        case Decimal():
            return plain(value)
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case tuple():
            return BETWEEN.join(value)
        case dict():
            return dumps(value)
        case _:
            return str(value)


def _write_json(out: TextIO, row: Row) -> None:
    out.write(_JSON.encode(row) + "\n")


def _in_json(value: Any) -> Any:
    match value:
        case Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case datetime():
            return instant(value)
        case date():
            return value.isoformat()
        case _:
            raise TypeError(f"{value!r} has no form in JSON")


_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_in_json)


@contextmanager
def _parquet(path: Path, own: Sequence[Column]) -> Iterator[Write]:
    arrow = arrow_installed()
    schema = arrow.schema(
        [
            arrow.field(c.name, _PARQUET[c.shape](arrow), nullable=not c.required, metadata={"description": c.about})
            for c in own
        ]
    )
    waiting: list[Row] = []
    with import_module("pyarrow.parquet").ParquetWriter(path, schema, compression="zstd") as writer:

        def flush() -> None:
            writer.write_table(arrow.Table.from_pylist(waiting, schema=schema))
            waiting.clear()

        def write(row: Row) -> None:
            waiting.append({name: _in_parquet(value) for name, value in row.items()})
            if len(waiting) == _BATCH:
                flush()

        yield write
        flush()


def _in_parquet(value: Any) -> Any:
    match value:
        case Decimal():
            return float(value)
        case dict():
            return dumps(value)
        case _:
            return value


# ── The folder ──────────────────────────────────────────────────────────────────────────────────────────────────────


@contextmanager
def whole_folder(folder: Path, ours: frozenset[str]) -> Iterator[Path]:
    """Yields a new folder that takes the place of `folder` when all went well; raises OperatorError.

    What is in the way must be an earlier export: a description of ours, and no file but those named in `ours`.
    """
    target = folder.resolve()
    _refuse(folder, target, ours)
    fresh = _sibling(target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh.mkdir()
        yield fresh
        _refuse(folder, target, ours)
        _swap(fresh, target)
    except OSError as error:
        raise OperatorError(
            f"The export could not be written beside {folder} ({error.strerror or error}); make room there or name"
            " another folder."
        ) from error
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _refuse(folder: Path, target: Path, ours: frozenset[str]) -> None:
    if target.exists() and not target.is_dir():
        raise OperatorError(f"{folder} is a file; name a folder.")
    if Path.cwd().is_relative_to(target):
        raise OperatorError(f"{folder} is the folder you are in, or one above it; name another, such as {folder}/data.")
    if not target.is_dir():
        return
    if os.path.ismount(target):
        raise OperatorError(f"{folder} is a mount point and cannot be replaced; name a folder in it: {folder}/data.")
    held = sorted(path.name for path in target.iterdir())
    if held and not _made_by_us(target / PACKAGE):
        raise OperatorError(
            f"{folder} is not empty and holds no export ({held[0]}); name a new or an empty folder, or move away what"
            " is in it."
        )
    if strange := [name for name in held if name not in ours]:
        raise OperatorError(
            f"{folder} holds {strange[0]} beside an earlier export, and would lose it; move it away or name another"
            " folder."
        )


def _made_by_us(path: Path) -> bool:
    try:
        found = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return False
    return isinstance(found, dict) and str(found.get("generator", "")).startswith(GENERATOR)


def _swap(fresh: Path, target: Path) -> None:
    if not target.exists():
        fresh.rename(target)
        return
    before = _sibling(target)
    target.rename(before)
    try:
        fresh.rename(target)
    except OSError:
        before.rename(target)
        raise
    shutil.rmtree(before)


def _sibling(target: Path) -> Path:
    return target.with_name(f".{target.name}.{token_hex(4)}")
