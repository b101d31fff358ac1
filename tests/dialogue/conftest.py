from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from dialogue.company import Company, load_company
from dialogue.faq.entry import FaqBook
from dialogue.faq.files import read_entries
from dialogue.kana import Reader
from dialogue.kinship import Kinship
from dialogue.knowledge import Knowledge
from dialogue.manager import Conversation, ConversationParts
from dialogue.matter import Router
from dialogue.retrieval.retriever import Retriever
from samples import sample_dir
from tests.embedding import kept_embedder

A_TUESDAY_MORNING = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def company() -> Company:
    return load_company(sample_dir() / "company.yaml")


@pytest.fixture(scope="session")
def book() -> FaqBook:
    return FaqBook(version=1, entries=read_entries(sample_dir() / "faq.yaml")).live(A_TUESDAY_MORNING.date())


@pytest.fixture(scope="session")
def retriever(book: FaqBook) -> Retriever:
    return Retriever(book, kept_embedder(), Reader())


@pytest.fixture(scope="session")
def kinship(book: FaqBook) -> Kinship:
    return Kinship(book, Reader())


@pytest.fixture
def new_conversation(company: Company, book: FaqBook, retriever: Retriever, kinship: Kinship):  # type: ignore[no-untyped-def]
    def make(router: Router | None = None, now: datetime = A_TUESDAY_MORNING) -> Conversation:
        knowledge = Knowledge(company, book, retriever, kinship=kinship)
        return Conversation(ConversationParts(lambda: knowledge, asyncio.to_thread, lambda: now, router))

    return make
