"""Where an answer, a question back, and "that I do not know" part."""

from __future__ import annotations

from dataclasses import dataclass

from dialogue.faq.entry import FaqEntry


@dataclass(frozen=True)
class Thresholds:
    """Limits on the fused scores, which read as probabilities.

    Answer when the best is at least `answer` and leads the second by at least `clarify_margin`. From `unsure` on ask:
    which of those is meant that reach `rival` of the best one's score, or whether the best is. Below it the matter is
    unknown. Chosen on wordings left out of the FAQ and the development questions, for 1.5 % wrong answers and 2 % of
    other matters answered.
    """

    answer: float = 0.85
    clarify_margin: float = 0.2
    unsure: float = 0.15
    rival: float = 0.12


def answer_threshold(entry: FaqEntry | None, thresholds: Thresholds) -> float:
    """The probability from which that entry may be answered: its own, or the company's."""
    return thresholds.answer if entry is None or entry.answer_at is None else entry.answer_at
