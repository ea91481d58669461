"""What was made of each situation, held against what was wanted, and the table that says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import timedelta

from tests.law.facts import agrees
from tests.situations.cases import MEASURED, Wanted
from tests.situations.watch import Look, Seen
from tracker.domain.change import QUIET_KINDS, TextKind
from tracker.domain.rule import Version
from tracker.domain.value import to_json
from tracker.store.captures import RunOutcome

DAY, HOUR = timedelta(days=1), timedelta(hours=1, minutes=1)


def wrong(seen: Seen) -> list[str]:
    """What was not as wanted; empty where all of it was."""
    checks = {Wanted.CHANGE: _change, Wanted.SILENT: _silent, Wanted.HEALTH: _health}
    return [*_from_the_start(seen), *checks[seen.situation.wanted](seen)]


def _from_the_start(seen: Seen) -> Iterator[str]:
    first = seen.first
    if first.report.outcome is not RunOutcome.CHANGED or first.report.changes or first.waiting or first.warned:
        yield f"the first reading was not good: {first.report.reason}"
    if not seen.kept:
        yield "what arrived was not kept"
    if not seen.back.report.outcome.well or seen.back.state.trouble:
        yield f"it did not recover: {seen.back.report.reason}"
    if seen.situation.wanted is not Wanted.CHANGE and seen.back.believed != first.believed:
        yield "it did not come back to what holds"


def _change(seen: Seen) -> Iterator[str]:
    wanted, report = seen.situation.change, seen.after.report
    assert wanted is not None
    if len(report.changes) != 1:
        yield f"{len(report.changes)} changes"
        return
    (found,) = report.changes
    if (found.key.topic, found.kind, found.direction) != (wanted.topic, wanted.kind, wanted.direction):
        yield f"{found.key.topic}, {found.kind}, {found.direction}"
    if not _says(found.before, wanted.before) or not _says(found.after, wanted.after):
        yield f"the values are {found.summary}"
    if wanted.starts is not None and found.valid_from != wanted.starts:
        yield f"it starts on {found.valid_from}"
    if len(seen.after.told) != 1:
        yield f"{len(seen.after.told)} messages"
    if seen.after.warned:
        yield "operators were warned"
    yield from _quiet(seen.again)


def _says(version: Version | None, value: dict[str, object]) -> bool:
    return version is not None and agrees(value, to_json(version.value))


def _silent(seen: Seen) -> Iterator[str]:
    for look in (seen.after, seen.again):
        yield from _quiet(look)
        if look.believed != seen.first.believed:
            yield "what is believed is another"


def _quiet(look: Look) -> Iterator[str]:
    """Nothing happened, and nobody is told anything."""
    if look.report.outcome is not RunOutcome.UNCHANGED:
        yield f"the run is {look.report.outcome.value}: {look.report.reason}"
    yield from (f"it says {change.kind}" for change in look.report.changes)
    yield from (f"it says {text.kind}" for text in look.report.text_changes if text.kind is not TextKind.EDITORIAL)
    if look.told or look.warned or look.waiting:
        yield "somebody was told"


def _health(seen: Seen) -> Iterator[str]:
    for look in (seen.after, seen.again):
        if look.report.outcome.well:
            yield "it was believed"
        if seen.situation.reason not in look.report.reason:
            yield f"the reason is {look.report.reason!r}"
        if look.report.changes or look.report.text_changes or look.told:
            yield "it says something about the law"
        if look.believed != seen.first.believed:
            yield "the rules did not keep their values"
        if look.state.last_ok_at != seen.first.state.last_ok_at:
            yield "the rules were taken for confirmed"
        held = look.report.outcome is RunOutcome.HELD
        if look.waiting != int(held):
            yield f"{look.waiting} things wait for a person"
        if look.again_in > (DAY if held else HOUR):
            yield f"it is asked again only in {look.again_in}"
        if any(capture.snapshot for capture in look.captures) != seen.situation.whole:
            yield "a page is kept that did not arrive, or one that did is not"
    if (seen.after.warned, seen.again.warned, seen.back.warned) != (("in trouble",), (), ("well again",)):
        yield "operators were not told once, and once more when it was over"
    if seen.back.report.outcome is not RunOutcome.UNCHANGED or seen.back.told or seen.back.waiting:
        yield "its recovery is news about the law"


def did(seen: Seen) -> str:
    """What came of it, in a few words."""
    report = seen.after.report
    if seen.situation.wanted is Wanted.CHANGE and len(report.changes) == 1 and seen.after.told:
        (change,) = report.changes
        return f"{seen.after.told[0].partition('] ')[2]} ({change.kind}, {change.direction})"
    if not report.outcome.well:
        return f"{report.outcome.value}: {re.sub(r'http://[0-9.:]+', 'https://site', report.reason)}"
    printed = sum(text.kind is TextKind.EDITORIAL for text in report.text_changes)
    loud = [change.kind for change in report.changes if change.kind not in QUIET_KINDS]
    said = ", ".join(loud) or (f"{printed} passages printed differently" if printed else "")
    return f"{report.outcome.value}{': ' if said else ''}{said}"


def table(watched: Sequence[Seen]) -> str:
    """Situation, wanted, what we did; those that others were measured with first."""
    lines = ["| | situation | wanted | what we did | right |", "|---|---|---|---|---|"]
    for number, seen in enumerate(watched, 1):
        verdict = "; ".join(wrong(seen))
        cells = (str(number), seen.situation.name, seen.situation.wanted.value, did(seen), verdict or "yes")
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    right = [not wrong(seen) for seen in watched]
    measured, beyond = right[: len(MEASURED)], right[len(MEASURED) :]
    return "\n".join(
        [
            f"Right: {sum(measured)} of the {len(measured)} that other tools were measured with, "
            f"{sum(beyond)} of {len(beyond)} beyond them.",
            "",
            *lines,
        ]
    )
