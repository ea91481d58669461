"""Compare what a source says with what we know, and say what to write. No clock, no database, no network.

The timeline of a rule holds one value per day. Temporary law stands in it as a version with an end; after the end
there is nothing, which is what we know until a fresh text restores the base or states a new end.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from tracker.domain.belief import NOTHING, Known, Plan, Sighting, Step
from tracker.domain.by_person import found_again, ruling, settled
from tracker.domain.change import Change, Direction, Kind, Review, Severity
from tracker.domain.judge import SILENT, Judge
from tracker.domain.overlay import lay
from tracker.domain.period import Period
from tracker.domain.reading import Loss, Reading, Repeal
from tracker.domain.rule import Assertion, Basis, Cause, RuleKey, Status, Version
from tracker.domain.vocabulary import Vocabulary

__all__ = ["Known", "Plan", "Sighting", "apply", "reconcile"]

_STILL_STATED = "it is marked as repealed here, and {others} still states it"


def reconcile(
    known: Mapping[RuleKey, Known],
    reading: Reading,
    now: datetime,
    cause: Cause,
    words: Vocabulary,
    *,
    first: bool = False,
) -> Plan:
    """Compare one reading of a source with what is known.

    `first` marks the first reading of a source: it says where things stand and reports no change but a conflict.
    A rule that was not read keeps its value: only a passage marked as repealed ends one.
    """
    steps: list[Step] = []
    sightings: dict[RuleKey, Sighting] = {}
    lost: list[Loss] = []

    def lose(loss: Loss) -> None:
        seen = known.get(loss.key, Known()).sightings.get(reading.source)
        if seen is not None:
            lost.append(loss)
            sightings[loss.key] = replace(seen, lost=True)

    for assertion in _asserted(reading):
        held = known.get(assertion.key, Known())
        judge = Judge(held, assertion, now, cause, words, first)
        decided = settled(held, reading.source, assertion.value, cause, now.date())
        step = NOTHING if decided else judge.step()
        steps.append(step)
        sightings[assertion.key] = judge.sighting()
        if step.unproved:
            lost.append(Loss(assertion.key, f"{assertion.passage.citation}: {step.unproved}"))
            sightings[assertion.key] = judge.unproved()
    for repeal in reading.repeals:
        held = known.get(repeal.key, Known())
        if repeal.key in sightings or repeal.passage.source not in held.sightings:
            continue  # stated elsewhere in the same source, or never read from it
        others = _others_that_state(held, repeal)
        if settled(held, reading.source, SILENT, cause, now.date()):
            sightings[repeal.key] = _silent(repeal, now)
        elif others:
            lose(Loss(repeal.key, f"{repeal.passage.citation}: {_STILL_STATED.format(others=others)}"))
        else:
            steps.append(_repealed(held, repeal, now, cause))
            sightings[repeal.key] = _silent(repeal, now)
    for met in reading.met:
        coded = ruling(known.get(met.key, Known()).versions, now.date())
        if met.key not in sightings and coded is not None and coded.marks == met.marks:
            steps.append(found_again(coded, met, now, cause))
            sightings[met.key] = Sighting(met.key, reading.source, coded.value, met.passage, now)
    for loss in reading.losses:
        if loss.key not in sightings:
            lose(loss)
    return Plan(
        retire=tuple(version for step in steps for version in step.retire),
        record=tuple(version for step in steps for version in step.record),
        changes=tuple(step.change for step in steps if step.change),
        sightings=tuple(sightings.values()),
        lost=tuple(lost),
    )


def apply(versions: Iterable[Version], plan: Plan, now: datetime) -> list[Version]:
    """The versions after the plan: nothing is deleted, no value is rewritten."""
    retired = {version.id for version in plan.retire}
    kept = [replace(v, recorded_to=now) if v.id in retired and v.current else v for v in versions]
    return kept + list(plan.record)


def _asserted(reading: Reading) -> list[Assertion]:
    """One assertion for each rule, the first; what temporary law repeals is an assertion that ends."""
    found: dict[RuleKey, Assertion] = {}
    for assertion in reading.assertions:
        found.setdefault(assertion.key, assertion)
    for repeal in reading.repeals:
        newest = max(repeal.amendments, key=lambda a: (a.effective_on, a.temporary is not None), default=None)
        if repeal.endings and (newest is None or newest.temporary is not None):
            silent = Assertion(
                repeal.key,
                SILENT,
                repeal.passage,
                repeal.effective_on,
                Basis.LAST_AMENDED,
                repeal.endings,
                repeal.amendments,
                underlying=repeal.underlying,
            )
            found.setdefault(repeal.key, silent)
    return list(found.values())


def _others_that_state(held: Known, repeal: Repeal) -> str:
    """Other sources that were last seen to state the rule."""
    stating = (s.source for s in held.sightings.values() if not s.lost and s.value != SILENT)
    return ", ".join(sorted(source for source in stating if source != repeal.passage.source))


def _silent(repeal: Repeal, now: datetime) -> Sighting:
    return Sighting(repeal.key, repeal.passage.source, SILENT, repeal.passage, now, repeal.amendments)


def _repealed(held: Known, repeal: Repeal, now: datetime, cause: Cause) -> Step:
    """The text itself marks the passage as repealed, and no other text still states it."""
    today = now.date()
    timeline = sorted(held.versions, key=lambda version: version.valid.start)
    past = [version for version in timeline if version.valid.start <= today]
    planned = timeline[len(past) :]
    ruling = next(iter([*past[-1:], *planned]), None)
    if ruling is None or any(version.status is Status.REPEALED for version in planned):
        return NOTHING
    if ruling.value == SILENT and ruling.status is not Status.TEMPORARY:
        return _never_mind(timeline, planned, ruling, now, cause) if planned else NOTHING
    start, basis = today, Basis.FIRST_SEEN
    if repeal.effective_on is not None and (not past or repeal.effective_on > ruling.valid.start):
        start, basis = repeal.effective_on, Basis.STATED
    gone = Version(repeal.key, SILENT, Period(start), now, repeal.passage, basis, Status.REPEALED)
    laid = lay(timeline, gone, now, planned)
    gone = next(version for version in laid.record if version.status is Status.REPEALED)
    kind = Kind.OUR_CORRECTION if cause is Cause.EXTRACTOR else Kind.RULE_REPEALED
    change = _change(kind, cause, ruling, gone, now, (Direction.UNCLEAR, Severity.CRITICAL))
    return Step(laid.retire, laid.record, change)


def _never_mind(
    timeline: Sequence[Version], planned: Sequence[Version], ruling: Version, now: datetime, cause: Cause
) -> Step:
    """What had been announced for a rule that is repealed anyway is repealed too."""
    laid = lay(timeline, None, now, planned)
    stays = next((version for version in laid.record if version.valid.start == ruling.valid.start), ruling)
    quiet = (Direction.NEUTRAL, Severity.MINOR)
    change = _change(Kind.EFFECTIVE_DATE_CHANGED, cause, planned[0], stays, now, quiet)
    return Step(laid.retire, laid.record, change)


def _change(
    kind: Kind, cause: Cause, before: Version, after: Version, now: datetime, weight: tuple[Direction, Severity]
) -> Change:
    gate = weight[1] is Severity.CRITICAL and cause is Cause.SOURCE
    status = Status.ENACTED_PENDING if after.valid.start > now.date() else after.status
    review = Review.WAITING if gate else Review.NONE
    change = Change(
        after.key, kind, cause, *weight, before, after, now, after.valid.start, after.basis, status, review=review
    )
    return replace(change, review=Review.WAITING) if change.noticed_late else change
