"""Whatever is read in whatever order: reading twice is reading once, the past stays, and absence says nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.law import pages
from tests.law.facts import Edition
from tests.law.pages import Frame
from tests.replay import served
from tests.replay.served import Json
from tracker.domain.rule import Version
from tracker.services.workspace import Workspace
from tracker.store.captures import RunOutcome

SMALL = ("XB", "XC")
"""Histories that are read in a few hundredths of a second: a chapter with temporary law, and two pages."""

WALLS: dict[str, Callable[[Frame], bytes]] = {
    "an error page": pages.soft_404,
    "a log-in": pages.login,
    "a challenge": pages.challenge,
    "maintenance": pages.maintenance,
}

few = settings(
    max_examples=5,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow],
)


@cache
def editions(jurisdiction: str) -> list[Edition]:
    """One history, made once."""
    return served.history(jurisdiction, seed=3)


@dataclass(frozen=True)
class Walk:
    """Some editions of one history in their order, some of them met several times and others never."""

    jurisdiction: str
    numbers: tuple[int, ...]

    def __iter__(self) -> Iterator[tuple[Edition, datetime]]:
        """Each edition with an instant after that of the one before."""
        for minutes, number in enumerate(self.numbers):
            edition = editions(self.jurisdiction)[number]
            yield edition, datetime.combine(edition.date, time(), UTC) + timedelta(minutes=minutes)


@st.composite
def walks(draw: st.DrawFn, least: int = 2, most: int = 4) -> Walk:
    """Any walk of a few steps."""
    jurisdiction = draw(st.sampled_from(SMALL))
    last = len(editions(jurisdiction)) - 1
    return Walk(jurisdiction, tuple(sorted(draw(st.lists(st.integers(0, last), min_size=least, max_size=most)))))


@contextmanager
def installation() -> Iterator[Workspace]:
    """A fresh installation, taken away afterwards."""
    with TemporaryDirectory() as home:
        workspace = served.install(Path(home))
        yield workspace
        workspace.database.close()


def answers(workspace: Workspace, jurisdiction: str, day: date, known_at: datetime) -> list[Json]:
    """What holds on a day, as known at an instant."""
    shown = served.ask(workspace, jurisdiction, day, known_at)
    kept = ("topic", "qualifier", "value", "display", "status", "valid_from", "valid_from_basis", "valid_to")
    rows = [*shown["rules"], *shown["upcoming"]]
    return [{name: row[name] for name in (*kept, "recorded_from", "level", "origin")} for row in rows]


@few
@given(walks())
def test_reading_twice_is_reading_once(walk: Walk) -> None:
    with installation() as workspace:
        for edition, at in walk:
            first = served.serve(workspace, edition, at)
            believed = served.versions(workspace)
            again = served.serve(workspace, edition, at + timedelta(seconds=30))
            assert not again.changes
            assert not again.texts
            assert served.versions(workspace) == believed
            held = first.outcomes == {RunOutcome.HELD}
            assert again.outcomes == ({RunOutcome.HELD} if held else {RunOutcome.UNCHANGED})


@few
@given(walks())
def test_what_was_known_then_stays_what_was_known_then(walk: Walk) -> None:
    """Later readings add versions and say of earlier ones only since when they are no longer believed."""
    with installation() as workspace:
        told: dict[tuple[date, datetime], list[Json]] = {}
        recorded: dict[str, Version] = {}
        for edition, at in walk:
            served.serve(workspace, edition, at)
            for version in served.versions(workspace):
                was = recorded.get(version.id, replace(version, recorded_from=at, recorded_to=None))
                assert version in (was, replace(was, recorded_to=at))
                recorded[version.id] = version
            for day in (edition.date, edition.date + timedelta(days=100)):
                told[day, at] = answers(workspace, walk.jurisdiction, day, at)
        for (day, at), then in told.items():
            assert answers(workspace, walk.jurisdiction, day, at) == then


@few
@given(walks(least=3, most=5))
def test_no_rule_has_two_values_on_one_day(walk: Walk) -> None:
    with installation() as workspace:
        for edition, at in walk:
            served.serve(workspace, edition, at)
        assert not served.two_on_one_day(served.versions(workspace))


@few
@given(walks(least=1, most=2), st.data())
def test_absence_repeals_nothing(walk: Walk, data: st.DataObject) -> None:
    """Documents that vanish, and error pages that stand in their place, leave every answer as it was."""
    with installation() as workspace:
        for edition, at in walk:
            served.serve(workspace, edition, at)
        before = served.versions(workspace)
        lost = data.draw(st.sets(st.sampled_from(sorted(edition.documents)), min_size=1))
        wall = data.draw(st.sampled_from([None, *WALLS]))
        left = {name: body for name, body in edition.documents.items() if name not in lost}
        if wall:
            left |= dict.fromkeys(lost, WALLS[wall](Frame("A site", edition.date)))
        heard = served.serve(workspace, replace(edition, documents=left), at + timedelta(days=1))
        assert not heard.changes
        assert not heard.texts
        assert served.versions(workspace) == before


@few
@given(walks())
def test_the_same_history_gives_the_same_names(walk: Walk) -> None:
    names = []
    for _ in range(2):
        with installation() as workspace:
            for edition, at in walk:
                served.serve(workspace, edition, at)
            names.append(([version.id for version in served.versions(workspace)], served.change_ids(workspace)))
    assert names[0] == names[1]
