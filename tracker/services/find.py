"""Where a condition gives access: one row for each jurisdiction, with what it rests on and how old that is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from tracker.domain import timeline
from tracker.domain.access import TOPICS, Access, Finding, finding
from tracker.domain.rule import RuleKey, Status
from tracker.domain.timeline import Answer
from tracker.domain.vocabulary import Vocabulary
from tracker.services.answers import Json, rule_json
from tracker.store import queries
from tracker.store.database import Connection
from tracker.store.rules import sightings


def find(
    conn: Connection, words: Vocabulary, condition: str, day: date, jurisdictions: Collection[str] = ()
) -> list[Json]:
    """What each jurisdiction says about a condition; without a list all of which anything is known.

    A part of a country without a list of its own answers as the country does, and says so.
    """
    asked = list(jurisdictions) or [each.jurisdiction for each in queries.coverage(conn)]
    above = {parent for code in asked for parent in words.ancestors_of_jurisdiction(code)}
    versions = queries.deciding(conn, {*asked, *above}, day, topics=TOPICS)
    by_place: dict[str, dict[RuleKey, Answer]] = {}
    for key, own in timeline.by_rule(versions).items():
        answer = timeline.as_of(own, day)
        if answer is not None and answer.status is not Status.REPEALED:
            by_place.setdefault(key.jurisdiction, {})[key] = answer
    shown = _Shown(conn, words, by_place)
    rows = []
    for code in asked:
        found = finding(by_place.get(code, {}), condition, words)
        source = code
        if found.access is Access.UNKNOWN:
            source, found = _from_above(code, found, by_place, condition, words)
        if found.access is not Access.UNKNOWN or found.guidance or jurisdictions or source == code:
            rows.append(shown.row(code, source, condition, found))
    order = {access.value: number for number, access in enumerate(Access)}
    return sorted(rows, key=lambda row: (order[row["access"]], row["name"]))


def _from_above(
    code: str, own: Finding, by_place: dict[str, dict[RuleKey, Answer]], condition: str, words: Vocabulary
) -> tuple[str, Finding]:
    """What the country says, for a constituent part under its law; a U.S. state never borrows from federal law."""
    if words.jurisdiction(code).kind != "constituent":
        return code, own
    for parent in words.ancestors_of_jurisdiction(code):
        found = finding(by_place.get(parent, {}), condition, words)
        if found.access is not Access.UNKNOWN:
            return parent, found
    return code, own


class _Shown:
    """Turns findings into rows."""

    def __init__(self, conn: Connection, words: Vocabulary, by_place: dict[str, dict[RuleKey, Answer]]) -> None:
        self.words, self.by_place = words, by_place
        self.seen = sightings(conn, {key for rules in by_place.values() for key in rules})

    def row(self, code: str, source: str, condition: str, found: Finding) -> Json:
        """One jurisdiction."""
        rules = self.by_place.get(source, {})
        own = self.by_place.get(code, {})
        return {
            "jurisdiction": code,
            "name": self.words.jurisdiction(code).name,
            "condition": condition,
            "access": found.access.value,
            "via": found.via,
            "inherited_from": source if source != code else None,
            "rule": self._rule(found.key, rules) if found.key else None,
            "tests": self._rules(found.tests, rules),
            "prior_treatment": self._rules(found.prior, rules),
            "prescribers": self._rules(found.prescribers, rules),
            "guidance": self._rules(finding(own, condition, self.words).guidance, own),
        }

    def _rules(self, keys: Sequence[RuleKey], rules: dict[RuleKey, Answer]) -> list[Json]:
        return [self._rule(key, rules) for key in keys]

    def _rule(self, key: RuleKey, rules: dict[RuleKey, Answer]) -> Json:
        answer = rules[key]
        return rule_json(answer.version, self.words, list(self.seen.get(key, {}).values()), answer.status)


def tally(rows: Iterable[Json]) -> dict[str, int]:
    """How many jurisdictions answer in each way."""
    counted = {access.value: 0 for access in Access}
    for row in rows:
        counted[row["access"]] += 1
    return counted
