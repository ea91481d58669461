"""Base text and a register that amends it by instruction, through the whole path: what is current, pending, silent.

The issues are generated in the shape of the publisher's (tests/law/comar.py): no recorded one is at hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from tests.law.comar import Action, Chapter, Instruction, Issue, Regulation
from tests.law.dclaw import Para
from tests.replay import served
from tests.replay.conftest import quote_stands
from tracker.domain.capture import Capture, Outcome
from tracker.domain.change import Change, Kind, TextKind
from tracker.domain.rule import Cause
from tracker.services.ingest import RunReport, ingest
from tracker.services.workspace import Workspace
from tracker.settings import Settings
from tracker.store.captures import RunOutcome

HOST = "https://repository.example/us/md/exec"
DECLARATION = f"""
title: Invented regulations
jurisdiction: US-MD
publisher: {{name: An invented office, official: true}}
instrument: {{title: Invented regulations, short: COMAR, type: regulation, cite: "{{provision}}"}}
spider: index
format: comar
language: en
documents:
  - {{id: 14.17.04, url: "{HOST}/comar/14/17/04.xml"}}
  - {{id: 14.17.21, url: "{HOST}/comar/14/17/21.xml"}}
index: {{url: "{HOST}/register/53/index.xml", links: "//@href", match: 'register/(?P<id>\\d+/\\d+)\\.xml$'}}
schedule: 17 5 * * mon-fri
access: {{licence: invented, terms: invented, tried_live: never}}
rules:
  - topic: possession_limit
    qualifier: {{holder: patient}}
    at: COMAR 14.17.04.03A
    find: "patient may keep {{quantity}} of flower"
    bound: max
  - topic: caregiver_limit
    qualifier: {{direction: caregivers_per_patient}}
    at: COMAR 14.17.04.03B
    find: "patient may name {{number}} caregivers"
    unit: person
    bound: max
  - topic: registration_fee
    qualifier: {{instrument: card}}
    at: COMAR 14.17.21.02
    find: "the fee is {{money}}"
    currency: USD
"""
URLS = {
    "14.17.04": f"{HOST}/comar/14/17/04.xml",
    "14.17.21": f"{HOST}/comar/14/17/21.xml",
    "53-18": f"{HOST}/register/53/18.xml",
    "53-20": f"{HOST}/register/53/20.xml",
}
PATIENT, PERSON, CARD = (
    ("possession_limit", "holder=patient"),
    ("caregiver_limit", "direction=caregivers_per_patient"),
    ("registration_fee", "instrument=card"),
)


def limits(ounces: str = "3", caregivers: str = "two") -> Regulation:
    return Regulation(
        ".03",
        "Limits.",
        (
            Para("A.", f"A patient may keep {ounces} ounces of flower."),
            Para("B.", f"A patient may name {caregivers} caregivers."),
            Para("C.", "Neither may be sold."),
        ),
    )


def fees(amount: str = "25") -> Regulation:
    return Regulation(".02", "Fees.", text=f"The fee is ${amount}.")


BASE = {
    "14.17.04": Chapter("14.17.04", "Program", (Regulation(".01", "Scope.", text="This is for all."), limits())).xml(),
    "14.17.21": Chapter("14.17.21", "Fees", (fees(),)).xml(),
}


def issue(
    number: int, effective: date, *instructions: Instruction, until: date | None = None, begins: date | None = None
) -> bytes:
    action = Action(f"26-{number}-{'E' if until else 'F'}", instructions, begins, until)
    kind = {"emergency": (action,)} if until else {"final": (action,)}
    return Issue(53, number, date(2026, 9, 4), effective, **kind).xml()


class Installation:
    """A workspace with one source, visited day after day."""

    def __init__(self, home: Path) -> None:
        (home / "spiders/us-md").mkdir(parents=True)
        (home / "spiders/us-md/comar.yml").write_text(DECLARATION, "utf-8")
        self.workspace = Workspace(Settings(home=home, only_own_sources=True, baseline=False))
        self.source = self.workspace.declarations.source("us-md/comar")

    def visit(self, day: date, **issues: bytes) -> RunReport:
        """What a crawl on a day finds: the base text, and issues by their number."""
        now = datetime.combine(day, time(6), UTC)
        bodies = BASE | {name.replace("issue_", "53-"): body for name, body in issues.items()}
        found = [
            Capture(
                self.source.id, name, URLS[name], now, Outcome.FETCHED, 200,
                snapshot=self.workspace.archive.put(body), media_type="text/xml",
            )
            for name, body in bodies.items()
        ]  # fmt: skip
        return ingest(self.workspace.database, self.workspace.archive, self.workspace.words, self.source, found, now)

    def rule(self, rule: tuple[str, str], day: date) -> dict[str, object]:
        told = served.ask(self.workspace, "US-MD", day, datetime.combine(day, time(23), UTC))
        (found,) = [
            each for each in told["rules"]
            if (each["topic"], ";".join(f"{k}={v}" for k, v in each["qualifier"].items())) == rule
        ]  # fmt: skip
        return dict(found)

    def says(self, rule: tuple[str, str], day: date) -> tuple[str, str]:
        """The value of a rule on a day as known on it, and its status."""
        found = self.rule(rule, day)
        value = found["value"]
        assert isinstance(value, dict)
        return value.get("number") or value["amount"], str(found["status"])


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    found = Installation(tmp_path)
    assert found.visit(date(2026, 9, 1)).outcome is RunOutcome.CHANGED
    yield found
    assert not [v for v in served.versions(found.workspace) if not quote_stands(found.workspace, v)]
    assert not served.two_on_one_day(served.versions(found.workspace))
    found.workspace.database.close()


def one(report: RunReport) -> Change:
    (change,) = report.changes
    assert change.cause is Cause.SOURCE
    return change


def test_an_issue_in_force_is_the_current_law(installation: Installation) -> None:
    body = issue(18, date(2026, 9, 14), Instruction("14|17|04|.03", limits(ounces="4")))
    report = installation.visit(date(2026, 9, 15), issue_18=body)
    change = one(report)
    assert (change.kind, change.valid_from, change.valid_from_basis) == (
        Kind.VALUE_CHANGED,
        date(2026, 9, 14),
        "stated",
    )
    assert change.after is not None
    passage = change.after.passage
    assert (passage.citation, passage.document, passage.url) == ("COMAR 14.17.04.03A", "14.17.04", URLS["53-18"])
    (text,) = report.text_changes
    assert (text.document, text.citation, text.kind) == ("14.17.04", "COMAR 14.17.04.03A", TextKind.TEXT_CHANGED)
    assert installation.says(PATIENT, date(2026, 9, 13)) == ("3", "in_force")
    assert installation.says(PATIENT, date(2026, 9, 15)) == ("4", "in_force")
    assert installation.says(PERSON, date(2026, 9, 15)) == ("2", "in_force"), "its words stayed as they were"
    assert installation.visit(date(2026, 9, 16), issue_18=body).outcome is RunOutcome.UNCHANGED


def test_what_begins_later_is_pending_and_becomes_law_on_its_day_without_a_new_byte(installation: Installation) -> None:
    body = issue(18, date(2026, 10, 12), Instruction("14|17|04|.03", limits(ounces="4")))
    report = installation.visit(date(2026, 9, 15), issue_18=body)
    assert not report.changes
    assert [(t.kind, t.citation) for t in report.text_changes] == [
        (TextKind.PENDING_TEXT, "not in force, COMAR 14.17.04.03A")
    ]
    for day in (date(2026, 9, 16), date(2026, 10, 11)):
        report = installation.visit(day, issue_18=body)
        assert (report.outcome, report.changes, report.text_changes) == (RunOutcome.UNCHANGED, (), ())
        assert installation.says(PATIENT, day) == ("3", "in_force")
    report = installation.visit(date(2026, 10, 13), issue_18=body)
    assert one(report).valid_from == date(2026, 10, 12)
    assert installation.says(PATIENT, date(2026, 10, 13)) == ("4", "in_force")
    assert {t.kind for t in report.text_changes} == {TextKind.TEXT_CHANGED, TextKind.PENDING_TEXT}


def test_an_emergency_ends_and_the_base_text_is_law_again(installation: Installation) -> None:
    body = issue(
        18,
        date(2026, 9, 14),
        Instruction("14|17|04|.03", limits(ounces="6"), "replace-or-insert"),
        begins=date(2026, 9, 4),
        until=date(2027, 3, 3),
    )
    change = one(installation.visit(date(2026, 9, 15), issue_18=body))
    assert (change.kind, change.valid_from) == (Kind.TEMPORARY_STARTED, date(2026, 9, 4))
    assert change.after is not None
    assert change.after.valid.end == date(2027, 3, 4)
    assert installation.says(PATIENT, date(2027, 3, 3)) == ("6", "temporary")
    assert installation.says(PERSON, date(2027, 3, 3)) == ("2", "in_force")
    assert installation.says(PATIENT, date(2027, 3, 4))[1] == "unknown", "nobody has looked yet"
    change = one(installation.visit(date(2027, 3, 5), issue_18=body))
    assert (change.kind, change.valid_from) == (Kind.TEMPORARY_ENDED, date(2027, 3, 4))
    assert installation.says(PATIENT, date(2027, 3, 5)) == ("3", "in_force")
    assert installation.visit(date(2027, 3, 8), issue_18=body).outcome is RunOutcome.UNCHANGED


def test_one_issue_may_amend_several_chapters_and_a_later_one_amends_it(installation: Installation) -> None:
    first = issue(
        18,
        date(2026, 9, 14),
        Instruction("14|17|04|.03", limits(caregivers="three")),
        Instruction("14|17|21|.02", fees("35")),
    )
    report = installation.visit(date(2026, 9, 15), issue_18=first)
    assert {(c.key.topic, c.valid_from) for c in report.changes} == {
        ("caregiver_limit", date(2026, 9, 14)),
        ("registration_fee", date(2026, 9, 14)),
    }
    second = issue(20, date(2026, 10, 12), Instruction("14|17|04|.03", limits("4", "three")))
    change = one(installation.visit(date(2026, 10, 12), issue_18=first, issue_20=second))
    assert (change.key.topic, change.valid_from) == ("possession_limit", date(2026, 10, 12))
    day = date(2026, 10, 12)
    assert [installation.says(rule, day)[0] for rule in (PATIENT, PERSON, CARD)] == ["4", "3", "35"]


def test_a_regulation_that_is_taken_out_is_repealed_from_its_day(installation: Installation) -> None:
    body = issue(18, date(2026, 9, 14), Instruction("14|17|21|.02", verb="remove"))
    change = one(installation.visit(date(2026, 9, 15), issue_18=body))
    assert (change.kind, change.key.topic, change.valid_from) == (
        Kind.RULE_REPEALED,
        "registration_fee",
        date(2026, 9, 14),
    )


def test_a_regulation_printed_again_word_for_word_is_silent(installation: Installation) -> None:
    body = issue(18, date(2026, 9, 14), Instruction("14|17|04|.03", limits()), Instruction("10|09|33|.09", limits("9")))
    report = installation.visit(date(2026, 9, 15), issue_18=body)
    assert (report.outcome, report.changes, report.text_changes) == (RunOutcome.UNCHANGED, (), ())


def test_a_new_reader_on_the_day_of_entry_into_force_still_tells_the_news(installation: Installation) -> None:
    """What changed since the last visit is news, and no correction of ours."""
    body = issue(18, date(2026, 10, 12), Instruction("14|17|04|.03", limits(ounces="4")))
    installation.visit(date(2026, 10, 9), issue_18=body)
    installation.source = installation.source.model_copy(update={"fingerprint": "of a newer reader"})
    assert one(installation.visit(date(2026, 10, 12), issue_18=body)).valid_from == date(2026, 10, 12)


def test_other_words_for_the_same_value_change_the_words_only(installation: Installation) -> None:
    body = issue(18, date(2026, 9, 14), Instruction("14|17|04|.03", limits(ounces="three (3)")))
    report = installation.visit(date(2026, 9, 15), issue_18=body)
    assert not report.changes
    assert {text.kind for text in report.text_changes} == {TextKind.EDITORIAL}
    assert installation.says(PATIENT, date(2026, 9, 15)) == ("3", "in_force")


def test_an_issue_that_is_not_understood_holds_everything(installation: Installation) -> None:
    body = issue(18, date(2026, 9, 14), Instruction("14|17|04|.03", limits("9"), "renumber"))
    report = installation.visit(date(2026, 9, 15), issue_18=body)
    assert report.outcome is RunOutcome.HELD
    assert "53-18: 53:18 Md. R., 26-18-F: 14.17.04.03: the instruction <codify:renumber> is not known." in report.reason
    assert installation.says(PATIENT, date(2026, 9, 15)) == ("3", "in_force")


def test_a_first_reading_applies_what_is_in_force_and_no_more(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    first = issue(18, date(2026, 9, 14), Instruction("14|17|04|.03", limits(ounces="4")))
    second = issue(20, date(2026, 10, 12), Instruction("14|17|04|.03", limits(ounces="9")))
    installation.visit(date(2026, 9, 20), issue_18=first, issue_20=second)
    assert installation.says(PATIENT, date(2026, 9, 20)) == ("4", "in_force")
    found = installation.rule(PATIENT, date(2026, 9, 20))
    assert "9" not in str(found["value"])
    installation.workspace.database.close()
