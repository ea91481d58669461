"""Values and changes in words, in the units of the source; a patient understands them and a lawyer accepts them."""

from __future__ import annotations

from datetime import date, datetime

from tracker.domain.change import Change, Kind
from tracker.domain.coding import Coding
from tracker.domain.partial import PartialDate
from tracker.domain.rule import BY_REVIEW, Basis, Level, RuleKey, Status, Version
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
    Text,
    Value,
    plain,
)
from tracker.domain.vocabulary import Vocabulary

_STATES = {
    State.UNLIMITED: "no limit",
    State.NONE_OR_PROHIBITED: "none, or prohibited",
    State.PRACTITIONER_DETERMINED: "left to the practitioner",
    State.SET_BY_OTHER_INSTRUMENT: "set by another instrument",
    State.NOT_ADDRESSED: "not addressed by the text",
    State.NOT_FOUND: "not found",
    State.UNREADABLE: "could not be read",
}
LIST_TYPES = {"closed": "", "open": "", "partial": "part of the list"}
"""How much of a list is known, where that must be said with it."""
_OPERATORS = {"min": "the lesser of", "max": "the greater of", "sum": "the sum of"}
_LENGTHS = {"Y": "year", "M": "month", "W": "week", "D": "day", "H": "hour"}
STATUS_WORDS = {
    Status.PROPOSED: "PROPOSED, not law",
    Status.ENACTED_PENDING: "ADOPTED",
    Status.IN_FORCE: "IN FORCE",
    Status.TEMPORARY: "TEMPORARY",
    Status.EXPIRED: "EXPIRED",
    Status.REPEALED: "REPEALED",
    Status.SUPERSEDED: "SUPERSEDED",
    Status.UNKNOWN: "UNKNOWN",
}


def display(key: RuleKey, value: Value, words: Vocabulary) -> str:
    """A value in words."""
    text = _shape(key, value, words)
    notes = [note for name, given in sorted(value.attrs.items()) if (note := _note(name, given))]
    return f"{text} ({', '.join(notes)})" if notes else text


def _note(name: str, given: str) -> str:
    if name == "list_type":
        return LIST_TYPES.get(given, given)
    return f"{name.replace('_', ' ')} {length(given) if given.startswith('P') else given}"


def _shape(key: RuleKey, value: Value, words: Vocabulary) -> str:
    match value:
        case Bare():
            return _STATES.get(value.state, value.state.value)
        case Quantity():
            return _quantity(key, value, words)
        case Duration():
            return length(value.iso)
        case Money():
            return f"{plain(value.amount)} {value.currency}" + (f" per {value.per}" if value.per else "")
        case Multiple():
            return f"{plain(value.number)} times the {value.of.replace('_', ' ')}"
        case Expression():
            return f"{_OPERATORS[value.operator]} " + " and ".join(_shape(key, part, words) for part in value.operands)
        case Member():
            return _label(key, value.member, words)
        case MemberSet():
            return ", ".join(_label(key, member, words) for member in value.members) or "none"
        case Text():
            return value.text


def _quantity(key: RuleKey, value: Quantity, words: Vocabulary) -> str:
    name, one = words.unit(value.unit).symbol, value.unit.replace("_", " ")
    if value.number == 1 and name.replace("s", "") == one.replace("s", ""):
        name = one  # the symbol of what is counted is its plural
    text = f"{plain(value.number)} {name}"
    if key.topic == "product_equivalency" and value.basis:
        return f"{text} = {value.basis}"
    if value.basis:
        text += f" ({value.basis})"
    if value.period:
        text += f" per {length(value.period)}"
    return text


def _plural(noun: str, one: bool) -> str:
    return noun if one or noun.endswith("s") else f"{noun}s"


def _label(key: RuleKey, member: str, words: Vocabulary) -> str:
    return words.label_of(key.topic, member)


def length(iso: str) -> str:
    """An ISO 8601 duration of one unit in words: P2Y is "2 years"."""
    body = iso.removeprefix("PT").removeprefix("P")
    number, letter = body[:-1], body[-1:]
    if not number.isdigit() or letter not in _LENGTHS or ("T" in iso and letter != "H"):
        return iso
    return f"{number} {_plural(_LENGTHS[letter], number == '1')}"


def rule_name(key: RuleKey, words: Vocabulary) -> str:
    """A rule's topic and qualifier in words: "Possession limit (patient, public place)"."""
    name = words.topic(key.topic).name
    narrowed = [words.qualifier_label(dim, given) for dim, given in key.qualifiers.items()]
    return f"{name} ({', '.join(narrowed)})" if narrowed else name


def status_word(status: Status, valid_from: date | None = None, valid_to: date | None = None) -> str:
    """The first word of every alert, with the date that belongs to it."""
    if status is Status.TEMPORARY and valid_to:
        return f"TEMPORARY until {long_date(valid_to)}"
    if status is Status.ENACTED_PENDING and valid_from:
        return f"ADOPTED, from {long_date(valid_from)}"
    return STATUS_WORDS[status]


def long_date(day: date) -> str:
    """A date that cannot be misread on either side of the ocean: 5 November 2021."""
    return f"{day.day} {day:%B %Y}"


def partial_date(day: PartialDate) -> str:
    """A date as exactly as it is known: 2014, May 2014, 29 May 2014."""
    if day.exact:
        return long_date(day.first)
    return f"{day.first:%B %Y}" if "-" in day.text else day.text


def text_of(coding: Coding) -> str:
    """Which text a value was read in, by its age: "the official text of 9 February 2019"."""
    if coding.text_date is not None:
        return f"the official text of {partial_date(coding.text_date)}"
    bound = f" (not older than {partial_date(coding.not_before)})" if coding.not_before else ""
    return f"an undated copy of the official text{bound}"


def evidence(version: Version, confirmed_at: datetime | None) -> str:
    """What a value rests on and how old that is, in words."""
    if version.level is not Level.READ and version.coding is not None:
        how = "coded" if version.level is Level.CODED else "read"
        rests = f"{how} from {text_of(version.coding)}"
        if not version.met:
            return f"{rests}, not yet confirmed by a crawl"
        return f"{rests}; its words confirmed {long_date(confirmed_at.date())}" if confirmed_at else rests
    if confirmed_at is None:
        return "not confirmed since it was recorded"
    return f"confirmed {long_date(confirmed_at.date())}"


def since(version: Version) -> str:
    """From when a version holds, in words that never show a first-seen date as an effective date."""
    coding = version.coding
    if coding is not None and coding.starts is not None:
        return f"from {partial_date(coding.starts)}"
    day = long_date(version.valid.start)
    if coding is not None and version.basis is Basis.FIRST_SEEN:
        if version.valid.start != coding.begins:
            return f"by {day} at the latest"
        if version.origin != BY_REVIEW:
            return f"as it stands in {text_of(coding)}"
    return {
        Basis.STATED: f"from {day}",
        Basis.LAST_AMENDED: f"since {day} at the latest",
        Basis.PUBLISHED: f"published {day}",
        Basis.FIRST_SEEN: f"first seen {day}; the text states no date",
    }[version.basis]


def begun(change: Change) -> str:
    """From when a change holds; one that the baseline missed lies between two readings of the text."""
    if change.after is None:
        return ""
    if not change.noticed_late:
        return since(change.after)
    known = change.before.coding.dated if change.before and change.before.coding else None
    if change.after.basis is not Basis.FIRST_SEEN or known is None:
        return f"{since(change.after)}, noticed late"
    return f"changed between {long_date(known)} and {long_date(change.observed_at.date())}"


def summary(change: Change, words: Vocabulary) -> str:
    """A change in one line (TAXONOMY 4.2)."""
    key = change.key
    name, rule = words.jurisdiction(key.jurisdiction).name, rule_name(key, words)
    before = display(key, change.before.value, words) if change.before else "not stated"
    after = display(key, change.after.value, words) if change.after else "not stated"
    begins = begun(change)
    end = long_date(change.after.valid.end) if change.after and change.after.valid.end else ""
    match change.kind:
        case Kind.RULE_ADDED:
            line = f"new rule on {rule}: {after}, {begins}"
        case Kind.SET_CHANGED:
            line = f"{rule}: {_set_difference(change, words)}, {begins}"
        case Kind.RULE_REPEALED:
            citation = change.after.passage.citation if change.after else "the text"
            line = f"{rule} repealed by {citation}, {begins}. What applies instead is not yet determined"
        case Kind.TEMPORARY_STARTED:
            line = f"until {end}, {rule} is {after} (before: {before}), {begins}"
        case Kind.TEMPORARY_EXTENDED if end:
            line = f"temporary {rule} stays {after}; it is now stated to end on {end}"
        case Kind.TEMPORARY_EXTENDED:
            line = f"{rule} stays {after}; the text no longer states an end"
        case Kind.TEMPORARY_ENDED:
            again = (
                f"{after} applies again"
                if change.after and change.after.value.state is not State.NOT_ADDRESSED
                else "the text is silent on it now"
            )
            line = f"temporary {rule} ({before}) has ended; {again}, {begins}"
        case Kind.ENACTED_PENDING:
            line = f"adopted: {rule} becomes {after}, {begins}. Until then: {before}"
        case Kind.EFFECTIVE_DATE_CHANGED if (
            change.before and change.after and change.before.value != change.after.value
        ):
            announced = long_date(change.before.valid.start)
            line = f"{rule}: {before}, announced for {announced}, is no longer announced; {after} stays"
        case Kind.EFFECTIVE_DATE_CHANGED:
            line = f"{rule}: the planned start moved; now {after}, {begins}"
        case Kind.CONFLICT_DETECTED:
            line = f"sources disagree on {rule}: {before}, and {after}. We show both"
        case Kind.CONFLICT_RESOLVED:
            line = f"sources agree again on {rule}: {after}; one had said {before}"
        case Kind.UNIT_RESTATED:
            line = f"same rule, restated: {rule} {before} = {after}"
        case Kind.RENUMBERED:
            line = f"same rule at another place: {rule}"
        case Kind.OUR_CORRECTION:
            line = f"correction: {rule}: we reported {before}; the text says {after}. No change in law"
        case _:
            line = f"{rule}: {before} → {after}, {begins}"
    if (change.kind is Kind.SET_CHANGED and end) or (change.kind is Kind.VALUE_CHANGED and end):
        line += f", until {end}"
    return f"{name}: {line}."


def _set_difference(change: Change, words: Vocabulary) -> str:
    old = set(change.before.value.members) if change.before and isinstance(change.before.value, MemberSet) else set()
    new = set(change.after.value.members) if change.after and isinstance(change.after.value, MemberSet) else set()
    parts = []
    if new - old:
        parts.append("added " + ", ".join(_label(change.key, member, words) for member in sorted(new - old)))
    if old - new:
        parts.append("removed " + ", ".join(_label(change.key, member, words) for member in sorted(old - new)))
    if not parts and change.before and change.after:
        return f"{display(change.key, change.before.value, words)} → {display(change.key, change.after.value, words)}"
    return "; ".join(parts)
