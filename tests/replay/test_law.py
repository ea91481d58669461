"""The whole history of three invented jurisdictions, whose truth is known: what was reported, answered and held.

XA prints one big regulation in two languages, XB a chapter of a code with temporary law, XC two pages of a regulator.
`tests/law/README.md` tells their histories edition by edition; the declarations beside this file read them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from tests.law import manifest
from tests.law.facts import RuleChange, Since, Value, agrees
from tests.law.history import UNKNOWN_SPELLS
from tests.replay import served
from tests.replay.conftest import Chronicle, quote_stands
from tests.replay.served import Json
from tracker.domain.change import Change, Kind, TextKind
from tracker.domain.rule import Status, Version
from tracker.domain.value import State, to_json
from tracker.services.replay import recordings, replay
from tracker.store.captures import RunOutcome

SILENT = (Since.NOISE, Since.COSMETIC, Since.TERMINOLOGY, Since.PENDING, Since.NONE)
QUIET = frozenset({Kind.RENUMBERED})
"""Recorded and never announced: the same rule at another place."""


def test_the_declarations_have_no_mistake(chronicle: Chronicle) -> None:
    declared = chronicle.workspace.declarations
    assert not declared.problems
    assert Counter(source.jurisdiction for source in declared.sources.values()) == {"XA": 3, "XB": 1, "XC": 1}


def test_every_real_change_is_reported_once_and_nothing_else_is(chronicle: Chronicle) -> None:
    for heard in chronicle.heard:
        expected = list(heard.edition.changes)
        for change in heard.changes:
            fitting = [each for each in expected if fits(each, change)]
            assert fitting or change.kind in QUIET, f"{heard.edition.date}: {change.summary} ({change.kind})"
            if fitting:
                expected.remove(fitting[0])
        missing = [each for each in expected if each.required]
        assert not missing, f"{heard.edition.date}: {missing[0]}"


@pytest.mark.parametrize("since", SILENT)
def test_what_is_no_real_change_raises_none(chronicle: Chronicle, since: Since) -> None:
    """A banner alone may say that temporary law lasts longer; its words, and the rule, stay the same."""
    for heard in chronicle.heard:
        if heard.edition.since_previous is since:
            said = {change.kind for change in heard.changes} - QUIET
            assert said <= ({Kind.TEMPORARY_EXTENDED} if since is Since.NOISE else set()), heard.edition.note


def test_changes_of_words_are_told_apart(chronicle: Chronicle) -> None:
    """Noise is silence, typography and new numbers are editorial, and text that is not in force is pending."""
    allowed = {
        Since.NONE: set(),
        Since.NOISE: set(),
        Since.COSMETIC: {TextKind.EDITORIAL},
        Since.PENDING: {TextKind.PENDING_TEXT},
    }
    for heard in chronicle.heard:
        said = {text.kind for text in heard.texts}
        assert said <= allowed.get(heard.edition.since_previous, set(TextKind)), heard.edition.note
        if heard.edition.since_previous is Since.REAL:
            assert said & {TextKind.TEXT_CHANGED, TextKind.TEXT_ADDED, TextKind.TEXT_REMOVED}


def test_the_rules_answered_are_the_rules_that_held(chronicle: Chronicle) -> None:
    """Asked as of the day of each edition and as known then, although all later editions are known by now."""
    for heard in chronicle.heard:
        told = answered(chronicle, heard.edition.date, heard.at)
        for fact in heard.edition.facts:
            rule = told.pop((fact.topic, tuple(sorted(fact.qualifier.items()))))
            assert agrees(fact.value, rule["value"]), f"{heard.edition.date}: {rule['display']} is not {fact}"
            assert fact.citation in rule["citation"]
            assert rule["valid_from"] == fact.effective.isoformat()
            assert rule["valid_to"] == (fact.until.isoformat() if fact.until else None)
            assert rule["status"] == ("temporary" if fact.until else "in_force")
        assert not told, f"{heard.edition.date}: nobody knows of {told}"


def test_every_value_carries_a_quote_that_stands_in_its_archived_document(chronicle: Chronicle) -> None:
    for version in served.versions(chronicle.workspace):
        assert quote_stands(chronicle.workspace, version), version


def test_no_rule_has_two_values_on_one_day(chronicle: Chronicle) -> None:
    assert not served.two_on_one_day(served.versions(chronicle.workspace))


def test_what_is_not_the_law_is_held_and_changes_nothing(chronicle: Chronicle) -> None:
    """A vanished file, an error, a log-in, a challenge, maintenance, half a page, a new design: the rules stay."""
    for before, heard in pairwise(chronicle.heard):
        if heard.edition.troubles:
            assert heard.outcomes == {RunOutcome.HELD}, heard.edition.note
            assert all(name in heard.reports[0].reason for name in heard.edition.troubles)
            assert not heard.changes
            assert not heard.texts
            day = heard.edition.date
            told = [answered(chronicle, day, each.at) for each in (before, heard)]
            assert told[0] == told[1], heard.edition.note


def test_a_source_recovers_by_itself(chronicle: Chronicle) -> None:
    for before, heard in pairwise(chronicle.heard):
        if before.edition.troubles and not heard.edition.troubles:
            assert heard.outcomes <= {RunOutcome.UNCHANGED, RunOutcome.CHANGED}
            told = answered(chronicle, heard.edition.date, heard.at)
            assert all(rule["status"] in ("in_force", "temporary") for rule in told.values())


def test_temporary_law_is_unknown_after_an_end_that_nobody_saw(chronicle: Chronicle) -> None:
    """Neither the value that may have lapsed nor the law underneath is shown as current, and both are shown."""
    for jurisdiction, first, last in UNKNOWN_SPELLS:
        if jurisdiction == chronicle.jurisdiction:
            for day in (first, first + (last - first) / 2, last - timedelta(days=1)):
                known_at = datetime.combine(day, time(12), UTC)
                rules = served.ask(chronicle.workspace, jurisdiction, day, known_at)["rules"]
                limit = served.of(rules, "possession_limit")
                assert (limit["status"], limit["value"]["number"]) == ("unknown", "6")
                assert limit["falls_back_to"]["value"]["number"] == "3"
                assert served.of(rules, "authorisation_validity", instrument="temporary_card")["status"] == "unknown"


def test_what_is_printed_and_is_not_law_is_never_a_rule(chronicle: Chronicle) -> None:
    """An expired relief, a repealed regulation, amendments to come, related provisions, permanent versions."""
    for version in served.versions(chronicle.workspace):
        assert "33(4)" not in version.passage.citation
        assert version.passage.document != "former-regulations"
        assert "not in force" not in version.passage.citation
        assert "related provisions" not in version.passage.citation
        assert "(Perm)" not in version.passage.document
        if version.status is not Status.REPEALED:
            assert "Repealed" not in version.passage.quote


def test_a_source_recovers_from_a_design_that_is_taken_back(tmp_path: Path) -> None:
    workspace = served.install(tmp_path)
    known, redesigned = served.history("XC", seed=1)[-2:]
    began = datetime.combine(redesigned.date, time(), UTC)
    shown = [(known, RunOutcome.CHANGED), (redesigned, RunOutcome.HELD), (known, RunOutcome.UNCHANGED)]
    for number, (edition, outcome) in enumerate(shown):
        heard = served.serve(workspace, edition, began + timedelta(days=number))
        assert heard.outcomes == {outcome}
        assert not heard.changes
    assert {rule["confirmed_at"][:10] for rule in served.ask(workspace, "XC")["rules"]} == {"2023-05-18"}
    workspace.database.close()


@pytest.mark.parametrize("chronicle", ["XA 1", "XB 1", "XC 1"], indirect=True)
def test_a_replay_of_the_recordings_says_what_the_crawl_said(chronicle: Chronicle, tmp_path: Path) -> None:
    """The same versions and changes, under the same names."""
    editions = [heard.edition for heard in chronicle.heard]
    manifest.write(tmp_path / "recorded", [editions])
    again = served.install(tmp_path / "home")
    wanted = recordings(tmp_path / "recorded", list(again.declarations.sources.values())).wanted
    for _ in replay(again, wanted):
        pass
    assert {version.id for version in served.versions(again)} == {
        version.id for version in served.versions(chronicle.workspace)
    }
    assert served.change_ids(again) == served.change_ids(chronicle.workspace)
    again.database.close()


def fits(expected: RuleChange, change: Change) -> bool:
    """Whether a change is the one that was expected, in every respect in which it says something."""
    decided = expected.before is not None and expected.after is not None
    return (
        (expected.topic, dict(expected.qualifier), expected.kind)
        == (change.key.topic, change.key.qualifiers, change.kind)
        and agrees(expected.before, stated(change.before))
        and agrees(expected.after, stated(change.after))
        and expected.valid_from == change.valid_from
        and expected.until == (change.after.valid.end if change.after else None)
        # Where the law said nothing before or says nothing now, the taxonomy leaves the direction of an amount open.
        and (not expected.direction or not decided or expected.direction == change.direction)
    )


def stated(version: Version | None) -> Value | None:
    """What a version says, or nothing where the law says nothing."""
    if version is None or version.status is Status.REPEALED or version.value.state is State.NOT_ADDRESSED:
        return None
    return to_json(version.value)


Question = tuple[str, tuple[tuple[str, str], ...]]


def answered(chronicle: Chronicle, day: date, known_at: datetime) -> dict[Question, Json]:
    """The answers of a day as known at an instant, but for those that say that the law says nothing."""
    return dict(_answers(served.ask(chronicle.workspace, chronicle.jurisdiction, day, known_at)["rules"]))


def _answers(rules: list[Json]) -> Iterator[tuple[Question, Json]]:
    for rule in rules:
        if rule["value"]["state"] != State.NOT_ADDRESSED:
            yield (rule["topic"], tuple(sorted(rule["qualifier"].items()))), rule
