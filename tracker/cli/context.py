"""What commands share: the workspace they work in, dates and jurisdictions as people write them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from tracker.errors import OperatorError

if TYPE_CHECKING:
    from tracker.services.workspace import Workspace


def workspace() -> Workspace:
    """This installation; raises OperatorError."""
    from tracker.services.workspace import Workspace
    from tracker.settings import load_settings

    return Workspace(load_settings())


def jurisdiction(here: Workspace, given: str) -> str:
    """The code of a jurisdiction; a two-letter code is the country, and says so where a U.S. state shares it."""
    code = here.jurisdiction(given)
    state = here.words.us_state_hint(given)
    if state is not None:
        names = here.words.jurisdiction(code).name, here.words.jurisdiction(state).name
        click.echo(f"{code} is {names[0]}; for {names[1]} write {state}.", err=True)
    return code


def topics(here: Workspace, given: tuple[str, ...]) -> tuple[str, ...]:
    """Topic ids; raises UnknownName with the nearest ones."""
    from tracker.domain.vocabulary import UnknownTerm
    from tracker.errors import UnknownName

    for topic in given:
        try:
            here.words.topic(topic)
        except UnknownTerm as error:
            raise UnknownName("topic", topic, error.nearest) from None
    return given


def day(text: str | None, option: str) -> date | None:
    """A calendar day; raises OperatorError for one that does not exist."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise OperatorError(f"{option} {text!r} is not a day of the calendar; write it as 2021-11-16.") from None


def instant(text: str | None, option: str, *, end_of_day: bool = True) -> datetime | None:
    """An instant in UTC; a bare day means its end, or its beginning where a period starts. Raises OperatorError."""
    if text is None:
        return None
    if len(text) == 10:
        given = day(text, option)
        assert given is not None
        at = (23, 59, 59, 999_999) if end_of_day else (0, 0, 0, 0)
        return datetime(given.year, given.month, given.day, *at, tzinfo=UTC)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise OperatorError(f"{option} {text!r} is not a time; write it as 2021-11-16 or 2021-11-16T12:00Z.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
