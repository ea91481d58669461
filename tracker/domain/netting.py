"""Changes of one rule that followed each other before anybody was told of the first, told as one.

A critical change waits for proof. When the rule changes again meanwhile, subscribers still know the value before both:
what they must hear is the step from there, or nothing where the rule is back where it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from tracker.domain.change import Change, Review, Severity
from tracker.domain.direction import direction, severity
from tracker.domain.rule import Cause, RuleKey
from tracker.domain.vocabulary import Vocabulary
from tracker.domain.wording import summary


@dataclass(frozen=True, slots=True)
class Net:
    """What to tell, and the recorded changes that it tells of."""

    change: Change
    ids: tuple[str, ...]


def net(untold: Iterable[Change], words: Vocabulary) -> list[Net]:
    """Untold changes with those that wait joined to what came after them; oldest first."""
    told: list[Net] = []
    waiting: dict[RuleKey, Net] = {}
    for change in sorted(untold, key=lambda each: (each.observed_at, each.key)):
        held = waiting.pop(change.key, None)
        if held is not None and change.cause is Cause.SOURCE:
            step = Net(_joined(held.change, change, words), (*held.ids, change.id))
            if _leads_nowhere(step.change):
                continue
        else:
            if held is not None:
                told.append(held)
            step = Net(change, (change.id,))
        if step.change.review is Review.WAITING:
            waiting[change.key] = step
        else:
            told.append(step)
    return sorted([*told, *waiting.values()], key=lambda each: (each.change.observed_at, each.change.key))


def _joined(first: Change, then: Change, words: Vocabulary) -> Change:
    toward = then.direction
    if first.before is not None and then.after is not None:
        toward = direction(then.key, first.before.value, then.after.value, words)
    weight = severity(then.key, toward, words)
    review = Review.WAITING if weight is Severity.CRITICAL else Review.NONE
    kind = then.kind if first.before is not None else first.kind
    whole = replace(then, kind=kind, before=first.before, direction=toward, severity=weight, review=review)
    return replace(whole, summary=summary(whole, words))


def _leads_nowhere(change: Change) -> bool:
    before, after = change.before, change.after
    return before is not None and after is not None and (before.value, before.status) == (after.value, after.status)
