"""When German federal law came into force, as far as the frame of its XML says so."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from lxml import etree

from tracker.domain.provision import UNDATED, Dating
from tracker.errors import ExtractionError
from tracker.extract import numbers
from tracker.extract.normalise import spaced

_NEVER_AMENDED = "00000"
"""How the document number of a norm ends until it is amended: two digits count its versions."""
_IN_FORCE = re.compile(r"\bin Kraft(?: getreten)?\b")
_VERB = re.compile(r"\b(?:tritt|treten|ist|sind)\b")
_DAY = re.compile(rf"\b(?:am|mWv)\.? ?(?P<day>{numbers.DATE})", re.IGNORECASE)
_LONGEST_FRAME = 50_000
_LONGEST = 200
"""Sections in a run at most."""
_WHOLE = re.compile(r"(?:^|[\s)])(?:Es|Sie|D(?:as|ie) (?:G|V|Gesetz|Verordnung))\s*$")
_NAMED = re.compile(
    r"(?P<sign>§+)|(?P<part>Abs|Absatz|Absätze|S|Satz|Sätze|Nr|Nummer|Nummern|Buchst|Buchstabe|Halbs|Halbsatz)\b"
    r"|(?P<run>\d+[a-z]?(?: bis \d+[a-z]?)?)(?!\w)"
)


@dataclass(frozen=True, slots=True)
class Commencement:
    """Since when an act holds, and which of its sections hold since another day."""

    built_on: date | None = None
    since: date | None = None
    apart: Mapping[str, date | None] = field(default_factory=dict)
    """Sections with a day of their own; None where only a part of one has it."""

    def of(self, number: str, doknr: str) -> tuple[Dating, bool]:
        """The dating of a norm, and whether it is printed before it comes into force."""
        since = self.apart.get(number.removeprefix("§ "), self.since)
        pending = since is not None and self.built_on is not None and since > self.built_on
        stated = since is not None and (pending or doknr.endswith(_NEVER_AMENDED))
        return (Dating(effective_on=since) if stated else UNDATED), pending


def commencement(root: etree._Element) -> Commencement:
    """What the frame says; no day where one of its sentences is not understood. Raises ExtractionError."""
    built_on = _built_on(root.get("builddate", ""))
    frame = root.find("norm")
    notes = frame.find("textdaten/fussnoten") if frame is not None else None
    if frame is None or notes is None or frame.find("metadaten/enbez") is not None:
        return Commencement(built_on)
    text = spaced(" ".join(part for part in notes.itertext() if isinstance(part, str)))
    since: date | None = None
    apart: dict[str, date | None] = {}
    for clause in _IN_FORCE.split(text)[:-1] if len(text) < _LONGEST_FRAME else ():
        what, day = _said(clause)
        if since is None and day and _WHOLE.search(what):
            since = day
        elif since is not None and day and "§" in what:
            for section, whole in _sections(what):
                apart[section] = day if whole else None
        else:
            return Commencement(built_on)
    return Commencement(built_on, since, apart)


def _said(clause: str) -> tuple[str, date | None]:
    """What comes into force, in the words before the last verb, and on which day."""
    days = list(_DAY.finditer(clause))
    verbs = list(_VERB.finditer(clause, 0, days[-1].start())) if days else []
    return (clause[: verbs[-1].start()], _day(days[-1]["day"])) if verbs else ("", None)


def run(text: str) -> list[str]:
    """The sections from one to another: "12 bis 14", "7a bis 7c"; or the only one."""
    first, _, last = text.partition(" bis ")
    if first.isdigit() and last.isdigit() and int(first) < int(last) < int(first) + _LONGEST:
        return [str(number) for number in range(int(first), int(last) + 1)]
    if last and first[:-1] == last[:-1] and first[-1:].isalpha() and first < last:
        return [f"{first[:-1]}{chr(letter)}" for letter in range(ord(first[-1]), ord(last[-1]) + 1)]
    return [first, last] if last else [first]


def _sections(text: str) -> Iterator[tuple[str, bool]]:
    """The sections in a list such as "§ 3 Abs. 3, die §§ 6, 8 Abs. 2 und die §§ 11 bis 17", and whether whole."""
    named: list[str] = []
    in_part = after_part = several = False
    for found in _NAMED.finditer(text):
        if found["sign"]:
            several, in_part, after_part = len(found["sign"]) > 1, False, False
        elif found["part"]:
            in_part = after_part = True
            yield from ((section, False) for section in named[-1:])
        elif not in_part:
            named = run(found["run"])
            yield from ((section, True) for section in named)
        elif after_part:
            after_part = False
        elif several:
            # "§§ 5 Abs. 2, 6": whether 6 is a section or another Absatz, the words do not say.
            yield from ((section, False) for section in run(found["run"]))


def _built_on(stamp: str) -> date | None:
    if not stamp:
        return None
    try:
        return numbers.existing(f"{stamp[:4]}-{stamp[4:6]}-{stamp[6:8]}")
    except ValueError as error:
        raise ExtractionError(f"The act was built on {error}.") from None


def _day(text: str) -> date:
    try:
        return numbers.day(text)
    except ValueError as error:
        raise ExtractionError(f"The frame says when the act came into force: {error}.") from None
