"""The tables. Text ids, UTC times with their zone, JSON: the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC. SQLite keeps no zone, so a time without one is refused and every time read has one."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Turn to UTC; `ValueError` for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time in the records needs a zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give back UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


PlainJson = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Base(DeclarativeBase):
    """All tables of the records."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012  (SQLAlchemy reads it as a class attribute)
        datetime: UtcDateTime,
        str: Text,
        dict[str, Any]: PlainJson,
        list[Any]: PlainJson,
    }


class CallRow(Base):
    """One call."""

    __tablename__ = "calls"
    __table_args__ = (Index(None, "started_at", "id"), Index(None, "state"), Index(None, "caller_number"))

    id: Mapped[str] = mapped_column(primary_key=True)
    line: Mapped[str]
    direction: Mapped[str] = mapped_column(String(16))
    caller_number: Mapped[str]
    called_number: Mapped[str]
    external_id: Mapped[str | None] = mapped_column(index=True)
    worker: Mapped[str]
    started_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None] = mapped_column(String(16))
    outcome: Mapped[str | None]
    state: Mapped[str] = mapped_column(String(16))
    faq_version: Mapped[int | None]
    voice: Mapped[str]
    recogniser: Mapped[str]
    summary: Mapped[dict[str, Any] | None]
    recording_path: Mapped[str | None]
    warnings: Mapped[list[Any]]
    rules_version: Mapped[int | None]


class TurnRow(Base):
    """One turn of a call."""

    __tablename__ = "turns"

    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    index: Mapped[int] = mapped_column("turn_index", Integer, primary_key=True, autoincrement=False)
    speaker: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str]
    started_ms: Mapped[int]
    ended_ms: Mapped[int | None]
    text: Mapped[str]
    heard_text: Mapped[str | None]
    interrupted: Mapped[bool]
    timings: Mapped[dict[str, Any]]
    evidence: Mapped[dict[str, Any] | None]
    transcript: Mapped[dict[str, Any] | None]
    personal: Mapped[list[Any] | None]


class EventRow(Base):
    """One event of a call. The id makes a repeated write harmless."""

    __tablename__ = "events"
    __table_args__ = (UniqueConstraint("call_id", "sequence"), Index(None, "kind", "at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    sequence: Mapped[int]
    at_ms: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime]
    kind: Mapped[str]
    data: Mapped[dict[str, Any]]


class EscalationRow(Base):
    """One request for a person."""

    __tablename__ = "escalations"

    id: Mapped[str] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), index=True)
    at: Mapped[datetime]
    reason: Mapped[str]
    outcome: Mapped[str] = mapped_column(String(32))
    note: Mapped[str]


class RecordingRow(Base):
    """One recording's file and what is known of it."""

    __tablename__ = "recordings"
    __table_args__ = (Index(None, "state"),)

    path: Mapped[str] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), index=True)
    rate_hz: Mapped[int]
    started_at: Mapped[datetime]
    duration_ms: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(16))
    sha256: Mapped[str | None] = mapped_column(String(64))
    sidecar_path: Mapped[str | None]
    ai_segments: Mapped[list[Any]]
    reason: Mapped[str | None]
    lost_ms: Mapped[int] = mapped_column(BigInteger)


class FaqVersionRow(Base):
    """One published FAQ as a whole."""

    __tablename__ = "faq_versions"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    published_at: Mapped[datetime]
    author: Mapped[str]
    note: Mapped[str]
    content: Mapped[list[Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    entry_count: Mapped[int]
    changed: Mapped[list[Any]]
    removed: Mapped[list[Any]]


class FaqEntryRow(Base):
    """One wording of one entry: what an evidence's (entry id, version) points at, for good."""

    __tablename__ = "faq_entries"

    entry_id: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))
    first_faq_version: Mapped[int] = mapped_column(ForeignKey("faq_versions.version", ondelete="CASCADE"), index=True)


class RuleVersionRow(Base):
    """One published set of escalation rules as a whole."""

    __tablename__ = "rule_versions"

    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    published_at: Mapped[datetime]
    author: Mapped[str]
    note: Mapped[str]
    content: Mapped[list[Any]]
    sha256: Mapped[str] = mapped_column(String(64))


class ModelRequestRow(Base):
    """One request to a language model: what it cost, never what it said."""

    __tablename__ = "model_requests"
    __table_args__ = (Index(None, "at"), Index(None, "call_id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    call_id: Mapped[str | None]
    model: Mapped[str]
    purpose: Mapped[str]
    confidentiality: Mapped[str] = mapped_column(String(16))
    place: Mapped[str] = mapped_column(String(16))
    prompt_sha256: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(16))
    took_ms: Mapped[float] = mapped_column(Float)
    tokens: Mapped[int]


class FaqDraftRow(Base):
    """One mined draft of an entry, waiting for a person."""

    __tablename__ = "faq_drafts"
    __table_args__ = (Index(None, "state", "created_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
    content: Mapped[dict[str, Any]]
    sources: Mapped[list[Any]]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None]
    note: Mapped[str]
