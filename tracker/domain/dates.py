"""From when until when a value that is new to us holds, as far as its text says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.domain.provision import Amendment
from tracker.domain.rule import Assertion, Basis, Status


@dataclass(frozen=True, slots=True)
class Term:
    """From when until when a value holds, and how we know."""

    start: date
    basis: Basis
    end: date | None = None

    @property
    def status(self) -> Status:
        """Law with an end of its own is temporary."""
        return Status.TEMPORARY if self.end else Status.IN_FORCE


@dataclass(frozen=True, slots=True)
class Dates:
    """What an assertion states about time, next to what its source named before."""

    read: Assertion
    named: tuple[Amendment, ...]
    """Instruments that the text named when this source was last read."""
    today: date
    told_apart: bool
    """Whether what is not among them is new; at a first reading everything would be."""

    def fresh(self) -> list[Amendment]:
        """Instruments in force that the text did not name before; temporary ones did not make permanent law."""
        if not self.told_apart:
            return []
        new = [a for a in self.read.amendments if a not in self.named and a.effective_on <= self.today]
        return [a for a in new if a.temporary is None] if self.read.permanent else new

    def newest(self) -> Amendment | None:
        """The instrument that a change is put down to; where temporary law is among them, it may be that."""
        return max(self.fresh(), key=lambda a: (a.temporary is not None, a.effective_on), default=None)

    def term(self, after: date | None) -> Term | None:
        """When the value holds: as its newest instrument says, else as the provision states, else from today.

        `after` is when the value before it began. None where all that is stated is an end that has passed: expired
        words that are still printed prove nothing.
        """
        newest, read = self.newest(), self.read
        start, basis = self.today, Basis.FIRST_SEEN
        if newest is not None:
            start, basis = newest.effective_on, Basis.STATED
        elif read.effective_on is not None and (after is None or read.basis is Basis.STATED):
            start, basis = read.effective_on, read.basis
        if after is not None and start <= after:
            start, basis = self.today, Basis.FIRST_SEEN
        if not read.endings or (newest is not None and newest.temporary is None):
            return Term(start, basis)
        end = self.end_after(start, newest)
        return Term(start, basis, end) if end else None

    def end_after(self, start: date, begun: Amendment | None) -> date | None:
        """Which of the stated ends belongs to the value: that of the kind of instrument that is new, else the last."""
        ends = [e for e in self.read.endings if e.ends_on > start]
        own = [e.ends_on for e in ends if begun and e.kind is begun.temporary and e.ends_on > begun.effective_on]
        return max(own or [e.ends_on for e in ends], default=None)
