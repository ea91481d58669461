"""Instructions of a gazette applied to base text: how the law reads on a day.

A provision with `replaces` is what an instruction brings: from its `effective_on`, and until its ending where it has
one, it stands in the place of what it replaces. Before that day it is adopted and pending, and never current.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby

from tracker.domain.provision import Provision, Standing

_PENDING = "not in force"


def covers(target: tuple[str, ...], path: tuple[str, ...]) -> bool:
    """Whether a chapter, a regulation or a part of one contains a provision."""
    return path[: len(target)] == target or (len(target) == 1 and path[0].startswith(f"{target[0]}."))


def applied(provisions: Sequence[Provision], day: date) -> list[Provision]:
    """The base text with what is instructed for a day; what begins later follows it, marked as pending.

    Words that an instruction prints again as they were keep the dates that they had, and belong to where they stood.
    """
    text = [each for each in provisions if not each.replaces]
    later: list[Provision] = []
    told = sorted((each for each in provisions if each.replaces), key=_begins)
    for _, group in groupby(told, key=lambda each: (_begins(each), each.printed_in, each.replaces)):
        brought = list(group)
        if _begins(brought[0]) > day:
            known = {_words(each) for each in (*text, *later)}
            later += [_pending(each, text) for each in brought if _words(each) not in known]
        elif all(ending.ends_on > day for ending in brought[0].dating.endings):
            text = _put(text, brought)
    return text + later


def _put(text: list[Provision], brought: list[Provision]) -> list[Provision]:
    target = brought[0].replaces
    before = [each for each in text if covers(target, each.path)]
    kept = [each for each in text if not covers(target, each.path)]
    same = {_words(each): each for each in before}
    home = _home(target, text) or brought[0].document
    fresh = [
        replace(known, heading=each.heading, cells=each.cells)
        if (known := same.get(_words(each)))
        else replace(each, document=home)
        for each in brought
    ]
    at = _position(target, text, before, kept)
    return kept[:at] + fresh + kept[at:]


def _position(target: tuple[str, ...], text: list[Provision], before: list[Provision], kept: list[Provision]) -> int:
    """Where the words go: to where what they replace began, else behind what comes before them in the same place."""
    if before:
        return text.index(before[0])
    around = target[:-1]
    nearest = [
        index
        for index, each in enumerate(kept)
        if (covers(around, each.path) if around else _chapter(each.path) == _chapter(target))
        and _order(each.path[: len(target)]) <= _order(target)
    ]
    return nearest[-1] + 1 if nearest else len(kept)


def _order(path: tuple[str, ...]) -> list[tuple[int, str]]:
    """Labels in the order in which they are counted: .09 before .10, 52 before 52-1."""
    return [
        (int(part), "") if part.isdigit() else (0, part) for label in path for part in re.findall(r"\d+|\D+", label)
    ]


def _pending(each: Provision, text: Sequence[Provision]) -> Provision:
    return replace(
        each,
        document=_home(each.replaces, text) or each.document,
        path=(_PENDING, *each.path),
        citation=f"{_PENDING}, {each.citation}",
        standing=Standing.PENDING,
    )


def _words(each: Provision) -> tuple[tuple[str, ...], str, bool]:
    path = each.path[1:] if each.standing is Standing.PENDING else each.path
    return path, each.text, each.standing is Standing.REPEALED


def _home(target: tuple[str, ...], text: Sequence[Provision]) -> str | None:
    """The document to which a chapter belongs."""
    return next((each.document for each in text if _chapter(each.path) == _chapter(target)), None)


def _chapter(path: tuple[str, ...]) -> str:
    return ".".join(path[0].split(".")[:3])


def _begins(each: Provision) -> date:
    return each.dating.effective_on or date.min
