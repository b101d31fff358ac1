"""What differs between two wordings, field by field, and between two whole FAQs, entry by entry."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dialogue.faq.rows import COLUMNS

_QUIET: Final = ("id", "version")
_EMPTY: Final[tuple[Any, ...]] = (None, "", [], ())
_CHOICES: Final = {
    "caller": "お客様",
    "operator": "担当者",
    "both": "両方",
    "verbatim": "そのまま",
    "composed": "要約",
}


@dataclass(frozen=True)
class FieldChange:
    """One field that differs: its name, how it is called, and both as lines of text."""

    field: str
    label: str
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class EntryChange:
    """One entry that differs. `kind`: added, removed, changed."""

    id: str
    title: str
    kind: str
    fields: tuple[FieldChange, ...]


def fields_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[FieldChange, ...]:
    """The fields that differ, in the order of the columns; what is left out is the same as what is empty."""
    changes = []
    for name, label in COLUMNS.items():
        old, new = before.get(name), after.get(name)
        if name in _QUIET or old == new or (old in _EMPTY and new in _EMPTY):
            continue
        lines = _lines(name, old), _lines(name, new)
        if lines[0] != lines[1]:
            changes.append(FieldChange(name, label, *lines))
    return tuple(changes)


def entries_between(before: Sequence[Mapping[str, Any]], after: Sequence[Mapping[str, Any]]) -> tuple[EntryChange, ...]:
    """The entries that differ, in the order of `after`, those taken away last."""
    old = {str(each["id"]): each for each in before}
    new = {str(each["id"]): each for each in after}
    changes: list[EntryChange] = []
    for key, entry in new.items():
        if key not in old:
            changes.append(EntryChange(key, _title(entry), "added", fields_between({}, entry)))
        elif fields := fields_between(old[key], entry):
            changes.append(EntryChange(key, _title(entry), "changed", fields))
    gone = [each for key, each in old.items() if key not in new]
    return (*changes, *(EntryChange(str(e["id"]), _title(e), "removed", fields_between(e, {})) for e in gone))


def _title(entry: Mapping[str, Any]) -> str:
    return str(entry.get("title") or entry["id"])


def _lines(name: str, value: Any) -> tuple[str, ...]:
    if value in _EMPTY:
        return ()
    if name == "vocabulary":
        return tuple(f"{term.get('surface', '')}＝{term.get('reading', '')}" for term in value)
    if isinstance(value, bool):
        return ("はい" if value else "いいえ",)
    if isinstance(value, list | tuple):
        return tuple(str(each) for each in value)
    return tuple(_CHOICES.get(str(value), str(value)).splitlines())
