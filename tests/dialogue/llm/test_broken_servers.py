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
from dialogue.llm.confidentiality import ConfidentialityClassifier
from dialogue.llm.openai_model import OpenAIChatModel
from dialogue.llm.purpose import Purpose
from dialogue.llm.router import Routing, TurnRouter
from dialogue.llm.session import GatewayChatModel, ModelSession
from dialogue.llm.summary import draft_summary
from tests.dialogue.llm.llm_servers import broken, recording, redirecting, running
from tests.dialogue.llm.models import Notes, card, gateway, nothing_personal

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


@pytest.mark.parametrize(
    ("manner", "outcome"),
    [("500", "failed"), ("html", "failed"), ("cut json", "failed"), ("null text", "failed"), ("chatter", "failed")],
)
async def test_a_gateway_asks_the_next_server_when_one_fails_or_talks_nonsense(manner: str, outcome: str) -> None:
    log = Notes()
    async with running(broken(manner)) as bad, running(recording([], '{"label": "1"}')) as good:
        routing = await route_by([bad, good], log, deadline_s=5)
    assert (routing.label, routing.model_use.model) == ("cancel-001", "m1")
    assert log.told == [("m0", outcome), ("m1", "used")]


async def test_a_gateway_leaves_a_server_that_hangs_in_time_for_the_next() -> None:
    log = Notes()
    async with running(broken("hangs")) as bad, running(recording([], '{"label": "1"}')) as good:
        routing = await route_by([bad, good], log, deadline_s=0.5)
    assert routing.label == "cancel-001"
    assert log.told == [("m0", "late"), ("m1", "used")]


async def test_a_gateway_passes_over_a_server_that_is_off() -> None:
    log = Notes()
    with socket.create_server(("127.0.0.1", 0)) as gone:
        off = f"http://127.0.0.1:{gone.getsockname()[1]}/v1"
    async with running(recording([], '{"label": "1"}')) as good:
        routing = await route_by([off, good], log, deadline_s=5)
    assert routing.label == "cancel-001"
    assert log.told == [("m0", "unavailable"), ("m1", "used")]


@pytest.mark.parametrize(("manner", "outcome"), [("hangs", "late"), ("500", "failed"), ("chatter", "failed")])
async def test_when_every_server_is_broken_the_turn_has_no_label_and_says_why(manner: str, outcome: str) -> None:
    async with running(broken(manner)) as one, running(broken(manner)) as other:
        routing = await route_by([one, other], Notes(), deadline_s=0.5)
    assert (routing.label, routing.model_use.outcome) == (None, outcome)


async def test_a_server_that_sends_elsewhere_is_not_followed() -> None:
    kept: list[bytes] = []
    async with running(recording(kept, '{"label": "1"}')) as elsewhere, running(redirecting(elsewhere)) as url:
        routing = await route_by([url], Notes(), deadline_s=5)
    assert routing.model_use.outcome == "failed"
    assert kept == []


async def test_a_server_on_the_premises_is_asked_directly_whatever_proxy_the_environment_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked_by_proxy: list[bytes] = []
    async with running(recording([], '{"label": "1"}')) as url, running(recording(asked_by_proxy, "")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        monkeypatch.delenv("NO_PROXY", raising=False)
        monkeypatch.delenv("no_proxy", raising=False)
        routing = await route_by([url], Notes(), deadline_s=5)
    assert routing.model_use.outcome == "used"
    assert asked_by_proxy == []


async def route_by(urls: list[str], log: Notes, deadline_s: float) -> Routing:
    """One turn through a gateway over servers m0, m1 … in this order."""
    models = {f"m{n}": (card(f"m{n}", base_url=url), OpenAIChatModel(url, "m")) for n, url in enumerate(urls)}
    door = gateway(models, log)
    session = ModelSession(ConfidentialityClassifier(nothing_personal))
    router = TurnRouter(GatewayChatModel(door, Purpose.ROUTE, session), deadline_s)
    routing = await router.route("解約", [("cancel-001", "解約の方法")])
    await door.close()
    return routing
