"""The pages on a real socket, over a home that a test fills."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from lxml import html

from tracker.services.workspace import Workspace
from tracker.settings import Settings
from tracker.web.app import create_app

DECLARATION = """
title: {title}
jurisdiction: {jurisdiction}
publisher: {{name: The Office}}
instrument: {{title: Limits Notice, short: Notice, type: regulation}}
spider: page
format: html
language: en
documents: [{{id: text, url: "{url}"}}]
schedule: 41 4 * * *
delay: 0
access: {{licence: none, terms: none, tried_live: never}}
html: {{content: main}}
rules:
  - topic: possession_limit
    qualifier: {{holder: patient}}
    at: section Limits
    find: "A patient may possess {{quantity}} of dried"
    bound: max
"""


def parsed(body: str) -> Any:
    """A page as a tree."""
    return html.fromstring(body)


@dataclass
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: str

    @property
    def words(self) -> str:
        """What a reader sees, in one line."""
        return " ".join(parsed(self.body).text_content().split())


@dataclass
class Pages:
    """A server to ask."""

    workspace: Workspace
    port: int

    def get(self, path: str, method: str = "GET") -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request(method, path)
        answer = connection.getresponse()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        found = Answer(answer.status, headers, answer.read().decode())
        connection.close()
        return found


def declare(home: Path, name: str, url: str, title: str = "Limits", jurisdiction: str = "CA") -> None:
    """Put a declaration into a home; `name` is a source id."""
    path = home / "spiders" / f"{name}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(DECLARATION.format(title=title, jurisdiction=jurisdiction, url=url), encoding="utf-8")


@contextmanager
def pages(home: Path) -> Iterator[Pages]:
    """The pages of a home that uses its own declarations only, served as long as the context lasts."""
    workspace = Workspace(Settings(home=home, only_own_sources=True))
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(create_app(workspace), log_config=None, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, args=([listening],), daemon=True)
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    yield Pages(workspace, listening.getsockname()[1])
    server.should_exit = True
    thread.join(10)
    workspace.database.close()
    listening.close()
