"""`tracker review`."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from tracker.cli import context
from tracker.cli.output import emit, format_option

_COLUMNS = {"id": "id", "kind": "why", "source": "source", "since": "since", "what": "what"}


@click.group()
def command() -> None:
    """What waits for a person: critical changes, held sources, lost passages."""


@command.command(name="list")
@format_option
def list_(fmt: str) -> int:
    """Everything that waits, longest first.

    Example: tracker review list
    """
    from tracker.services import review

    rows = [
        {
            "id": each.item.id,
            "kind": each.item.kind.value,
            "source": each.item.source,
            "since": each.item.opened_at.strftime("%Y-%m-%d %H:%M"),
            "what": each.change.summary if each.change else each.item.reason,
        }
        for each in review.waiting(context.workspace())
    ]
    if fmt == "table" and not rows:
        click.echo("Nothing waits for a person.")
    else:
        emit(rows, _COLUMNS, fmt)
    return 0


@command.command()
@click.argument("id_", metavar="CHANGE")
@click.option("--by", required=True, metavar="NAME", help="Who decides.")
@click.option("--reason", required=True, help="Why; stays on record.")
def accept(id_: str, by: str, reason: str) -> int:
    """The change is real: subscribers are told.

    Example: tracker review accept 3f0c9d2b1a4e5f67 --by "M. Keller" --reason "read the official text"
    """
    return _decide(id_, "accepted", by, reason)


@command.command()
@click.argument("id_", metavar="CHANGE")
@click.option("--by", required=True, metavar="NAME", help="Who decides.")
@click.option("--reason", required=True, help="Why; stays on record.")
def reject(id_: str, by: str, reason: str) -> int:
    """The change is not real: nobody is told; it stays on record."""
    return _decide(id_, "rejected", by, reason)


def _decide(id_: str, decision: str, by: str, reason: str) -> int:
    from tracker.domain.change import Review
    from tracker.services import review

    change = review.decide(context.workspace(), id_, Review(decision), by, reason, datetime.now(UTC))
    click.echo(f"{decision.capitalize()}: {change.summary}")
    return 0
