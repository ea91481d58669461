"""What one digest says to one subscription: only what was asked for, status first, and silence that means something."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from tracker.domain.change import QUIET_KINDS, Change, Kind, Review, Severity
from tracker.domain.entry import Entry, Part, entry, one_line, scope, web_address
from tracker.domain.rule import Cause, Status, Version
from tracker.domain.subscription import Subscription, Wish
from tracker.domain.vocabulary import Vocabulary
from tracker.domain.wording import display, evidence, long_date, since, status_word

DISCLAIMER = (
    "Do not stop or change treatment because of this message. It is information about public rules, not legal or "
    "medical advice: read the official text, and ask a qualified professional before you act. Rules at other levels "
    "(federal, local, an employer's, a landlord's) may apply as well, and any translation is unofficial."
)
"""Stands below every message, feed and page (TAXONOMY 7)."""

PATIENCE = timedelta(hours=24)
"""How long a critical change waits for a person before it is announced as unverified (PRODUCT 4.6)."""

SUBJECT_LIMIT = 110

_LAW = frozenset({Part.IN_FORCE, Part.TEMPORARY, Part.ENDED, Part.ADOPTED})
_OTHER = {
    Part.PROPOSED: "proposal",
    Part.GUIDANCE: "guideline",
    Part.DISAGREEMENT: "disagreement",
}


@dataclass(frozen=True, slots=True)
class SourceCoverage:
    """How one source stands at the end of the period."""

    source: str
    title: str
    jurisdiction: str
    read_at: datetime | None
    """When it was last read with success."""
    problem: str = ""
    """Why it cannot be read now, in plain words; empty where it can."""


@dataclass(frozen=True, slots=True)
class StandingRule:
    """What holds for one rule at the end of the period."""

    status: Status
    version: Version
    confirmed_at: datetime | None = None
    """When the official text was last seen to say so."""


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of one place that stand alike."""

    part: Part
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One place."""

    jurisdiction: str
    name: str
    groups: tuple[Group, ...]

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everything about this place, in the order of the digest."""
        return tuple(entry for group in self.groups for entry in group.entries)


@dataclass(frozen=True, slots=True)
class Line:
    """One rule that holds, in words."""

    topic: str
    rule: str
    scope: str
    value: str
    status: str
    when: str
    evidence: str
    citation: str
    url: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Where things stand in one place."""

    jurisdiction: str
    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the silence of a digest rests on."""

    sentence: str
    gaps: tuple[str, ...]
    """One sentence for each source that could not be read and each place where nothing is watched."""


@dataclass(frozen=True, slots=True)
class Digest:
    """One message to one subscription, in words."""

    subscription: str
    subject: str
    opening: str
    period: str
    since: datetime
    until: datetime
    places: tuple[str, ...]
    sections: tuple[Section, ...]
    pictures: tuple[Picture, ...]
    """Where things stand; only in the first message."""
    coverage: Coverage
    disclaimer: str = DISCLAIMER

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Every change that it tells."""
        return tuple(entry for section in self.sections for entry in section.entries)


def matches(change: Change, wish: Wish, words: Vocabulary, now: datetime, patience: timedelta = PATIENCE) -> bool:
    """Whether a subscriber wants to hear of a change now.

    A correction goes to everybody who follows the rule, however small: they may have been told the error.
    """
    correction = change.kind is Kind.OUR_CORRECTION
    if change.kind in QUIET_KINDS or change.review is Review.REJECTED:
        return False
    if not correction and (change.cause is not Cause.SOURCE or change.severity.rank < wish.minimum.rank):
        return False
    if not _wanted(change.key.jurisdiction, change.key.topic, wish, words):
        return False
    if not correction and not _proved(change):
        return False
    if change.review is Review.WAITING and change.noticed_late:
        return False  # it happened before anybody here looked: a person says what to make of it, time does not
    return change.review is not Review.WAITING or now - change.observed_at >= patience


def compose(
    changes: Iterable[Change],
    subscription: Subscription,
    since: datetime,
    until: datetime,
    coverage: Sequence[SourceCoverage],
    standing: Sequence[StandingRule],
    words: Vocabulary,
    patience: timedelta = PATIENCE,
) -> Digest | None:
    """What to tell a subscription of changes it has not been told of, or None where there is nothing to say.

    The first message says where things stand; of the changes it tells only those seen since the subscription began.
    """
    wish = subscription.wish
    first = subscription.covered_until is None
    fresh = [change for change in changes if not first or change.observed_at >= subscription.created_at]
    told = [change for change in fresh if matches(change, wish, words, until, patience)]
    if not (told or first or wish.even_when_quiet):
        return None
    # Everybody who waits would match later: "no change" must not be said while one of them is being checked.
    held = any(_may_be_told(change, wish, words, patience) for change in fresh) and not told
    sections = _sections([entry(change, words) for change in told], words)
    asked = tuple(words.jurisdiction(code).name for code in wish.jurisdictions)
    places = tuple(section.name for section in sections) or asked
    pictures = _pictures(standing, wish, words) if first else ()
    covered = _coverage(coverage, wish, words)
    opening = _opening(sections, pictures, first, held)
    return Digest(
        subscription=subscription.id,
        subject=one_line(f"[{_places(places)}] {_gist(sections, opening, first, covered)}", SUBJECT_LIMIT),
        opening=opening,
        period=_period(until if first else since, until, subscription.timing.zone),
        since=since,
        until=until,
        places=places,
        sections=sections,
        pictures=pictures,
        coverage=covered,
    )


def _may_be_told(change: Change, wish: Wish, words: Vocabulary, patience: timedelta) -> bool:
    """Whether a subscriber would hear of a change if a person accepted it."""
    accepted = replace(change, review=Review.ACCEPTED) if change.review is Review.WAITING else change
    return matches(accepted, wish, words, change.observed_at + patience, patience)


def _wanted(jurisdiction: str, topic: str, wish: Wish, words: Vocabulary) -> bool:
    return (not wish.topics or topic in wish.topics) and _placed(jurisdiction, wish, words)


def _placed(jurisdiction: str, wish: Wish, words: Vocabulary) -> bool:
    if jurisdiction in wish.jurisdictions:
        return True
    return wish.with_children and any(_below(jurisdiction, asked, words) for asked in wish.jurisdictions)


def _below(jurisdiction: str, above: str, words: Vocabulary) -> bool:
    """Whether a place is the other one or a part of it."""
    place: str | None = jurisdiction
    while place is not None and place != above:
        known = words.jurisdictions.get(place)
        place = known.parent if known else None
    return place is not None


def _proved(change: Change) -> bool:
    """No quote and citation, no alert; of the past that came with the baseline the passage is marked, not quoted."""
    version = change.after or change.before
    if version is None or not version.passage.citation.strip():
        return False
    return bool(version.passage.quote.strip() or (version.coding and version.coding.passages))


def _sections(entries: list[Entry], words: Vocabulary) -> tuple[Section, ...]:
    entries.sort(key=lambda e: (e.jurisdiction, e.part.rank, -e.severity.rank, e.rule, e.seen_at, e.change))
    sections = []
    for jurisdiction, own in groupby(entries, key=lambda e: e.jurisdiction):
        groups = tuple(Group(part, tuple(alike)) for part, alike in groupby(own, key=lambda e: e.part))
        sections.append(Section(jurisdiction, words.jurisdiction(jurisdiction).name, groups))
    return tuple(sorted(sections, key=_urgency))


def _urgency(section: Section) -> tuple[bool, int, str]:
    corrected = section.groups[0].part is Part.CORRECTION
    return not corrected, -max(entry.severity.rank for entry in section.entries), section.name


def _pictures(standing: Sequence[StandingRule], wish: Wish, words: Vocabulary) -> tuple[Picture, ...]:
    order = {topic: number for number, topic in enumerate(words.topics)}
    asked = [rule for rule in standing if _wanted(rule.version.key.jurisdiction, rule.version.key.topic, wish, words)]
    asked.sort(key=lambda rule: (order[rule.version.key.topic], rule.version.key.qualifier))
    codes = dict.fromkeys([*wish.jurisdictions, *sorted({rule.version.key.jurisdiction for rule in asked})])
    return tuple(
        Picture(
            code,
            words.jurisdiction(code).name,
            tuple(_line(rule, words) for rule in asked if rule.version.key.jurisdiction == code),
        )
        for code in codes
    )


def _line(rule: StandingRule, words: Vocabulary) -> Line:
    version = rule.version
    topic = words.topic(version.key.topic)
    return Line(
        topic=words.groups[topic.group],
        rule=topic.name,
        scope=scope(version.key, words),
        value=one_line(display(version.key, version.value, words), 240),
        status=status_word(rule.status, version.valid.start, version.valid.end),
        when=_holds(rule),
        evidence=_evidence(rule),
        citation=one_line(version.passage.citation, 120),
        url=web_address(version.passage.url),
    )


def _holds(rule: StandingRule) -> str:
    end = rule.version.valid.end
    if rule.status is Status.UNKNOWN and end:
        return f"its stated end, {long_date(end)}, has passed; what applies now is not known to us"
    return since(rule.version)


def _evidence(rule: StandingRule) -> str:
    return evidence(rule.version, rule.confirmed_at)


def _coverage(coverage: Sequence[SourceCoverage], wish: Wish, words: Vocabulary) -> Coverage:
    sources = [source for source in coverage if _placed(source.jurisdiction, wish, words)]
    read = [source for source in sources if not source.problem and source.read_at is not None]
    last = max((source.read_at for source in sources if source.read_at is not None), default=None)
    when = f", last on {_moment(last)}" if last else ""
    bare = [
        code for code in wish.jurisdictions if not any(_below(source.jurisdiction, code, words) for source in sources)
    ]
    gaps = [_unread(source) for source in sources if source not in read]
    gaps += [
        f"No source is watched for {words.jurisdiction(code).name} yet: silence says nothing about the law there."
        for code in bare
    ]
    if len(read) == len(sources):
        return Coverage(f"{_count(len(sources), 'official source')} checked{when}.", tuple(gaps))
    return Coverage(f"{len(read)} of {_count(len(sources), 'official source')} could be read{when}.", tuple(gaps))


def _unread(source: SourceCoverage) -> str:
    why = f" ({one_line(source.problem, 160).rstrip('.')})" if source.problem else ""
    past = f"since {long_date(source.read_at.date())}" if source.read_at else "so far"
    return f"We could not read {one_line(source.title, 120)} {past}{why}. This says nothing about the rules in it."


def _opening(sections: tuple[Section, ...], pictures: tuple[Picture, ...], first: bool, held: bool) -> str:
    news = _tally([entry for section in sections for entry in section.entries])
    if not first:
        return news or ("No confirmed change" if held else "No change")
    rules = sum(len(picture.lines) for picture in pictures)
    stand = f"Where things stand: {_count(rules, 'rule') if rules else 'no rule recorded yet'}"
    return f"{stand}; {news}" if news else stand


def _tally(entries: list[Entry]) -> str:
    law = [entry for entry in entries if entry.part in _LAW]
    parts = [
        _count(sum(entry.part is Part.CORRECTION for entry in entries), "correction"),
        _count(len(law), "rule change"),
        f"{sum(entry.severity is Severity.CRITICAL for entry in law)} critical",
        *(_count(sum(entry.part is part for entry in entries), noun) for part, noun in _OTHER.items()),
        f"{sum(entry.unverified for entry in entries)} unverified",
    ]
    return ", ".join(part for part in parts if not part.startswith("0 "))


def _gist(sections: tuple[Section, ...], opening: str, first: bool, coverage: Coverage) -> str:
    """The subject line without the place."""
    entries = [entry for section in sections for entry in section.entries]
    if len(entries) == 1 and not first:
        return f"{entries[0].status}: {entries[0].headline}"
    if not entries and not first:
        return f"{opening}. {coverage.sentence.partition(', last')[0].rstrip('.')}."
    return opening


def _places(names: tuple[str, ...]) -> str:
    if len(names) > 3 or len(", ".join(names)) > 60:
        return f"{one_line(names[0], 50)} and {len(names) - 1} more" if len(names) > 1 else one_line(names[0], 60)
    return ", ".join(names)


def _period(since: datetime, until: datetime, zone: str) -> str:
    first, last = (long_date(instant.astimezone(ZoneInfo(zone)).date()) for instant in (since, until))
    return first if first == last else f"{first} to {last}"


def _moment(instant: datetime) -> str:
    there = instant.astimezone(UTC)
    return f"{long_date(there.date())}, {there:%H:%M} UTC"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
