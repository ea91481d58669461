"""Recordings are read as they lie there: in several documents, in several parts, some of them wanted by nobody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from tests.law import manifest
from tests.law.facts import Edition
from tests.replay import served
from tracker.errors import OperatorError
from tracker.services.ingest import RunReport
from tracker.services.replay import Recording, recordings, replay
from tracker.services.workspace import Workspace
from tracker.store.captures import RunOutcome


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return served.install(tmp_path / "home")


def recorded(folder: Path, editions: Sequence[Edition], workspace: Workspace) -> tuple[Recording, ...]:
    """What a folder with these editions holds for the declared sources."""
    manifest.write(folder, [editions])
    return recordings(folder, list(workspace.declarations.sources.values())).wanted


def replayed(
    workspace: Workspace, wanted: Sequence[Recording], but: Callable[[Recording], bool] = lambda _: False
) -> list[RunReport]:
    """The readings of recordings, without some of them."""
    return [report for _, report in replay(workspace, [each for each in wanted if not but(each)])]


def test_a_source_is_first_read_when_all_of_it_is_there(workspace: Workspace, tmp_path: Path) -> None:
    """What its second document says is no news on the day on which that was first recorded."""
    wanted = recorded(tmp_path / "recorded", served.history("XC", seed=1)[:2], workspace)
    first = min(recording.day for recording in wanted)
    reports = replayed(workspace, wanted, lambda each: each.day == first and each.document == "limits")
    assert [(report.outcome, report.first, report.changes) for report in reports] == [(RunOutcome.CHANGED, True, ())]
    assert len(served.ask(workspace, "XC")["rules"]) == 12
    workspace.database.close()


def test_a_source_of_which_a_part_was_never_recorded_is_held(workspace: Workspace, tmp_path: Path) -> None:
    wanted = recorded(tmp_path / "recorded", served.history("XC", seed=1)[:2], workspace)
    reports = replayed(workspace, wanted, lambda each: each.document == "limits")
    assert [(report.outcome, report.reason) for report in reports] == [
        (RunOutcome.HELD, "limits: no recording of it was found")
    ]
    assert not served.versions(workspace)
    workspace.database.close()


def test_recordings_may_come_in_several_parts(workspace: Workspace, tmp_path: Path) -> None:
    """A second replay goes on from what the first one knew: a section that it does not bring is carried forward."""
    editions = served.history("XB", seed=1)[:6]
    wanted = recorded(tmp_path / "recorded", editions, workspace)
    half = editions[3].date
    reports = replayed(workspace, wanted, lambda each: each.day >= half)
    reports += replayed(workspace, wanted, lambda each: each.day < half)
    assert all(report.outcome.well for report in reports)
    at_once = served.install(tmp_path / "other")
    replayed(at_once, wanted)
    assert served.versions(workspace) == served.versions(at_once)
    assert served.change_ids(workspace) == served.change_ids(at_once)
    workspace.database.close()
    at_once.database.close()


def test_what_is_older_than_what_is_known_is_refused(workspace: Workspace, tmp_path: Path) -> None:
    wanted = recorded(tmp_path / "recorded", served.history("XC", seed=1)[:4], workspace)
    replayed(workspace, wanted)
    before = served.versions(workspace)
    with pytest.raises(OperatorError, match=r"already known up to 2021-08-18.*2021-01-20.*fresh TRACKER_HOME"):
        replayed(workspace, wanted)
    assert served.versions(workspace) == before
    workspace.database.close()


def test_documents_that_no_declaration_wants_are_counted(workspace: Workspace, tmp_path: Path) -> None:
    """The index of a chapter leads to its sections and is not read; permanent versions are read beneath them."""
    manifest.write(tmp_path, [served.history("XB", seed=1)[:2]])
    found = recordings(tmp_path, list(workspace.declarations.sources.values()))
    assert {recording.document[:6] for recording in found.wanted} == {"9-402."}
    assert found.unwanted == 1


@pytest.mark.parametrize(
    ("line", "mistake"),
    [
        ("path\tlive_url", "'version_date' is missing"),
        ("path\tlive_url\tversion_date\na\t{url}\tmay", "'may' is not a date"),
    ],
)
def test_a_manifest_with_a_mistake_is_refused(workspace: Workspace, tmp_path: Path, line: str, mistake: str) -> None:
    url = workspace.declarations.source("xc/patient-pages").documents[0].url
    (tmp_path / "MANIFEST.tsv").write_text(line.format(url=url) + "\n", "utf-8")
    with pytest.raises(OperatorError, match=mistake):
        recordings(tmp_path, list(workspace.declarations.sources.values()))


def test_a_year_alone_is_its_last_day(workspace: Workspace, tmp_path: Path) -> None:
    url = workspace.declarations.source("xc/patient-pages").documents[0].url
    (tmp_path / "MANIFEST.tsv").write_text(f"path\tlive_url\tversion_date\npage.html\t{url}\t2026\n", "utf-8")
    wanted = recordings(tmp_path, list(workspace.declarations.sources.values())).wanted
    assert [recording.day for recording in wanted] == [date(2026, 12, 31)]
    with pytest.raises(OperatorError, match=r"page\.html cannot be read"):
        replayed(workspace, wanted)
    workspace.database.close()
