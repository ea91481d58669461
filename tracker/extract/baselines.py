"""Baselines from YAML: every value checked against vocabulary, dates and the kind of text it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from difflib import get_close_matches
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tracker.content import Marked, folders, load_marked
from tracker.domain.baseline import Baseline, BaselineFile, CodedRule, Coder, OfficialText
from tracker.domain.coding import Coding, Fingerprint
from tracker.domain.partial import PartialDate
from tracker.domain.period import Period
from tracker.domain.rule import Basis, Level, Passage, RuleKey, Status, Version
from tracker.domain.value import Value
from tracker.domain.vocabulary import UnknownTerm, Vocabulary
from tracker.errors import DeclarationError
from tracker.extract.coded_values import value_of
from tracker.extract.explain import explained
from tracker.extract.replayed import Replayed, replayed_from

NAME = "baseline.yml"
_PINPOINT = re.compile(r"\d|§|\bart|\bsec", re.IGNORECASE)


@dataclass(frozen=True)
class Baselines:
    """The baselines that can be used, and what is wrong with the others."""

    found: tuple[Baseline, ...] = ()
    problems: list[DeclarationError] = field(default_factory=list)


def load_baselines(words: Vocabulary, where: Sequence[Path] | None = None) -> Baselines:
    """Every baseline below spiders/ (the operator's folders first); one that is wrong does not stop the others."""
    found: dict[str, Baseline] = {}
    problems: list[DeclarationError] = []
    for folder in folders("spiders") if where is None else where:
        for path in sorted(folder.glob(f"*/{NAME}")):
            try:
                baseline = load_baseline(path, words)
            except DeclarationError as problem:
                problems.append(problem)
                continue
            found.setdefault(baseline.jurisdiction, baseline)
    return Baselines(tuple(found[code] for code in sorted(found)), problems)


def load_baseline(path: Path, words: Vocabulary) -> Baseline:
    """One baseline; raises DeclarationError naming every mistake with file, line and field."""
    marked = load_marked(path)
    data = marked.data if isinstance(marked.data, dict) else {}
    try:
        file = BaselineFile.model_validate({key: item for key, item in data.items() if key != "replayed"})
    except ValidationError as error:
        raise DeclarationError("\n".join(explained(marked, error, BaselineFile))) from None
    replayed = _replayed(marked, data.get("replayed"), file.jurisdiction)
    if mistakes := list(_mistakes(file, path, words)):
        raise DeclarationError("\n".join(_placed(marked, mistakes)))
    versions = tuple(_version(file, rule, words) for rule in file.coded)
    versions, replayed = _merged(versions, replayed)
    if overlaps := list(_overlaps(versions, replayed)):
        raise DeclarationError("\n".join(_placed(marked, overlaps)))
    return Baseline(
        file.jurisdiction,
        sha256(marked.text.encode()).hexdigest()[:16],
        file.addresses,
        tuple(file.texts.items()),
        versions,
        replayed.versions,
        replayed.changes,
        replayed.sightings,
    )


def coded_source(jurisdiction: str, text: str) -> str:
    """The source id of a text that was coded: the declaration that reads the same text later has the same id."""
    return f"{jurisdiction.lower()}/{text}"


def _replayed(marked: Marked, rows: Any, jurisdiction: str) -> Replayed:
    """What a program wrote; whatever is wrong with it, the other baselines can be used."""
    try:
        return replayed_from(rows or {}, jurisdiction)
    except (ValueError, LookupError, TypeError) as error:
        why = error.errors()[0]["msg"] if isinstance(error, ValidationError) else repr(error)
        what = f"its rows cannot be read ({why}); write it anew with `tracker baseline write`."
        raise DeclarationError("\n".join(_placed(marked, [(("replayed",), what)]))) from None


def _merged(coded: tuple[Version, ...], replayed: Replayed) -> tuple[tuple[Version, ...], Replayed]:
    """What somebody coded from a newer text than the one that was read, and alike, only makes the reading younger."""
    newer = {version.key: version for version in coded if version.valid.end is None}
    read = []
    agreed: set[RuleKey] = set()
    for version in replayed.versions:
        other = newer.get(version.key)
        open_end = version.current and version.valid.end is None
        if other is not None and open_end and _plain(other.value) == _plain(version.value):
            agreed.add(version.key)
            version = replace(version, coding=_younger(version.coding, other.coding))
        read.append(version)
    kept = tuple(version for version in coded if version.key not in agreed)
    return kept, replace(replayed, versions=tuple(read))


def _plain(value: Value) -> Value:
    """A value without the notes that belong to it."""
    return value.model_copy(update={"attrs": {}})


def _younger(read: Coding | None, coded: Coding | None) -> Coding | None:
    if read is None or coded is None or coded.text_date is None or coded.dated <= read.dated:
        return read
    return replace(read, by=f"{read.by}; {coded.by}", on=coded.on, text_date=coded.text_date)


def _version(file: BaselineFile, rule: CodedRule, words: Vocabulary) -> Version:
    assert file.coder is not None
    text = file.texts[rule.text]
    coding = _coding(file.coder, text, rule, words)
    starts = coding.begins
    status = Status(rule.status)
    if status is Status.IN_FORCE and starts > file.coder.on:
        status = Status.ENACTED_PENDING
    return Version(
        RuleKey.of(file.jurisdiction, rule.topic, rule.qualifier),
        value_of(rule.value, words.topic(rule.topic), words),
        Period(starts, PartialDate(rule.valid_to).first if rule.valid_to else None),
        datetime.combine(file.coder.on, time(), UTC),
        Passage(
            "",
            rule.citation,
            coded_source(file.jurisdiction, rule.text),
            rule.text,
            rule.url or text.url,
            text.sha256 or "",
        ),
        Basis.STATED if coding.starts else Basis.FIRST_SEEN,
        status,
        level=Level.CODED,
        origin="coded",
        coding=coding,
    )


def _coding(coder: Coder, text: OfficialText, rule: CodedRule, words: Vocabulary) -> Coding:
    return Coding(
        coder.by,
        coder.on,
        words.source_type(text.type).id,
        PartialDate(text.date) if text.date else None,
        PartialDate(text.not_before) if text.not_before else None,
        PartialDate(rule.valid_from) if rule.valid_from else None,
        rule.confidence,
        tuple(Fingerprint(mark.sha256, mark.words) for mark in rule.passages),
        text.read_at,
        rule.note,
    )


_Mistake = tuple[tuple[str | int, ...], str]


def _mistakes(file: BaselineFile, path: Path, words: Vocabulary) -> Iterator[_Mistake]:
    if file.jurisdiction not in words.jurisdictions:
        near = get_close_matches(file.jurisdiction.upper(), words.jurisdictions, 1, 0.5)
        guess = f" (did you mean {near[0]}?)" if near else ""
        yield ("jurisdiction",), f"there is no jurisdiction {file.jurisdiction!r}{guess}."
        return
    if path.parent.name != file.jurisdiction.lower():
        yield ("jurisdiction",), f"the folder of {file.jurisdiction} is {file.jurisdiction.lower()}/."
    for number, address in enumerate(file.addresses):
        if address.type != "portal":
            yield from _in_type(("addresses", number, "type"), address.type, words)
    for name, text in file.texts.items():
        if re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) is None:
            yield ("texts", name), "the id of a text is lower-case words joined by hyphens."
        yield from _in_type(("texts", name, "type"), text.type, words)
        for known in filter(None, (text.date, text.not_before)):
            if file.coder is not None and PartialDate(known).first > file.coder.on:
                yield ("texts", name), f"the text is dated {known}, after it was coded on {file.coder.on}."
    for number, rule in enumerate(file.coded):
        for where, what in _in_rule(rule, file, words):
            yield ("coded", number, *where), what
    used = {rule.text for rule in file.coded}
    for name in file.texts:
        if name not in used:
            yield ("texts", name), "nothing is coded from this text; remove it, or list it under addresses."


def _in_type(where: tuple[str | int, ...], given: str, words: Vocabulary) -> Iterator[_Mistake]:
    try:
        words.source_type(given)
    except UnknownTerm as error:
        yield where, f"{error}; known are {', '.join(words.source_types)}."


def _in_rule(rule: CodedRule, file: BaselineFile, words: Vocabulary) -> Iterator[_Mistake]:
    try:
        topic = words.topic(rule.topic)
    except UnknownTerm as error:
        yield ("topic",), f"{error}."
        return
    for problem in words.validate_qualifier(topic.id, rule.qualifier):
        yield ("qualifier",), f"{problem}."
    try:
        value_of(rule.value, topic, words)
    except ValueError as error:
        yield ("value",), f"{error}."
    if rule.text not in file.texts:
        yield ("text",), f"there is no text {rule.text!r} under texts; there are {', '.join(file.texts) or 'none'}."
        return
    try:
        kind = words.source_type(file.texts[rule.text].type)
    except UnknownTerm:
        return
    proposed = rule.status == "proposed"
    if not kind.may_answer(topic.id) and not (proposed and kind.id == "bill"):
        yield ("topic",), f"a text of type {kind.id} cannot answer {topic.id}."
    if kind.binding and not _PINPOINT.search(rule.citation):
        yield ("citation",), f"found {rule.citation!r}; law is cited with its section or article."
    assert file.coder is not None
    begins = _coding(file.coder, file.texts[rule.text], rule, words).begins
    if rule.valid_to and PartialDate(rule.valid_to).first <= begins:
        yield ("valid_to",), f"it ends before it begins on {begins}; write from when it holds as valid_from."
    if rule.status == "temporary" and not rule.valid_to:
        yield ("status",), "temporary law ends; write the first day on which it no longer holds as valid_to."


def _overlaps(coded: Sequence[Version], replayed: Replayed) -> Iterator[_Mistake]:
    """Rules with two values on one day, among what is coded or between it and what is read."""
    places = {version.id: ("coded", number) for number, version in enumerate(coded)}
    current = [version for version in replayed.versions if version.current]
    every = sorted((*coded, *current), key=lambda version: (version.key, version.valid.start))
    for one, other in pairwise(every):
        if one.key == other.key and one.valid.overlaps(other.valid):
            said = f"two values on one day: {one.key} ({one.passage.citation}; {other.passage.citation})"
            where = places.get(other.id) or places.get(one.id) or ("replayed",)
            yield where, f"{said}; end one with valid_to, or remove it."


def _placed(marked: Marked, mistakes: Sequence[_Mistake]) -> Iterator[str]:
    for where, what in mistakes:
        yield f"{marked.path}:{marked.line(where)}: {'.'.join(map(str, where))}: {what}"
