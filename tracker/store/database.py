"""One database, on SQLite or PostgreSQL: its connections, its transactions and the revision of its tables."""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import URL
from sqlalchemy.exc import ArgumentError
from sqlalchemy.schema import Table

from tracker.errors import DatabaseProblem
from tracker.store import migrate
from tracker.store.problems import explained

__all__ = ["Connection", "Database", "insert", "open_database", "serialise"]

_WAIT = 10.0


class Database:
    """A database that can be read and written; opening connects to nothing yet."""

    def __init__(self, url: str, *, wait: float = _WAIT) -> None:
        """`wait` is how many seconds to be patient with other writers."""
        parsed = _normal(url)
        self.where = _where(parsed)
        """The file or server for messages, without the password."""
        self.sqlite = parsed.get_backend_name() == "sqlite"
        self._engine = _engine(parsed, wait)
        if self.sqlite:
            _follow_sqlite(self._engine, wait)
            self._reader = self._engine
        else:
            self._reader = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._writer = self._engine.execution_options(tracker_begin="BEGIN IMMEDIATE")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that may write; committed at the end, rolled back on any exception."""
        with explained(self.where), self._writer.begin() as conn:
            yield conn

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one state of the database throughout."""
        with explained(self.where), self._reader.begin() as conn:
            yield conn

    def ensure_schema(self) -> None:
        """Bring the tables to the revision of this program; quick where they have it."""
        if self._is_current():
            return
        with explained(self.where), self._writer.connect() as conn:
            conn.detach()  # what is set for a migration must not outlive it
            if self.sqlite:
                # Migrations rebuild tables, and dropping the old one would drop what refers to it.
                conn.connection.cursor().execute("PRAGMA foreign_keys=OFF")
            with conn.begin():
                migrate.upgrade(conn, self.where)

    def require_schema(self) -> None:
        """Refuse a database of another revision; raises DatabaseProblem."""
        if not self._is_current():
            raise DatabaseProblem(f"The database {self.where} is not of this version; run `tracker db upgrade`.")

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    def _is_current(self) -> bool:
        with self.read() as conn:
            found = migrate.current(conn)
        if found is not None and found not in migrate.known_revisions():
            raise DatabaseProblem(
                f"The database {self.where} was made by a newer tracker (revision {found});"
                " install that version or use another TRACKER_HOME."
            )
        return found == migrate.head()


def open_database(url: str, *, migrate: bool = True) -> Database:
    """The database at a URL, ready for use; raises DatabaseProblem.

    Without `migrate` a database of an older revision is refused and stays as it is.
    """
    database = Database(url)
    try:
        if migrate:
            database.ensure_schema()
        else:
            database.require_schema()
    except BaseException:
        database.close()
        raise
    return database


def insert(conn: Connection, table: Table) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that can say what to do about a row that is there already."""
    return sqlite.insert(table) if conn.dialect.name == "sqlite" else postgresql.insert(table)


def serialise(conn: Connection, names: Collection[str]) -> None:
    """Let other writers who serialise on one of these names wait until this transaction ends.

    SQLite has one writer at a time as it is.
    """
    if conn.dialect.name == "postgresql" and "tracker_begin" in conn.get_execution_options():
        for name in sorted(names):  # always in the same order, so that two cannot wait for each other
            conn.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})


def _normal(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError:
        parsed = None
    backend = parsed.get_backend_name() if parsed is not None else ""
    if parsed is None or backend not in ("sqlite", "postgresql", "postgres"):
        raise DatabaseProblem(
            "TRACKER_DATABASE_URL must look like sqlite:////folder/tracker.db or postgresql://user:password@host/name."
        )
    # SQLAlchemy 2.0 takes a bare postgresql:// for another driver than 2.1 does.
    return parsed if backend == "sqlite" else parsed.set(drivername="postgresql+psycopg")


def _where(url: URL) -> str:
    if url.get_backend_name() == "sqlite":
        return url.database or "in memory"
    return url.set(drivername="postgresql").render_as_string(hide_password=True)


def _engine(url: URL, wait: float) -> Engine:
    options: dict[str, Any] = {}
    if url.get_backend_name() == "sqlite":
        _make_folder(url)
    else:
        options = {
            "pool_pre_ping": True,
            "connect_args": {"connect_timeout": max(2, int(wait)), "options": f"-c lock_timeout={int(wait * 1000)}"},
        }
    try:
        return create_engine(url, **options)
    except ModuleNotFoundError as error:
        raise DatabaseProblem(
            f"{error.name} is not installed; PostgreSQL needs `pip install 'access-rules-tracker[postgres]'`."
        ) from error


def _make_folder(url: URL) -> None:
    if not url.database or url.database == ":memory:":
        return
    folder = Path(url.database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseProblem(
            f"The folder {folder} cannot be made ({error.strerror}); use another TRACKER_HOME."
        ) from error


def _follow_sqlite(engine: Engine, wait: float) -> None:
    """Set each connection up, and begin transactions ourselves: the driver would begin them too late."""

    @event.listens_for(engine, "connect")
    def _connected(connection: Any, _record: object) -> None:
        connection.isolation_level = None
        connection.execute(f"PRAGMA busy_timeout={int(wait * 1000)}")
        _use_wal(connection, wait)
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.execute("PRAGMA foreign_keys=ON")

    @event.listens_for(engine, "begin")
    def _began(conn: Connection) -> None:
        conn.exec_driver_sql(conn.get_execution_options().get("tracker_begin", "BEGIN"))


def _use_wal(connection: Any, wait: float) -> None:
    # While another process turns a new file into WAL, SQLite says "locked" at once, whatever busy_timeout is.
    deadline = time.monotonic() + wait
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").fetchone()
            return
        except connection.OperationalError as error:
            if error.sqlite_errorname != "SQLITE_BUSY" or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
