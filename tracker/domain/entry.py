"""One change as a digest tells it: what changed, from when, for whom, what to do, and the proof."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from urllib.parse import quote

from tracker.domain.change import Change, Direction, Kind, Review, Severity
from tracker.domain.rule import Basis, RuleKey, Status, Version
from tracker.domain.value import MemberSet
from tracker.domain.vocabulary import Vocabulary
from tracker.domain.wording import begun, display, long_date, status_word

QUOTE_LIMIT = 300
"""Characters of a quote that a message shows (TAXONOMY 4.5); the link leads to the rest."""

DIRECTIONS = {
    Direction.EXPANDS: "opens access",
    Direction.RESTRICTS: "restricts access",
    Direction.MIXED: "opens access in one way and restricts it in another",
    Direction.NEUTRAL: "neither opens nor restricts access",
    Direction.UNCLEAR: "effect on access not clear",
}


class Part(StrEnum):
    """The parts of a digest, in this order; what is law today never stands together with what is not."""

    CORRECTION = "Corrections of what we told you"
    IN_FORCE = "In force"
    TEMPORARY = "Temporary law"
    ENDED = "Repealed, ended or no longer known"
    ADOPTED = "Adopted, not yet in force"
    PROPOSED = "Proposed, not law"
    GUIDANCE = "Guidance, not law"
    DISAGREEMENT = "Official sources disagree"
    UNVERIFIED = "Unverified"

    @property
    def rank(self) -> int:
        """Its place in a digest, from 0."""
        return list(Part).index(self)


_INCONCLUSIVE = (Part.CORRECTION, Part.DISAGREEMENT, Part.UNVERIFIED)
"""Parts that tell of no change of law, and so have neither a first day nor an effect."""


@dataclass(frozen=True, slots=True)
class Side:
    """What the text said at one of two moments, or what one of two texts says."""

    label: str
    value: str
    quote: str
    citation: str
    url: str
    snapshot: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One labelled line of an entry; `mark` says whether it is gone (`del`) or new (`ins`)."""

    label: str
    text: str
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One change in words."""

    change: str
    """The id of the change."""
    jurisdiction: str
    part: Part
    severity: Severity
    status: str
    """The first words of every alert: IN FORCE, TEMPORARY until 3 February 2022, CORRECTION, UNVERIFIED."""
    rule: str
    scope: str
    """Whom or what the rule is about, in words; empty where the rule is not narrowed."""
    headline: str
    """What changed, in a few words, without place and date."""
    when: str
    direction: str
    advice: str
    """Whether the reader must act."""
    before: Side | None
    after: Side | None
    added: tuple[str, ...]
    removed: tuple[str, ...]
    seen_at: datetime
    """When the official text was read."""

    @property
    def unverified(self) -> bool:
        """Whether no person has confirmed it yet."""
        return self.part is Part.UNVERIFIED

    @property
    def proof(self) -> tuple[Side, ...]:
        """The passages that the entry rests on, the newer first; the same words are shown once."""
        sides = [side for side in (self.after, self.before) if side is not None]
        return tuple(side for side in sides if side is sides[0] or side.quote != sides[0].quote)

    @property
    def facts(self) -> tuple[Fact, ...]:
        """What changed, from when, for whom, with what effect, and what to do."""
        replaced = self.part in (Part.CORRECTION, Part.IN_FORCE, Part.TEMPORARY, Part.ENDED)
        if self.added or self.removed:
            facts = [
                Fact("Added", ", ".join(self.added), "ins" if replaced else ""),
                Fact("Removed", ", ".join(self.removed), "del" if replaced else ""),
            ]
        else:
            facts = [
                Fact(self.before.label, self.before.value, "del" if replaced else "") if self.before else Fact("", ""),
                Fact(self.after.label, self.after.value, "ins" if replaced else "") if self.after else Fact("", ""),
            ]
        effect = f"{self.direction} ({self.severity})" if self.direction else ""
        facts += [
            Fact("When", self.when),
            Fact("For", self.scope),
            Fact("Effect", effect),
            Fact("What to do", self.advice),
        ]
        return tuple(fact for fact in facts if fact.text)


def entry(change: Change, words: Vocabulary) -> Entry:
    """Put a change into words; one that still waits for a person is told as unverified."""
    part = _part(change, words)
    added, removed = _members(change, words)
    before_label, after_label = _labels(part, change)
    return Entry(
        change=change.id,
        jurisdiction=change.key.jurisdiction,
        part=part,
        severity=_weight(part, change),
        status=_status(part, change),
        rule=words.topic(change.key.topic).name,
        scope=scope(change.key, words),
        headline=_headline(part, change, added, removed, words),
        when=_when(part, change),
        direction=_direction(part, change),
        advice=_advice(part, change),
        before=_side(before_label, change.key, change.before, words),
        after=_side(after_label, change.key, change.after, words),
        added=added,
        removed=removed,
        seen_at=change.observed_at,
    )


def scope(key: RuleKey, words: Vocabulary) -> str:
    """Whom or what a rule is about: "Adult, as this law defines it; In public"."""
    return "; ".join(words.qualifier_label(dimension, given) for dimension, given in key.qualifiers.items())


def one_line(text: str, limit: int | None = None) -> str:
    """Text without line breaks, control characters and direction overrides, cut at a word where it is too long."""
    visible = "".join(" " if character.isspace() else character for character in text if _harmless(character))
    line = " ".join(visible.split())
    if limit is None or len(line) <= limit:
        return line
    cut = line[: limit - 1]
    head, _, _ = cut.rpartition(" ")
    return f"{(head if len(head) > limit // 2 else cut).rstrip(' ,;:')}…"


def web_address(url: str) -> str:
    """An address that may stand behind a link, or nothing: a page could name any scheme."""
    safe = quote(one_line(url), safe="%/:?#[]@!$&'()*+,;=~")
    return safe if safe.startswith(("https://", "http://")) and len(safe) <= 2000 else ""


def _harmless(character: str) -> bool:
    return character.isspace() or (unicodedata.category(character) not in ("Cc", "Cs") and character not in _OVERRIDES)


_OVERRIDES = frozenset("\u061c\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")


def _part(change: Change, words: Vocabulary) -> Part:
    if change.kind is Kind.OUR_CORRECTION:
        return Part.CORRECTION
    if change.review is Review.WAITING:
        return Part.UNVERIFIED
    if change.kind is Kind.CONFLICT_DETECTED:
        return Part.DISAGREEMENT
    if change.status is Status.PROPOSED:
        return Part.PROPOSED
    if words.topic(change.key.topic).group == "guidance":
        return Part.GUIDANCE
    return {
        Status.IN_FORCE: Part.IN_FORCE,
        Status.TEMPORARY: Part.TEMPORARY,
        Status.ENACTED_PENDING: Part.ADOPTED,
    }.get(change.status, Part.ENDED)


def _weight(part: Part, change: Change) -> Severity:
    """What binds nobody today is at most major (TAXONOMY 4.3)."""
    binding = part not in (Part.PROPOSED, Part.GUIDANCE)
    return change.severity if binding or change.severity is not Severity.CRITICAL else Severity.MAJOR


def _status(part: Part, change: Change) -> str:
    fixed = {
        Part.CORRECTION: "CORRECTION",
        Part.UNVERIFIED: "UNVERIFIED",
        Part.DISAGREEMENT: "SOURCES DISAGREE",
        Part.GUIDANCE: "GUIDANCE, not law",
    }
    return fixed.get(part) or status_word(change.status, change.valid_from, _end(change))


def _end(change: Change) -> date | None:
    return change.after.valid.end if change.after else None


def _members(change: Change, words: Vocabulary) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a set gained and lost, in words."""
    if not (change.before and change.after):
        return (), ()
    old, new = change.before.value, change.after.value
    if not isinstance(old, MemberSet) or not isinstance(new, MemberSet):
        return (), ()
    gained, lost = set(new.members) - set(old.members), set(old.members) - set(new.members)
    return tuple(_named(change.key, gained, words)), tuple(_named(change.key, lost, words))


def _named(key: RuleKey, members: set[str], words: Vocabulary) -> list[str]:
    return sorted(display(key, MemberSet(members=(member,)), words) for member in members)


def _labels(part: Part, change: Change) -> tuple[str, str]:
    if change.kind is Kind.TEMPORARY_ENDED:
        return "Until then", "Applies again"
    return {
        Part.CORRECTION: ("We reported", "The text says"),
        Part.UNVERIFIED: ("Earlier reading", "New reading"),
        Part.DISAGREEMENT: ("One source says", "Another says"),
        Part.ADOPTED: ("Until then", "From then on"),
        Part.PROPOSED: ("Law today", "Proposed"),
    }.get(part, ("Before", "Now"))


def _side(label: str, key: RuleKey, version: Version | None, words: Vocabulary) -> Side | None:
    if version is None:
        return None
    passage = version.passage
    return Side(
        label=label,
        value=one_line(display(key, version.value, words), 600),
        quote=one_line(passage.quote, QUOTE_LIMIT),
        citation=one_line(passage.citation, 200) or "the official text",
        url=web_address(passage.url),
        snapshot=passage.snapshot,
    )


def _headline(part: Part, change: Change, added: tuple[str, ...], removed: tuple[str, ...], words: Vocabulary) -> str:
    name = words.topic(change.key.topic).name
    before = one_line(display(change.key, change.before.value, words), 60) if change.before else ""
    after = one_line(display(change.key, change.after.value, words), 60) if change.after else ""
    if part is Part.UNVERIFIED:
        return f"{name}: the official text changed"
    if part is Part.DISAGREEMENT:
        return f"{name}: {before} or {after}"
    if change.kind is Kind.OUR_CORRECTION:
        return f"{name} is {after}, not {before}"
    if change.kind is Kind.RULE_REPEALED:
        return name
    if change.kind is Kind.TEMPORARY_EXTENDED:
        return f"{name} stays {after}" if _end(change) else f"{name} stays {after}, no end stated any more"
    if change.kind is Kind.TEMPORARY_ENDING:
        return f"{name} {before or after} is about to end"
    if change.kind is Kind.EFFECTIVE_DATE_CHANGED:
        return f"{name} {after}: the start has moved"
    if added or removed:
        parts = [f"{verb} {', '.join(names)}" for verb, names in (("added", added), ("removed", removed)) if names]
        return one_line(f"{name}: {'; '.join(parts)}", 160)
    if not before:
        return f"{name}: {after} (new)"
    return f"{name}{'' if before[0].isdigit() else ':'} {before} → {after}"


def _when(part: Part, change: Change) -> str:
    if change.after is None or part in _INCONCLUSIVE:
        return ""
    if change.kind is Kind.TEMPORARY_EXTENDED and not change.after.valid.end:
        return "no end stated any more"
    begins = ("if adopted, " if part is Part.PROPOSED else "") + begun(change)
    if change.after.valid.end is None:
        return begins
    joint = "; ends" if change.after.basis is Basis.FIRST_SEEN else " until"
    return f"{begins}{joint} {long_date(change.after.valid.end)}"


def _direction(part: Part, change: Change) -> str:
    if part in _INCONCLUSIVE:
        return ""
    return ("if adopted, " if part is Part.PROPOSED else "") + DIRECTIONS[change.direction]


def _advice(part: Part, change: Change) -> str:
    if part is Part.ADOPTED:
        day = long_date(change.valid_from) if change.valid_from else "it begins"
        return f"Nothing changes before {day}. Plan the next visit, purchase or renewal with that day in mind."
    if part is Part.TEMPORARY:
        end = _end(change)
        until = f"It applies until {long_date(end)}." if end else "It applies for a limited time."
        return f"{until} What applies afterwards is not settled: look again before that day."
    fixed = {
        Part.CORRECTION: "The law did not change; our reading did. If you relied on it, read the official text.",
        Part.UNVERIFIED: (
            "Nothing because of this. The official text at this address changed and a person has yet to check it; "
            "we conclude nothing. Here are the link and both readings."
        ),
        Part.DISAGREEMENT: "Rely on neither until the authority has said which one holds.",
        Part.PROPOSED: "Nothing changes today.",
        Part.GUIDANCE: "It binds nobody by itself, but prescribers and payers may follow it.",
        Part.ENDED: "We do not know yet what applies instead. Ask the authority; change nothing on your own.",
    }
    if part in fixed:
        return fixed[part]
    if change.severity is Severity.MINOR:
        return "It is about cost, paperwork or background, not about treatment itself."
    if change.severity is Severity.MAJOR:
        return "It may matter at the next visit, purchase or renewal."
    if change.direction is Direction.EXPANDS:
        return "It may open a lawful way to treatment: ask a prescriber."
    return "It may touch treatment that was lawful before. Change nothing on your own: ask your prescriber."
