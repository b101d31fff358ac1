"""Thinking ahead: the reply to what the caller seems to have said, while it is not yet sure that the turn is over.

A decision changes nothing until it is committed, and sound that was made lies in the cache, so being wrong costs the
call nothing.
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Final

from dialogue.manager import Conversation, Decision
from dialogue.turns import Act, CallerTurn, Reply
from telephony.voices import LineVoice

_QUESTIONS: Final = frozenset({Act.REASK, Act.CLARIFY})
_WELL_HEARD: Final = frozenset({"same_kind", "only_named", "names_something_else", "nothing_to_lean_on", "not_this"})
"""Rules that ask back because of what was said, not because of how it was heard."""


def worth_a_second_hearing(reply: Reply) -> bool:
    """Whether the reply asks back because the words may not have been heard rightly."""
    return reply.act in _QUESTIONS and reply.evidence.rule not in _WELL_HEARD


class Preparation:
    """One guess at a time: a decision and the sound of its first sentence. Owns the task that makes them."""

    def __init__(self, conversation: Conversation, voice: LineVoice, deadline_s: float) -> None:
        self._conversation = conversation
        self._voice = voice
        self._deadline_s = deadline_s
        self._turn: CallerTurn | None = None
        self._task: asyncio.Task[Decision | None] | None = None

    async def begin(self, turn: CallerTurn) -> None:
        """Think about `turn`; an earlier guess is dropped."""
        await self.drop()
        self._turn = replace(turn, provisional=True)
        self._task = asyncio.get_running_loop().create_task(self._prepare(self._turn))

    async def claim(self, turn: CallerTurn) -> Decision | None:
        """The decision on `turn`, if that is what was guessed; otherwise None, and the guess is dropped."""
        if turn != self._turn:
            await self.drop()
        task, self._task = self._task, None
        return await task if task is not None else None

    async def drop(self) -> None:
        """The caller goes on: what was guessed no longer holds."""
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _prepare(self, turn: CallerTurn) -> Decision | None:
        try:
            async with asyncio.timeout(self._deadline_s):
                decision = await self._conversation.decide(turn)
                # What was not understood is heard again first, and then answered otherwise.
                if not worth_a_second_hearing(decision.reply):
                    await self._voice.prepare(decision.reply.sentences[0], decision.reply.speed)
                return decision
        except Exception:
            # Whatever it is, the real turn will meet it too and tell.
            return None
