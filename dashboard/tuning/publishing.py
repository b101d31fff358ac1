"""Publishing what supervisors tune: now, later, or back to an earlier version. Every way is checked and audited."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from dashboard.auth.audit import Audit
from dashboard.auth.principal import Principal
from dashboard.tuning.kinds import KINDS, Problem, TuningKind
from records.documents import DocumentRepository, StaleVersionError
from records.planned import PlannedPublication, PlannedRepository, StalePlanError
from records.rules import RuleRepository, RuleVersion
from records.working import WorkingConflictError, WorkingCopyRepository

SHAPE: Final = "内容の形が正しくありません。項目の名前と値をご確認ください。"
NO_VERSION: Final = "この版は見つかりません。一覧から選び直してください。"


@dataclass(frozen=True)
class VersionInfo:
    """One line of a history."""

    version: int
    published_at: datetime
    author: str
    note: str


@dataclass(frozen=True)
class PublishedContent:
    """One published version."""

    info: VersionInfo
    content: dict[str, Any]


class VersionLine(Protocol):
    """Where the versions of one kind are kept."""

    async def current(self) -> PublishedContent | None:
        """The newest; None before the first."""
        ...

    async def get(self, version: int) -> PublishedContent | None:
        """One of them."""
        ...

    async def history(self, limit: int) -> list[VersionInfo]:
        """All, newest first."""
        ...

    async def publish(
        self, content: Mapping[str, Any], author: str, note: str, expected_version: int
    ) -> PublishedContent:
        """Make it current. Raises `StaleVersionError`."""
        ...


class DocumentLine:
    """The versions of one kind of document."""

    def __init__(self, documents: DocumentRepository, kind: str) -> None:
        self._documents = documents
        self._kind = kind

    async def current(self) -> PublishedContent | None:
        """See `VersionLine`."""
        found = await self._documents.current(self._kind)
        return None if found is None else PublishedContent(_info(found.info), found.content)

    async def get(self, version: int) -> PublishedContent | None:
        """See `VersionLine`."""
        found = await self._documents.get(self._kind, version)
        return None if found is None else PublishedContent(_info(found.info), found.content)

    async def history(self, limit: int) -> list[VersionInfo]:
        """See `VersionLine`."""
        return [_info(each) for each in await self._documents.history(self._kind, limit)]

    async def publish(
        self, content: Mapping[str, Any], author: str, note: str, expected_version: int
    ) -> PublishedContent:
        """See `VersionLine`."""
        made = await self._documents.publish(self._kind, content, author, note, expected_version)
        return PublishedContent(_info(made.info), made.content)


class RuleLine:
    """The versions of the escalation rules, as the document `{"rules": […]}`."""

    def __init__(self, rules: RuleRepository) -> None:
        self._rules = rules

    async def current(self) -> PublishedContent | None:
        """See `VersionLine`."""
        return _of_rules(await self._rules.current())

    async def get(self, version: int) -> PublishedContent | None:
        """See `VersionLine`."""
        return _of_rules(await self._rules.get(version))

    async def history(self, limit: int) -> list[VersionInfo]:
        """See `VersionLine`."""
        return [_info(each) for each in await self._rules.history(limit)]

    async def publish(
        self, content: Mapping[str, Any], author: str, note: str, expected_version: int
    ) -> PublishedContent:
        """See `VersionLine`."""
        made = await self._rules.publish(content.get("rules", []), author, note, expected_version)
        return PublishedContent(_info(made.info), {"rules": list(made.content)})


class TuningRefusedError(RuntimeError):
    """Not published; the message says why. `is_conflict`: somebody else was first."""

    def __init__(self, sentence: str, problems: list[Problem] | None = None, *, is_conflict: bool = False) -> None:
        super().__init__(sentence)
        self.problems = problems or []
        self.is_conflict = is_conflict


class TuningPublishing:
    """The one way to a new version from the pages."""

    def __init__(
        self,
        lines: Mapping[str, VersionLine],
        working: WorkingCopyRepository,
        planned: PlannedRepository,
        audit: Audit,
        kinds: Mapping[str, TuningKind] = KINDS,
    ) -> None:
        self.lines = lines
        self._working = working
        self._planned = planned
        self._audit = audit
        self._kinds = kinds

    async def publish(
        self, who: Principal, kind: str, content: Mapping[str, Any], expected_version: int, note: str
    ) -> PublishedContent:
        """Make `content` current, and throw the work in progress away. Raises `TuningRefusedError`."""
        await self._check(kind, content)
        made = await self._made(kind, content, who.name, note, expected_version)
        with suppress(WorkingConflictError):
            await self._working.drop(kind)
        await self._audit.note(who, f"{kind}.publish", kind, detail={"version": made.info.version, "note": note})
        return made

    async def roll_back(
        self, who: Principal, kind: str, version: int, expected_version: int, reason: str
    ) -> PublishedContent:
        """Publish what an earlier version was, as a new one. Raises `TuningRefusedError`."""
        earlier = await self.lines[kind].get(version)
        if earlier is None:
            raise TuningRefusedError(NO_VERSION)
        await self._check(kind, earlier.content)
        note = f"第{version}版に戻す：{reason}"
        made = await self._made(kind, earlier.content, who.name, note, expected_version)
        detail = {"version": made.info.version, "from": version}
        await self._audit.note(who, f"{kind}.roll_back", kind, reason, detail)
        return made

    async def plan(
        self, who: Principal, kind: str, content: Mapping[str, Any], expected_version: int, at: datetime, note: str
    ) -> PlannedPublication:
        """Publish `content` at `at`. Raises `TuningRefusedError`."""
        await self._check(kind, content)
        current = await self.lines[kind].current()
        newest = current.info.version if current is not None else 0
        if newest != expected_version:
            raise TuningRefusedError(str(StaleVersionError(newest)), is_conflict=True)
        made = await self._planned.plan(kind, at, content, base_version=newest, author=who.name, note=note)
        detail = {"plan": made.id, "at": at.isoformat(), "note": note}
        await self._audit.note(who, f"{kind}.plan", kind, detail=detail)
        return made

    async def carry_out(self, plan: PlannedPublication) -> str:
        """Publish a plan that is due; what came of it, in Japanese. Raises `StalePlanError`."""
        try:
            await self._check(plan.kind, plan.content)
            made = await self._made(plan.kind, plan.content, plan.author, plan.note, plan.base_version)
        except TuningRefusedError as error:
            raise StalePlanError(str(error)) from error
        return f"第{made.info.version}版として公開しました。"

    async def _check(self, kind: str, content: Mapping[str, Any]) -> None:
        try:
            problems = await asyncio.to_thread(self._kinds[kind].problems, content)
        except (TypeError, AttributeError, ValueError, KeyError, RecursionError) as error:
            raise TuningRefusedError(SHAPE) from error
        if problems:
            raise TuningRefusedError(f"公開できません。{problems[0].text}", problems)

    async def _made(
        self, kind: str, content: Mapping[str, Any], author: str, note: str, expected_version: int
    ) -> PublishedContent:
        try:
            return await self.lines[kind].publish(content, author, note, expected_version)
        except StaleVersionError as error:
            raise TuningRefusedError(str(error), is_conflict=True) from error


def lines_of(documents: DocumentRepository, rules: RuleRepository) -> dict[str, VersionLine]:
    """Where the versions of every kind are kept."""
    return {kind: RuleLine(rules) if kind == "rules" else DocumentLine(documents, kind) for kind in KINDS}


def _info(info: Any) -> VersionInfo:
    return VersionInfo(info.version, info.published_at, info.author, info.note)


def _of_rules(found: RuleVersion | None) -> PublishedContent | None:
    return None if found is None else PublishedContent(_info(found.info), {"rules": list(found.content)})
