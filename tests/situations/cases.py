"""The situations: what stood at an address, what stands there now, and what a reader of law must make of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from tests.integration.loopback_site import Answer
from tests.law.facts import Value, members, quantity
from tests.situations import answers, pages
from tests.situations.pages import CONDITIONS, LIMITS, Rules


class Wanted(StrEnum):
    """Who is to hear of it."""

    CHANGE = "CHANGE"
    """Subscribers, and of exactly this change."""
    SILENT = "SILENT"
    """Nobody."""
    HEALTH = "HEALTH"
    """The operator, once; the rules keep their values."""


@dataclass(frozen=True)
class Expected:
    """The one change that is real."""

    topic: str
    kind: str
    direction: str
    before: Value
    after: Value
    starts: date | None = None
    """From when, where that is what changed."""


@dataclass(frozen=True)
class Situation:
    """One address, before and after."""

    name: str
    wanted: Wanted
    before: Answer
    after: Answer
    change: Expected | None = None
    reason: str = ""
    """Words that the operator reads, where there is something wrong."""
    rules: str = "rules"
    """Which of the declarations below reads the page."""
    alone: bool = False
    """Whether it needs a host of its own: what it does makes us leave the whole host alone."""
    elsewhere: dict[str, Answer] = field(default_factory=dict)
    """What else the site answers with."""
    whole: bool = False
    """Whether a page arrives that is kept as evidence although it is not believed."""


CODES = ("chronic_pain", "epilepsy", "multiple_sclerosis", "cancer")
"""The members that CONDITIONS are read as."""
SIX = quantity("6", "plant")
LAW = Rules()
PAGE = answers.page(pages.rules(LAW))
STYLED = Rules(
    applies="Applies from 1\u00a0January\u202f2026.",
    notice="Cards signed before 1\u2009March\u00a02025 stay valid until 30 June 2031.",
    limits=(("Dried flower", "60\u00a0g"), ("Oil", "120\u202fml"), ("Capsules", "ninety (90) pieces")),
    lasts="A card lasts for ninety\u00a0(90) days from the day on which it is signed.",
    named="The first visit is called “the intake” – it takes an hour.",
)
OTHER_DATES = Rules(
    applies="Applies from 2026-01-01.",
    notice="Cards signed before March 1, 2025 stay valid until 30. June 2031.",
)


def health(name: str, after: Answer, reason: str, **more: object) -> Situation:
    """Something that is not the rules at their address."""
    return replace(Situation(name, Wanted.HEALTH, PAGE, after, reason=reason), **more)  # type: ignore[arg-type]


def silent(name: str, after: Answer, before: Answer = PAGE, **more: object) -> Situation:
    """The same rules, printed otherwise."""
    return replace(Situation(name, Wanted.SILENT, before, after), **more)  # type: ignore[arg-type]


def change(name: str, after: Rules, expected: Expected) -> Situation:
    """A rule that changed."""
    return Situation(name, Wanted.CHANGE, PAGE, answers.page(pages.rules(after)), expected)


MEASURED = (
    change(
        "a value changed",
        replace(LAW, limits=(("Dried flower", "90 g"), *LIMITS[1:])),
        Expected("possession_limit", "value_changed", "expands", quantity("60", "g"), quantity("90", "g")),
    ),
    change(
        "an entry was added",
        replace(LAW, conditions=(*CONDITIONS, "Glaucoma")),
        Expected("qualifying_conditions", "set_changed", "expands", members(CODES), members((*CODES, "glaucoma"))),
    ),
    change(
        "an entry was removed",
        replace(LAW, conditions=CONDITIONS[:-1]),
        Expected("qualifying_conditions", "set_changed", "restricts", members(CODES), members(CODES[:-1])),
    ),
    Situation(
        "a date changed",
        Wanted.CHANGE,
        answers.page(pages.announcement("1 July 2090")),
        answers.page(pages.announcement("1 October 2090")),
        Expected("plant_limit", "effective_date_changed", "neutral", SIX, SIX, date(2090, 10, 1)),
        rules="announcement",
    ),
    silent("other markup, the same words", answers.page(pages.refactored(LAW))),
    silent(
        "noise beside the text",
        answers.page(pages.rules(LAW, beside="Closed on Monday. Visit 48,231. Token 7f3a9c.")),
    ),
    silent(
        "rows in another order",
        answers.page(pages.rules(replace(LAW, conditions=CONDITIONS[::-1], limits=LIMITS[::-1]))),
    ),
    silent("typography", answers.page(pages.rules(STYLED))),
    silent("the same dates in another format", answers.page(pages.rules(OTHER_DATES))),
    health("maintenance with status 200", answers.page(pages.maintenance()), "maintenance page", whole=True),
    health("a challenge with status 200", answers.page(pages.challenge()), "a challenge for browsers", whole=True),
    health("the table became a list", answers.page(pages.listed(LAW)), "it may have been redesigned", whole=True),
    health(
        "the table is there, and empty",
        answers.page(pages.rules(replace(LAW, limits=()))),
        "it may have been redesigned",
        whole=True,
    ),
    health(
        "cut in the middle, of no announced length",
        answers.cut_off(pages.rules(LAW)),
        "ends before it is complete",
        whole=True,
    ),
    health("shorter than its Content-Length", answers.shorter_than_said(pages.rules(LAW)), "before it was complete"),
    health(
        "a redirect to the home page",
        answers.moved("/"),
        "home page",
        elsewhere={"/": answers.page(pages.home())},
        whole=True,
    ),
    health("500", answers.error(500), "the server answered 500"),
    health("404", answers.error(404), "absence says nothing about the law"),
    health("429", answers.error(429), "the server answered 429", alone=True),
    health("an empty page with status 200", answers.empty, "the answer was empty"),
    health("the page in another language", answers.page(pages.german()), "in German", whole=True),
)
"""Those that other tools were measured with, in that order."""

BEYOND = (
    health("an error page with status 200", answers.page(pages.not_found()), "an error page (not found)", whole=True),
    health("a log-in wall with status 200", answers.page(pages.log_in()), "a log-in page", whole=True),
    health(
        "a redirect to a log-in page",
        answers.moved("/account/login?next=rules"),
        "log-in page",
        elsewhere={
            "/account/login?next=rules": answers.page(pages.framed(f"<main id='content'>{pages.home()}</main>"))
        },
        whole=True,
    ),
    health(
        "an older copy from a mirror",
        answers.page(
            pages.rules(Rules(applies="Applies from 1 March 2025.", limits=(("Dried flower", "30 g"), *LIMITS[1:])))
        ),
        "older than the one of 1 January 2026",
        whole=True,
    ),
    health(
        "half of the page is gone, and it is well-formed",
        answers.page(pages.shortened(LAW)),
        "provisions",
        rules="first",
        whole=True,
    ),
    health(
        "another page of the site at the address",
        answers.page(pages.home().replace("list of patients", "list of pharmacies")),
        "expected words",
        whole=True,
    ),
    health(
        "another language that calls itself English", answers.page(pages.german(' lang="en"')), "in German", whole=True
    ),
    health("another language that does not say which", answers.page(pages.german("")), "in German", whole=True),
    silent("the language is right, and named wrongly", answers.page(pages.rules(LAW, ' lang="de"'))),
    silent(
        "a redirect to the new address of the same page",
        answers.moved("/new/rules-for-patients"),
        elsewhere={"/new/rules-for-patients": PAGE},
    ),
)
"""More of what happens, held to the same."""

ALL = (*MEASURED, *BEYOND)

DECLARATIONS = {
    "rules": """\
html: {content: "#content", citation: "section {number}", effective: "Applies from {date}"}
expect: {provisions: {min: 6}, phrases: [list of patients]}
rules:
  - topic: prescriber_class
    at: section 1
    find: signed by {terms} who knows the patient
    members: {physician: physician_any, nurse practitioner: nurse_practitioner}
  - topic: qualifying_conditions
    at: section 2
    items: true
    vocabulary: conditions
  - topic: possession_limit
    qualifier: {form: dried_flower}
    at: section 3
    table: {row: dried flower, column: 2}
    bound: max
  - topic: possession_limit
    qualifier: {form: oil_oral}
    at: section 3
    table: {row: oil, column: 2}
    bound: max
  - topic: authorisation_validity
    qualifier: {instrument: card}
    at: section 4
    find: card lasts for {duration} from the day
""",
    "first": """\
html: {content: "#content", citation: "section {number}", effective: "Applies from {date}"}
expect: {provisions: {min: 4}, phrases: [list of patients]}
rules:
  - topic: prescriber_class
    at: section 1
    find: signed by {terms} who knows the patient
    members: {physician: physician_any, nurse practitioner: nurse_practitioner}
""",
    "announcement": """\
html: {content: "#content", citation: "section {number}", effective: "Applies from {date}"}
rules:
  - topic: plant_limit
    at: section 1
    find: patient may grow up to {number} plants at home
    unit: plant
    bound: max
""",
}
