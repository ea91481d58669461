"""What waits for a person, and what people decide: every decision stays on record, and nothing is deleted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches

from tracker.domain.belief import Known, Plan, Sighting
from tracker.domain.by_person import corrected, requoted, ruling, undone
from tracker.domain.change import Change, Kind, Review
from tracker.domain.overlay import Laid
from tracker.domain.rule import Version
from tracker.domain.wording import display, rule_name, summary
from tracker.errors import OperatorError, UnknownName
from tracker.services.stating import coding_of, proposed
from tracker.services.workspace import Workspace
from tracker.store import changes as change_log
from tracker.store import outbox, reviews, rules
from tracker.store.changes import RecordedChange
from tracker.store.database import Connection
from tracker.store.reviews import Decided, Decision, ReviewItem, ReviewKind

LIST = "`tracker review list` shows what waits."
PASSAGES = (ReviewKind.LOST, ReviewKind.RECODE)
_NOT_BELIEVED = (Kind.CONFLICT_DETECTED, Kind.CONFLICT_RESOLVED)
"""Changes whose second side was never believed: there is nothing to take back."""


@dataclass(frozen=True)
class Waiting:
    """One thing that waits, with the change it is about where there is one."""

    item: ReviewItem
    change: Change | None


@dataclass(frozen=True)
class Done:
    """What a decision came to."""

    decision: Decision
    what: str
    """What was decided on, in words."""
    outcome: str
    """What follows, in words."""
    changes: tuple[Change, ...] = ()
    """Changes that were recorded because of it."""


@dataclass(frozen=True)
class Subject:
    """What a decision is about."""

    item: ReviewItem | None
    change: RecordedChange | None

    @property
    def id(self) -> str:
        """Its id."""
        return self.item.id if self.item else self.change.id if self.change else ""

    @property
    def open(self) -> bool:
        """Whether it waits."""
        return self.item is not None and self.item.closed_at is None


@dataclass(frozen=True)
class By:
    """Who decides, why, and when."""

    name: str
    reason: str
    at: datetime

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.reason.strip():
            raise OperatorError("A decision needs a name and a reason: --by NAME --reason TEXT.")


def waiting(workspace: Workspace) -> Sequence[Waiting]:
    """What waits for a person now, longest first."""
    with workspace.database.read() as conn:
        found = []
        for item in reviews.waiting(conn):
            recorded = change_log.change(conn, item.id)
            found.append(Waiting(item, recorded.change if recorded else None))
    return found


def decided(workspace: Workspace) -> Sequence[Decided]:
    """What people decided, the newest first."""
    with workspace.database.read() as conn:
        return reviews.decisions(conn)[::-1]


def decide(workspace: Workspace, id_: str, decision: Review, by: str, reason: str, now: datetime) -> Done:
    """Record that a person accepts or rejects; raises UnknownName, or OperatorError where that cannot be."""
    return (accept if decision is Review.ACCEPTED else reject)(workspace, id_, By(by, reason, now))


def accept(workspace: Workspace, id_: str, by: By) -> Done:
    """It is as it is shown: the change is real, the proposed words are the passage, the run is rightly held."""
    with workspace.database.write() as conn:
        subject = find(conn, id_)
        if subject.item is not None and subject.item.kind in PASSAGES:
            done = _accept_passage(workspace, conn, _still_open(subject), by)
        elif subject.item is not None and subject.item.kind is ReviewKind.HELD:
            _still_open(subject)
            outcome = "Seen; the rules keep their values, and it is asked again only if something else is wrong."
            done = Done(Decision.ACCEPTED, subject.item.reason, outcome)
        else:
            change = _still_waiting(subject)
            change_log.set_review(conn, id_, Review.ACCEPTED, by.name.strip(), by.reason.strip(), by.at)
            done = Done(Decision.ACCEPTED, change.summary, "Subscribers are told.")
        record(conn, subject, done, by)
    return done


def reject(workspace: Workspace, id_: str, by: By) -> Done:
    """It is not as it is shown: the change is not real, the proposed words are not the passage."""
    with workspace.database.write() as conn:
        subject = find(conn, id_)
        if subject.item is not None and subject.item.kind in PASSAGES:
            _still_open(subject)
            outcome = "It stays lost and keeps its value; it is asked again when something else is found."
            done = Done(Decision.REJECTED, subject.item.reason, outcome)
        elif subject.item is not None and subject.item.kind is ReviewKind.HELD:
            raise OperatorError(
                f"A held run cannot be rejected: repair the declaration of {subject.item.source}, or wait until its "
                "publisher has; `tracker review accept` says that you have seen it."
            )
        else:
            done = _reject_change(workspace, conn, _still_waiting(subject), by)
        record(conn, subject, done, by)
    return done


def find(conn: Connection, id_: str) -> Subject:
    """What an id names: something that waits or waited, or a recorded change; raises UnknownName."""
    subject = Subject(reviews.item(conn, id_), change_log.change(conn, id_))
    if subject.item is None and subject.change is None:
        known = [item.id for item in reviews.waiting(conn)]
        raise UnknownName("review item", id_, get_close_matches(id_, known, 2, 0.5), LIST)
    return subject


def in_words(workspace: Workspace, change: Change) -> Change:
    """A change with its line."""
    return replace(change, summary=summary(change, workspace.words))


def write(
    conn: Connection, laid: Laid, changes: Collection[Change], sightings: Collection[Sighting], now: datetime
) -> None:
    """Record what follows from a decision."""
    plan = Plan(laid.retire, laid.record, tuple(changes), tuple(sightings))
    rules.apply_plan(conn, plan, {each.id: each.summary for each in changes}, now)


def record(conn: Connection, subject: Subject, done: Done, by: By) -> None:
    """Keep a decision for ever."""
    item, recorded = subject.item, subject.change
    change = recorded.change if recorded else None
    version = (change.after or change.before) if change else None
    reviews.decide(
        conn,
        Decided(
            subject.id,
            item.kind if item else ReviewKind.CRITICAL,
            item.source if item else version.passage.source if version else "",
            item.key if item else change.key if change else None,
            done.what,
            item.opened_at if item else change.observed_at if change else by.at,
            done.decision,
            by.name.strip(),
            by.at,
            by.reason.strip(),
            done.outcome,
        ),
        item.evidence if item else None,
    )


def _still_open(subject: Subject) -> ReviewItem:
    assert subject.item is not None
    if not subject.open:
        how = f"it was {subject.item.decision}" if subject.item.decision else "it has been settled"
        raise OperatorError(f"{subject.id} does not wait for a decision; {how}.")
    return subject.item


def _still_waiting(subject: Subject) -> Change:
    assert subject.change is not None
    change = subject.change.change
    if change.review is not Review.WAITING:
        raise OperatorError(f"The change {subject.id} does not wait for a decision; it is {change.review.value}.")
    return change


def _accept_passage(workspace: Workspace, conn: Connection, item: ReviewItem, by: By) -> Done:
    """The proposed words are where the passage stands now; the value is the same."""
    assert item.key is not None
    known = rules.known(conn, {item.key}).get(item.key, Known())
    held, seen = ruling(known.versions, by.at.date()), known.sightings.get(item.source)
    passage = proposed(item, seen)
    if passage is None:
        raise OperatorError(f"No passage is proposed for {item.id}; say what the text says: `tracker review edit`.")
    if held is None or held.passage.source != item.source or seen is None:
        raise OperatorError(f"The value of {item.key} does not rest on {item.source}; repair its declaration.")
    coding = coding_of(workspace, conn, passage, by.name.strip(), by.reason.strip(), by.at)
    there = requoted(held, passage, replace(coding, starts=held.coding.starts if held.coding else None), by.at)
    found = Sighting(item.key, item.source, held.value, passage, by.at)
    write(conn, Laid((held,), (there,)), (), (found,), by.at)
    shown = display(item.key, held.value, workspace.words)
    outcome = f"{shown} stays and now rests on {passage.citation}; nobody is told, because the rule is the same."
    return Done(Decision.ACCEPTED, item.reason, outcome)


def _reject_change(workspace: Workspace, conn: Connection, change: Change, by: By) -> Done:
    """Nobody is told; what stood before holds again, unless no crawl had read it."""
    change_log.set_review(conn, change.id, Review.REJECTED, by.name.strip(), by.reason.strip(), by.at)
    stays = display(change.key, change.after.value, workspace.words) if change.after else "the value"
    if change.noticed_late or change.kind in _NOT_BELIEVED:
        wrong = f"`tracker review edit {change.id}` puts it right if that is wrong"
        outcome = f"Nobody is told. The rules show {stays}, as the text was read; {wrong}."
        return Done(Decision.REJECTED, change.summary, outcome if change.noticed_late else "Nobody is told.")
    known = rules.known(conn, {change.key}).get(change.key, Known())
    laid = undone(known.versions, change, by.at)
    if laid is None:
        return Done(Decision.REJECTED, change.summary, "Nobody is told; the rule has changed since.")
    restored = again(known, laid, change, by.at)
    changes = corrections(workspace, conn, change, restored, by.at)
    write(conn, laid, changes, (), by.at)
    shown = display(change.key, restored.value, workspace.words)
    told_of = f"Those who follow the rule hear that {stays} was wrong." if changes else "Nobody is told."
    name = rule_name(change.key, workspace.words)
    back = " again" if change.before is not None and change.before.value == restored.value else ""
    return Done(Decision.REJECTED, change.summary, f"{told_of} {name} is {shown}{back}.", changes)


def again(known: Known, laid: Laid, change: Change, now: datetime) -> Version:
    """What holds when a change has been taken back."""
    retired = {version.id for version in laid.retire}
    left = [*(version for version in known.versions if version.id not in retired), *laid.record]
    assert change.after is not None
    stands = ruling(left, max(change.after.valid.start, now.date()))
    assert stands is not None
    return stands


def corrections(
    workspace: Workspace, conn: Connection, change: Change, right: Version, now: datetime
) -> tuple[Change, ...]:
    """The correction that those are owed who were told of a change that was wrong; none where nobody was."""
    tellable = change.review in (Review.NONE, Review.ACCEPTED)
    if change.after is None or not (tellable or outbox.told_of_change(conn, change.id)):
        return ()
    return (in_words(workspace, corrected(change.after, right, now, workspace.words)),)
