"""The API of the figures over the parts of the service."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

from fastapi import APIRouter

from dashboard.api.figures import FiguresApi, Machine
from dashboard.auth.audit import AuditTrail
from dashboard.rule_words import RULES
from uketsuke.parts import Parts

LOAD_FILE: Final = "load.json"
"""Where `uketsuke bench load --json` may leave what it measured on this machine, in the data folder."""
IN_TIME_S: Final = 1.5
"""A machine carries so many calls while 95 % of its replies begin within this."""


def figures_routers(parts: Parts) -> list[APIRouter]:
    """Figures, their meaning, capacity and cost."""
    records = parts.records

    async def rules() -> dict[str, str]:
        current = await records.rules.current()
        own = {str(each["id"]): str(each.get("title") or each["id"]) for each in current.content} if current else {}
        return {**RULES, **own}

    def machine() -> Machine:
        return machine_of(parts.places.data / LOAD_FILE, parts.settings.server.max_calls)

    return [FiguresApi(records.figures, AuditTrail(records.audit), rules, machine).router()]


def machine_of(load_file: Path, max_calls: int) -> Machine:
    """What this machine carries: as it was measured, where it was, and never more than the settings let in."""
    measured = _measured(load_file)
    if measured is None:
        told = f"負荷の測定がまだないため、設定の同時通話数の上限（max_calls）{max_calls}件で計算しています。"
        return Machine(concurrent=max_calls, measured=False, told=told)
    told = f"負荷の測定で、応答の95%が{IN_TIME_S:g}秒以内だった最大の同時通話数です。"
    if measured > max_calls:
        told = f"測定では{measured}件まで受けられましたが、設定の上限（max_calls）が{max_calls}件です。"
    return Machine(concurrent=min(measured, max_calls), measured=True, told=told)


def _measured(load_file: Path) -> int | None:
    try:
        figures: dict[str, Any] = json.loads(load_file.read_text(encoding="utf-8"))["figures"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    calls = [
        int(number)
        for key, value in figures.items()
        if (number := key.removeprefix("latency_p95_s_")).isdigit()
        and isinstance(value, int | float)
        and value <= IN_TIME_S
        and not figures.get(f"failed_calls_{number}", 1)
    ]
    return max(calls, default=None)
