"""Questions about the rules: what decides a day as known at an instant is what all versions together would say."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert

from tests.integration.store_sample import DAY, KEY, NOW, grams, version
from tracker.domain.period import Period
from tracker.domain.rule import RuleKey, Status, Version
from tracker.domain.timeline import as_of, upcoming
from tracker.store import queries
from tracker.store.codec import version_row
from tracker.store.database import Database
from tracker.store.tables import rule_version

_STATUSES = (Status.IN_FORCE, Status.TEMPORARY, Status.ENACTED_PENDING, Status.REPEALED)


@pytest.fixture
def conn(database: Database) -> Iterator[Connection]:
    with database.write() as conn:
        yield conn


def _history(key: RuleKey, dice: random.Random) -> list[Version]:
    """Versions of one rule as they would have been recorded over some days."""
    recorded: list[Version] = []
    for day in range(dice.randrange(1, 9)):
        at = NOW + day * DAY
        start = date(2026, 1, 1) + timedelta(days=dice.randrange(120))
        end = start + timedelta(days=dice.randrange(1, 60)) if dice.random() < 0.4 else None
        fresh = version(grams(dice.randrange(200)), start, end, key=key, at=at, status=dice.choice(_STATUSES))
        for index, old in enumerate(recorded):
            if old.current and old.valid.overlaps(fresh.valid):
                recorded[index] = replace(old, recorded_to=at)
                before = old.valid.until(start)
                if before is not None:
                    recorded.append(replace(old, valid=before, recorded_from=at, id=""))
        recorded.append(fresh)
    return recorded


def test_the_deciding_versions_answer_as_all_versions_do(conn: Connection) -> None:
    dice = random.Random(20260301)
    keys = [
        RuleKey(j, topic, q) for j in ("CA", "DE") for topic in ("minors", "topic") for q in ("", "a=b", "c=d", "e=f")
    ]
    recorded = {key: _history(key, dice) for key in keys}
    conn.execute(insert(rule_version), [version_row(each) for versions in recorded.values() for each in versions])
    for _ in range(150):
        day = date(2025, 12, 20) + timedelta(days=dice.randrange(220))
        known_at = dice.choice((None, NOW + dice.randrange(-1, 9) * DAY, NOW + timedelta(hours=dice.randrange(200))))
        found: dict[RuleKey, list[Version]] = defaultdict(list)
        until = dice.choice((None, day, day + timedelta(days=40)))
        for each in queries.deciding(conn, ["CA"], day, known_at=known_at, until=until):
            found[each.key].append(each)
        assert {key.jurisdiction for key in found} <= {"CA"}
        for key in keys[:8]:
            assert as_of(found[key], day, known_at) == as_of(recorded[key], day, known_at)
            later = upcoming(recorded[key], day, known_at)
            assert upcoming(found[key], day, known_at) == [v for v in later if until is None or v.valid.start <= until]


def test_questions_can_be_narrowed_to_topics(conn: Connection) -> None:
    minors = version(key=RuleKey("CA", "minors"))
    conn.execute(insert(rule_version), [version_row(each) for each in (version(), minors)])
    assert queries.deciding(conn, ["CA"], date(2026, 1, 1), topics=["minors"]) == [minors]
    assert queries.versions_of(conn, ["CA"], ["minors"]) == [minors]
    assert queries.versions_of(conn) == [minors, version()]
    assert queries.versions_of(conn, []) == []


def test_coverage_counts_rules_and_says_since_when(conn: Connection) -> None:
    old = replace(version(), recorded_to=NOW + DAY)
    new = [
        version(grams(1), at=NOW + DAY),
        replace(version(grams(2), at=NOW + DAY), valid=Period(date(2010, 1, 1), date(2011, 1, 1)), id=""),
        version(key=replace(KEY, qualifier="age=minor"), at=NOW + 2 * DAY),
        version(key=RuleKey("DE", "minors")),
    ]
    conn.execute(insert(rule_version), [version_row(each) for each in (old, *new)])
    assert queries.coverage(conn) == [
        queries.Coverage("CA", 2, 4, NOW, NOW + 2 * DAY),
        queries.Coverage("DE", 1, 1, NOW, NOW),
    ]
    assert queries.first_record(conn, "CA") == NOW
    assert queries.first_record(conn, "FR") is None


def test_instants_come_back_in_utc(conn: Connection) -> None:
    conn.execute(insert(rule_version), [version_row(version())])
    [back] = queries.versions_of(conn, ["CA"])
    offset: timedelta | None = datetime.utcoffset(back.recorded_from)
    assert offset == timedelta(0)
