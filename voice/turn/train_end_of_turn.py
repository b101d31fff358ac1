"""Fits the end-of-turn model to heard pauses and reports how well calibrated it is on callers it was not fitted to.

    python -m bench.turns --model DIR --smart-turn FILE --out heard.jsonl
    python -m voice.turn.train_end_of_turn heard.jsonl [--out voice/turn/data/end_of_turn.json]

The first command hears the training recordings as the ear of a call does; the second takes some seconds. Weights are
drawn towards `PRIORS`, the more so the fewer examples a feature has (a Gaussian prior: penalised maximum likelihood,
by Newton's method). The words stage sees each pause a second time without its sound, since sound may come late.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from voice.turn.end_model import PRIORS, WEIGHTS_FILE, EndModel, Evidence, Stage, ends_in_full_stop, features
from voice.turn.endings import EndingReader
from voice.turn.expectation import Expectation
from voice.turn.prosody import Prosody

_Array = NDArray[np.float64]
_STEPS: Final = 30
_FOLDS: Final = 5
_STIFFNESS: Final = 3.0
"""Inverse variance of the prior: so strong a pull as some ten clear examples."""
_SOUND_ALONE_STIFFNESS: Final = 1.0
_BINS: Final = 8


@dataclass(frozen=True)
class Lesson:
    """One pause: what was known, whether it was the end, and whose call it was in."""

    evidence: Evidence
    ended: bool
    call: str
    human: bool = True


def main(arguments: Sequence[str] | None = None) -> None:
    """Read, cross-validate by call, fit on all, save."""
    parser = argparse.ArgumentParser(
        prog="python -m voice.turn.train_end_of_turn", description="話し終わり判定の重みを作ります"
    )
    parser.add_argument("heard", type=Path, nargs="+", help="聞き取った間の記録 (.jsonl)")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "data" / WEIGHTS_FILE, help="重みの保存先")
    options = parser.parse_args(arguments)
    lessons = [lesson for path in options.heard for lesson in read_lessons(path)]
    console = Console(highlight=False)
    figures = cross_validate(lessons)
    for name, value in figures.items():
        console.print(f"{name}: {value:.3f}")
    model = fit(lessons)
    options.out.write_text(model.to_json(provenance(lessons, figures)), encoding="utf-8")
    console.print(f"{options.out} に保存しました（間 {len(lessons)} 件）")


def read_lessons(path: Path, reader: EndingReader | None = None) -> list[Lesson]:
    """The pauses of heard turns, one JSON object a line. A joined sentence was complete: it teaches nothing."""
    reader = reader or EndingReader()
    found: list[Lesson] = []
    for line in path.read_text(encoding="utf-8").splitlines():
        turn: dict[str, Any] = json.loads(line)
        place = Expectation(turn["place"])
        for pause in turn["pauses"]:
            if pause["kind"] == "joined":
                continue
            evidence = Evidence(
                ending=reader.read(pause["text"], place),
                smart_turn=pause["smart_turn"],
                prosody=Prosody(**pause["prosody"]),
                speech_ms=pause["speech_ms"],
                place=place,
                full_stop=ends_in_full_stop(pause["text"]),
            )
            found.append(Lesson(evidence, pause["kind"] == "end", turn["call"], turn["human"]))
    return found


def fit(lessons: Sequence[Lesson]) -> EndModel:
    """Both stages. Synthetic voices teach words, not sound: their tune is not a caller's."""
    sound = _fit([(e, x.ended) for x in lessons if x.human for e in (_wordless(x.evidence),)], _SOUND_ALONE_STIFFNESS)
    pairs = [(_soundless(x.evidence), x.ended) for x in lessons]
    pairs += [(x.evidence, x.ended) for x in lessons if x.human]
    return EndModel(sound, _fit(pairs, _STIFFNESS))


def cross_validate(lessons: Sequence[Lesson]) -> dict[str, float]:
    """Area under the curve and calibration error of each stage, on human calls left out in turn."""
    calls = sorted({lesson.call for lesson in lessons})
    found: dict[str, list[tuple[float, bool]]] = {"sound": [], "words": [], "words_without_sound": []}
    for fold in range(_FOLDS):
        left_out = set(calls[fold::_FOLDS])
        model = fit([lesson for lesson in lessons if lesson.call not in left_out])
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


def provenance(lessons: Sequence[Lesson], figures: Mapping[str, float]) -> dict[str, object]:
    """What the weights were made from."""
    support: dict[str, int] = {}
    for lesson in lessons:
        for name, value in features(lesson.evidence).items():
            support[name] = support.get(name, 0) + (value != 0.0)
    return {
        "made_by": "python -m voice.turn.train_end_of_turn",
        "data": "Mozilla Common Voice ja (CC0-1.0), train split, hesitations put in, 8 kHz mu-law; self-made scripts "
        "in synthetic voices for words only",
        "pauses": len(lessons),
        "ends": sum(lesson.ended for lesson in lessons),
        "human_pauses": sum(lesson.human for lesson in lessons),
        "cross_validated": {name: round(value, 4) for name, value in figures.items()},
        "examples": dict(sorted(support.items())),
    }


def _fit(pairs: Sequence[tuple[Evidence, bool]], stiffness: float) -> Stage:
    rows = [features(evidence) for evidence, _ in pairs]
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
    return replace(evidence, ending=None, full_stop=False)


def _soundless(evidence: Evidence) -> Evidence:
    return replace(evidence, smart_turn=None, prosody=None)


if __name__ == "__main__":
    main()
