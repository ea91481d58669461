"""Every edit that `tracker demo --keep` invites to, and the right answer to each."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tracker.demo import home, pages, server
from tracker.domain.change import Change
from tracker.services import answers
from tracker.services.crawl import crawl
from tracker.services.ingest import RunReport
from tracker.services.workspace import Workspace
from tracker.settings import load_settings

# `crawl` leaves the pipes of its child to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")

LAW = "arcadia/regulations.xml"


@dataclass
class Kept:
    """A site whose first state has been crawled, and that is put back before each edit."""

    folder: Path
    here: Workspace

    def edit(self, old: str, new: str, file: str = LAW) -> None:
        page = self.folder / "site" / file
        text = page.read_text("utf-8")
        assert text.count(old) == 1, old
        page.write_text(text.replace(old, new), "utf-8")

    def write(self, body: bytes) -> None:
        (self.folder / "site" / LAW).write_bytes(body)

    def crawl(self) -> RunReport:
        """Crawl the source whose page was edited; the fetching is done by a child process."""
        (report,) = crawl(self.here, [self.here.declarations.sources["xa/regulations"]])
        return report

    def rule(self, topic: str) -> str:
        """What is now known of a rule."""
        with self.here.database.read() as conn:
            question = answers.Question("XA", (topic,))
            (found,) = answers.rules(conn, self.here.words, question, datetime.now(UTC))["rules"]
        return str(found["display"])


@pytest.fixture(scope="module")
def first_state(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that holds the site and a home that has crawled it, and copies of both."""
    folder = tmp_path_factory.mktemp("kept")
    pages.publish(folder / "site", pages.Dates(datetime.now(UTC).date()))
    with server.serving(folder / "site") as base:
        here = Workspace(home.furnish(folder / "home", base))
        (report,) = crawl(here, [here.declarations.sources["xa/regulations"]])
        assert report.read == 20
        here.database.close()
        for name in ("site", "home"):
            shutil.copytree(folder / name, folder / f"{name}-first")
        yield folder


@pytest.fixture
def kept(first_state: Path) -> Iterator[Kept]:
    for name in ("site", "home"):
        shutil.rmtree(first_state / name)
        shutil.copytree(first_state / f"{name}-first", first_state / name)
    here = Workspace(load_settings({"TRACKER_HOME": str(first_state / "home")}))
    yield Kept(first_state, here)
    here.database.close()


def said(change: Change) -> tuple[str, str, str, str]:
    return change.kind.value, change.direction.value, change.severity.value, change.review.value


LAST = "<Text>terminal illness.</Text></Paragraph>"
EXPANDS = ("value_changed", "expands", "major", "none")
CRITICAL = ("value_changed", "restricts", "critical", "waiting")

CHANGES: dict[str, tuple[str, str, tuple[str, str, str, str], str]] = {
    "a number goes up": ("30 grams", "90 grams", EXPANDS, "30 g → 90 g"),
    "a number goes down": ("30 grams", "10 grams", CRITICAL, "30 g → 10 g"),
    "a number in words": ("30 grams", "sixty (60) grams", EXPANDS, "30 g → 60 g"),
    "a period gets longer": (
        "longer than one year",
        "longer than two years",
        ("value_changed", "expands", "minor", "none"),
        "1 year → 2 years",
    ),
    "a known condition is added": (
        LAST,
        f"{LAST}\n<Paragraph><Label>(g)</Label><Text>glaucoma.</Text></Paragraph>",
        ("set_changed", "expands", "major", "none"),
        "added Glaucoma",
    ),
    "a condition is removed": (
        "<Paragraph><Label>(c)</Label><Text>epilepsy;</Text></Paragraph>",
        "",
        ("set_changed", "restricts", "critical", "waiting"),
        "removed Epilepsy",
    ),
    "a profession is removed": (
        "a physician or a nurse practitioner who",
        "a physician who",
        ("set_changed", "restricts", "critical", "waiting"),
        "removed Nurse practitioner",
    ),
    "a section is renumbered": (
        "Possession in public</MarginalNote><Label>7</Label>",
        "Possession in public</MarginalNote><Label>6.1</Label>",
        ("renumbered", "neutral", "minor", "none"),
        "same rule at another place",
    ),
}


@pytest.mark.parametrize(("old", "new", "expected", "summary"), CHANGES.values(), ids=CHANGES.keys())
def test_an_edit_of_a_rule_is_reported_as_what_it_is(
    kept: Kept, old: str, new: str, expected: tuple[str, str, str, str], summary: str
) -> None:
    kept.edit(old, new)
    report = kept.crawl()
    assert (report.outcome.value, [said(change) for change in report.changes]) == ("changed", [expected]), report.reason
    assert summary in report.changes[0].summary


def test_a_section_that_moves_is_the_same_rule(kept: Kept) -> None:
    text = (kept.folder / "site" / LAW).read_text("utf-8")
    begins = text.rindex("<Section", 0, text.index("<MarginalNote>Plants"))
    ends = text.index("</Section>", begins) + len("</Section>")
    section, rest = text[begins:ends], text[:begins] + text[ends:]
    kept.write(rest.replace("</Body>", f"{section.replace('<Label>9<', '<Label>12<')}\n</Body>").encode())
    report = kept.crawl()
    assert [said(change) for change in report.changes] == [("renumbered", "neutral", "minor", "none")], report.reason
    assert kept.rule("plant_limit") == "4 plants"


SILENT = (
    ("the patient’s home", "the patient's home"),
    ("for 60 days", "for sixty (60) days"),
    ("30 grams of dried", "30\n      grams  of dried"),
    ("A patient may possess in a public place", "A PATIENT MAY POSSESS IN A PUBLIC PLACE"),
    ("<Body>", "<Body><!-- 60 grams -->"),
    ('lims:current-date="', 'lims:current-date="1'),
)


def test_edits_that_change_no_rule_are_not_reported(kept: Kept) -> None:
    for old, new in SILENT:
        kept.edit(old, new)
    report = kept.crawl()
    assert (report.outcome.value, report.changes) == ("unchanged", ()), report.reason


def test_a_renamed_thing_is_not_reported(kept: Kept) -> None:
    kept.write((kept.folder / "site" / LAW).read_bytes().replace(b"cannabis", b"marijuana"))
    report = kept.crawl()
    assert (report.outcome.value, report.changes) == ("unchanged", ()), report.reason


def rewritten(old: str, new: str) -> Callable[[Kept], None]:
    return lambda kept: kept.edit(old, new)


HELD: dict[str, tuple[Callable[[Kept], None], str]] = {
    "an unknown condition": (
        rewritten(LAST, f"{LAST}<Paragraph><Label>(g)</Label><Text>blue-moon fever.</Text></Paragraph>"),
        'the item "blue-moon fever" is not known',
    ),
    "an amount in other words": (rewritten("30 grams", "a fair amount"), "could not be read"),
    "two numbers at once": (rewritten("30 grams", "thirty (60) grams"), "two different numbers"),
    "other words for the rule": (rewritten("may possess in a public place", "may carry"), "were not found there"),
    "the file deleted": (lambda kept: (kept.folder / "site" / LAW).unlink(), "its absence says nothing about the law"),
    "rubbish": (lambda kept: kept.write(b"what is this?"), "not well-formed XML"),
    "an empty file": (lambda kept: kept.write(b""), "empty"),
    "a file cut off": (
        lambda kept: kept.write((kept.folder / "site" / LAW).read_bytes()[:4000]),
        "not well-formed XML",
    ),
    "broken XML": (rewritten("courier against", "courier & post against"), "not well-formed XML"),
    "a page of another kind": (
        lambda kept: kept.write(b"<!DOCTYPE html><html><body><h1>Moved</h1></body></html>"),
        "Expected a Justice Laws statute or regulation",
    ),
}


@pytest.mark.parametrize(("edit", "reason"), HELD.values(), ids=HELD.keys())
def test_an_edit_that_cannot_be_understood_holds_the_source_and_keeps_its_rules(
    kept: Kept, edit: Callable[[Kept], None], reason: str
) -> None:
    edit(kept)
    report = kept.crawl()
    assert (report.outcome.value, report.changes) == ("held", ()), report.reason
    assert reason in report.reason
    assert kept.rule("possession_limit") == "30 g"
    assert kept.rule("qualifying_conditions").count(",") == 5


def test_answers_txt_takes_a_page_down_and_brings_it_back(kept: Kept) -> None:
    answers_file = kept.folder / "site" / pages.ANSWERS
    calm = answers_file.read_text("utf-8")
    answers_file.write_text(f"{calm}503 {LAW}\n", "utf-8")
    failed = kept.crawl()
    assert (failed.outcome.value, failed.changes) == ("failed", ())
    answers_file.write_text(calm, "utf-8")
    assert kept.crawl().outcome.value == "unchanged"


def test_a_mended_page_is_read_again(kept: Kept) -> None:
    good = (kept.folder / "site" / LAW).read_bytes()
    kept.write(b"rubbish")
    assert kept.crawl().outcome.value == "held"
    kept.write(good.replace(b"30 grams", b"40 grams"))
    report = kept.crawl()
    assert [said(change) for change in report.changes] == [EXPANDS]
    assert kept.rule("possession_limit") == "40 g"


def test_the_names_of_the_places_say_that_they_are_invented(kept: Kept) -> None:
    codes = {source.jurisdiction for source in kept.here.declarations.sources.values()}
    assert kept.here.declarations.problems == []
    assert codes == {"XA", "XB", "XC", "XD", "XE"}
    assert all(kept.here.words.jurisdiction(code).name.endswith("(invented)") for code in codes)
