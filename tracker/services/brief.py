"""The rules of a place on one screen: what a clinician asks, answered in a few lines with citation and age."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from textwrap import shorten
from typing import Any

from tracker.domain.rule import Level, Status
from tracker.domain.vocabulary import Vocabulary
from tracker.domain.wording import LIST_TYPES, long_date, status_word

Json = dict[str, Any]

CHANGES = "Next?"
GUIDELINES = "Not law:"
FIRST = (
    "chronic_pain",
    "intractable_pain",
    "neuropathic_pain",
    "cancer_pain",
    "opioid_alternative_pain",
    "multiple_sclerosis",
    "ms_spasticity",
    "muscle_spasms",
    "epilepsy",
    "refractory_epilepsy",
    "fibromyalgia",
    "arthritis",
    "ehlers_danlos",
)
"""Conditions that people ask for most, named before the others."""
_NAMED = 9
"""Members of a list that are named on one screen."""
_LONGEST = 110
"""Characters of a value that are shown on one screen."""
_CITED = 56
"""Characters of its citations."""


@dataclass(frozen=True, slots=True)
class _Question:
    title: str
    topics: Mapping[str, str]
    """The topics that answer it, each with what is said before its value."""
    lines: int


_QUESTIONS = (
    _Question("Prescribed?", {"access_model": "", "program_status": "programme: ", "authorisation_route": "by "}, 3),
    _Question(
        "By whom?", {"prescriber_class": "", "required_certifiers": "signed by ", "prescriber_relationship": "as "}, 3
    ),
    _Question("For what?", {"qualifying_conditions": "", "condition_definition": "test: "}, 3),
    _Question("Tried before?", {"prior_treatment_requirement": ""}, 2),
    _Question(
        "How much?",
        {
            "possession_limit": "to hold: ",
            "supply_limit": "to buy: ",
            "dose_limit": "a day: ",
            "max_supply_per_prescription": "one prescription: ",
        },
        4,
    ),
    _Question("How long?", {"authorisation_validity": "", "follow_up_requirement": "review: "}, 3),
    _Question("Minors?", {"minor_access": ""}, 2),
    _Question("Card?", {"registration_requirement": ""}, 2),
    _Question("Remotely?", {"telehealth_authorisation": ""}, 2),
    _Question("Who pays?", {"insurance_reimbursement": ""}, 2),
)


@dataclass(frozen=True, slots=True)
class Line:
    """One value, whom it is for, and what it rests on."""

    text: str
    citation: str
    age: str
    """How old the text is that it was read in; empty where a crawl confirmed it."""
    above: str = ""
    """The jurisdiction it comes from, where that is another one."""


@dataclass(frozen=True, slots=True)
class Block:
    """One question and its answers; none means that nobody here knows."""

    title: str
    lines: tuple[Line, ...]
    more: int = 0
    """Answers that did not fit."""


def brief(answer: Json, words: Vocabulary) -> list[Block]:
    """The questions of a clinician, answered from what `answers.rules` returned."""
    rules = [*answer["rules"], *answer["inherited"]]
    blocks = []
    for question in _QUESTIONS:
        own = [
            rule for topic in question.topics for rule in rules if rule["topic"] == topic and not _goes_without(rule)
        ]
        lines = _lines(_nearest(own), words, question.topics)
        kept = lines if len(lines) <= question.lines else _spread(lines, question.lines)
        blocks.append(Block(question.title, tuple(line for _, line in kept), len(lines) - len(kept)))
    if answer["guidance"] or answer["proposed"]:
        guided = [line for _, line in _lines(answer["guidance"], words, {})]
        guided += [_coming(rule, words) for rule in answer["proposed"]]
        blocks.append(Block(GUIDELINES, tuple(guided[:3]), max(0, len(guided) - 3)))
    coming = [_coming(rule, words) for rule in answer["upcoming"]]
    coming += [
        _ending(rule, words) for rule in answer["rules"] if rule["status"] == Status.TEMPORARY and rule["valid_to"]
    ]
    blocks.append(Block(CHANGES, tuple(coming[:3]), max(0, len(coming) - 3)))
    return blocks


def _goes_without(rule: Json) -> bool:
    """Whether it need not be said: a scheme that can be used."""
    return bool(rule["topic"] == "program_status" and rule["value"].get("member") == "operational")


def _nearest(rules: Sequence[Json]) -> list[Json]:
    """Without what a lower jurisdiction replaces, or says as well."""
    own = [rule for rule in rules if "inherited_from" not in rule]
    topics = {rule["topic"] for rule in own}
    said = {(rule["topic"], str(rule["qualifier"]), rule["display"]) for rule in own}
    above = [
        rule
        for rule in rules
        if "inherited_from" in rule
        and (rule["mode"] != "override" or rule["topic"] not in topics)
        and (rule["topic"], str(rule["qualifier"]), rule["display"]) not in said
    ]
    return [*own, *above]


def _lines(rules: Iterable[Json], words: Vocabulary, before: Mapping[str, str]) -> list[tuple[str, Line]]:
    """Rules with one value and equally old texts as one line that names everybody it is for, each with its topic."""
    alike: dict[tuple[str, ...], list[Json]] = {}
    for rule in rules:
        same = (rule["topic"], _status(rule), rule["display"], age(rule), rule.get("inherited_from", ""))
        alike.setdefault(same, []).append(rule)
    return [(same[0]["topic"], _line(same, words, before.get(same[0]["topic"], ""))) for same in alike.values()]


def _spread(lines: list[tuple[str, Line]], number: int) -> list[tuple[str, Line]]:
    """As many lines as fit, the first of every topic among them."""
    firsts = {topic: index for index, (topic, _) in reversed(list(enumerate(lines)))}
    chosen = sorted(firsts.values())[:number]
    chosen += [index for index in range(len(lines)) if index not in chosen][: number - len(chosen)]
    return [lines[index] for index in sorted(chosen)]


def _line(same: Sequence[Json], words: Vocabulary, before: str) -> Line:
    first = same[0]
    text = _value(first, words)
    scopes = list(dict.fromkeys(filter(None, (scope(rule, words) for rule in same))))
    if scopes:
        text += f", for {'; '.join(scopes[:2])}" + (" and others" if len(scopes) > 2 else "")
    above = words.jurisdiction(first["inherited_from"]).name if first.get("inherited_from") else ""
    return Line(_status(first) + before + text, _citations(same), age(first), above)


def _value(rule: Json, words: Vocabulary) -> str:
    """A value in words; of a list of conditions what people ask for most first, and how many more there are."""
    members = rule["value"].get("members", [])
    if rule["topic"] != "qualifying_conditions" or not members:
        return shorten(str(rule["display"]), _LONGEST, placeholder=" …")
    clauses = [m for m in members if m not in words.conditions or words.conditions[m].kind == "clause"]
    asked = [m for m in FIRST if m in members]
    rest = [m for m in members if m not in (*asked, *clauses)]
    shown = [*asked, *rest[: max(0, _NAMED - len(asked) - len(clauses))]]
    left = len(members) - len(shown) - len(clauses)
    named = [words.label_of("qualifying_conditions", member) for member in (*shown, *clauses)]
    text = ", ".join(named) + (f" and {left} more" if left else "")
    kind = LIST_TYPES.get(rule["value"].get("attrs", {}).get("list_type", ""), "")
    return f"{text} ({kind})" if kind else text


def scope(rule: Json, words: Vocabulary) -> str:
    """Whom or what a rule is for, in a few words."""
    labels = [words.qualifier_label(dim, given).split(",")[0] for dim, given in rule["qualifier"].items()]
    return ", ".join(label[:1].lower() + label[1:] if label[1:2].islower() else label for label in labels)


def _status(rule: Json) -> str:
    if rule["status"] == Status.IN_FORCE:
        return ""
    start, end = date.fromisoformat(rule["valid_from"]), rule["valid_to"]
    if rule["status"] == Status.UNKNOWN and end:
        return f"UNKNOWN, its end {long_date(date.fromisoformat(end))} has passed; before: "
    return f"{status_word(Status(rule['status']), start, date.fromisoformat(end) if end else None)}: "


def _citations(same: Sequence[Json]) -> str:
    """The citations of several rules, their common beginning said once."""
    cited = list(dict.fromkeys(rule["citation"] for rule in same))
    head = cited[0].rsplit(", ", 1)[0] + ", " if ", " in cited[0] else ""
    tails = [each.removeprefix(head) if number else each for number, each in enumerate(cited)]
    return shorten("; ".join(tails), _CITED, placeholder=" …")


def age(rule: Mapping[str, Any]) -> str:
    """The year of the text for a value that no crawl has confirmed."""
    coding = rule["coding"]
    if rule["level"] == Level.READ or rule["quote"] or not coding:
        return ""
    if coding["text_date"]:
        return f"text of {coding['text_date'][:4]}"
    return f"undated text, {coding['not_before'][:4]} or later" if coding["not_before"] else "undated text"


def _coming(rule: Json, words: Vocabulary) -> Line:
    text = f"{words.topic(rule['topic']).name}: {_value(rule, words)}, {rule['since']}"
    return Line(_status(rule) + text, rule["citation"], age(rule))


def instead(rule: Mapping[str, Any], before: str = "before: ") -> str:
    """What lies under temporary law, in words: what held before it, or what permanent law says."""
    under = rule["falls_back_to"]
    # A permanent version would hold from the end of what lies over it.
    permanent = under["valid_from"] == rule["valid_to"]
    return f"{'permanent law underneath: ' if permanent else before}{under['display']}"


def _ending(rule: Json, words: Vocabulary) -> Line:
    end = long_date(date.fromisoformat(rule["valid_to"]))
    then = f"; {instead(rule, 'before it ')}" if rule.get("falls_back_to") else ""
    text = f"{words.topic(rule['topic']).name} ({_value(rule, words)}) is stated to end on {end}{then}"
    return Line(text, rule["citation"], age(rule))


def cell(rules: Sequence[Json], words: Vocabulary) -> str:
    """The values of one topic in a few words, for a cell of a table; empty where nothing is known."""
    lines = [line for _, line in _lines(rules, words, {})]
    said = list(dict.fromkeys(line.text + (f" [{line.above}]" if line.above else "") for line in lines))
    more = f"; and {len(said) - 3} more" if len(said) > 3 else ""
    return "; ".join(said[:3]) + more
