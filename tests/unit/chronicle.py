"""A rule's whole story in a few lines: what sources said on which day, and what was believed then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache

from tracker.domain.belief import Known, Plan, Sighting
from tracker.domain.change import Change, Kind
from tracker.domain.coding import Coding
from tracker.domain.partial import PartialDate
from tracker.domain.provision import Amendment, Ending, TemporaryKind
from tracker.domain.reading import Loss, Reading, Repeal
from tracker.domain.reconcile import apply, reconcile
from tracker.domain.rule import Assertion, Basis, Cause, Level, Passage, RuleKey, Underlying, Version
from tracker.domain.timeline import Answer, as_of, believed
from tracker.domain.value import Bare, Duration, MemberSet, Quantity, State, Value
from tracker.domain.vocabulary import Vocabulary
from tracker.domain.wording import display
from tracker.extract.declarations import load_vocabulary

KEY = RuleKey("US-DC", "possession_limit", "form=dried_flower;holder=patient")
SILENT = Bare(state=State.NOT_ADDRESSED)


@cache
def words() -> Vocabulary:
    return load_vocabulary()


def day(text: str) -> date:
    return date.fromisoformat(text)


def at(text: str | datetime) -> datetime:
    """A day at noon, or an instant."""
    if isinstance(text, datetime):
        return text
    return datetime.fromisoformat(text if "T" in text else f"{text}T12:00").replace(tzinfo=UTC)


def oz(number: int | str) -> Quantity:
    return Quantity(number=Decimal(number), unit="oz", bound="max")


def grams(number: int | str) -> Quantity:
    return Quantity(number=Decimal(number), unit="g", bound="max")


def lasts(iso: str) -> Duration:
    return Duration(iso=iso)


def members(*names: str) -> MemberSet:
    return MemberSet(members=names)


def emergency(ends: str) -> Ending:
    return Ending(TemporaryKind.EMERGENCY, day(ends))


def temporary(ends: str) -> Ending:
    return Ending(TemporaryKind.TEMPORARY, day(ends))


def act(name: str, effective: str, kind: str | None = None) -> Amendment:
    return Amendment(name, day(effective), TemporaryKind(kind) if kind else None)


def passage(source: str, place: str = "§ 7-1671.03(a)", quote: str = "…") -> Passage:
    return Passage(quote, place, source, "text", f"https://law.example/{source}", "00" * 32)


def says(
    value: Value,
    *endings: Ending,
    acts: Iterable[Amendment] = (),
    since: str | None = None,
    source: str = "a",
    place: str = "§ 7-1671.03(a)",
    key: RuleKey = KEY,
    over: Value | None = None,
) -> Assertion:
    """What one source says; with acts but no day of its own, the section's last amendment dates it, as in D.C.

    `over` is what the permanent version beneath it says; what it says too has no end.
    """
    under = Underlying(over, passage(source, place)) if over is not None else None
    endings = () if over == value else endings
    acts = tuple(acts)
    amended = max((a.effective_on for a in acts), default=None)
    basis = Basis.STATED if since else Basis.LAST_AMENDED if amended else Basis.FIRST_SEEN
    start = day(since) if since else amended
    return Assertion(key, value, passage(source, place), start, basis, endings, acts, underlying=under)


def repeals(*endings: Ending, acts: Iterable[Amendment] = (), since: str | None = None, source: str = "a") -> Repeal:
    return Repeal(KEY, passage(source, quote="[Repealed]"), day(since) if since else None, endings, tuple(acts))


def misses(source: str = "a", key: RuleKey = KEY) -> tuple[str, Loss]:
    return source, Loss(key, "not found there")


Said = Assertion | Repeal | tuple[str, Loss]


class Chronicle:
    """Readings one after another, with everything that was ever believed."""

    def __init__(self) -> None:
        self.versions: list[Version] = []
        self.sightings: dict[RuleKey, dict[str, Sighting]] = {}
        self.plan = Plan()
        self.changes: list[Change] = []
        self._met: set[str] = set()

    def known(self) -> dict[RuleKey, Known]:
        keys = {version.key for version in self.versions} | self.sightings.keys()
        return {
            key: Known(tuple(v for v in self.versions if v.key == key and v.current), dict(self.sightings.get(key, {})))
            for key in keys
        }

    def would(self, when: str | datetime, *said: Said, cause: Cause = Cause.SOURCE, first: bool | None = None) -> Plan:
        """What a reading would lead to."""
        source = _source(said[0])
        reading = Reading(
            source,
            (),
            tuple(one for one in said if isinstance(one, Assertion)),
            tuple(one[1] for one in said if isinstance(one, tuple)),
            tuple(one for one in said if isinstance(one, Repeal)),
        )
        is_first = source not in self._met if first is None else first
        return reconcile(self.known(), reading, at(when), cause, words(), first=is_first)

    def on(
        self, when: str | datetime, *said: Said, cause: Cause = Cause.SOURCE, first: bool | None = None
    ) -> list[Kind]:
        """One reading of one source; returns the kinds of the changes that it brought."""
        self.plan = self.would(when, *said, cause=cause, first=first)
        self._met.add(_source(said[0]))
        self.versions = apply(self.versions, self.plan, at(when))
        for seen in self.plan.sightings:
            self.sightings.setdefault(seen.key, {})[seen.source] = seen
        self.changes += self.plan.changes
        return [change.kind for change in self.plan.changes]

    def last(self) -> Change:
        return self.changes[-1]

    def answer(self, when: str, known_at: str | None = None, key: RuleKey = KEY) -> Answer | None:
        rows = [version for version in self.versions if version.key == key]
        return as_of(rows, day(when), at(known_at) if known_at else None)

    def holds(self, when: str, known_at: str | None = None) -> str:
        """The answer in words: "8 oz, temporary" or "8 oz, unknown, was 2 oz before"."""
        found = self.answer(when, known_at)
        if found is None:
            return "nothing"
        text = f"{display(KEY, found.version.value, words())}, {found.status.value}"
        under = found.falls_back_to
        return f"{text}, was {display(KEY, under.value, words())} before" if under else text

    def story(self) -> list[str]:
        """What is believed now, one line per version."""
        return [
            f"{v.valid.start}..{v.valid.end or ''} {display(v.key, v.value, words())} {v.status.value} {v.basis.value}"
            for v in believed(self.versions, None)
        ]


def _source(said: Said) -> str:
    return said[0] if isinstance(said, tuple) else said.passage.source


def coded(
    chronicle: Chronicle, value: Value, since: str, *endings: Ending, source: str = "a", level: Level = Level.CODED
) -> None:
    """A baseline value that no crawl has met yet; one that was read from a recording also has a sighting."""
    chronicle.on(since, says(value, *endings, since=since, source=source), first=True)
    known = Coding("somebody", day(since), "act", PartialDate(since))
    chronicle.versions = [replace(v, level=level, coding=known, id="") for v in chronicle.versions]
    if level is Level.CODED:
        chronicle.sightings.clear()
    chronicle._met.clear()
