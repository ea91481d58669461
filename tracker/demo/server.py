"""A small web server on loopback: the pages of a folder, errors on request, and a stand-in for Slack."""

from __future__ import annotations

import mimetypes
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import formatdate
from hashlib import sha256
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from urllib.parse import unquote, urlsplit

from tracker.demo.pages import ANSWERS

INBOX = "slack-inbox"
"""The folder of the site in which messages to its Slack webhook arrive."""
WEBHOOK = "/services/T0DEMO/B0DEMO/invented"
_LONGEST_MESSAGE = 1_000_000
_TYPES = {".xml": "application/xml", ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8"}


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Serve a folder while the block runs; yields the address, on a port that was free."""
    server = _Server(folder)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False  # a browser keeps its connection open

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def server_bind(self) -> None:
        # HTTPServer would look up the name of this machine, which can take long without a network.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "tracker-demo", ""
    timeout = 30

    def do_GET(self) -> None:
        """Answer with the file, with 304 where the client has it, or with an error."""
        path = unquote(urlsplit(self.path).path)
        status = _asked_answers(self.server.folder).get(path)
        if status is not None:
            self._error(status)
            return
        file = self._file(path)
        try:
            body, modified = file.read_bytes(), file.stat().st_mtime
        except OSError:
            self._error(HTTPStatus.NOT_FOUND)
            return
        etag = f'"{sha256(body).hexdigest()[:20]}"'
        unchanged = etag in (self.headers.get("If-None-Match") or "")
        self.send_response(HTTPStatus.NOT_MODIFIED if unchanged else HTTPStatus.OK)
        self.send_header("ETag", etag)
        self.send_header("Last-Modified", formatdate(modified, usegmt=True))
        self.send_header("Cache-Control", "no-cache")
        if not unchanged:
            self._send(body, _TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0] or "text/plain")
        else:
            self.end_headers()

    do_HEAD = do_GET

    def do_POST(self) -> None:
        """Take a message as Slack would, and keep it as a file."""
        length = self.headers.get("Content-Length") or ""
        if self.path != WEBHOOK or not length.isdigit() or int(length) > _LONGEST_MESSAGE:
            self.close_connection = True
            self._error(HTTPStatus.NOT_FOUND)
            return
        message = self.rfile.read(int(length))
        inbox = self.server.folder / INBOX
        with self.server.lock:
            inbox.mkdir(exist_ok=True)
            (inbox / f"{len(list(inbox.iterdir())) + 1:03}.json").write_bytes(message)
        self.send_response(HTTPStatus.OK)
        self._send(b"ok", "text/plain")

    def _file(self, path: str) -> Path:
        """The file behind a path; one outside the folder, or one that is not for readers, is nowhere."""
        file = (self.server.folder / path.lstrip("/")).resolve()
        if file.is_dir():
            file /= "index.html"
        inside = file.is_relative_to(self.server.folder) and file.name != ANSWERS
        hidden = inside and any(part.startswith(".") for part in file.relative_to(self.server.folder).parts)
        return file if inside and not hidden else self.server.folder / ".nowhere"

    def _error(self, status: int) -> None:
        phrase = HTTPStatus(status).phrase if status in set(HTTPStatus) else "Error"
        head = f"<head><title>{status}</title></head>"
        page = f"<!DOCTYPE html><html>{head}<body><h1>{status} {escape(phrase)}</h1></body></html>"
        self.send_response(status, phrase)
        self._send(page.encode(), "text/html; charset=utf-8")

    def _send(self, body: bytes, media_type: str) -> None:
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not logged."""


def _asked_answers(folder: Path) -> dict[str, int]:
    """The errors that answers.txt asks for, by path; a line that cannot be read asks for nothing."""
    try:
        lines = (folder / ANSWERS).read_text("utf-8", "replace").splitlines()
    except OSError:
        return {}
    words = (line.split() for line in lines if not line.lstrip().startswith("#"))
    return {
        f"/{pair[1].lstrip('/')}": int(pair[0])
        for pair in words
        if len(pair) == 2 and pair[0].isascii() and pair[0].isdigit() and 400 <= int(pair[0]) <= 599
    }
