"""Domain objects to rows and back; JSON is text, so that both databases keep it alike."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Column, Row

from tracker.domain.change import Change, Direction, Kind, Review, Severity
from tracker.domain.coding import Coding
from tracker.domain.period import Period
from tracker.domain.provision import Amendment, Ending
from tracker.domain.reconcile import Sighting
from tracker.domain.rule import Basis, Cause, Level, Passage, RuleKey, Status, Underlying, Version
from tracker.domain.subscription import Timing, Wish
from tracker.domain.value import Value, from_json, to_json
from tracker.store.tables import change, rule_version, sighting

AMENDMENTS: TypeAdapter[tuple[Amendment, ...]] = TypeAdapter(tuple[Amendment, ...])
CODING: TypeAdapter[Coding] = TypeAdapter(Coding)
ENDINGS: TypeAdapter[tuple[Ending, ...]] = TypeAdapter(tuple[Ending, ...])
WISH: TypeAdapter[Wish] = TypeAdapter(Wish)
TIMING: TypeAdapter[Timing] = TypeAdapter(Timing)

VERSION_COLUMNS: tuple[Column[Any], ...] = tuple(rule_version.c)[1:]
SIGHTING_COLUMNS: tuple[Column[Any], ...] = tuple(sighting.c)
CHANGE_COLUMNS: tuple[Column[Any], ...] = tuple(change.c)


def dumps(data: object) -> str:
    """JSON in one form only, so that equal data is equal text."""
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def key_row(key: RuleKey) -> dict[str, str]:
    """The columns that name a rule."""
    return {"jurisdiction": key.jurisdiction, "topic": key.topic, "qualifier": key.qualifier}


def _passage_row(passage: Passage) -> dict[str, str]:
    return {
        "quote": passage.quote,
        "citation": passage.citation,
        "source_id": passage.source,
        "document_id": passage.document,
        "url": passage.url,
        "snapshot": passage.snapshot,
        "prefix": passage.prefix,
        "suffix": passage.suffix,
    }


@lru_cache(maxsize=8192)
def _value(text: str) -> Value:
    return from_json(json.loads(text))


@lru_cache(maxsize=8192)
def _coding(text: str) -> Coding:
    return CODING.validate_json(text)


@lru_cache(maxsize=8192)
def _names(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))


def version_row(version: Version) -> dict[str, Any]:
    """The row of a version."""
    return {
        "id": version.id,
        **key_row(version.key),
        "value": dumps(to_json(version.value)),
        "valid_from": version.valid.start,
        "valid_to": version.valid.end,
        "recorded_from": version.recorded_from,
        "recorded_to": version.recorded_to,
        "basis": version.basis.value,
        "status": version.status.value,
        "level": version.level.value,
        "origin": version.origin,
        "amendments": dumps(version.amendments),
        "coding": CODING.dump_json(version.coding).decode() if version.coding else None,
        **_passage_row(version.passage),
    }


def version_from(row: Sequence[Any]) -> Version:
    """The version of a row of VERSION_COLUMNS."""
    (id_, jurisdiction, topic, qualifier, value, start, end, recorded_from, recorded_to, *rest) = row
    (basis, status, level, origin, amendments, coding, *passage) = rest
    quote, citation, source, document, url, snapshot, prefix, suffix = passage
    return Version(
        RuleKey(jurisdiction, topic, qualifier),
        _value(value),
        Period(start, end),
        recorded_from,
        Passage(quote, citation, source, document, url, snapshot, prefix, suffix),
        Basis(basis),
        Status(status),
        recorded_to,
        Level(level),
        origin,
        _names(amendments),
        id_,
        _coding(coding) if coding else None,
    )


def sighting_row(seen: Sighting) -> dict[str, Any]:
    """The row of a sighting; since when it is lost is for the database to remember."""
    return {
        **key_row(seen.key),
        **_passage_row(seen.passage),
        "source_id": seen.source,
        "value": dumps(to_json(seen.value)),
        "amendments": AMENDMENTS.dump_json(seen.amendments).decode(),
        "endings": ENDINGS.dump_json(seen.endings).decode(),
        "confirmed_at": seen.confirmed_at,
        "lost": seen.lost,
        "underlying": _underlying_text(seen.underlying) if seen.underlying else None,
    }


def sighting_from(row: Sequence[Any]) -> Sighting:
    """The sighting of a row of SIGHTING_COLUMNS."""
    (jurisdiction, topic, qualifier, source, value, quote, citation, document, url, snapshot, *rest) = row
    (prefix, suffix, amendments, endings, confirmed_at, lost, _since, underlying) = rest
    return Sighting(
        RuleKey(jurisdiction, topic, qualifier),
        source,
        _value(value),
        Passage(quote, citation, source, document, url, snapshot, prefix, suffix),
        confirmed_at,
        AMENDMENTS.validate_json(amendments),
        ENDINGS.validate_json(endings),
        lost,
        _underlying(underlying) if underlying else None,
    )


def _underlying_text(under: Underlying) -> str:
    return dumps({"value": to_json(under.value), **_passage_row(under.passage)})


def _underlying(text: str) -> Underlying:
    data: Mapping[str, Any] = json.loads(text)
    return Underlying(from_json(data["value"]), _passage_from(data))


def _passage_from(data: Mapping[str, str]) -> Passage:
    return Passage(
        data["quote"],
        data["citation"],
        data["source_id"],
        data["document_id"],
        data["url"],
        data["snapshot"],
        data["prefix"],
        data["suffix"],
    )


def change_row(changed: Change, summary: str, recorded_at: datetime) -> dict[str, Any]:
    """The row of a change, with both versions in it."""
    return {
        "id": changed.id,
        **key_row(changed.key),
        "kind": changed.kind.value,
        "cause": changed.cause.value,
        "direction": changed.direction.value,
        "severity": changed.severity.value,
        "before_id": changed.before.id if changed.before else None,
        "after_id": changed.after.id if changed.after else None,
        "before": _version_text(changed.before) if changed.before else None,
        "after": _version_text(changed.after) if changed.after else None,
        "observed_at": changed.observed_at,
        "valid_from": changed.valid_from,
        "basis": changed.valid_from_basis.value,
        "status": changed.status.value,
        "summary": summary,
        "review": changed.review.value,
        "recorded_at": recorded_at,
    }


def change_from(row: Row[Any]) -> Change:
    """The change of a row of CHANGE_COLUMNS."""
    return Change(
        RuleKey(row.jurisdiction, row.topic, row.qualifier),
        Kind(row.kind),
        Cause(row.cause),
        Direction(row.direction),
        Severity(row.severity),
        _version_of(row.before) if row.before else None,
        _version_of(row.after) if row.after else None,
        row.observed_at,
        row.valid_from,
        Basis(row.basis),
        Status(row.status),
        row.summary,
        Review(row.review),
    )


def _version_text(version: Version) -> str:
    row = version_row(version)
    row |= {name: json.loads(row[name]) for name in ("value", "amendments", "coding") if row[name]}
    return dumps({name: _plain(item) for name, item in row.items()})


def _plain(item: object) -> object:
    return item.isoformat() if isinstance(item, date) else item


def _version_of(text: str) -> Version:
    data: Mapping[str, Any] = json.loads(text)
    return Version(
        RuleKey(data["jurisdiction"], data["topic"], data["qualifier"]),
        from_json(data["value"]),
        Period(date.fromisoformat(data["valid_from"]), _date(data["valid_to"])),
        datetime.fromisoformat(data["recorded_from"]),
        _passage_from(data),
        Basis(data["basis"]),
        Status(data["status"]),
        datetime.fromisoformat(data["recorded_to"]) if data["recorded_to"] else None,
        Level(data["level"]),
        data["origin"],
        tuple(data["amendments"]),
        data["id"],
        CODING.validate_python(data["coding"]) if data.get("coding") else None,
    )


def _date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
