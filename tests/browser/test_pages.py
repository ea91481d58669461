"""The pages in a real browser: they render, their style is allowed, and a hostile page of a publisher does nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Site, Tracker

CHROMIUM = os.environ.get("TRACKER_CHROMIUM")
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="TRACKER_CHROMIUM is not set")]
HOSTILE = "<script>document.title = 'stolen'</script><img src=x onerror=\"document.title = 'stolen'\">"


@pytest.fixture
def address(site: Site, tracker: Tracker) -> Iterator[str]:
    site.law(built=HOSTILE)
    site.pages["/rules.html"] = site.pages["/rules.html"].replace(b"dried flower", b"dried flower &lt;script&gt;")
    tracker("crawl", "CA")
    command = [sys.executable, "-m", "tracker", "serve", "--only", "web", "--port", "0"]
    server = subprocess.Popen(
        command, env=tracker.environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    assert server.stdout is not None
    line = ""
    while "http://" not in line:
        line = server.stdout.readline()
    found = next(word for word in line.split() if word.startswith("http://")).rstrip("/.")
    for _ in range(100):
        try:
            urllib.request.urlopen(f"{found}/health", timeout=5).close()
            break
        except OSError:
            time.sleep(0.05)
    yield found
    server.terminate()
    server.communicate(timeout=20)


def browse(url: str, folder: Path) -> tuple[str, str]:
    """The page as the browser built it, and what the browser complained of."""
    flags = (
        "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking"
        " --disable-component-update --disable-sync --enable-logging=stderr --v=0 --virtual-time-budget=2000 --dump-dom"
    )
    command = [str(CHROMIUM), *flags.split(), f"--user-data-dir={folder}", url]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout, "\n".join(line for line in done.stderr.splitlines() if "CONSOLE" in line)


@pytest.mark.parametrize("path", ["/", "/jurisdictions/CA", "/changes"])
def test_a_page_renders_without_a_complaint_and_hostile_words_stay_words(
    address: str, tmp_path: Path, path: str
) -> None:
    page, complaints = browse(address + path, tmp_path / "browser")
    assert complaints == ""
    assert "<main" in page
    assert "stolen" not in page.split("</title>")[0]
    assert "onerror" not in page


def test_the_answer_is_on_the_page(address: str, tmp_path: Path) -> None:
    page, _ = browse(f"{address}/jurisdictions/CA", tmp_path / "browser")
    assert "30 g" in page
    assert "no more than 30 grams" in page
