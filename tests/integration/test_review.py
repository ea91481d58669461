"""What people decide in review: what follows for the rule, for those who were told, and for the next crawl."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.integration import seeded
from tests.integration.seeded import follow
from tests.integration.watched import (
    BEGAN,
    DAY,
    HOLD,
    HOLDS,
    MINORS,
    NURSE,
    OTHER,
    VISIT,
    VISITS,
    WHO,
    amended,
    crawl,
    install,
    page,
    running,
)
from tracker.cli.review_text import shown as as_text
from tracker.domain.change import Change, Direction, Kind, Review, Severity
from tracker.domain.rule import Cause, Level, RuleKey, Version
from tracker.errors import OperatorError, UnknownName
from tracker.services import review
from tracker.services.review import By, accept, reject
from tracker.services.review_case import case
from tracker.services.review_edit import Statement, edit
from tracker.services.workspace import Workspace
from tracker.store import changes, queries
from tracker.store.reviews import Decision, ReviewItem, ReviewKind

GOLDENS = Path(__file__).parent / "goldens"
SIX = VISIT.replace("twelve (12)", "six (6)")
LESS, MORE = HOLD.replace("30 grams", "10 grams"), HOLD.replace("30 grams", "60 grams")
WITH_PHARMACIST = NURSE.replace("nurse practitioner", "nurse practitioner or a pharmacist")


def by(days: float, reason: str = "read the official text") -> By:
    return By("M. Keller", reason, BEGAN + days * DAY)


@pytest.fixture
def here(database_url: str, tmp_path: Path) -> Iterator[Workspace]:
    """The page has been crawled once."""
    with running(install(tmp_path / "home"), database_url) as workspace:
        crawl(workspace, page(), BEGAN)
        yield workspace


def believed(here: Workspace, key: RuleKey) -> list[Version]:
    """What is believed of a rule, by first day."""
    with here.database.read() as conn:
        found = [each for each in queries.versions_of(conn) if each.current and each.key == key]
    return sorted(found, key=lambda version: version.valid.start)


def holds(here: Workspace, key: RuleKey) -> Any:
    """The value that holds, as it is written."""
    value = believed(here, key)[-1].value.model_dump(mode="json")
    return value.get("number") or value.get("iso") or value.get("member") or value.get("members") or value["state"]


def recorded(here: Workspace) -> list[Change]:
    with here.database.read() as conn:
        return [each.change for each in changes.changes(conn)]


def asked(here: Workspace) -> list[ReviewItem]:
    return [each.item for each in review.waiting(here) if each.item.kind is not ReviewKind.HELD]


def told(here: Workspace, days: float) -> str:
    return " ".join(seeded.told(here, BEGAN + days * DAY).replace("|", " ").split())


@pytest.fixture
def reader(here: Workspace) -> Workspace:
    """Somebody follows the rules, and has had the first message."""
    follow(here)
    assert "Where things stand" in told(here, 0.1)
    return here


# ── A lost passage ──────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def lost(reader: Workspace) -> Workspace:
    """The visits are worded otherwise."""
    crawl(reader, page(amended(s3=SIX)), BEGAN + DAY)
    return reader


def test_accepted_words_are_the_new_place_of_the_same_value(lost: Workspace) -> None:
    (item,) = asked(lost)
    done = accept(lost, item.id, by(2, "only the wording is new"))
    assert "12 months stays" in done.outcome
    assert done.changes == ()
    (version,) = believed(lost, VISITS)
    assert (version.level, version.origin, version.passage.quote) == (Level.CODED, "review", SIX.rstrip("."))
    assert version.coding is not None
    assert (version.coding.by, version.coding.on, version.coding.note) == (
        "M. Keller",
        (BEGAN + 2 * DAY).date(),
        "only the wording is new",
    )
    assert recorded(lost) == []
    assert told(lost, 3) == ""
    report = crawl(lost, page(amended(s3=SIX), "later"), BEGAN + 4 * DAY)
    assert (report.outcome, report.changes) == ("unchanged", ())
    assert review.waiting(lost) == []
    crawl(lost, page(footer="as it was"), BEGAN + 5 * DAY)
    assert [each.key for each in asked(lost)] == [VISITS], "from then on the accepted words are what is looked for"


def test_rejected_words_stay_lost_and_are_asked_again_only_when_others_are_found(lost: Workspace) -> None:
    before = believed(lost, VISITS)
    (item,) = asked(lost)
    reject(lost, item.id, by(2, "another matter"))
    assert believed(lost, VISITS) == before
    assert asked(lost) == []
    for days in (3, 4):
        report = crawl(lost, page(amended(s3=SIX), f"day {days}"), BEGAN + days * DAY)
        assert report.outcome == "held", "it is still lost"
        assert asked(lost) == []
    crawl(lost, page(amended(s3=SIX.replace("six (6)", "nine (9)"))), BEGAN + 5 * DAY)
    (again,) = asked(lost)
    assert (again.id, again.opened_at) == (item.id, BEGAN + 5 * DAY)
    assert [each.decision for each in review.decided(lost)] == [Decision.REJECTED]


def test_what_was_rejected_and_came_back_is_asked_when_it_is_lost_again(lost: Workspace) -> None:
    (item,) = asked(lost)
    reject(lost, item.id, by(2))
    crawl(lost, page(footer="back"), BEGAN + 3 * DAY)
    crawl(lost, page(amended(s3=SIX)), BEGAN + 4 * DAY)
    assert [each.id for each in asked(lost)] == [item.id]


def test_a_value_that_is_coded_anew_is_news_of_law(lost: Workspace) -> None:
    (item,) = asked(lost)
    done = edit(lost, item.id, Statement("P6M"), by(2))
    (change,) = recorded(lost)
    assert done.changes == (change,)
    assert (change.kind, change.cause, change.review) == (Kind.VALUE_CHANGED, Cause.SOURCE, Review.ACCEPTED)
    assert (change.before and change.before.value, holds(lost, VISITS)) == (believed(lost, VISITS)[0].value, "P6M")
    assert "12 months → 6 months" in change.summary
    old, new = believed(lost, VISITS)
    assert (new.level, new.origin, new.passage.quote) == (Level.CODED, "review", SIX.rstrip("."))
    assert old.valid.end == new.valid.start == (BEGAN + DAY).date(), "the day of the copy: the text states none"
    said = told(lost, 3)
    assert "6 months" in said
    assert "first seen 6 May 2031; the text states no date" in said
    assert SIX.rstrip(".") in said
    assert crawl(lost, page(amended(s3=SIX), "later"), BEGAN + 4 * DAY).outcome == "unchanged"
    assert told(lost, 5) == ""


def test_a_stated_day_is_an_effective_date(lost: Workspace) -> None:
    (item,) = asked(lost)
    edit(lost, item.id, Statement("P6M", valid_from=date(2031, 4, 1)), by(2))
    old, new = believed(lost, VISITS)
    assert (old.valid.end, new.valid.start, new.basis) == (date(2031, 4, 1), date(2031, 4, 1), "stated")
    assert "from 1 April 2031" in told(lost, 3)


def test_a_day_before_the_old_value_began_makes_it_a_correction(lost: Workspace) -> None:
    (item,) = asked(lost)
    edit(lost, item.id, Statement("P6M", valid_from=date(2029, 1, 1)), by(2))
    (change,) = recorded(lost)
    assert (change.kind, change.cause) == (Kind.OUR_CORRECTION, Cause.REVIEW)
    assert [each.valid.start for each in believed(lost, VISITS)] == [date(2029, 1, 1)]
    assert "we reported 12 months" in change.summary
    assert "CORRECTION" in told(lost, 3)


def test_a_cited_provision_is_quoted_from_the_archive(lost: Workspace) -> None:
    (item,) = asked(lost)
    edit(lost, item.id, Statement("P12M", citation="section 2"), by(2))
    (version,) = believed(lost, VISITS)
    assert version.passage.citation.startswith("Access Rules, section 2")
    assert "younger than eighteen" in version.passage.quote


def test_a_provision_that_no_copy_has_is_cited_and_not_announced(lost: Workspace) -> None:
    (item,) = asked(lost)
    done = edit(lost, item.id, Statement("P6M", citation="Access Act, art. 12"), by(2))
    assert "No quote, no alert" in done.outcome
    assert (believed(lost, VISITS)[-1].passage.citation, believed(lost, VISITS)[-1].passage.quote) == (
        "Access Act, art. 12",
        "",
    )
    assert told(lost, 3) == ""


def test_part_of_a_passage_is_replaced_and_the_rest_stays(reader: Workspace) -> None:
    crawl(reader, page(amended(s5=WITH_PHARMACIST)), BEGAN + DAY)
    (item,) = asked(reader)
    accept(reader, item.id, by(2))
    (version,) = believed(reader, WHO)
    first, second = version.passage.quote.split(" […] ")
    assert first.startswith("A physician")
    assert "or a pharmacist" in second
    assert len(version.marks) == 2
    assert crawl(reader, page(amended(s5=WITH_PHARMACIST), "x"), BEGAN + 3 * DAY).outcome == "unchanged"


def test_a_pattern_that_finds_nothing_is_no_loss_where_a_person_said_in_which_words_it_stands(
    reader: Workspace,
) -> None:
    reworded = HOLD.replace("registered patient may keep", "patient on the register is allowed to keep")
    crawl(reader, page(amended(s1=reworded)), BEGAN + DAY)
    (item,) = asked(reader)
    assert (item.kind, item.key) == (ReviewKind.LOST, HOLDS)
    accept(reader, item.id, by(2))
    assert crawl(reader, page(amended(s1=reworded), "x"), BEGAN + 3 * DAY).outcome == "unchanged"
    assert holds(reader, HOLDS) == "30"
    crawl(reader, page(amended(s1=reworded.replace("30 grams", "10 grams"))), BEGAN + 4 * DAY)
    assert [each.key for each in asked(reader)] == [HOLDS], "other words are lost again"
    crawl(reader, page(footer="y"), BEGAN + 5 * DAY)
    (version,) = believed(reader, HOLDS)
    assert (version.level, version.origin) == (Level.READ, "crawl"), "the pattern fits again and reads the same"
    assert recorded(reader) == []
    assert told(reader, 6) == ""


def test_without_a_proposal_a_passage_cannot_be_accepted(reader: Workspace) -> None:
    crawl(reader, page(amended(s3=OTHER)), BEGAN + DAY)
    (item,) = asked(reader)
    with pytest.raises(OperatorError, match=r"No passage is proposed.*tracker review edit"):
        accept(reader, item.id, by(2))
    with pytest.raises(OperatorError, match="say where the text says so"):
        edit(reader, item.id, Statement("P6M"), by(2))
    assert review.decided(reader) == []


# ── A critical change ───────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def critical(reader: Workspace) -> Workspace:
    """The limit is read as lower."""
    crawl(reader, page(amended(s1=LESS)), BEGAN + DAY)
    assert holds(reader, HOLDS) == "10"
    return reader


def test_an_accepted_change_is_told(critical: Workspace) -> None:
    (item,) = asked(critical)
    assert accept(critical, item.id, by(1.5)).what == recorded(critical)[0].summary
    assert "30 g → 10 g" in told(critical, 2)
    assert (recorded(critical)[0].review, holds(critical, HOLDS)) == (Review.ACCEPTED, "10")


def test_a_rejected_change_is_taken_back_and_told_to_nobody(critical: Workspace) -> None:
    (item,) = asked(critical)
    done = reject(critical, item.id, by(1.5, "a fee, not a limit"))
    assert "is 30 g again" in done.outcome
    assert holds(critical, HOLDS) == "30"
    assert believed(critical, HOLDS)[0].origin == "review"
    assert told(critical, 3) == ""
    for days in (3, 4):  # the page says what it said when a person decided
        report = crawl(critical, page(amended(s1=LESS), f"day {days}"), BEGAN + days * DAY)
        assert report.changes == ()
        assert holds(critical, HOLDS) == "30"
    (change,) = crawl(critical, page(amended(s1=MORE)), BEGAN + 5 * DAY).changes
    assert "30 g → 60 g" in change.summary, "what it did not say then is news"


def test_those_who_were_warned_hear_that_it_was_wrong(critical: Workspace) -> None:
    (item,) = asked(critical)
    assert "UNVERIFIED" in told(critical, 2.5)
    reject(critical, item.id, by(3))
    said = told(critical, 4)
    assert "CORRECTION" in said
    assert "30 g, not 10 g" in said
    assert told(critical, 5) == ""


def test_a_misread_change_is_told_as_a_person_states_it(critical: Workspace) -> None:
    (item,) = asked(critical)
    done = edit(critical, item.id, Statement('{"number": 20, "unit": "g", "bound": "max"}'), by(1.5))
    first, then = recorded(critical)
    assert (first.review, then.review, then.cause) == (Review.REJECTED, Review.ACCEPTED, Cause.SOURCE)
    assert (then.direction, then.severity) == (Direction.RESTRICTS, Severity.CRITICAL)
    assert done.changes == (then,)
    said = told(critical, 2)
    assert "30 g → 20 g" in said
    assert "10 g →" not in said
    old, new = believed(critical, HOLDS)
    assert (new.origin, new.level, new.valid.start) == ("review", Level.CODED, (BEGAN + DAY).date())
    assert old.valid.end == new.valid.start
    assert crawl(critical, page(amended(s1=LESS), "x"), BEGAN + 3 * DAY).changes == ()
    assert holds(critical, HOLDS) == "20"


def test_after_a_person_has_stated_a_value_the_next_change_is_news_like_any_other(critical: Workspace) -> None:
    (item,) = asked(critical)
    edit(critical, item.id, Statement('{"number": 20, "unit": "g", "bound": "max"}'), by(1.5))
    assert "30 g → 20 g" in told(critical, 2)
    (change,) = crawl(critical, page(amended(s1=MORE)), BEGAN + 3 * DAY).changes
    assert (change.review, change.noticed_late) == (Review.NONE, False)
    assert "20 g → 60 g" in told(critical, 4)


def test_a_change_that_another_followed_is_taken_back_without_it(critical: Workspace) -> None:
    (item,) = asked(critical)
    crawl(critical, page(amended(s1=MORE)), BEGAN + 2 * DAY)
    assert holds(critical, HOLDS) == "60"
    done = reject(critical, item.id, by(3))
    assert done.outcome.endswith("is 60 g.")
    assert [each.value.model_dump()["number"] for each in believed(critical, HOLDS)] == [30, 60]
    assert [each.origin for each in believed(critical, HOLDS)] == ["review", "crawl"]


def test_a_narrower_scope_leaves_the_rule_as_it_was(critical: Workspace) -> None:
    (item,) = asked(critical)
    edit(critical, item.id, Statement('{"number": 10, "unit": "g", "bound": "max"}', {"age": "minor"}), by(1.5))
    assert holds(critical, HOLDS) == "30"
    assert holds(critical, RuleKey("NL", "possession_limit", "age=minor")) == "10"
    _, then = recorded(critical)
    assert (then.kind, then.key.qualifier) == (Kind.RULE_ADDED, "age=minor")
    assert "new rule on Possession limit (Minor" in then.summary
    assert crawl(critical, page(amended(s1=LESS), "x"), BEGAN + 3 * DAY).changes == ()


def test_what_was_told_wrongly_is_corrected(reader: Workspace) -> None:
    (change,) = crawl(reader, page(amended(s1=MORE)), BEGAN + DAY).changes
    assert "30 g → 60 g" in told(reader, 1.5)
    done = edit(reader, change.id, Statement('{"number": 45, "unit": "g", "bound": "max"}'), by(2))
    (correction,) = done.changes
    assert (correction.kind, correction.cause, correction.review) == (Kind.OUR_CORRECTION, Cause.REVIEW, Review.NONE)
    assert "hear of the correction" in done.outcome
    said = told(reader, 3)
    assert "CORRECTION" in said
    assert "we reported 60 g" in correction.summary
    assert holds(reader, HOLDS) == "45"
    assert [each.decision for each in review.decided(reader)] == [Decision.EDITED]


def test_a_repeal_that_is_rejected_leaves_the_rule_in_force(reader: Workspace) -> None:
    with reader.database.read() as conn:
        (held,) = [each for each in queries.versions_of(conn) if each.current and each.key == HOLDS]
    assert holds(reader, HOLDS) == "30"
    crawl(reader, page(amended(s1=LESS)), BEGAN + DAY)
    (item,) = asked(reader)
    reject(reader, item.id, by(2))
    (again,) = believed(reader, HOLDS)
    assert (again.value, again.valid, again.passage) == (held.value, held.valid, held.passage)


def test_a_difference_from_the_baseline_that_is_rejected_leaves_what_was_read(
    database_url: str, tmp_path: Path
) -> None:
    here = seeded.opened(seeded.install(tmp_path), database_url)
    now = datetime.now(UTC)
    (change,) = seeded.crawl(here, seeded.page("60 grams"), now).changes
    done = reject(here, change.id, By("M. Keller", "the coder misread", now + DAY))
    assert "The rules show 60 g, as the text was read" in done.outcome
    assert f"tracker review edit {change.id}" in done.outcome
    assert holds(here, seeded.HOLDS) == "60"
    here.database.close()


# ── Whatever happens ────────────────────────────────────────────────────────────────────────────────────────────────

PAGES = [amended(s1=one, s3=other) for one in (HOLD, LESS, MORE, OTHER) for other in (VISIT, SIX)]
STEPS = st.tuples(st.integers(0, len(PAGES) - 1), st.sampled_from(["", "accept", "reject", "edit", "narrow"]))


@given(st.lists(STEPS, min_size=1, max_size=6))
@settings(max_examples=25)
def test_no_decision_rewrites_the_past_or_leaves_two_values_on_one_day(steps: list[tuple[int, str]]) -> None:
    with TemporaryDirectory() as folder, running(install(Path(folder))) as here:
        crawl(here, page(), BEGAN)
        before: dict[str, Version] = {}
        made = 0
        for number, (which, decision) in enumerate(steps, 1):
            crawl(here, page(PAGES[which], str(number)), BEGAN + number * DAY)
            for item in asked(here) if decision else ():
                made += decide(here, item, decision, number)
            with here.database.read() as conn:
                now = {each.id: each for each in queries.versions_of(conn)}
            assert all(replace(now[id_], recorded_to=each.recorded_to) == each for id_, each in before.items())
            assert all(now[id_].recorded_to == each.recorded_to for id_, each in before.items() if each.recorded_to)
            held = [each for each in now.values() if each.current]
            assert not any(
                one.key == other.key and one.valid.overlaps(other.valid) for one, other in combinations(held, 2)
            )
            before = now
        assert len(review.decided(here)) == made
        assert all(
            each.review is not Review.WAITING or each.id in {w.id for w in asked(here)} for each in recorded(here)
        )


def decide(here: Workspace, item: ReviewItem, decision: str, day: int) -> bool:
    """Whether a decision could be made."""
    about = (here, item.id)
    value = "P3M" if item.key == VISITS else '{"number": 25, "unit": "g", "bound": "max"}'
    narrow = {"cohort": "standard"} if item.key == VISITS else {"age": "minor"}
    try:
        if decision in ("accept", "reject"):
            (accept if decision == "accept" else reject)(*about, by(day + 0.5))
        else:
            edit(*about, Statement(value, narrow if decision == "narrow" else None, None, "section 2"), by(day + 0.5))
    except OperatorError:
        return False
    return True


# ── A held run, and wrong use ───────────────────────────────────────────────────────────────────────────────────────


def test_a_held_run_is_seen_and_not_asked_again_for_the_same_reason(reader: Workspace) -> None:
    crawl(reader, b"<html><body>nothing</body></html>", BEGAN + DAY)
    (held,) = review.waiting(reader)
    with pytest.raises(OperatorError, match="cannot be rejected: repair the declaration of nl/rules"):
        reject(reader, held.item.id, by(2))
    with pytest.raises(OperatorError, match="states no value"):
        edit(reader, held.item.id, Statement("P6M"), by(2))
    accept(reader, held.item.id, by(2))
    assert review.waiting(reader) == []
    crawl(reader, b"<html><body>nothing </body></html>", BEGAN + 3 * DAY)
    assert review.waiting(reader) == []
    crawl(reader, b"\x00\x01", BEGAN + 4 * DAY)
    assert [each.item.kind for each in review.waiting(reader)] == [ReviewKind.HELD]


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        (Statement("6 months"), "--value: found '6 months'"),
        (Statement('{"number": 6}'), "--value: unit: Field required"),
        (Statement("P6M", {"shape": "round"}), "--qualifier: "),
    ],
)
def test_a_statement_that_cannot_be_is_refused_and_leaves_nothing(lost: Workspace, said: Statement, wrong: str) -> None:
    (item,) = asked(lost)
    with pytest.raises(OperatorError, match=wrong):
        edit(lost, item.id, said, by(2))
    assert asked(lost) == [item]
    assert review.decided(lost) == []


def test_nothing_is_decided_without_a_name_and_a_reason_nor_twice(critical: Workspace) -> None:
    (item,) = asked(critical)
    for name, reason in (("", "because"), ("M. Keller", " ")):
        with pytest.raises(OperatorError, match="needs a name and a reason"):
            accept(critical, item.id, By(name, reason, BEGAN))
    with pytest.raises(UnknownName, match="Unknown review item 'nonsense'"):
        accept(critical, "nonsense", by(2))
    accept(critical, item.id, by(2))
    for decide in (accept, reject):
        with pytest.raises(OperatorError, match="does not wait for a decision; it is accepted"):
            decide(critical, item.id, by(3))


def test_every_decision_stays_on_record(lost: Workspace) -> None:
    (item,) = asked(lost)
    reject(lost, item.id, by(2, "another matter"))
    crawl(lost, page(amended(s3=SIX.replace("six (6)", "nine (9)"))), BEGAN + 3 * DAY)
    edit(lost, item.id, Statement("P9M"), by(4, "read it"))
    newest, first = review.decided(lost)
    assert [(each.decision, each.by, each.reason, each.at) for each in (first, newest)] == [
        (Decision.REJECTED, "M. Keller", "another matter", BEGAN + 2 * DAY),
        (Decision.EDITED, "M. Keller", "read it", BEGAN + 4 * DAY),
    ]
    assert (newest.item, newest.key, newest.opened_at) == (item.id, VISITS, BEGAN + 3 * DAY)
    found = case(lost, item.id, BEGAN + 5 * DAY)
    assert [each["decision"] for each in found["decisions"]] == ["rejected", "edited"]
    assert not found["waits"]


# ── What a person is shown ──────────────────────────────────────────────────────────────────────────────────────────


def same_as_golden(name: str, found: str) -> None:
    golden = GOLDENS / name
    if not golden.is_file():
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(found, "utf-8")
        pytest.fail(f"{golden.name} was missing and has been written: read it, then run again")
    assert golden.read_text("utf-8") == found


def golden(here: Workspace, name: str, id_: str, days: float) -> None:
    found = json.dumps(case(here, id_, BEGAN + days * DAY)).replace(str(here.settings.home), "HOME")
    same_as_golden(f"review-{name}.txt", as_text(json.loads(found)))


def test_a_lawyer_can_read_a_re_coding_request(lost: Workspace) -> None:
    (item,) = asked(lost)
    golden(lost, "recode", item.id, 3)


def test_a_lawyer_can_read_a_lost_passage_without_a_proposal(reader: Workspace) -> None:
    crawl(reader, page(amended(s1=OTHER)), BEGAN + DAY)
    (item,) = asked(reader)
    golden(reader, "lost", item.id, 1.5)
    reject(reader, item.id, by(2, "the limit was struck out; the new one is not published yet"))
    golden(reader, "lost-decided", item.id, 3)


def test_a_lawyer_can_read_a_critical_change(critical: Workspace) -> None:
    told(critical, 2.5)
    (item,) = asked(critical)
    shown = case(critical, item.id, BEGAN + 3 * DAY)
    assert [each["unverified"] for each in shown["told"]] == [True]
    (warned,) = shown["told"]
    text = as_text(json.loads(json.dumps(shown).replace(str(critical.settings.home), "HOME")))
    same_as_golden("review-critical.txt", text.replace(warned["subscription"], "SUBSCRIPTION"))


def test_a_lawyer_can_read_a_held_run(reader: Workspace) -> None:
    crawl(reader, b"<html><body><p>nothing</p></body></html>", BEGAN + DAY)
    (held,) = review.waiting(reader)
    golden(reader, "held", held.item.id, 2)


def test_a_lawyer_can_read_a_change_that_was_noticed_late(database_url: str, tmp_path: Path) -> None:
    here = seeded.opened(seeded.install(tmp_path), database_url)
    at = datetime.combine(date(2031, 5, 5), time(9), UTC)
    (change,) = seeded.crawl(here, seeded.page("60 grams"), at).changes
    golden(here, "late", change.id, 1)
    here.database.close()


def test_hostile_words_do_not_steer_a_terminal(reader: Workspace) -> None:
    evil = SIX.replace("practitioner", "practitioner\u202e").replace("person", "person\u001b[2J")
    crawl(reader, page(amended(s3=evil)), BEGAN + DAY)
    (item,) = asked(reader)
    text = as_text(case(reader, item.id, BEGAN + 2 * DAY))
    assert "\u202e" not in text
    assert "\u001b" not in text


def test_minors_are_left_alone(lost: Workspace) -> None:
    (version,) = believed(lost, MINORS)
    assert replace(version, id="").level is Level.CODED
