"""`tracker demo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from tracker.services.workspace import Workspace


@click.command()
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("demo-digests"),
    show_default=True,
    help="Folder for the digests.",
)
@click.option("--keep", is_flag=True, help="Leave the site up, its pages in ./demo-site/: change the law yourself.")
@click.option("--serve", "pages", is_flag=True, help="Open the web pages on the result, until Ctrl-C.")
def command(out: Path, keep: bool, pages: bool) -> int:
    """The whole job, offline, in a few seconds: an invented regulators' site is crawled, changes, and is crawled again.

    Example: tracker demo --keep
    """
    from rich.console import Console

    from tracker.demo.run import run_demo
    from tracker.demo.screen import Screen
    from tracker.logs import configure

    configure()
    run_demo(out, keep, Screen(Console(highlight=False)), serve_pages if pages else None)
    return 0


def serve_pages(here: Workspace) -> None:
    """The web pages on a workspace, on a port that is free, until Ctrl-C."""
    from tracker import daemon

    options = daemon.Options(port=0, parts=(daemon.Part.WEB,))
    daemon.serve(here, options, lambda address: click.echo(f"   Web pages: {address}   (Ctrl-C ends them)"))
