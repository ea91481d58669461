"""What the rules of a place say about a condition, law and guidance apart.

A list names a condition itself, a broader one that contains it, or only a narrower one; it may leave the choice to
the practitioner or to the authority. Only a list that is known to be whole says by its silence that a condition is not
on it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from tracker.domain.rule import RuleKey, Status
from tracker.domain.timeline import Answer
from tracker.domain.value import Member, MemberSet, State
from tracker.domain.vocabulary import Vocabulary

TOPICS = (
    "qualifying_conditions",
    "access_model",
    "condition_definition",
    "prior_treatment_requirement",
    "prescriber_class",
    "guideline_position",
)
"""What has to be known of a place to say what a condition means there."""

_DISCRETION = frozenset({"practitioner_discretion"})
_OTHERS = frozenset({"comparable_condition", "regulator_case_by_case", "rare_disease"})
_OF_THE_WHOLE = frozenset({"list_role", "basis_instrument"})
"""Qualifiers of a list that say where it stands, and not for whom it is."""
_NOT_ACCESS = ("guidance", "reimbursement")
_LAW = (Status.IN_FORCE, Status.TEMPORARY, Status.UNKNOWN)
"""What is law on the day, or was until its stated end; a proposal is neither."""


class Access(StrEnum):
    """What a condition means in a place, from most to least certain access."""

    LISTED = "listed"
    """The law names it."""
    BROADER = "broader"
    """The law names a broader condition that contains it."""
    DISCRETION = "discretion"
    """The practitioner decides for which condition."""
    NARROWER = "narrower"
    """The law names only a part of it, or it with another condition."""
    CASE_BY_CASE = "case_by_case"
    """A clause for other conditions: comparable ones, or those that the authority approves."""
    NOT_LISTED = "not_listed"
    """The whole list is known, and neither it nor a clause covers the condition."""
    PROHIBITED = "prohibited"
    """There is no lawful access for any condition."""
    UNKNOWN = "unknown"
    """We do not know; that says nothing about the law."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the rules of one place say about one condition."""

    access: Access
    via: str | None = None
    """The member of the list that covers it."""
    key: RuleKey | None = None
    """The rule that says so."""
    answer: Answer | None = None
    tests: tuple[RuleKey, ...] = ()
    """Definitions that the condition must meet."""
    prior: tuple[RuleKey, ...] = ()
    """What must have been tried before."""
    prescribers: tuple[RuleKey, ...] = ()
    """Who may prescribe or certify for it."""
    guidance: tuple[RuleKey, ...] = ()
    """What guidelines say; never law."""


def finding(rules: Mapping[RuleKey, Answer], condition: str, words: Vocabulary) -> Finding:
    """What the rules that hold in one place say about a condition of the vocabulary."""
    rules = {key: answer for key, answer in rules.items() if answer.status in _LAW}
    lists = [
        (key, answer)
        for key, answer in rules.items()
        if key.topic == "qualifying_conditions"
        and key.qualifiers.get("list_role") not in _NOT_ACCESS
        and "payer" not in key.qualifiers
    ]
    if model := _nothing_lawful(rules):
        access, via, key = _Reading(Access.PROHIBITED, None, model)
    else:
        access, via, key = min(_readings(lists, condition, words), key=lambda found: _ORDER[found.access])
    about = {condition, *words.ancestors_of_condition(condition), *([via] if via else [])}
    return Finding(
        access,
        via,
        key,
        rules[key] if key else None,
        tests=_about(rules, "condition_definition", about, narrowed=True),
        prior=_about(rules, "prior_treatment_requirement", about),
        prescribers=_about(rules, "prescriber_class", about),
        guidance=_about(
            rules, "guideline_position", {condition, *words.ancestors_of_condition(condition)}, narrowed=True
        ),
    )


_ORDER = {access: number for number, access in enumerate(Access)}


def _nothing_lawful(rules: Mapping[RuleKey, Answer]) -> RuleKey | None:
    """The rule that forbids, where no scheme of the place opens a way."""
    models = [(key, answer) for key, answer in rules.items() if key.topic == "access_model"]
    whole = [key for key, _ in models if not key.qualifier]
    return whole[0] if whole and all(_forbids(answer) for _, answer in models) else None


def _forbids(answer: Answer) -> bool:
    value = answer.version.value
    return isinstance(value, Member) and value.member == "prohibited" and answer.status is not Status.UNKNOWN


class _Reading(NamedTuple):
    access: Access
    via: str | None = None
    key: RuleKey | None = None


def _readings(lists: Sequence[tuple[RuleKey, Answer]], condition: str, words: Vocabulary) -> Iterator[_Reading]:
    """What each list makes of the condition."""
    yield _Reading(Access.UNKNOWN)
    for key, answer in lists:
        value = answer.version.value
        if answer.status is Status.UNKNOWN:
            continue
        if value.state is State.PRACTITIONER_DETERMINED:
            yield _Reading(Access.DISCRETION, None, key)
        if isinstance(value, MemberSet):
            for access, via in _in_list(value.members, condition, words):
                yield _Reading(access, via, key)
    if lists and all(_is_whole(key, answer) for key, answer in lists):
        yield _Reading(Access.NOT_LISTED, None, lists[0][0])


def _in_list(members: Collection[str], condition: str, words: Vocabulary) -> Iterator[tuple[Access, str]]:
    above = words.ancestors_of_condition(condition)
    for member in members:
        if member == condition:
            yield Access.LISTED, member
        elif member in above:
            yield Access.BROADER, member
        elif condition in words.ancestors_of_condition(member):
            yield Access.NARROWER, member
        elif member in _DISCRETION:
            yield Access.DISCRETION, member
        elif member in _OTHERS:
            yield Access.CASE_BY_CASE, member


def _is_whole(key: RuleKey, answer: Answer) -> bool:
    """Whether a list is known from its first word to its last, is that of the place as a whole, and holds on the day.

    The list of one scheme, product or age says nothing about the others.
    """
    value = answer.version.value
    if set(key.qualifiers) - _OF_THE_WHOLE:
        return False
    return (
        isinstance(value, MemberSet)
        and value.attrs.get("list_type") == "closed"
        and answer.status is not Status.UNKNOWN
    )


def _about(
    rules: Mapping[RuleKey, Answer], topic: str, conditions: set[str], *, narrowed: bool = False
) -> tuple[RuleKey, ...]:
    """Rules of a topic that concern one of these conditions, or, unless `narrowed`, all conditions.

    What a payer asks for is no condition of access, and what has lapsed is not known.
    """
    found = []
    for key, answer in rules.items():
        named = key.qualifiers.get("condition")
        if key.topic != topic or "payer" in key.qualifiers or answer.status is Status.UNKNOWN:
            continue
        if named in conditions or (named is None and not narrowed):
            found.append(key)
    return tuple(sorted(found))
