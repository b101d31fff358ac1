"""A caller who needs a person waits for one, or is told honestly that nobody comes; no AI where it is switched off."""

from __future__ import annotations

import asyncio

import pytest

from dialogue.turns import Act, After
from records.models import EndedBy, KpiEvent, Speaker
from telephony.call_types import CallRules
from telephony.desk import Operator
from telephony.desk_phrases import (
    BACK_AT_WISH,
    CALLBACK_AT_WISH,
    CONNECTING,
    NOBODY_FREE,
    STILL_WAITING,
    WHILE_WAITING,
)
from telephony.events import EventKind
from telephony.protocols.line import KeyPressed, MediaStopped
from telephony.states import CallState
from tests.telephony.stage import AgreedRoom, Stage, answer
from tests.telephony.test_desk import LONG, played

SATO = Operator("u1", "佐藤")
WANTED = answer(
    "かしこまりました。",
    "担当の者に引き継ぎまして、折り返しお電話を差し上げます。",
    act=Act.HAND_OVER,
    after=After.HAND_OVER,
    escalation_reason="caller_asked",
)
PROMISE = "折り返しお電話を差し上げます。"
RULES = CallRules(wait_limit_ms=90_000.0)
AI_OFF = "ただいま自動音声でのご案内を停止しております。"


def stage_with(room: AgreedRoom | None, *replies: object) -> Stage:
    return Stage(*(replies or (WANTED,)), room=room, rules=RULES)  # type: ignore[arg-type]


async def queued(stage: Stage) -> None:
    """The caller asked for a person, was told to wait, and hears music."""
    await stage.after_greeting()
    stage.says("担当の方をお願いします。")
    await asyncio.sleep(15.0)


# The room


def test_where_somebody_can_come_the_caller_is_connected_and_nobody_promises_a_call_back() -> None:
    room = AgreedRoom()

    async def play(stage: Stage) -> None:
        await queued(stage)
        assert stage.call.state is CallState.HOLDING and stage.desk.waits

    stage = played(lambda: stage_with(room), play)
    assert stage.said()[2:] == ["かしこまりました。", *CONNECTING, *WHILE_WAITING]
    waiting = room.entered[0]
    assert (waiting.reason, waiting.priority, waiting.call_id) == ("caller_asked", 3, stage.desk.call_id)
    assert waiting.escalation_id == stage.records.escalations[0].id
    data = stage.events(EventKind.QUEUED)[0].data
    assert (data["reason"], data["escalation_id"]) == ("caller_asked", waiting.escalation_id)
    assert len(stage.kpis(KpiEvent.ESC_REQUESTED)) == len(stage.kpis(KpiEvent.ESC_QUEUED)) == 1


@pytest.mark.parametrize(
    "room", [None, AgreedRoom(free=False), AgreedRoom(broken=True), AgreedRoom(takes_s=5.0)], ids=repr
)
def test_where_nobody_can_come_it_is_a_promise_to_call_back(room: AgreedRoom | None) -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("担当の方をお願いします。")
        assert await stage.ended_by() is EndedBy.HAND_OVER

    stage = played(lambda: stage_with(room), play)
    assert stage.said()[2:] == list(WANTED.sentences)
    assert stage.outcomes() == ["requested"]
    assert stage.events(EventKind.QUEUED) == [] and stage.kpis(KpiEvent.ESC_QUEUED) == []


def test_a_room_that_was_too_slow_is_told_that_nobody_waits() -> None:
    room = AgreedRoom(takes_s=5.0)

    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("担当の方をお願いします。")
        await stage.ended_by()

    played(lambda: stage_with(room), play)
    assert room.left == ["ended"]


# Who comes


def test_a_person_who_answers_ends_the_wait() -> None:
    room = AgreedRoom()

    async def play(stage: Stage) -> None:
        await queued(stage)
        await stage.desk.take_over(SATO)
        said = list(stage.said())
        await asyncio.sleep(100.0)
        assert stage.said() == said and stage.call.state is CallState.WITH_OPERATOR

    stage = played(lambda: stage_with(room), play)
    assert stage.outcomes() == ["answered"] and room.left == []
    answered = stage.kpis(KpiEvent.ESC_ANSWERED)[0]
    assert (answered["by"], 13_000 < answered["wait_ms"] < 15_500) == ("佐藤", True)


def test_a_person_may_answer_while_the_caller_is_still_being_told_to_wait() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("担当の方をお願いします。")
        await asyncio.sleep(0.5)
        assert stage.call.state is CallState.SPEAKING
        await stage.desk.take_over(SATO)
        await asyncio.sleep(60.0)
        assert stage.call.state is CallState.WITH_OPERATOR

    assert played(lambda: stage_with(AgreedRoom()), play).outcomes() == ["answered"]


# Who does not


def test_after_the_limit_comes_an_honest_apology_and_a_promise() -> None:
    room = AgreedRoom()

    async def play(stage: Stage) -> None:
        await queued(stage)
        assert await stage.ended_by() is EndedBy.HAND_OVER
        assert stage.clock.now_ms() == pytest.approx(108_000, abs=6_000)

    stage = played(lambda: stage_with(room), play)
    assert stage.said()[-2:] == [NOBODY_FREE, PROMISE] and STILL_WAITING in stage.said()
    assert stage.outcomes() == ["callback_booked"] and room.left == ["timed_out"]
    assert len(stage.kpis(KpiEvent.CALLBACK_BOOKED)) == 1 and stage.kpis(KpiEvent.ESC_ABANDONED) == []


def test_after_hours_the_promise_is_recorded_as_such() -> None:
    async def play(stage: Stage) -> None:
        await queued(stage)
        stage.mind.open_now = False
        await stage.ended_by()

    assert played(lambda: stage_with(AgreedRoom()), play).outcomes() == ["out_of_hours"]


def test_a_caller_who_hangs_up_has_abandoned_the_wait() -> None:
    room = AgreedRoom()

    async def play(stage: Stage) -> None:
        await queued(stage)
        stage.post(MediaStopped())
        assert await stage.ended_by() is EndedBy.CALLER

    stage = played(lambda: stage_with(room), play)
    assert stage.outcomes() == ["abandoned"] and room.left == ["abandoned"]
    assert len(stage.kpis(KpiEvent.ESC_ABANDONED)) == 1


# What the caller may do meanwhile


@pytest.mark.parametrize("by_voice", [True, False])
def test_the_caller_may_go_back_to_the_agent(by_voice: bool) -> None:
    room = AgreedRoom()

    async def play(stage: Stage) -> None:
        await queued(stage)
        if by_voice:
            stage.says("あの、やっぱりいいです。")
        else:
            stage.post(KeyPressed("1"))
        await asyncio.sleep(6.0)
        assert stage.call.state is CallState.LISTENING and not stage.desk.waits
        stage.says("料金は。")
        await asyncio.sleep(4.0)

    stage = played(lambda: stage_with(room, WANTED, answer(LONG)), play)
    assert stage.said()[-3:] == [*BACK_AT_WISH, LONG]
    assert room.left == ["returned"] and stage.outcomes() == ["abandoned"]


def test_the_caller_may_ask_for_a_call_back() -> None:
    room = AgreedRoom()

    async def play(stage: Stage) -> None:
        await queued(stage)
        stage.post(KeyPressed("2"))
        assert await stage.ended_by() is EndedBy.HAND_OVER

    stage = played(lambda: stage_with(room), play)
    assert stage.said()[-2:] == [CALLBACK_AT_WISH, PROMISE]
    assert stage.outcomes() == ["callback_booked"] and room.left == ["ended"]


def test_what_the_caller_says_while_waiting_is_written_down() -> None:
    async def play(stage: Stage) -> None:
        await queued(stage)
        stage.says("まだかかりますか。")
        await asyncio.sleep(5.0)
        assert stage.call.state is CallState.HOLDING

    stage = played(lambda: stage_with(AgreedRoom()), play)
    assert [turn.text for turn in stage.records.turns if turn.speaker is Speaker.CALLER][-1] == "まだかかりますか。"
    assert len(stage.mind.asked) == 1


# The AI is switched off


def test_a_new_call_with_the_ai_off_goes_straight_to_a_person() -> None:
    room = AgreedRoom()

    async def play(stage: Stage) -> None:
        await asyncio.sleep(15.0)
        assert stage.call.state is CallState.HOLDING

    stage = played(lambda: Stage(room=room, ai_off=lambda: AI_OFF), play)
    notice = ["みなと通信でございます。", "通話を録音しております。"]
    assert stage.said() == [*notice, AI_OFF, *CONNECTING, *WHILE_WAITING]
    assert room.entered[0].reason == "ai_off" and stage.mind.asked == []
    assert stage.kpis(KpiEvent.BOT_ANSWERED) == []


def test_a_new_call_with_the_ai_off_and_nobody_there_ends_with_a_promise() -> None:
    async def play(stage: Stage) -> None:
        assert await stage.ended_by() is EndedBy.HAND_OVER

    stage = played(lambda: Stage(ai_off=lambda: AI_OFF), play)
    assert stage.said()[-2:] == [AI_OFF, PROMISE]
    assert stage.outcomes() == ["callback_booked"]


@pytest.mark.parametrize("after_s", [0.0, 0.02, 0.5, 1.5])
@pytest.mark.parametrize("speaks", [True, False])
def test_a_running_call_goes_to_a_person_within_two_seconds_of_the_switch(speaks: bool, after_s: float) -> None:
    room = AgreedRoom()
    switch: list[str] = []

    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        if speaks:
            stage.says("料金は。")
        await asyncio.sleep(after_s)
        switch.append(AI_OFF)
        off_ms = stage.clock.now_ms()
        await asyncio.sleep(15.0)
        assert stage.began_ms(AI_OFF) - off_ms < 2_000
        assert stage.call.state is CallState.HOLDING

    stage = played(lambda: Stage(answer(LONG), room=room, ai_off=lambda: switch[0] if switch else None), play)
    callers = [turn.text for turn in stage.records.turns if turn.speaker is Speaker.CALLER]
    assert callers == (["料金は。"] if speaks else [])
    assert room.entered[0].reason == "ai_off"


def test_what_a_tool_has_done_is_still_told_with_the_ai_off() -> None:
    switch: list[str] = []

    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("はい。")
        await asyncio.sleep(1.5)
        switch.append(AI_OFF)
        await asyncio.sleep(15.0)

    reply = answer("承ります。", act=Act.RUN_TOOL, after=After.RUN_TOOL)
    stage = played(lambda: Stage(reply, ai_off=lambda: switch[0] if switch else None), play)
    assert stage.said().index("ご予約を承りました。") < stage.said().index(AI_OFF)


def test_with_the_ai_off_nobody_goes_back_to_it() -> None:
    async def play(stage: Stage) -> None:
        await asyncio.sleep(15.0)
        stage.post(KeyPressed("1"))
        assert await stage.ended_by() is EndedBy.HAND_OVER

    stage = played(lambda: Stage(room=AgreedRoom(), ai_off=lambda: AI_OFF), play)
    assert stage.said()[-2:] == [CALLBACK_AT_WISH, PROMISE]
