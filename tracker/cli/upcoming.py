"""`tracker upcoming`."""

from __future__ import annotations

import textwrap
from datetime import UTC, date, datetime
from typing import Any

import click

from tracker.cli import context
from tracker.cli.output import NOTICE, emit, format_option, printable

_COLUMNS = {
    "on": "on",
    "event": "event",
    "jurisdiction": "jurisdiction",
    "topic": "topic",
    "display": "value",
    "citation": "citation",
    "url": "url",
    "evidence": "evidence",
}
_WORDS = {"begins": "begins", "ends": "is to end", "ended": "was to end; what applies now is not known"}


@click.command()
@click.argument("jurisdictions", nargs=-1, metavar="[J]...")
@click.option("--days", default=180, show_default=True, type=click.IntRange(1, 3660), help="How far ahead to look.")
@format_option
def command(jurisdictions: tuple[str, ...], days: int, fmt: str) -> int:
    """Adopted rules that are not in force yet, and temporary law that is about to end or has ended unseen.

    Example: tracker upcoming US-DC --days 365
    """
    from tracker.services.upcoming import upcoming

    here = context.workspace()
    places = [context.jurisdiction(here, each) for each in jurisdictions]
    with here.database.read() as conn:
        rows = upcoming(conn, here.words, places, days, datetime.now(UTC))
    if fmt != "table":
        flat = [row | {name: row["rule"][name] for name in ("display", "citation", "url", "evidence")} for row in rows]
        emit(rows if fmt == "json" else flat, _COLUMNS, fmt)
        return 0
    for row in rows:
        _show(row, here.words)
    if not rows:
        click.echo(f"Nothing is known to begin or end within {days} days.")
    click.echo(textwrap.fill(NOTICE, 80))
    return 0


def _show(row: dict[str, Any], words: Any) -> None:
    from tracker.domain.rule import RuleKey
    from tracker.domain.wording import long_date, rule_name
    from tracker.services.brief import instead

    rule = row["rule"]
    key = RuleKey.of(rule["jurisdiction"], rule["topic"], rule["qualifier"])
    click.echo(click.style(f"{long_date(date.fromisoformat(row['on']))}: {row['name']}", bold=True))
    lines = [f"{rule_name(key, words)}: {rule['display']} {_WORDS[row['event']]}"]
    if rule.get("falls_back_to"):
        lines.append(instead(rule, "before it: "))
    lines.append(f"{rule['citation']}; {rule['evidence']}")
    for line in lines:
        click.echo(textwrap.fill(printable(line), 80, initial_indent="  ", subsequent_indent="    "))
    click.echo()
