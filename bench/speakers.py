"""How often the change of voice on the caller's channel is flagged, and how often it should have been.

Calls of six to nine Common Voice sentences of the development split, on an 8 kHz mu-law line with noise (18 to 35 dB),
half of them handed to the other speaker in mid-call, go as recordings through the whole analysis. Of the two
speakers one is female and one male; so calls between that man and the man of the training split are measured apart:
of him the rule has seen other sentences.

`python -m bench.speakers [calls of each kind] [JSON file]`, after `make speakers`.
"""

from __future__ import annotations

import asyncio
import csv
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from bench.ears import read_clip
from bench.report import Report
from voice.audio import g711
from voice.audio.pcm import RATE_HZ as WIDE_HZ
from voice.audio.pcm import Samples
from voice.audio.resample import resample
from voice.audio.wav import write_wav
from voice.models.store import ModelStore, default_cache_dir
from voice.speakers.child import SpeakerAnalyst
from voice.speakers.features import RATE_HZ

_PAUSE_S: Final = 1.0
_NEAR_S: Final = 2.0


@dataclass(frozen=True)
class Call:
    """A recording; `change_s` is when the second speaker begins, None with one speaker."""

    samples: Samples
    change_s: float | None


class CallMaker:
    """Puts calls together from the sentences of a few speakers (`female`, `male`: dev; `train`: the other man)."""

    def __init__(self, folder: Path, seed: int = 11) -> None:
        self._random = np.random.default_rng(seed)
        with (folder / "manifest.tsv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, delimiter="\t"))
        self._clips: dict[str, list[Path]] = {}
        for row in rows:
            name = "train" if row["split"] == "train" else row["gender"]
            self._clips.setdefault(name, []).append(folder / row["clip"])

    def call(self, first: str, second: str) -> Call:
        """A call of `first`, taken over by `second` at a pause; one speaker throughout when they are the same."""
        random = self._random
        sentences = int(random.integers(6, 10))
        handed_over = int(random.integers(2, sentences - 2))
        mine = random.permutation(len(self._clips[first]))
        theirs = mine[handed_over:] if first == second else random.permutation(len(self._clips[second]))
        paths = [self._clips[first][at] for at in mine[:handed_over]]
        paths += [self._clips[second][at] for at in theirs[: sentences - handed_over]]
        level, snr = float(random.uniform(-30, -16)), float(random.uniform(18, 35))
        parts: list[Samples] = []
        change_s = None
        for number, path in enumerate(paths):
            parts.append(np.zeros(round(_PAUSE_S * RATE_HZ), dtype=np.float32))
            if number == handed_over and first != second:
                change_s = sum(map(len, parts)) / RATE_HZ
            speech = resample(read_clip(path), WIDE_HZ, RATE_HZ)
            gain = 10 ** ((level + float(random.uniform(-3, 3))) / 20) / (float(np.sqrt(np.mean(speech**2))) + 1e-9)
            parts.append(speech * np.float32(gain))
        clean = np.concatenate(parts)
        noise = random.standard_normal(len(clean)).astype(np.float32) * np.float32(10 ** ((level - snr) / 20))
        return Call(g711.mulaw_decode(g711.mulaw_encode(np.clip(clean + noise, -1, 1))), change_s)


async def measure(each: int) -> Report:
    """Analyse `each` calls of each kind in one child."""
    cache = default_cache_dir()
    folder = Path(os.environ.get("UKETSUKE_DATA", "../shared/data")) / "speech_common_voice_ja"
    maker = CallMaker(folder)
    kinds = {
        "same": [maker.call(name, name) for name in ("female", "male") for _ in range(each // 2)],
        "other": [maker.call(*pair) for pair in (("female", "male"), ("male", "female")) for _ in range(each // 2)],
        "male_to_male": [
            maker.call(*pair) for pair in (("male", "train"), ("train", "male")) for _ in range(each // 2)
        ],
    }
    analyst = SpeakerAnalyst.of(cache, ModelStore(cache).locate_file("pyannote-segmentation"))
    figures: dict[str, float] = {}
    seconds = 0.0
    with tempfile.TemporaryDirectory(prefix="uketsuke-speakers-") as scratch:
        paths: list[Path] = []
        calls = [call for group in kinds.values() for call in group]
        for number, call in enumerate(calls):
            path = Path(scratch) / f"{number}.wav"
            write_wav(path, np.stack([call.samples, np.zeros_like(call.samples)]), RATE_HZ)
            paths.append(path)
            seconds += len(call.samples) / RATE_HZ
        began = time.monotonic()
        reports = iter(await analyst.analyse_all(paths))
        took = time.monotonic() - began
    for kind, group in kinds.items():
        changes = [next(reports)["voice_change"] for _ in group]
        _count(kind, group, changes, figures)
    figures["seconds_per_recorded_minute"] = round(60 * took / seconds, 2)
    notes = ["Common Voice 日本語 dev（女性 1 人、男性 1 人）、8 kHz mu-law。male_to_male だけは train の男性を含む。"]
    return Report("speakers", figures, notes)


def _count(kind: str, group: list[Call], changes: list[dict[str, Any] | None], figures: dict[str, float]) -> None:
    flagged = [(call, change) for call, change in zip(group, changes, strict=True) if change is not None]
    figures[f"{kind}_calls"] = len(group)
    if kind == "same":
        figures["false_alarm_rate"] = round(len(flagged) / max(1, len(group)), 3)
        return
    near = [call for call, change in flagged if abs(change["at_s"] - (call.change_s or 0.0)) <= _NEAR_S]
    figures[f"{kind}_missed_rate"] = round(1 - len(flagged) / max(1, len(group)), 3)
    figures[f"{kind}_within_2s_rate"] = round(len(near) / max(1, len(flagged)), 3)


if __name__ == "__main__":
    report = asyncio.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
    report.print()
    if len(sys.argv) > 2:
        report.write_json(Path(sys.argv[2]))
