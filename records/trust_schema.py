"""The tables of trust: holds and erasures, where connections went, and what is told to other systems."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from records.schema import Base


class LegalHoldRow(Base):
    """One call's records, or all those of one number, that must not be deleted while the hold lasts."""

    __tablename__ = "legal_holds"
    __table_args__ = (Index(None, "scope", "subject"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str]
    reason: Mapped[str]
    placed_by: Mapped[str]
    placed_at: Mapped[datetime]
    released_by: Mapped[str | None]
    released_at: Mapped[datetime | None]


class ErasureRow(Base):
    """What was deleted, when, why and how much of it: the proof that stays behind, without the data."""

    __tablename__ = "erasures"
    __table_args__ = (Index(None, "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    cause: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str]
    reason: Mapped[str]
    subject_sha256: Mapped[str] = mapped_column(String(64))
    counts: Mapped[dict[str, Any]]


class OpenedHostRow(Base):
    """One host that the process opened a connection to, and for what."""

    __tablename__ = "opened_hosts"

    host: Mapped[str] = mapped_column(primary_key=True)
    port: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    purpose: Mapped[str] = mapped_column(primary_key=True)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    times: Mapped[int] = mapped_column(Integer)


class HookRow(Base):
    """A place that is told of events: a signed webhook, or a chat room's notice. Off until it is switched on."""

    __tablename__ = "hooks"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    style: Mapped[str] = mapped_column(String(16))
    url: Mapped[str]
    secret: Mapped[str]
    events: Mapped[list[Any]]
    active: Mapped[bool] = mapped_column(Boolean)
    created_by: Mapped[str]
    created_at: Mapped[datetime]


class DeliveryRow(Base):
    """One event on its way to one place: what was sent, how often, and what came back."""

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "state", "next_at"), Index(None, "hook_id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    hook_id: Mapped[str]
    event: Mapped[str]
    payload: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int] = mapped_column(Integer)
    next_at: Mapped[datetime]
    status: Mapped[int | None] = mapped_column(Integer)
    error: Mapped[str]
