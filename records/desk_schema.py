"""The tables of the operators' desk: presence, the queue, what was done with a call, callbacks, harassment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from records.schema import Base


class PresenceRow(Base):
    """One stretch of one person's presence; `until` is empty while it lasts. The last one is the present state."""

    __tablename__ = "presence"
    __table_args__ = (Index(None, "user_id", "since"), Index(None, "until"))

    id: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[str]
    user_name: Mapped[str]
    state: Mapped[str] = mapped_column(String(16))
    since: Mapped[datetime]
    until: Mapped[datetime | None]
    seen_at: Mapped[datetime]


class QueueEntryRow(Base):
    """One caller who waits, or waited, for a person."""

    __tablename__ = "queue_entries"
    __table_args__ = (Index(None, "state", "entered_at"), Index(None, "call_id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    escalation_id: Mapped[str]
    queue: Mapped[str]
    priority: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str]
    note: Mapped[str]
    entered_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
    claimed_by: Mapped[str | None]
    claimed_name: Mapped[str | None]
    claimed_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]


class HandlingRow(Base):
    """What one person did with one call, to the end of the work after it."""

    __tablename__ = "handlings"
    __table_args__ = (Index(None, "call_id"), Index(None, "user_id", "started_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    user_id: Mapped[str]
    user_name: Mapped[str]
    started_at: Mapped[datetime]
    talk_ended_at: Mapped[datetime | None]
    hold_ms: Mapped[int] = mapped_column(BigInteger)
    acw_ended_at: Mapped[datetime | None]
    disposition: Mapped[str]
    disposition_detail: Mapped[str]
    resolved: Mapped[bool | None] = mapped_column(Boolean)
    summary: Mapped[dict[str, Any] | None]
    summary_by_ai: Mapped[bool] = mapped_column(Boolean)
    note: Mapped[str]


class CallbackRow(Base):
    """A promise to call back, and whether it was kept in time."""

    __tablename__ = "callbacks"
    __table_args__ = (Index(None, "state", "due_at"), Index(None, "call_id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    number: Mapped[str]
    reason: Mapped[str]
    booked_at: Mapped[datetime]
    due_at: Mapped[datetime]
    owner: Mapped[str | None]
    owner_name: Mapped[str | None]
    done_at: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(16))
    note: Mapped[str]


class HarassmentReportRow(Base):
    """A caller's harassment as an operator reported it, with what was kept as evidence."""

    __tablename__ = "harassment_reports"
    __table_args__ = (Index(None, "call_id"), Index(None, "at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    reporter: Mapped[str]
    stage: Mapped[str] = mapped_column(String(16))
    note: Mapped[str]
    evidence: Mapped[dict[str, Any]]
    seen_by: Mapped[str | None]
    seen_at: Mapped[datetime | None]
