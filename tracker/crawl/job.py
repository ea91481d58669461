"""What a crawl is asked to do; needs no Scrapy to be written down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tracker import __version__
from tracker.domain.capture import Validators
from tracker.domain.source import Source


@dataclass(frozen=True, slots=True)
class Job:
    """One source to fetch, and what is known of it."""

    source: Source
    validators: Validators = field(default_factory=dict)
    known_documents: Mapping[str, str] = field(default_factory=dict)
    """Addresses by document id, for a source with an index: asked for even when the index no longer names them."""


@dataclass(frozen=True, slots=True)
class Options:
    """How the operator wants the crawl to behave; robots.txt is always obeyed."""

    contact: str = ""
    """Address in the User-Agent where publishers can complain."""
    user_agent_version: str = __version__
    allow_hosts: tuple[str, ...] = ()
    """Hosts, or host:port, that may be reached although their address is private."""
    robots_folder: Path | None = None
    """Where robots.txt files are kept for a day."""
    delay: float | None = None
    """Seconds between requests to a host instead of the declared ones; a crawl-delay in robots.txt still wins."""
    timeout: float = 60.0
    """Seconds until a request has to be complete."""
    max_bytes: int = 60 * 2**20
    """Length up to which a document is taken, on the wire and decompressed."""

    @property
    def user_agent(self) -> str:
        """How the tracker introduces itself."""
        contact = f" (+{self.contact})" if self.contact else ""
        return f"access-rules-tracker/{self.user_agent_version}{contact}"
