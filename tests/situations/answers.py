"""What the office's server says: pages with validators, errors, redirects, and connections that break."""

from __future__ import annotations

from hashlib import sha256

from tests.integration.loopback_site import Answer, Handler
from tests.integration.loopback_site import page as plain

HTML = "text/html; charset=utf-8"


def page(text: str) -> Answer:
    """A page with a validator: 304 to whoever has it."""
    body = text.encode()
    tag = f'"{sha256(body).hexdigest()[:16]}"'
    whole = plain(body, 200, ETag=tag, Content_Type=HTML)
    return lambda handler: plain(b"", 304)(handler) if handler.headers.get("If-None-Match") == tag else whole(handler)


def error(status: int) -> Answer:
    """An error that says so."""
    return plain(b"<html><title>Error</title><body><h1>Error</h1></body></html>", status, Content_Type=HTML)


def moved(to: str) -> Answer:
    """A redirect."""
    return plain(b"", 302, Location=to)


def empty(handler: Handler) -> None:
    """Nothing, with status 200."""
    handler.reply(200, b"", {"Content-Type": HTML})


def shorter_than_said(text: str) -> Answer:
    """Half of a page whose whole length was announced."""
    body = text.encode()

    def answer(handler: Handler) -> None:
        handler.reply(200, body[: len(body) // 2], {"Content-Type": HTML, "Content-Length": str(len(body))})
        handler.close_connection = True

    return answer


def cut_off(text: str) -> Answer:
    """Half of a page whose length nobody announced."""
    body = text.encode()

    def answer(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", HTML)
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2])
        handler.close_connection = True

    return answer
