"""What the demonstration says at each step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from tracker.demo import home, pages
from tracker.domain.change import QUIET_KINDS, Review
from tracker.domain.entry import entry
from tracker.domain.source import Format
from tracker.services import answers
from tracker.services.ingest import RunReport
from tracker.store.captures import RunOutcome

if TYPE_CHECKING:
    from tracker.demo.mailbag import Letter
    from tracker.demo.screen import Screen
    from tracker.domain.change import Change
    from tracker.services.workspace import Workspace

_FORMATS = {
    Format.LIMS: "consolidated law in XML",
    Format.DCLAW: "a code in XML, one file for each section",
    Format.COMAR: "regulations in XML, and the register that amends them",
    Format.HTML: "web pages",
    Format.REGULATIONS_GOV: "documents of federal rulemaking in JSON",
}
_SHORT = {
    "access_model": "May it be prescribed",
    "prescriber_class": "By whom",
    "qualifying_conditions": "For which conditions",
    "prior_treatment_requirement": "What must have failed",
    "possession_limit": "How much",
    "authorisation_validity": "How long",
    "minor_access": "Minors",
}
_STYLES = {RunOutcome.CHANGED: "green", RunOutcome.HELD: "yellow", RunOutcome.FAILED: "yellow"}


def opening(screen: Screen) -> None:
    """What this is, and what it is not."""
    screen.title("tracker demo")
    screen.text(
        "Five regulators that do not exist, with law that is invented. Everything else is the real thing, on this "
        "machine alone: no network is used."
    )


def site_is_up(screen: Screen, base: str, here: Workspace) -> None:
    """Step 1."""
    sources = here.declarations.sources.values()
    places = {source.jurisdiction for source in sources}
    formats = {source.format for source in sources}
    screen.step(1, "A small regulators' web site starts")
    screen.verbatim(f"{base}/")
    screen.text(f"{len(sources)} sources of {len(places)} places, in {len(formats)} formats of official publishers.")


def first_crawl(screen: Screen) -> None:
    """Step 2."""
    screen.step(2, "The first crawl reads what holds today")


def first_readings(screen: Screen, reports: Sequence[RunReport], here: Workspace) -> None:
    """The sources, read for the first time."""
    for report in reports:
        what = _FORMATS[here.declarations.sources[report.source].format]
        if report.outcome.well:
            screen.row(report.source, f"{report.read:>2} rules", style="green", more=f"  {what}")
        else:
            screen.row(report.source, report.outcome.value, style="yellow", more=f"  {report.reason}")


def rules(screen: Screen, here: Workspace, code: str) -> None:
    """The rules that a clinician asks for first."""
    with here.database.read() as conn:
        answer = answers.rules(conn, here.words, answers.Question(code, tuple(_SHORT)), datetime.now(UTC))
    screen.blank()
    screen.text(f"$ tracker rules {code}", "bold")
    shown: dict[str, str] = {}
    for rule in answer["rules"]:
        shown.setdefault(rule["topic"], f"{rule['display']} ({rule['citation']})")
    for topic, question in _SHORT.items():
        if topic in shown:
            screen.row(question, shown[topic], 24)
    screen.text("Behind each: the words of the law, the archived page, and when both were last confirmed.", "dim")


def site_changes(screen: Screen) -> None:
    """Step 3."""
    screen.step(3, "The site changes, in five ways")
    screen.row("Arcadia", "the law: a patient may carry 60 grams instead of 30")
    screen.row("Borealia", 'typography: "30 days" becomes “thirty (30) days”')
    screen.row("Caldera", "a redesign: the same words in other elements")
    screen.row("Delmara", "an outage: the server answers 503")
    screen.row("Eastmere", "an error page at the old address, with status 200")


def second_crawl(screen: Screen) -> None:
    """Step 4."""
    screen.step(4, "The second crawl tells them apart")


def second_readings(screen: Screen, reports: Sequence[RunReport]) -> None:
    """The sources, read again."""
    for report in reports:
        style = _STYLES.get(report.outcome, "")
        screen.row(report.source, f"{report.outcome.value:<9}", style=style, more=f"  {_why(report)}")


def _why(report: RunReport) -> str:
    if not report.outcome.well:
        return report.reason.rstrip(".")
    told = [change for change in report.changes if change.kind not in QUIET_KINDS]
    if told:
        return f"{len(told)} rule" + ("s" if len(told) > 1 else "")
    if report.text_changes:
        return f"{len(report.text_changes)} passages printed differently; the rules are the same"
    return "not a byte is new"


def changes(screen: Screen, reports: Sequence[RunReport], here: Workspace) -> None:
    """What changed, as subscribers hear it, and what the others mean."""
    found = [change for report in reports for change in report.changes if change.kind not in QUIET_KINDS]
    screen.blank()
    screen.text("$ tracker changes", "bold")
    for change in found:
        _change(screen, change, here)
    if not found:
        screen.text("No rule has changed.")
    screen.blank()
    held = [report for report in reports if report.outcome is RunOutcome.HELD]
    failed = [report for report in reports if report.outcome is RunOutcome.FAILED]
    if held or failed:
        screen.text(
            f"{len(held)} held, because a person should look; {len(failed)} failed, and tried again later. That says "
            "nothing about the law: their rules keep their values, with the day on which they were last confirmed, and "
            "no subscriber hears that anything was banned."
        )


def _change(screen: Screen, change: Change, here: Workspace) -> None:
    told = entry(change, here.words)
    screen.text(f"{told.status}: {here.words.jurisdiction(told.jurisdiction).name}: {told.headline}", "bold green")
    for fact in told.facts:
        screen.row(f"{fact.label}", fact.text)
    for side in told.proof:
        screen.row(f"Quote, {side.label.lower()}", f"“{side.quote}”")
    newest = told.proof[0]
    screen.row("Citation", newest.citation)
    screen.row("Link", newest.url)
    if change.review is Review.WAITING:
        screen.row("Announced", "not yet: it is critical and waits for a person (`tracker review list`)")


def digests(screen: Screen, out: Path, letters: Sequence[Letter]) -> None:
    """Step 5."""
    screen.step(5, "Subscribers hear of the one real change, by e-mail and in Slack")
    screen.text("Delivered on this machine; what they got is in this folder:")
    screen.verbatim(f"{out}/")
    screen.blank()
    stems: dict[str, list[str]] = {}
    for file in (file for letter in letters for file in letter.files):
        stem, _, ending = file.name.partition(".")
        stems.setdefault(stem, []).append(f".{ending}")
    for stem, endings in stems.items():
        screen.row(stem, "  ".join(endings), 24)
    screen.blank()
    screen.row("Subject", letters[-1].subject, 10)


def what_next(screen: Screen, out: Path, stays_up: bool) -> None:
    """The last screen of a run that leaves nothing but the digests."""
    screen.title("What to try next")
    screen.commands(
        [
            ("tracker demo --keep", "the site stays: change the law yourself, and crawl it"),
            ("tracker demo --serve", "the same as web pages"),
            ("tracker source list", "the real sources that are watched"),
            ("tracker --help", "everything else"),
        ]
    )
    screen.blank()
    if stays_up:
        screen.text("The invented site stays up as long as the web pages do.")
    else:
        screen.text(f"Only {out}/ is left. Its links lead to the invented site, which has stopped.")


def change_it_yourself(screen: Screen, base: str, prefix: str) -> None:
    """The last screen of a run that stays up."""
    law = home.SITE / "arcadia" / "regulations.xml"
    screen.title("Now change the law yourself")
    screen.text(f"The site stays up at {base}/ until you press Ctrl-C. Its pages are the files in ./{home.SITE}/.")
    screen.blank()
    screen.text("1. Edit this file; for instance, write 90 instead of 60 in section 7(1):")
    screen.verbatim(f"   {law}")
    screen.text("2. In a second terminal, in this folder:")
    for command in ("crawl XA", "changes", "rules XA"):
        screen.verbatim(f"   {prefix}tracker {command}", "bold")
    screen.blank()
    screen.text("What else you can do to it, and what to expect:")
    screen.row("10 grams", "critical: shown at once, announced when a person has looked", 24)
    screen.row("add “glaucoma”", "a condition is added (section 3, as a new paragraph)", 24)
    screen.row("add a made-up disease", "held: the term is named, the list keeps its value", 24)
    screen.row("move a section", "the same rule at another place: nobody is told", 24)
    screen.row("delete the file", "held: absence says nothing about the law", 24)
    screen.row("write rubbish", "held, with the reason", 24)
    screen.blank()
    screen.text(f"./{home.SITE}/{pages.ANSWERS} takes pages down and brings them back.")
    screen.text("`tracker demo --keep` starts afresh.")


def goodbye(screen: Screen) -> None:
    """After Ctrl-C."""
    screen.blank()
    screen.text(f"The site has stopped. Its pages are still in ./{home.SITE}/.")
