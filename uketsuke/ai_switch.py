"""Whether the AI answers, as it was published last: followed on its own, so that no indexing delays it."""

from __future__ import annotations

import structlog

from dialogue.operation import Operation, OperationError, operation_of
from records.documents import DocumentRepository

KIND = "operation"
log = structlog.get_logger(__name__)


class AiSwitch:
    """`current` is what holds. A version that cannot be used changes nothing."""

    def __init__(self, documents: DocumentRepository) -> None:
        self._documents = documents
        self._seen = 0
        self._current = Operation()

    @property
    def current(self) -> Operation:
        """Whether the AI answers, and what callers are told when it does not."""
        return self._current

    async def refresh(self) -> bool:
        """Take up what was published since; whether there was anything."""
        if (await self._documents.latest()).get(KIND, 0) == self._seen:
            return False
        published = await self._documents.current(KIND)
        if published is None:
            return False
        self._seen = published.version
        try:
            self._current = operation_of(published.content)
        except OperationError as error:
            log.warning("document_unusable", kind=KIND, version=published.version, problem=str(error))
            return False
        log.info("ai_switched", ai=self._current.ai, version=published.version)
        return True
