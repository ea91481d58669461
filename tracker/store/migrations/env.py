"""Runs migrations on the connection that tracker.store.migrate hands over, or for `alembic revision --autogenerate`."""

from __future__ import annotations

import os
from typing import Literal

from alembic import context
from sqlalchemy import Connection

from tracker.store.database import Database
from tracker.store.migrate import REVISION_TABLE
from tracker.store.tables import metadata
from tracker.store.types import UTCDateTime


def _plainly(kind: str, item: object, _context: object) -> str | Literal[False]:
    # A migration says what a column was on its day; our own types may change later.
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UTCDateTime) else False


def _run(conn: Connection) -> None:
    context.configure(
        connection=conn,
        target_metadata=metadata,
        version_table=REVISION_TABLE,
        render_as_batch=conn.dialect.name == "sqlite",
        render_item=_plainly,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


_given: Connection | None = context.config.attributes.get("connection")
if _given is not None:
    _run(_given)
else:
    with Database(os.environ["TRACKER_DATABASE_URL"]).write() as _conn:
        _run(_conn)
