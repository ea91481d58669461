"""What people are shown, what they decided of it, and what is looked for by its words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_DECIDED_BEFORE = """
INSERT INTO review_decision (item_id, kind, source_id, jurisdiction, topic, qualifier, what, opened_at, decision,
                             decided_by, decided_at, reason, outcome)
SELECT change.id, 'critical', coalesce(review_item.source_id, ''), change.jurisdiction, change.topic, change.qualifier,
       change.summary, change.observed_at, change.review, change.reviewed_by, change.reviewed_at,
       coalesce(change.review_reason, ''), ''
FROM change LEFT JOIN review_item ON review_item.id = change.id
WHERE change.reviewed_by IS NOT NULL AND change.reviewed_at IS NOT NULL
ORDER BY change.reviewed_at, change.id
"""


def upgrade() -> None:
    op.add_column("source", sa.Column("watched", sa.Text(), server_default="", nullable=False))
    for name in ("evidence", "asked", "decision"):
        op.add_column("review_item", sa.Column(name, sa.Text()))
    op.create_table(
        "review_decision",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("jurisdiction", sa.Text()),
        sa.Column("topic", sa.Text()),
        sa.Column("qualifier", sa.Text()),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text()),
        sa.PrimaryKeyConstraint("number", name="pk_review_decision"),
    )
    op.create_index("ix_review_decision_item_id", "review_decision", ["item_id"])
    op.execute(_DECIDED_BEFORE)
    op.execute(
        "UPDATE review_item SET decision = (SELECT review FROM change WHERE change.id = review_item.id)"
        " WHERE kind = 'critical' AND closed_at IS NOT NULL"
    )
