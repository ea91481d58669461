"""What waits for a person, and what people decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches

from tracker.domain.change import Change, Review
from tracker.errors import OperatorError, UnknownName
from tracker.services.workspace import Workspace
from tracker.store import changes as change_log
from tracker.store import reviews
from tracker.store.reviews import ReviewItem


@dataclass(frozen=True)
class Waiting:
    """One thing that waits, with the change it is about where there is one."""

    item: ReviewItem
    change: Change | None


def waiting(workspace: Workspace) -> Sequence[Waiting]:
    """What waits for a person now, longest first."""
    with workspace.database.read() as conn:
        found = []
        for item in reviews.waiting(conn):
            recorded = change_log.change(conn, item.id)
            found.append(Waiting(item, recorded.change if recorded else None))
    return found


def decide(workspace: Workspace, id_: str, decision: Review, by: str, reason: str, now: datetime) -> Change:
    """Record a person's decision on a critical change; raises UnknownName, or OperatorError where it was decided."""
    if not by.strip() or not reason.strip():
        raise OperatorError("A decision needs a name and a reason: --by NAME --reason TEXT.")
    with workspace.database.write() as conn:
        recorded = change_log.change(conn, id_)
        if recorded is None:
            known = [item.id for item in reviews.waiting(conn)]
            raise UnknownName("change", id_, get_close_matches(id_, known, 2, 0.5), "`tracker review list` shows them.")
        if recorded.change.review is not Review.WAITING:
            raise OperatorError(f"The change {id_} does not wait for a decision; it is {recorded.change.review.value}.")
        change_log.set_review(conn, id_, decision, by.strip(), reason.strip(), now)
    return recorded.change
