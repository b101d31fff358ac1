"""What people did around a call, as it is told: waits, handlings, promises and reports."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, Field

from dashboard import words
from dashboard.transcript import LineMask
from records.around import Around

WAIT_ENDS: Final = {
    "waiting": "お待ちです",
    "claimed": "担当者が応対しました",
    "abandoned": "待つあいだに切断されました",
    "timed_out": "お待ちの上限に達しました",
    "ended": "通話が終わりました",
    "returned": "AIの応対に戻りました",
}
CALLBACK_STATES: Final = {
    "booked": "まだ折り返していません",
    "assigned": "担当者が決まっています",
    "done": "折り返しました",
}
STAGES: Final = {"warned": "警告をお伝えしました", "ended": "警告のうえ終話しました"}


class Handling(BaseModel):
    """担当者の応対。"""

    who: str = Field(description="担当者")
    started_at: datetime = Field(description="応対の始まり")
    talk_s: float | None = Field(description="お話の長さ（秒）")
    hold_s: float = Field(description="保留の長さ（秒）")
    after_call_s: float | None = Field(description="後処理の長さ（秒）")
    disposition: str = Field(description="処理結果")
    resolved: bool | None = Field(description="解決したか")
    summary: str = Field(description="要約")
    summary_by_ai: bool = Field(description="要約がAIの下書きのままか")
    note: str = Field(description="メモ")


class Wait(BaseModel):
    """担当者をお待ちの記録。"""

    queue: str = Field(description="窓口")
    entered_at: datetime = Field(description="お待ちの始まり")
    waited_s: float | None = Field(description="お待ちの長さ（秒）")
    end: str = Field(description="どう終わったか")
    note: str = Field(description="引き継ぎのメモ")


class Callback(BaseModel):
    """折り返しの約束。"""

    booked_at: datetime = Field(description="お約束した時刻")
    due_at: datetime = Field(description="期限")
    done_at: datetime | None = Field(description="折り返した時刻")
    state: str = Field(description="様子")
    note: str = Field(description="メモ")


class Report(BaseModel):
    """迷惑行為の報告。"""

    at: datetime = Field(description="時刻")
    reporter: str = Field(description="報告した人")
    stage: str = Field(description="段階")
    note: str = Field(description="内容")


def people_of(around: Around, mask: LineMask) -> dict[str, Any]:
    """`handlings`, `waits`, `callbacks` and `reports` of a story."""
    return {
        "handlings": [
            Handling(
                who=each.user_name,
                started_at=each.started_at,
                talk_s=_seconds(each.started_at, each.talk_ended_at),
                hold_s=each.hold_ms / 1000,
                after_call_s=_seconds(each.talk_ended_at, each.acw_ended_at),
                disposition="：".join(filter(None, (each.disposition, mask.text(each.disposition_detail)))),
                resolved=each.resolved,
                summary="　".join(f"{name}：{value}" for name, value in mask.data(each.summary or {}).items()),
                summary_by_ai=each.summary_by_ai,
                note=mask.text(each.note),
            )
            for each in around.handled
        ],
        "waits": [
            Wait(
                queue=each.queue,
                entered_at=each.entered_at,
                waited_s=_seconds(each.entered_at, each.claimed_at or each.left_at),
                end=words.of(WAIT_ENDS, each.state),
                note=mask.text(each.note),
            )
            for each in around.waited
        ],
        "callbacks": [
            Callback(
                booked_at=each.booked_at,
                due_at=each.due_at,
                done_at=each.done_at,
                state=words.of(CALLBACK_STATES, each.state),
                note=mask.text(each.note),
            )
            for each in around.promised
        ],
        "reports": [
            Report(at=each.at, reporter=each.reporter, stage=words.of(STAGES, each.stage), note=mask.text(each.note))
            for each in around.reported
        ],
    }


def _seconds(began: datetime | None, ended: datetime | None) -> float | None:
    return None if began is None or ended is None else (ended - began).total_seconds()
