"""What is known to come: adopted rules that begin, and temporary law whose stated end is near or has passed."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, timedelta

from tracker.domain import timeline
from tracker.domain.rule import Status
from tracker.domain.vocabulary import Vocabulary
from tracker.services.answers import Json, beneath, rule_json
from tracker.store import queries
from tracker.store.database import Connection
from tracker.store.rules import sightings


def upcoming(
    conn: Connection, words: Vocabulary, jurisdictions: Collection[str], days: int, now: datetime
) -> list[Json]:
    """What happens within some days, soonest first; an end that has passed unseen comes first of all.

    `event` is `begins`, `ends` or `ended`: after an end nobody knows what applies until the text has been read.
    """
    today = now.date()
    last = today + timedelta(days=days)
    places = list(jurisdictions) or [each.jurisdiction for each in queries.coverage(conn)]
    versions = queries.deciding(conn, places, today, until=last)
    seen = sightings(conn, {version.key for version in versions})
    rows: list[Json] = []
    law = [version for version in versions if version.status is not Status.PROPOSED]
    for key, own in timeline.by_rule(law).items():
        answer = timeline.as_of(own, today)
        found = list(seen.get(key, {}).values())
        end = answer.version.valid.end if answer else None
        if answer is not None and end is not None and answer.status in (Status.TEMPORARY, Status.UNKNOWN):
            rule = rule_json(answer.version, words, found, answer.status)
            under = answer.falls_back_to or beneath(answer, found)
            if under is not None:
                rule["falls_back_to"] = rule_json(under, words, [], Status.SUPERSEDED)
            if end <= last:
                rows.append(_row("ends" if end > today else "ended", end, rule, words))
        for version in timeline.upcoming(own, today):
            if version.valid.start <= last:
                rows.append(_row("begins", version.valid.start, rule_json(version, words, found), words))
    return sorted(rows, key=lambda row: (row["on"], row["name"], row["rule"]["topic"], str(row["rule"]["qualifier"])))


def _row(event: str, on: date, rule: Json, words: Vocabulary) -> Json:
    return {
        "on": on.isoformat(),
        "event": event,
        "jurisdiction": rule["jurisdiction"],
        "name": words.jurisdiction(rule["jurisdiction"]).name,
        "topic": rule["topic"],
        "rule": rule,
    }
