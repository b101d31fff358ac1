"""The mouth of a call: text in, sentences of telephone speech out, each ready while the last one plays."""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import soxr

from voice.audio.pcm import Samples
from voice.pool import InferencePool, Priority
from voice.tts.cache import SpeechCache, SpeechKey, engine_versions
from voice.tts.dictionary import PronunciationDictionary
from voice.tts.level import TARGET_RMS_DBFS, levelled, trimmed
from voice.tts.reading import READING_VERSION, prepare_for_reading
from voice.tts.synthesizer import Synthesizer

TELEPHONE_RATE_HZ: Final = 8_000
LOOK_AHEAD: Final = 2

_SHAPING_VERSION: Final = 1
_HEAD_MS: Final = 30.0
_PAUSE_MS: Final = 250.0
_BREATH_MS: Final = 120.0


class SynthesisError(RuntimeError):
    """No voice could speak the sentence. `sentence` is the text as it was asked for."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"音声を合成できませんでした: 「{sentence}」")
        self.sentence = sentence


@dataclass(frozen=True)
class SpokenSentence:
    """One sentence as sound.

    `text` is what was asked for, `reading` what the engine was given. `samples` (read-only) are at `rate_hz`,
    with at most 40 ms of quiet at the head and a speaker's pause at the tail. `took_ms` is how long it took to
    have them, waiting included. `voice` is the engine that really spoke.
    """

    text: str
    samples: Samples
    rate_hz: int
    from_cache: bool
    took_ms: float
    reading: str = ""
    voice: str = ""


class Mouth:
    """Speaks with one voice through the shared pool; a second voice steps in for a sentence the first cannot say."""

    def __init__(
        self,
        voice: Synthesizer,
        dictionary: PronunciationDictionary,
        cache: SpeechCache,
        pool: InferencePool,
        *,
        fallback: Synthesizer | None = None,
        rate_hz: int = TELEPHONE_RATE_HZ,
        level_dbfs: float = TARGET_RMS_DBFS,
        deadline_s: float = 15.0,
    ) -> None:
        """`rate_hz` is what `prepare` and `speak` give unless told otherwise; `deadline_s` bounds one synthesis."""
        self._voices = (voice,) if fallback is None else (voice, fallback)
        self._dictionary = dictionary
        self._cache = cache
        self._pool = pool
        self._rate_hz = rate_hz
        self._level_dbfs = level_dbfs
        self._deadline_s = deadline_s
        self._recipe = f"{READING_VERSION}.{_SHAPING_VERSION} {level_dbfs:.1f} {engine_versions()}"

    @property
    def voice_name(self) -> str:
        """Engine and voice that speak unless they fail."""
        return self._voices[0].name

    def reading_of(self, text: str) -> str:
        """What an engine would be given for `text`: by the dictionary in force, numbers and signs in words."""
        return prepare_for_reading(self._dictionary.apply(text))

    async def prepare(
        self,
        text: str,
        speed: float = 1.0,
        rate_hz: int | None = None,
        priority: Priority = Priority.SPEECH,
    ) -> SpokenSentence:
        """Make one sentence ready to play. Raises `SynthesisError` when no voice can say it in time."""
        return await self._prepare(text, self._dictionary.as_it_stands(), speed, rate_hz, priority)

    async def _prepare(
        self,
        text: str,
        apply: Callable[[str], str],
        speed: float,
        rate_hz: int | None,
        priority: Priority = Priority.SPEECH,
    ) -> SpokenSentence:
        begun = time.monotonic()
        rate_hz = rate_hz or self._rate_hz
        reading = prepare_for_reading(apply(text))
        failure: BaseException | None = None
        for voice in self._voices:
            try:
                samples, from_cache = await self._say(voice, reading, speed, rate_hz, priority)
            except Exception as error:
                failure = error
                continue
            took_ms = (time.monotonic() - begun) * 1000.0
            return SpokenSentence(text, samples, rate_hz, from_cache, took_ms, reading, voice.name)
        raise SynthesisError(text) from failure

    async def speak(
        self, sentences: Sequence[str], speed: float = 1.0, rate_hz: int | None = None
    ) -> AsyncIterator[SpokenSentence]:
        """Yield each sentence as soon as it is ready, in order, making up to two more while one is played.

        All are read by the dictionary as it stands now, whatever is published meanwhile. Close the iterator (or cancel
        the task that runs it) to drop what has not been made yet.
        """
        waiting = iter(sentences)
        apply = self._dictionary.as_it_stands()
        ahead: deque[asyncio.Task[SpokenSentence]] = deque()

        def look_ahead(most: int) -> None:
            for sentence in itertools.islice(waiting, most - len(ahead)):
                ahead.append(asyncio.create_task(self._prepare(sentence, apply, speed, rate_hz)))

        try:
            # The first is made alone: beside others it would come later, and it is what the caller waits for.
            look_ahead(1)
            while ahead:
                spoken = await ahead[0]
                ahead.popleft()
                look_ahead(LOOK_AHEAD)
                yield spoken
        finally:
            for task in ahead:
                task.cancel()
            await asyncio.gather(*ahead, return_exceptions=True)

    async def warm(self, texts: Iterable[str], speed: float = 1.0, rate_hz: int | None = None) -> int:
        """Make `texts` beforehand, one by one behind all other work; return how many are now in the cache.

        A text that cannot be said is passed over: it will be tried again when it is needed.
        """
        ready = 0
        for text in texts:
            try:
                await self.prepare(text, speed, rate_hz, Priority.BACKGROUND)
            except SynthesisError:
                continue
            ready += 1
        return ready

    async def _say(
        self, voice: Synthesizer, reading: str, speed: float, rate_hz: int, priority: Priority
    ) -> tuple[Samples, bool]:
        key = SpeechKey(reading, voice.name, speed, rate_hz, self._recipe)
        known = self._cache.recall(key)
        if known is not None:
            return known, True

        def find_or_make() -> tuple[Samples, bool]:
            stored = self._cache.find(key)
            if stored is not None:
                return stored, True
            samples = self._shaped(voice, reading, speed, rate_hz)
            self._cache.keep(key, samples)
            return samples, False

        # Work in the background waits as long as others go first: only speech that is needed now has a deadline.
        deadline_s = None if priority is Priority.BACKGROUND else self._deadline_s
        return await self._pool.run(find_or_make, priority, deadline_s)

    def _shaped(self, voice: Synthesizer, reading: str, speed: float, rate_hz: int) -> Samples:
        speech = voice.synthesize(reading, speed)
        resampled: Samples = soxr.resample(speech.samples, speech.rate_hz, rate_hz, quality="HQ")
        # A piece that ends in a comma or in mid-sentence goes on after a breath; a sentence after a pause.
        pause_ms = _PAUSE_MS if reading.endswith(("。", "！", "？", "」")) else _BREATH_MS
        return levelled(trimmed(resampled, rate_hz, _HEAD_MS, pause_ms), rate_hz, self._level_dbfs)
