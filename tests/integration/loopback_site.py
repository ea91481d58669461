"""A web site on loopback that answers as it is told, and remembers what it was asked."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

LAW = b"<law>" + b"A patient may possess 2.5 ounces. " * 200 + b"</law>"


class Handler(BaseHTTPRequestHandler):
    """One connection; answers with what the site has at a path."""

    protocol_version = "HTTP/1.1"
    server: Site

    def do_GET(self) -> None:
        self.server.asked.append((time.monotonic(), self.path, dict(self.headers)))
        self.server.answers.get(self.path, page(b"", 404))(self)

    def log_message(self, *_: Any) -> None:
        pass

    def reply(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        length = {} if status == 304 or "Transfer-Encoding" in headers else {"Content-Length": str(len(body))}
        for name, value in (length | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


Answer = Callable[[Handler], None]


class Site(ThreadingHTTPServer):
    """A site on a loopback address of its own; use as a context."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, host: str, answers: dict[str, Answer], certificate: Path | None = None) -> None:
        super().__init__((host, 0), Handler)
        self.host, self.answers, self.scheme = host, answers, "http"
        self.asked: list[tuple[float, str, dict[str, str]]] = []
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.socket, self.scheme = context.wrap_socket(self.socket, server_side=True), "https"
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def __exit__(self, *error: Any) -> None:
        self.shutdown()
        self._thread.join()
        super().__exit__(*error)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up are what some of the tests are about."""

    def url(self, path: str) -> str:
        return f"{self.scheme}://{self.host}:{self.server_port}{path}"

    def times(self, path: str) -> list[float]:
        return [moment for moment, asked, _ in list(self.asked) if asked == path]

    def headers(self, path: str) -> dict[str, str]:
        return next(headers for _, asked, headers in self.asked if asked == path)


def page(body: bytes = LAW, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.reply(status, body, named)


def linking(*links: str) -> Answer:
    return page("".join(f'<p><a href="{link}">law</a></p>' for link in links).encode(), Content_Type="text/html")


def in_turn(*answers: Answer) -> Answer:
    left = list(answers)
    return lambda handler: (left.pop(0) if len(left) > 1 else left[0])(handler)


def unless_current(header: str, value: str) -> Answer:
    """304 to who echoes the validator byte for byte."""

    def answer(handler: Handler) -> None:
        current = handler.headers.get(header) == value
        handler.reply(304 if current else 200, b"" if current else LAW, {})

    return answer


def after(seconds: float) -> Answer:
    def answer(handler: Handler) -> None:
        time.sleep(seconds)
        handler.reply(200, LAW, {})

    return answer


def hang_up(handler: Handler) -> None:
    handler.close_connection = True


def cut_off(handler: Handler) -> None:
    handler.reply(200, LAW, {"Content-Length": str(len(LAW) * 2)})
    handler.close_connection = True


def half_a_chunk(handler: Handler) -> None:
    handler.reply(200, b"5\r\n<law>\r\n", {"Transfer-Encoding": "chunked"})
    handler.close_connection = True


def self_signed(path: Path) -> Path:
    """A certificate and its key that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "law")])
    now = datetime.now(UTC)
    unsigned = x509.CertificateBuilder(name, name, key.public_key(), 1, now, now + timedelta(days=1))
    certificate = unsigned.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(key.private_bytes(*form) + certificate)
    return path
