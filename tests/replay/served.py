"""Editions of invented law, served to an installation as a crawl would find them, and what the installation answers."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import combinations
from pathlib import Path
from typing import Any

from tests.law.facts import Edition
from tests.law.history import canada_like, dc_like, page_like
from tracker.domain.capture import Capture, Outcome
from tracker.domain.change import Change, TextChange
from tracker.domain.rule import Version
from tracker.domain.source import Source
from tracker.services import answers
from tracker.services.answers import Question
from tracker.services.ingest import RunReport, ingest
from tracker.services.workspace import Workspace
from tracker.settings import Settings
from tracker.store import captures, changes, queries
from tracker.store.captures import RunOutcome

HERE = Path(__file__).parent
NOW = datetime(2030, 1, 1, tzinfo=UTC)

Json = dict[str, Any]


@dataclass(frozen=True)
class Heard:
    """One edition, and what reading it on its day brought."""

    edition: Edition
    at: datetime
    reports: tuple[RunReport, ...]

    @property
    def changes(self) -> list[Change]:
        """Rule changes, in the order in which they were found."""
        return [change for report in self.reports for change in report.changes]

    @property
    def texts(self) -> list[TextChange]:
        """Changes of words."""
        return [change for report in self.reports for change in report.text_changes]

    @property
    def outcomes(self) -> set[RunOutcome]:
        """How the runs of the sources ended."""
        return {report.outcome for report in self.reports}


def history(jurisdiction: str, seed: int) -> list[Edition]:
    """The editions of one invented jurisdiction, as small as they can be."""
    if jurisdiction == "XA":
        return canada_like(seed, 60, ("en", "fr"))
    return dc_like(seed) if jurisdiction == "XB" else page_like(seed)


def install(home: Path) -> Workspace:
    """An installation whose only sources are the invented ones, declared as a contributor would."""
    shutil.copytree(HERE / "declarations", home / "spiders")
    shutil.copytree(HERE / "vocabulary", home / "vocabulary")
    return reopen(home)


def reopen(home: Path) -> Workspace:
    """An installation that was made before."""
    return Workspace(Settings(home=home, only_own_sources=True))


def serve(workspace: Workspace, edition: Edition, at: datetime | None = None) -> Heard:
    """What a crawl finds at the addresses on the day of an edition, read by every source of its jurisdiction."""
    at = at or datetime.combine(edition.date, time(), UTC)
    reports = []
    for source in workspace.declarations.sources.values():
        if source.jurisdiction == edition.jurisdiction:
            found = _captures(workspace, source, edition, at)
            reports.append(ingest(workspace.database, workspace.archive, workspace.words, source, found, at))
    return Heard(edition, at, tuple(reports))


def serve_all(workspace: Workspace, editions: Iterable[Edition]) -> list[Heard]:
    """Edition after edition, each on its day."""
    return [serve(workspace, edition) for edition in editions]


def _captures(workspace: Workspace, source: Source, edition: Edition, at: datetime) -> list[Capture]:
    """A document that is there is fetched; one that was there before and is not now answers 404."""
    with workspace.database.read() as conn:
        known = captures.documents(conn, source.id)
    found = []
    for name, url in edition.urls.items():
        document = source.document_of(url)
        if document is None:
            continue
        if name in edition.documents:
            snapshot = workspace.archive.put(edition.documents[name])
            kind = "text/html" if edition.format.startswith("HTML") else "application/xml"
            fetched = Capture(source.id, document, url, at, Outcome.FETCHED, 200, snapshot=snapshot, media_type=kind)
            found.append(fetched)
        elif document in known:
            found.append(Capture(source.id, document, url, at, Outcome.GONE, 404, reason="the address answers 404"))
    return found


def ask(workspace: Workspace, jurisdiction: str, as_of: date | None = None, known_at: datetime | None = None) -> Json:
    """What `tracker rules JURISDICTION --own --as-of DATE --known-at TIME --format json` prints."""
    question = Question(jurisdiction, (), as_of, known_at, own_only=True)
    with workspace.database.read() as conn:
        return answers.rules(conn, workspace.words, question, NOW)


def versions(workspace: Workspace) -> list[Version]:
    """Every version that was ever believed."""
    with workspace.database.read() as conn:
        return queries.versions_of(conn)


def change_ids(workspace: Workspace) -> list[str]:
    """The names of all rule changes and changes of words."""
    with workspace.database.read() as conn:
        rules = [recorded.id for recorded in changes.changes(conn)]
        return sorted(rules + [text.id for _, text in changes.text_changes(conn)])


def two_on_one_day(found: Iterable[Version]) -> list[tuple[Version, Version]]:
    """Versions of one rule that were believed at the same time of the same day of validity."""
    by_rule: dict[object, list[Version]] = defaultdict(list)
    for version in found:
        by_rule[version.key].append(version)
    return [
        (one, other)
        for each in by_rule.values()
        for one, other in combinations(each, 2)
        if one.valid.overlaps(other.valid) and _believed_together(one, other)
    ]


def _believed_together(one: Version, other: Version) -> bool:
    first, second = sorted((one, other), key=lambda version: version.recorded_from)
    return first.recorded_to is None or second.recorded_from < first.recorded_to


def of(rules: Sequence[Json], topic: str, **qualifier: str) -> Json:
    """The one answer to a question."""
    found = [rule for rule in rules if rule["topic"] == topic and qualifier.items() <= rule["qualifier"].items()]
    assert len(found) == 1, f"{len(found)} answers to {topic} {qualifier}"
    return found[0]
