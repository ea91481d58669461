"""One review item on a screen, for somebody who knows the law and has to decide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import click

from tracker.cli.output import printable
from tracker.domain.wording import long_date

Json = Mapping[str, Any]

_WIDTH = 100
_INDENT = 12
_LONG = 1_200
_KINDS = {
    "critical": "Change that waits",
    "change": "Change",
    "held": "Held run",
    "lost": "Lost passage",
    "recode": "Re-coding request",
}
_DECISIONS = {
    "critical": (
        ("accept", "the change is real: subscribers are told"),
        ("reject", "it is not: nobody is told, and what was read before holds again"),
        ("edit", "the text says something else: --value, and --valid-from or --citation where they differ too"),
    ),
    "late": (
        ("accept", "the law changed meanwhile: subscribers are told, as something that was noticed late"),
        ("reject", "it did not: nobody is told; the rules show what was read now"),
        ("edit", "the text says something else: --value, and --valid-from or --citation where they differ too"),
    ),
    "held": (("accept", "seen; nothing is believed, and it is asked again only if something else is wrong"),),
    "proposed": (
        ("accept", "these words are where the passage stands now: the value stays, nobody is told"),
        ("reject", "they are not: it stays lost and keeps its value"),
        ("edit", "the text says something else now: --value, and --valid-from where it says from when"),
    ),
    "lost": (
        ("edit", "state what the text says now: --value and --citation, and --valid-from where it says from when"),
        ("reject", "nothing can be said: it stays lost and keeps its value"),
    ),
    "change": (("edit", "it was told wrongly: --value; those who follow the rule get a correction"),),
}


def shown(case: Json) -> str:
    """The whole case."""
    return "\n".join(line.rstrip() for line in _lines(case)) + "\n"


def _lines(case: Json) -> Iterator[str]:
    yield f"{_KINDS[case['kind']]} {case['id']}"
    if case["rule"]:
        kept = f": {case['value']} (kept)" if case.get("value") else ""
        yield from _wrapped(f"{case['name']}: {case['rule']}{kept}", "")
    yield ""
    if case["reason"] and case["kind"] != "critical":
        yield from _field("Why", case["reason"])
    yield from _field("Since" if case["waits"] else "Opened", f"{_moment(case['since'])} ({_age(case['age_hours'])})")
    yield from _field("Source", _source(case))
    yield from _field("Operators", f"told {_moment(case['operators_told_at'])}" if case["operators_told_at"] else "")
    if case["kind"] == "held":
        yield from _held(case)
    elif case["kind"] in ("lost", "recode"):
        yield from _lost(case)
    else:
        yield from _changed(case)
    yield from _decided(case["decisions"])
    if case["waits"] or case["kind"] == "change":
        yield from _choices(case)


def _held(case: Json) -> Iterator[str]:
    yield ""
    yield from _listed("Expected", case["expected"])
    for name, rows in (("Came", case["copies"]), ("Last good", case["last_good"])):
        for row in rows:
            yield ""
            how = (
                row.get("outcome") or f"fetched {_moment(row['fetched_at'])}, confirmed {_moment(row['confirmed_at'])}"
            )
            yield from _field(name, f"{row['document']}: {how}" + (f": {row['reason']}" if row.get("reason") else ""))
            yield from _field("", row["url"])
            yield from _copy(row)


def _lost(case: Json) -> Iterator[str]:
    coding = case["coding"]
    if coding:
        text = f", from the text of {coding['text_date']}" if coding["text_date"] else ""
        yield from _field("Coded", f"by {coding['by']} on {coding['on']}{text}")
        yield from _field("", coding["note"] or "")
    last = case["last"]
    if last:
        yield ""
        yield from _field("Last words", f"{last['citation']}, confirmed {_moment(last['confirmed_at'])}")
        yield from _field("", f"“{_short(last['quote'])}”" if last["quote"] else "known by their fingerprint only")
        yield from _copy(last)
    yield ""
    there = case["there_now"]
    if there:
        yield from _field("There now", there["citation"])
        yield from _field("", f"“{_short(there['quote'])}”")
        yield from _copy(there)
    else:
        yield from _field("There now", "nothing stands at that place any more")
    for trace in case["traces"]:
        yield ""
        yield from _traced(trace, of_several=len(case["traces"]) > 1)


def _traced(trace: Json, *, of_several: bool) -> Iterator[str]:
    found = trace["found"]
    if of_several and trace["was"]:
        yield from _field("Of these", f"“{_short(trace['was'])}”")
    if found is None:
        yield from _field("Proposed", "nothing: no words like them were found")
        return
    how = "the same words" if trace["score"] == 100 else f"score {trace['score']} of 100"
    yield from _field("Proposed", f"{found['citation']}, {how}")
    yield from _field("", f"“{found['prefix']}[{_short(found['quote'])}]{found['suffix']}”")
    yield from _field("Redline", _redline(trace["redline"]) if trace["redline"] else "")
    yield from _field("", found["url"])
    yield from _copy(found)


def _changed(case: Json) -> Iterator[str]:
    yield ""
    yield from _field("Change", case["summary"])
    yield from _field("", f"{case['severity']}, {case['direction']}")
    if case["noticed_late"]:
        yield from _field("", "noticed late: it lies between what came along with the program and the first crawl")
    for name, side in (("Before", case["before"]), ("Now", case["after"])):
        if side:
            yield ""
            yield from _field(name, f"{side['value']}: {side['citation']}")
            quote = f"“{_short(side['quote'])}”" if side["quote"] else side["evidence"] or "no quote"
            yield from _field("", quote)
            yield from _field("", side["url"])
            yield from _copy(side)
    yield ""
    yield from _field("Redline", _redline(case["redline"]) if case["redline"] else "")
    told = [
        f"{row['subscription']} {'as UNVERIFIED ' if row['unverified'] else ''}{_moment(row['at'])}"
        for row in case["told"]
    ]
    yield from _listed("Told", told or ["nobody so far"])


def _decided(decisions: Sequence[Json]) -> Iterator[str]:
    for each in decisions:
        yield ""
        yield from _field("Decided", f"{each['decision']} by {each['by']}, {_moment(each['decided_at'])}")
        yield from _field("", each["reason"])
        yield from _field("", each["outcome"])


def _choices(case: Json) -> Iterator[str]:
    kind = case["kind"]
    if kind in ("lost", "recode"):
        kind = "proposed" if case["proposed"] else "lost"
    elif kind == "critical" and case["noticed_late"]:
        kind = "late"
    yield ""
    yield "Decide with `tracker review … --by NAME --reason TEXT`:"
    for verb, meaning in _DECISIONS[kind]:
        yield from _wrapped(f"{verb} {case['id']}: {meaning}", "  ")


def _source(case: Json) -> str:
    about = ", ".join(text for text in (case["title"], case["publisher"]) if text)
    return f"{case['source']} ({about})" if about else case["source"]


def _copy(row: Json) -> Iterator[str]:
    if row["snapshot"]:
        yield from _field("", f"copy sha256 {row['snapshot']}")
        yield f"{'':<{_INDENT}}{row['path'] or 'not in the archive of this installation'}"


def _listed(name: str, rows: Sequence[str]) -> Iterator[str]:
    for number, row in enumerate(rows):
        yield from _field(name if not number else "", row)


def _field(name: str, text: str) -> Iterator[str]:
    if text:
        first = f"{name:<{_INDENT}}"
        yield from _wrapped(text, " " * _INDENT, first)


def _wrapped(text: str, indent: str, first: str | None = None) -> Iterator[str]:
    shown = " ".join(printable(text).split())
    yield from click.wrap_text(shown, _WIDTH, indent if first is None else first, indent).splitlines()


def _redline(steps: Sequence[Mapping[str, str]]) -> str:
    marks = {"keep": "{}", "delete": "[-{}-]", "insert": "{{+{}+}}"}
    return " ".join(marks[name].format(text) for step in steps for name, text in step.items())


def _short(text: str) -> str:
    return text if len(text) <= _LONG else text[: _LONG - 1] + "…"


def _moment(iso: str) -> str:
    at = datetime.fromisoformat(iso)
    return f"{long_date(at.date())}, {at:%H:%M} UTC"


def _age(hours: int) -> str:
    if hours < 48:
        return f"{hours} hour{'' if hours == 1 else 's'}"
    return f"{hours // 24} days"
