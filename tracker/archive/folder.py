"""The archive on a disk: every snapshot once, in a file named by its sha256."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256 as hash_of
from pathlib import Path

from tracker.archive.frames import Damaged, compress, decompress
from tracker.errors import ArchiveProblem

LARGEST = 256 * 2**20
"""Bytes up to which a snapshot is decompressed."""

_NAME = re.compile(r"[0-9a-f]{64}")
_HASH_BYTES = 32


class FolderArchive:
    """Snapshots below a folder: `ab/cd/<sha256>.zst` whole, `ab/cd/<sha256>.delta` as a difference from another."""

    def __init__(self, folder: Path, largest: int = LARGEST) -> None:
        self.folder = folder
        self._largest = largest

    def put(self, body: bytes) -> str:
        """Keep the bytes and return their sha256; bytes that are here already cost no write."""
        name = hash_of(body).hexdigest()
        if name not in self:
            self._write(self._whole(name), compress(body))
        return name

    def get(self, sha256: str) -> bytes:
        """The bytes, verified; raises ArchiveProblem."""
        return self._rebuild(sha256, ())

    def __contains__(self, sha256: str) -> bool:
        return bool(_NAME.fullmatch(sha256)) and (self._whole(sha256).exists() or self._delta(sha256).exists())

    def path(self, sha256: str) -> Path | None:
        """The file in which a snapshot is kept, compressed; None where there is none."""
        kept = (self._whole(sha256), self._delta(sha256)) if _NAME.fullmatch(sha256) else ()
        return next((path for path in kept if path.exists()), None)

    def sizes(self) -> tuple[int, int]:
        """How many snapshots there are, and the bytes they take on the disk."""
        names, stored = set(), 0
        for path in self._files("*"):
            with suppress(FileNotFoundError):  # compacted since it was listed
                stored += path.stat().st_size
                names.add(path.stem)
        return len(names), stored

    def base(self, sha256: str) -> str | None:
        """The snapshot that this one is stored as a difference from."""
        delta = None if self._whole(sha256).exists() else self._read(self._delta(sha256))
        return None if delta is None else delta[:_HASH_BYTES].hex()

    def bases(self) -> set[str]:
        """The snapshots that others are stored as a difference from."""
        return {path.read_bytes()[:_HASH_BYTES].hex() for path in self._files("*.delta")}

    def shrink(self, sha256: str, base: str) -> bool:
        """Store a whole snapshot as a difference from another, where that is smaller and gives the bytes back."""
        body, earlier = self.get(sha256), self.get(base)
        frame = compress(body, earlier)
        if len(frame) + _HASH_BYTES >= self._whole(sha256).stat().st_size:
            return False
        if decompress(frame, self._largest, earlier) != body:
            raise ArchiveProblem(f"Snapshot {sha256} did not survive compaction; it is kept whole. Please report this.")
        self._write(self._delta(sha256), bytes.fromhex(base) + frame)
        self._whole(sha256).unlink()
        return True

    def _rebuild(self, sha256: str, above: tuple[str, ...]) -> bytes:
        try:
            body = self._decompressed(sha256, (*above, sha256))
        except Damaged as error:
            raise self._problem(sha256, f"is damaged ({error})") from None
        if hash_of(body).hexdigest() != sha256:
            raise self._problem(sha256, "is damaged (its bytes have another hash)")
        return body

    def _decompressed(self, sha256: str, chain: tuple[str, ...]) -> bytes:
        # Whole before difference: compaction writes the difference first and removes the whole last.
        if (whole := self._read(self._whole(sha256))) is not None:
            return decompress(whole, self._largest)
        if (delta := self._read(self._delta(sha256))) is None:
            raise self._problem(sha256, "is missing")
        base = delta[:_HASH_BYTES].hex()
        if base in chain or len(base) != len(sha256):
            raise Damaged("its difference leads nowhere")
        return decompress(delta[_HASH_BYTES:], self._largest, self._rebuild(base, chain))

    def _whole(self, sha256: str) -> Path:
        return self._place(sha256, ".zst")

    def _delta(self, sha256: str) -> Path:
        return self._place(sha256, ".delta")

    def _place(self, sha256: str, suffix: str) -> Path:
        if not _NAME.fullmatch(sha256):
            raise ArchiveProblem(f"{sha256!r} is no snapshot; name one by the 64 hexadecimal digits of its sha256.")
        return self.folder / sha256[:2] / sha256[2:4] / (sha256 + suffix)

    def _files(self, pattern: str) -> Iterator[Path]:
        return self.folder.glob(f"[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/[0-9a-f]{pattern}")

    def _read(self, path: Path) -> bytes | None:
        try:
            return path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._problem(path.stem, f"cannot be read ({error.strerror})", "correct the permissions") from None

    def _write(self, path: Path, data: bytes) -> None:
        temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with temporary.open("xb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(path)
            _settle(path.parent)
        except OSError as error:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
            raise ArchiveProblem(
                f"The archive at {self.folder} cannot be written ({error.strerror}); "
                "make room or correct its permissions, and run again."
            ) from None

    def _problem(self, sha256: str, what: str, fix: str = "restore the folder from a backup") -> ArchiveProblem:
        return ArchiveProblem(f"Snapshot {sha256} {what} in the archive at {self.folder}; {fix}.")


def _settle(folder: Path) -> None:
    """Have the disk keep the folder's new entries before anything relies on them."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
