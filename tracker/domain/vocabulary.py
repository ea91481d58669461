"""The controlled vocabularies: topics, conditions, units, professions, places, and how they refer to each other."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from difflib import SequenceMatcher, get_close_matches
from functools import cached_property
from itertools import chain
from types import MappingProxyType
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, model_validator

from tracker.domain.terms import (
    Condition,
    Jurisdiction,
    Member,
    QualifierDimension,
    Severity,
    SourceType,
    Term,
    Topic,
    Unit,
)

__all__ = [
    "Condition",
    "Jurisdiction",
    "Member",
    "QualifierDimension",
    "Severity",
    "SourceType",
    "Term",
    "Topic",
    "Unit",
    "UnknownTerm",
    "Vocabulary",
]

_SLUG = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_FREE_VALUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.:-]*")
_NOT = "not:"
_WORTH_NAMING = 0.1
"""A guess this much less like the given word than the best one is not named."""


class UnknownTerm(KeyError):
    """A word that is in no vocabulary, or one that means several things; carries the nearest ids."""

    def __init__(self, kind: str, given: str, nearest: Iterable[str] = (), *, ambiguous: bool = False) -> None:
        self.kind, self.given, self.nearest, self.ambiguous = kind, given, tuple(nearest), ambiguous
        super().__init__(kind, given)

    def __str__(self) -> str:
        if self.ambiguous:
            return f"{self.kind} {self.given!r} may be {_either(self.nearest)}"
        guess = f"; did you mean {_either(self.nearest)}?" if self.nearest else ""
        return f"unknown {self.kind} {self.given!r}{guess}"


class Vocabulary(BaseModel):
    """All controlled vocabularies together, checked against each other when they are read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    groups: dict[str, str]
    topics: dict[str, Topic]
    conditions: dict[str, Condition]
    codes_unverified: bool = False
    units: dict[str, Unit]
    prescriber_classes: dict[str, Term]
    authorisation_routes: dict[str, Term]
    product_forms: dict[str, Term]
    routes_of_administration: dict[str, Term]
    source_types: dict[str, SourceType]
    qualifiers: dict[str, QualifierDimension]
    jurisdictions: dict[str, Jurisdiction]

    @classmethod
    def from_documents(cls, docs: Mapping[str, Any]) -> Self:
        """Read parsed documents, keyed by file stem; several may add entries to one vocabulary, none may repeat one."""
        if strange := [stem for stem, doc in docs.items() if not isinstance(doc, Mapping)]:
            raise ValueError(f"{', '.join(strange)}: a vocabulary file holds a mapping")
        whole: dict[str, Any] = {}
        for stem, doc in docs.items():
            for field, entries in doc.items():
                if not isinstance(entries, Mapping):
                    whole[field] = entries
                    continue
                known = whole.setdefault(field, {})
                if twice := known.keys() & entries.keys():
                    raise ValueError(f"{stem}: {field} already has {', '.join(sorted(twice))}")
                known.update(entries)
        return cls.model_validate(whole)

    @model_validator(mode="before")
    @classmethod
    def _keys_are_ids(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        return {
            field: {key: {"id": key, **body} if isinstance(body, Mapping) else body for key, body in entries.items()}
            if isinstance(entries, Mapping)
            else entries
            for field, entries in data.items()
        }

    @model_validator(mode="after")
    def _refers_to_itself_only(self) -> Self:
        if problems := list(self._problems()):
            raise ValueError("; ".join(problems))
        return self

    # ── Looking things up ───────────────────────────────────────────────────────────────────────────────────────────

    def topic(self, given: str) -> Topic:
        """The topic with this id."""
        if given in self.topics:
            return self.topics[given]
        raise _unknown("topic", given, ((topic.id, (topic.name,)) for topic in self.topics.values()))

    def condition(self, given: str) -> Condition:
        """The condition with this code."""
        if given in self.conditions:
            return self.conditions[given]
        named = ((c.id, (c.label, *chain(*c.synonyms.values()))) for c in self.conditions.values())
        raise _unknown("condition", given, named)

    def conditions_named(self, phrase: str) -> tuple[str, ...]:
        """The conditions that a phrase names in any language, as laws, clinicians and lay people write it.

        Raises UnknownTerm with those whose names hold all its words, else with the nearest.
        """
        named = self._conditions_by_name.get(_folded(phrase), ())
        if named:
            return named
        wanted = set(_folded(phrase).split())
        shared = {name: len(wanted & set(name.split())) for name in self._conditions_by_name}
        most = max(shared.values())
        if not most:
            self.condition(phrase)
        near = {code for name, number in shared.items() if number == most for code in self._conditions_by_name[name]}
        broadest = [
            code for code in self.conditions if code in near and not near & {*self.ancestors_of_condition(code)}
        ]
        raise UnknownTerm("condition", phrase, broadest, ambiguous=most == len(wanted))

    def unit(self, given: str) -> Unit:
        """The unit with this id."""
        if given in self.units:
            return self.units[given]
        raise _unknown("unit", given, ((unit.id, chain(*unit.names.values())) for unit in self.units.values()))

    def source_type(self, given: str) -> SourceType:
        """The source type with this id or alias."""
        for kind in self.source_types.values():
            if given in (kind.id, *kind.aliases):
                return kind
        raise _unknown("source type", given, ((kind.id, kind.aliases) for kind in self.source_types.values()))

    def jurisdiction(self, given: str) -> Jurisdiction:
        """The jurisdiction with this code in any case, or with this name, short name, local name or alias."""
        codes = self._jurisdictions_by_name.get(_folded(given), ())
        exact = self._codes_in_lower_case.get(given.strip().casefold())
        if exact or len(codes) == 1:
            return self.jurisdictions[exact or codes[0]]
        if codes:
            raise UnknownTerm("jurisdiction", given, codes, ambiguous=True)
        part = f"-{given.strip().upper()}"
        if parts := [code for code in self.jurisdictions if code.endswith(part)]:
            raise UnknownTerm("jurisdiction", given, parts)
        places = self.jurisdictions.values()
        raise _unknown("jurisdiction", given, ((p.id, (p.name, p.local_name, p.short, *p.aliases)) for p in places))

    def us_state_hint(self, code: str) -> str | None:
        """The US state that shares these two letters with a country, if one does."""
        country = code.strip().upper()
        state = f"US-{country}"
        return state if country in self.jurisdictions and state in self.jurisdictions else None

    # ── Members of topics ───────────────────────────────────────────────────────────────────────────────────────────

    def members_of(self, topic: str) -> Mapping[str, str]:
        """The allowed members of an enum or set topic with their labels, those of its vocabulary first."""
        entry = self.topic(topic)
        labels = _labels(getattr(self, entry.vocabulary)) if entry.vocabulary else {}
        return MappingProxyType(labels | {member.id: member.label for member in entry.members})

    def is_member(self, topic: str, member: str) -> bool:
        """Whether a value of the topic may hold this member; a negatable topic also takes `not:<member>`."""
        if self.topic(topic).negatable:
            member = member.removeprefix(_NOT)
        return member in self.members_of(topic)

    def rank_of(self, topic: str, member: str) -> int | None:
        """How much access the member gives within its topic, or None where it compares with nothing."""
        entry = self.topic(topic)
        if not self.is_member(topic, member):
            members = self.members_of(topic).items()
            raise _unknown(f"member of {topic}", member, ((key, (label,)) for key, label in members))
        ranked: Mapping[str, object] = {own.id: own for own in entry.members}
        if entry.vocabulary and member not in ranked:
            ranked = getattr(self, entry.vocabulary)
        rank = getattr(ranked.get(member), "rank", None)
        return rank if isinstance(rank, int) else None

    def label_of(self, topic: str, member: str) -> str:
        """The member in words; `not:dentist` is "not dentist"."""
        label = self.members_of(topic).get(member.removeprefix(_NOT), member.removeprefix(_NOT).replace("_", " "))
        return f"not {label[:1].lower()}{label[1:]}" if member.startswith(_NOT) else label

    def ancestors_of_condition(self, code: str) -> tuple[str, ...]:
        """The broader conditions that contain this one, the nearest first; none for a word that is no condition."""
        return _ancestors(self.conditions, code)

    def ancestors_of_jurisdiction(self, code: str) -> tuple[str, ...]:
        """The jurisdictions that contain this one, nearest first."""
        return _ancestors(self.jurisdictions, code)

    def ancestors_of_member(self, topic: str, member: str) -> tuple[str, ...]:
        """The wider members of the same topic that contain this one, the nearest first; most members have none."""
        vocabulary = self.topic(topic).vocabulary
        return _ancestors(getattr(self, vocabulary), member) if vocabulary else ()

    # ── Qualifiers ──────────────────────────────────────────────────────────────────────────────────────────────────

    def qualifier_values(self, dimension: str) -> Mapping[str, str]:
        """The listed values of a dimension with their labels; a free dimension takes other words as well."""
        if dimension not in self.qualifiers:
            raise _unknown("qualifier", dimension, ((q.id, (q.label,)) for q in self.qualifiers.values()))
        entry = self.qualifiers[dimension]
        labels = _labels(getattr(self, entry.vocabulary)) if entry.vocabulary else {}
        return MappingProxyType(labels | entry.values)

    def qualifier_label(self, dimension: str, value: str) -> str:
        """The value of a dimension in words."""
        return self.qualifier_values(dimension).get(value, value.replace("_", " "))

    def validate_qualifier(self, topic: str, qualifier: Mapping[str, str]) -> list[str]:
        """What is wrong with the qualifier of a rule of this topic, one sentence each."""
        allowed = self.topic(topic).qualifiers
        problems = []
        for dimension, value in qualifier.items():
            if dimension not in allowed:
                choice = f"allowed: {', '.join(allowed)}" if allowed else "it takes no qualifier"
                problems.append(f"{topic} has no qualifier {dimension!r}{_guess(dimension, allowed)}; {choice}")
                continue
            values = self.qualifier_values(dimension)
            if value in values:
                continue
            if not self.qualifiers[dimension].free:
                problems.append(f"{dimension} has no value {value!r}{_guess(value, values)}")
            elif not isinstance(value, str) or not _FREE_VALUE.fullmatch(value):
                problems.append(f"{dimension} takes one word of letters, digits, '_', '-', '.' and ':', not {value!r}")
        return problems

    # ── Consistency ─────────────────────────────────────────────────────────────────────────────────────────────────

    def _problems(self) -> Iterator[str]:
        yield from self._id_problems()
        yield from self._topic_problems()
        yield from self._parent_problems()
        yield from self._unit_problems()
        yield from self._source_type_problems()
        yield from self._qualifier_problems()
        phrases = ((c.id, f" ({lang})", words) for c in self.conditions.values() for lang, words in c.synonyms.items())
        yield from _repeated("conditions", phrases)
        yield from _repeated("jurisdictions", ((place.id, "", (place.name,)) for place in self.jurisdictions.values()))

    def _id_problems(self) -> Iterator[str]:
        for field in type(self).model_fields:
            entries = getattr(self, field)
            for key, entry in entries.items() if isinstance(entries, dict) else ():
                if field != "jurisdictions" and not _SLUG.fullmatch(key):
                    yield f"{field}: {key!r} is no id"
                if getattr(entry, "id", key) != key:
                    yield f"{field}: {key} says that its id is {entry.id}"

    def _topic_problems(self) -> Iterator[str]:
        for topic in self.topics.values():
            here = f"topics: {topic.id}:"
            yield from _missing(f"{here} group", [topic.group], self.groups)
            yield from _missing(f"{here} unit", topic.units, self.units)
            yield from _missing(f"{here} qualifier", topic.qualifiers, self.qualifiers)
            shared = getattr(self, topic.vocabulary) if topic.vocabulary else {}
            yield from _already(f"{here} member", [member.id for member in topic.members], shared)
            ranked = any(getattr(term, "rank", None) is not None for term in shared.values())
            if topic.direction == "rank_easiest" and not ranked:
                yield f"{here} nothing it may hold has a rank"

    def _parent_problems(self) -> Iterator[str]:
        for field in ("conditions", "prescriber_classes", "jurisdictions"):
            entries = getattr(self, field)
            yield from _missing(f"{field}: parent", [e.parent for e in entries.values() if e.parent], entries)
            yield from (f"{field}: {key} is above itself" for key in entries if key in _ancestors(entries, key))

    def _unit_problems(self) -> Iterator[str]:
        for unit in self.units.values():
            base = self.units.get(unit.canonical)
            if base is None or base.canonical != base.id or base.to_canonical != 1 or base.dimension != unit.dimension:
                yield f"units: {unit.id}: {unit.canonical!r} is not the canonical unit of {unit.dimension}"
        yield from _repeated("units", ((u.id, "", words) for u in self.units.values() for words in u.names.values()))

    def _source_type_problems(self) -> Iterator[str]:
        kinds = self.source_types.values()
        yield from _repeated("source_types", ((kind.id, "", (kind.id, *kind.aliases)) for kind in kinds))
        yield from _repeated("source_types", ((kind.id, "", (f"rank {kind.rank}",)) for kind in kinds))
        for kind in kinds:
            yield from _missing(f"source_types: {kind.id}: topic", kind.topics, self.topics)

    def _qualifier_problems(self) -> Iterator[str]:
        for dimension in self.qualifiers.values():
            here = f"qualifiers: {dimension.id}: value"
            yield from (f"{here} {value!r} is no id" for value in dimension.values if not _SLUG.fullmatch(value))
            if dimension.vocabulary:
                yield from _already(here, dimension.values, getattr(self, dimension.vocabulary))

    @cached_property
    def _conditions_by_name(self) -> dict[str, tuple[str, ...]]:
        codes: dict[str, tuple[str, ...]] = {}
        for entry in self.conditions.values():
            for name in {_folded(name) for name in (entry.id, entry.label, *chain(*entry.synonyms.values()))}:
                codes[name] = (*codes.get(name, ()), entry.id)
        return codes

    @cached_property
    def _codes_in_lower_case(self) -> dict[str, str]:
        return {code.casefold(): code for code in self.jurisdictions}

    @cached_property
    def _jurisdictions_by_name(self) -> dict[str, tuple[str, ...]]:
        codes: dict[str, tuple[str, ...]] = {}
        for place in self.jurisdictions.values():
            for name in {_folded(name) for name in (place.name, place.local_name, place.short, *place.aliases)}:
                codes[name] = (*codes.get(name, ()), place.id)
        return codes


def _unknown(kind: str, given: str, named: Iterable[tuple[str, Iterable[str]]]) -> UnknownTerm:
    """The error that carries the ids most like the word, or with a name that is."""
    ids = {_folded(word): key for key, names in named for word in (key, *names)}
    nearest = get_close_matches(_folded(given), ids)
    best = [word for word in nearest if _likeness(given, word) > _likeness(given, nearest[0]) - _WORTH_NAMING]
    return UnknownTerm(kind, given, dict.fromkeys(ids[word] for word in best))


def _likeness(given: str, word: str) -> float:
    return SequenceMatcher(None, _folded(given), word).ratio()


def _labels(entries: Mapping[str, Term | Condition | SourceType | Jurisdiction]) -> dict[str, str]:
    return {key: e.name if isinstance(e, Jurisdiction) else e.label for key, e in entries.items()}


def _ancestors(entries: Mapping[str, Any], key: str) -> tuple[str, ...]:
    chain: list[str] = []
    while key in entries and (key := entries[key].parent) is not None and key not in chain:
        chain.append(key)
    return tuple(chain)


def _folded(name: str) -> str:
    """The name as people type it: no case, accents, points or apostrophes, and one space between words."""
    letters = "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))
    words = re.sub(r"[\W_]+", " ", re.sub(r"[.'’ʻ]", "", letters).replace("&", " and ")).split()
    return " ".join(words[1:] if words[:1] == ["the"] else words)


def _either(ids: tuple[str, ...]) -> str:
    return " or ".join(filter(None, [", ".join(ids[:-1]), *ids[-1:]]))


def _guess(given: str, allowed: Iterable[str]) -> str:
    nearest = get_close_matches(str(given), list(allowed), n=1)
    return f" (did you mean {nearest[0]}?)" if nearest else ""


def _missing(where: str, wanted: Iterable[str], known: Mapping[str, object]) -> Iterator[str]:
    return (f"{where} {name!r} is not there{_guess(name, known)}" for name in wanted if name not in known)


def _already(where: str, added: Iterable[str], shared: Mapping[str, object]) -> Iterator[str]:
    return (f"{where} {name!r} is in its vocabulary already" for name in added if name in shared)


def _repeated(field: str, phrases: Iterable[tuple[str, str, Iterable[str]]]) -> Iterator[str]:
    """Phrases that stand for two entries; each comes with its entry and with where it may be used."""
    owner: dict[tuple[str, str], str] = {}
    for key, where, words in phrases:
        for word in words:
            first = owner.setdefault((where, word.casefold()), key)
            if first != key:
                yield f"{field}: {word!r}{where} stands for {first} and for {key}"
