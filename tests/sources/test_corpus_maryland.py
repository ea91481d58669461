"""What a lawyer finds in the recorded chapters of COMAR is read there; what only looks different is silent.

TRACKER_CORPUS names the folder with the documents; they are not part of this repository.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.sources.test_corpus_facts import SOURCES, readings
from tracker.domain.change import TextKind
from tracker.domain.reading import Reading
from tracker.domain.rule import Assertion, Basis
from tracker.domain.source import Html
from tracker.domain.value import to_json
from tracker.extract.compare import text_changes
from tracker.extract.formats import comar, html
from tracker.extract.normalise import comparable

CORPUS = os.environ.get("TRACKER_CORPUS")
pytestmark = pytest.mark.skipif(CORPUS is None, reason="TRACKER_CORPUS is not set")

FOLDER = Path(CORPUS or "") / "us-md"
APRIL, MAY = date(2025, 4, 14), date(2025, 5, 26)
PAGE = Html(content="#area__content", section="h1, h2, h3, .h__section")
CONDITIONS = [
    "anorexia_appetite", "cachexia", "chronic_pain", "comparable_condition", "epilepsy", "glaucoma", "muscle_spasms",
    "nausea", "palliative_hospice", "ptsd",
]  # fmt: skip
ENUM, USD = {"type": "enum", "state": "stated"}, {"type": "money", "state": "stated", "currency": "USD"}
AMOUNT, MEMBERS = {"type": "quantity", "state": "stated"}, {"type": "set", "state": "stated"}

FACTS = [
    (
        "prescriber_registration",
        "",
        {**ENUM, "member": "registration", "attrs": {"validity": "P2Y"}},
        "04.01C(1)",
        APRIL,
    ),
    (
        "qualifying_conditions",
        "list_role=regulatory",
        {**MEMBERS, "members": CONDITIONS, "attrs": {"list_type": "open"}},
        "04.01A(2)",
        APRIL,
    ),
    ("registration_requirement", "", {**ENUM, "member": "mandatory_registry"}, "04.02B(1)", APRIL),
    (
        "caregiver_limit",
        "age=adult;direction=caregivers_per_patient",
        {**AMOUNT, "number": "2", "unit": "person", "bound": "max"},
        "04.02C(1)(a)",
        APRIL,
    ),
    (
        "caregiver_limit",
        "age=under_18;direction=caregivers_per_patient",
        {**AMOUNT, "number": "4", "unit": "person", "bound": "max"},
        "04.02C(1)(b)",
        APRIL,
    ),
    ("registration_fee", "cohort=low_income;instrument=card", {**USD, "amount": "0"}, "04.02G(2)", APRIL),
    ("registration_fee", "cohort=veteran;instrument=card", {**USD, "amount": "0"}, "04.02G(2)", APRIL),
    ("prescriber_relationship", "", {**ENUM, "member": "bona_fide"}, "04.03A(1)(b)(i)", APRIL),
    (
        "prescriber_class",
        "",
        {**MEMBERS, "members": ["dentist", "nurse_practitioner", "physician_any", "podiatrist"]},
        "04.03A(3)(a)",
        APRIL,
    ),
    (
        "supply_limit",
        "cohort=practitioner_exception",
        {"type": "none", "state": "practitioner_determined"},
        "04.03A(4)",
        APRIL,
    ),
    ("supply_limit", "", {**AMOUNT, "number": "30", "unit": "day_of_supply", "bound": "max"}, "12.04A(4)(a)", MAY),
    (
        "follow_up_requirement",
        "",
        {
            "type": "duration",
            "state": "stated",
            "iso": "P365D",
            "attrs": {"by": "certifying provider", "content": "full assessment before a renewal"},
        },
        "04.03B(4)",
        APRIL,
    ),
    ("telehealth_authorisation", "encounter=renewal", {**ENUM, "member": "allowed"}, "04.03B(5)", APRIL),
    ("tax_treatment", "", {**ENUM, "member": "exempt"}, "04.08", APRIL),
    ("registration_fee", "instrument=card", {**USD, "amount": "25"}, "21.02D(1)", MAY),
    ("registration_fee", "instrument=replacement_card", {**USD, "amount": "50"}, "21.02D(2)", MAY),
    (
        "supply_limit",
        "age=age_21_plus;form=usable",
        {**AMOUNT, "number": "1.5", "unit": "oz", "bound": "max", "period": "P1D"},
        "12.04B(7)",
        MAY,
    ),
    ("minor_access", "age=under_18", {**ENUM, "member": "allowed_with_guardian"}, "01.01B(43)(b)", APRIL),
]


@pytest.fixture(scope="module")
def read() -> list[tuple[date, Reading]]:
    """The whole subtitle on each day on which a chapter was recorded."""
    return [(day, reading) for day, _, reading in readings(SOURCES["us-md/comar-14.17"])]


def bodies(pattern: str) -> list[Path]:
    return sorted(FOLDER.glob(pattern))


def of(reading: Reading, topic: str, qualifier: str) -> Assertion:
    (found,) = [a for a in reading.assertions if (a.key.topic, a.key.qualifier) == (topic, qualifier)]
    return found


@pytest.mark.parametrize(("topic", "qualifier", "value", "citation", "effective"), FACTS)
def test_every_fact_that_has_a_topic_is_read(
    read: list[tuple[date, Reading]], topic: str, qualifier: str, value: object, citation: str, effective: date
) -> None:
    assert [day for day, _ in read] == [date(2025, 11, 6), date(2026, 2, 19)]
    for _, reading in read:
        found = of(reading, topic, qualifier)
        assert to_json(found.value) == value
        assert found.passage.citation == f"COMAR 14.17.{citation}"
        assert (found.effective_on, found.basis) == (effective, Basis.LAST_AMENDED)
        assert not found.endings


def test_quotes_of_another_kind_are_no_change_of_the_law(read: list[tuple[date, Reading]]) -> None:
    (_, before), (_, after) = read
    assert before.provisions != after.provisions
    now = datetime(2026, 2, 19, tzinfo=UTC)
    changes = text_changes("us-md/comar-14.17", "14.17.22", before.provisions, after.provisions, now)
    assert {change.kind for change in changes} == {TextKind.EDITORIAL}
    assert [(a.key, a.value) for a in before.assertions] == [(a.key, a.value) for a in after.assertions]


@pytest.mark.parametrize("folder", bodies("html-*"), ids=lambda path: path.name)
def test_pages_that_differ_in_nothing_but_their_frame_are_silent(folder: Path) -> None:
    """They are read here only: the publisher asks that its site be left alone, so that no declaration reads it."""
    before, after = (html.segment(path.read_bytes(), "page", PAGE) for path in sorted(folder.glob("*.html")))
    assert before
    assert not text_changes("x", "page", before, after, datetime(2025, 11, 12, tzinfo=UTC))


@pytest.mark.parametrize("folder", bodies("html-14.17.*.*"), ids=lambda path: path.name)
def test_the_site_said_the_same_in_november_as_the_base_text(folder: Path) -> None:
    """So no issue of the register before had amended these regulations."""
    regulation = folder.name.removeprefix("html-")
    chapter = regulation.rpartition(".")[0]
    page = html.segment((folder / "2025-11-12.html").read_bytes(), "page", PAGE)
    printed = comparable(" ".join(p.text for p in page)).replace(" ", "")
    provisions = comar.segment((FOLDER / f"comar-{chapter}/2025-11-06.xml").read_bytes(), chapter)
    own = [p for p in provisions if p.path[0] == regulation]
    assert own
    assert [p.citation for p in own if comparable(p.text).replace(" ", "") not in printed] == []


def test_the_largest_chapter_is_read_in_well_under_a_second() -> None:
    largest = max(bodies("comar-*/*.xml"), key=lambda path: path.stat().st_size)
    body, started = largest.read_bytes(), time.process_time()
    assert comar.segment(body, largest.parent.name.removeprefix("comar-"))
    assert time.process_time() - started < 0.3
