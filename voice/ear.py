"""The ear of one call: audio in, typed events out.

Audio is fed in small blocks on the event loop (voice activity costs well under a millisecond a block); recognition and
Smart Turn run in the shared pool. An utterance goes through three stages: the caller speaks (partials), the caller has
paused (a speculative final and Smart Turn run while we wait), the turn is over (the words are handed on). If the caller
goes on after a pause, the speculative work is thrown away. Speech over the agent is first judged: it is an aizuchi and
vanishes, or a barge-in and becomes an ordinary utterance.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from voice.audio.buffer import AudioBuffer
from voice.audio.pcm import RATE_HZ, Samples
from voice.ear_events import (
    AizuchiPassed,
    BargeIn,
    EarEvent,
    GuessWithdrawn,
    NoWords,
    PartialHeard,
    SpeechStarted,
    UtteranceHeard,
    WordsGuessed,
)
from voice.hearing import Hearing
from voice.pool import PoolClosedError, PoolOverloadedError, Priority
from voice.recognition.recognizer import Hypothesis, Transcript
from voice.turn.endpointing import EndpointDecision, Endpointer, PauseView
from voice.turn.expectation import Expectation
from voice.turn.heard_text import HeardTextReader
from voice.turn.overlap import OverlapJudge, Verdict
from voice.utterance import Utterance
from voice.vad import SpeechBegan, SpeechGate, SpeechPaused, VadFrame, VoiceActivity

_VOICED: Final = 0.35


@dataclass(frozen=True)
class EarSettings:
    """Timing of the ear, in milliseconds of audio.

    After `speculate_after_ms` of pause the words are recognised; a partial is made each `partial_every_ms` of speech;
    `pre_roll_ms` before the detected onset belongs to the utterance; speech under `shortest_ms` with
    `noise_after_ms` of quiet behind it is noise; an utterance
    over `longest_ms` is ended. After `overlap_partial_ms` of speech over the agent its words are asked for; after
    `overlap_quiet_ms` of quiet it is over. `waited_for`: somebody waits for the words, so that they go first.
    """

    speculate_after_ms: int = 64
    partial_every_ms: int = 800
    pre_roll_ms: int = 320
    tail_ms: int = 160
    shortest_ms: int = 120
    noise_after_ms: int = 160
    longest_ms: int = 28_000
    overlap_partial_ms: int = 500
    overlap_quiet_ms: int = 500
    waited_for: bool = True


@dataclass(frozen=True)
class EarParts:
    """What an ear is made of."""

    activity: VoiceActivity
    gate: SpeechGate
    hearing: Hearing
    endpointer: Endpointer
    judge: Callable[[], OverlapJudge]
    reader: HeardTextReader


class Ear:
    """Feed it the caller's audio; it calls `on_event` on the same loop. `close` ends all it has started."""

    def __init__(
        self, parts: EarParts, on_event: Callable[[EarEvent], None], settings: EarSettings = EarSettings()
    ) -> None:
        self._parts = parts
        self._on_event = on_event
        self._settings = settings
        self._audio = AudioBuffer(_samples(settings.longest_ms + 4_000))
        self._utterance: Utterance | None = None
        self._over_agent = False
        self._expectation = Expectation.FREE
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    @property
    def hears_speech(self) -> bool:
        """Whether an utterance is under way."""
        return self._utterance is not None

    def expect(self, expectation: Expectation) -> None:
        """Say what kind of answer is awaited: it changes how long a pause is waited for."""
        self._expectation = expectation

    def judge_overlap(self, on: bool) -> None:
        """While on, speech is speech over the agent and must be judged before it counts.

        Turned off (the agent has stopped, or はい is now an answer), what was still being judged becomes an utterance.
        """
        self._over_agent = on
        utterance = self._utterance
        if not on and utterance is not None and utterance.judge is not None:
            utterance.judge = None
            if utterance.speech_end is not None:
                self._at_pause(utterance)

    def feed(self, samples: Samples) -> None:
        """Take the next stretch of the caller's 16 kHz audio, of any length."""
        if self._closed:
            return
        self._audio.append(samples)
        for frame in self._parts.activity.push(samples):
            self._on_frame(frame)

    async def hear_again(self, heard: UtteranceHeard) -> Transcript | None:
        """Recognise an utterance once more, more closely; None when there is no time for it.

        Its text and alternatives are for the mind: without fillers and repairs.
        """
        again = await self._parts.hearing.again(heard.samples, heard.speech_end_ms - heard.started_ms)
        if again is None:
            return None
        alternatives = tuple(Hypothesis(self._plain(other.text), other.score) for other in again.alternatives)
        return replace(again, text=self._plain(again.text), alternatives=alternatives)

    async def close(self) -> None:
        """Stop listening and cancel what is still being recognised."""
        self._closed = True
        self._utterance = None
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _on_frame(self, frame: VadFrame) -> None:
        change = self._parts.gate.push(frame)
        if isinstance(change, SpeechBegan):
            self._speech_began(change.at_sample)
        elif isinstance(change, SpeechPaused):
            self._speech_paused(change.speech_end_sample)
        utterance = self._utterance
        if utterance is None:
            return
        if utterance.judge is not None:
            self._judge(utterance, utterance.judge, frame.probability)
            return
        if utterance.speech_end is not None:
            self._at_pause(utterance)
        elif self._audio.end - utterance.start > _samples(self._settings.longest_ms):
            self._speech_paused(self._audio.end)
        elif frame.probability >= _VOICED and self._audio.end - max(
            utterance.last_partial, utterance.start
        ) >= _samples(self._settings.partial_every_ms):
            # Only while a voice sounds: at a pause the workers belong to the final.
            self._start_partial(utterance)

    def _speech_began(self, at: int) -> None:
        utterance = self._utterance
        if utterance is not None:
            if utterance.speech_end is not None and utterance.judge is None:
                self._parts.endpointer.resumed(_ms(at - utterance.speech_end))
            if utterance.forget_pause():
                self._emit(GuessWithdrawn(at_ms=_ms(self._audio.end)))
            return
        start = max(at - _samples(self._settings.pre_roll_ms), self._audio.start)
        utterance = Utterance(start=start, over_agent=self._over_agent, last_partial=self._audio.end)
        if self._over_agent:
            utterance.judge = self._parts.judge()
            # The judge looks back for the soft beginning of a word.
            utterance.judge.push(self._audio.slice(start, at), 0.0)
            utterance.judged_to = at
        self._utterance = utterance
        self._emit(SpeechStarted(at_ms=_ms(at), over_agent=self._over_agent))

    def _speech_paused(self, speech_end: int) -> None:
        utterance = self._utterance
        if utterance is not None:
            utterance.speech_end = speech_end

    def _judge(self, utterance: Utterance, judge: OverlapJudge, probability: float) -> None:
        onset = utterance.start + _samples(self._settings.pre_roll_ms)
        fresh = self._audio.slice(utterance.judged_to, self._audio.end)
        utterance.judged_to = self._audio.end
        self._take_verdict(utterance, judge.push(fresh, probability))
        quiet = 0 if utterance.speech_end is None else self._audio.end - utterance.speech_end
        if utterance.judge is not None and quiet >= _samples(self._settings.overlap_quiet_ms):
            # Too faint for the judge to have heard anything: it takes no turn.
            self._take_verdict(utterance, Verdict.NOISE)
        if (
            utterance.judge is not None
            and utterance.partial is None
            and self._audio.end - onset >= _samples(self._settings.overlap_partial_ms)
        ):
            # Words overrule the sound, when they come in time.
            self._start_partial(utterance)

    def _take_verdict(self, utterance: Utterance, verdict: Verdict) -> None:
        if verdict is Verdict.UNDECIDED or utterance is not self._utterance:
            return
        onset = utterance.start + _samples(self._settings.pre_roll_ms)
        if verdict is Verdict.INTERRUPTION:
            utterance.judge = None
            self._emit(BargeIn(onset_ms=_ms(onset), decided_ms=_ms(self._audio.end)))
            return
        judge, self._utterance = utterance.judge, None
        self._emit(AizuchiPassed(onset_ms=_ms(onset), decided_ms=_ms(self._audio.end), verdict=verdict.value))
        if verdict is Verdict.AIZUCHI and judge is not None:
            self._spawn(self._reconsider(utterance, judge, onset, self._audio.end))

    async def _reconsider(self, utterance: Utterance, judge: OverlapJudge, onset: int, end: int) -> None:
        """It sounded like an aizuchi: what are the words? A short 違います is caught here."""
        samples = self._audio.slice(utterance.start, end)
        transcript = await self._parts.hearing.partial(samples, urgent=True)
        if transcript is None or not self._over_agent or self._utterance is not None:
            return
        if judge.hear(transcript.text, is_final=True, confidence=transcript.confidence) is not Verdict.INTERRUPTION:
            return
        reading = self._parts.reader.read(transcript.text, self._expectation)
        self._emit(BargeIn(onset_ms=_ms(onset), decided_ms=_ms(self._audio.end)))
        self._emit(
            UtteranceHeard(
                text=reading.plain or transcript.text,
                transcript=transcript,
                started_ms=_ms(onset),
                speech_end_ms=_ms(end),
                decided_ms=_ms(self._audio.end),
                ready_ms=_ms(self._audio.end),
                endpoint_reason="words over the agent",
                endpoint_probability=1.0,
                smart_turn=None,
                speculative=False,
                reading=reading,
                samples=samples,
            )
        )

    def _at_pause(self, utterance: Utterance) -> None:
        """Called for each frame while the caller pauses."""
        speech_end = utterance.speech_end
        if speech_end is None:
            return
        silence_ms = _ms(self._audio.end - speech_end)
        speech_ms = _ms(speech_end - utterance.start) - self._settings.pre_roll_ms
        if speech_ms < self._settings.shortest_ms:
            if silence_ms >= self._settings.noise_after_ms:
                self._drop(utterance, "noise")
            return
        if utterance.speculation is None and silence_ms >= self._settings.speculate_after_ms:
            utterance.speculation = self._spawn(self._speculate(utterance, speech_end))
        if utterance.decision is None:
            text = utterance.transcript.text if utterance.transcript is not None else None
            view = PauseView(
                silence_ms=int(silence_ms),
                speech_ms=int(speech_ms),
                text=text,
                sound_logit=utterance.sound_logit,
                expectation=self._expectation,
                prosody=utterance.prosody,
                partial=utterance.partial_text,
            )
            decision = self._parts.endpointer.decide(view)
            if decision.end or speech_end - utterance.start > _samples(self._settings.longest_ms):
                utterance.decision = decision
                utterance.decided_at = self._audio.end
                utterance.words_first = utterance.transcript is not None
                if utterance.pending is not None and self._settings.waited_for:
                    # The caller waits for it now.
                    utterance.pending.raise_to(Priority.FINAL)
        if utterance.decision is not None:
            self._conclude(utterance, utterance.decision, speech_end)

    def _conclude(self, utterance: Utterance, decision: EndpointDecision, speech_end: int) -> None:
        if utterance.failed is not None:
            self._drop(utterance, utterance.failed)
            return
        transcript = utterance.transcript
        if transcript is None:
            return
        if not transcript.text:
            self._drop(utterance, transcript.rejected or "no_words", transcript.raw_text)
            return
        reading = utterance.reading or self._parts.reader.read(transcript.text, self._expectation)
        if not reading.plain:
            self._drop(utterance, "filler", transcript.text)
            return
        self._finish(utterance)
        self._emit(
            UtteranceHeard(
                text=reading.plain,
                transcript=transcript,
                reading=reading,
                started_ms=_ms(utterance.start) + self._settings.pre_roll_ms,
                speech_end_ms=_ms(speech_end),
                decided_ms=_ms(utterance.decided_at),
                ready_ms=_ms(self._audio.end),
                endpoint_reason=decision.reason,
                endpoint_probability=decision.probability,
                smart_turn=utterance.smart_turn,
                speculative=utterance.words_first,
                samples=self._speech(utterance.start, speech_end),
            )
        )

    def _drop(self, utterance: Utterance, reason: str, raw_text: str = "") -> None:
        self._finish(utterance)
        self._emit(NoWords(reason=reason, at_ms=_ms(self._audio.end), raw_text=raw_text))

    def _finish(self, utterance: Utterance) -> None:
        for task in (utterance.partial, utterance.speculation):
            if task is not None and task is not asyncio.current_task():
                task.cancel()
        if self._utterance is utterance:
            self._utterance = None

    async def _speculate(self, utterance: Utterance, speech_end: int) -> None:
        """Recognise up to the pause, and ask what the sound says beside it."""
        samples = self._speech(utterance.start, speech_end)
        sound = self._spawn(self._ask_sound(utterance, samples))
        voiced_ms = _ms(speech_end - utterance.start) - self._settings.pre_roll_ms
        try:
            utterance.pending = self._parts.hearing.guess(samples, voiced_ms)
            transcript = await utterance.pending.result()
        except (TimeoutError, PoolOverloadedError, PoolClosedError):
            utterance.failed = "late"
        except Exception:
            utterance.failed = "failed"
        else:
            utterance.transcript = transcript
            self._tell_guess(utterance, transcript, speech_end)
        await asyncio.gather(sound, return_exceptions=True)
        if self._utterance is utterance and utterance.speech_end == speech_end:
            self._at_pause(utterance)

    def _tell_guess(self, utterance: Utterance, transcript: Transcript, speech_end: int) -> None:
        """The turn may be over: the mind can begin to think."""
        if self._utterance is not utterance or utterance.speech_end != speech_end or utterance.judge is not None:
            return
        utterance.reading = self._parts.reader.read(transcript.text, self._expectation)
        if utterance.reading.plain:
            utterance.guessed = True
            at_ms = _ms(self._audio.end)
            self._emit(WordsGuessed(text=utterance.reading.plain, transcript=transcript, at_ms=at_ms))

    async def _ask_sound(self, utterance: Utterance, samples: Samples) -> None:
        sound = await self._parts.hearing.ends_by_sound(samples)
        if sound is not None:
            utterance.smart_turn, utterance.sound_logit = sound.smart_turn, sound.logit
            utterance.prosody = sound.prosody

    def _start_partial(self, utterance: Utterance) -> None:
        if utterance.partial is not None and not utterance.partial.done():
            return
        utterance.last_partial = self._audio.end
        samples = self._audio.slice(utterance.start, self._audio.end)
        utterance.partial = self._spawn(self._recognise_partial(utterance, samples))

    async def _recognise_partial(self, utterance: Utterance, samples: Samples) -> None:
        transcript = await self._parts.hearing.partial(samples, urgent=utterance.judge is not None)
        if transcript is None or self._utterance is not utterance or not transcript.text:
            return
        utterance.partial_text = transcript.text
        if utterance.judge is not None:
            verdict = utterance.judge.hear(transcript.text, is_final=False, confidence=transcript.confidence)
            self._take_verdict(utterance, verdict)
        else:
            self._emit(PartialHeard(text=transcript.text, at_ms=_ms(self._audio.end)))

    def _plain(self, text: str) -> str:
        return self._parts.reader.read(text, self._expectation).plain

    def _speech(self, start: int, speech_end: int) -> Samples:
        return self._audio.slice(start, speech_end + _samples(self._settings.tail_ms))

    def _spawn(self, coroutine: object) -> asyncio.Task[None]:
        task: asyncio.Task[None] = asyncio.get_running_loop().create_task(coroutine)  # type: ignore[arg-type]
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _emit(self, event: EarEvent) -> None:
        if not self._closed:
            self._on_event(event)


def _samples(milliseconds: float) -> int:
    return int(milliseconds * RATE_HZ / 1000)


def _ms(samples: int) -> float:
    return samples * 1000.0 / RATE_HZ
