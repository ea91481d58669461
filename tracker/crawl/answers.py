"""What an answer, or a failure to get one, means for a document; in plain words."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ResponseDataLossError,
)
from scrapy.http import Response
from twisted.internet.error import ConnectError, ConnectionClosed
from twisted.internet.ssl import VerificationError
from twisted.web.client import ResponseFailed

from tracker.crawl.items import NoDocument
from tracker.domain.capture import Outcome

CUT_OFF = "ended before it was complete"

Verdict = tuple[Outcome, str]

_BY_STATUS = {
    **dict.fromkeys((404, 410), Outcome.GONE),
    **dict.fromkeys((401, 403, 407, 429, 451), Outcome.REFUSED),
    **dict.fromkeys((408, *range(500, 600)), Outcome.UNREACHABLE),
}

NO_ANSWER = (
    CannotResolveHostError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    ConnectError,
    ConnectionClosed,
)
"""Failures after which nothing is known of the document, not even that the host lives."""


def of_response(response: Response) -> Verdict:
    """The outcome of an answer that is not a 304 we asked for."""
    if response.status == 200:
        return (Outcome.FETCHED, "") if response.body else (Outcome.UNEXPECTED, "the answer was empty")
    outcome = _BY_STATUS.get(response.status, Outcome.UNEXPECTED)
    return outcome, f"the server answered {status_in_words(response.status)}"


def of_exception(exception: BaseException, request: Request, max_bytes: int) -> Verdict | None:
    """The outcome of a request that brought no answer; None for what can only be a bug."""
    host = urlsplit(request.url).hostname
    match exception:
        case NoDocument():
            return exception.outcome, exception.reason
        case CannotResolveHostError():
            return Outcome.UNREACHABLE, f"no connection: the name {host} could not be resolved"
        case DownloadConnectionRefusedError():
            return Outcome.UNREACHABLE, f"no connection: {host} refused it"
        case DownloadTimeoutError():
            return Outcome.UNREACHABLE, f"timed out after {request.meta['download_timeout']:g} s"
        case DownloadCancelledError():
            return Outcome.UNEXPECTED, too_large(max_bytes)
        case ResponseDataLossError():
            return Outcome.UNEXPECTED, CUT_OFF
        case DownloadFailedError() if _is_about_trust(exception):
            return Outcome.UNREACHABLE, f"no connection: the certificate of {host} could not be verified"
        case DownloadFailedError() | ConnectionClosed():
            return Outcome.UNREACHABLE, f"{host} closed the connection without an answer"
        case ConnectError():
            return Outcome.UNREACHABLE, f"no connection: {host} could not be reached"
    return None


def status_in_words(status: int) -> str:
    """Such as "503 (service unavailable)"."""
    try:
        return f"{status} ({HTTPStatus(status).phrase.lower()})"
    except ValueError:
        return str(status)


def too_large(max_bytes: int) -> str:
    """That a document is longer than the limit."""
    return f"larger than {max_bytes / 2**20:g} MB" if max_bytes >= 2**20 else f"larger than {max_bytes} bytes"


def _is_about_trust(exception: DownloadFailedError) -> bool:
    """Whether TLS failed because the certificate or its name is wrong."""
    failed = exception.__cause__
    reasons = failed.reasons if isinstance(failed, ResponseFailed) else []
    return any("certificate" in repr(reason.value) or reason.check(VerificationError) for reason in reasons)
