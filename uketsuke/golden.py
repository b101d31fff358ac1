"""The golden questions of the records, seeded from the company's folder where there are none yet."""

from __future__ import annotations

import asyncio
from pathlib import Path

from dialogue.golden import KIND, GoldenSet, read_golden
from records.documents import DocumentRepository


class GoldenQuestions:
    """The newest version of the document `golden`."""

    def __init__(self, documents: DocumentRepository, file: Path) -> None:
        self._documents = documents
        self._file = file

    async def current(self) -> tuple[GoldenSet, int]:
        """The questions and their version; the company's own file becomes the first one. Raises `GoldenError`."""
        newest = await self._documents.current(KIND)
        if newest is None:
            seed = await asyncio.to_thread(read_golden, self._file)
            newest = await self._documents.publish(KIND, seed.plain(), "初期設定", "会社のフォルダの golden.yaml")
        return GoldenSet.of(newest.content), newest.version

    async def publish(self, questions: GoldenSet, author: str, note: str, expected_version: int) -> int:
        """Keep them as the next version. Raises `StaleVersionError`."""
        return (await self._documents.publish(KIND, questions.plain(), author, note, expected_version)).version
