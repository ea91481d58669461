"""The part of a baseline that is written from a replay: rows to domain objects and back, without any words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter

from tracker.domain.belief import Sighting
from tracker.domain.change import Change, Direction, Kind, Review, Severity
from tracker.domain.coding import Coding, Fingerprint
from tracker.domain.partial import PartialDate
from tracker.domain.period import Period
from tracker.domain.provision import Amendment, Ending
from tracker.domain.rule import Basis, Cause, Level, Passage, RuleKey, Status, Underlying, Version
from tracker.domain.value import from_json, to_json
from tracker.extract.fingerprint import fingerprint

ORIGIN = "replay"
_AMENDMENTS: TypeAdapter[tuple[Amendment, ...]] = TypeAdapter(tuple[Amendment, ...])
_ENDINGS: TypeAdapter[tuple[Ending, ...]] = TypeAdapter(tuple[Ending, ...])

Row = dict[str, Any]


@dataclass(frozen=True)
class Replayed:
    """What a replay of recorded documents taught about one jurisdiction."""

    versions: tuple[Version, ...] = ()
    changes: tuple[Change, ...] = ()
    sightings: tuple[Sighting, ...] = ()


# ── To rows ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def rows_of(replayed: Replayed, reader: str, types: Mapping[str, str]) -> dict[str, Any]:
    """The rows that `replayed_from` reads again; `types` are the kinds of text of the sources."""
    known = {version.id for version in replayed.versions}
    return {
        "reader": reader,
        "sources": dict(sorted(types.items())),
        "versions": [_version_row(each) for each in sorted(replayed.versions, key=_in_order)],
        "changes": [_change_row(each, known) for each in sorted(replayed.changes, key=lambda c: (c.observed_at, c.id))],
        "sightings": [_sighting_row(each) for each in sorted(replayed.sightings, key=lambda s: (s.key, s.source))],
    }


def _in_order(version: Version) -> tuple[Any, ...]:
    return (version.key, version.recorded_from, version.valid.start, version.id)


def _version_row(version: Version) -> Row:
    return {
        **_key_row(version.key),
        "value": to_json(version.value),
        "valid": _days(version.valid),
        "recorded": _instants(version.recorded_from, version.recorded_to),
        "basis": version.basis.value,
        "status": version.status.value,
        **_passage_row(version.passage),
        **({"amendments": list(version.amendments)} if version.amendments else {}),
    }


def _sighting_row(seen: Sighting) -> Row:
    return {
        **_key_row(seen.key),
        "value": to_json(seen.value),
        "confirmed": seen.confirmed_at.isoformat(),
        **_passage_row(seen.passage),
        **({"amendments": _AMENDMENTS.dump_python(seen.amendments, mode="json")} if seen.amendments else {}),
        **({"endings": _ENDINGS.dump_python(seen.endings, mode="json")} if seen.endings else {}),
        **({"lost": True} if seen.lost else {}),
        **({"underlying": _underlying_row(seen.underlying)} if seen.underlying else {}),
    }


def _underlying_row(under: Underlying) -> Row:
    return {"value": to_json(under.value), **_passage_row(under.passage)}


def _change_row(change: Change, known: Iterable[str]) -> Row:
    def side(version: Version | None) -> Row | str | None:
        if version is None or version.id in known:
            return version.id if version else None
        return _version_row(version)

    return {
        **_key_row(change.key),
        "kind": change.kind.value,
        "cause": change.cause.value,
        "direction": change.direction.value,
        "severity": change.severity.value,
        "before": side(change.before),
        "after": side(change.after),
        "observed": change.observed_at.isoformat(),
        "valid_from": change.valid_from.isoformat() if change.valid_from else None,
        "basis": change.valid_from_basis.value,
        "status": change.status.value,
    }


def _key_row(key: RuleKey) -> Row:
    return {"topic": key.topic, **({"qualifier": key.qualifier} if key.qualifier else {})}


def _passage_row(passage: Passage) -> Row:
    mark = fingerprint(passage.quote)
    return {
        "citation": passage.citation,
        "source": passage.source,
        "document": passage.document,
        "url": passage.url,
        "snapshot": passage.snapshot,
        "passage": [mark.sha256, mark.words],
    }


def _days(period: Period) -> list[str | None]:
    return [period.start.isoformat(), period.end.isoformat() if period.end else None]


def _instants(start: datetime, end: datetime | None) -> list[str | None]:
    return [start.isoformat(), end.isoformat() if end else None]


# ── From rows ───────────────────────────────────────────────────────────────────────────────────────────────────────


def replayed_from(rows: Mapping[str, Any], jurisdiction: str) -> Replayed:
    """What the rows say; raises ValueError or KeyError where they were not written by `rows_of`."""
    if not rows:
        return Replayed()
    reader, types = rows["reader"], rows["sources"]
    sightings = tuple(_sighting(row, jurisdiction) for row in rows["sightings"])
    confirmed = {(seen.key, seen.source): seen for seen in sightings if not seen.lost}
    versions: dict[str, Version] = {}
    for row in rows["versions"]:
        version = _version(row, jurisdiction, reader, types)
        seen = confirmed.get((version.key, version.passage.source))
        if version.coding and version.current and seen and seen.value == version.value:
            on = seen.confirmed_at.date()
            version = replace(version, coding=replace(version.coding, on=on, text_date=PartialDate(on.isoformat())))
        versions[version.id] = version

    def side(given: Row | str | None) -> Version | None:
        if isinstance(given, str):
            return versions[given]
        return _version(given, jurisdiction, reader, types) if given else None

    changes = tuple(
        Change(
            RuleKey(jurisdiction, row["topic"], row.get("qualifier", "")),
            Kind(row["kind"]),
            Cause(row["cause"]),
            Direction(row["direction"]),
            Severity(row["severity"]),
            side(row["before"]),
            side(row["after"]),
            datetime.fromisoformat(row["observed"]),
            date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
            Basis(row["basis"]),
            Status(row["status"]),
            review=Review.NONE,
        )
        for row in rows["changes"]
    )
    return Replayed(tuple(versions.values()), changes, sightings)


def _version(row: Row, jurisdiction: str, reader: str, types: Mapping[str, str]) -> Version:
    start, end = row["valid"]
    recorded_from, recorded_to = row["recorded"]
    believed = datetime.fromisoformat(recorded_from)
    return Version(
        RuleKey(jurisdiction, row["topic"], row.get("qualifier", "")),
        from_json(row["value"]),
        Period(date.fromisoformat(start), date.fromisoformat(end) if end else None),
        believed,
        _passage(row),
        Basis(row["basis"]),
        Status(row["status"]),
        datetime.fromisoformat(recorded_to) if recorded_to else None,
        Level.UNCONFIRMED,
        ORIGIN,
        tuple(row.get("amendments", ())),
        coding=Coding(
            reader,
            believed.date(),
            types[row["source"]],
            PartialDate(believed.date().isoformat()),
            passages=(Fingerprint(*row["passage"]),),
        ),
    )


def _sighting(row: Row, jurisdiction: str) -> Sighting:
    return Sighting(
        RuleKey(jurisdiction, row["topic"], row.get("qualifier", "")),
        row["source"],
        from_json(row["value"]),
        _passage(row),
        datetime.fromisoformat(row["confirmed"]),
        _AMENDMENTS.validate_python(row.get("amendments", ())),
        _ENDINGS.validate_python(row.get("endings", ())),
        row.get("lost", False),
        _underlying(row["underlying"]) if "underlying" in row else None,
    )


def _underlying(row: Row) -> Underlying:
    return Underlying(from_json(row["value"]), _passage(row))


def _passage(row: Row) -> Passage:
    return Passage("", row["citation"], row["source"], row["document"], row["url"], row["snapshot"])
