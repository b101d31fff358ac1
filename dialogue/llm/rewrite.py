"""A turn and its topic joined into a query that stands alone. A guard drops whatever the model adds of its own.

Off unless the policy permits `rewrite`: small models get it wrong more often than right.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, Final

from dialogue.evidence import ModelUse
from dialogue.llm.chat_model import (
    ChatError,
    ChatModel,
    ChatRefusedError,
    ChatRequest,
    ChatTimeoutError,
    ChatUnavailableError,
)

MAX_QUERY_CHARS: Final = 60
REWRITE_PROMPT: Final = """あなたはコールセンターの検索係です。
お客様の発話を、話題を補って、それだけで意味の通る短い質問に書き直します。
発話と話題にある言葉だけを使います。新しい言葉、数字、名前は足しません。答えは作りません。
書き直す必要がなければ、発話をそのまま書きます。

例
話題: 光回線の解約
発話: それはいくらかかりますか
答え: {"query": "光回線の解約はいくらかかりますか"}
話題: 料金プランの変更
発話: 店の営業時間を教えてください
答え: {"query": "店の営業時間を教えてください"}"""

_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"query": {"type": "string", "maxLength": MAX_QUERY_CHARS}},
    "required": ["query"],
    "additionalProperties": False,
}
_NEGATION: Final = re.compile(r"ない|なく|なかっ|なきゃ|ません|ず(?:に|、|$)|不可|未")


@dataclass(frozen=True)
class Rewriting:
    """`query` is None when the model gave none, or one that the guard dropped (outcome `dropped`)."""

    query: str | None
    model_use: ModelUse


class QueryRewriter:
    """Asks `model`, never longer than `deadline_s` seconds. `words` gives a text's content words."""

    def __init__(self, model: ChatModel, words: Callable[[str], Collection[str]], deadline_s: float) -> None:
        self._model = model
        self._words = words
        self._deadline_s = deadline_s

    async def rewrite(self, turn: str, topic: str) -> Rewriting:
        """Join the caller's `turn` and the `topic` being spoken of. Never raises a `ChatError`."""
        said, about = " ".join(turn.split()), " ".join(topic.split())
        request = ChatRequest(
            system=REWRITE_PROMPT,
            user=f"話題: {about}\n発話: {said}\n答え:",
            max_tokens=80,
            deadline_s=self._deadline_s,
            json_schema=_SCHEMA,
        )
        model, took_ms, query = self._model.name, 0.0, None
        try:
            result = await self._model.complete(request)
        except ChatTimeoutError:
            outcome = "late"
        except ChatRefusedError:
            outcome = "refused"
        except ChatUnavailableError:
            outcome = "unavailable"
        except ChatError:
            outcome = "failed"
        else:
            model, took_ms = result.model or model, result.took_ms
            query = _query(result.text)
            outcome = "failed" if query is None else "used"
            if query is not None and not self._is_faithful(query, said, about):
                query, outcome = None, "dropped"
        return Rewriting(query, ModelUse(model, "rewrite", outcome, None, took_ms))

    def _is_faithful(self, query: str, turn: str, topic: str) -> bool:
        """Only words that were there, at least one of them the caller's own, and as much negation as the caller's."""
        own = set(self._words(turn))
        new = set(self._words(query))
        if not new or not new <= own | set(self._words(topic)) or (own and not new & own):
            return False
        return bool(_NEGATION.search(query)) == bool(_NEGATION.search(turn))


def _query(text: str) -> str | None:
    try:
        query = json.loads(text)["query"]
    except (ValueError, LookupError, TypeError):
        return None
    return query.strip() or None if isinstance(query, str) and len(query) <= MAX_QUERY_CHARS else None
