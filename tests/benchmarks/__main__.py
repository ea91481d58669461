"""`python -m tests.benchmarks`: ours, the floor and the ratio, offline, on documents written for it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from lxml import etree

from tests.benchmarks import pages
from tests.law import history, manifest
from tracker.archive import FolderArchive
from tracker.archive.compact import compact
from tracker.extract.compare import text_changes
from tracker.extract.declarations import load_sources, load_vocabulary
from tracker.extract.read import Page, read

ROUNDS = 5


def main() -> None:
    """Run every benchmark and print its figures."""
    print(
        f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, medians of {ROUNDS}"
    )
    with TemporaryDirectory() as folder, ExitStack() as stack:
        _pages(Path(folder), stack)
    with TemporaryDirectory() as folder:
        _regulation(Path(folder))
    with TemporaryDirectory() as folder:
        _replay(Path(folder))
    _start_up()


def _say(
    what: str, ours: float, floor: float | None = None, *, unit: str = "s", of: str = "", target: str = ""
) -> None:
    line = f"{what:<58} {ours:9.3f} {unit}"
    if floor is not None:
        line += f"   {of} {floor:9.3f} {unit}   ratio {ours / floor:5.2f}"
    print(line + (f"   (target {target})" if target else ""), flush=True)


def _timed(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return median(times)


def _pages(folder: Path, stack: ExitStack) -> None:
    """A thousand unchanged pages, and the same with one in twenty changed, as whole processes."""
    port = _free_port()
    base = f"http://127.0.0.1:{port}"
    site, home = folder / "site", folder / "home"
    pages.write(site)
    pages.declare(home, base)
    environment = {**os.environ, "TRACKER_HOME": str(home)}
    tracker = [sys.executable, "-m", "tracker", "crawl", "ca/pages"]
    floor = [sys.executable, "-m", "tests.benchmarks.bare_scrapy", base, str(pages.NUMBER), str(folder / "etags.json")]

    def crawl() -> None:
        subprocess.run(tracker, env=environment, check=True, capture_output=True)

    def bare() -> None:
        subprocess.run(floor, check=True, capture_output=True)

    with _served(site, port):
        _say("1,000 pages for the first time", _timed(crawl, 1), _timed(bare, 1), of="bare Scrapy")
        pairs = [(_timed(crawl, 1), _timed(bare, 1)) for _ in range(ROUNDS)]
    unchanged = median(ours for ours, _ in pairs)
    _say("1,000 unchanged pages", unchanged, median(floor for _, floor in pairs), of="bare Scrapy", target="0.9")
    times = []
    for turn in range(3):
        number = pages.write(site, every=20 if turn % 2 == 0 else 0)
        with _served(site, port):
            times.append(_timed(crawl, 1))
    _say(f"the same with {number or 50} changed", median(times), unchanged, of="unchanged", target="1.3")


def _served(site: Path, port: int) -> ExitStack:
    stack = ExitStack()
    server = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.site", str(site), str(port)])
    stack.callback(server.wait)
    stack.callback(server.terminate)
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return stack
        time.sleep(0.05)
    raise SystemExit("the benchmark's server did not start")


def _regulation(folder: Path) -> None:
    """A regulation of real size: reading it, its diff against the version before, its versions in the archive."""
    editions = history.canada_like(7)
    words = load_vocabulary((Path(__file__).parents[1] / "replay" / "vocabulary",))
    sources = load_sources([Path(__file__).parents[1] / "replay" / "declarations"], words).sources
    source = next(s for s in sources.values() if s.document_of(next(iter(editions[-1].urls.values()))))
    bodies = [max(edition.documents.values(), key=len) for edition in editions]
    document, url = next(iter((d.id, d.url) for d in source.documents))
    body = bodies[-1]
    day = date.fromisoformat(str(editions[-1].date))
    before = read(source, [Page(document, url, "0" * 64, bodies[-2])], day, words).provisions

    def ours() -> None:
        reading = read(source, [Page(document, url, "0" * 64, body)], day, words)
        text_changes(source.id, document, before, reading.provisions, datetime.now(UTC))

    parsed = _timed(lambda: etree.fromstring(body), 15)
    _say(
        f"reading a regulation of {len(body) / 1e6:.2f} MB, with its diff",
        _timed(ours, 9),
        parsed,
        of="bare lxml",
        target="8",
    )
    archive = FolderArchive(folder)
    names = [archive.put(each) for each in bodies]
    whole = archive.sizes()[1]
    compact(archive, [names])
    raw = sum(len(each) for each in dict(zip(names, bodies, strict=True)).values())
    kept = archive.sizes()[1]
    shares = f"{100 * whole / raw:.1f} % of the bytes, {100 * kept / raw:.1f} % after compaction (target 5)"
    print(f"its {len(bodies)} versions in the archive: {shares}")


def _replay(folder: Path) -> None:
    """Replaying recorded documents: those written for this, and the real ones where they are."""
    made = folder / "made"
    manifest.write(made, [history.canada_like(7), history.dc_like(7), history.page_like(7)])
    replays = [("120 documents of tests/law", made, True)]
    corpus = os.environ.get("TRACKER_CORPUS")
    if corpus:
        replays.append(("the recorded corpus", Path(corpus), False))
    for name, recordings, invented in replays:
        home = folder / name.replace(" ", "-").replace("/", "-")
        if invented:
            replay = Path(__file__).parents[1] / "replay"
            home.mkdir()
            (home / "spiders").symlink_to((replay / "declarations").resolve())
            (home / "vocabulary").symlink_to((replay / "vocabulary").resolve())
            (home / "tracker.toml").write_text("only_own_sources = true\n")
        environment = {**os.environ, "TRACKER_HOME": str(home)}
        command = [sys.executable, "-m", "tracker", "replay", str(recordings)]
        start = time.perf_counter()
        done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
        _say(f"replaying {name}", time.perf_counter() - start, target="20 s for the corpus" if not invented else "")
        print(f"    {done.stderr.strip().splitlines()[-1]}")


def _start_up() -> None:
    with TemporaryDirectory() as home:
        environment = {**os.environ, "TRACKER_HOME": home}
        for arguments, target in ((["--help"], "0.3 s"), (["rules", "CA"], "1.0 s")):
            command = [sys.executable, "-m", "tracker", *arguments]
            start = partial(subprocess.run, command, env=environment, check=True, capture_output=True)
            start()
            _say("tracker " + " ".join(arguments), _timed(start), target=target)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
