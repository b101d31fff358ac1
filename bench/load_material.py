"""What the callers of `bench load` say: human sentences and synthetic questions, cut so that their end is certain."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bench.callers import VOICES, CallerVoice
from bench.ears_audio import read_clip
from dialogue.faq.files import read_entries
from dialogue.turns import Act
from samples.render import CALLER_DBFS
from samples.scripts import CallScript, SayKind
from voice.audio.level import normalize_to
from voice.audio.pcm import RATE_HZ, Samples
from voice.audio.resample import resample
from voice.audio.wav import write_wav
from voice.vad import SileroModel, VoiceActivity

COMMON_VOICE: Final = "speech_common_voice_ja"
LINE_HZ: Final = 8_000
HUMAN: Final = "human"
SYNTHETIC: Final = "synthetic"
SHORT_ANSWER: Final = 75
"""Characters of an answer that is short enough to be heard out."""
SPEECH: Final = 0.5
BEFORE_S: Final = 0.2
AFTER_S: Final = 0.15
FADE_S: Final = 0.02
LOST_S: Final = 1.0
"""Sound that goes on for so long after the last speech that was detected is speech that was missed."""
LONGEST_S: Final = 8.0
AUDIBLE: Final = 10 ** (-45 / 20)


class LoadDataError(Exception):
    """The recordings are not there; the message says what to do, in Japanese."""


@dataclass(frozen=True)
class Saying:
    """One turn of a caller as a file: 8 kHz mono at a caller's level. `kind` is `HUMAN` or `SYNTHETIC`."""

    kind: str
    name: str
    path: Path


@dataclass(frozen=True)
class Question:
    """A question of the sample scripts and the entry that answers it."""

    name: str
    text: str


def development_clips(data: Path | None = None) -> list[Path]:
    """Common Voice's development split, on which nothing of the agent was tuned.

    `data` is the folder above the set's; without it, `UKETSUKE_DATA` or `../shared/data`. Raises
    `LoadDataError` when the recordings are not there.
    """
    folder = (data or Path(os.environ.get("UKETSUKE_DATA", "../shared/data"))) / COMMON_VOICE
    manifest = folder / "manifest.tsv"
    if not manifest.is_file():
        raise LoadDataError(
            f"音声データが見つかりません: {manifest} がありません。Common Voice 日本語の録音と manifest.tsv を置いた"
            f"フォルダ {COMMON_VOICE} の一つ上を、--data か環境変数 UKETSUKE_DATA で指定してください。"
        )
    with manifest.open(encoding="utf-8", newline="") as file:
        return [folder / row["clip"] for row in csv.DictReader(file, delimiter="\t") if row["split"] == "dev"]


def human_sayings(clips: Sequence[Path], folder: Path) -> list[Saying]:
    """Recordings as telephone turns, written into `folder`; those whose end is uncertain are left out."""
    model = SileroModel()
    sayings = []
    for clip in clips:
        spoken = cut_to_speech(read_clip(clip), model)
        if spoken is None or len(spoken) > LONGEST_S * RATE_HZ:
            continue
        path = folder / f"{clip.stem}.wav"
        write_wav(path, normalize_to(resample(spoken, RATE_HZ, LINE_HZ), dbfs=CALLER_DBFS, rate_hz=LINE_HZ), LINE_HZ)
        sayings.append(Saying(HUMAN, clip.stem, path))
    return sayings


def synthetic_sayings(questions: Sequence[Question], voices: Sequence[CallerVoice], folder: Path) -> list[Saying]:
    """The questions, each in one of the voices in turn, written into `folder`."""
    sayings = []
    for number, question in enumerate(questions):
        voice = voices[number % len(voices)]
        path = folder / f"{voice.name}-{question.name}.wav"
        write_wav(path, voice.say(question.text), LINE_HZ)
        sayings.append(Saying(SYNTHETIC, path.stem, path))
    return sayings


def short_questions(scripts: Sequence[CallScript], faq: Path) -> list[Question]:
    """Questions of `scripts` that are to be answered, and whose every possible answer is short."""
    lengths = {entry.id: len(entry.spoken) for entry in read_entries(faq)}
    return [
        Question(f"{script.id}-{number}", step.say)
        for script in scripts
        for number, step in enumerate(script.steps)
        if step.say is not None
        and step.kind is SayKind.QUESTION
        and step.during_agent is None
        and step.noise_snr_db is None
        and step.expect is not None
        and step.expect.acts == (Act.ANSWER,)
        and all(lengths[entry] <= SHORT_ANSWER for entry in step.expect.entries)
    ]


def caller_voices(cache: Path) -> tuple[CallerVoice, ...]:
    """The synthetic callers' voices."""
    return tuple(CallerVoice(name, cache) for name in VOICES)


def cut_to_speech(samples: Samples, model: SileroModel) -> Samples | None:
    """16 kHz samples from just before the first speech to just after the last, faded at both edges.

    A recording often ends with the click of its stop button: as the last sound of a turn it would make every agent
    look half a second faster. None without speech, or when much sound follows that was not taken for speech.
    """
    frames = [frame for frame in VoiceActivity(model).push(samples) if frame.probability >= SPEECH]
    if not frames:
        return None
    loud = np.flatnonzero(np.abs(samples) > AUDIBLE)
    if len(loud) and loud[-1] - frames[-1].end_sample > LOST_S * RATE_HZ:
        return None
    begin = max(0, frames[0].start_sample - round(BEFORE_S * RATE_HZ))
    end = min(len(samples), frames[-1].end_sample + round(AFTER_S * RATE_HZ))
    cut = samples[begin:end].copy()
    ramp = np.linspace(0.0, 1.0, round(FADE_S * RATE_HZ), dtype=np.float32)
    cut[: len(ramp)] *= ramp
    cut[-len(ramp) :] *= ramp[::-1]
    return cut
