"""Pauses by sound, for the head that reads how Japanese turns end: many, cheap, and without any recognition.

    python -m bench.turn_sounds --model DIR --smart-turn FILE --out sounds.npz

Each sentence of the training split is heard three times by the ear of a call: with hesitations at borders of bunsetsu,
with others, and as it was recorded, with its own silence behind it (an end put together must not be known by its
seam). Of most pauses there is a second copy over another line, by a changed voice: only one person speaks in that
split, and the head must not learn the person.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from bench.bunsetsu import Aligner
from bench.ears_audio import over_telephone, read_clip
from bench.turn_hearing import END, NOTICE_MS, PRE_ROLL, pause_kind, silences
from bench.turn_sets import (
    LEAD_MS,
    TURNS_OF_A_CALL,
    PauseLengths,
    Recording,
    SpokenTurn,
    TurnMaker,
    hesitating,
)
from bench.turns import TurnsPlan
from voice.audio.pcm import RATE_HZ, Samples
from voice.turn.expectation import Expectation
from voice.turn.smart_turn import WINDOW_S, SmartTurn
from voice.vad import SileroModel

_SPEED: Final = 0.16
"""The greatest change of speed and pitch, as a logarithm."""
_SILENCE_MS: Final = (64.0, 160.0)
_SNR_DB: Final = (15.0, 35.0)
_GAIN_DB: Final = (-12.0, 6.0)
_TILT_DB: Final = 4.0
_RIPPLE_DB: Final = 2.0
_CHANGED: Final = 0.6
_AFTER: Final = int(_SILENCE_MS[1] * RATE_HZ / 1000)


@dataclass(frozen=True)
class PauseSound:
    """The sound up to a pause and `_AFTER` samples into it, as it came over the line."""

    samples: Samples
    kind: str
    clip: str

    def as_heard(self) -> Samples:
        """What a call gives to the model."""
        return self.samples[: len(self.samples) - _AFTER + int(NOTICE_MS * RATE_HZ / 1000)]

    def elsewhere(self, random: np.random.Generator) -> Samples:
        """The same by another voice, at another level, over another line."""
        silence = int(random.uniform(*_SILENCE_MS) * RATE_HZ / 1000)
        wave = self.samples[: len(self.samples) - _AFTER + silence].astype(np.float64)
        speed = float(np.exp(random.uniform(-_SPEED, _SPEED)))
        wave = np.interp(np.arange(int(len(wave) / speed)) * speed, np.arange(len(wave)), wave)
        if random.random() < _CHANGED:
            wave = _through_another_line(wave, random)
        if random.random() < _CHANGED:
            noise = random.normal(0.0, 1.0, len(wave))
            if random.random() < 0.5:
                noise = np.convolve(noise, np.ones(6) / 6, "same")
            power = float(np.mean(np.square(wave)) / np.mean(np.square(noise)))
            wave = wave + noise * np.sqrt(power * 10 ** (-random.uniform(*_SNR_DB) / 10))
        wave = np.clip(wave * 10 ** (random.uniform(*_GAIN_DB) / 20), -1.0, 1.0)
        return over_telephone(wave.astype(np.float32))


def _through_another_line(wave: NDArray[np.float64], random: np.random.Generator) -> NDArray[np.float64]:
    """A tilted and rippled spectrum."""
    spectrum = np.fft.rfft(wave)
    at = np.linspace(0.0, 1.0, len(spectrum))
    ripple = np.sin(at * np.pi * 4 + random.uniform(0.0, 6.0))
    gain_db = random.normal(0.0, _TILT_DB) * (at - 0.25) + random.normal(0.0, _RIPPLE_DB) * ripple
    changed: NDArray[np.float64] = np.fft.irfft(spectrum * 10 ** (gain_db / 20), len(wave))
    return changed


@dataclass(frozen=True)
class SoundMaker:
    """Finds the pauses of recordings as a call's ear does."""

    maker: TurnMaker
    activity: SileroModel

    def of(self, recordings: Sequence[Recording]) -> Iterator[PauseSound]:
        """All pauses of these recordings; a second time only the hesitations, which then lie elsewhere."""
        for number, recording in enumerate(recordings):
            sentence = self.maker.sentence(recording)
            lengths = PauseLengths(f"{recording.speaker}-{number // TURNS_OF_A_CALL}")
            yield from self._pauses(hesitating(sentence, "", lengths), sentence.name)
            others = hesitating(replace(sentence, name=f"{sentence.name}#"), "", lengths)
            yield from (p for p in self._pauses(others, sentence.name) if p.kind not in (END, "natural"))
            yield from (p for p in self._pauses(_as_recorded(recording), sentence.name) if p.kind == END)

    def _pauses(self, turn: SpokenTurn, clip: str) -> Iterator[PauseSound]:
        started, found = silences(self.activity, turn.samples)
        for quiet, loud in found:
            kind = pause_kind(turn, quiet, loud)
            first = max(started - PRE_ROLL, quiet - WINDOW_S * RATE_HZ, 0)
            if quiet + _AFTER <= len(turn.samples):
                yield PauseSound(turn.samples[first : quiet + _AFTER], kind, clip)
            if kind == END:
                return


def _as_recorded(recording: Recording) -> SpokenTurn:
    lead = np.random.default_rng(1).normal(0.0, 1e-4, LEAD_MS * RATE_HZ // 1000).astype(np.float32)
    samples = over_telephone(np.concatenate([lead, read_clip(recording.path)]))
    # Where the speech ends is not asked: the last silence is the end.
    return SpokenTurn(recording.path.stem, "", samples, len(samples) + RATE_HZ, (), Expectation.FREE)


def main(arguments: Sequence[str] | None = None) -> None:
    """Hear the training split by sound and write the embeddings, for `voice.turn.train_sound_head`."""
    parser = argparse.ArgumentParser(prog="python -m bench.turn_sounds", description="学習用に間の音を記録します")
    parser.add_argument("--model", type=Path, required=True, help="認識モデルのフォルダ")
    parser.add_argument("--smart-turn", type=Path, required=True, help="Smart Turn のファイル")
    parser.add_argument("--data", type=Path, default=None, help="録音のフォルダ")
    parser.add_argument("--clips", type=int, default=699, help="使う録音の数")
    parser.add_argument("--out", type=Path, required=True, help="記録の保存先 (.npz)")
    options = parser.parse_args(arguments)
    plan = TurnsPlan.default(options.model, options.smart_turn, options.data, options.clips, split="train")
    activity, model = SileroModel(), SmartTurn(options.smart_turn)
    pauses = list(SoundMaker(TurnMaker(Aligner(options.model), activity), activity).of(plan.recordings))
    rows: list[NDArray[np.float32]] = []
    for pause in track(pauses, description="音を読み取っています", transient=True):
        random = np.random.default_rng(zlib.crc32(f"{pause.clip}{len(rows)}".encode()))
        rows += [model.read(pause.as_heard()).embedding, model.read(pause.elsewhere(random)).embedding]
    np.savez_compressed(
        options.out,
        embeddings=np.stack(rows).astype(np.float16),
        kinds=np.repeat([pause.kind for pause in pauses], 2),
        clips=np.repeat([pause.clip for pause in pauses], 2),
    )
    Console(highlight=False).print(f"{options.out} に保存しました（間 {len(rows)} 件）")


if __name__ == "__main__":
    main()
