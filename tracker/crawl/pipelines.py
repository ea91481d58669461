"""Where the bytes leave the engine."""

from __future__ import annotations

from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured

from tracker.crawl.items import Fetched
from tracker.domain.capture import Archive, Capture


class ArchivePipeline:
    """Keeps the bytes of a capture and drops them from the item."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        archive: Archive | None = getattr(crawler.spider, "archive", None)
        if archive is None:  # `scrapy shell` and `scrapy fetch` run spiders of their own
            raise NotConfigured
        return cls(archive)

    def process_item(self, item: Fetched | Capture) -> Capture:
        if isinstance(item, Capture):
            return item
        return replace(item.capture, snapshot=self._archive.put(item.body))
