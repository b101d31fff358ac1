"""The golden day behind the figures' endpoints."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fastapi import APIRouter

from dashboard.api.figures import FiguresApi, Machine
from dashboard.auth.principal import Principal
from records.store import Records
from tests.records.figures.golden import golden_copy


@dataclass
class FigureScene:
    """The endpoints and what the audit was told."""

    records: Records
    audited: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def router(self) -> APIRouter:
        async def rules() -> dict[str, str]:
            return {"legal-words": "弁護士・訴訟のお申し出"}

        def machine() -> Machine:
            return Machine(concurrent=16, measured=True, told="測定しました。")

        return FiguresApi(self.records.figures, self, rules, machine).router()

    async def note(self, who: Principal, action: str, target: str = "", reason: str = "", detail: Any = None) -> None:
        self.audited.append((who.name, action, dict(detail or {})))


@asynccontextmanager
async def golden_scene(folder: Path) -> AsyncIterator[FigureScene]:
    """The golden day in records of its own."""
    records = await Records.open(golden_copy(folder))
    try:
        yield FigureScene(records)
    finally:
        await records.close()
