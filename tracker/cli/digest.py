"""`tracker digest`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import click

from tracker.cli import context

_ONE_WEEK = timedelta(days=7)


@click.group()
def command() -> None:
    """Preview digests, or send what is due."""


@command.command()
@click.argument("id_", metavar="[SUBSCRIPTION]", required=False)
@click.option("--jurisdiction", "jurisdictions", multiple=True, help="Instead of a subscription: these places.")
@click.option("--topic", "topics", multiple=True, help="Only these topics.")
@click.option(
    "--severity",
    type=click.Choice(["minor", "major", "critical"]),
    default="major",
    show_default=True,
    help="At least this.",
)
@click.option("--since", metavar="DATE", help="First day of the period; a week ago unless given.")
@click.option("--until", metavar="DATE", help="Last day of the period; today unless given.")
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write .eml, .html, .txt and Slack .json into this folder."
)
def preview(
    id_: str | None,
    jurisdictions: tuple[str, ...],
    topics: tuple[str, ...],
    severity: str,
    since: str | None,
    until: str | None,
    out: Path | None,
) -> int:
    """Compose a digest without storing or sending it; prints its text part.

    Example: tracker digest preview --jurisdiction US-DC --since 2021-11-01 --until 2021-11-30
    """
    from tracker.domain.change import Severity
    from tracker.domain.subscription import Wish
    from tracker.services import digest, subscriptions

    here = context.workspace()
    if bool(id_) == bool(jurisdictions):
        raise click.UsageError("Name a subscription, or give --jurisdiction.")
    if id_:
        wish = subscriptions.one(here, id_).wish
    else:
        codes = tuple(context.jurisdiction(here, given) for given in jurisdictions)
        wish = Wish(codes, topics=context.topics(here, topics), minimum=Severity(severity))
    last = context.instant(until, "--until") or datetime.now(UTC)
    first = context.instant(since, "--since", end_of_day=False) or last - _ONE_WEEK
    _, message = digest.preview(here, wish, first, last, id_ or "preview")
    if out is None:
        click.echo(f"Subject: {message.subject}\n")
        click.echo(message.text)
        return 0
    from tracker.notify import files
    from tracker.notify.delivery import Delivery

    settings = here.settings
    attempt = Delivery("preview", last, settings.sender, settings.reply_to)
    for path in files.write(out, "digest", message, attempt, "reader@example.org"):
        click.echo(path)
    return 0


@command.command()
def send() -> int:
    """Compose what is due and hand it over: e-mail through TRACKER_SMTP_URL, Slack to the webhook.

    Without a mail server e-mails are written into the outbox folder of the home. Exit code 1: a delivery failed.

    Example: tracker digest send
    """
    from tracker.services import digest

    here = context.workspace()
    now = datetime.now(UTC)
    due = digest.compose_due(here, now)
    sent = digest.deliver_due(here, datetime.now(UTC))
    failed = 0
    for each in sent:
        if each.folder:
            click.echo(f"{each.to}: written to {each.folder}: {each.subject}")
        elif each.outcome.state == "sent":
            click.echo(f"{each.to}: sent: {each.subject}")
        else:
            failed += 1
            again = "" if each.outcome.state == "permanent" else "; it is tried again later"
            click.echo(f"{each.to}: not sent: {each.outcome.detail}{again}")
    if any(each.folder for each in sent):
        click.echo(
            "No mail server is set: set TRACKER_SMTP_URL (smtp://user:password@host:587) to send e-mail.", err=True
        )
    if not sent:
        click.echo("Nothing to send." if not due else "Nothing has changed for those who are due; nothing is sent.")
    return int(failed > 0)
