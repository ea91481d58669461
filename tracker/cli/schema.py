"""`tracker schema`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli import context

if TYPE_CHECKING:
    from tracker.domain.vocabulary import Vocabulary

_TO = click.option(
    "--to", "folder", type=click.Path(path_type=Path, file_okay=False), help="With the words of this installation."
)


@click.group()
def command() -> None:
    """The JSON Schemas published in schemas/: of declarations, vocabularies, and what `--format json` prints."""


@command.command()
@_TO
def write(folder: Path | None) -> int:
    """Write the schemas anew from the code and the vocabulary, where they differ.

    Example: tracker schema write
    """
    from tracker.services import schemas

    target, words = _choice(folder)
    target.mkdir(parents=True, exist_ok=True)
    written = schemas.write(target, words)
    for path in written:
        click.echo(path)
    if not written:
        click.echo("The schemas say what the code says; nothing is written.", err=True)
    return 0


@command.command()
@_TO
def check(folder: Path | None) -> int:
    """Compare the schemas with the code and the vocabulary; changes nothing. Exit code 1: they differ.

    Example: tracker schema check
    """
    from tracker.services import schemas

    target, words = _choice(folder)
    outdated = schemas.outdated(target, words)
    for name in outdated:
        click.echo(f"{target / name} differs from the code; run `tracker schema write`.")
    return int(bool(outdated))


def _choice(folder: Path | None) -> tuple[Path, Vocabulary]:
    """Ours, which the vocabulary that came along decides, or a folder of this installation with its own words."""
    from tracker.content import ours
    from tracker.extract.declarations import load_vocabulary

    return (folder, context.workspace().words) if folder is not None else (ours("schemas"), load_vocabulary())
