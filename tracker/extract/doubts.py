"""Why a copy that can be read is doubted all the same: it is older than the one that we hold, or most of it is gone.

A declaration that a person has changed since the last good reading, such as in what it expects, settles the doubt.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date

from tracker.domain.belief import Sighting
from tracker.domain.provision import Amendment, Provision, Standing
from tracker.domain.wording import long_date

_GONE_SHARE = 1 / 2
"""Share of a document's provisions whose loss says that the document is not whole; real amendments take a fifth."""
_FEW = 5
"""Provisions that any document may lose."""
_COME_AND_GO = (Standing.PENDING, Standing.UNDERLYING)
"""What is printed before it is in force, and permanent law for as long as temporary law lies over it."""


def doubt(
    documents: Collection[str],
    provisions: Iterable[Provision],
    seen: Iterable[Sighting],
    held: Mapping[str, int],
    today: date,
) -> str | None:
    """Why these documents are not to be believed, in plain words, or None.

    `seen` is what the source was last seen to say, `held` how many provisions each of its documents has with us.
    """
    current = [each for each in provisions if each.standing not in _COME_AND_GO]
    counts = Counter(each.document for each in current)
    sightings = list(seen)
    for name in sorted(documents):
        place = f"{name}: " if len(held) > 1 else ""
        ours = _newest((each.amendments for each in sightings if each.passage.document == name), today)
        theirs = _dated((each for each in current if each.document == name), today)
        if ours is not None and theirs is not None and theirs < ours:
            dates = f"the one of {long_date(ours)} that we hold: it says {long_date(theirs)}"
            return f"{place}This copy is older than {dates}."
        gone = held.get(name, 0) - counts[name]
        if gone > max(_FEW, held.get(name, 0) * _GONE_SHARE):
            return f"{place}{gone} of {held[name]} provisions that used to be there are gone; it may not be whole."
    return None


def _dated(provisions: Iterable[Provision], today: date) -> date | None:
    """The newest day in force that a text names for itself."""
    days = {
        day
        for each in provisions
        for day in (each.dating.effective_on, *(amendment.effective_on for amendment in each.dating.amendments))
        if day is not None and day <= today
    }
    return max(days, default=None)


def _newest(named: Iterable[Collection[Amendment]], today: date) -> date | None:
    """The newest amendment that stays; temporary law is taken out of a text again, and its date with it."""
    days = (each.effective_on for amendments in named for each in amendments if each.temporary is None)
    return max((day for day in days if day <= today), default=None)
