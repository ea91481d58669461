"""Two runs of one source that overlap: the one with the older bytes must not reverse the other."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.e2e.conftest import DECLARATION, PAGE
from tracker.domain.capture import Capture, Outcome
from tracker.services.ingest import RunReport, ingest
from tracker.services.workspace import Workspace
from tracker.settings import load_settings

NOON = datetime(2031, 5, 1, 12, tzinfo=UTC)


def test_older_bytes_that_arrive_late_reverse_nothing(tmp_path: Path) -> None:
    (tmp_path / "spiders" / "ca").mkdir(parents=True)
    (tmp_path / "spiders" / "ca" / "rules.yml").write_text(DECLARATION.format(base="https://law.example"), "utf-8")
    here = Workspace(load_settings({"TRACKER_HOME": str(tmp_path), "TRACKER_ONLY_OWN_SOURCES": "true"}))
    source = here.declarations.source("ca/rules")

    def run(grams: int, minutes: int) -> RunReport:
        values = {"effective": "1 January 2026", "built": "today", "conditions": "<li>epilepsy;</li>"}
        body = PAGE.format(grams=grams, **values).encode()
        at = NOON + timedelta(minutes=minutes)
        url, snapshot = "https://law.example/rules.html", here.archive.put(body)
        capture = Capture(source.id, "rules", url, at, Outcome.FETCHED, 200, snapshot, "text/html; charset=utf-8")
        return ingest(here.database, here.archive, here.words, source, [capture], at)

    assert run(30, 0).first
    assert len(run(60, 10).changes) == 1
    late = run(30, 5)
    assert late.changes == ()
    assert "newer run" in late.reason
    assert run(60, 15).outcome == "unchanged"
    here.database.close()
