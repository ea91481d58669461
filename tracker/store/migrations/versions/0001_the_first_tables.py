"""The first tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True)
_SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "change",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("qualifier", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("severity", sa.Text(), nullable=False),
        sa.Column("before_id", sa.Text()),
        sa.Column("after_id", sa.Text()),
        sa.Column("before", sa.Text()),
        sa.Column("after", sa.Text()),
        sa.Column("observed_at", _INSTANT, nullable=False),
        sa.Column("valid_from", sa.Date()),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("review", sa.Text(), nullable=False),
        sa.Column("reviewed_by", sa.Text()),
        sa.Column("reviewed_at", _INSTANT),
        sa.Column("review_reason", sa.Text()),
        sa.Column("recorded_at", _INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_change"),
    )
    op.create_index("ix_change_after_id", "change", ["after_id"])
    op.create_index("ix_change_jurisdiction_observed_at", "change", ["jurisdiction", "observed_at"])
    op.create_index("ix_change_observed_at", "change", ["observed_at"])
    op.create_index("ix_change_recorded_at", "change", ["recorded_at"])
    op.create_index("ix_change_reviewed_at", "change", ["reviewed_at"])
    op.create_table(
        "digest_body",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("slack", sa.Text()),
        sa.PrimaryKeyConstraint("hash", name="pk_digest_body"),
    )
    op.create_table(
        "provision_text",
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_provision_text"),
    )
    op.create_table(
        "review_item",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("jurisdiction", sa.Text()),
        sa.Column("topic", sa.Text()),
        sa.Column("qualifier", sa.Text()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_at", _INSTANT, nullable=False),
        sa.Column("closed_at", _INSTANT),
        sa.Column("told_at", _INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_review_item"),
    )
    op.create_table(
        "rule_version",
        sa.Column("number", _SERIAL, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("qualifier", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date()),
        sa.Column("recorded_from", _INSTANT, nullable=False),
        sa.Column("recorded_to", _INSTANT),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("level", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("amendments", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("citation", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
        sa.CheckConstraint("recorded_to IS NULL OR recorded_to >= recorded_from", name="recorded_period"),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="valid_period"),
        sa.PrimaryKeyConstraint("number", name="pk_rule_version"),
        sa.UniqueConstraint("id", name="uq_rule_version_id"),
    )
    op.create_index(
        "ix_rule_version_bitemporal",
        "rule_version",
        ["jurisdiction", "topic", "qualifier", "valid_from", "recorded_from", "recorded_to", "status", "number"],
    )
    op.create_index(
        "uq_rule_version_current",
        "rule_version",
        ["jurisdiction", "topic", "qualifier", "valid_from"],
        unique=True,
        sqlite_where=sa.text("recorded_to IS NULL"),
        postgresql_where=sa.text("recorded_to IS NULL"),
    )
    op.create_table(
        "sighting",
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("qualifier", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("quote", sa.Text(), nullable=False),
        sa.Column("citation", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
        sa.Column("amendments", sa.Text(), nullable=False),
        sa.Column("endings", sa.Text(), nullable=False),
        sa.Column("confirmed_at", _INSTANT, nullable=False),
        sa.Column("lost", sa.Boolean(), nullable=False),
        sa.Column("lost_since", _INSTANT),
        sa.PrimaryKeyConstraint("jurisdiction", "topic", "qualifier", "source_id", name="pk_sighting"),
    )
    op.create_index("ix_sighting_source_id", "sighting", ["source_id"])
    op.create_table(
        "source",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text()),
        sa.Column("last_run_id", sa.BigInteger()),
        sa.Column("last_read_at", _INSTANT),
        sa.Column("last_ok_at", _INSTANT),
        sa.Column("outcome", sa.Text()),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("trouble", sa.Text()),
        sa.Column("since", _INSTANT),
        sa.Column("told", sa.Text(), server_default="ok", nullable=False),
        sa.Column("told_at", _INSTANT),
        sa.Column("next_due_at", _INSTANT),
        sa.Column("claimed_until", _INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_source"),
    )
    op.create_index("ix_source_next_due_at", "source", ["next_due_at"])
    op.create_table(
        "subscription",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("target_encrypted", sa.LargeBinary(), nullable=False),
        sa.Column("target_hash", sa.Text(), nullable=False),
        sa.Column("wish", sa.Text(), nullable=False),
        sa.Column("wish_hash", sa.Text(), nullable=False),
        sa.Column("timing", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.Column("confirmed_at", _INSTANT),
        sa.Column("confirmed_by", sa.Text(), nullable=False),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("next_due_at", _INSTANT),
        sa.Column("covered_until", _INSTANT),
        sa.Column("claimed_until", _INSTANT),
        sa.Column("removed_at", _INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_subscription"),
    )
    op.create_index("ix_subscription_next_due_at", "subscription", ["next_due_at"])
    op.create_index(
        "uq_subscription_live",
        "subscription",
        ["target_hash", "wish_hash"],
        unique=True,
        sqlite_where=sa.text("removed_at IS NULL"),
        postgresql_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "digest",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("subscription_id", sa.Text(), nullable=False),
        sa.Column("period_key", sa.Text(), nullable=False),
        sa.Column("since", _INSTANT, nullable=False),
        sa.Column("until", _INSTANT, nullable=False),
        sa.Column("body_hash", sa.Text(), nullable=False),
        sa.Column("created_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["body_hash"], ["digest_body.hash"], name="fk_digest_body_hash"),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name="fk_digest_subscription_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_digest"),
        sa.UniqueConstraint("subscription_id", "period_key", name="uq_digest_subscription_id_period_key"),
    )
    op.create_index("ix_digest_body_hash", "digest", ["body_hash"])
    op.create_table(
        "document",
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text()),
        sa.Column("last_modified", sa.Text()),
        sa.Column("first_seen_at", _INSTANT, nullable=False),
        sa.Column("fetched_at", _INSTANT, nullable=False),
        sa.Column("confirmed_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_document_source_id"),
        sa.PrimaryKeyConstraint("source_id", "document_id", name="pk_document"),
    )
    op.create_table(
        "provision",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("citation", sa.Text(), nullable=False),
        sa.Column("heading", sa.Text(), nullable=False),
        sa.Column("text_hash", sa.Text(), nullable=False),
        sa.Column("standing", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date()),
        sa.Column("recorded_from", _INSTANT, nullable=False),
        sa.Column("recorded_to", _INSTANT),
        sa.CheckConstraint("recorded_to IS NULL OR recorded_to >= recorded_from", name="recorded_period"),
        sa.ForeignKeyConstraint(["text_hash"], ["provision_text.hash"], name="fk_provision_text_hash"),
        sa.PrimaryKeyConstraint("id", name="pk_provision"),
    )
    op.create_index(
        "ix_provision_source_id_document_id_recorded_to", "provision", ["source_id", "document_id", "recorded_to"]
    )
    op.create_table(
        "run",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("started_at", _INSTANT, nullable=False),
        sa.Column("finished_at", _INSTANT),
        sa.Column("outcome", sa.Text()),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("counts", sa.Text(), server_default="{}", nullable=False),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name="fk_run_source_id"),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
    )
    op.create_index("ix_run_source_id_finished_at", "run", ["source_id", "finished_at"])
    op.create_table(
        "text_change",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("jurisdiction", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("citation", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("before_hash", sa.Text()),
        sa.Column("after_hash", sa.Text()),
        sa.Column("observed_at", _INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["after_hash"], ["provision_text.hash"], name="fk_text_change_after_hash"),
        sa.ForeignKeyConstraint(["before_hash"], ["provision_text.hash"], name="fk_text_change_before_hash"),
        sa.PrimaryKeyConstraint("id", name="pk_text_change"),
    )
    op.create_index("ix_text_change_observed_at", "text_change", ["observed_at"])
    op.create_table(
        "announced",
        sa.Column("subscription_id", sa.Text(), nullable=False),
        sa.Column("change_id", sa.Text(), nullable=False),
        sa.Column("unverified", sa.Boolean(), nullable=False),
        sa.Column("digest_id", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["digest_id"], ["digest.id"], name="fk_announced_digest_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(
            ["subscription_id"], ["subscription.id"], name="fk_announced_subscription_id", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subscription_id", "change_id", "unverified", name="pk_announced"),
    )
    op.create_index("ix_announced_change_id", "announced", ["change_id"])
    op.create_index("ix_announced_digest_id", "announced", ["digest_id"])
    op.create_table(
        "capture",
        sa.Column("id", _SERIAL, nullable=False),
        sa.Column("run_id", _SERIAL, nullable=False),
        sa.Column("document_id", sa.Text(), nullable=False),
        sa.Column("fetched_at", _INSTANT, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("status", sa.Integer()),
        sa.Column("snapshot", sa.Text()),
        sa.Column("url", sa.Text()),
        sa.Column("media_type", sa.Text()),
        sa.Column("headers", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_capture_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_capture"),
    )
    op.create_index("ix_capture_run_id", "capture", ["run_id"])
    op.create_table(
        "delivery",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("digest_id", sa.Text(), nullable=False),
        sa.Column("target_hash", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("resent", sa.Boolean(), nullable=False),
        sa.Column("lease_until", _INSTANT),
        sa.Column("next_try_at", _INSTANT),
        sa.Column("last_error", sa.Text()),
        sa.Column("sent_at", _INSTANT),
        sa.CheckConstraint("state IN ('pending', 'sending', 'sent', 'failed', 'unknown')", name="state"),
        sa.ForeignKeyConstraint(["digest_id"], ["digest.id"], name="fk_delivery_digest_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_delivery"),
        sa.UniqueConstraint("digest_id", "target_hash", name="uq_delivery_digest_id_target_hash"),
    )
    op.create_index("ix_delivery_state_next_try_at", "delivery", ["state", "next_try_at"])

    if op.get_bind().dialect.name == "postgresql":
        _forbid_two_values_on_one_day()


def _forbid_two_values_on_one_day() -> None:
    """Needs an extension that not every server lets us add; `apply_plan` checks too."""
    op.execute(
        """
        DO $$ BEGIN
            CREATE EXTENSION IF NOT EXISTS btree_gist;
            ALTER TABLE rule_version ADD CONSTRAINT ex_rule_version_one_value_per_day EXCLUDE USING gist (
                jurisdiction WITH =, topic WITH =, qualifier WITH =, daterange(valid_from, valid_to) WITH &&
            ) WHERE (recorded_to IS NULL);
        EXCEPTION WHEN insufficient_privilege OR undefined_file OR feature_not_supported THEN NULL;
        END $$
        """
    )
