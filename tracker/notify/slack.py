"""Our own Apprise channel for Slack: it posts ready blocks to an incoming webhook and says how that ended."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from apprise import AppriseAsset
from apprise.plugins.slack import NotifySlack
from urllib3.exceptions import ConnectTimeoutError, MaxRetryError, NewConnectionError, SSLError

from tracker.domain.entry import one_line
from tracker.notify.outcome import Outcome, State

_TIMEOUTS = (5, 15)
"""Seconds to connect and to wait for an answer; Apprise would give up after four and call a slow success a failure."""
_PAUSE = 1.1
"""Seconds between the messages of one digest: Slack takes one a second."""


class DigestSlack(NotifySlack):  # type: ignore[no-untyped-call]  # Apprise is typed in part
    """Posts the messages of one digest to one webhook."""

    service_name = "Digest Slack"
    secure_protocol = "digestslack"
    request_rate_per_sec = 0  # one instance sends once; the outbox paces deliveries

    def __init__(self, webhook: str, messages: Sequence[dict[str, Any]], skip: int, asset: AppriseAsset) -> None:
        *_, first, second, third = urlsplit(webhook).path.split("/")
        super().__init__(token_a=first, token_b=second, token_c=third, asset=asset)  # type: ignore[no-untyped-call]
        self.webhook, self.messages, self.skip = webhook, messages, skip
        self.outcome: Outcome | None = None

    def send(self, *_: Any, **__: Any) -> bool:
        """Post the messages that were given to the constructor, in order, and stop at the first that is not taken."""
        for number, message in enumerate(self.messages):
            if number < self.skip:
                continue
            if number > self.skip:
                time.sleep(_PAUSE)
            self.outcome = self._post(message, number)
            if self.outcome.state is not State.SENT:
                return False
        return True

    def _post(self, message: dict[str, Any], number: int) -> Outcome:
        try:
            with requests.post(
                self.webhook, json=message, timeout=_TIMEOUTS, allow_redirects=False, stream=True
            ) as response:
                said = next(response.iter_content(200), b"").decode("utf-8", "replace")
        except requests.RequestException as error:
            return _lost(error, number)
        return _judged(response, said, number)


def _judged(response: requests.Response, said: str, number: int) -> Outcome:
    code = response.status_code
    if code == 200:
        return Outcome(State.SENT, code, parts=number + 1)
    if 300 <= code < 400:
        return Outcome(State.PERMANENT, code, "the webhook redirects elsewhere, which is not followed", parts=number)
    state = State.TRANSIENT if code in (408, 429) or code >= 500 else State.PERMANENT
    wait = _seconds(response.headers.get("Retry-After", ""))
    return Outcome(
        state, code, f"Slack said: {one_line(said, 120)}", wait if state is State.TRANSIENT else None, number
    )


def _lost(error: requests.RequestException, number: int) -> Outcome:
    """The words of these exceptions hold the address of the webhook, which is a secret: only their kind is told."""
    cause = error.args[0] if error.args else None
    reason = cause.reason if isinstance(cause, MaxRetryError) else cause
    never_connected = isinstance(reason, NewConnectionError | ConnectTimeoutError | SSLError)
    if never_connected or isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError):
        return Outcome(State.TRANSIENT, None, f"Slack cannot be reached ({type(error).__name__})", parts=number)
    return Outcome(State.UNKNOWN, None, f"Slack gave no answer ({type(error).__name__})", parts=number)


def _seconds(retry_after: str) -> int | None:
    """Retry-After is a number of seconds or a date; anything else is as good as none."""
    if retry_after.isascii() and retry_after.isdigit():
        return min(int(retry_after), 86_400)
    try:
        until = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max(0, round((until - datetime.now(UTC)).total_seconds())), 86_400)
