"""Calls with their turns, events, escalations and recordings; the FAQ's versions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

UTC = sa.DateTime(timezone=True)
PLAIN_JSON = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")


def upgrade() -> None:
    op.create_table(
        "calls",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("direction", sa.String(length=16), nullable=False),
        sa.Column("caller_number", sa.Text(), nullable=False),
        sa.Column("called_number", sa.Text(), nullable=False),
        sa.Column("external_id", sa.Text(), nullable=True),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.Column("started_at", UTC, nullable=False),
        sa.Column("answered_at", UTC, nullable=True),
        sa.Column("ended_at", UTC, nullable=True),
        sa.Column("ended_by", sa.String(length=16), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("faq_version", sa.Integer(), nullable=True),
        sa.Column("voice", sa.Text(), nullable=False),
        sa.Column("recogniser", sa.Text(), nullable=False),
        sa.Column("summary", PLAIN_JSON, nullable=True),
        sa.Column("recording_path", sa.Text(), nullable=True),
        sa.Column("warnings", PLAIN_JSON, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calls")),
    )
    op.create_index(op.f("ix_calls_caller_number"), "calls", ["caller_number"], unique=False)
    op.create_index(op.f("ix_calls_external_id"), "calls", ["external_id"], unique=False)
    op.create_index(op.f("ix_calls_started_at_id"), "calls", ["started_at", "id"], unique=False)
    op.create_index(op.f("ix_calls_state"), "calls", ["state"], unique=False)
    op.create_table(
        "faq_versions",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("published_at", UTC, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("content", PLAIN_JSON, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("entry_count", sa.Integer(), nullable=False),
        sa.Column("changed", PLAIN_JSON, nullable=False),
        sa.Column("removed", PLAIN_JSON, nullable=False),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_faq_versions")),
    )
    op.create_table(
        "escalations",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=32), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_escalations_call_id_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_escalations")),
    )
    op.create_index(op.f("ix_escalations_call_id"), "escalations", ["call_id"], unique=False)
    op.create_table(
        "events",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("at", UTC, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("data", PLAIN_JSON, nullable=False),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_events_call_id_calls"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("call_id", "sequence", name=op.f("uq_events_call_id_sequence")),
    )
    op.create_index(op.f("ix_events_kind_at"), "events", ["kind", "at"], unique=False)
    op.create_table(
        "faq_entries",
        sa.Column("entry_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", PLAIN_JSON, nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("first_faq_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["first_faq_version"],
            ["faq_versions.version"],
            name=op.f("fk_faq_entries_first_faq_version_faq_versions"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("entry_id", "version", name=op.f("pk_faq_entries")),
    )
    op.create_index(op.f("ix_faq_entries_first_faq_version"), "faq_entries", ["first_faq_version"], unique=False)
    op.create_table(
        "recordings",
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("rate_hz", sa.Integer(), nullable=False),
        sa.Column("started_at", UTC, nullable=False),
        sa.Column("duration_ms", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=True),
        sa.Column("sidecar_path", sa.Text(), nullable=True),
        sa.Column("ai_segments", PLAIN_JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("lost_ms", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_id"], ["calls.id"], name=op.f("fk_recordings_call_id_calls"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_recordings")),
    )
    op.create_index(op.f("ix_recordings_call_id"), "recordings", ["call_id"], unique=False)
    op.create_index(op.f("ix_recordings_state"), "recordings", ["state"], unique=False)
    op.create_table(
        "turns",
        sa.Column("call_id", sa.Text(), nullable=False),
        sa.Column("turn_index", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("speaker", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("started_ms", sa.Integer(), nullable=False),
        sa.Column("ended_ms", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("heard_text", sa.Text(), nullable=True),
        sa.Column("interrupted", sa.Boolean(), nullable=False),
        sa.Column("timings", PLAIN_JSON, nullable=False),
        sa.Column("evidence", PLAIN_JSON, nullable=True),
        sa.Column("transcript", PLAIN_JSON, nullable=True),
        sa.ForeignKeyConstraint(["call_id"], ["calls.id"], name=op.f("fk_turns_call_id_calls"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("call_id", "turn_index", name=op.f("pk_turns")),
    )


def downgrade() -> None:
    op.drop_table("turns")
    op.drop_table("recordings")
    op.drop_table("faq_entries")
    op.drop_table("events")
    op.drop_table("escalations")
    op.drop_table("faq_versions")
    op.drop_table("calls")
