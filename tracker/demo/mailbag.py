"""Two subscribers, and where their digests land: e-mail as files, Slack at a stand-in on loopback."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from tracker.demo.server import INBOX, WEBHOOK
from tracker.domain.subscription import Cadence, Timing, Wish
from tracker.services import digest, subscriptions
from tracker.services.workspace import Workspace

READER = "reader@example.org"


@dataclass(frozen=True)
class Letter:
    """One digest as it was delivered."""

    to: str
    subject: str
    files: tuple[Path, ...]


class Mailbag:
    """Subscribes the two and keeps what they get."""

    def __init__(self, here: Workspace, site: Path, base: str) -> None:
        self.here, self.inbox, self.base = here, site / INBOX, base

    def subscribe(self) -> None:
        """A reader asks for the five places by e-mail, a ward for Arcadia in Slack; both at once."""
        everywhere = tuple(sorted({source.jurisdiction for source in self.here.declarations.sources.values()}))
        for email, slack, places in ((READER, None, everywhere), (None, f"{self.base}{WEBHOOK}", ("XA",))):
            target = subscriptions.target(self.here, email, slack)
            now = datetime.now(UTC)
            subscriptions.add(self.here, target, Wish(places), Timing(Cadence.AT_ONCE), "tracker demo", now)

    def deliver(self, out: Path, stem: str) -> list[Letter]:
        """Compose and deliver what is due, and copy what arrived to a folder under a name that sorts."""
        outbox = self.here.settings.outbox
        known = _files(outbox) | _files(self.inbox)
        digest.compose_due(self.here, datetime.now(UTC))
        with _no_proxy():
            sent = digest.deliver_due(self.here, datetime.now(UTC))
        mails = sorted(_files(outbox) - known)
        messages = [json.loads(file.read_text("utf-8")) for file in sorted(_files(self.inbox) - known)]
        letters = []
        for each in sent:
            if each.folder:
                kept = tuple(_copied(file, out, stem) for file in mails if file.suffix in (".eml", ".html", ".txt"))
            else:
                kept = (out / f"{stem}.slack.json",)
                kept[0].write_text(json.dumps(messages, ensure_ascii=False, indent=2) + "\n", "utf-8")
            letters.append(Letter("E-mail" if each.folder else "Slack", each.subject, kept))
        return sorted(letters, key=lambda letter: letter.to)


def _files(folder: Path) -> set[Path]:
    return {path for path in folder.iterdir() if path.is_file()} if folder.is_dir() else set()


def _copied(file: Path, out: Path, stem: str) -> Path:
    return Path(shutil.copyfile(file, out / f"{stem}{file.suffix}"))


@contextmanager
def _no_proxy() -> Iterator[None]:
    """The stand-in for Slack is on this machine, where no proxy leads."""
    before = os.environ.get("no_proxy")
    os.environ["no_proxy"] = "127.0.0.1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["no_proxy"]
        else:
            os.environ["no_proxy"] = before
