"""What a release knows before any crawl: every value with its text and its age, every mistake with line and fix."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tests.unit.chronicle import words
from tracker.domain.baseline import Baseline
from tracker.domain.coding import Confidence, Fingerprint
from tracker.domain.partial import PartialDate
from tracker.domain.period import Period
from tracker.domain.rule import Basis, Level, RuleKey, Status, Version
from tracker.domain.value import MemberSet, Quantity
from tracker.errors import DeclarationError
from tracker.extract.baselines import NAME, load_baseline, load_baselines
from tracker.extract.declarations import load_sources

MARK = "ab" * 32
GOOD = f"""jurisdiction: NL
coder: {{by: A. Coder, on: 2026-03-01}}
addresses:
  - title: Office of Medicinal Cannabis
    authority: Ministry of Health
    url: https://health.example/cannabis
    type: regulator_page
    language: en
texts:
  access-act:
    title: Access Act
    authority: Parliament
    type: act
    url: https://law.example/access-act
    read_at: https://copies.example/access-act
    language: en
    date: 2021-06-30
  guide:
    title: Guide for prescribers
    authority: College of physicians
    type: guidance
    url: https://college.example/guide
    language: en
    not_before: 2022
coded:
  - topic: possession_limit
    qualifier: {{holder: patient, age: adult}}
    value: {{number: 30, unit: g, bound: max}}
    text: access-act
    citation: s. 7(1)
    url: https://law.example/access-act#7
    valid_from: 2020-05
    passage: {{sha256: {MARK}, words: 12}}
    confidence: medium
    note: Dried flower.
  - topic: qualifying_conditions
    value: [epilepsy, chronic_pain]
    text: access-act
    citation: s. 3
    passage:
      - {{sha256: {MARK}, words: 12}}
      - {{sha256: {MARK}, words: 3}}
  - topic: guideline_position
    qualifier: {{condition: chronic_pain}}
    value: do_not_offer
    text: guide
    citation: page 4
    passage: {{sha256: {MARK}, words: 12}}
"""


def write(folder: Path, text: str = GOOD, name: str = "nl") -> Path:
    path = folder / name / NAME
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def load(folder: Path, text: str = GOOD) -> Baseline:
    return load_baseline(write(folder, text), words())


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1, f"{old!r} stands there {GOOD.count(old)} times"
    return GOOD.replace(old, new)


def held(baseline: Baseline, topic: str = "possession_limit") -> Version:
    return next(version for version in baseline.coded if version.key.topic == topic)


# ── What a file says ────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_coded_value_carries_its_text_its_date_and_the_fingerprint_of_its_passage(tmp_path: Path) -> None:
    version = held(load(tmp_path))
    assert version.key == RuleKey("NL", "possession_limit", "age=adult;holder=patient")
    assert isinstance(version.value, Quantity)
    assert (version.level, version.origin, version.status) == (Level.CODED, "coded", Status.IN_FORCE)
    assert version.recorded_from == datetime(2026, 3, 1, tzinfo=UTC)
    passage = version.passage
    assert (passage.quote, passage.citation, passage.url) == ("", "s. 7(1)", "https://law.example/access-act#7")
    assert (passage.source, passage.document, passage.snapshot) == ("nl/access-act", "access-act", "")
    coding = version.coding
    assert coding is not None
    assert (coding.by, coding.on, coding.source_type) == ("A. Coder", date(2026, 3, 1), "act")
    assert (coding.text_date, coding.not_before) == (PartialDate("2021-06-30"), None)
    assert (coding.starts, coding.confidence, coding.note) == (
        PartialDate("2020-05"),
        Confidence.MEDIUM,
        "Dried flower.",
    )
    assert coding.passages == (Fingerprint(MARK, 12),)
    assert coding.read_at == "https://copies.example/access-act"


def test_a_list_may_rest_on_several_passages_and_has_the_address_of_its_text(tmp_path: Path) -> None:
    version = held(load(tmp_path), "qualifying_conditions")
    assert version.value == MemberSet(members=("chronic_pain", "epilepsy"))
    assert version.coding is not None
    assert [mark.words for mark in version.coding.passages] == [12, 3]
    assert version.passage.url == "https://law.example/access-act"


@pytest.mark.parametrize(
    ("old", "new", "valid", "basis", "status"),
    [
        ("2020-05", "2020-05-04", Period(date(2020, 5, 4)), Basis.STATED, Status.IN_FORCE),
        ("2020-05", "2020-05", Period(date(2020, 5, 31)), Basis.STATED, Status.IN_FORCE),
        ("2020-05", "2020", Period(date(2020, 12, 31)), Basis.STATED, Status.IN_FORCE),
        ("2020-05", "2026", Period(date(2026, 3, 1)), Basis.STATED, Status.IN_FORCE),
        ("2020-05", "2026-07-01", Period(date(2026, 7, 1)), Basis.STATED, Status.ENACTED_PENDING),
        ("    valid_from: 2020-05\n", "", Period(date(2021, 6, 30)), Basis.FIRST_SEEN, Status.IN_FORCE),
        (
            "    valid_from: 2020-05\n",
            "    status: temporary\n    valid_to: 2027\n",
            Period(date(2021, 6, 30), date(2027, 1, 1)),
            Basis.FIRST_SEEN,
            Status.TEMPORARY,
        ),
        (
            "    valid_from: 2020-05\n",
            "    status: proposed\n",
            Period(date(2021, 6, 30)),
            Basis.FIRST_SEEN,
            Status.PROPOSED,
        ),
    ],
)
def test_a_value_holds_from_when_the_text_says_or_from_the_date_of_the_text(
    tmp_path: Path, old: str, new: str, valid: Period, basis: Basis, status: Status
) -> None:
    version = held(load(tmp_path, changed(old, new)))
    assert (version.valid, version.basis, version.status) == (valid, basis, status)


@pytest.mark.parametrize("dated", ["2026", "2026-03"])
def test_a_text_of_the_year_in_which_it_was_read_is_in_force_already(tmp_path: Path, dated: str) -> None:
    text = changed("    valid_from: 2020-05\n", "").replace("2021-06-30", dated)
    version = held(load(tmp_path, text))
    assert (version.valid.start, version.status) == (date(2026, 3, 1), Status.IN_FORCE)


def test_two_values_may_follow_each_other(tmp_path: Path) -> None:
    later = f"""  - topic: possession_limit
    qualifier: {{holder: patient, age: adult}}
    value: {{number: 60, unit: g, bound: max}}
    text: access-act
    citation: s. 7(1)
    valid_from: 2027-01-01
    passage: {{sha256: {MARK}, words: 12}}
"""
    baseline = load(tmp_path, changed("    valid_from: 2020-05\n", "    valid_to: 2027-01-01\n") + later)
    statuses = [version.status for version in baseline.coded if version.key.topic == "possession_limit"]
    assert statuses == [Status.IN_FORCE, Status.ENACTED_PENDING]


def test_a_bill_answers_only_as_a_proposal(tmp_path: Path) -> None:
    bill = GOOD.replace("type: act\n", "type: bill\n").replace("    valid_from: 2020-05\n", "    status: proposed\n")
    with pytest.raises(DeclarationError) as refused:
        load(tmp_path, bill)
    assert "possession_limit" not in str(refused.value)
    assert "a text of type bill cannot answer qualifying_conditions" in str(refused.value)


def test_only_law_is_cited_with_its_section(tmp_path: Path) -> None:
    version = held(load(tmp_path, changed("citation: page 4", "citation: Summary")), "guideline_position")
    assert version.passage.citation == "Summary"


def test_the_content_of_a_file_has_a_name_that_every_edit_changes(tmp_path: Path) -> None:
    first = load(tmp_path).content
    assert load(tmp_path).content == first
    assert load(tmp_path, GOOD.replace("number: 30", "number: 60")).content != first


def test_a_file_may_hold_addresses_alone(tmp_path: Path) -> None:
    head, tail = GOOD.index("coder:"), GOOD.index("texts:")
    baseline = load(tmp_path, GOOD[:head] + GOOD[GOOD.index("addresses:") : tail])
    assert baseline.versions == ()
    assert [address.url for address in baseline.addresses] == ["https://health.example/cannabis"]


# ── Mistakes ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("coder:", "codr:", "codr:", ("codr: unknown key 'codr'", "allowed are jurisdiction,", "'coder'?")),
        ("coder: {by: A. Coder, on: 2026-03-01}\n", "", "jurisdiction:", ("say who coded the values", "coder: {by:")),
        ("on: 2026-03-01", "on: 2026-02-30", "coder:", ("coder.on", "2026-02-30")),
        ("jurisdiction: NL\n", "", "coder:", ("jurisdiction: this key is required",)),
        ("jurisdiction: NL", "jurisdiction: nl", "jurisdiction:", ("no jurisdiction 'nl'", "did you mean NL?")),
        ("jurisdiction: NL", "jurisdiction: BE", "jurisdiction:", ("the folder of BE is be/",)),
        ("    url: https://health", "    url: health", "    url: health", ("addresses.0.url", "http")),
        ("type: regulator_page", "type: page", "type: page", ("addresses.0.type", "'page'", "known are", "act")),
        ("    title: Access Act", "    titel: Access Act", "    titel", ("titel: unknown key", "'title'?")),
        ("    title: Access Act\n", "", "  access-act:", ("texts.access-act.title: this key is required",)),
        ("type: act\n", "type: akt\n", "type: akt", ("texts.access-act.type", "'akt'", "did you mean act?")),
        ("    date: 2021-06-30\n", "", "  access-act:", ("texts.access-act", "say how old the text is", "not_before")),
        ("date: 2021-06-30", "date: 2021-06-31", "date: 2021", ("texts.access-act.date", "not a date that exists")),
        ("date: 2021-06-30", "date: June 2021", "date: June", ("texts.access-act.date", "write it as 2021-11-16")),
        (
            "date: 2021-06-30",
            "date: 2026-03-02",
            "  access-act:",
            ("dated 2026-03-02, after it was coded on 2026-03-01",),
        ),
        ("not_before: 2022", "not_before: 2027", "  guide:", ("dated 2027, after it was coded",)),
        ("  guide:\n", "  Guide:\n", "  Guide:", ("texts.Guide", "lower-case words joined by hyphens")),
        (
            "    text: guide\n",
            "    text: gide\n",
            "text: gide",
            ("coded.2.text", "no text 'gide'", "access-act, guide"),
        ),
        ("    text: guide\n", "    text: access-act\n", "  guide:", ("texts.guide", "nothing is coded from this text")),
        ("possession_limit", "posession_limit", "- topic: pos", ("coded.0.topic", "did you mean possession_limit?")),
        (
            "qualifying_conditions",
            "supply_limit",
            "    value: [",
            ("coded.1.value", "supply_limit takes {number, unit}"),
        ),
        (
            "guideline_position",
            "minor_access",
            "- topic: minor",
            ("a text of type guidance cannot answer minor_access",),
        ),
        (
            "{holder: patient, age",
            "{holdr: patient, age",
            "    qualifier: {holdr",
            ("did you mean holder?", "allowed:"),
        ),
        (
            "holder: patient",
            "holder: pacient",
            "    qualifier: {holder",
            ("no value 'pacient' (did you mean patient?)",),
        ),
        ("age: adult", "age: 18", "    qualifier: {holder", ("coded.0.qualifier.age", "18")),
        ("unit: g,", "unit: stone,", "    value: {number", ("coded.0.value", "the unit 'stone'", "takes g, mg")),
        ("bound: max", "bound: most", "    value: {number", ("coded.0.value", "bound", "'max' or 'min'")),
        ("chronic_pain]", "chronc_pain]", "    value: [", ("coded.1.value", "did you mean chronic_pain")),
        ("citation: s. 7(1)", "citation: the act", "citation: the act", ("cited with its section or article",)),
        ("citation: page 4", "citation: p4", "citation: p4", ("coded.2.citation", "at least 3 characters")),
        ("valid_from: 2020-05", "valid_from: 2020-13", "valid_from", ("coded.0.valid_from", "not a date that exists")),
        ("valid_from: 2020-05", "valid_from: 20-05", "valid_from", ("coded.0.valid_from", "write it as 2021-11-16")),
        (
            "valid_from: 2020-05\n",
            "valid_from: 2020-05\n    valid_to: 2020-05-31\n",
            "    valid_to",
            ("ends before it begins",),
        ),
        (
            "    valid_from: 2020-05\n",
            "    valid_to: 2021-06-30\n",
            "    valid_to",
            ("coded.0.valid_to", "begins on 2021-06-30"),
        ),
        (
            "    valid_from: 2020-05\n",
            "    status: temporary\n",
            "    status",
            ("coded.0.status", "write", "as valid_to"),
        ),
        ("    valid_from: 2020-05\n", "    status: repealed\n", "    status", ("'repealed'; allowed are 'in_force'",)),
        (
            "confidence: medium",
            "confidence: midium",
            "    confidence",
            ("'midium'; allowed are", "Did you mean 'medium'?"),
        ),
        (
            "    passage:\n      - {",
            "    passage:\n      - {page: 3, ",
            "      - {page",
            ("coded.1.passage.0.page: unknown key",),
        ),
        (
            "note: Dried flower.",
            "notes: Dried flower.",
            "    notes",
            ("coded.0.notes: unknown key", "Did you mean 'note'?"),
        ),
    ],
)
def test_a_mistake_is_named_with_file_line_field_and_fix(
    tmp_path: Path, old: str, new: str, at: str, says: tuple[str, ...]
) -> None:
    text = changed(old, new)
    line = next(number for number, line in enumerate(text.splitlines(), 1) if at in line)
    path = write(tmp_path, text)
    with pytest.raises(DeclarationError) as refused:
        load_baseline(path, words())
    named = [each for each in str(refused.value).splitlines() if each.startswith(f"{path}:{line}: ")]
    assert any(all(part in each for part in says) for each in named), str(refused.value)


@pytest.mark.parametrize("mark", ["{sha256: abc, words: 12}", f"{{sha256: {MARK}, words: 0}}", f"{{sha256: {MARK}}}"])
def test_a_passage_has_a_whole_fingerprint(tmp_path: Path, mark: str) -> None:
    path = write(tmp_path, GOOD.rpartition("    passage:")[0] + f"    passage: {mark}\n")
    with pytest.raises(DeclarationError) as refused:
        load_baseline(path, words())
    named = str(refused.value).splitlines()
    assert all(each.startswith(f"{path}:{len(GOOD.splitlines())}: coded.2.passage") for each in named)
    assert any(each.split(": ")[1] in ("coded.2.passage.sha256", "coded.2.passage.words") for each in named)


def test_all_mistakes_of_a_file_are_named_at_once(tmp_path: Path) -> None:
    text = (
        GOOD.replace("unit: g,", "unit: stone,").replace("chronic_pain]", "chronc_pain]").replace("s. 7(1)", "the act")
    )
    path = write(tmp_path, text)
    with pytest.raises(DeclarationError) as refused:
        load_baseline(path, words())
    named = str(refused.value).splitlines()
    assert [each.split(": ")[1] for each in named] == ["coded.0.value", "coded.0.citation", "coded.1.value"]


def test_two_values_on_one_day_are_named_with_their_line(tmp_path: Path) -> None:
    again = GOOD[GOOD.index("  - topic: possession_limit") : GOOD.index("  - topic: qualifying_conditions")]
    text = GOOD + again.replace("number: 30", "number: 60").replace("s. 7(1)", "s. 9")
    path = write(tmp_path, text)
    with pytest.raises(DeclarationError) as refused:
        load_baseline(path, words())
    line = len(GOOD.splitlines()) + 1
    assert str(refused.value).startswith(f"{path}:{line}: coded.3: two values on one day: NL possession_limit")
    assert "s. 7(1); s. 9" in str(refused.value)
    assert "end one with valid_to" in str(refused.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "jurisdiction: this key is required"),
        ("- NL\n", "jurisdiction: this key is required"),
        ("jurisdiction: [NL\n", ":2: "),
        ("jurisdiction: NL\njurisdiction: NL\n", "appears twice"),
        ("jurisdiction: &a NL\ncoder: *a\n", "aliases"),
    ],
)
def test_what_is_no_baseline_at_all_is_refused(tmp_path: Path, text: str, says: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(DeclarationError) as refused:
        load_baseline(path, words())
    assert says in str(refused.value)
    assert str(refused.value).startswith(str(path))


# ── Several folders ─────────────────────────────────────────────────────────────────────────────────────────────────


def of(code: str, grams: int = 30) -> str:
    return GOOD.replace("jurisdiction: NL", f"jurisdiction: {code}").replace("number: 30", f"number: {grams}")


def test_a_wrong_file_does_not_stop_the_others(tmp_path: Path) -> None:
    write(tmp_path, of("NL"))
    write(tmp_path, of("BE").replace("unit: g,", "unit: stone,"), "be")
    write(tmp_path, f"{of('FR')}\nreplayed: [1]\n", "fr")
    (tmp_path / "lu" / NAME).mkdir(parents=True)
    (tmp_path / "de").mkdir()
    (tmp_path / "de" / NAME).write_bytes(b"jurisdiction: \xff\n")
    write(tmp_path, of("US-DC"), "us-dc")
    loaded = load_baselines(words(), [tmp_path])
    assert [baseline.jurisdiction for baseline in loaded.found] == ["NL", "US-DC"]
    said = [str(problem) for problem in loaded.problems]
    assert len(said) == 4
    for name in ("be", "fr", "lu", "de"):
        assert sum(str(tmp_path / name / NAME) in each for each in said) == 1


def test_the_first_folder_wins_and_what_is_wrong_there_is_said(tmp_path: Path) -> None:
    own, shipped = tmp_path / "own", tmp_path / "shipped"
    write(shipped, of("NL", 30))
    write(shipped, of("BE", 30), "be")
    write(own, of("NL", 60))
    write(own, "jurisdiction: BE\nfoo: 1\n", "be")
    loaded = load_baselines(words(), [own, shipped])
    limits = [version.value for each in loaded.found for version in each.coded if isinstance(version.value, Quantity)]
    assert [str(value.number) for value in limits] == ["30", "60"]
    assert [baseline.jurisdiction for baseline in loaded.found] == ["BE", "NL"]
    assert len(loaded.problems) == 1


def test_a_baseline_is_no_declaration_of_a_source(tmp_path: Path) -> None:
    write(tmp_path)
    found = load_sources([tmp_path], words())
    assert (found.sources, found.problems) == ({}, [])
