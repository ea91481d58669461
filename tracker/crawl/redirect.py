"""Follows redirects, each of which is a request like any other: checked for egress and robots.txt again."""

from __future__ import annotations

from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response
from w3lib.url import safe_url_string

from tracker.crawl.items import NoDocument
from tracker.domain.capture import Outcome

_MOST = 5
_STATUSES = (301, 302, 303, 307, 308)


class RedirectMiddleware:
    """Turns an answer with a new address into a request for it."""

    def process_response(self, request: Request, response: Response) -> Response | Request:
        location = response.headers.get("Location")
        if response.status not in _STATUSES or not location:
            return response
        passed = [*request.meta.get("redirect_urls", []), request.url]
        if len(passed) > _MOST:
            raise NoDocument(Outcome.UNEXPECTED, f"redirected more than {_MOST} times")
        try:
            target = urljoin(request.url, safe_url_string(location))
            return request.replace(url=target, meta={**_kept(request), "redirect_urls": passed})
        except ValueError:
            raise NoDocument(Outcome.UNEXPECTED, "redirected to an address that cannot be read") from None


def _kept(request: Request) -> dict[str, object]:
    """What a request was told about itself, without the host it waited for."""
    return {key: value for key, value in request.meta.items() if key != "download_slot"}
