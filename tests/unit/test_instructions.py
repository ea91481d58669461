"""Instructions of a gazette applied to base text: what is current on a day, what is pending, and what never changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tracker.domain.provision import Amendment, Dating, Ending, Provision, Standing, TemporaryKind
from tracker.extract.instructions import applied

BASE = Dating(amendments=(Amendment("52:7 Md. R. 324", date(2025, 4, 14)),), section_wide=True)
START, END = date(2026, 9, 4), date(2027, 3, 4)
BEFORE, DURING, AFTER = START - timedelta(1), START, END


def words(path: str, text: str) -> Provision:
    """A provision of base text: `04.01/A/(1)`."""
    labels = ("14.17." + path).split("/")
    return Provision("base", tuple(labels), f"COMAR {''.join(labels)}", "", text, BASE)


def told(
    target: str, *brought: Provision, start: date = START, end: date | None = None, issue: str = "53-18"
) -> list[Provision]:
    endings = (Ending(TemporaryKind.EMERGENCY, end),) if end else ()
    dating = Dating(start, endings, (Amendment(issue, start),), section_wide=True)
    place = tuple(("14.17." + target).split("/"))
    return [replace(each, document=issue, dating=dating, printed_in=issue, replaces=place) for each in brought]


TEXT = [words("04.01/A", "One."), words("04.02/A", "Two."), words("04.02/B", "Three."), words("04.10", "Ten.")]


def read(provisions: list[Provision], standing: Standing = Standing.IN_FORCE) -> list[tuple[str, str]]:
    return [(p.citation.removeprefix("COMAR 14.17."), p.text) for p in provisions if p.standing is standing]


def test_before_its_day_an_instruction_is_pending_and_changes_nothing() -> None:
    found = applied([*TEXT, *told("04.02", words("04.02/A", "Two."), words("04.02/B", "Four."))], BEFORE)
    assert [p for p in found if p.standing is Standing.IN_FORCE] == TEXT
    (pending,) = [p for p in found if p.standing is Standing.PENDING]
    assert (pending.citation, pending.text) == ("not in force, COMAR 14.17.04.02B", "Four.")
    assert (pending.document, pending.printed_in) == ("base", "53-18")


def test_from_its_day_on_it_stands_in_the_place_of_what_it_replaces() -> None:
    found = applied([*TEXT, *told("04.02", words("04.02/A", "Two."), words("04.02/C", "Four."))], DURING)
    assert read(found) == [("04.01A", "One."), ("04.02A", "Two."), ("04.02C", "Four."), ("04.10", "Ten.")]
    assert not read(found, Standing.PENDING)


def test_words_that_stay_keep_their_date_and_their_document() -> None:
    found = applied([*TEXT, *told("04.02", words("04.02/A", "Two."), words("04.02/B", "Four."), end=END)], DURING)
    kept, fresh = found[1], found[2]
    assert (kept.dating, kept.document, kept.printed_in) == (BASE, "base", "")
    assert (fresh.dating.effective_on, fresh.document, fresh.printed_in) == (START, "base", "53-18")
    assert fresh.dating.endings == (Ending(TemporaryKind.EMERGENCY, END),)


def test_after_an_emergency_the_text_beneath_it_is_back() -> None:
    provisions = [*TEXT, *told("04.02", words("04.02/A", "Other."), end=END)]
    assert applied(provisions, END - timedelta(1)) != TEXT
    assert applied(provisions, AFTER) == TEXT


def test_what_was_adopted_for_good_meanwhile_outlives_the_emergency() -> None:
    emergency = told("04.02", words("04.02/A", "Emergency."), end=END)
    final = told("04.02", words("04.02/A", "Final."), start=date(2026, 12, 1), issue="53-24")
    for day, text in ((DURING, "Emergency."), (date(2026, 12, 1), "Final."), (AFTER, "Final.")):
        assert ("04.02A", text) in read(applied([*final, *TEXT, *emergency], day))


def test_the_later_instruction_wins_whatever_the_order_of_the_issues() -> None:
    first = told("04.10", words("04.10", "Eleven."))
    second = told("04.10", words("04.10", "Twelve."), start=DURING + timedelta(1), issue="53-20")
    for provisions in ([*TEXT, *first, *second], [*second, *first, *TEXT]):
        assert read(applied(provisions, DURING + timedelta(1)))[-1] == ("04.10", "Twelve.")


def test_a_new_regulation_stands_where_its_number_belongs() -> None:
    found = applied(
        [*TEXT, *told("04.03", words("04.03", "New.")), *told("04.02-1", words("04.02-1", "Also."))], DURING
    )
    assert [place for place, _ in read(found)] == ["04.01A", "04.02A", "04.02B", "04.02-1", "04.03", "04.10"]


def test_a_new_paragraph_stands_where_its_label_belongs() -> None:
    text = [words("01.01/B/(52)", "Lab."), words("01.01/B/(53)", "THC."), words("01.01/C", "End.")]
    found = applied([*text, *told("01.01/B/(52-1)", words("01.01/B/(52-1)", "Pouch."))], DURING)
    assert [place for place, _ in read(found)] == ["01.01B(52)", "01.01B(52-1)", "01.01B(53)", "01.01C"]


def test_a_new_chapter_belongs_to_the_issue_that_brings_it() -> None:
    found = applied([*TEXT, *told("23", words("23.01", "Fund."), words("23.02", "Uses."))], DURING)
    assert [(p.citation, p.document) for p in found[4:]] == [
        ("COMAR 14.17.23.01", "53-18"),
        ("COMAR 14.17.23.02", "53-18"),
    ]


def test_a_part_of_a_regulation_is_replaced_alone() -> None:
    found = applied([*TEXT, *told("04.02/B", words("04.02/B", "Four."))], DURING)
    assert read(found)[1:3] == [("04.02A", "Two."), ("04.02B", "Four.")]


def test_what_is_taken_out_is_marked_as_repealed_from_its_day_on() -> None:
    (mark,) = told("04.02", words("04.02", "26-115-F"))
    gone = replace(mark, standing=Standing.REPEALED)
    assert read(applied([*TEXT, gone], BEFORE)) == read(TEXT)
    found = applied([*TEXT, gone], DURING)
    assert read(found) == [("04.01A", "One."), ("04.10", "Ten.")]
    assert read(found, Standing.REPEALED) == [("04.02", "26-115-F")]


def test_chapter_1_is_not_chapter_10() -> None:
    text = [words("1.01", "One."), words("10.01", "Ten.")]
    found = applied([*text, *told("1", words("1.02", "New."))], DURING)
    assert read(found) == [("1.02", "New."), ("10.01", "Ten.")]


@given(st.integers(-400, 400), st.integers(-400, 400), st.one_of(st.none(), st.integers(1, 400)))
def test_on_every_day_each_place_reads_one_way(day: int, start: int, length: int | None) -> None:
    today, begins = START + timedelta(day), START + timedelta(start)
    end = begins + timedelta(length) if length else None
    found = applied([*TEXT, *told("04.02", words("04.02/A", "New."), start=begins, end=end)], today)
    in_force = begins <= today and (end is None or today < end)
    assert [p.text for p in found if p.path == ("14.17.04.02", "A")] == ["New." if in_force else "Two."]
    assert bool(read(found, Standing.PENDING)) is (today < begins)
    assert sum(p.path[0] == "14.17.04.01" for p in found) == 1
