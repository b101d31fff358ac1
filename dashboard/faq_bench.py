"""The FAQ as supervisors see it: what is published, beside what is being changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final, Protocol

from dialogue.faq.draft import Draft, draft_of, is_deleted
from records.models import FaqVersion
from records.working import WorkingCopy

KIND: Final = "faq"
"""The kind of the working copies; their key is the entry's id, their base the entry's own published version."""


class FaqSource(Protocol):
    """Where the published FAQ is; `records.faq` is one."""

    async def current(self) -> FaqVersion | None:
        """The newest version."""
        ...


class CopySource(Protocol):
    """Where work in progress is; `records.working` is one."""

    async def of_kind(self, kind: str) -> list[WorkingCopy]:
        """All of a kind."""
        ...


class EntryState(StrEnum):
    """How an entry stands between what is published and what is being changed."""

    PUBLISHED = "published"
    CHANGED = "changed"
    NEW = "new"
    DELETED = "deleted"


class Validity(StrEnum):
    """Whether an entry as it is published may be used today."""

    NOW = "now"
    UPCOMING = "upcoming"
    EXPIRED = "expired"
    OFF = "off"


@dataclass(frozen=True)
class BenchEntry:
    """One entry: as published (None: not yet), and as it is being changed (None: nobody does)."""

    id: str
    published: Mapping[str, Any] | None
    working: WorkingCopy | None

    @property
    def state(self) -> EntryState:
        """How it stands."""
        if self.working is None:
            return EntryState.PUBLISHED
        if is_deleted(self.working.content):
            return EntryState.DELETED
        return EntryState.NEW if self.published is None else EntryState.CHANGED

    @property
    def shown(self) -> Mapping[str, Any]:
        """As it is worked on, or as published; what is being deleted as it was."""
        if self.working is None or (is_deleted(self.working.content) and self.published is not None):
            return self.published or {}
        return self.working.content

    @property
    def version(self) -> int:
        """The published wording's number; 0 for none."""
        return int(self.published["version"]) if self.published is not None else 0

    @property
    def is_stale(self) -> bool:
        """Whether another wording has been published since the change was begun."""
        return self.working is not None and self.working.base_version != self.version

    def validity(self, today: date) -> Validity:
        """Whether it may be used on that day, by its dates."""
        shown = self.shown
        if not shown.get("enabled", True):
            return Validity.OFF
        if shown.get("valid_until") and str(shown["valid_until"]) < today.isoformat():
            return Validity.EXPIRED
        if shown.get("valid_from") and str(shown["valid_from"]) > today.isoformat():
            return Validity.UPCOMING
        return Validity.NOW


@dataclass(frozen=True)
class BenchState:
    """All of it at one moment: published entries in their order, then new ones."""

    version: int
    entries: tuple[BenchEntry, ...]

    def get(self, entry_id: str) -> BenchEntry | None:
        """The entry of that id."""
        return next((each for each in self.entries if each.id == entry_id), None)

    def draft(self, keys: Collection[str] | None = None) -> Draft:
        """What would be published with the changes to `keys` (all)."""
        published = [each.published for each in self.entries if each.published is not None]
        return draft_of(published, {each.key: each.content for each in self.copies(keys)})

    def copies(self, keys: Collection[str] | None = None) -> list[WorkingCopy]:
        """The changes to `keys` (all)."""
        return [
            each.working
            for each in self.entries
            if each.working is not None and (keys is None or each.working.key in keys)
        ]


class FaqBench:
    """Brings both together."""

    def __init__(self, faq: FaqSource, working: CopySource) -> None:
        self._faq = faq
        self._working = working

    async def state(self) -> BenchState:
        """How everything stands now."""
        current = await self._faq.current()
        copies = {each.key: each for each in await self._working.of_kind(KIND)}
        published = current.content if current is not None else ()
        entries = [BenchEntry(each["id"], each, copies.pop(each["id"], None)) for each in published]
        entries += [BenchEntry(key, None, copies[key]) for key in sorted(copies)]
        return BenchState(current.version if current is not None else 0, tuple(entries))
