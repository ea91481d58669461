"""The rules of a jurisdiction on a screen: first what a clinician asks, with `--full` everything."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import click

from tracker.domain.rule import Basis, RuleKey, Status
from tracker.domain.vocabulary import Vocabulary
from tracker.domain.wording import long_date, status_word

Json = dict[str, Any]

_QUESTIONS = (
    ("May it be prescribed", ("access_model", "program_status", "authorisation_route")),
    ("By whom", ("prescriber_class", "prescriber_relationship", "required_certifiers")),
    ("For which conditions", ("qualifying_conditions", "condition_definition")),
    ("What must have failed before", ("prior_treatment_requirement",)),
    ("How much", ("possession_limit", "supply_limit", "dose_limit", "plant_limit")),
    ("How long", ("authorisation_validity", "max_supply_per_prescription", "follow_up_requirement")),
    ("Minors", ("minor_access",)),
    ("Visitors and residents", ("reciprocity_visiting_patients", "residency_requirement")),
)
_WIDTH = 80
DISCLAIMER = (
    "Information about public rules, not legal or medical advice. Read the official text and ask a professional "
    "before you act."
)


def show(answer: Json, words: Vocabulary, *, full: bool) -> None:
    """Print an answer of `answers.rules`."""
    click.echo(click.style(f"{answer['name']} ({answer['jurisdiction']})", bold=True))
    click.echo(f"Rules on {long_date(date.fromisoformat(answer['as_of']))}, as known {_when(answer['known_at'])}")
    if not (answer["rules"] or answer["inherited"]):
        _nothing(answer)
        return
    click.echo()
    (_everything if full else _one_screen)(answer, words)
    if answer["upcoming"]:
        coming = [
            f"{_status(rule)}, {_since(rule)}: {_name(rule, words)}: {rule['display']}" for rule in answer["upcoming"]
        ]
        _block("Coming", coming)
    for conflict in answer["conflicts"]:
        said = "; ".join(f"{rule['display']} ({rule['citation']})" for rule in conflict["rules"])
        _block("Sources disagree", [f"{words.topic(conflict['topic']).name}: {said}"])
    _foot(answer, words, full=full)


def as_csv(answer: Json) -> None:
    """Print every rule of an answer as CSV, with the part of the answer it belongs to."""
    from tracker.cli.output import emit

    parts = ("rules", "inherited", "upcoming")
    rows = [{"part": part, **rule} for part in parts for rule in answer[part]]
    columns = {name: name for name in rows[0]} if rows else {"part": "part"}
    emit(rows, columns, "csv")


def _nothing(answer: Json) -> None:
    since = answer["recorded_since"]
    if since is None:
        click.echo(
            "\nNothing is recorded here yet. `tracker crawl " + answer["jurisdiction"] + "` reads its sources, if any."
        )
    else:
        click.echo(f"\nNo rule is recorded for that day as known then; there are records since {_when(since)}.")
    click.echo("That says nothing about the law.")


def _one_screen(answer: Json, words: Vocabulary) -> None:
    shown: set[str] = set()
    for question, topics in _QUESTIONS:
        rules = [rule for rule in (*answer["rules"], *answer["inherited"]) if rule["topic"] in topics]
        shown |= {rule["topic"] for rule in rules}
        _block(question, _lines(rules, words) or ["not known: no source has been read on this"])
    other = {rule["topic"] for rule in answer["rules"]} - shown
    if other:
        names = ", ".join(topic.name for topic in words.topics.values() if topic.id in other)
        _block("Also recorded", [f"{names} (--full shows them)"])


def _everything(answer: Json, words: Vocabulary) -> None:
    for rule in answer["rules"]:
        _rule(rule, words)
    for rule in answer["inherited"]:
        above = words.jurisdiction(rule["inherited_from"]).name
        _rule(rule, words, f"from {above}, {rule['mode']}")


def _rule(rule: Json, words: Vocabulary, note: str = "") -> None:
    head = f"{_name(rule, words)}" + (f" [{note}]" if note else "")
    click.echo(click.style(head, bold=True))
    lines = [rule["display"], f"{_status(rule)}, {_since(rule)}"]
    if rule.get("falls_back_to"):
        lines.append(f"before: {rule['falls_back_to']['display']}")
    lines.append(rule["citation"])
    if rule["quote"]:
        lines.append(f"“{rule['quote']}”")
    lines.append(rule["url"])
    lines.append(_evidence(rule))
    for line in lines:
        _say(line)
    click.echo()


def _block(title: str, lines: Iterable[str]) -> None:
    click.echo(click.style(title, bold=True))
    for line in lines:
        _say(line)


def _say(line: str) -> None:
    whole = textwrap.TextWrapper(_WIDTH, "  ", "    ", break_on_hyphens=False, break_long_words=False)
    click.echo(whole.fill(line))


def _lines(rules: Iterable[Json], words: Vocabulary) -> list[str]:
    """Rules with one value as one line that names everybody it is for."""
    alike: dict[tuple[str, ...], list[Json]] = {}
    for rule in rules:
        same = (rule["topic"], _word(rule), rule["display"], _before(rule), rule.get("inherited_from", ""))
        alike.setdefault(same, []).append(rule)
    several = len({group[0] for group in alike}) > 1
    return [_line(same, words, named=several) for same in alike.values()]


def _before(rule: Json) -> str:
    return str(rule["falls_back_to"]["display"]) if rule.get("falls_back_to") else ""


def _line(same: Sequence[Json], words: Vocabulary, *, named: bool) -> str:
    first = same[0]
    topic = f"{words.topic(first['topic']).name}: " if named else ""
    scopes = [", ".join(_scope(rule, words)) for rule in same]
    for_whom = "; ".join(scope for scope in scopes if scope)
    before, above = _before(first), first.get("inherited_from", "")
    line = f"{topic}{_word(first)}{first['display']}"
    if before and before != first["display"]:
        line += f"; before that {before}"
    if for_whom:
        line += f", for {for_whom}"
    if above:
        line += f" [from {words.jurisdiction(above).name}]"
    return f"{line} ({_citations(same)})"


def _word(rule: Json) -> str:
    return "" if rule["status"] == Status.IN_FORCE else f"{_status(rule)}: "


def _scope(rule: Json, words: Vocabulary) -> list[str]:
    labels = [words.qualifier_label(dim, value).split(",")[0] for dim, value in rule["qualifier"].items()]
    return [label[:1].lower() + label[1:] if label[1:2].islower() else label for label in labels]


def _citations(same: Sequence[Json]) -> str:
    """The citations of several rules, their common beginning said once."""
    cited = list(dict.fromkeys(rule["citation"] for rule in same))
    head = cited[0].rsplit(", ", 1)[0] + ", " if ", " in cited[0] else ""
    tails = [each.removeprefix(head) if number else each for number, each in enumerate(cited)]
    return "; ".join(tails)


def _name(rule: Json, words: Vocabulary) -> str:
    from tracker.domain.wording import rule_name

    return rule_name(RuleKey.of(rule["jurisdiction"], rule["topic"], rule["qualifier"]), words)


def _status(rule: Json) -> str:
    start, end = date.fromisoformat(rule["valid_from"]), rule["valid_to"]
    if rule["status"] == Status.UNKNOWN and end:
        return f"UNKNOWN, the stated end {long_date(date.fromisoformat(end))} has passed"
    return status_word(Status(rule["status"]), start, date.fromisoformat(end) if end else None)


def _since(rule: Json) -> str:
    day = long_date(date.fromisoformat(rule["valid_from"]))
    return {
        Basis.STATED: f"from {day}",
        Basis.LAST_AMENDED: f"since {day} at the latest",
        Basis.PUBLISHED: f"published {day}",
        Basis.FIRST_SEEN: f"first seen {day}; the text states no date",
    }[Basis(rule["valid_from_basis"])]


def _evidence(rule: Json) -> str:
    seen = f"last confirmed {_when(rule['confirmed_at'])}" if rule["confirmed_at"] else "replaced since"
    return f"{seen}; archived copy {rule['snapshot'][:12]}"


def _foot(answer: Json, words: Vocabulary, *, full: bool) -> None:
    click.echo()
    confirmed = [rule["confirmed_at"] for rule in answer["rules"] if rule["confirmed_at"]]
    if confirmed:
        oldest = min(confirmed)
        click.echo(f"Evidence: every rule confirmed {_when(oldest)} or later.")
    gaps = answer["gaps"]
    if gaps and full:
        names = ", ".join(words.topic(gap["topic"]).name for gap in gaps)
        _block(f"Not known ({len(gaps)} topics)", [names + ". That says nothing about the law."])
    elif gaps:
        click.echo(f"Not known: {len(gaps)} topics (--full names them). An empty topic says nothing about the law.")
    click.echo(textwrap.fill(DISCLAIMER, _WIDTH))


def _when(iso: str) -> str:
    return long_date(datetime.fromisoformat(iso).date())
