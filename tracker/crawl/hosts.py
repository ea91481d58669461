"""Slows down and closes hosts while the engine runs."""

from __future__ import annotations

from time import monotonic

from scrapy import Request
from scrapy.core.downloader import Downloader
from scrapy.crawler import Crawler
from scrapy.utils.httpobj import urlparse_cached

from tracker.crawl.items import NoDocument


class Hosts:
    """The downloader's queues, one for each host."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    def pause(self, host: str, seconds: float) -> None:
        """Ask the host for nothing in the next seconds."""
        slot = self._downloader.slots.get(host)
        if slot is not None and seconds > 0:
            slot.delay = slot.delay or 1.0  # without a delay the downloader does not look at `lastseen`
            slot.lastseen = max(slot.lastseen, monotonic() + seconds - slot.delay)

    def slow_down(self, host: str, seconds: float) -> None:
        """Let at least these seconds pass between two requests to the host, one at a time."""
        settings = self._downloader.per_slot_settings
        slot = self._downloader.slots.get(host)
        if slot is not None:
            slot.delay, slot.concurrency = max(slot.delay, seconds), 1
        # A slot that is idle for a minute is dropped, and made again from these.
        usual = settings.get(host, {}).get("delay", self._crawler.settings.getfloat("DOWNLOAD_DELAY"))
        settings[host] = {"delay": max(usual, seconds), "concurrency": 1}

    def empty(self, reason: NoDocument, host: str | None = None) -> None:
        """Give up the requests that wait for their turn at the host, or at all of them."""
        for name, slot in self._downloader.slots.items():
            while slot.queue and host in (None, name):
                _, waiting = slot.queue.popleft()
                waiting.errback(NoDocument(reason.outcome, reason.reason))

    @property
    def _downloader(self) -> Downloader:
        return self._crawler.engine.downloader


def host_of(request: Request) -> str:
    """The host that a request is queued for."""
    return urlparse_cached(request).hostname or ""
