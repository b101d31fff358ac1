"""The table of what calls are to the figures, so that a month need not be read turn by turn."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from records.schema import Base


class CallFactsRow(Base):
    """One ended call's `TalkFacts` as JSON text. `revision` is that of the reduction: an older one is made anew."""

    __tablename__ = "call_facts"
    __table_args__ = (Index(None, "offered_at"),)

    call_id: Mapped[str] = mapped_column(ForeignKey("calls.id", ondelete="CASCADE"), primary_key=True)
    offered_at: Mapped[datetime]
    revision: Mapped[int] = mapped_column(Integer)
    facts: Mapped[str]
