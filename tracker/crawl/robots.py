"""Obeys robots.txt as RFC 9309 reads it: no file means all is allowed, no answer means nothing is."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from secrets import token_hex
from typing import Self
from urllib.parse import urlsplit

from protego import Protego
from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http.request import NO_CALLBACK

from tracker.crawl.answers import NO_ANSWER, Verdict, of_exception, of_response, status_in_words
from tracker.crawl.hosts import Hosts, host_of
from tracker.crawl.items import NoDocument
from tracker.domain.capture import Outcome

_ROBOT = "access-rules-tracker"
_KEPT_FOR = timedelta(hours=24)
_LONGEST = 500 * 1024
"""Bytes of a robots.txt that are read; RFC 9309 asks for at least these."""
_LONGEST_DELAY = 60.0
"""Seconds; hosts that ask for more get this. We ask for a few documents, seldom, and a run has to end."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What one robots.txt says, or why nothing may be fetched without it."""

    parsed: Protego | None = None
    refusal: Verdict | None = None

    @property
    def delay(self) -> float:
        """Seconds that the host wants between two requests."""
        return min((self.parsed and self.parsed.crawl_delay(_ROBOT)) or 0.0, _LONGEST_DELAY)


class RobotsMiddleware:
    """Asks each host for its robots.txt once, and lets pass what it allows."""

    def __init__(self, crawler: Crawler, folder: RobotsFolder | None) -> None:
        self._crawler = crawler
        self._hosts = Hosts(crawler)
        self._folder = folder
        self._max_bytes = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._rules: dict[str, Rules] = {}
        self._asked: dict[str, asyncio.Task[Rules]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        folder: str = crawler.settings["TRACKER_ROBOTS_FOLDER"]
        return cls(crawler, RobotsFolder(Path(folder)) if folder else None)

    def process_request(self, request: Request) -> Awaitable[None] | None:
        if "robots" in request.meta:
            return None
        address = robots_address(request.url)
        if (rules := self._rules.get(address)) is None:
            return self._wait_and_apply(address, request)
        _apply(rules, request)
        return None

    async def _wait_and_apply(self, address: str, request: Request) -> None:
        if address not in self._asked:
            self._asked[address] = asyncio.ensure_future(self._find_out(address, host_of(request)))
        _apply(await self._asked[address], request)

    async def _find_out(self, address: str, host: str) -> Rules:
        text = self._folder.get(address) if self._folder else None
        rules = Rules(Protego.parse(text)) if text is not None else await self._fetch(address)
        if rules.delay:
            self._hosts.slow_down(host, rules.delay)
        self._rules[address] = rules
        return rules

    async def _fetch(self, address: str) -> Rules:
        request = Request(address, callback=NO_CALLBACK, meta={"robots": True}, dont_filter=True)
        try:
            response = await self._crawler.engine.download_async(request)
        except Exception as exception:
            verdict = of_exception(exception, request, self._max_bytes)
            if verdict is None:
                raise
            silent = isinstance(exception, (*NO_ANSWER, NoDocument))  # not about this file, but about the host
            return _without_file(verdict if silent else (verdict[0], f"robots.txt {verdict[1]}; asked again later"))
        if 200 <= response.status < 300:
            text = response.body[:_LONGEST].decode("utf-8-sig", "replace")
        elif 400 <= response.status < 500 and response.status != 429:
            text = ""
        else:
            answered = f"robots.txt answered {status_in_words(response.status)}; asked again later"
            return _without_file((of_response(response)[0], answered))
        if self._folder:
            self._folder.put(address, text)
        return Rules(Protego.parse(text))


class RobotsFolder:
    """The robots.txt files of the last day, so that many short runs do not each ask for them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, address: str) -> str | None:
        """The text that the address answered with, while it is fresh."""
        try:
            kept = json.loads(self._file(address).read_text("utf-8"))
            age = datetime.now(UTC) - datetime.fromisoformat(kept["fetched_at"])
            return str(kept["text"]) if timedelta(0) <= age < _KEPT_FOR else None
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, address: str, text: str) -> None:
        """Keep what the address answered with now."""
        kept = {"url": address, "fetched_at": datetime.now(UTC).isoformat(), "text": text}
        file = self._file(address)
        temporary = file.with_name(f".{token_hex(8)}.tmp")
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            temporary.write_text(json.dumps(kept), "utf-8")
            temporary.replace(file)
        except OSError as error:
            logging.getLogger(__name__).warning("The robots.txt of %s could not be kept: %s", address, error)

    def _file(self, address: str) -> Path:
        return self._folder / f"{sha256(address.encode()).hexdigest()[:32]}.json"


def robots_address(url: str) -> str:
    """Where the robots.txt for an address is."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/robots.txt"


def _without_file(verdict: Verdict) -> Rules:
    outcome, reason = verdict
    return Rules(refusal=(outcome if outcome is Outcome.REFUSED else Outcome.UNREACHABLE, reason))


def _apply(rules: Rules, request: Request) -> None:
    if rules.refusal:
        raise NoDocument(*rules.refusal)
    if rules.parsed and not rules.parsed.can_fetch(request.url, _ROBOT):
        raise NoDocument(Outcome.REFUSED, f"robots.txt of {host_of(request)} does not allow this address")
