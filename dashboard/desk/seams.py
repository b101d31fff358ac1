"""What the desk needs of a call that a person can take part in; `telephony.desk` gives it."""

from __future__ import annotations

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from voice.audio.pcm import Samples


@dataclass(frozen=True)
class Operator:
    """A person who takes part in a call."""

    id: str
    name: str


class DeskError(RuntimeError):
    """It cannot be done with this call now; the message says why, in Japanese."""


class HeardAudio(Protocol):
    """A stretch of a running call, both sides of the same length."""

    @property
    def at_ms(self) -> float:
        """Where it begins on the call's clock."""
        ...

    @property
    def caller(self) -> Samples:
        """The caller's side."""
        ...

    @property
    def agent(self) -> Samples:
        """The agent's side, or the operator's."""
        ...

    @property
    def rate_hz(self) -> int:
        """Samples a second."""
        ...


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

    async def whisper(self, who: Operator, hint: str) -> None:
        """Tell the agent something that the caller does not hear."""
        ...

    async def hand_back(self, who: Operator, task: str = "") -> None:
        """Let the agent go on, with something to do first."""
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

    def listen(self) -> AbstractAsyncContextManager[asyncio.Queue[HeardAudio]]:
        """Hear both sides."""
        ...


class Desk(Protocol):
    """The running calls of this process that a person can take part in."""

    def get(self, call_id: str) -> Operated | None:
        """One of them; None when there is none of that id."""
        ...
