"""The tables. Instants are `*_at`, half-open periods `*_from` and `*_to` with an open end as NULL, JSON is text."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from tracker.store.types import Serial, UTCDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

source = Table(
    "source",
    metadata,
    Column("id", Text, primary_key=True),
    Column("fingerprint", Text),  # of the declaration and the code that read it last
    Column("last_run_id", BigInteger),
    Column("last_read_at", UTCDateTime),
    Column("last_ok_at", UTCDateTime),
    Column("outcome", Text),
    Column("reason", Text, nullable=False, server_default=""),
    Column("trouble", Text),  # failed or held: the worst since it last went well
    Column("since", UTCDateTime),  # when the present trouble began
    Column("told", Text, nullable=False, server_default="ok"),  # the state that operators have been told of
    Column("told_at", UTCDateTime),
    Column("next_due_at", UTCDateTime, index=True),
    Column("claimed_until", UTCDateTime),
    Column("watched", Text, nullable=False, server_default=""),  # names what was looked for by its words
)

document = Table(
    "document",
    metadata,
    Column("source_id", Text, ForeignKey("source.id"), primary_key=True),
    Column("document_id", Text, primary_key=True),
    Column("url", Text, nullable=False),
    Column("snapshot", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("first_seen_at", UTCDateTime, nullable=False),
    Column("fetched_at", UTCDateTime, nullable=False),  # when these bytes came
    Column("confirmed_at", UTCDateTime, nullable=False),  # when the publisher last said they are current
)

run = Table(
    "run",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("source_id", Text, ForeignKey("source.id"), nullable=False),
    Column("cause", Text, nullable=False),
    Column("started_at", UTCDateTime, nullable=False),
    Column("finished_at", UTCDateTime),
    Column("outcome", Text),
    Column("reason", Text, nullable=False, server_default=""),
    Column("counts", Text, nullable=False, server_default="{}"),
    Index(None, "source_id", "finished_at"),
)

capture = Table(
    "capture",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("run_id", Serial, ForeignKey("run.id"), nullable=False, index=True),
    Column("document_id", Text, nullable=False),
    Column("fetched_at", UTCDateTime, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("status", Integer),
    Column("snapshot", Text),
    # NULL where they are those of the document: an unchanged page costs one small row
    Column("url", Text),
    Column("media_type", Text),
    Column("headers", Text),
    Column("reason", Text),
)

provision_text = Table(
    "provision_text",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("text", Text, nullable=False),
)

provision = Table(
    "provision",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("source_id", Text, nullable=False),
    Column("document_id", Text, nullable=False),
    Column("position", BigInteger, nullable=False),  # with gaps, so that an insertion moves nothing
    Column("path", Text, nullable=False),
    Column("citation", Text, nullable=False),
    Column("heading", Text, nullable=False),
    Column("text_hash", Text, ForeignKey("provision_text.hash"), nullable=False),
    Column("standing", Text, nullable=False),
    Column("effective_on", Date),
    Column("recorded_from", UTCDateTime, nullable=False),
    Column("recorded_to", UTCDateTime),
    CheckConstraint("recorded_to IS NULL OR recorded_to >= recorded_from", name="recorded_period"),
    Index(None, "source_id", "document_id", "recorded_to"),
)

_PASSAGE = ("quote", "citation", "source_id", "document_id", "url", "snapshot", "prefix", "suffix")


def _passage() -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in _PASSAGE]


rule_version = Table(
    "rule_version",
    metadata,
    # Where the row is: found by id, a row costs twice the reading, and a jurisdiction has thousands.
    Column("number", Serial, primary_key=True),
    Column("id", Text, nullable=False, unique=True),
    Column("jurisdiction", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("qualifier", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("valid_from", Date, nullable=False),
    Column("valid_to", Date),
    Column("recorded_from", UTCDateTime, nullable=False),
    Column("recorded_to", UTCDateTime),
    Column("basis", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("level", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("amendments", Text, nullable=False),
    Column("coding", Text),  # of a value that no crawl of this installation has met yet
    *_passage(),
    CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="valid_period"),
    CheckConstraint("recorded_to IS NULL OR recorded_to >= recorded_from", name="recorded_period"),
    # One value per day among what is believed now. PostgreSQL also has an exclusion constraint (migration 0001).
    Index(
        "uq_rule_version_current",
        "jurisdiction",
        "topic",
        "qualifier",
        "valid_from",
        unique=True,
        sqlite_where=text("recorded_to IS NULL"),
        postgresql_where=text("recorded_to IS NULL"),
    ),
    # Holds all that a question about a day, as known at an instant, has to look at: rows are fetched for answers only.
    Index(
        "ix_rule_version_bitemporal",
        "jurisdiction",
        "topic",
        "qualifier",
        "valid_from",
        "recorded_from",
        "recorded_to",
        "status",
        "number",
    ),
)

baseline = Table(
    "baseline",
    metadata,
    Column("jurisdiction", Text, primary_key=True),
    Column("content", Text, nullable=False),  # names what was taken over
    Column("program", Text, nullable=False),  # the version of the program that took it over
    Column("loaded_at", UTCDateTime, nullable=False),
)

sighting = Table(
    "sighting",
    metadata,
    Column("jurisdiction", Text, primary_key=True),
    Column("topic", Text, primary_key=True),
    Column("qualifier", Text, primary_key=True),
    Column("source_id", Text, primary_key=True, index=True),
    Column("value", Text, nullable=False),
    *(column for column in _passage() if column.name != "source_id"),
    Column("amendments", Text, nullable=False),
    Column("endings", Text, nullable=False),
    Column("confirmed_at", UTCDateTime, nullable=False),
    Column("lost", Boolean, nullable=False),
    Column("lost_since", UTCDateTime),
    Column("underlying", Text),  # what permanent law says under temporary law, and where
)

change = Table(
    "change",
    metadata,
    Column("id", Text, primary_key=True),
    Column("jurisdiction", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("qualifier", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("cause", Text, nullable=False),
    Column("direction", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("before_id", Text),
    Column("after_id", Text, index=True),
    # Whole versions, so that a change can be told for ever: the second side of a conflict is recorded nowhere else.
    Column("before", Text),
    Column("after", Text),
    Column("observed_at", UTCDateTime, nullable=False, index=True),
    Column("valid_from", Date),
    Column("basis", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("review", Text, nullable=False),
    Column("reviewed_by", Text),
    Column("reviewed_at", UTCDateTime, index=True),
    Column("review_reason", Text),
    Column("recorded_at", UTCDateTime, nullable=False, index=True),
    Index(None, "jurisdiction", "observed_at"),
)

text_change = Table(
    "text_change",
    metadata,
    Column("id", Text, primary_key=True),
    Column("jurisdiction", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("document_id", Text, nullable=False),
    Column("citation", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("before_hash", Text, ForeignKey("provision_text.hash")),
    Column("after_hash", Text, ForeignKey("provision_text.hash")),
    Column("observed_at", UTCDateTime, nullable=False, index=True),
)

review_item = Table(
    "review_item",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("jurisdiction", Text),
    Column("topic", Text),
    Column("qualifier", Text),
    Column("reason", Text, nullable=False),
    Column("opened_at", UTCDateTime, nullable=False),
    Column("closed_at", UTCDateTime),
    Column("told_at", UTCDateTime),
    Column("evidence", Text),  # what a person is shown
    Column("asked", Text),  # names what a person is asked
    Column("decision", Text),  # of the last person, until it is settled otherwise
)

review_decision = Table(
    "review_decision",
    metadata,
    Column("number", Serial, primary_key=True),
    Column("item_id", Text, nullable=False, index=True),
    Column("kind", Text, nullable=False),
    Column("source_id", Text, nullable=False),
    Column("jurisdiction", Text),
    Column("topic", Text),
    Column("qualifier", Text),
    Column("what", Text, nullable=False),
    Column("opened_at", UTCDateTime, nullable=False),
    Column("decision", Text, nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", UTCDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("outcome", Text, nullable=False),  # what followed, in words
    Column("evidence", Text),  # what the person was shown
)

subscription = Table(
    "subscription",
    metadata,
    Column("id", Text, primary_key=True),
    Column("channel", Text, nullable=False),
    Column("target_encrypted", LargeBinary, nullable=False),
    Column("target_hash", Text, nullable=False),
    Column("wish", Text, nullable=False),
    Column("wish_hash", Text, nullable=False),
    Column("timing", Text, nullable=False),
    Column("created_at", UTCDateTime, nullable=False),
    Column("confirmed_at", UTCDateTime),
    Column("confirmed_by", Text, nullable=False),
    Column("paused", Boolean, nullable=False),
    Column("next_due_at", UTCDateTime, index=True),
    Column("covered_until", UTCDateTime),
    Column("claimed_until", UTCDateTime),
    Column("removed_at", UTCDateTime),
    Index(
        "uq_subscription_live",
        "target_hash",
        "wish_hash",
        unique=True,
        sqlite_where=text("removed_at IS NULL"),
        postgresql_where=text("removed_at IS NULL"),
    ),
)

digest_body = Table(
    "digest_body",
    metadata,
    Column("hash", Text, primary_key=True),
    Column("subject", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("slack", Text),
)

digest = Table(
    "digest",
    metadata,
    Column("id", Text, primary_key=True),
    Column("subscription_id", Text, ForeignKey("subscription.id", ondelete="CASCADE"), nullable=False),
    Column("period_key", Text, nullable=False),
    Column("since", UTCDateTime, nullable=False),
    Column("until", UTCDateTime, nullable=False),
    Column("body_hash", Text, ForeignKey("digest_body.hash"), nullable=False, index=True),
    Column("created_at", UTCDateTime, nullable=False),
    UniqueConstraint("subscription_id", "period_key"),
)

announced = Table(
    "announced",
    metadata,
    Column("subscription_id", Text, ForeignKey("subscription.id", ondelete="CASCADE"), primary_key=True),
    Column("change_id", Text, primary_key=True, index=True),
    Column("unverified", Boolean, primary_key=True),  # told as UNVERIFIED; the change itself may follow
    Column("digest_id", Text, ForeignKey("digest.id", ondelete="CASCADE"), nullable=False, index=True),
)

delivery = Table(
    "delivery",
    metadata,
    Column("id", Text, primary_key=True),
    Column("digest_id", Text, ForeignKey("digest.id", ondelete="CASCADE"), nullable=False),
    Column("target_hash", Text, nullable=False),
    Column("message_id", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("resent", Boolean, nullable=False),  # the one attempt after an unknown outcome has been made
    Column("lease_until", UTCDateTime),
    Column("next_try_at", UTCDateTime),
    Column("last_error", Text),
    Column("sent_at", UTCDateTime),
    CheckConstraint("state IN ('pending', 'sending', 'sent', 'failed', 'unknown')", name="state"),
    UniqueConstraint("digest_id", "target_hash"),
    Index(None, "state", "next_try_at"),
)
