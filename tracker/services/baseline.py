"""What a database starts from: take the baseline over, write it from a replay, and say where the two differ."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tracker import __version__
from tracker.content import ours
from tracker.domain.baseline import Baseline
from tracker.domain.change import Change, Review
from tracker.domain.vocabulary import Vocabulary
from tracker.domain.wording import summary
from tracker.extract.baselines import NAME, load_baselines
from tracker.extract.declarations import READER_VERSION
from tracker.extract.replayed import Replayed, rows_of
from tracker.services.replay import recordings, replay
from tracker.services.workspace import Workspace
from tracker.store import queries
from tracker.store.baseline import Taken, record_corrections, take_over, taken_over, wait_for_others
from tracker.store.changes import changes as recorded_changes
from tracker.store.database import Connection, Database
from tracker.store.rules import sightings


def take_over_once(database: Database, folders: Sequence[Path], words: Vocabulary) -> None:
    """Take the baseline over into a database that has none of this release; costs one small query where it has."""
    with database.read() as conn:
        programs = {taken.program for taken in taken_over(conn).values()}
    if __version__ in programs:  # all of a release is taken over at once
        return
    take_over_all(database, load_baselines(words, folders).found, words, datetime.now(UTC))


def bring_up_to_date(workspace: Workspace) -> list[Change]:
    """Take over what the baseline has and the database does not; returns the corrections that follow."""
    if not workspace.settings.baseline:
        return []
    return take_over_all(workspace.database, workspace.baselines.found, workspace.words, datetime.now(UTC))


def outdated(database: Database, baselines: Sequence[Baseline]) -> list[str]:
    """The jurisdictions whose baseline the database does not have as it is now."""
    with database.read() as conn:
        known = taken_over(conn)
    now = {baseline.jurisdiction: Taken(baseline.content, __version__) for baseline in baselines}
    return sorted(code for code, taken in now.items() if known.get(code) != taken)


def take_over_all(database: Database, baselines: Sequence[Baseline], words: Vocabulary, now: datetime) -> list[Change]:
    """Take over each baseline that the database does not have as it is now; returns the corrections that follow."""
    if not baselines:
        return []
    with database.write() as conn:
        wait_for_others(conn)
        return _take_over(conn, baselines, words, now)


def _take_over(conn: Connection, baselines: Sequence[Baseline], words: Vocabulary, now: datetime) -> list[Change]:
    known, found = taken_over(conn), []
    for baseline in baselines:
        taken = Taken(baseline.content, __version__)
        if known.get(baseline.jurisdiction) != taken:
            found += take_over(conn, _told(baseline, words), taken, now)
    corrections = [replace(each, summary=summary(each, words)) for each in found]
    record_corrections(conn, corrections, now)
    return corrections


def _told(baseline: Baseline, words: Vocabulary) -> Baseline:
    """With the changes of the past in words; a person has seen them before they were released."""
    past = tuple(replace(each, summary=summary(each, words), review=Review.NONE) for each in baseline.changes)
    return replace(baseline, changes=past)


# ── Writing it from a replay ────────────────────────────────────────────────────────────────────────────────────────

_MARKER = "# Below: written by `tracker baseline write` from recorded official texts. Do not edit."


def written(workspace: Workspace, recorded: Path, progress: Callable[[], None] = lambda: None) -> dict[str, str]:
    """By jurisdiction, the text of the baseline file as a replay of recorded documents makes it.

    What people wrote in the file stays as it is. Raises OperatorError.
    """
    with TemporaryDirectory() as home:
        settings = workspace.settings.model_copy(update={"home": Path(home), "database_url": "", "baseline": False})
        fresh = Workspace(settings.model_copy(update={"only_own_sources": False}))
        sources = fresh.declarations.sources
        for _ in replay(fresh, recordings(recorded, list(sources.values())).wanted, progress):
            pass
        found = _replayed(fresh)
        fresh.database.close()
    reader = f"tracker reader {READER_VERSION}"
    texts = {}
    for jurisdiction, replayed in found.items():
        types = {id_: each.instrument.type for id_, each in sources.items() if each.jurisdiction == jurisdiction}
        path = baseline_path(jurisdiction)
        by_hand = path.read_text("utf-8").partition(_MARKER)[0] if path.is_file() else f"jurisdiction: {jurisdiction}\n"
        texts[jurisdiction] = by_hand.rstrip("\n") + f"\n\n{_MARKER}\n" + _as_yaml(rows_of(replayed, reader, types))
    return texts


def baseline_path(jurisdiction: str) -> Path:
    """Where the baseline of a jurisdiction is in a checkout."""
    return ours("spiders") / jurisdiction.lower() / NAME


def _replayed(workspace: Workspace) -> dict[str, Replayed]:
    with workspace.database.read() as conn:
        versions = queries.versions_of(conn)
        past = [each.change for each in recorded_changes(conn)]
        seen = [s for by_source in sightings(conn, {v.key for v in versions}).values() for s in by_source.values()]
    return {
        code: Replayed(
            tuple(version for version in versions if version.key.jurisdiction == code),
            tuple(change for change in past if change.key.jurisdiction == code),
            tuple(each for each in seen if each.key.jurisdiction == code),
        )
        for code in sorted({version.key.jurisdiction for version in versions})
    }


def _as_yaml(rows: Mapping[str, Any]) -> str:
    """One row a line, as JSON, which is YAML as well."""
    lines = ["replayed:"]
    for name, body in rows.items():
        if isinstance(body, list):
            lines.append(f"  {name}:" + ("" if body else " []"))
            lines += [f"    - {_json(row)}" for row in body]
        else:
            lines.append(f"  {name}: {_json(body)}")
    return "\n".join(lines) + "\n"


def _json(body: object) -> str:
    return json.dumps(body, ensure_ascii=False)
