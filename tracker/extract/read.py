"""Archived documents of one source, read into provisions, assertions and losses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from tracker.domain.provision import Dating, Ending, Provision, Standing
from tracker.domain.reading import Loss, Reading, Repeal
from tracker.domain.rule import Assertion, Basis, Passage, RuleKey, Underlying
from tracker.domain.source import RuleDeclaration, Source
from tracker.errors import ExtractionError
from tracker.extract import languages, match
from tracker.extract.formats import segment
from tracker.extract.instructions import applied
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
    language: str = ""
    """What the server says that it is written in."""


def read(source: Source, pages: Sequence[Page], day: date, words: Vocabulary) -> Reading:
    """Read a source from its documents as they stood on a day; what cannot be read is named, never guessed."""
    provisions: list[Provision] = []
    problems: list[str] = []
    for page in pages:
        if not page.body and source.keeps_beneath(page.url):
            continue  # it went with the temporary law over it
        try:
            provisions += _in_its_language(source, page, segment(source, page.body, page.document, page.media_type))
        except ExtractionError as error:
            problems.append(f"{page.document}: {error}" if len(pages) > 1 else str(error))
    provisions = applied(provisions, day) if source.format.instructed else provisions
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
        units = unit_names(words, source.language)
        self.book = match.Book(provisions, units)
        self.beneath = match.Book(provisions, units, Standing.UNDERLYING)
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
                self.repeals.append(self._repeal(key, found.provision, rule))
            else:
                self.assertions.append(self._assertion(key, found, rule))

    def _own_words(self) -> Iterator[Assertion]:
        """The assertions, without those that moved onto words with which another rule of their topic is answered."""
        stays = {_words_of(assertion) for assertion in self.assertions if not assertion.moved}
        for assertion in self.assertions:
            if assertion.moved and _words_of(assertion) in stays:
                reason = f"the words stand only at {assertion.passage.citation}, where another rule is read"
                self.losses.append(Loss(assertion.key, reason))
            else:
                yield assertion

    def _assertion(self, key: RuleKey, found: match.Found, rule: RuleDeclaration) -> Assertion:
        datings = [p.dating for p in found.provisions]
        dating = max(datings, key=lambda d: (d.effective_on or date.min, len(d.amendments)))
        effective_on = found.effective_on or _last_amended(dating, self.day)
        assertion = Assertion(
            key,
            found.value,
            self._passage_of(found),
            effective_on,
            _basis(dating, effective_on),
            dating.endings,
            dating.amendments,
            moved=found.moved,
            underlying=self._underlying(rule, dating.endings),
        )
        return replace(assertion, endings=()) if assertion.permanent else assertion

    def _repeal(self, key: RuleKey, provision: Provision, rule: RuleDeclaration) -> Repeal:
        passage = self._passage((provision,), provision.text, provision.citation, "", "")
        dating = provision.dating
        effective_on = dating.effective_on or _last_amended(dating, self.day)
        marks = (beneath.text for beneath in self.beneath.under(provision.citation))
        endings = () if provision.text in marks else dating.endings
        under = self._underlying(rule, endings)
        return Repeal(key, passage, effective_on, endings, dating.amendments, under)

    def _underlying(self, rule: RuleDeclaration, endings: tuple[Ending, ...]) -> Underlying | None:
        """What permanent law says at the same place, where temporary law lies over it."""
        if not endings:
            return None
        try:
            found = match.match(rule, self.beneath, self.source.language, self.words)
        except (match.NotFound, Unreadable):
            return None
        if isinstance(found, match.Repealed) or found.moved:
            return None
        return Underlying(found.value, self._passage_of(found))

    def _passage_of(self, found: match.Found) -> Passage:
        return self._passage(found.provisions, found.quote, found.citation, found.prefix, found.suffix)

    def _passage(self, provisions: Sequence[Provision], quote: str, citation: str, prefix: str, suffix: str) -> Passage:
        page = self.pages[_printed(provisions)]
        return Passage(
            quote=quote,
            citation=self.source.instrument.citation(citation),
            source=self.source.id,
            document=provisions[0].document,
            url=page.url,
            snapshot=page.snapshot,
            prefix=prefix,
            suffix=suffix,
        )


def _words_of(assertion: Assertion) -> tuple[str, str, str, str]:
    passage = assertion.passage
    return assertion.key.topic, passage.document, passage.citation, passage.quote


def _printed(provisions: Sequence[Provision]) -> str:
    """The document in which words stand; one that prints anew what it amends prints all that stands around it."""
    newest = max(provisions, key=lambda each: (bool(each.printed_in), each.dating.effective_on or date.min))
    return newest.printed_in or provisions[0].document


def _last_amended(dating: Dating, day: date) -> date | None:
    return max((a.effective_on for a in dating.amendments if a.effective_on <= day), default=None)


def _basis(dating: Dating, effective_on: date | None) -> Basis:
    if effective_on is None:
        return Basis.FIRST_SEEN
    return Basis.LAST_AMENDED if dating.section_wide else Basis.STATED


def _in_its_language(source: Source, page: Page, found: list[Provision]) -> list[Provision]:
    """The provisions of a document; raises ExtractionError where it is in another language than the declared one."""
    says = languages.said(page.body, page.language)
    mistaken = languages.mistaken(source.language, [provision.text for provision in found], says)
    if mistaken:
        raise ExtractionError(mistaken)
    return found


def _unmet(source: Source, pages: Sequence[Page], provisions: Sequence[Provision]) -> list[str]:
    """What the declaration expects of the whole source and did not get."""
    expect, problems = source.expect, []
    above = [p for p in provisions if p.standing is not Standing.UNDERLYING]
    current = sum(p.standing is not Standing.PENDING or source.format.announces for p in above)
    documents = sum(not source.keeps_beneath(page.url) for page in pages)
    for name, number, bounds in (
        ("documents", documents, expect.documents),
        ("provisions", current, expect.provisions),
    ):
        if number < bounds.min:
            problems.append(f"Only {number} {name} where at least {bounds.min} are expected.")
        elif bounds.max is not None and number > bounds.max:
            problems.append(f"{number} {name} where at most {bounds.max} are expected.")
    for phrase in expect.phrases:
        if not _stands(phrase, above):
            problems.append(f"The expected words {phrase!r} are nowhere in it.")
    return problems


def _stands(phrase: str, provisions: Sequence[Provision]) -> bool:
    """Whether words stand somewhere, letter by letter (quickly seen) or as the same words printed otherwise."""
    if any(phrase in p.text or phrase in p.heading for p in provisions):
        return True
    printed = [*(p.text for p in provisions), *(p.heading for p in provisions)]
    return comparable(phrase) in comparable(" ".join(printed))
