"""The agent's turn at speaking: synthesis into playout, one utterance at a time, reported back to the call's actor."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence

from telephony.call_types import PlaybackEnded, PlaybackSent, TurnTrace
from telephony.events import EventKind
from telephony.journal import CallJournal
from telephony.playout import Played, Playout, Speakable
from telephony.streams import closed_after
from telephony.voices import LineVoice
from voice.audio.pcm import Samples

Report = Callable[[PlaybackSent | PlaybackEnded], None]


class Speaking:
    """Starts, stops and accounts for utterances. Owns the task that plays; `report` gets what becomes of it."""

    def __init__(self, voice: LineVoice, playout: Playout, journal: CallJournal, report: Report) -> None:
        self._voice = voice
        self._playout = playout
        self._journal = journal
        self._report = report
        self._number = 0
        self._task: asyncio.Task[None] | None = None

    @property
    def active(self) -> bool:
        """Whether an utterance is being made or played."""
        return self._task is not None

    def is_current(self, number: int) -> bool:
        """Whether a report is about the present utterance, not about one that was stopped meanwhile."""
        return number == self._number

    def start(self, sentences: tuple[str, ...], speed: float, trace: TurnTrace | None) -> None:
        """Begin to speak; `trace` gets its timing, and is None for what is no turn (a filler)."""

        def on_first_audio(at_ms: float) -> None:
            if trace is not None and trace.first_audio_ms is None:
                trace.first_audio_ms = at_ms
                latency = trace.latency()
                if latency is not None:
                    self._journal.event(EventKind.LATENCY, turn=trace.number, **latency)

        def on_sentence(sentence: Speakable) -> None:
            if trace is not None:
                self._journal.event(EventKind.SPEAKING, turn=trace.number, text=sentence.text)

        self.play(self.prepared(sentences, speed), on_first_audio, on_sentence)

    def prepared(self, sentences: Sequence[str], speed: float = 1.0) -> AsyncIterator[Speakable]:
        """The sentences as sound, each as soon as it is ready."""
        return self._voice.speak(sentences, speed)

    def play(
        self,
        sounds: AsyncIterator[Speakable],
        on_first_audio: Callable[[float], None] | None = None,
        on_sentence: Callable[[Speakable], None] | None = None,
    ) -> None:
        """Begin to play any sounds, as one utterance."""
        self._number += 1
        task = self._play(self._number, sounds, on_first_audio, on_sentence)
        self._task = asyncio.get_running_loop().create_task(task)

    async def pass_on(self, samples: Samples) -> None:
        """A person's own voice, at the line's rate, goes out as it is."""
        await self._playout.pass_on(samples)

    @property
    def ahead_ms(self) -> float:
        """How much of what was sent is still to be heard."""
        return self._playout.ahead_ms

    def ended(self) -> None:
        """The present utterance's end has been dealt with."""
        self._task = None

    def mark_reached(self, name: str) -> None:
        """The far side has played up to this mark."""
        self._playout.mark_reached(name)

    async def stop(self) -> Played:
        """Fall silent at once, clear the far side's buffer, and tell what was heard."""
        await self._cancel()
        return await self._playout.stop()

    async def abandon(self) -> Played | None:
        """Stop for a far side that is gone; what was heard, or None when nothing was being said."""
        was_active = self.active
        await self._cancel()
        return self._playout.abandon() if was_active else None

    async def _cancel(self) -> None:
        task, self._task = self._task, None
        self._number += 1
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _play(
        self,
        number: int,
        sounds: AsyncIterator[Speakable],
        on_first_audio: Callable[[float], None] | None,
        on_sentence: Callable[[Speakable], None] | None,
    ) -> None:
        def on_sent(end_ms: float) -> None:
            self._report(PlaybackSent(number, end_ms))

        try:
            async with closed_after(sounds):
                played = await self._playout.play(sounds, on_first_audio, on_sentence, on_sent)
        except Exception as error:
            self._report(PlaybackEnded(number, None, f"{type(error).__name__}: {error}"))
        else:
            self._report(PlaybackEnded(number, played))
