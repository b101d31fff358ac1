"""What a supervisor types and chooses to find a call, as conditions on the tables."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB

from records.desk_schema import HandlingRow
from records.models import RecordingState
from records.schema import CallRow, EscalationRow, RecordingRow, TurnRow

_PLAYABLE = (RecordingState.FINISHED.value, RecordingState.RECOVERED.value)


@dataclass(frozen=True)
class CallFilter:
    """What is wanted of calls; what is None is not asked. Times are half-open: from `since`, before `until`.

    `entry` is the id of an FAQ entry that was spoken, `slower_than_ms` a wait that any answer exceeded, `operator`
    whether a person took part.
    """

    since: datetime | None = None
    until: datetime | None = None
    number: str | None = None
    outcome: str | None = None
    ended_by: str | None = None
    entry: str | None = None
    reason: str | None = None
    slower_than_ms: float | None = None
    recorded: bool | None = None
    operator: bool | None = None

    def conditions(self, dialect: str) -> Iterator[ColumnElement[bool]]:
        """One condition on `calls` for each thing that is asked."""
        if self.since is not None:
            yield CallRow.started_at >= self.since
        if self.until is not None:
            yield CallRow.started_at < self.until
        if self.number is not None:
            yield in_number(unicodedata.normalize("NFKC", self.number).strip())
        if self.outcome is not None:
            yield CallRow.outcome == self.outcome
        if self.ended_by is not None:
            yield CallRow.ended_by == self.ended_by
        if self.entry is not None:
            yield CallRow.id.in_(select(TurnRow.call_id).where(_spoken(self.entry, dialect)))
        if self.reason is not None:
            yield CallRow.id.in_(select(EscalationRow.call_id).where(EscalationRow.reason == self.reason))
        if self.slower_than_ms is not None:
            waited = TurnRow.timings["response_ms"].as_float()
            yield CallRow.id.in_(select(TurnRow.call_id).where(waited > self.slower_than_ms))
        if self.recorded is not None:
            yield _either(select(RecordingRow.call_id).where(RecordingRow.state.in_(_PLAYABLE)), self.recorded)
        if self.operator is not None:
            yield _either(select(HandlingRow.call_id), self.operator)


def _either(ids: Select[Any], wanted: bool) -> ColumnElement[bool]:
    return CallRow.id.in_(ids) if wanted else CallRow.id.not_in(ids)


def _spoken(entry_id: str, dialect: str) -> ColumnElement[bool]:
    if dialect == "postgresql":
        return cast(TurnRow.evidence["entry_ids"], JSONB).contains([entry_id])
    spoken = func.json_each(TurnRow.evidence, "$.entry_ids").table_valued("value")
    return select(spoken.c.value).where(spoken.c.value == entry_id).exists()


_NUMBER = re.compile(r"\+?[0-9()\-. ]{2,}")
_JAPAN = "81"


def matches(query: str) -> ColumnElement[bool] | None:
    """A condition on `calls`: all words must be found, each in a number, an id, the outcome or what was said.

    Full-width letters are the same as half-width ones; telephone numbers match with or without hyphens and
    whether they begin with 0 or with +81. None when there is nothing to look for.
    """
    text = unicodedata.normalize("NFKC", query).strip()
    if not text:
        return None
    condition: ColumnElement[bool] | None = None
    for word in [text] if _NUMBER.fullmatch(text) else text.split():
        found = or_(in_number(word), _in_text(word)) if _NUMBER.fullmatch(word) else _in_text(word)
        condition = found if condition is None else condition & found
    return condition


def _in_text(word: str) -> ColumnElement[bool]:
    said = select(TurnRow.call_id).where(
        or_(TurnRow.text.icontains(word, autoescape=True), TurnRow.heard_text.icontains(word, autoescape=True))
    )
    return or_(
        CallRow.id == word,
        CallRow.external_id == word,
        CallRow.outcome == word,
        CallRow.caller_number == word,
        CallRow.id.in_(said),
    )


def in_number(word: str) -> ColumnElement[bool]:
    """A condition on `calls`: this telephone number called or was called, however it was written."""
    digits = re.sub(r"\D", "", word)
    if word.startswith("+"):
        wanted = [digits]
    elif digits.startswith("0"):
        wanted = [digits, _JAPAN + digits[1:]]
    else:
        wanted = [digits]
    if digits.startswith(_JAPAN) and word.startswith("+"):
        wanted.append("0" + digits.removeprefix(_JAPAN))
    columns = (CallRow.caller_number, CallRow.called_number)
    return or_(
        *(
            func.replace(func.replace(column, "-", ""), " ", "").contains(each, autoescape=True)
            for column in columns
            for each in wanted
        )
    )
