"""The floor at one look: the wallboard's figures, who waits, and what somebody should look at."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final, Protocol

from pydantic import BaseModel, Field

from dashboard import words
from dashboard.live_words import facts_of
from dashboard.sources import ServiceStatus
from dialogue.escalation.tone import Tone
from records.clock import utc_now
from records.floor import FloorFigures
from telephony.live import LiveCalls

KEPT_S: Final = 2.0
"""So long the figures of the records are good for all pages."""
LONG_WAIT_S: Final = 60.0
SLOW_MS: Final = 2_000.0
PRESENCE: Final = {
    "available": "受付可",
    "talking": "応対中",
    "after_call": "後処理中",
    "away": "離席中",
    "training": "研修中",
}
"""Those who are there; who is not, stands on no wallboard."""


class RunningCall(BaseModel):
    """いま進行中の通話。"""

    call_id: str = Field(description="通話のID")
    line: str = Field(description="回線の種類")
    line_name: str = Field(description="回線の呼び名")
    from_number: str = Field(description="発信者番号（伏せ字）")
    to_number: str = Field(description="着信番号")
    caller: str = Field(description="発信者の呼び名")
    started_at: datetime = Field(description="始まった時刻")
    state: str = Field(description="状態")
    state_name: str = Field(description="状態の呼び名")
    topic: str = Field(description="最後にお答えしたFAQの見出し")
    entry_id: str = Field(description="そのFAQのID")
    tone: str = Field(description="お客様のご様子（言葉からの推定）")
    tone_name: str = Field(description="ご様子の呼び名")
    harassment: int = Field(description="迷惑行為のおそれの段階（0なし）")
    reason: str = Field(description="担当者が必要な理由")
    waiting_since: datetime | None = Field(description="担当者をお待ちの時刻から")
    operator: str = Field(description="応対中の担当者")
    latency_p50_ms: float | None = Field(description="応答までの時間の中央値（ミリ秒）")
    latency_last_ms: float | None = Field(description="直前の応答までの時間（ミリ秒）")


class WaitingCaller(BaseModel):
    """担当者をお待ちのお客様。"""

    call_id: str = Field(description="通話のID")
    caller: str = Field(description="発信者の呼び名")
    queue: str = Field(description="窓口")
    priority: int = Field(description="優先度（1が最も急ぎ）")
    reason: str = Field(description="理由")
    since: datetime = Field(description="お待ちの時刻から")


class Person(BaseModel):
    """担当者の在席。"""

    name: str = Field(description="名前")
    state: str = Field(description="状態")
    state_name: str = Field(description="状態の呼び名")
    since: datetime = Field(description="いつから")


class Wallboard(BaseModel):
    """きょうの数字。割合の分子と分母も返します。"""

    calls_now: int = Field(description="進行中の通話")
    waiting: int = Field(description="担当者をお待ちの人数")
    longest_wait_s: float | None = Field(description="最も長いお待ち（秒）")
    offered: int = Field(description="きょうの着信")
    answered: int = Field(description="きょうの応答")
    engaged: int = Field(description="きょうお話のあった通話")
    completed: int = Field(description="AIだけで回答して終えた通話")
    completion: float | None = Field(description="AI完結率（completed ÷ engaged）")
    queued: int = Field(description="きょう担当者をお待ちになった通話")
    taken_by_people: int = Field(description="担当者が応対した通話")
    abandoned: int = Field(description="お待ちのあいだに切断された通話")
    latency_p50_ms: float | None = Field(description="直近1時間の応答までの時間の中央値（ミリ秒）")
    latency_p95_ms: float | None = Field(description="同じく95パーセンタイル（ミリ秒）")
    answers_last_hour: int = Field(description="直近1時間の応答の数")


class Alarm(BaseModel):
    """見ていただきたいこと。"""

    level: str = Field(description="bad（すぐに）か waiting（お早めに）")
    sentence: str = Field(description="何が起きているか")
    call_id: str | None = Field(description="その通話")


class Floor(BaseModel):
    """フロアのいま。"""

    at: datetime = Field(description="いつの様子か")
    wallboard: Wallboard
    calls: list[RunningCall] = Field(description="進行中の通話（古い順）")
    queue: list[WaitingCaller] = Field(description="担当者をお待ちの方（お受けする順）")
    people: list[Person] = Field(description="担当者の在席")
    alarms: list[Alarm] = Field(description="見ていただきたいこと")


class FloorRecords(Protocol):
    """The figures of the records; `Records.floor` is one."""

    async def figures(self, day_began: datetime, now: datetime) -> FloorFigures:
        """The figures since then."""
        ...


class FloorBoard:
    """Looks at the floor. However many pages ask, the records are read every two seconds at most."""

    def __init__(
        self,
        live: LiveCalls,
        records: FloorRecords,
        status: Callable[[], ServiceStatus],
        day_began: Callable[[datetime], datetime],
        now: Callable[[], datetime] = utc_now,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._live = live
        self._records = records
        self._status = status
        self._day_began = day_began
        self._now = now
        self._clock = clock
        self._reading = asyncio.Lock()
        self._read: tuple[float, FloorFigures] | None = None

    async def look(self) -> Floor:
        """The floor now."""
        figures = await self._figures()
        now = self._now()
        calls = [RunningCall.model_validate(facts_of(call)) for call in self._live.snapshot()]
        queue = _queue(figures, calls)
        return Floor(
            at=now,
            wallboard=_wallboard(figures, calls, queue, now),
            calls=calls,
            queue=queue,
            people=[
                Person(name=each.name, state=each.state, state_name=words.of(PRESENCE, each.state), since=each.since)
                for each in figures.present
                if each.state in PRESENCE
            ],
            alarms=list(_alarms(self._status(), figures, calls, queue, now)),
        )

    async def _figures(self) -> FloorFigures:
        async with self._reading:
            if self._read is None or self._clock() - self._read[0] > KEPT_S:
                now = self._now()
                figures = await self._records.figures(self._day_began(now), now)
                self._read = (self._clock(), figures)
            return self._read[1]


def percentile(values: Sequence[float], share: float) -> float | None:
    """The nearest-rank percentile; None without values."""
    if not values:
        return None
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def _queue(figures: FloorFigures, calls: Sequence[RunningCall]) -> list[WaitingCaller]:
    running = {call.call_id: call for call in calls}
    return [
        WaitingCaller(
            call_id=each.call_id,
            caller=running[each.call_id].caller,
            queue=each.queue,
            priority=each.priority,
            reason=running[each.call_id].reason or words.reason(each.reason),
            since=each.entered_at,
        )
        for each in figures.waiting
        if each.call_id in running
    ]


def _wallboard(
    figures: FloorFigures, calls: Sequence[RunningCall], queue: Sequence[WaitingCaller], now: datetime
) -> Wallboard:
    waits = [(now - each.since).total_seconds() for each in queue]
    plain: dict[str, Any] = {
        name: getattr(figures, name)
        for name in ("offered", "answered", "engaged", "completed", "queued", "taken_by_people", "abandoned")
    }
    return Wallboard(
        calls_now=len(calls),
        waiting=len(queue),
        longest_wait_s=max(waits, default=None),
        completion=figures.completed / figures.engaged if figures.engaged else None,
        latency_p50_ms=percentile(figures.responses_ms, 0.5),
        latency_p95_ms=percentile(figures.responses_ms, 0.95),
        answers_last_hour=len(figures.responses_ms),
        **plain,
    )


def _alarms(
    status: ServiceStatus,
    figures: FloorFigures,
    calls: Sequence[RunningCall],
    queue: Sequence[WaitingCaller],
    now: datetime,
) -> Iterable[Alarm]:
    for call_id in figures.unseen_harassment:
        yield Alarm(level="bad", sentence="迷惑行為の報告があります。内容をご確認ください。", call_id=call_id)
    for call in calls:
        if call.harassment >= 2:
            yield Alarm(level="bad", sentence=f"迷惑行為のおそれがあります：{call.caller}", call_id=call.call_id)
        elif call.tone == Tone.ANGRY:
            yield Alarm(level="bad", sentence=f"{call.tone_name}です：{call.caller}", call_id=call.call_id)
    for each in queue:
        waited = (now - each.since).total_seconds()
        if waited > LONG_WAIT_S:
            told = f"担当者を{words.duration(waited * 1000)}お待ちです：{each.caller}"
            yield Alarm(level="bad", sentence=told, call_id=each.call_id)
    slow = percentile(figures.responses_ms, 0.95)
    if slow is not None and slow > SLOW_MS:
        told = f"応答が遅くなっています（直近1時間の95パーセンタイル {slow / 1000:.1f}秒）。"
        yield Alarm(level="waiting", sentence=told, call_id=None)
    for sentence in status.warnings:
        yield Alarm(level="waiting", sentence=sentence, call_id=None)


def day_began_in(zone: Callable[[datetime], datetime]) -> Callable[[datetime], datetime]:
    """When the day of a moment began; `zone` turns a moment to the company's own time."""

    def began(now: datetime) -> datetime:
        return zone(now).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)

    return began
