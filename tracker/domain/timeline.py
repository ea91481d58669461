"""What held on a day, as believed at an instant: one value per day, or an honest unknown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from tracker.domain.partial import PartialDate
from tracker.domain.rule import Level, RuleKey, Status, Version


@dataclass(frozen=True, slots=True)
class Answer:
    """What a rule's versions say about one day."""

    status: Status
    version: Version
    """The version that holds; for UNKNOWN the last one before the day."""
    falls_back_to: Version | None = None
    """For temporary law: the law underneath, as it stood before."""


def believed(versions: Iterable[Version], known_at: datetime | None) -> list[Version]:
    """The versions believed at an instant (now, where none is given), by first day."""
    held = [
        version
        for version in versions
        if (version.recorded_to is None if known_at is None else _known(version, known_at))
    ]
    return sorted(held, key=lambda version: version.valid.start)


def as_known(version: Version, known_at: datetime) -> Version:
    """A version without what was learnt of it later: that it ended, and that a newer text still said so."""
    ended, coding = version.recorded_to, version.coding
    if ended is not None and ended > known_at:
        version = replace(version, recorded_to=None)
    if coding is not None and coding.on > known_at.date() and version.level is Level.UNCONFIRMED:
        first = version.recorded_from.date()
        version = replace(version, coding=replace(coding, on=first, text_date=PartialDate(first.isoformat())))
    return version


def by_rule(versions: Iterable[Version]) -> dict[RuleKey, list[Version]]:
    """Versions by the rule they are of, in their order."""
    grouped: dict[RuleKey, list[Version]] = {}
    for version in versions:
        grouped.setdefault(version.key, []).append(version)
    return grouped


def as_of(versions: Iterable[Version], day: date, known_at: datetime | None = None) -> Answer | None:
    """What held on a day, or None where there was no rule yet.

    A stated end that has passed without a fresh text restores nothing: the answer is UNKNOWN
    with the last value (TAXONOMY 3.3, 3a).
    """
    past = [version for version in believed(versions, known_at) if version.valid.start <= day]
    if not past:
        return None
    last = past[-1]
    base = next((version for version in reversed(past) if version.status is not Status.TEMPORARY), None)
    if day not in last.valid:
        return Answer(Status.UNKNOWN, last, base if base is not last else None)
    if last.status is Status.TEMPORARY:
        return Answer(Status.TEMPORARY, last, base)
    if last.status is Status.ENACTED_PENDING:
        return Answer(Status.IN_FORCE, last)
    return Answer(last.status, last)


def upcoming(versions: Iterable[Version], day: date, known_at: datetime | None = None) -> list[Version]:
    """Versions believed at an instant that begin after a day."""
    return [version for version in believed(versions, known_at) if version.valid.start > day]


def _known(version: Version, known_at: datetime) -> bool:
    return version.recorded_from <= known_at and (version.recorded_to is None or known_at < version.recorded_to)
