"""What the pages show, in words: how the sources stand, the rules of a place on a day, what changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any

from tracker.domain.change import Change, Review, Severity
from tracker.domain.entry import Side, entry, one_line, web_address
from tracker.domain.rule import Cause, Level, Status
from tracker.domain.source import Source
from tracker.domain.vocabulary import Vocabulary
from tracker.domain.wording import long_date, status_word
from tracker.extract.declarations import Declarations
from tracker.services import answers
from tracker.services.brief import instead
from tracker.store import captures as runs
from tracker.store import changes as change_log
from tracker.store import queries, reviews
from tracker.store.captures import RunOutcome, SourceState
from tracker.store.changes import EVERYTHING, ChangeFilter, RecordedChange
from tracker.store.database import Connection

_FRESH = timedelta(days=30)
"""How old a confirmation may be before a page warns of it."""

_OUTCOMES = {
    RunOutcome.CHANGED: "read; its words had changed",
    RunOutcome.UNCHANGED: "read; unchanged",
    RunOutcome.HELD: "held: a person must look",
    RunOutcome.FAILED: "could not be read",
}
_REVIEWS = {
    Review.WAITING: "Critical: waits for a person before it is announced.",
    Review.ACCEPTED: "Confirmed by a person.",
    Review.REJECTED: "Rejected by a person: it is not announced.",
}
_CAUSES = {
    Cause.EXTRACTOR: "We read the same text better: no change in law.",
    Cause.REVIEW: "A person corrected us: no change in law.",
}
_MODES = {
    "override": "Applies unless a rule here replaces it.",
    "cumulative": "Applies as well.",
    "parallel": "Stands beside the rules here.",
}


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One official source and how it stands."""

    id: str
    title: str
    code: str
    place: str
    outcome: str
    trouble: bool
    reason: str
    since: datetime | None
    """When the present trouble began."""
    read_at: datetime | None
    """When it was last read with success."""
    due_at: datetime | None
    running: bool


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One jurisdiction with records."""

    code: str
    name: str
    rules: int
    last_recorded_at: datetime


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """One change with its proof."""

    id: str
    code: str
    seen_at: datetime
    status: str
    tone: str
    summary: str
    weight: str
    notes: tuple[str, ...]
    sides: tuple[Side, ...]
    """What the text says now and, where the words differ, what it said before."""


@dataclass(frozen=True, slots=True)
class Sighting:
    """What changed in one place and was seen on one day."""

    day: date
    code: str
    place: str
    rows: tuple[ChangeRow, ...]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One value of one rule with its proof."""

    scope: str
    value: str
    certain: bool
    """Whether it holds; else it is the last value known."""
    status: str
    tone: str
    when: str
    before: str
    """For temporary law: what lies under it, and whether it held before."""
    citation: str
    url: str
    quote: str
    language: str
    confirmed: str
    snapshot: str


@dataclass(frozen=True, slots=True)
class TopicBlock:
    """The rules that answer one question."""

    id: str
    name: str
    question: str
    note: str
    rules: tuple[RuleRow, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """Topics that belong together."""

    id: str
    name: str
    topics: tuple[TopicBlock, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """All that is known of one jurisdiction on a day."""

    code: str
    name: str
    hint: tuple[str, str] | None
    """Code and name of a U.S. state that people may have meant."""
    day: date
    known_at: datetime | None
    since: datetime | None
    """Since when there are records."""
    confirmed_since: datetime | None
    """The oldest confirmation among its rules."""
    unmet: int
    """Rules that no crawl of this installation has confirmed yet."""
    stale: bool
    """Whether that is long ago, and the rules of the present were asked for."""
    chapters: tuple[Chapter, ...]
    above: tuple[Chapter, ...]
    """What comes from the jurisdictions above it: one chapter for each."""
    upcoming: tuple[TopicBlock, ...]
    conflicts: tuple[TopicBlock, ...]
    gaps: tuple[str, ...]
    sources: tuple[SourceRow, ...]


class Reader:
    """Puts what is stored into words, with the vocabulary and the declarations of an installation."""

    def __init__(self, conn: Connection, words: Vocabulary, declarations: Declarations, now: datetime) -> None:
        self._conn, self._words, self._now = conn, words, now
        self._declared = declarations.sources

    def sources(self, jurisdictions: Sequence[str] | None = None) -> list[SourceRow]:
        """The declared sources, those in trouble first."""
        states = {state.id: state for state in runs.sources(self._conn)}
        wanted = [s for s in self._declared.values() if jurisdictions is None or s.jurisdiction in jurisdictions]
        rows = [self._source(source, states.get(source.id)) for source in wanted]
        return sorted(rows, key=lambda row: (not row.trouble, row.place, row.title))

    def places(self) -> list[PlaceRow]:
        """The jurisdictions with records, by name."""
        rows = [
            PlaceRow(c.jurisdiction, self._place(c.jurisdiction), c.rules, c.last_recorded_at)
            for c in queries.coverage(self._conn)
        ]
        return sorted(rows, key=lambda row: row.name)

    def last_run(self) -> datetime | None:
        """When a source was last tried, with whatever result."""
        return runs.last_finished_at(self._conn)

    def waiting(self) -> int:
        """How many things wait for a person."""
        return len(reviews.waiting(self._conn))

    def changes(self, wanted: ChangeFilter = EVERYTHING, *, limit: int, skip: int = 0) -> list[Sighting]:
        """The newest changes, those seen together in one place together."""
        rows = [self._change(each) for each in change_log.newest(self._conn, wanted, limit=limit, skip=skip)]
        together = groupby(rows, key=lambda row: (row.seen_at.astimezone(UTC).date(), row.code))
        return [Sighting(day, code, self._place(code), tuple(own)) for (day, code), own in together]

    def place(self, code: str, day: date | None, known_at: datetime | None) -> Place:
        """The rules of a jurisdiction on a day, as known at an instant."""
        words = self._words
        question = answers.Question(code, as_of=day, known_at=known_at)
        answer = answers.rules(self._conn, words, question, self._now)
        state = words.us_state_hint(code)
        shown = [*answer["rules"], *answer["guidance"], *answer["inherited"]]
        answered = {rule["topic"] for rule in shown}
        confirmed = [datetime.fromisoformat(rule["confirmed_at"]) for rule in shown if rule["confirmed_at"]]
        unmet = sum(rule["level"] != Level.READ and not rule["quote"] for rule in shown)
        oldest = None if unmet else min(confirmed, default=None)
        since = answer["recorded_since"]
        return Place(
            code=code,
            name=self._place(code),
            hint=(state, self._place(state)) if state else None,
            day=date.fromisoformat(answer["as_of"]),
            known_at=known_at,
            since=datetime.fromisoformat(since) if since else None,
            confirmed_since=oldest,
            unmet=unmet,
            stale=oldest is not None and day is None and known_at is None and self._now - oldest > _FRESH,
            chapters=tuple(self._chapters([*answer["rules"], *answer["guidance"]])),
            above=tuple(self._above(answer["inherited"])),
            upcoming=tuple(self._topics(answer["upcoming"])),
            conflicts=tuple(topic for each in answer["conflicts"] for topic in self._topics(each["rules"])),
            gaps=tuple(words.topic(gap["topic"]).name for gap in answer["gaps"] if gap["topic"] not in answered),
            sources=tuple(self.sources((code, *words.ancestors_of_jurisdiction(code)))),
        )

    # ── Sources and changes ─────────────────────────────────────────────────────────────────────────────────────────

    def _source(self, source: Source, state: SourceState | None) -> SourceRow:
        outcome = state.outcome if state else None
        trouble = outcome is not None and not outcome.well
        return SourceRow(
            id=source.id,
            title=source.title,
            code=source.jurisdiction,
            place=self._place(source.jurisdiction),
            outcome=_OUTCOMES[outcome] if outcome else "not read yet",
            trouble=trouble,
            reason=one_line(state.reason, 400).rstrip(".") if state and trouble else "",
            since=state.since if state else None,
            read_at=state.last_ok_at if state else None,
            due_at=state.next_due_at if state else None,
            running=bool(state and state.claimed_until and state.claimed_until > self._now),
        )

    def _change(self, recorded: RecordedChange) -> ChangeRow:
        change = recorded.change
        told = entry(replace(change, review=Review.NONE), self._words)
        notes = (_CAUSES.get(change.cause, ""), _REVIEWS.get(change.review, ""))
        return ChangeRow(
            id=recorded.id,
            code=change.key.jurisdiction,
            seen_at=change.observed_at,
            status=told.status,
            tone=_tone(change.status, change),
            summary=_capital(one_line(change.summary).removeprefix(f"{self._place(change.key.jurisdiction)}: ")),
            weight=_capital(f"{change.severity}: {told.direction}" if told.direction else str(change.severity)),
            notes=tuple(note for note in notes if note),
            sides=told.proof,
        )

    # ── Rules ───────────────────────────────────────────────────────────────────────────────────────────────────────

    def _chapters(self, rules: Sequence[Mapping[str, Any]]) -> Iterator[Chapter]:
        blocks = list(self._topics(rules))
        for group, name in self._words.groups.items():
            own = tuple(block for block in blocks if self._words.topic(block.id).group == group)
            if own:
                yield Chapter(group, name, own)

    def _above(self, rules: Sequence[Mapping[str, Any]]) -> Iterator[Chapter]:
        for code in dict.fromkeys(rule["inherited_from"] for rule in rules):
            own = [rule for rule in rules if rule["inherited_from"] == code]
            yield Chapter(code, self._place(code), tuple(self._topics(own)))

    def _topics(self, rules: Iterable[Mapping[str, Any]]) -> Iterator[TopicBlock]:
        by_topic: dict[str, list[Mapping[str, Any]]] = {}
        for rule in rules:
            by_topic.setdefault(rule["topic"], []).append(rule)
        for id_, own in by_topic.items():
            topic = self._words.topic(id_)
            note = _MODES.get(own[0].get("mode", ""), "")
            yield TopicBlock(id_, topic.name, topic.question, note, tuple(self._rule(rule) for rule in own))

    def _rule(self, rule: Mapping[str, Any]) -> RuleRow:
        source = self._declared.get(rule["source"])
        scope = "; ".join(self._words.qualifier_label(name, given) for name, given in rule["qualifier"].items())
        return RuleRow(
            scope=scope,
            value=one_line(rule["display"]),
            certain=rule["status"] != Status.UNKNOWN,
            status=_status(rule),
            tone=_tone(Status(rule["status"])),
            when=rule["since"],
            before=one_line(instead(rule)) if rule.get("falls_back_to") else "",
            citation=one_line(rule["citation"], 200) or "the official text",
            url=web_address(rule["url"]),
            quote=one_line(rule["quote"] or ""),
            language=source.language if source else "",
            confirmed=rule["evidence"],
            snapshot=rule["snapshot"],
        )

    def _place(self, code: str) -> str:
        known = self._words.jurisdictions.get(code)
        return known.name if known else code


def _status(rule: Mapping[str, Any]) -> str:
    end = date.fromisoformat(rule["valid_to"]) if rule["valid_to"] else None
    if rule["status"] == Status.UNKNOWN and end:
        return f"UNKNOWN: its stated end, {long_date(end)}, has passed"
    return status_word(Status(rule["status"]), date.fromisoformat(rule["valid_from"]), end)


def _tone(status: Status, change: Change | None = None) -> str:
    """The class that colours a status; the words always say it too."""
    if change is not None and change.kind == "our_correction":
        return "correction"
    return {Status.IN_FORCE: "in-force", Status.TEMPORARY: "temporary", Status.ENACTED_PENDING: "adopted"}.get(
        status, "uncertain"
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def moment(instant: datetime) -> str:
    """An instant that reads alike everywhere: 16 November 2021, 08:00 UTC."""
    there = instant.astimezone(UTC)
    return f"{long_date(there.date())}, {there:%H:%M} UTC"


def severities() -> list[tuple[str, str]]:
    """What the list of changes can be limited to."""
    return [
        (Severity.MINOR.value, "all"),
        (Severity.MAJOR.value, "major and critical"),
        (Severity.CRITICAL.value, "critical only"),
    ]
