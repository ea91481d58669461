"""`tracker serve` as a process: it looks at once, does what is due, answers, and ends without leaving anything."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.integration.loopback_site import Answer, Site, after, page
from tests.integration.pages_site import declare
from tracker.daemon import Errand, Options, run_child, serve, work
from tracker.domain.subscription import Cadence, Target, Timing, Wish
from tracker.errors import OperatorError
from tracker.services import subscriptions
from tracker.services.workspace import Workspace
from tracker.settings import Settings
from tracker.store import captures as runs
from tracker.store import migrate

LAW = b"<html><body><main><h2>Limits</h2><p>A patient may possess 60 g of dried cannabis.</p></main></body></html>"
PATH = "/limits.html"


class Daemon:
    """A running `tracker serve` and what it has said."""

    def __init__(self, home: Path, hosts: str, *options: str) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
        settings = {"HOME": str(home), "ONLY_OWN_SOURCES": "1", "ALLOW_HOSTS": hosts}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tracker", "serve", "--port", "0", "--tick", "0.2", *options],
            env=environment | {f"TRACKER_{name}": value for name, value in settings.items()},
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        assert self.process.stderr is not None
        self.lines.extend(iter(self.process.stderr.readline, ""))

    def until(self, true: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 20
        while not true():
            assert self.process.poll() is None, "".join(self.lines)
            assert time.monotonic() < deadline, "".join(self.lines)
            time.sleep(0.05)

    def said(self, words: str, times: int = 1) -> bool:
        return sum(words in line for line in list(self.lines)) >= times

    def get(self, path: str) -> str:
        self.until(lambda: self.said("Pages: "))
        address = next(line for line in self.lines if "Pages: " in line).split()[1]
        with urllib.request.urlopen(address.rstrip("/") + path, timeout=20) as answer:
            return str(answer.read().decode())

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        code = self.process.wait(15)
        self._listener.join(5)
        assert self.process.stderr is not None
        self.process.stderr.close()
        return code


@contextmanager
def serving(home: Path, hosts: str = "", *options: str) -> Iterator[Daemon]:
    daemon = Daemon(home, hosts, *options)
    try:
        yield daemon
    finally:
        if daemon.process.poll() is None:
            daemon.stop()
        assert children_of(home) == []


def children_of(home: Path) -> list[str]:
    """What still runs with this home, whoever its parent is."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"TRACKER_HOME={home}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode())
        except OSError:
            continue  # it has ended, or is not ours
    return found


@contextmanager
def regulator(home: Path, answer: Answer) -> Iterator[tuple[Site, str]]:
    """A site with one document that the home declares, and what has to be allowed to reach it."""
    with Site("127.0.0.1", {PATH: answer}) as site:
        declare(home, "ca/limits", site.url(PATH))
        yield site, f"127.0.0.1:{site.server_port}"


@pytest.fixture
def home(migrated_file: Path, tmp_path: Path) -> Path:
    """A home with an empty database."""
    shutil.copy(migrated_file, tmp_path / "tracker.db")
    return tmp_path


def opened(home: Path) -> Workspace:
    return Workspace(Settings(home=home, only_own_sources=True))


def test_it_does_what_is_due_at_once_and_once(home: Path) -> None:
    with regulator(home, page(LAW, Content_Type="text/html")) as (site, hosts):
        workspace = opened(home)
        reader, wish, timing = Target("email", "ada@clinic.example"), Wish(("CA",)), Timing(cadence=Cadence.AT_ONCE)
        subscriptions.add(workspace, reader, wish, timing, "the clinic", datetime.now(UTC))
        with serving(home, hosts) as daemon:
            daemon.until(lambda: daemon.said("exit_code=0", times=2))
            assert daemon.said("ca/limits: changed")
            assert daemon.said("a…@clinic.example: written to")
            assert "60 g" in daemon.get("/jurisdictions/CA")
            assert json.loads(daemon.get("/health"))["last_run"]
            time.sleep(0.7)  # several ticks, in which nothing is due, not even for who wants to hear at once
            assert daemon.said("event='begins'", times=2)
            assert not daemon.said("event='begins'", times=3)
            assert daemon.stop() == 0
        assert len(site.times(PATH)) == 1
        assert len(list((home / "outbox").glob("*.eml"))) == 1
        with workspace.database.write() as conn:
            due = runs.source_state(conn, "ca/limits")
            assert due is not None
            assert due.next_due_at is not None
            assert due.next_due_at > datetime.now(UTC)
            runs.set_due(conn, {"ca/limits": datetime.now(UTC) - timedelta(days=2)})  # missed while it was down
        workspace.database.close()
        with serving(home, hosts, "--only", "work") as daemon:
            daemon.until(lambda: daemon.said("task='crawl' exit_code=0"))
            time.sleep(0.7)
            assert len(site.times(PATH)) == 2
            assert not daemon.said("Pages:")
            assert daemon.stop(signal.SIGINT) == 0


def test_it_ends_in_order_in_the_middle_of_a_crawl(home: Path) -> None:
    with regulator(home, after(60)) as (site, hosts), serving(home, hosts) as daemon:
        daemon.until(lambda: bool(site.times(PATH)))
        assert any("tracker.services.fetch" in line for line in children_of(home))
        began = time.monotonic()
        assert daemon.stop() == 0
        assert time.monotonic() - began < 12
        assert children_of(home) == []
    workspace = opened(home)
    with workspace.database.read() as conn:
        assert migrate.check(conn) == []
    workspace.database.close()


@pytest.mark.parametrize("why", ["deadline", "stop"])
def test_a_child_that_does_not_end_in_order_is_killed(why: str) -> None:
    stubborn = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_IGN); print('x' * 200_000); time.sleep(60)"
    deadline = 1.0 if why == "deadline" else 60.0
    errand = Errand("test", (sys.executable, "-c", stubborn), deadline, lambda: True, grace=0.3)

    async def run() -> None:
        running = asyncio.create_task(run_child(errand))
        if why == "deadline":
            assert await running == -signal.SIGKILL
            return
        await asyncio.sleep(1)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running

    began = time.monotonic()
    asyncio.run(run())
    assert time.monotonic() - began < 5


def test_a_command_that_fails_is_tried_again_but_not_at_once(tmp_path: Path) -> None:
    tried = tmp_path / "tried"
    tried.write_text("")
    looks = iter([True])  # what was due once stays so until the command has run: nobody looks again
    errand = Errand(
        "test", (sys.executable, "-c", f"open({str(tried)!r}, 'a').write('x'); exit(2)"), 10, looks.__next__
    )

    async def run() -> None:
        errand.wanted.set()
        working = asyncio.create_task(work(errand, tick=0.2))
        while len(tried.read_text()) < 2:
            await asyncio.sleep(0.02)
            assert not working.done()
        working.cancel()

    began = time.monotonic()
    asyncio.run(asyncio.wait_for(run(), 15))
    assert time.monotonic() - began > 0.4


def test_pages_alone_start_nothing(home: Path) -> None:
    with regulator(home, page(LAW)) as (site, hosts), serving(home, hosts, "--only", "web") as daemon:
        assert "not read yet" in daemon.get("/")
        time.sleep(0.6)
        assert site.times(PATH) == []


def test_what_cannot_be_listened_on_is_said_before_anything_starts(home: Path) -> None:
    workspace = opened(home)
    with Site("127.0.0.1", {}) as taken:
        with pytest.raises(OperatorError, match=r"is taken by another program; choose another: --port\."):
            serve(workspace, Options(port=taken.server_port))
        with pytest.raises(OperatorError, match="is no address of this machine"):
            serve(workspace, Options(host="no such host", port=0))
    workspace.database.close()
