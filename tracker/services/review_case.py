"""One thing that waits, or waited, with all that a person needs to decide: what was expected, what is there, copies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import urlsplit

from tracker.domain.belief import Sighting
from tracker.domain.by_person import ruling
from tracker.domain.change import Change
from tracker.domain.reading import Trace
from tracker.domain.rule import Passage, RuleKey, Version
from tracker.domain.source import Bounds, Source
from tracker.domain.wording import begun, display, evidence, rule_name
from tracker.errors import OperatorError
from tracker.extract.redline import redline
from tracker.services.review import PASSAGES, Subject, find
from tracker.services.stating import passage_at, proposed
from tracker.services.workspace import Workspace
from tracker.store import captures as runs
from tracker.store import outbox, reviews, rules
from tracker.store.database import Connection
from tracker.store.reviews import Decided, ReviewItem, ReviewKind

Json = dict[str, Any]


def case(workspace: Workspace, id_: str, now: datetime) -> Json:
    """Everything about one review item or recorded change; raises UnknownName."""
    with workspace.database.read() as conn:
        subject = find(conn, id_)
        shown = _Case(workspace, conn, now)
        found = shown.head(subject)
        if subject.item is not None and subject.item.kind is ReviewKind.HELD:
            found |= shown.of_a_run(subject.item)
        elif subject.item is not None and subject.item.kind in PASSAGES:
            found |= shown.of_a_passage(subject.item)
        elif subject.change is not None:
            found |= shown.of_a_change(subject.change.change)
        return found | {"decisions": [decision_json(each) for each in reviews.decisions(conn, id_)]}


def copies(workspace: Workspace, found: Json, folder: Path) -> Iterator[Path]:
    """Write the archived copies of a case as they were sent; raises OperatorError where that cannot be."""
    kept = {each["snapshot"]: each for each in _with_copies(found) if each["path"]}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for snapshot, each in kept.items():
            suffix = PurePosixPath(urlsplit(each["url"]).path).suffix
            path = folder / f"{each['document']}-{snapshot[:12]}{suffix}"
            path.write_bytes(workspace.archive.get(snapshot))
            yield path
    except OSError as error:
        raise OperatorError(f"{folder} cannot be written ({error.strerror}); name another folder.") from None


def _with_copies(found: Any) -> Iterator[Json]:
    """Everything in a case that names a copy."""
    if isinstance(found, dict):
        if found.get("snapshot"):
            yield found
        found = list(found.values())
    for each in found if isinstance(found, list) else ():
        yield from _with_copies(each)


def decision_json(decided: Decided) -> Json:
    """A decision that is on record."""
    return {
        "id": decided.item,
        "kind": decided.kind.value,
        "source": decided.source,
        **_rule_json(decided.key),
        "decision": decided.decision.value,
        "by": decided.by,
        "decided_at": decided.at.isoformat(),
        "reason": decided.reason,
        "what": decided.what,
        "outcome": decided.outcome,
    }


def _rule_json(key: RuleKey | None) -> Json:
    if key is None:
        return {"jurisdiction": None, "topic": None, "qualifier": None}
    return {"jurisdiction": key.jurisdiction, "topic": key.topic, "qualifier": key.qualifiers}


class _Case:
    """What one item shows."""

    def __init__(self, workspace: Workspace, conn: Connection, now: datetime) -> None:
        self.workspace, self.conn, self.now, self.words = workspace, conn, now, workspace.words

    def head(self, subject: Subject) -> Json:
        item, change = subject.item, subject.change.change if subject.change else None
        version = (change.after or change.before) if change else None
        source_id = item.source if item else version.passage.source if version else ""
        key = item.key if item else change.key if change else None
        since = item.opened_at if item else change.observed_at if change else self.now
        source = self.workspace.declarations.sources.get(source_id)
        return {
            "id": subject.id,
            "kind": item.kind.value if item else "change",
            "waits": subject.open,
            "decision": item.decision.value if item and item.decision else None,
            "source": source_id,
            "title": source.title if source else None,
            "publisher": source.publisher.name if source else None,
            **_rule_json(key),
            "name": self.words.jurisdiction(key.jurisdiction).name if key else None,
            "rule": rule_name(key, self.words) if key else None,
            "since": since.isoformat(),
            "age_hours": int((self.now - since) / timedelta(hours=1)),
            "operators_told_at": item.told_at.isoformat() if item and item.told_at else None,
            "reason": item.reason if item else None,
        }

    # ── A held run ──────────────────────────────────────────────────────────────────────────────────────────────────

    def of_a_run(self, item: ReviewItem) -> Json:
        copies = [
            {
                "document": copy.document,
                "url": copy.url,
                "outcome": copy.outcome,
                "reason": copy.reason or None,
                **self._kept(copy.snapshot),
            }
            for copy in item.evidence.copies
        ]
        good = [
            {
                "document": known.id,
                "url": known.url,
                "fetched_at": known.fetched_at.isoformat(),
                "confirmed_at": known.confirmed_at.isoformat(),
                **self._kept(known.snapshot),
            }
            for known in runs.documents(self.conn, item.source).values()
        ]
        source = self.workspace.declarations.sources.get(item.source)
        return {"copies": copies, "last_good": good, "expected": list(_expected(source)) if source else []}

    # ── A lost passage ──────────────────────────────────────────────────────────────────────────────────────────────

    def of_a_passage(self, item: ReviewItem) -> Json:
        assert item.key is not None
        held = rules.known(self.conn, {item.key}).get(item.key)
        seen = held.sightings.get(item.source) if held else None
        stands = ruling(held.versions, self.now.date()) if held else None
        near = proposed(item, seen)
        return {
            "value": display(item.key, stands.value, self.words) if stands else None,
            "level": stands.level.value if stands else None,
            "coding": self._coding(stands),
            "last": self._last(seen, stands),
            "there_now": self._there_now(item.source, seen),
            "traces": [self._trace(trace) for trace in item.evidence.traces],
            "proposed": near is not None,
        }

    def _coding(self, version: Version | None) -> Json | None:
        coding = version.coding if version else None
        if coding is None:
            return None
        text = str(coding.text_date or coding.not_before or "") or None
        return {"by": coding.by, "on": coding.on.isoformat(), "text_date": text, "note": coding.note or None}

    def _last(self, seen: Sighting | None, stands: Version | None) -> Json | None:
        if seen is None:
            return None
        coded = stands is not None and stands.passage.source == seen.source and stands.coding is not None
        citation = stands.passage.citation if coded and stands is not None else seen.passage.citation
        return {**self._passage(seen.passage), "citation": citation, "confirmed_at": seen.confirmed_at.isoformat()}

    def _there_now(self, source_id: str, seen: Sighting | None) -> Json | None:
        """What the newest copy says at the place where the words were last seen."""
        source = self.workspace.declarations.sources.get(source_id)
        if source is None or seen is None:
            return None
        for citation in seen.passage.citation.split("; "):
            there = passage_at(self.conn, source, citation)
            if there is not None:
                return self._passage(there)
        return None

    def _trace(self, trace: Trace) -> Json:
        found = trace.found
        return {
            "was": trace.was or None,
            "score": round(trace.score) if found else None,
            "found": self._passage(found) if found else None,
            "redline": redline(trace.was, found.quote) if found and trace.was else None,
        }

    # ── A change ────────────────────────────────────────────────────────────────────────────────────────────────────

    def of_a_change(self, change: Change) -> Json:
        before, after = change.before, change.after
        quotes = [side.passage.quote for side in (before, after) if side is not None and side.passage.quote]
        return {
            "summary": change.summary,
            "review": change.review.value,
            "change_kind": change.kind.value,
            "cause": change.cause.value,
            "direction": change.direction.value,
            "severity": change.severity.value,
            "noticed_late": change.noticed_late,
            "holds": begun(change) or None,
            "before": self._side(before),
            "after": self._side(after),
            "redline": redline(*quotes) if len(quotes) == 2 else None,
            "told": [
                {"subscription": each.subscription_id, "unverified": each.unverified, "at": each.at.isoformat()}
                for each in outbox.told_of_change(self.conn, change.id)
            ],
        }

    def _side(self, version: Version | None) -> Json | None:
        if version is None:
            return None
        return {
            "value": display(version.key, version.value, self.words),
            "level": version.level.value,
            "evidence": evidence(version, None) if not version.met else None,
            "recorded_from": version.recorded_from.isoformat(),
            **self._passage(version.passage),
        }

    # ── Passages and copies ─────────────────────────────────────────────────────────────────────────────────────────

    def _passage(self, passage: Passage) -> Json:
        return {
            "citation": passage.citation,
            "quote": passage.quote or None,
            "prefix": passage.prefix,
            "suffix": passage.suffix,
            "document": passage.document,
            "url": passage.url,
            **self._kept(passage.snapshot),
        }

    def _kept(self, snapshot: str | None) -> Json:
        """A copy in the archive: its sha256, and the file that holds it compressed."""
        path = self.workspace.archive.path(snapshot) if snapshot else None
        return {"snapshot": snapshot or None, "path": str(path) if path else None}


def _expected(source: Source) -> Iterator[str]:
    """What the declaration says that the documents are, in words."""
    names = ", ".join(document.id for document in source.documents)
    yield f"read as {source.format.value}" + (f": {names}" if names else "")
    if source.html is not None:
        yield f"one element {source.html.content!r} with the text"
    for name, bounds in (("provisions", source.expect.provisions), ("documents", source.expect.documents)):
        if bounds.min > 1 or bounds.max is not None:
            yield _between(name, bounds)
    for phrase in source.expect.phrases:
        yield f"the words “{phrase}”"
    if source.rules:
        yield "the passages of 1 rule" if len(source.rules) == 1 else f"the passages of {len(source.rules)} rules"


def _between(name: str, bounds: Bounds) -> str:
    return f"{bounds.min} to {bounds.max} {name}" if bounds.max is not None else f"at least {bounds.min} {name}"
