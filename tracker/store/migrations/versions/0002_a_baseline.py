"""Values that no crawl has met yet, and where each jurisdiction's baseline was taken over."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("rule_version", sa.Column("coding", sa.Text()))
    op.create_table(
        "baseline",
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("jurisdiction", name="pk_baseline"),
    )
