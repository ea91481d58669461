"""The recorded acts and ordinances of Germany: every fact that a lawyer found, at its place and with its day.

TRACKER_CORPUS names the folder with the documents; they are not part of this repository.
"""

from __future__ import annotations

import io
import os
import re
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from lxml import etree

from tracker.content import ours
from tracker.domain.change import TextKind
from tracker.domain.provision import Provision, Standing
from tracker.domain.reading import Reading
from tracker.domain.rule import Basis
from tracker.domain.value import to_json
from tracker.extract.compare import text_changes
from tracker.extract.declarations import load_sources, load_vocabulary
from tracker.extract.formats.gii import segment
from tracker.extract.normalise import squeezed
from tracker.extract.read import Page, read
from tracker.services.replay import recordings

CORPUS = os.environ.get("TRACKER_CORPUS")
pytestmark = pytest.mark.skipif(CORPUS is None, reason="TRACKER_CORPUS is not set")

WORDS = load_vocabulary()
DECLARED = load_sources([ours("spiders")], WORDS)
NAMES = ("medcang", "kcang", "amvv", "btmvv", "btmg")
APRIL = date(2024, 4, 1)
MARK = re.compile(r"(?:\(\d+[a-z]*\)|\d+[a-z]*\.|[a-z]{1,3}\)|[-\u2013])*")
"""What a path holds and the words do not."""

PERMIT = {"member": "permit_required"}
CONSUMED = {"state": "set_by_other_instrument", "attrs": {"namely": "§ 5 Abs. 2 KCanG"}}
FACTS: list[tuple[str, str, dict[str, str], dict[str, Any], str, date | None]] = [
    ("medcang", "access_model", {}, {"member": "prescription_only"}, "§ 3 Abs. 1", APRIL),
    (
        "medcang",
        "prescriber_class",
        {},
        {"members": ["not:dentist", "not:veterinarian", "physician_any"]},
        "§ 3 Abs. 1",
        APRIL,
    ),
    ("medcang", "authorisation_route", {}, {"members": ["ordinary_prescription"]}, "§ 3 Abs. 1", APRIL),
    ("medcang", "prescription_format", {}, {"members": ["ordinary"]}, "§ 3 Abs. 1", APRIL),
    ("medcang", "dispensing_channel", {}, {"members": ["community_pharmacy"]}, "§ 3 Abs. 2", APRIL),
    (
        "medcang",
        "cross_border_rule",
        {"actor": "patient_travel"},
        {"member": "allowed_with_limit"},
        "§ 5 Abs. 1 Nr. 3",
        APRIL,
    ),
    ("medcang", "cross_border_rule", {"actor": "commercial_import"}, PERMIT, "§ 12", APRIL),
    ("medcang", "cross_border_rule", {"actor": "commercial_export"}, PERMIT, "§ 12", APRIL),
    ("medcang", "place_of_use", {"route": "smoked"}, CONSUMED, "§ 24", APRIL),
    ("medcang", "place_of_use", {"route": "vaporised"}, CONSUMED, "§ 24", APRIL),
    ("kcang", "adult_use_status", {"age": "age_18_plus"}, {"member": "legal_possession_only"}, "§ 2 Abs. 3", None),
    (
        "kcang",
        "possession_limit",
        {"holder": "adult", "location": "public"},
        {"number": "25", "unit": "g"},
        "§ 3 Abs. 1",
        None,
    ),
    (
        "kcang",
        "possession_limit",
        {"holder": "adult", "location": "home"},
        {"number": "50", "unit": "g"},
        "§ 3 Abs. 2",
        None,
    ),
    ("kcang", "home_cultivation", {"age": "age_18_plus"}, {"member": "allowed_with_conditions"}, "§ 9 Abs. 1", APRIL),
    ("kcang", "plant_limit", {"holder": "adult"}, {"number": "3", "unit": "plant"}, "§ 9 Abs. 1", APRIL),
    ("amvv", "prescription_fill_window", {}, {"iso": "P3M"}, "§ 2 Abs. 5", None),
    ("amvv", "max_supply_per_prescription", {}, {"number": "3", "unit": "refill"}, "§ 4 Abs. 3", None),
    (
        "amvv",
        "reciprocity_visiting_patients",
        {"home_jurisdiction": "eu_eea_ch", "instrument": "prescription"},
        {"member": "full_recognition"},
        "§ 2 Abs. 1a",
        None,
    ),
    (
        "amvv",
        "drug_schedule",
        {"product_class": "cbd_only"},
        {"member": "prescription_medicine"},
        "Anlage 1, Position Cannabidiol",
        None,
    ),
    (
        "btmvv",
        "prescription_format",
        {"product_class": "synthetic"},
        {"members": ["controlled_drug_form"]},
        "§ 8 Abs. 1",
        None,
    ),
    (
        "btmvv",
        "prescription_fill_window",
        {"product_class": "synthetic"},
        {"iso": "P7D"},
        "§ 12 Abs. 1 Nr. 1 Buchst. c",
        None,
    ),
    (
        "btmg",
        "drug_schedule",
        {"product_class": "cannabis"},
        {"member": "prescription_medicine"},
        "Anlage II, Position Δ9-Tetrahydrocannabinol (Δ9-THC)",
        None,
    ),
    (
        "btmg",
        "drug_schedule",
        {"product": "nabilone"},
        {"member": "controlled_high"},
        "Anlage III, Position Nabilon",
        None,
    ),
    (
        "btmg",
        "cross_border_rule",
        {"actor": "patient_travel", "product_class": "controlled_drug"},
        {"member": "allowed_with_limit"},
        "§ 4 Abs. 1 Nr. 4",
        None,
    ),
]
NO_TOPIC = [
    ("§ 25 Abs. 2 Nr. 1 Buchst. a", "30 Gramm"),
    ("§ 25 Abs. 2 Nr. 1 Buchst. b", "60 Gramm"),
    ("§ 25 Abs. 2 Nr. 2 Buchst. a", "25 Gramm"),
    ("§ 25 Abs. 2 Nr. 2 Buchst. b", "50 Gramm"),
    ("§ 25 Abs. 2 Nr. 3", "drei"),
    ("§ 25 Abs. 2", "Buchstabe a und g"),
    ("§ 27 Abs. 2", "dreißigtausend Euro"),
]
"""Facts about punishment: no question that the tracker asks, and words whose changes are told all the same."""


@cache
def files(name: str) -> list[tuple[date, Path]]:
    """The recorded versions of a source's only document, the oldest first."""
    found = recordings(Path(CORPUS or ""), [DECLARED.source(f"de/{name}")]).wanted
    return [(recording.day, recording.path) for recording in found]


@cache
def reading(name: str, number: int = -1) -> Reading:
    """What is read in a version; the newest unless said otherwise."""
    source = DECLARED.source(f"de/{name}")
    day, path = files(name)[number]
    return read(source, [Page("text", source.documents[0].url, "0", path.read_bytes())], day, WORDS)


@pytest.mark.parametrize(("name", "topic", "qualifier", "value", "place", "since"), FACTS)
def test_a_fact_is_read_at_its_place_with_its_day(
    name: str, topic: str, qualifier: dict[str, str], value: dict[str, Any], place: str, since: date | None
) -> None:
    [found] = [a for a in reading(name).assertions if a.key.topic == topic and a.key.qualifiers == qualifier]
    assert value.items() <= to_json(found.value).items()
    assert found.passage.citation == f"{place} {DECLARED.source(f'de/{name}').instrument.short}"
    assert not found.moved
    assert found.effective_on == since
    assert found.basis is (Basis.STATED if since else Basis.FIRST_SEEN)


def test_every_rule_is_among_the_facts() -> None:
    declared = [(name, rule.topic, rule.qualifier) for name in NAMES for rule in DECLARED.source(f"de/{name}").rules]
    assert declared == [(name, topic, qualifier) for name, topic, qualifier, *_ in FACTS]


@pytest.mark.parametrize(("place", "figure"), NO_TOPIC)
def test_what_no_topic_asks_for_stands_at_its_place(place: str, figure: str) -> None:
    assert any(p.citation == place and figure in p.text for p in reading("medcang").provisions)


@pytest.mark.parametrize(("name", "number"), [*((name, 0) for name in NAMES), ("medcang", 1)])
def test_every_version_is_read_whole_and_every_quote_stands_in_it(name: str, number: int) -> None:
    found = reading(name, number)
    assert (found.problems, found.losses, found.repeals) == ((), (), ())
    printed = squeezed("".join(map(str, etree.fromstring(files(name)[number][1].read_bytes()).itertext())))
    assert all(squeezed(each.passage.quote) in printed for each in found.assertions)


@pytest.mark.parametrize(("name", "number"), [*((name, 0) for name in NAMES), ("medcang", 1)])
def test_every_word_of_the_norms_is_in_a_provision_once(name: str, number: int) -> None:
    body = files(name)[number][1].read_bytes()
    at, words = 0, "".join(printed_norms(body))
    for provision in segment(body, "text"):
        if provision.text == provision.heading:  # a norm without words, whose title says that it is gone
            continue
        text = squeezed(provision.text)
        start = words.index(text, at)
        assert MARK.fullmatch(words[at:start]), provision.citation
        at = start + len(text)
    assert not words[at:]


def printed_norms(body: bytes) -> Iterator[str]:
    """The words of all norms but the table of contents, without remarks of the editors."""
    root = etree.fromstring(body)
    etree.strip_elements(root, "TOC", "noindex", "Footnotes", "FnR", with_tail=False)
    for norm in root.iterfind("norm"):
        if norm.findtext("metadaten/enbez") not in (None, "Inhaltsübersicht"):
            for content in norm.iterfind("textdaten/text/Content"):
                yield squeezed("".join(map(str, content.itertext())))


def test_between_the_versions_one_section_changed_and_nothing_else() -> None:
    before, after = reading("medcang", 0), reading("medcang", 1)
    changes = text_changes("de/medcang", "text", before.provisions, after.provisions, datetime(2024, 6, 25, tzinfo=UTC))
    assert [(change.citation, change.kind) for change in changes] == [
        ("§ 25 Abs. 1 Nr. 4", TextKind.TEXT_CHANGED),
        ("§ 25 Abs. 2", TextKind.TEXT_CHANGED),
    ]
    assert "Buchstabe a und h" in changes[1].before
    assert "Buchstabe a und g" in changes[1].after
    one, other = ({each.key: (each.value, each.effective_on) for each in r.assertions} for r in (before, after))
    assert one == other


def test_days_and_standing_are_those_that_the_frames_state() -> None:
    medcang = {p.path[0]: p.dating.effective_on for p in reading("medcang").provisions}
    assert {section for section, since in medcang.items() if since != APRIL} == {"§ 25"}
    kcang = {p.path[0]: (p.dating.effective_on, p.standing) for p in reading("kcang").provisions}
    assert kcang["§ 13"] == (date(2024, 7, 1), Standing.IN_FORCE)
    assert kcang["§ 3"] == kcang["§ 5"] == (None, Standing.IN_FORCE)
    pending = {section for section, (_, standing) in kcang.items() if standing is Standing.PENDING}
    assert pending == {"§ 40", "§ 41", "§ 42"}
    gone = {
        p.citation for name in ("amvv", "btmg") for p in reading(name).provisions if p.standing is Standing.REPEALED
    }
    assert gone >= {"§ 6", "§ 8", "§ 9", "§ 25", "§ 40", "§ 40a", "§ 41", "§ 12 Abs. 1 Nr. 3", "§ 29 Abs. 1 Nr. 4"}


def test_the_archive_that_the_address_serves_is_read_alike_and_in_time() -> None:
    body = max((files(name)[-1][1].read_bytes() for name in NAMES), key=len)
    archive = io.BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as made:
        made.writestr("BJNR106810981.xml", body)
        made.writestr("bild.jpg", b"\xff\xd8")
    started = time.process_time()
    unpacked: list[Provision] = segment(archive.getvalue(), "text")
    assert time.process_time() - started < 0.5
    assert unpacked == segment(body, "text")
