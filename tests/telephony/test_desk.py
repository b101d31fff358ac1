"""A person takes a running call over, on the virtual clock: types, speaks, holds, warns, gives it back, ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.turns import Act, After
from records.models import EndedBy, KpiEvent, Speaker
from telephony.call_types import CallRules
from telephony.desk import DeskError, Operator
from telephony.desk_phrases import (
    CLOSING,
    HANDED_BACK,
    HANDED_BACK_OPEN,
    HOLD,
    LOST_BACK,
    LOST_CONNECTING,
    STILL_ON_HOLD,
    WARNING,
    WHILE_WAITING,
)
from telephony.events import EventKind
from telephony.protocols.line import KeyPressed, MediaStopped
from telephony.states import CallState
from tests.telephony.stage import GREETING, AgreedRoom, EvenVoice, Stage, answer, other_tasks, utterance
from tests.virtual_time import run_virtually
from voice.audio.pcm import Samples
from voice.ear_events import PartialHeard

SATO = Operator("u1", "佐藤")
TANAKA = Operator("u2", "田中")
LONG = "料金プランの変更は、マイページの「ご契約内容」から、いつでもお手続きいただけます。"


def played(build: Callable[[], Stage], play: Callable[[Stage], Awaitable[None]]) -> Stage:
    """Play a scene to its end; nothing may be left running, and nobody may have talked over themselves."""

    async def scene() -> Stage:
        stage = build()
        await play(stage)
        await stage.hang_up()
        assert other_tasks() == set()
        assert stage.track.overlaps == []
        return stage

    return run_virtually(scene())


async def with_operator(stage: Stage) -> None:
    await stage.after_greeting()
    await stage.desk.take_over(SATO)


def tone(milliseconds: float) -> Samples:
    """A 16 kHz tone as a browser's microphone would send it."""
    time_s = np.arange(int(milliseconds * 16)) / 16_000
    return (0.3 * np.sin(2 * np.pi * 440 * time_s)).astype(np.float32)


async def speaks(stage: Stage, feed: Callable[[Samples], None], frames: int, every_s: float = 0.02) -> None:
    for _ in range(frames):
        feed(tone(20))
        await asyncio.sleep(every_s)


# Taking over


async def greeted(stage: Stage) -> None:
    await stage.until_ms(500)


async def listening(stage: Stage) -> None:
    await stage.after_greeting()


async def thinking(stage: Stage) -> None:
    await stage.after_greeting()
    stage.says("料金は。")
    await asyncio.sleep(0.02)


async def speaking(stage: Stage) -> None:
    await stage.after_greeting()
    stage.says("料金は。")
    await asyncio.sleep(1.5)


async def bridging(stage: Stage) -> None:
    await stage.after_greeting()
    stage.says("料金は。")
    await asyncio.sleep(0.6)


@pytest.mark.parametrize(
    ("until", "state", "takes_s"),
    [
        (greeted, CallState.GREETING, 0.05),
        (listening, CallState.LISTENING, 0.05),
        (thinking, CallState.THINKING, 0.3),
        (bridging, CallState.THINKING, 1.0),
        (speaking, CallState.SPEAKING, 0.05),
    ],
)
def test_a_person_takes_over_in_any_state_and_the_agent_says_and_decides_nothing_more(
    until: Callable[[Stage], Awaitable[None]], state: CallState, takes_s: float
) -> None:
    async def play(stage: Stage) -> None:
        await until(stage)
        assert stage.call.state is state
        await stage.desk.take_over(SATO)
        assert stage.call.state is CallState.WITH_OPERATOR
        asked, said = len(stage.mind.asked), len(stage.track.said)
        assert stage.track.until_ms <= stage.clock.now_ms() + 1
        await asyncio.sleep(30.0)
        assert (len(stage.mind.asked), len(stage.track.said)) == (asked, said)
        assert stage.desk.operator == SATO

    stage = played(lambda: Stage(answer(LONG), takes_s=takes_s), play)
    assert [(e.data["what"], e.data["name"]) for e in stage.events(EventKind.OPERATOR)] == [("joined", "佐藤")]
    assert len(stage.kpis(KpiEvent.OP_TALK_START)) == len(stage.kpis(KpiEvent.OP_TALK_END)) == 1


def test_what_the_caller_had_heard_of_the_agent_is_recorded() -> None:
    async def play(stage: Stage) -> None:
        await speaking(stage)
        await stage.desk.take_over(SATO)

    stage = played(lambda: Stage(answer(LONG)), play)
    agent = [turn for turn in stage.records.turns if turn.speaker is Speaker.AGENT][-1]
    assert agent.interrupted and agent.heard_text and LONG.startswith(agent.heard_text)
    assert agent.heard_text != LONG


def test_only_one_person_handles_a_call() -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        await stage.desk.take_over(SATO)
        with pytest.raises(DeskError, match="佐藤さんが応対"):
            await stage.desk.take_over(TANAKA)
        with pytest.raises(DeskError, match="佐藤さんが応対"):
            await stage.desk.say(TANAKA, "もしもし。")

    stage = played(Stage, play)
    assert len(stage.events(EventKind.OPERATOR)) == 1


def test_a_call_that_is_over_cannot_be_taken() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.post(MediaStopped())
        with pytest.raises(DeskError, match="終わりました"):
            await stage.desk.take_over(SATO)
        await stage.ended_by()
        stage.desk.close()
        with pytest.raises(DeskError, match="終わりました"):
            await stage.desk.take_over(SATO)

    played(Stage, play)


def test_what_the_caller_says_to_a_person_is_written_down_and_decided_on_by_nobody() -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        stage.says("引っ越しの件です。")
        await asyncio.sleep(10.0)

    stage = played(Stage, play)
    assert stage.mind.asked == []
    turn = stage.records.turns[-1]
    assert (turn.speaker, turn.text, turn.transcript is not None) == (Speaker.CALLER, "引っ越しの件です。", True)
    assert stage.events(EventKind.HEARD)[0].data["text"] == "引っ越しの件です。"
    assert stage.mind.history[-1] == "引っ越しの件です。"


def test_what_was_said_over_the_agent_just_before_is_not_lost() -> None:
    async def play(stage: Stage) -> None:
        await stage.until_ms(500)
        stage.says("解約です。")
        await asyncio.sleep(0.1)
        await stage.desk.take_over(SATO)

    stage = played(Stage, play)
    assert [turn.text for turn in stage.records.turns if turn.speaker is Speaker.CALLER] == ["解約です。"]


@pytest.mark.parametrize("at_ms", [3_500, 4_600])
def test_a_tool_that_has_begun_is_not_broken_off_and_what_it_did_is_known(at_ms: int) -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("はい。")
        await stage.until_ms(at_ms)
        assert stage.call.state is CallState.THINKING
        await stage.desk.take_over(SATO)
        await asyncio.sleep(3.0)
        assert stage.mind.tools_run == 1

    stage = played(lambda: Stage(answer("承ります。", act=Act.RUN_TOOL, after=After.RUN_TOOL)), play)
    assert stage.mind.committed[-1] == "ご予約を承りました。"
    assert "ご予約を承りました。" not in stage.said()


# Typing


def test_typed_words_are_heard_in_the_agents_voice_and_are_the_operators_turn() -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        await stage.desk.say(SATO, "お電話代わりました。佐藤でございます。")
        await asyncio.sleep(6.0)

    stage = played(Stage, play)
    assert "".join(stage.said()[2:]) == "お電話代わりました。佐藤でございます。"
    turn = stage.records.turns[-1]
    assert (turn.speaker, turn.kind, turn.interrupted) == (Speaker.OPERATOR, "typed", False)
    assert turn.text == turn.heard_text == "お電話代わりました。佐藤でございます。"
    said = stage.events(EventKind.OPERATOR_SAID)[0].data
    assert (said["text"], said["how"], said["name"]) == (turn.text, "typed", "佐藤")
    assert stage.call.minutes.lines[-1] == "担当者: お電話代わりました。佐藤でございます。"


def test_the_first_sentence_does_not_wait_for_the_rest() -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        await stage.desk.say(SATO, "はい。" + LONG * 3)
        await asyncio.sleep(1.0)

    stage = played(lambda: Stage(voice=EvenVoice(takes_s=0.4)), play)
    assert stage.events(EventKind.OPERATOR_SAID)[0].data["took_ms"] == pytest.approx(400, abs=5)


def test_a_long_first_sentence_begins_with_its_head() -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        await stage.desk.say(SATO, "お調べいたしましたところ、明日の午後に承っております。")
        await asyncio.sleep(6.0)

    stage = played(Stage, play)
    assert stage.said()[2:] == ["お調べいたしましたところ、", "明日の午後に承っております。"]
    assert stage.records.turns[-1].heard_text == "お調べいたしましたところ、明日の午後に承っております。"


def test_texts_are_said_one_after_another() -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        await stage.desk.say(SATO, "一つ目です。")
        await stage.desk.say(SATO, "二つ目です。")
        await asyncio.sleep(5.0)

    stage = played(Stage, play)
    assert stage.said()[2:] == ["一つ目です。", "二つ目です。"]
    assert [turn.text for turn in stage.records.turns if turn.speaker is Speaker.OPERATOR] == stage.said()[2:]


@pytest.mark.parametrize("text", ["", "  ", "あ" * 501])
def test_what_cannot_be_said_is_refused(text: str) -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        with pytest.raises(DeskError):
            await stage.desk.say(SATO, text)

    played(Stage, play)


def test_who_has_not_taken_the_call_can_say_nothing() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        for attempt in (stage.desk.say(SATO, "もしもし。"), stage.desk.hold(SATO), stage.desk.end(SATO)):
            with pytest.raises(DeskError, match="受けていません"):
                await attempt
        with pytest.raises(DeskError, match="受けていません"):
            stage.desk.microphone(SATO)

    played(Stage, play)


def test_words_that_no_voice_can_say_leave_the_call_as_it_is() -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        stage.voice.broken = True
        await stage.desk.say(SATO, "聞こえません。")
        await asyncio.sleep(1.0)
        stage.voice.broken = False
        await stage.desk.say(SATO, "聞こえます。")
        await asyncio.sleep(3.0)
        assert stage.call.state is CallState.WITH_OPERATOR

    stage = played(Stage, play)
    assert [event.data["what"] for event in stage.events(EventKind.WARNING)] == ["synthesis_failed"]
    assert stage.said()[-1] == "聞こえます。"


# Speaking


def test_the_operators_voice_goes_out_at_once_and_is_not_marked_as_a_machines() -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        began_ms, said = stage.clock.now_ms(), list(stage.said())
        microphone = stage.desk.microphone(SATO)
        await speaks(stage, microphone.feed, 50)
        heard = stage.track.between(began_ms, began_ms + 2_000)
        assert len(heard) / 8 == pytest.approx(1_000, abs=60)
        assert float(np.sqrt(np.square(heard).mean())) == pytest.approx(0.21, abs=0.02)
        assert min(at for at, _ in stage.track.written if at >= began_ms) - began_ms < 100
        assert stage.said() == said

    played(Stage, play)


def test_the_operators_words_are_understood_and_are_a_turn() -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        began_ms = stage.clock.now_ms()
        stage.desk.microphone(SATO)
        ear = stage.operator_ears[0]
        ear.says(PartialHeard("お電話", 500.0))
        ear.says(utterance("お電話代わりました。", 2_000.0))
        await asyncio.sleep(0.1)
        said = stage.events(EventKind.OPERATOR_SAID)[0]
        assert said.at_ms == pytest.approx(began_ms + 850, abs=2)

    stage = played(Stage, play)
    turn = stage.records.turns[-1]
    assert (turn.speaker, turn.kind, turn.text) == (Speaker.OPERATOR, "voice", "お電話代わりました。")
    assert stage.mind.asked == []


def test_the_ear_of_a_silent_microphone_hears_silence_in_step_with_the_call() -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        microphone = stage.desk.microphone(SATO)
        await speaks(stage, microphone.feed, 25)
        await asyncio.sleep(2.0)
        ear = stage.operator_ears[0]
        assert ear.fed_ms() == pytest.approx(2_500, abs=60)
        assert not ear.fed[-1].any()

    played(Stage, play)


def test_while_typed_words_are_said_the_microphone_waits() -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        microphone = stage.desk.microphone(SATO)
        await stage.desk.say(SATO, LONG)
        await asyncio.sleep(0.3)
        written = len(stage.track.written)
        await speaks(stage, microphone.feed, 25)
        new = np.concatenate([samples for _, samples in stage.track.written[written:]])
        assert np.all(np.isclose(new, 0.1))

    played(Stage, play)


def test_a_microphone_that_is_closed_takes_nothing_and_ends_by_itself() -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        microphone = stage.desk.microphone(SATO)
        microphone.close()
        written = len(stage.track.written)
        await speaks(stage, microphone.feed, 25)
        assert len(stage.track.written) == written
        await asyncio.sleep(3.0)
        assert not microphone.running
        assert stage.operator_ears[0].closed

    played(Stage, play)


# Hold


def test_on_hold_the_caller_hears_an_announcement_then_music_and_a_kind_word() -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        await stage.desk.hold(SATO)
        assert stage.call.state is CallState.HOLDING and stage.desk.on_hold
        began_ms = stage.clock.now_ms()
        await asyncio.sleep(45.0)
        assert stage.said()[2:] == [HOLD, STILL_ON_HOLD]
        music = stage.track.between(began_ms + 5_000, began_ms + 20_000)
        assert 0.005 < float(np.sqrt(np.square(music).mean())) < 0.05
        await stage.desk.resume(SATO)
        assert stage.call.state is CallState.WITH_OPERATOR and not stage.desk.on_hold
        said = list(stage.said())
        await asyncio.sleep(40.0)
        assert stage.said() == said

    stage = played(Stage, play)
    assert stage.kpis(KpiEvent.HOLD) == [{"ms": pytest.approx(45_000, abs=50), "by": "佐藤", "user": "u1"}]
    assert [event.data["what"] for event in stage.events(EventKind.OPERATOR)] == ["joined", "hold", "resumed"]


def test_a_caller_who_hangs_up_on_hold_leaves_the_hold_counted() -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        await stage.desk.hold(SATO)
        await asyncio.sleep(10.0)
        stage.post(MediaStopped())
        assert await stage.ended_by() is EndedBy.CALLER

    stage = played(Stage, play)
    assert stage.kpis(KpiEvent.HOLD)[0]["ms"] == pytest.approx(10_000, abs=50)
    assert len(stage.kpis(KpiEvent.OP_TALK_END)) == 1


def test_on_hold_nothing_typed_or_spoken_reaches_the_caller() -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        microphone = stage.desk.microphone(SATO)
        await stage.desk.hold(SATO)
        with pytest.raises(DeskError, match="保留"):
            await stage.desk.say(SATO, "もしもし。")
        with pytest.raises(DeskError, match="保留"):
            await stage.desk.hold(SATO)
        await asyncio.sleep(5.0)
        loudest = max(float(np.abs(samples).max()) for _, samples in stage.track.written[-50:])
        await speaks(stage, microphone.feed, 50)
        assert max(float(np.abs(samples).max()) for _, samples in stage.track.written[-50:]) < max(0.2, loudest * 2)

    played(Stage, play)


# Giving back, hints


def test_given_back_the_agent_says_so_and_goes_on() -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        assert await stage.desk.hand_back(SATO) == ""
        await asyncio.sleep(6.0)
        assert stage.call.state is CallState.LISTENING and stage.desk.operator is None
        stage.says("料金は。")
        await asyncio.sleep(3.0)

    stage = played(Stage, play)
    assert stage.said()[2:] == [HANDED_BACK, HANDED_BACK_OPEN, "はい、承りました。"]
    assert stage.events(EventKind.OPERATOR)[-1].data["what"] == "handed_back"


def test_what_was_typed_is_said_before_the_call_is_given_back() -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        await stage.desk.say(SATO, "それでは自動音声に代わります。")
        await stage.desk.hand_back(SATO)
        assert stage.desk.operator == SATO
        await asyncio.sleep(8.0)
        assert stage.desk.operator is None

    stage = played(Stage, play)
    assert stage.said()[2:] == ["それでは自動音声に代わります。", HANDED_BACK, HANDED_BACK_OPEN]


def test_given_back_with_a_task_the_agent_does_it() -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        assert await stage.desk.hand_back(SATO, "料金プランの案内") == "料金プランの変更"
        await asyncio.sleep(5.0)

    assert played(Stage, play).said()[2:] == [HANDED_BACK, "料金プランの変更"]


def test_a_task_that_the_agent_cannot_do_is_refused_and_the_person_keeps_the_call() -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        with pytest.raises(DeskError, match="ヒントで自動音声に頼めるのは"):
            await stage.desk.hand_back(SATO, "お名前を聞いて")
        assert stage.desk.operator == SATO and stage.call.state is CallState.WITH_OPERATOR

    played(Stage, play)


def test_a_hint_reaches_the_agent_and_is_told() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        assert await stage.desk.whisper(TANAKA, "料金プラン") == "料金プランの変更"

    stage = played(Stage, play)
    assert [(hint.entry_id, hint.by) for hint in stage.mind.hints] == [("plan-change", "田中")]
    assert stage.events(EventKind.WHISPER)[0].data == {
        "text": "料金プラン",
        "name": "田中",
        "title": "料金プランの変更",
    }


def test_a_hint_that_nobody_can_act_on_is_refused_with_what_a_hint_can_do() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        with pytest.raises(DeskError, match="ヒントで自動音声に頼めるのは"):
            await stage.desk.whisper(TANAKA, "お名前を聞いて")
        await stage.desk.take_over(SATO)
        with pytest.raises(DeskError, match="担当者が応対"):
            await stage.desk.whisper(TANAKA, "料金プラン")

    assert played(Stage, play).mind.hints == []


# Warning and ending


def test_a_warning_is_the_approved_script_and_is_told() -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        await stage.desk.warn(SATO)
        await asyncio.sleep(20.0)
        assert stage.call.state is CallState.WITH_OPERATOR

    stage = played(Stage, play)
    assert stage.said()[2:] == list(WARNING)
    assert stage.events(EventKind.OPERATOR)[-1].data["what"] == "warned"
    assert (stage.records.turns[-1].speaker, stage.records.turns[-1].kind) == (Speaker.OPERATOR, "script")


def test_a_call_ended_with_a_warning_ends_after_the_closing_words() -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        await stage.desk.end(SATO, warning=True)
        assert await stage.ended_by() is EndedBy.OPERATOR

    assert played(Stage, play).said()[2:] == list(CLOSING)


def test_a_person_who_ends_the_call_ends_it_at_once_or_after_the_last_typed_word() -> None:
    async def at_once(stage: Stage) -> None:
        await with_operator(stage)
        await stage.desk.end(SATO)
        assert await stage.ended_by() is EndedBy.OPERATOR

    async def after_words(stage: Stage) -> None:
        await with_operator(stage)
        await stage.desk.say(SATO, "失礼いたします。")
        await stage.desk.end(SATO)
        assert await stage.ended_by() is EndedBy.OPERATOR

    assert played(Stage, at_once).said() == list(GREETING.sentences)
    assert played(Stage, after_words).records.turns[-1].heard_text == "失礼いたします。"


# A page that vanishes


def test_when_the_operator_is_gone_the_caller_goes_before_everyone_who_waits() -> None:
    room = AgreedRoom()

    async def play(stage: Stage) -> None:
        await with_operator(stage)
        await stage.desk.operator_gone(SATO)
        await asyncio.sleep(12.0)
        assert stage.call.state is CallState.HOLDING and stage.desk.waits and stage.desk.operator is None

    stage = played(lambda: Stage(room=room), play)
    assert [(waiting.priority, waiting.reason) for waiting in room.entered] == [(1, "operator_lost")]
    assert stage.said()[2:4] == list(LOST_CONNECTING) and stage.said()[4] == WHILE_WAITING[0]
    assert stage.events(EventKind.OPERATOR)[-1].data["what"] == "left"


@pytest.mark.parametrize("room", [None, AgreedRoom(free=False)])
def test_when_nobody_else_is_there_the_agent_takes_the_call_back(room: AgreedRoom | None) -> None:
    async def play(stage: Stage) -> None:
        await with_operator(stage)
        await stage.desk.operator_gone(TANAKA)
        assert stage.desk.operator == SATO
        await stage.desk.operator_gone(SATO)
        await asyncio.sleep(8.0)
        assert stage.call.state is CallState.LISTENING

    stage = played(lambda: Stage(room=room), play)
    assert stage.said()[2:4] == list(LOST_BACK)
    assert stage.outcomes() == ["failed"]


# Whatever comes


async def _whatever(stage: Stage, steps: list[tuple[int, str]]) -> None:
    desk = stage.desk
    doings: dict[str, Callable[[], Awaitable[Any]]] = {
        "take": lambda: desk.take_over(SATO),
        "other": lambda: desk.take_over(TANAKA),
        "say": lambda: desk.say(SATO, LONG),
        "hold": lambda: desk.hold(SATO),
        "resume": lambda: desk.resume(SATO),
        "back": lambda: desk.hand_back(SATO),
        "task": lambda: desk.hand_back(SATO, "料金"),
        "hint": lambda: desk.whisper(TANAKA, "料金"),
        "warn": lambda: desk.warn(SATO),
        "end": lambda: desk.end(SATO),
        "gone": lambda: desk.operator_gone(SATO),
    }
    for wait_ms, step in steps:
        await asyncio.sleep(wait_ms / 1000)
        if step == "says":
            stage.says("料金は。")
        elif step == "mic":
            try:
                desk.microphone(SATO).feed(tone(200))
            except DeskError:
                continue
        elif step in "12":
            stage.post(KeyPressed(step))
        elif step == "stop":
            stage.post(MediaStopped())
        elif stage.running.done():
            desk.close()
        else:
            try:
                await doings[step]()
            except DeskError:
                continue


STEPS = [
    "take",
    "other",
    "say",
    "hold",
    "resume",
    "back",
    "task",
    "hint",
    "warn",
    "end",
    "gone",
    "says",
    "mic",
    "1",
    "2",
]


@settings(max_examples=150, deadline=None)
@given(
    steps=st.lists(st.tuples(st.integers(0, 4_000), st.sampled_from([*STEPS, "stop"])), max_size=12),
    free=st.sampled_from([True, False, None]),
    hands_over=st.booleans(),
)
def test_whatever_the_desk_does_the_call_ends_cleanly_and_leaves_nothing_behind(
    steps: list[tuple[int, str]], free: bool | None, hands_over: bool
) -> None:
    async def scene() -> None:
        reply = answer("引き継ぎます。", act=Act.HAND_OVER, after=After.HAND_OVER) if hands_over else answer(LONG)
        room = None if free is None else AgreedRoom(free=free)
        stage = Stage(reply, room=room, rules=CallRules(wait_limit_ms=8_000.0))
        await _whatever(stage, steps)
        stage.post(MediaStopped())
        await stage.ended_by()
        assert other_tasks() == set()
        assert stage.states()[-1] == "ended"
        assert [e.data for e in stage.events(EventKind.WARNING) if e.data["what"] == "desk_failed"] == []
        assert len(stage.kpis(KpiEvent.OP_TALK_START)) == len(stage.kpis(KpiEvent.OP_TALK_END))
        queued = len(stage.kpis(KpiEvent.ESC_QUEUED))
        settled = sum(
            len(stage.kpis(kind)) for kind in (KpiEvent.ESC_ANSWERED, KpiEvent.ESC_ABANDONED, KpiEvent.CALLBACK_BOOKED)
        )
        assert queued == settled

    run_virtually(scene())
