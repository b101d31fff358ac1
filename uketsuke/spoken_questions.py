"""Questions as the line hears them: synthetic callers, the telephone band, noise, and the real recognition."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

import numpy as np

from dialogue.turns import CallerTurn, TurnKind
from samples.render import CALLER_DBFS, background_noise, render
from uketsuke.ears import BEAM
from voice.audio.g711 import mulaw_decode, mulaw_encode
from voice.audio.pcm import RATE_HZ, Samples
from voice.audio.resample import resample
from voice.audio.wav import read_wav, write_wav
from voice.recognition.company import CompanyRecognizer
from voice.recognition.correction import TermCorrector
from voice.recognition.recognizer import RecognitionOptions, Recognizer, Transcript
from voice.recognition.vocabulary import HotwordList, Term
from voice.tts.kokoro import KokoroVoice
from voice.tts.openjtalk import OpenJTalkVoice
from voice.tts.reading import prepare_for_reading
from voice.tts.synthesizer import Synthesizer
from voice.turn.expectation import Expectation
from voice.turn.heard_text import HeardTextReader

LINE_HZ: Final = 8_000
VOICES: Final = ("openjtalk", "kokoro")
KOKORO_CALLER: Final = "jm_kumo"
"""Not the agent's own voice: a caller sounds like someone else."""
_AGAIN_BEAM: Final = 5
_PAUSE: Final = np.zeros(RATE_HZ * 3 // 10, dtype=np.float32)

NewVoice = Callable[[], Synthesizer]


def caller_voices(models: Path) -> dict[str, NewVoice]:
    """Both voices, each loaded when it first speaks; `models` is where Kokoro's weights are put together."""
    return {"openjtalk": OpenJTalkVoice, "kokoro": lambda: KokoroVoice(models, voice=KOKORO_CALLER)}


class Callers:
    """Says questions in the callers' voices. What was said once is kept in `folder`, by text and voice. Blocking."""

    def __init__(self, folder: Path, voices: dict[str, NewVoice]) -> None:
        self._folder = folder
        self._new = voices
        self._made: dict[str, Synthesizer] = {}

    def say(self, text: str, voice: str, snr_db: float | None) -> Samples:
        """`text` at 16 kHz as it arrives over a mu-law line from a place with noise `snr_db` below the caller.

        The same words, voice and noise sound the same every time. Raises `KokoroUnavailableError`, and ValueError for
        words without a sound.
        """
        clean = self._clean(text, voice)
        if snr_db is not None:
            noise = background_noise(len(clean), LINE_HZ, CALLER_DBFS - snr_db, seed=zlib.crc32(text.encode()))
            clean = np.clip(clean + noise, -1.0, 1.0).astype(np.float32)
        heard = resample(mulaw_decode(mulaw_encode(clean)), LINE_HZ, RATE_HZ)
        return np.concatenate([_PAUSE, heard, _PAUSE])

    def _clean(self, text: str, voice: str) -> Samples:
        key = hashlib.sha256(f"1|{voice}|{text}".encode()).hexdigest()[:32]
        kept = self._folder / voice / f"{key}.wav"
        if kept.is_file():
            return read_wav(kept).mono
        samples = render(text, lambda part: self._spoken(part, voice), rate_hz=LINE_HZ)
        kept.parent.mkdir(parents=True, exist_ok=True)
        beside = kept.with_suffix(".part")
        write_wav(beside, samples, LINE_HZ)
        beside.replace(kept)
        return samples

    def _spoken(self, text: str, voice: str) -> tuple[Samples, int]:
        if voice not in self._made:
            self._made[voice] = self._new[voice]()
        speech = self._made[voice].synthesize(prepare_for_reading(text))
        return speech.samples, speech.rate_hz


class Listener:
    """Hears as a call does, with the words of one FAQ favoured and put right. Blocking."""

    def __init__(self, recognizer: Recognizer, terms: Sequence[Term], tokens_of: Callable[[str], int]) -> None:
        corrector = TermCorrector(list(terms))
        self._recognizer = CompanyRecognizer(recognizer, lambda: corrector)
        self._hotwords = HotwordList(term for term in terms if term.weight > 0).hotwords(tokens_of)
        self._reader = HeardTextReader()

    def hear(self, sound: Samples) -> CallerTurn:
        """The turn as it is heard first."""
        return self._turn(self._recognizer.transcribe(sound, self._options(sound, BEAM, 0)), ())

    def hear_again(self, sound: Samples, first: CallerTurn) -> CallerTurn:
        """The turn as it is heard more closely, when the first words led to no answer."""
        again = self._recognizer.transcribe(sound, self._options(sound, _AGAIN_BEAM, _AGAIN_BEAM - 1))
        return self._turn(again, (first.text,)) if again.text else first

    def _options(self, sound: Samples, beam: int, alternatives: int) -> RecognitionOptions:
        speech_ms = max(0, len(sound) - 2 * len(_PAUSE)) * 1000.0 / RATE_HZ
        return RecognitionOptions(self._hotwords, beam, alternatives, speech_ms)

    def _turn(self, transcript: Transcript, before: tuple[str, ...]) -> CallerTurn:
        others = tuple(self._plain(other.text) for other in transcript.alternatives)
        return CallerTurn(TurnKind.SPEECH, self._plain(transcript.text), (*before, *others), transcript.confidence)

    def _plain(self, text: str) -> str:
        return self._reader.read(text, Expectation.FREE).plain
