"""A served model that fails never fails a call: each failure has its name."""

import socket

import pytest

from dialogue.llm.chat_model import (
    ChatFailedError,
    ChatRequest,
    ChatTimeoutError,
    ChatUnavailableError,
    ModelState,
)
from dialogue.llm.openai_model import OpenAIChatModel
from dialogue.llm.router import TurnRouter
from dialogue.llm.summary import draft_summary
from tests.dialogue.llm.llm_servers import broken, running

ASK = ChatRequest(system="受付です。", user="解約したい", max_tokens=8, deadline_s=5)


@pytest.mark.parametrize("manner", ["500", "html", "cut json", "empty", "no choices", "null text", "a list"])
async def test_an_unusable_answer_is_a_failure(manner: str) -> None:
    async with running(broken(manner)) as url:
        model = OpenAIChatModel(url, "m")
        with pytest.raises(ChatFailedError):
            await model.complete(ASK)
        assert model.status.state is ModelState.FAILED
        assert model.ready
        await model.close()


async def test_a_server_that_hangs_is_left_at_the_deadline() -> None:
    async with running(broken("hangs")) as url:
        model = OpenAIChatModel(url, "m")
        with pytest.raises(ChatTimeoutError):
            await model.complete(ChatRequest("受付です。", "解約", max_tokens=8, deadline_s=0.1))
        await model.close()


async def test_a_server_that_is_not_there_is_unavailable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        url = f"http://127.0.0.1:{gone.getsockname()[1]}/v1"
    model = OpenAIChatModel(url, "m")
    with pytest.raises(ChatUnavailableError, match="つながりません"):
        await model.complete(ASK)
    assert "llm.base_url" in model.status.explanation
    await model.close()


async def test_a_router_before_a_broken_server_gives_no_label_and_says_why() -> None:
    async with running(broken("500")) as url:
        model = OpenAIChatModel(url, "m")
        routing = await TurnRouter(model, deadline_s=5).route("解約", [("cancel-001", "解約の方法")])
        assert (routing.label, routing.model_use.outcome) == (None, "failed")
        assert await draft_summary(model, ["お客様: 解約したい"]) is None
        await model.close()
