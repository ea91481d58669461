"""What is wrong with an installation, one sentence each, with the fix."""

from __future__ import annotations

import os
import re
import shutil
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tracker.content import folders, ours
from tracker.errors import ArchiveProblem, OperatorError, TrackerError
from tracker.notify.server import Server
from tracker.services.baseline import outdated
from tracker.services.subscriptions import keys
from tracker.services.workspace import Workspace
from tracker.settings import Settings
from tracker.store import captures, migrate, outbox, reviews, subscriptions
from tracker.store.backup import sqlite_file
from tracker.store.captures import RunOutcome
from tracker.store.database import Database, open_database
from tracker.store.outbox import DeliveryState

_SAMPLE = 20
_SOME, _MANY = 3, 1 / 3
"""Sources in trouble, and their share, beyond which the trouble may be ours: no network, or a reader that is wrong."""
_LITTLE = 2**30
_TOO_LITTLE = 100 * 2**20
_PASSWORDS = (
    (re.compile(r"(?<=://)([^:@/\s]*):\S*@"), r"\1:***@"),  # up to the last @: a password may be written wrongly
    (re.compile(r"(?<=password=)[^&\s]+"), "***"),
)


class Verdict(StrEnum):
    """How one check ended."""

    OK = "ok"
    ADVICE = "advice"
    """It works; this would make it better."""
    PROBLEM = "problem"
    """Somebody has to do something."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What one check found."""

    about: str
    verdict: Verdict
    sentence: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A setting as it may be shown."""

    name: str
    value: str
    origin: str
    """`environment`, `tracker.toml`, `default`, ..."""


def settings_shown(settings: Settings) -> list[Shown]:
    """Every setting with where it came from; secrets are masked."""
    shown = []
    for name in Settings.model_fields:
        if name == "sources":
            continue
        value = getattr(settings, name)
        if name == "database_url":
            value = settings.database
        shown.append(Shown(f"TRACKER_{name.upper()}", _shown(name, value), settings.sources.get(name, "default")))
    return shown


def _shown(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value == "":
        return ""
    if name == "secret_key":
        return "***"
    return _masked(", ".join(value) if isinstance(value, tuple) else str(value))


def _masked(text: str) -> str:
    for pattern, instead in _PASSWORDS:
        text = pattern.sub(instead, text)
    return text


def examine(workspace: Workspace) -> Iterator[Finding]:
    """Look at everything an installation needs; changes nothing."""
    checks: tuple[tuple[str, Callable[[Workspace], Iterator[Finding]]], ...] = (
        ("home", _home),
        ("disk", _disk),
        ("time zones", _zones),
        ("content", _content),
        ("declarations", _declarations),
        ("database", _database),
        ("e-mail", _mail),
        ("secret key", _secret),
        ("contact", _contact),
    )
    for about, check in checks:
        try:
            for finding in check(workspace):
                yield replace(finding, sentence=_masked(finding.sentence))
        except TrackerError as error:
            yield _problem(about, _masked(str(error)))


def _home(workspace: Workspace) -> Iterator[Finding]:
    home = workspace.settings.home
    near = _nearest(home)
    if not near.is_dir() or (home.exists() and not home.is_dir()):
        yield _problem("home", f"{home} is not a folder; name another in TRACKER_HOME.")
    elif not os.access(near, os.W_OK | os.X_OK):
        yield _problem("home", f"{near} cannot be written to; give your user write access, or set TRACKER_HOME.")
    elif home.exists():
        yield _ok("home", f"{home} can be written to.")
    else:
        yield _ok("home", f"{home} is made when it is first needed.")


def _disk(workspace: Workspace) -> Iterator[Finding]:
    free = shutil.disk_usage(_nearest(workspace.settings.home)).free
    said = f"{free / 2**30:.1f} GiB are free" if free >= _LITTLE else f"{free // 2**20} MiB are free"
    if free < _TOO_LITTLE:
        yield _problem("disk", f"Only {said} where the home is; make room, or move TRACKER_HOME.")
    elif free < _LITTLE:
        yield Finding("disk", Verdict.ADVICE, f"Only {said} where the home is; make room soon.")
    else:
        yield _ok("disk", f"{said} where the home is.")


def _zones(workspace: Workspace) -> Iterator[Finding]:
    for code, place in workspace.words.jurisdictions.items():
        try:
            ZoneInfo(place.timezone)
        except (ZoneInfoNotFoundError, ValueError):
            yield _problem("time zones", f"{place.timezone}, the zone of {code}, is unknown: `pip install -U tzdata`.")
            return
    yield _ok("time zones", "The zones of all jurisdictions are known.")


def _content(workspace: Workspace) -> Iterator[Finding]:
    for kind in ("spiders", "templates"):
        found = folders(kind)
        yield _ok("content", f"{kind}/ is read from {', then '.join(str(folder) for folder in found)}.")
    yield _ok("content", f"schemas/ is read from {ours('schemas')}.")


def _declarations(workspace: Workspace) -> Iterator[Finding]:
    declared = workspace.declarations
    for problem in declared.problems:
        first, *more = str(problem).splitlines()
        rest = f" And {len(more)} more in that file: `tracker source check` lists them." if more else ""
        yield _problem("declarations", f"{first}{rest}")
    if declared.sources:
        yield _ok("declarations", f"{_count(len(declared.sources), 'source')} can be used.")
    else:
        yield _problem("declarations", f"No source is declared; put one into {workspace.settings.own_spiders}.")


def _database(workspace: Workspace) -> Iterator[Finding]:
    file = sqlite_file(workspace.settings.database)
    if file is not None and not file.exists():
        yield _ok("database", f"{file} is made by the first crawl.")
        return
    database = open_database(workspace.settings.database, migrate=False)
    try:
        with database.read() as conn:
            wrong = migrate.check(conn)
        for sentence in wrong:
            yield _problem("database", sentence)
        if not wrong:
            yield _ok("database", f"{database.where} is in order: right tables, one value for each rule and day.")
        yield from _baseline(workspace, database)
        yield from _archive(workspace, database)
        yield from _sources(workspace, database)
        yield from _deliveries(workspace, database)
    finally:
        database.close()


def _baseline(workspace: Workspace, database: Database) -> Iterator[Finding]:
    if not workspace.settings.baseline:
        yield _ok("baseline", "TRACKER_BASELINE is false: the database holds only what this installation has read.")
        return
    for problem in workspace.baselines.problems:
        yield _problem("baseline", str(problem))
    newer = outdated(database, workspace.baselines.found)
    if newer:
        said = f"The database lacks the newest baseline of {', '.join(newer[:5])}; run `tracker db upgrade`."
        yield Finding("baseline", Verdict.ADVICE, said)
    else:
        yield _ok("baseline", f"{_count(len(workspace.baselines.found), 'jurisdiction')} known before any crawl.")


def _archive(workspace: Workspace, database: Database) -> Iterator[Finding]:
    """Some of the snapshots that the database refers to are rebuilt, and their hashes compared."""
    with database.read() as conn:
        stored = [each for state in captures.sources(conn) for each in captures.documents(conn, state.id).values()]
    names = sorted({each.snapshot for each in stored})
    sample = Random(datetime.now(UTC).toordinal()).sample(names, min(_SAMPLE, len(names)))  # noqa: S311 # others daily
    broken = []
    for name in sample:
        try:
            workspace.archive.get(name)
        except ArchiveProblem as error:
            broken.append(str(error))
    if broken:
        yield _problem("archive", broken[0] + (f" So are {len(broken) - 1} more." if len(broken) > 1 else ""))
    elif names:
        yield _ok(
            "archive", f"{len(sample)} of {_count(len(names), 'current document')} rebuilt, and their hashes agree."
        )
    else:
        yield _ok("archive", "Nothing is archived yet.")


def _sources(workspace: Workspace, database: Database) -> Iterator[Finding]:
    with database.read() as conn:
        states = [state for state in captures.sources(conn) if state.id in workspace.declarations.sources]
        waiting = reviews.waiting(conn)
    troubled = [state for state in states if state.outcome and not state.outcome.well]
    seen = sum(state.outcome is not None for state in states)
    for state in troubled:
        yield _problem("sources", f"{state.id}: {state.outcome}: {state.reason}")
    if troubled:
        held = sum(state.outcome is RunOutcome.HELD for state in troubled)
        said = f"{held} of {seen} are held ({held / seen:.0%}) and {len(troubled) - held} failed"
        why = "; so many at once are seldom the publishers' doing" if len(troubled) > max(_SOME, seen * _MANY) else ""
        yield Finding("sources", Verdict.ADVICE, f"{said}{why}.")
    else:
        yield _ok("sources", f"{seen} of {len(workspace.declarations.sources)} have been read, none is held or failed.")
    if waiting:
        yield _problem("review", f"{_count(len(waiting), 'thing')} to be looked at by a person: `tracker review list`.")


def _deliveries(workspace: Workspace, database: Database) -> Iterator[Finding]:
    with database.read() as conn:
        states = outbox.delivery_states(conn)
        try:
            listed = subscriptions.listed(conn, keys(workspace)) if _has_key(workspace.settings) else []
        except OperatorError as error:
            yield _problem("secret key", str(error))
            return
    failed = states.get(DeliveryState.FAILED, 0)
    if failed:
        yield _problem("deliveries", f"{_count(failed, 'message')} could not be delivered and will not be tried again.")
    waiting = states.get(DeliveryState.PENDING, 0) + states.get(DeliveryState.UNKNOWN, 0)
    yield _ok("deliveries", f"{_count(len(listed), 'subscription')}, {_count(waiting, 'message')} waiting.")


def _mail(workspace: Workspace) -> Iterator[Finding]:
    settings = workspace.settings
    if settings.smtp_url:
        yield _ok("e-mail", f"goes out through {Server.parse(settings.smtp_url)}.")
    else:
        said = (
            f"No mail server is set, so e-mails become files in {settings.outbox}; set TRACKER_SMTP_URL to send them."
        )
        yield Finding("e-mail", Verdict.ADVICE, said)


def _secret(workspace: Workspace) -> Iterator[Finding]:
    settings = workspace.settings
    file = settings.home / "secret.key"
    if settings.secret_key:
        keys(workspace)
        yield _ok("secret key", "from TRACKER_SECRET_KEY.")
    elif not file.exists():
        yield _ok("secret key", f"{file} is made with the first subscription.")
    elif stat.S_IMODE(file.stat().st_mode) & 0o077:
        yield _problem("secret key", f"Others may read {file}: `chmod 600 {file}`.")
    else:
        keys(workspace)
        yield _ok("secret key", f"kept in {file}; without it the addresses of subscribers cannot be read: back it up.")


def _contact(workspace: Workspace) -> Iterator[Finding]:
    contact = workspace.settings.contact
    if contact:
        yield _ok("contact", f"Publishers are told {contact}.")
    else:
        said = "Publishers cannot reach you; set TRACKER_CONTACT to an address or page before you crawl their sites."
        yield Finding("contact", Verdict.ADVICE, said)


def _has_key(settings: Settings) -> bool:
    return bool(settings.secret_key) or (settings.home / "secret.key").exists()


def _nearest(path: Path) -> Path:
    """The path, or the folder above it that exists."""
    return next(each for each in (path, *path.absolute().parents) if each.exists())


def _ok(about: str, sentence: str) -> Finding:
    return Finding(about, Verdict.OK, sentence)


def _problem(about: str, sentence: str) -> Finding:
    return Finding(about, Verdict.PROBLEM, sentence)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
