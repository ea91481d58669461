"""`tracker history`."""

from __future__ import annotations

import click

from tracker.cli import context
from tracker.cli.output import emit, format_option

_COLUMNS = {
    "topic": "topic",
    "qualifier": "qualifier",
    "display": "value",
    "status": "status",
    "valid_from": "valid from",
    "valid_to": "valid to",
    "recorded_from": "believed from",
    "recorded_to": "believed until",
    "citation": "citation",
}


@click.command()
@click.argument("jurisdiction")
@click.option("--topic", "topics", multiple=True, help="Only this topic; may be given several times.")
@format_option
def command(jurisdiction: str, topics: tuple[str, ...], fmt: str) -> int:
    """Every version of a jurisdiction's rules: when it held, and when we believed so.

    Example: tracker history US-DC --topic possession_limit
    """
    from tracker.services import answers

    here = context.workspace()
    code = context.jurisdiction(here, jurisdiction)
    with here.database.read() as conn:
        rows = answers.history(conn, here.words, code, context.topics(here, topics))
    if fmt == "table" and not rows:
        click.echo(f"Nothing is recorded for {here.words.jurisdiction(code).name}.")
    else:
        emit(rows, _COLUMNS, fmt)
    return 0
