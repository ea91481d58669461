"""The pages as a browser gets them: what they say, and that nothing a publisher writes can do more than be read."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.integration.pages_site import Pages, declare, pages, parsed
from tests.integration.store_sample import DAY, KEY, NOW, amendment_plan, change, first_plan, grams, version
from tracker.domain.change import Direction, Review, Severity
from tracker.domain.reconcile import Plan
from tracker.domain.rule import RuleKey, Status
from tracker.domain.value import MemberSet
from tracker.store import captures as runs
from tracker.store.captures import RunOutcome
from tracker.store.database import open_database
from tracker.store.rules import apply_plan

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(2)>\u202e{{ 7 * 7 }} {% raw %}'
SCRIPT_URL = "javascript:alert(3)//"
PAGES = (
    "/",
    "/jurisdictions/CA",
    "/jurisdictions/CA?as_of=2020-01-01",
    "/changes",
    "/jurisdictions/Kanadaa",
    "/nowhere",
)


@pytest.fixture(scope="module")
def filled(migrated_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """An amended rule, temporary law in another place, hostile words everywhere, and a source that is held."""
    home = tmp_path_factory.mktemp("filled")
    shutil.copy(migrated_file, home / "tracker.db")
    declare(home, "ca/limits", "https://laws.example/a.html", title="'The limits <b>notice</b>'")
    declare(home, "us-dc/code", "https://laws.example/b.html", title="The Code", jurisdiction="US-DC")
    database = open_database(f"sqlite:///{home / 'tracker.db'}")
    first = version(grams(30), source="ca/limits")
    hostile = replace(first.passage, quote=HOSTILE, citation="<i>s. 2</i>", url=SCRIPT_URL)
    plan, new = amendment_plan(first, grams(150), date(2024, 5, 1), NOW + DAY)
    new = replace(new, passage=hostile, id="")
    seen = tuple(replace(each, passage=hostile) for each in plan.sightings)
    changed = change(first, new, at=NOW + DAY, weight=Severity.CRITICAL, review=Review.WAITING)
    plan = replace(plan, record=(plan.record[0], new), changes=(changed,), sightings=seen)
    elsewhere = RuleKey("US-DC", "possession_limit")
    lapsed = version(grams(8), date(2022, 1, 1), date(2022, 6, 1), key=elsewhere, status=Status.TEMPORARY)
    begun = change(None, lapsed, toward=Direction.RESTRICTS)
    route = version(MemberSet(members=("medical_document",)), key=RuleKey("CA", "authorisation_route"))
    with database.write() as conn:
        apply_plan(conn, first_plan(first, route), {}, NOW)
        apply_plan(conn, plan, {changed.id: f"Canada: {HOSTILE}"}, NOW + DAY)
        apply_plan(conn, Plan(record=(lapsed,), changes=(begun,)), {begun.id: "District of Columbia: 8 g."}, NOW)
        run = runs.begin_run(conn, "ca/limits", NOW)
        runs.finish_run(conn, run, RunOutcome.HELD, NOW, reason=f"no quote: {HOSTILE}")
    database.close()
    with pages(home) as site:
        yield site


@pytest.fixture
def empty(migrated_file: Path, tmp_path: Path) -> Iterator[Pages]:
    """A home in which nothing has happened yet."""
    shutil.copy(migrated_file, tmp_path / "tracker.db")
    declare(tmp_path, "ca/limits", "https://laws.example/a.html")
    with pages(tmp_path) as site:
        yield site


def test_the_home_page_says_how_things_stand(filled: Pages) -> None:
    home = filled.get("/")
    assert home.status == 200
    assert "Canada 2 rules · last recorded 2 March 2026" in home.words
    assert "The limits <b>notice</b> Canada · ca/limits held: a person must look" in home.words
    assert "Since 1 March 2026, 09:30 UTC. Its rules keep their values; this says nothing about the law." in home.words
    assert "The Code District of Columbia · us-dc/code not read yet Last readnever Nextnot scheduled" in home.words
    assert "2 things wait for a person" in home.words
    assert "Critical: waits for a person before it is announced." in home.words


def test_a_jurisdiction_shows_each_rule_with_its_proof(filled: Pages) -> None:
    words = filled.get("/jurisdictions/CA").words
    assert "Possession limit How much may a patient have at any moment?" in words
    assert "Adult, as this law defines it; Dried flower 150 g IN FORCE from 1 May 2024" in words
    assert "confirmed 2 March 2026" in words
    assert "Archived copy abababababab" in words
    assert "We could not read The limits <b>notice</b> since 1 March 2026 (no quote: <script>" in words
    assert "). This says nothing about the rules in it." in words
    assert "Looking for California? Its code is US-CA." in words
    assert "An empty topic says nothing about the law" in words


def test_the_past_is_answered_on_both_clocks(filled: Pages) -> None:
    assert "Dried flower 30 g" in filled.get("/jurisdictions/CA?as_of=2024-04-30").words
    assert "Dried flower 30 g" in filled.get("/jurisdictions/CA?as_of=2026-03-01&known_at=2026-03-01").words
    early = filled.get("/jurisdictions/CA?as_of=2026-03-01&known_at=2026-02-01").words
    assert "No rule is recorded for that day as known then. There are records since 1 March 2026." in early


def test_a_part_shows_what_applies_from_above(filled: Pages) -> None:
    words = filled.get("/jurisdictions/CA-ON").words
    assert "From Canada Authorisation route" in words
    assert "Applies as well. Medical document IN FORCE" in words
    assert words.count("Authorisation route") == 1  # and not also among what is not known


def test_temporary_law_whose_end_has_passed_is_not_shown_as_law(filled: Pages) -> None:
    words = filled.get("/jurisdictions/US-DC").words
    assert "Last known: 8 g UNKNOWN: its stated end, 1 June 2022, has passed" in words


@pytest.mark.parametrize("path", PAGES)
def test_what_publishers_write_stays_words(filled: Pages, path: str) -> None:
    body = filled.get(path).body
    tree = parsed(body)
    assert not tree.xpath("//script | //img | //iframe | //object | //style | //b | //i")
    assert not tree.xpath("//@style | //@*[starts-with(name(), 'on')]")
    for link in tree.xpath("//@href | //@src | //@action"):
        assert urlsplit(link).scheme in ("", "http", "https")
    assert "\u202e" not in body
    assert "49" not in tree.text_content().replace("SOR-2018-144", "")


def test_hostile_words_are_still_readable(filled: Pages) -> None:
    assert "<script>alert(1)</script>" in filled.get("/jurisdictions/CA").words
    assert "<i>s. 2</i>" in filled.get("/jurisdictions/CA").words


@pytest.mark.parametrize("path", [*PAGES, "/health", "/static/style.css", "/jurisdictions/canada", "/changes?page=0"])
def test_every_answer_forbids_what_pages_do_not_need(filled: Pages, path: str) -> None:
    headers = filled.get(path).headers
    policy = headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"


def test_an_unknown_place_is_answered_with_the_nearest(filled: Pages) -> None:
    answer = filled.get("/jurisdictions/Kanadaa")
    assert answer.status == 404
    assert "There is no jurisdiction 'Kanadaa' here. Did you mean one of these? Canada" in answer.words
    assert parsed(answer.body).xpath("//main//a/@href")[0] == "/jurisdictions/CA"
    assert filled.get("/jurisdictions/" + "x" * 5000).status == 404


def test_an_address_without_a_page_is_answered_with_the_nearest(filled: Pages) -> None:
    answer = filled.get("/change")
    assert answer.status == 404
    assert "/changes" in parsed(answer.body).xpath("//main//a/@href")


def test_a_name_leads_to_its_code_and_keeps_the_question(filled: Pages) -> None:
    answer = filled.get("/jurisdictions/canada?as_of=2020-01-01")
    assert answer.status == 307
    assert answer.headers["location"] == "/jurisdictions/CA?as_of=2020-01-01"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/jurisdictions/CA?as_of=2021-02-30", "as_of is '2021-02-30', which is no day of the calendar"),
        ("/jurisdictions/CA?known_at=now", "write it as 2021-11-16"),
        ("/changes?severity=huge", "severity is 'huge'; it can be critical, major, minor"),
        ("/changes?page=-1", "pages are numbered from 1"),
        ("/changes?page=²", "pages are numbered from 1"),
    ],
)
def test_a_question_that_cannot_be_answered_says_why(filled: Pages, path: str, said: str) -> None:
    answer = filled.get(path.replace("²", "%C2%B2"))
    assert answer.status == 400
    assert said in answer.words


def test_changes_can_be_narrowed_by_place_and_weight(filled: Pages) -> None:
    assert "8 g." in filled.get("/changes").words
    assert "8 g." in filled.get("/changes?jurisdiction=us-dc&severity=major").words
    assert "No change is recorded that fits." in filled.get("/changes?jurisdiction=US-DC&severity=critical").words
    assert "There are no more." in filled.get("/changes?page=2").words


def test_many_changes_come_in_pages(empty: Pages) -> None:
    rules = [version(grams(number), key=replace(KEY, qualifier=f"form={number}")) for number in range(1, 61)]
    with empty.workspace.database.write() as conn:
        made = tuple(change(None, each) for each in rules)
        apply_plan(
            conn,
            Plan(record=tuple(rules), changes=made),
            {each.id: f"Canada: {each.after.value}" for each in made if each.after},
            NOW,
        )
    first, second = (parsed(empty.get(f"/changes?page={page}").body) for page in (1, 2))
    assert len(first.cssselect(".change")) == 50
    assert len(second.cssselect(".change")) == 10
    assert [link.get("href") for link in first.cssselect(".pager a")] == [
        "/changes?jurisdiction=&severity=minor&page=2"
    ]
    assert [link.get("rel") for link in second.cssselect(".pager a")] == ["prev"]


def test_where_nothing_is_known_nothing_is_claimed(empty: Pages) -> None:
    home = empty.get("/").words
    assert "Nothing has been read yet." in home
    assert "No change of a rule is recorded." in home
    assert "Limits Canada · ca/limits not read yet" in home
    assert "no source has been read. That says nothing about the law." in empty.get("/jurisdictions/CA").words
    assert "no source is declared for Ontario. That says" in empty.get("/jurisdictions/CA-ON").words
    assert "no source is declared for Germany. That says nothing about the law." in empty.get("/jurisdictions/DE").words


def test_a_declaration_is_shown_as_soon_as_it_is_there(empty: Pages) -> None:
    declare(empty.workspace.settings.home, "de/notice", "https://laws.example/de.html", "Hinweis", "DE")
    (empty.workspace.settings.home / "spiders" / "de" / "broken.yml").write_text("titel: x\n")
    words = empty.get("/").words
    assert "Hinweis Germany · de/notice not read yet" in words
    assert "A declaration cannot be used:" in words


def test_health_is_good_until_a_source_is_long_overdue(empty: Pages) -> None:
    answer = empty.get("/health")
    assert answer.status == 200
    body = json.loads(answer.body)
    assert body["ok"] is True
    assert body["last_run"] is None
    assert body["sources"] == {"declared": 1, "in_trouble": 0, "late": 0}
    with empty.workspace.database.write() as conn:
        runs.set_due(conn, {"ca/limits": datetime.now(UTC) - timedelta(hours=2)})
    answer = empty.get("/health")
    assert answer.status == 503
    assert json.loads(answer.body)["sources"]["late"] == 1


def test_a_database_that_fails_is_admitted_without_details(empty: Pages) -> None:
    home = empty.workspace.settings.home
    empty.workspace.database.close()
    for path in home.glob("tracker.db*"):
        path.write_bytes(b"no database at all" * 500)
    answer = empty.get("/")
    assert answer.status == 503
    assert "The tracker cannot answer at the moment." in answer.words
    assert str(home) not in answer.body
    assert answer.headers["content-security-policy"].startswith("default-src 'none'")
    assert empty.get("/health").status == 503


def test_pages_can_be_asked_for_their_head_only(filled: Pages) -> None:
    for path in ("/", "/health", "/static/style.css"):
        answer = filled.get(path, "HEAD")
        assert (answer.status, answer.body) == (200, "")
    assert filled.get("/", "POST").status == 405


def test_there_is_no_interactive_documentation_that_needs_scripts(filled: Pages) -> None:
    for path in ("/docs", "/redoc", "/openapi.json"):
        assert filled.get(path).status == 404
