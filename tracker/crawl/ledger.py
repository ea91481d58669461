"""Makes sure that every document asked for ends with exactly one capture."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from tracker.crawl.job import Job
from tracker.domain.capture import Capture, Outcome

INDEX = "index"
"""The document id under which a failed index is reported."""
BENEATH = "permanent"
"""The document id under which a failed index of permanent versions is reported."""


class Ledger:
    """What is expected, and what has come."""

    def __init__(self, jobs: Iterable[Job], on_capture: Callable[[Capture], None]) -> None:
        self._tell = on_capture
        self._open: dict[tuple[str, str], str] = {}
        self._done: set[tuple[str, str]] = set()
        for job in jobs:
            for document in job.source.documents:
                self.expect(job.source.id, document.id, document.url)
            if job.source.index:
                self.expect(job.source.id, INDEX, job.source.index.url)
            if job.source.permanent:
                self.expect(job.source.id, BENEATH, job.source.permanent.url)

    def expect(self, source: str, document: str, url: str) -> None:
        """A document will be asked for."""
        if (source, document) not in self._done:
            self._open[source, document] = url

    def record(self, capture: Capture) -> None:
        """Pass a capture on, unless its document had one before."""
        if self.settle(capture.source, capture.document):
            self._tell(capture)

    def settle(self, source: str, document: str) -> bool:
        """Expect a document no longer; False where it was not expected any more."""
        if (source, document) in self._done:
            return False
        self._open.pop((source, document), None)
        self._done.add((source, document))
        return True

    def close(self, reason: str) -> None:
        """Record that everything still open got no answer."""
        for (source, document), url in list(self._open.items()):
            self.record(Capture(source, document, url, datetime.now(UTC), Outcome.UNREACHABLE, reason=reason))
