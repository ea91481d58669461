"""A copy that can be read and is doubted is held; a declaration that a person has changed settles the doubt."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.situations import pages
from tests.situations.cases import DECLARATIONS
from tracker.domain.capture import Capture, Outcome
from tracker.services.ingest import RunReport, ingest
from tracker.services.workspace import Workspace
from tracker.settings import Settings
from tracker.store import queries
from tracker.store.captures import RunOutcome

HEAD = """\
title: Rules for patients
jurisdiction: CA
publisher: {name: An invented office}
instrument: {title: Rules for patients, short: Patient Rules, type: regulation}
spider: page
format: html
language: en
documents: [{id: rules, url: "https://law.example/rules.html"}]
schedule: 41 4 * * *
access: {licence: invented, terms: invented, tried_live: never}
"""
LAW = pages.Rules()
OLDER = pages.Rules(applies="Applies from 1 March 2025.", limits=(("Dried flower", "30 g"), *pages.LIMITS[1:]))
NOON = datetime(2031, 5, 1, 12, tzinfo=UTC)


class Office:
    """An installation with one source, to which pages are shown."""

    def __init__(self, home: Path) -> None:
        self.home, self.runs = home, 0
        (home / "spiders" / "ca").mkdir(parents=True)
        self.declare()

    def declare(self, expected: str = "list of patients") -> None:
        """Write the declaration with the words that it expects, and read it anew."""
        how = DECLARATIONS["rules"].replace("[list of patients]", f"[{expected}]")
        (self.home / "spiders" / "ca" / "rules.yml").write_text(HEAD + how, "utf-8")
        self.here = Workspace(Settings(home=self.home, only_own_sources=True))

    def show(self, page: str, **headers: str) -> RunReport:
        """One run that finds a page."""
        self.runs += 1
        source, now = self.here.declarations.source("ca/rules"), NOON + self.runs * timedelta(days=1)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        snapshot = self.here.archive.put(page.encode())
        url = source.documents[0].url
        found = Capture(source.id, "rules", url, now, Outcome.FETCHED, 200, snapshot, "text/html", named)
        return ingest(self.here.database, self.here.archive, self.here.words, source, [found], now)

    def limit(self) -> str:
        """What is believed of the limit for dried flower."""
        with self.here.database.read() as conn:
            held = [each for each in queries.versions_of(conn) if each.current and "dried_flower" in str(each.key)]
        return str(held[-1].value)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    assert made.show(pages.rules(LAW)).outcome is RunOutcome.CHANGED
    yield made
    made.here.database.close()


def test_an_older_copy_is_held_until_a_person_says_that_it_is_right(office: Office) -> None:
    before = office.limit()
    for _ in range(2):
        report = office.show(pages.rules(OLDER))
        assert report.outcome is RunOutcome.HELD
        assert "older than the one of 1 January 2026 that we hold" in report.reason
        assert office.limit() == before
    office.here.database.close()
    office.declare("list of patients, applies from 1 March 2025")
    report = office.show(pages.rules(OLDER))
    assert [change.summary.partition(":")[0] for change in report.changes] == ["Canada"]
    assert office.limit() != before


def test_a_page_that_lost_its_end_is_held_and_comes_back(office: Office) -> None:
    short = pages.shortened(LAW)
    assert office.show(short).outcome is RunOutcome.HELD
    assert office.show(pages.rules(LAW)).outcome is RunOutcome.UNCHANGED


def test_where_the_words_leave_the_language_open_the_server_is_asked(office: Office) -> None:
    page = pages.framed("<main id='content'><p>60 g</p></main>", lang="")
    assert "It says that it is in French" in office.show(page, content_language="fr-CA").reason
    assert "It says" not in office.show(page, content_language="en, fr").reason


def test_a_redirect_to_the_home_page_is_held_whatever_stands_there(office: Office) -> None:
    report = office.show(pages.rules(LAW), final_url="https://law.example/en/")
    assert (report.outcome, report.changes) == (RunOutcome.HELD, ())
    assert "home page of the site (https://law.example/en/)" in report.reason
    assert office.show(pages.rules(LAW), final_url="https://law.example/new/rules").outcome is RunOutcome.UNCHANGED
