"""What goes in and out of the desk's API."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from records.presence import PresenceState
from records.votes import Verdict

CallId = Annotated[str, Path(min_length=1, max_length=128, description="通話のID")]
Reason = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]
Short = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
SummaryField = Literal["用件", "対応", "結果", "次のアクション"]
SummaryText = Annotated[str, StringConstraints(max_length=500)]
ChosenState = Literal[PresenceState.OFFLINE, PresenceState.AVAILABLE, PresenceState.AWAY, PresenceState.TRAINING]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PresenceBody(_Body):
    """状態の変更"""

    state: ChosenState = Field(
        title="状態", description="available（受付可）・away（離席）・training（研修）・offline（退席）"
    )


class SayBody(_Body):
    """お客様へお伝えする文"""

    text: Said = Field(title="文", description="AIの声で、そのまま読み上げます")


class WhisperBody(_Body):
    """AIまたは担当者へのヒント"""

    text: Said = Field(title="ヒント", description="お客様には聞こえません")


class HandBackBody(_Body):
    """AIに戻す"""

    task: Short = Field("", title="頼むこと", description="例：ご住所を伺ってください")


class ReasonBody(_Body):
    """隠れている情報を見る理由"""

    reason: Reason = Field(title="理由", description="監査ログに残ります")


class NoteBody(_Body):
    """ひとこと"""

    note: Annotated[str, StringConstraints(max_length=2000)] = Field("", title="メモ")


class CallbackBody(_Body):
    """折り返しの予約"""

    reason: Reason = Field(title="ご用件")
    within_min: int | None = Field(None, ge=5, le=10_080, title="何分以内", description="書かなければ設定の時間です")


class VoteBody(_Body):
    """回答や候補への評価"""

    turn: int = Field(ge=0, le=100_000, title="発話の番号")
    entry_id: Annotated[str, StringConstraints(min_length=1, max_length=64)] = Field(title="FAQのID")
    verdict: Verdict = Field(title="評価", description="right（合っている）・wrong（違う）・set_aside（対象外）")
    score: float | None = Field(None, ge=0, le=1, title="スコア")
    note: Annotated[str, StringConstraints(max_length=500)] = Field("", title="メモ")


class DraftBody(_Body):
    """FAQの下書きにする発話"""

    turns: list[Annotated[int, Field(ge=0, le=100_000)]] = Field(min_length=1, max_length=100, title="発話の番号")
    title: Annotated[str, StringConstraints(strip_whitespace=True, max_length=100)] = Field("", title="題名")
    answer: Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)] = Field("", title="回答")


class HandlingBody(_Body):
    """応対後の記入"""

    disposition: Annotated[str, StringConstraints(max_length=40)] = Field("", title="応対結果（大分類）")
    disposition_detail: Annotated[str, StringConstraints(max_length=40)] = Field("", title="応対結果（小分類）")
    resolved: bool | None = Field(None, title="解決したか")
    summary: dict[SummaryField, SummaryText] | None = Field(None, title="要約")
    summary_by_ai: bool = Field(False, title="AIの下書きをもとにしたか")
    note: Annotated[str, StringConstraints(max_length=2000)] = Field("", title="メモ")


class PresentOut(BaseModel):
    """ひとりの状態"""

    user_id: str = Field(title="利用者のID")
    name: str = Field(title="名前")
    state: PresenceState = Field(title="状態")
    label: str = Field(title="状態（表示）")
    since: str = Field(title="いつから")


class WaitingOut(BaseModel):
    """お待ちのお客様"""

    id: str = Field(title="待ちのID")
    call_id: str = Field(title="通話のID")
    position: int = Field(title="順番")
    queue: str = Field(title="窓口")
    priority: int = Field(title="優先度（1が最も急ぎ）")
    reason: str = Field(title="理由")
    matter: str = Field(title="ご用件")
    tone: str = Field(title="ご様子")
    caller: str = Field(title="番号（伏せ字）")
    entered_at: str = Field(title="いつから")


class SuggestionOut(BaseModel):
    """回答の候補"""

    entry_id: str = Field(title="FAQのID")
    version: int = Field(title="版")
    title: str = Field(title="題名")
    category: str = Field(title="分類")
    spoken: str = Field(title="読み上げる回答")
    long: str = Field(title="担当者向けの説明")
    score: float = Field(title="スコア")
    matched: str = Field(title="いちばん近い質問")
    operator_only: bool = Field(title="担当者だけが見るFAQか")


class SuggestionsOut(BaseModel):
    """お客様の最後のお話に合う候補"""

    call_id: str = Field(title="通話のID")
    turn: int = Field(title="発話の番号")
    heard: str = Field(title="お客様のお話（伏せ字）")
    at_least: float = Field(title="しきい値")
    suggestions: list[SuggestionOut] = Field(title="候補")


class TurnOut(BaseModel):
    """選べる発話"""

    turn: int = Field(title="発話の番号")
    who: Literal["caller", "agent", "operator"] = Field(title="話した人")
    text: str = Field(title="お話（伏せ字）")


class CallbackOut(BaseModel):
    """折り返し"""

    id: str = Field(title="折り返しのID")
    call_id: str = Field(title="通話のID")
    number: str = Field(title="番号（伏せ字）")
    reason: str = Field(title="ご用件")
    booked_at: str = Field(title="予約した時刻")
    due_at: str = Field(title="期限")
    state: str = Field(title="状態（booked・assigned・done）")
    owner: str | None = Field(title="担当者のID")
    owner_name: str | None = Field(title="担当者")
    done_at: str | None = Field(title="完了した時刻")
    in_time: bool | None = Field(title="期限内だったか")


class ReportOut(BaseModel):
    """迷惑行為の報告"""

    id: str = Field(title="報告のID")
    call_id: str = Field(title="通話のID")
    at: str = Field(title="時刻")
    reporter: str = Field(title="報告した人")
    stage: str = Field(title="段階（warned・ended）")
    note: str = Field(title="メモ")
    caller: str = Field(title="番号（伏せ字）")
    seen_by: str | None = Field(title="確認した人")
    seen_at: str | None = Field(title="確認した時刻")
    evidence: dict[str, Any] | None = Field(None, title="証拠（発話、時刻、録音の場所）")


class HandlingOut(BaseModel):
    """応対の記録"""

    id: str = Field(title="応対のID")
    call_id: str = Field(title="通話のID")
    user_id: str = Field(title="担当者のID")
    user_name: str = Field(title="担当者")
    started_at: str = Field(title="応対の始まり")
    talk_ended_at: str | None = Field(title="通話の終わり")
    hold_ms: int = Field(title="保留の長さ（ミリ秒）")
    acw_ended_at: str | None = Field(title="後処理の終わり")
    disposition: str = Field(title="応対結果（大分類）")
    disposition_detail: str = Field(title="応対結果（小分類）")
    resolved: bool | None = Field(title="解決したか")
    summary: dict[str, str] = Field(title="要約（用件・対応・結果・次のアクション）")
    summary_source: Literal["person", "ai", "call"] = Field(title="要約の出どころ")
    summary_by_ai: bool = Field(title="AIの下書きをもとにしたか")
    note: str = Field(title="メモ")
