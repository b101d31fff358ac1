"""What a supervisor types to find a call, as conditions on the tables."""

from __future__ import annotations

import re
import unicodedata

from sqlalchemy import ColumnElement, func, or_, select

from records.schema import CallRow, TurnRow

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
