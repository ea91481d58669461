"""Small, plausible objects to store; each test changes what it is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from tracker.domain.capture import Capture, Outcome
from tracker.domain.change import Change, Direction, Kind, Review, Severity
from tracker.domain.period import Period
from tracker.domain.provision import Amendment, Dating, Ending, Provision, TemporaryKind
from tracker.domain.reconcile import Plan, Sighting
from tracker.domain.rule import Basis, Cause, Passage, RuleKey, Status, Version
from tracker.domain.subscription import Subscription, Target, Timing, Wish
from tracker.domain.value import Quantity, Value

NOW = datetime(2026, 3, 1, 9, 30, 15, 123456, tzinfo=UTC)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
KEY = RuleKey("CA", "possession_limit", "age=adult;form=dried_flower")
SOURCE = "ca/cannabis-regulations"


def grams(number: int | str) -> Quantity:
    return Quantity(number=Decimal(number), unit="g", bound="max")


def passage(source: str = SOURCE, **changed: str) -> Passage:
    words = Passage(
        quote="the lesser of 30 times the daily quantity and 150 g of “dried” cannabis — même en français",
        citation="s. 266(2)",
        source=source,
        document="text",
        url="https://laws.example/SOR-2018-144.xml",
        snapshot="ab" * 32,
        prefix="must not possess more than ",
        suffix=".",
    )
    return replace(words, **changed)


def version(
    value: Value | None = None,
    start: date = date(2018, 10, 17),
    end: date | None = None,
    *,
    key: RuleKey = KEY,
    at: datetime = NOW,
    status: Status = Status.IN_FORCE,
    source: str = SOURCE,
) -> Version:
    return Version(
        key,
        value or grams(150),
        Period(start, end),
        at,
        passage(source),
        Basis.STATED,
        status,
        amendments=("SOR/2019-206",),
    )


def sighting(seen: Version, *, at: datetime | None = None, lost: bool = False) -> Sighting:
    return Sighting(
        seen.key,
        seen.passage.source,
        seen.value,
        seen.passage,
        at or seen.recorded_from,
        (Amendment("SOR/2019-206", date(2019, 10, 17), TemporaryKind.EMERGENCY),),
        (Ending(TemporaryKind.TEMPORARY, date(2027, 1, 31)),),
        lost,
    )


def change(
    before: Version | None,
    after: Version | None,
    *,
    kind: Kind = Kind.VALUE_CHANGED,
    at: datetime = NOW,
    weight: Severity = Severity.MAJOR,
    toward: Direction = Direction.EXPANDS,
    cause: Cause = Cause.SOURCE,
    review: Review = Review.NONE,
) -> Change:
    one = after or before
    assert one is not None
    return Change(
        one.key, kind, cause, toward, weight, before, after, at, one.valid.start, one.basis, one.status, review=review
    )


def first_plan(*versions: Version) -> Plan:
    """What a first reading of these would write."""
    return Plan(record=versions, sightings=tuple(sighting(each) for each in versions))


def amendment_plan(old: Version, value: Value, start: date, at: datetime) -> tuple[Plan, Version]:
    """Another value from a day on: the old version is closed, both parts are recorded."""
    until = old.valid.until(start)
    assert until is not None
    kept = replace(old, valid=until, recorded_from=at, id="")
    new = replace(old, value=value, valid=Period(start), recorded_from=at, id="")
    changed = change(old, new, at=at)
    return Plan((old,), (kept, new), (changed,), (sighting(new),)), new


def provision(number: int, text: str = "", *, on: date | None = None) -> Provision:
    label = str(number)
    words = text or f"Section {number} says what it says."
    return Provision("text", (label, "(1)"), f"s. {label}(1)", f"Heading {label}", words, Dating(on))


def capture(
    outcome: Outcome = Outcome.FETCHED,
    *,
    document: str = "text",
    body: str = "aa",
    etag: str | None = 'W/"x-gzip"',
    at: datetime = NOW,
) -> Capture:
    headers = {"etag": etag, "last-modified": "Tue, 01 Oct 2024 00:00:00 GMT"} if etag else {"date": "today"}
    usable = outcome in (Outcome.FETCHED, Outcome.NOT_MODIFIED)
    return Capture(
        SOURCE,
        document,
        f"https://laws.example/{document}.xml",
        at,
        outcome,
        {Outcome.FETCHED: 200, Outcome.NOT_MODIFIED: 304, Outcome.GONE: 404}.get(outcome),
        body * 32 if usable else None,
        "text/xml" if usable else "",
        headers if outcome is Outcome.FETCHED else {},
        "" if usable else "the page is not there",
    )


def subscription(name: str, address: str = "ada.lovelace@clinic.example", channel: str = "email") -> Subscription:
    return Subscription(
        name,
        Target(channel, address),
        Wish(("CA",)),
        Timing(zone="America/Toronto"),
        NOW,
        NOW,
        "operator",
        next_due_at=NOW,
    )
