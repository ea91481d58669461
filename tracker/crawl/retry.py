"""Tries again what may pass, waits as long as a publisher asks, and leaves a host alone that does not answer."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Self

from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import ResponseDataLossError
from scrapy.http import Response

from tracker.crawl.answers import NO_ANSWER, of_exception, status_in_words
from tracker.crawl.hosts import Hosts, host_of
from tracker.crawl.items import NoDocument
from tracker.domain.capture import Outcome

_RETRIES = 2
_LONGEST_WAIT = timedelta(seconds=120)
"""Longer than this we do not wait within a run; the schedule asks again."""
_TRANSIENT = (408, 500, 502, 503, 504)
_ASKS_TO_WAIT = (429, 503)
_SILENCE = 3
"""After so many attempts in a row without any answer, a host is asked for nothing more."""


class RetryMiddleware:
    """Two more attempts for what may pass, each later than the one before."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._hosts = Hosts(crawler)
        self._backoff = crawler.settings.getfloat("TRACKER_BACKOFF")
        self._max_bytes = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._closed: dict[str, NoDocument] = {}
        self._silent: Counter[str] = Counter()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler)
        # Sent before the host's next request leaves; `process_response` comes too late to hold it back.
        crawler.signals.connect(middleware.heed, signals.response_downloaded)
        return middleware

    def heed(self, response: Response, request: Request) -> None:
        """Wait as long as the publisher asks, or ask for nothing more in this run."""
        host = host_of(request)
        self._silent.pop(host, None)
        if response.status not in _ASKS_TO_WAIT:
            return
        now = datetime.now(UTC)
        until = asked_to_wait_until(response, now)
        outcome = Outcome.REFUSED if response.status == 429 else Outcome.UNREACHABLE
        if until and until - now <= _LONGEST_WAIT:
            self._hosts.pause(host, (until - now).total_seconds())
        elif until:
            self._close(host, NoDocument(outcome, f"the publisher asks to wait until {until:%Y-%m-%d %H:%M} UTC"))
        elif response.status == 429:
            self._close(host, NoDocument(outcome, f"the server answered {status_in_words(429)}"))

    def process_request(self, request: Request) -> None:
        if (closed := self._closed.get(host_of(request))) is not None:
            raise NoDocument(closed.outcome, closed.reason)

    def process_response(self, request: Request, response: Response) -> Request | Response:
        if response.status not in (*_TRANSIENT, *_ASKS_TO_WAIT):
            return response
        self.process_request(request)
        return self._again(request) or response

    def process_exception(self, request: Request, exception: Exception) -> Request | None:
        if not isinstance(exception, (*NO_ANSWER, ResponseDataLossError)):
            return None
        if isinstance(exception, NO_ANSWER):
            self._count_silence(request, exception)
        return self._again(request)

    def _again(self, request: Request) -> Request | None:
        tries, host = request.meta.get("tries", 1), host_of(request)
        if tries > _RETRIES or host in self._closed or not self._crawler.crawling:
            return None
        self._hosts.pause(host, self._backoff * 2 ** (tries - 1))
        return request.replace(meta={**request.meta, "tries": tries + 1})

    def _count_silence(self, request: Request, exception: Exception) -> None:
        host = host_of(request)
        self._silent[host] += 1
        verdict = of_exception(exception, request, self._max_bytes)
        if verdict and self._silent[host] >= _SILENCE:
            self._close(host, NoDocument(verdict[0], f"{verdict[1]}, {_SILENCE} times in a row"))

    def _close(self, host: str, reason: NoDocument) -> None:
        self._closed.setdefault(host, reason)
        self._hosts.empty(reason, host)


def asked_to_wait_until(response: Response, now: datetime) -> datetime | None:
    """What Retry-After says, in seconds or as a date; None where it says nothing that can be read."""
    said = (response.headers.get("Retry-After") or b"").decode("latin-1").strip()
    if said.isascii() and said.isdigit():
        return now + timedelta(seconds=min(int(said[:10]), 366 * 86400))
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(now, until if until.tzinfo else until.replace(tzinfo=UTC))
