"""Stores later versions of a document as differences from the version before."""

from __future__ import annotations

import fcntl
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tracker.archive.folder import FolderArchive
from tracker.errors import ArchiveProblem

_KEYFRAME_EVERY = 10


@dataclass(frozen=True, slots=True)
class Compaction:
    """What one compaction did."""

    shrunk: int
    before: int
    after: int
    """Stored bytes."""


def compact(archive: FolderArchive, chains: Iterable[Sequence[str]]) -> Compaction:
    """Shrink the archive; each chain names the snapshots of one document, oldest first.

    Every tenth stays whole, so that no version is far from one that can be read alone.
    """
    with _alone(archive.folder):
        before = archive.sizes()[1]
        # What others build on stays as it is: so no two snapshots can come to depend on each other.
        needed = archive.bases()
        shrunk = sum(_compact_chain(archive, chain, needed) for chain in chains)
        return Compaction(shrunk, before, archive.sizes()[1])


def _compact_chain(archive: FolderArchive, chain: Sequence[str], needed: set[str]) -> int:
    shrunk = 0
    seen: set[str] = set()
    previous: str | None = None
    for snapshot in chain:
        if snapshot in seen or snapshot not in archive:
            continue
        seen.add(snapshot)
        whole = archive.base(snapshot) is None
        if previous and whole and snapshot not in needed and _distance(archive, previous) + 1 < _KEYFRAME_EVERY:
            shrunk += archive.shrink(snapshot, previous)
            needed.add(previous)
        previous = snapshot
    return shrunk


def _distance(archive: FolderArchive, snapshot: str) -> int:
    """How many differences lie between a snapshot and one that is stored whole, up to a keyframe's distance."""
    steps = 0
    while steps < _KEYFRAME_EVERY and (base := archive.base(snapshot)) is not None:
        snapshot, steps = base, steps + 1
    return steps


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the archive's lock; two compactions at once could make two snapshots depend on each other."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "compact.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ArchiveProblem(f"The archive at {folder} is being compacted already; wait for that to end.") from None
        yield
