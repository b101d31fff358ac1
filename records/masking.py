"""Stored text as it is shown: what is personal in it stays in the records and is covered on pages and in exports."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

COVER: Final = "＊＊＊"
_HEAD: Final = 3
_TAIL: Final = 4
_WHOLE_NUMBER: Final = 9


def masked_number(number: str) -> str:
    """A telephone number of which only its beginning and end are readable; what is no number stays.

    >>> masked_number("090-1234-5678"), masked_number("+819012345678"), masked_number("anonymous")
    ('090****5678', '+81****5678', 'anonymous')
    """
    digits = re.sub(r"[\s()\-]", "", number)
    plus = "+" if digits.startswith("+") else ""
    figures = digits.removeprefix("+")
    if not figures.isdigit() or len(figures) < _WHOLE_NUMBER:
        return number
    head = figures[: _HEAD - len(plus)]
    return f"{plus}{head}****{figures[-_TAIL:]}"


def masked_text(text: str, personal: Iterable[Mapping[str, Any]] | None, names: Mapping[str, str] | None = None) -> str:
    """`text` with its `personal` stretches (a turn's `kind`, `start`, `end`) covered.

    `names` gives kinds a name to be covered with; without one it is `COVER`, whatever the length. Stretches outside
    the text or over one another are cut to what is left of them.
    """
    parts: list[str] = []
    at = 0
    for span in sorted(personal or (), key=lambda span: int(span["start"])):
        start, end = max(at, int(span["start"])), min(len(text), int(span["end"]))
        if start < end:
            name = (names or {}).get(str(span["kind"]))
            parts += [text[at:start], COVER if name is None else f"〈{name}〉"]
            at = end
    return "".join([*parts, text[at:]])
