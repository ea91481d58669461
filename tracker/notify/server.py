"""The mail server of the operator, read from TRACKER_SMTP_URL."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from tracker.errors import OperatorError

Security = Literal["starttls", "ssl", "insecure"]
_PORTS: dict[Security, int] = {"starttls": 587, "ssl": 465, "insecure": 25}
_HOW = "write smtp://user:password@host:587?tls=starttls, smtps://user:password@host:465, or smtp://host:25?tls=none"


@dataclass(frozen=True, slots=True)
class Server:
    """Where e-mail is handed over, and how the connection is protected."""

    host: str
    port: int
    security: Security
    user: str = ""
    password: str = field(default="", repr=False)

    @classmethod
    def parse(cls, url: str) -> Server:
        """The server that an address names; raises OperatorError without repeating the password."""
        try:
            parts = urlsplit(url.strip())
            host, port = parts.hostname, parts.port
            options = parse_qs(parts.query, strict_parsing=bool(parts.query))
        except ValueError:
            raise OperatorError(f"TRACKER_SMTP_URL cannot be read: {_HOW}.") from None
        if parts.scheme not in ("smtp", "smtps") or not host or parts.path.strip("/"):
            raise OperatorError(f"TRACKER_SMTP_URL is no address of a mail server: {_HOW}.")
        security = _security(parts.scheme, host, options)
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        return cls(host, port or _PORTS[security], security, user, password)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


def _security(scheme: str, host: str, options: dict[str, list[str]]) -> Security:
    asked = options.pop("tls", ["starttls" if host not in ("localhost", "127.0.0.1", "::1") else "none"])[-1]
    if options:
        raise OperatorError(f"TRACKER_SMTP_URL has the unknown option {sorted(options)[0]!r}: {_HOW}.")
    if scheme == "smtps":
        return "ssl"
    if asked not in ("starttls", "none"):
        raise OperatorError(f"TRACKER_SMTP_URL asks for tls={asked}, which is neither starttls nor none: {_HOW}.")
    return "starttls" if asked == "starttls" else "insecure"
