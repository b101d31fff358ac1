"""Whisper on CTranslate2: any Whisper in CTranslate2's form, on CPU or GPU.

The models are driven directly, with faster-whisper's tokenizer, because a telephone utterance needs
neither its 30 s windows nor its segments and timestamps.
"""

from __future__ import annotations

import math
import time
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

import ctranslate2
import numpy as np
import tokenizers
from faster_whisper.tokenizer import Tokenizer

from voice.audio.pcm import RATE_HZ, Samples, duration_ms
from voice.models.errors import MissingModelError, ModelError
from voice.recognition.guards import Heard, is_repetition, reason_to_reject
from voice.recognition.intake import is_silent, made_safe
from voice.recognition.log_mel import Features, LogMel
from voice.recognition.recognizer import Hypothesis, RecognitionOptions, Transcript
from voice.recognition.vocabulary import PROMPT_TOKENS
from voice.recognition.windows import DEFAULT_WINDOWS_S, LONGEST_S, split_at_quiet

_NEEDED_FILES: Final = ("model.bin", "config.json", "tokenizer.json")
_TOKENS_AT_LEAST: Final = 12
_TOKENS_PER_S: Final = 12.0
_LONGEST_OUTPUT: Final = 448
_TOGETHER_ON_CPU: Final = 4
"""With whisper-base on a CPU four together cost 0.82 of four one by one (0.88 with hotwords), and eight no less: a
greater batch would only keep its first utterance waiting."""
_TOGETHER_ON_GPU: Final = 16


class WhisperModelError(ModelError):
    """The model does not load on this machine, in this computation type."""


@dataclass(frozen=True, eq=False)
class _Piece:
    """What fits into one window, with the options it is judged by. `at` is its utterance's place in the batch."""

    at: int
    audio: Samples
    options: RecognitionOptions

    @property
    def token_limit(self) -> int:
        """More tokens than anyone can speak in the time: the decoder runs in a circle."""
        return int(_TOKENS_AT_LEAST + _TOKENS_PER_S * duration_ms(self.audio) / 1000.0)

    @property
    def beam(self) -> int:
        """A beam as wide as asked for, and as the alternatives need."""
        return max(1, self.options.beam_size, self.options.alternatives + 1)


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
        self._features = LogMel(self._model.n_mels)
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
            self._decode([_Piece(0, hiss, RecognitionOptions())], 0, (window,))

    @property
    def most_together(self) -> int:
        """How many utterances are worth recognising at once on this device."""
        return _TOGETHER_ON_CPU if self._model.device == "cpu" else _TOGETHER_ON_GPU

    def batch_key(self, samples: Samples, options: RecognitionOptions) -> Hashable:
        """Utterances of equal keys share one call of the model: window, length of prompt, beam and alternatives."""
        piece = _Piece(0, samples[: int(self._windows_s[-1] * RATE_HZ)], options)
        return self._key(piece, self._windows_s)

    def transcribe(self, samples: Samples, options: RecognitionOptions = RecognitionOptions()) -> Transcript:
        """Recognise 16 kHz mono samples of any length.

        Speech longer than the longest window is cut at quiet places and joined. A text that a guard distrusts comes
        back empty, with the guard's name in `rejected`.
        """
        return self.transcribe_many([(samples, options)])[0]

    def transcribe_many(self, utterances: Sequence[tuple[Samples, RecognitionOptions]]) -> list[Transcript]:
        """Recognise several utterances, those of equal `batch_key` together; the same texts as one by one.

        `took_ms` of each is that of the whole, which is what each waited for.
        """
        began = time.perf_counter()
        safe = [made_safe(samples) for samples, _ in utterances]
        pieces = [
            piece
            for at, (audio, (_, options)) in enumerate(zip(safe, utterances, strict=True))
            if not is_silent(audio)
            for piece in self._cut(at, audio, options)
        ]
        decoded = self._recognise(pieces)
        heard: dict[int, list[_Decoded]] = {}
        for piece, result in zip(pieces, decoded, strict=True):
            heard.setdefault(piece.at, []).append(result)
        transcripts = [
            _join(heard[at], duration_ms(audio)) if at in heard else _silence(duration_ms(audio))
            for at, audio in enumerate(safe)
        ]
        took_ms = (time.perf_counter() - began) * 1000.0
        return [replace(transcript, took_ms=took_ms, engine=self._name) for transcript in transcripts]

    def close(self) -> None:
        """Give the model's memory back; nothing can be recognised after that."""
        self._model.unload_model()

    def _cut(self, at: int, audio: Samples, options: RecognitionOptions) -> list[_Piece]:
        parts = split_at_quiet(audio, self._windows_s[-1])
        share = None if options.speech_ms is None else options.speech_ms / len(parts)
        return [_Piece(at, part, replace(options, speech_ms=share)) for part in parts]

    def _recognise(self, pieces: Sequence[_Piece]) -> list[_Decoded]:
        """Decode pieces in as few calls as their keys allow, and judge each by itself.

        A decoder that ran in a circle gets one more try that may not repeat itself.
        """
        groups: dict[Hashable, list[_Piece]] = {}
        for piece in pieces:
            groups.setdefault(self._key(piece, self._windows_s), []).append(piece)
        decoded: dict[_Piece, _Decoded] = {}
        for group in groups.values():
            decoded.update(zip(group, self._decode(group, 0, self._windows_s), strict=True))
        for piece in pieces:
            if is_repetition(_evidence(decoded[piece], piece)):
                (decoded[piece],) = self._decode([piece], 3, self._windows_s)
        return [
            replace(decoded[piece], rejected=reason_to_reject(_evidence(decoded[piece], piece))) for piece in pieces
        ]

    def _key(self, piece: _Piece, windows_s: Sequence[float]) -> tuple[int, int, int, int]:
        window = _window(piece.audio, windows_s)
        return (window, len(self._prompt(piece.options.hotwords)), piece.beam, piece.options.alternatives)

    def _decode(self, pieces: Sequence[_Piece], no_repeat: int, windows_s: Sequence[float]) -> list[_Decoded]:
        """Decode pieces of one key in one call."""
        prompts = [list(self._prompt(piece.options.hotwords)) for piece in pieces]
        limit = max(piece.token_limit for piece in pieces)
        results = self._model.generate(
            self._encode([self._features(piece.audio, _window(piece.audio, windows_s)) for piece in pieces]),
            prompts,
            beam_size=pieces[0].beam,
            num_hypotheses=pieces[0].options.alternatives + 1,
            no_repeat_ngram_size=no_repeat,
            max_length=_max_length(len(prompts[0]), limit),
            return_scores=True,
            return_no_speech_prob=True,
        )
        return [
            # Alone it would have been stopped sooner.
            self._decode([piece], no_repeat, windows_s)[0]
            if piece.token_limit < limit and len(result.sequences_ids[0]) > piece.token_limit
            else self._decoded(result)
            for piece, result in zip(pieces, results, strict=True)
        ]

    def _encode(self, mels: Sequence[Features]) -> ctranslate2.StorageView:
        """What the decoder reads: the features as they are, or on a CPU the encoder's output for several.

        There several at once make the encoder slower for each, since they no longer fit into the cache: in one call for
        both, eight cost 1.04 to 1.15 of one by one. The decoder is bound by reading its weights, which several share.
        """
        if len(mels) == 1 or self._model.device != "cpu":
            return ctranslate2.StorageView.from_array(np.stack(mels))
        encoded = [np.array(self._model.encode(ctranslate2.StorageView.from_array(mel[np.newaxis]))) for mel in mels]
        return ctranslate2.StorageView.from_array(np.concatenate(encoded))

    def _decoded(self, result: ctranslate2.models.WhisperGenerationResult) -> _Decoded:
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


def _window(audio: Samples, windows_s: Sequence[float]) -> int:
    """The smallest window that holds the audio, in samples."""
    return next(length for window in windows_s if (length := int(window * RATE_HZ)) >= len(audio))


def _max_length(prompt: int, tokens: int) -> int:
    """What CTranslate2 must be told so that `tokens` may be generated: it takes the prompt off, and half at most."""
    return min(_LONGEST_OUTPUT, max(prompt + tokens, 2 * tokens))


def _evidence(decoded: _Decoded, piece: _Piece) -> Heard:
    return Heard(
        text=decoded.best.text,
        no_speech_probability=decoded.no_speech_probability,
        mean_logprob=decoded.best.score,
        audio_ms=duration_ms(piece.audio),
        speech_ms=piece.options.speech_ms,
        hotwords=piece.options.hotwords,
    )


def _silence(audio_ms: float) -> Transcript:
    return Transcript("", 0.0, 1.0, audio_ms, 0.0, rejected="silence")


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
