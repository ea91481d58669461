"""The part of a baseline that a replay writes: rows come back as what was read, without anybody's words."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.chronicle import grams, lasts, members, oz, words
from tests.unit.test_baselines import GOOD, MARK, load, write
from tracker.domain.belief import Sighting
from tracker.domain.change import Change, Direction, Kind, Review, Severity
from tracker.domain.coding import Coding
from tracker.domain.partial import PartialDate
from tracker.domain.period import Period
from tracker.domain.provision import Amendment, Ending, TemporaryKind
from tracker.domain.rule import Basis, Cause, Level, Passage, RuleKey, Status, Version
from tracker.domain.value import Bare, Expression, Member, State, Text, Value
from tracker.errors import DeclarationError
from tracker.extract.baselines import load_baseline
from tracker.extract.fingerprint import fingerprint
from tracker.extract.replayed import ORIGIN, Replayed, replayed_from, rows_of

READER = "tracker reader 2"
TYPES = {"nl/act": "act", "nl/rules": "regulation"}
DAY, START = timedelta(days=1), datetime(2020, 1, 1, tzinfo=UTC)
QUOTE = "a patient may keep thirty (30) grams of dried flower"

# ── From versions, changes and sightings to rows and back ───────────────────────────────────────────────────────────

VALUES: st.SearchStrategy[Value] = st.sampled_from(
    [
        grams("30.50"),
        oz(2),
        lasts("P1Y"),
        members("chronic_pain", "epilepsy"),
        Member(member="pilot", attrs={"until": "2027"}),
        Text(text="Schmerz, der anhält; “länger”"),
        Bare(state=State.NOT_ADDRESSED),
        Expression(operator="min", operands=(grams(150), grams(30))),
    ]
)
KEYS = st.builds(
    RuleKey,
    st.just("NL"),
    st.sampled_from(["possession_limit", "supply_limit"]),
    st.sampled_from(["", "age=adult;form=dried_flower"]),
)
PASSAGES = st.builds(
    Passage,
    st.sampled_from(["", QUOTE, "même en français\u00a0: « 30 g »"]),
    st.sampled_from(["s. 7(1)", "§ 7-1671.03(a)", "art. 3, al. 2 «bis»: a\tb"]),
    st.sampled_from(sorted(TYPES)),
    st.sampled_from(["text", "7-1671.03"]),
    st.just("https://law.example/a?b=1#c"),
    st.sampled_from(["00" * 32, "ab" * 32]),
    st.sampled_from(["", "before "]),
)
DAYS = st.dates(date(2015, 1, 1), date(2027, 12, 31))
INSTANTS = st.integers(0, 900).map(lambda days: START + days * DAY)
PERIODS = st.tuples(DAYS, st.none() | st.integers(1, 900)).map(
    lambda given: Period(given[0], given[0] + given[1] * DAY if given[1] else None)
)
KINDS = st.sampled_from(list(TemporaryKind))
ACTS = st.lists(
    st.builds(Amendment, st.sampled_from(["Act 24-206", "SOR/2019-206"]), DAYS, st.none() | KINDS), max_size=2
)


@st.composite
def versions(draw: st.DrawFn) -> Version:
    recorded = draw(INSTANTS)
    return Version(
        draw(KEYS),
        draw(VALUES),
        draw(PERIODS),
        recorded,
        draw(PASSAGES),
        draw(st.sampled_from(list(Basis))),
        draw(st.sampled_from(list(Status))),
        draw(st.none() | st.integers(1, 90).map(lambda days: recorded + days * DAY)),
        amendments=tuple(draw(st.lists(st.sampled_from(["Act 24-206", "Law 18-210"]), max_size=2))),
    )


@st.composite
def histories(draw: st.DrawFn) -> Replayed:
    """What a replay may have taught: some changes show versions that were never recorded."""
    found = draw(st.lists(versions(), max_size=4, unique_by=lambda version: version.id))
    side = st.sampled_from(found) | versions() if found else versions()
    changes = []
    for _ in range(draw(st.integers(0, 3))):
        before, after = draw(st.none() | side), draw(side)
        changes.append(
            Change(
                after.key,
                draw(st.sampled_from(list(Kind))),
                draw(st.sampled_from(list(Cause))),
                draw(st.sampled_from(list(Direction))),
                draw(st.sampled_from(list(Severity))),
                before,
                after,
                draw(INSTANTS),
                draw(st.none() | DAYS),
                draw(st.sampled_from(list(Basis))),
                draw(st.sampled_from(list(Status))),
                "in words",
                draw(st.sampled_from(list(Review))),
            )
        )
    passages = draw(st.lists(PASSAGES, max_size=3))
    endings = st.lists(st.builds(Ending, KINDS, DAYS), max_size=2).map(tuple)
    seen = [
        Sighting(
            draw(KEYS),
            passage.source,
            draw(VALUES),
            passage,
            draw(INSTANTS),
            tuple(draw(ACTS)),
            draw(endings),
            draw(st.booleans()),
        )
        for passage in passages
    ]
    once = {(each.key, each.source): each for each in seen}
    return Replayed(tuple(found), tuple({each.id: each for each in changes}.values()), tuple(once.values()))


def bare(passage: Passage) -> Passage:
    return replace(passage, quote="", prefix="", suffix="")


def known(version: Version | None) -> Version | None:
    """A version as the baseline holds it, but for where it comes from."""
    if version is None:
        return None
    return replace(version, passage=bare(version.passage), level=Level.UNCONFIRMED, origin=ORIGIN, coding=None)


def without_coding(version: Version | None) -> Version | None:
    return replace(version, coding=None) if version else None


@given(histories())
def test_what_a_replay_taught_comes_back_exactly_but_for_the_words(taught: Replayed) -> None:
    rows = rows_of(taught, READER, TYPES)
    found = replayed_from(json.loads(json.dumps(rows)), "NL")
    assert {v.id: without_coding(v) for v in found.versions} == {v.id: known(v) for v in taught.versions}
    assert {(s.key, s.source): s for s in found.sightings} == {
        (s.key, s.source): replace(s, passage=bare(s.passage)) for s in taught.sightings
    }
    assert {change.id for change in found.changes} == {change.id for change in taught.changes}
    told = {change.id: change for change in taught.changes}
    held = {version.id: version for version in taught.versions}
    for change in found.changes:
        meant = told[change.id]
        sides = [known(held.get(side.id, side)) if side else None for side in (meant.before, meant.after)]
        assert [without_coding(change.before), without_coding(change.after)] == sides
        assert replace(change, before=None, after=None) == replace(
            meant, before=None, after=None, summary="", review=Review.NONE
        )


@given(histories())
def test_every_value_says_which_reader_read_which_passage_of_which_age(taught: Replayed) -> None:
    quotes = {version.id: version.passage.quote for version in taught.versions}
    for version in replayed_from(rows_of(taught, READER, TYPES), "NL").versions:
        coding = version.coding
        assert coding is not None
        assert coding.passages == (fingerprint(quotes[version.id]),)
        assert (coding.by, coding.source_type) == (READER, TYPES[version.passage.source])
        assert coding.text_date == PartialDate(coding.on.isoformat())


@given(histories())
def test_rows_are_written_in_one_order_and_hold_no_words(taught: Replayed) -> None:
    backwards = Replayed(taught.versions[::-1], taught.changes[::-1], taught.sightings[::-1])
    rows = rows_of(taught, READER, TYPES)
    assert rows_of(backwards, READER, TYPES) == rows
    assert QUOTE not in json.dumps(rows)
    assert "français" not in json.dumps(rows, ensure_ascii=False)


def version(at: datetime = START, quote: str = QUOTE) -> Version:
    return Version(
        RuleKey("NL", "possession_limit"),
        grams(30),
        Period(date(2018, 10, 17)),
        at,
        Passage(quote, "s. 7(1)", "nl/act", "text", "https://law.example", "00" * 32),
        Basis.STATED,
        Status.IN_FORCE,
    )


def sighting(of: Version, at: datetime, lost: bool = False) -> Sighting:
    return Sighting(of.key, of.passage.source, of.value, of.passage, at, lost=lost)


def dated(*seen: Sighting) -> PartialDate | None:
    found = replayed_from(rows_of(Replayed((version(),), (), seen), READER, TYPES), "NL")
    coding = found.versions[0].coding
    assert coding is not None
    return coding.text_date


def test_a_value_is_as_old_as_the_newest_text_that_still_said_so() -> None:
    later = START + 500 * DAY
    assert dated() == PartialDate("2020-01-01")
    assert dated(sighting(version(), later)) == PartialDate("2021-05-15")
    assert dated(sighting(version(), later, lost=True)) == PartialDate("2020-01-01")
    assert dated(replace(sighting(version(), later), value=grams(60))) == PartialDate("2020-01-01")
    elsewhere = replace(version(), passage=replace(version().passage, source="nl/rules"))
    assert dated(sighting(elsewhere, later)) == PartialDate("2020-01-01")


def test_a_baseline_without_a_replay_has_none_of_it() -> None:
    assert replayed_from({}, "NL") == Replayed()
    empty = rows_of(Replayed(), READER, TYPES)
    assert replayed_from(empty, "NL") == Replayed()


def test_a_value_of_a_replay_is_unconfirmed_and_no_change_of_its_past_is_news() -> None:
    before, after = version(), replace(version(START + DAY), value=grams(60), id="")
    change = Change(
        before.key,
        Kind.VALUE_CHANGED,
        Cause.SOURCE,
        Direction.RESTRICTS,
        Severity.CRITICAL,
        before,
        after,
        START + DAY,
        None,
        Basis.FIRST_SEEN,
        Status.IN_FORCE,
        review=Review.WAITING,
    )
    found = replayed_from(rows_of(Replayed((before, after), (change,)), READER, TYPES), "NL")
    assert {each.level for each in found.versions} == {Level.UNCONFIRMED}
    assert [(each.review, each.noticed_late) for each in found.changes] == [(Review.NONE, False)]
    assert isinstance(found.versions[0].coding, Coding)


# ── In a file ───────────────────────────────────────────────────────────────────────────────────────────────────────

REPLAYED: dict[str, Any] = {
    "reader": "tracker reader 2",
    "sources": {"nl/rules": "act"},
    "versions": [
        {
            "topic": "supply_limit",
            "value": {"type": "quantity", "number": "30", "unit": "g"},
            "valid": ["2019-01-01", None],
            "recorded": ["2020-01-01T00:00:00+00:00", None],
            "basis": "stated",
            "status": "in_force",
            "citation": "s. 8",
            "source": "nl/rules",
            "document": "rules",
            "url": "https://law.example/rules",
            "snapshot": "00" * 32,
            "passage": [MARK, 7],
        }
    ],
    "changes": [],
    "sightings": [],
}


DAMAGES: list[dict[str, Any]] = [
    {"value": {"type": "weight"}},
    {"value": None},
    {"valid": []},
    {"valid": None},
    {"valid": ["2020-01-01", "2019-01-01"]},
    {"recorded": ["yesterday", None]},
    {"status": "nearly"},
    {"passage": [MARK]},
    {"passage": 3},
    {"source": "nl/other"},
]


def test_what_a_replay_wrote_stands_beside_what_people_wrote(tmp_path: Path) -> None:
    baseline = load(tmp_path, f"{GOOD}\nreplayed: {json.dumps(REPLAYED)}\n")
    assert [(v.key.topic, v.level) for v in baseline.replayed] == [("supply_limit", Level.UNCONFIRMED)]
    assert len(baseline.versions) == 4


def test_a_coded_value_of_a_rule_that_a_replay_answers_is_two_values_on_one_day(tmp_path: Path) -> None:
    rows = REPLAYED | {"versions": [REPLAYED["versions"][0] | {"topic": "qualifying_conditions"}]}
    with pytest.raises(DeclarationError, match=r"coded\.1: two values on one day: NL qualifying_conditions"):
        load(tmp_path, f"{GOOD}\nreplayed: {json.dumps(rows)}\n")


@pytest.mark.parametrize(
    "rows",
    [
        ["versions"],
        "versions",
        3,
        {"versions": []},
        REPLAYED | {"sources": {}},
        REPLAYED | {"sources": None},
        REPLAYED | {"versions": [3]},
        REPLAYED | {"versions": None},
        REPLAYED | {"changes": [{}]},
        REPLAYED | {"sightings": [[]]},
        *(REPLAYED | {"versions": [REPLAYED["versions"][0] | damage]} for damage in DAMAGES),
    ],
)
def test_rows_that_no_replay_wrote_are_refused_in_one_sentence(tmp_path: Path, rows: Any) -> None:
    path = write(tmp_path, f"{GOOD}\nreplayed: {json.dumps(rows)}\n")
    with pytest.raises(DeclarationError) as refused:
        load_baseline(path, words())
    line = len(GOOD.splitlines()) + 2
    assert str(refused.value).startswith(f"{path}:{line}: replayed: ")
    assert "write it anew with `tracker baseline write`" in str(refused.value)
    assert "\n" not in str(refused.value)
