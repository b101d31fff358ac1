"""Whole calls through the wire: Twilio's protocol, real time, real models."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import websockets

from bench.agent_process import AgentProcess
from bench.callers import CallerVoice
from bench.listener import CallListener
from dashboard.words import ENDED_BY, ESCALATION_REASONS
from telephony.caller.carrier import CallTarget, CarrierSide, Speakerphone
from tests.calls.office import office
from voice.audio.wav import read_wav

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]
QUESTION = "料金プランを変更したいんですけど"
ANSWER_BEGINS = "料金プランは、マイみなと"


class Phone:
    """A caller with a telephone and a view of the agent's events."""

    def __init__(self, agent: AgentProcess, caller: CallerVoice, speakerphone: Speakerphone | None = None) -> None:
        self._caller = caller
        self.carrier = CarrierSide(CallTarget(agent.media_url), speakerphone)
        self.events = CallListener(
            f"{agent.url.replace('http', 'ws')}/api/events", self.carrier.call_sid, key=agent.key
        )

    async def __aenter__(self) -> Phone:
        await self.events.__aenter__()
        await self.carrier.__aenter__()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.carrier.__aexit__(None, None, None)
        await self.until(lambda: bool(self.events.of_kind("ended")), 15, required=False)
        await self.events.__aexit__(None, None, None)

    def say(self, text: str) -> None:
        self.carrier.say(self._caller.say(text))

    async def skip_greeting(self) -> None:
        """A key ends the greeting; the agent then asks for the matter."""
        await self.until(lambda: self.carrier.agent_is_audible, 10)
        await self.carrier.press("*")
        await self.replied("repeat")
        await self.until(lambda: not self.carrier.agent_is_audible, 15)

    async def replied(self, act: str, count: int = 1) -> dict[str, Any]:
        """Wait for the `count`-th decision of that kind and return it."""

        def found() -> list[dict[str, Any]]:
            return [e["data"] for e in self.events.of_kind("decided") if e["data"]["act"] == act]

        await self.until(lambda: len(found()) >= count, 30)
        return found()[count - 1]

    async def until(self, happens: Callable[[], bool], within_s: float, required: bool = True) -> None:
        try:
            async with asyncio.timeout(within_s):
                while not happens():
                    await asyncio.sleep(0.02)
        except TimeoutError:
            if required:
                kinds = [(e["at_ms"], e["kind"], str(e["data"])[:80]) for e in self.events.events[-12:]]
                pytest.fail(f"it did not happen within {within_s} s; last events: {kinds}")


async def record_of(agent: AgentProcess, call_id: str) -> dict[str, Any]:
    """The call's record once it is closed."""
    async with office(agent) as client:
        for _ in range(100):
            detail = (await client.get(f"/api/calls/{call_id}")).json()
            if detail["call"]["ended_at"] is not None:
                return dict(detail)
            await asyncio.sleep(0.1)
    pytest.fail("the call's record was not closed")


async def running_calls(agent: AgentProcess) -> int:
    async with httpx.AsyncClient(base_url=agent.url) as client:
        return int((await client.get("/health")).json()["calls"])


async def call_id_of(phone: Phone) -> str:
    await phone.until(lambda: phone.events.call_id is not None, 10)
    assert phone.events.call_id is not None
    return phone.events.call_id


async def test_a_spoken_question_is_answered_from_the_faq_recorded_and_on_the_page(
    agent: AgentProcess, caller: CallerVoice
) -> None:
    async with Phone(agent, caller) as phone:
        call_id = await call_id_of(phone)
        await phone.skip_greeting()
        phone.say(QUESTION)
        answer = await phone.replied("answer")
        await phone.until(lambda: bool(phone.events.of_kind("spoken")[1:]), 30)
        await phone.carrier.hang_up()
    assert answer["evidence"]["entry_ids"] == ["plan-change"] and answer["text"].startswith(ANSWER_BEGINS)
    record = await record_of(agent, call_id)
    assert record["call"]["ended_by_name"] == ENDED_BY["caller"] and record["call"]["outcome"] == "answered"
    lines = [line for line in record["lines"] if line["text"].startswith(ANSWER_BEGINS)]
    assert lines and lines[0]["reasons"]
    async with office(agent) as client:
        wav = read_wav((await client.get(record["recording"])).content)
    assert wav.channels.shape[0] == 2 and wav.rate_hz == 8_000
    assert all(abs(channel).max() > 0.02 for channel in wav.channels)


async def test_an_aizuchi_does_not_stop_the_agent_but_an_interruption_does(
    agent: AgentProcess, caller: CallerVoice
) -> None:
    async with Phone(agent, caller) as phone:
        await phone.skip_greeting()
        phone.say(QUESTION)
        await phone.replied("answer")
        await asyncio.sleep(1.5)
        clears = len(phone.carrier.clears)
        phone.say("はい")
        await phone.until(lambda: bool(phone.events.of_kind("aizuchi")), 10)
        assert len(phone.carrier.clears) == clears
        phone.say("あの、すみません、ちょっと違うんですが")
        await phone.until(lambda: len(phone.carrier.clears) > clears, 10)
        await phone.until(lambda: bool(phone.events.of_kind("barge_in")), 5)
        spoken = [e["data"] for e in phone.events.of_kind("spoken") if e["data"]["interrupted"]]
        assert spoken and ANSWER_BEGINS.startswith(spoken[-1]["heard_text"][:5])


async def test_key_0_leads_to_a_hand_over_message_and_an_escalation_record(
    agent: AgentProcess, caller: CallerVoice
) -> None:
    async with Phone(agent, caller) as phone:
        call_id = await call_id_of(phone)
        await phone.until(lambda: phone.carrier.agent_is_audible, 10)
        await phone.carrier.press("0")
        reply = await phone.replied("hand_over")
        await phone.until(phone.carrier.closed.is_set, 40)
    assert "担当" in reply["text"]
    record = await record_of(agent, call_id)
    assert record["call"]["ended_by_name"] == ENDED_BY["hand_over"]
    assert [escalation["reason"] for escalation in record["escalations"]] == [ESCALATION_REASONS["keypad"]]


async def test_a_caller_who_hangs_up_in_the_greeting_leaves_a_closed_record_and_nothing_running(
    agent: AgentProcess, caller: CallerVoice
) -> None:
    async with Phone(agent, caller) as phone:
        call_id = await call_id_of(phone)
        await phone.until(lambda: phone.carrier.agent_is_audible, 10)
        await phone.carrier.hang_up()
    record = await record_of(agent, call_id)
    assert record["call"]["ended_by_name"] == ENDED_BY["caller"]
    assert await running_calls(agent) == 0


async def test_a_connection_lost_in_mid_word_closes_the_call_and_keeps_the_recording(
    agent: AgentProcess, caller: CallerVoice
) -> None:
    async with Phone(agent, caller) as phone:
        call_id = await call_id_of(phone)
        await phone.skip_greeting()
        phone.say(QUESTION)
        await asyncio.sleep(0.7)
        await phone.carrier.drop()
    record = await record_of(agent, call_id)
    assert record["call"]["has_recording"]
    assert await running_calls(agent) == 0


async def test_messages_that_make_no_sense_are_noted_and_the_call_goes_on(
    agent: AgentProcess, caller: CallerVoice
) -> None:
    async with Phone(agent, caller) as phone:
        await phone.skip_greeting()
        for message in ("{", "[]", '{"event":"dance"}', '{"event":"media","media":{"payload":"@@@"}}', b"\x00\x01"):
            await phone.carrier.send_raw(message)
        await phone.until(lambda: len(phone.events.of_kind("wire_error")) >= 5, 5)
        phone.say(QUESTION)
        assert (await phone.replied("answer"))["evidence"]["entry_ids"] == ["plan-change"]


async def test_an_oversized_message_ends_that_call_and_no_other(agent: AgentProcess, caller: CallerVoice) -> None:
    async with Phone(agent, caller) as other:
        async with Phone(agent, caller) as phone:
            call_id = await call_id_of(phone)
            await phone.carrier.send_raw(json.dumps({"event": "media", "media": {"payload": "A" * 600_000}}))
            await phone.until(phone.carrier.closed.is_set, 10)
        assert (await record_of(agent, call_id))["call"]["ended_at"] is not None
        assert not other.carrier.closed.is_set()
        await other.carrier.hang_up()


async def test_media_before_start_and_a_socket_that_never_starts_are_turned_away(agent: AgentProcess) -> None:
    async with websockets.connect(agent.media_url) as socket:
        for _ in range(60):
            await socket.send('{"event":"media","media":{"payload":"//8="}}')
        with pytest.raises(websockets.ConnectionClosed):
            await asyncio.wait_for(socket.recv(), 10)
    assert await running_calls(agent) == 0


async def test_a_question_that_the_faq_leaves_open_goes_on_although_the_language_model_cannot_be_reached(
    agent: AgentProcess, caller: CallerVoice
) -> None:
    async with Phone(agent, caller) as phone:
        await phone.skip_greeting()
        phone.say("解約について教えてください")
        await phone.until(
            lambda: any(e["data"]["act"] in {"clarify", "reask", "answer"} for e in phone.events.of_kind("decided")), 30
        )
        await phone.until(lambda: phone.carrier.agent_is_audible, 10)


async def test_the_agent_leaves_no_half_written_recording(
    agent: AgentProcess, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder: Path = tmp_path_factory.getbasetemp()
    assert not list(folder.glob("agent*/recordings/**/*.part"))


async def test_on_a_speakerphone_the_agent_does_not_interrupt_itself_and_the_caller_still_can(
    agent: AgentProcess, caller: CallerVoice
) -> None:
    async with Phone(agent, caller, Speakerphone(delay_ms=180.0, level_db=-12.0)) as phone:
        await call_id_of(phone)
        await phone.skip_greeting()
        phone.say(QUESTION)
        await phone.replied("answer")
        await phone.until(lambda: any(e["data"]["heard_text"].startswith(ANSWER_BEGINS) for e in spoken(phone)), 40)
        answers = [e["data"] for e in spoken(phone) if e["data"]["heard_text"].startswith(ANSWER_BEGINS)]
        assert not answers[0]["interrupted"]
        assert phone.events.of_kind("barge_in") == []
        phone.say(QUESTION)
        await phone.replied("answer", count=2)
        await phone.until(lambda: phone.carrier.agent_is_audible, 10)
        await asyncio.sleep(2.0)
        phone.say("違います、解約したいんです")
        await phone.until(lambda: bool(phone.events.of_kind("barge_in")), 10)
        await phone.carrier.hang_up()


def spoken(phone: Phone) -> list[dict[str, Any]]:
    return phone.events.of_kind("spoken")
