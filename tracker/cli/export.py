"""`tracker export`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from tracker.cli import context
from tracker.errors import OperatorError


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")
@click.option("--known-at", metavar="TIME", help="What was known at a past instant; a bare day means its end.")
@click.option("--parquet", is_flag=True, help="Write rules, versions and changes as Parquet too (needs pyarrow).")
def command(folder: Path, known_at: str | None, parquet: bool) -> int:
    """Write the whole dataset for analysts: CSV and JSON Lines with a codebook and a data-package description.

    DIR is made, or replaced where it holds an earlier export. The instant stands in datapackage.json: given again
    with --known-at, it makes the same bytes from the same records.

    Exit code 1 where a declaration or a baseline cannot be used; all that is recorded is exported.

    Example: tracker export dataset
    """
    from tracker.cli.output import progress
    from tracker.services.export import export, steps
    from tracker.store.queries import coverage

    here = context.workspace()
    here.start()
    now = datetime.now(UTC)
    at = context.instant(known_at, "--known-at") or now
    if at > now:
        raise OperatorError(f"--known-at {known_at} is still to come; leave it out to export what is known now.")
    with progress("thousands of records", steps(here, at)) as advance:
        counts = export(here, folder, at, parquet=parquet, progress=advance)
    click.echo(f"{folder}: " + ", ".join(f"{number:,} {table}" for table, number in counts.items()))
    click.echo(f"As known at {at.isoformat()}.")
    if not counts["versions"]:
        with here.database.read() as conn:
            first = min((each.first_recorded_at for each in coverage(conn)), default=None)
        click.echo("Nothing was recorded by then" + (f"; records begin at {first.isoformat()}." if first else "."))
    problems = [*here.declarations.problems, *here.baselines.problems]
    for problem in problems:
        click.echo(f"tracker: {problem}", err=True)
    return int(bool(problems))
