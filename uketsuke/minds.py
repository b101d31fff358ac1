"""Builds the mind: the company, the published FAQ and its index, one conversation for each call."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import yaml

from dialogue import phrases
from dialogue.company import Company, CompanyError, load_company
from dialogue.evidence import Candidate
from dialogue.faq.entry import FaqBook, FaqEntry
from dialogue.faq.files import read_entries
from dialogue.faq.rows import FaqImportError
from dialogue.kana import Reader
from dialogue.knowledge import Knowledge
from dialogue.llm.chat_model import ChatModel
from dialogue.llm.router import TurnRouter
from dialogue.manager import Conversation, ConversationParts
from dialogue.matter import Router
from dialogue.retrieval.e5 import E5Embedder
from dialogue.retrieval.hotwords import hotwords
from dialogue.retrieval.retriever import Retriever
from dialogue.sentences import sentences_of
from records.models import FaqVersion
from records.store import Records
from uketsuke.errors import UserError
from uketsuke.places import Places
from uketsuke.settings import Settings
from voice.recognition.vocabulary import Term

T = TypeVar("T")
Search = Callable[[], list[Candidate]]
RunSearch = Callable[[Search], Awaitable[list[Candidate]]]


class Minds:
    """The shared part of all conversations. The FAQ is what was published last; the first start publishes the file."""

    def __init__(self, company: Company, book: FaqBook, retriever: Retriever, router: Router | None, run: RunSearch):
        self.company = company
        self._book = book
        self._retriever = retriever
        self._router = router
        self._run = run
        self._vocabulary: tuple[Term, ...] = ()

    @classmethod
    async def open(
        cls, settings: Settings, places: Places, records: Records, chat: ChatModel | None, run: RunSearch
    ) -> Minds:
        """From the records; publishes the company's `faq.yaml` when nothing has been published yet."""
        published = await records.faq.current()
        if published is None:
            entries = await asyncio.to_thread(_read_faq, places.company / "faq.yaml")
            content = [entry.model_dump(mode="json", exclude={"version"}) for entry in entries]
            published = await records.faq.publish(content, "初期設定", "会社のフォルダの faq.yaml")
        return await asyncio.to_thread(cls._build, settings, places, _book_of(published), chat, run)

    @classmethod
    async def from_files(cls, settings: Settings, places: Places, chat: ChatModel | None) -> Minds:
        """From the company's folder alone, without records."""
        book = FaqBook(version=1, entries=_read_faq(places.company / "faq.yaml"))
        return await asyncio.to_thread(cls._build, settings, places, book, chat, asyncio.to_thread)

    @classmethod
    def _build(cls, settings: Settings, places: Places, book: FaqBook, chat: ChatModel | None, run: RunSearch) -> Minds:
        try:
            company = load_company(places.company / "company.yaml")
        except CompanyError as error:
            raise UserError(str(error)) from error
        vocabulary = _vocabulary(places.company / "vocabulary.yaml")
        reader = Reader([(term.surface, term.reading) for term in vocabulary if term.reading])
        live = book.live(company.local(datetime.now(UTC)).date())
        retriever = Retriever(live, E5Embedder(cache_dir=places.cache / "embeddings"), reader)
        router = TurnRouter(chat, settings.llm.route_deadline_s) if chat is not None else None
        minds = cls(company, live, retriever, router, run)
        minds._vocabulary = vocabulary
        return minds

    @property
    def faq_version(self) -> int:
        """The version of the FAQ that is live."""
        return self._book.version

    @property
    def terms(self) -> list[Term]:
        """The words that the recogniser should know: the company's, then those of the FAQ."""
        return [*self._vocabulary, *(Term(*term) for term in hotwords(self._book))]

    def new_conversation(self) -> Conversation:
        """The mind of one call."""
        knowledge = Knowledge(self.company, self._book, self._retriever)
        return Conversation(ConversationParts(lambda: knowledge, self._run, lambda: datetime.now(UTC), self._router))

    async def frequent_sentences(self) -> list[str]:
        """What is said often, most often first: the opening, the fixed phrases, then each answer's sentences."""
        said = [*phrases.opening(self.company), *phrases.every_fixed_sentence()]
        said += phrases.hand_over(self.company, datetime.now(UTC))
        answers = [sentences_of(entry.spoken) for entry in self._book.entries]
        said += [sentences[0] for sentences in answers]
        said += [sentence for sentences in answers for sentence in sentences[1:]]
        return list(dict.fromkeys(said))


def _book_of(published: FaqVersion) -> FaqBook:
    entries = tuple(FaqEntry.model_validate(content) for content in published.content)
    return FaqBook(version=published.version, entries=entries)


def _read_faq(file: Path) -> tuple[FaqEntry, ...]:
    try:
        return read_entries(file)
    except FaqImportError as error:
        raise UserError(f"{file} は使えません。\n{error}") from error
    except OSError as error:
        raise UserError(f"{file} を開けません（{error.strerror}）。場所をご確認ください。") from error


def _vocabulary(file: Path) -> tuple[Term, ...]:
    if not file.is_file():
        return ()
    try:
        rows: list[dict[str, Any]] = yaml.safe_load(file.read_text(encoding="utf-8"))["entries"]
        return tuple(
            Term(row["surface"], row.get("reading", ""), float(row.get("weight", 1)), row.get("display", ""))
            for row in rows
        )
    except (yaml.YAMLError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        raise UserError(f"{file} が読めません（{error}）。entries に surface と reading を並べてください。") from error
