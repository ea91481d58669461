"""What happened to the words between two readings of a document, provision by provision."""

from __future__ import annotations

import re
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from rapidfuzz.distance import LCSseq

from tracker.domain.change import TextChange, TextKind
from tracker.domain.provision import Provision, Standing
from tracker.extract.normalise import fold, same_terms
from tracker.extract.numbers import DATE, day

_DATE = re.compile(DATE, re.IGNORECASE)
_REFERENCE = re.compile(
    r"ss?|(?:sub)?sections?|(?:sub)?paragraphs?|parts?|schedules?|art|articles?|paragraphes?|alinéas?|parties?|annexes?"
)
_BETWEEN = re.compile(r"\d\w*|\w|to|and|or|au|aux|et|ou")
"""What may stand between the word "sections" and a number that belongs to it."""
_NOT_IN_FORCE = (Standing.PENDING, Standing.UNDERLYING)
_FAR = 12
"""Words between them at most."""


class Words(Protocol):
    """What comparing needs of a provision, read or stored."""

    @property
    def path(self) -> tuple[str, ...]: ...
    @property
    def citation(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def standing(self) -> Standing: ...


def text_changes(
    source: str, document: str, before: Sequence[Words], after: Sequence[Provision], now: datetime
) -> list[TextChange]:
    """Every provision whose words differ; the same words at another citation are no change.

    A permanent version that comes or goes with the temporary law over it is no news: that law is.
    """
    if not (before and after) and all(each.standing is Standing.UNDERLYING for each in (*before, *after)):
        return []
    comparison = _Comparison(before, after)
    return [
        TextChange(source, document, place.citation, kind, was.text if was else "", now_is.text if now_is else "", now)
        for kind, was, now_is in comparison.differences()
        if (place := now_is or was) is not None
    ]


class _Comparison:
    """Two readings without what stands in both at the same place, and which of the rest belong together."""

    def __init__(self, before: Sequence[Words], after: Sequence[Words]) -> None:
        self.old, self.new, unchanged = _differing(before, after)
        self.before: dict[int, Words] = {}
        """By identity of a new provision: the old one it was."""
        self.taken: set[int] = set()
        aligned = _aligned(self.old, self.new, _without_references)
        self.numbers = _renumbered([*unchanged, *((was.path[0], now_is.path[0]) for was, now_is in aligned)])
        self._pair(_at_place(*self._left(), self.numbers, _without_references))
        self._pair(_aligned(*self._left(), _terms))
        self._pair(_reordered(*self._left(), self.numbers))
        self._pair(_at_place(*self._left(), self.numbers, lambda _: None))
        self.moved = {id(each) for pair in _elsewhere(*self._left()) for each in pair}
        self.regrouped: set[int] = set()
        self._regroup()

    def differences(self) -> Iterator[tuple[TextKind, Words | None, Words | None]]:
        """What was put in or changed, in the order of the new text, then what was taken out."""
        for provision in self.new:
            was = self.before.get(id(provision))
            if was is not None and (was.text != provision.text or was.standing is not provision.standing):
                yield self._kind(was, provision), was, provision
            elif was is None and id(provision) not in self.moved:
                yield self._kind(None, provision), None, provision
        for gone in self._left()[0]:
            if id(gone) not in self.moved:
                yield self._kind(gone, None), gone, None

    def _regroup(self) -> None:
        """Find words that only moved between a text and the paragraphs below it: one became several, or several one."""
        old, new = self._left()
        for now_is in self.new if old or new else ():
            was = self.before.get(id(now_is))
            if was is None or was.text == now_is.text:
                continue
            one, other = [was, *_below(was, old)], [now_is, *_below(now_is, new)]
            if len(one) + len(other) > 2 and _together(one) == _together(other):
                self.regrouped.add(id(now_is))
                self.moved |= {id(each) for each in one[1:] + other[1:]}

    def _left(self) -> tuple[list[Words], list[Words]]:
        old = [each for each in self.old if id(each) not in self.taken]
        return old, [each for each in self.new if id(each) not in self.before]

    def _pair(self, pairs: list[tuple[Words, Words]]) -> None:
        self.before |= {id(now_is): was for was, now_is in pairs}
        self.taken |= {id(was) for was, _ in pairs}

    def _kind(self, was: Words | None, now_is: Words | None) -> TextKind:
        """Text that is not in force is never current; the same words or things under another name are editorial."""
        if all(p is None or p.standing in _NOT_IN_FORCE for p in (was, now_is)):
            return TextKind.PENDING_TEXT
        if was is None:
            return TextKind.TEXT_ADDED
        if now_is is None:
            return TextKind.TEXT_REMOVED
        if was.standing is not now_is.standing:
            return TextKind.TEXT_CHANGED
        same = id(now_is) in self.regrouped or _says_the_same(was.text, now_is.text, self.numbers)
        return TextKind.EDITORIAL if same else TextKind.TEXT_CHANGED


def _differing(
    before: Sequence[Words], after: Sequence[Words]
) -> tuple[list[Words], list[Words], list[tuple[str, str]]]:
    """Both readings without what stands in both at the same place, and the sections of what does."""
    keys = [(each.path, each.text, each.standing) for each in before]
    left = Counter(keys)
    new: list[Words] = []
    sections: list[tuple[str, str]] = []
    for each in after:
        key = (each.path, each.text, each.standing)
        if left.get(key):
            left[key] -= 1
            sections.append((each.path[0], each.path[0]))
        else:
            new.append(each)
    old: list[Words] = []
    for each, key in zip(reversed(before), reversed(keys), strict=True):
        if left[key]:
            left[key] -= 1
            old.append(each)
    return old[::-1], new, sections


def _aligned(old: Sequence[Words], new: Sequence[Words], words: Callable[[str], Hashable]) -> list[tuple[Words, Words]]:
    """The same words in the same order, wherever they stand now."""
    keys = [[(each.standing, words(each.text)) for each in side] for side in (old, new)]
    return [
        (old[step.src_start + n], new[step.dest_start + n])
        for step in LCSseq.opcodes(*keys)
        if step.tag == "equal"
        for n in range(step.src_end - step.src_start)
    ]


def _at_place(
    old: Sequence[Words], new: Sequence[Words], numbers: Mapping[str, str], words: Callable[[str], Hashable]
) -> list[tuple[Words, Words]]:
    """Provisions at the place where they are expected, if their words agree as far as asked."""
    waiting: dict[Hashable, deque[Words]] = defaultdict(deque)
    for each in old:
        waiting[(numbers.get(each.path[0], each.path[0]), *each.path[1:]), words(each.text)].append(each)
    return [(places.popleft(), each) for each in new if (places := waiting[each.path, words(each.text)])]


def _reordered(old: Sequence[Words], new: Sequence[Words], numbers: Mapping[str, str]) -> list[tuple[Words, Words]]:
    """The same words at another place of the same list or table."""
    waiting: dict[Hashable, deque[Words]] = defaultdict(deque)
    for each in old:
        if len(each.path) > 1:
            above = (numbers.get(each.path[0], each.path[0]), *each.path[1:-1])
            waiting[above, each.standing, same_terms(each.text)].append(each)
    return [
        (places.popleft(), each)
        for each in new
        if (places := waiting[each.path[:-1], each.standing, same_terms(each.text)])
    ]


def _elsewhere(old: Sequence[Words], new: Sequence[Words]) -> list[tuple[Words, Words]]:
    """What was taken out at one place and put in at another with the same words."""
    waiting: dict[Hashable, deque[Words]] = defaultdict(deque)
    for each in old:
        waiting[each.standing, same_terms(each.text)].append(each)
    return [(places.popleft(), each) for each in new if (places := waiting[each.standing, same_terms(each.text)])]


def _below(top: Words, provisions: Sequence[Words]) -> list[Words]:
    return [each for each in provisions if each.path[: len(top.path)] == top.path and each.standing is top.standing]


def _together(provisions: Sequence[Words]) -> str:
    return same_terms(" ".join(each.text for each in provisions))


def _renumbered(sections: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Where each section stands now, as most of its provisions say."""
    majority: dict[str, tuple[int, str]] = {}
    for (was, now_is), votes in Counter(sections).items():
        if votes > majority.get(was, (0, ""))[0]:
            majority[was] = votes, now_is
    return {was: now_is for was, (_, now_is) in majority.items() if was != now_is}


def _says_the_same(was: str, now_is: str, numbers: Mapping[str, str]) -> bool:
    """Whether two texts differ in nothing but typography, names, the format of dates, and numbers of sections."""
    old, new = same_terms(_dated(was)).split(), same_terms(_dated(now_is)).split()
    if old == new or not numbers:
        return old == new
    follow = {same_terms(number): same_terms(other) for number, other in numbers.items()}
    return len(old) == len(new) and all(
        one == other or (follow.get(one) == other and _refers(new, index))
        for index, (one, other) in enumerate(zip(old, new, strict=True))
    )


def _dated(text: str) -> str:
    """A text with each full date in one format."""
    return _DATE.sub(lambda found: _iso(found.group(0)), fold(text))


def _iso(date: str) -> str:
    try:
        return day(date).isoformat()
    except ValueError:
        return date


def _terms(text: str) -> Hashable:
    return same_terms(text)


def _without_references(text: str) -> Hashable:
    words = same_terms(text).split()
    return tuple("#" if word[0].isdigit() and _refers(words, index) else word for index, word in enumerate(words))


def _refers(words: Sequence[str], index: int) -> bool:
    """Whether a number names a section: "sections 41(2) and 43", and not "43 g"."""
    for word in reversed(words[max(0, index - _FAR) : index]):
        if _REFERENCE.fullmatch(word):
            return True
        if not _BETWEEN.fullmatch(word):
            return False
    return False
