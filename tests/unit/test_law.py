"""The invented law is well formed, of real size, the same for the same seed, and as ill as it says."""

from __future__ import annotations

import csv
import re
from datetime import date
from functools import cache
from html import unescape
from itertools import pairwise
from pathlib import Path
from typing import cast
from xml.etree import ElementTree

import pytest

from tests.law import arcadia, arcadia_text, facts, manifest, pages
from tests.law.facts import Edition, Fact, Since, Trouble
from tests.law.history import UNKNOWN_SPELLS, canada_like, dc_like, differences, page_like
from tests.law.sentences import ARCADIA, BOREALIA, CALDERA
from tracker.domain.change import Kind
from tracker.domain.value import from_json, to_json

LIMS = "{http://justice.gc.ca/lims}"


@cache
def histories() -> tuple[list[Edition], ...]:
    return canada_like(1, 60, ("en", "fr")), dc_like(1), page_like(1)


def edition(jurisdiction: str, day: str) -> Edition:
    history = histories()[("XA", "XB", "XC").index(jurisdiction)]
    return next(found for found in history if found.date == date.fromisoformat(day))


def root(content: bytes) -> ElementTree.Element:
    return ElementTree.fromstring(content)  # our own bytes


def words(content: bytes) -> str:
    """The text of a document, markup and white space folded away."""
    if content.lstrip().startswith(b"<!DOCTYPE"):
        main = re.search(r"<(main|article)\b.*</\1>", content.decode(), re.S)
        assert main, "no text"
        blocks = re.sub(r"</?(?:strong|a|span)\b[^>]*>", "", main[0])
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", blocks)).split())
    return " ".join(" ".join(root(content).itertext()).split())


def section(content: bytes, number: str) -> str:
    """The words of one section in the body of a regulation."""
    found = [part for part in root(content).findall("Body/Section") if part.findtext("Label") == number]
    assert len(found) == 1
    return " ".join(" ".join(found[0].itertext()).split())


def test_the_big_regulation_has_the_size_of_the_real_one() -> None:
    fillers = {"en": arcadia_text.fillers(1, 480, "en")}
    content = arcadia_text.documents(arcadia.State(date(2021, 2, 10)), fillers)["regulations"]
    assert 1_000_000 < len(content) < 1_600_000
    assert len(root(content).findall("Body/Section")) == 480


@pytest.mark.parametrize("number", [0, 1])
def test_every_xml_document_is_well_formed(number: int) -> None:
    for found in histories()[number]:
        for content in found.documents.values():
            root(content)


def test_a_seed_names_the_bytes() -> None:
    for first, again in zip(histories(), (canada_like(1, 60), dc_like(1), page_like(1)), strict=True):
        for one, same in zip(first, again, strict=True):
            assert same.documents.items() <= one.documents.items()
    for first, other in zip(histories()[1:], (dc_like(2), page_like(2)), strict=True):
        assert [found.facts for found in first] == [found.facts for found in other]
        for name in first[0].documents.keys() - {"index"}:
            assert first[0].documents[name] != other[0].documents[name]
    assert arcadia_text.fillers(1, 60, "en") != arcadia_text.fillers(2, 60, "en")


def test_values_and_kinds_are_those_of_the_product() -> None:
    for history in histories():
        for found in history:
            values = [fact.value for fact in found.facts]
            assert all(to_json(from_json(value)) == value for value in values)
            assert {change.kind for change in found.changes} <= set(Kind)


def test_facts_change_only_where_the_class_says_so() -> None:
    for history in histories():
        assert [found.date for found in history] == sorted({found.date for found in history})
        for before, after in pairwise(history):
            changed = [change for change in differences(before.facts, after.facts) if change.before != change.after]
            assert bool(changed) == (after.since_previous is Since.REAL)
            assert all(change.required for change in after.changes) or after.since_previous is not Since.REAL


def test_every_topic_of_the_vocabulary_stands_somewhere() -> None:
    topics = {fact.topic for history in histories() for fact in history[0].facts}
    assert topics == {
        "authorisation_validity",
        "caregiver_limit",
        "minor_access",
        "plant_limit",
        "possession_limit",
        "prescriber_class",
        "product_equivalency",
        "qualifying_conditions",
        "reciprocity_visiting_patients",
    }


def test_labelled_elements_carry_dates_and_ids() -> None:
    content = edition("XA", "2022-05-18").documents["regulations"]
    assert content.startswith(b"\xef\xbb\xbf<?xml")
    tree = root(content)
    assert tree.get("in-force") == "yes"
    assert tree.get(f"{LIMS}current-date") == "2022-05-18"
    for name in ("Section", "Subsection", "Paragraph", "Definition", "Heading", "TableGroup", "HistoricalNoteSubItem"):
        found = tree.find(f".//{name}")
        assert found is not None
        assert {f"{LIMS}inforce-start-date", f"{LIMS}fid", f"{LIMS}id"} <= found.attrib.keys()
    rows = {" ".join(row.itertext()): row.get(f"{LIMS}inforce-start-date") for row in tree.iterfind(".//tbody/row")}
    assert rows["4 infused drinks 600 g"] == "2022-05-02"
    assert rows["1 dried cannabis 1 g"] is None


def test_noise_changes_no_word() -> None:
    # build dates are words too, but not of the law
    quiet = [("XA", "2021-02-10", "2021-04-21", "regulations"), ("XC", "2021-01-20", "2021-03-03", "limits")]
    quiet += [("XB", "2021-05-18", "2021-06-22", "9-402.01"), ("XC", "2023-02-07", "2023-05-16", "patients")]
    for jurisdiction, first, second, name in quiet:
        before, after = (edition(jurisdiction, day).documents[name] for day in (first, second))
        assert before != after
        if jurisdiction == "XA":
            assert section(before, "40") == section(after, "40")
        else:
            assert words(before) == words(after)


def test_cosmetic_editions_change_typography_only() -> None:
    before, after = (words(edition("XB", day).documents["9-402.05"]) for day in ("2021-09-14", "2021-11-09"))
    assert "60-day" in before
    assert "sixty (60) day" in after
    assert before.replace("60-day", "sixty (60) day") == after.replace("’", "'")
    before, after = (words(edition("XC", day).documents["patients"]) for day in ("2021-03-03", "2021-05-12"))
    assert '"bridge period"' in before
    assert "“bridge period”" in after
    before, after = (words(edition("XA", day).documents["regulations"]) for day in ("2021-04-21", "2021-07-07"))
    assert "recrods" in before
    assert "recrods" not in after


def test_pending_words_stand_outside_the_law_and_then_in_it() -> None:
    pending, in_force = edition("XA", "2021-10-20"), edition("XA", "2022-02-02")
    cap = ARCADIA["possession_cap"]
    assert cap.format(quantity="150 g") in section(pending.documents["regulations"], "40")
    nif = root(pending.documents["regulations"]).find("Schedule[@id='NifProvs']")
    assert nif is not None
    assert cap.format(quantity="200 g") in "".join(nif.itertext())
    assert not nif.findall(f".//*[@{LIMS}id]")
    tree = root(in_force.documents["regulations"])
    assert tree.find("Schedule[@id='NifProvs']") is None
    related = tree.find("Schedule[@id='RelatedProvs']")
    assert related is not None
    assert cap.format(quantity="150 g") in "".join(related.itertext())
    assert cap.format(quantity="200 g") in section(in_force.documents["regulations"], "40")


def test_sections_are_renumbered_and_a_sentence_moves() -> None:
    before, split, moved = (
        edition("XA", day).documents["regulations"] for day in ("2022-05-18", "2022-09-07", "2022-12-14")
    )
    assert section(before, "40").replace("40", "41", 1) == section(split, "41")
    patients = ARCADIA["patients"].format(number="three")
    assert patients in section(before, "47")
    assert patients in section(split, "48")
    assert patients not in section(moved, "48")
    assert patients in section(moved, "50")


def test_repealed_and_expired_words_are_still_printed() -> None:
    last = edition("XA", "2024-01-17")
    text = words(last.documents["regulations"])
    assert "[Repealed, AR/2023-40, s. 2]" in text
    assert "until October 1, 2020." in text
    assert "[Abrogé, AR/2023-40, art. 2]" in words(last.documents["reglement-fr"])
    former = root(last.documents["former-regulations"])
    assert former.get("in-force") == "yes"
    assert {(part.findtext("Text/Repealed") or "")[:9] for part in former.findall("Body/Section")} == {"[Repealed"}


def test_a_rewritten_chapter_keeps_its_rules() -> None:
    before, after = (edition("XB", day) for day in ("2022-07-12", "2022-09-06"))
    assert before.facts == after.facts
    assert "marijuana" in words(before.documents["9-402.03"])
    assert not re.search("marijuana|BHA", "".join(words(content) for content in after.documents.values()), re.I)
    assert "Directorate" not in words(edition("XA", "2023-03-08").documents["regulations"])


def test_temporary_law_starts_extends_lapses_and_returns() -> None:
    ends = {}
    for found in histories()[1]:
        text = words(found.documents["9-402.03"])
        banners = re.findall(
            r"amendments by (emergency|temporary) legislation that will expire on (\w+ \d+, \d{4})", text
        )
        limit = next(fact for fact in found.facts if fact.topic == "possession_limit")
        ounces = cast("str", limit.value["number"])
        sentence = BOREALIA["possession"].format(quantity=f"{ounces} ounces")
        assert sentence in text.replace("cannabis", "marijuana")
        assert bool(banners) == (limit.until is not None) == (ounces == "6")
        ends[str(found.date)] = [day for _, day in banners]
    assert ends["2021-05-18"] == ["August 4, 2021"]
    assert ends["2021-09-14"] == ["March 10, 2022"]
    assert ends["2022-04-05"] == []
    assert ends["2022-05-03"] == ["July 20, 2022"]
    assert ends["2023-02-28"] == ["February 15, 2023", "May 15, 2023"]
    started = edition("XB", "2021-05-18")
    assert "3 ounces" in words(started.documents["9-402.03(Perm)"])
    eff = {note.get("eff") for note in root(started.documents["9-402.03"]).iter() if note.tag.endswith("annotation")}
    assert "2021-05-06" in eff
    assert [(change.kind, change.valid_from, change.until) for change in started.changes] == [
        ("temporary_started", date(2021, 5, 6), date(2021, 8, 4))
    ] * 2
    assert all(end < known for _, end, known in UNKNOWN_SPELLS)


def test_a_file_vanishes_and_comes_back() -> None:
    before, gone, back = (edition("XB", day) for day in ("2022-05-03", "2022-06-07", "2022-06-28"))
    assert "9-402.08" not in gone.documents
    assert b"9-402.08" not in gone.documents["index"]
    assert gone.troubles == {"9-402.08": Trouble.VANISHED}
    assert gone.urls["9-402.08"].endswith("/sections/9-402.08.xml")
    assert back.documents == before.documents
    assert gone.facts == before.facts


def test_pages_fail_in_every_way() -> None:
    troubles = {
        (str(found.date), name): trouble for found in histories()[2] for name, trouble in found.troubles.items()
    }
    assert set(troubles.values()) == set(Trouble) - {Trouble.VANISHED}
    good = words(edition("XC", "2022-07-05").documents["limits"])
    assert CALDERA["caregivers"].format(number="two") in good
    for (day, name), trouble in troubles.items():
        content = edition("XC", day).documents[name].decode()
        if trouble is Trouble.REDESIGN:
            assert "<main" not in content
        elif trouble is Trouble.TRUNCATED:
            assert "</main>" not in content
            assert "caregivers" not in content
        else:
            assert "multiple sclerosis" not in content.lower()
            assert "90 g" not in content
    assert "captcha" in pages.challenge(pages.Frame("Site", date(2022, 1, 1))).decode()


def test_list_items_are_split_over_elements() -> None:
    whole, split = (edition("XC", day).documents["patients"] for day in ("2021-05-12", "2021-08-18"))
    assert b"<li>Multiple sclerosis</li>" in whole
    assert b"<li>Multiple sclerosis</li>" not in split
    assert "Multiple sclerosis" in words(split)
    nested = edition("XA", "2023-09-13").documents["regulations"]
    assert "chemotherapy-induced (i) nausea and (ii) vomiting" in section(nested, "30")


def test_the_manifest_lists_what_changed(tmp_path: Path) -> None:
    paths = manifest.write(tmp_path, histories())
    with (tmp_path / "MANIFEST.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    assert [tmp_path / row["path"] for row in rows] == paths
    assert {row["jurisdiction"] for row in rows} == {"XA", "XB", "XC"}
    hosts = {row["live_url"].split("/")[2] for row in rows}
    assert hosts == {"laws.arcadia.example", "code.borealia.example", "health.caldera.example"}
    visitors = [row["version_date"] for row in rows if row["live_url"].endswith("9-402.08.xml")]
    assert "2022-06-07" not in visitors
    assert (tmp_path / rows[-1]["path"]).read_bytes() == histories()[2][-1].documents["patients"]


def test_agrees_judges_only_what_is_expected() -> None:
    limit = facts.smaller_of(facts.multiple("30", "daily_quantity"), facts.quantity("150", "g"))
    assert facts.agrees(limit, {**limit, "bound": "max"})
    assert not facts.agrees(limit, facts.quantity("150", "g"))
    assert not facts.agrees(limit, None)
    assert facts.agrees(None, None)


def test_differences_name_what_was_added_and_repealed() -> None:
    fact = Fact("plant_limit", {}, facts.quantity("4", "plant"), "s. 1", date(2020, 1, 1))
    assert [change.kind for change in differences([], [fact])] == ["rule_added"]
    assert [change.kind for change in differences([fact], [])] == ["rule_repealed"]
