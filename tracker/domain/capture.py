"""One act of fetching, the bytes it brought, and what crawl and replay need of archive and store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Any, Protocol

NOTHING = sha256(b"").hexdigest()
"""The snapshot of a document that says nothing: a permanent version that went with the temporary law over it."""


class Outcome(StrEnum):
    """How one document of a source answered."""

    FETCHED = "fetched"
    """New bytes, archived."""
    NOT_MODIFIED = "not_modified"
    """The publisher confirmed that our copy is current (304)."""
    GONE = "gone"
    """404 or 410: says nothing about the law."""
    REFUSED = "refused"
    """401, 403, 429, robots.txt."""
    UNREACHABLE = "unreachable"
    """Time-out, 5xx, DNS, TLS, connection refused, egress rules."""
    UNEXPECTED = "unexpected"
    """Too large, truncated, undecodable, or a status nobody expects."""


@dataclass(frozen=True, slots=True)
class Capture:
    """What came back for one document at one moment."""

    source: str
    document: str
    url: str
    fetched_at: datetime
    outcome: Outcome
    status: int | None = None
    snapshot: str | None = None
    """sha256 of the archived bytes; for NOT_MODIFIED that of the copy confirmed."""
    media_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Evidence: etag, last-modified, content-type, content-language, date, location of redirects."""
    reason: str = ""
    """In plain words, where the outcome is not FETCHED or NOT_MODIFIED."""

    @property
    def usable(self) -> bool:
        """Whether there are bytes to read."""
        return self.outcome in (Outcome.FETCHED, Outcome.NOT_MODIFIED)

    def to_json(self) -> dict[str, Any]:
        """The line that a crawl child prints."""
        return {**asdict(self), "headers": dict(self.headers), "fetched_at": self.fetched_at.isoformat()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Capture:
        """The capture that `to_json` wrote."""
        fields = dict(data)
        fields["fetched_at"] = datetime.fromisoformat(fields["fetched_at"])
        fields["outcome"] = Outcome(fields["outcome"])
        return cls(**fields)


@dataclass(frozen=True, slots=True)
class Validator:
    """What the server gave us to ask whether our copy is current; echoed unchanged (RFC 9110, 13.1)."""

    snapshot: str
    etag: str | None = None
    last_modified: str | None = None


class Archive(Protocol):
    """Bytes by their sha256."""

    def put(self, body: bytes) -> str:
        """Keep the bytes and return their sha256; keeping the same bytes twice costs nothing."""
        ...

    def get(self, sha256: str) -> bytes:
        """The bytes, verified; raises ArchiveProblem."""
        ...

    def __contains__(self, sha256: str) -> bool: ...


Validators = Mapping[str, Validator]
"""By URL."""
