"""Places and citations: what is below what, and what a mark of repeal or a moved sentence says about a place."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.chronicle import words
from tracker.domain.provision import Provision, Standing
from tracker.domain.source import RuleDeclaration
from tracker.extract.match import Book, Found, NotFound, Repealed, common_citation, is_under, join, match
from tracker.extract.pattern import unit_names
from tracker.extract.values import Unreadable

CARRY = "A registered individual may carry away from their dwelling no more than {quantity} of dried cannabis"
SAID = "A registered individual may carry away from their dwelling no more than 150 g of dried cannabis."
MARK = "[Repealed, SOR/2025-43, s. 23]"


def provision(citation: str, text: str, *path: str, standing: Standing = Standing.IN_FORCE) -> Provision:
    return Provision("text", path, citation, "", text, standing=standing)


def answer(*provisions: Provision, at: str = "s. 4(2)", find: str = CARRY, **said: Any) -> Found | Repealed:
    rule = RuleDeclaration.model_validate({"topic": "possession_limit", "at": at, "find": find, **said})
    return match(rule, Book(provisions, unit_names(words())), "en", words())


@pytest.mark.parametrize(
    ("citation", "place", "under"),
    [
        ("s. 266(2)(a)", "s. 266(2)", True),
        ("s. 266(2)", "s. 266(2)", True),
        ("s. 266(2)", "s. 266(2)(a)", False),
        ("s. 2661", "s. 266", False),
        ("s. 266.1", "s. 266", False),
        ("§ 7-1671.05(3A)", "§ 7-1671.05(3)", False),
        ("§ 7-1671.08a(1)", "§ 7-1671.08", False),
        ("§ 7-1671.02(c-1)", "§ 7-1671.02(c)", False),
        ('s. 264(1) "adult"', "s. 264(1)", True),
        ('s. 264(1) "adults"', 's. 264(1) "adult"', False),
        ("art. 8(1)a)", "art. 8(1)", True),
        ("art. 8a)", "art. 8", True),
        ("art. 8a)(i)", "art. 8a)", True),
        ("art. 83", "art. 8", False),
        ("Schedule 3, item 6", "Schedule 3", True),
        ("Schedule 31, item 6", "Schedule 3", False),
        ("section Conditions, item 1", "section Conditions", True),
        ("section Conditions and limits, item 1", "section Conditions", False),
        ("§ 3 Abs. 1", "§ 3", True),
        ("§ 3 Abs. 1 Nr. 2 Buchst. a", "§ 3 Abs. 1 Nr. 2", True),
        ("§ 3 Abs. 1 Buchst. a Doppelbuchst. aa", "§ 3 Abs. 1 Buchst. a", True),
        ("Anlage II Spiegelstrich 1", "Anlage II", True),
        ("Anlage II, Position Nabilin Nr. 1", "Anlage II, Position Nabilin", True),
        ("§ 3a Abs. 1", "§ 3", False),
        ("§ 3 Abs. 1a", "§ 3 Abs. 1", False),
        ("§ 3 Abs. 1 Nr. 10", "§ 3 Abs. 1 Nr. 1", False),
        ("§ 33 Abs. 1", "§ 3", False),
        ("Anlage III Nr. 1", "Anlage II", False),
    ],
)
def test_a_citation_is_under_a_place_or_not(citation: str, place: str, under: bool) -> None:
    assert is_under(citation, place) is under


def test_a_heading_that_begins_like_another_is_another_place() -> None:
    fees = Provision("text", ("section Limits, and fees", "item 1"), "section Limits, and fees, item 1", "", "30 g")
    limits = Provision("text", ("section Limits", "item 1"), "section Limits, item 1", "", "60 g")
    assert Book([fees, limits], ()).under("section Limits") == [limits]
    assert Book([fees, limits], ()).under("section Limits, item 1") == [limits]


@pytest.mark.parametrize(
    ("paths", "citation"),
    [
        ([("4", "(2)", "(a)"), ("4", "(2)", "(b)")], "s. 4(2)"),
        ([("4", "(2)"), ("4", "(2)", "(b)")], "s. 4(2)"),
        ([("4", "(1)"), ("4", "(2)")], "s. 4"),
        ([("4", "(1)")], "s. 4(1)"),
    ],
)
def test_the_common_citation_covers_all(paths: list[tuple[str, ...]], citation: str) -> None:
    assert common_citation([provision(f"s. {''.join(path)}", "x", *path) for path in paths]) == citation


def test_joined_provisions_are_spoken_with_their_labels_and_know_where_each_of_them_stands() -> None:
    parts = [
        provision("s. 4", "Both", "4"),
        provision("s. 4(a)", "one", "4", "(a)"),
        provision("s. 4(b)", "two", "4", "(b)"),
    ]
    passage = join(parts)
    assert passage.text == "Both (a) one (b) two"
    for begin, end, part in passage.spans:
        assert passage.text[begin:end].endswith(part.text)
        assert passage.of(begin, end) == (part,)
    assert passage.of(0, len(passage.text)) == tuple(parts)


@pytest.mark.parametrize(("citation", "path"), [("s. 4(2)", ("4", "(2)")), ("s. 4", ("4",))])
def test_a_mark_at_the_place_or_around_it_repeals(citation: str, path: tuple[str, ...]) -> None:
    hit = answer(provision(citation, MARK, *path, standing=Standing.REPEALED))
    assert isinstance(hit, Repealed)
    assert hit.provision.citation == citation


@pytest.mark.parametrize(
    ("citation", "path"), [("s. 4(2)(a)", ("4", "(2)", "(a)")), ("s. 42", ("42",)), ("s. 4(3)", ("4", "(3)"))]
)
def test_a_mark_below_the_place_or_beside_it_repeals_nothing(citation: str, path: tuple[str, ...]) -> None:
    with pytest.raises(NotFound):
        answer(provision(citation, MARK, *path, standing=Standing.REPEALED), provision("s. 4(2)", "Other.", "4", "(2)"))


def test_a_mark_in_a_list_of_definitions_is_not_about_the_other_definitions() -> None:
    with pytest.raises(NotFound):
        answer(
            provision("s. 1(1)", MARK, "1", "(1)", standing=Standing.REPEALED),
            provision('s. 1(1) "adult"', "adult means someone else entirely.", "1", "(1)", '"adult"'),
            at='s. 1(1) "adult"',
            find="adult means a person who is {age} years or older",
        )


def test_words_that_cannot_be_read_at_their_place_are_not_taken_from_elsewhere() -> None:
    with pytest.raises(Unreadable, match=r"^s\. 4\(2\): the value in "):
        answer(provision("s. 4(2)", SAID.replace("150 g", "enough"), "4", "(2)"), provision("s. 9", SAID, "9"))


def test_the_same_words_twice_in_one_other_section_prove_nothing() -> None:
    with pytest.raises(NotFound):
        answer(provision("s. 41(1)", SAID, "41", "(1)"), provision("s. 41(2)", SAID.replace("150", "30"), "41", "(2)"))
