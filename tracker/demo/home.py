"""The data folder of a demonstration: its declarations, its vocabulary and its settings, and none of the user's own."""

from __future__ import annotations

import os
import shlex
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tracker.errors import OperatorError
from tracker.settings import Settings, load_settings

CONTENT = Path(__file__).parent / "content"
SITE = Path("demo-site")
"""Where `--keep` puts the pages, below the current folder."""
HOME = SITE / ".tracker"
FILE = "tracker.toml"
_HARMLESS = ("TRACKER_CONTACT", "TRACKER_LOG")
_HEAD = "# Written by `tracker demo --keep`, which removes it when it ends."


def furnish(home: Path, base: str) -> Settings:
    """Write the declarations for a site at an address, and read the settings that crawl it and nothing else."""
    for kind in ("spiders", "vocabulary"):
        for file in sorted((CONTENT / kind).rglob("*.yml")):
            copy = home / file.relative_to(CONTENT)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(file.read_text("utf-8").replace("{base}", base), "utf-8")
    (home / FILE).write_text(_toml(base), "utf-8")
    # Only the home is passed on: what the user has set for real law has no say here.
    return load_settings({"TRACKER_HOME": str(home)})


def _toml(base: str, home: Path | None = None) -> str:
    lines = [
        _HEAD,
        *([f'home = "{home.as_posix()}"'] if home else []),
        "only_own_sources = true",
        f'allow_hosts = ["{urlsplit(base).netloc}"]',
        "crawl_delay = 0",
        'sender = "Access-rules tracker (demo) <tracker@example.org>"',
    ]
    return "\n".join(lines) + "\n"


def clear_site() -> bool:
    """Make room for the pages of `--keep`; whether those of an earlier run were replaced. Raises OperatorError."""
    if not SITE.exists():
        return False
    if not (HOME / FILE).is_file():
        raise OperatorError(f"./{SITE} is there and was not written by the demo; rename it or go to another folder.")
    address = _address_in(HOME / FILE)
    if address and _answers(address):
        raise OperatorError(f"A demo runs in this folder already, at http://{address}/; end it first (Ctrl-C).")
    shutil.rmtree(SITE)
    return True


@contextmanager
def found_from_here(base: str) -> Iterator[str]:
    """Let `tracker` in this folder find the demonstration while the block runs.

    Yields what to write in front of commands: nothing, or TRACKER_HOME=... where other settings would have their way.
    """
    here = Path(FILE)
    others = [name for name in sorted(os.environ) if name.startswith("TRACKER_") and name not in _HARMLESS]
    if others or (here.exists() and not _is_ours(here)):
        unset = "".join(f"-u {name} " for name in others if name != "TRACKER_HOME")
        yield f"{'env ' + unset if unset else ''}TRACKER_HOME={shlex.quote(HOME.as_posix())} "
        return
    here.write_text(_toml(base, HOME), "utf-8")
    try:
        yield ""
    finally:
        if _is_ours(here) and _address_in(here) == urlsplit(base).netloc:
            here.unlink()


def _is_ours(file: Path) -> bool:
    try:
        return file.read_text("utf-8").startswith(_HEAD)
    except (OSError, UnicodeDecodeError):
        return False


def _address_in(file: Path) -> str:
    """The host and port that a settings file of ours allows."""
    for line in file.read_text("utf-8", "replace").splitlines():
        if line.startswith("allow_hosts"):
            return line.partition('["')[2].partition('"')[0]
    return ""


def _answers(address: str) -> bool:
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=0.5).close()
    except (OSError, ValueError):
        return False
    return True
