"""Where a condition gives access, on a screen: by what the law says, the clearest access first."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from datetime import date
from typing import Any

import click

from tracker.cli.output import NOTICE, printable
from tracker.domain.access import Access
from tracker.domain.rule import Level
from tracker.domain.vocabulary import Vocabulary
from tracker.domain.wording import long_date
from tracker.services.brief import age

Json = dict[str, Any]

_WIDTH = 80
_HEADS = {
    Access.LISTED: "Named in the law",
    Access.BROADER: "A broader condition that contains it is named",
    Access.DISCRETION: "The practitioner decides for which condition",
    Access.NARROWER: "Only in part, or with another condition",
    Access.CASE_BY_CASE: "Not named; a clause for other conditions may cover it",
    Access.NOT_LISTED: "Not on the list, and no clause covers it",
    Access.PROHIBITED: "No lawful access for any condition",
    Access.UNKNOWN: "Not known; that says nothing about the law",
}


def show(rows: Sequence[Json], words: Vocabulary, condition: str, phrase: str, day: date) -> None:
    """Print what `services.find` found for one condition."""
    label = words.condition(condition).label
    asked = "" if phrase.casefold() == label.casefold() else f" (asked as “{phrase}”)"
    head = textwrap.fill(f"{label}{asked}: where it gives access on {long_date(day)}", _WIDTH)
    click.echo(click.style(head, bold=True))
    if not rows:
        _say("Nothing is recorded yet.")
    for access, head in _HEADS.items():
        alike = [row for row in rows if row["access"] == access]
        if not alike:
            continue
        click.echo()
        click.echo(click.style(f"{head} ({len(alike)})", bold=True))
        if access is Access.UNKNOWN:
            _say(", ".join(row["name"] for row in alike))
            continue
        for row in alike:
            _place(row, words, access)
    guided = [row for row in rows if row["guidance"]]
    if guided:
        click.echo()
        click.echo(click.style("Guidelines, not law", bold=True))
        for row in guided:
            for rule in row["guidance"]:
                scope = _scope(rule, words, without="condition")
                _say(f"{row['name']}: {rule['display']}{scope} ({rule['citation']})")
    click.echo()
    shown = [row["rule"] for row in rows if row["rule"] is not None]
    unmet = sum(rule["level"] != Level.READ and not rule["quote"] for rule in shown)
    if unmet:
        _say(f"{unmet} of these answers rest on texts of the age that is named, not yet confirmed by a crawl.", "")
    click.echo(textwrap.fill(NOTICE, _WIDTH))


def _place(row: Json, words: Vocabulary, access: Access) -> None:
    rule = row["rule"]
    above = f", as in {words.jurisdiction(row['inherited_from']).name}" if row["inherited_from"] else ""
    via = ""
    if row["via"] and access in (Access.BROADER, Access.NARROWER, Access.CASE_BY_CASE):
        via = f": {words.label_of('qualifying_conditions', row['via']).lower()}"
    _say(f"{row['name']} ({row['jurisdiction']}){above}{via}{_scope(rule, words)}")
    for name, rules in (
        ("test", row["tests"]),
        ("before", row["prior_treatment"]),
        ("by", row["prescribers"]),
    ):
        said = list(dict.fromkeys(_brief(each["display"]) + _scope(each, words, "condition") for each in rules))
        if said:
            more = f"; and {len(said) - 2} more" if len(said) > 2 else ""
            _say(f"{name}: {'; '.join(said[:2])}{more}", "    ")
    _say(f"{rule['citation']}; {age(rule) or rule['evidence']}", "    ")


def _scope(rule: Json, words: Vocabulary, without: str = "list_role") -> str:
    named = [words.qualifier_label(dim, given).lower() for dim, given in rule["qualifier"].items() if dim != without]
    return f" ({', '.join(named)})" if named else ""


def _brief(text: str) -> str:
    return textwrap.shorten(text, 150, placeholder=" …")


def _say(line: str, indent: str = "  ") -> None:
    wrapper = textwrap.TextWrapper(_WIDTH, indent, indent + "  ", break_on_hyphens=False, break_long_words=False)
    click.echo(wrapper.fill(printable(line)))
