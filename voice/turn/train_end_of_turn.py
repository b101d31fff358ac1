"""Fits the end-of-turn model to heard pauses and reports how well calibrated it is on callers it was not fitted to.

    python -m bench.turns --model DIR --smart-turn FILE --out heard.jsonl --written written.jsonl
    python -m voice.turn.train_end_of_turn heard.jsonl --written written.jsonl --sounds sounds.npz

The first command hears the training recordings as the ear of a call does; the second takes some seconds. `sounds.npz`
is what the `SoundHead` was taught by: each pause is shown the odds of a head that has not seen its clip. Weights are
drawn towards `PRIORS`, the more so the fewer examples a feature has (a Gaussian prior: penalised maximum likelihood,
by Newton's method). The words stage sees each pause a second time without its sound, since sound may come late.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from voice.turn.end_model import PRIORS, WEIGHTS_FILE, EndModel, Evidence, Stage, features
from voice.turn.end_text import TextFeatures
from voice.turn.endings import EndingReader
from voice.turn.expectation import Expectation
from voice.turn.prosody import Prosody
from voice.turn.train_sound_head import FoldedHeads, Sounds, fold_heads

_Array = NDArray[np.float64]
_STEPS: Final = 30
_FOLDS: Final = 5
_STIFFNESS: Final = 3.0
"""Inverse variance of the prior: so strong a pull as some ten clear examples."""
_SOUND_ALONE_STIFFNESS: Final = 1.0
_BINS: Final = 8
_SEEN_AT_LEAST: Final = 3
_TEXT_STIFFNESS: Final = 3.0
_TEXT_STEPS: Final = 150
_DAMPING: Final = 0.15
_EMPTY: Final = Stage(0.0, {})


@dataclass(frozen=True)
class Lesson:
    """One pause: what was known, whether it was the end, in whose call and in which sentence."""

    evidence: Evidence
    ended: bool
    call: str
    human: bool = True
    sentence: str = ""


@dataclass(frozen=True)
class Written:
    """A written sentence or its beginning up to a border of bunsetsu: what ends look like, without any sound."""

    text: str
    ended: bool
    sentence: str
    weight: float = 0.3
    """A written sentence is spelt without the recogniser's errors: it counts for less than one that was heard."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Read, cross-validate by call, fit on all, save."""
    parser = argparse.ArgumentParser(
        prog="python -m voice.turn.train_end_of_turn", description="話し終わり判定の重みを作ります"
    )
    parser.add_argument("heard", type=Path, nargs="+", help="聞き取った間の記録 (.jsonl)")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "data" / WEIGHTS_FILE, help="重みの保存先")
    parser.add_argument("--written", type=Path, default=None, help="書かれた文の記録 (.jsonl)")
    parser.add_argument("--sounds", type=Path, required=True, help="音の判定を学習した間の記録 (.npz)")
    options = parser.parse_args(arguments)
    heads = fold_heads(Sounds.load(options.sounds))
    written = read_written(options.written) if options.written is not None else []
    lessons = [lesson for path in options.heard for lesson in read_lessons(path, heads)]
    console = Console(highlight=False)
    figures = cross_validate(lessons, written)
    for name, value in figures.items():
        console.print(f"{name}: {value:.3f}")
    model = fit(lessons, written)
    options.out.write_text(model.to_json(provenance(lessons, written, figures)), encoding="utf-8")
    console.print(f"{options.out} に保存しました（間 {len(lessons)} 件）")


def read_lessons(path: Path, heads: FoldedHeads, reader: EndingReader | None = None) -> list[Lesson]:
    """The pauses of heard turns, one JSON object a line.

    Two joined sentences are left out: the first was complete, and both are there alone as well.
    """
    reader = reader or EndingReader()
    found: list[Lesson] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        turn: dict[str, Any] = json.loads(line)
        if "+" in turn["name"]:
            continue
        place = Expectation(turn["place"])
        for pause in turn["pauses"]:
            evidence = Evidence(
                ending=reader.read(pause["text"], place),
                sound_logit=heads.of(turn["name"]).log_odds(np.array(pause["embedding"], dtype=np.float32)),
                prosody=Prosody(**pause["prosody"]),
                speech_ms=pause["speech_ms"],
                place=place,
                text=pause["text"],
            )
            found.append(Lesson(evidence, pause["kind"] == "end", turn["call"], turn["human"], turn["name"]))
    return found


def read_written(path: Path) -> list[Written]:
    """Written texts, one JSON object a line."""
    return [Written(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]


def fit(lessons: Sequence[Lesson], written: Sequence[Written] = ()) -> EndModel:
    """All stages. Synthetic voices teach words, not sound: their tune is not a caller's.

    The words stage must learn how far to trust the text's odds, so it is shown odds from a fit without that call.
    """
    calls = sorted({lesson.call for lesson in lessons})
    odds: dict[int, float] = {}
    for fold in range(_FOLDS):
        out = set(calls[fold::_FOLDS])
        text = _fit_text([x for x in lessons if x.call not in out], _unseen(written, lessons, out))
        partial = EndModel(_EMPTY, _EMPTY, text)
        odds |= {n: partial.text_odds(x.evidence.text) for n, x in enumerate(lessons) if x.call in out}
    sound = _fit([(features(_wordless(x.evidence)), x.ended) for x in lessons if x.human], _SOUND_ALONE_STIFFNESS)
    rows = [(features(_soundless(x.evidence)) | {"text": odds[n]}, x.ended) for n, x in enumerate(lessons)]
    rows += [(features(x.evidence) | {"text": odds[n]}, x.ended) for n, x in enumerate(lessons) if x.human]
    return EndModel(sound, _fit(rows, _STIFFNESS), _fit_text(lessons, written))


def cross_validate(lessons: Sequence[Lesson], written: Sequence[Written] = ()) -> dict[str, float]:
    """Area under the curve and calibration error of each stage, on human calls left out in turn."""
    calls = sorted({lesson.call for lesson in lessons})
    found: dict[str, list[tuple[float, bool]]] = {"sound": [], "words": [], "words_without_sound": []}
    for fold in range(_FOLDS):
        left_out = set(calls[fold::_FOLDS])
        taught = [lesson for lesson in lessons if lesson.call not in left_out]
        model = fit(taught, _unseen(written, lessons, left_out))
        for lesson in lessons:
            if lesson.call in left_out and lesson.human:
                found["sound"].append((model.probability(_wordless(lesson.evidence)), lesson.ended))
                found["words"].append((model.probability(lesson.evidence), lesson.ended))
                found["words_without_sound"].append((model.probability(_soundless(lesson.evidence)), lesson.ended))
    figures: dict[str, float] = {}
    for name, judged in found.items():
        figures[f"{name}_auc"] = area_under_curve(judged)
        figures[f"{name}_ece"] = calibration_error(judged)
    return figures


def area_under_curve(judged: Sequence[tuple[float, bool]]) -> float:
    """How often an end is judged likelier than a pause inside a turn (ties count half)."""
    ends = np.array([p for p, ended in judged if ended])
    others = np.array([p for p, ended in judged if not ended])
    if not len(ends) or not len(others):
        return float("nan")
    return float(np.mean(ends[:, None] > others) + 0.5 * np.mean(ends[:, None] == others))


def calibration_error(judged: Sequence[tuple[float, bool]]) -> float:
    """Expected calibration error over bins with about equally many pauses: 0.05 is five points off on average."""
    if not judged:
        return float("nan")
    said = np.array([p for p, _ in judged])
    came = np.array([float(ended) for _, ended in judged])
    edges = np.unique(np.quantile(said, np.linspace(0, 1, _BINS + 1)[1:-1]))
    bins = np.digitize(said, edges)
    off = [np.sum(bins == n) * abs(said[bins == n].mean() - came[bins == n].mean()) for n in np.unique(bins)]
    return float(sum(off) / len(said))


def provenance(
    lessons: Sequence[Lesson], written: Sequence[Written], figures: Mapping[str, float]
) -> dict[str, object]:
    """What the weights were made from."""
    support: dict[str, int] = {}
    for lesson in lessons:
        for name, value in features(lesson.evidence).items():
            support[name] = support.get(name, 0) + (value != 0.0)
    return {
        "made_by": "python -m voice.turn.train_end_of_turn",
        "data": "Mozilla Common Voice ja (CC0-1.0), train split, hesitations put in, 8 kHz mu-law; self-made scripts "
        "in synthetic voices for words only",
        "written": "the same sentences up to each border of bunsetsu; customers' sentences of the Accommodation Search "
        "Dialog Corpus (Megagon Labs, CC BY 4.0) likewise",
        "written_texts": len(written),
        "pauses": len(lessons),
        "ends": sum(lesson.ended for lesson in lessons),
        "human_pauses": sum(lesson.human for lesson in lessons),
        "cross_validated": {name: round(value, 4) for name, value in figures.items()},
        "examples": dict(sorted(support.items())),
    }


@lru_cache(maxsize=50_000)
def _named(text: str) -> tuple[str, ...]:
    return TextFeatures().of(text)


def _unseen(written: Sequence[Written], lessons: Sequence[Lesson], calls: set[str]) -> list[Written]:
    """What was written, without the sentences of these calls."""
    known = {name for x in lessons if x.call in calls for name in x.sentence.split("+")}
    return [text for text in written if text.sentence not in known]


def _fit_text(lessons: Sequence[Lesson], written: Sequence[Written]) -> Stage:
    """Weights of the text's features: sparse and many, so a diagonal Newton step, damped, many times."""
    rows = [(_named(x.evidence.text), x.ended, 1.0) for x in lessons]
    rows += [(_named(x.text), x.ended, x.weight) for x in written]
    counts = Counter(name for names, _, _ in rows for name in names)
    column = {name: at for at, name in enumerate(sorted(n for n, count in counts.items() if count >= _SEEN_AT_LEAST))}
    known = [[column[name] for name in names if name in column] for names, _, _ in rows]
    at = np.array([n for columns in known for n in columns], dtype=np.int64)
    row = np.repeat(np.arange(len(rows)), [len(columns) for columns in known])
    y, w = np.array([float(ended) for _, ended, _ in rows]), np.array([weight for _, _, weight in rows])
    weights, bias = np.zeros(len(column)), 0.0
    for _ in range(_TEXT_STEPS):
        p = 1.0 / (1.0 + np.exp(-(bias + np.bincount(row, weights[at], minlength=len(rows)))))
        error, bend = w * (p - y), w * p * (1 - p)
        slope = np.bincount(at, error[row], minlength=len(column)) + _TEXT_STIFFNESS * weights
        weights = weights - _DAMPING * slope / (np.bincount(at, bend[row], minlength=len(column)) + _TEXT_STIFFNESS)
        bias -= 0.5 * float(error.sum() / (bend.sum() + 1e-9))
    return Stage(bias, {name: float(weights[n]) for name, n in column.items() if abs(weights[n]) >= 0.005})


def _fit(pairs: Sequence[tuple[Mapping[str, float], bool]], stiffness: float) -> Stage:
    rows = [row for row, _ in pairs]
    names = sorted({name for row in rows for name in row} | set(PRIORS))
    column = {name: at for at, name in enumerate(names)}
    x: _Array = np.zeros((len(rows), len(names) + 1))
    x[:, -1] = 1.0
    for at, row in enumerate(rows):
        for name, value in row.items():
            x[at, column[name]] = value
    y = np.array([float(ended) for _, ended in pairs])
    prior = np.array([PRIORS.get(name, 0.0) for name in names] + [0.0])
    stiff = np.array([stiffness] * len(names) + [0.01])
    weights = prior.copy()
    for _ in range(_STEPS):
        p = 1.0 / (1.0 + np.exp(-np.clip(x @ weights, -30, 30)))
        gradient = x.T @ (p - y) + stiff * (weights - prior)
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(stiff)
        step = np.linalg.solve(hessian, gradient)
        weights -= step
        if float(np.max(np.abs(step))) < 1e-7:
            break
    return Stage(float(weights[-1]), {name: float(weights[column[name]]) for name in names})


def _wordless(evidence: Evidence) -> Evidence:
    return replace(evidence, ending=None, text="")


def _soundless(evidence: Evidence) -> Evidence:
    return replace(evidence, sound_logit=None, prosody=None)


if __name__ == "__main__":
    main()
