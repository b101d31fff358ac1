"""One past call: its recording to play, what was said, and why."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from dashboard import words
from dashboard.components.base import box, text
from dashboard.components.recent import outcome_of
from dashboard.components.transcript import TranscriptView
from dashboard.pages.frame import frame
from dashboard.pages.sources import PageSources
from dashboard.past import lines_of, mask_of_call, response_p50_ms
from dashboard.rule_words import rule_titles
from dashboard.transcript import LineMask
from records.masking import masked_number
from records.models import CallDetail, EscalationOutcome

ESCALATION_OUTCOMES: Mapping[EscalationOutcome, str] = {
    EscalationOutcome.REQUESTED: "受け付けました",
    EscalationOutcome.QUEUED: "担当者を待っています",
    EscalationOutcome.ANSWERED: "担当者が応対しました",
    EscalationOutcome.ABANDONED: "待つあいだに切断されました",
    EscalationOutcome.CALLBACK_BOOKED: "折り返しを予約しました",
    EscalationOutcome.OUT_OF_HOURS: "営業時間外でした",
    EscalationOutcome.FAILED: "引き継げませんでした",
}


class CallPage:
    """Builds the page of one call; what is not there is said in a sentence."""

    def __init__(self, sources: PageSources) -> None:
        self._sources = sources

    async def build(self, call_id: str) -> None:
        """Draw the page of the call."""
        detail = await self._sources.calls.get(call_id)
        status = self._sources.status()
        with frame(status.company, status.version):
            text("← 通話の一覧へ", "link back", "a", href="/")
            if detail is None:
                text("この通話の記録は見つかりません。", "card empty", "p")
                return
            mask = mask_of_call(detail, self._sources.mask)
            with box("call-page"):
                with box("card talk", "section", aria_label="会話"):
                    text("会話", tag="h2")
                    lines = await asyncio.to_thread(lines_of, detail, mask)
                    if lines:
                        TranscriptView(jump=True).show(lines)
                    else:
                        text("この通話には会話の記録がありません。", "muted empty", "p")
                with box("side"):
                    self._draw_player(detail)
                    self._draw_facts(detail)
                    _draw_summary(mask.data(detail.summary))
                    _draw_escalations(detail, mask)
                    _draw_warnings(detail)

    def _draw_player(self, detail: CallDetail) -> None:
        with box("card", "section", aria_label="録音"):
            text("録音", tag="h2")
            if self._sources.recordings.of(detail) is None:
                text("この通話の録音はありません。", "muted", "p")
                return
            source = f"/api/calls/{detail.row.id}/recording"
            box("player", "audio", src=source, controls="", preload="metadata", data_player="")
            text("左：お客様　右：AI　会話の時刻を押すと、そこから再生します。", "muted small", "p")

    def _draw_facts(self, detail: CallDetail) -> None:
        row = detail.row
        with box("card", "section", aria_label="通話の概要"):
            text(words.caller(row.line, masked_number(row.caller_number)), tag="h1")
            with box("facts", "dl"):
                for name, value in (
                    ("開始", words.moment(row.started_at)),
                    ("通話時間", words.duration(None if row.duration_s is None else row.duration_s * 1000)),
                    ("結果", outcome_of(row)),
                    ("終わり方", words.of(words.ENDED_BY, row.ended_by.value) if row.ended_by else "―"),
                    ("やりとり", f"{row.turn_count}回"),
                    ("応答（中央値）", words.milliseconds(response_p50_ms(detail))),
                    ("回線", words.of(words.LINES, row.line)),
                    ("着信番号", row.called_number or "―"),
                    ("認識", detail.recogniser or "―"),
                    ("音声", detail.voice or "―"),
                    ("FAQの版", "―" if row.faq_version is None else f"第{row.faq_version}版"),
                    ("通話ID", row.id),
                ):
                    text(name, tag="dt")
                    text(value, tag="dd")


def _draw_summary(summary: Mapping[str, Any] | None) -> None:
    if not summary:
        return
    with box("card", "section", aria_label="要約"):
        with box("card-head"):
            text("要約", tag="h2")
            text("下書き（AI作成）", "chip draft")
        for part in _summary_parts(summary):
            text(part, "summary", "p")
        text("内容をご確認のうえお使いください。", "muted small", "p")


def _summary_parts(summary: Mapping[str, Any]) -> list[str]:
    parts: list[str] = []
    for name, value in summary.items():
        said = "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        if isinstance(value, str | list | tuple) and said:
            parts.append(said if name in ("text", "summary", "draft") else f"{name}：{said}")
    return parts


def _draw_escalations(detail: CallDetail, mask: LineMask) -> None:
    if not detail.escalations:
        return
    titles = rule_titles(turn.evidence or {} for turn in detail.turns)
    with box("card", "section", aria_label="担当者への引き継ぎ"):
        text("担当者への引き継ぎ", tag="h2")
        for escalation in detail.escalations:
            said = ESCALATION_OUTCOMES[escalation.outcome]
            reason = words.reason(escalation.reason, titles)
            text(f"{words.moment(escalation.at)}　{reason}（{said}）", tag="p")
            if escalation.note:
                text(mask.text(escalation.note), "muted", "p")


def _draw_warnings(detail: CallDetail) -> None:
    for warning in detail.warnings:
        times = f"（{warning.count}回）" if warning.count > 1 else ""
        text(f"{warning.message}{times}", "warning", "p", role="alert")
