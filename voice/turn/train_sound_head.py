"""Fits the head that reads from Smart Turn's embedding how Japanese turns end.

    python -m bench.turn_sounds --model DIR --smart-turn FILE --out sounds.npz
    python -m voice.turn.train_sound_head sounds.npz [--out voice/turn/data/sound_head.npz]

Penalised logistic regression by Newton's method on standardised numbers, so that each has the same Gaussian prior.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from voice.turn.sound_head import HEAD_FILE, SoundHead

_Array = NDArray[np.float64]
FOLDS: Final = 5
_STIFFNESS: Final = 300.0
"""Inverse variance of the prior. Of 30 to 3,000, chosen by leaving out clips; voices left out agree."""
_STEPS: Final = 10
_INNER_WEIGHT: Final = 1.5
"""The speakers' own pauses are rarer than those made at borders of bunsetsu, and surer."""


@dataclass(frozen=True)
class Sounds:
    """Pauses by sound: `embeddings` (n, d), whether each was the end, the clip it is of, and its weight."""

    embeddings: NDArray[np.float32]
    ended: NDArray[np.bool_]
    clips: NDArray[np.str_]
    weights: NDArray[np.float32]

    @classmethod
    def load(cls, path: Path) -> Sounds:
        """Read what `bench.turn_sounds` has written."""
        with np.load(path, allow_pickle=False) as data:
            weights = np.where(data["kinds"] == "natural", _INNER_WEIGHT, 1.0).astype(np.float32)
            return cls(data["embeddings"].astype(np.float32), data["kinds"] == "end", data["clips"], weights)

    def where(self, chosen: NDArray[np.bool_]) -> Sounds:
        """Some of them."""
        return Sounds(self.embeddings[chosen], self.ended[chosen], self.clips[chosen], self.weights[chosen])


@dataclass(frozen=True)
class FoldedHeads:
    """For every clip a head that has not been taught by it."""

    heads: tuple[SoundHead, ...]
    folds: dict[str, int]

    def of(self, clip: str) -> SoundHead:
        """The head for this clip; any will do for a clip that none was taught by."""
        return self.heads[self.folds.get(clip, 0)]


def fit_head(sounds: Sounds, stiffness: float = _STIFFNESS) -> SoundHead:
    """The head by all of these."""
    x: _Array = sounds.embeddings.astype(np.float64)
    middle, spread = x.mean(axis=0), x.std(axis=0) + 1e-6
    x = np.hstack([(x - middle) / spread, np.ones((len(x), 1))])
    y, w = sounds.ended.astype(np.float64), sounds.weights.astype(np.float64)
    stiff = np.full(x.shape[1], stiffness)
    stiff[-1] = 1e-3
    found = np.zeros(x.shape[1])
    for _ in range(_STEPS):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ found, -30, 30)))
        slope = x.T @ (w * (p - y)) + stiff * found
        bend = (x * (w * p * (1 - p))[:, None]).T @ x + np.diag(stiff)
        step = np.linalg.solve(bend, slope)
        found -= step
        if float(np.max(np.abs(step))) < 1e-5:
            break
    weights = found[:-1] / spread
    return SoundHead(weights.astype(np.float32), float(found[-1] - middle @ weights))


def fold_heads(sounds: Sounds, folds: int = FOLDS) -> FoldedHeads:
    """Heads by all but a part of the clips each."""
    clips = sorted(set(sounds.clips.tolist()))
    np.random.default_rng(3).shuffle(clips)
    where = {clip: n % folds for n, clip in enumerate(clips)}
    fold = np.array([where[clip] for clip in sounds.clips.tolist()])
    return FoldedHeads(tuple(fit_head(sounds.where(fold != n)) for n in range(folds)), where)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read, fit, save."""
    parser = argparse.ArgumentParser(
        prog="python -m voice.turn.train_sound_head", description="音から話し終わりを読む重みを作ります"
    )
    parser.add_argument("sounds", type=Path, help="間の音の記録 (.npz)")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "data" / HEAD_FILE, help="重みの保存先")
    options = parser.parse_args(arguments)
    sounds = Sounds.load(options.sounds)
    fit_head(sounds).save(
        options.out,
        {
            "made_by": "python -m voice.turn.train_sound_head",
            "data": "Mozilla Common Voice ja (CC0-1.0), train split, hesitations put in, 8 kHz mu-law, with other "
            "levels, noises, speeds and lines",
            "reads": "Smart Turn v3.2 (BSD-2-Clause): last encoder layer, mean of the last 10 frames; pooled states",
            "pauses": str(len(sounds.ended)),
            "ends": str(int(sounds.ended.sum())),
        },
    )
    Console(highlight=False).print(f"{options.out} に保存しました（間 {len(sounds.ended)} 件）")


if __name__ == "__main__":
    main()
