"""The recorded chapter of the Iowa Code is read whole: every fact that a lawyer found in it, at its place.

TRACKER_CORPUS names the folder with the documents; they are not part of this repository.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.law import iowa
from tracker.content import ours
from tracker.domain.provision import Standing
from tracker.domain.rule import Assertion
from tracker.domain.value import to_json
from tracker.extract.compare import text_changes
from tracker.extract.declarations import load_sources, load_vocabulary
from tracker.extract.formats.rtf import segment
from tracker.extract.normalise import squeezed
from tracker.extract.read import Page, read
from tracker.services.replay import recordings

CORPUS = os.environ.get("TRACKER_CORPUS")
pytestmark = pytest.mark.skipif(CORPUS is None, reason="TRACKER_CORPUS is not set")

WORDS = load_vocabulary()
SOURCE = load_sources([ours("spiders")], WORDS).source("us-ia/chapter-124e")
CAP = {"type": "quantity", "number": "4.5", "unit": "g", "bound": "max", "period": "P90D", "basis": "total THC"}
FACTS: list[tuple[str, dict[str, str], dict[str, Any], str]] = [
    ("supply_limit", {"cannabinoid": "thc"}, CAP, "124E.9(14)"),
    (
        "supply_limit",
        {"cannabinoid": "thc", "cohort": "practitioner_exception"},
        {"state": "practitioner_determined"},
        "124E.9(15)(b)",
    ),
    (
        "registration_fee",
        {"cohort": "standard", "instrument": "card"},
        {"type": "money", "amount": "100", "currency": "USD"},
        "124E.4(1)(e)",
    ),
    ("registration_fee", {"cohort": "low_income", "instrument": "card"}, {"amount": "25"}, "124E.4(1)(e)"),
    ("registration_fee", {"cohort": "caregiver", "instrument": "card"}, {"amount": "25"}, "124E.4(3)(c)"),
    ("authorisation_validity", {"instrument": "card"}, {"type": "duration", "iso": "P1Y"}, "124E.4(5)"),
    ("follow_up_requirement", {}, {"iso": "P1Y"}, "124E.3(2)(a)"),
    ("reciprocity_visiting_patients", {}, {"member": "possession_only"}, "124E.18"),
]


def body() -> bytes:
    (recorded,) = recordings(Path(CORPUS or ""), [SOURCE]).wanted
    return recorded.path.read_bytes()


@pytest.fixture(scope="module")
def assertions() -> list[Assertion]:
    reading = read(SOURCE, [Page("text", SOURCE.documents[0].url, "0", body())], date(2026, 12, 31), WORDS)
    assert (reading.problems, reading.losses, reading.repeals) == ((), (), ())
    return list(reading.assertions)


@pytest.mark.parametrize(("topic", "qualifier", "value", "place"), FACTS)
def test_a_fact_is_read_at_its_place(
    assertions: list[Assertion], topic: str, qualifier: dict[str, str], value: dict[str, Any], place: str
) -> None:
    (found,) = [each for each in assertions if each.key.topic == topic and each.key.qualifiers == qualifier]
    assert value.items() <= to_json(found.value).items()
    assert found.passage.citation == f"Iowa Code § {place}"
    assert not found.moved
    assert found.effective_on is None, "the chapter states no dates"


def test_every_rule_is_read_and_every_quote_stands_in_the_file(assertions: list[Assertion]) -> None:
    assert len(assertions) == len(SOURCE.rules)
    words = squeezed(iowa.printed(body()))
    for each in assertions:
        assert squeezed(each.passage.quote) in words, each.key


def test_the_chapter_is_cut_where_lawyers_cite_it() -> None:
    found = segment(body(), "text")
    assert len({provision.path[0] for provision in found}) == 26
    assert {provision.standing for provision in found} == {Standing.IN_FORCE}
    assert len({provision.path for provision in found}) == len(found)
    citations = {provision.citation for provision in found}
    assert {"§ 124E.2(2)(g)(3)", "§ 124E.11(1)(b)(1)(e)", "§ 124E.5(1)(d)", "§ 124E.26"} <= citations


def test_nothing_but_law_is_in_it() -> None:
    text = " ".join(provision.text for provision in segment(body(), "text"))
    for other in ("Acts, ch", "Referred to in", "CHAPTER", "HYPERLINK", "\\", "?", "\u00a0", "stylerid"):
        assert other not in text
    (telemedicine,) = [p.text for p in segment(body(), "text") if p.citation == "§ 124E.3(4)"]
    assert telemedicine.endswith(" 653 IAC 13.11(7).")


def test_it_takes_well_under_a_second() -> None:
    recorded = body()
    started = time.process_time()
    segment(recorded, "text")
    assert time.process_time() - started < 0.5


def test_history_headnotes_and_links_change_no_word() -> None:
    """The same chapter in the next edition, with another act in its history and another headnote."""
    before = segment(body(), "text")
    edited = (
        body()
        .replace(b"2017 Acts, ch 162, \\'a712, 25", b"2017 Acts, ch 162, \\'a712, 25; 2026 Acts, ch 1001, \\'a71")
        .replace(b"Expiration date of card.", b"Expiration.")
        .replace(b"{\\'a7124E.11}", b"{\\'a7124E.11, 124E.99}")
        .replace(b"docs/ACO/rule/653", b"docs/ACO/rule/other/653")
    )
    assert edited != body()
    after = segment(edited, "text")
    assert text_changes(SOURCE.id, "text", before, after, datetime(2027, 1, 2, tzinfo=UTC)) == []
