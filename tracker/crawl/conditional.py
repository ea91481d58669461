"""Asks whether our copy is still current, with what the server gave us for that."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Response

from tracker.domain.capture import Validator


class ConditionalMiddleware:
    """Sends the validator of a request, byte for byte (stock nginx compares dates for equality).

    A redirected request goes without: the target may be another page, such as an old notice of maintenance,
    that would truthfully say it has not changed since.
    """

    def process_request(self, request: Request) -> None:
        validator: Validator | None = request.meta.get("validator")
        if validator is None:
            return
        redirected = "redirect_urls" in request.meta
        for name, value in (("If-None-Match", validator.etag), ("If-Modified-Since", validator.last_modified)):
            if redirected:
                request.headers.pop(name, None)
            elif value:
                request.headers[name] = value.encode("latin-1")


def confirmed(response: Response) -> Validator | None:
    """The validator that an answer of 304 confirms."""
    meta = response.meta
    if response.status != 304 or "redirect_urls" in meta:
        return None
    validator: Validator | None = meta.get("validator")
    return validator
