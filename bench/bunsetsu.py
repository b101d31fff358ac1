"""Where the bunsetsu of a sentence begin in its recording."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import ctranslate2
import numpy as np
import tokenizers
from faster_whisper.feature_extractor import FeatureExtractor
from faster_whisper.tokenizer import Tokenizer

from voice.audio.pcm import RATE_HZ, Samples
from voice.recognition.windows import pad_to_window
from voice.turn.morphemes import Morphemes, shared_morphemes

_FRAME_S: Final = 0.02
_INDEPENDENT: Final = (
    "名詞", "代名詞", "動詞", "形容詞", "形状詞", "副詞", "連体詞", "接続詞", "感動詞", "接頭辞",
)  # fmt: skip


def bunsetsu_starts(text: str, morphemes: Morphemes | None = None) -> tuple[int, ...]:
    """Characters of `text` at which a bunsetsu begins, the first one left out.

    A bunsetsu is an independent word and what leans on it. Nouns in a row are one compound, and a verb after a noun
    (勉強する), an adverbial form or て (している) is taken to lean too: better too few borders than one inside a word.
    """
    starts: list[int] = []
    at, before = 0, ""
    for word in (morphemes or shared_morphemes()).read(text):
        at = text.index(word.surface, at)
        independent = word.pos.startswith(_INDEPENDENT)
        leans = (
            (word.pos.startswith("名詞") and before.startswith(("名詞", "接頭辞", "形状詞")))
            or before.startswith("接頭辞")
            or "非自立可能" in word.pos
        )
        if before and independent and not leans:
            starts.append(at)
        at += len(word.surface)
        before = word.pos
    return tuple(starts)


class Aligner:
    """Finds when each character of a known text is said, with Whisper's attention. Tens of milliseconds exact."""

    def __init__(self, model_dir: Path) -> None:
        self._model = ctranslate2.models.Whisper(str(model_dir), device="cpu", compute_type="int8", intra_threads=1)
        words = tokenizers.Tokenizer.from_file(str(model_dir / "tokenizer.json"))
        self._tokenizer = Tokenizer(words, self._model.is_multilingual, task="transcribe", language="ja")
        self._features = FeatureExtractor(feature_size=self._model.n_mels)

    def starts(self, samples: Samples, text: str) -> tuple[int, ...]:
        """Samples (16 kHz) at which the bunsetsu of `text` begin, the first one left out."""
        wanted = bunsetsu_starts(text)
        if not wanted or len(samples) > 30 * RATE_HZ:
            return ()
        tokens = self._tokenizer.encode(text)
        mel = self._features(pad_to_window(samples), padding=0)[np.newaxis]
        (found,) = self._model.align(
            ctranslate2.StorageView.from_array(np.ascontiguousarray(mel, dtype=np.float32)),
            self._tokenizer.sot_sequence,
            [tokens],
            num_frames=len(samples) * 100 // RATE_HZ,
            median_filter_width=7,
        )
        first_frame: dict[int, int] = {}
        for token, frame in found.alignments:
            first_frame.setdefault(token, frame)
        borders: list[int] = []
        for character in wanted:
            # The token in which the character begins: tokens hold several characters, or part of one.
            token = next(n for n in range(len(tokens)) if _length(self._tokenizer.decode(tokens[: n + 1])) > character)
            whole = _length(self._tokenizer.decode(tokens[:token])) == character
            if whole and token in first_frame:
                borders.append(int(first_frame[token] * _FRAME_S * RATE_HZ))
        return tuple(borders)


def _length(decoded: str) -> int:
    return len(decoded.rstrip("\ufffd").lstrip())
