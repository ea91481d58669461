"""`tracker db`: copies are whole while others write, and restoring never loses what was there."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.integration.store_sample import NOW, first_plan, grams, version
from tracker.cli import main
from tracker.store.database import Database, open_database
from tracker.store.queries import versions_of
from tracker.store.rules import apply_plan

Db = Callable[..., tuple[int, str, str]]


@pytest.fixture
def home(migrated_file: Path, tmp_path: Path) -> Path:
    shutil.copy(migrated_file, tmp_path / "tracker.db")
    return tmp_path


@pytest.fixture
def database(home: Path) -> Database:
    return open_database(f"sqlite:///{home / 'tracker.db'}")


@pytest.fixture
def db(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Db:
    """Runs a command; exit code, output and messages."""
    for name in [name for name in os.environ if name.startswith("TRACKER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TRACKER_HOME", str(home))
    monkeypatch.setenv("TRACKER_BASELINE", "false")

    def run(*words: str | Path) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as stop:
            main(["db", *map(str, words)])
        out, err = capsys.readouterr()
        return int(str(stop.value.code)), out, err

    return run


def believe(database: Database, number: int) -> None:
    with database.write() as conn:
        apply_plan(conn, first_plan(version(grams(number))), {}, NOW)


def believed(database: Database) -> list[str]:
    with database.read() as conn:
        return [str(each.value.number) for each in versions_of(conn) if hasattr(each.value, "number")]


def test_a_copy_brings_back_what_was_there(home: Path, db: Db, database: Database) -> None:
    copy = home / "copy.db"
    believe(database, 30)
    code, said, _ = db("backup", copy)
    assert code == 0
    assert f"{copy}: " in said
    assert str(home / "secret.key") in said
    assert copy.stat().st_mode & 0o777 == 0o600
    with database.write() as conn:
        conn.exec_driver_sql("DELETE FROM rule_version")
    with database.read() as held:  # somebody has the database open, and goes on reading
        held.exec_driver_sql("SELECT 1")
        code, said, _ = db("restore", copy)
    assert code == 0
    assert believed(database) == ["30"]
    (kept,) = home.glob("tracker.db.before-*")
    assert str(kept) in said
    assert db("check")[0] == 0
    database.close()


def test_a_copy_is_whole_while_another_writes(home: Path, db: Db, database: Database) -> None:
    believe(database, 30)
    with database.write() as conn:
        conn.exec_driver_sql("DELETE FROM rule_version")
        assert db("backup", home / "copy.db")[0] == 0
    database.close()
    with closing(sqlite3.connect(home / "copy.db")) as copy:
        assert copy.execute("SELECT count(*) FROM rule_version").fetchone() == (1,)


def test_nothing_is_written_over(home: Path, db: Db) -> None:
    (home / "notes.txt").write_text("mine")
    code, _, said = db("backup", home / "notes.txt")
    assert code == 2
    assert "is there already; name a file that is not." in said
    assert (home / "notes.txt").read_text() == "mine"
    code, _, said = db("backup", home / "no" / "folder.db")
    assert code == 2
    assert "cannot be written: No such file or directory." in said
    assert sorted(path.name for path in home.iterdir() if path.name.startswith(".")) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "There is no file"),
        (b"no database" * 100, "is not a tracker database"),
        ("CREATE TABLE mine (x)", "is not a copy of a tracker's database."),
        (
            "CREATE TABLE tracker_revision (version_num TEXT); INSERT INTO tracker_revision VALUES ('9999')",
            "was made by a newer tracker (revision 9999)",
        ),
    ],
)
def test_only_a_whole_copy_is_restored(
    home: Path, db: Db, database: Database, content: str | bytes | None, said: str
) -> None:
    believe(database, 30)
    copy = home / "copy.db"
    if isinstance(content, bytes):
        copy.write_bytes(content)
    elif content is not None:
        with closing(sqlite3.connect(copy)) as made:
            made.executescript(content)
    code, _, message = db("restore", copy)
    assert code == 2
    assert said in message
    assert believed(database) == ["30"]
    assert list(home.glob("tracker.db.*before*")) == []
    database.close()


def test_a_damaged_database_is_moved_away_and_replaced(home: Path, db: Db, database: Database) -> None:
    believe(database, 30)
    database.close()
    assert db("backup", home / "copy.db")[0] == 0
    (home / "tracker.db").write_bytes(b"rot" * 5000)
    code, _, said = db("check")
    assert code == 2
    assert "is not a tracker database" in said
    assert db("restore", home / "copy.db")[0] == 0
    (kept,) = home.glob("tracker.db.before-*")
    assert kept.read_bytes().startswith(b"rot")
    restored = open_database(f"sqlite:///{home / 'tracker.db'}")
    assert believed(restored) == ["30"]
    restored.close()


def test_check_says_what_is_wrong(home: Path, db: Db, database: Database) -> None:
    assert db("check") == (0, "", f"{home / 'tracker.db'}: in order.\n")
    with database.write() as conn:
        conn.exec_driver_sql("UPDATE tracker_revision SET version_num = '0000'")
    code, said, _ = db("check")
    assert code == 1
    assert "this program wants" in said
    assert "`tracker db upgrade`" in said
    database.close()


def test_check_makes_no_database(home: Path, db: Db) -> None:
    (home / "tracker.db").unlink()
    code, _, said = db("check")
    assert code == 2
    assert "the first crawl makes it" in said
    assert not (home / "tracker.db").exists()
    code, out, said = db("upgrade")
    assert (code, said) == (0, "")
    assert re.fullmatch(r"The tables are at revision \d{4}\.\n", out)


def test_postgresql_has_tools_of_its_own(home: Path, db: Db, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_DATABASE_URL", "postgresql://me:hush@nowhere.invalid/tracker")
    for command, tool in (("backup", "pg_dump"), ("restore", "pg_restore")):
        code, _, said = db(command, home / "copy.db")
        assert code == 2
        assert tool in said
        assert "hush" not in said
