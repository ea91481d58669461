"""The floor: a Scrapy spider with default settings that makes the same conditional requests."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy.crawler import AsyncCrawlerProcess
from scrapy.http import Response


class Floor(scrapy.Spider):
    """Asks for every page, with the validator that the page gave last time."""

    name = "floor"
    handle_httpstatus_list = [304]
    base = ""
    number = 0
    etags: dict[str, str] = {}

    async def start(self) -> AsyncIterator[Any]:
        for page in range(self.number):
            url = f"{self.base}/p{page:04d}.html"
            headers = {"If-None-Match": self.etags[url]} if url in self.etags else None
            yield scrapy.Request(url, headers=headers, dont_filter=True)

    def parse(self, response: Response, **_: Any) -> None:
        etag = response.headers.get("ETag")
        if response.status == 200 and etag:
            self.etags[response.url] = etag.decode()


if __name__ == "__main__":
    Floor.base, Floor.number = sys.argv[1], int(sys.argv[2])
    kept = Path(sys.argv[3])
    Floor.etags = json.loads(kept.read_text()) if kept.exists() else {}
    process = AsyncCrawlerProcess({"LOG_LEVEL": "ERROR"})
    process.crawl(Floor)
    process.start()
    kept.write_text(json.dumps(Floor.etags))
