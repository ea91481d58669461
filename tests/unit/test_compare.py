"""What happened to the words between two readings: real changes, renumbering and typography are told apart."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tracker.domain.change import TextChange, TextKind
from tracker.domain.provision import Provision, Standing
from tracker.extract.compare import text_changes
from tracker.extract.redline import redline

NOW = datetime(2026, 1, 1, tzinfo=UTC)
IN_FORCE, REPEALED, PENDING = Standing.IN_FORCE, Standing.REPEALED, Standing.PENDING


def law(lines: dict[str, str], standing: Standing = IN_FORCE) -> list[Provision]:
    """Provisions from places such as "2 (1)" and their words."""
    paths = {place: tuple(place.split(" ")) for place in lines}
    return [
        Provision("text", path, f"s. {path[0]}{''.join(path[1:])}", "", lines[place], standing=standing)
        for place, path in paths.items()
    ]


def changes(before: list[Provision], after: list[Provision]) -> list[TextChange]:
    return text_changes("xx/law", "text", before, after, NOW)


def kinds(before: dict[str, str], after: dict[str, str]) -> list[tuple[str, TextKind]]:
    return [(change.citation, change.kind) for change in changes(law(before), law(after))]


ONE = {
    "1": "This is the law.",
    "2 (1)": "A patient may keep 30 g.",
    "2 (2)": "See section 3.",
    "3": "Nobody may sell it.",
}


def test_the_same_words_are_no_change() -> None:
    assert kinds(ONE, ONE) == []
    assert kinds({}, {}) == []


def test_a_permanent_version_comes_and_goes_in_silence_and_its_other_words_are_pending() -> None:
    beneath = law(ONE, Standing.UNDERLYING)
    assert changes([], beneath) == changes(beneath, []) == []
    other = law({**ONE, "2 (1)": "A patient may keep 60 g."}, Standing.UNDERLYING)
    assert [(each.citation, each.kind) for each in changes(beneath, other)] == [("s. 2(1)", TextKind.PENDING_TEXT)]
    assert TextKind.TEXT_ADDED in {each.kind for each in changes([], [*beneath, *law({"9": "New."})])}


def test_other_words_are_a_change_with_both_texts() -> None:
    (change,) = changes(law(ONE), law({**ONE, "2 (1)": "A patient may keep 60 g."}))
    assert (change.citation, change.kind, change.observed_at) == ("s. 2(1)", TextKind.TEXT_CHANGED, NOW)
    assert (change.before, change.after) == (ONE["2 (1)"], "A patient may keep 60 g.")


def test_new_and_lost_words_are_named_in_the_order_of_the_text_then_what_is_gone() -> None:
    after = {**ONE, "4": "Fees are due.", "5": "Fines too."}
    del after["3"]
    assert kinds(ONE, after) == [
        ("s. 4", TextKind.TEXT_ADDED),
        ("s. 5", TextKind.TEXT_ADDED),
        ("s. 3", TextKind.TEXT_REMOVED),
    ]


@pytest.mark.parametrize(
    "text",
    ["A \u201cpatient\u201d may keep thirty (30)  g", "a patient, may keep 30\u00a0g.", "A patient may keep thirty g;"],
)
def test_typography_is_editorial(text: str) -> None:
    assert kinds(ONE, {**ONE, "2 (1)": text}) == [("s. 2(1)", TextKind.EDITORIAL)]


def test_a_renamed_thing_is_editorial() -> None:
    before, after = {"1": "Medical marijuana is sold."}, {"1": "Medical cannabis is sold."}
    assert kinds(before, after) == [("s. 1", TextKind.EDITORIAL)]


def test_a_section_put_in_between_moves_the_others_silently_and_its_references_editorially() -> None:
    after = {"1": ONE["1"], "2": "New.", "3 (1)": ONE["2 (1)"], "3 (2)": "See section 4.", "4": ONE["3"]}
    assert kinds(ONE, after) == [("s. 2", TextKind.TEXT_ADDED), ("s. 3(2)", TextKind.EDITORIAL)]


def test_a_number_that_is_no_reference_is_a_change_even_then() -> None:
    before = {**ONE, "2 (2)": "See 3 g."}
    after = {"1": ONE["1"], "2": "New.", "3 (1)": ONE["2 (1)"], "3 (2)": "See 4 g.", "4": ONE["3"]}
    assert ("s. 3(2)", TextKind.TEXT_CHANGED) in kinds(before, after)


def test_words_that_moved_are_no_change() -> None:
    assert kinds({"1": "A.", "2": "B moved.", "3": "C."}, {"1": "A.", "3": "C.", "9": "B moved."}) == []


def test_another_order_of_the_same_items_is_no_change() -> None:
    before = {"1": "Any of:", "1 (a)": "pain;", "1 (b)": "epilepsy;", "1 (c)": "cancer;", "1 (d)": "glaucoma."}
    after = {"1": "Any of:", "1 (a)": "cancer;", "1 (b)": "glaucoma.", "1 (c)": "epilepsy;", "1 (d)": "pain;"}
    assert kinds(before, after) == []
    assert kinds(before, {**after, "1 (d)": "thirst;"}) == [
        ("s. 1(d)", TextKind.TEXT_ADDED),
        ("s. 1(a)", TextKind.TEXT_REMOVED),
    ]
    assert kinds(before, {**after, "1 (d)": "Pain."}) == [("s. 1(d)", TextKind.EDITORIAL)]


@pytest.mark.parametrize("date", ["2026-02-01", "February 1, 2026", "1. Februar 2026", "1 Feb 2026"])
def test_the_same_date_in_another_format_is_editorial(date: str) -> None:
    before = {"1": "It applies from 1 February 2026."}
    assert kinds(before, {"1": f"It applies from {date}."}) == [("s. 1", TextKind.EDITORIAL)]
    assert kinds({"1": "It applies from 2 February 2026."}, {"1": f"It applies from {date}."}) == [
        ("s. 1", TextKind.TEXT_CHANGED)
    ]


def test_a_date_that_does_not_exist_is_a_change() -> None:
    assert kinds({"1": "From 1 March 2026."}, {"1": "From 31 February 2026."}) == [("s. 1", TextKind.TEXT_CHANGED)]


def test_words_that_were_split_over_paragraphs_are_editorial() -> None:
    before = {"1": "A patient may keep oil or flower."}
    after = {"1": "A patient may keep", "1 (a)": "oil or", "1 (b)": "flower."}
    assert kinds(before, after) == [("s. 1", TextKind.EDITORIAL)]
    assert kinds(after, before) == [("s. 1", TextKind.EDITORIAL)]


def test_what_stands_twice_and_then_once_was_removed_once() -> None:
    twice = [*law({"1": "A."}), *law({"1": "A."}), *law({"2": "B."})]
    assert [change.kind for change in changes(twice, twice[1:])] == [TextKind.TEXT_REMOVED]
    assert [change.kind for change in changes(twice[1:], twice)] == [TextKind.TEXT_ADDED]


def test_pending_words_are_never_current() -> None:
    pending = law({"not_in_force 1": "200 g"}, PENDING)
    assert [change.kind for change in changes(law(ONE), law(ONE) + pending)] == [TextKind.PENDING_TEXT]
    assert [change.kind for change in changes(law(ONE) + pending, law(ONE))] == [TextKind.PENDING_TEXT]


def test_a_repeal_mark_with_the_same_words_is_a_change() -> None:
    assert [c.kind for c in changes(law({"1": "A."}), law({"1": "A."}, REPEALED))] == [TextKind.TEXT_CHANGED]


def test_a_redline_gives_both_texts_again() -> None:
    before, after = "A patient may keep 30 g of dried flower", "A patient may keep at home 60 g of flower"
    steps = redline(before, after)
    assert {"keep": "A patient may keep"} in steps
    for text, other in ((before, "insert"), (after, "delete")):
        assert " ".join(words for step in steps for kind, words in step.items() if kind != other) == text
