"""Every declaration has an example, and reads in it what a person found there."""

from __future__ import annotations

import re
import time
from pathlib import Path

import pytest

from tests.law import iowa
from tracker.content import ours
from tracker.domain.source import Access, Expect, Html, Index, Instrument, Pdf, RuleDeclaration, Source
from tracker.extract.declarations import load_sources, load_vocabulary
from tracker.extract.normalise import squeezed
from tracker.services.check import CheckResult, check_example, coded_from, examples
from tracker.services.expected import NAME, load_expected

ROOT = ours("spiders")
WORDS = load_vocabulary()
DECLARED = load_sources([ROOT], WORDS)
EXAMPLES = [(source, folder) for source in DECLARED.sources.values() for folder in examples(source.id, [ROOT])]
IDS = [f"{source.id}-{folder.name}" for source, folder in EXAMPLES]

_SECONDS = 1.0
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ASIDE = re.compile(r"<(MarginalNote|Footnote|HistoricalNote)\b.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]+>")


def _printed(path: Path) -> str:
    if path.suffix == ".rtf":
        return iowa.printed(path.read_bytes())
    return _TAG.sub(" ", _ASIDE.sub(" ", _COMMENT.sub(" ", path.read_text("utf-8"))))


def check(source_id: str, folder: Path) -> CheckResult:
    return check_example(DECLARED.source(source_id), folder, WORDS)


def test_every_declaration_can_be_used() -> None:
    assert [str(problem) for problem in DECLARED.problems] == []
    assert DECLARED.sources


@pytest.mark.parametrize("source_id", DECLARED.sources)
def test_every_declaration_has_an_example_and_its_own_example_reads_every_rule(source_id: str) -> None:
    found = [check(source_id, folder) for folder in examples(source_id, [ROOT])]
    assert found, "save a version of its documents beside it, in <name>.examples/<day>/"
    read = {(a.topic, str(a.qualifier)) for result in found for a in result.answers if not a.missing}
    declared = {(rule.topic, str(rule.qualifier)) for rule in DECLARED.source(source_id).rules if rule.until is None}
    assert declared <= read


@pytest.mark.parametrize(("source", "folder"), EXAMPLES, ids=IDS)
def test_an_example_gives_what_is_expected_in_less_than_a_second(source: Source, folder: Path) -> None:
    coded = coded_from(source, [ROOT], WORDS)
    started = time.process_time()  # of this process alone: other tests may run beside it
    result = check_example(source, folder, WORDS, coded)
    taken = time.process_time() - started
    assert list(result.problems) == []
    assert taken < _SECONDS


@pytest.mark.parametrize(("source", "folder"), EXAMPLES, ids=IDS)
def test_every_quote_is_printed_in_the_example(source: Source, folder: Path) -> None:
    printed = [squeezed(_printed(path)) for path in folder.iterdir() if path.name != NAME]
    for rule in load_expected(folder / NAME).rules:
        assert rule.absent or any(squeezed(rule.quote or "?") in text for text in printed), rule.topic


@pytest.mark.parametrize(("source", "folder"), EXAMPLES, ids=IDS)
def test_an_example_says_that_it_is_not_the_law(source: Source, folder: Path) -> None:
    for path in folder.iterdir():
        if path.name != NAME:
            assert re.search(r"not the law|pas la loi", path.read_text("utf-8")), path


@pytest.mark.parametrize(
    ("one", "other"),
    [("ca/cannabis-act", "ca/loi-sur-le-cannabis"), ("ca/cannabis-regulations", "ca/reglement-sur-le-cannabis")],
)
def test_both_languages_of_a_law_say_the_same(one: str, other: str) -> None:
    days = [folder.name for folder in examples(one, [ROOT])]
    assert days == [folder.name for folder in examples(other, [ROOT])]
    for day in days:
        in_one, in_other = (
            {(a.topic, str(a.qualifier)): a.display for a in check(source, ROOT / f"{source}.examples" / day).answers}
            for source in (one, other)
        )
        assert in_one == in_other


def test_pending_repealed_and_expired_words_are_not_read() -> None:
    folder = ROOT / "ca/cannabis-regulations.examples/2024-12-23"
    text = (folder / "text.xml").read_text("utf-8")
    assert "999 g" in text
    assert "six months more" in text
    shown = [f"{answer.display} {answer.quote}" for answer in check("ca/cannabis-regulations", folder).answers]
    assert not [line for line in shown if "999" in line or "months" in line or "Repealed" in line]


README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"```(html|yaml)\n(.*?)```", README, re.DOTALL))


def test_the_readme_reads_its_page_as_it_says(tmp_path: Path) -> None:
    example = tmp_path / "nl/example.examples/2026-04-01"
    example.mkdir(parents=True)
    (example / "text.html").write_text(BLOCKS["html"], "utf-8")
    (tmp_path / "nl/example.yml").write_text(BLOCKS["yaml"], "utf-8")
    declared = load_sources([tmp_path], WORDS)
    assert [str(problem) for problem in declared.problems] == []
    source = declared.source("nl/example")
    result = check_example(source, example, WORDS)
    assert [problem for problem in result.problems if not problem.endswith("read it, then run again.")] == []
    table = README.split("| rule | read as |\n|---|---|\n")[1].split("\n\n")[0]
    said = [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table.splitlines()]
    assert said == [(answer.name, answer.display or "-") for answer in result.answers]
    assert check_example(source, example, WORDS).ok


def test_the_readme_names_every_key_and_every_source_that_was_never_tried() -> None:
    for model in (Source, RuleDeclaration, Html, Pdf, Index, Access, Expect, Instrument):
        for key in model.model_fields:
            assert f"`{key}" in README or re.search(rf"\b{key}\b", README) or key == "fingerprint", key
    for source in DECLARED.sources.values():
        assert source.access.tried_live != "never" or source.id in README
