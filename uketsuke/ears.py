"""Builds the ears: one recogniser and one set of models for the process, one ear for each call."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from uketsuke.settings import RecognitionSettings
from voice.audio.pcm import Samples
from voice.ear import Ear, EarParts, EarSettings
from voice.ear_events import EarEvent
from voice.hearing import Hearing
from voice.models.store import ModelStore
from voice.pool import InferencePool, Priority
from voice.recognition.company import CompanyRecognizer
from voice.recognition.correction import TermCorrector
from voice.recognition.desk import RecognitionDesk
from voice.recognition.engines import EngineSpec, build_recognizer
from voice.recognition.recognizer import RecognitionOptions, Transcript
from voice.recognition.vocabulary import HotwordList, Term
from voice.turn.aizuchi_model import SmallAizuchiModel
from voice.turn.endpointing import Endpointer
from voice.turn.heard_text import HeardTextReader
from voice.turn.overlap import OverlapJudge, OverlapSettings
from voice.turn.smart_turn import SmartTurn
from voice.vad import GateSettings, SileroModel, SpeechGate, VoiceActivity

QUICK_GATE = GateSettings(onset=0.35, offset=0.2, min_speech_ms=64.0, pause_ms=64.0)
"""A gate quick enough for barge-in and speculation: a false start costs one recognition that yields no words.

On human telephone speech a pause of 64 ms is known 125 ms after the last sound (160 ms: 221 ms), and there are only a
seventh more of them.
"""
BEAM: Final = 2
"""Two hypotheses for a twentieth more time: 1.7 points of character errors fewer on human telephone speech."""
HEAR_DEADLINE_S: Final = 30.0
FAINT_OVERLAP = OverlapSettings(speech_threshold=0.3)
"""Voice activity of telephone speech may stay under one half."""


_FIRST_WORDS: Final = "えっと、料金プランの開訳の件です。"


class Ears:
    """The shared parts. Blocking to make: build it on a thread."""

    def __init__(self, settings: RecognitionSettings, store: ModelStore, pool: InferencePool) -> None:
        self._pool = pool
        self._silero = SileroModel()
        self._smart_turn = SmartTurn(store.locate_file("smart-turn-v3"))
        self._aizuchi = SmallAizuchiModel.load()
        self._hotwords: tuple[str, ...] = ()
        self.recognizer = build_recognizer(_spec_of(settings), _weights(settings, store))
        self._reader = HeardTextReader()
        self._corrector = TermCorrector(())
        self._desk = RecognitionDesk(CompanyRecognizer(self.recognizer, lambda: self._corrector), pool)

    def favour(self, terms: list[Term]) -> None:
        """Listen for these words, and put them right, from the next recognition on."""
        self._corrector = TermCorrector(terms)
        # The first reading of all is slow.
        self._corrector.correct(_FIRST_WORDS)
        self._reader.read(_FIRST_WORDS)
        favoured = [term for term in terms if term.weight > 0]
        self._hotwords = HotwordList(favoured).hotwords(self.recognizer.tokens_of)

    @property
    def hotwords(self) -> tuple[str, ...]:
        """The words in use, most useful first."""
        return self._hotwords

    async def hear(self, samples: Samples) -> Transcript:
        """What somebody who is in no call said in 16 kHz `samples`, read as in a call; calls go first.

        Raises what the desk raises, and `TimeoutError`.
        """
        options = RecognitionOptions(self._hotwords, BEAM)
        heard = await self._desk.submit(samples, options, Priority.SPECULATIVE, HEAR_DEADLINE_S).result()
        return replace(heard, text=self._reader.read(heard.text).plain) if heard.text else heard

    def warm_up(self) -> None:
        """Run every model once."""
        self.recognizer.warm_up()

    def close(self) -> None:
        """Let the recogniser go."""
        self.recognizer.close()

    def new_ear(self, on_event: Callable[[EarEvent], None], settings: EarSettings = EarSettings()) -> Ear:
        """An ear for one call."""
        parts = EarParts(
            activity=VoiceActivity(self._silero),
            gate=SpeechGate(QUICK_GATE),
            hearing=Hearing(self._desk, self._pool, self._smart_turn, lambda: RecognitionOptions(self._hotwords, BEAM)),
            endpointer=Endpointer(),
            judge=lambda: OverlapJudge(self._aizuchi, FAINT_OVERLAP),
            reader=self._reader,
        )
        return Ear(parts, on_event, settings)

    def new_operator_ear(self, on_event: Callable[[EarEvent], None]) -> Ear:
        """An ear for an operator's own words: no caller waits for them, so that callers go first."""
        return self.new_ear(on_event, EarSettings(waited_for=False))


def _spec_of(settings: RecognitionSettings) -> EngineSpec:
    return EngineSpec(
        kind=settings.engine,
        model=settings.model,
        device=settings.device,
        compute_type=settings.compute_type,
        workers=settings.worker_count,
        base_url=settings.base_url,
        api_key=os.environ.get(settings.api_key_env, ""),
        timeout_s=settings.timeout_s,
    )


def _weights(settings: RecognitionSettings, store: ModelStore) -> Path | None:
    """A path is taken as it stands; a name is looked up among the models; a server brings its own."""
    if settings.engine == "openai":
        return None
    return Path(settings.model).expanduser() if "/" in settings.model else store.locate(settings.model)
