"""Dockets of federal rulemaking through the whole path: what is announced is pending text, and never a rule."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.replay import served
from tracker.content import ours
from tracker.domain.capture import Capture, Outcome
from tracker.domain.change import TextKind
from tracker.services import answers
from tracker.services.ingest import RunReport, ingest
from tracker.services.workspace import Workspace
from tracker.settings import Settings
from tracker.store.captures import RunOutcome
from tracker.store.changes import EVERYTHING

SOURCE = "us/dea-marijuana-rulemaking"
EXAMPLE = ours("spiders") / f"{SOURCE}.examples/2026-05-04"
Docket = dict[str, Any]


def crawled(workspace: Workspace, day: int, dockets: dict[str, Docket]) -> RunReport:
    """What a crawl of the dockets brings on a day of May 2026."""
    source, now = workspace.declarations.source(SOURCE), datetime(2026, 5, day, tzinfo=UTC)
    found = [
        Capture(source.id, d.id, d.url, now, Outcome.FETCHED, 200, snapshot=workspace.archive.put(body))
        for d in source.documents
        if (body := json.dumps(dockets[d.id]).encode())
    ]
    return ingest(workspace.database, workspace.archive, workspace.words, source, found, now)


def dockets() -> dict[str, Docket]:
    return {path.stem: json.loads(path.read_bytes()) for path in EXAMPLE.glob("*.json")}


def test_what_a_docket_announces_is_pending_text_and_no_rule(tmp_path: Path) -> None:
    workspace = Workspace(Settings(home=tmp_path, baseline=False))
    first = crawled(workspace, 4, dockets())
    assert (first.outcome, first.read, first.changes, first.text_changes) == (RunOutcome.CHANGED, 0, (), ())

    churned = dockets()
    for entry in churned["rescheduling"]["data"]:
        entry["attributes"] |= {"lastModifiedDate": "2026-05-05T01:00:00Z", "openForComment": True}
    churned["rescheduling"]["data"].reverse()
    assert crawled(workspace, 5, churned).text_changes == ()

    later = dockets()
    docket = later["rescheduling"]
    docket["data"][0]["attributes"]["commentEndDate"] = "2026-09-01T03:59:59Z"
    final = {**docket["data"][0], "id": "DEA-2024-0059-0009"}
    final["attributes"] = final["attributes"] | {"documentType": "Rule", "subtype": None, "commentEndDate": None}
    docket["data"].append(final)
    docket["meta"]["totalElements"] += 1
    report = crawled(workspace, 6, later)
    assert [(text.citation, text.kind) for text in report.text_changes] == [
        ("DEA-2024-0059-0001, FR Doc. 2024-00001", TextKind.PENDING_TEXT),
        ("DEA-2024-0059-0009, FR Doc. 2024-00001", TextKind.PENDING_TEXT),
    ]
    assert "Comments until 2026-08-31." in report.text_changes[0].after
    assert not report.changes
    assert not served.versions(workspace)
    with workspace.database.read() as conn:
        told = answers.changes(conn, workspace.words, EVERYTHING, all_text=True)
    assert {(row["status"], row["topic"], row["severity"]) for row in told} == {("pending", None, "minor")}

    half = dockets()
    half["rescheduling"]["meta"]["totalElements"] = 300
    held = crawled(workspace, 7, half)
    assert (held.outcome, held.text_changes) == (RunOutcome.HELD, ())
    assert held.reason == "rescheduling: The answer holds 3 of 300 documents; narrow the search."
    workspace.database.close()
