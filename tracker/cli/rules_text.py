"""The rules of a jurisdiction on a screen: first what a clinician asks, with `--full` everything."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

import click

from tracker.cli.output import NOTICE, printable
from tracker.domain.rule import Level, RuleKey, Status
from tracker.domain.vocabulary import Vocabulary
from tracker.domain.wording import long_date, rule_name, status_word
from tracker.services.brief import CHANGES, Block, Line, brief, instead

Json = dict[str, Any]

_WIDTH = 80
_MARGIN = 15


def show(answer: Json, words: Vocabulary, *, full: bool) -> None:
    """Print an answer of `answers.rules`."""
    day = long_date(date.fromisoformat(answer["as_of"]))
    known = _when(answer["known_at"])
    as_known = f", as known on {known}" if known != day else ""
    head = f"{answer['name']} ({answer['jurisdiction']}): rules on {day}{as_known}"
    click.echo(click.style(head, bold=True))
    if not any(answer[part] for part in ("rules", "inherited", "upcoming", "guidance", "proposed")):
        _nothing(answer)
        return
    (_everything if full else _one_screen)(answer, words)
    for conflict in answer["conflicts"]:
        said = "; ".join(f"{rule['display']} ({rule['citation']})" for rule in conflict["rules"])
        _section("Sources disagree", [f"{words.topic(conflict['topic']).name}: {said}"])
    _foot(answer, words, full=full)


def as_csv(answer: Json) -> None:
    """Print every rule of an answer as CSV, with the part of the answer it belongs to."""
    from tracker.cli.output import emit

    parts = ("rules", "inherited", "upcoming", "guidance", "proposed")
    rows = [{"part": part, **rule} for part in parts for rule in answer[part]]
    columns = {name: name for name in rows[0]} if rows else {"part": "part"}
    emit(rows, columns, "csv")


def _nothing(answer: Json) -> None:
    since = answer["recorded_since"]
    if since is None:
        click.echo(
            "\nNothing is recorded here yet. `tracker source list --coverage` says where the official texts are."
        )
    else:
        click.echo(f"\nNo rule is recorded for that day as known then; there are records since {_when(since)}.")
    click.echo("That says nothing about the law.")


def _one_screen(answer: Json, words: Vocabulary) -> None:
    blocks = brief(answer, words)
    ages = Counter(line.age for block in blocks for line in block.lines)
    usual = "" if "" in ages else max(ages, key=ages.__getitem__, default="")  # what a crawl has met has no age
    unknown = [block.title for block in blocks if not block.lines and block.title != CHANGES]
    for block in blocks:
        if block.lines or block.title == CHANGES:
            _block(block, usual)
    if unknown:
        asked = " ".join(unknown)
        _block(Block("Not known:", (Line(f"{asked} That says nothing about the law.", "", usual),)), usual)


def _block(block: Block, usual: str) -> None:
    """A question with its answers beside it; the age of a text is said where it is not the usual one."""
    lines = [_cited(line, usual) for line in block.lines] or ["nothing that we know of"]
    if block.more:
        lines[-1] += f" … and {block.more} more"
    label = block.title
    for line in lines:
        wrapper = textwrap.TextWrapper(
            _WIDTH,
            label.ljust(_MARGIN),
            " " * (_MARGIN + 2),
            break_on_hyphens=False,
            break_long_words=False,
            drop_whitespace=True,
        )
        text = wrapper.fill(printable(line))
        click.echo(click.style(text[: len(label)], bold=True) + text[len(label) :])
        label = ""


def _cited(line: Line, usual: str) -> str:
    above = f" [{line.above}]" if line.above else ""
    age = line.age if line.age != usual else ""
    proof = "; ".join(filter(None, (line.citation, age)))
    return f"{line.text}{above}" + (f" ({proof})" if proof else "")


def _everything(answer: Json, words: Vocabulary) -> None:
    click.echo()
    for rule in answer["rules"]:
        _rule(rule, words)
    for rule in answer["inherited"]:
        above = words.jurisdiction(rule["inherited_from"]).name
        _rule(rule, words, f"from {above}, {rule['mode']}")
    apart = {"Guidance, not law": "guidance", "Proposed, not law": "proposed", "Coming": "upcoming"}
    for head, rules in ((head, answer[part]) for head, part in apart.items()):
        if rules:
            click.echo(click.style(head.upper(), bold=True))
        for rule in rules:
            _rule(rule, words)


def _rule(rule: Json, words: Vocabulary, note: str = "") -> None:
    key = RuleKey.of(rule["jurisdiction"], rule["topic"], rule["qualifier"])
    click.echo(click.style(rule_name(key, words) + (f" [{note}]" if note else ""), bold=True))
    lines = [rule["display"], f"{_status(rule)}, {rule['since']}"]
    if rule.get("falls_back_to"):
        lines.append(instead(rule))
    lines.append(rule["citation"])
    if rule["quote"]:
        lines.append(f"“{rule['quote']}”")
    lines += [rule["url"], _evidence(rule)]
    for line in lines:
        _say(line)
    click.echo()


def _section(title: str, lines: Iterable[str]) -> None:
    click.echo(click.style(title, bold=True))
    for line in lines:
        _say(line)


def _say(line: str) -> None:
    whole = textwrap.TextWrapper(_WIDTH, "  ", "    ", break_on_hyphens=False, break_long_words=False)
    click.echo(whole.fill(printable(line)))


def _status(rule: Json) -> str:
    start, end = date.fromisoformat(rule["valid_from"]), rule["valid_to"]
    if rule["status"] == Status.UNKNOWN and end:
        return f"UNKNOWN, its end {long_date(date.fromisoformat(end))} has passed"
    return status_word(Status(rule["status"]), start, date.fromisoformat(end) if end else None)


def _evidence(rule: Json) -> str:
    parts = [rule["evidence"]]
    coding = rule["coding"]
    if coding:
        if coding["confidence"] != "high":
            parts.append(f"confidence {coding['confidence']}")
        if coding["read_at"]:
            parts.append(f"read at {coding['read_at']}")
        if coding["note"]:
            parts.append(coding["note"].rstrip("."))
    if rule["snapshot"]:
        parts.append(f"copy {rule['snapshot'][:12]}")
    return "; ".join(parts)


def _foot(answer: Json, words: Vocabulary, *, full: bool) -> None:
    if not full:
        click.echo()
    for sentence in _ages(answer["rules"] or answer["inherited"]):
        click.echo(textwrap.fill(sentence, _WIDTH))
    gaps = answer["gaps"]
    if gaps and full:
        names = ", ".join(words.topic(gap["topic"]).name for gap in gaps)
        _section(f"Not known ({len(gaps)} topics)", [names + ". That says nothing about the law."])
    elif gaps:
        more = (
            f"{len(answer['rules'])} rules in all, with quotes and addresses, and {len(gaps)} topics not known: --full."
        )
        click.echo(textwrap.fill(more, _WIDTH))
    click.echo(textwrap.fill(NOTICE, _WIDTH))


def _ages(rules: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """How old the evidence is, one sentence for each way in which it is known."""
    rules = list(rules)
    met = [rule["confirmed_at"] for rule in rules if _met(rule) and rule["confirmed_at"]]
    if met:
        yield f"{len(met)} rules confirmed by a crawl, the oldest on {_when(min(met))}."
    unmet = [rule for rule in rules if not _met(rule) and rule["coding"]]
    if unmet:
        dated = sorted(rule["coding"]["text_date"] for rule in unmet if rule["coding"]["text_date"])
        undated = len(unmet) - len(dated)
        ages = []
        if dated:
            span = dated[0][:4] if dated[0][:4] == dated[-1][:4] else f"{dated[0][:4]} to {dated[-1][:4]}"
            ages.append(f"official texts of {span}")
        if undated:
            ages.append(f"undated copies ({undated})")
        yield f"{len(unmet)} rules from {' and '.join(ages)}, not yet confirmed by a crawl."


def _met(rule: Mapping[str, Any]) -> bool:
    """Whether a crawl has met the words it rests on."""
    return rule["level"] == Level.READ or bool(rule["quote"])


def _when(iso: str) -> str:
    return long_date(datetime.fromisoformat(iso).date())
