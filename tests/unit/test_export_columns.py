"""The columns of the dataset say what they mean, and its CSV gives back what was put in."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.rule import Basis, Status
from tracker.services.export_columns import Shape, about, columns, meanings
from tracker.services.export_files import table_files
from tracker.services.export_package import all_names
from tracker.services.export_shapes import CHANGES, JURISDICTIONS, RULES, TABLES, VERSIONS, Table

csv.field_size_limit(10_000_000)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_says_what_it_means(table: Table) -> None:
    own = {column.name: column for column in columns(table.row)}
    assert about(table.row).endswith(".")
    assert all(column.about.endswith(".") for column in own.values())
    assert own[table.key].required
    assert own.keys() >= table.refers.keys()
    assert set(table.refers.values()) <= {each.name for each in TABLES}


def test_rules_and_versions_share_their_columns() -> None:
    rules, versions = (dict.fromkeys(column.name for column in columns(table.row)) for table in (RULES, VERSIONS))
    assert [name for name in rules if name not in versions] == ["falls_back_to", "source_read_at"]
    assert [name for name in versions if name not in rules] == ["recorded_to"]
    assert list(rules)[-1] == list(versions)[-1] == "quote"


def test_columns_know_what_they_may_hold() -> None:
    own = {column.name: column for column in columns(CHANGES.row)}
    assert own["review"].allowed == ("none", "waiting", "accepted", "rejected")
    assert (own["noticed_late"].shape, own["before_value"].shape) == (Shape.BOOLEAN, Shape.OBJECT)
    assert (own["observed_at"].required, own["valid_from"].required) == (True, False)
    assert meanings(Basis)["published"] == "The day of publication."
    assert set(meanings(Status)) == {each.value for each in Status}


def test_the_files_have_plain_names() -> None:
    assert {"rules.csv", "versions.jsonl", "changes.parquet", "codebook.md", "datapackage.json"} <= all_names()
    assert "sources.parquet" not in all_names()


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_csv_gives_back_any_words(words: list[str]) -> None:
    row: dict[str, Any] = dict.fromkeys(JURISDICTIONS.row.model_fields, "x")
    rows = [row | {"name": word, "languages": ("de", "fr"), "rules": 3, "parent": None} for word in words]
    with TemporaryDirectory() as folder:
        with table_files(Path(folder), JURISDICTIONS, parquet=False) as write:
            for each in rows:
                write(each)
        with (Path(folder) / "jurisdictions.csv").open(encoding="utf-8", newline="") as file:
            back = list(csv.DictReader(file))
    assert [each["name"] for each in back] == words
    assert {(each["languages"], each["rules"], each["parent"]) for each in back} == {("de;fr", "3", "")}


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_json_lines_give_back_any_words(quote: str) -> None:
    row: dict[str, Any] = dict.fromkeys(VERSIONS.row.model_fields) | {"passage_sha256": (), "quote": quote}
    with TemporaryDirectory() as folder:
        with table_files(Path(folder), VERSIONS, parquet=False) as write:
            write(row)
        body = (Path(folder) / "versions.jsonl").read_bytes()
    assert body.count(b"\n") == 1
    assert json.loads(body)["quote"] == quote
