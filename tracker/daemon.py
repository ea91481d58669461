"""`tracker serve`: the scheduler says when, workers own the children that do the work, the pages only read.

Crawls and digests run in children, as the very commands that a person types: a page that crashes its reader, or a mail
server that answers slowly, never stops the pages, and cron or systemd can take the scheduler's place.
"""

from __future__ import annotations

import asyncio
import errno
import os
import signal
import socket
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

import structlog
import uvicorn
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from tracker.errors import OperatorError, TrackerError
from tracker.services.declared import Declared
from tracker.services.workspace import Workspace
from tracker.store import captures, outbox, subscriptions
from tracker.web.app import create_app

_log = structlog.get_logger()

_LONGEST_PAUSE = 900.0
"""Seconds between attempts at a command that cannot be run."""


class Part(StrEnum):
    """What a daemon can be limited to."""

    WEB = "web"
    SCHEDULE = "schedule"
    WORK = "work"


EVERYTHING = frozenset(Part)


@dataclass(frozen=True)
class Options:
    """How a daemon runs."""

    host: str = "127.0.0.1"
    port: int = 8000
    """0 takes any that is free."""
    parts: Collection[Part] = EVERYTHING
    """`schedule` and `work` go together: either of them stands for both."""
    tick: float = 30.0
    """Seconds between looks at what is due."""


@dataclass
class Errand:
    """A command that is run in a child whenever something for it is due."""

    name: str
    command: tuple[str, ...]
    deadline: float
    """Seconds after which the child is taken to hang; far beyond what the command allows itself."""
    due: Callable[[], bool]
    grace: float = 11.0
    """Seconds that a child has to end in order; `tracker crawl` itself gives the process that fetches ten."""
    wanted: asyncio.Event = field(default_factory=asyncio.Event)
    """Set by every tick: however many pass while a child runs, one more look follows."""


def serve(workspace: Workspace, options: Options, announce: Callable[[str], None] = lambda address: None) -> None:
    """Run until SIGTERM or SIGINT, then end children and pages in order; raises OperatorError where it cannot begin.

    `announce` is told the address of the pages.
    """
    database = workspace.database  # opened first: what is wrong with it is said before anything starts
    listening = _listen(options.host, options.port) if Part.WEB in options.parts else None
    try:
        asyncio.run(_run(workspace, options, listening, announce))
    finally:
        database.close()


async def _run(
    workspace: Workspace, options: Options, listening: socket.socket | None, announce: Callable[[str], None]
) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    errands = _errands(workspace) if {Part.SCHEDULE, Part.WORK} & set(options.parts) else []
    scheduler = _scheduler(errands, options.tick)
    async with asyncio.TaskGroup() as group:
        server = None
        if listening is not None:
            server = _Server(_pages(workspace))
            group.create_task(server.serve(sockets=[listening]))
            announce(_address(listening))
        workers = [group.create_task(work(errand, options.tick)) for errand in errands]
        scheduler.start()
        await stop.wait()
        _log.info("stopping")
        scheduler.shutdown(wait=False)
        if server is not None:
            server.should_exit = True
        for worker in workers:
            worker.cancel()
    _log.info("stopped")


# ── What is due ─────────────────────────────────────────────────────────────────────────────────────────────────────


def _errands(workspace: Workspace) -> list[Errand]:
    patience = timedelta(hours=workspace.settings.unverified_after_hours)
    declared = Declared(workspace.settings)
    crawled: list[int] = []  # the state of the declarations when a crawl last began

    def sources_due() -> bool:
        mark = declared.mark()
        if crawled != [mark]:
            crawled[:] = [mark]  # a crawl gives new declarations their first due time; so does the first after a start
            return True
        with workspace.database.read() as conn:
            return captures.anything_due(conn, datetime.now(UTC))

    def digests_due() -> bool:
        now = datetime.now(UTC)
        with workspace.database.read() as conn:
            return subscriptions.anything_due(conn, now, patience) or outbox.anything_due(conn, now)

    tracker = (sys.executable, "-m", "tracker")
    return [
        Errand("crawl", (*tracker, "crawl", "--due"), 6 * 3600.0, sources_due),
        Errand("digests", (*tracker, "digest", "send"), 1800.0, digests_due),
    ]


def _scheduler(errands: list[Errand], seconds: float) -> AsyncIOScheduler:
    """Ticks at once and then regularly; a job does no work, because shutting the scheduler down would cancel it."""
    scheduler = AsyncIOScheduler(timezone=UTC)
    for errand in errands:
        scheduler.add_job(
            _tick,
            IntervalTrigger(seconds=seconds),
            args=[errand],
            id=errand.name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=datetime.now(UTC),
        )
    return scheduler


async def _tick(errand: Errand) -> None:
    errand.wanted.set()


# ── Children ────────────────────────────────────────────────────────────────────────────────────────────────────────


async def work(errand: Errand, tick: float) -> None:
    """Run a child whenever a tick finds something due, one at a time; one that cannot run is tried ever more rarely."""
    failed = 0
    while True:
        await errand.wanted.wait()
        errand.wanted.clear()
        if not failed and not await _is_due(errand):
            continue
        try:
            code: int | str = await run_child(errand)
        except OSError as error:  # no memory or no process left at the moment
            code = str(error)
        failed = 0 if code in (0, 1) else failed + 1
        if failed:
            pause = min(tick * 2**failed, _LONGEST_PAUSE)
            _log.error("command failed", task=errand.name, how=code, again_in_seconds=pause)
            await asyncio.sleep(pause)
            errand.wanted.set()


async def _is_due(errand: Errand) -> bool:
    try:
        return await asyncio.to_thread(errand.due)
    except TrackerError as error:
        _log.error("cannot see what is due", task=errand.name, reason=str(error))
        return False


async def run_child(errand: Errand) -> int:
    """Run the command in a session of its own and return its exit code; however this ends, the child has ended too."""
    _log.info("begins", task=errand.name)
    child = await asyncio.create_subprocess_exec(
        *errand.command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        start_new_session=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert child.stdout is not None
    ending = asyncio.Event()
    listener = asyncio.create_task(_repeat(errand.name, child.stdout, ending))
    try:
        code = await asyncio.wait_for(child.wait(), errand.deadline)
    except TimeoutError:
        _log.error("takes too long and is ended", task=errand.name, seconds=errand.deadline)
        code = await _end(child, errand.grace)
    except asyncio.CancelledError:
        ending.set()
        await _end(child, errand.grace)
        raise
    finally:
        await asyncio.wait([listener], timeout=1)
        listener.cancel()
    _log.info("done", task=errand.name, exit_code=code)
    return code


async def _end(child: asyncio.subprocess.Process, grace: float) -> int:
    """Let a child finish what it has begun, and kill it where it does not."""
    with suppress(ProcessLookupError):
        child.send_signal(signal.SIGINT)
    try:
        return await asyncio.wait_for(child.wait(), grace)
    except TimeoutError:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        return await child.wait()


async def _repeat(task: str, said: asyncio.StreamReader, ending: asyncio.Event) -> None:
    """What a child says goes into the log, line by line; what it says about its own end, only where all is logged."""
    rest = b""
    while part := await said.read(65536):
        *lines, rest = (rest + part).split(b"\n")
        for line in (*lines, *([rest] if said.at_eof() else [])):
            if text := line.decode(errors="replace").strip():
                (_log.debug if ending.is_set() else _log.info)(text, task=task)


# ── Pages ───────────────────────────────────────────────────────────────────────────────────────────────────────────


class _Server(uvicorn.Server):
    """A server that leaves the signals to the daemon."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _pages(workspace: Workspace) -> uvicorn.Config:
    return uvicorn.Config(
        create_app(workspace),
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        server_header=False,
        timeout_graceful_shutdown=5,
    )


def _listen(host: str, port: int) -> socket.socket:
    """A socket that is ours before anything else starts; raises OperatorError."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except (socket.gaierror, UnicodeError):
        raise OperatorError(f"--host {host!r} is no address of this machine; 127.0.0.1 is the usual one.") from None
    try:
        return socket.create_server(address[:2], family=family, backlog=128)
    except PermissionError:
        raise OperatorError(f"Port {port} needs more rights than you have; choose one above 1023: --port.") from None
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise OperatorError(f"--host {host} cannot be listened on: {error.strerror}.") from None
        raise OperatorError(f"Port {port} on {host} is taken by another program; choose another: --port.") from None


def _address(listening: socket.socket) -> str:
    name: Any = listening.getsockname()
    host = f"[{name[0]}]" if listening.family is socket.AF_INET6 else name[0]
    return f"http://{host}:{name[1]}/"
