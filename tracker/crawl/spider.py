"""The base of all spiders: asks for documents and turns whatever happens into captures."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import scrapy
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure

from tracker.crawl.answers import of_exception, of_response
from tracker.crawl.conditional import confirmed
from tracker.crawl.items import Fetched
from tracker.crawl.job import Job
from tracker.crawl.ledger import INDEX, Ledger
from tracker.domain.capture import Archive, Capture, Outcome
from tracker.errors import Unexpected

__all__ = ["Asked", "Job", "Response", "SourceSpider", "Unexpected"]

Asked = Request | Capture
"""A request, or at once the capture of an address that cannot be asked for."""

Follow = Callable[[Job, Response], Iterable[Asked]]
"""Reads a page on the way and asks for what it leads to; raises Unexpected where it leads nowhere."""

_EVIDENCE = ("etag", "last-modified", "content-type", "content-language", "date")


class SourceSpider(scrapy.Spider, ABC):
    """Fetches the sources that are reached in one way; its only product is captures.

    A subclass sets `name`, which declarations name as their `spider`, and says in `begin` what to ask for first.
    """

    def __init__(self, jobs: Sequence[Job], archive: Archive, ledger: Ledger, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._jobs, self._archive, self._ledger = jobs, archive, ledger

    @abstractmethod
    def begin(self, job: Job) -> Iterable[Asked]:
        """The first requests of a source."""

    async def start(self) -> AsyncIterator[Asked]:
        """The first requests of all sources in turn, so that their hosts are asked side by side."""
        waiting = [iter(self.begin(job)) for job in self._jobs]
        while waiting:
            for requests in list(waiting):
                try:
                    yield next(requests)
                except StopIteration:
                    waiting.remove(requests)
                except Exception:  # a bug in one source's way must not cost the others theirs
                    self.logger.exception("A source could not be begun")
                    waiting.remove(requests)

    def fetch(self, job: Job, document: str, url: str) -> Asked:
        """Ask for a document, and only for what is new where our copy can be named."""
        self._ledger.expect(job.source.id, document, url)
        validator = job.validators.get(url)
        known = validator is not None and validator.snapshot in self._archive
        return self._request(job, document, url, self._fetched, {"validator": validator} if known else {})

    def visit(self, job: Job, url: str, follow: Follow, step: str = INDEX) -> Asked:
        """Ask for a page on the way to the documents, whole and not for what is new; it is captured where it fails."""
        self._ledger.expect(job.source.id, step, url)
        return self._request(job, step, url, self._visited, {}, follow=follow)

    def _request(
        self, job: Job, document: str, url: str, callback: Callable[..., Any], meta: dict[str, Any], **more: Any
    ) -> Asked:
        try:
            return Request(
                url,
                callback=callback,
                errback=self._failed,
                headers={"Accept-Language": job.source.language},
                cb_kwargs={"job": job, "document": document, **more},
                meta={**meta, "declared_url": url},
                dont_filter=True,
            )
        except ValueError as error:
            reason = f"the address cannot be read: {error}"
            return Capture(job.source.id, document, url, datetime.now(UTC), Outcome.UNEXPECTED, reason=reason)

    def _fetched(self, response: Response, job: Job, document: str) -> Fetched | Capture:
        if (validator := confirmed(response)) is not None:
            return _capture(response, job, document, Outcome.NOT_MODIFIED, snapshot=validator.snapshot)
        outcome, reason = of_response(response)
        capture = _capture(response, job, document, outcome, reason=reason)
        return Fetched(capture, response.body) if outcome is Outcome.FETCHED else capture

    def _visited(self, response: Response, job: Job, document: str, follow: Follow) -> Iterator[Asked]:
        outcome, reason = of_response(response)
        if outcome is Outcome.FETCHED:
            try:
                yield from follow(job, response)
            except Unexpected as error:
                outcome, reason = Outcome.UNEXPECTED, str(error)
            else:
                self._ledger.settle(job.source.id, document)
                return
        yield _capture(response, job, document, outcome, reason=reason)

    def _failed(self, failure: Failure) -> Capture | None:
        request: Request = failure.request  # type: ignore[attr-defined]
        exception = failure.value
        verdict = exception and of_exception(exception, request, self.crawler.settings.getint("DOWNLOAD_MAXSIZE"))
        if not verdict:
            self.logger.error("No answer from %s: %s", request.url, failure.getTraceback())
            return None
        given = request.cb_kwargs
        return Capture(
            given["job"].source.id,
            given["document"],
            request.meta["declared_url"],
            datetime.now(UTC),
            verdict[0],
            headers=_redirected(request),
            reason=verdict[1],
        )


def _capture(response: Response, job: Job, document: str, outcome: Outcome, **more: Any) -> Capture:
    content_type = (response.headers.get("Content-Type") or b"").decode("latin-1")
    evidence = {name: value.decode("latin-1") for name in _EVIDENCE if (value := response.headers.get(name))}
    return Capture(
        job.source.id,
        document,
        response.meta["declared_url"],
        datetime.now(UTC),
        outcome,
        response.status,
        media_type=content_type.partition(";")[0].strip().lower(),
        headers={**evidence, **_redirected(response.request)},
        **more,
    )


def _redirected(request: Request | None) -> dict[str, str]:
    return {"final-url": request.url} if request and "redirect_urls" in request.meta else {}
