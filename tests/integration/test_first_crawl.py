"""The first crawl of what a baseline knew: silent where it agrees, a question to a person where it differs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.integration.seeded import (
    BASELINE,
    DAY,
    DECLARATION,
    HOLDS,
    LISTS,
    NOW,
    Program,
    Start,
    crawl,
    follow,
    held,
    install,
    opened,
    page,
    recorded,
    temporary,
    told,
)
from tests.integration.store_sample import sighting, version
from tracker.domain.baseline import Baseline
from tracker.domain.change import Kind, Review
from tracker.domain.reconcile import Plan
from tracker.domain.rule import Level
from tracker.domain.subscription import Wish
from tracker.extract.replayed import Replayed, replayed_from, rows_of
from tracker.services import answers, digest, review
from tracker.services.answers import Question
from tracker.services.baseline import take_over_all
from tracker.services.workspace import Workspace
from tracker.store import changes, queries, rules

Json = dict[str, Any]


@pytest.fixture
def here(start: Start, tmp_path: Path) -> Workspace:
    """An installation that starts from the baseline."""
    return start(install(tmp_path))


def rule(here: Workspace, topic: str, at: datetime | None = None) -> Json:
    with here.database.read() as conn:
        shown = answers.rules(conn, here.words, Question("NL", known_at=at), datetime.now(UTC))
    found: list[Json] = [each for each in shown["rules"] if each["topic"] == topic]
    assert len(found) == 1
    return found[0]


def test_before_any_crawl_a_value_says_which_text_it_was_coded_from(here: Workspace) -> None:
    shown = rule(here, "possession_limit")
    assert (shown["display"], shown["level"], shown["quote"], shown["snapshot"]) == ("30 g", "coded", None, None)
    assert shown["evidence"] == "coded from the official text of 9 February 2019, not yet confirmed by a crawl"
    assert shown["since"] == "as it stands in the official text of 9 February 2019"
    assert shown["coding"]["passages"][0]["words"] == 13
    follow(here)
    first = told(here, NOW)
    assert "Where things stand" in first
    assert "coded from the official text of 9 February 2019, not yet confirmed by a crawl" in " ".join(first.split())


def test_a_first_crawl_that_agrees_attaches_the_quote_in_silence(here: Workspace) -> None:
    follow(here)
    told(here, NOW)
    report = crawl(here, page())
    assert (report.outcome, report.first, report.changes) == ("changed", True, ())
    shown = rule(here, "possession_limit")
    assert (shown["level"], shown["origin"], shown["coding"]) == ("read", "crawl", None)
    assert shown["quote"] == "registered patient may keep no more than 30 grams of dried flower"
    assert (shown["valid_from"], shown["source"]) == ("2019-02-09", "nl/rules")
    assert "confirmed" in shown["evidence"]
    assert "not yet confirmed" not in shown["evidence"]
    assert rule(here, "access_model")["level"] == "coded", "no declaration reads it"
    assert recorded(here.database) == []
    assert review.waiting(here) == []
    for days in (1, 8, 40):
        assert told(here, datetime.now(UTC) + days * DAY) == ""


def test_what_was_believed_before_the_crawl_stays_on_record(here: Workspace) -> None:
    before = {each.id: each for each in held(here.database)}
    known_at = datetime.now(UTC)
    crawl(here, page())
    with here.database.read() as conn:
        after = {each.id: each for each in queries.versions_of(conn)}
    assert {id_: replace(after[id_], recorded_to=None) for id_ in before} == before
    assert rule(here, "possession_limit", known_at)["level"] == "coded"


def test_a_rule_that_no_baseline_has_is_read_for_the_first_time_without_a_change(here: Workspace) -> None:
    assert crawl(here, page()).changes == ()
    shown = rule(here, "supply_limit")
    assert (shown["display"], shown["level"]) == ("60 g", "read")


@pytest.mark.parametrize("grams", ["60 grams", "10 grams"])
def test_a_first_crawl_that_differs_asks_a_person_and_is_no_news_until_one_has_decided(
    here: Workspace, grams: str
) -> None:
    follow(here)
    told(here, NOW)
    (changed,) = crawl(here, page(grams)).changes
    today = datetime.now(UTC).date()
    assert (changed.kind, changed.review, changed.noticed_late) == (Kind.VALUE_CHANGED, Review.WAITING, True)
    assert f"changed between 9 February 2019 and {today.day} {today:%B %Y}" in changed.summary
    assert rule(here, "possession_limit")["display"] == grams.replace("grams", "g"), "it is shown at once"
    assert [each.item.id for each in review.waiting(here)] == [changed.id]
    for days in (0, 1, 2, 8, 40):
        assert told(here, datetime.now(UTC) + days * DAY) == ""
    review.decide(here, changed.id, Review.ACCEPTED, "M. Keller", "read both texts", datetime.now(UTC) + 41 * DAY)
    said = " ".join(told(here, datetime.now(UTC) + 42 * DAY).split())
    assert "changed between 9 February 2019 and" in said
    assert grams.replace("grams", "g") in said
    assert "UNVERIFIED" not in said
    assert told(here, datetime.now(UTC) + 43 * DAY) == ""
    assert review.waiting(here) == []


def test_a_difference_that_a_person_rejects_is_told_to_nobody(here: Workspace) -> None:
    follow(here)
    told(here, NOW)
    (changed,) = crawl(here, page("60 grams")).changes
    review.decide(here, changed.id, Review.REJECTED, "M. Keller", "the coder misread", datetime.now(UTC))
    assert told(here, datetime.now(UTC) + 8 * DAY) == ""


def test_a_person_accepts_on_the_command_line_and_then_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tracker = Program(install(tmp_path), monkeypatch, capsys)
    here = opened(tmp_path)
    follow(here)
    assert "Where things stand" in tracker("digest", "send")[1]
    crawl(here, page("60 grams"))
    here.database.close()
    assert "Nothing has changed" in tracker("digest", "send")[1]
    (waits,) = tracker.json("review", "list")
    assert "changed between 9 February 2019 and" in waits["what"]
    (shown,) = tracker.json("changes")
    assert (shown["id"], shown["review"], shown["valid_from_basis"]) == (waits["id"], "waiting", "first_seen")
    assert tracker("review", "accept", waits["id"], "--by", "M. Keller", "--reason", "read both texts")[0] == 0
    assert "30 g → 60 g" in tracker("digest", "send")[1]


def test_a_preview_tells_nothing_that_waits(here: Workspace) -> None:
    crawl(here, page("60 grams"))
    now = datetime.now(UTC) + 3 * DAY
    found, _ = digest.preview(here, Wish(("NL",)), now - 30 * DAY, now)
    assert found.entries == ()


def test_nobody_is_told_that_nothing_changed_while_a_difference_waits(here: Workspace) -> None:
    follow(here, even_when_quiet=True)
    told(here, NOW)
    crawl(here, page("60 grams"))
    said = told(here, datetime.now(UTC) + 3 * DAY)
    assert "No confirmed change" in said
    assert "] No change" not in said


def test_what_changes_after_the_first_crawl_is_news(here: Workspace) -> None:
    follow(here)
    told(here, NOW)
    crawl(here, page())
    (changed,) = crawl(here, page("60 grams"), datetime.now(UTC) + DAY).changes
    assert (changed.review, changed.noticed_late) == (Review.NONE, False)
    assert "30 g → 60 g" in changed.summary
    assert "60 g" in told(here, datetime.now(UTC) + 2 * DAY)


def test_a_page_that_no_longer_has_the_passage_changes_nothing(here: Workspace) -> None:
    before = held(here.database)
    body = page().replace(b"registered patient may keep", b"patient on the register is allowed")
    report = crawl(here, body)
    assert report.outcome == "held"
    assert [each for each in held(here.database) if each.key == HOLDS] == [each for each in before if each.key == HOLDS]
    assert recorded(here.database) == []


def test_a_list_that_lost_a_condition_since_it_was_coded_waits_for_a_person(here: Workspace) -> None:
    (changed,) = crawl(here, page(conditions=("chronic pain",))).changes
    assert (changed.kind, changed.review) == (Kind.SET_CHANGED, Review.WAITING)
    assert "removed Epilepsy" in changed.summary
    assert "changed between" in changed.summary


def test_how_much_of_a_list_a_coder_read_is_no_difference_of_law(start: Start, tmp_path: Path) -> None:
    silent = DECLARATION.replace("    attrs: {{list_type: closed}}\n", "")
    here = start(install(tmp_path, declaration=silent))
    assert crawl(here, page()).changes == ()
    assert rule(here, "qualifying_conditions")["level"] == "read"


@pytest.mark.parametrize(("starts", "words"), [("2018-06-01", "from 1 June 2018"), ("2018-06", "June 2018")])
def test_a_crawl_invents_no_day_that_the_text_does_not_state(
    start: Start, tmp_path: Path, starts: str, words: str
) -> None:
    dated = BASELINE.replace("    citation: Access Rules, s. 1\n", f"    citation: s. 1\n    valid_from: {starts}\n")
    here = start(install(tmp_path, dated))
    assert rule(here, "possession_limit")["since"].endswith(words)
    assert crawl(here, page()).changes == ()
    shown = rule(here, "possession_limit")
    assert shown["level"] == "read"
    assert shown["since"] != "from 30 June 2018"


# ── Temporary law ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_temporary_law_of_a_baseline_is_temporary_and_then_unknown(start: Start, tmp_path: Path) -> None:
    ends = datetime.now(UTC).date() + timedelta(90)
    here = start(install(tmp_path, BASELINE + temporary(ends.isoformat())))
    shown = rule(here, "supply_limit")
    assert (shown["status"], shown["valid_to"]) == ("temporary", ends.isoformat())
    with here.database.read() as conn:
        later = answers.rules(conn, here.words, Question("NL", as_of=ends), datetime.now(UTC))
    assert {each["topic"]: each["status"] for each in later["rules"]}["supply_limit"] == "unknown"


def test_an_end_that_has_passed_and_a_text_that_still_says_so_wait_for_a_person(start: Start, tmp_path: Path) -> None:
    here = start(install(tmp_path, BASELINE + temporary("2021-01-01")))
    assert rule(here, "supply_limit")["status"] == "unknown"
    follow(here)
    told(here, NOW)
    (changed,) = crawl(here, page()).changes
    assert (changed.key.topic, changed.review) == ("supply_limit", Review.WAITING)
    assert told(here, datetime.now(UTC) + 8 * DAY) == ""


def test_an_end_that_a_person_read_is_not_forgotten_by_a_reader_that_sees_no_ends(start: Start, tmp_path: Path) -> None:
    ends = datetime.now(UTC).date() + timedelta(90)
    here = start(install(tmp_path, BASELINE + temporary(ends.isoformat())))
    assert crawl(here, page()).changes == ()
    shown = rule(here, "supply_limit")
    assert (shown["level"], shown["status"], shown["valid_to"]) == ("read", "temporary", ends.isoformat())


def test_temporary_law_that_differs_waits_for_a_person(start: Start, tmp_path: Path) -> None:
    ends = datetime.now(UTC).date() + timedelta(90)
    here = start(install(tmp_path, BASELINE + temporary(ends.isoformat())))
    follow(here)
    told(here, NOW)
    (changed,) = crawl(here, page(supply="90 grams")).changes
    assert (changed.key.topic, changed.review, changed.noticed_late) == ("supply_limit", Review.WAITING, True)
    assert told(here, datetime.now(UTC) + 8 * DAY) == ""


# ── Read from recorded texts ────────────────────────────────────────────────────────────────────────────────────────


def learnt(home: Path, *pages: tuple[bytes, datetime]) -> Replayed:
    """What a replay of recorded pages teaches, as a baseline file holds it."""
    here = opened(install(home), baseline=False)
    for body, at in pages:
        crawl(here, body, at)
    with here.database.read() as conn:
        versions = queries.versions_of(conn)
        seen = rules.sightings(conn, {each.key for each in versions})
        taught = Replayed(
            tuple(versions),
            tuple(each.change for each in changes.changes(conn)),
            tuple(each for by_source in seen.values() for each in by_source.values()),
        )
    here.database.close()
    return replayed_from(rows_of(taught, "tracker reader 2", {"nl/rules": "regulation"}), "NL")


def two_editions(folder: Path) -> Baseline:
    """20 grams in 2020, 30 grams from 2021."""
    first, second = datetime(2020, 5, 1, tzinfo=UTC), datetime(2021, 5, 1, tzinfo=UTC)
    taught = learnt(folder, (page("20 grams"), first), (page("30 grams"), second))
    return Baseline("NL", "recorded", replayed=taught.versions, changes=taught.changes, sightings=taught.sightings)


@pytest.fixture
def recorded_texts(start: Start, tmp_path: Path) -> Workspace:
    """An installation that starts from two recorded editions."""
    here = start(install(tmp_path / "home"), baseline=False)
    take_over_all(here.database, [two_editions(tmp_path / "replayed")], here.words, NOW)
    return here


def test_what_is_known_of_a_rule_already_keeps_its_own_history(start: Start, tmp_path: Path) -> None:
    here = start(install(tmp_path / "home"), baseline=False)
    own = version(key=HOLDS, source="nl/other")
    with here.database.write() as conn:
        rules.apply_plan(conn, Plan(record=(own,), sightings=(sighting(own),)), {}, NOW)
    take_over_all(here.database, [two_editions(tmp_path / "replayed")], here.words, NOW)
    assert held(here.database, HOLDS) == [own]
    assert recorded(here.database) == [], "the change of the baseline is one of a rule that is known otherwise"
    with here.database.read() as conn:
        assert set(rules.sightings(conn, [HOLDS])[HOLDS]) == {"nl/other"}
        assert set(rules.sightings(conn, [LISTS])[LISTS]) == {"nl/rules"}


def test_recorded_texts_bring_their_history_which_is_no_news(recorded_texts: Workspace) -> None:
    here = recorded_texts
    shown = rule(here, "possession_limit")
    assert (shown["display"], shown["level"], shown["quote"]) == ("30 g", "unconfirmed", None)
    assert shown["evidence"] == "read from the official text of 1 May 2021, not yet confirmed by a crawl"
    assert [(each.kind, each.review) for each in recorded(here.database)] == [(Kind.VALUE_CHANGED, Review.NONE)]
    assert "20 g → 30 g" in recorded(here.database)[0].summary
    follow(here)
    assert "Where things stand" in told(here, NOW)
    for days in (1, 40):
        assert told(here, datetime.now(UTC) + days * DAY) == ""


def test_a_first_crawl_that_agrees_with_recorded_texts_is_silent(recorded_texts: Workspace) -> None:
    here = recorded_texts
    before = recorded(here.database)
    report = crawl(here, page("30 grams"))
    assert (report.changes, report.first) == ((), True)
    assert {each.level for each in held(here.database) if each.valid.end is None} == {Level.READ}
    shown = rule(here, "possession_limit")
    assert (shown["level"], shown["valid_from"]) == ("read", "2021-05-01")
    assert shown["quote"] == "registered patient may keep no more than 30 grams of dried flower"
    assert recorded(here.database) == before


def test_a_first_crawl_that_differs_from_recorded_texts_waits_for_a_person(recorded_texts: Workspace) -> None:
    here = recorded_texts
    follow(here)
    told(here, NOW)
    (changed,) = crawl(here, page("60 grams")).changes
    assert (changed.review, changed.noticed_late) == (Review.WAITING, True)
    assert "changed between 1 May 2021 and" in changed.summary
    for days in (1, 8):
        assert told(here, datetime.now(UTC) + days * DAY) == ""
