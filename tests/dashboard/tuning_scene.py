"""The sample company's rules, wording, hours and words in real records, and their API as somebody sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI

from dashboard.api.app import create_api
from dashboard.api.documents import DocumentsApi
from dashboard.api.operation import OperationApi
from dashboard.api.rules import RulesApi, RuleSources
from dashboard.api.speech import SpeechApi
from dashboard.auth.audit import AuditTrail
from dashboard.auth.permissions import Role
from dashboard.transcript import LineMask
from dashboard.tuning.publishing import TuningPublishing, lines_of
from dialogue.company import load_company
from dialogue.escalation.book import RuleBook
from dialogue.escalation.dry_run import DryRun
from dialogue.escalation.files import read_content
from dialogue.faq.entry import FaqBook
from dialogue.faq.files import read_entries
from dialogue.kana import Reader
from dialogue.operation import Operation
from records.store import Records
from samples import sample_dir
from tests.dashboard.signing_in import as_person
from uketsuke.documents import Documents, PublishedDocuments
from uketsuke.mouths import dictionary_of
from voice.pool import InferencePool
from voice.tts.cache import SpeechCache
from voice.tts.dictionary import PronunciationDictionary
from voice.tts.mouth import Mouth
from voice.tts.openjtalk import OpenJTalkVoice
from voice.word_documents import terms_of

NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)
NOTHING = DryRun(0, (), {}, (), (), ())


@cache
def reader() -> Reader:
    """One for all tests: it is slow to make."""
    return Reader()


@cache
def sample_rules() -> tuple[dict[str, Any], ...]:
    """The sample company's rules as they are published."""
    return tuple(read_content(sample_dir() / "rules.yaml", reader()))


@cache
def sample_faq() -> FaqBook:
    """The sample company's entries."""
    return FaqBook(version=1, entries=read_entries(sample_dir() / "faq.yaml"))


@dataclass
class TuningScene:
    """The API over real records. `operation` is what the running service goes by; `past` what a dry run brings."""

    records: Records
    operation: Operation = Operation()
    past: DryRun = NOTHING
    tried: list[tuple[RuleBook, int]] = field(default_factory=list)

    async def publish_sample(self) -> None:
        """What the first start publishes."""
        company = load_company(sample_dir() / "company.yaml")
        words = terms_of({"entries": [{"surface": "みなと光", "reading": "みなとひかり", "weight": 3}]})
        documents = Documents(company, vocabulary=words, dictionary=dictionary_of(sample_dir()))
        await PublishedDocuments(self.records.documents, documents).publish_first()
        await self.records.rules.publish(list(sample_rules()), "初期設定")

    @property
    def publishing(self) -> TuningPublishing:
        records = self.records
        lines = lines_of(records.documents, records.rules)
        return TuningPublishing(lines, records.working, records.planned, AuditTrail(records.audit))

    async def try_out(self, proposed: RuleBook, last: int) -> DryRun:
        self.tried.append((proposed, last))
        return self.past

    def routers(self) -> list[APIRouter]:
        records, audit = self.records, AuditTrail(self.records.audit)
        book = RuleBook.from_content(1, sample_rules())
        sources = RuleSources(lambda: book, sample_faq, reader, LineMask())
        return [
            DocumentsApi(self.publishing, records.working, audit, lambda: NOW).router(),
            RulesApi(sources, self.try_out).router(),
            OperationApi(records.documents, lambda: self.operation, audit).router(),
        ]

    @asynccontextmanager
    async def client(self, role: Role = Role.SUPERVISOR) -> AsyncIterator[httpx.AsyncClient]:
        """The API for a person with that role."""
        app: FastAPI = create_api(self.routers())
        transport = httpx.ASGITransport(app=as_person(app, role))
        async with httpx.AsyncClient(transport=transport, base_url="http://uketsuke") as client:
            yield client

    async def actions(self) -> list[str]:
        """What the audit was told, oldest first."""
        return [line.action for line in reversed(await self.records.audit.page())]


def speech_router(pool: InferencePool) -> APIRouter:
    """Hearing any text in the plain voice."""
    mouth = Mouth(OpenJTalkVoice(), PronunciationDictionary(), SpeechCache(), pool)
    return SpeechApi(mouth).router()
