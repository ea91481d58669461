"""`tracker review`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from tracker.cli import context
from tracker.cli.output import emit, emit_json, format_option

if TYPE_CHECKING:
    from tracker.services.review import Done

_F = TypeVar("_F", bound=Callable[..., Any])
_COLUMNS = {"id": "id", "kind": "why", "source": "source", "since": "since", "what": "what"}
_DECIDED = {
    "id": "id",
    "kind": "why",
    "decision": "decision",
    "by": "by",
    "decided_at": "when",
    "reason": "reason",
    "what": "what",
}


def _by(function: _F) -> _F:
    """Give a decision its author and its reason."""
    reason = click.option("--reason", required=True, help="Why; stays on record.")
    return click.option("--by", "name", required=True, metavar="NAME", help="Who decides.")(reason(function))


@click.group()
def command() -> None:
    """What waits for a person: critical changes, held sources, lost passages."""


@command.command(name="list")
@click.option("--decided", is_flag=True, help="What people decided, newest first: who, when, why.")
@format_option
def list_(decided: bool, fmt: str) -> int:
    """Everything that waits, longest first.

    Example: tracker review list
    """
    from tracker.services import review
    from tracker.services.review_case import decision_json

    here = context.workspace()
    if decided:
        rows = [decision_json(each) for each in review.decided(here)]
    else:
        rows = [_row(each) for each in review.waiting(here)]
    if fmt == "table" and not rows:
        click.echo("Nobody has decided anything yet." if decided else "Nothing waits for a person.")
    else:
        emit(rows, _DECIDED if decided else _COLUMNS, fmt)
    return 0


@command.command()
@click.argument("id_", metavar="ID")
@click.option(
    "--format", "fmt", type=click.Choice(["text", "json"]), default="text", show_default=True, help="Of the output."
)
@click.option(
    "--save",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="FOLDER",
    help="Also write the archived copies there, as they were sent.",
)
def show(id_: str, fmt: str, save: Path | None) -> int:
    """All that is needed to decide: what was expected, what is there, the copies, and what each decision does.

    Example: tracker review show 3f0c9d2b1a4e5f67
    """
    from tracker.cli.review_text import shown
    from tracker.services.review_case import case, copies

    here = context.workspace()
    found = case(here, id_, datetime.now(UTC))
    if fmt == "json":
        emit_json(found)
    else:
        click.echo(shown(found))
    for path in copies(here, found, save) if save else ():
        click.echo(f"Saved {path}.", err=True)
    return 0


@command.command()
@click.argument("id_", metavar="ID")
@_by
def accept(id_: str, name: str, reason: str) -> int:
    """It is as it is shown.

    A change is real: subscribers are told. The proposed words are where a lost passage stands now: the value stays and
    rests on them. A held run is rightly held: nothing is believed, and it is not asked again for the same reason.

    Example: tracker review accept 3f0c9d2b1a4e5f67 --by "M. Keller" --reason "read the official text"
    """
    from tracker.services import review

    return _say(review.accept(context.workspace(), id_, review.By(name, reason, datetime.now(UTC))))


@command.command()
@click.argument("id_", metavar="ID")
@_by
def reject(id_: str, name: str, reason: str) -> int:
    """It is not as it is shown.

    A change is not real: nobody is told, and what was read before holds again. The proposed words are not the lost
    passage: it stays lost, and its value stays.

    Example: tracker review reject 3f0c9d2b1a4e5f67 --by "M. Keller" --reason "a fee, not a limit"
    """
    from tracker.services import review

    return _say(review.reject(context.workspace(), id_, review.By(name, reason, datetime.now(UTC))))


@command.command()
@click.argument("id_", metavar="ID")
@click.option("--value", required=True, metavar="JSON|MEMBER", help="What the text says, as a baseline writes it.")
@click.option(
    "--qualifier",
    "qualifiers",
    multiple=True,
    metavar="DIM=MEMBER",
    help="Where it holds for a narrower question; may be given several times.",
)
@click.option("--valid-from", metavar="DATE", help="From when, where the text says it.")
@click.option("--citation", default="", metavar="CITATION", help="Where the text says it.")
@_by
def edit(
    id_: str,
    value: str,
    qualifiers: tuple[str, ...],
    valid_from: str | None,
    citation: str,
    name: str,
    reason: str,
) -> int:
    """State what the text says; ID may also be that of a change that has been announced.

    Those who were told something else get a correction. Where the law did change, and only was read wrongly or not at
    all, they hear of the change as you state it.

    Example: tracker review edit 3f0c9d2b1a4e5f67 --value '{"number": 60, "unit": "g", "bound": "max"}'
    --valid-from 2026-11-01 --citation "s. 7(1)" --by "M. Keller" --reason "read the official text"
    """
    from tracker.services.review import By
    from tracker.services.review_edit import Statement, edit

    start = context.day(valid_from, "--valid-from")
    said = Statement(value, _dimensions(qualifiers) if qualifiers else None, start, citation.strip())
    return _say(edit(context.workspace(), id_, said, By(name, reason, datetime.now(UTC))))


def _dimensions(given: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for pair in given:
        dimension, equals, member = pair.partition("=")
        if not (dimension and equals and member):
            raise click.UsageError(f"--qualifier {pair!r} must look like age=minor.")
        found[dimension] = member
    return found


def _say(done: Done) -> int:
    click.echo(f"{done.decision.value.capitalize()}: {done.what}")
    click.echo(done.outcome)
    for change in done.changes:
        click.echo(f"  {change.summary}")
    return 0


def _row(each: Any) -> dict[str, Any]:
    item = each.item
    return {
        "id": item.id,
        "kind": item.kind.value,
        "source": item.source,
        "since": item.opened_at.strftime("%Y-%m-%d %H:%M"),
        "what": each.change.summary if each.change else item.reason,
        "jurisdiction": item.key.jurisdiction if item.key else None,
        "topic": item.key.topic if item.key else None,
        "qualifier": item.key.qualifiers if item.key else None,
        "proposal": any(trace.found for trace in item.evidence.traces),
    }
