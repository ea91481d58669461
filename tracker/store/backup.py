"""Copies of a SQLite database that are whole, whoever writes to it meanwhile, and the way back."""

from __future__ import annotations

import os
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from tracker.errors import DatabaseProblem, OperatorError
from tracker.store import migrate
from tracker.store.problems import explained

_WAIT = 10.0


def sqlite_file(url: str) -> Path | None:
    """The file of a SQLite database, or None where the address names something else."""
    if not url.startswith("sqlite"):
        return None
    path = url.partition(":///")[2].partition("?")[0]
    return Path(path) if path and path != ":memory:" else None


def back_up(database: Path, target: Path) -> int:
    """Write a copy that is whole to a new file and return its size; raises OperatorError, DatabaseProblem."""
    if target.exists():
        raise OperatorError(f"{target} is there already; name a file that is not.")
    if not database.exists():
        raise OperatorError(f"There is no database at {database}.")
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))  # it holds what subscribers wish
        with explained(str(database)), _opened(database, "rw") as source:
            source.execute("VACUUM INTO ?", (str(part),))
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.rename(target)
    except OSError as error:
        raise OperatorError(f"{target} cannot be written: {error.strerror}.") from None
    finally:
        part.unlink(missing_ok=True)
    return target.stat().st_size


def restore(copy: Path, database: Path, now: datetime) -> Path | None:
    """Put a copy in the place of the database, in one transaction, and return where what was there before is kept.

    Programs that have the database open see the restored one from then on. Raises OperatorError, DatabaseProblem.
    """
    _examine(copy)
    kept = None
    if database.exists():
        kept = database.with_name(f"{database.name}.before-{now:%Y%m%dT%H%M%SZ}")
        try:
            back_up(database, kept)
        except DatabaseProblem:  # too damaged to be copied, so not to be written over either
            for suffix in ("-wal", "-shm", ""):
                with suppress(FileNotFoundError):
                    Path(f"{database}{suffix}").rename(f"{kept}{suffix}")
    database.parent.mkdir(parents=True, exist_ok=True)
    with explained(str(database)), _opened(copy, "ro") as source, _opened(database, "rwc") as target:
        target.execute("PRAGMA journal_mode=WAL")
        source.backup(target, progress=_patience(database))
    return kept


def _examine(copy: Path) -> None:
    """Refuse what is not a whole database of a tracker that this program knows."""
    if not copy.is_file():
        raise OperatorError(f"There is no file {copy}.")
    with explained(str(copy)), _opened(copy, "ro") as source:
        damage = source.execute("PRAGMA quick_check(1)").fetchone()[0]
        if damage != "ok":
            raise OperatorError(f"{copy} is damaged ({damage}); take another copy.")
        found = source.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (migrate.REVISION_TABLE,)).fetchone()
        # The name of the table is a constant of ours.
        row = source.execute(f"SELECT version_num FROM {migrate.REVISION_TABLE}").fetchone() if found else None  # noqa: S608
    if row is None:
        raise OperatorError(f"{copy} is not a copy of a tracker's database.")
    if row[0] not in migrate.known_revisions():
        raise OperatorError(f"{copy} was made by a newer tracker (revision {row[0]}); install that version first.")


def _patience(database: Path) -> Callable[[int, int, int], None]:
    """Gives up on a database that another process does not let go; sqlite3 itself would wait for ever."""
    deadline = time.monotonic() + _WAIT

    def waited(status: int, remaining: int, total: int) -> None:
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > deadline:
            raise DatabaseProblem(f"The database {database} is in use; stop `tracker serve`, then try again.")

    return waited


@contextmanager
def _opened(path: Path, mode: str) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, timeout=_WAIT)) as conn:
        conn.isolation_level = None
        yield conn
