"""The Scrapy settings of every crawl: only what we use, certificates verified, nothing listening."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from tracker.crawl.job import Options
from tracker.domain.source import Source

_DEFAULT_DELAY = 3.0
_HERE = "tracker.crawl"


def engine_settings(options: Options, sources: Iterable[Source]) -> dict[str, Any]:
    """Settings for one engine that fetches these sources."""
    sources = list(sources)
    unhurried = options.delay != 0
    # Hosts that no declaration names are those that a redirect or an index leads to.
    longest_delay = max([_DEFAULT_DELAY, *(source.delay for source in sources)])
    return {
        **_ENGINE,
        "CONCURRENT_REQUESTS": 32 if unhurried else 16,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 1 if unhurried else 16,
        "DEFAULT_REQUEST_HEADERS": {
            "User-Agent": options.user_agent,
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        },
        "DOWNLOAD_DELAY": longest_delay if options.delay is None else options.delay,
        "DOWNLOAD_MAXSIZE": options.max_bytes,
        "DOWNLOAD_SLOTS": _slots(sources) if options.delay is None else {},
        "DOWNLOAD_TIMEOUT": options.timeout,
        "TRACKER_ALLOW_HOSTS": list(options.allow_hosts),
        "TRACKER_BACKOFF": 2.0 if options.delay is None else options.delay,
        "TRACKER_ROBOTS_FOLDER": str(options.robots_folder) if options.robots_folder else "",
    }


def _slots(sources: Iterable[Source]) -> dict[str, dict[str, float]]:
    """Settings of the queue of each host: the longest delay that any source declares for it."""
    slots: dict[str, dict[str, float]] = {}
    for source in sources:
        urls = [document.url for document in source.documents]
        urls += [index.url for index in (source.index, source.permanent) if index]
        for host in {urlsplit(url).hostname or "" for url in urls}:
            slots[host] = {"delay": max(source.delay, slots.get(host, {}).get("delay", 0.0))}
    return slots


_ENGINE: dict[str, Any] = {
    "ASYNCIO_EVENT_LOOP": "uvloop.Loop" if find_spec("uvloop") else None,
    "TWISTED_DNS_RESOLVER": f"{_HERE}.egress.GuardedResolver",
    "DOWNLOAD_VERIFY_CERTIFICATES": True,
    "DOWNLOAD_HANDLERS": {"data": None, "file": None, "ftp": None, "s3": None},
    "DOWNLOAD_DELAY_JITTER": 0,  # a delay that a publisher asks for is a minimum
    "DOWNLOAD_WARNSIZE": 0,
    "REMOTE_CONTROL_ENABLED": False,
    "TELNETCONSOLE_ENABLED": False,
    # Requests pass from top to bottom, answers and failures from bottom to top.
    "DOWNLOADER_MIDDLEWARES_BASE": {
        f"{_HERE}.retry.RetryMiddleware": 100,
        f"{_HERE}.egress.EgressMiddleware": 200,
        f"{_HERE}.robots.RobotsMiddleware": 300,
        f"{_HERE}.redirect.RedirectMiddleware": 400,
        f"{_HERE}.conditional.ConditionalMiddleware": 500,
        "scrapy.downloadermiddlewares.defaultheaders.DefaultHeadersMiddleware": 600,
        "scrapy.downloadermiddlewares.downloadtimeout.DownloadTimeoutMiddleware": 700,
        f"{_HERE}.decoding.DecodingMiddleware": 800,
    },
    "SPIDER_MIDDLEWARES_BASE": {},
    "EXTENSIONS_BASE": {},
    "ITEM_PIPELINES": {f"{_HERE}.pipelines.ArchivePipeline": 100},
    "CONCURRENT_ITEMS": 1,  # Scrapy starts so many tasks for every answer; ours have one item
    "DUPEFILTER_CLASS": "scrapy.dupefilters.BaseDupeFilter",  # two sources may name the same address
    "SCHEDULER_MEMORY_QUEUE": "scrapy.squeues.FifoMemoryQueue",
    "LOG_FORMATTER": f"{_HERE}.logs.QuietLogFormatter",
    "LOG_VERSIONS": [],
    "STATS_DUMP": False,
    "STATS_CLASS": "scrapy.statscollectors.DummyStatsCollector",
    "WARN_ON_GENERATOR_RETURN_VALUE": False,
}
