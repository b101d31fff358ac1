"""What is published besides FAQ and rules, as the service uses it: taken up kind by kind, and only what is sound."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

import structlog

from dialogue.company import Company, company_of
from dialogue.operation import Operation, operation_of
from dialogue.wording import Wording
from records.documents import DocumentRepository
from voice.recognition.vocabulary import Term
from voice.tts.dictionary import Pronunciation
from voice.word_documents import dictionary_content, pronunciations_of, terms_of, vocabulary_content

FIRST_AUTHOR: Final = "初期設定"
FIRST_NOTE: Final = "会社のフォルダから"
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Documents:
    """All documents in force. `versions` are their numbers by kind; a kind that was never published has none."""

    company: Company
    wording: Wording = Wording()
    vocabulary: tuple[Term, ...] = ()
    dictionary: tuple[Pronunciation, ...] = ()
    operation: Operation = Operation()
    versions: Mapping[str, int] = field(default_factory=dict)

    def with_content(self, kind: str, version: int, content: Mapping[str, Any]) -> Documents:
        """These with another version of one kind. Raises `ValueError` with a Japanese message for a broken one."""
        made = replace(self, **{kind: _READERS[kind](content)})
        return replace(made, versions={**self.versions, kind: version})


_READERS: Final[dict[str, Callable[[Mapping[str, Any]], Any]]] = {
    "company": company_of,
    "wording": Wording.from_content,
    "vocabulary": terms_of,
    "dictionary": pronunciations_of,
    "operation": operation_of,
}
KINDS: Final = tuple(_READERS)


class PublishedDocuments:
    """Follows the records: `current` is what is in force. A version that cannot be used leaves its kind as it was."""

    def __init__(self, repository: DocumentRepository, start: Documents) -> None:
        """`start` holds where nothing has been published, or nothing sound."""
        self._repository = repository
        self._current = start
        self._seen: dict[str, int] = {}

    @property
    def current(self) -> Documents:
        """What is in force."""
        return self._current

    async def publish_first(self) -> None:
        """Publish what holds at the start of every kind that has no version yet."""
        latest = await self._repository.latest()
        for kind, content in contents_of(self._current).items():
            if kind not in latest:
                await self._repository.publish(kind, content, FIRST_AUTHOR, FIRST_NOTE)

    async def refresh(self) -> bool:
        """Take up what was published since; whether there was anything."""
        latest = await self._repository.latest()
        newer = [kind for kind in KINDS if latest.get(kind, 0) > self._seen.get(kind, 0)]
        documents = self._current
        for kind in newer:
            published = await self._repository.current(kind)
            if published is None:
                continue
            self._seen[kind] = published.version
            try:
                # Reading a long list takes longer than the loop, which carries the calls' sound, may wait.
                documents = await asyncio.to_thread(documents.with_content, kind, published.version, published.content)
            except ValueError as error:
                log.warning("document_unusable", kind=kind, version=published.version, problem=str(error))
        changed = documents is not self._current
        self._current = documents
        return changed

    async def at(self, versions: Mapping[str, int]) -> Documents:
        """The documents of another time, as far as they are kept; others stay as they are."""
        documents = self._current
        for kind in KINDS:
            version = versions.get(kind)
            if version is None or version == documents.versions.get(kind):
                continue
            kept = await self._repository.get(kind, version)
            if kept is not None:
                documents = await asyncio.to_thread(documents.with_content, kind, version, kept.content)
        return documents


def contents_of(documents: Documents) -> dict[str, dict[str, Any]]:
    """The documents as plain data to publish, by kind."""
    own = {name.value: "".join(lines) for name, lines in documents.wording.own.items()}
    return {
        "company": documents.company.model_dump(mode="json"),
        "wording": {"prompts": own},
        "vocabulary": vocabulary_content(documents.vocabulary),
        "dictionary": dictionary_content(documents.dictionary),
        "operation": documents.operation.model_dump(mode="json"),
    }
