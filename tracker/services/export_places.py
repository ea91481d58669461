"""Rows of the small tables of the dataset: sources, jurisdictions and topics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from tracker.domain.baseline import OfficialText
from tracker.domain.coding import Coding
from tracker.domain.rule import Version
from tracker.domain.source import Source
from tracker.domain.vocabulary import Vocabulary
from tracker.extract.baselines import coded_source
from tracker.services.export_rows import Row
from tracker.services.export_shapes import SourceKind, SourceRow
from tracker.services.workspace import Workspace

_PORTAL = "portal"
_EMPTY: Row = {**dict.fromkeys(SourceRow.model_fields), "versions": 0}


@dataclass
class Used:
    """What the records say of a source."""

    jurisdiction: str
    versions: int = 0
    coding: Coding | None = None
    """Of the version that was recorded last."""
    recorded_at: datetime | None = None

    def take(self, version: Version) -> None:
        """Count a version that rests on it."""
        self.versions += 1
        if self.recorded_at is None or version.recorded_from >= self.recorded_at:
            self.recorded_at, self.coding = version.recorded_from, version.coding


def source_rows(workspace: Workspace, used: Mapping[str, Used], read_at: Mapping[str, datetime]) -> list[Row]:
    """Every source by its id: those declared, those that records rest on, and official addresses."""
    words, found = workspace.words, dict(_addresses(workspace))
    texts = dict(_texts(workspace))
    declared = workspace.declarations.sources
    for id_ in {*declared, *used}:
        records = used.get(id_)
        row = found[id_] = {**_EMPTY, "source": id_, "last_read_at": read_at.get(id_)}
        if records is not None:
            row |= {"kind": SourceKind.RECORDED.value, "jurisdiction": records.jurisdiction}
            row |= {"versions": records.versions, **_coded(records.coding, words)}
            if id_ in texts:
                row |= {"kind": SourceKind.CODED_TEXT.value, **_text(texts[id_], records.coding)}
        if id_ in declared:
            row |= _declared(declared[id_], words)
    return [found[id_] for id_ in sorted(found)]


def declared_types(workspace: Workspace) -> dict[str, str]:
    """By declared source, its kind of text."""
    words = workspace.words
    return {id_: words.source_type(each.instrument.type).id for id_, each in workspace.declarations.sources.items()}


def jurisdiction_rows(words: Vocabulary, rules: Mapping[str, int]) -> Iterator[Row]:
    """Every jurisdiction of the vocabulary, by code."""
    for code in sorted(words.jurisdictions):
        place = words.jurisdictions[code]
        yield {
            "jurisdiction": code,
            "name": place.name,
            "local_name": place.local_name,
            "short": place.short,
            "kind": place.kind,
            "parent": place.parent,
            "timezone": place.timezone,
            "languages": place.languages,
            "rules": rules.get(code, 0),
        }


def topic_rows(words: Vocabulary) -> Iterator[Row]:
    """Every topic of the vocabulary, in its order."""
    for topic in words.topics.values():
        yield {
            "topic": topic.id,
            "name": topic.name,
            "group": topic.group,
            "group_name": words.groups[topic.group],
            "question": topic.question,
            "definition": topic.definition,
            "value_types": topic.types,
            "members": tuple(words.members_of(topic.id)),
            "incomparable": topic.incomparable,
            "negatable": topic.negatable,
            "vocabulary": topic.vocabulary,
            "units": topic.units,
            "qualifiers": topic.qualifiers,
            "direction": topic.direction,
            "inherit": topic.inherit,
            "tier": topic.tier,
            "severity_restricts": topic.severity.restricts,
            "severity_expands": topic.severity.expands,
            "severity_neutral": topic.severity.neutral,
            "why": topic.why,
        }


def _addresses(workspace: Workspace) -> Iterator[tuple[str, Row]]:
    words = workspace.words
    for baseline in workspace.baselines.found:
        for each in baseline.addresses:
            id_ = (
                f"{baseline.jurisdiction.lower()}/address-{sha256(f'{each.url} {each.title}'.encode()).hexdigest()[:8]}"
            )
            yield (
                id_,
                {
                    **_EMPTY,
                    "source": id_,
                    "kind": SourceKind.LISTED_ADDRESS.value,
                    "jurisdiction": baseline.jurisdiction,
                    "title": each.title,
                    "authority": each.authority,
                    **_type(each.type, words),
                    "language": each.language,
                    "url": each.url,
                    "address": each.address,
                },
            )


def _texts(workspace: Workspace) -> Iterator[tuple[str, OfficialText]]:
    for baseline in workspace.baselines.found:
        for name, text in baseline.texts:
            yield coded_source(baseline.jurisdiction, name), text


def _coded(coding: Coding | None, words: Vocabulary) -> Row:
    if coding is None:
        return {}
    return {
        **_type(coding.source_type, words),
        "text_date": str(coding.text_date) if coding.text_date else None,
        "not_before": str(coding.not_before) if coding.not_before else None,
        "read_at": coding.read_at or None,
    }


def _text(text: OfficialText, coding: Coding | None) -> Row:
    row: Row = {
        "title": text.title,
        "authority": text.authority,
        "language": text.language,
        "url": text.url,
        "address": text.address,
    }
    # A note speaks of the text of one date; the file may describe a newer one by now.
    dates = (str(each) if each else None for each in (coding and coding.text_date, coding and coding.not_before))
    return row | ({"note": text.note or None} if tuple(dates) == (text.date, text.not_before) else {})


def _declared(source: Source, words: Vocabulary) -> Row:
    urls = [document.url for document in source.documents]
    if source.index is not None:
        urls.insert(0, source.index.url)
    return {
        "kind": SourceKind.DECLARED.value,
        "jurisdiction": source.jurisdiction,
        "title": source.title,
        "authority": source.publisher.name,
        **_type(source.instrument.type, words),
        "language": source.language,
        "url": urls[0],
        "further_urls": " ".join(urls[1:]) or None,
        "address": None,
        "licence": source.access.licence,
        "terms": source.access.terms,
        "note": " ".join(filter(None, (source.access.notes, source.notes))) or None,
    }


def _type(given: str, words: Vocabulary) -> Row:
    if given == _PORTAL:
        return {"source_type": _PORTAL, "binding": False}
    kind = words.source_type(given)
    return {"source_type": kind.id, "binding": kind.binding}
