"""A declared rule held against provisions: the passage that answers it, and the value in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from tracker.domain.provision import Provision, Standing
from tracker.domain.source import Case, RuleDeclaration
from tracker.domain.value import Value
from tracker.extract import terms
from tracker.extract.normalise import fold
from tracker.extract.pattern import Pattern, compile_pattern
from tracker.extract.values import Unreadable, build, table_value

if TYPE_CHECKING:
    from tracker.domain.vocabulary import Vocabulary

_DISTINCT = 6
"""Literal words a pattern must have to be trusted outside the provision that it names."""
_ON_PAGE = re.compile(r"^(?:p|S)\. \d+, ")
_BARE_LABEL = re.compile(r"[a-z][a-z0-9.]{0,5}\)")
"""French paragraphs are cited without an opening bracket: art. 8a)."""
_NAMED_LABEL = re.compile(r" (?:Abs|Nr|Buchst|Doppelbuchst|Dreifachbuchst)\. | Spiegelstrich ")
"""German citations name the kind of each label: § 3 Abs. 1 Nr. 2."""
_PRINTED_LABEL = re.compile(r"\S*\)|\d{1,3}[a-z]{0,2}\.")
"""Labels that stand before the words of a paragraph: (2), b), 1. and 4a."""
_COMAR = re.compile(r"COMAR \d+\.\d+\.\d+(?:\.[\d-]+)?")
_BELOW_COMAR = re.compile(r"\.\d|[A-Z]{1,2}(?=\(|,|$)")
"""Maryland cites the sections of a regulation without any mark: COMAR 14.17.04.01C(1)."""
_QUOTE = 1_200
_CONTEXT = 60


@dataclass(frozen=True, slots=True)
class Found:
    """The words that answer a rule, and what they say."""

    value: Value
    quote: str
    prefix: str
    suffix: str
    provisions: tuple[Provision, ...]
    """Those the quote stands in, in order."""
    moved: bool = False

    @property
    def citation(self) -> str:
        """The closest citation that covers the whole quote."""
        return common_citation(self.provisions)

    @property
    def effective_on(self) -> date | None:
        """The latest day that any part of the quote states."""
        return max((p.dating.effective_on for p in self.provisions if p.dating.effective_on), default=None)


@dataclass(frozen=True, slots=True)
class Repealed:
    """The place of a rule, marked as repealed by the text itself."""

    provision: Provision


class NotFound(Exception):
    """No case of the rule fits; says in plain words what was looked for where."""


def match(rule: RuleDeclaration, book: Book, language: str, words: Vocabulary) -> Found | Repealed:
    """The passage that answers a rule; raises NotFound, or Unreadable where it stands but cannot be understood."""
    unreadable: Unreadable | None = None
    for case in rule.alternatives():
        for place in case.places:
            try:
                found = _at(case, book.under(place), rule.topic, language, words, book.units)
            except Unreadable as error:
                unreadable = unreadable or Unreadable(f"{place}: {error}")
                continue
            if found is not None:
                return found
    if unreadable is not None:
        raise unreadable
    # A section may be marked as repealed because its words moved: then the rule stands.
    moved = _elsewhere(rule, book, language, words)
    if moved is not None:
        return moved
    for place in (place for case in rule.alternatives() for place in case.places):
        repealed = book.repealed(place)
        if repealed is not None:
            return Repealed(repealed)
    looked = rule.find or (rule.table.row if rule.table else None) or next((c.find for c in rule.cases if c.find), "")
    where = " or ".join(rule.places) or "the document"
    raise NotFound(f"{where}: the words {looked!r} were not found there" if looked else f"{where}: no item was found")


class Book:
    """The provisions of a source that stand in one way, found by citation."""

    def __init__(
        self, provisions: Sequence[Provision], units: tuple[str, ...], standing: Standing = Standing.IN_FORCE
    ) -> None:
        self.units = units
        self.provisions = provisions
        self._sections: dict[tuple[str, str], list[Provision]] = {}
        for provision in provisions:
            if provision.standing is standing:
                self._sections.setdefault((provision.document, provision.path[0]), []).append(provision)
        self._heads = {key: unpaged(common_citation(section)) for key, section in self._sections.items()}
        self._passages: dict[tuple[str, str], tuple[Passage, str]] = {}

    def under(self, citation: str) -> list[Provision]:
        """The provisions at a citation and below it, on whatever page they are."""
        citation = unpaged(citation)
        return [
            provision
            for key, head in self._heads.items()
            if (citation.startswith(head) or head.startswith(citation))
            and (is_under(citation, head) or is_under(head, citation))
            for provision in self._sections[key]
            if is_under(unpaged(provision.citation), citation) and _is_inside(provision, citation)
        ]

    def repealed(self, citation: str) -> Provision | None:
        """The provision at a citation if it is marked as repealed, or the one that contains it.

        A mark inside something that is in force, such as a list of definitions, is not about the whole of it.
        """
        for provision in self.provisions:
            if provision.standing is Standing.REPEALED and is_under(citation, provision.citation):
                return None if self.under(provision.citation) else provision
        return None

    def holding(self, word: str) -> Iterator[Passage]:
        """The sections in which a word stands, each as one passage."""
        for key, section in self._sections.items():
            if key not in self._passages:
                passage = join(section)
                self._passages[key] = passage, fold(passage.text).lower()
            passage, text = self._passages[key]
            if word in text:
                yield passage


def unpaged(citation: str) -> str:
    """A citation without the page at its start: a place is named by its section, which may move to another page."""
    return _ON_PAGE.sub("", citation)


def is_under(citation: str, place: str) -> bool:
    """Whether a citation is a place or below it: "s. 266(2)(a)" is under "s. 266(2)", "s. 2661" is not."""
    if not citation.startswith(place):
        return False
    rest = citation[len(place) :]
    return (
        not rest
        or rest.startswith(("(", ", ", ' "'))
        or _BARE_LABEL.match(rest) is not None
        or _NAMED_LABEL.match(rest) is not None
        or (_COMAR.fullmatch(place) is not None and _BELOW_COMAR.match(rest) is not None)
    )


def _is_inside(provision: Provision, place: str) -> bool:
    """Whether a provision cited with commas is below a place, and not below one whose heading only begins like it."""
    if not unpaged(provision.citation).startswith(f"{place}, "):
        return True
    return any(", ".join(provision.path[:depth]) == place for depth in range(1, len(provision.path)))


def common_citation(provisions: Sequence[Provision]) -> str:
    """The citation of the closest provision that contains them all."""
    first = provisions[0]
    if len(provisions) == 1:
        return first.citation
    depth = min(len(p.path) for p in provisions)
    shared = 0
    while shared < depth and len({p.path[shared] for p in provisions}) == 1:
        shared += 1
    if shared == len(first.path):
        return first.citation
    tail = first.path[shared:]
    cut = first.citation
    for label in reversed(tail):
        cut = cut[: cut.rfind(label)].rstrip(", ") if label in cut else _without_named(cut, label)
    return cut or first.citation


def _without_named(citation: str, label: str) -> str:
    """A citation without its last label where it names the kind of it: "Abs. 2" for "(2)"."""
    named = re.search(rf" \S+ {re.escape(label.strip('().'))}$", citation)
    return citation[: named.start()] if named else citation


@dataclass(frozen=True, slots=True)
class Passage:
    """Provisions joined as they are read, with the place of each."""

    text: str
    spans: tuple[tuple[int, int, Provision], ...]

    def of(self, start: int, end: int) -> tuple[Provision, ...]:
        return tuple(p for begin, stop, p in self.spans if begin < end and start < stop)


def join(provisions: Sequence[Provision]) -> Passage:
    """Provisions as one text, each deeper one behind its label."""
    parts: list[str] = []
    spans: list[tuple[int, int, Provision]] = []
    position = 0
    begun: set[tuple[str, ...]] = set()
    for index, provision in enumerate(provisions):
        label = provision.path[-1]
        spoken = index > 0 and provision.path not in begun and _PRINTED_LABEL.fullmatch(label) is not None
        begun.add(provision.path)
        text = f"{label} {provision.text}" if spoken else provision.text
        if parts:
            position += 1
        parts.append(text)
        spans.append((position, position + len(text), provision))
        position += len(text)
    return Passage(" ".join(parts), tuple(spans))


def _at(
    case: Case, provisions: list[Provision], topic: str, language: str, words: Vocabulary, units: tuple[str, ...]
) -> Found | None:
    if not provisions:
        return None
    if case.table is not None:
        return _row(case, provisions, topic, language, words)
    if case.items:
        wanted = compile_pattern(case.find, language, units).exact if case.find is not None else None
        led_in = wanted is None or wanted.search(fold(join(provisions).text)) is not None
        return _items(case, provisions, language, words) if led_in else None
    if case.find is None:
        return None
    return _words(case, compile_pattern(case.find, language, units), join(provisions), topic, language, words)


def _words(
    case: Case, pattern: Pattern, passage: Passage, topic: str, language: str, words: Vocabulary
) -> Found | None:
    folded = fold(passage.text)
    hit = pattern.exact.search(folded)
    if hit is None:
        near = pattern.skeleton.search(folded) if pattern.values else None
        if near is not None:
            raise Unreadable(f'the value in "{_short(passage.text[near.start() : near.end()])}" could not be read')
        return None
    value = build(case, hit.groupdict(), topic, language, words)
    return _found(value, passage, hit.start(), hit.end())


def _found(value: Value, passage: Passage, start: int, end: int) -> Found:
    return Found(
        value,
        passage.text[start:end],
        passage.text[max(0, start - _CONTEXT) : start],
        passage.text[end : end + _CONTEXT],
        passage.of(start, end),
    )


def _row(case: Case, provisions: list[Provision], topic: str, language: str, words: Vocabulary) -> Found | None:
    assert case.table is not None
    wanted = re.compile(case.table.row, re.IGNORECASE)
    rows = [p for p in provisions if any(wanted.fullmatch(fold(cell)) for cell in p.cells)]
    if not rows:
        return None
    if len(rows) > 1:
        raise Unreadable(f"{len(rows)} rows match {case.table.row!r}")
    row = rows[0]
    if len(row.cells) < case.table.column:
        raise Unreadable(f"the row {_short(row.text)!r} has no column {case.table.column}")
    value = table_value(case, fold(row.cells[case.table.column - 1]), topic, language, words)
    return Found(value, row.text, "", "", (row,))


def _items(case: Case, provisions: list[Provision], language: str, words: Vocabulary) -> Found | None:
    """Each sub-provision one level down, with what stands below it, is one term; or each that leads in no other."""
    depth = min(len(p.path) for p in provisions)
    level = depth if not provisions[0].path[-1].startswith(("paragraph", "item", "row")) else depth - 1
    leads = {p.path[:end] for p in provisions for end in range(len(p.path))} if case.items == "leaves" else set()
    items: dict[tuple[str, ...], list[Provision]] = {}
    for provision in provisions:
        if len(provision.path) > level and not provision.path[level].startswith("paragraph"):
            item = provision.path if leads else provision.path[level : level + 1]
            if item not in leads:
                items.setdefault(item, []).append(provision)
    if not items:
        return None
    phrases = terms.known_phrases(case.members, case.vocabulary, language, words)
    members: list[str] = []
    for parts in items.values():
        text = " ".join(p.text for p in parts).strip().rstrip(".;,")
        text = re.sub(r"[;,]?\s+(?:and|or|et|ou|und|oder|sowie)$", "", text)
        try:
            members += terms.members_in(text, phrases)
        except terms.UnknownTerm as error:
            raise Unreadable(
                f'the item "{_short(text)}" is not known (not understood: "{error.term}"); '
                "name it under members: in the declaration"
            ) from None
    value = build(case.model_copy(update={"members": {m: m for m in members}}), {}, "", language, words)
    passage = join([p for p in provisions if leads or len(p.path) <= level or p.path[level : level + 1] in items])
    return _found(value, passage, 0, min(len(passage.text), _QUOTE))


def _elsewhere(rule: RuleDeclaration, book: Book, language: str, words: Vocabulary) -> Found | None:
    """The same words in exactly one other section: the passage moved or was renumbered."""
    for case in rule.alternatives():
        if case.find is None or case.items:
            continue
        pattern = compile_pattern(case.find, language, book.units)
        if pattern.words < _DISTINCT:
            continue
        hits = []
        for passage in book.holding(pattern.rarest):
            hits += [(passage, hit) for hit in pattern.exact.finditer(fold(passage.text))]
        if len(hits) == 1:
            passage, hit = hits[0]
            try:
                value = build(case, hit.groupdict(), rule.topic, language, words)
            except Unreadable as error:
                raise Unreadable(f"{common_citation(passage.of(hit.start(), hit.end()))}: {error}") from None
            return replace(_found(value, passage, hit.start(), hit.end()), moved=True)
    return None


def _short(text: str) -> str:
    return text if len(text) <= 90 else text[:89] + "…"
