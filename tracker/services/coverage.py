"""How much is known of each jurisdiction, topic by topic: at which level, and how old the text is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from tracker.domain import timeline
from tracker.domain.coding import Coding
from tracker.domain.rule import Level, RuleKey, Status
from tracker.domain.value import State
from tracker.domain.vocabulary import Vocabulary
from tracker.services.answers import Json
from tracker.services.workspace import Workspace
from tracker.store import queries
from tracker.store.database import Connection
from tracker.store.rules import sightings

NEEDED = ("access_model", "prescriber_class", "qualifying_conditions")
"""Topics without which a jurisdiction is not answered in full."""
FURTHER = 5
"""Further topics of law that an answer in full has."""
_LEVELS = ("read", "coded", "watched", "listed")
_NO_ANSWER = (Status.REPEALED, Status.PROPOSED)


@dataclass(frozen=True, slots=True)
class Known:
    """The best that is known of one topic in one jurisdiction."""

    topic: str
    level: str
    """`read`: a spider reads it, here or in recorded official texts; `coded`: it was coded from one."""
    crawled: bool
    """Whether a crawl of this installation has met it."""
    text_date: str | None
    """The day, month or year of the text."""
    not_before: str | None
    """Where the text that was read bears no date: it is not older."""
    binding: bool
    """From law or the authority; guidance is not."""
    answered: bool
    """Whether the text that was read answers by itself: it is not silent, points nowhere else and has not ended."""

    @property
    def year(self) -> str:
        """The year of the text; a bound where it bears no date."""
        if self.text_date:
            return self.text_date[:4]
        return f"≥{self.not_before[:4]}" if self.not_before else "?"


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of one jurisdiction."""

    jurisdiction: str
    name: str
    level: str
    topics: tuple[Known, ...]
    above: tuple[str, ...]
    """Topics that the law of the country answers for this part of it."""
    addresses: int
    """Official addresses that are listed, declared or were read."""

    @property
    def full(self) -> bool:
        """Access model, prescriber class, conditions, and five further topics, from law or the authority."""
        known = {known.topic for known in self.topics if known.binding} | set(self.above)
        answered = {known.topic for known in self.topics if known.binding and known.answered} | set(self.above)
        return answered.issuperset(NEEDED) and len(known) >= len(NEEDED) + FURTHER

    def known(self, topic: str) -> Known | None:
        """What is known of a topic."""
        return next((known for known in self.topics if known.topic == topic), None)


def coverage(workspace: Workspace, conn: Connection, day: date) -> list[Place]:
    """Every jurisdiction of which something is read, coded, watched or listed, by name."""
    words = workspace.words
    topics = _topics(conn, words, day)
    addresses: dict[str, set[str]] = {}
    for baseline in workspace.baselines.found:
        urls = {address.url for address in baseline.addresses} | {text.url for _, text in baseline.texts}
        addresses.setdefault(baseline.jurisdiction, set()).update(urls)
    watched = set()
    for source in workspace.declarations.sources.values():
        watched.add(source.jurisdiction)
        urls = {document.url for document in source.documents} | ({source.index.url} if source.index else set())
        addresses.setdefault(source.jurisdiction, set()).update(urls)
    places = []
    for code in sorted({*addresses, *topics}, key=lambda code: words.jurisdiction(code).name):
        own = topics.get(code, {})
        above = _from_above(code, own, topics, words)
        levels = {known.level for known in own.values()} | ({"watched"} if code in watched else {"listed"})
        level = min(levels, key=_LEVELS.index)
        order = {topic: number for number, topic in enumerate(words.topics)}
        known = tuple(sorted(own.values(), key=lambda each: order[each.topic]))
        places.append(Place(code, words.jurisdiction(code).name, level, known, above, len(addresses.get(code, ()))))
    return places


def rows(places: Iterable[Place]) -> list[Json]:
    """One row for each jurisdiction and topic; a jurisdiction without values has one row without topic."""
    found = []
    for place in places:
        head = {"jurisdiction": place.jurisdiction, "name": place.name, "full": place.full}
        for known in place.topics:
            found.append(
                head
                | {
                    "topic": known.topic,
                    "level": known.level,
                    "crawled": known.crawled,
                    "text_date": known.text_date,
                    "not_before": known.not_before,
                    "binding": known.binding,
                    "addresses": place.addresses,
                }
            )
        if not place.topics:
            empty = dict.fromkeys(("topic", "crawled", "text_date", "not_before", "binding"))
            found.append(head | empty | {"level": place.level, "addresses": place.addresses})
    return found


def _topics(conn: Connection, words: Vocabulary, day: date) -> dict[str, dict[str, Known]]:
    versions = [version for version in queries.versions_of(conn) if version.current]
    grouped = timeline.by_rule(versions)
    confirmed = {
        key: max((each.confirmed_at for each in seen.values()), default=None)
        for key, seen in sightings(conn, set(grouped)).items()
    }
    best: dict[str, dict[str, Known]] = {}
    for key, own in grouped.items():
        answer = timeline.as_of(own, day)
        if answer is None or answer.status in _NO_ANSWER or answer.version.value.state is State.NOT_FOUND:
            continue
        at = confirmed.get(key)
        known = _known(key, answer, at.date().isoformat() if at else None, words)
        held = best.setdefault(key.jurisdiction, {}).get(key.topic)
        if held is None or _rank(known) > _rank(held):
            best[key.jurisdiction][key.topic] = known
    return best


def _known(key: RuleKey, answer: timeline.Answer, confirmed: str | None, words: Vocabulary) -> Known:
    version = answer.version
    coding = version.coding if not version.met else None
    level = "coded" if version.level is Level.CODED else "read"
    binding = words.topic(key.topic).group != "guidance" and (coding is None or _is_law(coding, words))
    silent = version.value.state in (State.NOT_ADDRESSED, State.SET_BY_OTHER_INSTRUMENT)
    answered = not silent and answer.status is not Status.UNKNOWN
    if coding is None:
        return Known(key.topic, level, True, confirmed, None, binding, answered)
    text_date = str(coding.text_date) if coding.text_date else None
    not_before = str(coding.not_before) if coding.not_before else None
    return Known(key.topic, level, False, text_date, not_before, binding, answered)


def _is_law(coding: Coding, words: Vocabulary) -> bool:
    return words.source_type(coding.source_type).publishable


def _rank(known: Known) -> tuple[bool, bool, int, str]:
    """The law after guidance, an answer after silence, the better proved last, the newer text last."""
    return known.binding, known.answered, -_LEVELS.index(known.level), known.text_date or known.not_before or ""


def _from_above(
    code: str, own: Mapping[str, Known], topics: Mapping[str, Mapping[str, Known]], words: Vocabulary
) -> tuple[str, ...]:
    if words.jurisdiction(code).kind != "constituent":
        return ()
    parents = words.ancestors_of_jurisdiction(code)[:1]
    reach = ((topic, known) for parent in parents for topic, known in topics.get(parent, {}).items())
    return tuple(topic for topic, known in reach if known.binding and known.answered and topic not in own)
