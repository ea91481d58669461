"""What people state in review, held against the timeline of a rule. No clock, no database.

A person outranks a reading, not a text: what was stated stands until the source says something that it did not say when
it was stated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime

from tracker.domain.belief import NOTHING, Known, Step
from tracker.domain.change import Change, Direction, Kind, Review, Severity
from tracker.domain.coding import Coding
from tracker.domain.direction import direction, direction_of_new, severity
from tracker.domain.judge import SILENT
from tracker.domain.overlay import Laid, lay
from tracker.domain.period import Period
from tracker.domain.reading import Met
from tracker.domain.rule import BY_REVIEW, Basis, Cause, Level, Passage, RuleKey, Status, Version
from tracker.domain.value import MemberSet, Value
from tracker.domain.vocabulary import Vocabulary

_QUIET = (Direction.NEUTRAL, Severity.MINOR)


def ruling(versions: Iterable[Version], day: date) -> Version | None:
    """What was last said to begin by a day."""
    past = [version for version in versions if version.current and version.valid.start <= day]
    return max(past, key=lambda version: version.valid.start, default=None)


def settled(held: Known, source: str, value: Value, cause: Cause, day: date) -> bool:
    """Whether a person has decided on what a source says here: it says no more than it said then."""
    stands, seen = ruling(held.versions, day), held.sightings.get(source)
    if stands is None or stands.origin != BY_REVIEW or stands.passage.source != source or stands.value == value:
        return False
    return cause is Cause.EXTRACTOR or (seen is not None and not seen.lost and seen.value == value)


def found_again(coded: Version, met: Met, now: datetime, cause: Cause) -> Step:
    """A coded value whose words were met: it gets its quote, in silence, or the place where the words stand now."""
    if coded.passage.quote and not met.moved:
        return NOTHING
    citation = met.passage.citation if met.moved else coded.passage.citation
    there = replace(coded, passage=replace(met.passage, citation=citation), recorded_from=now, id="")
    if not met.moved:
        return Step((coded,), (there,))
    return Step((coded,), (there,), _change(Kind.RENUMBERED, cause, coded, there, now, _QUIET))


def requoted(held: Version, passage: Passage, coding: Coding, now: datetime) -> Version:
    """The same value, resting on other words: a person has read both."""
    return replace(held, passage=passage, level=Level.CODED, origin=BY_REVIEW, coding=coding, recorded_from=now, id="")


def undone(versions: Sequence[Version], change: Change, now: datetime) -> Laid | None:
    """A timeline without what a change brought, by the word of a person; None where it stands there no longer.

    What stood before holds again; where nothing did, the text does not address the question.
    """
    brought = brought_by(versions, change)
    if brought is None:
        return None
    day = brought.valid.start
    laid = lay(versions, None, now, [brought])
    left = _after(versions, laid)
    held = change.before
    replaced = held is not None and not any((v.value, v.valid.start) == (held.value, held.valid.start) for v in left)
    if replaced or ruling(left, day) is None:
        silent = Version(brought.key, SILENT, brought.valid, now, brought.passage, brought.basis, Status.IN_FORCE)
        before = replace(held, recorded_to=None, recorded_from=now, id="") if held is not None else silent
        laid = lay(versions, before, now, [brought])
    return _vouched(versions, laid, day, now)


def brought_by(versions: Iterable[Version], change: Change) -> Version | None:
    """The version that a change brought, where it is still believed."""
    new = change.after
    if new is None:
        return None
    same = (each for each in versions if each.current and each.valid.start == new.valid.start)
    return next((each for each in same if each.value == new.value and each.status is new.status), None)


def stated(
    key: RuleKey,
    value: Value,
    passage: Passage,
    coding: Coding,
    now: datetime,
    *,
    start: date | None = None,
    instead_of: Version | None = None,
) -> Version:
    """The version that a person states.

    Without `start` it holds as long as what it is stated instead of, or since the text that was read.
    """
    begins = start or (instead_of.valid.start if instead_of else coding.begins)
    basis = Basis.STATED if start else instead_of.basis if instead_of else Basis.FIRST_SEEN
    end = instead_of.valid.end if instead_of else None
    end = end if end is not None and begins < end else None
    status = Status.ENACTED_PENDING if begins > now.date() else Status.IN_FORCE
    if instead_of is not None and (
        instead_of.status is Status.PROPOSED or (instead_of.status is Status.TEMPORARY and end)
    ):
        status = instead_of.status
    return Version(
        key,
        value,
        Period(begins, end),
        now,
        passage,
        basis,
        status,
        level=Level.CODED,
        origin=BY_REVIEW,
        coding=coding,
    )


def corrected(before: Version, after: Version, now: datetime, words: Vocabulary) -> Change:
    """We had told something else; the law did not change."""
    toward = direction(after.key, before.value, after.value, words)
    weight = (toward, severity(after.key, toward, words))
    return _change(Kind.OUR_CORRECTION, Cause.REVIEW, before, after, now, weight)


def changed(before: Version | None, after: Version, now: datetime, words: Vocabulary) -> Change:
    """The law changed, and a person has read what it says now: proved, and to be told."""
    silent = before is None or before.value == SILENT
    if before is None or silent:
        kind, toward = Kind.RULE_ADDED, direction_of_new(after.key, after.value, words)
    else:
        toward = direction(after.key, before.value, after.value, words)
        both_sets = isinstance(before.value, MemberSet) and isinstance(after.value, MemberSet)
        kind = Kind.SET_CHANGED if both_sets else Kind.VALUE_CHANGED
        kind = Kind.DEFINITION_CHANGED if after.key.topic == "condition_definition" else kind
    if after.valid.start > now.date():
        kind = Kind.ENACTED_PENDING
    weight = (toward, severity(after.key, toward, words))
    change = _change(kind, Cause.SOURCE, None if silent else before, after, now, weight)
    return replace(change, review=Review.ACCEPTED)


def _change(
    kind: Kind, cause: Cause, before: Version | None, after: Version, now: datetime, weight: tuple[Direction, Severity]
) -> Change:
    status = Status.ENACTED_PENDING if after.valid.start > now.date() else after.status
    return Change(after.key, kind, cause, *weight, before, after, now, after.valid.start, after.basis, status)


def _after(versions: Iterable[Version], laid: Laid) -> list[Version]:
    retired = {version.id for version in laid.retire}
    return [*(version for version in versions if version.id not in retired), *laid.record]


def _vouched(versions: Sequence[Version], laid: Laid, day: date, now: datetime) -> Laid:
    """What rules then is so by the word of a person."""
    stands = ruling(_after(versions, laid), day)
    assert stands is not None
    vouched = replace(stands, origin=BY_REVIEW, recorded_from=now, id="")
    if stands in laid.record:
        return Laid(laid.retire, tuple(vouched if each is stands else each for each in laid.record))
    return Laid((*laid.retire, stands), (*laid.record, vouched))
