"""Real pages of publishers: what blocks us is recognised, noise is silent, and what really changed is told.

TRACKER_FORMATS names the folder with the recordings; they are not part of this repository.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from tests.integration.crawl_child import Crawl, source
from tests.integration.loopback_site import Site, page
from tests.situations import pages
from tracker.domain.capture import Capture, Outcome
from tracker.domain.change import TextKind
from tracker.extract.formats.html import parse
from tracker.extract.guards import led_astray, not_the_document
from tracker.extract.languages import mistaken, said
from tracker.services.ingest import RunReport, ingest
from tracker.services.workspace import Workspace
from tracker.settings import Settings
from tracker.store.captures import RunOutcome

FORMATS = os.environ.get("TRACKER_FORMATS")
pytestmark = pytest.mark.skipif(FORMATS is None, reason="TRACKER_FORMATS is not set")

Json = dict[str, Any]


def folder(name: str) -> Path:
    return Path(FORMATS or "") / name


# ── Answers that are not the page ───────────────────────────────────────────────────────────────────────────────────


def recorded_answers() -> dict[str, Json]:
    """What was recorded of each answer, without its page: status, headers, title, where it led; by file name."""
    found = {path.stem: json.loads(path.read_text("utf-8")) for path in folder("blocked-page-responses").glob("*.json")}
    return {name: record["data"] for name, record in sorted(found.items())}


def with_title(record: Json) -> bytes:
    """A page of ours as long as law is, so that nothing but its title tells what it is."""
    words = "".join(f"<p>{each}</p>" for each in pages.PROSE * 30)
    return f"<html><head><title>{record['title']}</title></head><body><main>{words}</main></body></html>".encode()


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Json, Capture, str]]:
    """Each recorded answer, given again by a server of its own, crawled, and why it is not believed."""
    records = recorded_answers()
    with ExitStack() as until_the_end:
        sites = {
            name: until_the_end.enter_context(Site(f"127.0.0.{number}", {"/page": _again(record)}))
            for number, (name, record) in enumerate(records.items(), 60)
        }
        jobs = [{"source": source(name, {"page": site.url("/page")})} for name, site in sites.items()]
        hosts = [site.host for site in sites.values()]
        crawl = Crawl(tmp_path_factory.mktemp("archive"), jobs, allow_hosts=hosts)
        captures = {name: crawl.of(name, "page") for name in records}
    return {name: (record, captures[name], _why(record, captures[name])) for name, record in records.items()}


def _again(record: Json) -> Any:
    return page(with_title(record), record["status"], Content_Type=record["media_type"])


def _why(record: Json, capture: Capture) -> str:
    if not capture.usable:
        return capture.reason
    body = with_title(record)
    reached = record["source_metadata"].get("redirected_url", record["url"])
    return led_astray(record["url"], reached) or not_the_document(parse(body, capture.media_type), body) or ""


def score(name: str) -> float:
    """How good those who recorded it found the answer: 1 is the page itself, or an honest 404."""
    found = re.search(r"-(\d(?:\.\d+)?)__", name)
    assert found is not None
    return float(found.group(1))


def test_every_block_is_recognised(taken: dict[str, tuple[Json, Capture, str]]) -> None:
    blocked = {name: why for name, (_, _, why) in taken.items() if score(name) < 1}
    assert len(blocked) == 10
    assert {name for name, why in blocked.items() if not why} == set()


def test_what_is_the_page_passes_and_an_honest_404_is_gone(taken: dict[str, tuple[Json, Capture, str]]) -> None:
    good = {name: each for name, each in taken.items() if score(name) == 1}
    assert len(good) == 7
    for name, (record, capture, why) in good.items():
        if record["status"] == 200:
            assert why == "", name
        else:
            assert capture.outcome is Outcome.GONE, name


# ── Pages that changed, and pages that only seem to ─────────────────────────────────────────────────────────────────

CONTENT = {
    "falsepos-footer": "div.l-content[role=main]",
    "falsepos-small-changes": "#content",
    "truepos-dataset-removal": "main",
    "truepos-major-changes": "#main-content",
}
DECLARATION = """\
title: A recorded page
jurisdiction: US
publisher: {{name: The publisher}}
instrument: {{title: A page, short: Page, type: regulator_page}}
spider: page
format: html
language: en
documents: [{{id: page, url: "https://pages.example/page"}}]
schedule: 41 4 * * *
access: {{licence: not ours, terms: not ours, tried_live: never}}
html: {{content: "{content}", section: "h1, h2, h3"}}
"""


def read_both(home: Path, name: str, order: str) -> RunReport:
    """What the second of two recordings brings after the first."""
    (home / "spiders" / "us").mkdir(parents=True)
    (home / "spiders" / "us" / "page.yml").write_text(DECLARATION.format(content=CONTENT[name]), "utf-8")
    here = Workspace(Settings(home=home, only_own_sources=True))
    assert not here.declarations.problems
    declared, at = here.declarations.source("us/page"), datetime(2031, 5, 1, tzinfo=UTC)
    reports = []
    for day, letter in enumerate(order):
        body = (folder("gov-web-change-pairs") / f"{name}-{letter}.html").read_bytes()
        now, url = at + timedelta(days=day), "https://pages.example/page"
        found = Capture(declared.id, "page", url, now, Outcome.FETCHED, 200, here.archive.put(body), "text/html")
        reports.append(ingest(here.database, here.archive, here.words, declared, [found], now))
    here.database.close()
    assert reports[0].outcome is RunOutcome.CHANGED, reports[0].reason
    return reports[1]


@pytest.mark.parametrize("order", ["ab", "ba"])
@pytest.mark.parametrize("name", ["falsepos-footer", "falsepos-small-changes"])
def test_noise_of_real_pages_is_silent(tmp_path: Path, name: str, order: str) -> None:
    """Pictures of the day, links of a menu and of the footer: none of it is text of the declared content."""
    report = read_both(tmp_path, name, order)
    assert (report.outcome, report.changes, report.text_changes) == (RunOutcome.UNCHANGED, (), ())


@pytest.mark.parametrize(("order", "kind"), [("ab", TextKind.TEXT_REMOVED), ("ba", TextKind.TEXT_ADDED)])
def test_a_link_to_a_data_set_that_is_gone_is_told(tmp_path: Path, order: str, kind: TextKind) -> None:
    report = read_both(tmp_path, "truepos-dataset-removal", order)
    assert report.outcome is RunOutcome.CHANGED
    assert [change.kind for change in report.text_changes] == [kind]


@pytest.mark.parametrize("order", ["ab", "ba"])
def test_a_page_that_was_rewritten_is_told(tmp_path: Path, order: str) -> None:
    report = read_both(tmp_path, "truepos-major-changes", order)
    assert report.outcome is RunOutcome.CHANGED
    assert len([change for change in report.text_changes if change.kind is not TextKind.EDITORIAL]) > 10


# ── None of the real ones is taken for another ──────────────────────────────────────────────────────────────────────

LANGUAGES = {
    "ar": "es", "at": "de", "be": "fr", "ch": "de", "cl": "es", "co": "es", "cz": "cs", "de": "de", "dk": "da",
    "ee": "et", "es": "es", "fi": "fi", "fr": "fr", "it": "it", "jp": "ja", "li": "de", "lu": "fr", "lv": "lv",
    "mx": "es", "nl": "nl", "no": "no", "pl": "pl", "se": "sv", "sk": "sk", "ua": "uk", "uy": "es",
}  # fmt: skip
"""The language of the recorded documents of a place; the others are in English."""


def recorded(*endings: str) -> list[Path]:
    return [path for path in sorted(Path(FORMATS or "").glob("*/*")) if path.suffix in endings]


def test_no_saved_page_of_a_publisher_is_taken_for_an_error() -> None:
    taken = {}
    for path in recorded(".html", ".htm", ".xhtml"):
        body = path.read_bytes()
        taken[path.name] = not_the_document(parse(body, ""), body)
    assert len(taken) > 50
    assert {name: why for name, why in taken.items() if why} == {}


def test_no_recorded_document_is_taken_for_another_language_and_most_would_be_noticed_in_its_place() -> None:
    mistakes, noticed = [], []
    documents = recorded(".html", ".htm", ".xhtml", ".xml")
    for path in documents:
        body = path.read_bytes()
        text = re.sub(r"(?s)<(script|style)\b.*?</\1>|<[^>]*>", " ", body.decode("utf-8", "replace"))
        pieces = [unescape(text[start : start + 500]) for start in range(0, len(text), 500)]
        own = LANGUAGES.get(path.parent.name.partition("-")[0], "en")
        if (why := mistaken(own, pieces, said(body))) is not None:
            mistakes.append((path.name, why))
        if own in ("en", "fr", "de", "es"):
            noticed.append(mistaken("pt", pieces) is not None)
    assert len(documents) > 100
    assert mistakes == []
    assert noticed.count(True) > 0.85 * len(noticed)
