"""The second coding was independent, is complete, and what it corrected is corrected."""

from __future__ import annotations

import pytest

from tests.coding import Row, report, rows, values
from tracker.content import ours
from tracker.domain.rule import Version
from tracker.domain.value import Value
from tracker.extract.baselines import load_baselines
from tracker.extract.coded_values import value_of
from tracker.extract.declarations import load_vocabulary

WORDS = load_vocabulary()
CODED = [version for baseline in load_baselines(WORDS, [ours("spiders")]).found for version in baseline.coded]
DIFFERED = ("first", "second", "removed")


def test_a_fifth_was_coded_twice() -> None:
    assert len(rows()) >= 0.18 * len(CODED)
    assert len({row["jurisdiction"] for row in rows()}) >= 60


def test_the_agreement_is_what_the_readme_says() -> None:
    assert report() in " ".join((ours("spiders") / "README.md").read_text("utf-8").split())
    assert values(rows()).agreed >= 0.85 * len(rows())


@pytest.mark.parametrize("verdict", DIFFERED)
def test_every_difference_is_resolved_in_writing(verdict: str) -> None:
    for row in rows():
        if row["verdict"] == verdict:
            assert row["why"].endswith("."), row


def test_the_baselines_say_what_was_resolved() -> None:
    for row in rows():
        wanted = row["second" if row["verdict"] == "second" else "first"]
        held = _same_passage(row, wanted["qualifier"])
        if row["verdict"] == "removed":
            assert not held, row
        elif held:
            assert _plain(held[0].value) == _plain(value_of(wanted["value"], WORDS.topic(row["topic"]), WORDS)), row


def _same_passage(row: Row, qualifier: dict[str, str]) -> list[Version]:
    """The coded values that still rest on the passages of a row; others have been read in a newer text since."""
    return [
        version
        for version in CODED
        if (version.key.jurisdiction, version.key.topic) == (row["jurisdiction"], row["topic"])
        and version.key.qualifiers in (row["first"]["qualifier"], qualifier)
        and version.coding is not None
        and [mark.sha256[:16] for mark in version.coding.passages] == row["passage"]
    ]


def _plain(value: Value) -> Value:
    return value.model_copy(update={"attrs": {}})
