"""`uketsuke bench turns`: how soon, and how rarely too soon, the end of a Japanese caller's turn is found on 8 kHz.

A turn is human speech (Common Voice `dev`, never trained on) over mu-law, with pauses inside it (`bench.turn_sets`).
It is heard with the ear's own voice activity, recogniser and Smart Turn, and the shipped `Endpointer` decides on the
audio clock; eight turns are one call, in which it learns the caller's pauses.

- *False cut-offs*: inner pauses of at least 100 ms in which the turn was ended, of all of them. Pauses between two
  joined sentences are counted apart (after a complete sentence no one can know), and so is everything self-made.
- *Latency*: from the true end of the speaker's sound to the moment when the turn is over *and* its words are there, so
  that an answer can begin: the mean over turns. Recognition begins when the pause is noticed and takes as long as it
  took here for this clip, one at a time.
- *At 5 %*: the cost of a cut-off is swept, everything else stays; the latency is read off where the curve crosses.
  `false_cutoff_pct_at_300ms` is read where the mean latency crosses 300 ms. The silence timer is swept in the same way.
"""

from __future__ import annotations

import argparse
import csv
import os
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from bench.bunsetsu import Aligner
from bench.report import Report
from bench.turn_hearing import HeardTurn, TurnHearer, save
from bench.turn_play import Outcome, Point, SilenceTimer, Timing, cutoff_at, latency_at, play, point
from bench.turn_scripts import MEASURING, TRAINING, TurnScript
from bench.turn_sets import (
    LONGEST_PAUSE_MS,
    PAUSE_MEDIAN_MS,
    PAUSE_SPREAD,
    SHORTEST_PAUSE_MS,
    PauseKind,
    Recording,
    TurnMaker,
    kokoro,
    open_jtalk,
)
from bench.turn_writing import READ_WEIGHT, customers_sentences, save_written
from samples.pauses import spoken_text
from samples.scripts import load_scripts
from voice.recognition.whisper import WhisperRecognizer
from voice.turn.endings import EndingReader
from voice.turn.endpointing import Endpointer, EndpointSettings
from voice.turn.smart_turn import SmartTurn
from voice.turn.train_end_of_turn import area_under_curve, calibration_error
from voice.vad import SileroModel

SAMPLE_CALLS: Final = Path(__file__).parents[1] / "samples/minato/calls"
_DICTATED: Final = re.compile(
    r"(ゼロ|イチ|ニー|サン|ヨン|ゴー|ロク|ナナ|ハチ|キュー|[\d〇一二三四五六七八九][の、ー-]?){3}"
)
_SET: Final = "speech_common_voice_ja"
_COSTS_MS: Final = (60, 120, 200, 300, 450, 650, 900, 1_300, 1_800, 2_500, 3_500, 5_000, 7_500, 12_000, 20_000, 40_000)
_TIMERS_MS: Final = range(200, 2_050, 50)


class TurnsDataError(Exception):
    """The recordings are not there; the message says what to do, in Japanese."""


@dataclass(frozen=True)
class TurnsPlan:
    """What to hear, with which weights, and when recognised words are there."""

    model_dir: Path
    smart_turn: Path
    recordings: tuple[Recording, ...]
    scripts: tuple[TurnScript, ...] = MEASURING
    timing: Timing = Timing()

    @classmethod
    def default(
        cls, model_dir: Path, smart_turn: Path, data: Path | None = None, clips: int = 125, split: str = "dev"
    ) -> TurnsPlan:
        """`clips` sentences of a split, as many of each speaker as there are.

        `data` is the folder of the set or the one above it; without it, `UKETSUKE_DATA` or `../shared/data`. Raises
        `TurnsDataError` when the recordings are not there.
        """
        root = data or Path(os.environ.get("UKETSUKE_DATA", "../shared/data"))
        folder = root if (root / "manifest.tsv").is_file() else root / _SET
        found = _recordings(folder, split)
        step = max(len(found) / max(clips, 1), 1.0)
        chosen = [found[int(n * step)] for n in range(min(clips, len(found)))]
        return cls(model_dir, smart_turn, tuple(chosen), (*MEASURING, *scripts_of_calls(SAMPLE_CALLS)))


def scripts_of_calls(folder: Path) -> tuple[TurnScript, ...]:
    """What the callers of the sample calls say with pauses in it, or with a number of three digits or more."""
    said = [step.say for call in load_scripts(folder) for step in call.steps if step.say is not None]
    scripts = [TurnScript(text, number=_DICTATED.search(spoken_text(text)) is not None) for text in said]
    return tuple(script for script in scripts if script.number or "[" in script.text)


def hear_all(plan: TurnsPlan, say: Callable[[str], None]) -> list[HeardTurn]:
    """Make and hear every turn of the plan, one after the other, with a progress bar."""
    recognizer = WhisperRecognizer(plan.model_dir)
    recognizer.warm_up()
    activity = SileroModel()
    maker = TurnMaker(Aligner(plan.model_dir), activity)
    hearer = TurnHearer(activity, recognizer, SmartTurn(plan.smart_turn))
    say("人の録音に言いよどみを入れています")
    turns = list(maker.of_people(plan.recordings))
    say("自作の台本を合成しています")
    turns += maker.of_scripts(plan.scripts, (open_jtalk(0.0), kokoro("jf_alpha"), open_jtalk(-6.0)))
    bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*bar, transient=True) as progress:
        return [hearer.hear(turn) for turn in progress.track(turns, description="聞き取っています")]


def run_turns(plan: TurnsPlan, say: Callable[[str], None]) -> Report:
    """Hear the turns once, then play the shipped decision, the sweep and the silence timer against them."""
    return report_of(hear_all(plan, say), plan.timing)


def report_of(turns: Sequence[HeardTurn], timing: Timing) -> Report:
    """The figures of turns that have been heard."""
    reader = EndingReader()
    people = [turn for turn in turns if turn.human]
    curve: list[Point] = []
    medians: list[Point] = []
    with_joined: list[Point] = []
    for cost in _COSTS_MS:
        settings = replace(EndpointSettings(), cutoff_ms=float(cost))
        outcomes = play(people, partial(Endpointer, settings, reader), timing)
        curve.append(point(cost, _without_joined(outcomes)))
        half = float(np.median([o.latency_ms for o in outcomes if o.is_end] or [0.0]))
        medians.append(replace(curve[-1], latency_ms=half))
        with_joined.append(point(cost, outcomes))
    timers = [point(wait, _without_joined(play(people, partial(SilenceTimer, wait), timing))) for wait in _TIMERS_MS]
    shipped = play(turns, lambda: Endpointer(reader=reader), timing)
    own = _without_joined([o for o in shipped if o.turn.human])
    waits = sorted(o.latency_ms for o in own if o.is_end)
    figures = {
        "eot_latency_ms_at_5pct": latency_at(curve, 5.0),
        "false_cutoff_pct_at_300ms": cutoff_at(curve, 300.0),
        "eot_latency_p50_ms_at_5pct": latency_at(medians, 5.0),
        "eot_latency_ms_at_5pct_with_joined": latency_at(with_joined, 5.0),
        "timer_latency_ms_at_5pct": latency_at(timers, 5.0),
        "shipped_false_cutoff_pct": point(0, own).cutoff_pct,
        "shipped_latency_ms_mean": point(0, own).latency_ms,
        "shipped_latency_ms_p50": float(np.percentile(waits, 50)) if waits else 0.0,
        "shipped_latency_ms_p95": float(np.percentile(waits, 95)) if waits else 0.0,
        "calibration_error": calibration_error([(o.probability, o.is_end) for o in own]),
        "area_under_curve": area_under_curve([(o.probability, o.is_end) for o in own]),
        "dictated_numbers": len({o.turn.name for o in shipped if o.turn.number}),
        "dictated_numbers_cut": len({o.turn.name for o in shipped if o.turn.number and o.cut}),
        "words_at_ms_p50": float(np.median([timing.words_at_ms(o.pause) for o in own])) if own else 0.0,
        "turns": len(people),
    }
    return Report(
        "turns",
        {name: round(float(value), 4) for name, value in figures.items()},
        notes=_notes(),
        columns=("間の種類", "件数", "切った", "切った割合", "遅れ 平均", "p50", "p95"),
        rows=_rows(shipped),
    )


def _rows(outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = []
    for kind, title in (
        (PauseKind.NATURAL.value, "録音にもとからある間"),
        (PauseKind.HESITATION.value, "文節の境に入れた間"),
        (PauseKind.JOINED.value, "言い切った文のあと（続けて話す）"),
        (PauseKind.SCRIPTED.value, "自作の台本の間（合成音声）"),
    ):
        chosen = [o for o in outcomes if o.pause.kind == kind and o.turn.human is (kind != PauseKind.SCRIPTED.value)]
        cut = sum(o.cut for o in chosen)
        rows.append((title, str(len(chosen)), str(cut), f"{100 * cut / max(len(chosen), 1):.1f} %", "", "", ""))
    for human, title in ((True, "話し終わり（人）"), (False, "話し終わり（自作・合成音声）")):
        waits = [o.latency_ms for o in outcomes if o.is_end and o.turn.human is human]
        p50, p95 = np.percentile(waits, [50, 95]) if waits else (0.0, 0.0)
        mean = f"{np.mean(waits):.0f} ms" if waits else ""
        rows.append((title, str(len(waits)), "", "", mean, f"{p50:.0f} ms", f"{p95:.0f} ms"))
    return rows


def _notes() -> list[str]:
    return [
        "遅れ = 声の本当の終わりから、話し終わりと決まり、かつ認識した言葉がそろうまで（平均）。",
        "割合は、話の途中の間（100 ms 以上）のうち切ってしまったもの。言い切った文のあとの間は別に数える。",
        f"間の長さは対数正規分布（中央値 {PAUSE_MEDIAN_MS:g} ms、対数の標準偏差 {PAUSE_SPREAD:g}、"
        f"{SHORTEST_PAUSE_MS:g}〜{LONGEST_PAUSE_MS:g} ms）。",
        "Mozilla Common Voice 日本語（CC0-1.0）dev。重みは train だけで作った。自作の台本は合成音声。",
    ]


def _without_joined(outcomes: Iterable[Outcome]) -> list[Outcome]:
    return [outcome for outcome in outcomes if outcome.pause.kind != PauseKind.JOINED.value]


def _recordings(folder: Path, split: str) -> list[Recording]:
    manifest = folder / "manifest.tsv"
    if not manifest.is_file():
        raise TurnsDataError(
            f"音声データが見つかりません: {manifest} がありません。Common Voice 日本語の録音と manifest.tsv を置いた"
            "フォルダを --data か環境変数 UKETSUKE_DATA で指定してください。"
        )
    with manifest.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["split"] == split]
    found = [Recording(folder / row["clip"], row["sentence"], row["speaker"]) for row in rows]
    missing = next((recording.path.name for recording in found if not recording.path.is_file()), None)
    if not found or missing:
        raise TurnsDataError(
            f"音声データが足りません: {folder} に {missing or f'{split} の録音'} がありません。"
            "データを取り直してください。"
        )
    return found


def main(arguments: Sequence[str] | None = None) -> None:
    """Hear turns of the training split and write what was heard, for `voice.turn.train_end_of_turn`."""
    parser = argparse.ArgumentParser(prog="python -m bench.turns", description="学習用に間を聞き取って記録します")
    parser.add_argument("--model", type=Path, required=True, help="認識モデルのフォルダ")
    parser.add_argument("--smart-turn", type=Path, required=True, help="Smart Turn のファイル")
    parser.add_argument("--data", type=Path, default=None, help="録音のフォルダ")
    parser.add_argument("--clips", type=int, default=240, help="使う録音の数")
    parser.add_argument("--out", type=Path, required=True, help="記録の保存先 (.jsonl)")
    parser.add_argument("--written", type=Path, required=True, help="書かれた文の記録の保存先 (.jsonl)")
    options = parser.parse_args(arguments)
    console = Console()
    plan = TurnsPlan.default(options.model, options.smart_turn, options.data, options.clips, split="train")
    save(hear_all(replace(plan, scripts=TRAINING), console.print), options.out)
    folder = plan.recordings[0].path.parents[1]
    read = [(r.sentence, r.path.stem, READ_WEIGHT) for r in _recordings(folder, "train")]
    save_written([*read, *customers_sentences(folder.parent)], options.written)


if __name__ == "__main__":
    main()
