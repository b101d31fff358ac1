"""The tables of what supervisors tune: versioned documents, work in progress, plans to publish, tests and votes."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Float, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from records.schema import Base


class DocumentVersionRow(Base):
    """One published version of one kind of document: vocabulary, dictionary, wording, company, golden, operation."""

    __tablename__ = "document_versions"

    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    published_at: Mapped[datetime]
    author: Mapped[str]
    note: Mapped[str]
    content: Mapped[dict[str, Any]]
    sha256: Mapped[str] = mapped_column(String(64))


class WorkingCopyRow(Base):
    """Work in progress on one thing (`kind` and `key`, for example faq and an entry's id), before it is published.

    `revision` grows with every change: who saves over a revision that is no longer the newest is told so.
    """

    __tablename__ = "working_copies"

    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    key: Mapped[str] = mapped_column(primary_key=True)
    revision: Mapped[int] = mapped_column(Integer)
    base_version: Mapped[int] = mapped_column(Integer)
    content: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime]
    changed_by: Mapped[str]


class PlannedPublicationRow(Base):
    """A publication at a later time, with the content as it was when it was planned."""

    __tablename__ = "planned_publications"
    __table_args__ = (Index(None, "state", "at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime]
    content: Mapped[dict[str, Any]]
    base_version: Mapped[int] = mapped_column(Integer)
    author: Mapped[str]
    note: Mapped[str]
    state: Mapped[str] = mapped_column(String(16))
    result: Mapped[str]
    created_at: Mapped[datetime]


class TrialRunRow(Base):
    """One test before publishing: golden questions, or last week's real ones, against a draft."""

    __tablename__ = "trial_runs"
    __table_args__ = (Index(None, "started_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    author: Mapped[str]
    base_version: Mapped[int] = mapped_column(Integer)
    subject_sha256: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(16))
    done: Mapped[int] = mapped_column(Integer)
    total: Mapped[int] = mapped_column(Integer)
    result: Mapped[dict[str, Any]]


class VoteRow(Base):
    """What a person says of one answer or one suggestion: right, wrong, or set aside."""

    __tablename__ = "votes"
    __table_args__ = (Index(None, "call_id"), Index(None, "at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    call_id: Mapped[str]
    turn: Mapped[int] = mapped_column(Integer)
    entry_id: Mapped[str]
    verdict: Mapped[str] = mapped_column(String(16))
    voter: Mapped[str]
    note: Mapped[str]
    score: Mapped[float | None] = mapped_column(Float)
