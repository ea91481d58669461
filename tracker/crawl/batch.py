"""All spiders of a batch in one engine, so that no host is asked by two of them at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any, Self

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler
from twisted.python.failure import Failure

from tracker.crawl.hosts import Hosts
from tracker.crawl.items import NoDocument
from tracker.crawl.job import Job
from tracker.crawl.ledger import Ledger
from tracker.crawl.spider import Asked, SourceSpider
from tracker.domain.capture import Archive, Capture, Outcome

NO_ANSWER_RECORDED = "no answer was recorded"
INTERRUPTED = "interrupted"


class Batch(scrapy.Spider):
    """The one spider that the engine sees; it passes on what the spiders of the sources ask for."""

    name = "batch"

    def __init__(self, spiders: Sequence[SourceSpider], archive: Archive, ledger: Ledger, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.archive, self.ledger = archive, ledger
        self.problem: BaseException | None = None
        """What ended the batch early: the archive or the receiver of the captures failed."""
        self._spiders = spiders
        self._stopping: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(
        cls,
        crawler: Crawler,
        *,
        work: Mapping[type[SourceSpider], Sequence[Job]],
        archive: Archive,
        ledger: Ledger,
        **kwargs: Any,
    ) -> Self:
        spiders = [kind.from_crawler(crawler, jobs, archive, ledger) for kind, jobs in work.items()]
        batch = super().from_crawler(crawler, spiders, archive, ledger, **kwargs)
        crawler.signals.connect(batch._arrived, signals.item_scraped)
        crawler.signals.connect(batch._broken, signals.item_error)
        crawler.signals.connect(batch._ended, signals.spider_closed)
        return batch

    async def start(self) -> AsyncIterator[Asked]:
        waiting = [spider.start() for spider in self._spiders]
        while waiting:
            for requests in list(waiting):
                try:
                    yield await anext(requests)
                except StopAsyncIteration:
                    waiting.remove(requests)

    def interrupt(self) -> None:
        """Record what is still open, and stop without waiting for answers."""
        self.ledger.close(INTERRUPTED)
        self._stop()

    def _arrived(self, item: Capture) -> None:
        if self.problem is None:
            try:
                self.ledger.record(item)
            except Exception as error:  # raised again by `run`; a signal would swallow it
                self._give_up(error)

    def _broken(self, failure: Failure) -> None:
        self._give_up(failure.value)

    def _give_up(self, problem: BaseException | None) -> None:
        if self.problem is None:
            self.problem = problem
            self._stop()

    def _ended(self, reason: str) -> None:
        if self.problem is None:
            self.ledger.close(INTERRUPTED if reason == "shutdown" else NO_ANSWER_RECORDED)

    def _stop(self) -> None:
        if self._stopping is None:
            self._stopping = asyncio.ensure_future(self._stop_at_once())

    async def _stop_at_once(self) -> None:
        from twisted.internet import reactor

        stopped = asyncio.ensure_future(self.crawler.stop_async())
        await asyncio.sleep(0)  # from here on nothing is tried again
        Hosts(self.crawler).empty(NoDocument(Outcome.UNREACHABLE, INTERRUPTED))
        while not stopped.done():  # Twisted repeats a request whose kept connection was lost
            reactor.disconnectAll()
            await asyncio.sleep(0.05)
        await stopped
