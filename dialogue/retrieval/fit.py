"""Fit the fusion's constants: `python -m dialogue.retrieval.fit FAQ [--chat FILE]`.

Every question variant is asked of an index that lacks it, as written and as a recogniser may mishear it; beside
these stand sentences that no entry answers. Prints the constants for `constants.py` and what they achieve.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dialogue.faq.entry import FaqBook, FaqEntry
from dialogue.faq.files import read_entries
from dialogue.kana import Reader
from dialogue.normalize import strip_fillers
from dialogue.retrieval.e5 import E5Embedder
from dialogue.retrieval.embedder import Embedder
from dialogue.retrieval.fusion import SIGNALS, Fusion, inputs
from dialogue.retrieval.noise import misheard
from dialogue.retrieval.retriever import Retriever
from dialogue.retrieval.unrelated import SENTENCES

Array = NDArray[np.float64]
_STEPS = 400
_CONSIDERED = 5
_NOISY_WEIGHT = 0.5
_UNRELATED_WEIGHT = 2.0
_RIDGE = 1e-5


@dataclass(frozen=True)
class Asked:
    """One query's signals, shape (entries, signals), and the place of the entry meant (None: of none)."""

    signals: NDArray[np.float32]
    meant: int | None
    weight: float = 1.0


def ask_left_out(book: FaqBook, embedder: Embedder, reader: Reader, rng: random.Random) -> Iterator[Asked]:
    """Ask each variant of an index without it, clean and misheard."""
    for fold in range(max(len(entry.questions) for entry in book.entries)):
        entries = tuple(_without(entry, fold) for entry in book.entries)
        retriever = Retriever(FaqBook(entries=entries), embedder, reader)
        for place, entry in enumerate(book.entries):
            if fold < len(entry.questions) > 1:
                question = strip_fillers(entry.questions[fold])
                yield Asked(retriever.signals([question])[0], place)
                yield Asked(retriever.signals([misheard(question, reader, rng)])[0], place, _NOISY_WEIGHT)


def fit_weights(asked: Sequence[Asked]) -> tuple[float, ...]:
    """Weights of the signals that make the entry meant the likeliest of all (conditional logit), none negative."""
    known = [one for one in asked if one.meant is not None]
    signals = np.stack([one.signals for one in known]).astype(np.float64)
    meant = np.array([one.meant for one in known])
    share = np.array([one.weight for one in known])
    share /= share.sum()
    spread = signals.std(axis=(0, 1)) + 1e-9
    scaled = signals / spread
    weights = np.ones(len(SIGNALS))
    descent = _Descent(len(SIGNALS))
    for _ in range(_STEPS):
        sums = scaled @ weights
        odds = np.exp(sums - sums.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        expected = (odds[:, :, None] * scaled).sum(axis=1)
        slope = (share[:, None] * (expected - scaled[np.arange(len(meant)), meant])).sum(axis=0)
        weights = np.maximum(0.0, weights - descent.step(slope + 2e-3 * weights))
    return tuple(round(float(weight), 3) for weight in weights / spread)


def fit_calibration(asked: Sequence[Asked], weights: tuple[float, ...]) -> tuple[float, ...]:
    """The logistic (bias, lead, signals) that reads the likeliest entries as meant or not."""
    fusion = Fusion(weights=weights)
    seen: list[Array] = []
    labels: list[float] = []
    shares: list[float] = []
    for one in asked:
        sums = fusion.sums(one.signals)
        rows = inputs(one.signals, sums)
        for place in np.argsort(-sums)[:_CONSIDERED]:
            seen.append(rows[place])
            labels.append(float(place == one.meant))
            shares.append(one.weight)
    table, meant = np.array(seen), np.array(labels)
    share = np.array(shares) / sum(shares)
    values = np.zeros(table.shape[1])
    for _ in range(50):  # Newton's method
        chance = 1.0 / (1.0 + np.exp(-(table @ values)))
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


def _without(entry: FaqEntry, place: int) -> FaqEntry:
    if place >= len(entry.questions) or len(entry.questions) == 1:
        return entry
    left = entry.questions[:place] + entry.questions[place + 1 :]
    return entry.model_copy(update={"questions": left})


def _chat(file: Path, most: int) -> list[str]:
    """A sample of utterances from dialogues in gzipped JSON lines, a dialogue a line: a list of what is said."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        texts = [str(said) for line in lines for said in json.loads(line)]
    return random.Random(1).sample(texts, min(most, len(texts)))


def _tell(asked: Sequence[Asked], fusion: Fusion) -> None:
    """Print, for each threshold, what would be answered rightly, wrongly and though nothing fits."""
    best = [
        (float(scores.max()), int(scores.argmax()), one) for one in asked for scores in [fusion.scores(one.signals)]
    ]
    groups = {
        "clean": [b for b in best if b[2].meant is not None and b[2].weight == 1.0],
        "misheard": [b for b in best if b[2].meant is not None and b[2].weight < 1.0],
        "unrelated": [b for b in best if b[2].meant is None],
    }
    for name, group in groups.items():
        first = sum(place == one.meant for _, place, one in group) / max(1, len(group))
        print(f"{name}: {len(group)} asked, entry meant is first {first:.3f}")
        for limit in (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9):
            right = sum(score >= limit and place == one.meant for score, place, one in group) / max(1, len(group))
            wrong = sum(score >= limit and place != one.meant for score, place, one in group) / max(1, len(group))
            print(f"  score >= {limit:.1f}: right {right:.3f}, wrong {wrong:.3f}")


def main() -> None:
    """Fit on the FAQ that is named and print the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("faq", type=Path)
    parser.add_argument("--chat", type=Path, default=None, help="small-talk dialogues (gzipped JSON lines)")
    parser.add_argument("--cache", type=Path, default=None, help="folder for embeddings")
    options = parser.parse_args()
    book = FaqBook(entries=read_entries(options.faq))
    reader = Reader([(term.surface, term.reading) for entry in book.entries for term in entry.vocabulary])
    embedder = E5Embedder(options.cache)
    asked = list(ask_left_out(book, embedder, reader, random.Random(0)))
    whole = Retriever(book, embedder, reader)
    other = [*SENTENCES, *(_chat(options.chat, 150) if options.chat else ())]
    asked += [Asked(whole.signals([strip_fillers(text)])[0], None, _UNRELATED_WEIGHT) for text in other]
    weights = fit_weights(asked)
    calibration = fit_calibration(asked, weights)
    print(f"WEIGHTS = {weights}\nCALIBRATION = {calibration}")
    _tell(asked, Fusion(weights, calibration))


if __name__ == "__main__":
    main()
