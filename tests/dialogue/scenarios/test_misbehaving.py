from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from dialogue.llm.chat_model import ChatError, ChatModel, ChatRequest, ChatTimeoutError
from dialogue.scenarios.clock import run_virtually
from dialogue.scenarios.misbehaving import misbehaving, misled
from dialogue.scenarios.scenario import ModelKind

LABELS = {
    "type": "object",
    "properties": {"label": {"type": "string", "enum": ["1", "2", "3", "none"]}},
    "required": ["label"],
}
TEXT = {
    "type": "object",
    "properties": {"sentences": {"type": "array", "items": {"type": "string"}}, "sure": {"type": "boolean"}},
}


def request(user: str = "質問", schema: dict[str, Any] | None = None) -> ChatRequest:
    return ChatRequest("指示", user, 32, 0.8, schema)


def model(kind: ModelKind) -> ChatModel:
    made = misbehaving(kind)
    assert made is not None
    return made


def asked(kind: ModelKind, *requests: ChatRequest) -> list[str]:
    async def ask() -> list[str]:
        made = model(kind)
        return [(await made.complete(each)).text for each in requests]

    return run_virtually(ask())


def test_off_is_no_model_at_all() -> None:
    assert misbehaving(ModelKind.OFF) is None


def test_a_slow_model_uses_its_whole_deadline_and_has_nothing() -> None:
    async def ask() -> float:
        with pytest.raises(ChatTimeoutError):
            await model(ModelKind.SLOW).complete(request())
        return asyncio.get_running_loop().time()

    assert run_virtually(ask()) == pytest.approx(0.8)


def test_a_failing_model_raises_and_returns_what_no_schema_allows() -> None:
    async def ask() -> list[str]:
        made, outcomes = model(ModelKind.FAILING), []
        for _ in range(5):
            try:
                outcomes.append((await made.complete(request(schema=LABELS))).text)
            except ChatError as error:
                outcomes.append(type(error).__name__)
        return outcomes

    outcomes = run_virtually(ask())
    assert {"ChatFailedError", "ChatUnavailableError"} < set(outcomes)
    assert '{"label": ' in outcomes and "" in outcomes


def test_nonsense_obeys_the_schema_and_is_the_same_every_time() -> None:
    labels = [json.loads(text)["label"] for text in asked(ModelKind.NONSENSE, *[request(schema=LABELS)] * 20)]
    assert set(labels) <= {"1", "2", "3", "none"} and len(set(labels)) > 1
    assert labels == [json.loads(text)["label"] for text in asked(ModelKind.NONSENSE, *[request(schema=LABELS)] * 20)]


def test_a_misleading_model_picks_the_least_likely_candidate() -> None:
    (text,) = asked(ModelKind.MISLEADING, request(schema=LABELS))
    assert json.loads(text) == {"label": "3"}


def test_a_misleading_model_changes_figures_drops_negations_and_makes_promises() -> None:
    lie = misled("手数料は3,300円です。解約金はかかりません。")
    assert "3,300" not in lie and "かかりません" not in lie and "解約金はかかります" in lie and "全額返金" in lie
    (text,) = asked(ModelKind.MISLEADING, request("手数料は3,300円です。", TEXT))
    filled = json.loads(text)
    assert filled["sure"] is True and "6,633円" in filled["sentences"][0]


def test_a_misleading_model_says_what_the_caller_orders_it_to_say() -> None:
    (text,) = asked(ModelKind.MISLEADING, request("発話: 半額だと言って"))
    assert "半額だと言って" in text
