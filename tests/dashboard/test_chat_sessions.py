"""How long a chat lasts, how many there are, and what becomes of a turn that hangs. On a virtual clock."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from dashboard.chat_sessions import BUSY, FULL, GONE, LATE, ChatLimits, ChatRefusedError, ChatSessions, Mind
from dialogue.faq.entry import Audience
from dialogue.state import Decision
from dialogue.turns import CallerTurn
from tests.dashboard.chat_scene import new_mind
from tests.virtual_time import run_virtually

QUESTION = "光回線の解約金はいくらですか"
LIMITS = ChatLimits(sessions=3, idle_s=600.0, turn_deadline_s=20.0)


class SlowMind:
    """The real mind, that thinks for so many seconds first."""

    def __init__(self, mind: Mind, seconds: float) -> None:
        self._mind = mind
        self._seconds = seconds
        self.run_tool = mind.run_tool
        self.commit = mind.commit
        self.heard = mind.heard

    async def decide(self, heard: CallerTurn) -> Decision:
        await asyncio.sleep(self._seconds)
        return await self._mind.decide(heard)


def slow(seconds: float) -> Callable[[Audience], SlowMind]:
    return lambda audience: SlowMind(new_mind(audience), seconds)


async def refusal(turn: Awaitable[object]) -> tuple[int, str]:
    with pytest.raises(ChatRefusedError) as refused:
        await turn
    return refused.value.status, str(refused.value)


def test_a_chat_in_which_nobody_writes_is_forgotten() -> None:
    async def scenario() -> None:
        sessions = ChatSessions(new_mind, LIMITS)
        first = await sessions.say(QUESTION, Audience.CALLER, None)
        await asyncio.sleep(599)
        await sessions.say("もう一度お願いします", Audience.CALLER, first.session.id)
        await asyncio.sleep(601)
        assert await refusal(sessions.say("もう一度", Audience.CALLER, first.session.id)) == (404, GONE)
        assert len(sessions) == 0

    run_virtually(scenario())


def test_there_are_never_more_chats_than_the_limit_and_room_comes_back() -> None:
    async def scenario() -> None:
        sessions = ChatSessions(new_mind, LIMITS)
        for _ in range(3):
            await sessions.say(QUESTION, Audience.CALLER, None)
        assert await refusal(sessions.say(QUESTION, Audience.CALLER, None)) == (503, FULL)
        await asyncio.sleep(601)
        await sessions.say(QUESTION, Audience.CALLER, None)
        assert len(sessions) == 1

    run_virtually(scenario())


def test_many_who_begin_at_once_do_not_pass_the_limit() -> None:
    async def scenario() -> None:
        sessions = ChatSessions(slow(5), LIMITS)
        turns = [sessions.say(QUESTION, Audience.CALLER, None) for _ in range(10)]
        told = await asyncio.gather(*turns, return_exceptions=True)
        assert sum(isinstance(each, ChatRefusedError) for each in told) == 7
        assert len(sessions) == 3

    run_virtually(scenario())


def test_a_turn_is_refused_while_the_one_before_it_is_still_thought_about() -> None:
    async def scenario() -> None:
        sessions = ChatSessions(slow(5), LIMITS)
        first = await sessions.say(QUESTION, Audience.CALLER, None)
        running = asyncio.create_task(sessions.say(QUESTION, Audience.CALLER, first.session.id))
        await asyncio.sleep(1)
        assert await refusal(sessions.say("もう一度", Audience.CALLER, first.session.id)) == (409, BUSY)
        assert (await running).reply.text

    run_virtually(scenario())


def test_a_turn_that_takes_too_long_is_given_up_and_leaves_no_session_behind() -> None:
    async def scenario() -> None:
        sessions = ChatSessions(slow(60), LIMITS)
        began = asyncio.get_running_loop().time()
        assert await refusal(sessions.say(QUESTION, Audience.CALLER, None)) == (504, LATE)
        assert asyncio.get_running_loop().time() - began == 20.0
        assert len(sessions) == 0

    run_virtually(scenario())
