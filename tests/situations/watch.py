"""Serves every situation, crawls it as an installation does on schedule, and notes what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

from structlog.testing import capture_logs

from tests.integration.loopback_site import Site
from tests.situations.cases import ALL, DECLARATIONS, Situation
from tracker.domain.capture import Capture
from tracker.domain.change import Review, Severity
from tracker.domain.subscription import Cadence, Timing, Wish
from tracker.notify.targets import parse_email
from tracker.services import digest, review, subscriptions
from tracker.services.ingest import RunReport
from tracker.services.schedule import crawl_due
from tracker.services.workspace import Workspace
from tracker.settings import Settings
from tracker.store import captures as runs
from tracker.store import queries, reviews
from tracker.store.captures import SourceState

STAGES = ("before", "after", "after", "before")
"""What stands at the addresses, crawl by crawl."""
PLACES = {each.name: f"XS-{number:02}" for number, each in enumerate(ALL, 1)}
"""A place for each situation, so that none says anything about the rules of another."""
PLACE = "  {code}: {{name: Situation {code}, parent: {parent}, kind: {kind}, timezone: Etc/UTC, languages: [en]}}\n"
DECLARATION = """\
title: Rules for patients
jurisdiction: {place}
publisher: {{name: An invented office}}
instrument: {{title: Rules for patients, short: Patient Rules, type: regulation}}
spider: page
format: html
language: en
documents: [{{id: rules, url: "{url}"}}]
schedule: 41 4 * * *
delay: 0
access: {{licence: invented, terms: invented, tried_live: never}}
"""


@dataclass(frozen=True)
class Look:
    """What one crawl of one situation brought."""

    report: RunReport
    state: SourceState
    captures: tuple[Capture, ...]
    believed: frozenset[tuple[object, ...]]
    """What is believed of the place: rule, value, when it holds, status."""
    told: tuple[str, ...]
    """The subjects of the messages that the place's subscriber got."""
    waiting: int
    """Things that wait for a person."""
    again_in: timedelta
    """How long until the source is due again."""
    warned: tuple[str, ...]
    """What the log warned of, which is how an operator hears of it."""


@dataclass(frozen=True)
class Seen:
    """A situation and what was made of it, crawl by crawl."""

    situation: Situation
    first: Look
    after: Look
    again: Look
    """The same once more."""
    back: Look
    """What stood there at first stands there again."""
    kept: bool
    """Whether the archive has every page that arrived."""


def watch(home: Path) -> list[Seen]:
    """Every situation: as it was, as it is, the same once more, and as it was again."""
    with ExitStack() as until_the_end:
        watcher = _Watcher(home, until_the_end)
        looks: list[dict[str, Look]] = []
        for stage in STAGES:
            watcher.show(stage)
            looks.append(watcher.crawl())
            if len(looks) == 1:
                watcher.subscribe()
        return [_seen(each, watcher, looks) for each in ALL]


def _seen(situation: Situation, watcher: _Watcher, looks: list[dict[str, Look]]) -> Seen:
    first, after, again, back = (look[situation.name] for look in looks)
    return Seen(situation, first, after, again, back, kept=watcher.has(after))


class _Watcher:
    """An installation whose sources are the situations, and their sites."""

    def __init__(self, home: Path, until_the_end: ExitStack) -> None:
        shared = until_the_end.enter_context(Site("127.0.0.1", {}))
        self.sites = {
            each.name: until_the_end.enter_context(Site(f"127.0.0.{number}", {})) if each.alone else shared
            for number, each in enumerate(ALL, 100)
        }
        _declare(home, self.sites)
        hosts = tuple(sorted({f"{site.host}:{site.server_port}" for site in self.sites.values()}))
        self.here = Workspace(Settings(home=home, only_own_sources=True, allow_hosts=hosts, crawl_delay=0.0))
        assert not self.here.declarations.problems, self.here.declarations.problems
        until_the_end.callback(lambda: self.here.database.close())
        self._letters: set[Path] = set()

    def show(self, stage: str) -> None:
        """Let the sites answer as they did before, or as they do after."""
        for each in ALL:
            self.sites[each.name].answers |= {_path(each): getattr(each, stage), **each.elsewhere}

    def subscribe(self) -> None:
        """One reader for each place, who wants everything at once and has been told where things stand."""
        for place in PLACES.values():
            to, wish = parse_email(f"{place.lower()}@ward.example"), Wish((place,), minimum=Severity.MINOR)
            subscriptions.add(self.here, to, wish, Timing(Cadence.AT_ONCE), "tests", datetime.now(UTC))
        assert len(self._deliver()) == len(ALL)

    def crawl(self) -> dict[str, Look]:
        """One crawl of everything that is due, which is everything; a person's decisions; and the digests."""
        now = datetime.now(UTC)
        with self.here.database.write() as conn:
            runs.set_due(conn, {_source(each): now for each in ALL})
        with capture_logs() as logged:
            reports = {report.source: report for report in crawl_due(self.here)}
        warned: dict[str, list[str]] = {}
        for line in logged:
            warned.setdefault(line["source"], []).append(line["event"])
        with self.here.database.read() as conn:
            waiting = [item.source for item in reviews.waiting(conn)]
        for each in review.waiting(self.here):
            if each.change is not None:
                review.decide(self.here, each.item.id, Review.ACCEPTED, "tests", "read", datetime.now(UTC))
        told = self._deliver()
        return {
            each.name: self._look(
                each,
                reports[_source(each)],
                waiting.count(_source(each)),
                tuple(told.get(PLACES[each.name], ())),
                tuple(warned.get(_source(each), ())),
                now,
            )
            for each in ALL
        }

    def has(self, look: Look) -> bool:
        """Whether every page that arrived in a crawl is in the archive."""
        return all(each.snapshot in self.here.archive for each in look.captures if each.snapshot is not None)

    def _look(
        self,
        situation: Situation,
        report: RunReport,
        waiting: int,
        told: tuple[str, ...],
        warned: tuple[str, ...],
        began: datetime,
    ) -> Look:
        with self.here.database.read() as conn:
            state = runs.source_state(conn, _source(situation))
            assert state is not None
            assert state.last_run_id is not None
            assert state.next_due_at is not None
            captures = tuple(runs.captures_of(conn, state.last_run_id))
            versions = queries.versions_of(conn)
        believed = frozenset(
            (str(each.key), str(each.value), each.valid, each.status)
            for each in versions
            if each.current and each.key.jurisdiction == PLACES[situation.name]
        )
        return Look(report, state, captures, believed, told, waiting, state.next_due_at - began, warned)

    def _deliver(self) -> dict[str, list[str]]:
        """What subscribers get now, by place."""
        now = datetime.now(UTC)
        digest.compose_due(self.here, now)
        digest.deliver_due(self.here, now)
        fresh = set(self.here.settings.outbox.glob("*.eml")) - self._letters
        self._letters |= fresh
        found: dict[str, list[str]] = {}
        for place, subject in sorted(map(_letter, fresh)):
            found.setdefault(place, []).append(subject)
        return found


def _letter(path: Path) -> tuple[str, str]:
    letter = message_from_bytes(path.read_bytes(), policy=policy.default)
    return str(letter["To"]).partition("@")[0].upper(), str(letter["Subject"])


def _source(situation: Situation) -> str:
    return f"xs/{PLACES[situation.name].lower()}"


def _path(situation: Situation) -> str:
    return f"/{PLACES[situation.name].lower()}/rules.html"


def _declare(home: Path, sites: dict[str, Site]) -> None:
    """Write the places, and a declaration for every situation."""
    (home / "vocabulary").mkdir(parents=True)
    (home / "spiders" / "xs").mkdir(parents=True)
    (home / "vocabulary" / "situations.yml").write_text("jurisdictions:\n" + "".join(_places()), "utf-8")
    for each in ALL:
        head = DECLARATION.format(place=PLACES[each.name], url=sites[each.name].url(_path(each)))
        (home / "spiders" / f"{_source(each)}.yml").write_text(head + DECLARATIONS[each.rules], "utf-8")


def _places() -> Iterator[str]:
    yield PLACE.format(code="XS", parent="INT-UN", kind="country")
    for code in PLACES.values():
        yield PLACE.format(code=code, parent="XS", kind="subdivision")
