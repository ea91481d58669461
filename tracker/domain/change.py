"""What happened to a rule: kind, cause, direction and severity."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from hashlib import sha256

from tracker.domain.rule import BY_REVIEW, Basis, Cause, Level, RuleKey, Status, Version


class Kind(StrEnum):
    """The closed list of rule changes (PRODUCT 3, TAXONOMY 4.2)."""

    RULE_ADDED = "rule_added"
    VALUE_CHANGED = "value_changed"
    SET_CHANGED = "set_changed"
    DEFINITION_CHANGED = "definition_changed"
    RULE_REPEALED = "rule_repealed"
    TEMPORARY_STARTED = "temporary_started"
    TEMPORARY_EXTENDED = "temporary_extended"
    TEMPORARY_ENDING = "temporary_ending"
    TEMPORARY_ENDED = "temporary_ended"
    STATUS_ADVANCED = "status_advanced"
    ENACTED_PENDING = "enacted_pending"
    EFFECTIVE_DATE_CHANGED = "effective_date_changed"
    SCOPE_SPLIT = "scope_split"
    SCOPE_MERGED = "scope_merged"
    CONFLICT_DETECTED = "conflict_detected"
    CONFLICT_RESOLVED = "conflict_resolved"
    UNIT_RESTATED = "unit_restated"
    RENUMBERED = "renumbered"
    RENAMED = "renamed"
    OUR_CORRECTION = "our_correction"


QUIET_KINDS = frozenset({Kind.UNIT_RESTATED, Kind.RENUMBERED, Kind.RENAMED})
"""Recorded, never announced by default: the rule is the same."""


class TextKind(StrEnum):
    """What happened to words on which no rule rests (PRODUCT 3, `--all-text`)."""

    TEXT_CHANGED = "text_changed"
    TEXT_ADDED = "text_added"
    TEXT_REMOVED = "text_removed"
    EDITORIAL = "editorial"
    PENDING_TEXT = "pending_text"


class Direction(StrEnum):
    """What a change does to a patient's or prescriber's access."""

    EXPANDS = "expands"
    RESTRICTS = "restricts"
    MIXED = "mixed"
    NEUTRAL = "neutral"
    UNCLEAR = "unclear"


class Severity(StrEnum):
    """How much hangs on a change (TAXONOMY 4.3)."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"

    @property
    def rank(self) -> int:
        """0 for minor, 2 for critical."""
        return ("minor", "major", "critical").index(self)


class Review(StrEnum):
    """Where a change stands with a person."""

    NONE = "none"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Change:
    """One rule changed, for a cause, observed at an instant."""

    key: RuleKey
    kind: Kind
    cause: Cause
    direction: Direction
    severity: Severity
    before: Version | None
    after: Version | None
    observed_at: datetime
    valid_from: date | None
    valid_from_basis: Basis
    status: Status
    summary: str = ""
    review: Review = Review.NONE

    @property
    def noticed_late(self) -> bool:
        """Whether it lies between what the baseline knew and the first crawl: nobody may call it today's news."""
        before = self.before
        unmet = before is not None and before.level is not Level.READ and before.origin != BY_REVIEW
        met = self.after is None or self.after.level is Level.READ
        return unmet and met and self.kind not in QUIET_KINDS

    @property
    def for_a_person(self) -> bool:
        """Whether even a first reading, which says where things stand, must not bury it."""
        return self.kind is Kind.CONFLICT_DETECTED or self.noticed_late

    @property
    def id(self) -> str:
        """Deterministic: equal changes share an id across replay, export and copy."""
        parts = (
            str(self.key),
            self.kind,
            self.cause,
            self.before.id if self.before else "",
            self.after.id if self.after else "",
        )
        return sha256("\x1f".join(parts).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class TextChange:
    """Words of a provision changed; a redline says how."""

    source: str
    document: str
    citation: str
    kind: TextKind
    before: str
    after: str
    observed_at: datetime

    @property
    def id(self) -> str:
        """Deterministic, like a rule change's."""
        parts = (
            self.source,
            self.document,
            self.citation,
            self.kind,
            self.before,
            self.after,
            self.observed_at.isoformat(),
        )
        return sha256("\x1f".join(parts).encode()).hexdigest()[:16]
