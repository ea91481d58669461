"""A fresh database for each test: SQLite always, PostgreSQL too where TRACKER_TEST_POSTGRES names a server."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text

from tests.integration.seeded import Start, opened
from tracker.services.workspace import Workspace
from tracker.store.database import Database, open_database
from tracker.store.migrate import REVISION_TABLE, head
from tracker.store.tables import metadata

_POSTGRES = os.environ.get("TRACKER_TEST_POSTGRES")
_needs_postgres = pytest.mark.skipif(_POSTGRES is None, reason="TRACKER_TEST_POSTGRES is not set")


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file at the newest revision, to be copied."""
    path = tmp_path_factory.mktemp("migrated") / "tracker.db"
    open_database(f"sqlite:///{path}").close()
    return path


@pytest.fixture(scope="session")
def migrated_server() -> Iterator[str]:
    """The URL of a PostgreSQL database at the newest revision, to be emptied after each test."""
    with _new_on_server() as url:
        open_database(url).close()
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=_needs_postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/tracker.db"
        return
    with _new_on_server() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=_needs_postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database with the newest tables and nothing in them."""
    if request.param == "sqlite":
        shutil.copy(request.getfixturevalue("migrated_file"), tmp_path / "tracker.db")
        yield f"sqlite:///{tmp_path}/tracker.db"
        return
    url = request.getfixturevalue("migrated_server")
    yield url
    emptied = [f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)]
    _run(url, "; ".join([*emptied, f"UPDATE {REVISION_TABLE} SET version_num = '{head()}'"]))


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database with the newest tables and nothing in them."""
    opened = Database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def start(database_url: str) -> Iterator[Start]:
    """Opens the installation in a home on such a database, as often as wanted; all are closed at the end."""
    running: list[Workspace] = []

    def begin(home: Path, *, baseline: bool = True) -> Workspace:
        running.append(opened(home, database_url, baseline=baseline))
        return running[-1]

    yield begin
    for each in running:
        each.database.close()


@contextmanager
def _new_on_server() -> Iterator[str]:
    assert _POSTGRES is not None
    name = f"tracker_test_{uuid4().hex[:12]}"
    _run(_POSTGRES, f'CREATE DATABASE "{name}"')
    _run(_POSTGRES, f'ALTER DATABASE "{name}" SET synchronous_commit = off')  # nobody mourns these rows
    try:
        yield make_url(_POSTGRES).set(database=name).render_as_string(hide_password=False)
    finally:
        _run(_POSTGRES, f'DROP DATABASE "{name}" WITH (FORCE)')


def _run(url: str, statement: str) -> None:
    server = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with server.connect() as conn:
        conn.execute(text(statement))
    server.dispose()
