"""A small installation that starts from a baseline of its own, and the page that its only source reads."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

import pytest

from tracker.cli import main
from tracker.domain.capture import Capture, Outcome
from tracker.domain.change import Change
from tracker.domain.rule import RuleKey, Version
from tracker.domain.subscription import Cadence, Subscription, Timing, Wish
from tracker.extract.fingerprint import fingerprint
from tracker.services import digest, subscriptions
from tracker.services.ingest import RunReport, ingest
from tracker.services.workspace import Workspace
from tracker.settings import Settings
from tracker.store import changes, queries
from tracker.store.database import Database

DAY = timedelta(days=1)
NOW = datetime.now(UTC)
HOLDS = RuleKey("NL", "possession_limit", "holder=patient")
LISTS = RuleKey("NL", "qualifying_conditions")
URL = "https://law.example/rules.html"
HOLD = "A registered patient may keep no more than thirty (30) grams of dried flower."

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Access to medical cannabis</title></head><body>
<main><h1>Access to medical cannabis</h1>
<h2>1 Possession</h2>
<p>A registered patient may keep no more than {grams} of dried flower.</p>
<h2>2 Conditions</h2><p>A practitioner may certify a patient who has:</p>
<ul>{conditions}</ul>
<h2>3 Supply</h2>
<p>A dispensary may supply no more than {supply} of dried flower.</p>
</main></body></html>
"""
DECLARATION = """title: Access rules
jurisdiction: NL
publisher: {{name: Test ministry, official: true}}
instrument: {{title: Access rules, short: Access Rules, type: regulation}}
spider: page
format: html
language: en
documents: [{{id: rules, url: "{url}"}}]
schedule: 0 4 * * *
access: {{licence: own, terms: own, tried_live: never}}
html: {{content: main, citation: "section {{number}}"}}
rules:
  - topic: possession_limit
    qualifier: {{holder: patient}}
    at: section 1
    find: registered patient may keep no more than {{quantity}} of dried flower
    bound: max
  - topic: qualifying_conditions
    at: section 2
    items: true
    vocabulary: conditions
    attrs: {{list_type: closed}}
  - topic: supply_limit
    at: section 3
    find: may supply no more than {{quantity}} of dried flower
    bound: max
"""
_MARK = fingerprint(HOLD)
MARK = f"{{sha256: {_MARK.sha256}, words: {_MARK.words}}}"
BASELINE = f"""jurisdiction: NL
coder: {{by: A. Coder, on: 2020-03-01}}
addresses:
  - title: Office of Medicinal Cannabis
    authority: Ministry of Health
    url: https://health.example/cannabis
    type: regulator_page
    language: en
texts:
  rules:
    title: Access rules
    authority: Test ministry
    type: regulation
    url: {URL}
    language: en
    date: 2019-02-09
  act:
    title: Access Act
    authority: Parliament
    type: act
    url: https://law.example/act.html
    language: en
    not_before: 2018
coded:
  - topic: possession_limit
    qualifier: {{holder: patient}}
    value: {{number: 30, unit: g, bound: max}}
    text: rules
    citation: Access Rules, s. 1
    passage: {MARK}
  - topic: qualifying_conditions
    value: {{members: [chronic_pain, epilepsy], attrs: {{list_type: closed}}}}
    text: rules
    citation: Access Rules, s. 2
    passage: {MARK}
  - topic: access_model
    value: prescription_only
    text: act
    citation: Access Act, art. 3
    valid_from: 2018-06-01
    passage: {MARK}
"""


def temporary(ends: str) -> str:
    """A coded value of temporary law, to stand at the end of a baseline."""
    return f"""  - topic: supply_limit
    value: {{number: 60, unit: g, bound: max}}
    text: rules
    citation: Access Rules, s. 3
    status: temporary
    valid_from: 2019-01-01
    valid_to: {ends}
    passage: {MARK}
"""


def install(home: Path, baseline: str = BASELINE, declaration: str = DECLARATION) -> Path:
    """Put one source and one baseline into a home; returns the home."""
    folder = home / "spiders" / "nl"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "baseline.yml").write_text(baseline, "utf-8")
    (folder / "rules.yml").write_text(declaration.format(url=URL), "utf-8")
    return home


def opened(home: Path, database_url: str = "", *, baseline: bool = True) -> Workspace:
    """The installation in a home."""
    return Workspace(Settings(home=home, database_url=database_url, only_own_sources=True, baseline=baseline))


def page(
    grams: str = "30 grams", conditions: tuple[str, ...] = ("epilepsy", "chronic pain"), supply: str = "60 grams"
) -> bytes:
    """The page of the ministry."""
    items = "".join(f"<li>{name};</li>" for name in conditions)
    return PAGE.format(grams=grams, conditions=items, supply=supply).encode()


def crawl(here: Workspace, body: bytes, at: datetime | None = None) -> RunReport:
    """What reading the page at an instant brings."""
    at = at or datetime.now(UTC)
    source = here.declarations.source("nl/rules")
    snapshot = here.archive.put(body)
    capture = Capture(source.id, "rules", URL, at, Outcome.FETCHED, 200, snapshot, "text/html; charset=utf-8")
    return ingest(here.database, here.archive, here.words, source, [capture], at)


class Start(Protocol):
    """Opens the installation in a home."""

    def __call__(self, home: Path, *, baseline: bool = True) -> Workspace: ...


class Program:
    """The command line in one home."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]) -> None:
        self.home, self._captured = home, captured
        for name in [name for name in os.environ if name.startswith("TRACKER_")]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("TRACKER_HOME", str(home))
        monkeypatch.setenv("TRACKER_ONLY_OWN_SOURCES", "true")
        monkeypatch.setenv("COLUMNS", "80")

    def __call__(self, *words: str | Path) -> tuple[int, str, str]:
        """Exit code, standard output, standard error."""
        self._captured.readouterr()
        with pytest.raises(SystemExit) as stop:
            main([str(word) for word in words])
        out, err = self._captured.readouterr()
        code = stop.value.code
        return code if isinstance(code, int) else 1, out, err

    def json(self, *words: str) -> Any:
        """What a question answers to a program."""
        code, out, err = self(*words, "--format", "json")
        assert code == 0, err
        return json.loads(out)


# ── What an installation knows and says ─────────────────────────────────────────────────────────────────────────────


def held(database: Database, key: RuleKey | None = None) -> list[Version]:
    """What is believed now."""
    with database.read() as conn:
        found = [each for each in queries.versions_of(conn) if each.current]
    return [each for each in found if key is None or each.key == key]


def recorded(database: Database) -> list[Change]:
    """What has changed."""
    with database.read() as conn:
        return [each.change for each in changes.changes(conn)]


def follow(here: Workspace, **wish: Any) -> Subscription:
    """Somebody who has wanted to hear of everything at once since yesterday."""
    to = subscriptions.target(here, "ward@example.org", None)
    timing = Timing(Cadence.DAILY if wish.get("even_when_quiet") else Cadence.AT_ONCE)
    return subscriptions.add(here, to, Wish(("NL",), **wish), timing, "M. Keller", NOW - DAY)


def told(here: Workspace, now: datetime) -> str:
    """Subjects and texts of what goes out at an instant."""
    outbox = here.settings.outbox
    before = set(outbox.glob("*.txt")) if outbox.is_dir() else set()
    digest.compose_due(here, now)
    sent = digest.deliver_due(here, now)
    assert all(each.outcome.state == "sent" for each in sent)
    fresh = sorted(set(outbox.glob("*.txt")) - before) if outbox.is_dir() else []
    return "\n".join([*(each.subject for each in sent), *(path.read_text("utf-8") for path in fresh)])
