"""`tracker changes`."""

from __future__ import annotations

import click

from tracker.cli import context
from tracker.cli.output import emit, format_option

_COLUMNS = {
    "observed_at": "observed",
    "jurisdiction": "where",
    "severity": "severity",
    "direction": "direction",
    "summary": "what changed",
    "citation": "citation",
    "review": "review",
}


@click.command()
@click.option("--jurisdiction", "jurisdictions", multiple=True, help="Only this one; may be given several times.")
@click.option("--topic", "topics", multiple=True, help="Only this topic; may be given several times.")
@click.option("--since", metavar="DATE", help="Observed on this day or later.")
@click.option("--until", metavar="DATE", help="Observed on this day or earlier.")
@click.option("--severity", type=click.Choice(["minor", "major", "critical"]), default="minor", help="At least this.")
@click.option(
    "--direction", type=click.Choice(["expands", "restricts", "mixed", "neutral", "unclear"]), help="Only this."
)
@click.option("--cause", type=click.Choice(["source", "extractor", "review"]), help="The law, our reader, or a person.")
@click.option("--all-text", is_flag=True, help="Also changes of words that changed no rule.")
@format_option
def command(
    jurisdictions: tuple[str, ...],
    topics: tuple[str, ...],
    since: str | None,
    until: str | None,
    severity: str,
    direction: str | None,
    cause: str | None,
    all_text: bool,
    fmt: str,
) -> int:
    """What changed, oldest first.

    Example: tracker changes --jurisdiction US-DC --severity major
    """
    from tracker.domain.change import Direction, Severity
    from tracker.domain.rule import Cause
    from tracker.services import answers
    from tracker.store.changes import ChangeFilter

    here = context.workspace()
    wanted = ChangeFilter(
        jurisdictions=[context.jurisdiction(here, given) for given in jurisdictions],
        topics=context.topics(here, topics),
        since=context.instant(since, "--since", end_of_day=False),
        until=context.instant(until, "--until"),
        minimum=Severity(severity),
        direction=Direction(direction) if direction else None,
        cause=Cause(cause) if cause else None,
    )
    with here.database.read() as conn:
        rows = answers.changes(conn, here.words, wanted, all_text=all_text)
    if fmt == "table" and not rows:
        click.echo("No change is recorded that fits.")
    elif fmt == "table":
        from tracker.cli.changes_text import show

        show(rows, here.words)
    else:
        emit(rows, _COLUMNS, fmt)
    return 0
