"""The passage that a person points at, and who says what it means."""

from __future__ import annotations

from datetime import date, datetime

from tracker.domain.belief import Sighting
from tracker.domain.coding import Coding
from tracker.domain.partial import PartialDate
from tracker.domain.provision import Provision, Standing
from tracker.domain.rule import Passage
from tracker.domain.source import Source
from tracker.extract.fingerprint import fingerprint
from tracker.extract.match import common_citation, is_under, join
from tracker.extract.watch import APART
from tracker.services.workspace import Workspace
from tracker.store import captures as runs
from tracker.store import provisions
from tracker.store.database import Connection
from tracker.store.reviews import ReviewItem

_QUOTE = 1_200
"""Characters of a provision that are quoted."""


def proposed(item: ReviewItem, seen: Sighting | None) -> Passage | None:
    """The passage that is proposed in place of a lost one; None where a part of it was not found."""
    traces = item.evidence.traces
    found = [trace.found for trace in traces if trace.found is not None]
    if not found or len(found) < len(traces) or seen is None:
        return None
    parts = seen.passage.quote.split(APART)
    if len(parts) == len(found):
        quotes = [each.quote for each in found]
    else:  # the other parts stand where they stood
        new = {trace.was: trace.found.quote for trace in traces if trace.found is not None}
        quotes = [new.get(part, part) for part in parts]
    first = found[0]
    citations = [each.citation for each in found] if len(quotes) == len(found) else [seen.passage.citation]
    return Passage(
        APART.join(quotes),
        "; ".join(dict.fromkeys(citations)),
        first.source,
        first.document,
        first.url,
        first.snapshot,
        first.prefix,
        found[-1].suffix,
    )


def coding_of(
    workspace: Workspace,
    conn: Connection,
    passage: Passage,
    by: str,
    note: str,
    now: datetime,
    since: date | None = None,
) -> Coding:
    """Who says what a passage means, and of which day the text is; raises UnknownName for a source nobody declares."""
    source = workspace.declarations.source(passage.source)
    copy = runs.documents(conn, passage.source).get(passage.document)
    read = copy.confirmed_at.date() if copy else now.date()
    marks = tuple(fingerprint(part) for part in passage.quote.split(APART)) if passage.quote else ()
    return Coding(
        by,
        now.date(),
        workspace.words.source_type(source.instrument.type).id,
        PartialDate(min(read, now.date()).isoformat()),
        starts=PartialDate(since.isoformat()) if since else None,
        passages=marks,
        note=note,
    )


def passage_at(conn: Connection, source: Source, citation: str) -> Passage | None:
    """The words that stand at a citation in the copies of a source that were last read; None where nothing does."""
    for document, copy in runs.documents(conn, source.id).items():
        here = [
            Provision(document, each.path, each.citation, each.heading, each.text)
            for each in provisions.stored(conn, source.id, document)
            if each.standing is Standing.IN_FORCE and _stands_at(source, each.citation, citation)
        ]
        if here:
            cited = source.instrument.citation(common_citation(here))
            return Passage(_quoted(join(here).text), cited, source.id, document, copy.url, copy.snapshot)
    return None


def _quoted(text: str) -> str:
    return text if len(text) <= _QUOTE else text[:_QUOTE].rpartition(" ")[0]


def _stands_at(source: Source, provision: str, citation: str) -> bool:
    return is_under(provision, citation) or is_under(source.instrument.citation(provision), citation)
