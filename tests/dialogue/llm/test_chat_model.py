"""What every ChatModel keeps to, held against the embedded model and against llama.cpp's own server."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from dialogue.llm.chat_model import ChatModel, ChatRequest, ChatTimeoutError
from dialogue.llm.confidentiality import ConfidentialityClassifier
from dialogue.llm.embedded import EmbeddedChatModel
from dialogue.llm.openai_model import OpenAIChatModel
from dialogue.llm.purpose import Purpose
from dialogue.llm.router import ROUTER_PROMPT, TurnRouter
from dialogue.llm.session import GatewayChatModel, ModelSession
from dialogue.llm.summary import draft_summary
from tests.dialogue.llm.llm_servers import broken, running
from tests.dialogue.llm.models import Notes, card, gateway, nothing_personal

pytestmark = pytest.mark.asyncio(loop_scope="package")

SCHEMA = {
    "type": "object",
    "properties": {"label": {"type": "string", "enum": ["1", "2", "none"]}},
    "required": ["label"],
    "additionalProperties": False,
}


@pytest_asyncio.fixture(params=["embedded", "llama.cpp server"], loop_scope="package")
async def model(
    request: pytest.FixtureRequest, embedded: EmbeddedChatModel, llama_url: str
) -> AsyncIterator[ChatModel]:
    if request.param == "embedded":
        yield embedded
        return
    served = OpenAIChatModel(llama_url, "small")
    yield served
    await served.close()


def ask(deadline_s: float = 60, max_tokens: int = 16, schema: dict[str, object] | None = SCHEMA) -> ChatRequest:
    return ChatRequest(
        system=ROUTER_PROMPT,
        user="候補: 1 解約の方法 / 2 請求書の再発行\n発話: 解約したいです\n答え:",
        max_tokens=max_tokens,
        deadline_s=deadline_s,
        json_schema=schema,
    )


async def test_an_answer_obeys_its_schema(model: ChatModel) -> None:
    result = await model.complete(ask())
    assert json.loads(result.text)["label"] in ("1", "2", "none")


async def test_the_same_question_gets_the_same_answer(model: ChatModel) -> None:
    assert (await model.complete(ask())).text == (await model.complete(ask())).text


async def test_an_answer_is_no_longer_than_allowed(model: ChatModel) -> None:
    result = await model.complete(ask(schema=None, max_tokens=3))
    assert 0 < result.tokens <= 3


async def test_the_deadline_is_kept_and_the_next_question_is_answered(model: ChatModel) -> None:
    with pytest.raises(ChatTimeoutError):
        await model.complete(ask(deadline_s=0.001))
    assert json.loads((await model.complete(ask())).text)


async def test_a_turn_gets_one_of_its_labels_and_the_evidence_says_so(model: ChatModel) -> None:
    routing = await TurnRouter(model, deadline_s=60).route(
        "開約したいんですが", [("cancel-001", "解約の方法"), ("bill-002", "請求書の再発行")]
    )
    assert routing.label in ("cancel-001", "bill-002", "none", "wants_person", "repeat", "goodbye", "other")
    assert (routing.model_use.outcome, routing.model_use.label) == ("used", routing.label)


async def test_a_late_model_leaves_a_turn_without_a_label(model: ChatModel) -> None:
    routing = await TurnRouter(model, deadline_s=0.001).route("解約", [("cancel-001", "解約の方法")])
    assert (routing.label, routing.model_use.outcome) == (None, "late")


async def test_a_summary_is_a_draft_with_four_fields(model: ChatModel) -> None:
    summary = await draft_summary(model, ["お客様: 請求書を再発行してください", "受付: 会員ページからできます"])
    assert summary is not None
    assert summary.draft
    assert summary.text.startswith("【下書き】用件: ")


async def test_a_gateway_goes_from_a_broken_server_to_a_real_one_within_the_turn(llama_url: str) -> None:
    log = Notes()
    async with running(broken("chatter")) as broken_url:
        models = {
            "broken": (card("broken", base_url=broken_url), OpenAIChatModel(broken_url, "m")),
            "llama": (card("llama", base_url=llama_url), OpenAIChatModel(llama_url, "small")),
        }
        door = gateway(models, log)
        session = ModelSession(ConfidentialityClassifier(nothing_personal))
        router = TurnRouter(GatewayChatModel(door, Purpose.ROUTE, session), deadline_s=60)
        routing = await router.route("解約したいです", [("cancel-001", "解約の方法"), ("bill-002", "請求書の再発行")])
        await door.close()
    assert routing.label is not None
    assert (routing.model_use.outcome, routing.model_use.model) == ("used", "llama")
    assert log.told == [("broken", "failed"), ("llama", "used")]
    assert log.kept[1].tokens > 500
