"""The crawl process seen from outside: started early, given a batch, read as it goes, ended in order."""

from __future__ import annotations

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType

from tracker.domain.capture import Capture
from tracker.errors import OperatorError

_PATIENCE = 10
"""Seconds that a crawl may take to finish what it has begun."""


class FetchProcess:
    """One crawl process; started before its batch is known, because starting takes as long as a small crawl."""

    def __init__(self) -> None:
        # A session of its own: Ctrl-C reaches us first, and we end it in order.
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tracker.services.fetch"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        self._lines: queue.Queue[str | None] = queue.Queue()
        self._errors: list[str] = []
        self._threads = [threading.Thread(target=work, daemon=True) for work in (self._read, self._listen)]
        for thread in self._threads:
            thread.start()
        self.ended_well = False

    def __enter__(self) -> FetchProcess:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self.stop()

    def captures(self, order: str, seconds: float) -> Iterator[Capture]:
        """Give the process its batch, and its captures as they arrive, until it ends or its time is up.

        Raises OperatorError where it cannot start.
        """
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # the child died; its exit code says so
            self._process.stdin.write(order + "\n")
            self._process.stdin.flush()
        deadline = datetime.now(UTC).timestamp() + seconds
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, deadline - datetime.now(UTC).timestamp()))
            except queue.Empty:
                return
            if line is None:
                break
            yield Capture.from_json(json.loads(line))
        code = self._process.wait()
        self.ended_well = code == 0
        if code == 2:
            raise OperatorError(" ".join(self._errors).strip() or "The crawl could not be started.")

    def stop(self) -> None:
        """End the process: it may finish what it has begun, and is killed when that takes too long."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                self._process.wait()
        for thread in self._threads:
            thread.join()
        for pipe in (self._process.stdin, self._process.stdout, self._process.stderr):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(None)

    def _listen(self) -> None:
        assert self._process.stderr is not None
        self._errors.extend(self._process.stderr)
