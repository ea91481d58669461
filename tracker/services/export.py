"""The whole dataset of an installation as files for analysts, as it was known at one instant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from tracker.domain import timeline
from tracker.domain.rule import RuleKey, Status, Version
from tracker.domain.vocabulary import UnknownTerm
from tracker.errors import OperatorError
from tracker.services.export_codebook import codebook
from tracker.services.export_files import Row, Write, arrow_installed, table_files, whole_folder, write_text
from tracker.services.export_package import CODEBOOK, all_names, write_package
from tracker.services.export_places import Used, declared_types, jurisdiction_rows, source_rows, topic_rows
from tracker.services.export_rows import Rows
from tracker.services.export_shapes import CHANGES, JURISDICTIONS, RULES, SOURCES, TOPICS, VERSIONS
from tracker.services.workspace import Workspace
from tracker.store import queries
from tracker.store.captures import sources
from tracker.store.database import Connection
from tracker.store.queries import LoggedChange

STEP = 1000
"""Records between two signs of progress."""
_HOLDS = (Status.IN_FORCE, Status.TEMPORARY, Status.UNKNOWN)


def steps(workspace: Workspace, known_at: datetime) -> int:
    """How many signs of progress an export gives."""
    with workspace.database.read() as conn:
        return sum(queries.records_by(conn, known_at)) // STEP


def export(
    workspace: Workspace,
    folder: Path,
    known_at: datetime,
    *,
    parquet: bool = False,
    progress: Callable[[], None] = lambda: None,
) -> dict[str, int]:
    """Write the dataset as known at an instant into a folder; returns the rows of each table. Raises OperatorError.

    Equal records, declarations and vocabulary make equal bytes.
    """
    if parquet:
        arrow_installed()
    words, database, known_at = workspace.words, workspace.database, known_at.astimezone(UTC)
    with whole_folder(folder, all_names()) as fresh:
        with database.read() as conn:
            read_at = queries.confirmed_at_as_known(conn, {state.id for state in sources(conn)}, known_at)
            try:
                passed = _pass_over(workspace, conn, fresh, known_at, read_at, parquet=parquet, progress=progress)
            except UnknownTerm as error:
                raise OperatorError(
                    f"The records use a word that the vocabulary lacks ({error}); put its file back into"
                    f" {workspace.settings.own_vocabulary}."
                ) from None
        counts = passed.counts
        for table, rows in (
            (SOURCES, source_rows(workspace, passed.sources, read_at)),
            (JURISDICTIONS, jurisdiction_rows(words, passed.rules)),
            (TOPICS, topic_rows(words)),
        ):
            with table_files(fresh, table, parquet=parquet) as write:
                counts[table.name] = _write_all(rows, write)
        write_text(fresh / CODEBOOK, codebook(words, known_at, counts, parquet=parquet))
        write_package(fresh, known_at, counts, parquet=parquet)
    return dict(counts)


def _write_all(rows: Iterable[Row], write: Write) -> int:
    number = 0
    for row in rows:
        write(row)
        number += 1
    return number


@dataclass
class _Pass:
    """One pass over all records, a rule at a time, and what it tells the small tables."""

    made: Rows
    known_at: datetime
    read_at: Mapping[str, datetime]
    """By source, when it was last read with success."""
    write: Mapping[str, Write]
    progress: Callable[[], None]
    counts: Counter[str] = field(default_factory=lambda: Counter({RULES.name: 0, VERSIONS.name: 0, CHANGES.name: 0}))
    rules: Counter[str] = field(default_factory=Counter)
    sources: dict[str, Used] = field(default_factory=dict)

    def take_rule(self, key: RuleKey, versions: Iterable[Version]) -> None:
        """Write the versions of a rule, and what of it holds on the day."""
        believed = []
        for version in versions:
            used = self.sources.setdefault(version.passage.source, Used(key.jurisdiction))
            used.take(self.made.as_known(version))
            self._write(VERSIONS.name, self.made.version(version))
            if version.recorded_to is None or version.recorded_to > self.known_at:
                believed.append(version)
        answer = timeline.as_of(believed, self.known_at.date(), self.known_at)
        if answer is not None and answer.status in _HOLDS:
            self._write(RULES.name, self.made.rule(answer, self.read_at.get(answer.version.passage.source)))
            self.rules[key.jurisdiction] += 1

    def take_change(self, logged: LoggedChange) -> None:
        """Write a change."""
        row = self.made.change(logged)
        self.sources.setdefault(row["source"], Used(row["jurisdiction"]))
        self._write(CHANGES.name, row)

    def _write(self, table: str, row: Row) -> None:
        self.write[table](row)
        self.counts[table] += 1
        if table != RULES.name and self.counts[table] % STEP == 0:
            self.progress()


def _pass_over(
    workspace: Workspace,
    conn: Connection,
    folder: Path,
    known_at: datetime,
    read_at: Mapping[str, datetime],
    *,
    parquet: bool,
    progress: Callable[[], None],
) -> _Pass:
    words = workspace.words
    made = Rows(words, known_at, declared_types(workspace))
    with ExitStack() as stack:
        files = {
            table.name: stack.enter_context(table_files(folder, table, parquet=parquet))
            for table in (RULES, VERSIONS, CHANGES)
        }
        passed = _Pass(made, known_at, read_at, files, progress)
        versions = stack.enter_context(closing(queries.recorded_by(conn, known_at)))
        for key, group in groupby(versions, key=lambda version: version.key):
            words.jurisdiction(key.jurisdiction)
            passed.take_rule(key, group)
        for logged in stack.enter_context(closing(queries.changes_recorded_by(conn, known_at))):
            passed.take_change(logged)
    return passed
