"""Rows of the dataset from what is recorded, as it was known at one instant."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any

from tracker.domain import timeline
from tracker.domain.change import Change, Review
from tracker.domain.coding import Coding, Fingerprint
from tracker.domain.rule import RuleKey, Version
from tracker.domain.timeline import Answer
from tracker.domain.value import (
    Duration,
    Expression,
    Member,
    MemberSet,
    Money,
    Multiple,
    Quantity,
    Text,
    Value,
    from_json,
    to_json,
)
from tracker.domain.vocabulary import Vocabulary
from tracker.domain.wording import begun, display, evidence, rule_name, since, summary
from tracker.extract import fingerprint as marks
from tracker.store.codec import dumps
from tracker.store.queries import LoggedChange

Row = dict[str, Any]

_VALUE = (
    "member",
    "members",
    "number",
    "unit",
    "canonical_number",
    "canonical_unit",
    "bound",
    "period",
    "duration",
    "currency",
    "per",
    "quantity_basis",
    "multiple_of",
    "operator",
    "text",
)
_PRECISION = ("year", "month", "day")


class Rows:
    """Makes rows as they were known at an instant: nothing that was learnt later is in them."""

    def __init__(self, words: Vocabulary, known_at: datetime, types: Mapping[str, str]) -> None:
        """`types` are the kinds of text of the declared sources."""
        self._words, self._known_at, self._types = words, known_at, types
        # Versions by the million share few values, rules and quotes.
        self._value = lru_cache(maxsize=16384)(self._value_columns)
        self._rule = lru_cache(maxsize=4096)(self._rule_columns)

    def version(self, version: Version) -> Row:
        """A row of the versions."""
        known = self.as_known(version)
        return {**self._claim(known), "recorded_to": known.recorded_to, **self._proof(known)}

    def rule(self, answer: Answer, read_at: datetime | None) -> Row:
        """A row of the rules."""
        known = self.as_known(answer.version)
        standing = {
            "falls_back_to": answer.falls_back_to.id if answer.falls_back_to else None,
            "source_read_at": read_at,
        }
        return {**self._claim(known), "status": answer.status.value, **standing, **self._proof(known)}

    def change(self, logged: LoggedChange) -> Row:
        """A row of the changes."""
        recorded = logged.recorded
        change, told = self._change_as_known(recorded.change)
        ruling = change.after or change.before
        assert ruling is not None
        decided = recorded.reviewed_at is None or recorded.reviewed_at <= self._known_at
        before, after = self._side(change, change.before), self._side(change, change.after)
        return {
            "change": recorded.id,
            **self._rule(change.key),
            "kind": change.kind.value,
            "cause": change.cause.value,
            "direction": change.direction.value,
            "severity": change.severity.value,
            "status": change.status.value,
            "before": before["display"],
            "after": after["display"],
            "valid_from": change.valid_from,
            "valid_from_basis": change.valid_from_basis.value,
            "valid_to": change.after.valid.end if change.after else None,
            "since": begun(change) or None,
            "observed_at": change.observed_at,
            "recorded_at": recorded.recorded_at,
            "noticed_late": change.noticed_late,
            # Only what waits is ever decided.
            "review": change.review.value if decided else Review.WAITING.value,
            "reviewed_at": recorded.reviewed_at if decided else None,
            "summary": told,
            "citation": ruling.passage.citation,
            "source": ruling.passage.source,
            "document": ruling.passage.document,
            "url": ruling.passage.url,
            "before_version": change.before.id if change.before and logged.has_before else None,
            "after_version": change.after.id if change.after and logged.has_after else None,
            "before_value": before["value"],
            "after_value": after["value"],
            "before_snapshot": before["snapshot"],
            "after_snapshot": after["snapshot"],
            "before_quote": before["quote"],
            "after_quote": after["quote"],
        }

    def as_known(self, version: Version) -> Version:
        """A version without what was learnt of it later."""
        return timeline.as_known(version, self._known_at)

    def _change_as_known(self, change: Change) -> tuple[Change, str]:
        """A change with its one line; where a side was masked it is told anew."""
        before = self.as_known(change.before) if change.before else None
        after = self.as_known(change.after) if change.after else None
        known = replace(change, before=before, after=after)
        pairs = ((change.before, before), (change.after, after))
        masked = any(one and other and one.coding != other.coding for one, other in pairs)
        return known, change.summary if change.summary and not masked else summary(known, self._words)

    def _side(self, change: Change, version: Version | None) -> Row:
        if version is None:
            return dict.fromkeys(("display", "value", "snapshot", "quote"))
        value = self._value(change.key.topic, dumps(to_json(version.value)))
        passage = version.passage
        shown = {"display": value["display"], "value": value["value"]}
        return shown | {"snapshot": passage.snapshot or None, "quote": passage.quote or None}

    def _claim(self, version: Version) -> Row:
        return {
            "version": version.id,
            **self._rule(version.key),
            **self._value(version.key.topic, dumps(to_json(version.value))),
            "status": version.status.value,
            "valid_from": version.valid.start,
            "valid_from_basis": version.basis.value,
            "valid_from_precision": _precision(version.coding),
            "valid_to": version.valid.end,
            "since": since(version),
            "recorded_from": version.recorded_from,
        }

    def _proof(self, version: Version) -> Row:
        passage, coding = version.passage, version.coding
        fingerprints = coding.passages if coding else (_fingerprint(passage.quote),) if passage.quote else ()
        return {
            "level": version.level.value,
            "origin": version.origin,
            "evidence": evidence(version, None) if not version.met and coding else None,
            "citation": passage.citation,
            "source": passage.source,
            "source_type": coding.source_type if coding else self._types.get(passage.source),
            "document": passage.document,
            "url": passage.url,
            "snapshot": passage.snapshot or None,
            "text_date": str(coding.text_date) if coding and coding.text_date else None,
            "not_before": str(coding.not_before) if coding and coding.not_before else None,
            "coded_by": coding.by if coding else None,
            "coded_on": coding.on if coding else None,
            "confidence": coding.confidence.value if coding else None,
            "coding_note": (coding.note or None) if coding else None,
            "read_at": (coding.read_at or None) if coding else None,
            "passage_sha256": tuple(mark.sha256 for mark in fingerprints),
            "passage_words": sum(mark.words for mark in fingerprints),
            "quote": passage.quote or None,
        }

    def _rule_columns(self, key: RuleKey) -> Row:
        return {
            "jurisdiction": key.jurisdiction,
            "topic": key.topic,
            "qualifier": key.qualifier or None,
            "rule": rule_name(key, self._words),
        }

    def _value_columns(self, topic: str, text: str) -> Row:
        data = json.loads(text)
        value = from_json(data)
        return {
            "state": value.state.value,
            "value_type": value.type,
            **dict.fromkeys(_VALUE),
            **self._typed(value),
            "attributes": ";".join(f"{name}={given}" for name, given in sorted(value.attrs.items())) or None,
            "display": display(RuleKey("", topic), value, self._words),
            "value": data,
        }

    def _typed(self, value: Value) -> Row:
        match value:
            case Quantity():
                unit = self._words.unit(value.unit)
                return {
                    "number": value.number,
                    "unit": value.unit,
                    "canonical_number": value.number * unit.to_canonical,
                    "canonical_unit": unit.canonical,
                    "bound": value.bound,
                    "period": value.period,
                    "quantity_basis": value.basis,
                }
            case Duration():
                return {"duration": value.iso, "bound": value.bound}
            case Money():
                return {"number": value.amount, "currency": value.currency, "per": value.per}
            case Multiple():
                return {"number": value.number, "multiple_of": value.of}
            case Expression():
                return {"operator": value.operator}
            case Member():
                return {"member": value.member}
            case MemberSet():
                return {"members": value.members}
            case Text():
                return {"text": value.text}
            case _:
                return {}


def _precision(coding: Coding | None) -> str:
    known = (coding.starts or coding.text_date or coding.not_before) if coding else None
    return _PRECISION[known.text.count("-")] if known else "day"


@lru_cache(maxsize=4096)
def _fingerprint(quote: str) -> Fingerprint:
    return marks.fingerprint(quote)
