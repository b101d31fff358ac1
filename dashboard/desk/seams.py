"""What the desk needs of a call that a person can take part in; `telephony.desk.OperatorDesk` gives it."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from telephony.desk import DeskError, HeardAudio, Operator
from voice.audio.pcm import Samples

__all__ = ["Desk", "DeskError", "HeardAudio", "Microphone", "Operated", "Operator"]


class Microphone(Protocol):
    """A person's voice on its way to the caller."""

    def feed(self, samples: Samples) -> None:
        """More of it: 16 kHz, mono, float32."""
        ...

    def close(self) -> None:
        """They are silent again."""
        ...


class Operated(Protocol):
    """One running call. Every method raises `DeskError` when it cannot be done."""

    @property
    def operator(self) -> Operator | None:
        """Who talks with the caller; None while the agent does."""
        ...

    async def take_over(self, who: Operator) -> None:
        """Talk instead of the agent."""
        ...

    async def say(self, who: Operator, text: str) -> None:
        """Let the agent's voice say it."""
        ...

    def microphone(self, who: Operator) -> Microphone:
        """Talk with one's own voice."""
        ...

    async def whisper(self, who: Operator, hint: str) -> str:
        """Tell the agent by which entry to answer next; gives that entry's title."""
        ...

    async def hand_back(self, who: Operator, task: str = "") -> str:
        """Let the agent go on, with something to do first; gives what it made of that."""
        ...

    async def hold(self, who: Operator) -> None:
        """Let the caller wait."""
        ...

    async def resume(self, who: Operator) -> None:
        """Go on with a caller who waits."""
        ...

    async def warn(self, who: Operator) -> None:
        """Say the warning against harassment."""
        ...

    async def end(self, who: Operator, warning: bool = False) -> None:
        """End the call; with `warning` by the closing words against harassment."""
        ...

    async def operator_gone(self, who: Operator) -> None:
        """Their page is gone: the caller goes to the next person, or back to the agent."""
        ...

    def listen(self) -> AbstractAsyncContextManager[asyncio.Queue[HeardAudio]]:
        """Hear both sides."""
        ...


class Desk(Protocol):
    """The running calls of this process that a person can take part in."""

    def get(self, call_id: str) -> Operated | None:
        """One of them; None when there is none of that id."""
        ...
