"""What the engine says while it works: nothing for each page, since every page ends in a capture."""

from __future__ import annotations

import logging
from typing import Any

from scrapy.logformatter import LogFormatter, LogFormatterResult


class QuietLogFormatter(LogFormatter):
    """Does not log each answer, nor items, which may be large."""

    def crawled(self, *_: Any, **__: Any) -> None:  # type: ignore[override]
        return None

    def scraped(self, *_: Any, **__: Any) -> None:  # type: ignore[override]
        return None

    def item_error(self, *_: Any, **__: Any) -> LogFormatterResult:
        return {"level": logging.INFO, "msg": "The archive failed; the crawl ends.", "args": ()}
