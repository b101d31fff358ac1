"""Makes the weights of the aizuchi classifier, and measures them on voices and phrases it has never heard.

    python -m voice.turn.train_aizuchi --out voice/turn/data/aizuchi.npz [--cache DIR] [--human DIR]

Rendering the corpus takes about half an hour of two cores the first time (`--cache` keeps it), training some minutes.
`--human` is a folder with `speech_common_voice_ja`; without it only synthetic voices teach.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from voice.turn.aizuchi_examples import SOUND_COUNT, Example, human, invented, rendered
from voice.turn.aizuchi_fit import Lessons, Pace, fit, probabilities
from voice.turn.aizuchi_model import WEIGHTS_PATH, Array, Network, SmallAizuchiModel, frame_count, relative
from voice.turn.aizuchi_trial import Outcome, try_out

CHECKPOINTS_MS: Final = (200, 240, 270, 330, 400, 500, 600)
_SHORT_EAR_MS: Final = 300
"""Up to here human speech that begins like an aizuchi is one as far as can be heard; beyond, it is left out."""
_STOP_BUDGET: Final = {200: 0.005, 240: 0.008, 270: 0.010, 330: 0.010, 400: 0.010, 500: 0.010, 600: 0.010}
"""Share of the aizuchi of voices kept aside that each checkpoint may take for an interruption."""
_VOICES_ASIDE: Final = frozenset({"jf_nezumi", "openjtalk+3"})


def main(arguments: Sequence[str] | None = None) -> None:
    """Render, train, choose thresholds, save, and print what was measured."""
    parser = argparse.ArgumentParser(
        prog="python -m voice.turn.train_aizuchi", description="相づち判定の重みを作ります"
    )
    parser.add_argument("--out", type=Path, default=WEIGHTS_PATH, help="重みの保存先 (.npz)")
    parser.add_argument("--cache", type=Path, default=Path.home() / ".cache/uketsuke/aizuchi", help="合成音声の置き場")
    parser.add_argument("--human", type=Path, default=None, help="人の声のデータのフォルダー（なくても動きます）")
    parser.add_argument("--copies", type=int, default=3, help="一つの音声から作る回線の数")
    parser.add_argument("--words", type=int, default=13_000, help="作り出す音の並びの数")
    options = parser.parse_args(arguments)
    console = Console()
    examples = list(track(rendered(options.cache, options.copies, seed=1), "合成音声を準備しています"))
    words = invented(options.words, seed=3)
    examples += list(track(words, "音の並びを準備しています", total=options.words))
    if options.human is not None:
        examples += list(track(human(options.human, options.copies, seed=2), "人の声を準備しています"))
    model = train(examples)
    model.save(options.out)
    console.print(f"{options.out} に保存しました（{options.out.stat().st_size / 1000:.0f} kB）")
    for name, outcomes in try_out(SmallAizuchiModel.load(options.out), options.cache, options.human):
        console.print(f"{name}: {_summary(outcomes)}")


def train(examples: Sequence[Example]) -> SmallAizuchiModel:
    """One network a checkpoint. Thresholds come from voices kept aside; then all that may be learnt is."""
    taught = [e for e in examples if not (e.held_out_voice or e.held_out_phrase)]
    aside = np.array([_kept_aside(e) for e in taught])
    networks = {}
    for checkpoint in track(CHECKPOINTS_MS, "学習しています"):
        lessons = _lessons(taught, checkpoint)
        threshold = _threshold(lessons, aside, _STOP_BUDGET[checkpoint])
        networks[checkpoint] = replace(fit(lessons), threshold=threshold)
    return SmallAizuchiModel(networks)


def _kept_aside(example: Example) -> bool:
    """Aizuchi of two voices: how sure to be is learnt from voices that the network has not heard."""
    return example.aizuchi and example.source in _VOICES_ASIDE


def _lessons(examples: Sequence[Example], checkpoint_ms: int) -> Lessons:
    frames = frame_count(checkpoint_ms)
    windows = relative(np.stack([e.mel[:frames] for e in examples]))
    short = checkpoint_ms <= _SHORT_EAR_MS
    aizuchi = np.array([e.aizuchi or (e.like_aizuchi and short) for e in examples], dtype=np.float32)
    weights = np.array([_weight(e, short) for e in examples], dtype=np.float32)
    weights[aizuchi > 0] *= 0.7 * weights[aizuchi == 0].sum() / weights[aizuchi > 0].sum()
    return Lessons(windows, aizuchi, weights, np.array([e.phonemes for e in examples]), SOUND_COUNT)


def _weight(example: Example, short: bool) -> float:
    if example.like_aizuchi:
        return 1.5 if short else 0.0
    return 0.6 if example.human else 1.0


def _threshold(lessons: Lessons, aside: NDArray[np.bool_], budget: float) -> float:
    """The probability under which `budget` of the aizuchi kept aside fall; other phrases teach for this."""
    network = fit(_part(lessons, ~aside), Pace(epochs=14))
    unseen = _part(lessons, aside & (lessons.aizuchi > 0))
    return float(np.quantile(_judged(network, unseen.windows), budget))


def _part(lessons: Lessons, chosen: NDArray[np.bool_]) -> Lessons:
    return Lessons(
        lessons.windows[chosen],
        lessons.aizuchi[chosen],
        lessons.weights[chosen],
        lessons.phonemes[chosen],
        lessons.sounds,
    )


def _judged(network: Network, windows: Array) -> Array:
    return np.concatenate([probabilities(network, windows[i : i + 2_000]) for i in range(0, len(windows), 2_000)])


def _summary(outcomes: Sequence[Outcome]) -> str:
    aizuchi = [o for o in outcomes if o.aizuchi]
    others = [o for o in outcomes if not o.aizuchi]
    parts = []
    if aizuchi:
        wrong = np.mean([o.stopped for o in aizuchi])
        parts.append(f"相づち {len(aizuchi)} 件、誤って止めた {wrong:.1%}")
    if others:
        early = np.mean([o.stopped and o.after_ms <= 300 for o in others])
        taken = [o.after_ms for o in others if o.stopped]
        p50, p95 = np.quantile(taken, [0.5, 0.95]) if taken else (np.nan, np.nan)
        parts.append(
            f"割り込み {len(others)} 件、300 ms 以内 {early:.1%}、最終 {len(taken) / len(others):.1%}、"
            f"判定まで p50 {p50:.0f} ms p95 {p95:.0f} ms"
        )
    return "、".join(parts)


if __name__ == "__main__":
    main()
