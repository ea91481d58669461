"""Writes a digest to files: what would be sent, for the preview, the demo, and where no mail server is set."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from tracker.notify.delivery import Delivery
from tracker.notify.mime import build
from tracker.notify.render import Rendered

_SENDER = "Access rules <access-rules@example.org>"
"""Stands in files where no sender is set; nothing is ever sent from it."""


def write(folder: Path, stem: str, message: Rendered, delivery: Delivery, recipient: str = "") -> tuple[Path, ...]:
    """Write STEM.txt, STEM.html, STEM.slack.json and, for an e-mail address, STEM.eml into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        "txt": message.text.encode(),
        "html": message.html.encode(),
        "slack.json": (json.dumps(message.slack, ensure_ascii=False, indent=2) + "\n").encode(),
    }
    if recipient:
        named = replace(delivery, sender=delivery.sender or _SENDER)
        contents["eml"] = build(message, recipient, named).as_bytes()
    written = []
    for ending, content in contents.items():
        path = folder / f"{stem}.{ending}"
        path.write_bytes(content)
        written.append(path)
    return tuple(written)
