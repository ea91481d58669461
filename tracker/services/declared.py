"""The declarations as the files say now, for programs that run longer than an operator leaves the files alone."""

from __future__ import annotations

from contextlib import suppress
from threading import Lock

from tracker.content import folders
from tracker.extract.declarations import Declarations
from tracker.services.workspace import Workspace
from tracker.settings import Settings


class Declared:
    """Reads the declarations again whenever one of their files was added, changed or taken away."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = Lock()
        self._held: tuple[int, Declarations] | None = None

    def now(self) -> Declarations:
        """The sources declared at this moment, and what is wrong with the others."""
        with self._lock:
            mark = self.mark()
            if self._held is None or self._held[0] != mark:
                self._held = mark, Workspace(self._settings).declarations
            return self._held[1]

    def mark(self) -> int:
        """Another number after any change of the files; costs one look at each of them and reads none."""
        theirs = () if self._settings.only_own_sources else folders("spiders")
        seen = []
        for path in (path for folder in (self._settings.own_spiders, *theirs) for path in folder.glob("*/**/*.yml")):
            with suppress(FileNotFoundError):  # taken away since it was listed
                seen.append((str(path), path.stat().st_mtime_ns, path.stat().st_size))
        return hash(tuple(sorted(seen)))
