"""A draft of the after-call summary. A person reads it before it counts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from dialogue.llm.chat_model import ChatError, ChatModel, ChatRequest

SUMMARY_DEADLINE_S: Final = 60.0
MAX_TRANSCRIPT_CHARS: Final = 2_400

SUMMARY_PROMPT: Final = """あなたはコールセンターの応対記録係です。
通話の書き起こしを読み、四つの項目を短い日本語で書きます。
書き起こしにないことは書きません。名前、番号、金額、日付は書き起こしの通りに写します。
分からない項目は「不明」と書きます。
- 用件: お客様が求めたこと
- 対応: こちらが案内したこと
- 結果: 解決したか、引き継いだか
- 次のアクション: このあと誰が何をするか。なければ「なし」"""

_FIELDS: Final = ("用件", "対応", "結果", "次のアクション")
_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {field: {"type": "string", "maxLength": 120} for field in _FIELDS},
    "required": list(_FIELDS),
    "additionalProperties": False,
}


@dataclass(frozen=True)
class Summary:
    """用件, 対応, 結果, 次のアクション, as `model` drafted them; `draft` stays true until a person confirms."""

    request: str
    response: str
    result: str
    next_action: str
    model: str
    took_ms: float
    draft: bool = True

    @property
    def text(self) -> str:
        """For the page, marked as a draft."""
        mark = "【下書き】" if self.draft else ""
        return (
            f"{mark}用件: {self.request}\n対応: {self.response}\n"
            f"結果: {self.result}\n次のアクション: {self.next_action}"
        )


async def draft_summary(
    model: ChatModel, transcript: Sequence[str], deadline_s: float = SUMMARY_DEADLINE_S
) -> Summary | None:
    """Draft from lines such as 「お客様: …」「受付: …」. None whenever the model gives nothing usable.

    Of a long call the beginning and the end are read: that is where request and outcome stand.
    """
    if not transcript:
        return None
    request = ChatRequest(
        system=SUMMARY_PROMPT,
        user=f"書き起こし\n{_shortened(transcript)}",
        max_tokens=360,
        deadline_s=deadline_s,
        json_schema=_SCHEMA,
        background=True,
    )
    try:
        result = await model.complete(request)
        fields = json.loads(result.text)
        texts = [str(fields[field]).strip() for field in _FIELDS]
    except (ChatError, ValueError, LookupError, TypeError):
        return None
    wanted, given, came_out, follows = texts
    return Summary(wanted, given, came_out, follows, model=result.model or model.name, took_ms=result.took_ms)


def _shortened(lines: Sequence[str]) -> str:
    text = "\n".join(lines)
    if len(text) <= MAX_TRANSCRIPT_CHARS:
        return text
    half = MAX_TRANSCRIPT_CHARS // 2
    return f"{text[:half]}\n（中略）\n{text[-half:]}"
