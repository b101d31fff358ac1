"""Plays held-out speech to the real judge, with the real voice activity, over a simulated telephone line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from voice.audio.pcm import FRAME_SAMPLES, RATE_HZ, Samples
from voice.turn.aizuchi_audio import Line, on_the_line, render_corpus
from voice.turn.aizuchi_examples import common_voice_dev, from_first_sound
from voice.turn.aizuchi_model import AizuchiClassifier
from voice.turn.overlap import OverlapJudge, Verdict
from voice.vad import SileroModel, VoiceActivity

_LEAD_MS = 600


@dataclass(frozen=True)
class Outcome:
    """What the judge made of one clip; `after_ms` counts from the first sound."""

    phrase: str
    aizuchi: bool
    verdict: Verdict
    after_ms: float

    @property
    def stopped(self) -> bool:
        """Whether the agent would have fallen silent."""
        return self.verdict is Verdict.INTERRUPTION


def try_out(
    classifier: AizuchiClassifier, cache: Path, human_folder: Path | None, seed: int = 11
) -> Iterator[tuple[str, list[Outcome]]]:
    """The outcomes by group: unheard phrases, unheard voices, both, and human openings. Each on one random line."""
    random = np.random.default_rng(seed)
    silero = SileroModel()
    groups: dict[str, list[Outcome]] = {"未学習の言い回し": [], "未学習の声": [], "声も言い回しも未学習": []}
    for clip in render_corpus(cache):
        if not (clip.held_out_phrase or clip.held_out_voice):
            continue
        names = list(groups)
        name = names[2 if clip.held_out_phrase and clip.held_out_voice else int(clip.held_out_voice)]
        heard = on_the_line(from_first_sound(clip.samples), Line.draw(random), random, _LEAD_MS)
        groups[name].append(play(clip.phrase, clip.aizuchi, heard, classifier, silero))
    if human_folder is not None:
        groups["人の声（Common Voice dev）"] = [
            play(text, False, on_the_line(speech, Line.draw(random), random, _LEAD_MS), classifier, silero)
            for speech, text in common_voice_dev(human_folder)
        ]
    yield from groups.items()


def play(
    phrase: str,
    aizuchi: bool,
    heard: Samples,
    classifier: AizuchiClassifier,
    silero: SileroModel,
    lead_ms: int = _LEAD_MS,
) -> Outcome:
    """Push `heard`, whose speech begins at `lead_ms`, frame by frame until there is a verdict."""
    judge = OverlapJudge(classifier)
    activity = VoiceActivity(silero)
    probability = 0.0
    heard = np.concatenate([heard, np.zeros(RATE_HZ // 2, dtype=np.float32)])
    at = 0
    for at in range(0, len(heard) - FRAME_SAMPLES, FRAME_SAMPLES):
        frame = heard[at : at + FRAME_SAMPLES]
        for window in activity.push(frame):
            probability = window.probability
        if judge.push(frame, probability) is not Verdict.UNDECIDED:
            break
    return Outcome(phrase, aizuchi, judge.verdict, (at + FRAME_SAMPLES) * 1000 / RATE_HZ - lead_ms)
