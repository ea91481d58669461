"""What a change of value does to access, topic by topic (TAXONOMY 4.3, 4.4)."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from tracker.domain.change import Direction, Severity
from tracker.domain.rule import RuleKey
from tracker.domain.value import (
    Bare,
    Duration,
    Expression,
    Member,
    MemberSet,
    Money,
    Multiple,
    Quantity,
    State,
    Value,
)
from tracker.domain.vocabulary import UnknownTerm, Vocabulary

RESTATED_WITHIN = Decimal("0.02")
"""A difference that disappears after conversion within 2 % restates the unit (TAXONOMY 2.7)."""

_SILENCE = {
    "access_model": "prohibited",
    "employment_protection": "none",
    "home_cultivation": "prohibited",
    "insurance_reimbursement": "none",
    "reciprocity_visiting_patients": "none",
}
"""Topics in which nobody has what no text grants, and the answer that silence gives; in others it may be freedom."""

_ISO_UNITS = (("Y", "year"), ("M", "month"), ("W", "week"), ("D", "day"))


def direction(key: RuleKey, before: Value, after: Value, words: Vocabulary) -> Direction:
    """What going from one value to another does to access."""
    if before == after or restated(before, after, words):
        return Direction.NEUTRAL
    toward = _RULES[words.topic(key.topic).direction](key, before, after, words)
    return _together([toward, _attributes(before, after, alone=toward is Direction.NEUTRAL)])


def direction_of_new(key: RuleKey, value: Value, words: Vocabulary) -> Direction:
    """What a rule does to access where the law said nothing before."""
    rule = words.topic(key.topic).direction
    if isinstance(value, MemberSet) and rule in ("set", "rank_easiest", "set_inverse"):
        return Direction.RESTRICTS if rule == "set_inverse" else Direction.EXPANDS
    if isinstance(value, Member) and key.topic in _SILENCE:
        return _rank(key, Member(member=_SILENCE[key.topic]), value, words)
    return Direction.UNCLEAR if value.state is State.STATED else Direction.NEUTRAL


def severity(key: RuleKey, toward: Direction, words: Vocabulary) -> Severity:
    """How much hangs on it; an unclear or mixed direction counts as a restriction."""
    scale = words.topic(key.topic).severity
    if toward is Direction.EXPANDS:
        return Severity(scale.expands)
    if toward is Direction.NEUTRAL:
        return Severity(scale.neutral)
    return Severity(scale.restricts)


def restated(before: Value, after: Value, words: Vocabulary) -> bool:
    """Whether two values are the same amount in other units."""
    if before.attrs != after.attrs or before.state != after.state:
        return False
    if isinstance(before, Expression) and isinstance(after, Expression):
        pairs = list(zip(before.operands, after.operands, strict=False))
        alike = before.operator == after.operator and len(before.operands) == len(after.operands)
        return alike and before != after and all(old == new or restated(old, new, words) for old, new in pairs)
    if isinstance(before, Duration) and isinstance(after, Duration):
        same = _canonical(before, words) is not None and _canonical(before, words) == _canonical(after, words)
        return same and before.iso != after.iso and before.bound == after.bound
    if not isinstance(before, Quantity) or not isinstance(after, Quantity) or before.unit == after.unit:
        return False
    if (before.basis, before.period, before.bound) != (after.basis, after.period, after.bound):
        return False
    old, new = _canonical(before, words), _canonical(after, words)
    if old is None or new is None or old[1] != new[1] or not old[0]:
        return False
    return abs(new[0] - old[0]) / old[0] <= RESTATED_WITHIN


def _sign(old: Decimal, new: Decimal) -> Direction:
    if new == old:
        return Direction.NEUTRAL
    return Direction.EXPANDS if new > old else Direction.RESTRICTS


def _reverse(toward: Direction) -> Direction:
    swap = {Direction.EXPANDS: Direction.RESTRICTS, Direction.RESTRICTS: Direction.EXPANDS}
    return swap.get(toward, toward)


def _together(parts: list[Direction]) -> Direction:
    told = {part for part in parts if part is not Direction.NEUTRAL}
    if not told:
        return Direction.NEUTRAL
    if len(told) == 1:
        return told.pop()
    return Direction.UNCLEAR if Direction.UNCLEAR in told else Direction.MIXED


def _attributes(before: Value, after: Value, *, alone: bool) -> Direction:
    """Conditions of the value: a lower age opens it to more people, a longer validity or a larger share gives more.

    One that came or went together with a member is part of that change; alone it is unclear.
    """
    parts: list[Direction] = []
    for name in sorted(before.attrs.keys() | after.attrs.keys()):
        old, new = before.attrs.get(name), after.attrs.get(name)
        if old == new:
            continue
        if name == "stated_end" and alone:
            # An end in the words of the rule itself; one that is not there any more is the latest of all.
            parts.append(Direction.EXPANDS if (new or "9") > (old or "9") else Direction.RESTRICTS)
            continue
        if old is None or new is None:
            parts.append(Direction.UNCLEAR if alone else Direction.NEUTRAL)
            continue
        toward = _attribute(old, new)
        parts.append(_reverse(toward) if name.endswith(("age_from", "min_age_years")) else toward)
    return _together(parts)


def _attribute(old: str, new: str) -> Direction:
    lengths = _duration(old), _duration(new)
    if lengths[0] and lengths[1] and lengths[0][1] == lengths[1][1]:
        return _sign(lengths[0][0], lengths[1][0])
    return _sign(Decimal(old), Decimal(new)) if old.isdigit() and new.isdigit() else Direction.UNCLEAR


# ── Members ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _rank_of(key: RuleKey, member: str, words: Vocabulary) -> int | None:
    """A member's rank; None also for one that left the vocabulary since it was recorded."""
    try:
        return words.rank_of(key.topic, member)
    except UnknownTerm:
        return None


def _rank(key: RuleKey, before: Value, after: Value, words: Vocabulary) -> Direction:
    if isinstance(before, Quantity) and isinstance(after, Quantity):
        return _amount(before, after, words)
    if not isinstance(before, Member) or not isinstance(after, Member):
        return Direction.UNCLEAR
    if before.member == after.member:
        return Direction.NEUTRAL
    old, new = _rank_of(key, before.member, words), _rank_of(key, after.member, words)
    if old is None or new is None or old == new:
        return Direction.UNCLEAR
    return _sign(Decimal(old), Decimal(new))


def _set(key: RuleKey, before: Value, after: Value, words: Vocabulary) -> Direction:
    if not isinstance(before, MemberSet) or not isinstance(after, MemberSet):
        return Direction.UNCLEAR
    old, new = frozenset(before.members), frozenset(after.members)
    parts = [Direction.EXPANDS] if _gains(key, old, new, words) else []
    return _together([*parts, *([Direction.RESTRICTS] if _gains(key, new, old, words) else [])])


def _gains(key: RuleKey, old: frozenset[str], new: frozenset[str], words: Vocabulary) -> bool:
    """Whether `new` reaches anybody whom `old` did not: a broader member covers its children, `not:` shuts one out."""
    if "practitioner_discretion" in old:
        return False
    if any(member.startswith("not:") for member in old - new):
        return True
    added = (member for member in new - old if not member.startswith("not:"))
    return any(not (set(words.ancestors_of_member(key.topic, member)) & old) for member in added)


def _set_inverse(key: RuleKey, before: Value, after: Value, words: Vocabulary) -> Direction:
    return _reverse(_set(key, before, after, words))


def _easiest(key: RuleKey, before: Value, after: Value, words: Vocabulary) -> Direction:
    if not isinstance(before, MemberSet) or not isinstance(after, MemberSet):
        return Direction.UNCLEAR
    ranks = {member: _rank_of(key, member, words) for member in (*before.members, *after.members)}
    if any(ranks[member] is None for member in set(before.members) ^ set(after.members)):
        return Direction.UNCLEAR
    old = max((ranks[member] or 0 for member in before.members), default=0)
    new = max((ranks[member] or 0 for member in after.members), default=0)
    return _sign(Decimal(old), Decimal(new)) if old != new else _set(key, before, after, words)


# ── Amounts ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def _higher(key: RuleKey, before: Value, after: Value, words: Vocabulary) -> Direction:
    if isinstance(before, Bare) or isinstance(after, Bare):
        return _states(before.state, after.state)
    return _amount(before, after, words)


def _states(before: State, after: State) -> Direction:
    """Nothing, some amount, no limit; what the practitioner may choose is more than nothing, and else not compared."""
    order = {State.NONE_OR_PROHIBITED: 0, State.STATED: 1, State.UNLIMITED: 2}
    if {before, after} == {State.NONE_OR_PROHIBITED, State.PRACTITIONER_DETERMINED}:
        return Direction.EXPANDS if before is State.NONE_OR_PROHIBITED else Direction.RESTRICTS
    if before == after or before not in order or after not in order:
        return Direction.UNCLEAR
    return _sign(Decimal(order[before]), Decimal(order[after]))


def _lower(key: RuleKey, before: Value, after: Value, words: Vocabulary) -> Direction:
    return _reverse(_higher(key, before, after, words))


def _higher_max(key: RuleKey, before: Value, after: Value, words: Vocabulary) -> Direction:
    toward = _higher(key, before, after, words)
    bounds = {value.bound for value in (before, after) if isinstance(value, Quantity)} | {key.qualifiers.get("bound")}
    return _reverse(toward) if "min" in bounds else toward


def _rate(key: RuleKey, before: Value, after: Value, words: Vocabulary) -> Direction:
    if not isinstance(before, Quantity) or not isinstance(after, Quantity):
        return _higher(key, before, after, words)
    if before.period == after.period:
        return _amount(before, after, words)
    old, new = _canonical(before, words), _canonical(after, words)
    every = [_duration(value.period) if value.period else None for value in (before, after)]
    if not old or not new or old[1] != new[1] or not every[0] or not every[1] or every[0][1] != every[1][1]:
        return Direction.UNCLEAR
    if (before.basis, before.bound) != (after.basis, after.bound):
        return Direction.UNCLEAR
    # The rate and the length of one fill are told apart: 100 g in 28 days, not 30, is more a day, fetched oftener.
    return _together([_sign(old[0] / every[0][0], new[0] / every[1][0]), _sign(every[0][0], every[1][0])])


def _threshold(key: RuleKey, before: Value, after: Value, words: Vocabulary) -> Direction:
    """A shorter test lets in more people; a longer one comes with other words more often than not."""
    shorter = isinstance(before, Duration) and _reverse(_amount(before, after, words)) is Direction.EXPANDS
    return Direction.EXPANDS if shorter else Direction.UNCLEAR


def _equivalent(key: RuleKey, before: Value, after: Value, words: Vocabulary) -> Direction:
    """Quantities that count as the same base amount; under which class of product they do so is no other basis."""
    bare = [
        value.model_copy(update={"basis": None}) if isinstance(value, Quantity) else value for value in (before, after)
    ]
    return _higher(key, bare[0], bare[1], words)


def _unclear(key: RuleKey, before: Value, after: Value, words: Vocabulary) -> Direction:
    return Direction.UNCLEAR


def _amount(before: Value, after: Value, words: Vocabulary) -> Direction:
    """Compares amounts that can be compared; other units, bases or shapes are unclear."""
    if isinstance(before, Expression) and isinstance(after, Expression):
        if before.operator != after.operator or len(before.operands) != len(after.operands):
            return Direction.UNCLEAR
        pairs = zip(before.operands, after.operands, strict=True)
        return _together([_amount(old, new, words) for old, new in pairs])
    if isinstance(before, Multiple) and isinstance(after, Multiple):
        return _sign(before.number, after.number) if before.of == after.of else Direction.UNCLEAR
    if isinstance(before, Quantity) and isinstance(after, Quantity) and _measured(before) != _measured(after):
        return Direction.UNCLEAR
    old, new = _canonical(before, words), _canonical(after, words)
    if old is None or new is None or old[1] != new[1]:
        return Direction.UNCLEAR
    return _sign(old[0], new[0])


def _measured(value: Quantity) -> tuple[str | None, ...]:
    """What must be alike for two quantities to be compared."""
    return value.basis, value.period, value.bound


def _canonical(value: Value, words: Vocabulary) -> tuple[Decimal, str] | None:
    """An amount in its dimension's canonical unit; months and years keep to themselves."""
    if isinstance(value, Quantity) and value.unit in words.units:
        unit = words.units[value.unit]
        return value.number * Decimal(unit.to_canonical), unit.canonical
    if isinstance(value, Money):
        return value.amount, f"{value.currency}/{value.per}"
    if isinstance(value, Duration):
        return _duration(value.iso)
    return None


def _duration(iso: str) -> tuple[Decimal, str] | None:
    for letter, name in _ISO_UNITS:
        if iso.startswith("P") and iso.endswith(letter) and iso[1:-1].isdigit():
            number = Decimal(iso[1:-1])
            if name == "year":
                return number * 12, "month"
            return (number * 7, "day") if name == "week" else (number, name)
    if iso.startswith("PT") and iso.endswith("H") and iso[2:-1].isdigit():
        return Decimal(iso[2:-1]), "hour"
    return None


_RULES: dict[str, Callable[[RuleKey, Value, Value, Vocabulary], Direction]] = {
    "rank": _rank,
    "set": _set,
    "set_inverse": _set_inverse,
    "rank_easiest": _easiest,
    "lower_expands": _lower,
    "higher_expands": _higher,
    "higher_expands_max": _higher_max,
    "rate_higher_expands": _rate,
    # More of a product for one gram of dried flower: every limit expressed in dried flower admits more of it.
    "recompute": _equivalent,
    "threshold": _threshold,
    "unclear": _unclear,
}
