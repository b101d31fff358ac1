"""One label for a turn that retrieval was unsure of. The model chooses; it never supplies a fact."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
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


class Intent(StrEnum):
    """What a turn can be beside a question that one of the candidates answers."""

    NONE = "none"
    WANTS_PERSON = "wants_person"
    REPEAT = "repeat"
    GOODBYE = "goodbye"
    OTHER = "other"


ALL_INTENTS: Final = tuple(Intent)

# Byte-identical in every request: the engine keeps what it has computed for it. Candidates are numbered because
# a number is one token to generate, and an identifier five.
ROUTER_PROMPT: Final = """あなたはコールセンターの電話の振り分け係です。
お客様の発話を読み、下の番号か言葉を一つだけ選びます。
答えは作りません。

選べるもの
- 候補の番号: 発話がその候補の質問をしているとき。言い方や、音声認識による漢字の間違いは気にしません。
- none: 候補のどれとも違うことを尋ねているとき。話題が似ていても、尋ねていることが違えば none です。
- wants_person: 担当者、人間、オペレーターと話したいと言っているとき。
- repeat: もう一度言ってほしい、聞き取れなかった、ゆっくり話してほしいと言っているとき。
- goodbye: お礼や別れを言って、用件が済んだとき。
- other: 相づち、独り言、意味の分からない言葉など、質問ではないとき。

例
候補: 1 解約の方法 / 2 解約の違約金
発話: 開約したいんですけど、どうしたらいいですか
答え: {"label": "1"}
候補: 1 解約の方法 / 2 解約の違約金
発話: 途中でやめたらお金取られますか
答え: {"label": "2"}
候補: 1 請求書の再発行 / 2 支払い方法の変更
発話: 近くの店の営業時間を教えてください
答え: {"label": "none"}
候補: 1 料金プランの変更 / 2 データ残量の確認
発話: あとどれくらいギガ残ってるか知りたい
答え: {"label": "2"}
候補: 1 料金プランの変更 / 2 データ残量の確認
発話: 今日の東京の天気は
答え: {"label": "none"}
候補: 1 機種変更の手続き / 2 修理の申し込み
発話: 機械じゃなくて人と話したいんだけど
答え: {"label": "wants_person"}
候補: 1 機種変更の手続き / 2 修理の申し込み
発話: え、すみません、今なんて言いました
答え: {"label": "repeat"}
候補: 1 住所の変更 / 2 名義の変更
発話: 分かりました、ありがとうございました
答え: {"label": "goodbye"}
候補: 1 住所の変更 / 2 名義の変更
発話: えーっと、そうですねえ
答え: {"label": "other"}
候補: 1 住所の変更 / 2 名義の変更
発話: 引っ越したので登録を直したいんです
答え: {"label": "1"}"""


@dataclass(frozen=True)
class Routing:
    """`label` is a candidate's id or an intent's value; None when the model gave none. `model_use` says why."""

    label: str | None
    model_use: ModelUse


class TurnRouter:
    """Asks `model` for one label under a JSON schema, never longer than `deadline_s` seconds."""

    def __init__(self, model: ChatModel, deadline_s: float) -> None:
        self._model = model
        self._deadline_s = deadline_s

    async def route(
        self,
        utterance: str,
        candidates: Sequence[tuple[str, str]],
        intents: Sequence[Intent] = ALL_INTENTS,
    ) -> Routing:
        """Choose among `candidates` (id, title), in their order, and `intents`. Never raises a `ChatError`."""
        ids = {str(number): entry_id for number, (entry_id, _) in enumerate(candidates, start=1)}
        labels = [*ids, *(intent.value for intent in intents)]
        request = ChatRequest(
            system=ROUTER_PROMPT,
            user=_question(utterance, [title for _, title in candidates]),
            max_tokens=16,
            deadline_s=self._deadline_s,
            json_schema=_schema(labels),
        )
        began = time.perf_counter()
        label: str | None = None
        model = self._model.name
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
            model = result.model or model
            label = _label(result.text, labels)
            outcome = "failed" if label is None else "used"
        return Routing(
            label=None if label is None else ids.get(label, label),
            model_use=ModelUse(
                model=model,
                purpose="route",
                outcome=outcome,
                label=None if label is None else ids.get(label, label),
                took_ms=(time.perf_counter() - began) * 1000,
            ),
        )


def _question(utterance: str, titles: Sequence[str]) -> str:
    listed = " / ".join(f"{number} {_one_line(title)}" for number, title in enumerate(titles, start=1))
    return f"候補: {listed or 'なし'}\n発話: {_one_line(utterance)}\n答え:"


def _one_line(text: str) -> str:
    """A caller's words cannot begin a line of their own."""
    return " ".join(text.split())


def _schema(labels: Sequence[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {"label": {"type": "string", "enum": list(labels)}},
        "required": ["label"],
        "additionalProperties": False,
    }


def _label(text: str, labels: Sequence[str]) -> str | None:
    try:
        label = json.loads(text)["label"]
    except (ValueError, LookupError, TypeError):
        return None
    return label if label in labels else None
