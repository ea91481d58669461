"""Who wants what: adding, listing and ending subscriptions."""

from __future__ import annotations

import os
import secrets
from datetime import datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from tracker.domain.schedule import next_due
from tracker.domain.subscription import Cadence, Subscription, Target, Timing, Wish
from tracker.errors import OperatorError, UnknownName
from tracker.notify.targets import parse_email, parse_slack
from tracker.services.workspace import Workspace
from tracker.store import subscriptions as table
from tracker.store.secrets import Keys


def keys(workspace: Workspace) -> Keys:
    """What encrypts the targets: TRACKER_SECRET_KEY, or a key made once and kept in the home."""
    given = workspace.settings.secret_key
    return Keys([part for part in given.split(",") if part] if given else [_kept_key(workspace.settings.home)])


def target(workspace: Workspace, email: str | None, slack: str | None) -> Target:
    """A typed target; raises TargetRefused with the reason."""
    if email:
        return parse_email(email)
    assert slack is not None
    return parse_slack(slack, workspace.settings.allow_hosts)


def add(workspace: Workspace, to: Target, wish: Wish, timing: Timing, confirmed_by: str, now: datetime) -> Subscription:
    """Store a subscription whose consent somebody answers for by name; its first message says where things stand."""
    if not confirmed_by.strip():
        raise OperatorError("Say who has the subscriber's consent: --confirmed-by NAME.")
    if wish.even_when_quiet and timing.cadence is Cadence.AT_ONCE:
        raise OperatorError(
            "A message when nothing changed needs a rhythm: use --even-when-quiet with daily, weekly or monthly."
        )
    subscription = Subscription(
        id=secrets.token_hex(4),
        target=to,
        wish=wish,
        timing=timing,
        created_at=now,
        confirmed_at=now,
        confirmed_by=confirmed_by.strip(),
        next_due_at=now,
    )
    with workspace.database.write() as conn:
        if not table.add(conn, keys(workspace), subscription):
            raise OperatorError(f"{to.masked()} already has this subscription.")
    return subscription


def listed(workspace: Workspace) -> list[Subscription]:
    """Every subscription that has not been removed, oldest first."""
    with workspace.database.read() as conn:
        return table.listed(conn, keys(workspace))


def one(workspace: Workspace, id_: str) -> Subscription:
    """One subscription; raises UnknownName."""
    with workspace.database.read() as conn:
        found = table.get(conn, keys(workspace), id_)
    if found is None:
        raise UnknownName("subscription", id_, hint="`tracker subscription list` shows them.")
    return found


def pause(workspace: Workspace, id_: str) -> None:
    """Send nothing until it is resumed."""
    one(workspace, id_)
    with workspace.database.write() as conn:
        table.pause(conn, id_)


def resume(workspace: Workspace, id_: str, now: datetime) -> None:
    """Send again what comes and what was missed."""
    found = one(workspace, id_)
    due = now if found.covered_until is None else next_due(found.timing, now)
    with workspace.database.write() as conn:
        table.resume(conn, id_, min(due, found.next_due_at or due))


def remove(workspace: Workspace, id_: str, now: datetime) -> None:
    """End a subscription; what has not gone out does not."""
    one(workspace, id_)
    with workspace.database.write() as conn:
        table.remove(conn, id_, now)


def timing(cadence: str, at: str, zone: str, weekday: str) -> Timing:
    """A rhythm from words; raises OperatorError."""
    if zone not in available_timezones():
        from difflib import get_close_matches

        raise UnknownName("time zone", zone, get_close_matches(zone, sorted(available_timezones()), 2, 0.5))
    ZoneInfo(zone)
    try:
        hour = time.fromisoformat(at)
    except ValueError:
        raise OperatorError(f"--at {at!r} is not a time of day; write it as 08:00.") from None
    days = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return Timing(Cadence(cadence), hour, zone, days.index(weekday))


def _kept_key(home: Path) -> str:
    path = home / "secret.key"
    if not path.exists():
        home.mkdir(parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(32))
        except FileExistsError:
            pass  # another process made it first
    return path.read_text().strip()
