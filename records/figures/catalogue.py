"""Every figure there is, by its key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from records.figures.facts import CallFacts, Staffing
from records.figures.figure import Figure, Measured
from records.figures.of_calls import CALL_FIGURES
from records.figures.of_people import PEOPLE_FIGURES

FIGURES: Final[tuple[Figure, ...]] = (*CALL_FIGURES, *PEOPLE_FIGURES)
BY_KEY: Final = {figure.key: figure for figure in FIGURES}


def measure(
    calls: Sequence[CallFacts], staffing: Staffing | None = None, figures: Sequence[Figure] = FIGURES
) -> dict[str, Measured]:
    """The figures of these calls."""
    return {figure.key: figure.of(calls, staffing) for figure in figures}
