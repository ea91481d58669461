"""Seeded histories of the three jurisdictions: what was published, what was true, what a reader must report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Generic, Protocol, TypeVar

from tests.law import arcadia, arcadia_text, borealia, caldera
from tests.law.facts import Edition, Fact, RuleChange, Since, Trouble

UNKNOWN_SPELLS = (
    ("XB", date(2021, 8, 4), date(2021, 9, 14)),
    ("XB", date(2022, 3, 10), date(2022, 4, 5)),
    ("XB", date(2023, 2, 15), date(2023, 2, 28)),
    ("XB", date(2023, 5, 15), date(2023, 6, 6)),
)
"""When a stated end had passed and no newer text was out: as known then, temporary rules are unknown, not the base."""


class _State(Protocol):
    @property
    def current(self) -> date: ...

    @property
    def troubles(self) -> dict[str, Trouble]: ...


S = TypeVar("S", bound=_State)


@dataclass(frozen=True)
class _Step(Generic[S]):
    state: S
    since: Since
    note: str
    kind: str = ""
    """Kind of all changes of the step, where the values alone do not tell."""
    ended: date | None = None
    """When that which this step takes away stopped applying."""
    announced: S | None = None
    """A state that is printed as adopted and is not in force yet."""


def canada_like(seed: int, sections: int = 480, languages: Sequence[str] = ("en",)) -> list[Edition]:
    """Arcadia's regulation; 480 sections make it as big as the real one (1.3 MB), and 60 are the fewest."""
    fillers = {language: arcadia_text.fillers(seed, max(sections, 60), language) for language in languages}
    names = [*(arcadia.DOCUMENTS[language] for language in languages), "former-regulations"]
    urls = {name: arcadia.URLS[name] for name in names}

    def write(state: arcadia.State) -> dict[str, bytes]:
        return arcadia_text.documents(state, fillers)

    return _editions(_arcadia(), arcadia.facts, write, urls, ("XA", "LIMS consolidation XML"))


def dc_like(seed: int) -> list[Edition]:
    """Borealia's chapter, one file per section, with temporary law."""

    def write(state: borealia.State) -> dict[str, bytes]:
        return borealia.documents(state, seed)

    return _editions(_borealia(), borealia.facts, write, borealia.urls(), ("XB", "dc-library XML"))


def page_like(seed: int) -> list[Edition]:
    """Caldera's two pages, with the days on which something else stood there."""

    def write(state: caldera.State) -> dict[str, bytes]:
        return caldera.documents(state, seed)

    return _editions(_caldera(), caldera.facts, write, caldera.URLS, ("XC", "HTML page"))


def differences(
    before: Sequence[Fact], after: Sequence[Fact], kind: str = "", ended: date | None = None
) -> list[RuleChange]:
    """The rule changes between two sets of facts; unless told, the values decide the kind."""
    old, new = ({(fact.topic, *sorted(fact.qualifier.items())): fact for fact in facts} for facts in (before, after))
    pairs = ((old.get(key), new.get(key)) for key in sorted(old.keys() | new.keys(), key=str))
    return [change for was, now in pairs if (change := _difference(was, now, kind, ended))]


def _difference(was: Fact | None, now: Fact | None, kind: str, ended: date | None) -> RuleChange | None:
    if was is None or now is None:
        fact = was or now
        assert fact is not None
        value, since = (None, ended) if now is None else (now.value, now.effective)
        kind = kind or ("rule_added" if was is None else "rule_repealed")
        direction = {"temporary_ended": "restricts", "rule_repealed": ""}.get(kind, "expands")
        until = now.until if now else None
        return RuleChange(fact.topic, fact.qualifier, was.value if was else None, value, kind, since, until, direction)
    if was.value != now.value:
        kind = kind or ("set_changed" if now.value["type"] == "set" else "value_changed")
        direction = "restricts" if kind == "temporary_ended" else "expands"
        required = kind != "enacted_pending"
        since, until = now.effective, now.until
        return RuleChange(now.topic, now.qualifier, was.value, now.value, kind, since, until, direction, required)
    if was.until and now.until and was.until != now.until:
        kind, since, until = "temporary_extended", now.effective, now.until
        return RuleChange(now.topic, now.qualifier, was.value, now.value, kind, since, until, required=False)
    return None


def _editions(
    steps: Sequence[_Step[S]],
    facts: Callable[[S], list[Fact]],
    write: Callable[[S], dict[str, bytes]],
    urls: Mapping[str, str],
    origin: tuple[str, str],
) -> list[Edition]:
    found: list[Edition] = []
    for step in steps:
        state, truth = step.state, facts(step.state)
        changes = differences(found[-1].facts, truth, step.kind, step.ended) if found else []
        if step.announced is not None:
            changes += differences(truth, facts(step.announced), "enacted_pending")
        documents = write(state)
        found.append(
            Edition(state.current, documents, urls, truth, step.since, changes, state.troubles, step.note, *origin)
        )
    return found


def _arcadia() -> list[_Step[arcadia.State]]:
    first = arcadia.State(date(2021, 2, 10))
    noise = replace(first, current=date(2021, 4, 21), id_shift=7)
    tidy = replace(noise, current=date(2021, 7, 7), tidy=True)
    pending = replace(tidy, current=date(2021, 10, 20), pending=True)
    cap = replace(
        pending,
        current=date(2022, 2, 2),
        pending=False,
        related=True,
        cap="200",
        amendments=(*pending.amendments, ("AR/2021-88", arcadia.CAP_SINCE)),
    )
    drink = replace(
        cap,
        current=date(2022, 5, 18),
        drink="600",
        amendments=(*cap.amendments, ("AR/2022-31", arcadia.DRINK_SINCE)),
    )
    split = replace(drink, current=date(2022, 9, 7), split=True)
    moved = replace(split, current=date(2022, 12, 14), moved=True)
    renamed = replace(moved, current=date(2023, 3, 8), renamed=True)
    repealed = replace(
        renamed,
        current=date(2023, 6, 21),
        repealed=True,
        prescribers=(*first.prescribers, "pharmacist"),
        amendments=(*renamed.amendments, ("AR/2023-40", arcadia.REPEALED_SINCE)),
    )
    nested = replace(repealed, current=date(2023, 9, 13), nested=True)
    wider = replace(
        nested,
        current=date(2024, 1, 17),
        conditions=(*arcadia.CONDITIONS, "ptsd"),
        years=2,
        amendments=(*nested.amendments, ("AR/2023-77", arcadia.WIDER_SINCE)),
    )
    return [
        _Step(first, Since.NONE, "first edition; prints an expired clause, a repealed section and a repealed row"),
        _Step(noise, Since.NOISE, "build date, ids and footnote names only"),
        _Step(tidy, Since.COSMETIC, "margin typo corrected, curly quotes, 60-day becomes sixty (60) day"),
        _Step(pending, Since.PENDING, "a schedule of amendments not in force appears", announced=cap),
        _Step(cap, Since.REAL, "the amendment is in force; a related provision prints the old words"),
        _Step(drink, Since.REAL, "one table row changes, with its own date"),
        _Step(split, Since.COSMETIC, "section 38 is split: section 40 becomes 41, and every later one follows"),
        _Step(moved, Since.COSMETIC, "the sentence on patients per caregiver moves to another section"),
        _Step(renamed, Since.TERMINOLOGY, "the agency has a new name throughout"),
        _Step(repealed, Since.REAL, "a rule repealed, its marker printed; a defined term gains a profession",
              ended=arcadia.REPEALED_SINCE),
        _Step(nested, Since.COSMETIC, "one item of the list of conditions is split over subparagraphs"),
        _Step(wider, Since.REAL, "a condition added; the authorisation lasts longer"),
    ]  # fmt: skip


def _borealia() -> list[_Step[borealia.State]]:
    emergency, temporary = (borealia.EMERGENCY_2021,), (borealia.TEMPORARY_2021,)
    again, longer, last = borealia.EMERGENCY_2022, borealia.TEMPORARY_2022, borealia.EMERGENCY_2023
    first = borealia.State(date(2021, 3, 2))
    started = replace(
        first, current=date(2021, 5, 18), acts=emergency, banners=emergency, started=emergency[0].effective
    )
    noise = replace(started, current=date(2021, 6, 22), pages_known=True)
    extended = replace(noise, current=date(2021, 9, 14), acts=emergency + temporary, banners=temporary)
    tidy = replace(extended, current=date(2021, 11, 9), tidy=True)
    lapse = temporary[0].expires
    lapsed = replace(tidy, current=date(2022, 4, 5), banners=(), started=None, base_since=lapse)
    back = replace(
        lapsed, current=date(2022, 5, 3), acts=(*lapsed.acts, again), banners=(again,), started=again.effective
    )
    vanished = replace(back, current=date(2022, 6, 7), gone=("9-402.08",))
    returned = replace(vanished, current=date(2022, 6, 28), gone=())
    longest = replace(returned, current=date(2022, 7, 12), acts=(*returned.acts, longer), banners=(longer,))
    renamed = replace(longest, current=date(2022, 9, 6), renamed=True)
    wider = replace(renamed, current=date(2022, 11, 15), wider=True)
    double = replace(wider, current=date(2023, 2, 28), acts=(*wider.acts, last), banners=(longer, last))
    over = replace(double, current=date(2023, 6, 6), banners=(), started=None, base_since=last.expires)
    return [
        _Step(first, Since.NONE, "first edition"),
        _Step(started, Since.REAL, "emergency law, published 12 days after it took effect; (Perm) files appear",
              "temporary_started"),
        _Step(noise, Since.NOISE, "annotations get their page numbers, an attribute appears"),
        _Step(extended, Since.NOISE, "only the banner changes: extended, after the old end had passed"),
        _Step(tidy, Since.COSMETIC, "curly quotes, 60-day becomes sixty (60) day"),
        _Step(lapsed, Since.REAL, "lapsed: the banner is gone and the base words are back", "temporary_ended", lapse),
        _Step(back, Since.REAL, "re-enacted by another emergency act", "temporary_started"),
        _Step(vanished, Since.NONE, "the file on visitors is gone, and its line in the index"),
        _Step(returned, Since.NONE, "the file is back with the same words"),
        _Step(longest, Since.NOISE, "only the banner changes: extended in time"),
        _Step(renamed, Since.TERMINOLOGY, "the chapter is rewritten: marijuana is cannabis, BHA is BCA"),
        _Step(wider, Since.REAL, "permanent law adds a profession and a condition"),
        _Step(double, Since.NOISE, "two banners, one of which has expired: extended"),
        _Step(over, Since.REAL, "lapsed again", "temporary_ended", last.expires),
    ]  # fmt: skip


def _caldera() -> list[_Step[caldera.State]]:
    first = caldera.State(date(2021, 1, 20))
    frame = replace(first, current=date(2021, 3, 3), frame=1)
    tidy = replace(frame, current=date(2021, 5, 12), tidy=True)
    split = replace(tidy, current=date(2021, 8, 18), split=True)
    wider = replace(split, current=date(2022, 6, 7), wider=True, frame=2)
    whole = replace(wider, current=date(2022, 7, 5), frame=3)
    renamed = replace(whole, current=date(2023, 2, 7), renamed=True)
    redesigned = replace(renamed, current=date(2023, 5, 16), redesigned=True, frame=4)

    def bad(day: date, trouble: Trouble, *names: str) -> _Step[caldera.State]:
        shown = " and ".join(names)
        state = replace(whole, current=day, answers=dict.fromkeys(names, trouble))
        return _Step(state, Since.NONE, f"{trouble.value.replace('_', ' ')} at {shown}, status 200")

    return [
        _Step(first, Since.NONE, "first edition"),
        _Step(frame, Since.NOISE, "menu, token, notice, build date and visit counter only"),
        _Step(tidy, Since.COSMETIC, "curly quotes, 30-day becomes thirty (30) day"),
        _Step(split, Since.COSMETIC, "the items of the list are spread over several elements"),
        _Step(wider, Since.REAL, "one cell and one condition change, and the date from which the pages apply"),
        bad(date(2022, 6, 21), Trouble.SOFT_404, "patients"),
        _Step(whole, Since.NONE, "back, with the same words"),
        bad(date(2022, 8, 2), Trouble.LOGIN, "limits"),
        bad(date(2022, 8, 30), Trouble.CHALLENGE, "patients", "limits"),
        bad(date(2022, 9, 27), Trouble.MAINTENANCE, "patients", "limits"),
        bad(date(2022, 10, 25), Trouble.TRUNCATED, "limits"),
        _Step(replace(whole, current=date(2022, 11, 22)), Since.NONE, "back, with the same words"),
        _Step(renamed, Since.TERMINOLOGY, "the agency and its papers have new names"),
        _Step(redesigned, Since.NOISE, "redesigned: the same words in other markup, with other ids"),
    ]
