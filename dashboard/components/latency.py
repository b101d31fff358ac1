"""The latency of one answer: a small waterfall from the end of the caller's speech to the first sound."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dashboard import words
from dashboard.components.base import box, text
from dashboard.transcript import Step

SCALE_MS: Final = 2000.0
"""A full bar. The same for every turn, so that bars compare; a slower turn fills it."""
CLASSES: Final = {"終話判定": "step-1", "認識": "step-2", "判断": "step-3", "第一声": "step-4"}


def latency_bar(steps: Sequence[Step]) -> None:
    """Draw the steps in the present container; nothing for no steps."""
    if not steps:
        return
    total = steps[-1].to_ms
    scale = max(SCALE_MS, total)
    spoken = "、".join(f"{step.name} {round(step.took_ms)}ミリ秒" for step in steps)
    with box("latency", role="img", aria_label=f"発話終了から第一声まで {round(total)}ミリ秒。{spoken}"):
        with box("latency-bar"):
            for step in steps:
                width = f"width:{100 * step.took_ms / scale:.2f}%"
                box(f"latency-step {CLASSES.get(step.name, '')}").style(width)
        with box("latency-words"):
            text(f"第一声まで {words.milliseconds(total)}", "latency-total")
            for step in steps:
                with box("latency-word", "span"):
                    box(f"dot {CLASSES.get(step.name, '')}", "i")
                    text(f"{step.name} {round(step.took_ms):,}")
