"""One assertion held against the timeline of its rule: what it means for what we believe."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import date, datetime

from tracker.domain.belief import EXPIRED, MOVED, NOTHING, Known, Sighting, Step
from tracker.domain.change import Change, Direction, Kind, Review, Severity
from tracker.domain.coded import basis_when_met, says_the_same
from tracker.domain.dates import Dates, Term
from tracker.domain.direction import direction, direction_of_new, restated, severity
from tracker.domain.overlay import lay
from tracker.domain.period import Period
from tracker.domain.provision import Amendment
from tracker.domain.rule import Assertion, Basis, Cause, Level, Passage, Status, Version
from tracker.domain.value import Bare, MemberSet, State, Value
from tracker.domain.vocabulary import Vocabulary

SILENT = Bare(state=State.NOT_ADDRESSED)
"""What the law says where it says nothing, or no longer."""


class Judge:
    """One assertion, what is known of its rule, and the day on which it is read."""

    def __init__(
        self, known: Known, read: Assertion, now: datetime, cause: Cause, words: Vocabulary, first: bool = False
    ) -> None:
        self.read, self.now, self.words, self.first = read, now, words, first
        self.today = now.date()
        self.timeline = sorted(known.versions, key=lambda version: version.valid.start)
        self.seen = known.sightings.get(read.passage.source)
        self.past = [version for version in self.timeline if version.valid.start <= self.today]
        self.ruling = self.past[-1] if self.past else None
        self.planned = [version for version in self.timeline if version.valid.start > self.today]
        self.unmet = self.ruling is not None and self.ruling.level is not Level.READ
        # A lost passage that a better reader finds again was changed by the publisher: its difference is news.
        found_again = cause is Cause.EXTRACTOR and self.seen is not None and self.seen.lost
        self.cause = Cause.SOURCE if found_again or self.unmet else cause
        told_apart = self.seen is not None or (not first and self.cause is Cause.SOURCE)
        self.dates = Dates(read, self.seen.amendments if self.seen else (), self.today, told_apart)

    def step(self) -> Step:
        """What follows from the assertion."""
        step = self._judge()
        if not step.record and not step.unproved and not self._announces() and (own := self._own_plans()):
            withdrawn = self._withdraw(own)
            step = replace(withdrawn, change=step.change or withdrawn.change)
        if self.first and self.cause is Cause.SOURCE and step.change is not None and not step.change.for_a_person:
            return replace(step, change=None)
        return step

    def _judge(self) -> Step:
        ruling = self.ruling
        if self.read.moved and ruling is not None and not self._alike(ruling.value, self.read.value):
            return MOVED
        if self.read.effective_on is not None and self._announces():
            return self._announce(self.read.effective_on)
        if ruling is None:
            return self._introduce()
        if self.cause is not Cause.SOURCE:
            return self._correct(ruling)
        if says_the_same(ruling, self.read.value):
            return self._confirm(ruling)
        return self._amend(ruling) if self._is_own(ruling) else self._answer_another(ruling)

    def sighting(self) -> Sighting:
        """What the source now says."""
        read = self.read
        under = None if read.permanent else read.underlying
        said = (read.value, read.passage, self.now, read.amendments, read.endings)
        return Sighting(read.key, read.passage.source, *said, underlying=under)

    def unproved(self) -> Sighting:
        """What the source was last seen to say, where its words prove nothing now."""
        if self.seen is not None:
            return replace(self.seen, lost=True)
        named = () if self.dates.told_apart else self.read.amendments
        return replace(self.sighting(), value=SILENT, amendments=named, lost=True)

    # ── What a reading can mean ─────────────────────────────────────────────────────────────────────────────────────

    def _introduce(self) -> Step:
        """A rule of which nothing holds yet."""
        if self.read.value == SILENT:
            return NOTHING
        term = self.dates.term(None)
        if term is None:
            return EXPIRED
        early = next((v for v in self.planned if v.value == self.read.value), None)
        fresh = self._version(term)
        if early is not None and not self._is_own(early) and self._repeats():
            return NOTHING  # told before as a conflict of dates
        if early is not None:
            dropped = [early, *self._own_plans()]
            return self._lay(fresh, Kind.EFFECTIVE_DATE_CHANGED, early, dropped, Direction.NEUTRAL)
        kind = Kind.TEMPORARY_STARTED if term.end else Kind.RULE_ADDED
        return self._lay(fresh, kind, None, self._own_plans())

    def _announce(self, start: date) -> Step:
        """A value that the text says begins later."""
        read, own = self.read, self._own_plans()
        theirs = [version for version in self.planned if version not in own]
        if any(version.value == read.value and version.valid.start == start for version in theirs):
            return NOTHING
        rival = next((v for v in theirs if v.valid.start == start or (not own and v.value == read.value)), None)
        if rival is not None:
            return NOTHING if self._repeats() else self._disagree(rival)
        end = self.dates.end_after(start, None)
        fresh = self._version(Term(start, Basis.STATED, end), Status.TEMPORARY if end else Status.ENACTED_PENDING)
        as_planned = next((version for version in own if version.value == read.value), None)
        if as_planned is None:
            return self._lay(fresh, Kind.ENACTED_PENDING, self.ruling, own)
        step = self._lay(fresh, Kind.EFFECTIVE_DATE_CHANGED, as_planned, own, Direction.NEUTRAL)
        return NOTHING if _says_the_same(step.record, as_planned) else step

    def _confirm(self, ruling: Version) -> Step:
        """The value that we hold, met again."""
        step = self._reaffirm(ruling)
        if self.unmet and not step.record and (self._is_own(ruling) or ruling.level is Level.CODED):
            return replace(step, retire=(ruling,), record=(self._met(ruling),))
        return step

    def _met(self, held: Version) -> Version:
        """A value of the baseline with the quote in which it was found."""
        read = self.read
        return replace(
            held,
            value=read.value,
            basis=basis_when_met(held),
            passage=read.passage,
            level=Level.READ,
            origin="crawl",
            coding=None,
            amendments=tuple(a.instrument for a in read.amendments),
            recorded_from=self.now,
            id="",
        )

    def _reaffirm(self, ruling: Version) -> Step:
        """What the text says of a value that stays: where it stands, and whether its end has moved."""
        if ruling.status is Status.TEMPORARY and self.read.endings:
            extended = self._extend(ruling)
            if extended is not NOTHING:
                return extended
        elif ruling.status is Status.TEMPORARY and self._is_own(ruling):
            return self._make_permanent(ruling)
        if self._own_plans():
            return NOTHING
        return self._renumber(ruling) if self._is_own(ruling) else self._agree(ruling)

    def _amend(self, ruling: Version) -> Step:
        """Another value than the one that we hold."""
        if ruling.status is Status.TEMPORARY and self._is_base():
            return self._restore(ruling)
        term = self.dates.term(ruling.valid.start)
        if term is None:
            return EXPIRED
        same_amount = restated(ruling.value, self.read.value, self.words)
        if same_amount and ruling.status is not Status.TEMPORARY:
            term = replace(term, end=None)
        if same_amount:
            kind = Kind.UNIT_RESTATED
        elif term.end and ruling.status is not Status.TEMPORARY:
            kind = Kind.TEMPORARY_STARTED
        else:
            kind = self._kind_of(ruling.value)
        return self._lay(self._version(term), kind, ruling, self._own_plans())

    def _answer_another(self, ruling: Version) -> Step:
        """Another value than one that we hold from another source: it may lag behind, be ahead, or disagree."""
        if self.read.value == SILENT or self._repeats() or self._alike(ruling.value, self.read.value):
            return NOTHING
        if ruling.value == SILENT:
            return self._amend(ruling)
        term = self.dates.term(ruling.valid.start)
        if term is None:
            return EXPIRED
        if self.seen is None:
            return self._disagree(ruling)
        if self._alike(ruling.value, self.seen.value):
            return self._amend(ruling)
        if any(self._alike(version.value, self.read.value) for version in self.past):
            return NOTHING
        return self._amend(ruling) if term.basis is Basis.STATED else self._disagree(ruling)

    def _correct(self, held: Version) -> Step:
        """The same text read better, or by a person: the law did not change."""
        if held.value == self.read.value:
            return NOTHING
        if self.cause is Cause.EXTRACTOR and not self._is_own(held):
            agreed = self._repeats() or self._alike(held.value, self.read.value)
            return NOTHING if agreed or self.read.value == SILENT else self._disagree(held)
        unseen = self._own_plans()
        status = Status.IN_FORCE if held.status is Status.REPEALED else held.status
        end = None if any(held.valid.end == version.valid.start for version in unseen) else held.valid.end
        fixed = self._version(Term(held.valid.start, held.basis, end), status)
        return self._lay(fixed, Kind.OUR_CORRECTION, held, [held, *unseen])

    # ── Temporary law ───────────────────────────────────────────────────────────────────────────────────────────────

    def _extend(self, ruling: Version) -> Step:
        """The same temporary value, perhaps with another stated end."""
        begun = self.dates.newest()
        begun = begun if begun is not None and begun.temporary else None
        old, new = ruling.valid.end, self.dates.end_after(ruling.valid.start, begun if self._is_own(ruling) else None)
        still_stated = old in {ending.ends_on for ending in self.read.endings}
        if old is None or new is None or new == old or (begun is None and still_stated):
            return NOTHING
        if new < old and (still_stated or not self._is_own(ruling)):
            return NOTHING
        start = self._start_of_extension(ruling, old, begun)
        if new <= start:
            return NOTHING
        basis = ruling.basis if start == ruling.valid.start else Basis.STATED if begun else Basis.FIRST_SEEN
        return self._prolong(ruling, Term(start, basis, new))

    def _start_of_extension(self, ruling: Version, old: date, begun: Amendment | None) -> date:
        """From when the new end counts: where nothing states it, without a gap only if none is seen."""
        if begun is None:
            return ruling.valid.start if self.today <= old else self.today
        if begun.effective_on > old:
            return begun.effective_on
        floor = max((v.valid.end for v in self.past[:-1] if v.valid.end), default=date.min)
        return max(min(begun.effective_on, ruling.valid.start), floor)

    def _make_permanent(self, ruling: Version) -> Step:
        """The value of a temporary law in a text that no longer states an end."""
        lapsed = ruling.valid.end is not None and ruling.valid.end <= self.today
        if ruling.level is Level.CODED and not lapsed:
            return NOTHING  # not every format shows an end that a person can read
        if not lapsed or ruling.basis is Basis.LAST_AMENDED:
            return self._prolong(ruling, Term(ruling.valid.start, ruling.basis))
        begun = max((a.effective_on for a in self.dates.fresh() if a.temporary is None), default=None)
        if begun is None:
            return self._prolong(ruling, Term(self.today, Basis.FIRST_SEEN))
        return self._prolong(ruling, Term(max(begun, ruling.valid.start), Basis.STATED))

    def _prolong(self, ruling: Version, term: Term) -> Step:
        """The same value for longer; silent where it was only taken for temporary because its section has a banner."""
        step = self._lay(self._version(term), Kind.TEMPORARY_EXTENDED, ruling, self._own_plans(), Direction.NEUTRAL)
        if _says_the_same(step.record, ruling):
            return NOTHING
        known = self.seen is not None and self.seen.underlying is not None
        return replace(step, change=None) if ruling.basis is Basis.LAST_AMENDED and not known else step

    def _restore(self, ruling: Version) -> Step:
        """A fresh text shows the law underneath again."""
        end = ruling.valid.end
        if end is not None and end <= self.today:
            term = Term(end, Basis.STATED)
        else:
            stated = self.dates.term(ruling.valid.start)
            term = replace(stated, end=None) if stated else Term(self.today, Basis.FIRST_SEEN)
        return self._lay(self._version(term), Kind.TEMPORARY_ENDED, ruling, self._own_plans())

    def _is_base(self) -> bool:
        """Whether the text says what held before the temporary law."""
        under = next((v.value for v in reversed(self.past) if v.status is not Status.TEMPORARY), SILENT)
        kept = self.seen.underlying if self.seen else None
        return self._alike(under, self.read.value) or (kept is not None and self._alike(kept.value, self.read.value))

    # ── Small matters ───────────────────────────────────────────────────────────────────────────────────────────────

    def _withdraw(self, own: Collection[Version]) -> Step:
        """What this source announced is no longer announced."""
        laid = lay(self.timeline, None, self.now, own)
        ruling = self.ruling or self._unrecorded(SILENT, self.read.passage)
        stays = next((v for v in laid.record if v.valid.start == ruling.valid.start), ruling)
        first = min(own, key=lambda version: version.valid.start)
        return Step(
            laid.retire, laid.record, self._change(Kind.EFFECTIVE_DATE_CHANGED, first, stays, Direction.NEUTRAL)
        )

    def _renumber(self, ruling: Version) -> Step:
        """The same words at another place."""
        seen, read = self.seen.passage if self.seen else None, self.read.passage
        if seen is None or (seen.document, seen.citation) == (read.document, read.citation):
            return NOTHING
        held = self._met(ruling) if self.unmet else ruling
        there = replace(held, passage=read, recorded_from=self.now, id="")
        change = self._change(Kind.RENUMBERED, ruling, there, Direction.NEUTRAL)
        return Step((ruling,), (there,), change if seen.place != read.place else None)

    def _agree(self, ruling: Version) -> Step:
        """Another source says the same now: news only if it disagreed, not if it lagged behind."""
        if self.seen is None or self._alike(ruling.value, self.seen.value):
            return NOTHING
        if self.seen.value == SILENT or any(self._alike(v.value, self.seen.value) for v in self.past):
            return NOTHING
        other = self._unrecorded(self.seen.value, self.seen.passage)
        return Step(change=self._change(Kind.CONFLICT_RESOLVED, other, ruling, Direction.NEUTRAL))

    def _disagree(self, held: Version) -> Step:
        other = self._unrecorded(self.read.value, self.read.passage)
        return Step(change=self._change(Kind.CONFLICT_DETECTED, held, other, Direction.UNCLEAR))

    def _unrecorded(self, value: Value, passage: Passage) -> Version:
        """What another source says, shown in a change and never believed."""
        return Version(self.read.key, value, Period(self.today), self.now, passage, Basis.FIRST_SEEN, Status.UNKNOWN)

    # ── Questions ───────────────────────────────────────────────────────────────────────────────────────────────────

    def _is_own(self, version: Version) -> bool:
        return version.passage.source == self.read.passage.source

    def _own_plans(self) -> list[Version]:
        return [version for version in self.planned if self._is_own(version)]

    def _repeats(self) -> bool:
        """Whether the source said so before."""
        return self.seen is not None and self._alike(self.seen.value, self.read.value)

    def _alike(self, one: Value, other: Value) -> bool:
        return one == other or restated(one, other, self.words)

    def _announces(self) -> bool:
        """Whether the text says from which later day its value holds, and that value is not what holds already."""
        read, ruling = self.read, self.ruling
        if read.effective_on is None or read.effective_on <= self.today:
            return False
        if ruling is None:
            return read.value != SILENT
        own = self._is_own(ruling)
        if ruling.value == read.value or (not own and self._alike(ruling.value, read.value)):
            return ruling.status is Status.TEMPORARY
        # Silence begins only where something was said.
        return read.value != SILENT or (own and self.cause is Cause.SOURCE)

    def _kind_of(self, before: Value) -> Kind:
        if before == SILENT:
            return Kind.RULE_ADDED
        if self.read.key.topic == "condition_definition":
            return Kind.DEFINITION_CHANGED
        both_sets = isinstance(before, MemberSet) and isinstance(self.read.value, MemberSet)
        return Kind.SET_CHANGED if both_sets else Kind.VALUE_CHANGED

    # ── What to write ───────────────────────────────────────────────────────────────────────────────────────────────

    def _version(self, term: Term, status: Status | None = None) -> Version:
        return Version(
            self.read.key,
            self.read.value,
            Period(term.start, term.end),
            self.now,
            self.read.passage,
            term.basis,
            status or term.status,
            amendments=tuple(a.instrument for a in self.read.amendments),
        )

    def _lay(
        self,
        fresh: Version,
        kind: Kind,
        before: Version | None,
        dropped: Collection[Version],
        toward: Direction | None = None,
    ) -> Step:
        laid = lay(self.timeline, fresh, self.now, dropped)
        if not laid.record:
            return NOTHING
        fresh = next(v for v in laid.record if v.valid.start == fresh.valid.start)
        return Step(laid.retire, laid.record, self._change(kind, before, fresh, toward))

    def _change(self, kind: Kind, before: Version | None, after: Version, toward: Direction | None = None) -> Change:
        key = self.read.key
        if toward is None and (before is None or before.value == SILENT):
            toward = direction_of_new(key, after.value, self.words)
        elif toward is None and before is not None:
            toward = direction(key, before.value, after.value, self.words)
        assert toward is not None
        weight = Severity.MINOR if kind is Kind.TEMPORARY_EXTENDED else severity(key, toward, self.words)
        gate = weight is Severity.CRITICAL and self.cause is Cause.SOURCE
        pending = after.valid.start > self.today
        change = Change(
            key,
            kind,
            self.cause,
            toward,
            weight,
            before,
            after,
            self.now,
            after.valid.start,
            after.basis,
            Status.ENACTED_PENDING if pending else after.status,
            review=Review.WAITING if gate else Review.NONE,
        )
        return replace(change, review=Review.WAITING) if change.noticed_late else change


def _says_the_same(record: Collection[Version], held: Version) -> bool:
    """Whether what would be recorded, bounded by what is planned, is there already."""
    return any((v.value, v.valid, v.status) == (held.value, held.valid, held.status) for v in record)
