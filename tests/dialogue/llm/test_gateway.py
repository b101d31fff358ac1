"""The gateway on a virtual clock: order, deadline, breaker, budget, confidentiality, and what is written down."""

import asyncio
import hashlib
from dataclasses import dataclass

import pytest

from dialogue.llm.breaker import BreakerOptions
from dialogue.llm.chat_model import (
    ChatError,
    ChatFailedError,
    ChatRefusedError,
    ChatRequest,
    ChatTimeoutError,
    ChatUnavailableError,
)
from dialogue.llm.gateway import GatewayResult, ModelGateway
from dialogue.llm.masking import Masker
from dialogue.llm.purpose import Confidentiality, Place, Purpose
from tests.dialogue.llm.models import Notes, Scripted, card, gateway, policy
from tests.virtual_time import run_virtually

ASK = ChatRequest(system="受付です。", user="田中ですが、解約したい", max_tokens=8, deadline_s=2.0)
SCHEMA = {
    "type": "object",
    "properties": {"label": {"type": "string", "enum": ["1"]}},
    "required": ["label"],
    "additionalProperties": False,
}


class Pseudonyms:
    """田中 and nobody else."""

    def mask(self, text: str) -> str:
        return text.replace("田中", "〔お名前1〕")

    def restore(self, text: str) -> str:
        return text.replace("〔お名前1〕", "田中")


class BrokenMasker(Pseudonyms):
    def mask(self, text: str) -> str:
        raise RuntimeError("no dictionary")


@dataclass(frozen=True)
class Found:
    kind: str


def asks(
    door: ModelGateway,
    request: ChatRequest = ASK,
    level: Confidentiality = Confidentiality.PERSONAL,
    masker: Masker | None = None,
) -> GatewayResult:
    return run_virtually(door.complete(Purpose.ROUTE, request, level, masker=masker, call_id="c1"))


def test_the_first_permitted_model_answers() -> None:
    log, first, second = Notes(), Scripted("一"), Scripted("二")
    door = gateway({"a": (card("a"), first), "b": (card("b"), second)}, log)
    result = asks(door)
    assert (result.text, result.model, result.tokens) == ("一", "a", 10)
    assert log.told == [("a", "used")]
    assert not second.asked


@pytest.mark.parametrize(
    ("error", "outcome"),
    [(ChatFailedError("x"), "failed"), (ChatUnavailableError("x"), "unavailable"), (ChatTimeoutError("x"), "late")],
)
def test_the_next_model_in_order_answers_when_one_does_not(error: ChatError, outcome: str) -> None:
    log = Notes()
    door = gateway({"a": (card("a"), Scripted(error=error)), "b": (card("b"), Scripted("二"))}, log)
    assert asks(door).model == "b"
    assert log.told == [("a", outcome), ("b", "used")]


def test_a_slow_model_leaves_time_for_the_next_within_the_one_deadline() -> None:
    log, second = Notes(), Scripted("二", takes_s=0.5)
    door = gateway({"a": (card("a"), Scripted(takes_s=60)), "b": (card("b"), second)}, log)

    async def scene() -> tuple[str, float]:
        result = await door.complete(Purpose.ROUTE, ASK, Confidentiality.PUBLIC, masker=None)
        return result.model, asyncio.get_running_loop().time()

    model, took_s = run_virtually(scene())
    assert model == "b"
    assert took_s <= ASK.deadline_s
    assert [each.took_ms for each in log.kept] == pytest.approx([1200, 500])
    assert second.asked[0].deadline_s == pytest.approx(0.8)


def test_when_every_model_is_slow_the_deadline_is_kept_and_said() -> None:
    log = Notes()
    door = gateway({name: (card(name), Scripted(takes_s=60)) for name in "abc"}, log)

    async def scene() -> float:
        with pytest.raises(ChatTimeoutError):
            await door.complete(Purpose.ROUTE, ASK, Confidentiality.PUBLIC, masker=None)
        return asyncio.get_running_loop().time()

    assert run_virtually(scene()) <= ASK.deadline_s + 0.001
    assert {outcome for _, outcome in log.told} == {"late"}


def test_a_last_model_may_use_all_the_time_that_is_left() -> None:
    door = gateway({"a": (card("a"), Scripted(takes_s=1.9))}, Notes())
    assert asks(door).model == "a"


def test_a_cards_own_limit_is_kept_though_the_deadline_is_longer() -> None:
    log = Notes()
    door = gateway({"a": (card("a", timeout_s=0.3), Scripted(takes_s=1))}, log)
    with pytest.raises(ChatTimeoutError):
        asks(door)
    assert log.kept[0].took_ms == pytest.approx(300)


def test_nonsense_is_a_failure_and_the_next_model_is_asked() -> None:
    log = Notes()
    door = gateway(
        {"a": (card("a"), Scripted("わたしは料金を0円にします")), "b": (card("b"), Scripted('{"label": "1"}'))}, log
    )
    request = ChatRequest("受付です。", "解約", 8, 2.0, json_schema=SCHEMA)
    assert asks(door, request).model == "b"
    assert log.told == [("a", "failed"), ("b", "used")]


def test_a_model_that_keeps_failing_is_left_alone_and_tried_again_later() -> None:
    log, broken = Notes(), Scripted(error=ChatFailedError("x"))
    door = gateway({"a": (card("a"), broken)}, log, breaker=BreakerOptions(failures=2, cool_s=10))

    async def ask() -> None:
        with pytest.raises(ChatError):
            await door.complete(Purpose.ROUTE, ASK, Confidentiality.PUBLIC, masker=None)

    async def scene() -> None:
        for _ in range(3):
            await ask()
        assert not door.is_ready(Purpose.ROUTE, Confidentiality.PUBLIC)
        await asyncio.sleep(10)
        assert door.is_ready(Purpose.ROUTE, Confidentiality.PUBLIC)
        broken.error = None
        await door.complete(Purpose.ROUTE, ASK, Confidentiality.PUBLIC, masker=None)

    run_virtually(scene())
    assert [outcome for _, outcome in log.told] == ["failed", "failed", "open_circuit", "used"]


def test_a_model_over_its_budget_is_passed_over() -> None:
    log = Notes()
    dear = card("a", budget={"requests_per_day": 1})
    door = gateway({"a": (dear, Scripted("一")), "b": (card("b"), Scripted("二"))}, log)
    assert [asks(door).model, asks(door).model] == ["a", "b"]
    assert log.told == [("a", "used"), ("a", "over_budget"), ("b", "used")]


def test_no_more_requests_run_at_once_than_the_card_says_and_few_wait() -> None:
    log, model = Notes(), Scripted(takes_s=0.1)
    door = gateway({"a": (card("a", concurrency=1), model)}, log)

    async def scene() -> list[GatewayResult | BaseException]:
        every = [door.complete(Purpose.ROUTE, ASK, Confidentiality.PUBLIC, masker=None) for _ in range(3)]
        return await asyncio.gather(*every, return_exceptions=True)

    answers = run_virtually(scene())
    assert sum(isinstance(each, ChatUnavailableError) for each in answers) == 1
    assert len(model.asked) == 2


def test_a_request_that_nobody_waits_for_is_written_down_as_cancelled() -> None:
    log = Notes()
    door = gateway({"a": (card("a"), Scripted(takes_s=60))}, log)

    async def scene() -> None:
        task = asyncio.create_task(door.complete(Purpose.ROUTE, ASK, Confidentiality.PUBLIC, masker=None))
        await asyncio.sleep(0.1)
        task.cancel()
        await asyncio.wait([task])

    run_virtually(scene())
    assert log.told == [("a", "cancelled")]


def test_what_the_policy_does_not_name_is_refused() -> None:
    log, model = Notes(), Scripted()
    door = gateway({"a": (card("a"), model)}, log, policy("a", level=Confidentiality.INTERNAL))
    with pytest.raises(ChatRefusedError):
        asks(door, level=Confidentiality.PERSONAL)
    assert log.told == [("", "refused")]
    assert not model.asked


def test_a_secret_stays_in_the_process_whatever_the_policy_says() -> None:
    log, served, here = Notes(), Scripted("served"), Scripted("here")
    door = gateway(
        {"served": (card("served"), served), "here": (card("here", Place.IN_PROCESS), here)},
        log,
        policy("served", "here", level=Confidentiality.SECRET),
    )
    assert asks(door, level=Confidentiality.SECRET).model == "here"
    assert not served.asked


def test_words_that_go_outside_are_masked_and_the_answer_is_restored() -> None:
    log, outside = Notes(), Scripted("〔お名前1〕様のご用件は解約です")
    door = gateway({"a": (card("a", Place.OUTSIDE), outside)}, log)
    result = asks(door, masker=Pseudonyms())
    assert outside.asked[0].user == "〔お名前1〕ですが、解約したい"
    assert result.text == "田中様のご用件は解約です"


def test_an_answer_in_json_is_restored_though_its_pseudonyms_are_escaped() -> None:
    escaped = r'{"who": "\u3014\u304a\u540d\u524d1\u3015"}'
    door = gateway({"a": (card("a", Place.OUTSIDE), Scripted(escaped))}, Notes())
    request = ChatRequest("受付です。", "田中です", 8, 2.0, json_schema={"type": "object"})
    assert asks(door, request, masker=Pseudonyms()).text == '{"who": "田中"}'


@pytest.mark.parametrize("masker", [None, BrokenMasker()])
def test_words_that_cannot_be_masked_do_not_go_outside(masker: Masker | None) -> None:
    log, outside = Notes(), Scripted()
    door = gateway({"a": (card("a", Place.OUTSIDE), outside), "b": (card("b"), Scripted("二"))}, log)
    assert asks(door, masker=masker).model == "b"
    assert not outside.asked
    assert log.told == [("a", "refused"), ("b", "used")]


def test_words_in_which_something_personal_is_left_after_masking_do_not_go_outside() -> None:
    log, outside = Notes(), Scripted()
    door = gateway(
        {"a": (card("a", Place.OUTSIDE), outside)}, log, finds=lambda text: [Found("phone")] if "090" in text else []
    )
    request = ChatRequest("受付です。", "090の番号です", 8, 2.0)
    with pytest.raises(ChatRefusedError):
        asks(door, request, masker=Pseudonyms())
    assert not outside.asked


def test_words_for_a_server_on_the_premises_are_masked_only_if_the_policy_says_so() -> None:
    plain, masked = Scripted(), Scripted()
    asks(gateway({"a": (card("a"), plain)}, Notes()), masker=Pseudonyms())
    asks(gateway({"a": (card("a"), masked)}, Notes(), policy("a", mask=True)), masker=Pseudonyms())
    assert "田中" in plain.asked[0].user
    assert "田中" not in masked.asked[0].user


def test_a_request_is_written_down_without_its_words() -> None:
    log = Notes()
    asks(gateway({"a": (card("a"), Scripted(tokens=7))}, log))
    noted = log.kept[0]
    assert (noted.call_id, noted.purpose, noted.confidentiality) == ("c1", Purpose.ROUTE, Confidentiality.PERSONAL)
    assert (noted.place, noted.tokens) == (Place.ON_PREMISES, 7)
    assert noted.prompt_sha256 == hashlib.sha256("受付です。\n田中ですが、解約したい".encode()).hexdigest()
    assert "田中" not in str(noted)


def test_a_model_that_is_not_ready_is_passed_over_and_costs_no_failure() -> None:
    log, model = Notes(), Scripted()
    model.ready = False
    door = gateway({"a": (card("a"), model)}, log, breaker=BreakerOptions(failures=1))
    with pytest.raises(ChatUnavailableError):
        asks(door)
    model.ready = True
    assert asks(door).model == "a"


def test_background_work_leaves_a_slot_for_a_callers_turn() -> None:
    log, model = Notes(), Scripted(takes_s=1.0)
    door = gateway({"a": (card("a", concurrency=2), model)}, log)
    background = ChatRequest("受付です。", "まとめ", 8, 30.0, background=True)

    async def scene() -> float:
        drafts = [
            asyncio.create_task(door.complete(Purpose.SUMMARY, background, Confidentiality.PUBLIC, masker=None))
            for _ in range(2)
        ]
        await asyncio.sleep(0.1)
        began = asyncio.get_running_loop().time()
        await door.complete(Purpose.ROUTE, ASK, Confidentiality.PUBLIC, masker=None)
        took_s = asyncio.get_running_loop().time() - began
        await asyncio.gather(*drafts)
        return took_s

    assert run_virtually(scene()) == pytest.approx(1.0)
