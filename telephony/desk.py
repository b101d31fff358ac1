"""The door through which people at the desk reach running calls: one `OperatedCall` each, for as long as it runs."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from typing import Any, Final, TypeVar

from dialogue.hints import Hint
from telephony.attendance import Attendance, DeskError
from telephony.call_types import DeskAsks, Inbound
from telephony.microphone import Microphone
from telephony.monitor import HeardAudio, Monitor
from telephony.operator_side import Operator

__all__ = ["DeskError", "HeardAudio", "OperatedCall", "Operator", "OperatorDesk"]

DEADLINE_S: Final = 5.0
T = TypeVar("T")


class OperatedCall:
    """One running call as the desk sees it. What cannot be done raises `DeskError`.

    Nothing waits longer than `DEADLINE_S`: what was asked for has then not been done, and will not be.
    """

    def __init__(self, call_id: str, attendance: Attendance, monitor: Monitor, post: Callable[[Inbound], None]) -> None:
        self.call_id = call_id
        self._attendance = attendance
        self._monitor = monitor
        self._post = post
        self._over = False

    @property
    def operator(self) -> Operator | None:
        """Who handles the call; None while the agent does, or nobody yet."""
        return self._attendance.operator

    @property
    def on_hold(self) -> bool:
        """Whether the operator has put the caller on hold."""
        return self._attendance.on_hold

    @property
    def waits(self) -> bool:
        """Whether the caller waits for a person."""
        return self._attendance.waits

    async def take_over(self, who: Operator) -> None:
        """`who` handles the call; the agent falls silent at once. Refused while somebody else handles it."""
        await self._ask(lambda: self._attendance.take_over(who))

    async def say(self, who: Operator, text: str) -> None:
        """The caller hears `text` in the agent's voice. Returns when it is accepted; `operator_said` tells of it."""
        await self._ask(lambda: self._attendance.say(who, text))

    def microphone(self, who: Operator) -> Microphone:
        """The way for the operator's own voice; an earlier microphone is closed."""
        return self._attendance.microphone(who)

    async def whisper(self, who: Operator, hint: str) -> str:
        """Tell the agent by which entry to answer at its next turn; returns that entry's title."""
        found = await self._look_up(who, hint)
        await self._ask(lambda: self._attendance.whisper(who, hint, found))
        return found.title

    async def hand_back(self, who: Operator, task: str = "") -> str:
        """The agent goes on with the call, with `task` if there is one; returns what it made of it (or nothing)."""
        found = await self._look_up(who, task) if task.strip() else None
        await self._ask(lambda: self._attendance.hand_back(who, found))
        return found.title if found is not None else ""

    async def hold(self, who: Operator) -> None:
        """The caller hears music, and a kind word now and then."""
        await self._ask(lambda: self._attendance.hold(who))

    async def resume(self, who: Operator) -> None:
        """The caller is on the line again."""
        await self._ask(lambda: self._attendance.resume(who))

    async def warn(self, who: Operator) -> None:
        """The caller hears the approved warning against harassment."""
        await self._ask(lambda: self._attendance.warn(who))

    async def end(self, who: Operator, warning: bool = False) -> None:
        """The call ends once all has been said; with `warning` after the approved closing words."""
        await self._ask(lambda: self._attendance.end(who, warning))

    async def operator_gone(self, who: Operator) -> None:
        """The operator's page is gone: the caller is told, and goes to the next person, or back to the agent."""
        await self._ask(lambda: self._attendance.operator_gone(who))

    def listen(self) -> AbstractAsyncContextManager[asyncio.Queue[HeardAudio]]:
        """Both sides' sound from now on, as a bounded queue that drops the oldest."""
        return self._monitor.listen()

    def close(self) -> None:
        """The call is over: nothing can be asked of it any more."""
        self._over = True

    async def _look_up(self, who: Operator, words: str) -> Hint:
        # Looking changes nothing and may take a moment: the call does not wait for it.
        try:
            async with asyncio.timeout(DEADLINE_S):
                return await self._attendance.look_up(who, words)
        except TimeoutError as error:
            raise DeskError("ただいま混み合っています。もう一度お試しください。") from error

    async def _ask(self, do: Callable[[], Awaitable[T]]) -> T:
        if self._over:
            raise DeskError("この通話は、すでに終わりました。")
        done: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._post(DeskAsks(do, done))
        try:
            async with asyncio.timeout(DEADLINE_S):
                result: T = await done
        except TimeoutError as error:
            raise DeskError("通話が応答しませんでした。もう一度お試しください。") from error
        return result


class OperatorDesk:
    """All running calls of this process, for the desk."""

    def __init__(self) -> None:
        self._calls: dict[str, OperatedCall] = {}

    def __len__(self) -> int:
        return len(self._calls)

    def open(self, call: OperatedCall) -> None:
        """A call has begun."""
        self._calls[call.call_id] = call

    def close(self, call_id: str) -> None:
        """A call has ended."""
        call = self._calls.pop(call_id, None)
        if call is not None:
            call.close()

    def get(self, call_id: str) -> OperatedCall | None:
        """One running call."""
        return self._calls.get(call_id)

    def calls(self) -> list[OperatedCall]:
        """The running calls, oldest first."""
        return list(self._calls.values())
