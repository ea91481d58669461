"""From captures to knowledge: read the archived documents of a source, reconcile, write all in one transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from tracker.domain import timeline
from tracker.domain.capture import NOTHING, Archive, Capture, Outcome
from tracker.domain.change import Change, TextChange, TextKind
from tracker.domain.reading import Reading
from tracker.domain.reconcile import Known, Plan, reconcile
from tracker.domain.rule import Cause, RuleKey, Status
from tracker.domain.source import Source
from tracker.domain.vocabulary import Vocabulary
from tracker.domain.wording import summary
from tracker.extract.compare import text_changes
from tracker.extract.doubts import doubt
from tracker.extract.guards import led_astray
from tracker.extract.read import Page
from tracker.extract.watch import named
from tracker.services.watching import Memory, remembered, wanted_words, with_traces
from tracker.store import captures as runs
from tracker.store import changes as change_log
from tracker.store import provisions, rules
from tracker.store.captures import RunOutcome, SourceState, StoredDocument
from tracker.store.database import Connection, Database

_VALIDATORS = ("etag", "last-modified")
LOST_SHARE = 1 / 3
"""Share of a source's known passages whose loss says that it was redesigned: then nothing in it is trusted."""


@dataclass(frozen=True)
class RunReport:
    """What one run of one source brought."""

    source: str
    outcome: RunOutcome
    reason: str = ""
    changes: tuple[Change, ...] = ()
    text_changes: tuple[TextChange, ...] = ()
    read: int = 0
    """Rules read with their quote."""
    met: int = 0
    """Coded values whose words stand there."""
    unmet: int = 0
    """Coded values whose words were looked for and never found."""
    first: bool = False
    news: bool = False
    """Operators do not know yet how the source stands."""


@dataclass(frozen=True)
class _Read:
    """One reading with what caused it, before anything is written."""

    reading: Reading
    cause: Cause
    documents: frozenset[str] = field(default_factory=frozenset)
    """Documents whose provisions are stored anew."""
    looked_at: bool = False
    """The declaration has changed since the last good reading: a person has looked, and doubts are settled."""
    pages: tuple[Page, ...] = ()


class _Rehearsed(Exception):
    """Rolls back what a rehearsal wrote."""


def ingest(
    database: Database,
    archive: Archive,
    words: Vocabulary,
    source: Source,
    captures: Sequence[Capture],
    now: datetime,
    *,
    rehearse: bool = False,
) -> RunReport:
    """Read what was captured of a source and write what follows; nothing is written by halves.

    With `rehearse` the report says what would follow, and nothing is written.
    """
    with database.read() as conn:
        state = runs.source_state(conn, source.id)
        documents = runs.documents(conn, source.id)
        wanted = wanted_words(conn, source)
    captures = [_without_words(capture, archive) if _went(capture, source) else capture for capture in captures]
    trouble = _trouble(captures, documents)
    if trouble is not None:
        return _write(database, words, source, captures, [], RunReport(source.id, *trouble), now, rehearse)
    changed = frozenset(c.document for c in captures if _differs(c, documents.get(c.document)))
    looked_for = state is not None and state.watched == named(wanted)
    read_before = looked_for and state is not None and _settled(state) and state.fingerprint == source.fingerprint
    if read_before and not changed and not source.format.instructed:
        return _write(database, words, source, captures, [], RunReport(source.id, RunOutcome.UNCHANGED), now, rehearse)
    pages = [_page(archive, capture, documents) for capture in captures]
    memory = remembered(database, source, documents, now.date())
    changed = changed if looked_for else frozenset(page.document for page in pages)
    reads = _readings(archive, words, source, pages, changed, state, documents, memory, now)
    unmet = memory.unmet(reads[-1].reading)
    report = RunReport(source.id, RunOutcome.UNCHANGED, first=not documents, unmet=unmet)
    return _write(database, words, source, captures, reads, report, now, rehearse, wanted)


def _went(capture: Capture, source: Source) -> bool:
    """Whether a permanent version is no longer kept: it comes and goes with the temporary law over it."""
    return capture.outcome is Outcome.GONE and source.keeps_beneath(capture.url)


def _without_words(capture: Capture, archive: Archive) -> Capture:
    """What is no longer there, as a document that says nothing; status and reason stay as evidence."""
    evidence = {name: text for name, text in capture.headers.items() if name not in _VALIDATORS}
    return replace(capture, outcome=Outcome.FETCHED, snapshot=archive.put(b""), headers=evidence)


def _settled(state: SourceState) -> bool:
    """Whether the last run ended with everything read."""
    return state.outcome in (RunOutcome.CHANGED, RunOutcome.UNCHANGED)


def _trouble(captures: Sequence[Capture], documents: dict[str, StoredDocument]) -> tuple[RunOutcome, str] | None:
    """Half a source is no source: what any document that is missing or wrong means for the whole run."""
    captures = [_where_it_led(capture) for capture in captures]
    bad = [c for c in captures if not c.usable]
    if not bad and captures:
        return None
    if not bad:
        return RunOutcome.FAILED, "no document was declared or found"
    unreached = [c for c in bad if c.outcome in (Outcome.UNREACHABLE, Outcome.REFUSED)]
    worst = (unreached or bad)[0]
    reason = worst.reason
    if worst.outcome is Outcome.GONE and worst.document in documents:
        reason = f"{reason}; it was there before, and its absence says nothing about the law"
    name = f"{worst.document}: " if len(captures) > 1 else ""
    more = f" (and {len(bad) - 1} more of {len(captures)} documents)" if len(bad) > 1 else ""
    return (RunOutcome.FAILED if unreached else RunOutcome.HELD), f"{name}{reason}{more}"


def _where_it_led(capture: Capture) -> Capture:
    """A capture as it has to be taken: what a redirect to a home page or a log-in brought is not the document."""
    reached = capture.headers.get("final-url")
    reason = led_astray(capture.url, reached) if reached and capture.usable else None
    return replace(capture, outcome=Outcome.UNEXPECTED, reason=reason) if reason else capture


def _differs(capture: Capture, stored: StoredDocument | None) -> bool:
    return stored is None or capture.snapshot != stored.snapshot


def _page(archive: Archive, capture: Capture, documents: dict[str, StoredDocument]) -> Page:
    assert capture.snapshot is not None
    stored = documents.get(capture.document)
    media_type = capture.media_type or (stored.media_type if stored else "")
    language = capture.headers.get("content-language", "")
    return Page(capture.document, capture.url, capture.snapshot, archive.get(capture.snapshot), media_type, language)


def _readings(
    archive: Archive,
    words: Vocabulary,
    source: Source,
    pages: list[Page],
    changed: frozenset[str],
    state: SourceState | None,
    documents: dict[str, StoredDocument],
    memory: Memory,
    now: datetime,
) -> list[_Read]:
    """A new reader first reads the old bytes, so that what it understands better is never taken for news."""
    everything = frozenset(page.document for page in pages)
    beneath = frozenset(page.document for page in pages if source.keeps_beneath(page.url))
    changed = everything if source.format.instructed else changed
    reads: list[_Read] = []
    if documents and (state is None or state.fingerprint != source.fingerprint):
        before = [_last_read(archive, stored) for stored in documents.values() if stored.snapshot != NOTHING]
        then = _last_day(source, state) or now.date()
        reading = memory.read(source, before, then, words)
        reads.append(_Read(reading, Cause.EXTRACTOR, frozenset(p.document for p in before), pages=tuple(before)))
        memory = memory.after(reading)
        if then == now.date() and {p.snapshot for p in before} == {p.snapshot for p in pages}:
            return reads
    elif state is not None and _settled(state) and changed and changed < everything and not changed & beneath:
        part = _read_part(source, pages, changed, beneath, memory, words, now)
        if part is not None:
            return [_Read(part, Cause.SOURCE, changed, pages=tuple(pages))]
    reading = memory.read(source, pages, now.date(), words)
    reads.append(_Read(reading, Cause.SOURCE, changed or everything, looked_at=bool(reads), pages=tuple(pages)))
    return reads


def _last_day(source: Source, state: SourceState | None) -> date | None:
    """The day on which documents were last read that another day lets say something else."""
    return state.last_read_at.date() if source.format.instructed and state and state.last_read_at else None


def _read_part(
    source: Source,
    pages: list[Page],
    changed: frozenset[str],
    beneath: frozenset[str],
    memory: Memory,
    words: Vocabulary,
    now: datetime,
) -> Reading | None:
    """Only the documents that changed, what lies beneath them, and the rules that rest on them.

    None where that does not settle it.
    """
    new = next(iter(changed))
    wanted = tuple(
        rule
        for rule in source.rules
        if memory.sighted.get(RuleKey.of(source.jurisdiction, rule.topic, rule.qualifier), new) in changed
    )
    part = source.model_copy(update={"rules": wanted, "expect": source.expect.of_a_part()})
    some = [page for page in pages if page.document in changed | beneath]
    reading = memory.within(changed).read(part, some, now.date(), words)
    unsettled = reading.problems or any(loss.key in memory.sighted for loss in reading.losses)
    return None if unsettled else reading


def _last_read(archive: Archive, stored: StoredDocument) -> Page:
    return Page(stored.id, stored.url, stored.snapshot, archive.get(stored.snapshot), stored.media_type)


def _write(
    database: Database,
    words: Vocabulary,
    source: Source,
    captures: Sequence[Capture],
    reads: list[_Read],
    report: RunReport,
    now: datetime,
    rehearse: bool,
    wanted: frozenset[str] = frozenset(),
) -> RunReport:
    with suppress(_Rehearsed), database.write() as conn:
        if _overtaken(conn, source, captures):
            return replace(report, outcome=RunOutcome.UNCHANGED, reason="a newer run was recorded meanwhile")
        run_id = runs.begin_run(conn, source.id, now)
        applied = not reads and report.outcome is RunOutcome.UNCHANGED
        for each in reads:
            # Only the last reading says how the run went: one of old bytes by a new reader is for comparison.
            before, (report, applied) = report, _apply(conn, words, source, each, report, now)
            if each is not reads[-1]:
                report = replace(report, outcome=before.outcome, reason=before.reason)
        runs.record_captures(conn, run_id, captures, accepted=applied)
        if applied:
            rules.confirm(conn, source.id, now)
        counts = {"rules": report.read, "changes": len(report.changes), "text_changes": len(report.text_changes)}
        read_as = {"fingerprint": source.fingerprint}
        if reads:
            read_as["watched"] = named(wanted & wanted_words(conn, source))
        state = runs.finish_run(conn, run_id, report.outcome, now, reason=report.reason, counts=counts, **read_as)
        report = replace(report, news=state.untold)
        if rehearse:
            raise _Rehearsed
    return report


def _overtaken(conn: Connection, source: Source, captures: Sequence[Capture]) -> bool:
    """Whether another run has recorded younger copies since these were fetched: old bytes must not reverse it."""
    known = max((stored.confirmed_at for stored in runs.documents(conn, source.id).values()), default=None)
    return known is not None and bool(captures) and max(capture.fetched_at for capture in captures) < known


def _apply(
    conn: Connection, words: Vocabulary, source: Source, each: _Read, report: RunReport, now: datetime
) -> tuple[RunReport, bool]:
    """Reconcile one reading inside the transaction, and say whether it was believed."""
    reading = each.reading
    if reading.problems:
        return replace(report, outcome=RunOutcome.HELD, reason=" ".join(reading.problems)), False
    keys = {a.key for a in reading.assertions} | {loss.key for loss in reading.losses}
    keys |= {r.key for r in reading.repeals} | {met.key for met in reading.met}
    known = rules.known(conn, keys)
    reading = _without_lapsed(reading, known, now)
    lost = [loss for loss in reading.losses if loss.key in known and source.id in known[loss.key].sightings]
    held = len(lost) + len(reading.assertions) + len(reading.met)
    if len(lost) > 1 and len(lost) > held * LOST_SHARE and each.cause is Cause.SOURCE:
        reason = f"{len(lost)} of {held} passages that used to be there were not found; it may have been redesigned"
        return replace(report, outcome=RunOutcome.HELD, reason=f"{reason} ({lost[0].reason})"), False
    if (doubted := _doubt(conn, source, each, known, now)) is not None:
        return replace(report, outcome=RunOutcome.HELD, reason=doubted), False
    plan = reconcile(known, reading, now, each.cause, words, first=report.first)
    plan = with_traces(conn, source, plan, reading, each.pages, known)
    plan = replace(plan, changes=tuple(replace(change, summary=summary(change, words)) for change in plan.changes))
    rules.apply_plan(conn, plan, {change.id: change.summary for change in plan.changes}, now)
    texts = _store_words(conn, source, each, report.first, now)
    return _concluded(report, plan, reading, texts), True


def _doubt(conn: Connection, source: Source, each: _Read, known: Mapping[RuleKey, Known], now: datetime) -> str | None:
    """Why documents that can be read are not believed; those that say how others read are read for a day instead."""
    if each.cause is not Cause.SOURCE or each.looked_at or source.format.instructed:
        return None
    seen = [by_source.sightings[source.id] for by_source in known.values() if source.id in by_source.sightings]
    return doubt(each.documents, each.reading.provisions, seen, provisions.counts(conn, source.id), now.date())


def _without_lapsed(reading: Reading, known: Mapping[RuleKey, Known], now: datetime) -> Reading:
    """Words that only temporary law had are no loss once its stated end has passed: the rule is unknown as it is."""

    def lapsed(key: RuleKey) -> bool:
        answer = timeline.as_of(known[key].versions, now.date()) if key in known else None
        return answer is not None and answer.status is Status.UNKNOWN and answer.falls_back_to is None

    return replace(reading, losses=tuple(loss for loss in reading.losses if not (loss.optional and lapsed(loss.key))))


def _store_words(conn: Connection, source: Source, each: _Read, first: bool, now: datetime) -> list[TextChange]:
    """Keep the provisions of the documents that changed; their differences are text changes unless we caused them."""
    found: list[TextChange] = []
    by_document: dict[str, list[int]] = {}
    for index, provision in enumerate(each.reading.provisions):
        by_document.setdefault(provision.document, []).append(index)
    for document in sorted(each.documents):
        new = [each.reading.provisions[index] for index in by_document.get(document, [])]
        old = provisions.stored(conn, source.id, document)
        if not first and each.cause is Cause.SOURCE:
            found += text_changes(source.id, document, old, new, now)
        provisions.store(conn, source.id, document, new, now)
    change_log.record_text_changes(conn, source.jurisdiction, found)
    return found


def _concluded(report: RunReport, plan: Plan, reading: Reading, texts: list[TextChange]) -> RunReport:
    missing = list(plan.lost) or [loss for loss in reading.losses if not loss.optional]
    changed = any(change.cause is Cause.SOURCE for change in plan.changes) or any(
        text.kind is not TextKind.EDITORIAL for text in texts
    )
    outcome, reason = report.outcome, report.reason
    if missing:
        kept = "its value is kept" if len(missing) == 1 else "their values are kept"
        names = "; ".join(f"{loss.key.topic}: {loss.said}" for loss in missing[:3])
        more = f"; and {len(missing) - 3} more" if len(missing) > 3 else ""
        outcome, reason = RunOutcome.HELD, f"{names}{more}; {kept}"
    elif report.first or changed:
        outcome = RunOutcome.CHANGED
    return replace(
        report,
        outcome=outcome,
        reason=reason,
        changes=(*report.changes, *plan.changes),
        text_changes=(*report.text_changes, *texts),
        read=len(reading.assertions),
        met=len(reading.met),
    )
