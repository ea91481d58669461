"""Undoes the compression of an answer, strictly: half a document must not pass for a whole one."""

from __future__ import annotations

import zlib
from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from tracker.crawl.answers import CUT_OFF, too_large
from tracker.crawl.items import NoDocument
from tracker.domain.capture import Outcome

_GZIP_OR_ZLIB = 47
_RAW_DEFLATE = -15


class DecodingMiddleware:
    """Offers gzip and deflate, and refuses bodies that are cut off, damaged or too long.

    Scrapy's own takes what it can of a body that was cut off.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        request.headers.setdefault("Accept-Encoding", "gzip, deflate")

    def process_response(self, request: Request, response: Response) -> Response:
        named = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1").lower()
        if not named or not response.body or not 200 <= response.status < 300:
            return response
        body = response.body
        for coding in reversed([coding.strip() for coding in named.split(",")]):
            body = self._decoded(body, coding)
        headers = response.headers.copy()
        del headers["Content-Encoding"]
        return response.replace(body=body, headers=headers)

    def _decoded(self, body: bytes, coding: str) -> bytes:
        if coding in ("", "identity"):
            return body
        if coding not in ("gzip", "x-gzip", "deflate"):
            raise NoDocument(Outcome.UNEXPECTED, f"compressed in a way that was not asked for ({coding[:40]!r})")
        try:
            return self._inflated(body, _GZIP_OR_ZLIB)
        except zlib.error:
            if coding != "deflate":
                raise NoDocument(Outcome.UNEXPECTED, "damaged: could not be decompressed") from None
        return self._decoded_raw(body)

    def _decoded_raw(self, body: bytes) -> bytes:
        """Some servers send "deflate" without its header."""
        try:
            return self._inflated(body, _RAW_DEFLATE)
        except zlib.error:
            raise NoDocument(Outcome.UNEXPECTED, "damaged: could not be decompressed") from None

    def _inflated(self, body: bytes, window: int) -> bytes:
        whole = b""
        while body.strip(b"\0"):  # a body may have several members, and zeros after the last
            member = zlib.decompressobj(window)
            whole += member.decompress(body, self._limit + 1 - len(whole))
            if len(whole) > self._limit:
                raise NoDocument(Outcome.UNEXPECTED, too_large(self._limit))
            if not member.eof:
                raise NoDocument(Outcome.UNEXPECTED, CUT_OFF)
            body = member.unused_data
        return whole
