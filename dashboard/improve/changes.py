"""What was found in calls, put into the FAQ's work in progress: wordings for an entry, or a new entry."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

from dashboard.faq_bench import KIND, BenchEntry, EntryState, FaqBench
from records.working import WorkingCopy, WorkingCopyRepository

MOST_QUESTIONS: Final = 200
NO_ENTRY: Final = "この項目は、もうFAQにありません。ほかの項目を選んでください。"
NOTHING_NEW: Final = "この言い方は、すでにこの項目にあります。"
TOO_MANY: Final = f"1つの項目に入れられる質問は{MOST_QUESTIONS}件までです。使わない質問を減らしてください。"

IsTaken = Callable[[str], Awaitable[bool]]
"""Whether an entry of that id was ever published."""


class ChangeError(ValueError):
    """The change cannot be made; the message says why, in Japanese."""


class FaqChanges:
    """Changes work in progress; nothing here is published. Raises `WorkingConflictError` when another was first."""

    def __init__(self, bench: FaqBench, working: WorkingCopyRepository, is_taken: IsTaken) -> None:
        self._bench = bench
        self._working = working
        self._is_taken = is_taken

    async def add_wordings(self, entry_id: str, texts: Sequence[str], by: str) -> WorkingCopy:
        """More ways to ask for an entry. Raises `ChangeError`."""
        return await self._extend(entry_id, "questions", texts, by)

    async def add_negatives(self, entry_id: str, texts: Sequence[str], by: str) -> WorkingCopy:
        """Ways to ask that do not mean an entry. Raises `ChangeError`."""
        return await self._extend(entry_id, "negatives", texts, by)

    async def new_entry(self, title: str, category: str, texts: Sequence[str], spoken: str, by: str) -> WorkingCopy:
        """A new entry; without an answer yet it waits for one."""
        state = await self._bench.state()
        number = len(state.entries) + 1
        while state.get(_id(number)) is not None or await self._is_taken(_id(number)):
            number += 1
        key, questions = _id(number), list(dict.fromkeys(texts))[:MOST_QUESTIONS]
        content = {"id": key, "title": title, "category": category, "questions": questions, "spoken": spoken}
        return await self._working.save(KIND, key, content, revision=0, base_version=0, by=by)

    async def _extend(self, entry_id: str, field: str, texts: Sequence[str], by: str) -> WorkingCopy:
        entry = (await self._bench.state()).get(entry_id)
        if entry is None or entry.state is EntryState.DELETED:
            raise ChangeError(NO_ENTRY)
        content = _content(entry)
        standing = [str(text) for text in content.get(field) or ()]
        extended = list(dict.fromkeys([*standing, *texts]))
        if len(extended) == len(standing):
            raise ChangeError(NOTHING_NEW)
        if len(extended) > MOST_QUESTIONS:
            raise ChangeError(TOO_MANY)
        return await self._working.save(
            KIND,
            entry_id,
            {**content, field: extended},
            revision=entry.working.revision if entry.working is not None else 0,
            base_version=entry.working.base_version if entry.working is not None else entry.version,
            by=by,
        )


def _content(entry: BenchEntry) -> Mapping[str, Any]:
    return {name: value for name, value in entry.shown.items() if name != "version"}


def _id(number: int) -> str:
    return f"faq-{number:03d}"
