"""Sentences as the line hears them: two synthetic callers, 8 kHz, mu-law, and the service's own recognition.

Recognised sound is kept by its own hash and by how it was recognised, so that a second run needs no recogniser.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import numpy as np

from bench.callers import RATE_HZ as CALLER_HZ
from bench.callers import CallerVoice
from bench.ears_audio import over_telephone
from bench.mind_play import Saying
from dialogue.turns import CallerTurn, TurnKind
from uketsuke.ears import BEAM
from voice.audio.pcm import RATE_HZ, Samples
from voice.audio.resample import resample
from voice.recognition.company import CompanyRecognizer
from voice.recognition.correction import TermCorrector
from voice.recognition.recognizer import Hypothesis, RecognitionOptions, Recognizer, Transcript
from voice.recognition.vocabulary import HotwordList, Term
from voice.recognition.whisper import WhisperRecognizer
from voice.turn.expectation import Expectation
from voice.turn.heard_text import HeardTextReader

VOICES: Final = ("openjtalk", "kokoro")
_EVERY_THIRD_BY_KOKORO: Final = 3
_AGAIN_BEAM: Final = 5
_PAUSE: Final = np.zeros(RATE_HZ * 3 // 10, dtype=np.float32)


def voice_of(place: int) -> str:
    """Whose voice speaks the sentence at `place`: two thirds Open JTalk, one third Kokoro."""
    return VOICES[place % _EVERY_THIRD_BY_KOKORO == 0]


class KeptRecognizer:
    """Recognises by `inner` what has not been recognised before; the rest is read from `folder`."""

    def __init__(self, model_dir: Path, folder: Path) -> None:
        self._model_dir = model_dir
        self._folder = folder / f"heard-{model_dir.name}"
        self._inner: WhisperRecognizer | None = None

    @property
    def name(self) -> str:
        """The engine's name."""
        return f"{self._model_dir.name}/kept"

    @property
    def inner(self) -> WhisperRecognizer:
        """The engine, loaded when it is first needed."""
        if self._inner is None:
            self._inner = WhisperRecognizer(self._model_dir)
        return self._inner

    def transcribe(self, samples: Samples, options: RecognitionOptions = RecognitionOptions()) -> Transcript:
        """From the folder, or recognised now and put there."""
        how = json.dumps(asdict(options), ensure_ascii=False, sort_keys=True)
        kept = self._folder / f"{hashlib.sha256(samples.tobytes() + how.encode()).hexdigest()[:32]}.json"
        if kept.is_file():
            return _read(kept)
        transcript = self.inner.transcribe(samples, options)
        self._folder.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(".part")
        part.write_text(json.dumps(asdict(transcript), ensure_ascii=False), encoding="utf-8")
        part.replace(kept)
        return transcript


class Line:
    """Speaks sentences and hears them, as a call does: company's words favoured and put right, then read. Blocking."""

    def __init__(self, cache: Path, model_dir: Path, terms: Sequence[Term]) -> None:
        kept = KeptRecognizer(model_dir, cache / "speech")
        corrector = TermCorrector(terms)
        self._callers = {name: CallerVoice(name, cache) for name in VOICES}
        self._recognizer: Recognizer = CompanyRecognizer(kept, lambda: corrector)
        self._hotwords = HotwordList(terms).hotwords(kept.inner.tokens_of)
        self._reader = HeardTextReader()

    def saying(self, text: str, voice: str) -> Saying:
        """What the mind gets of `text` said in `voice`, and what it gets when the line listens again."""
        said = resample(self._callers[voice].say(text), CALLER_HZ, RATE_HZ)
        speech_ms = len(said) * 1000.0 / RATE_HZ
        sound = over_telephone(np.concatenate([_PAUSE, said, _PAUSE]))
        first = self._recognizer.transcribe(sound, RecognitionOptions(self._hotwords, BEAM, speech_ms=speech_ms))
        plain = self._plain(first.text)
        turn = CallerTurn(TurnKind.SPEECH, plain, _texts(first.alternatives), first.confidence, provisional=True)

        def again() -> CallerTurn:
            wide = RecognitionOptions(self._hotwords, _AGAIN_BEAM, _AGAIN_BEAM - 1, speech_ms)
            second = self._recognizer.transcribe(sound, wide)
            if not second.text:
                return CallerTurn(TurnKind.SPEECH, plain, _texts(first.alternatives), first.confidence)
            others = (plain, *map(self._plain, _texts(second.alternatives)))
            return CallerTurn(TurnKind.SPEECH, self._plain(second.text), others, second.confidence)

        return Saying(turn, again)

    def _plain(self, text: str) -> str:
        return self._reader.read(text, Expectation.FREE).plain


def _texts(hypotheses: Sequence[Hypothesis]) -> tuple[str, ...]:
    return tuple(hypothesis.text for hypothesis in hypotheses)


def _read(file: Path) -> Transcript:
    stored = json.loads(file.read_text(encoding="utf-8"))
    stored["alternatives"] = tuple(Hypothesis(**other) for other in stored["alternatives"])
    return Transcript(**{**stored, "corrections": ()})
