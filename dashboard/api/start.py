"""The newcomer's way: from an empty installation to the first own answer on the telephone, step by step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, ConfigDict, Field

from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import NOT_ALLOWED, Principal, needs
from records.calls import CallRepository
from records.documents import DocumentRepository, StaleVersionError
from records.faq import FaqRepository
from records.rules import RuleRepository
from records.search import CallFilter

Reader = Annotated[Principal, needs(Permission.FAQ_READ)]
Tuner = Annotated[Principal, needs(Permission.TUNING_PUBLISH)]

Line = Annotated[str, Field(min_length=1, max_length=120)]
FRESH_NOTE: Final = "自分の会社で始める"
EMPTY_WORDS: Final[Mapping[str, Any]] = {"entries": []}


class CompanyStep(BaseModel):
    """Who answers the telephone."""

    model_config = ConfigDict(extra="forbid", title="会社のこと")

    name: Annotated[Line, Field(description="会社の名前（例：みなと通信）")]
    name_reading: Annotated[str, Field(max_length=120, description="読み（ひらがな）")] = ""
    agent_name: Annotated[Line, Field(description="名乗り（例：みなと通信の自動音声）")]
    recording_purpose: Annotated[Line, Field(description="録音の目的。通話のはじめにお伝えします")]
    phone: Annotated[str, Field(max_length=32, description="代表番号")] = ""
    fresh: Annotated[bool, Field(description="見本のFAQ・ルール・ことばを消して、空から始める")] = False
    expected_version: Annotated[int, Field(ge=0, description="元にした版")]


@dataclass(frozen=True)
class FirstEntry:
    """The newest entry that was written here, not brought along by the sample."""

    id: str
    title: str
    question: str


class StartApi:
    """How far the newcomer is, by what is in the records; and the one step that has no page of its own."""

    def __init__(
        self,
        documents: DocumentRepository,
        faq: FaqRepository,
        rules: RuleRepository,
        calls: CallRepository,
        audit: Audit,
        check_company: Callable[[Mapping[str, Any]], object],
        first_author: str,
    ) -> None:
        """`check_company` raises `ValueError` in Japanese; `first_author` is who publishes the folder's files."""
        self._documents = documents
        self._faq = faq
        self._rules = rules
        self._calls = calls
        self._audit = audit
        self._check_company = check_company
        self._first_author = first_author

    def router(self) -> APIRouter:
        """The endpoints."""
        router = APIRouter(tags=["はじめかた"])
        router.add_api_route("/start", self._get, summary="はじめかたの進み具合")
        router.add_api_route("/start/company", self._name_company, methods=["PUT"], summary="会社のことを決める")
        return router

    async def _get(self, who: Reader) -> dict[str, Any]:
        company = await self._documents.current("company")
        own = await self._own_entry()
        answered = None
        if own is not None:
            rows = await self._calls.list(limit=1, narrowed=CallFilter(entry=own.id))
            answered = {"call_id": rows[0].id, "at": rows[0].started_at} if rows else None
        content = company.content if company is not None else {}
        return {
            "company": {
                "version": company.version if company is not None else 0,
                "done": company is not None and company.info.author != self._first_author,
                **{name: content.get(name, "") for name in ("name", "name_reading", "agent_name", "phone")},
                "recording_purpose": content.get("recording_purpose", ""),
            },
            "entries": await self._entry_count(),
            "own_entry": None if own is None else asdict(own),
            "answered": answered,
            "began_at": await self._began_at(),
        }

    async def _name_company(self, step: CompanyStep, who: Tuner) -> dict[str, Any]:
        if step.fresh and not who.may(Permission.FAQ_PUBLISH):
            raise HTTPException(403, NOT_ALLOWED)
        current = await self._documents.current("company")
        given = step.model_dump(exclude={"fresh", "expected_version"})
        content = {**(current.content if current is not None else {}), **given}
        if step.fresh:
            content |= {"vip_numbers": [], "blocked_numbers": [], "persona": "", "service": ""}
        try:
            self._check_company(content)
            published = await self._documents.publish(
                "company", content, who.name, FRESH_NOTE, expected_version=step.expected_version
            )
        except StaleVersionError as error:
            raise HTTPException(409, str(error)) from error
        except ValueError as error:
            raise HTTPException(422, str(error)) from error
        if step.fresh:
            await self._faq.publish([], who.name, FRESH_NOTE)
            await self._rules.publish([], who.name, FRESH_NOTE)
            for kind in ("vocabulary", "dictionary"):
                await self._documents.publish(kind, EMPTY_WORDS, who.name, FRESH_NOTE)
        await self._audit.note(who, "start.company", step.name, detail={"fresh": step.fresh})
        return {"version": published.version}

    async def _entry_count(self) -> int:
        current = await self._faq.current()
        return current.info.entry_count if current is not None else 0

    async def _own_entry(self) -> FirstEntry | None:
        """The entry that a person published last and that is still there."""
        current = await self._faq.current()
        there = {each["id"]: each for each in current.content} if current is not None else {}
        for version in await self._faq.history(limit=20):
            if version.author == self._first_author:
                continue
            for entry_id in version.changed:
                if entry_id in there:
                    entry = there[entry_id]
                    return FirstEntry(entry_id, str(entry["title"]), str(entry["questions"][0]))
        return None

    async def _began_at(self) -> datetime | None:
        history = await self._documents.history("company", limit=1_000)
        return history[-1].published_at if history else None
