"""`tracker db`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tracker.cli import context
from tracker.errors import OperatorError

if TYPE_CHECKING:
    from tracker.settings import Settings


@click.group()
def command() -> None:
    """Upkeep of the database: upgrade, check, backup, restore."""


@command.command()
def upgrade() -> int:
    """Bring the tables and the baseline to this program; other commands do so too when they first open the database.

    A value of the baseline that no crawl has met yet is corrected where the baseline now says otherwise; that is
    announced as a correction. Nothing else that is recorded changes.

    Example: tracker db upgrade
    """
    from tracker.services.baseline import bring_up_to_date
    from tracker.store.migrate import head

    here = context.workspace()
    with here.database.read():
        click.echo(f"The tables are at revision {head()}.")
    for correction in bring_up_to_date(here):
        click.echo(correction.summary)
    return 0


@command.command()
def check() -> int:
    """Look for damage, missing rows and two values believed on one day; changes nothing. Exit code 1: found some.

    Example: tracker db check
    """
    from tracker.store import migrate
    from tracker.store.database import Database

    url = context.workspace().settings.database
    _existing(url)
    database = Database(url)
    with database.read() as conn:
        problems = migrate.check(conn)
    database.close()
    for problem in problems:
        click.echo(problem)
    click.echo(f"{database.where}: {'in order' if not problems else f'{len(problems)} found'}.", err=True)
    return int(bool(problems))


@command.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> int:
    """Copy the database into a new FILE, whole, while others may go on writing.

    The archive and secret.key in the home are plain files: copy them after the database. PostgreSQL has pg_dump.

    Example: tracker db backup tracker-2026-03-01.db
    """
    from tracker.store.backup import back_up

    settings = context.workspace().settings
    size = back_up(_file(settings, "pg_dump --format=custom --file=FILE"), file)
    click.echo(f"{file}: {size:,} bytes. Not in it: {settings.archive} and {settings.home / 'secret.key'}.")
    return 0


@command.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def restore(file: Path) -> int:
    """Put a copy made by `tracker db backup` in the place of the database; the present one is kept beside it.

    What was sent since the copy was made is unknown to it: the next digests may tell of the same changes again.

    Example: tracker db restore tracker-2026-03-01.db
    """
    from tracker.store.backup import restore as put_back

    here = context.workspace()
    kept = put_back(file, _file(here.settings, "pg_restore --clean --dbname=NAME FILE"), datetime.now(UTC))
    with here.database.read():  # brings an older copy up to date
        click.echo(f"Restored from {file}." + (f" What was there before is kept in {kept}." if kept else ""))
    return 0


def _file(settings: Settings, instead: str) -> Path:
    """The database file; raises OperatorError for PostgreSQL, which has tools of its own."""
    from tracker.store.backup import sqlite_file

    found = sqlite_file(settings.database)
    if found is None:
        raise OperatorError(f"The database is on PostgreSQL; use `{instead}` and name the database as it does.")
    return found


def _existing(url: str) -> None:
    from tracker.store.backup import sqlite_file

    file = sqlite_file(url)
    if file is not None and not file.exists():
        raise OperatorError(f"There is no database at {file} yet; the first crawl makes it.")
