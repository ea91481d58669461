"""`tracker replay`."""

from __future__ import annotations

from pathlib import Path

import click

from tracker.cli.context import workspace


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("names", nargs=-1, metavar="[SOURCE]...")
def command(path: Path, names: tuple[str, ...]) -> int:
    """Feed recorded documents through the same code as a crawl, oldest first, on the recorded clock.

    PATH is a folder with a MANIFEST.tsv (columns path, live_url, version_date). Nobody is notified.

    Example: tracker replay recordings ca/cannabis-act
    """
    from tracker.cli.output import progress
    from tracker.services.crawl import choose
    from tracker.services.replay import recordings, replay

    installed = workspace()
    here = installed.without_baseline()
    sources = choose(here, names, everything=not names)
    found = recordings(path, sources)
    held = changes = runs = 0
    with progress("replaying", len(found.wanted)) as advance:
        for now, report in replay(here, found.wanted, advance):
            runs += 1
            held += not report.outcome.well
            if not report.outcome.well:
                click.echo(f"{now.date()} {report.source}: {report.outcome.value}: {report.reason}", err=True)
            for change in report.changes:
                changes += 1
                click.echo(f"{now.date()} {change.summary}")
    installed.start()
    click.echo(
        f"{len(found.wanted)} documents replayed in {runs} readings: {changes} rule changes, {held} readings held; "
        f"{found.unwanted} documents were left aside, because no source asked for wants them.",
        err=True,
    )
    return int(held > 0)
