"""What is known of a source before it is read again: where its rules stood, and which are known by their words."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache, partial

from tracker.domain.belief import Known, Plan
from tracker.domain.provision import Provision
from tracker.domain.reading import Reading
from tracker.domain.rule import RuleKey
from tracker.domain.source import Source
from tracker.domain.vocabulary import Vocabulary
from tracker.extract.read import Page, read
from tracker.extract.relocate import Text
from tracker.extract.watch import Before, Watch, carried, lines, looked_up, traced, watches
from tracker.store import provisions, rules
from tracker.store.database import Connection, Database


@dataclass(frozen=True)
class Memory:
    """What is known of the rules of a source."""

    sighted: Mapping[RuleKey, str]
    """In which document each rule was last seen."""
    watched: Mapping[RuleKey, Watch]
    before: Before

    def read(self, source: Source, pages: Sequence[Page], day: date, words: Vocabulary) -> Reading:
        """Read a source by its patterns, and by the words that are watched in it."""
        return looked_up(source, read(source, pages, day, words), pages, self.watched, self.before)

    def within(self, documents: Collection[str]) -> Memory:
        """What is known of the rules that stand in some of the documents, or that nobody has seen yet."""
        here = {key: each for key, each in self.watched.items() if self.sighted.get(key) in (None, *documents)}
        return replace(self, watched=here)

    def unmet(self, reading: Reading) -> int:
        """How many values a reading does not know that were coded from the text and never found in it."""
        known = {each.key for each in reading.assertions} | {each.key for each in reading.met}
        return sum(key not in known and not watch.parts for key, watch in self.watched.items())

    def after(self, reading: Reading) -> Memory:
        """What is known when a reading has been made."""
        return replace(self, watched=carried(self.watched, reading))


def remembered(database: Database, source: Source, documents: Collection[str], day: date) -> Memory:
    """What is known of the rules of a source on a day."""

    def before(at: datetime) -> Text | None:
        with database.read() as conn:
            return _words(conn, source, documents, at)

    with database.read() as conn:
        coded = {version.key for version in rules.coded_from(conn, source.jurisdiction, source.id)}
        known = rules.known(conn, rules.keys_of_source(conn, source.id) | coded)
    seen = {key: each.sightings[source.id] for key, each in known.items() if source.id in each.sightings}
    sighted = {key: each.passage.document for key, each in seen.items()}
    return Memory(sighted, watches(known, source.id, day), lru_cache(before))


def wanted_words(conn: Connection, source: Source) -> frozenset[str]:
    """What has to be looked for in a source by its words."""
    return lines(rules.coded_from(conn, source.jurisdiction, source.id))


def with_traces(
    conn: Connection,
    source: Source,
    plan: Plan,
    reading: Reading,
    pages: Sequence[Page],
    known: Mapping[RuleKey, Known],
) -> Plan:
    """A plan whose losses say where the words may stand now."""
    if not plan.lost:
        return plan
    text = Text(reading.provisions)
    before = lru_cache(partial(_words, conn, source, [page.document for page in pages]))
    found = (traced(source, loss, pages, text, known.get(loss.key), before) for loss in plan.lost)
    return replace(plan, lost=tuple(found))


def _words(conn: Connection, source: Source, documents: Collection[str], at: datetime) -> Text | None:
    """The words of documents as known at an instant; None where they are not known."""
    stood = [
        Provision(document, each.path, each.citation, each.heading, each.text, standing=each.standing)
        for document in sorted(documents)
        for each in provisions.document_at(conn, source.id, document, at)
    ]
    return Text(stood) if stood else None
