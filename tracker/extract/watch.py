"""Rules that are known by their words and not by a pattern: whether the words stand in a text, and where else.

A value that a person coded (`Level.CODED`) is met when the words that it was coded from stand in the text, word for
word; the value itself nobody has read but that person. Words that were met once and are gone make a loss: a person has
to read the text again, and until then the value stays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256

from tracker.domain.belief import Known, Sighting
from tracker.domain.by_person import ruling
from tracker.domain.reading import Loss, Met, Reading, Trace
from tracker.domain.rule import BY_REVIEW, Level, Passage, RuleKey, Status, Version
from tracker.domain.source import Source
from tracker.extract.normalise import comparable
from tracker.extract.read import Page
from tracker.extract.relocate import DISTINCT, SAME, Place, Text

APART = " […] "
"""Stands in a quote between passages that do not follow each other."""
Before = Callable[[datetime], Text | None]
"""The text as it was last read at an instant, where it is known."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A coded value, and where its words were last seen."""

    version: Version
    seen: Sighting | None = None

    @property
    def parts(self) -> list[str]:
        """Its words, where they were met."""
        quote = self.version.passage.quote
        return quote.split(APART) if quote else []


def watches(known: Mapping[RuleKey, Known], source_id: str, day: date) -> dict[RuleKey, Watch]:
    """What is watched by its words in a source: coded values that hold, with words enough to be known by them."""
    found = {}
    for key, held in known.items():
        stands = ruling(held.versions, day)
        if stands is not None and _is_watched(stands, source_id, day):
            found[key] = Watch(stands, held.sightings.get(source_id))
    return found


def lines(coded: Collection[Version]) -> frozenset[str]:
    """Coded values as what is looked for: each with the fingerprints of its words."""
    return frozenset(
        " ".join([str(version.key), *(mark.sha256 for mark in version.marks)]) for version in coded if version.marks
    )


def named(wanted: Collection[str]) -> str:
    """Names what is looked for by its words: another name, and the same bytes are read again."""
    return sha256("\n".join(sorted(wanted)).encode()).hexdigest()[:8] if wanted else ""


def looked_up(
    source: Source, reading: Reading, pages: Sequence[Page], watched: Mapping[RuleKey, Watch], before: Before
) -> Reading:
    """A reading with what was met by its words, and the losses of what was met before and is gone.

    What a pattern answers is not looked for. A pattern that finds nothing is no loss where a person has said in which
    words the value stands.
    """
    answered = {each.key for each in reading.assertions} | {each.key for each in reading.repeals}
    wanted = {key: watch for key, watch in watched.items() if key not in answered}
    if not wanted or reading.problems:
        return reading
    look = _Look(source, Text(reading.provisions), {page.document: page for page in pages}, before)
    found = look.all(wanted)
    met = {key: places for key, places in found.items() if not isinstance(places, str)}
    gone = {
        key: Loss(key, f"{wanted[key].version.passage.citation}: {why}", recode=True)
        for key, why in found.items()
        if isinstance(why, str) and wanted[key].parts
    }
    settled = {key for key in met if wanted[key].version.origin == BY_REVIEW} | gone.keys()
    losses = [loss for loss in reading.losses if loss.key not in settled]
    return replace(
        reading,
        losses=(*losses, *gone.values()),
        met=tuple(look.met(wanted[key], places) for key, places in met.items()),
    )


def carried(watched: Mapping[RuleKey, Watch], reading: Reading) -> dict[RuleKey, Watch]:
    """What is watched after a reading: with the words that it met."""
    met = {each.key: each.passage for each in reading.met}
    return {
        key: replace(watch, version=replace(watch.version, passage=met[key])) if key in met else watch
        for key, watch in watched.items()
    }


def traced(source: Source, loss: Loss, pages: Sequence[Page], text: Text, held: Known | None, before: Before) -> Loss:
    """A loss with where its words may stand now."""
    seen = held.sightings.get(source.id) if held else None
    if held is None or seen is None:
        return loss
    shelf = {page.document: page for page in pages}
    if not seen.passage.quote:
        return replace(loss, traces=_by_marks(source, shelf, text, held))
    then = before(seen.confirmed_at)
    parts = seen.passage.quote.split(APART)
    gone = [part for part in parts if len(parts) == 1 or not text.exact(part)]
    return replace(loss, traces=tuple(_trace(source, shelf, text, part, then) for part in gone))


def passage_of(source: Source, pages: Mapping[str, Page], places: Sequence[Place]) -> Passage:
    """Words that were found as a passage; of several the address is that of the first."""
    page = pages[places[0].document]
    return Passage(
        APART.join(place.quote for place in places),
        "; ".join(dict.fromkeys(_citations(source, places))),
        source.id,
        page.document,
        page.url,
        page.snapshot,
        places[0].prefix,
        places[-1].suffix,
    )


class _Look:
    """One look at a text for words that are known."""

    def __init__(self, source: Source, text: Text, pages: Mapping[str, Page], before: Before) -> None:
        self.source, self.text, self.pages, self.before = source, text, pages, before

    def all(self, wanted: Mapping[RuleKey, Watch]) -> dict[RuleKey, list[Place] | str]:
        """For each rule the places of its words, or why they prove nothing."""
        quoted = {key: [self.text.exact(part) for part in watch.parts] for key, watch in wanted.items()}
        unmet = [key for key, places in quoted.items() if not places or not all(places)]
        marked = self.text.marked({mark for key in unmet for mark in wanted[key].version.marks})
        return {
            key: self._chosen(
                watch, [marked.get(mark, []) for mark in watch.version.marks] if key in unmet else quoted[key]
            )
            for key, watch in wanted.items()
        }

    def met(self, watch: Watch, places: Sequence[Place]) -> Met:
        passage = passage_of(self.source, self.pages, places)
        seen = watch.seen.passage if watch.seen else None
        moved = seen is not None and (seen.document, seen.citation) != (passage.document, passage.citation)
        return Met(watch.version.key, watch.version.marks, passage, moved)

    def _chosen(self, watch: Watch, found: Sequence[Sequence[Place]]) -> list[Place] | str:
        gone = sum(not places for places in found)
        if gone:
            which = "the words that it was coded from" if len(found) == 1 else f"{gone} of the {len(found)} passages"
            return f"{which} {'are' if len(found) == 1 or gone > 1 else 'is'} no longer there word for word"
        if watch.seen is None:
            return _together(found)
        known = watch.seen.passage.citation.split("; ")
        chosen: list[Place] = []
        for places in found:
            stays = [place for place in places if _citations(self.source, [place])[0] in known]
            if not stays and not self._moved(places, watch.seen.confirmed_at):
                return f"the words that it was coded from stand only at {_listed(self.source, places)}"
            chosen.append((stays or places)[0])
        return chosen

    def _moved(self, places: Sequence[Place], last: datetime) -> bool:
        """Whether words that left their place stand at exactly one other, and did not stand there before."""
        then = self.before(last)
        return len(places) == 1 and (then is None or then.count(comparable(places[0].quote).split()) <= 1)


def _together(found: Sequence[Sequence[Place]]) -> list[Place]:
    """Of words that stand at several places those in the sections of the others, else the first."""
    sections = {_section(places[0]) for places in found if len(places) == 1}
    return [next((place for place in places if _section(place) in sections), places[0]) for places in found]


def _section(place: Place) -> tuple[str, str]:
    return place.provisions[0].document, place.provisions[0].path[0]


def _is_watched(version: Version, source_id: str, day: date) -> bool:
    if version.level is not Level.CODED or version.passage.source != source_id:
        return False
    if version.status is Status.REPEALED or (version.valid.end is not None and version.valid.end <= day):
        return False
    return any(mark.words >= DISTINCT for mark in version.marks)


def _by_marks(source: Source, pages: Mapping[str, Page], text: Text, held: Known) -> tuple[Trace, ...]:
    """Words that were never quoted, known by their fingerprints only."""
    marks = next((version.marks for version in reversed(held.versions) if version.marks), ())
    if not any(mark.words >= DISTINCT for mark in marks):
        return ()
    found = text.marked(marks)
    if any(mark not in found for mark in marks):
        return ()
    return (Trace("", passage_of(source, pages, [found[mark][0] for mark in marks]), SAME),)


def _trace(source: Source, pages: Mapping[str, Page], text: Text, part: str, before: Text | None) -> Trace:
    found = text.trace(part, before)
    return Trace(part, passage_of(source, pages, [found[0]]), found[1]) if found else Trace(part)


def _citations(source: Source, places: Sequence[Place]) -> list[str]:
    return [source.instrument.citation(place.citation) for place in places]


def _listed(source: Source, places: Sequence[Place]) -> str:
    citations = list(dict.fromkeys(_citations(source, places)))
    return ", ".join(citations[:3]) + (" and elsewhere" if len(citations) > 3 else "")
