"""The words of the pages: what the house's short English names are called for the people who read them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

JAPAN: Final = ZoneInfo("Asia/Tokyo")

STATES: Final = {
    "connecting": "接続中",
    "greeting": "ごあいさつ中",
    "listening": "お話を聞いています",
    "thinking": "回答を選んでいます",
    "speaking": "お答えしています",
    "holding": "お待ちいただき中",
    "with_operator": "担当者が応対中",
    "ended": "終了",
}

ACTS: Final = {
    "greet": "あいさつ",
    "answer": "回答",
    "clarify": "確認",
    "reask": "聞き返し",
    "repeat": "くり返し",
    "acknowledge": "お返事",
    "no_input": "無言への声かけ",
    "wait": "お待ちいただく案内",
    "hand_over": "担当者へ引き継ぎ",
    "close": "お別れのあいさつ",
}

SAID_BY: Final = {"typed": "文字で", "voice": "声で", "script": "定型のご案内"}
"""How an operator said something."""

OUTCOMES: Final = {
    "answered": "自動で回答",
    "hand_over": "担当者へ引き継ぎ",
    "unanswered": "回答なし",
    "silent": "お話なし",
    "failed": "障害で終了",
    "crash": "サービスの停止で中断",
}

ENDED_BY: Final = {
    "caller": "お客様が切断しました",
    "agent": "AIから終話しました",
    "error": "障害により終了しました",
    "timeout": "上限時間に達しました",
    "hand_over": "担当者へ引き継ぎました",
    "operator": "担当者が終話しました",
    "crash": "サービスの停止により中断しました",
}

LINES: Final = {"browser": "ブラウザ", "twilio": "電話"}

ESCALATION_REASONS: Final = {
    "requested": "お客様のご希望",
    "caller_asked": "お客様のご希望",
    "asks-for-person": "お客様のご希望",
    "caller_request": "お客様のご希望",
    "keypad": "お客様のご希望（キー入力）",
    "system_failure": "システムの障害",
    "no_answer": "回答できるFAQがないため",
    "not_understood": "ご用件が伝わらなかったため",
    "no_input": "お返事がなかったため",
    "faq_entry": "FAQの指定",
    "complaint": "ご不満・お叱り",
    "upset": "ご不満・お叱り",
    "emergency": "緊急のご連絡",
    "not-understood": "ご用件が伝わらなかったため",
    "entry": "FAQの指定",
    "not_in_the_answer": "FAQにない内容のため",
    "tool_failed": "お手続きが終えられなかったため",
    "forbidden-advice": "法律・医療・投資のご相談",
    "ai_off": "AIの応対を止めているため",
    "operator_lost": "担当者との接続が切れたため",
}

WARNINGS: Final = {
    "inbox_full": "処理が追いつかず、音声の一部を取りこぼしました",
    "decision_failed": "回答の判断に失敗しました",
    "synthesis_failed": "音声の合成に失敗しました",
    "call_failed": "通話が障害で中断しました",
    "ended": "通話が終わりました",
}

OPERATOR_DEEDS: Final = {
    "joined": "担当者が応対を引き継ぎました",
    "left": "担当者が応対を終えました",
    "hold": "担当者が保留にしました",
    "resumed": "担当者が保留を解除しました",
    "warned": "迷惑行為についての警告をお伝えしました",
    "handed_back": "担当者がAIに応対を戻しました",
    "ended": "担当者が通話を終えました",
}

MODEL_OUTCOMES: Final = {
    "used": "採用",
    "late": "時間切れ",
    "failed": "失敗",
    "refused": "不採用",
    "unavailable": "未準備",
}


def of(table: Mapping[str, str], name: object) -> str:
    """The word for `name`; the name itself where the table has none."""
    return table.get(str(name), str(name))


def reason(name: object, titles: Mapping[str, str] = {}) -> str:
    """Why a person takes over; a rule without a word of its own by its title in `titles`."""
    return ESCALATION_REASONS.get(str(name)) or titles.get(str(name)) or str(name)


def caller(line: str, number: str) -> str:
    """Who calls, for a list."""
    if line == "browser":
        return f"ブラウザ（{number}）" if number else "ブラウザ"
    return number or "非通知"


def duration(ms: float | None) -> str:
    """A length of time as minutes and seconds."""
    if ms is None:
        return "―"
    minutes, seconds = divmod(round(ms / 1000), 60)
    return f"{minutes}分{seconds:02d}秒" if minutes else f"{seconds}秒"


def clock(ms: float) -> str:
    """A place in a recording, as m:ss."""
    minutes, seconds = divmod(int(ms // 1000), 60)
    return f"{minutes}:{seconds:02d}"


def milliseconds(ms: float | None) -> str:
    """A latency for reading: whole milliseconds with a separator."""
    return "―" if ms is None else f"{round(ms):,} ms"


def moment(at: datetime) -> str:
    """A point in time as it is told in Japan."""
    local = at.astimezone(JAPAN)
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M:%S}"


def percent(value: object) -> str:
    """A share in [0, 1] as per cent; a dash for anything else."""
    return f"{value * 100:.0f}%" if isinstance(value, int | float) else "―"


def note(kind: str, data: Mapping[str, Any]) -> str:
    """One sentence for something that happened beside the conversation."""
    match kind:
        case "muted":
            return f"個人情報を守るため、録音のうち {len(data.get('stretches') or ())} か所を無音にしました"
        case "keypad":
            return f"キー入力：{data.get('digits', '')}"
        case "barge_in":
            return f"お客様が話し始めたため、音声を止めました（{milliseconds(data.get('decided_after_ms'))}）"
        case "aizuchi":
            return "相づちと判断し、そのまま話を続けました"
        case "resumed":
            why = "相づち" if data.get("why") == "aizuchi" else "物音など"
            return f"お話ではなかった（{why}）ため、続きからお伝えしました：{data.get('text', '')}"
        case "heard_again":
            return f"聞き取りにくかったため、もう一度聞き直しました：{data.get('text', '')}"
        case "escalated":
            name = data.get("reason", "")
            return f"担当者への引き継ぎ：{reason(name, {str(name): str(data.get('title') or name)})}"
        case "wire_error":
            return f"回線から正しくないデータが届きました：{data.get('error', '')}"
        case "warning":
            detail = f"（{data['detail']}）" if data.get("detail") else ""
            return f"ご注意：{of(WARNINGS, data.get('what', ''))}{detail}"
        case "speakers":
            return _speakers(data)
        case "queued":
            return "担当者の順番をお待ちいただいています"
        case "operator":
            return f"{of(OPERATOR_DEEDS, data.get('what', ''))}（{data.get('name') or '担当者'}）"
        case "whisper":
            return f"ヒント（{data.get('name') or '担当者'}）：{data.get('text', '')}"
    return kind


def _speakers(report: Mapping[str, Any]) -> str:
    """What was found in the recording after the call."""
    double_talk = report.get("double_talk") or {}
    said = f"録音の分析：お客様とAIが同時に話した時間は{double_talk.get('seconds', 0):.1f}秒でした。"
    change = report.get("voice_change")
    if change:
        at, sure = clock(change.get("at_s", 0) * 1000), percent(change.get("confidence"))
        said += f"お客様側の声が {at} ごろに入れ替わった可能性があります（確からしさ {sure}）。録音をお確かめください。"
    return said
