"""A FAQ file becomes changes: what it would do is shown first, and nothing is published by it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dashboard.faq_bench import KIND, BenchEntry, BenchState, EntryState
from dashboard.faq_diff import EntryChange, fields_between
from dialogue.faq.draft import DELETED, plain_entry
from dialogue.faq.entry import FaqEntry
from records.working import WorkingConflictError, WorkingCopyRepository


@dataclass(frozen=True)
class ImportedEntry:
    """What the file does to one entry. `changed_by`: somebody has unpublished changes there, which would be lost."""

    change: EntryChange
    content: dict[str, Any]
    revision: int
    base_version: int
    changed_by: str


@dataclass(frozen=True)
class ImportPlan:
    """What a file would do: its entries that differ, and how many do not."""

    entries: tuple[ImportedEntry, ...]
    unchanged: int

    @property
    def in_the_way(self) -> tuple[ImportedEntry, ...]:
        """Those that would take the place of somebody's unpublished changes."""
        return tuple(each for each in self.entries if each.changed_by)


def plan_import(state: BenchState, entries: Sequence[FaqEntry], *, remove_missing: bool) -> ImportPlan:
    """What `entries` would do to the FAQ as it is worked on; `remove_missing`: what the file has not, goes."""
    known = {each.id: each for each in state.entries}
    found: list[ImportedEntry] = []
    unchanged = 0
    for entry in entries:
        content, own = plain_entry(entry), known.pop(entry.id, None)
        fields = fields_between(own.shown if own is not None else {}, content)
        if own is not None and own.state is not EntryState.DELETED and not fields:
            unchanged += 1
            continue
        kind = "added" if own is None else "changed"
        found.append(_imported(own, EntryChange(entry.id, entry.title, kind, fields), content))
    if remove_missing:
        for own in known.values():
            if own.state is not EntryState.DELETED:
                title = str(own.shown.get("title") or own.id)
                change = EntryChange(own.id, title, "removed", fields_between(own.shown, {}))
                found.append(_imported(own, change, {"id": own.id, DELETED: True}))
    return ImportPlan(tuple(found), unchanged)


async def carry_out(plan: ImportPlan, working: WorkingCopyRepository, by: str, *, overwrite: bool) -> list[str]:
    """Keep what the file does as changes; the ids that were left as they are, for somebody works on them."""
    left: list[str] = []
    for each in plan.entries:
        if each.changed_by and not overwrite:
            left.append(each.change.id)
            continue
        try:
            if each.change.kind == "removed" and each.base_version == 0:
                await working.drop(KIND, each.change.id, each.revision)
            else:
                await working.save(
                    KIND,
                    each.change.id,
                    each.content,
                    revision=each.revision,
                    base_version=each.base_version,
                    by=by,
                )
        except WorkingConflictError:
            left.append(each.change.id)
    return left


def _imported(own: BenchEntry | None, change: EntryChange, content: dict[str, Any]) -> ImportedEntry:
    working = own.working if own is not None else None
    return ImportedEntry(
        change,
        content,
        working.revision if working is not None else 0,
        own.version if own is not None else 0,
        working.changed_by if working is not None else "",
    )
