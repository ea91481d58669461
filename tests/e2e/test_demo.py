"""`tracker demo` as a newcomer runs it, and what it keeps its hands off."""

from __future__ import annotations

import email
import email.policy
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker.demo import home, pages, server
from tracker.errors import OperatorError

TRACKER = [sys.executable, "-m", "tracker"]
LAW = "arcadia/regulations.xml"
FILES = {
    f"{stem}{ending}"
    for stem in ("1-where-things-stand", "2-what-changed")
    for ending in (".eml", ".html", ".txt", ".slack.json")
}


def environment(folder: Path) -> dict[str, str]:
    """That of a machine on which nothing of the tracker is set, with a folder of its own for temporary files."""
    temporary = folder.parent / f"{folder.name}-tmp"
    temporary.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRACKER_")}
    return {**kept, "TMPDIR": str(temporary), "HOME": str(temporary), "COLUMNS": "80"}


def tracker(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a folder, as a person would."""
    command = [*TRACKER, *arguments]
    where = environment(folder)
    return subprocess.run(command, cwd=folder, env=where, capture_output=True, text=True, timeout=120, check=False)


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """What one `tracker demo` printed, and the folder in which it ran."""
    folder = tmp_path_factory.mktemp("newcomer")
    begun = time.monotonic()
    done = subprocess.run(
        [*TRACKER, "demo"],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    print(f"tracker demo took {time.monotonic() - begun:.1f} s")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout, folder


def part(printed: str, begins: str, ends: str) -> str:
    """What was printed between two headings."""
    return printed.split(begins, 1)[1].split(ends, 1)[0]


def test_the_demo_tells_one_real_change_from_four_that_are_none(shown: tuple[str, Path]) -> None:
    second = part(shown[0], "\n4  ", "$ tracker changes")
    outcomes = dict(re.findall(r"^   (x[a-e]/[a-z-]+) +(\w+)", second, re.MULTILINE))
    assert outcomes == {
        "xa/act": "unchanged",
        "xa/regulations": "changed",
        "xb/code": "unchanged",
        "xc/patient-pages": "held",
        "xd/prescribers": "failed",
        "xe/programme": "held",
    }
    words = " ".join(second.split())
    assert "it may have been redesigned" in words
    assert "the server answered 503 (service unavailable)" in words
    assert 'an error page (not found): "Page not found"' in words


def test_the_demo_shows_the_change_with_direction_date_values_quotes_citation_and_link(shown: tuple[str, Path]) -> None:
    told = " ".join(part(shown[0], "$ tracker changes", "\n5  ").split())
    since = datetime.now(UTC).date().replace(day=1)
    assert told.count("IN FORCE") == 1
    assert told.startswith("IN FORCE: Arcadia (invented): Possession limit 30 g → 60 g Before 30 g Now 60 g")
    assert f"from 1 {since:%B %Y}" in told
    assert "opens access (major)" in told
    assert told.count("A patient may possess in a public place no more than") == 2
    assert "Access Regulations, s. 7(1)" in told
    assert re.search(r"http://127\.0\.0\.1:\d+/arcadia/regulations\.xml", told)


def test_the_demo_reads_every_rule_of_every_source_the_first_time(shown: tuple[str, Path]) -> None:
    first = part(shown[0], "\n2  ", "$ tracker rules XA")
    assert dict(re.findall(r"^   (x[a-e]/[a-z-]+) +(\d+) rules", first, re.MULTILINE)) == {
        "xa/act": "5",
        "xa/regulations": "20",
        "xb/code": "17",
        "xc/patient-pages": "13",
        "xd/prescribers": "8",
        "xe/programme": "5",
    }


def test_the_demo_leaves_the_digests_and_nothing_else(shown: tuple[str, Path]) -> None:
    folder = shown[1]
    assert [path.name for path in folder.iterdir()] == ["demo-digests"]
    assert {path.name for path in (folder / "demo-digests").iterdir()} == FILES
    assert list((folder.parent / f"{folder.name}-tmp").rglob("tracker*")) == []


def test_the_digests_say_what_changed_and_what_could_not_be_read(shown: tuple[str, Path]) -> None:
    digests = shown[1] / "demo-digests"
    message = email.message_from_bytes((digests / "2-what-changed.eml").read_bytes(), policy=email.policy.default)
    assert message["Subject"] == "[Arcadia (invented)] IN FORCE: Possession limit 30 g → 60 g"
    body = message.get_body(("plain",))
    assert body is not None
    words = " ".join(body.get_content().split())
    assert "3 of 6 official sources could be read" in words
    assert words.count("This says nothing about the rules in it.") == 3
    assert "60 grams" in (digests / "2-what-changed.html").read_text("utf-8")
    (posted,) = json.loads((digests / "2-what-changed.slack.json").read_text("utf-8"))
    assert "30 g → 60 g" in posted["text"]
    assert "Where things stand: 68 rules" in (digests / "1-where-things-stand.eml").read_text("utf-8")


def test_what_the_demo_prints_fits_eighty_columns_without_colour(shown: tuple[str, Path]) -> None:
    assert "\x1b" not in shown[0]
    assert [line for line in shown[0].splitlines() if len(line) > 80] == []


def test_a_kept_site_can_be_changed_and_crawled_from_a_second_terminal(tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    kept = subprocess.Popen(
        [*TRACKER, "demo", "--keep"],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert kept.stdout is not None
    try:
        for line in kept.stdout:
            if "starts afresh" in line:
                break
        assert kept.poll() is None
        law = folder / "demo-site" / LAW
        law.write_text(law.read_text("utf-8").replace("60 grams", "10 grams"), "utf-8")
        crawled = tracker(folder, "crawl", "XA")
        assert crawled.returncode == 0, crawled.stderr
        assert "60 g → 10 g" in crawled.stdout
        assert "waits for a person" in crawled.stdout
        again = tracker(folder, "demo", "--keep")
        assert again.returncode == 2
        assert "A demo runs in this folder already" in again.stderr
        kept.send_signal(signal.SIGTERM)
        assert kept.wait(15) == 0
    finally:
        kept.kill()
        kept.communicate()
    assert sorted(path.name for path in folder.iterdir()) == ["demo-digests", "demo-site"]


# ── The site and the folders of the demonstration ───────────────────────────────────────────────────────────────────


def test_every_page_says_that_it_is_invented_before_and_after_it_changes(tmp_path: Path) -> None:
    dates = pages.Dates(datetime.now(UTC).date())
    for changed in (False, True):
        pages.publish(tmp_path, dates, changed)
        for page in [*tmp_path.rglob("*.html"), *tmp_path.rglob("*.xml")]:
            text = page.read_text("utf-8")
            assert re.search(r"Invented for (<code>|`)tracker demo", text), page
            assert "{{" not in text
            assert "{%" not in text


def test_the_server_confirms_what_a_client_has_and_shows_nothing_but_the_pages(tmp_path: Path) -> None:
    pages.publish(tmp_path / "site", pages.Dates(datetime.now(UTC).date()))
    (tmp_path / "site" / ".tracker").mkdir()
    (tmp_path / "site" / ".tracker" / "secret.key").write_text("x", "utf-8")
    (tmp_path / "outside.txt").write_text("x", "utf-8")
    with server.serving(tmp_path / "site") as base:
        client = http.client.HTTPConnection(base.removeprefix("http://"), timeout=5)

        def ask(path: str, **headers: str) -> tuple[int, str]:
            client.request("GET", path, headers=headers)
            answer = client.getresponse()
            answer.read()
            return answer.status, answer.headers.get("ETag", "")

        status, etag = ask(f"/{LAW}")
        assert status == 200
        assert ask(f"/{LAW}", **{"If-None-Match": etag})[0] == 304
        (tmp_path / "site" / LAW).write_text("new", "utf-8")
        assert ask(f"/{LAW}", **{"If-None-Match": etag})[0] == 200
        for hidden in (
            "/.tracker/secret.key",
            "/../outside.txt",
            "/%2e%2e/outside.txt",
            f"/{pages.ANSWERS}",
            "/nothing",
        ):
            assert ask(hidden)[0] == 404
        client.close()


def test_settings_of_somebody_else_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("TRACKER_")]:
        monkeypatch.delenv(name)
    own = tmp_path / "tracker.toml"
    with home.found_from_here("http://127.0.0.1:1") as prefix:
        assert prefix == ""
        assert own.is_file()
    assert not own.exists()
    own.write_text("crawl_delay = 9\n", "utf-8")
    with home.found_from_here("http://127.0.0.1:1") as prefix:
        assert prefix == "TRACKER_HOME=demo-site/.tracker "
    assert own.read_text("utf-8") == "crawl_delay = 9\n"
    own.unlink()
    monkeypatch.setenv("TRACKER_DATABASE_URL", "sqlite:///real.db")
    with home.found_from_here("http://127.0.0.1:1") as prefix:
        assert prefix == "env -u TRACKER_DATABASE_URL TRACKER_HOME=demo-site/.tracker "
    assert not own.exists()


def test_a_folder_of_pages_that_is_not_ours_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "demo-site").mkdir()
    (tmp_path / "demo-site" / "thesis.txt").write_text("years of work", "utf-8")
    with pytest.raises(OperatorError, match="was not written by the demo"):
        home.clear_site()
    assert (tmp_path / "demo-site" / "thesis.txt").read_text("utf-8") == "years of work"
