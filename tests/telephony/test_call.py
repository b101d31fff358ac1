"""One call, conducted on the virtual clock: who speaks when, what is remembered, and that nothing is left running."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.evidence import Evidence
from dialogue.phrases import AFTER_LEAD, FILLER, LEAD, STUMBLE, TOO_LONG, WORN_OUT
from dialogue.turns import Act, After, CallerTurn, Expects, TurnKind
from records.models import EndedBy, Speaker
from telephony.call_types import CallRules, EndCall, Inbound
from telephony.events import EventKind
from telephony.protocols.line import KeyPressed, MediaStopped
from telephony.states import CallState
from tests.telephony.stage import (
    GREETING,
    GREETING_MS,
    MS_A_CHARACTER,
    EvenVoice,
    Stage,
    answer,
    other_tasks,
    utterance,
)
from tests.virtual_time import run_virtually
from voice.ear_events import (
    AizuchiPassed,
    BargeIn,
    GuessWithdrawn,
    NoWords,
    PartialHeard,
    SpeechStarted,
    WordsGuessed,
)
from voice.turn.expectation import Expectation

LONG = "一二三四五六七八九十" * 4
SLOW_FILLER = CallRules(filler_after_ms=1_200.0)


def played(make: Callable[[], Stage], play: Callable[[Stage], Awaitable[Any]]) -> Stage:
    """Make the stage on a virtual loop, let `play` happen on it, hang up if the call still runs."""

    async def scenario() -> Stage:
        stage = make()
        await play(stage)
        if not stage.running.done():
            await stage.hang_up()
        return stage

    return run_virtually(scenario())


def barge_in(stage: Stage) -> BargeIn:
    now_ms = stage.clock.now_ms()
    return BargeIn(onset_ms=now_ms - 240.0, decided_ms=now_ms)


# Opening and the plain turn


def test_the_call_greets_and_then_listens() -> None:
    stage = played(Stage, Stage.after_greeting)
    assert stage.said() == list(GREETING.sentences)
    assert stage.states()[:2] == ["greeting", "listening"]
    assert stage.mind.history == [GREETING.text]


def test_what_the_caller_says_is_decided_on_and_answered() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("料金プランを変更したいです。")
        await asyncio.sleep(3)

    stage = played(lambda: Stage(answer("はい、承りました。")), play)
    assert stage.mind.texts() == ["料金プランを変更したいです。"]
    assert stage.mind.committed == ["はい、承りました。"]
    assert stage.states() == ["greeting", "listening", "thinking", "speaking", "listening", "ended"]


def test_both_sides_of_a_turn_are_recorded_with_what_was_heard_and_how_long_it_took() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("料金プランを変更したいです。")
        await asyncio.sleep(3)

    stage = played(lambda: Stage(answer("はい、承りました。")), play)
    greeting, caller, agent = stage.records.turns
    assert (greeting.speaker, greeting.heard_text) == (Speaker.AGENT, GREETING.text)
    assert (caller.speaker, caller.text) == (Speaker.CALLER, "料金プランを変更したいです。")
    assert (agent.speaker, agent.kind, agent.heard_text) == (Speaker.AGENT, "answer", "はい、承りました。")
    assert agent.timings is not None
    assert agent.timings.response_ms == pytest.approx(350 + 50, abs=2)
    assert stage.events(EventKind.LATENCY)[0].data["first_audio"] == pytest.approx(400, abs=2)


def test_the_ear_is_told_what_kind_of_answer_is_awaited() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("解約したいです。")
        await asyncio.sleep(3)

    stage = played(lambda: Stage(answer("どちらですか。", act=Act.CLARIFY, expects=Expects.CHOICE)), play)
    assert stage.ear.expectation is Expectation.CHOICE


def test_speech_is_judged_while_the_agent_speaks_and_is_an_answer_from_just_before_its_end() -> None:
    judged: dict[str, bool] = {}

    async def play(stage: Stage) -> None:
        judged["greeting"] = stage.ear.judging
        await stage.after_greeting()
        stage.says("料金は。")
        await asyncio.sleep(1.0)
        judged["speaking"] = stage.ear.judging
        await stage.until_ms(GREETING_MS + 50 + 50 + len(LONG) * MS_A_CHARACTER - 200)
        judged["end"] = stage.ear.judging
        assert stage.call.state is CallState.SPEAKING

    played(lambda: Stage(answer(LONG)), play)
    assert judged == {"greeting": False, "speaking": True, "end": False}


# Interruptions


def test_a_barge_in_stops_the_agent_and_only_what_was_heard_is_history() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("料金は。")
        await asyncio.sleep(0.05 + 1.05)
        stage.post(barge_in(stage))
        await asyncio.sleep(0.1)
        assert stage.call.state is CallState.LISTENING

    stage = played(lambda: Stage(answer(LONG)), play)
    assert stage.far.clears == [pytest.approx(GREETING_MS + 50 + 1_100, abs=2)]
    assert stage.mind.history == [GREETING.text, LONG[:10]]
    agent = stage.records.turns[-1]
    assert (agent.interrupted, agent.heard_text, agent.text) == (True, LONG[:10], LONG)
    assert stage.events(EventKind.BARGE_IN)[0].data["heard_ms"] == pytest.approx(1_050, abs=25)


def test_the_words_that_interrupted_are_the_next_turn() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("料金は。")
        await asyncio.sleep(1.5)
        stage.post(barge_in(stage))
        await asyncio.sleep(1.0)
        stage.says("そうではなくて、解約です。")
        await asyncio.sleep(3.0)

    stage = played(lambda: Stage(answer(LONG), answer("解約ですね。")), play)
    assert stage.mind.texts() == ["料金は。", "そうではなくて、解約です。"]
    assert stage.said()[-1] == "解約ですね。"


def test_a_barge_in_just_after_the_reply_began_means_that_the_caller_had_not_finished() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("料金プランを")
        await asyncio.sleep(0.05 + 0.3)
        stage.post(barge_in(stage))
        await asyncio.sleep(1.0)
        stage.says("変更したいです。")
        await asyncio.sleep(3.0)

    stage = played(lambda: Stage(answer(LONG), answer("変更ですね。")), play)
    assert stage.mind.texts() == ["料金プランを", "料金プランを変更したいです。"]


def test_an_aizuchi_changes_nothing() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("料金は。")
        await asyncio.sleep(1.5)
        now_ms = stage.clock.now_ms()
        stage.post(SpeechStarted(now_ms - 500, over_agent=True))
        stage.post(AizuchiPassed(now_ms - 500, now_ms, "aizuchi"))
        await asyncio.sleep(10.0)

    stage = played(lambda: Stage(answer(LONG)), play)
    assert stage.far.clears == []
    assert stage.mind.history[1] == LONG


def test_what_is_said_during_the_greeting_is_answered_after_it() -> None:
    async def play(stage: Stage) -> None:
        await stage.until_ms(800)
        stage.post(barge_in(stage))
        stage.says("料金プランを")
        await stage.until_ms(1_500)
        stage.says("変更したいです。")
        await stage.until_ms(GREETING_MS + 2_000)

    stage = played(lambda: Stage(answer("はい、承りました。")), play)
    assert stage.far.clears == []
    assert stage.mind.history[0] == GREETING.text
    assert stage.mind.texts() == ["料金プランを変更したいです。"]
    assert stage.began_ms("はい、承りました。") >= GREETING_MS


# Stopped for nothing


def interrupted_at(heard_ms: int) -> Callable[[Stage], Awaitable[Any]]:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("料金は。")
        await asyncio.sleep(0.05 + heard_ms / 1000)
        stage.post(barge_in(stage))
        await asyncio.sleep(0.2)

    return play


def test_after_a_cough_the_agent_goes_on_from_the_clause_it_was_in() -> None:
    async def play(stage: Stage) -> None:
        await interrupted_at(1_250)(stage)
        stage.post(NoWords("noise", stage.clock.now_ms()))
        await asyncio.sleep(6.0)

    stage = played(lambda: Stage(answer("料金プランは、マイページから変更できます。", "よろしいですか。")), play)
    assert stage.said()[-2:] == ["マイページから変更できます。", "よろしいですか。"]
    assert stage.mind.history[1:] == ["料金プランは、マイページ", "マイページから変更できます。よろしいですか。"]
    assert stage.mind.taken_up == ["料金プランは、マイページから変更できます。よろしいですか。"]
    assert stage.mind.texts() == ["料金は。"]
    assert stage.events(EventKind.RESUMED)[0].data["why"] == "noise"


def test_a_hai_that_stopped_the_agent_by_mistake_does_not_take_its_turn() -> None:
    async def play(stage: Stage) -> None:
        await interrupted_at(1_000)(stage)
        stage.says("はい、はい。")
        await asyncio.sleep(8.0)

    stage = played(lambda: Stage(answer(LONG)), play)
    assert stage.mind.texts() == ["料金は。"]
    assert stage.said()[-1] == LONG
    assert stage.events(EventKind.RESUMED)[0].data["why"] == "aizuchi"


def test_a_reply_that_was_taken_up_can_be_interrupted_in_earnest() -> None:
    async def play(stage: Stage) -> None:
        await interrupted_at(1_000)(stage)
        stage.post(NoWords("noise", stage.clock.now_ms()))
        await asyncio.sleep(1.0)
        stage.post(barge_in(stage))
        await asyncio.sleep(0.5)
        stage.says("違います。")
        await asyncio.sleep(2.0)

    stage = played(lambda: Stage(answer(LONG), answer("失礼しました。")), play)
    assert stage.mind.texts() == ["料金は。", "違います。"]
    assert stage.said()[-1] == "失礼しました。"


def test_noise_after_the_caller_has_taken_the_turn_brings_nothing_back() -> None:
    async def play(stage: Stage) -> None:
        await interrupted_at(1_000)(stage)
        stage.says("違います。")
        await asyncio.sleep(3.0)
        stage.post(NoWords("noise", stage.clock.now_ms()))
        await asyncio.sleep(3.0)

    stage = played(lambda: Stage(answer(LONG), answer("失礼しました。")), play)
    assert stage.said()[-1] == "失礼しました。"
    assert stage.events(EventKind.RESUMED) == []


# Thinking ahead


def test_what_the_caller_seems_to_have_said_is_decided_on_before_the_turn_is_over() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.seems_to_say("料金は。")
        await asyncio.sleep(0.35)
        stage.says("料金は。")
        await asyncio.sleep(0.01)
        assert stage.mind.committed == ["990円です。"]

    stage = played(lambda: Stage(answer("990円です。"), takes_s=0.2), play)
    assert stage.mind.texts() == ["料金は。"]
    assert stage.voice.prepared == ["990円です。"]
    assert stage.events(EventKind.DECIDED)[-1].data["ahead"] is True


def test_a_guess_that_is_still_being_thought_about_is_waited_for_not_begun_again() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.seems_to_say("料金は。")
        await asyncio.sleep(0.1)
        stage.says("料金は。")
        await asyncio.sleep(2.0)

    stage = played(lambda: Stage(answer("990円です。"), takes_s=0.2), play)
    assert stage.mind.texts() == ["料金は。"]
    assert stage.began_ms("990円です。") == pytest.approx(GREETING_MS + 50 + 200, abs=2)


def test_a_guess_is_dropped_without_a_trace_when_the_caller_goes_on() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.seems_to_say("料金は。")
        await asyncio.sleep(0.1)
        stage.post(GuessWithdrawn(stage.clock.now_ms()))
        await asyncio.sleep(0.5)
        stage.says("料金はいりますか。")
        await asyncio.sleep(2.0)

    stage = played(lambda: Stage(answer("990円です。"), answer("無料です。"), takes_s=0.2), play)
    assert stage.mind.committed == ["無料です。"]
    assert stage.said()[-1] == "無料です。"


def test_a_guess_at_other_words_is_not_used() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.seems_to_say("料金は。")
        await asyncio.sleep(0.5)
        stage.says("料金はいりますか。")
        await asyncio.sleep(2.0)

    stage = played(lambda: Stage(answer("990円です。"), answer("無料です。")), play)
    assert stage.mind.committed == ["無料です。"]
    assert stage.events(EventKind.DECIDED)[-1].data["ahead"] is False


def test_what_was_not_understood_ahead_is_heard_again_and_no_sound_is_made_of_it() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.ear.again = "解約したいです。"
        stage.seems_to_say("開厄したいです。")
        await asyncio.sleep(0.35)
        stage.says("開厄したいです。")
        await asyncio.sleep(2.0)

    stage = played(lambda: Stage(answer("もう一度どうぞ。", act=Act.REASK), answer("解約ですね。")), play)
    assert stage.voice.prepared == []
    assert stage.mind.committed == ["解約ですね。"]


# Thinking


def test_a_decision_that_takes_long_is_covered_by_the_filler_and_comes_after_it() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("料金は。")
        await asyncio.sleep(10.0)

    stage = played(lambda: Stage(answer("はい。"), rules=SLOW_FILLER, takes_s=3.0), play)
    assert stage.said()[-2:] == [FILLER, "はい。"]
    assert stage.began_ms(FILLER) == pytest.approx(GREETING_MS + 50 + 1_200, abs=2)
    assert stage.began_ms("はい。") >= stage.began_ms(FILLER) + len(FILLER) * MS_A_CHARACTER


def test_a_decision_that_comes_during_the_filler_waits_for_its_end() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("料金は。")
        await asyncio.sleep(8.0)

    stage = played(lambda: Stage(answer("はい。"), rules=SLOW_FILLER, takes_s=1.3), play)
    filler_ends = stage.began_ms(FILLER) + len(FILLER) * MS_A_CHARACTER
    assert stage.began_ms("はい。") == pytest.approx(filler_ends, abs=50)


def test_a_turn_that_has_to_be_heard_again_is_acknowledged_at_once() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.ear.again = "解約したいです。"
        stage.says("開厄したいです。")
        await asyncio.sleep(4.0)

    stage = played(lambda: Stage(answer("もう一度どうぞ。", act=Act.REASK), answer("解約ですね。")), play)
    assert stage.said()[-2:] == [LEAD, "解約ですね。"]
    assert stage.began_ms(LEAD) == pytest.approx(GREETING_MS + 50 + 50, abs=5)


def test_after_a_first_hai_the_caller_is_asked_to_wait_only_when_it_takes_long() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.ear.again = "解約したいです。"
        stage.says("開厄したいです。")
        await asyncio.sleep(8.0)

    replies = (answer("もう一度どうぞ。", act=Act.REASK), answer("解約ですね。"))
    stage = played(lambda: Stage(*replies, takes_s=1.8, rules=CallRules(filler_after_ms=3_000.0)), play)
    assert stage.said()[-3:] == [LEAD, AFTER_LEAD, "解約ですね。"]


def test_a_quick_decision_needs_no_filler() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("料金は。")
        await asyncio.sleep(5.0)

    assert FILLER not in played(Stage, play).said()


def test_when_deciding_fails_the_agent_apologises_and_asks_again() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("料金は。")
        await asyncio.sleep(8.0)
        stage.says("料金はいくらですか。")
        await asyncio.sleep(3.0)

    stage = played(lambda: Stage(RuntimeError("broken"), answer("990円です。")), play)
    assert stage.said()[-2:] == [STUMBLE, "990円です。"]
    assert stage.events(EventKind.WARNING)[0].data == {"what": "decision_failed", "detail": "RuntimeError: broken"}


def test_when_deciding_fails_twice_the_call_ends_politely_and_a_person_is_asked_to_call_back() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("料金は。")
        await asyncio.sleep(8.0)
        stage.says("料金は。")
        assert await stage.ended_by() is EndedBy.AGENT

    stage = played(lambda: Stage(RuntimeError("broken")), play)
    assert stage.said()[-2:] == [STUMBLE, WORN_OUT]
    assert [escalation.reason for escalation in stage.records.escalations] == ["system_failure"]


def test_a_success_between_two_failures_makes_the_second_the_first_again() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        for _ in range(3):
            stage.says("料金は。")
            await asyncio.sleep(8.0)

    rules = CallRules(no_input_ms=60_000.0)
    stage = played(lambda: Stage(RuntimeError("a"), answer("はい。"), RuntimeError("b"), rules=rules), play)
    assert stage.said()[-3:] == [STUMBLE, "はい。", STUMBLE]


def test_a_mind_that_never_answers_is_given_up_at_its_deadline() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("料金は。")
        await asyncio.sleep(12.0)

    stage = played(lambda: Stage(answer("はい。"), takes_s=3_600.0), play)
    assert stage.said()[-1] == STUMBLE
    assert stage.events(EventKind.WARNING)[0].data["detail"] == "late"


def test_what_was_not_understood_is_heard_a_second_time_and_answered_if_that_helps() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.ear.again = "解約したいです。"
        stage.says("開厄したいです。")
        await asyncio.sleep(2.0)

    stage = played(lambda: Stage(answer("もう一度どうぞ。", act=Act.REASK), answer("解約ですね。")), play)
    assert stage.mind.texts() == ["開厄したいです。", "解約したいです。"]
    assert stage.mind.asked[1].alternatives[0] == "開厄したいです。"
    assert stage.mind.committed == ["解約ですね。"]
    assert stage.events(EventKind.HEARD_AGAIN)[0].data["text"] == "解約したいです。"


def test_when_a_second_hearing_finds_nothing_the_first_decision_stands() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("開厄したいです。")
        await asyncio.sleep(2.0)

    stage = played(lambda: Stage(answer("もう一度どうぞ。", act=Act.REASK)), play)
    assert stage.mind.committed == ["もう一度どうぞ。"]


def test_a_caller_who_goes_on_while_the_agent_thinks_has_said_one_thing() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("料金プランを")
        await asyncio.sleep(0.5)
        stage.says("変更したいです。")
        await asyncio.sleep(5.0)

    stage = played(lambda: Stage(answer("はい。"), takes_s=0.8), play)
    assert stage.mind.texts() == ["料金プランを", "料金プランを変更したいです。"]
    assert stage.mind.committed == ["はい。"]


def test_a_decision_waits_while_the_caller_speaks_on_but_not_for_ever() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("料金は。")
        stage.ear.hears_speech = True
        await asyncio.sleep(1.4)
        assert stage.mind.committed == []
        await asyncio.sleep(3.0)
        assert stage.mind.committed == ["はい。"]

    rules = CallRules(filler_after_ms=60_000.0)
    played(lambda: Stage(answer("はい。"), rules=rules), play)


def test_a_decision_that_waited_is_given_at_once_when_the_sound_was_no_words() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("料金は。")
        stage.ear.hears_speech = True
        await asyncio.sleep(0.3)
        stage.ear.hears_speech = False
        stage.post(NoWords("noise", stage.clock.now_ms()))
        await asyncio.sleep(0.01)
        assert stage.mind.committed == ["はい。"]

    played(lambda: Stage(answer("はい。")), play)


def test_when_no_voice_can_speak_the_call_goes_on_listening() -> None:
    async def play(stage: Stage) -> None:
        await asyncio.sleep(0.1)
        assert stage.call.state is CallState.LISTENING

    stage = played(lambda: Stage(voice=EvenVoice(broken=True)), play)
    assert stage.events(EventKind.WARNING)[0].data["what"] == "synthesis_failed"


# Silence


def test_six_seconds_of_silence_are_a_turn() -> None:
    async def play(stage: Stage) -> None:
        await stage.until_ms(GREETING_MS + 5_900)
        assert stage.mind.asked == []
        await stage.until_ms(GREETING_MS + 6_200)

    stage = played(lambda: Stage(answer("もしもし。", act=Act.NO_INPUT)), play)
    assert stage.mind.asked == [CallerTurn(TurnKind.SILENCE)]


def test_there_is_no_silence_while_the_caller_speaks() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.ear.hears_speech = True
        await asyncio.sleep(20.0)

    assert played(Stage, play).mind.asked == []


def test_silence_is_counted_anew_after_a_sound_that_was_no_words() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        await asyncio.sleep(5.0)
        stage.post(SpeechStarted(stage.clock.now_ms(), over_agent=False))
        await asyncio.sleep(0.5)
        stage.post(NoWords("noise", stage.clock.now_ms()))
        await asyncio.sleep(5.9)
        assert stage.mind.silences() == 0
        await asyncio.sleep(0.2)
        assert stage.mind.silences() == 1

    played(Stage, play)


def test_a_caller_who_asked_to_wait_is_given_two_minutes() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("ちょっと待ってください。")
        await asyncio.sleep(2.0 + 117.0)
        assert stage.mind.silences() == 0
        await asyncio.sleep(4.0)
        assert stage.mind.silences() == 1

    played(lambda: Stage(answer("お待ちします。", act=Act.WAIT)), play)


# Keys


def test_key_0_ends_the_greeting_and_is_a_turn_at_once() -> None:
    async def play(stage: Stage) -> None:
        await stage.until_ms(700)
        stage.post(KeyPressed("0"))
        await asyncio.sleep(0.2)

    stage = played(lambda: Stage(answer("担当におつなぎします。")), play)
    assert stage.mind.keys() == ["0"]
    assert len(stage.far.clears) == 1
    assert stage.began_ms("担当におつなぎします。") == pytest.approx(750, abs=5)


def test_digits_are_gathered_until_the_hash_key() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        for digit in "120#":
            stage.post(KeyPressed(digit))
            await asyncio.sleep(1.0)

    assert played(Stage, play).mind.keys() == ["120"]


def test_digits_are_gathered_until_a_gap() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        for digit in "31":
            stage.post(KeyPressed(digit))
            await asyncio.sleep(1.0)
        assert stage.mind.keys() == []
        await asyncio.sleep(0.6)

    assert played(Stage, play).mind.keys() == ["31"]


def test_a_key_while_the_agent_thinks_replaces_the_turn() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("料金は。")
        await asyncio.sleep(0.3)
        stage.post(KeyPressed("0"))
        await asyncio.sleep(3.0)

    stage = played(lambda: Stage(answer("料金です。"), answer("担当です。"), takes_s=0.6), play)
    assert stage.mind.committed == ["担当です。"]


def test_keys_do_not_stop_a_goodbye() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("もう結構です。")
        await asyncio.sleep(0.5)
        stage.post(KeyPressed("1"))
        assert await stage.ended_by() is EndedBy.AGENT

    stage = played(lambda: Stage(answer("失礼いたします。", act=Act.CLOSE, after=After.HANG_UP)), play)
    assert stage.mind.history[-1] == "失礼いたします。"


# The end


def test_after_a_goodbye_the_agent_hangs_up() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("もう結構です。")
        assert await stage.ended_by() is EndedBy.AGENT

    stage = played(lambda: Stage(answer("失礼いたします。", act=Act.CLOSE, after=After.HANG_UP)), play)
    assert stage.states()[-1] == "ended"


def test_a_caller_who_speaks_into_the_goodbye_is_answered() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("もう結構です。")
        await asyncio.sleep(0.05 + 0.8 + 0.6)
        stage.says("あ、もう一つだけ。")
        await asyncio.sleep(10.0)
        assert not stage.running.done()

    goodbye = answer("失礼いたします。", act=Act.CLOSE, after=After.HANG_UP)
    assert played(lambda: Stage(goodbye, answer("はい、どうぞ。")), play).said()[-1] == "はい、どうぞ。"


def test_a_question_that_was_heard_well_is_asked_at_once_without_a_second_hearing() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("解約したいんですけど。")
        await asyncio.sleep(3)

    asked = replace(answer("スマホでしょうか。", act=Act.CLARIFY), evidence=Evidence("clarify", rule="same_kind"))
    stage = played(lambda: Stage(asked), play)
    assert LEAD not in stage.said() and len(stage.mind.asked) == 1


RUNS_A_TOOL = answer("少々お待ちください。", act=Act.RUN_TOOL, after=After.RUN_TOOL, interruptible=False)


def test_a_confirmed_tool_is_run_once_its_sentence_is_spoken_and_its_outcome_is_told() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("はい")
        await asyncio.sleep(8)

    stage = played(lambda: Stage(RUNS_A_TOOL), play)
    assert stage.mind.tools_run == 1
    assert "ご予約を承りました。" in stage.said()


def test_what_the_caller_says_while_a_tool_runs_waits_and_does_not_break_it_off() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("はい")
        await asyncio.sleep(2.5)
        stage.says("あの、いつごろですか。")
        await asyncio.sleep(8)

    stage = played(lambda: Stage(RUNS_A_TOOL, answer("明日でございます。")), play)
    assert stage.mind.tools_run == 1
    assert stage.mind.texts() == ["はい", "あの、いつごろですか。"]


def test_a_hand_over_is_escalated_and_ends_the_call() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.says("オペレーター")
        assert await stage.ended_by() is EndedBy.HAND_OVER

    reply = answer("担当へ。", act=Act.HAND_OVER, after=After.HAND_OVER, escalation_reason="caller_asked")
    stage = played(lambda: Stage(reply), play)
    assert [each.reason for each in stage.records.escalations] == ["caller_asked"]
    assert "holding" in stage.states()


@pytest.mark.parametrize(
    "doing", ["listening", "thinking", "filler", "speaking", "greeting", "barge_in", "silence", "goodbye"]
)
def test_at_its_longest_the_call_says_goodbye_and_ends(doing: str) -> None:
    limit_ms = 20_000.0
    lead_ms = {"listening": 4_000, "thinking": 300, "filler": 1_500, "speaking": 2_000, "barge_in": 2_000}
    lead_ms |= {"silence": 3_000, "goodbye": 900}

    async def play(stage: Stage) -> None:
        if doing != "greeting":
            await stage.until_ms(limit_ms - lead_ms[doing])
            stage.says("料金は。")
        if doing == "barge_in":
            await asyncio.sleep(1.0)
            stage.post(barge_in(stage))
        await stage.until_ms(limit_ms + len(TOO_LONG) * MS_A_CHARACTER + 4_000)
        assert stage.running.done()
        assert await stage.ended_by() is EndedBy.AGENT

    rules = CallRules(
        max_call_ms=500.0 if doing == "greeting" else limit_ms,
        filler_after_ms=1_200.0,
        no_input_ms=4_000.0 if doing == "silence" else 60_000.0,
    )
    takes_s = 3.5 if doing in {"thinking", "filler"} else 0.05
    text = LONG if doing in {"speaking", "barge_in"} else "はい。"
    after = After.HANG_UP if doing == "goodbye" else After.LISTEN
    stage = played(lambda: Stage(answer(text, after=after), rules=rules, takes_s=takes_s), play)
    assert stage.track.overlaps == []
    assert stage.said()[-1] == TOO_LONG
    assert stage.mind.history[-1] == TOO_LONG


def test_when_the_caller_hangs_up_the_call_is_over() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        stage.post(MediaStopped())
        assert await stage.ended_by() is EndedBy.CALLER

    assert played(Stage, play).states()[-1] == "ended"


def test_the_session_can_end_the_call_and_say_why() -> None:
    async def play(stage: Stage) -> None:
        await stage.until_ms(300)
        stage.post(EndCall(EndedBy.ERROR, "nothing arrives"))
        assert await stage.ended_by() is EndedBy.ERROR

    assert played(Stage, play).events(EventKind.WARNING)[0].data["detail"] == "nothing arrives"


def test_a_full_inbox_loses_partials_first() -> None:
    async def play(stage: Stage) -> None:
        await stage.after_greeting()
        for number in range(10):
            stage.post(PartialHeard(str(number), stage.clock.now_ms()))
        stage.post(MediaStopped())
        assert await stage.ended_by() is EndedBy.CALLER

    stage = played(lambda: Stage(rules=CallRules(inbox_capacity=4)), play)
    assert stage.live.partial == "3"


happenings = st.sampled_from(
    ["says", "hai", "guess", "went_on", "barge_in", "key0", "key5", "speech", "no_words", "aizuchi"]
)


@settings(max_examples=150, deadline=None)
@given(
    story=st.lists(st.tuples(st.integers(0, 4_000), happenings), max_size=8),
    wait_ms=st.integers(0, 6_000),
    kindly=st.booleans(),
    takes_s=st.sampled_from([0.0, 0.05, 1.25, 3.0, 10.0]),
    replies=st.lists(st.sampled_from(["answer", "error", "goodbye", "hand_over", "wait"]), min_size=1, max_size=4),
    max_call_ms=st.sampled_from([2_500.0, 6_000.0, 900_000.0]),
)
def test_whatever_happens_the_agent_says_one_thing_at_a_time_and_leaves_no_task(
    story: list[tuple[int, str]], wait_ms: int, kindly: bool, takes_s: float, replies: list[str], max_call_ms: float
) -> None:
    known = {
        "answer": answer(LONG),
        "error": RuntimeError("broken"),
        "goodbye": answer("失礼します。", act=Act.CLOSE, after=After.HANG_UP),
        "hand_over": answer("担当へ。", act=Act.HAND_OVER, after=After.HAND_OVER, escalation_reason="caller_asked"),
        "wait": answer("お待ちします。", act=Act.WAIT),
    }

    def happens(stage: Stage, what: str) -> Inbound:
        now_ms = stage.clock.now_ms()
        match what:
            case "says":
                return utterance("料金は。", now_ms)
            case "hai":
                return utterance("はい。", now_ms)
            case "guess":
                return WordsGuessed("料金は。", utterance("料金は。", now_ms).transcript, now_ms)
            case "went_on":
                return GuessWithdrawn(now_ms)
            case "barge_in":
                return barge_in(stage)
            case "key0" | "key5":
                return KeyPressed(what[-1])
            case "speech":
                return SpeechStarted(now_ms, over_agent=False)
            case "no_words":
                return NoWords("noise", now_ms)
            case _:
                return AizuchiPassed(now_ms - 300, now_ms, "aizuchi")

    async def scenario() -> tuple[set[asyncio.Task[Any]], Stage]:
        rules = CallRules(filler_after_ms=1_200.0, max_call_ms=max_call_ms)
        stage = Stage(*(known[name] for name in replies), rules=rules, takes_s=takes_s)
        for after_ms, what in story:
            await asyncio.sleep(after_ms / 1000)
            stage.post(happens(stage, what))
        await asyncio.sleep(wait_ms / 1000)
        if kindly:
            stage.post(MediaStopped())
            await stage.ended_by()
        else:
            await stage.hang_up()
        return other_tasks(), stage

    left, stage = run_virtually(scenario())
    assert left == set()
    assert stage.track.overlaps == []
    assert stage.call.state is CallState.ENDED
    assert stage.running.cancelled() or stage.running.exception() is None
