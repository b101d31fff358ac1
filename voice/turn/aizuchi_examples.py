"""Training examples of the aizuchi classifier: rendered phrases, and human speech where it is at hand."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

import av
import jaconv
import numpy as np
import pyopenjtalk
from numpy.typing import NDArray

from voice.audio.pcm import RATE_HZ, Samples
from voice.turn.aizuchi_audio import Line, on_the_line, render_corpus, speak
from voice.turn.aizuchi_corpus import invent_word
from voice.turn.aizuchi_model import LEAD_MS, Array, find_onset, log_mel

LONGEST_MS: Final = 620
PHONEMES: Final = 5
"""How many of the first phonemes the network is also asked for while it learns."""
_SOUNDS: Final = (
    "-",
    *"aiueoN",
    "cl",
    *"bdfghjkmnprstvwyz",
    "by",
    "ch",
    "dy",
    "gw",
    "gy",
    "hy",
    "kw",
    "ky",
    "my",
    "ny",
    "py",
    "ry",
    "sh",
    "ts",
    "ty",
)
SOUND_COUNT: Final = len(_SOUNDS)
_LIKE_AIZUCHI: Final = re.compile(
    "ハイ|エエ|エー|エイ|ウン|ソー|ソウ|ナル|ヘー|ヘエ|ヘイ|ホー|ホウ|ハア|ハー|アア|アー|フーン|フン"
)
_LEAD_IN_MS: Final = 600
_INVENTED_HALF_TONES: Final = (-8.0, -6.5, -3.5, -2.0, 0.0, 1.5, 3.0)


@dataclass(frozen=True)
class Example:
    """One opening as it comes over a line.

    `mel` has shape (frames, bands) from `LEAD_MS` before the onset that was found. `aizuchi` says what it is;
    `like_aizuchi` that human speech only begins like one (配達, 運転): an aizuchi as far as a short ear can tell.
    """

    mel: Array
    phonemes: tuple[int, ...]
    phrase: str
    source: str
    aizuchi: bool
    like_aizuchi: bool = False
    held_out_voice: bool = False
    held_out_phrase: bool = False

    @property
    def human(self) -> bool:
        """Whether a person said it."""
        return self.source.startswith("human")


def rendered(cache: Path, copies: int, seed: int) -> Iterator[Example]:
    """The written corpus in all voices, each clip over `copies` random lines."""
    random = np.random.default_rng(seed)
    for clip in render_corpus(cache):
        sounds = phonemes(clip.phrase)
        for mel in _over_lines(clip.samples, copies, random):
            yield Example(
                mel,
                sounds,
                clip.phrase,
                clip.voice,
                clip.aizuchi,
                held_out_voice=clip.held_out_voice,
                held_out_phrase=clip.held_out_phrase,
            )


def invented(count: int, seed: int) -> Iterator[Example]:
    """Openings of `count` invented words, by Open JTalk at any pitch but the held-out one."""
    words = Random(seed)
    random = np.random.default_rng(seed)
    for _ in range(count):
        word = invent_word(words)
        voice = f"openjtalk/{words.choice(_INVENTED_HALF_TONES)}"
        speech = speak(voice, word, words.uniform(0.85, 1.3))
        like = _LIKE_AIZUCHI.match(word) is not None
        for mel in _over_lines(speech, 1, random):
            yield Example(mel, phonemes(word), word, "invented", False, like_aizuchi=like)


def human(folder: Path, copies: int, seed: int) -> Iterator[Example]:
    """Openings of the Common Voice sentences (CC0-1.0) of the train split under `folder`; nothing without them.

    Only what may be shipped with the weights teaches; the dev speakers are for measuring.
    """
    random = np.random.default_rng(seed)
    sentences = folder / "speech_common_voice_ja"
    if not (sentences / "manifest.tsv").is_file():
        return
    with (sentences / "manifest.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["split"] == "train":
                yield from _spoken(_decode(sentences / row["clip"]), row["sentence"], "human-train", copies, random)


def common_voice_dev(folder: Path) -> Iterator[tuple[Samples, str]]:
    """Openings (1.5 s) of the held-out speakers that do not begin like an aizuchi, with their sentences."""
    sentences = folder / "speech_common_voice_ja"
    with (sentences / "manifest.tsv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            if row["split"] == "dev" and not _LIKE_AIZUCHI.match(_kana(row["sentence"])):
                yield from_first_sound(_decode(sentences / row["clip"]))[: RATE_HZ * 3 // 2], row["sentence"]


def phonemes(text: str) -> tuple[int, ...]:
    """The first phonemes of `text` as numbers, padded with 0."""
    sounds = [s.lower() if s in "AIUEO" else s for s in str(pyopenjtalk.g2p(text)).split() if s not in ("pau", "sil")]
    numbers = [_SOUNDS.index(s) if s in _SOUNDS else 0 for s in sounds[:PHONEMES]]
    return tuple(numbers + [0] * (PHONEMES - len(numbers)))


def _spoken(audio: Samples, text: str, source: str, copies: int, random: np.random.Generator) -> Iterator[Example]:
    like = _LIKE_AIZUCHI.match(_kana(text)) is not None
    for mel in _over_lines(audio, copies * (3 if like else 1), random):
        yield Example(mel, phonemes(text), text, source, False, like_aizuchi=like)


def _over_lines(speech: Samples, copies: int, random: np.random.Generator) -> Iterator[Array]:
    speech = from_first_sound(speech)[: RATE_HZ * 3 // 2]
    frames = (LONGEST_MS * RATE_HZ // 1000 - 400) // 160 + 1
    for _ in range(copies):
        heard = on_the_line(speech, Line.draw(random), random, _LEAD_IN_MS)
        noticed = int((_LEAD_IN_MS + random.uniform(40, 130)) * RATE_HZ / 1000)
        onset = find_onset(heard[:noticed], noticed)
        window = heard[max(0, onset - LEAD_MS * RATE_HZ // 1000) :]
        yield log_mel(window[: LONGEST_MS * RATE_HZ // 1000])[:frames]


def from_first_sound(speech: Samples) -> Samples:
    """Without what is 30 dB under the loudest at either end, so that the onset is known."""
    level: NDArray[np.float64] = np.sqrt(np.convolve(np.square(speech), np.ones(160) / 160, "same"))
    loud = np.flatnonzero(level > level.max() * 10 ** (-30 / 20))
    return speech[loud[0] : loud[-1] + 1]


def _kana(text: str) -> str:
    return str(jaconv.hira2kata(str(pyopenjtalk.g2p(text, kana=True))))


def _decode(path: Path) -> Samples:
    resampler = av.AudioResampler("flt", "mono", RATE_HZ)
    blocks = []
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            blocks += [part.to_ndarray()[0] for part in resampler.resample(frame)]
    blocks += [part.to_ndarray()[0] for part in resampler.resample(None)]
    return np.concatenate(blocks).astype(np.float32)
