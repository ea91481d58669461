"""`tracker find`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import click

from tracker.cli import context
from tracker.cli.output import emit, format_option

if TYPE_CHECKING:
    from tracker.services.workspace import Workspace

_COLUMNS = {
    "jurisdiction": "jurisdiction",
    "name": "name",
    "access": "access",
    "via": "via",
    "value": "list",
    "tests": "test",
    "prior_treatment": "prior treatment",
    "prescribers": "prescribers",
    "guidance": "guidance",
    "citation": "citation",
    "url": "url",
    "evidence": "evidence",
}


@click.command()
@click.argument("condition", nargs=-1, required=True)
@click.option("--jurisdiction", "jurisdictions", multiple=True, metavar="J", help="Only there; several times.")
@click.option("--as-of", metavar="DATE", help="On a past or coming day.")
@format_option
def command(condition: tuple[str, ...], jurisdictions: tuple[str, ...], as_of: str | None, fmt: str) -> int:
    """Where a condition gives access, with what must have been tried before, who may prescribe, and the citation.

    CONDITION is a name in English, French, German or Spanish as laws, clinicians or lay people write it.

    Example: tracker find nerve pain --jurisdiction GB --jurisdiction US-MN
    """
    from tracker.cli.find_text import show
    from tracker.services.find import find

    here = context.workspace()
    phrase = " ".join(condition)
    codes = _conditions(here, phrase)
    places = tuple(context.jurisdiction(here, each) for each in jurisdictions)
    day = context.day(as_of, "--as-of") or datetime.now(UTC).date()
    with here.database.read() as conn:
        found = {code: find(conn, here.words, code, day, places) for code in codes}
    rows = [row for each in found.values() for row in each]
    if fmt == "table":
        for code, each in found.items():
            show(each, here.words, code, phrase, day)
    elif fmt == "json":
        emit(rows, _COLUMNS, fmt)
    else:
        emit([_flat(row) for row in rows], _COLUMNS, fmt)
    return 0


def _conditions(here: Workspace, phrase: str) -> tuple[str, ...]:
    from tracker.domain.vocabulary import UnknownTerm
    from tracker.errors import UnknownName

    try:
        return here.words.conditions_named(phrase)
    except UnknownTerm as error:
        labels = [here.words.condition(code).label.lower() for code in error.nearest[:6]]
        raise UnknownName("condition", phrase, labels) from None


def _flat(row: dict[str, object]) -> dict[str, object]:
    rule = row["rule"]
    flat = dict(row)
    for name in ("tests", "prior_treatment", "prescribers", "guidance"):
        rules = row[name]
        assert isinstance(rules, list)
        flat[name] = "; ".join(dict.fromkeys(rule["display"] for rule in rules))
    if isinstance(rule, dict):
        flat |= {"value": rule["display"]} | {key: rule[key] for key in ("citation", "url", "evidence")}
    return flat
