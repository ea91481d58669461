"""`tracker doctor` names what is wrong, with the fix, and shows no secret."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from tests.integration.pages_site import declare
from tests.integration.store_sample import NOW, version
from tracker.cli import main
from tracker.domain.capture import Capture, Outcome
from tracker.domain.subscription import Target, Timing, Wish
from tracker.services import subscriptions
from tracker.services.workspace import Workspace
from tracker.settings import Settings
from tracker.store import captures as runs
from tracker.store.captures import RunOutcome
from tracker.store.codec import version_row
from tracker.store.tables import rule_version

Doctor = Callable[[], tuple[int, str]]


@pytest.fixture
def home(migrated_file: Path, tmp_path: Path) -> Path:
    shutil.copy(migrated_file, tmp_path / "tracker.db")
    declare(tmp_path, "ca/limits", "https://laws.example/a.html")
    return tmp_path


@pytest.fixture
def doctor(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Doctor:
    """Runs the command; exit code and output."""
    for name in [name for name in os.environ if name.startswith("TRACKER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("TRACKER_HOME", str(home))
    monkeypatch.setenv("TRACKER_BASELINE", "false")
    monkeypatch.setenv("TRACKER_ONLY_OWN_SOURCES", "1")

    def run() -> tuple[int, str]:
        with pytest.raises(SystemExit) as stop:
            main(["doctor"])
        return int(str(stop.value.code)), capsys.readouterr().out

    return run


def opened(home: Path) -> Workspace:
    return Workspace(Settings(home=home, only_own_sources=True))


def crawled(home: Path, body: bytes = b"law") -> str:
    """A run that went well, with its bytes in the archive."""
    workspace = opened(home)
    snapshot = workspace.archive.put(body)
    capture = Capture(
        "ca/limits", "text", "https://laws.example/a.html", NOW, Outcome.FETCHED, 200, snapshot, "text/html"
    )
    with workspace.database.write() as conn:
        run = runs.begin_run(conn, "ca/limits", NOW)
        runs.record_captures(conn, run, [capture], accepted=True)
        runs.finish_run(conn, run, RunOutcome.CHANGED, NOW)
    workspace.database.close()
    return snapshot


def test_an_installation_in_order(home: Path, doctor: Doctor) -> None:
    crawled(home)
    code, said = doctor()
    assert code == 0
    assert f"TRACKER_HOME                    {home}  [environment]" in said
    assert "1 of 1 current document rebuilt, and their hashes agree." in said
    assert "1 of 1 have been read, none is held or failed." in said
    assert "so e-mails become files in" in said
    assert "set TRACKER_CONTACT" in said
    assert said.endswith("In order.\n")


def test_nothing_is_made_by_looking(home: Path, doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = home / "not" / "there"
    monkeypatch.setenv("TRACKER_HOME", str(fresh))
    monkeypatch.delenv("TRACKER_ONLY_OWN_SOURCES")
    code, said = doctor()
    assert code == 0
    assert f"{fresh} is made when it is first needed." in said
    assert "is made by the first crawl." in said
    monkeypatch.setenv("TRACKER_DATABASE_URL", f"sqlite:///{home}/elsewhere.db")
    assert doctor()[0] == 0
    assert not fresh.exists()
    assert not (home / "elsewhere.db").exists()


def test_secrets_are_masked_and_origins_named(home: Path, doctor: Doctor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRACKER_SMTP_URL", "smtp://me:hush%2Fhush@mail.example:587")
    monkeypatch.setenv("TRACKER_SECRET_KEY", "whisper-whisper-whisper")
    (home / "tracker.toml").write_text('contact = "desk@example.org"\n')
    _, said = doctor()
    assert "smtp://me:***@mail.example:587  [environment]" in said
    assert "desk@example.org  [tracker.toml]" in said
    assert "hush" not in said
    assert "whisper" not in said
    monkeypatch.setenv("TRACKER_DATABASE_URL", "postgresql://me:hu/sh@127.0.0.1:1/x?password=hush")
    _, said = doctor()
    assert "sh@" not in said
    assert "hush" not in said


def test_a_damaged_archive_is_a_problem(home: Path, doctor: Doctor) -> None:
    snapshot = crawled(home)
    (stored,) = (home / "archive").rglob(f"{snapshot}*")
    stored.write_bytes(b"rot")
    code, said = doctor()
    assert code == 1
    assert f"PROBLEM  archive: Snapshot {snapshot} is damaged" in said
    assert "restore the folder from a backup" in said


def test_two_values_on_one_day_are_a_problem(home: Path, doctor: Doctor) -> None:
    workspace = opened(home)
    with workspace.database.write() as conn:
        for each in (version(), version(start=date(2020, 1, 1))):
            conn.execute(rule_version.insert(), version_row(each))
    workspace.database.close()
    code, said = doctor()
    assert code == 1
    assert "PROBLEM  database: Two values are believed on one day: CA possession_limit" in said


def test_what_waits_for_a_person_is_a_problem(home: Path, doctor: Doctor) -> None:
    workspace = opened(home)
    with workspace.database.write() as conn:
        run = runs.begin_run(conn, "ca/limits", NOW)
        runs.finish_run(conn, run, RunOutcome.HELD, NOW, reason="section Limits is gone")
    workspace.database.close()
    code, said = doctor()
    assert code == 1
    assert "PROBLEM  sources: ca/limits: held: section Limits is gone" in said
    assert "`tracker review list`" in said
    assert "sources: 1 of 1 are held (100%) and 0 failed." in said


def test_where_much_is_held_at_once_the_trouble_may_be_ours(home: Path, doctor: Doctor) -> None:
    outcomes = [RunOutcome.HELD] * 3 + [RunOutcome.FAILED] + [RunOutcome.CHANGED] * 2
    for number in range(len(outcomes)):
        declare(home, f"ca/l{number}", f"https://laws.example/{number}.html")
    workspace = opened(home)
    with workspace.database.write() as conn:
        for number, outcome in enumerate(outcomes):
            run = runs.begin_run(conn, f"ca/l{number}", NOW)
            runs.finish_run(conn, run, outcome, NOW, reason="the page is gone")
    workspace.database.close()
    _, said = doctor()
    assert "sources: 3 of 6 are held (50%) and 1 failed; so many at once are seldom the publishers' doing." in said


def test_a_wrong_declaration_is_named_with_its_line(home: Path, doctor: Doctor) -> None:
    declare(home, "ca/wrong", "https://laws.example/b.html", title="x\ntitel: y")
    code, said = doctor()
    assert code == 1
    assert "wrong.yml:3: titel: unknown key 'titel'" in said
    (home / "spiders" / "ca" / "wrong.yml").write_text("title: x\n")
    assert "more in that file: `tracker source check` lists them." in doctor()[1]


def test_keys_that_others_can_read_or_that_do_not_fit_are_problems(
    home: Path, doctor: Doctor, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = opened(home)
    subscriptions.add(workspace, Target("email", "a@b.example"), Wish(("CA",)), Timing(), "me", datetime.now(UTC))
    workspace.database.close()
    assert doctor()[0] == 0
    (home / "secret.key").chmod(0o644)
    assert f"PROBLEM  secret key: Others may read {home}/secret.key: `chmod 600" in doctor()[1]
    monkeypatch.setenv("TRACKER_SECRET_KEY", "another-secret-key")
    assert "PROBLEM  secret key: A subscriber's address was encrypted with another TRACKER_SECRET_KEY" in doctor()[1]
    monkeypatch.setenv("TRACKER_SECRET_KEY", "short")
    code, said = doctor()
    assert code == 1
    assert "TRACKER_SECRET_KEY needs at least 16 random characters." in said


def test_a_file_that_is_no_database_is_a_problem(home: Path, doctor: Doctor) -> None:
    (home / "tracker.db").write_bytes(sha256(b"noise").digest() * 200)
    code, said = doctor()
    assert code == 1
    assert "is not a tracker database" in said
    assert "ok       secret key" in said  # the other checks go on
