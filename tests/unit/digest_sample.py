"""One shared sample: a subscription, changes of every standing, and the words to tell them in."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cache
from hashlib import sha256
from pathlib import Path

from tracker.content import load_yaml, ours
from tracker.domain.change import Change, Direction, Kind, Review, Severity
from tracker.domain.digest import Digest, SourceCoverage, StandingRule, compose
from tracker.domain.period import Period
from tracker.domain.rule import Basis, Cause, Passage, RuleKey, Status, Version
from tracker.domain.subscription import Cadence, Subscription, Target, Timing, Wish
from tracker.domain.value import Bare, Duration, Expression, Member, MemberSet, Multiple, Quantity, State, Value
from tracker.domain.vocabulary import Vocabulary

SINCE = datetime(2021, 11, 15, 8, tzinfo=UTC)
UNTIL = datetime(2021, 11, 22, 8, tzinfo=UTC)
SEEN = datetime(2021, 11, 16, 14, 3, tzinfo=UTC)
OURS = Path(__file__).parents[2] / "templates"


@cache
def words() -> Vocabulary:
    folder = ours("schemas") / "vocabulary"
    return Vocabulary.from_documents({path.stem: load_yaml(path) for path in sorted(folder.glob("*.yml"))})


def passage(quote: str, citation: str, url: str, source: str = "us-dc/code") -> Passage:
    return Passage(quote, citation, source, "text", url, sha256(quote.encode()).hexdigest())


def version(
    key: RuleKey,
    value: Value,
    said: Passage,
    start: date,
    end: date | None = None,
    status: Status = Status.IN_FORCE,
    basis: Basis = Basis.STATED,
) -> Version:
    return Version(key, value, Period(start, end), SEEN, said, basis, status)


def change(
    before: Version | None,
    after: Version | None,
    kind: Kind = Kind.VALUE_CHANGED,
    direction: Direction = Direction.EXPANDS,
    severity: Severity = Severity.MAJOR,
    cause: Cause = Cause.SOURCE,
    review: Review = Review.NONE,
    seen: datetime = SEEN,
) -> Change:
    newest = after or before
    assert newest is not None
    return Change(
        newest.key, kind, cause, direction, severity, before, after, seen, newest.valid.start, newest.basis,
        newest.status, review=review,
    )  # fmt: skip


def ounces(number: str) -> Quantity:
    return Quantity(number=number, unit="oz", bound="max")


def subscription(wish: Wish, told_before: bool = True) -> Subscription:
    return Subscription(
        id="sub-7f3a",
        target=Target("email", "reader@example.org"),
        wish=wish,
        timing=Timing(Cadence.WEEKLY, time(8), "America/New_York"),
        created_at=datetime(2021, 11, 1, tzinfo=UTC),
        covered_until=SINCE if told_before else None,
    )


DC_POSSESSION = RuleKey("US-DC", "possession_limit", "form=dried_flower;holder=patient")
DC_URL = "https://code.dccouncil.gov/us/dc/council/code/sections/7-1671.03"
DC_TWO = version(
    DC_POSSESSION,
    ounces("2"),
    passage(
        "The maximum amount of medical marijuana that any qualifying patient or caregiver may possess at any moment is "
        "2 ounces of dried medical marijuana.",
        "D.C. Code § 7-1671.03(a)",
        DC_URL,
    ),
    date(2010, 7, 27),
)
DC_EIGHT = version(
    DC_POSSESSION,
    ounces("8"),
    passage(
        "The maximum amount of medical marijuana that any qualifying patient or caregiver may possess at any moment is "
        "8 ounces of dried medical marijuana.",
        "D.C. Code § 7-1671.03(a)",
        DC_URL,
    ),
    date(2021, 11, 5),
    date(2022, 2, 3),
    Status.TEMPORARY,
)
CA_URL = "https://laws-lois.justice.gc.ca/eng/regulations/SOR-2018-144/"
CA_POSSESSION = RuleKey("CA", "possession_limit", "age=adult;holder=patient;location=public")


def temporary_in_dc() -> Change:
    return change(DC_TWO, DC_EIGHT, Kind.TEMPORARY_STARTED)


def correction_in_canada() -> Change:
    said = passage(
        "… the lesser of 30 times the daily quantity and 150 g of dried cannabis",
        "Cannabis Regulations, s. 266(2)",
        CA_URL,
        "ca/regulations",
    )
    wrong = version(CA_POSSESSION, Quantity(number="30", unit="g"), said, date(2018, 10, 17))
    limit = Expression(
        operator="min",
        operands=(
            Multiple(number="30", of="daily_quantity"),
            Quantity(number="150", unit="g"),
        ),
    )
    right = version(CA_POSSESSION, limit, said, date(2018, 10, 17))
    return change(wrong, right, Kind.OUR_CORRECTION, Direction.UNCLEAR, Severity.CRITICAL, Cause.EXTRACTOR)


def conditions_in_texas() -> Change:
    key = RuleKey("US-TX", "qualifying_conditions")
    said = passage(
        "… a condition that causes chronic pain, for which a physician would otherwise prescribe an opioid",
        "Occupations Code § 169.001",
        "https://statutes.capitol.texas.gov/Docs/OC/htm/OC.169.htm",
        "us-tx/code",
    )
    old = version(key, MemberSet(members=("epilepsy", "multiple_sclerosis", "spasticity")), said, date(2019, 6, 14))
    new_members = ("epilepsy", "multiple_sclerosis", "spasticity", "chronic_pain")
    new = version(key, MemberSet(members=new_members), said, date(2021, 9, 1))
    return change(old, new, Kind.SET_CHANGED)


def prescribers_in_germany() -> Change:
    key = RuleKey("DE", "telehealth_authorisation", "encounter=initial")
    url = "https://www.gesetze-im-internet.de/medcang/__3.html"
    old = version(key, Member(member="allowed"), passage("…", "MedCanG § 3", url, "de/medcang"), date(2020, 1, 1))
    said = passage(
        "Die Erstverschreibung setzt einen persönlichen Kontakt voraus.", "Entwurf, Art. 1 Nr. 2", url, "de/bill"
    )
    new = version(key, Member(member="renewal_only"), said, date(2022, 7, 1), status=Status.PROPOSED)
    return change(old, new, Kind.STATUS_ADVANCED, Direction.RESTRICTS, Severity.CRITICAL)


def fill_in_luxembourg() -> Change:
    key = RuleKey("LU", "authorisation_validity")
    url = "https://legilux.public.lu/eli/etat/leg/rgd/2022/05/27/a283/jo"
    old = version(key, Duration(iso="P30D"), passage("30 jours", "RGD, art. 3", url, "lu/rgd"), date(2018, 11, 20))
    new = version(
        key,
        Duration(iso="P28D"),
        passage("pour une durée maximale de vingt-huit jours", "RGD, art. 3", url, "lu/rgd"),
        date(2021, 12, 31),
        status=Status.ENACTED_PENDING,
    )
    return change(old, new, Kind.ENACTED_PENDING, Direction.RESTRICTS)


def repeal_in_switzerland() -> Change:
    key = RuleKey("CH", "registration_requirement")
    url = "https://www.fedlex.admin.ch/eli/cc/1996/2781_2781_2781/de"
    old = version(key, Member(member="mandatory"), passage("…", "BetmG Art. 8", url, "ch/betmg"), date(2011, 7, 1))
    gone = version(
        key, Bare(state=State.NOT_ADDRESSED), passage("Aufgehoben", "BetmG Art. 8 Abs. 5", url, "ch/betmg"),
        date(2021, 11, 16), status=Status.REPEALED, basis=Basis.FIRST_SEEN,
    )  # fmt: skip
    return change(
        old, gone, Kind.RULE_REPEALED, Direction.UNCLEAR, Severity.CRITICAL, review=Review.WAITING,
    )  # fmt: skip


def guidance_in_england() -> Change:
    key = RuleKey("GB-ENG", "guideline_position", "condition=chronic_pain")
    url = "https://www.nice.org.uk/guidance/ng144/chapter/Recommendations"
    old = version(
        key, Member(member="do_not_offer"), passage("Do not offer", "NG144, 1.2.1", url, "gb/nice"), date(2019, 11, 11)
    )
    new = version(
        key,
        Member(member="research_only"),
        passage("… as part of a trial", "NG144, 1.2.2", url, "gb/nice"),
        date(2021, 3, 22),
    )
    return change(old, new)


def disagreement_in_croatia() -> Change:
    key = RuleKey("HR", "supply_limit", "cannabinoid=thc")
    one = passage("0,75 g THC", "Pravilnik, čl. 5", "https://narodne-novine.nn.hr/clanci/1", "hr/ordinance")
    two = passage("7,5 g THC", "HALMED, uputa", "https://www.halmed.hr/uputa", "hr/halmed")
    old = version(key, Quantity(number="0.75", unit="g", period="P1M"), one, date(2015, 10, 15))
    new = version(
        key, Quantity(number="7.5", unit="g", period="P1M"), two, date(2021, 11, 16),
        status=Status.UNKNOWN, basis=Basis.FIRST_SEEN,
    )  # fmt: skip
    return change(old, new, Kind.CONFLICT_DETECTED, Direction.UNCLEAR, Severity.MAJOR)


def everything() -> list[Change]:
    return [
        temporary_in_dc(),
        correction_in_canada(),
        conditions_in_texas(),
        prescribers_in_germany(),
        fill_in_luxembourg(),
        repeal_in_switzerland(),
        guidance_in_england(),
        disagreement_in_croatia(),
    ]


EVERYWHERE = Wish(("US-DC", "CA", "US-TX", "DE", "LU", "CH", "GB-ENG", "HR"))
COVERAGE = (
    SourceCoverage("us-dc/code", "District of Columbia Code, title 7", "US-DC", datetime(2021, 11, 22, 6, tzinfo=UTC)),
    SourceCoverage("ca/regulations", "Cannabis Regulations", "CA", datetime(2021, 11, 22, 5, 30, tzinfo=UTC)),
    SourceCoverage(
        "ch/betmg",
        "Betäubungsmittelgesetz",
        "CH",
        datetime(2021, 11, 18, 5, tzinfo=UTC),
        "the site answered 503 for four days",
    ),
)
STANDING = (
    StandingRule(Status.IN_FORCE, correction_in_canada().after or DC_TWO, datetime(2021, 11, 22, 5, 30, tzinfo=UTC)),
    StandingRule(Status.TEMPORARY, DC_EIGHT, datetime(2021, 11, 22, 6, tzinfo=UTC)),
)


def weekly() -> Digest:
    """A digest with an entry of every standing."""
    found = compose(everything(), subscription(EVERYWHERE), SINCE, UNTIL, COVERAGE, (), words())
    assert found is not None
    return found


def single() -> Digest:
    """The commonest digest: one change."""
    found = compose([temporary_in_dc()], subscription(Wish(("US-DC",))), SINCE, UNTIL, COVERAGE, (), words())
    assert found is not None
    return found


def first() -> Digest:
    """The first message of a subscription."""
    asked = subscription(Wish(("CA", "US-DC", "EE")), told_before=False)
    old = replace(temporary_in_dc(), observed_at=datetime(2021, 10, 1, tzinfo=UTC))
    found = compose([old], asked, SINCE, UNTIL, COVERAGE, STANDING, words())
    assert found is not None
    return found


def quiet() -> Digest:
    """Nothing happened, and the subscriber wants to hear that."""
    asked = subscription(Wish(("CA",), even_when_quiet=True))
    found = compose([], asked, SINCE, UNTIL, COVERAGE, (), words())
    assert found is not None
    return found
