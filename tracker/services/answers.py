"""Answers in the JSON shapes that PRODUCT 3 publishes: the rules of a jurisdiction, their history, what changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from tracker.domain import timeline
from tracker.domain.change import Change, Severity, TextChange
from tracker.domain.coding import Coding
from tracker.domain.period import Period
from tracker.domain.reconcile import Sighting
from tracker.domain.rule import Basis, Cause, Level, RuleKey, Status, Version
from tracker.domain.value import State, to_json
from tracker.domain.vocabulary import Vocabulary
from tracker.domain.wording import display, evidence, since
from tracker.extract.redline import redline
from tracker.store import changes as change_log
from tracker.store import queries
from tracker.store.changes import ChangeFilter
from tracker.store.database import Connection
from tracker.store.rules import sightings

Json = dict[str, Any]

HORIZON = timedelta(days=180)
"""How far ahead rules that are adopted, and ends that are stated, are shown."""


@dataclass(frozen=True)
class Question:
    """Which rules are asked for, on which day, as known at which instant."""

    jurisdiction: str
    topics: tuple[str, ...] = ()
    as_of: date | None = None
    known_at: datetime | None = None
    own_only: bool = False


def rules(conn: Connection, words: Vocabulary, question: Question, now: datetime) -> Json:
    """The rules of a jurisdiction as one object: own, inherited, temporary, upcoming, and what is not known."""
    day = question.as_of or now.date()
    own = _answers(conn, words, question.jurisdiction, question, day)
    inherited: list[Json] = []
    if not question.own_only:
        for parent in words.ancestors_of_jurisdiction(question.jurisdiction):
            for shown in _answers(conn, words, parent, question, day).rules:
                mode = _mode(question.jurisdiction, shown["topic"], words)
                if mode != "own":
                    inherited.append({**shown, "inherited_from": parent, "mode": mode})
    first = queries.first_record(conn, question.jurisdiction)
    return {
        "jurisdiction": question.jurisdiction,
        "name": words.jurisdiction(question.jurisdiction).name,
        "as_of": day.isoformat(),
        "known_at": (question.known_at or now).isoformat(),
        "recorded_since": first.isoformat() if first else None,
        "rules": [rule for rule in own.rules if not _guides(rule, words)],
        "inherited": inherited,
        "overlays": [rule for rule in own.rules if rule["status"] == Status.TEMPORARY],
        "upcoming": own.upcoming,
        "proposed": own.proposed,
        "guidance": [rule for rule in own.rules if _guides(rule, words)],
        "conflicts": own.conflicts,
        "gaps": _gaps(words, [*own.rules, *(rule for rule in inherited if rule["mode"] != "parallel")], question),
    }


def _mode(jurisdiction: str, topic: str, words: Vocabulary) -> str:
    """How a rule from above meets those of a place; the law of a country is the law of its constituent parts."""
    mode = words.topic(topic).inherit
    return "override" if mode == "own" and words.jurisdiction(jurisdiction).kind == "constituent" else mode


def _guides(rule: Json, words: Vocabulary) -> bool:
    """Whether it is what a guideline says, and not law."""
    return words.topic(rule["topic"]).group == "guidance"


@dataclass(frozen=True)
class Then:
    """A past instant, and when each source had last been read with success by then."""

    known_at: datetime
    confirmed: Mapping[str, datetime]


@dataclass(frozen=True)
class _Own:
    rules: list[Json]
    upcoming: list[Json]
    conflicts: list[Json]
    proposed: list[Json]


def _answers(conn: Connection, words: Vocabulary, jurisdiction: str, question: Question, day: date) -> _Own:
    versions = queries.deciding(
        conn, [jurisdiction], day, known_at=question.known_at, topics=question.topics or None, until=day + HORIZON
    )
    seen_by = sightings(conn, {version.key for version in versions})
    then = _then(conn, versions, question.known_at)
    shown: list[Json] = []
    upcoming: list[Json] = []
    proposed: list[Json] = []
    conflicts: list[Json] = []
    for key, timeline_of_key in timeline.by_rule(versions).items():
        seen = list(seen_by.get(key, {}).values())
        answer = timeline.as_of(timeline_of_key, day, question.known_at)
        if answer is not None and answer.status is Status.PROPOSED:
            proposed.append(rule_json(answer.version, words, seen, answer.status, then))
        elif answer is not None and answer.status is not Status.REPEALED:
            rule = rule_json(answer.version, words, seen, answer.status, then)
            if answer.falls_back_to is not None:
                rule["falls_back_to"] = rule_json(answer.falls_back_to, words, [], Status.SUPERSEDED, then)
            elif then is None and question.as_of is None and (under := beneath(answer, seen)) is not None:
                rule["falls_back_to"] = rule_json(under, words, [], Status.SUPERSEDED)
            shown.append(rule)
            other = _dissenting(answer.version, seen, timeline_of_key)
            if other and question.known_at is None and question.as_of is None:
                conflicts.append(_conflict(key, rule, other, words))
        for version in timeline.upcoming(timeline_of_key, day, question.known_at):
            # What follows a day long past is history; what is ahead is worth half a year's notice (TAXONOMY 3.5).
            begins = answer is not None or version.status in (Status.ENACTED_PENDING, Status.PROPOSED)
            if not begins or version.valid.start > day + HORIZON:
                continue
            coming = proposed if version.status is Status.PROPOSED else upcoming
            coming.append(rule_json(version, words, seen, version.status, then))
    order = {topic: index for index, topic in enumerate(words.topics)}
    for rows in (shown, upcoming, proposed):
        rows.sort(key=lambda row: (order.get(row["topic"], 99), str(row["qualifier"]), row["valid_from"]))
    return _Own(shown, upcoming, conflicts, proposed)


def beneath(answer: timeline.Answer, seen: Sequence[Sighting]) -> Version | None:
    """What permanent law says under temporary law, as its source last printed it; it would hold from the stated end."""
    ruling = answer.version
    if answer.status not in (Status.TEMPORARY, Status.UNKNOWN) or ruling.valid.end is None:
        return None
    for each in seen:
        if each.source == ruling.passage.source and each.underlying is not None:
            valid = Period(ruling.valid.end)
            return replace(
                ruling, value=each.underlying.value, passage=each.underlying.passage, valid=valid, basis=Basis.STATED
            )
    return None


def rule_json(
    version: Version,
    words: Vocabulary,
    seen: Sequence[Sighting],
    status: Status | None = None,
    then: Then | None = None,
) -> Json:
    """One version as RULE of PRODUCT 3; what was known `then` holds nothing that came later."""
    passage, recorded_to, confirmed_at = version.passage, version.recorded_to, None
    if then is not None:
        version = timeline.as_known(version, then.known_at)
        recorded_to = version.recorded_to
        confirmed_at = then.confirmed.get(passage.source)
    elif version.current:
        agreeing = [s for s in seen if s.value == version.value]
        newest = next((s.passage for s in agreeing if s.source == passage.source), passage)
        passage = replace(newest, citation=passage.citation) if version.level is Level.CODED else newest
        confirmed_at = max((s.confirmed_at for s in agreeing), default=None)
    return {
        "jurisdiction": version.key.jurisdiction,
        "topic": version.key.topic,
        "qualifier": version.key.qualifiers,
        "value": to_json(version.value),
        "display": display(version.key, version.value, words),
        "status": (status or version.status).value,
        "valid_from": version.valid.start.isoformat(),
        "valid_from_basis": version.basis.value,
        "valid_to": version.valid.end.isoformat() if version.valid.end else None,
        "recorded_from": version.recorded_from.isoformat(),
        "recorded_to": recorded_to.isoformat() if recorded_to else None,
        "citation": passage.citation,
        "quote": passage.quote or None,
        "source": passage.source,
        "document": passage.document,
        "url": passage.url,
        "snapshot": passage.snapshot or None,
        "confirmed_at": confirmed_at.isoformat() if confirmed_at else None,
        "level": version.level.value,
        "origin": version.origin,
        "since": since(version),
        "evidence": evidence(version, confirmed_at),
        "coding": _coding_json(version.coding) if version.coding else None,
    }


def _coding_json(coding: Coding) -> Json:
    return {
        "by": coding.by,
        "on": coding.on.isoformat(),
        "source_type": coding.source_type,
        "text_date": str(coding.text_date) if coding.text_date else None,
        "not_before": str(coding.not_before) if coding.not_before else None,
        "confidence": coding.confidence.value,
        "passages": [{"sha256": mark.sha256, "words": mark.words} for mark in coding.passages],
        "read_at": coding.read_at or None,
        "note": coding.note or None,
    }


def _then(conn: Connection, versions: Sequence[Version], known_at: datetime | None) -> Then | None:
    """What was known of the sources at a past instant; None where the present is asked for."""
    if known_at is None:
        return None
    sources = {version.passage.source for version in versions}
    return Then(known_at, queries.confirmed_at_as_known(conn, sources, known_at))


def history(conn: Connection, words: Vocabulary, jurisdiction: str, topics: Sequence[str]) -> list[Json]:
    """Every version of a jurisdiction's rules, on both clocks, in the order in which they were believed."""
    versions = queries.versions_of(conn, [jurisdiction], topics or None)
    seen_by = sightings(conn, {version.key for version in versions})
    ordered = sorted(versions, key=lambda v: (v.key, v.recorded_from, v.valid.start))
    return [rule_json(v, words, list(seen_by.get(v.key, {}).values())) for v in ordered]


def change_json(change: Change, words: Vocabulary) -> Json:
    """One change in the shape of PRODUCT 3."""
    after, before = change.after, change.before
    ruling = after or before
    assert ruling is not None
    return {
        "id": change.id,
        "jurisdiction": change.key.jurisdiction,
        "topic": change.key.topic,
        "qualifier": change.key.qualifiers,
        "kind": change.kind.value,
        "cause": change.cause.value,
        "direction": change.direction.value,
        "severity": change.severity.value,
        "status": change.status.value,
        "before": _side(change, before, words),
        "after": _side(change, after, words),
        "valid_from": change.valid_from.isoformat() if change.valid_from else None,
        "valid_from_basis": change.valid_from_basis.value,
        "valid_to": after.valid.end.isoformat() if after and after.valid.end else None,
        "observed_at": change.observed_at.isoformat(),
        "citation": ruling.passage.citation,
        "source": ruling.passage.source,
        "document": ruling.passage.document,
        "url": ruling.passage.url,
        "snapshot_before": before.passage.snapshot if before else None,
        "snapshot_after": after.passage.snapshot if after else None,
        "summary": change.summary,
        "review": change.review.value,
    }


def changes(conn: Connection, words: Vocabulary, wanted: ChangeFilter, *, all_text: bool = False) -> list[Json]:
    """Changes, oldest first; with `all_text` also changes of words, which have no topic and carry their redline."""
    rows = [change_json(each.change, words) for each in change_log.changes(conn, wanted)]
    # Words that changed no rule are minor, have no direction and no topic, and are the publisher's doing.
    plain = wanted.minimum is Severity.MINOR and wanted.direction is None and not wanted.topics
    if all_text and plain and wanted.cause in (None, Cause.SOURCE):
        rows += [_text_json(place, each) for place, each in change_log.text_changes(conn, wanted)]
        rows.sort(key=lambda row: (row["observed_at"], row["topic"] is None))
    return rows


def _side(change: Change, version: Version | None, words: Vocabulary) -> Json | None:
    if version is None:
        return None
    return {
        "display": display(change.key, version.value, words),
        "value": to_json(version.value),
        "quote": version.passage.quote,
    }


def _text_json(jurisdiction: str, change: TextChange) -> Json:
    return {
        "id": change.id,
        "jurisdiction": jurisdiction,
        "topic": None,
        "qualifier": {},
        "kind": change.kind.value,
        "cause": "source",
        "direction": "neutral",
        "severity": "minor",
        "status": "pending" if change.kind == "pending_text" else "in_force",
        "before": {"display": change.before, "value": None, "quote": change.before} if change.before else None,
        "after": {"display": change.after, "value": None, "quote": change.after} if change.after else None,
        "valid_from": None,
        "valid_from_basis": None,
        "observed_at": change.observed_at.isoformat(),
        "citation": change.citation,
        "source": change.source,
        "document": change.document,
        "url": None,
        "snapshot_before": None,
        "snapshot_after": None,
        "redline": redline(change.before, change.after),
        "summary": f"{change.citation}: {change.kind.value.replace('_', ' ')}",
        "review": "none",
    }


def _conflict(key: RuleKey, rule: Json, other: Sequence[Sighting], words: Vocabulary) -> Json:
    rows = [rule]
    for seen in other:
        rows.append(
            {
                **rule,
                "value": to_json(seen.value),
                "display": display(key, seen.value, words),
                "status": Status.UNKNOWN.value,
                "citation": seen.passage.citation,
                "quote": seen.passage.quote,
                "source": seen.source,
                "document": seen.passage.document,
                "url": seen.passage.url,
                "snapshot": seen.passage.snapshot,
                "confirmed_at": seen.confirmed_at.isoformat(),
            }
        )
    return {"topic": key.topic, "qualifier": key.qualifiers, "rules": rows}


def _dissenting(ruling: Version, seen: Sequence[Sighting], versions: Sequence[Version]) -> list[Sighting]:
    """Other sources that say neither what holds nor what is to come."""
    said = [version.value for version in versions if version.valid.start >= ruling.valid.start]
    return [s for s in seen if s.source != ruling.passage.source and s.value not in said and not s.lost]


def _gaps(words: Vocabulary, shown: Sequence[Json], question: Question) -> list[Json]:
    """Core topics nobody has read here; an empty topic never reads as "no limit" or "not allowed"."""
    answered = {row["topic"] for row in shown}
    return [
        {"topic": topic.id, "state": State.NOT_FOUND.value, "since": None}
        for topic in words.topics.values()
        if topic.tier == "core" and topic.id not in answered and (not question.topics or topic.id in question.topics)
    ]
