"""Archived documents of one source, read into provisions, assertions and losses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from tracker.domain.provision import Dating, Provision, Standing
from tracker.domain.reading import Loss, Reading, Repeal
from tracker.domain.rule import Assertion, Basis, Passage, RuleKey
from tracker.domain.source import RuleDeclaration, Source
from tracker.errors import ExtractionError
from tracker.extract import match
from tracker.extract.formats import segment
from tracker.extract.normalise import comparable
from tracker.extract.pattern import unit_names
from tracker.extract.values import Unreadable

if TYPE_CHECKING:
    from tracker.domain.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Page:
    """One archived document of a source."""

    document: str
    url: str
    snapshot: str
    body: bytes
    media_type: str = ""


def read(source: Source, pages: Sequence[Page], day: date, words: Vocabulary) -> Reading:
    """Read a source from its documents as they stood on a day; what cannot be read is named, never guessed."""
    provisions: list[Provision] = []
    problems: list[str] = []
    for page in pages:
        try:
            provisions += segment(source, page.body, page.document, page.media_type)
        except ExtractionError as error:
            problems.append(f"{page.document}: {error}" if len(pages) > 1 else str(error))
    problems += _unmet(source, pages, provisions) if not problems else []
    if problems:
        return Reading(source.id, tuple(provisions), (), problems=tuple(problems))
    reader = _Reader(source, provisions, {page.document: page for page in pages}, day, words)
    return reader.reading()


class _Reader:
    """The rules of one source, read one after another."""

    def __init__(
        self,
        source: Source,
        provisions: list[Provision],
        pages: Mapping[str, Page],
        day: date,
        words: Vocabulary,
    ) -> None:
        self.source, self.pages, self.day, self.words = source, pages, day, words
        self.provisions = provisions
        self.book = match.Book(provisions, unit_names(words, source.language))
        self.assertions: list[Assertion] = []
        self.losses: list[Loss] = []
        self.repeals: list[Repeal] = []

    def reading(self) -> Reading:
        for rule in self.source.rules:
            if rule.applies_on(self.day):
                self._read(rule)
        return Reading(
            self.source.id,
            tuple(self.provisions),
            tuple(self._own_words()),
            tuple(self.losses),
            tuple(self.repeals),
        )

    def _read(self, rule: RuleDeclaration) -> None:
        key = RuleKey.of(self.source.jurisdiction, rule.topic, rule.qualifier)
        try:
            found = match.match(rule, self.book, self.source.language, self.words)
        except match.NotFound as error:
            self.losses.append(Loss(key, str(error), optional=rule.optional))
        except Unreadable as error:
            self.losses.append(Loss(key, str(error), unreadable=True))
        else:
            if isinstance(found, match.Repealed):
                self.repeals.append(self._repeal(key, found.provision))
            else:
                self.assertions.append(self._assertion(key, found))

    def _own_words(self) -> Iterator[Assertion]:
        """The assertions, without those that moved onto words with which another rule of their topic is answered."""
        stays = {_words_of(assertion) for assertion in self.assertions if not assertion.moved}
        for assertion in self.assertions:
            if assertion.moved and _words_of(assertion) in stays:
                reason = f"the words stand only at {assertion.passage.citation}, where another rule is read"
                self.losses.append(Loss(assertion.key, reason))
            else:
                yield assertion

    def _assertion(self, key: RuleKey, found: match.Found) -> Assertion:
        datings = [p.dating for p in found.provisions]
        dating = max(datings, key=lambda d: (d.effective_on or date.min, len(d.amendments)))
        effective_on = found.effective_on or _last_amended(dating, self.day)
        return Assertion(
            key,
            found.value,
            self._passage(found.provisions[0], found.quote, found.citation, found.prefix, found.suffix),
            effective_on,
            _basis(dating, effective_on),
            dating.endings,
            dating.amendments,
            moved=found.moved,
        )

    def _repeal(self, key: RuleKey, provision: Provision) -> Repeal:
        passage = self._passage(provision, provision.text, provision.citation, "", "")
        dating = provision.dating
        effective_on = dating.effective_on or _last_amended(dating, self.day)
        return Repeal(key, passage, effective_on, dating.endings, dating.amendments)

    def _passage(self, provision: Provision, quote: str, citation: str, prefix: str, suffix: str) -> Passage:
        page = self.pages[provision.document]
        return Passage(
            quote=quote,
            citation=self.source.instrument.citation(citation),
            source=self.source.id,
            document=page.document,
            url=page.url,
            snapshot=page.snapshot,
            prefix=prefix,
            suffix=suffix,
        )


def _words_of(assertion: Assertion) -> tuple[str, str, str, str]:
    passage = assertion.passage
    return assertion.key.topic, passage.document, passage.citation, passage.quote


def _last_amended(dating: Dating, day: date) -> date | None:
    return max((a.effective_on for a in dating.amendments if a.effective_on <= day), default=None)


def _basis(dating: Dating, effective_on: date | None) -> Basis:
    if effective_on is None:
        return Basis.FIRST_SEEN
    return Basis.LAST_AMENDED if dating.section_wide else Basis.STATED


def _unmet(source: Source, pages: Sequence[Page], provisions: Sequence[Provision]) -> list[str]:
    """What the declaration expects of the whole source and did not get."""
    expect, problems = source.expect, []
    current = sum(p.standing is not Standing.PENDING for p in provisions)
    for name, number, bounds in (
        ("documents", len(pages), expect.documents),
        ("provisions", current, expect.provisions),
    ):
        if number < bounds.min:
            problems.append(f"Only {number} {name} where at least {bounds.min} are expected.")
        elif bounds.max is not None and number > bounds.max:
            problems.append(f"{number} {name} where at most {bounds.max} are expected.")
    for phrase in expect.phrases:
        if not _stands(phrase, provisions):
            problems.append(f"The expected words {phrase!r} are nowhere in it.")
    return problems


def _stands(phrase: str, provisions: Sequence[Provision]) -> bool:
    """Whether words stand somewhere, letter by letter (quickly seen) or as the same words printed otherwise."""
    if any(phrase in p.text or phrase in p.heading for p in provisions):
        return True
    printed = [*(p.text for p in provisions), *(p.heading for p in provisions)]
    return comparable(phrase) in comparable(" ".join(printed))
