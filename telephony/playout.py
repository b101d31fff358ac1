"""The agent's voice on the line: paced sending, marks, stopping, and what the caller really heard."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np

from telephony.clock import CallClock
from telephony.protocols.line import LineProtocol, Message
from voice.audio.pcm import FRAME_MS, Samples

LEAD_MS: Final = 200.0
"""How far ahead of the clock audio may be sent: enough for a jittery network, little enough to be cleared."""
MARK_GRACE_S: Final = 1.5
"""How long a mark may be overdue before the clock's word is taken for it."""


class Speakable(Protocol):
    """One sentence ready to be played: its text (none: music) and its samples at the line's rate."""

    @property
    def text(self) -> str:
        """The words as they are shown and recorded."""
        ...

    @property
    def samples(self) -> Samples:
        """The audio at the line's rate."""
        ...


class AgentTrack(Protocol):
    """Where the agent's audio is recorded."""

    def write_agent(self, at_ms: float, samples: Samples) -> None:
        """`samples` at the line's rate, heard from `at_ms` on."""
        ...

    def say(self, text: str, start_ms: float, end_ms: float) -> None:
        """The agent speaks `text` here."""
        ...

    def truncate_agent(self, at_ms: float) -> None:
        """Nothing after `at_ms` was heard."""
        ...


@dataclass(frozen=True)
class PlayedSentence:
    """One sentence and how much of it reached the caller's ear, by marks and by time."""

    text: str
    start_ms: float
    end_ms: float
    heard_ms: float

    @property
    def heard_text(self) -> str:
        """The part of the text that was heard, in proportion to the time it was audible."""
        if self.heard_ms >= self.end_ms - self.start_ms - FRAME_MS:
            return self.text
        share = self.heard_ms / max(self.end_ms - self.start_ms, 1.0)
        return self.text[: int(len(self.text) * share)]


@dataclass(frozen=True)
class Played:
    """What became of one utterance of the agent."""

    sentences: tuple[PlayedSentence, ...]
    interrupted: bool

    @property
    def heard_text(self) -> str:
        """What the caller heard."""
        return "".join(sentence.heard_text for sentence in self.sentences)

    @property
    def heard_ms(self) -> float:
        """For how long the caller heard it."""
        return sum(sentence.heard_ms for sentence in self.sentences)


@dataclass
class _Sent:
    text: str
    mark: str
    start_ms: float
    end_ms: float
    confirmed: bool = False


class Playout:
    """Sends one utterance at a time to the far side, never more than `LEAD_MS` ahead.

    `play` is run by one task; `stop` and `mark_reached` are called from the call's actor while it runs.
    """

    def __init__(
        self,
        protocol: LineProtocol,
        send: Callable[[Message], Awaitable[None]],
        clock: CallClock,
        track: AgentTrack,
    ) -> None:
        self._protocol = protocol
        self._send = send
        self._clock = clock
        self._track = track
        self._buffer_end_ms = 0.0
        self._sent: list[_Sent] = []
        self._marks = 0
        self._last_mark = asyncio.Event()
        self._finished_sending = False
        self._frame = protocol.rate_hz * FRAME_MS // 1000

    async def play(
        self,
        sentences: AsyncIterator[Speakable],
        on_first_audio: Callable[[float], None] | None = None,
        on_sentence: Callable[[Speakable], None] | None = None,
        on_sent: Callable[[float], None] | None = None,
    ) -> Played:
        """Play `sentences` to the end and return once the far side has played them.

        `on_first_audio` gets the clock's time at which the first frame becomes audible; `on_sentence` each sentence as
        its sending begins; `on_sent`, once everything is on its way, the time at which its end is heard.
        Cancel the task to stop sending, then call `stop`.
        """
        self._sent.clear()
        self._finished_sending = False
        first = True
        async for sentence in sentences:
            if on_sentence is not None:
                on_sentence(sentence)
            await self._send_sentence(sentence, on_first_audio if first else None)
            first = False
        self._finished_sending = True
        if on_sent is not None:
            on_sent(self._buffer_end_ms)
        await self._played_out()
        return self._account(self._clock.now_ms(), interrupted=False)

    async def stop(self) -> Played:
        """Throw away what the far side has not played, and tell what was heard. The playing task must be cancelled."""
        played = self.abandon()
        await self._send(self._protocol.encode_clear())
        return played

    def abandon(self) -> Played:
        """Tell what was heard until now, for a far side that is gone. The playing task must be cancelled."""
        now_ms = self._clock.now_ms()
        played = self._account(now_ms, interrupted=self._buffer_end_ms > now_ms or not self._finished_sending)
        self._buffer_end_ms = now_ms
        self._track.truncate_agent(now_ms)
        self._finished_sending = False
        return played

    @property
    def ahead_ms(self) -> float:
        """How much of what was sent is still to be heard."""
        return max(0.0, self._buffer_end_ms - self._clock.now_ms())

    async def pass_on(self, samples: Samples) -> None:
        """Send a person's voice as it comes; it is recorded, and is no utterance of the agent's."""
        at_ms = max(self._clock.now_ms(), self._buffer_end_ms)
        self._buffer_end_ms = at_ms + len(samples) * 1000.0 / self._protocol.rate_hz
        self._track.write_agent(at_ms, samples)
        await self._send(self._protocol.encode_audio(samples))

    def mark_reached(self, name: str) -> None:
        """The far side has played up to this mark."""
        for sent in self._sent:
            if sent.mark == name:
                sent.confirmed = True
        if self._sent and self._sent[-1].confirmed:
            self._last_mark.set()

    async def _send_sentence(self, sentence: Speakable, on_first_audio: Callable[[float], None] | None) -> None:
        self._marks += 1
        sent = _Sent(sentence.text, f"m{self._marks}", max(self._clock.now_ms(), self._buffer_end_ms), 0.0)
        sent.end_ms = sent.start_ms + len(sentence.samples) * 1000.0 / self._protocol.rate_hz
        self._sent.append(sent)
        self._last_mark.clear()
        for begin in range(0, len(sentence.samples), self._frame):
            frame = sentence.samples[begin : begin + self._frame]
            if len(frame) < self._frame:
                frame = np.concatenate([frame, np.zeros(self._frame - len(frame), dtype=np.float32)])
            await self._pace()
            at_ms = max(self._clock.now_ms(), self._buffer_end_ms)
            if begin == 0:
                sent.end_ms += at_ms - sent.start_ms
                sent.start_ms = at_ms
                if sent.text:
                    self._track.say(sent.text, sent.start_ms, sent.end_ms)
                if on_first_audio is not None:
                    on_first_audio(at_ms)
            await self._send(self._protocol.encode_audio(frame))
            self._buffer_end_ms = at_ms + FRAME_MS
            self._track.write_agent(at_ms, frame)
        await self._send(self._protocol.encode_mark(sent.mark))

    async def _pace(self) -> None:
        ahead_ms = self._buffer_end_ms - self._clock.now_ms()
        if ahead_ms > LEAD_MS:
            await asyncio.sleep((ahead_ms - LEAD_MS) / 1000.0)

    async def _played_out(self) -> None:
        if not self._sent:
            return
        wait_s = max(0.0, self._buffer_end_ms - self._clock.now_ms()) / 1000.0
        try:
            async with asyncio.timeout(wait_s + MARK_GRACE_S):
                await self._last_mark.wait()
        except TimeoutError:
            return

    def _account(self, now_ms: float, interrupted: bool) -> Played:
        sentences = []
        for sent in self._sent:
            length_ms = sent.end_ms - sent.start_ms
            heard_ms = length_ms if sent.confirmed else min(max(now_ms - sent.start_ms, 0.0), length_ms)
            sentences.append(PlayedSentence(sent.text, sent.start_ms, sent.end_ms, heard_ms))
        return Played(tuple(sentences), interrupted)
