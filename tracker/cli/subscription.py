"""`tracker subscription`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tracker.cli import context
from tracker.cli.output import emit, format_option

if TYPE_CHECKING:
    from tracker.domain.subscription import Subscription

_COLUMNS = {
    "id": "id",
    "target": "target",
    "jurisdictions": "jurisdictions",
    "topics": "topics",
    "minimum": "from",
    "cadence": "how often",
    "next_due_at": "next",
    "state": "state",
}
_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

_SEVERITY = click.Choice(["minor", "major", "critical"])
_CADENCE = click.Choice(["at-once", "daily", "weekly", "monthly"])


@click.group()
def command() -> None:
    """Who wants what, how often, where."""


@command.command()
@click.option("--email", help="An e-mail address.")
@click.option("--slack", metavar="URL", help="A Slack incoming webhook.")
@click.option("--jurisdiction", "jurisdictions", multiple=True, required=True, help="May be given several times.")
@click.option("--with-children", is_flag=True, help="Also the states or provinces below them.")
@click.option("--topic", "topics", multiple=True, help="Only these topics; may be given several times.")
@click.option("--severity", type=_SEVERITY, default="major", show_default=True, help="At least this.")
@click.option("--cadence", type=_CADENCE, default="weekly", show_default=True, help="How often.")
@click.option("--weekday", type=click.Choice(_DAYS), default="monday", show_default=True, help="Of weekly digests.")
@click.option("--at", default="08:00", show_default=True, help="Local time of the digest.")
@click.option("--zone", help="Time zone; that of the first jurisdiction unless given.")
@click.option("--even-when-quiet", is_flag=True, help="Also a message when nothing changed.")
@click.option("--confirmed-by", required=True, metavar="NAME", help="Who has the subscriber's consent.")
def add(
    email: str | None,
    slack: str | None,
    jurisdictions: tuple[str, ...],
    with_children: bool,
    topics: tuple[str, ...],
    severity: str,
    cadence: str,
    weekday: str,
    at: str,
    zone: str | None,
    even_when_quiet: bool,
    confirmed_by: str,
) -> int:
    """Subscribe an e-mail address or a Slack webhook; the first digest says where things stand.

    Example: tracker subscription add --email ward@example.org --jurisdiction US-DC --confirmed-by "M. Keller"
    """
    from tracker.domain.change import Severity
    from tracker.domain.subscription import Wish
    from tracker.services import subscriptions

    if bool(email) == bool(slack):
        raise click.UsageError("Give --email or --slack, one of them.")
    here = context.workspace()
    codes = tuple(dict.fromkeys(context.jurisdiction(here, given) for given in jurisdictions))
    wish = Wish(codes, with_children, context.topics(here, topics), Severity(severity), even_when_quiet)
    rhythm = subscriptions.timing(cadence, at, zone or here.words.jurisdiction(codes[0]).timezone, weekday)
    to = subscriptions.target(here, email, slack)
    made = subscriptions.add(here, to, wish, rhythm, confirmed_by, datetime.now(UTC))
    names = ", ".join(here.words.jurisdiction(code).name for code in codes)
    click.echo(f"Subscribed {made.target.masked()} to {names}: {_rhythm(made)}. Id {made.id}.")
    click.echo("The first digest, where things stand, is due now: `tracker digest send`.")
    return 0


@command.command(name="list")
@format_option
def list_(fmt: str) -> int:
    """Every subscription, oldest first; addresses are masked.

    Example: tracker subscription list --format json
    """
    from tracker.services import subscriptions

    found = subscriptions.listed(context.workspace())
    if fmt == "table" and not found:
        click.echo("Nobody has subscribed yet.")
    else:
        emit([_row(each) for each in found], _COLUMNS, fmt)
    return 0


@command.command()
@click.argument("id_", metavar="ID")
def show(id_: str) -> int:
    """One subscription, with its full address.

    Example: tracker subscription show 5f1c09ab
    """
    from tracker.services import subscriptions

    found = subscriptions.one(context.workspace(), id_)
    for name, value in {**_row(found), "target": found.target.address, "confirmed by": found.confirmed_by}.items():
        click.echo(f"{name.replace('_', ' ')}: {value}")
    return 0


@command.command()
@click.argument("id_", metavar="ID")
def pause(id_: str) -> int:
    """Send nothing until it is resumed."""
    from tracker.services import subscriptions

    subscriptions.pause(context.workspace(), id_)
    click.echo(f"{id_} is paused; nothing is lost meanwhile.")
    return 0


@command.command()
@click.argument("id_", metavar="ID")
def resume(id_: str) -> int:
    """Send again what comes, and what was missed."""
    from tracker.services import subscriptions

    subscriptions.resume(context.workspace(), id_, datetime.now(UTC))
    click.echo(f"{id_} is active again.")
    return 0


@command.command()
@click.argument("id_", metavar="ID")
def remove(id_: str) -> int:
    """End a subscription; what has not gone out does not."""
    from tracker.services import subscriptions

    subscriptions.remove(context.workspace(), id_, datetime.now(UTC))
    click.echo(f"{id_} has ended.")
    return 0


def _row(each: Subscription) -> dict[str, str]:
    return {
        "id": each.id,
        "target": each.target.masked(),
        "jurisdictions": ", ".join(each.wish.jurisdictions) + (" and below" if each.wish.with_children else ""),
        "topics": ", ".join(each.wish.topics) or "all",
        "minimum": each.wish.minimum.value,
        "cadence": _rhythm(each),
        "next_due_at": each.next_due_at.strftime("%Y-%m-%d %H:%M UTC") if each.next_due_at else "",
        "state": "paused" if each.paused else "active" if each.confirmed_at else "unconfirmed",
    }


def _rhythm(each: Subscription) -> str:
    timing = each.timing
    if timing.cadence == "at-once":
        return "at once"
    day = f" on {_DAYS[timing.weekday].capitalize()}" if timing.cadence == "weekly" else ""
    return f"{timing.cadence.value}{day} at {timing.at:%H:%M} {timing.zone}"
