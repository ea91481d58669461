"""A regulator's site, a mail server and a webhook on loopback, and the command line as people use it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Access to medical cannabis</title></head><body>
<main><h1>Access to medical cannabis</h1>
<p>Effective {effective}.</p>
<h2>1 Possession</h2>
<p>A registered patient may have in their possession no more than {grams} grams of dried flower.</p>
<h2>2 Conditions</h2><p>A practitioner may certify a patient who has:</p>
<ul>{conditions}</ul>
</main><footer>Built {built}</footer></body></html>
"""
DECLARATION = """
title: Access rules of Canada's test ministry
jurisdiction: CA
publisher: {{name: Test ministry, official: true}}
instrument: {{title: Access rules, short: Access Rules, type: regulation}}
spider: page
format: html
language: en
documents: [{{id: rules, url: "{base}/rules.html"}}]
schedule: 0 4 * * *
access: {{licence: own, terms: own, tried_live: never}}
html: {{content: main, citation: "section {{number}}", effective: "Effective {{date}}"}}
expect: {{provisions: {{min: 3}}, phrases: [medical cannabis]}}
rules:
  - topic: possession_limit
    at: section 1
    find: registered patient may have in their possession no more than {{quantity}} of dried flower
  - topic: qualifying_conditions
    at: section 2
    items: true
    vocabulary: conditions
"""


@dataclass
class Site:
    """Pages, and what the server does instead of serving them; every request is kept."""

    pages: dict[str, bytes] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    posted: list[bytes] = field(default_factory=list)
    base: str = ""

    def law(self, grams: int = 30, conditions: tuple[str, ...] = ("epilepsy", "chronic pain"), **more: str) -> None:
        """Put the law on the page."""
        items = "".join(f"<li>{name};</li>" for name in conditions)
        values = {"effective": "1 January 2026", "built": "today", **more}
        self.pages["/rules.html"] = PAGE.format(grams=grams, conditions=items, **values).encode()


class _Inbox:
    """An SMTP handler that keeps what it is given."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        return "250 kept"


@pytest.fixture
def site() -> Iterator[Site]:
    held = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = held.pages.get(self.path)
            status = held.statuses.get(self.path, 200 if body is not None else 404)
            self._answer(status, body or b"nothing here")

        def do_POST(self) -> None:
            held.posted.append(self.rfile.read(int(self.headers["Content-Length"])))
            self._answer(200, b"ok")

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    held.base = f"http://127.0.0.1:{server.server_port}"
    held.law()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield held
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def inbox() -> Iterator[tuple[list[EmailMessage], str]]:
    handler = _Inbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(handler, hostname="127.0.0.1", port=port)
    controller.start()
    yield handler.messages, f"smtp://127.0.0.1:{port}"
    controller.stop()


@dataclass
class Tracker:
    """The command line in a home of its own."""

    home: Path
    environment: dict[str, str]

    def __call__(self, *arguments: str, code: int = 0, **settings: str) -> str:
        done = self.run(*arguments, **settings)
        assert done.returncode == code, f"{done.stdout}\n{done.stderr}"
        return done.stdout

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "tracker", *arguments]
        environment = {**self.environment, **settings}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


@pytest.fixture
def tracker(site: Site, tmp_path: Path) -> Tracker:
    home = tmp_path / "home"
    (home / "spiders" / "ca").mkdir(parents=True)
    (home / "spiders" / "ca" / "rules.yml").write_text(DECLARATION.format(base=site.base), "utf-8")
    host = site.base.removeprefix("http://")
    (home / "tracker.toml").write_text(
        f'only_own_sources = true\nallow_hosts = ["{host}"]\ncrawl_delay = 0.0\n', "utf-8"
    )
    sender = "Access rules <rules@clinic.example>"
    return Tracker(home, {**os.environ, "TRACKER_HOME": str(home), "TRACKER_SENDER": sender})
