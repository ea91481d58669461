"""The database itself: migrations, transactions, and what people are told when it cannot be used."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import DBAPIError

from tests.integration.store_sample import version
from tracker.errors import DatabaseProblem
from tracker.store import migrate
from tracker.store.captures import begin_run, set_due, sources
from tracker.store.codec import version_row
from tracker.store.database import Database, open_database
from tracker.store.tables import metadata, rule_version, source

_NOBODY = 65534
_OPEN = "import sys; from tracker.store.database import open_database; open_database(sys.argv[1]).close()"


def test_migrations_from_empty_give_the_tables_of_the_program(empty_url: str) -> None:
    database = open_database(empty_url)
    with database.read() as conn:
        context = MigrationContext.configure(conn, opts={"version_table": migrate.REVISION_TABLE})
        assert compare_metadata(context, metadata) == []
        made, declared = inspect(conn), metadata.tables.values()
        for table in declared:
            names = {str(each.name) for each in table.constraints if each.name and str(each.name).startswith("ck_")}
            assert {each["name"] for each in made.get_check_constraints(table.name)} == names
        assert migrate.check(conn) == []
    database.close()


def test_known_revisions_are_those_of_alembic() -> None:
    folder = Path(migrate.__file__).with_name("migrations")
    script = ScriptDirectory(str(folder))
    assert script.get_current_head() == migrate.head()
    assert {each.revision for each in script.walk_revisions()} == set(migrate.known_revisions())


def test_opening_a_current_database_does_not_import_alembic(database_url: str) -> None:
    code = f"{_OPEN}; assert 'alembic' not in sys.modules"
    subprocess.run([sys.executable, "-W", "error", "-c", code, database_url], check=True)


def test_processes_that_start_at_once_on_a_new_database_all_succeed(empty_url: str) -> None:
    started = [
        subprocess.Popen([sys.executable, "-W", "error", "-c", _OPEN, empty_url], stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    results = [(each.communicate()[1], each.returncode) for each in started]
    assert results == [("", 0)] * 4


def test_a_database_of_a_newer_tracker_is_left_alone(database: Database, database_url: str) -> None:
    with database.write() as conn:
        conn.execute(text(f"UPDATE {migrate.REVISION_TABLE} SET version_num = '9001'"))
    for allowed in (True, False):
        with pytest.raises(
            DatabaseProblem, match=r"made by a newer tracker \(revision 9001\); install that version or"
        ):
            open_database(database_url, migrate=allowed)


def test_an_older_database_is_not_migrated_unless_allowed(empty_url: str) -> None:
    with pytest.raises(DatabaseProblem, match="run `tracker db upgrade`"):
        open_database(empty_url, migrate=False)
    fresh = Database(empty_url)
    with fresh.read() as conn:
        assert migrate.current(conn) is None
        assert "revision none" in migrate.check(conn)[0]
    fresh.close()


def test_a_migration_that_fails_half_way_leaves_nothing(empty_url: str) -> None:
    database = Database(empty_url)
    with database.write() as conn:
        conn.execute(text("CREATE VIEW sighting AS SELECT 1 AS another_program"))
    with pytest.raises((DatabaseProblem, DBAPIError)):
        database.ensure_schema()
    with database.read() as conn:
        assert inspect(conn).get_table_names() == []
    database.close()


def test_urls_of_other_tools_are_understood(database_url: str) -> None:
    if database_url.startswith("postgresql://"):
        for scheme in ("postgres://", "postgresql+psycopg://"):
            open_database(database_url.replace("postgresql://", scheme)).close()
    with pytest.raises(DatabaseProblem, match="must look like sqlite:"):
        Database("mysql://localhost/tracker")
    with pytest.raises(DatabaseProblem, match="must look like sqlite:"):
        Database("/var/lib/tracker.db")


def test_an_instant_keeps_its_moment_and_a_naive_time_is_refused(database: Database) -> None:
    toronto = datetime(2026, 3, 1, 12, tzinfo=timezone(timedelta(hours=-5)))
    with database.write() as conn:
        set_due(conn, {"ca/one": toronto})
    with database.read() as conn:
        [state] = sources(conn)
    assert state.next_due_at == datetime(2026, 3, 1, 17, tzinfo=UTC)
    assert state.next_due_at is not None
    assert state.next_due_at.tzinfo is UTC
    with pytest.raises(Exception, match="a time without a zone"), database.write() as conn:
        set_due(conn, {"ca/one": datetime(2026, 3, 1, 12)})  # noqa: DTZ001


def test_an_exception_rolls_everything_back(database: Database) -> None:
    def interrupted() -> None:
        with database.write() as conn:
            begin_run(conn, "ca/one", datetime(2026, 3, 1, tzinfo=UTC))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    with database.read() as conn:
        assert sources(conn) == []


def test_a_reader_sees_one_state_throughout(database: Database) -> None:
    with database.read() as reading:
        assert sources(reading) == []
        with database.write() as conn:
            set_due(conn, {"ca/one": None})
        assert sources(reading) == []
    with database.read() as reading:
        assert [each.id for each in sources(reading)] == ["ca/one"]


def test_writers_wait_for_each_other_and_lose_nothing(database: Database) -> None:
    with database.write() as conn:
        set_due(conn, {"count": datetime(2026, 1, 1, tzinfo=UTC)})

    def later() -> None:
        for _ in range(10):
            with database.write() as conn:
                due = conn.execute(select(source.c.next_due_at).with_for_update()).scalar_one()
                assert due is not None
                set_due(conn, {"count": due + timedelta(seconds=1)})

    threads = [threading.Thread(target=later) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with database.read() as conn:
        assert sources(conn)[0].next_due_at == datetime(2026, 1, 1, 0, 0, 40, tzinfo=UTC)


def test_a_locked_database_is_said_to_be_in_use(migrated_file: Path, tmp_path: Path) -> None:
    path = shutil.copy(migrated_file, tmp_path / "t.db")
    database = Database(f"sqlite:///{path}", wait=0.1)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(DatabaseProblem, match=r"t\.db is in use by another process"), database.write():
        pass
    other.close()
    with database.write():
        pass
    database.close()


@pytest.fixture
def ordinary_user() -> Iterator[Path]:
    """A folder of an ordinary user, as which the test then runs: root may write anywhere."""
    folder = Path(tempfile.mkdtemp())
    root = os.geteuid() == 0
    if root:
        os.chown(folder, _NOBODY, _NOBODY)
        os.seteuid(_NOBODY)
    yield folder
    if root:
        os.seteuid(0)
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700)
    shutil.rmtree(folder)


def test_a_read_only_database_is_said_to_be_read_only(ordinary_user: Path) -> None:
    path = ordinary_user / "t.db"
    open_database(f"sqlite:///{path}").close()
    path.chmod(0o400)
    database = open_database(f"sqlite:///{path}")
    with pytest.raises(DatabaseProblem, match=r"t\.db cannot be written to; give your user"), database.write() as conn:
        set_due(conn, {"ca/one": None})
    database.close()


def test_a_read_only_folder_is_said_to_be_closed(ordinary_user: Path) -> None:
    closed = ordinary_user / "closed"
    closed.mkdir(mode=0o500)
    with pytest.raises(DatabaseProblem, match="cannot be opened; check that its folder exists and that you may write"):
        open_database(f"sqlite:///{closed}/t.db")
    with pytest.raises(DatabaseProblem, match=r"folder .*deeper cannot be made \(Permission denied\); use another"):
        open_database(f"sqlite:///{closed}/deeper/t.db")


def test_a_file_that_is_no_database_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("Dear diary, today I did not watch the law. " * 100)
    before = path.read_bytes()
    with pytest.raises(DatabaseProblem, match="is not a tracker database; move that file away"):
        open_database(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "places.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE bookmarks (url text)")
    other.close()
    with pytest.raises(DatabaseProblem, match="belongs to another program; use another TRACKER_HOME"):
        open_database(f"sqlite:///{path}")
    other = sqlite3.connect(path)
    assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("bookmarks",)]
    other.close()


def test_a_full_disk_writes_nothing_by_half(migrated_file: Path, tmp_path: Path) -> None:
    path = shutil.copy(migrated_file, tmp_path / "t.db")
    database = Database(f"sqlite:///{path}")
    with database.read() as conn:  # the limit stays with the connection, which the pool hands out again
        pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
        conn.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
    with pytest.raises(DatabaseProblem, match="has no room left; free some space"), database.write() as conn:
        set_due(conn, {f"ca/{number}": None for number in range(2000)})
    with database.read() as conn:
        assert sources(conn) == []
    database.close()


def test_a_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(DatabaseProblem, match=r"cannot be reached .* check that PostgreSQL runs there") as caught:
        open_database("postgresql://tracker:hunter2@127.0.0.1:9/tracker")
    assert "hunter2" not in str(caught.value)


def test_doctor_sees_two_values_on_one_day(migrated_file: Path, tmp_path: Path) -> None:
    database = Database(f"sqlite:///{shutil.copy(migrated_file, tmp_path / 't.db')}")
    with database.write() as conn:
        rows = [version_row(version()), version_row(version(start=date(2025, 1, 1)))]
        conn.execute(rule_version.insert(), rows)
        assert migrate.check(conn) == [
            "Two values are believed on one day: CA possession_limit age=adult;form=dried_flower."
        ]
    database.close()
