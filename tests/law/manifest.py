"""Writes histories as a folder that `tracker replay` reads: recorded documents and a MANIFEST.tsv."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from tests.law.facts import Edition

COLUMNS = ("path", "live_url", "version_date", "jurisdiction", "format")


def write(folder: Path, histories: Iterable[Sequence[Edition]]) -> list[Path]:
    """Writes each document on every date on which its bytes differ from what was written before; returns the paths."""
    rows, paths = [], []
    for history in histories:
        before: dict[str, bytes] = {}
        for edition in history:
            for name in sorted(edition.documents):
                content = edition.documents[name]
                if before.get(name) == content:
                    continue
                before[name] = content
                suffix = "html" if edition.format.startswith("HTML") else "xml"
                path = f"{edition.jurisdiction.lower()}/{name}/{edition.date}.{suffix}"
                target = folder / path
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content)
                paths.append(target)
                row = (path, edition.urls[name], str(edition.date), edition.jurisdiction, edition.format)
                rows.append("\t".join(row))
    (folder / "MANIFEST.tsv").write_text("\n".join(["\t".join(COLUMNS), *rows]) + "\n", encoding="utf-8")
    return paths
