"""How much is known of each jurisdiction, as a table that fits a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

import click

from tracker.services.coverage import FURTHER, Known, Place

SHOWN = {
    "access_model": "model",
    "prescriber_class": "who",
    "qualifying_conditions": "for",
    "prior_treatment_requirement": "tried",
    "minor_access": "minor",
    "possession_limit": "hold",
    "supply_limit": "buy",
    "telehealth_authorisation": "tele",
    "insurance_reimbursement": "pays",
}
"""What people ask most, and the head of its column."""

LEGEND = (
    "r24: read by a spider in a text of 2024; R: met by a crawl of this installation. c20: coded, not by a spider, "
    "from an official text of 2020; c≥20: the copy bears no date and is not older than that. ↑: the law of the whole "
    "country. watched: declared, nothing answered yet; listed: only official addresses. *: answered in full, that is "
    f"access model, prescriber, conditions and {FURTHER} further topics, from law or the authority."
)
_PLACE, _CODE, _COUNT = 18, 7, 7
_CELLS = {topic: max(len(head), 4) + 1 for topic, head in SHOWN.items()}
"""Columns: 80 characters in all."""


def show(places: Sequence[Place]) -> None:
    """Print the table."""
    heads = "".join(head.ljust(_CELLS[topic]) for topic, head in SHOWN.items())
    click.echo(click.style(f"{'':<{_PLACE + _CODE}}{'topics':<{_COUNT}}{heads}".rstrip(), bold=True))
    for place in places:
        name = textwrap.shorten(place.name, _PLACE - 1, placeholder="…").ljust(_PLACE)
        count = f"{len(place.topics)}{'*' if place.full else ''}" if place.topics else ""
        cells = "".join(cell(place, topic).ljust(_CELLS[topic]) for topic in SHOWN) if place.topics else place.level
        click.echo(f"{name}{place.jurisdiction:<{_CODE - 1}} {count:<{_COUNT}}{cells}".rstrip())
    click.echo()
    for text in (totals(places), LEGEND, "--format csv lists every topic."):
        click.echo(textwrap.fill(text, 80))


def totals(places: Sequence[Place]) -> str:
    """The sum of it in a sentence."""
    several = sum(len(place.topics) >= FURTHER for place in places)
    full = sum(place.full for place in places)
    values = sum(bool(place.topics) for place in places)
    return (
        f"{full} jurisdictions are answered in full, {several} have at least {FURTHER} topics, {values} any value, "
        f"and {len(places)} are listed with official addresses."
    )


def cell(place: Place, topic: str) -> str:
    """The level of a topic and the year of its text."""
    known = place.known(topic)
    if known is None:
        return "↑" if topic in place.above else ""
    bound, year = ("≥", known.year[1:]) if known.year.startswith("≥") else ("", known.year)
    return f"{_letter(known)}{bound}{year[-2:]}"


def _letter(known: Known) -> str:
    return "R" if known.crawled else known.level[0]
