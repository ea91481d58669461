"""Digests go over real sockets: what is on the wire, what the other side answers, and what we make of it."""

from __future__ import annotations

import json
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from tests.unit import digest_sample as sample
from tracker.domain.change import Change
from tracker.domain.digest import compose
from tracker.domain.rule import Passage
from tracker.domain.subscription import Target, Wish
from tracker.domain.value import Text
from tracker.errors import OperatorError, TargetRefused
from tracker.notify import files
from tracker.notify.deliver import send
from tracker.notify.delivery import Delivery
from tracker.notify.outcome import State
from tracker.notify.render import Links, Rendered, Renderer
from tracker.notify.targets import parse_slack

READER = Target("email", "reader@example.org")
UNSUBSCRIBE = "https://rules.example.org/unsubscribe/" + "aB3-_x" * 20
LINKS = Links(UNSUBSCRIBE, "desk@example.org", "https://rules.example.org/")
HOOK = "/services/T0000/B0000/secrettoken"


class Box:
    """A mail server that takes most things, and says no where the name of the recipient asks for it."""

    def __init__(self) -> None:
        self.mails: list[bytes] = []

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address.startswith("gone"):
            return f"550 5.1.1 <{address}>: no such user"
        if address.startswith("grey"):
            return "451 4.7.1 greylisted, come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if any(address.startswith("picky") for address in envelope.rcpt_tos):
            return "554 5.7.1 looks like spam"
        self.mails.append(envelope.content)
        return "250 queued"

    def only(self) -> EmailMessage:
        (raw,) = self.mails
        message = BytesParser(policy=policy.default).parsebytes(raw)
        assert isinstance(message, EmailMessage)
        return message


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def box() -> Iterator[tuple[Box, str]]:
    handler = Box()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield handler, f"smtp://127.0.0.1:{controller.port}?tls=none"
    controller.stop()


@pytest.fixture(scope="module")
def message() -> Rendered:
    return Renderer([sample.OURS]).render(sample.single(), LINKS)


def delivery(smtp_url: str = "", **fields: Any) -> Delivery:
    given = {
        "id": "d7f3a.2021-W47",
        "at": datetime(2021, 11, 22, 8, tzinfo=UTC),
        "sender": "Zugangsregeln für alle <rules@tracker.example.org>",
        "reply_to": "desk@example.org",
        "unsubscribe_url": UNSUBSCRIBE,
        "smtp_url": smtp_url,
    }
    return Delivery(**{**given, **fields})


def slack(server: HTTPServer) -> tuple[Target, Delivery]:
    where = f"127.0.0.1:{server.port}"
    return Target("slack", f"http://{where}{HOOK}"), delivery(allow_hosts=(where,))


# ── E-mail ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_mail_on_the_wire_has_our_headers_once_and_nothing_of_anybody_else(
    box: tuple[Box, str], message: Rendered
) -> None:
    server, url = box
    outcome = send(READER, message, delivery(url))
    assert (outcome.state, outcome.code) == (State.SENT, 250)
    mail = server.only()
    assert mail["Subject"] == "[District of Columbia] TEMPORARY until 3 February 2022: Possession limit 2 oz → 8 oz"
    assert mail["From"] == "Zugangsregeln für alle <rules@tracker.example.org>"
    assert mail["To"] == "reader@example.org"
    assert mail["Reply-To"] == "desk@example.org"
    assert mail["Date"] == "Mon, 22 Nov 2021 08:00:00 +0000"
    assert mail.get_all("Message-ID") == ["<d7f3a.2021-W47@tracker.example.org>"]
    assert mail["List-Id"] == "Medical-cannabis access rules <access-rules.tracker.example.org>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["X-Access-Rules-Key"] == "d7f3a.2021-W47"
    assert mail["X-Application"] is None
    raw = server.mails[0]
    assert f"List-Unsubscribe: <{UNSUBSCRIBE}>\r\n".encode() in raw  # neither folded nor turned into an encoded word
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) < 998


def test_the_mail_carries_both_parts_as_they_were_rendered(box: tuple[Box, str], message: Rendered) -> None:
    server, url = box
    send(READER, message, delivery(url))
    text, page = server.only().iter_parts()
    assert (text.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    assert isinstance(text, EmailMessage)
    assert isinstance(page, EmailMessage)
    assert text.get_content().replace("\r\n", "\n") == message.text
    assert page.get_content().replace("\r\n", "\n").rstrip() == message.html.rstrip()


def test_a_second_attempt_has_the_same_message_id_and_does_not_wait(box: tuple[Box, str], message: Rendered) -> None:
    server, url = box
    started = time.monotonic()
    for _ in range(3):
        send(READER, message, delivery(url))
    assert time.monotonic() - started < 4  # Apprise would pause 5.5 seconds between mails
    assert len({line for raw in server.mails for line in raw.splitlines() if line.startswith(b"Message-ID")}) == 1


def test_any_delivery_id_makes_a_lawful_message_id(box: tuple[Box, str], message: Rendered) -> None:
    server, url = box
    send(READER, message, delivery(url, id="sub 7f3a:2021-11-22T08:00:00.000000Z/email>"))
    mail = server.only()
    assert mail["Message-ID"] == "<sub-7f3a-2021-11-22T08-00-00.000000Z-email-@tracker.example.org>"
    assert not mail["Message-ID"].defects


def test_one_click_is_only_offered_where_it_is_safe(box: tuple[Box, str], message: Rendered) -> None:
    server, url = box
    send(READER, message, delivery(url, unsubscribe_url="http://127.0.0.1:8000/u/x"))
    mail = server.only()
    assert mail["List-Unsubscribe"] == "<http://127.0.0.1:8000/u/x>"
    assert mail["List-Unsubscribe-Post"] is None


def test_without_a_public_address_unsubscribing_is_a_mail(box: tuple[Box, str], message: Rendered) -> None:
    server, url = box
    send(READER, message, delivery(url, unsubscribe_url=""))
    mail = server.only()
    assert mail["List-Unsubscribe"] == "<mailto:desk@example.org?subject=unsubscribe%20d7f3a.2021-W47>"
    assert mail["List-Unsubscribe-Post"] is None


@pytest.mark.parametrize(
    ("recipient", "state", "code"),
    [
        ("gone@example.org", State.PERMANENT, 550),
        ("grey@example.org", State.TRANSIENT, 451),
        ("picky@example.org", State.PERMANENT, 554),
    ],
)
def test_what_the_server_says_of_a_recipient_decides(
    box: tuple[Box, str], message: Rendered, recipient: str, state: State, code: int
) -> None:
    server, url = box
    outcome = send(Target("email", recipient), message, delivery(url))
    assert (outcome.state, outcome.code) == (state, code)
    assert outcome.detail.startswith("127.0.0.1:")
    assert recipient not in outcome.detail
    assert not server.mails


def test_a_server_that_is_not_there_is_tried_again(message: Rendered) -> None:
    outcome = send(READER, message, delivery(f"smtp://127.0.0.1:{free_port()}?tls=none"))
    assert outcome.state is State.TRANSIENT
    assert "cannot be reached (ConnectionRefusedError)" in outcome.detail


def test_a_server_that_goes_away_before_it_confirms_leaves_it_unknown(message: Rendered) -> None:
    class Vanishing(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 hello\r\n")
            for line in self.rfile:
                if line == b".\r\n":
                    return
                if line[:4].upper() in (b"EHLO", b"MAIL", b"RCPT"):
                    self.wfile.write(b"250 ok\r\n")
                if line[:4].upper() == b"DATA":
                    self.wfile.write(b"354 go on\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Vanishing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        outcome = send(READER, message, delivery(f"smtp://127.0.0.1:{server.server_address[1]}?tls=none"))
        server.shutdown()
    assert outcome.state is State.UNKNOWN


def test_a_wrong_password_is_ours_to_mend_and_is_never_shown(
    message: Rendered, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")

    def refuse(*_: Any) -> AuthResult:
        return AuthResult(success=False, handled=False)

    controller = Controller(Box(), hostname="127.0.0.1", port=free_port(), authenticator=refuse, auth_require_tls=False)
    controller.start()
    try:
        given = delivery(f"smtp://us%25er:s%40cret@127.0.0.1:{controller.port}?tls=none")
        outcome = send(READER, message, given)
    finally:
        controller.stop()
    assert (outcome.state, outcome.code) == (State.TRANSIENT, 535)
    assert "refused our user name and password" in outcome.detail
    for shown in (repr(outcome), repr(given), caplog.text):
        assert "s@cret" not in shown
        assert "s%40cret" not in shown


def test_starttls_is_demanded_not_hoped_for(box: tuple[Box, str], message: Rendered) -> None:
    server, url = box
    outcome = send(READER, message, delivery(url.replace("tls=none", "tls=starttls")))
    assert outcome.state is State.TRANSIENT
    assert "offers no STARTTLS" in outcome.detail
    assert not server.mails


def test_without_a_mail_server_nothing_is_pretended(message: Rendered) -> None:
    with pytest.raises(OperatorError, match="TRACKER_SMTP_URL"):
        send(READER, message, delivery())


# ── Hostile content ─────────────────────────────────────────────────────────────────────────────────────────────────

EVIL = (
    "2 oz\r\nBcc: victim@example.org\r\n\r\n<script>alert(1)</script><img src=x onerror=alert(1)> </blockquote>"
    "<style>*{display:none}</style> <!channel> <@U123> <https://evil.example|official text> *bold* `code` {{ 7*7 }}"
    "\u202eUnsubscribe: https://evil.example/ \x00\x1b[31m"
)


def hostile() -> Rendered:
    honest = sample.temporary_in_dc()
    assert honest.after is not None
    said = Passage(EVIL, "§ 1\r\nX-Evil: 1 <b>", "us-dc/code", "text", "javascript:alert(1)//\r\n", "0" * 64)
    change: Change = replace(honest, after=replace(honest.after, passage=said, value=Text(text=EVIL)), summary=EVIL)
    coverage = [replace(sample.COVERAGE[0], title=EVIL, problem=EVIL)]
    found = compose(
        [change], sample.subscription(Wish(("US-DC",))), sample.SINCE, sample.UNTIL, coverage, (), sample.words()
    )
    assert found is not None
    return Renderer([sample.OURS]).render(found, LINKS)


def test_a_hostile_page_adds_no_header_no_markup_and_no_link(box: tuple[Box, str]) -> None:
    server, url = box
    message = hostile()
    assert send(READER, message, delivery(url)).state is State.SENT
    mail = server.only()
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert "\n" not in mail["Subject"]
    for markup in ("<script", "<img", "<style>*", "</blockquote><", "javascript:", "\x00", "\x1b", "\u202e"):
        assert markup not in message.html.lower()
    assert "&lt;script&gt;" in message.html
    assert 'href="https://evil.example' not in message.html
    assert "javascript:" not in message.text
    assert not [line for line in message.text.splitlines() if line.startswith("Unsubscribe: https://evil")]
    assert "{{ 7*7 }}" in message.text


def test_a_hostile_page_is_plain_text_in_slack() -> None:
    payloads = json.dumps(hostile().slack)
    texts = [node for payload in hostile().slack for node in walk(payload["blocks"]) if node.get("type") == "mrkdwn"]
    assert texts == []
    assert all(
        node["url"].startswith("https://") for payload in hostile().slack for node in walk(payload) if "url" in node
    )
    assert "evil.example" not in str([node["url"] for node in walk(json.loads(payloads)) if "url" in node])
    assert "<!channel>" not in hostile().slack[0]["text"]


def walk(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from walk(value)
    elif isinstance(node, list):
        for item in node:
            yield from walk(item)


# ── Slack ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_blocks_arrive_as_they_were_rendered(httpserver: HTTPServer, message: Rendered) -> None:
    httpserver.expect_oneshot_request(HOOK, method="POST", json=message.slack[0]).respond_with_data("ok")
    target, given = slack(httpserver)
    outcome = send(target, message, given)
    assert (outcome.state, outcome.code, outcome.parts) == (State.SENT, 200, 1)


@pytest.mark.parametrize(
    ("status", "headers", "body", "state", "wait"),
    [
        (429, {"Retry-After": "30"}, "rate_limited", State.TRANSIENT, 30),
        (429, {"Retry-After": "soon"}, "rate_limited", State.TRANSIENT, None),
        (429, {"Retry-After": "Mon, 22 Nov 2021 08:00:00 GMT"}, "rate_limited", State.TRANSIENT, 0),
        (503, {}, "", State.TRANSIENT, None),
        (400, {}, "invalid_blocks", State.PERMANENT, None),
        (404, {}, "no_service", State.PERMANENT, None),
    ],
)
def test_what_slack_answers_decides(
    httpserver: HTTPServer,
    message: Rendered,
    status: int,
    headers: dict[str, str],
    body: str,
    state: State,
    wait: int | None,
) -> None:
    httpserver.expect_request(HOOK).respond_with_data(body, status, headers)
    target, given = slack(httpserver)
    outcome = send(target, message, given)
    assert (outcome.state, outcome.code, outcome.retry_after) == (state, status, wait)
    assert body in outcome.detail


def test_a_redirect_is_not_followed(httpserver: HTTPServer, message: Rendered) -> None:
    elsewhere: list[Request] = []

    def seen(request: Request) -> Response:
        elsewhere.append(request)
        return Response("ok")

    httpserver.expect_request("/latest/meta-data").respond_with_handler(seen)
    httpserver.expect_request(HOOK).respond_with_data("", 302, {"Location": httpserver.url_for("/latest/meta-data")})
    target, given = slack(httpserver)
    outcome = send(target, message, given)
    assert (outcome.state, outcome.code) == (State.PERMANENT, 302)
    assert not elsewhere


def test_a_retry_leaves_out_the_messages_that_were_taken(httpserver: HTTPServer, message: Rendered) -> None:
    several = replace(message, slack=tuple({"text": f"part {number}"} for number in (1, 2, 3)))
    answers = iter([("ok", 200), ("rate_limited", 429), ("ok", 200), ("ok", 200)])
    taken: list[str] = []

    def answer(request: Request) -> Response:
        body, status = next(answers)
        taken.append(f"{request.get_json()['text']} {status}")
        return Response(body, status)

    httpserver.expect_request(HOOK).respond_with_handler(answer)
    target, given = slack(httpserver)
    first = send(target, several, given)
    assert (first.state, first.parts) == (State.TRANSIENT, 1)
    second = send(target, several, replace(given, parts_sent=first.parts))
    assert (second.state, second.parts) == (State.SENT, 3)
    assert taken == ["part 1 200", "part 2 429", "part 2 200", "part 3 200"]


def test_slack_out_of_reach_is_tried_again_and_silence_is_unknown(message: Rendered) -> None:
    port = free_port()
    target = Target("slack", f"http://127.0.0.1:{port}{HOOK}")
    given = delivery(allow_hosts=(f"127.0.0.1:{port}",))
    unreachable = send(target, message, given)

    class Silent(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            self.request.recv(65536)

    with socketserver.ThreadingTCPServer(("127.0.0.1", port), Silent) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        unanswered = send(target, message, given)
        server.shutdown()
    assert unreachable.state is State.TRANSIENT
    assert unanswered.state is State.UNKNOWN
    assert "secrettoken" not in unreachable.detail + unanswered.detail


def test_a_stored_webhook_is_checked_again_before_it_is_used(httpserver: HTTPServer, message: Rendered) -> None:
    target, given = slack(httpserver)
    with pytest.raises(TargetRefused):
        send(target, message, replace(given, allow_hosts=()))
    assert not httpserver.log
    assert parse_slack(target.address, given.allow_hosts) == target


# ── Files ───────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_would_be_sent_can_be_written_to_files(tmp_path: Path, message: Rendered) -> None:
    written = files.write(tmp_path / "out", "digest", message, delivery(sender=""), READER.address)
    assert [path.name for path in written] == ["digest.txt", "digest.html", "digest.slack.json", "digest.eml"]
    mail = BytesParser(policy=policy.default).parsebytes(written[-1].read_bytes())
    assert mail["To"] == READER.address
    assert json.loads(written[2].read_text()) == list(message.slack)
