"""Permanent law beneath temporary law: how it is read in its own version, and what follows from it."""

from __future__ import annotations

from datetime import date
from hashlib import sha256

import pytest

from tests.unit.chronicle import SILENT, Chronicle, act, emergency, oz, says, temporary, words
from tracker.domain.change import Kind
from tracker.domain.reading import Reading
from tracker.domain.rule import Cause
from tracker.domain.source import Source
from tracker.extract.read import Page, read

BASE = act("Law 18-210", "2010-07-27")
ACT_206 = act("Act 24-206", "2021-11-05", "emergency")
LAW_229 = act("Law 24-229", "2022-12-21", "temporary")

NS = "https://code.dccouncil.us/schemas/dc-library"
HOST = "https://code.example/titles"
BANNER = "*NOTE: This section includes amendments by emergency legislation that will expire on February 3, 2022.*"
LIMIT = "A patient may hold no more than {} of dried leaves at one time"
SOURCE = Source.model_validate(
    {
        "id": "us-dc/example",
        "title": "Example",
        "jurisdiction": "US-DC",
        "publisher": {"name": "Council"},
        "instrument": {"title": "Code", "short": "Code", "type": "act", "cite": "{provision}"},
        "spider": "index",
        "format": "dclaw",
        "language": "en",
        "index": {"url": f"{HOST}/7/index.xml", "links": "//@href", "match": r"sections/(?P<id>[\d.-]+)\.xml$"},
        "permanent": {"url": f"{HOST}/99/index.xml", "links": "//@href", "match": r"99/(?P<id>[\d.-]+\(Perm\))\.xml$"},
        "schedule": "1 1 * * mon",
        "access": {"licence": "none", "terms": "none", "tried_live": "never"},
        "rules": [
            {
                "topic": "possession_limit",
                "at": "§ 7-1(a)",
                "find": "may hold no more than {quantity} of dried leaves",
                "optional": True,
            },
            {"topic": "registration_requirement", "at": "§ 7-1(b)", "find": "holds a card", "member": "mandatory_card"},
        ],
    }
)


def section(*paras: tuple[str, str], number: str = "7-1", banner: str = "") -> bytes:
    body = "".join(f"<para><num>{label}</num><text>{text}</text></para>" for label, text in paras)
    return f'<section xmlns="{NS}"><num>{number}</num><text>{banner}</text>{body}</section>'.encode()


def reading(over: bytes, beneath: bytes | None = None, source: Source = SOURCE) -> Reading:
    """What a section says, with its permanent version where there is one."""
    bodies = {f"{HOST}/7/sections/7-1.xml": over}
    if beneath is not None:
        bodies[f"{HOST}/99/7-1%28Perm%29.xml"] = beneath
    pages = [
        Page(source.document_of(url) or "", url, sha256(body).hexdigest(), body, "application/xml")
        for url, body in bodies.items()
    ]
    return read(source, pages, date(2021, 11, 16), words())


OVER = section(("(a)", LIMIT.format("8 ounces")), ("(b)", "Whoever holds a card."), banner=BANNER)
BENEATH = section(("(a)", LIMIT.format("2 ounces")), ("(b)", "Whoever holds a card."), number="7-1(Perm)")


# ── Reading ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_a_permanent_version_says_too_has_no_end() -> None:
    limit, card = reading(OVER, BENEATH).assertions
    assert limit.endings == (emergency("2022-02-03"),)
    assert limit.underlying is not None
    assert (limit.underlying.value.model_dump()["number"], limit.underlying.passage.document) == (2, "7-1(Perm)")
    assert limit.underlying.passage.citation == "§ 7-1(a)"
    assert not limit.permanent
    assert (card.permanent, card.endings, card.passage.document) == (True, (), "7-1")


@pytest.mark.parametrize(
    "beneath",
    [
        None,
        b"",
        section(("(b)", "Whoever has paid."), number="7-1(Perm)"),
        section(("(c)", LIMIT.format("2 ounces") + " and holds a card of the agency"), number="7-1(Perm)"),
        section(("(a)", LIMIT.format("2 spoons")), number="7-1(Perm)"),
    ],
    ids=["no version", "it went", "other words", "other place", "unreadable"],
)
def test_what_no_permanent_version_says_ends_with_the_banner(beneath: bytes | None) -> None:
    found = reading(OVER, beneath)
    assert [a.endings for a in found.assertions] == [(emergency("2022-02-03"),)] * 2
    assert [a.underlying for a in found.assertions] == [None, None]


def test_without_a_banner_nothing_lies_beneath() -> None:
    bare = section(("(a)", LIMIT.format("2 ounces")), ("(b)", "Whoever holds a card."))
    assert [(a.endings, a.underlying) for a in reading(bare, BENEATH).assertions] == [((), None)] * 2


def test_a_permanent_version_alone_is_no_law() -> None:
    gone = section(("(b)", "Whoever holds a card."), banner=BANNER)
    found = reading(gone, BENEATH)
    assert [a.key.topic for a in found.assertions] == ["registration_requirement"]
    assert [loss.key.topic for loss in found.losses] == ["possession_limit"]


def test_what_temporary_law_repeals_is_kept_beneath_and_what_permanent_law_repeals_is_not() -> None:
    over = section(("(a)", "Repealed."), ("(b)", "Whoever holds a card."), banner=BANNER)
    (repeal,) = reading(over, BENEATH).repeals
    assert repeal.endings == (emergency("2022-02-03"),)
    assert repeal.underlying is not None
    assert repeal.underlying.value.model_dump()["number"] == 2
    (repeal,) = reading(over, section(("(a)", "Repealed."), number="7-1(Perm)")).repeals
    assert (repeal.endings, repeal.underlying) == ((), None)


@pytest.mark.parametrize(
    ("expect", "problem"),
    [
        ({"documents": {"min": 2}}, "Only 1 documents where at least 2 are expected."),
        ({"provisions": {"min": 3}}, "Only 2 provisions where at least 3 are expected."),
        ({"phrases": ["2 ounces"]}, "The expected words '2 ounces' are nowhere in it."),
    ],
)
def test_a_permanent_version_is_nothing_that_is_expected(expect: dict[str, object], problem: str) -> None:
    source = Source.model_validate({**SOURCE.model_dump(), "expect": expect})
    assert reading(OVER, BENEATH, source).problems == (problem,)


def test_only_what_the_page_of_permanent_versions_would_name_is_one() -> None:
    assert SOURCE.keeps_beneath(f"{HOST}/99/7-1(Perm).xml")
    assert not SOURCE.keeps_beneath(f"{HOST}/7/sections/7-1.xml")
    assert not SOURCE.keeps_beneath("https://elsewhere.example/99/7-1(Perm).xml")
    assert SOURCE.document_of(f"{HOST}/99/7-1%28Perm%29.xml") == "7-1(Perm)"
    with pytest.raises(ValueError, match="and needs it"):
        Source.model_validate(
            {**SOURCE.model_dump(), "spider": "page", "index": None, "documents": [{"id": "a", "url": HOST}]}
        )


# ── What follows ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_was_first_met_under_a_banner_holds_on_where_permanent_law_says_it_too() -> None:
    chronicle = Chronicle()
    chronicle.on("2021-11-16", says(oz(2), emergency("2022-02-03"), acts=[BASE, ACT_206], over=oz(2)))
    assert chronicle.story() == ["2021-11-05.. 2 oz in_force last_amended"]
    assert chronicle.holds("2022-03-01") == "2 oz, in_force"


def test_what_lay_beneath_comes_back_by_fresh_text_only() -> None:
    chronicle = Chronicle()
    chronicle.on("2021-11-16", says(oz(8), emergency("2022-02-03"), acts=[BASE, ACT_206], over=oz(2)))
    assert chronicle.holds("2022-02-03") == "8 oz, unknown"
    assert chronicle.on("2022-03-08", says(oz(2), acts=[BASE, ACT_206])) == [Kind.TEMPORARY_ENDED]
    assert chronicle.story() == [
        "2021-11-05..2022-02-03 8 oz temporary last_amended",
        "2022-02-03.. 2 oz in_force stated",
    ]


def test_silence_beneath_comes_back_too() -> None:
    chronicle = Chronicle()
    chronicle.on("2021-11-16", says(oz(8), emergency("2022-02-03"), acts=[BASE, ACT_206], over=SILENT))
    assert chronicle.on("2022-03-08", says(SILENT, acts=[BASE, ACT_206])) == [Kind.TEMPORARY_ENDED]


def test_what_lay_beneath_comes_back_under_a_banner_that_is_about_other_words() -> None:
    chronicle = Chronicle()
    chronicle.on("2021-11-16", says(oz(8), emergency("2022-02-03"), acts=[BASE, ACT_206], over=oz(2)))
    later = says(oz(2), temporary("2023-08-03"), acts=[BASE, ACT_206, LAW_229], over=oz(2))
    assert chronicle.on("2023-01-06", later) == [Kind.TEMPORARY_ENDED]
    assert chronicle.story()[-1] == "2022-02-03.. 2 oz in_force stated"


def test_another_value_than_lay_beneath_is_a_change() -> None:
    chronicle = Chronicle()
    chronicle.on("2021-11-16", says(oz(8), emergency("2022-02-03"), acts=[BASE, ACT_206], over=oz(2)))
    law = act("Law 25-1", "2022-03-01")
    assert chronicle.on("2022-03-08", says(oz(4), acts=[BASE, ACT_206, law])) == [Kind.VALUE_CHANGED]


def test_permanent_law_is_not_dated_by_the_temporary_law_around_it() -> None:
    chronicle = Chronicle()
    chronicle.on("2021-10-18", says(oz(2), acts=[BASE]))
    law = act("Law 24-9", "2021-10-20")
    changed = says(oz(3), emergency("2022-02-03"), acts=[BASE, law, ACT_206], over=oz(3))
    assert chronicle.on("2021-11-16", changed) == [Kind.VALUE_CHANGED]
    assert chronicle.story() == [
        "2010-07-27..2021-10-20 2 oz in_force last_amended",
        "2021-10-20.. 3 oz in_force stated",
    ]


def test_what_was_taken_for_temporary_is_put_right_in_silence() -> None:
    """As a database was left by a version that did not read permanent versions."""
    chronicle = Chronicle()
    chronicle.on("2021-11-16", says(oz(2), emergency("2022-02-03"), acts=[BASE, ACT_206]))
    assert chronicle.holds("2022-02-10") == "2 oz, unknown"
    now = says(oz(2), emergency("2022-02-03"), acts=[BASE, ACT_206], over=oz(2))
    assert chronicle.on("2022-02-10", now, cause=Cause.EXTRACTOR) == []
    assert chronicle.on("2022-02-10T13:00", now) == []
    assert chronicle.story() == ["2021-11-05.. 2 oz in_force last_amended"]


def test_what_was_known_to_be_temporary_becomes_permanent_aloud() -> None:
    chronicle = Chronicle()
    chronicle.on("2021-11-16", says(oz(8), emergency("2022-02-03"), acts=[BASE, ACT_206], over=oz(2)))
    adopted = says(oz(8), emergency("2022-02-03"), acts=[BASE, ACT_206], over=oz(8))
    assert chronicle.on("2021-12-01", adopted) == [Kind.TEMPORARY_EXTENDED]
    assert chronicle.story() == ["2021-11-05.. 8 oz in_force last_amended"]
