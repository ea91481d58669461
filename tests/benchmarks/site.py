"""A fast loopback server for a thousand pages with validators, in a process of its own."""

from __future__ import annotations

import asyncio
import sys
from hashlib import sha256
from pathlib import Path


class _Http(asyncio.Protocol):
    """Just enough HTTP/1.1: GET, keep-alive, If-None-Match."""

    def __init__(self, folder: Path, pages: dict[str, tuple[bytes, bytes]]) -> None:
        self._folder, self._pages, self._buffer = folder, pages, b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        assert self._transport is not None
        self._buffer += data
        while b"\r\n\r\n" in self._buffer:
            head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
            self._transport.write(self._answer(head))

    def _answer(self, head: bytes) -> bytes:
        lines = head.split(b"\r\n")
        name = lines[0].split(b" ")[1].lstrip(b"/").decode()
        page = self._page(name)
        if page is None:
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        etag, body = page
        asked = next(
            (line.split(b":", 1)[1].strip() for line in lines if line.lower().startswith(b"if-none-match:")), b""
        )
        if asked == etag:
            return b"HTTP/1.1 304 Not Modified\r\nETag: " + etag + b"\r\n\r\n"
        kind = b"Content-Type: text/html; charset=utf-8\r\nETag: " + etag
        return b"HTTP/1.1 200 OK\r\n%s\r\nContent-Length: %d\r\n\r\n%s" % (kind, len(body), body)

    def _page(self, name: str) -> tuple[bytes, bytes] | None:
        if name not in self._pages:
            path = self._folder / name
            if not path.is_file():
                return None
            body = path.read_bytes()
            self._pages[name] = (b'"' + sha256(body).hexdigest()[:16].encode() + b'"', body)
        return self._pages[name]


async def _serve(folder: Path, port: int) -> None:
    pages: dict[str, tuple[bytes, bytes]] = {}
    server = await asyncio.get_running_loop().create_server(lambda: _Http(folder, pages), "127.0.0.1", port)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), int(sys.argv[2])))
