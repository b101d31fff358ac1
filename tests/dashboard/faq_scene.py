"""A small FAQ in real records, and the bench's API over it as somebody with a role sees it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import httpx
from fastapi import APIRouter, FastAPI

from dashboard.api.app import create_api
from dashboard.api.faq import FaqApi
from dashboard.api.faq_files import FaqFilesApi
from dashboard.api.faq_publishing import FaqPublishingApi
from dashboard.api.plans import PlansApi
from dashboard.auth.audit import AuditTrail
from dashboard.auth.permissions import Role
from dashboard.faq_bench import FaqBench
from dashboard.faq_publishing import FaqPublishing
from dashboard.faq_review import FaqReviewer
from dialogue.faq.draft import plain_entry
from dialogue.faq.entry import FaqEntry
from dialogue.kana import Reader
from records.store import Records
from tests.dashboard.signing_in import as_person

TODAY = date(2026, 4, 1)
NOW = datetime(2026, 4, 1, 3, 0, tzinfo=UTC)


def entry(entry_id: str, title: str, **more: Any) -> dict[str, Any]:
    """A whole entry as plain data."""
    given = {
        "id": entry_id,
        "category": "料金",
        "title": title,
        "questions": [f"{title}を教えてください"],
        "spoken": f"{title}は、毎月27日でございます。",
        **more,
    }
    return plain_entry(FaqEntry.model_validate(given))


@dataclass
class FaqScene:
    """The FAQ bench over real records."""

    records: Records
    live: int = 0
    reader: Reader = field(default_factory=Reader)

    @property
    def publishing(self) -> FaqPublishing:
        records = self.records
        return FaqPublishing(records.faq, records.working, records.planned, records.trials, AuditTrail(records.audit))

    def routers(self) -> list[APIRouter]:
        records, audit = self.records, AuditTrail(self.records.audit)
        reviewer = FaqReviewer(self.reader.katakana)
        return [
            FaqApi(records.faq, records.working, reviewer, audit, lambda: TODAY).router(),
            FaqPublishingApi(self.publishing, records.faq, lambda: self.live, lambda: NOW).router(),
            FaqFilesApi(FaqBench(records.faq, records.working), records.working, audit, lambda: TODAY).router(),
            PlansApi(records.planned, audit).router(),
        ]

    @asynccontextmanager
    async def client(self, role: Role = Role.SUPERVISOR, name: str = "森 花子") -> AsyncIterator[httpx.AsyncClient]:
        app = FastAPI()
        app.mount("/api", create_api(self.routers()))
        seen = as_person(app, role, name, name)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(seen), base_url="http://127.0.0.1/api") as client:
            yield client

    async def publish(self, *entries: dict[str, Any]) -> int:
        """Put these into force; the version they became."""
        return (await self.records.faq.publish(list(entries), "初期設定")).version

    async def actions(self) -> list[str]:
        """What the audit holds, oldest first."""
        return [line.action for line in reversed(await self.records.audit.page())]
