"""A rule is answered by the words at its place, by the same words moved elsewhere, or not at all."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tracker.domain.provision import Dating, Provision, Standing
from tracker.domain.source import RuleDeclaration
from tracker.domain.value import Duration, Expression, Member, MemberSet, Quantity, State, Value
from tracker.extract.declarations import load_vocabulary
from tracker.extract.match import Book, Found, NotFound, Repealed, common_citation, is_under, match
from tracker.extract.pattern import unit_names
from tracker.extract.values import Unreadable

WORDS = load_vocabulary()
UNITS = unit_names(WORDS)
KEEP = "may keep at home not more than {quantity} of dried cannabis"


def law(*lines: tuple[str, str], standing: Standing = Standing.IN_FORCE) -> list[Provision]:
    """Provisions from lines such as ("2 (1) (a)", "the words")."""
    found = []
    for place, text in lines:
        path = tuple(place.split(" "))
        cells = tuple(text.split("|")) if "|" in text else ()
        citation = f"s. {path[0]}" + "".join(path[1:])
        found.append(Provision("text", path, citation, "", text.replace("|", " "), standing=standing, cells=cells))
    return found


def answer(provisions: list[Provision], **declared: Any) -> Found | Repealed:
    rule = RuleDeclaration.model_validate({"topic": "possession_limit", "at": "s. 2", **declared})
    return match(rule, Book(provisions, UNITS), "en", WORDS)


def found(provisions: list[Provision], **declared: Any) -> Found:
    result = answer(provisions, **declared)
    assert isinstance(result, Found)
    return result


def grams(value: Value) -> str:
    assert isinstance(value, Quantity)
    return f"{value.number} {value.unit}"


RULE = law(("1", "Words."), ("2 (1)", "A patient may keep at home not more than thirty (30) g of dried cannabis."))
OTHER = law(("7", "In this part a patient may keep at home not more than 40 g of dried cannabis."))


def test_the_words_at_the_place_answer_with_quote_context_and_citation() -> None:
    hit = found(RULE, find=KEEP)
    assert grams(hit.value) == "30 g"
    assert hit.quote == "may keep at home not more than thirty (30) g of dried cannabis"
    assert (hit.prefix, hit.suffix, hit.citation, hit.moved) == ("A patient ", ".", "s. 2(1)", False)


def test_words_spread_over_provisions_are_cited_by_what_contains_them() -> None:
    spread = law(("2 (1)", "A patient"), ("2 (1) (a)", "may keep,"), ("2 (1) (b)", "at home, 5 g"), ("2 (2)", "Words."))
    hit = found(spread, find="patient ... may keep ... at home {quantity}")
    assert hit.citation == "s. 2(1)"
    assert len(hit.provisions) == 3
    assert common_citation(spread) == "s. 2"


def test_words_that_moved_are_believed_where_one_other_section_has_them() -> None:
    hit = found(OTHER, find=KEEP)
    assert (grams(hit.value), hit.citation, hit.moved) == ("40 g", "s. 7", True)


def test_words_that_moved_from_a_place_marked_as_repealed_still_answer() -> None:
    gone = law(("2 (1)", "[Repealed, 2024]"), standing=Standing.REPEALED)
    assert found(gone + OTHER, find=KEEP).moved


def test_words_that_stand_twice_elsewhere_prove_nothing() -> None:
    twice = OTHER + law(("9", OTHER[0].text))
    with pytest.raises(NotFound, match=r"^s\. 2: the words 'may keep"):
        answer(twice, find=KEEP)


def test_few_words_prove_nothing_elsewhere() -> None:
    with pytest.raises(NotFound):
        answer(OTHER, find="not more than {quantity} of")


def test_a_place_marked_as_repealed_answers_so_and_is_not_read() -> None:
    gone = law(("2 (1)", "[Repealed, 2024]"), standing=Standing.REPEALED)
    result = answer([*gone, *law(("3", "Words."))], at="s. 2(1)(a)", find=KEEP)
    assert isinstance(result, Repealed)
    assert result.provision is gone[0]


@pytest.mark.parametrize("standing", [Standing.REPEALED, Standing.PENDING])
def test_words_that_are_not_in_force_are_no_answer(standing: Standing) -> None:
    with pytest.raises(NotFound):
        answer(law(("3", RULE[1].text), standing=standing), find=KEEP)


@pytest.mark.parametrize(
    ("said", "shown"), [("thirty (60) g", "'thirty (60)' says two different numbers"), ("some g", "some")]
)
def test_what_cannot_be_understood_names_its_place(said: str, shown: str) -> None:
    text = f"A patient may keep at home not more than {said} of dried cannabis."
    with pytest.raises(Unreadable, match=r"^s\. 2: ") as caught:
        answer(law(("2 (1)", text)), find=KEEP)
    assert shown in str(caught.value)


def test_moved_words_that_cannot_be_understood_name_the_place_they_moved_to() -> None:
    text = "A patient may keep at home not more than thirty (60) g of dried cannabis."
    with pytest.raises(Unreadable, match=r"^s\. 7: 'thirty \(60\)' says two different numbers"):
        answer(law(("7", text)), find=KEEP)


def test_an_unknown_term_is_named_alone() -> None:
    text = law(("2", "It is prescribed by a physician or a wizard."))
    with pytest.raises(Unreadable, match=r'^s\. 2: the term "wizard" is not known; name it under members:'):
        answer(text, topic="prescriber_class", find="prescribed by {terms}", members={"physician": "physician_any"})


ROWS = law(
    ("2 (1)", "dried cannabis|1 g"),
    ("2 (2)", "fresh cannabis|5 g."),
    ("2 (3)", "seeds|ask us"),
    ("2 (4)", "seeds of hemp|2"),
)


def test_a_row_is_found_by_a_whole_cell() -> None:
    hit = found(ROWS, table={"row": "fresh cannabis", "column": 2})
    assert (grams(hit.value), hit.quote, hit.citation) == ("5 g", "fresh cannabis 5 g.", "s. 2(2)")


@pytest.mark.parametrize(
    ("row", "column", "why"),
    [
        ("seeds", 2, "the cell 'ask us' is neither an amount nor a length of time"),
        ("seeds", 3, "the row 'seeds ask us' has no column 3"),
        (".* cannabis", 2, "2 rows match"),
    ],
)
def test_a_row_that_does_not_give_one_value_is_named(row: str, column: int, why: str) -> None:
    with pytest.raises(Unreadable) as caught:
        answer(ROWS, table={"row": row, "column": column})
    assert str(caught.value).startswith("s. 2: ")
    assert why in str(caught.value)


def test_a_row_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound, match="the words 'oil' were not found there"):
        answer(ROWS, table={"row": "oil", "column": 2})


ITEMS = law(
    ("2", "The conditions are"),
    ("2 (a)", "epilepsy;"),
    ("2 (b)", "cancer and"),
    ("2 (b) (i)", "its pain; or"),
    ("3", "x"),
)
MEANT = {"epilepsy": "epilepsy", "cancer and its pain": "cancer"}


def test_each_item_is_one_term_with_what_stands_below_it() -> None:
    hit = found(ITEMS, topic="qualifying_conditions", items=True, members=MEANT)
    assert hit.value == MemberSet(members=("cancer", "epilepsy"))
    assert hit.citation == "s. 2"


def test_an_unknown_item_is_named() -> None:
    why = r'the item "cancer and its pain" is not known \(not understood: "cancer, its pain"\)'
    with pytest.raises(Unreadable, match=why):
        answer(ITEMS, topic="qualifying_conditions", items=True, members={"epilepsy": "epilepsy"})


def test_cases_are_tried_in_order_and_look_where_the_rule_does() -> None:
    cases = [
        {"find": "may keep any amount", "state": "unlimited"},
        {"at": "s. 1", "find": "no words {quantity}"},
        {"find": KEEP},
    ]
    assert grams(found(RULE, cases=cases).value) == "30 g"
    unlimited = found(law(("2", "A patient may keep any amount.")), cases=cases)
    assert unlimited.value.state is State.UNLIMITED


def test_places_are_tried_in_order() -> None:
    assert found(RULE, at=["s. 5", "s. 2(1)"], find=KEEP).citation == "s. 2(1)"


def test_values_of_every_kind() -> None:
    words = "The lesser of 30 times the daily quantity and 150 g, for one year, by a physician aged 21 or more."
    text = law(("2", words))
    lesser = found(text, find="lesser of {number} times the daily quantity and {quantity}", combine="min").value
    assert isinstance(lesser, Expression)
    assert found(text, find="for {duration}").value == Duration(iso="P1Y")
    assert found(text, find="a physician", member="physician_any").value == Member(member="physician_any")
    assert found(text, find="aged {age}").value == found(text, find="aged {number}", unit="year").value
    with_age = found(text, find="physician aged {age}", attrs={"from": "{age}"})
    assert with_age.value.attrs == {"from": "21"}


def test_an_entry_reads_between_its_days() -> None:
    rule = RuleDeclaration(topic="possession_limit", find="x", since=date(2022, 1, 1), until=date(2023, 1, 1))
    days = [date(2021, 12, 31), date(2022, 1, 1), date(2022, 12, 31), date(2023, 1, 1)]
    assert [rule.applies_on(day) for day in days] == [False, True, True, False]


def test_the_latest_day_of_any_part_is_the_day_of_the_quote() -> None:
    parts = [
        Provision("text", ("2",), "s. 2", "", "may keep", Dating(date(2020, 1, 1))),
        Provision("text", ("2", "(a)"), "s. 2(a)", "", "5 g", Dating(date(2022, 1, 1))),
    ]
    assert found(parts, find="may keep {quantity}").effective_on == date(2022, 1, 1)


@pytest.mark.parametrize(
    ("citation", "place", "under"),
    [
        ("s. 266(2)(a)", "s. 266(2)", True),
        ("s. 266", "s. 266", True),
        ("s. 2661", "s. 266", False),
        ("s. 266.1", "s. 266", False),
        ("s. 266(20)", "s. 266(2)", False),
        ("section Who, item 1", "section Who", True),
        ("section Whole, item 1", "section Who", False),
        ('s. 1(1) "oil"(a)', 's. 1(1) "oil"', True),
    ],
)
def test_below_a_place(citation: str, place: str, under: bool) -> None:
    assert is_under(citation, place) is under
