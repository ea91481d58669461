"""Files that are no declarations, or wrong in ways that only show when they are used."""

from __future__ import annotations

from pathlib import Path

import pytest

from tracker.extract.declarations import load_sources

GOOD = """\
title: Rules
jurisdiction: CA
publisher: {name: Test ministry, official: true}
instrument: {title: Rules, short: Rules, type: regulation}
spider: page
format: lims
language: en
documents: [{id: rules, url: "https://law.example/rules.xml"}]
schedule: 41 4 * * mon-fri
access: {licence: own, terms: own, tried_live: never}
rules:
  - {topic: possession_limit, at: s. 1, find: no more than {quantity} of dried}
""".replace("no more than {quantity} of dried", '"no more than {quantity} of dried"')


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (GOOD.replace("41 4", "61 4"), "minute must be from 0 to 59"),
        (GOOD.replace("41 4 *", "41 4 0"), "day of the month must be from 1 to 31"),
        (GOOD.replace("41 4", "41 20-4"), "names nothing"),
        (GOOD.replace("spider: page", "spider: pge"), "Did you mean 'page'"),
        ("a: &x [*x]\n", "aliases"),
    ],
)
def test_a_wrong_declaration_is_named_and_the_others_load(tmp_path: Path, wrong: str, said: str) -> None:
    folder = tmp_path / "ca"
    folder.mkdir()
    (folder / "good.yml").write_text(GOOD, "utf-8")
    (folder / "wrong.yml").write_text(wrong, "utf-8")
    found = load_sources([tmp_path])
    assert set(found.sources) == {"ca/good"}
    (problem,) = found.problems
    assert said in str(problem)
    assert "wrong.yml" in str(problem)


def test_a_file_that_cannot_be_read_is_named_and_an_editor_s_lock_is_no_declaration(tmp_path: Path) -> None:
    folder = tmp_path / "ca"
    folder.mkdir()
    (folder / "good.yml").write_text(GOOD, "utf-8")
    (folder / ".#good.yml").symlink_to("nobody@nowhere.1")
    (folder / "gone.yml").symlink_to("nowhere.yml")
    found = load_sources([tmp_path])
    assert set(found.sources) == {"ca/good"}
    (problem,) = found.problems
    assert "gone.yml: cannot be read" in str(problem)
