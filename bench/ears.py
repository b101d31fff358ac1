"""`uketsuke bench ears`: how well, and how fast, human recordings are recognised over a telephone line.

Mozilla Common Voice sentences go through the live path (20 ms frames, 8 kHz, mu-law, back to 16 kHz) and are
recognised with the full window of 30 s and with the short one that calls use; and once more without the telephone.
Character error rates are edits over reference characters, as a share (0.25 is 25 %), after NFKC, lower case, and
without punctuation and spaces; in kana both sides are read by the same front end first, since the choice of kanji
dominates.
"""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import av
import numpy as np
import pyopenjtalk
from rapidfuzz.distance import Levenshtein
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bench.report import Report
from voice.audio import g711
from voice.audio.pcm import FRAME_SAMPLES, RATE_HZ, Samples
from voice.audio.resample import StreamResampler
from voice.recognition.guards import bare
from voice.recognition.recognizer import Recognizer
from voice.recognition.whisper import WhisperRecognizer
from voice.recognition.windows import DEFAULT_WINDOWS_S, LONGEST_S

_SET: Final = "speech_common_voice_ja"


class EarsDataError(Exception):
    """The recordings are not there; the message says what to do, in Japanese."""


@dataclass(frozen=True)
class Clip:
    """One recording and what was read."""

    path: Path
    sentence: str


@dataclass(frozen=True)
class EarsPlan:
    """What to recognise, with which weights."""

    model_dir: Path
    clips: tuple[Clip, ...]

    @classmethod
    def default(cls, model_dir: Path, data: Path | None = None, clips: int = 125) -> EarsPlan:
        """The first `clips` sentences of the development split.

        `data` is the folder of the set or the one above it; without it, `UKETSUKE_DATA` or `../shared/data`. Raises
        `EarsDataError` when the recordings are not there.
        """
        root = data or Path(os.environ.get("UKETSUKE_DATA", "../shared/data"))
        folder = root if (root / "manifest.tsv").is_file() else root / _SET
        return cls(model_dir, tuple(_development_clips(folder)[:clips]))


@dataclass
class _Score:
    """Errors of one way of recognising, added up clip by clip."""

    edits: int = 0
    characters: int = 0
    kana_edits: int = 0
    kana: int = 0
    seconds: list[float] = field(default_factory=list)
    rejected: int = 0

    def add(self, recognizer: Recognizer, samples: Samples, sentence: str) -> None:
        """Recognise one clip and count."""
        heard = recognizer.transcribe(samples)
        self.seconds.append(heard.took_ms / 1000.0)
        self.rejected += heard.rejected is not None
        said, written = bare(sentence), bare(heard.text)
        self.edits += Levenshtein.distance(said, written)
        self.characters += len(said)
        said, written = _kana(said), _kana(written)
        self.kana_edits += Levenshtein.distance(said, written)
        self.kana += len(said)

    @property
    def cer(self) -> float:
        return self.edits / max(1, self.characters)

    @property
    def kana_cer(self) -> float:
        return self.kana_edits / max(1, self.kana)

    @property
    def mean_seconds(self) -> float:
        return sum(self.seconds) / max(1, len(self.seconds))


def run_ears(plan: EarsPlan) -> Report:
    """Recognise every clip in three ways, one at a time, with a progress bar."""
    full = WhisperRecognizer(plan.model_dir, windows_s=(LONGEST_S,))
    short = WhisperRecognizer(plan.model_dir)
    full.warm_up()
    short.warm_up()
    scores = {"full": _Score(), "short": _Score(), "clean": _Score()}
    bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*bar, transient=True) as progress:
        for clip in progress.track(plan.clips, description="認識しています"):
            clean = read_clip(clip.path)
            narrow = over_telephone(clean)
            scores["full"].add(full, narrow, clip.sentence)
            scores["short"].add(short, narrow, clip.sentence)
            scores["clean"].add(short, clean, clip.sentence)
    return _report(plan, short.name, scores)


def over_telephone(samples: Samples) -> Samples:
    """16 kHz samples as they arrive over a mu-law line, through the live path's resamplers in 20 ms frames."""
    down, up = StreamResampler(RATE_HZ, g711.RATE_HZ), StreamResampler(g711.RATE_HZ, RATE_HZ)
    frames = [down.push(samples[at : at + FRAME_SAMPLES]) for at in range(0, len(samples), FRAME_SAMPLES)]
    arrived = [up.push(g711.mulaw_decode(g711.mulaw_encode(frame))) for frame in [*frames, down.flush()]]
    return np.concatenate([*arrived, up.flush()])


def read_clip(path: Path) -> Samples:
    """Decode a compressed recording to 16 kHz mono."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    with av.open(str(path)) as container:
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames]).astype(np.float32)


def _development_clips(folder: Path) -> list[Clip]:
    manifest = folder / "manifest.tsv"
    if not manifest.is_file():
        raise EarsDataError(
            f"音声データが見つかりません: {manifest} がありません。Common Voice 日本語の録音と manifest.tsv を置いた"
            "フォルダを --data か環境変数 UKETSUKE_DATA で指定してください。"
        )
    with manifest.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["split"] == "dev"]
    clips = [Clip(folder / row["clip"], row["sentence"]) for row in rows]
    missing = [clip.path.name for clip in clips if not clip.path.is_file()]
    if not clips or missing:
        raise EarsDataError(
            f"音声データが足りません: {folder} に {missing[0] if missing else 'dev の録音'} がありません。"
            "データを取り直してください。"
        )
    return clips


def _kana(text: str) -> str:
    return bare(str(pyopenjtalk.g2p(text, kana=True))) if text else ""


def _report(plan: EarsPlan, engine: str, scores: dict[str, _Score]) -> Report:
    full, short, clean = scores["full"], scores["short"], scores["clean"]
    figures = {
        "cer_full_window": round(full.cer, 4),
        "cer_short_context": round(short.cer, 4),
        "cer_clean_16k": round(clean.cer, 4),
        "kana_cer_full_window": round(full.kana_cer, 4),
        "kana_cer_short_context": round(short.kana_cer, 4),
        "kana_cer_clean_16k": round(clean.kana_cer, 4),
        "seconds_per_clip_full": round(full.mean_seconds, 4),
        "seconds_per_clip_short": round(short.mean_seconds, 4),
        "seconds_per_clip_short_p95": round(float(np.percentile(short.seconds, 95)), 4),
        "rejected_short_context": short.rejected,
        "clips": len(plan.clips),
    }
    rows: Sequence[Sequence[str]] = [
        (name, f"{score.cer:.1%}", f"{score.kana_cer:.1%}", f"{score.mean_seconds:.3f}", str(score.rejected))
        for name, score in (
            ("8 kHz mu-law、30 秒窓", full),
            ("8 kHz mu-law、短い窓", short),
            ("16 kHz、短い窓", clean),
        )
    ]
    windows = "・".join(f"{w:g}" for w in DEFAULT_WINDOWS_S)
    notes = [
        f"{engine}、貪欲法、ホットワードなし。短い窓は発話が入る最小のもの（{windows} 秒）。1 件ずつ認識した時間。",
        "CER は参照文字数に対する割合（0.25 = 25 %）。NFKC、小文字、句読点と空白を除く。かな CER は読みで比べる。",
        f"Mozilla Common Voice 日本語（CC0-1.0）dev {len(plan.clips)} 文。",
    ]
    columns = ("条件", "CER", "かな CER", "秒/件", "棄却")
    return Report("ears", figures, notes=notes, columns=columns, rows=rows)
