"""`tracker serve`."""

from __future__ import annotations

import click

from tracker.cli import context


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="Address to listen on; only this machine reaches the default.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="0 takes any that is free."
)
@click.option(
    "--only", type=click.Choice(["web", "schedule", "work"]), multiple=True, help="Not everything: see above."
)
@click.option("--tick", type=click.FloatRange(0.1, 3600), default=30.0, hidden=True, help="Seconds between looks.")
def command(host: str, port: int, only: tuple[str, ...], tick: float) -> int:
    """Scheduler, workers and pages in one process tree, until Ctrl-C or SIGTERM.

    What is due is looked for every 30 seconds, and first at the start: what was missed is made up once. Due sources are
    crawled, and due digests sent, by the commands `tracker crawl --due` and `tracker digest send` in a child process.

    --only web serves the pages and starts nothing. --only schedule or --only work serves no pages; in this version the
    two go together, so either of them stands for both.

    Log lines go to standard error; TRACKER_LOG=warning leaves only trouble.

    Example: tracker serve --port 8080
    """
    import os

    from tracker.daemon import EVERYTHING, Options, Part, serve
    from tracker.logs import configure

    here = context.workspace()
    configure(os.environ.get("TRACKER_LOG", "info"))
    parts = frozenset(map(Part, only)) or EVERYTHING
    serve(
        here, Options(host, port, parts, tick), lambda address: click.echo(f"Pages: {address}  (Ctrl-C ends)", err=True)
    )
    return 0
