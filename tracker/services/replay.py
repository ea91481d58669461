"""Recorded documents through the same code as a crawl, oldest first, on the recorded clock."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from tracker.domain.capture import Archive, Capture, Outcome
from tracker.domain.source import Source
from tracker.errors import OperatorError
from tracker.services.ingest import RunReport, ingest
from tracker.services.workspace import Workspace
from tracker.store import captures as runs
from tracker.store.baseline import unmet_until

_COLUMNS = ("path", "live_url", "version_date")


@dataclass(frozen=True)
class Recording:
    """One recorded document of one source."""

    source: Source
    document: str
    url: str
    day: date
    path: Path


@dataclass(frozen=True)
class Recordings:
    """What a folder holds, matched with the declarations by address."""

    wanted: tuple[Recording, ...]
    unwanted: int
    """Documents that no declaration asks for."""


def recordings(folder: Path, sources: Sequence[Source]) -> Recordings:
    """The documents that a folder's MANIFEST.tsv lists; raises OperatorError."""
    manifest = folder / "MANIFEST.tsv"
    if not manifest.is_file():
        raise OperatorError(f"{folder} has no MANIFEST.tsv; give the folder of recorded documents that holds it.")
    found: list[Recording] = []
    unwanted = 0
    with manifest.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        missing = [column for column in _COLUMNS if column not in (rows.fieldnames or ())]
        if missing:
            raise OperatorError(f"{manifest}: the column {missing[0]!r} is missing.")
        listed = list(enumerate(rows, 2))
        newest = max((row["version_date"] for _, row in listed if len(row["version_date"]) == 10), default="")
        for line, row in listed:
            matches = [
                (source, document)
                for source in sources
                if (document := source.document_of(row["live_url"])) is not None
            ]
            if not matches:
                unwanted += 1
            for source, document in matches:
                day = _day(row["version_date"], newest, manifest, line)
                found.append(Recording(source, document, row["live_url"], day, folder / row["path"]))
    return Recordings(tuple(sorted(found, key=lambda r: (r.day, r.source.id, r.document))), unwanted)


def replay(
    workspace: Workspace, wanted: Sequence[Recording], progress: Callable[[], None] = lambda: None
) -> Iterator[tuple[datetime, RunReport]]:
    """Ingest recordings day by day; a document absent on a day is carried forward. Raises OperatorError.

    A source is first read on the day on which all that it consists of has been recorded, and held if that never comes.
    """
    _refuse_older(workspace, wanted)
    shelves = {source.id: _shelf(workspace, source) for source in {r.source.id: r.source for r in wanted}.values()}
    last = {recording.source.id: recording.day for recording in sorted(wanted, key=lambda r: r.day)}
    by_day: dict[date, dict[str, list[Recording]]] = defaultdict(lambda: defaultdict(list))
    for recording in wanted:
        by_day[recording.day][recording.source.id].append(recording)
    for day in sorted(by_day):
        now = datetime.combine(day, time(), UTC)
        for source_id, fresh in by_day[day].items():
            source, shelf = fresh[0].source, shelves[source_id]
            shelf |= {recording.document: _put(workspace.archive, recording) for recording in fresh}
            missing = [document for document in source.documents if document.id not in shelf]
            there = sum(not source.keeps_beneath(copy.url) for copy in shelf.values())
            if day == last[source_id] or not (missing or there < source.expect.documents.min):
                captures = _captures(source, shelf, {recording.document for recording in fresh}, now)
                captures += [
                    Capture(source_id, each.id, each.url, now, Outcome.GONE, reason="no recording of it was found")
                    for each in missing
                ]
                yield now, ingest(workspace.database, workspace.archive, workspace.words, source, captures, now)
            for _ in fresh:
                progress()


@dataclass(frozen=True)
class _Copy:
    """The newest copy of a document."""

    url: str
    snapshot: str
    media_type: str = ""


def _shelf(workspace: Workspace, source: Source) -> dict[str, _Copy]:
    """The documents of a source that are known from before."""
    with workspace.database.read() as conn:
        known = runs.documents(conn, source.id)
    return {document: _Copy(each.url, each.snapshot, each.media_type) for document, each in known.items()}


def _put(archive: Archive, recording: Recording) -> _Copy:
    try:
        return _Copy(recording.url, archive.put(recording.path.read_bytes()))
    except OSError as error:
        raise OperatorError(f"{recording.path} cannot be read: {error.strerror}.") from None


def _captures(source: Source, shelf: Mapping[str, _Copy], fresh: Collection[str], now: datetime) -> list[Capture]:
    return [
        Capture(
            source.id,
            document,
            copy.url,
            now,
            Outcome.FETCHED if document in fresh else Outcome.NOT_MODIFIED,
            snapshot=copy.snapshot,
            media_type=copy.media_type,
        )
        for document, copy in sorted(shelf.items())
    ]


def _refuse_older(workspace: Workspace, wanted: Sequence[Recording]) -> None:
    with workspace.database.read() as conn:
        last = {state.id: state.last_read_at for state in runs.sources(conn)}
        unmet = unmet_until(conn, {recording.source.jurisdiction for recording in wanted})
    for recording in wanted:
        read, coded = last.get(recording.source.id), unmet.get(recording.source.jurisdiction)
        known = read or coded
        # The same recording again is no news; one that a baseline was written from would be recorded twice.
        if known is not None and (recording.day < known.date() or (read is None and recording.day == known.date())):
            raise OperatorError(
                f"{recording.source.id} is already known up to {known.date()}, "
                f"and this recording is of {recording.day}; replay into a fresh TRACKER_HOME."
            )


def _day(text: str, newest: str, manifest: Path, line: int) -> date:
    try:
        if text.isdigit() and len(text) == 4:
            # An edition that names a year only is dated at its end, when all of it had been published; one of the
            # year in which the recordings end cannot be younger than the newest of them.
            text = newest if newest[:4] == text else f"{text}-12-31"
        return date.fromisoformat(text)
    except ValueError:
        raise OperatorError(
            f"{manifest}:{line}: version_date {text!r} is not a date; write it as 2021-11-16."
        ) from None
