"""The timeline of one rule: one value per day, and room for a new one without rewriting what was recorded."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tracker.domain.period import Period
from tracker.domain.rule import Status, Version


@dataclass(frozen=True, slots=True)
class Laid:
    """Versions that give way, and those that take their place."""

    retire: tuple[Version, ...]
    record: tuple[Version, ...]


def lay(timeline: Sequence[Version], fresh: Version | None, now: datetime, dropped: Collection[Version] = ()) -> Laid:
    """Take versions out of a timeline, and make room for a new one where one is given.

    Of a version that the new one overlaps, the days before it stay; what was said of the days after a temporary end is
    not kept, because nobody knows. What is planned for later stays planned and bounds it. A version that ended only
    where a dropped one was to begin goes on.
    """
    kept = [version for version in timeline if version not in dropped]
    after = [_reopened(version, dropped, kept) for version in kept]
    if fresh is not None:
        later = [v.valid.start for v in after if v.valid.start > max(fresh.valid.start, now.date())]
        days = fresh.valid.until(min(later)) if later else None
        fresh = replace(fresh, valid=days or fresh.valid, id="")
        after = [left for version in after if (left := _beside(version, fresh.valid)) is not None] + [fresh]
    return _difference(timeline, after, now)


def _beside(version: Version, taken: Period) -> Version | None:
    """What is left of a version when days are taken from its end, or None."""
    if not version.valid.overlaps(taken):
        return version
    before = version.valid.until(taken.start)
    return replace(version, valid=before) if before else None


def _reopened(version: Version, dropped: Collection[Version], kept: Sequence[Version]) -> Version:
    """A version that goes on because what was to follow it is dropped; temporary law still ends."""
    if version.status is Status.TEMPORARY or version.valid.end not in {v.valid.start for v in dropped}:
        return version
    end = min((v.valid.start for v in kept if v.valid.start > version.valid.start), default=None)
    return replace(version, valid=Period(version.valid.start, end))


def _difference(before: Sequence[Version], after: Sequence[Version], now: datetime) -> Laid:
    """Rows are never changed: a version whose days differ is retired and recorded anew."""
    was = {(version.id, version.valid) for version in before}
    still = {(version.id, version.valid) for version in after}
    return Laid(
        retire=tuple(v for v in before if (v.id, v.valid) not in still),
        record=tuple(replace(v, recorded_from=now, id="") for v in after if (v.id, v.valid) not in was),
    )
