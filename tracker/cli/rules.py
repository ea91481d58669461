"""`tracker rules`."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from tracker.cli import context
from tracker.cli.output import emit_json, format_option


@click.command()
@click.argument("jurisdiction")
@click.option("--topic", "topics", multiple=True, help="Only this topic; may be given several times.")
@click.option("--as-of", metavar="DATE", help="The rules that held on a past or coming day.")
@click.option("--known-at", metavar="TIME", help="What was known at a past time.")
@click.option("--own", is_flag=True, help="Without what the country or union above it adds.")
@click.option("--full", is_flag=True, help="Every rule with quote and address, and the gaps.")
@format_option
def command(
    jurisdiction: str,
    topics: tuple[str, ...],
    as_of: str | None,
    known_at: str | None,
    own: bool,
    full: bool,
    fmt: str,
) -> int:
    """The rules of a jurisdiction, now or on a past day.

    Example: tracker rules CA --topic possession_limit
    """
    from tracker.cli.rules_text import as_csv, show
    from tracker.services import answers

    here = context.workspace()
    question = answers.Question(
        context.jurisdiction(here, jurisdiction),
        context.topics(here, topics),
        context.day(as_of, "--as-of"),
        context.instant(known_at, "--known-at"),
        own,
    )
    now = datetime.now(UTC)
    with here.database.read() as conn:
        answer = answers.rules(conn, here.words, question, now)
    if fmt == "json":
        emit_json(answer)
    elif fmt == "csv":
        as_csv(answer)
    else:
        show(answer, here.words, full=full or bool(topics))
    return 0
