"""Runs one engine for a batch of sources; once per process, because a reactor starts once."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable, Iterable

from scrapy import signals
from scrapy.crawler import AsyncCrawlerProcess, Crawler

from tracker.crawl.batch import NO_ANSWER_RECORDED, Batch
from tracker.crawl.job import Job, Options
from tracker.crawl.ledger import Ledger
from tracker.crawl.loader import spider_class
from tracker.crawl.settings import engine_settings
from tracker.crawl.spider import SourceSpider
from tracker.domain.capture import Archive, Capture

__all__ = ["Job", "Options", "run"]


def run(jobs: Iterable[Job], archive: Archive, options: Options, on_capture: Callable[[Capture], None]) -> None:
    """Fetch the sources; each document ends in one call of `on_capture`, as soon as its answer is known.

    SIGINT and SIGTERM end the run with the captures that are left, each `interrupted`.
    """
    work: dict[type[SourceSpider], list[Job]] = {}
    for job in jobs:
        work.setdefault(spider_class(job.source.spider), []).append(job)
    everything = [job for group in work.values() for job in group]
    ledger = Ledger(everything, on_capture)

    process = AsyncCrawlerProcess(
        {**engine_settings(options, [job.source for job in everything]), "LOG_INSTALL_ROOT_HANDLER": False}
    )
    # Scrapy sets DEBUG, and pays for every line nobody reads; what it warns of, captures say.
    logging.getLogger("scrapy").setLevel(logging.ERROR)
    crawler = process.create_crawler(Batch)
    crawler.signals.connect(lambda: _stop_on_signals(crawler), signals.engine_started, weak=False)
    finished = process.crawl(crawler, work=work, archive=archive, ledger=ledger)
    process.start(install_signal_handlers=False)

    finished.result()
    if isinstance(crawler.spider, Batch) and crawler.spider.problem is not None:
        raise crawler.spider.problem
    ledger.close(NO_ANSWER_RECORDED)


def _stop_on_signals(crawler: Crawler) -> None:
    """Scrapy's own handlers wait for every request under way, up to its time limit."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)
        if isinstance(crawler.spider, Batch):
            crawler.spider.interrupt()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
