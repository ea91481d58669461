"""`tracker baseline`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from tracker.cli import context


@click.group()
def command() -> None:
    """What a new database starts from: values read in official texts before any crawl."""


@command.command()
@click.argument("files", nargs=-1, type=click.Path(exists=True, dir_okay=False, path_type=Path), metavar="[FILE]...")
def check(files: tuple[Path, ...]) -> int:
    """Check baselines against the vocabulary, their dates and the kind of text each value stands in.

    Without FILE all baselines that this installation would use are checked.

    Example: tracker baseline check
    """
    from tracker.domain.baseline import Baseline
    from tracker.errors import DeclarationError
    from tracker.extract.baselines import load_baseline

    here = context.workspace()
    found: list[Baseline] = []
    problems: list[DeclarationError] = []
    for path in files:
        try:
            found.append(load_baseline(path, here.words))
        except DeclarationError as error:
            problems.append(error)
    if not files:
        found, problems = list(here.baselines.found), list(here.baselines.problems)
    for mistake in problems:
        click.echo(f"tracker: {mistake}", err=True)
    coded, replayed = sum(len(each.coded) for each in found), sum(len(each.replayed) for each in found)
    click.echo(f"{len(found)} jurisdictions, {coded} coded values, {replayed} read from recorded texts")
    return int(bool(problems))


@command.command()
@click.argument("path", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--check", "only_check", is_flag=True, help="Write nothing; say which files would change.")
def write(path: Path, only_check: bool) -> int:
    """Replay recorded official texts and write what was read into the baselines of their jurisdictions.

    PATH is a folder with a MANIFEST.tsv, as for `tracker replay`. What people wrote in a baseline stays as it is.

    Example: tracker baseline write recordings --check
    """
    from tracker.cli.output import progress
    from tracker.services.baseline import baseline_path, written

    here = context.workspace()
    with progress("replaying", 0) as advance:
        texts = written(here, path, advance)
    differing = []
    for jurisdiction, text in texts.items():
        file = baseline_path(jurisdiction)
        same = file.is_file() and file.read_text("utf-8") == text
        if not same:
            differing.append(file)
        if not same and not only_check:
            file.parent.mkdir(exist_ok=True)
            file.write_text(text, "utf-8")
        click.echo(f"{jurisdiction}: {'as it is' if same else 'differs' if only_check else 'written'}")
    return int(bool(differing) and only_check)


@command.command()
def mark() -> int:
    """Print the fingerprint of a passage given on standard input, as a baseline writes it.

    The words themselves stay out of the file: they belong to their publisher.

    Example: echo "a patient may keep thirty (30) grams" | tracker baseline mark
    """
    from tracker.errors import OperatorError
    from tracker.extract.fingerprint import fingerprint

    found = fingerprint(sys.stdin.read())
    if not found.words:
        raise OperatorError(
            "There are no words on standard input; give the passage there: tracker baseline mark < FILE."
        )
    click.echo(f"passage: {{sha256: {found.sha256}, words: {found.words}}}")
    return 0
