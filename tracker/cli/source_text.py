"""A declaration and the result of its check, in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from tracker.cli.output import printable
from tracker.domain.rule import RuleKey
from tracker.domain.wording import length, long_date, rule_name

if TYPE_CHECKING:
    from tracker.domain.source import Bounds, Case, RuleDeclaration, Source
    from tracker.domain.vocabulary import Vocabulary
    from tracker.services.check import Answer, CheckResult

_WIDTH = 79
_FORMATS = {
    "lims": "Justice Canada XML",
    "dclaw": "D.C. Law Library XML",
    "gii": "German federal law, gesetze-im-internet XML",
    "html": "a web page",
    "regulations_gov": "regulations.gov JSON",
}
_DAYS = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday", "sat": "Saturday",
    "sun": "Sunday",
}  # fmt: skip


def describe(source: Source, words: Vocabulary) -> str:
    """All that a declaration says."""
    return "\n".join(_described(source, words))


def report(result: CheckResult) -> str:
    """The answers of one example, and what is wrong with them."""
    lines = [f"{result.source}, example of {result.example}" if result.example else result.source, ""]
    for answer in result.answers:
        lines += _answered(answer)
    if result.ok:
        read = sum(not answer.missing for answer in result.answers)
        absent = len(result.answers) - read
        many = "1 rule" if read == 1 else f"{read} rules"
        lines.append(f"{many} read as expected{f', {absent} optional absent' if absent else ''}.")
    else:
        lines += [_wrapped(f"- {problem}", "  ") for problem in result.problems]
        if any("; expected.yml says" in problem for problem in result.problems):
            lines.append("Where the reading is right, correct expected.yml, or delete it to have it written again.")
    if result.watched:
        lines.append(f"{result.met} of {result.watched} values that were coded from this text have their words in it.")
    return "\n".join([*lines, ""])


def _answered(answer: Answer) -> Iterator[str]:
    if answer.missing:
        reason = "the text does not have it (optional)" if answer.optional else answer.missing
        yield _wrapped(f"{answer.name}: {reason}", "  ")
    else:
        yield _wrapped(f"{answer.name}: {answer.display}", "  ")
        yield _wrapped(f"{answer.citation}: “{answer.quote}”", "  ", first="  ")
        if answer.underlying:
            yield _wrapped(f"permanent law underneath: {answer.underlying}", "  ", first="  ")
    yield ""


def _described(source: Source, words: Vocabulary) -> Iterator[str]:
    kind = words.source_types[source.instrument.type]
    yield f"{source.id}: {source.title}"
    yield ""
    yield _field("Jurisdiction", f"{words.jurisdiction(source.jurisdiction).name} ({source.jurisdiction})")
    official = "" if source.publisher.official else " (not the authority itself)"
    yield _field("Publisher", source.publisher.name + official)
    force = "binding" if kind.binding else "not binding by itself"
    yield _field("Instrument", f"{source.instrument.title}; {kind.label.lower()}, {force}")
    yield _field("Read as", f"{_FORMATS[source.format.value]}, in {source.language}; spider {source.spider!r}")
    for document in source.documents:
        yield f"{'Address:':<14}{document.url} ({document.id})"
    if source.index:
        yield f"{'Index:':<14}{source.index.url}"
        yield _field("Documents", f"the links that match {source.index.match}")
    if source.permanent:
        yield f"{'Beneath:':<14}{source.permanent.url}"
        yield _field("Permanent", f"the links that match {source.permanent.match}")
    yield _field("Looked at", f"{_schedule(source.schedule)}; {source.delay:g} seconds between requests")
    yield _field("Licence", source.access.licence)
    yield _field("Terms", source.access.terms)
    tried = source.access.tried_live
    yield _field("Tried live", "never" if tried == "never" else f"on {long_date(tried)}")
    yield _field("Seen", source.access.notes)
    yield _field("Expected", _expected(source))
    yield _field("Notes", source.notes)
    yield ""
    if source.rules:
        yield f"It answers {len(source.rules)} questions:"
    else:
        yield "It answers no question by a pattern; what was coded from it is watched by its words."
    for rule in source.rules:
        yield ""
        key = RuleKey.of(source.jurisdiction, rule.topic, rule.qualifier)
        yield _wrapped(rule_name(key, words) + "".join(f", {note}" for note in _notes(rule)), "  ")
        cases = rule.alternatives()
        for number, case in enumerate(cases, 1):
            choice = f"{number}. " if len(cases) > 1 else ""
            yield _wrapped(choice + _how(case, rule.topic, words), "    ", first="  ")


def _field(name: str, text: str) -> str:
    return _wrapped(text or "-", " " * 14, first=f"{name + ':':<14}")


def _wrapped(text: str, indent: str, first: str = "") -> str:
    """Text within the width of a terminal."""
    return click.wrap_text(" ".join(printable(text).split()), _WIDTH, first, indent)


def _schedule(cron: str) -> str:
    minute, hour, *date, days = cron.split()
    if date != ["*", "*"] or not minute.isdigit() or not hour.isdigit():
        return f"{cron} (UTC)"
    for short, name in _DAYS.items():
        days = days.replace(short, name)
    when = "every day" if days == "*" else days.replace("-", " to ").replace(",", ", ")
    return f"{when} at {int(hour):02}:{int(minute):02} UTC"


def _expected(source: Source) -> str:
    expect = source.expect
    parts = [
        text
        for name, bounds in (("provisions", expect.provisions), ("documents", expect.documents))
        if (text := _bounds(name, bounds))
    ]
    parts += [f"the words “{phrase}”" for phrase in expect.phrases]
    return "; ".join(parts)


def _bounds(name: str, bounds: Bounds) -> str:
    if bounds.max is not None:
        return f"{bounds.min} to {bounds.max} {name}"
    return f"at least {bounds.min} {name}" if bounds.min > 1 else ""


def _notes(rule: RuleDeclaration) -> Iterator[str]:
    if rule.optional:
        yield "optional"
    if rule.since:
        yield f"for texts of {long_date(rule.since)} or later"
    if rule.until:
        yield f"for texts before {long_date(rule.until)}"


def _how(case: Case, topic: str, words: Vocabulary) -> str:
    """Where a case looks, for what, and what it takes it to mean."""
    where = " or ".join(case.places) or "anywhere"
    if case.table is not None:
        looked = f"column {case.table.column} of the row “{case.table.row}”"
    elif case.items:
        looked = "each item"
    else:
        looked = f"“{case.find}”"
    meaning = _meaning(case, topic, words)
    return f"{where}: {looked}" + (f" → {meaning}" if meaning else "")


def _meaning(case: Case, topic: str, words: Vocabulary) -> str:
    parts: list[str] = []
    if case.state.value != "stated":
        parts.append(case.state.value.replace("_", " "))
    elif case.member:
        parts.append(words.label_of(topic, case.member))
    elif case.members and not case.items and "{terms}" not in (case.find or ""):
        parts.append(", ".join(words.label_of(topic, member) for member in case.members.values()))
    elif case.members:
        terms = (f"{phrase} = {words.label_of(topic, member)}" for phrase, member in case.members.items())
        parts.append("; ".join(terms))
    elif case.iso:
        parts.append(length(case.iso))
    if case.combine:
        parts.append(f"the {'lesser' if case.combine == 'min' else 'greater'} of both")
    if case.bound:
        parts.append("at most" if case.bound == "max" else "at least")
    if case.period:
        parts.append(f"per {length(case.period)}")
    if case.basis:
        parts.append(f"basis: {case.basis}")
    parts += [f"{name.replace('_', ' ')}: {text}" for name, text in case.attrs.items()]
    return ", ".join(parts)
