"""The FAQ as it would be with changes that are not published yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from dialogue.faq.entry import FaqEntry
from dialogue.faq.rows import COLUMNS, parse_row

DELETED: Final = "deleted"
"""A change that takes its entry away is `{"deleted": true}`; every other change is the entry itself."""
_FIELDS: Final = {column: name for name, column in COLUMNS.items()}


@dataclass(frozen=True)
class FieldProblem:
    """Why a change cannot be published yet: the field by its name in `FaqEntry`, as it is called, what to mend."""

    field: str
    label: str
    message: str


@dataclass(frozen=True)
class Draft:
    """What would be published: whole entries without their `version`, in the order of the published ones.

    `changed` are the ids that differ from what is published (taken away ones too); `problems` names the changes that
    are left out because they are no whole entry yet.
    """

    content: tuple[dict[str, Any], ...]
    changed: tuple[str, ...]
    problems: Mapping[str, tuple[FieldProblem, ...]]


def is_deleted(change: Mapping[str, Any]) -> bool:
    """Whether a change takes its entry away."""
    return bool(change.get(DELETED))


def entry_of(key: str, change: Mapping[str, Any]) -> tuple[FaqEntry | None, tuple[FieldProblem, ...]]:
    """The change as an entry with the id `key`, or everything that is wrong with it."""
    cells = {name: value for name, value in change.items() if name != "version" and value != []}
    entry, problems = parse_row(0, {**cells, "id": key})
    told = tuple(FieldProblem(_FIELDS.get(each.column, each.column), each.column, each.message) for each in problems)
    return (None, told) if told else (entry, ())


def plain_entry(entry: FaqEntry) -> dict[str, Any]:
    """An entry as it is published: plain data, its version left out."""
    return entry.model_dump(mode="json", exclude={"version"})


def draft_of(published: Sequence[Mapping[str, Any]], changes: Mapping[str, Mapping[str, Any]]) -> Draft:
    """`published` entries with `changes` by entry id; new entries come last, in the order of `changes`."""
    standing = {str(each["id"]): _unversioned(each) for each in published}
    changed: list[str] = []
    problems: dict[str, tuple[FieldProblem, ...]] = {}
    for key, change in changes.items():
        if is_deleted(change):
            if standing.pop(key, None) is not None:
                changed.append(key)
            continue
        entry, wrong = entry_of(key, change)
        if entry is None:
            problems[key] = wrong
            continue
        body = plain_entry(entry)
        if standing.get(key) != body:
            changed.append(key)
        standing[key] = body
    return Draft(tuple(standing.values()), tuple(changed), problems)


def _unversioned(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "version"}
