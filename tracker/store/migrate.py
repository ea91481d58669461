"""The revision of the tables: read it, judge it, bring it up to date. Alembic is imported only where there is work."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table, text

from tracker.errors import DatabaseProblem

REVISION_TABLE = "tracker_revision"
"""Not Alembic's default: on PostgreSQL another program's tables may stand beside ours."""

_MIGRATIONS = Path(__file__).resolve().parent / "migrations"
_LOCK = 0x747261636B6572  # "tracker" in ASCII

_OVERLAPS = text(
    "SELECT jurisdiction, topic, qualifier FROM ("
    " SELECT jurisdiction, topic, qualifier, valid_to,"
    "  lead(valid_from) OVER (PARTITION BY jurisdiction, topic, qualifier ORDER BY valid_from) AS next_from"
    " FROM rule_version WHERE recorded_to IS NULL) AS believed"
    " WHERE next_from IS NOT NULL AND (valid_to IS NULL OR valid_to > next_from)"
)


@cache
def known_revisions() -> tuple[str, ...]:
    """The revisions that this program knows, oldest first; each begins the name of its file."""
    return tuple(sorted(path.name.split("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*_*.py")))


def head() -> str:
    """The revision that this program wants."""
    return known_revisions()[-1]


def current(conn: Connection) -> str | None:
    """The revision of the database, or None where it has none of our tables."""
    if not inspect(conn).has_table(REVISION_TABLE):
        return None
    found: str | None = conn.execute(select(column("version_num")).select_from(table(REVISION_TABLE))).scalar()
    return found


def upgrade(conn: Connection, where: str) -> None:
    """Run the missing migrations in the caller's transaction, while no other process does."""
    if conn.dialect.name == "postgresql":
        conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    found = current(conn)
    if found == head():
        return
    if found is None and conn.dialect.name == "sqlite" and inspect(conn).get_table_names():
        raise DatabaseProblem(f"The database {where} belongs to another program; use another TRACKER_HOME.")
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": conn})
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    command.upgrade(config, "head")


def check(conn: Connection) -> list[str]:
    """What is wrong with the database, one sentence each; empty where all is well."""
    found = current(conn)
    if found != head():
        return [f"The tables are at revision {found or 'none'}, this program wants {head()}; run `tracker db upgrade`."]
    problems = []
    if conn.dialect.name == "sqlite":
        problems += [f"Damage: {row[0]}." for row in conn.execute(text("PRAGMA quick_check")) if row[0] != "ok"]
        broken = conn.execute(text("PRAGMA foreign_key_check")).all()
        problems += [f"A row of {row[0]} points to a row of {row[2]} that is missing." for row in broken]
    for jurisdiction, topic, qualifier in conn.execute(_OVERLAPS):
        problems.append(f"Two values are believed on one day: {jurisdiction} {topic} {qualifier}".rstrip() + ".")
    return problems
