"""Whether a text that a spider reads says what somebody coded from it before."""

from __future__ import annotations

from typing import Any

from tracker.domain.rule import Basis, Level, Version
from tracker.domain.value import MemberSet, Value

_NOTES: dict[str, Any] = {"attrs": {}, "bound": None, "basis": None}
"""What a coder and a reader may say more or less of about one value."""


def says_the_same(held: Version, read: Value) -> bool:
    """Whether a text has the value that is held; of a list that was coded in part the rest is no difference."""
    coded = held.value
    if coded == read or held.level is not Level.CODED:
        return coded == read
    if isinstance(coded, MemberSet) and isinstance(read, MemberSet) and coded.attrs.get("list_type") == "partial":
        return set(coded.members) <= set(read.members)
    return _plain(coded) == _plain(read)


def basis_when_met(held: Version) -> Basis:
    """How the first day of a coded value is known once its passage is met: a month or a year is a latest date."""
    starts = held.coding.starts if held.coding else None
    return Basis.LAST_AMENDED if starts is not None and not starts.exact else held.basis


def _plain(value: Value) -> Value:
    return value.model_copy(update={name: given for name, given in _NOTES.items() if name in type(value).model_fields})
