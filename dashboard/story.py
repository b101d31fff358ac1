"""One call's whole story: what was said and why, what people did, in words that need no manual."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from pydantic import BaseModel, Field

from dashboard import words
from dashboard.past import lines_of, mask_of_call, response_p50_ms
from dashboard.reasons import PURPOSES, Reason, Reasons, hearing_of, reasons_of
from dashboard.rule_words import rule_titles
from dashboard.story_people import Callback, Handling, Report, Wait, people_of
from dashboard.transcript import Line, LineMask, NoMask, Who
from records.around import Around
from records.masking import masked_number
from records.models import CallDetail, CallSummaryRow, EscalationOutcome, RecordingState

ESCALATION_OUTCOMES: Final[Mapping[EscalationOutcome, str]] = {
    EscalationOutcome.REQUESTED: "受け付けました",
    EscalationOutcome.QUEUED: "担当者を待っています",
    EscalationOutcome.ANSWERED: "担当者が応対しました",
    EscalationOutcome.ABANDONED: "待つあいだに切断されました",
    EscalationOutcome.CALLBACK_BOOKED: "折り返しを予約しました",
    EscalationOutcome.OUT_OF_HOURS: "受付時間外でした",
    EscalationOutcome.FAILED: "引き継げませんでした",
}
_PLAYABLE: Final = frozenset({RecordingState.FINISHED, RecordingState.RECOVERED})
_WHOLE_SUMMARY: Final = frozenset({"text", "summary", "draft"})


class CallRow(BaseModel):
    """通話の一行。"""

    id: str = Field(description="通話のID")
    line: str = Field(description="回線の種類")
    line_name: str = Field(description="回線の呼び名")
    caller: str = Field(description="発信者の呼び名")
    caller_number: str = Field(description="発信者番号（権限がなければ伏せ字）")
    called_number: str = Field(description="着信番号")
    started_at: datetime = Field(description="始まった時刻")
    ended_at: datetime | None = Field(description="終わった時刻")
    duration_s: float | None = Field(description="通話の長さ（秒）")
    live: bool = Field(description="進行中か")
    outcome: str | None = Field(description="結果")
    outcome_name: str = Field(description="結果の呼び名")
    ended_by_name: str = Field(description="終わり方")
    first_words: str = Field(description="最初のお言葉")
    turn_count: int = Field(description="やりとりの数")
    reason: str = Field(description="引き継ぎの理由")
    has_recording: bool = Field(description="録音があるか")
    faq_version: int | None = Field(description="通話の始まりに有効だったFAQの版")
    latency_p50_ms: float | None = Field(description="応答までの時間の中央値（ミリ秒）")
    latency_max_ms: float | None = Field(description="最も長くお待ちになった応答（ミリ秒）")


class Step(BaseModel):
    """応答までの一段階。お話の終わりからのミリ秒。"""

    name: str = Field(description="段階")
    from_ms: float = Field(description="始まり")
    to_ms: float = Field(description="終わり")
    took_ms: float = Field(description="かかった時間")


class Vote(BaseModel):
    """回答への評価。"""

    verdict: str = Field(description="right（正しい）、wrong（誤り）、set_aside（対象外）")
    voter: str = Field(description="評価した人")
    at: datetime = Field(description="時刻")
    note: str = Field(description="ひとこと")


class StoryLine(BaseModel):
    """会話の一行。"""

    key: str = Field(description="行の名前")
    turn: int | None = Field(description="やりとりの番号")
    who: Who = Field(description="caller（お客様）、agent（AI）、operator（担当者）、note（注記）")
    at_ms: int = Field(description="録音の中での位置（ミリ秒）")
    text: str = Field(description="言葉")
    act_name: str = Field(description="AIの動作")
    heard_text: str | None = Field(description="さえぎられたとき、お客様に届いたところまで")
    rejected: bool = Field(description="お話ではないと判断した聞き取りか")
    hearing: list[Reason] = Field(description="どう聞こえたか")
    reasons: Reasons | None = Field(description="なぜこう答えたか")
    steps: list[Step] = Field(description="応答までの内訳")
    votes: list[Vote] = Field(description="評価")


class Escalation(BaseModel):
    """担当者への引き継ぎ。"""

    at: datetime = Field(description="時刻")
    reason: str = Field(description="理由")
    outcome: str = Field(description="結果")
    note: str = Field(description="引き継ぎのメモ")


class CallStory(BaseModel):
    """通話の一部始終。"""

    call: CallRow
    voice: str = Field(description="声")
    recogniser: str = Field(description="音声認識")
    lines: list[StoryLine] = Field(description="会話と、そのあいだに起きたこと")
    summary: list[Reason] = Field(description="要約")
    escalations: list[Escalation] = Field(description="担当者への引き継ぎ")
    handlings: list[Handling] = Field(description="担当者がしたこと")
    waits: list[Wait] = Field(description="担当者をお待ちの記録")
    callbacks: list[Callback] = Field(description="折り返しの約束")
    reports: list[Report] = Field(description="迷惑行為の報告")
    rules: list[str] = Field(description="はたらいた引き継ぎルール")
    models: list[str] = Field(description="使った言語モデル")
    faq_versions: list[int] = Field(description="回答に使ったFAQの版")
    rules_versions: list[int] = Field(description="判断に使った引き継ぎルールの版")
    warnings: list[str] = Field(description="ご注意")
    recording: str | None = Field(description="録音の場所")
    unmasked: bool = Field(description="個人情報を表示しているか")


class Storyteller:
    """Tells past calls; what is personal is covered by `mask` unless the whole call may be seen. Thread-safe."""

    def __init__(self, mask: LineMask) -> None:
        self._mask = mask

    def row(self, row: CallSummaryRow, responses_ms: Sequence[float], p50_ms: float | None) -> CallRow:
        """One line of the list. Finding what is personal in it takes about a millisecond."""
        return _row(row, self._mask, masked_number(row.caller_number), responses_ms, p50_ms)

    def story(self, detail: CallDetail, around: Around, has_recording: bool, unmasked: bool = False) -> CallStory:
        """Everything about a call; about two milliseconds a turn."""
        row = detail.row
        mask = NoMask() if unmasked else mask_of_call(detail, self._mask)
        number = row.caller_number if unmasked else masked_number(row.caller_number)
        evidences = [turn.evidence for turn in detail.turns if turn.evidence]
        titles = rule_titles(evidences)
        responses = [t.timings.response_ms for t in detail.turns if t.timings.response_ms is not None]
        return CallStory(
            call=_row(row, mask, number, responses, response_p50_ms(detail), titles),
            voice=detail.voice,
            recogniser=detail.recogniser,
            lines=[_line(line, around, titles) for line in lines_of(detail, mask)],
            summary=summary_of(mask.data(detail.summary)),
            escalations=[
                Escalation(
                    at=each.at,
                    reason=words.reason(each.reason, titles),
                    outcome=ESCALATION_OUTCOMES[each.outcome],
                    note=mask.text(each.note),
                )
                for each in detail.escalations
            ],
            **people_of(around, mask),
            rules=list(titles.values()),
            models=_models(evidences),
            faq_versions=_versions(evidences, "faq_version"),
            rules_versions=_versions(evidences, "rules_version"),
            warnings=[each.message + (f"（{each.count}回）" if each.count > 1 else "") for each in detail.warnings],
            recording=f"/api/calls/{row.id}/recording" if has_recording else None,
            unmasked=unmasked,
        )

    def mask_of(self, detail: CallDetail, unmasked: bool) -> LineMask:
        """What covers this call's words."""
        return NoMask() if unmasked else mask_of_call(detail, self._mask)


def summary_of(summary: Mapping[str, Any] | None) -> list[Reason]:
    """A summary as names with words."""
    told: list[Reason] = []
    for name, value in (summary or {}).items():
        said = "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        if isinstance(value, str | list | tuple) and said:
            told.append(Reason(name="要約" if name in _WHOLE_SUMMARY else str(name), value=said))
    return told


def _row(
    row: CallSummaryRow,
    mask: LineMask,
    number: str,
    responses_ms: Sequence[float],
    p50_ms: float | None,
    titles: Mapping[str, str] = {},
) -> CallRow:
    return CallRow(
        id=row.id,
        line=row.line,
        line_name=words.of(words.LINES, row.line),
        caller=words.caller(row.line, number),
        caller_number=number,
        called_number=row.called_number,
        started_at=row.started_at,
        ended_at=row.ended_at,
        duration_s=row.duration_s,
        live=row.ended_at is None,
        outcome=row.outcome,
        outcome_name=words.of(words.OUTCOMES, row.outcome)
        if row.outcome
        else "通話中"
        if row.ended_at is None
        else "―",
        ended_by_name=words.of(words.ENDED_BY, row.ended_by.value) if row.ended_by else "―",
        first_words=mask.text(row.first_words),
        turn_count=row.turn_count,
        reason=words.reason(row.escalation_reason, titles) if row.escalation_reason else "",
        has_recording=row.recording_state in _PLAYABLE,
        faq_version=row.faq_version,
        latency_p50_ms=p50_ms,
        latency_max_ms=max(responses_ms, default=None),
    )


def _line(line: Line, around: Around, titles: Mapping[str, str]) -> StoryLine:
    turn = int(line.key.removeprefix("turn-")) if line.key.startswith("turn-") else None
    note = line.who is Who.NOTE
    data = {**line.details, **_titled(line.details, titles)} if note else line.details
    return StoryLine(
        key=line.key,
        turn=turn,
        who=line.who,
        at_ms=line.at_ms,
        text=words.note(line.text, data) if note else line.text,
        act_name=words.of(words.ACTS if line.who is Who.AGENT else words.SAID_BY, line.act) if line.act else "",
        heard_text=line.heard_text,
        rejected=line.rejected is not None,
        hearing=hearing_of(line.details) if line.who is Who.CALLER else [],
        reasons=reasons_of(line.evidence),
        steps=[Step(name=s.name, from_ms=s.from_ms, to_ms=s.to_ms, took_ms=s.took_ms) for s in line.steps],
        votes=[
            Vote(verdict=each.verdict, voter=each.voter, at=each.at, note=each.note)
            for each in around.voted
            if each.turn == turn and turn is not None
        ],
    )


def _titled(data: Mapping[str, Any], titles: Mapping[str, str]) -> Mapping[str, str]:
    title = titles.get(str(data.get("reason", "")))
    return {"title": title} if title and not data.get("title") else {}


def _models(evidences: Iterable[Mapping[str, Any]]) -> list[str]:
    uses = (use for evidence in evidences for use in evidence.get("model_uses") or ())
    told = (f"{use.get('model')}：{words.of(PURPOSES, use.get('purpose', ''))}" for use in uses if use.get("model"))
    return list(dict.fromkeys(told))


def _versions(evidences: Iterable[Mapping[str, Any]], name: str) -> list[int]:
    return sorted({int(version) for evidence in evidences if (version := evidence.get(name))})
