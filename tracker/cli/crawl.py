"""`tracker crawl`."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING

import click

from tracker.cli.context import workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tracker.services.fetching import FetchProcess
    from tracker.services.ingest import RunReport
    from tracker.services.workspace import Workspace


@click.command()
@click.argument("names", nargs=-1, metavar="[SOURCE|JURISDICTION]...")
@click.option("--all", "everything", is_flag=True, help="Every declared source.")
@click.option("--due", is_flag=True, help="The sources that are due by their schedule.")
@click.option("--dry-run", is_flag=True, help="Fetch and read, say what would change, and write nothing.")
def command(names: tuple[str, ...], everything: bool, due: bool, dry_run: bool) -> int:
    """Fetch, archive, read and compare sources: one line each.

    Exit code 0: all read. 1: a source failed or is held. 2: wrong use.

    Example: tracker crawl ca/cannabis-regulations
    """
    if sum((bool(names), everything, due)) != 1:
        raise click.UsageError("Name sources or jurisdictions, or give --all or --due.")
    if due and dry_run:
        raise click.UsageError("--due sets when sources are due next; rehearse named sources instead.")
    from tracker.logs import configure
    from tracker.services.fetching import FetchProcess

    configure()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl-C, the child with it
    with FetchProcess() as process:
        here = workspace()
        for problem in here.declarations.problems:
            click.echo(f"tracker: {problem}", err=True)
        trouble = bool(here.declarations.problems) and everything
        for report in _reports(here, names, everything, due, dry_run, process):
            show(report)
            trouble = trouble or not report.outcome.well
    return int(trouble)


def _reports(
    here: Workspace, names: tuple[str, ...], everything: bool, due: bool, dry_run: bool, process: FetchProcess
) -> Iterator[RunReport]:
    from tracker.services.crawl import choose, crawl, rehearse
    from tracker.services.schedule import crawl_due

    if due:
        return crawl_due(here, process)
    sources = choose(here, names, everything)
    return rehearse(here, sources) if dry_run else crawl(here, sources, process)


def show(report: RunReport) -> None:
    """One line for a source, and one for each change under it."""
    line = f"{report.source}: {report.outcome.value}"
    if report.first and (report.read or report.met):
        read = f"{report.read} rules read" if report.read or not report.met else ""
        met = f"{report.met} coded values found" if report.met else ""
        line += f", {' and '.join(filter(None, (read, met)))} for the first time"
    if report.first and report.unmet:
        line += f", {report.unmet} coded values not found word for word"
    if report.reason:
        line += f": {report.reason}"
    click.echo(line)
    for change in report.changes:
        waits = (
            " [critical: recorded and shown, its announcement waits for a person]" if change.review == "waiting" else ""
        )
        click.echo(f"  {change.severity.value}, {change.direction.value}: {change.summary}{waits}")
    words = [change for change in report.text_changes if change.kind != "editorial"]
    if words:
        places = ", ".join(change.citation for change in words[:3])
        more = ", …" if len(words) > 3 else ""
        click.echo(f"  words changed in {len(words)} place{'s' if len(words) > 1 else ''} ({places}{more})")
