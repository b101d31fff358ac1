"""Where an answer, a question back, and "that I do not know" part."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.faq.entry import FaqEntry


@dataclass(frozen=True)
class Thresholds:
    """Limits on the fused scores, which read as probabilities.

    Answer when the best is at least `answer` and leads the second by at least `clarify_margin`; ask which of two is
    meant when both are at least `unsure` and within the margin; below `unsure` the matter is unknown.
    """

    answer: float = 0.8
    clarify_margin: float = 0.2
    unsure: float = 0.3


def answer_threshold(entry: FaqEntry | None, thresholds: Thresholds) -> float:
    """The probability from which that entry may be answered: its own, or the company's."""
    return thresholds.answer if entry is None or entry.answer_at is None else entry.answer_at
