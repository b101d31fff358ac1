"""Fit the fusion's constants: `python -m dialogue.retrieval.fit FAQ --development FILE [--chat FILE]`.

Prints the constants for `constants.py`, and what constants fitted on one half of the entries achieve on the other.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import yaml
from numpy.typing import NDArray

from dialogue.faq.entry import FaqBook
from dialogue.faq.files import read_entries
from dialogue.kana import Reader
from dialogue.retrieval.asking import Asked, Asking
from dialogue.retrieval.e5 import E5Embedder
from dialogue.retrieval.fusion import NONE_SIGNALS, SIGNALS, Fusion, inputs
from dialogue.retrieval.squad import Squad

Array = NDArray[np.float64]
_STEPS = 400
_CONSIDERED = 5
_RIDGE = 1e-5
_FOLDS = 6
_BINS = 10
_PARAGRAPH_QUESTIONS = 900


def fit(asked: Sequence[Asked]) -> Fusion:
    """Weights, then the calibration over them."""
    weights = fit_weights(asked)
    return Fusion(weights, fit_calibration(asked, weights))


def fit_weights(asked: Sequence[Asked]) -> tuple[float, ...]:
    """Weights of the signals that make the entry meant the likeliest of all (conditional logit), none negative."""
    known = [one for one in asked if one.meant is not None]
    signals = np.stack([one.signals.entries for one in known]).astype(np.float64)
    meant = np.array([one.meant for one in known])
    share = np.array([one.share for one in known])
    share /= share.sum()
    spread = signals.std(axis=(0, 1))
    used = spread > 1e-6  # a signal that never differs has no weight
    spread = np.where(used, spread, 1.0)
    signals /= spread
    weights = np.ones(len(SIGNALS)) * used
    descent = _Descent(len(SIGNALS))
    own = signals[np.arange(len(meant)), meant]
    for _ in range(_STEPS):
        sums = signals @ weights
        odds = np.exp(sums - sums.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        expected = np.einsum("qe,qes->qs", odds, signals)
        slope = (share[:, None] * (expected - own)).sum(axis=0)
        weights = np.maximum(0.0, weights - descent.step(slope + 1e-3 * weights)) * used
    return tuple(round(float(weight), 3) for weight in weights / spread)


def fit_calibration(asked: Sequence[Asked], weights: tuple[float, ...]) -> tuple[float, ...]:
    """The logistic (bias, lead, signals) that reads the likeliest entries as meant or not."""
    fusion = Fusion(weights, ())
    seen: list[Array] = []
    labels: list[float] = []
    shares: list[float] = []
    for one in asked:
        sums = fusion.sums(one.signals)
        rows = inputs(one.signals, sums)
        for place in np.argsort(-sums)[:_CONSIDERED]:
            seen.append(rows[place])
            labels.append(float(place == one.meant))
            shares.append(one.share)
    table, meant = np.array(seen), np.array(labels)
    share = np.array(shares) / sum(shares)
    values = np.zeros(2 + len(SIGNALS) + len(NONE_SIGNALS))
    for _ in range(50):  # Newton's method
        chance = 1.0 / (1.0 + np.exp(-np.clip(table @ values, -40, 40)))
        slope = table.T @ (share * (chance - meant)) + _RIDGE * values
        curve = (table * (share * chance * (1 - chance))[:, None]).T @ table + _RIDGE * np.eye(len(values))
        values = values - np.linalg.solve(curve, slope)
    return tuple(round(float(value), 3) for value in values)


class _Descent:
    """Adam with a fixed rate."""

    def __init__(self, size: int) -> None:
        self._mean, self._square, self._count = np.zeros(size), np.zeros(size), 0

    def step(self, slope: Array) -> Array:
        self._count += 1
        self._mean = 0.9 * self._mean + 0.1 * slope
        self._square = 0.99 * self._square + 0.01 * slope * slope
        mean = self._mean / (1 - 0.9**self._count)
        return np.asarray(0.05 * mean / (np.sqrt(self._square / (1 - 0.99**self._count)) + 1e-9))


def tell(asked: Sequence[Asked], margin: float = 0.2) -> None:
    """Print what each half's questions get from constants fitted on the other half: by kind and threshold."""
    best: list[tuple[Asked, float, float, bool]] = []
    for group in (0, 1):
        fusion = fit([one for one in asked if one.group != group])
        for one in asked:
            if one.group == group:
                scores = fusion.scores(one.signals)
                first, second = np.sort(scores)[::-1][:2]
                best.append((one, float(first), float(first - second), int(scores.argmax()) == one.meant))
    error = calibration_error([(score, right, one.share) for one, score, _, right in best])
    print(f"expected calibration error {error:.3f}")
    for kind in dict.fromkeys(one.kind for one in asked):
        group_ = [(score, lead, right) for one, score, lead, right in best if one.kind == kind]
        print(f"{kind}: {len(group_)} asked, first is meant {np.mean([right for *_, right in group_]):.3f}")
        for limit in (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            said = [right for score, lead, right in group_ if score >= limit and lead >= margin]
            right = sum(said) / len(group_)
            print(f"  from {limit:.1f}: right {right:.3f}, wrong {len(said) / len(group_) - right:.3f}")


def calibration_error(scored: Sequence[tuple[float, bool, float]]) -> float:
    """Mean distance between score and share that is right, of (score, right, weight), over ten bins by their weight."""
    scores, right, share = (np.array(column, dtype=float) for column in zip(*scored, strict=True))
    bins = np.minimum((scores * _BINS).astype(int), _BINS - 1)
    apart = [abs((share * (scores - right))[bins == number].sum()) for number in range(_BINS)]
    return float(sum(apart) / share.sum())


def _chat(file: Path, most: int) -> list[str]:
    """A sample of utterances of every second dialogue in gzipped JSON lines: a dialogue a line, a list of what is said.

    The other dialogues are left for measuring.
    """
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        texts = [str(said) for line in list(lines)[::2] for said in json.loads(line)]
    return random.Random(1).sample(texts, min(most, len(texts)))


def main() -> None:
    """Fit on the files that are named and print the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faq", type=Path)
    parser.add_argument("--development", type=Path, required=True, help="questions by entry, and of none (YAML)")
    parser.add_argument("--chat", type=Path, default=None, help="small-talk dialogues (gzipped JSON lines)")
    parser.add_argument("--squad", type=Path, default=None, help="questions on paragraphs (SQuAD's JSON)")
    parser.add_argument("--cache", type=Path, default=None, help="folder for embeddings")
    options = parser.parse_args()
    book = FaqBook(entries=read_entries(options.faq))
    reader = Reader([(term.surface, term.reading) for entry in book.entries for term in entry.vocabulary])
    embedder = E5Embedder(options.cache)
    asking = Asking(book, embedder, reader)
    own = yaml.safe_load(options.development.read_text(encoding="utf-8"))
    chat = _chat(options.chat, 300) if options.chat else []
    learnt = [*asking.left_out(_FOLDS, random.Random(0)), *asking.of_whole("own", own["in_scope"], own["out_of_scope"])]
    learnt += asking.of_whole("chat", {}, chat)
    few = list(asking.of_few(random.Random(0)))
    if options.squad is not None:
        squad = Squad.read(options.squad)
        questions = random.Random(0).sample(squad.for_fitting(), _PARAGRAPH_QUESTIONS)
        few += Asking(squad.book(), embedder, Reader()).of_paragraphs(questions)
    for name, asked in (("LEARNT", learnt), ("PLAIN", few)):
        fusion = fit(asked)
        print(f"{name}_WEIGHTS = {fusion.weights}\n{name}_CALIBRATION = {fusion.calibration}")
        tell(asked)


if __name__ == "__main__":
    main()
