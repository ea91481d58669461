"""A person states what the text says: another value, another scope, another day."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from tracker.domain.belief import Known, Sighting
from tracker.domain.by_person import brought_by, changed, corrected, requoted, ruling, stated, undone
from tracker.domain.change import Change, Kind, Review
from tracker.domain.coding import Coding
from tracker.domain.overlay import Laid, lay
from tracker.domain.rule import Passage, RuleKey, Version
from tracker.domain.value import Value
from tracker.domain.wording import display, rule_name
from tracker.errors import OperatorError
from tracker.extract.coded_values import value_of
from tracker.services.review import PASSAGES, By, Done, Subject, again, corrections, find, in_words, record, write
from tracker.services.stating import coding_of, passage_at, proposed
from tracker.services.workspace import Workspace
from tracker.store import changes as change_log
from tracker.store import rules
from tracker.store.database import Connection
from tracker.store.reviews import Decision


@dataclass(frozen=True)
class Statement:
    """What a person says that the text says."""

    value: str
    """A member, a duration, words, or JSON as a baseline writes a value."""
    qualifier: Mapping[str, str] | None = None
    """Where the value is for a narrower question than the one that was asked."""
    valid_from: date | None = None
    citation: str = ""


def edit(workspace: Workspace, id_: str, said: Statement, by: By) -> Done:
    """Record what a person says that the text says; raises UnknownName, or OperatorError saying what is missing."""
    with workspace.database.write() as conn:
        subject = find(conn, id_)
        key = _key(subject)
        there = key if said.qualifier is None else RuleKey.of(key.jurisdiction, key.topic, said.qualifier)
        value = _value(workspace, there, said.value)
        known = rules.known(conn, {key, there})
        passage = _passage(workspace, conn, subject, known.get(key, Known()), said)
        stating = _Stating(workspace, conn, subject, by, said, known, value, passage, there)
        done = stating.of_a_change() if subject.change else stating.of_a_passage(key)
        record(conn, subject, done, by)
    return done


def _key(subject: Subject) -> RuleKey:
    key = subject.change.change.key if subject.change else subject.item.key if subject.item else None
    if key is None:
        raise OperatorError(
            f"{subject.id} is a held run, which states no value; `tracker review show` says what to do."
        )
    return key


def _value(workspace: Workspace, key: RuleKey, written: str) -> Value:
    try:
        parsed = json.loads(written)
    except json.JSONDecodeError:
        parsed = written
    problems = workspace.words.validate_qualifier(key.topic, key.qualifiers)
    if problems:
        raise OperatorError(f"--qualifier: {problems[0]}.")
    try:
        return value_of(parsed, workspace.words.topic(key.topic), workspace.words)
    except ValueError as error:
        raise OperatorError(f"--value: {error}.") from None


def _passage(workspace: Workspace, conn: Connection, subject: Subject, held: Known, said: Statement) -> Passage:
    """The words that the value rests on: those cited, those proposed, or those that were misread."""
    change = subject.change.change if subject.change else None
    after = change.after.passage if change and change.after else None
    source_id = after.source if after else subject.item.source if subject.item else ""
    if said.citation:
        source = workspace.declarations.source(source_id)
        found = passage_at(conn, source, said.citation)
        return found or _unseen(source_id, held, after, said.citation)
    if after is not None:
        return after
    near = proposed(subject.item, held.sightings.get(source_id)) if subject.item else None
    if near is None:
        raise OperatorError("No passage is proposed; say where the text says so: --citation PROVISION.")
    return near


def _unseen(source_id: str, held: Known, after: Passage | None, citation: str) -> Passage:
    """A provision that no copy in the archive has: cited, and not quoted."""
    seen = held.sightings.get(source_id)
    last = after or (seen.passage if seen else None)
    url, document = (last.url, last.document) if last else ("", "")
    return Passage("", citation, source_id, document, url, "")


@dataclass
class _Stating:
    """One statement, held against what is known."""

    workspace: Workspace
    conn: Connection
    subject: Subject
    by: By
    said: Statement
    known: Mapping[RuleKey, Known]
    value: Value
    passage: Passage
    there: RuleKey

    def of_a_change(self) -> Done:
        """The text did change, or not, and says something else than was read."""
        assert self.subject.change is not None
        change = self.subject.change.change
        versions = self._versions(change.key)
        wrong = brought_by(versions, change)
        if wrong is None:
            where = f"`tracker history {change.key.jurisdiction} --topic {change.key.topic}`"
            raise OperatorError(f"What {change.id} brought is no longer believed; {where} shows what is.")
        told = change.review in (Review.NONE, Review.ACCEPTED)
        if change.review is Review.WAITING:
            by, reason = self.by.name.strip(), self.by.reason.strip()
            change_log.set_review(self.conn, change.id, Review.REJECTED, by, reason, self.by.at)
        if self.there != change.key:
            return self._narrowed(change)
        version = self._version(instead_of=wrong)
        laid = lay(versions, version, self.by.at, [wrong])
        before = change.before
        changes: tuple[Change, ...] = ()
        if told and version.value != wrong.value:
            changes = (in_words(self.workspace, corrected(wrong, version, self.by.at, self.workspace.words)),)
        elif not told and before is not None and before.value == version.value:
            changes = corrections(self.workspace, self.conn, change, version, self.by.at)
        elif not told:
            changes = (in_words(self.workspace, changed(before, version, self.by.at, self.workspace.words)),)
        write(self.conn, laid, changes, (), self.by.at)
        return self._done(change.summary, version, changes)

    def of_a_passage(self, key: RuleKey) -> Done:
        """The words that a value rested on are gone, and others say what holds now."""
        assert self.subject.item is not None
        if self.subject.item.kind not in PASSAGES or not self.subject.open:
            raise OperatorError(f"{self.subject.id} does not wait for a decision; it has been settled.")
        held = ruling(self._versions(key), self.by.at.date())
        if self.there != key:
            before = ruling(self._versions(self.there), self.by.at.date())
            version = self._version()
            return self._amended(before, version, lay(self._versions(self.there), version, self.by.at))
        since = self.said.valid_from
        if held is not None and held.value == self.value and since is None:
            version = requoted(held, self._cited(), self._coding(), self.by.at)
            return self._amended(held, version, Laid((held,), (version,)))
        if held is not None and since is not None and since <= held.valid.start:
            version = self._version(instead_of=held)
            laid = lay(self._versions(key), version, self.by.at, [held])
            wrong = corrected(held, version, self.by.at, self.workspace.words) if held.value != self.value else None
            return self._amended(held, version, laid, wrong)
        version = self._version()
        return self._amended(held, version, lay(self._versions(key), version, self.by.at))

    def _narrowed(self, change: Change) -> Done:
        """What was read holds for a narrower question; the rule itself did not change."""
        laid = undone(self._versions(change.key), change, self.by.at)
        assert laid is not None
        restored = again(self.known[change.key], laid, change, self.by.at)
        wrong = corrections(self.workspace, self.conn, change, restored, self.by.at)
        before = ruling(self._versions(self.there), self.by.at.date())
        version = self._version()
        other = lay(self._versions(self.there), version, self.by.at)
        both = Laid((*laid.retire, *other.retire), (*laid.record, *other.record))
        news = in_words(self.workspace, changed(before, version, self.by.at, self.workspace.words))
        write(self.conn, both, (*wrong, news), self._seen(version), self.by.at)
        return self._done(change.summary, version, (*wrong, news))

    def _amended(self, before: Version | None, version: Version, laid: Laid, said: Change | None = None) -> Done:
        """Record what a passage says now; where the value is another one, the law has changed."""
        if said is None and (before is None or before.value != version.value):
            said = changed(before, version, self.by.at, self.workspace.words)
        changes = (in_words(self.workspace, said),) if said else ()
        write(self.conn, laid, changes, self._seen(version), self.by.at)
        assert self.subject.item is not None
        return self._done(self.subject.item.reason, version, changes)

    def _version(self, instead_of: Version | None = None) -> Version:
        start, by = self.said.valid_from, (self._coding(), self.by.at)
        return stated(self.there, self.value, self._cited(), *by, start=start, instead_of=instead_of)

    def _coding(self) -> Coding:
        name, note = self.by.name.strip(), self.by.reason.strip()
        return coding_of(self.workspace, self.conn, self.passage, name, note, self.by.at, self.said.valid_from)

    def _cited(self) -> Passage:
        """The passage as the person cites it, or as we do where that says as much."""
        given = self.said.citation
        return self.passage if given in self.passage.citation else replace(self.passage, citation=given)

    def _seen(self, version: Version) -> tuple[Sighting, ...]:
        """The source says so, where its words were seen."""
        if not self.passage.quote:
            return ()
        return (Sighting(version.key, self.passage.source, version.value, self.passage, self.by.at),)

    def _versions(self, key: RuleKey) -> tuple[Version, ...]:
        return self.known.get(key, Known()).versions

    def _done(self, what: str, version: Version, changes: tuple[Change, ...]) -> Done:
        words = self.workspace.words
        shown = f"{rule_name(version.key, words)} is {display(version.key, version.value, words)}"
        rests = f" ({version.passage.citation})"
        if not changes:
            heard = "Nobody is told, because nobody was told anything else."
        elif any(change.kind is Kind.OUR_CORRECTION for change in changes):
            heard = "Those who follow the rule hear of the correction."
        elif not version.passage.quote:
            heard = "It is recorded and not announced: no copy in the archive has the words. No quote, no alert."
        else:
            heard = "Subscribers are told."
        return Done(Decision.EDITED, what, f"{shown}{rests}. {heard}", changes)
