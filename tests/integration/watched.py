"""An installation whose page no pattern reads whole: values coded from it are watched by their words."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tracker.domain.capture import Capture, Outcome
from tracker.domain.rule import RuleKey
from tracker.extract.fingerprint import fingerprint
from tracker.services.ingest import RunReport, ingest
from tracker.services.workspace import Workspace
from tracker.settings import Settings

BEGAN = datetime(2031, 5, 5, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
URL = "https://law.example/rules.html"

HOLDS = RuleKey("NL", "possession_limit")
MINORS = RuleKey("NL", "minor_access")
VISITS = RuleKey("NL", "follow_up_requirement")
WHO = RuleKey("NL", "prescriber_class")

HOLD = "A registered patient may keep no more than 30 grams of dried flower in the home."
YOUNG = "A certificate for a patient younger than eighteen years needs the written consent of one parent or guardian."
VISIT = (
    "The practitioner sees the patient in person at least once every twelve (12) months after the first certificate."
)
DOCTOR = "A physician who holds a full licence to practise in this province may issue a certificate."
NURSE = "A nurse practitioner may issue a certificate on the conditions that the Minister has published."
OTHER = "A licence to grow is in effect for five years and may be renewed on request of its holder."
SENTENCES = {"1 Keeping": HOLD, "2 Young patients": YOUNG, "3 Visits": VISIT, "4 Physicians": DOCTOR, "5 Nurses": NURSE}

DECLARATION = f"""title: Access rules
jurisdiction: NL
publisher: {{name: Test ministry, official: true}}
instrument: {{title: Access rules, short: Access Rules, type: regulation}}
spider: page
format: html
language: en
documents: [{{id: rules, url: "{URL}"}}]
schedule: 0 4 * * *
access: {{licence: own, terms: own, tried_live: never}}
html: {{content: main, citation: "section {{number}}"}}
"""
RULES = """rules:
  - topic: possession_limit
    at: section 1
    find: registered patient may keep no more than {quantity} of dried flower
    bound: max
"""


def coded(topic: str, value: str, citation: str, *passages: str) -> str:
    """One coded value of a baseline."""
    marks = [f"{{sha256: {mark.sha256}, words: {mark.words}}}" for mark in map(fingerprint, passages)]
    passage = marks[0] if len(marks) == 1 else f"[{', '.join(marks)}]"
    return f"""  - topic: {topic}
    value: {value}
    text: rules
    citation: {citation}
    passage: {passage}
"""


BASELINE = (
    """jurisdiction: NL
coder: {by: A. Coder, on: 2030-03-01}
texts:
  rules:
    title: Access rules
    authority: Test ministry
    type: regulation
    url: https://law.example/rules.html
    language: en
    date: 2030-02-09
coded:
"""
    + coded("minor_access", "allowed_with_guardian", "Access Rules, s. 2", YOUNG)
    + coded("follow_up_requirement", "P12M", "Access Rules, s. 3", VISIT)
    + coded("prescriber_class", "[physician_any, nurse_practitioner]", "Access Rules, s. 4 and 5", DOCTOR, NURSE)
)


def page(sections: dict[str, str] | None = None, footer: str = "today") -> bytes:
    """The page of the ministry."""
    body = "".join(f"<h2>{head}</h2><p>{words}</p>" for head, words in (sections or SENTENCES).items())
    head = "<html lang='en'><head><meta charset='utf-8'><title>Access rules</title></head>"
    return f"<!doctype html>{head}<body><main>{body}</main><footer>{footer}</footer></body></html>".encode()


def amended(**changed: str) -> dict[str, str]:
    """The page with other words: `amended(s3="...")`; none takes the section out."""
    found = {}
    for head, words in SENTENCES.items():
        new = changed.get(f"s{head[0]}", words)
        if new:
            found[head] = new
    return found


def install(home: Path, rules: str = RULES, baseline: str = BASELINE) -> Path:
    """Put the source and its baseline into a home; returns the home."""
    folder = home / "spiders" / "nl"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "rules.yml").write_text(DECLARATION + rules, "utf-8")
    (folder / "baseline.yml").write_text(baseline, "utf-8")
    return home


@contextmanager
def running(home: Path, database_url: str = "") -> Iterator[Workspace]:
    """The installation in a home."""
    here = Workspace(Settings(home=home, database_url=database_url, only_own_sources=True, baseline=True))
    yield here
    here.database.close()


def crawl(here: Workspace, body: bytes, at: datetime) -> RunReport:
    """What reading the page at an instant brings."""
    source = here.declarations.source("nl/rules")
    snapshot = here.archive.put(body)
    capture = Capture(source.id, "rules", URL, at, Outcome.FETCHED, 200, snapshot, "text/html; charset=utf-8")
    return ingest(here.database, here.archive, here.words, source, [capture], at)
