"""`tracker compare`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from tracker.cli import context
from tracker.cli.output import emit, emit_json, format_option
from tracker.domain.vocabulary import Vocabulary


@click.command()
@click.argument("jurisdictions", nargs=-1, required=True, metavar="J J...")
@click.option("--topic", "topics", multiple=True, help="Only this topic; may be given several times.")
@click.option("--as-of", metavar="DATE", help="The rules that held on a past or coming day.")
@format_option
def command(jurisdictions: tuple[str, ...], topics: tuple[str, ...], as_of: str | None, fmt: str) -> int:
    """The rules of several jurisdictions side by side: topics down, jurisdictions across.

    A table on a narrow terminal shows the places below each other; --format csv gives the whole matrix.

    Example: tracker compare GB DE CA US-MN
    """
    from tracker.cli.compare_text import show
    from tracker.services.compare import compare

    here = context.workspace()
    codes = list(dict.fromkeys(context.jurisdiction(here, each) for each in jurisdictions))
    chosen = context.topics(here, topics)
    day = context.day(as_of, "--as-of")
    with here.database.read() as conn:
        found = compare(conn, here.words, codes, chosen, day, datetime.now(UTC))
    if fmt == "json":
        emit_json(found)
    elif fmt == "csv":
        rows = [
            {"topic": row["topic"]} | {code: _said(cell, here.words) for code, cell in row["cells"].items()}
            for row in found["rows"]
        ]
        emit(rows, {"topic": "topic"} | {code: code for code in codes}, fmt)
    else:
        show(found, here.words)
    return 0


def _said(cell: list[dict[str, Any]], words: Vocabulary) -> str:
    from tracker.services.brief import scope

    said = [(rule, scope(rule, words)) for rule in cell]
    return "; ".join(
        dict.fromkeys(f"{rule['display']}{f', for {whom}' if whom else ''} ({_proof(rule)})" for rule, whom in said)
    )


def _proof(rule: dict[str, Any]) -> str:
    from tracker.services.brief import age

    return "; ".join(filter(None, (rule["citation"], age(rule))))
