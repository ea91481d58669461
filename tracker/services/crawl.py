"""Crawl sources: fetch them in a child process, and read each as soon as all its documents have an answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import structlog

from tracker.archive import FolderArchive
from tracker.crawl.job import Job, Options
from tracker.domain.capture import NOTHING, Archive, Capture, Outcome
from tracker.domain.source import Source
from tracker.errors import OperatorError, TrackerError
from tracker.services import fetch
from tracker.services.fetching import FetchProcess
from tracker.services.ingest import RunReport, ingest
from tracker.services.workspace import Workspace
from tracker.store import captures as runs
from tracker.store.captures import RunOutcome

_BASE_SECONDS = 120.0
_SECONDS_A_DOCUMENT = 90.0
"""A child is killed when its batch takes longer than this allows, with the declared delays on top."""


def choose(workspace: Workspace, names: Sequence[str], everything: bool = False) -> list[Source]:
    """The sources that a person names by id or jurisdiction; raises UnknownName with the nearest names."""
    declarations = workspace.declarations
    if everything:
        return list(declarations.sources.values())
    chosen: dict[str, Source] = {}
    for name in names:
        if "/" in name:
            source = declarations.source(name)
            chosen[source.id] = source
            continue
        code = workspace.jurisdiction(name)
        found = [source for source in declarations.sources.values() if source.jurisdiction == code]
        if not found:
            known = sorted({source.jurisdiction for source in declarations.sources.values()})
            raise OperatorError(f"No source is declared for {code}; declared are {', '.join(known)}.")
        chosen.update({source.id: source for source in found})
    return list(chosen.values())


def crawl(workspace: Workspace, sources: Sequence[Source], process: FetchProcess | None = None) -> Iterator[RunReport]:
    """Crawl sources, one report each, as they are done; `process` may have been started already.

    Sources that a dying child leaves without an answer are tried once more, one by one, so that one poisonous page
    costs only itself.
    """
    left = {source.id: source for source in sources}
    for report in _batch(workspace, list(sources), process):
        left.pop(report.source, None)
        yield report
        _told(workspace, report)
    for source in list(left.values()):
        for report in list(_batch(workspace, [source])) or [_given_up(workspace, source)]:
            yield report
            _told(workspace, report)


def rehearse(workspace: Workspace, sources: Sequence[Source]) -> Iterator[RunReport]:
    """Fetch and read, and say what would follow; archive and database stay as they are."""
    with TemporaryDirectory() as folder:
        yield from _batch(workspace, list(sources), rehearsal=FolderArchive(Path(folder)))


class _Layered:
    """What a rehearsal fetched, before the archive it may not write to."""

    def __init__(self, top: Archive, below: Archive) -> None:
        self._top, self._below = top, below

    def put(self, body: bytes) -> str:
        return self._top.put(body)

    def get(self, sha256: str) -> bytes:
        return (self._top if sha256 in self._top else self._below).get(sha256)

    def __contains__(self, sha256: str) -> bool:
        return sha256 in self._top or sha256 in self._below


def _batch(
    workspace: Workspace,
    sources: list[Source],
    process: FetchProcess | None = None,
    rehearsal: FolderArchive | None = None,
) -> Iterator[RunReport]:
    by_id = {source.id: source for source in sources}
    jobs = [_job(workspace, source) for source in sources]
    expected = {job.source.id: _expected(job) for job in jobs}
    arrived: dict[str, list[Capture]] = defaultdict(list)
    done: set[str] = set()
    archive = rehearsal.folder if rehearsal else workspace.settings.archive
    with process or FetchProcess() as child:
        for capture in child.captures(fetch.order(jobs, archive, _options(workspace)), _seconds(jobs)):
            arrived[capture.source].append(capture)
            wanted = expected[capture.source]
            if wanted is not None and len(arrived[capture.source]) >= wanted:
                done.add(capture.source)
                yield _ingest(workspace, by_id[capture.source], arrived[capture.source], rehearsal)
    for source_id, captures in arrived.items():
        # A source with an index is complete when its child has ended well; a dead child leaves it half-seen.
        if source_id not in done and expected[source_id] is None and child.ended_well:
            yield _ingest(workspace, by_id[source_id], captures, rehearsal)


def _job(workspace: Workspace, source: Source) -> Job:
    with workspace.database.read() as conn:
        known = runs.documents(conn, source.id)
        validators = runs.validators(conn, source.id)
    there = {document: stored.url for document, stored in known.items() if stored.snapshot != NOTHING}
    return Job(source, validators, there if source.index else {})


def _expected(job: Job) -> int | None:
    """How many captures complete a source; None where only the end of the crawl tells."""
    return None if job.source.index else len(job.source.documents)


def _ingest(
    workspace: Workspace, source: Source, captures: list[Capture], rehearsal: FolderArchive | None = None
) -> RunReport:
    archive = _Layered(rehearsal, workspace.archive) if rehearsal else workspace.archive
    now = datetime.now(UTC)
    try:
        return ingest(
            workspace.database, archive, workspace.words, source, captures, now, rehearse=rehearsal is not None
        )
    except TrackerError:
        raise
    except Exception as error:  # a fault of ours in one source must not cost the others their run
        structlog.get_logger().error("reading crashed", source=source.id, exc_info=True)
        reason = f"a fault in the tracker itself ({type(error).__name__}: {error}); please report it"
        return RunReport(source.id, RunOutcome.FAILED, reason)


def _told(workspace: Workspace, report: RunReport) -> None:
    """Remember that operators have heard how a source stands: whoever crawls is shown each report."""
    if report.news:
        with workspace.database.write() as conn:
            state = runs.source_state(conn, report.source)
            if state is not None:
                runs.mark_told(conn, state, datetime.now(UTC))


def _given_up(workspace: Workspace, source: Source) -> RunReport:
    now = datetime.now(UTC)
    reason = "the crawl process ended twice without an answer"
    captures = [Capture(source.id, "crawl", "", now, Outcome.UNREACHABLE, reason=reason)]
    return _ingest(workspace, source, captures)


def _options(workspace: Workspace) -> Options:
    settings = workspace.settings
    return Options(
        contact=settings.contact,
        allow_hosts=settings.allow_hosts,
        robots_folder=settings.home / "robots",
        delay=settings.crawl_delay,
        timeout=settings.crawl_timeout,
    )


def _seconds(jobs: Sequence[Job]) -> float:
    documents = sum(max(1, len(job.source.documents), len(job.known_documents)) for job in jobs)
    slowest = max((job.source.delay for job in jobs), default=0.0)
    return _BASE_SECONDS + documents * (slowest + _SECONDS_A_DOCUMENT)
