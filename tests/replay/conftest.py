"""Histories are read once for all tests: the real corpus where it is, the invented ones always."""

from __future__ import annotations

import fcntl
import os
import pickle
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from html import unescape
from pathlib import Path
from time import perf_counter
from typing import TypeVar

import pytest

from tests.law import iowa
from tests.replay import served
from tests.replay.served import Heard
from tracker.archive import FolderArchive
from tracker.domain.rule import Version
from tracker.extract.normalise import squeezed
from tracker.services.ingest import RunReport
from tracker.services.replay import Recording, recordings, replay
from tracker.services.workspace import Workspace
from tracker.settings import Settings

T = TypeVar("T")
Once = Callable[[str, Callable[[Path], T]], tuple[Path, T]]


@dataclass(frozen=True)
class Chronicle:
    """What was heard of one invented jurisdiction, edition by edition, and the installation that heard it."""

    jurisdiction: str
    heard: list[Heard]
    workspace: Workspace


@dataclass(frozen=True)
class Corpus:
    """The real documents, what each reading of them brought, and the installation that they were replayed into."""

    folder: Path
    recordings: tuple[Recording, ...]
    reports: list[tuple[datetime, RunReport]]
    seconds: float
    workspace: Workspace

    def folder_of(self, recording: Recording) -> str:
        """The folder of a recording, as the rows of EXPECTED.yml name it."""
        return recording.path.parent.relative_to(self.folder).as_posix()


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once[T]:
    """Makes a folder and what is to be known of it once, however many processes share the work."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base

    def make(name: str, fill: Callable[[Path], T]) -> tuple[Path, T]:
        folder, result = shared / name, shared / f"{name}.pickle"
        with (shared / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not result.exists():
                folder.mkdir()
                result.write_bytes(pickle.dumps(fill(folder)))
        made: T = pickle.loads(result.read_bytes())
        return folder, made

    return make


@pytest.fixture(scope="session", params=["XA 1", "XA 2", "XB 1", "XB 2", "XC 1", "XC 2"])
def chronicle(request: pytest.FixtureRequest, once: Once[list[Heard]]) -> Chronicle:
    """One jurisdiction with its whole history, made from one seed."""
    jurisdiction, seed = request.param.split()

    def hear(home: Path) -> list[Heard]:
        workspace = served.install(home)
        heard = served.serve_all(workspace, served.history(jurisdiction, int(seed)))
        workspace.database.close()
        return heard

    home, heard = once(f"{jurisdiction}-{seed}", hear)
    return Chronicle(jurisdiction, heard, served.reopen(home))


@pytest.fixture(scope="session")
def corpus(once: Once[tuple[float, list[tuple[datetime, RunReport]]]]) -> Corpus:
    """The whole corpus, replayed into an installation with the sources that come along, and two of its own."""
    named = os.environ.get("TRACKER_CORPUS")
    if not named:
        pytest.skip("TRACKER_CORPUS is not set")
    folder = Path(named).resolve()

    def hear(home: Path) -> tuple[float, list[tuple[datetime, RunReport]]]:
        shutil.copytree(served.HERE / "watched", home / "spiders")
        started = perf_counter()
        workspace = Workspace(Settings(home=home, baseline=False))
        wanted = recordings(folder, list(workspace.declarations.sources.values())).wanted
        reports = list(replay(workspace, wanted))
        workspace.database.close()
        return perf_counter() - started, reports

    home, (seconds, reports) = once("corpus", hear)
    workspace = Workspace(Settings(home=home, baseline=False))
    wanted = recordings(folder, list(workspace.declarations.sources.values())).wanted
    return Corpus(folder, wanted, reports, seconds, workspace)


def quote_stands(workspace: Workspace, version: Version) -> bool:
    """Whether the quote of a version is found again in its archived bytes, whatever the markup between its words."""
    words = _words(workspace.settings.archive, version.passage.snapshot)
    return squeezed(version.passage.quote) in words


@cache
def _words(archive: Path, snapshot: str) -> str:
    body = FolderArchive(archive).get(snapshot)
    if body.startswith(b"{\\rtf"):
        return squeezed(iowa.printed(body))
    return squeezed(unescape(re.sub(r"<[^>]*>", "", body.decode())))
