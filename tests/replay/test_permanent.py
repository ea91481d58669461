"""Permanent versions beneath temporary law: what does not end with it, what would hold again; neither is law."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from tests.law.facts import Edition
from tests.replay import served
from tests.replay.served import Heard, Json
from tracker.domain.change import Kind, TextKind
from tracker.services.workspace import Workspace
from tracker.store.captures import RunOutcome

LIMIT, CARD, INTERIM = "9-402.03(Perm)", "9-402.05(Perm)", "temporary_card"
UNDER_BANNER, NOISE, EXTENDED, COSMETIC, LAPSED, AGAIN = range(1, 7)
"""The editions of Borealia from the first that temporary law amends."""


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    installed = served.install(tmp_path)
    yield installed
    installed.database.close()


@pytest.fixture
def editions() -> Sequence[Edition]:
    return served.history("XB", seed=1)


def without(edition: Edition, *documents: str) -> Edition:
    """An edition in which documents are not there."""
    return replace(edition, documents={n: body for n, body in edition.documents.items() if n not in documents})


def answer(workspace: Workspace, topic: str, on: date | None = None, **qualifier: str) -> Json:
    known_at = datetime.combine(on, time(12), UTC) if on else None
    return served.of(served.ask(workspace, "XB", on, known_at)["rules"], topic, **qualifier)


def test_a_rule_first_met_under_a_banner_does_not_end_with_it(
    workspace: Workspace, editions: Sequence[Edition]
) -> None:
    served.serve(workspace, editions[UNDER_BANNER])
    for day in (date(2021, 5, 20), date(2021, 8, 20)):
        card = answer(workspace, "authorisation_validity", day, instrument="card")
        assert (card["status"], card["valid_to"], card["document"]) == ("in_force", None, "9-402.05")
        assert answer(workspace, "authorisation_validity", day, instrument=INTERIM)["valid_to"] == "2021-08-04"
        limit = answer(workspace, "possession_limit", day)
        assert (limit["value"]["number"], limit["valid_to"]) == ("6", "2021-08-04")
        assert limit["status"] == ("temporary" if day < date(2021, 8, 4) else "unknown")


def test_what_would_hold_again_is_told_as_such(workspace: Workspace, editions: Sequence[Edition]) -> None:
    served.serve(workspace, editions[UNDER_BANNER])
    limit = answer(workspace, "possession_limit")
    under = limit["falls_back_to"]
    assert limit["status"] == "unknown", "the stated end has passed, and nobody has read the text since"
    assert (under["value"]["number"], under["status"], under["document"]) == ("3", "superseded", LIMIT)
    assert under["valid_from"] == limit["valid_to"]
    assert "3 ounces" in under["quote"]
    silent = answer(workspace, "authorisation_validity", instrument=INTERIM)["falls_back_to"]
    assert (silent["value"]["state"], silent["document"]) == ("not_addressed", CARD)
    assert "falls_back_to" not in answer(workspace, "possession_limit", date(2021, 5, 20)), "known only today"


def test_what_held_before_is_told_before_what_is_kept_beneath(
    workspace: Workspace, editions: Sequence[Edition]
) -> None:
    served.serve_all(workspace, editions[: UNDER_BANNER + 1])
    under = answer(workspace, "possession_limit")["falls_back_to"]
    assert (under["value"]["number"], under["document"]) == ("3", "9-402.03")


def test_only_fresh_text_brings_back_what_lay_beneath(workspace: Workspace, editions: Sequence[Edition]) -> None:
    heard = served.serve_all(workspace, editions[UNDER_BANNER : LAPSED + 1])
    told = [(change.key.topic, change.kind) for each in heard for change in each.changes]
    assert told.count(("possession_limit", Kind.TEMPORARY_ENDED)) == 1
    assert {kind for _, kind in told} <= {Kind.TEMPORARY_EXTENDED, Kind.TEMPORARY_ENDED, Kind.VALUE_CHANGED}
    limit = answer(workspace, "possession_limit", editions[LAPSED].date)
    assert (limit["value"]["number"], limit["status"], limit["valid_from"]) == ("3", "in_force", "2022-03-10")


def test_a_permanent_version_that_goes_with_its_banner_is_no_trouble(
    workspace: Workspace, editions: Sequence[Edition]
) -> None:
    served.serve_all(workspace, editions[:LAPSED])
    gone = served.serve(workspace, without(editions[LAPSED], LIMIT, CARD))
    assert gone.outcomes == {RunOutcome.CHANGED}
    assert {change.kind for change in gone.changes} <= {Kind.TEMPORARY_ENDED, Kind.VALUE_CHANGED}
    assert not [text for text in gone.texts if "(Perm)" in text.document]
    again = served.serve(workspace, editions[AGAIN])
    assert again.outcomes == {RunOutcome.CHANGED}
    assert not [text for text in again.texts if "(Perm)" in text.document]
    assert answer(workspace, "possession_limit", editions[AGAIN].date)["status"] == "temporary"
    assert answer(workspace, "authorisation_validity", editions[AGAIN].date, instrument="card")["status"] == "in_force"


def test_a_section_that_goes_is_still_held(workspace: Workspace, editions: Sequence[Edition]) -> None:
    served.serve(workspace, editions[UNDER_BANNER])
    held = served.serve(workspace, without(editions[NOISE], "9-402.03", LIMIT))
    assert held.outcomes == {RunOutcome.HELD}
    assert held.reports[0].reason.startswith("9-402.03: the address answers 404")
    assert not held.changes


def test_other_words_beneath_are_pending_and_change_no_rule(workspace: Workspace, editions: Sequence[Edition]) -> None:
    served.serve_all(workspace, editions[UNDER_BANNER : NOISE + 1])
    document = editions[NOISE].documents[LIMIT]
    changed = {**editions[NOISE].documents, LIMIT: document.replace(b"3 ounces", b"4 ounces")}
    heard = served.serve(workspace, replace(editions[NOISE], documents=changed, date=date(2021, 7, 1)))
    assert [(text.kind, text.document, text.citation) for text in heard.texts] == [
        (TextKind.PENDING_TEXT, LIMIT, "§ 9-402.03(a)")
    ]
    assert not heard.changes
    assert answer(workspace, "possession_limit")["falls_back_to"]["value"]["number"] == "4"


def test_what_becomes_permanent_is_news_once_it_was_known_to_end(
    workspace: Workspace, editions: Sequence[Edition]
) -> None:
    """The permanent version now says what the temporary law says: it stays, although the banner still stands."""
    served.serve(workspace, editions[UNDER_BANNER])
    document = editions[NOISE].documents[LIMIT]
    adopted = {**editions[NOISE].documents, LIMIT: document.replace(b"3 ounces", b"6 ounces")}
    heard: Heard = served.serve(workspace, replace(editions[NOISE], documents=adopted))
    assert [(change.key.topic, change.kind) for change in heard.changes] == [
        ("possession_limit", Kind.TEMPORARY_EXTENDED)
    ]
    limit = answer(workspace, "possession_limit", date(2023, 1, 1))
    assert (limit["value"]["number"], limit["status"], limit["valid_to"]) == ("6", "in_force", None)
