"""Where spiders/, schemas/ and templates/ are, and how their YAML is read: inside a wheel, beside it in a checkout."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal

from tracker.content.plain_yaml import Marked, load_marked, load_yaml
from tracker.errors import ContentMissing

__all__ = ["Kind", "Marked", "folders", "load_marked", "load_yaml", "ours"]

Kind = Literal["spiders", "schemas", "templates"]

_PACKAGE = Path(__file__).resolve().parents[1]
_BUNDLED = _PACKAGE / "_content"


def ours(kind: Kind) -> Path:
    """The folder that came with the tracker; raises ContentMissing."""
    folder = (_BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parent) / kind
    if not folder.is_dir():
        raise ContentMissing(f"The folder {kind}/ is missing at {folder}; install the tracker again.")
    return folder


def folders(kind: Kind) -> tuple[Path, ...]:
    """Folders to search, first match wins: the operator's own (TRACKER_SPIDERS, TRACKER_TEMPLATES), then ours."""
    theirs = os.environ.get(f"TRACKER_{kind.upper()}", "")
    found = [Path(part) for part in theirs.split(os.pathsep) if part]
    for folder in found:
        if not folder.is_dir():
            raise ContentMissing(f"TRACKER_{kind.upper()} names {folder}, which is not a folder; correct or unset it.")
    return (*found, ours(kind))
