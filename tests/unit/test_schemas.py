"""The published schemas say what the models say, and what the tracker reads and prints fits them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.integration import store_sample as sample
from tracker.content import load_yaml, ours
from tracker.domain.change import TextChange, TextKind
from tracker.domain.period import Period
from tracker.domain.reconcile import Plan
from tracker.domain.rule import RuleKey, Status
from tracker.domain.source import RuleDeclaration, Source
from tracker.domain.value import Bare, Expression, Member, MemberSet, Multiple, State, Value
from tracker.extract.declarations import load_vocabulary
from tracker.services import answers, schemas
from tracker.store.changes import EVERYTHING, record_text_changes
from tracker.store.database import open_database
from tracker.store.rules import apply_plan

BASELINES = sorted(ours("spiders").glob("*/baseline.yml"))
DECLARATIONS = sorted({*ours("spiders").glob("*/*.yml")} - {*BASELINES})
WORDS = load_vocabulary()
TEXTS = schemas.schemas(WORDS)
VALUES: dict[str, Value] = {
    "possession_limit": Expression(
        operator="min", operands=(sample.grams(150), Multiple(number=30, of="daily_quantity"))
    ),
    "prescriber_class": MemberSet(members=("physician_any",), attrs={"since": "2020"}),
    "access_model": Member(member="prescription_only"),
    "plant_limit": Bare(state=State.NOT_ADDRESSED),
}


def complaints(name: str, data: Any) -> list[str]:
    schema = json.loads(TEXTS[f"{name}.schema.json"])
    jsonschema.Draft202012Validator.check_schema(schema)
    checker = jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in checker.iter_errors(data)]


def test_what_is_published_is_what_the_models_say() -> None:
    assert schemas.outdated(ours("schemas"), WORDS) == [], "run `tracker schema write`"
    assert {path.name for path in ours("schemas").glob("*.schema.json")} == TEXTS.keys()


def test_writing_changes_only_what_differs(tmp_path: Path) -> None:
    assert {path.name for path in schemas.write(tmp_path, WORDS)} == TEXTS.keys()
    assert schemas.write(tmp_path, WORDS) == []
    (tmp_path / "rules.schema.json").write_text("{}")
    assert schemas.outdated(tmp_path, WORDS) == ["rules.schema.json"]


@pytest.mark.parametrize("path", DECLARATIONS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_every_declaration_fits(path: Path) -> None:
    assert complaints("source", load_yaml(path)) == []


@pytest.mark.parametrize("path", BASELINES, ids=lambda path: path.parent.name)
def test_every_baseline_fits(path: Path) -> None:
    assert complaints("baseline", load_yaml(path)) == []


@pytest.mark.parametrize("path", sorted(ours("schemas").glob("vocabulary/*.yml")), ids=lambda path: path.stem)
def test_every_vocabulary_fits(path: Path) -> None:
    assert complaints("vocabulary", load_yaml(path)) == []


@pytest.mark.parametrize(
    ("key", "value", "complaint"),
    [
        ("jurisdiction", "Canada", "$.jurisdiction: 'Canada' is not one of"),
        ("titel", "x", "'titel' was unexpected"),
        ("id", "ca/x", "'id' was unexpected"),
        ("rules", [{"topic": "posession_limit"}], "$.rules[0].topic: 'posession_limit' is not one of"),
        ("rules", [{"topic": "plant_limit", "qualifier": {"holder": "cat"}}], "$.rules[0].qualifier.holder: 'cat'"),
        ("rules", [{"topic": "plant_limit", "unit": "stone"}], "$.rules[0].unit: 'stone' is not valid"),
    ],
)
def test_an_editor_marks_what_is_unknown(key: str, value: object, complaint: str) -> None:
    found = complaints("source", {**load_yaml(DECLARATIONS[0]), key: value})
    assert any(complaint in each for each in found), found


def test_every_key_of_a_declaration_is_in_the_schema_and_what_is_documented_is_explained() -> None:
    schema = json.loads(TEXTS["source.schema.json"])
    rule = schema["$defs"]["RuleDeclaration"]["properties"]
    assert schema["properties"].keys() == Source.model_fields.keys() - {"id", "fingerprint"}
    assert rule.keys() == RuleDeclaration.model_fields.keys()
    assert rule["find"]["description"].startswith("The words, with {quantity}")  # written below the field in the code


def test_what_is_printed_fits(tmp_path: Path) -> None:
    key = RuleKey("CA", "possession_limit")
    rules = [sample.version(value, key=replace(key, topic=topic)) for topic, value in VALUES.items()]
    base = sample.version(sample.grams(30), key=replace(key, qualifier="holder=patient"))
    shift = sample.version(sample.grams(60), date(2024, 1, 1), date(2099, 1, 1), key=base.key, status=Status.TEMPORARY)
    base = replace(base, valid=Period(base.valid.start, date(2024, 1, 1)), id="")
    made = (sample.change(None, rules[0]), sample.change(base, shift))
    words = [TextChange(sample.SOURCE, "text", "s. 9", kind, "old words", "new words", sample.NOW) for kind in TextKind]
    database = open_database(f"sqlite:///{tmp_path / 'tracker.db'}")
    with database.write() as conn:
        seen = tuple(sample.sighting(each) for each in (*rules, shift))
        apply_plan(conn, Plan(record=(*rules, base, shift), changes=made, sightings=seen), {}, sample.NOW)
        record_text_changes(conn, "CA", words)
        own = answers.rules(conn, WORDS, answers.Question("CA"), sample.NOW)
        below = answers.rules(conn, WORDS, answers.Question("CA-ON"), sample.NOW)
        changed = answers.changes(conn, WORDS, EVERYTHING, all_text=True)
    database.close()
    assert len(own["rules"]) == 5
    assert own["overlays"][0]["falls_back_to"]["display"] == "30 g"
    assert below["inherited"]
    assert len(changed) == len(made) + len(words)
    for answer in (own, below):
        assert complaints("rules", answer) == []
    assert complaints("changes", changed) == []
    assert complaints("rules", {**own, "more": 1}) == []  # additions are allowed
    assert complaints("rules", {key: each for key, each in own.items() if key != "gaps"}) != []
