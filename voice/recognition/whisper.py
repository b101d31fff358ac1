"""Whisper on CTranslate2: any Whisper in CTranslate2's form, on CPU or GPU.

The models are driven directly, with faster-whisper's mel features and tokenizer, because a telephone utterance needs
neither its 30 s windows nor its segments and timestamps.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import ctranslate2
import numpy as np
import tokenizers
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer

from voice.audio.level import rms_dbfs
from voice.audio.pcm import Samples, duration_ms
from voice.models.errors import MissingModelError, ModelError
from voice.recognition.guards import Heard, is_repetition, reason_to_reject
from voice.recognition.recognizer import Hypothesis, RecognitionOptions, Transcript
from voice.recognition.vocabulary import PROMPT_TOKENS
from voice.recognition.windows import DEFAULT_WINDOWS_S, LONGEST_S, pad_to_window, split_at_quiet

_NEEDED_FILES: Final = ("model.bin", "config.json", "tokenizer.json")
_TOKENS_AT_LEAST: Final = 12
_TOKENS_PER_S: Final = 12.0
_LONGEST_OUTPUT: Final = 448
_SHORTEST_MS: Final = 60.0
_QUIETEST_DBFS: Final = -65.0


class WhisperModelError(ModelError):
    """The model does not load on this machine, in this computation type."""


@dataclass(frozen=True)
class _Decoded:
    """One window's result: hypotheses best first, each with its mean log probability, and the token count."""

    hypotheses: tuple[Hypothesis, ...]
    no_speech_probability: float
    tokens: int
    rejected: str | None

    @property
    def best(self) -> Hypothesis:
        return self.hypotheses[0]


class WhisperRecognizer:
    """Recognises Japanese. Thread-safe: up to `inter_threads` utterances are decoded at the same time.

    `windows_s` are the lengths the encoder is run on, in ascending order, the last at most 30 s. With two cores two
    workers of one thread (the default) give both the shortest single answer and the greatest throughput; on a GPU set
    `device="cuda"`, `compute_type="float16"` or `"int8_float16"`. Raises `MissingModelError` or `WhisperModelError`
    when the model does not load.
    """

    def __init__(
        self,
        model_dir: Path,
        *,
        device: str = "cpu",
        compute_type: str = "int8",
        inter_threads: int = 2,
        intra_threads: int = 1,
        windows_s: Sequence[float] = DEFAULT_WINDOWS_S,
    ) -> None:
        if not windows_s or list(windows_s) != sorted(windows_s) or not 0 < windows_s[-1] <= LONGEST_S:
            raise ValueError(f"windows must ascend up to at most {LONGEST_S:g} s, not {tuple(windows_s)}")
        for file in _NEEDED_FILES:
            if not (model_dir / file).is_file():
                raise MissingModelError(model_dir.name, file)
        try:
            self._model = ctranslate2.models.Whisper(
                str(model_dir),
                device=device,
                compute_type=compute_type,
                inter_threads=inter_threads,
                intra_threads=intra_threads,
            )
            words = tokenizers.Tokenizer.from_file(str(model_dir / "tokenizer.json"))
        except Exception as error:  # both libraries raise bare RuntimeError, ValueError and Exception
            raise WhisperModelError(
                f"音声認識モデル「{model_dir.name}」を {device}・{compute_type} で読み込めません（{error}）。"
                "`uketsuke models verify` でファイルを、設定で device と compute_type をご確認ください。"
            ) from error
        self._tokenizer = Tokenizer(words, self._model.is_multilingual, task="transcribe", language="ja")
        self._features = FeatureExtractor(feature_size=self._model.n_mels)
        self._windows_s = tuple(windows_s)
        self._start = [*self._tokenizer.sot_sequence, self._tokenizer.no_timestamps]
        self._name = f"{model_dir.name}/{compute_type}"
        self._prompt = lru_cache(maxsize=32)(self._make_prompt)

    @property
    def name(self) -> str:
        """The model's folder and its computation type, for example `whisper-base/int8`."""
        return self._name

    def tokens_of(self, text: str) -> int:
        """How many tokens of the prompt `text` takes."""
        return len(self._tokenizer.encode(text))

    def warm_up(self) -> None:
        """Run every window once, so that the first caller does not wait for what is made on first use."""
        hiss = np.random.default_rng(0).normal(0, 1e-3, 16_000).astype(np.float32)
        for window in self._windows_s:
            self._decode(hiss, RecognitionOptions(), 0, (window,))

    def transcribe(self, samples: Samples, options: RecognitionOptions = RecognitionOptions()) -> Transcript:
        """Recognise 16 kHz mono samples of any length.

        Speech longer than the longest window is cut at quiet places and joined. A text that a guard distrusts comes
        back empty, with the guard's name in `rejected`.
        """
        began = time.perf_counter()
        audio = np.nan_to_num(np.asarray(samples, dtype=np.float32).reshape(-1), nan=0.0, posinf=1.0, neginf=-1.0)
        audio = np.clip(audio, -1.0, 1.0)
        if duration_ms(audio) < _SHORTEST_MS or rms_dbfs(audio) < _QUIETEST_DBFS:
            transcript = Transcript("", 0.0, 1.0, duration_ms(audio), 0.0, rejected="silence")
        else:
            pieces = split_at_quiet(audio, self._windows_s[-1])
            share = None if options.speech_ms is None else options.speech_ms / len(pieces)
            judged = replace(options, speech_ms=share)
            transcript = _join([self._recognise(piece, judged) for piece in pieces], duration_ms(audio))
        return replace(transcript, took_ms=(time.perf_counter() - began) * 1000.0, engine=self._name)

    def _recognise(self, piece: Samples, options: RecognitionOptions) -> _Decoded:
        """Decode one window; a decoder that ran in a circle gets one more try that may not repeat itself."""
        decoded = self._decode(piece, options, 0, self._windows_s)
        if is_repetition(_evidence(decoded, piece, options)):
            decoded = self._decode(piece, options, 3, self._windows_s)
        return replace(decoded, rejected=reason_to_reject(_evidence(decoded, piece, options)))

    def _decode(
        self, piece: Samples, options: RecognitionOptions, no_repeat: int, windows_s: Sequence[float]
    ) -> _Decoded:
        mel = self._features(pad_to_window(piece, windows_s), padding=0)[np.newaxis]
        prompt = self._prompt(options.hotwords)
        limit = int(_TOKENS_AT_LEAST + _TOKENS_PER_S * duration_ms(piece) / 1000.0)
        beam = max(1, options.beam_size, options.alternatives + 1)
        (result,) = self._model.generate(
            ctranslate2.StorageView.from_array(np.ascontiguousarray(mel, dtype=np.float32)),
            [list(prompt)],
            beam_size=beam,
            num_hypotheses=min(beam, options.alternatives + 1),
            no_repeat_ngram_size=no_repeat,
            max_length=min(_LONGEST_OUTPUT, len(prompt) + limit),
            return_scores=True,
            return_no_speech_prob=True,
        )
        hypotheses = tuple(
            self._hypothesis(ids, score) for ids, score in zip(result.sequences_ids, result.scores, strict=True)
        )
        return _Decoded(hypotheses, float(result.no_speech_prob), len(result.sequences_ids[0]), None)

    def _hypothesis(self, ids: list[int], score: float) -> Hypothesis:
        # CTranslate2 divides by the tokens without the closing one, Whisper's mean counts it.
        mean = float(score) * len(ids) / (len(ids) + 1)
        return Hypothesis(self._tokenizer.decode(ids).replace("\ufffd", "").strip(), mean)

    def _make_prompt(self, hotwords: tuple[str, ...]) -> tuple[int, ...]:
        """The decoder's prompt: as many whole hotwords as the budget holds, as if they had been said before."""
        chosen: list[str] = []
        tokens: list[int] = []
        for word in hotwords:
            longer = self._tokenizer.encode(" " + "、".join([*chosen, word]))
            if len(longer) > PROMPT_TOKENS:
                break
            chosen, tokens = [*chosen, word], longer
        return (self._tokenizer.sot_prev, *tokens, *self._start) if tokens else tuple(self._start)


def _evidence(decoded: _Decoded, piece: Samples, options: RecognitionOptions) -> Heard:
    return Heard(
        text=decoded.best.text,
        no_speech_probability=decoded.no_speech_probability,
        mean_logprob=decoded.best.score,
        audio_ms=duration_ms(piece),
        speech_ms=options.speech_ms,
        hotwords=options.hotwords,
    )


def _join(pieces: list[_Decoded], audio_ms: float) -> Transcript:
    """One transcript of all pieces: rejected ones leave no text, alternatives are kept of a single piece only."""
    kept = [piece for piece in pieces if piece.rejected is None]
    judged = kept or pieces
    tokens = sum(piece.tokens + 1 for piece in judged)
    mean = sum(piece.best.score * (piece.tokens + 1) for piece in judged) / tokens
    return Transcript(
        text="".join(piece.best.text for piece in kept),
        confidence=min(1.0, math.exp(mean)),
        no_speech_probability=min(piece.no_speech_probability for piece in judged),
        audio_ms=audio_ms,
        took_ms=0.0,
        alternatives=pieces[0].hypotheses[1:] if len(pieces) == 1 else (),
        rejected=None if kept else pieces[0].rejected,
        raw_text="".join(piece.best.text for piece in pieces),
    )
