"""The whole job, offline: an invented site is crawled, changes, is crawled again, and digests are delivered."""

from __future__ import annotations

import os
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from tracker.demo import home, pages, server, story
from tracker.demo.mailbag import Mailbag
from tracker.demo.screen import Screen
from tracker.errors import OperatorError
from tracker.services.crawl import crawl
from tracker.services.ingest import RunReport
from tracker.services.workspace import Workspace

Pages = Callable[[Workspace], None]
"""Opens the web pages on the result, and returns when they are closed."""


def run_demo(out: Path, keep: bool, screen: Screen, serve: Pages | None = None) -> None:
    """Run the demonstration; with `keep` or `serve` it stays up until Ctrl-C or SIGTERM. Raises OperatorError."""
    _writable(out, "digests", "give another --out")
    story.opening(screen)
    with ExitStack() as until_the_end:
        until_the_end.enter_context(_ended_in_order())
        site, data = _places(keep, until_the_end)
        dates = pages.Dates(datetime.now(UTC).date())
        pages.publish(site, dates)
        base = until_the_end.enter_context(server.serving(site))
        here = Workspace(home.furnish(data, base))
        until_the_end.callback(here.database.close)
        prefix = until_the_end.enter_context(home.found_from_here(base)) if keep else ""
        _the_job(here, screen, site, dates, out, base)
        if keep:
            story.change_it_yourself(screen, base, prefix)
        else:
            story.what_next(screen, out, stays_up=serve is not None)
        if serve is not None:
            serve(here)
        elif keep:
            _wait()
            story.goodbye(screen)


def _the_job(here: Workspace, screen: Screen, site: Path, dates: pages.Dates, out: Path, base: str) -> None:
    story.site_is_up(screen, base, here)
    story.first_crawl(screen)
    story.first_readings(screen, _crawl(here, screen), here)
    story.rules(screen, here, "XA")

    mail = Mailbag(here, site, base)
    mail.subscribe()
    first = mail.deliver(out, "1-where-things-stand")

    pages.publish(site, dates, changed=True)
    story.site_changes(screen)
    story.second_crawl(screen)
    reports = _crawl(here, screen)
    story.second_readings(screen, reports)
    story.changes(screen, reports, here)
    second = mail.deliver(out, "2-what-changed")
    story.digests(screen, out, [*first, *second])


def _crawl(here: Workspace, screen: Screen) -> list[RunReport]:
    """Crawl every source of the site, in the order of their names."""
    sources = list(here.declarations.sources.values())
    with screen.busy(f"Crawling {len(sources)} sources"):
        return sorted(crawl(here, sources), key=lambda report: report.source)


def _places(keep: bool, until_the_end: ExitStack) -> tuple[Path, Path]:
    """Where the pages and the data go: below the current folder, or where nothing of them stays."""
    if keep:
        home.clear_site()
        _writable(home.SITE, "pages", "go to another folder")
        return home.SITE.absolute(), home.HOME.absolute()
    folder = Path(until_the_end.enter_context(tempfile.TemporaryDirectory(prefix="tracker-demo-")))
    return folder / "site", folder / "home"


def _writable(folder: Path, what: str, instead: str) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OperatorError(f"The {what} cannot be written to {folder}: {error.strerror}; {instead}.") from None
    if not os.access(folder, os.W_OK):
        raise OperatorError(f"The {what} cannot be written to {folder}: it is read-only; {instead}.")


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """SIGTERM and a closed terminal end the demonstration as Ctrl-C does, and nothing disturbs its tidying up."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    kinds = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]

    def interrupt(*_: object) -> NoReturn:
        for kind in kinds:
            signal.signal(kind, signal.SIG_IGN)
        raise KeyboardInterrupt

    before = {kind: signal.signal(kind, interrupt) for kind in kinds}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


def _wait() -> None:
    """Until Ctrl-C or SIGTERM."""
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        return
