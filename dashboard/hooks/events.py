"""What other systems may be told of: ids, times and states. Never a caller's words, never a whole number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from records.masking import masked_number
from telephony.events import CallEvent, EventKind

EVENT_NAMES: Final[Mapping[str, str]] = {
    "call.started": "通話が始まったとき",
    "call.ended": "通話が終わったとき",
    "call.escalated": "担当者への引き継ぎが求められたとき",
    "call.queued": "お客様が担当者をお待ちのとき",
    "call.taken": "担当者が応対を始めたとき",
    "call.harassment": "カスハラの警告を流したとき",
    "knowledge.published": "FAQやルールが公開されたとき",
    "ai.switched": "AIの応対を止めた・再開したとき",
}


def told_of(event: CallEvent) -> tuple[str, dict[str, Any]] | None:
    """What a running call's event is to others; None for what stays here."""
    data = event.data
    match event.kind:
        case EventKind.STARTED:
            number = masked_number(str(data.get("from_number", "")))
            return "call.started", {**_call(event), "line": data.get("line"), "caller_number": number}
        case EventKind.ENDED:
            told = {name: data.get(name) for name in ("ended_by", "outcome", "duration_ms")}
            return "call.ended", {**_call(event), **told}
        case EventKind.ESCALATED:
            return "call.escalated", {**_call(event), "reason": data.get("reason")}
        case EventKind.QUEUED:
            return "call.queued", {**_call(event), "queue": data.get("queue")}
        case EventKind.OPERATOR if data.get("what") == "joined":
            return "call.taken", {**_call(event), "operator": data.get("name")}
        case EventKind.OPERATOR if data.get("what") == "warned":
            return "call.harassment", {**_call(event), "operator": data.get("name")}
        case _:
            return None


def sentence_of(event: str, payload: Mapping[str, Any]) -> str:
    """The event as a line in a chat room."""
    call = f"（通話 {payload['call_id']}）" if "call_id" in payload else ""
    match event:
        case "call.started":
            return f"通話が始まりました{call}"
        case "call.ended":
            return f"通話が終わりました：{round((payload.get('duration_ms') or 0) / 1000)}秒{call}"
        case "call.escalated":
            return f"担当者への引き継ぎが求められました{call}"
        case "call.queued":
            return f"お客様が担当者をお待ちです{call}"
        case "call.taken":
            return f"{payload.get('operator') or '担当者'}さんが応対を始めました{call}"
        case "call.harassment":
            return f"カスハラの警告を流しました。確認をお願いします{call}"
        case "knowledge.published":
            return f"公開されました：FAQ 第{payload.get('faq')}版、ルール 第{payload.get('rules')}版"
        case "ai.switched":
            return (
                "AIの応対を再開しました" if payload.get("ai") else "AIの応対を止めました。すべて担当者へおつなぎします"
            )
        case _:
            return "受付からの通知の確認です。この文が届いていれば、設定は正しくできています。"


def _call(event: CallEvent) -> dict[str, Any]:
    return {"call_id": event.call_id, "at_ms": event.at_ms}
