"""What `uketsuke bench turns` tells of speech over the agent: aizuchi, interruption, noise, or the agent's own echo.

Each sound (`bench.overlap_material`) is fed in frames of 20 ms, in real time and a few at once, to a real `Ear` with
the voice activity, gate, judge and recogniser that calls have, while the agent speaks. It is judged by sound first and
by words when they come. Times run on the audio's clock from the sound's true onset to the verdict.
"""

from __future__ import annotations

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bench.overlap_material import Kind, Overlap, aizuchi, double_talk, echoes, interruptions, noises, scripted
from bench.report import Report
from uketsuke.ears import FAINT_OVERLAP, QUICK_GATE
from voice.audio.pcm import FRAME_SAMPLES, RATE_HZ, Samples
from voice.ear import Ear, EarParts
from voice.ear_events import AizuchiPassed, BargeIn, EarEvent, SpeechStarted
from voice.hearing import Hearing
from voice.pool import InferencePool
from voice.recognition.desk import RecognitionDesk
from voice.recognition.recognizer import Recognizer
from voice.recognition.whisper import WhisperRecognizer
from voice.turn.aizuchi_model import SmallAizuchiModel
from voice.turn.endpointing import Endpointer
from voice.turn.heard_text import HeardTextReader
from voice.turn.overlap import OverlapJudge
from voice.turn.smart_turn import TurnEndSound
from voice.vad import SileroModel, SpeechGate, VoiceActivity

_NEEDED: Final = ("speech_common_voice_ja/manifest.tsv", "noise_ir/impulse_response_0.wav")
_AT_ONCE: Final = 8
_EARLY_MS: Final = 60.0
"""A verdict on what began so much before the true onset is on something else."""


class OverlapsDataError(Exception):
    """The recordings are not there; the message says what to do, in Japanese."""


@dataclass(frozen=True)
class OverlapsPlan:
    """How much to play. `data` is the folder with the sets, `model_dir` the recogniser's weights."""

    model_dir: Path
    data: Path
    interruptions: int = 120
    echo_calls: int = 24
    double_talk: int = 40
    seed: int = 17

    @classmethod
    def default(cls, model_dir: Path, data: Path | None = None, interruptions: int = 120) -> OverlapsPlan:
        """Everything there is in `data` (or `UKETSUKE_DATA`, or `../shared/data`). Raises `OverlapsDataError`."""
        root = data or Path(os.environ.get("UKETSUKE_DATA", "../shared/data"))
        for name in _NEEDED:
            if not (root / name).is_file():
                raise OverlapsDataError(
                    f"音声データが見つかりません: {root / name} がありません。データのフォルダーを --data か"
                    "環境変数 UKETSUKE_DATA で指定してください。"
                )
        return cls(model_dir, root, interruptions)


@dataclass(frozen=True)
class Judged:
    """What the ear made of one sound. `after_ms` from the true onset to the verdict; None without a verdict."""

    kind: Kind
    verdict: str
    after_ms: float | None = None
    barge_ins: int = 0

    @property
    def stopped(self) -> bool:
        """Whether the agent fell silent for it."""
        return self.verdict == "interruption"


class _NoTurnEnd:
    """Nothing here lasts until a turn's end."""

    def read(self, samples: Samples) -> TurnEndSound:
        """Never over."""
        return TurnEndSound(0.0, -5.0, np.zeros(0, dtype=np.float32))


class OverlapListener:
    """Plays sounds to fresh ears. `close` gives its threads back."""

    def __init__(self, recognizer: Recognizer) -> None:
        self._silero = SileroModel()
        self._classifier = SmallAizuchiModel.load()
        self._pool = InferencePool(2)
        self._desk = RecognitionDesk(recognizer, self._pool)
        self._reader = HeardTextReader()

    def close(self) -> None:
        """End the worker."""
        self._pool.close()

    async def listen(self, overlap: Overlap) -> Judged:
        """Feed the sound to an ear while the agent speaks, and tell the verdict on what began at its onset."""
        events: list[EarEvent] = []
        ear = Ear(self._parts(), events.append)
        ear.judge_overlap(True)
        quiet = np.zeros(RATE_HZ, dtype=np.float32)
        sound = np.concatenate([overlap.samples, quiet])
        loop = asyncio.get_running_loop()
        began = loop.time()
        for begin in range(0, len(sound), FRAME_SAMPLES):
            await asyncio.sleep(max(0.0, began + begin / RATE_HZ - loop.time()))
            ear.feed(sound[begin : begin + FRAME_SAMPLES])
            if overlap.kind is Kind.ECHO and any(isinstance(event, BargeIn) for event in events[-1:]):
                # The next one of the same call counts as well.
                await ear.close()
                ear = Ear(self._parts(), events.append)
                ear.judge_overlap(True)
            judged = _verdict(overlap, events)
            if overlap.kind is not Kind.ECHO and judged is not None and judged.stopped:
                break
        await ear.close()
        if overlap.kind is Kind.ECHO:
            count = sum(isinstance(event, BargeIn) for event in events)
            started = any(isinstance(event, SpeechStarted) for event in events)
            word = "interruption" if count else "passed" if started else "unheard"
            return Judged(overlap.kind, word, barge_ins=count)
        return _verdict(overlap, events) or Judged(overlap.kind, "unheard")

    def _parts(self) -> EarParts:
        return EarParts(
            activity=VoiceActivity(self._silero),
            gate=SpeechGate(QUICK_GATE),
            hearing=Hearing(self._desk, self._pool, _NoTurnEnd()),
            endpointer=Endpointer(),
            judge=lambda: OverlapJudge(self._classifier, FAINT_OVERLAP),
            reader=self._reader,
        )


def _verdict(overlap: Overlap, events: Sequence[EarEvent]) -> Judged | None:
    passed: Judged | None = None
    for event in events:
        if isinstance(event, BargeIn | AizuchiPassed):
            if event.onset_ms < overlap.onset_ms - _EARLY_MS and event.decided_ms < overlap.onset_ms + _EARLY_MS:
                continue
            word = "interruption" if isinstance(event, BargeIn) else event.verdict
            judged = Judged(overlap.kind, word, event.decided_ms - overlap.onset_ms)
            if judged.stopped:
                return judged
            if overlap.kind is not Kind.DOUBLE_TALK:
                # Its words may still take the turn.
                passed = passed or judged
    return passed


def run_overlaps(plan: OverlapsPlan, say: Callable[[str], None]) -> Report:
    """Make every sound, play it, and count."""
    random = np.random.default_rng(plan.seed)
    kinds = (
        ("人の割り込み", interruptions(plan.data, plan.interruptions, random)),
        ("自作の割り込み", scripted(random)),
        ("相づち", aizuchi(random)),
        ("物音", noises(plan.data, random)),
        ("エコー", echoes(plan.data, plan.echo_calls, random)),
        ("エコーの中の割り込み", double_talk(plan.data, plan.double_talk, random)),
    )
    listener = OverlapListener(WhisperRecognizer(plan.model_dir))
    judged: list[Judged] = []
    try:
        for name, overlaps in kinds:
            say(f"{name}を聞かせています")
            judged += asyncio.run(_all(listener, overlaps))
    finally:
        listener.close()
    return report_of(judged)


async def _all(listener: OverlapListener, overlaps: Iterator[Overlap]) -> list[Judged]:
    places = asyncio.Semaphore(_AT_ONCE)

    async def one(overlap: Overlap) -> Judged:
        async with places:
            return await listener.listen(overlap)

    return list(await asyncio.gather(*map(one, overlaps)))


def report_of(judged: Sequence[Judged]) -> Report:
    """Shares and times of what was judged."""
    of = {kind: [one for one in judged if one.kind is kind] for kind in Kind}
    human, self_made = of[Kind.INTERRUPTION], of[Kind.SCRIPTED]
    times = [one.after_ms for one in human if one.stopped and one.after_ms is not None]
    figures = {
        "aizuchi_passed": _share(of[Kind.AIZUCHI], stopped=False),
        "interruptions_taken": _share(human, stopped=True),
        "interruptions_taken_within_300ms": _within(human, 300.0),
        "scripted_interruptions_taken": _share(self_made, stopped=True),
        "scripted_interruptions_taken_within_300ms": _within(self_made, 300.0),
        "noise_passed": _share(of[Kind.NOISE], stopped=False),
        "echo_interruptions": float(sum(one.barge_ins for one in of[Kind.ECHO])),
        "echo_calls_interrupted": _share(of[Kind.ECHO], stopped=True),
        "double_talk_taken": _share(of[Kind.DOUBLE_TALK], stopped=True),
        "barge_in_stop_p50_ms": _quantile(times, 50),
        "barge_in_stop_p95_ms": _quantile(times, 95),
    }
    words = ("interruption", "aizuchi", "noise", "unheard")
    rows = []
    for kind, found in of.items():
        counted = Counter("aizuchi" if one.verdict == "passed" else one.verdict for one in found)
        rows.append((_NAMES[kind], str(len(found)), *(str(counted[word]) for word in words)))
    notes = [
        "音と言葉による判定。時間は声の始まりから判定まで（音声上の時間）。",
        "人の割り込みは Mozilla Common Voice 日本語（CC0-1.0）dev の文頭 1.5 秒。相づちと自作の割り込みは、学習に使って"
        "いない声による自作の合成音声。物音と部屋の響きは録音。すべて 8 kHz mu-law を通したもの。",
        "エコーは遅れ 50〜400 ms、-6〜-25 dB。一通話に二文、通話の最初の声を含む。",
    ]
    columns = ("実際", "件数", "割り込みと判定", "相づちと判定", "物音と判定", "聞こえず")
    return Report("overlaps", figures, notes=notes, columns=columns, rows=rows)


_NAMES: Final = {
    Kind.AIZUCHI: "相づち",
    Kind.INTERRUPTION: "人の割り込み",
    Kind.SCRIPTED: "自作の割り込み",
    Kind.NOISE: "物音",
    Kind.ECHO: "エコー",
    Kind.DOUBLE_TALK: "エコーの中の割り込み",
}


def _share(found: Sequence[Judged], *, stopped: bool) -> float:
    return round(sum(one.stopped is stopped for one in found) / max(len(found), 1), 4)


def _within(found: Sequence[Judged], limit_ms: float) -> float:
    taken = [one for one in found if one.stopped and one.after_ms is not None and one.after_ms <= limit_ms]
    return round(len(taken) / max(len(found), 1), 4)


def _quantile(times: Sequence[float], percent: float) -> float:
    return round(float(np.percentile(times, percent)), 1) if times else 0.0
