"""An installation that starts from what a replay taught goes on as one that watched all along."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from tests.law.facts import Edition
from tests.replay import served
from tracker.domain.baseline import Baseline
from tracker.domain.change import Review
from tracker.domain.rule import Level, Version
from tracker.extract.replayed import Replayed, replayed_from, rows_of
from tracker.services.baseline import take_over_all
from tracker.services.workspace import Workspace
from tracker.store import changes, queries, rules

ALREADY = 5
"""Editions that the baseline knows."""


def taught(workspace: Workspace, jurisdiction: str) -> Baseline:
    """What an installation has learnt, as the baseline of a release carries it."""
    with workspace.database.read() as conn:
        versions = queries.versions_of(conn)
        seen = rules.sightings(conn, {version.key for version in versions})
        whole = Replayed(
            tuple(versions),
            tuple(each.change for each in changes.changes(conn)),
            tuple(each for by_source in seen.values() for each in by_source.values()),
        )
    types = {source.id: source.instrument.type for source in workspace.declarations.sources.values()}
    found = replayed_from(rows_of(whole, "tracker reader", types), jurisdiction)
    return Baseline(jurisdiction, "x", (), (), (), found.versions, found.changes, found.sightings)


def seeded(home: Path, known: Baseline) -> Workspace:
    workspace = served.install(home)
    take_over_all(workspace.database, [known], workspace.words, datetime(2030, 1, 1, tzinfo=UTC))
    return workspace


def believed(workspace: Workspace) -> list[tuple[object, ...]]:
    """What holds now, whoever met it when."""
    held = [version for version in served.versions(workspace) if version.current]
    return sorted((str(v.key), str(v.value), v.valid.start, str(v.valid.end), v.status, v.basis) for v in held)


def unmet(workspace: Workspace) -> list[Version]:
    return [each for each in served.versions(workspace) if each.current and each.level is not Level.READ]


@pytest.fixture(params=["XA", "XB", "XC"])
def editions(request: pytest.FixtureRequest) -> Sequence[Edition]:
    return served.history(request.param, seed=1)


def test_the_same_texts_again_confirm_in_silence_and_the_next_ones_are_news(
    editions: Sequence[Edition], tmp_path: Path
) -> None:
    code, last, later = editions[0].jurisdiction, editions[ALREADY - 1], editions[ALREADY : ALREADY + 3]
    watched = served.install(tmp_path / "watched")
    served.serve_all(watched, editions[:ALREADY])
    here = seeded(tmp_path / "seeded", taught(watched, code))
    assert believed(here) == believed(watched)
    assert served.change_ids(here) == [id_ for id_ in served.change_ids(watched) if id_ in served.change_ids(here)]

    again = served.serve(here, last, datetime.combine(last.date, time(1), UTC))
    assert again.changes == []
    assert all(outcome.well for outcome in again.outcomes)
    assert believed(here) == believed(watched)
    holds = [each for each in unmet(here) if last.date in each.valid]
    assert holds == [], "what holds has its quote"

    for edition in later:
        expected, found = served.serve(watched, edition), served.serve(here, edition)
        assert [(each.key, each.kind, each.review) for each in found.changes] == [
            (each.key, each.kind, each.review) for each in expected.changes
        ]
        assert not any(each.noticed_late for each in found.changes)
    assert believed(here) == believed(watched)
    watched.database.close()
    here.database.close()


def test_what_changed_meanwhile_waits_for_a_person_and_leads_to_the_same_rules(
    editions: Sequence[Edition], tmp_path: Path
) -> None:
    code, latest = editions[0].jurisdiction, editions[ALREADY + 2]
    watched = served.install(tmp_path / "watched")
    served.serve_all(watched, editions[:ALREADY])
    here = seeded(tmp_path / "seeded", taught(watched, code))
    served.serve(watched, latest)
    missed = served.serve(here, latest)
    assert all(each.review is Review.WAITING for each in missed.changes if each.noticed_late)
    assert all(each.noticed_late for each in missed.changes if each.before is not None)
    assert [line[:2] for line in believed(here)] == [line[:2] for line in believed(watched)]
    watched.database.close()
    here.database.close()
