"""What is wrong with a database, in one sentence that names the fix."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from sqlite3 import Error as SQLiteError
from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tracker.errors import DatabaseProblem

_ELSEWHERE = "or use another TRACKER_HOME"
_LOCKED = "is in use by another process that does not let go; wait until that has finished, then try again"
_READ_ONLY = f"cannot be written to; give your user write access to it and its folder, {_ELSEWHERE}"
_FULL = "has no room left; free some space and try again, nothing was half-written"
_DAMAGED = "is damaged; restore it with `tracker db restore`"

_SQLITE = {
    "SQLITE_BUSY": _LOCKED,
    "SQLITE_LOCKED": _LOCKED,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _READ_ONLY,
    "SQLITE_FULL": _FULL,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": f"is not a tracker database; move that file away {_ELSEWHERE}",
    "SQLITE_CANTOPEN": f"cannot be opened; check that its folder exists and that you may write there, {_ELSEWHERE}",
    "SQLITE_IOERR": "cannot be read or written, the disk reports an error; check the disk and its quota",
}

_POSTGRES = {
    "25006": "is read-only; name the primary server in TRACKER_DATABASE_URL",
    "28": "refuses this user or password; correct TRACKER_DATABASE_URL",
    "3D": "does not exist; create it with `createdb` or correct TRACKER_DATABASE_URL",
    "40": "was changed by another process at the same time; try again",
    "42P07": "holds tables of another program; name an empty one in TRACKER_DATABASE_URL",
    "42501": "does not let this user do that; grant it the right to create and write tables",
    "53100": _FULL,
    "53": "has no room for another connection; raise max_connections or run fewer processes",
    "55P03": _LOCKED,
    "57P03": "is starting or stopping; try again in a moment",
}


@contextmanager
def explained(where: str) -> Iterator[None]:
    """Turn what the driver reports into DatabaseProblem; what no operator can mend passes unchanged."""
    try:
        yield
    except DBAPIError as error:
        sentence = _sentence(error.orig)
        if sentence is None:
            raise
        raise DatabaseProblem(f"The database {where} {sentence}.") from error
    except SQLiteError as error:  # of those who use SQLite itself
        if (said := _sentence(error)) is None:
            raise
        raise DatabaseProblem(f"The database {where} {said}.") from error
    except PoolTimeout as error:
        raise DatabaseProblem(f"The database {where} {_LOCKED}.") from error


def _sentence(error: BaseException | None) -> str | None:
    if isinstance(error, SQLiteError):
        name = getattr(error, "sqlite_errorname", "")
        return next((said for code, said in _SQLITE.items() if name == code or name.startswith(code + "_")), None)
    return _from_postgres(error)


def _from_postgres(error: Any) -> str | None:
    code = getattr(error, "sqlstate", None)
    if code:
        return next((said for prefix, said in _POSTGRES.items() if code.startswith(prefix)), None)
    if type(error).__name__ != "OperationalError":
        return None
    detail = str(error).strip().splitlines()[0] if str(error).strip() else "no answer"
    return f"cannot be reached ({detail}); check that PostgreSQL runs there and that TRACKER_DATABASE_URL names it"
