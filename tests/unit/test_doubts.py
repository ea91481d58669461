"""A copy that can be read is doubted where it is older than ours or where most of it is gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from tracker.domain.belief import Sighting
from tracker.domain.provision import Amendment, Dating, Provision, Standing, TemporaryKind
from tracker.domain.rule import Passage, RuleKey
from tracker.domain.value import Bare, State
from tracker.extract.doubts import doubt

NOW = datetime(2026, 6, 1, tzinfo=UTC)
OLD, HELD, LATER = date(2025, 3, 1), date(2026, 1, 1), date(2027, 1, 1)


def page(
    day: date | None, number: int = 20, document: str = "text", standing: Standing = Standing.IN_FORCE
) -> list[Provision]:
    dating = Dating(effective_on=day, amendments=(Amendment("edition", day),) if day else ())
    places = [("1", f"({n})") for n in range(number)]
    return [Provision(document, path, f"s. 1{path[1]}", "", f"Words {path[1]}", dating, standing) for path in places]


def seen(*days: date, temporary: TemporaryKind | None = None, document: str = "text") -> Sighting:
    passage = Passage("Words 1.", "s. 1(1)", "xx/law", document, "https://law.example", "0" * 64)
    amendments = tuple(Amendment(f"Act of {day}", day, temporary) for day in days)
    return Sighting(RuleKey("XX", "possession_limit"), "xx/law", Bare(state=State.STATED), passage, NOW, amendments)


def doubted(provisions: list[Provision], sightings: Sequence[Sighting] = (), **held: int) -> str:
    documents = {provision.document for provision in provisions} | held.keys()
    return doubt(documents, provisions, sightings, held, NOW.date()) or ""


def test_a_copy_older_than_ours_is_doubted_and_both_dates_are_named() -> None:
    said = doubted(page(OLD), [seen(OLD, HELD)], text=20)
    assert said == "This copy is older than the one of 1 January 2026 that we hold: it says 1 March 2025."


def test_a_copy_as_new_as_ours_or_newer_is_believed() -> None:
    for day in (HELD, date(2026, 5, 31)):
        assert not doubted(page(day), [seen(OLD, HELD)])


def test_what_says_no_date_proves_nothing() -> None:
    assert not doubted(page(None), [seen(HELD)])
    assert not doubted(page(OLD), [seen()])
    assert not doubted(page(OLD))


def test_a_day_to_come_is_no_date_of_what_holds() -> None:
    assert not doubted(page(HELD), [seen(HELD, LATER)])
    assert "older" in doubted(page(OLD) + page(LATER, 1), [seen(HELD)])
    assert "older" in doubted(page(OLD) + page(HELD, 1, standing=Standing.PENDING), [seen(HELD)])


def test_temporary_law_that_is_gone_makes_no_text_older() -> None:
    assert not doubted(page(OLD), [seen(HELD, temporary=TemporaryKind.EMERGENCY), seen(OLD)])


def test_each_document_has_a_date_of_its_own() -> None:
    both = page(OLD, document="one") + page(HELD, document="two")
    assert not doubted(both, [seen(OLD, document="one"), seen(HELD, document="two")], one=20, two=20)
    said = doubted(both, [seen(HELD, document="one"), seen(HELD, document="two")], one=20, two=20)
    assert said.startswith("one: This copy is older")


def test_a_document_that_lost_more_than_half_is_doubted() -> None:
    assert doubted(page(HELD, 9), text=20) == (
        "11 of 20 provisions that used to be there are gone; it may not be whole."
    )
    assert doubted([], text=20).startswith("20 of 20")
    assert doubted(page(HELD, 30) + page(HELD, 9, "two"), text=20, two=20).startswith("two: 11 of 20")


def test_what_amendments_take_away_is_believed() -> None:
    assert not doubted(page(HELD, 10), text=20)
    assert not doubted(page(HELD, 1), text=6)
    assert not doubted(page(HELD, 40), text=20)
    assert not doubted(page(HELD, 1))
