"""What the mind gets of an utterance, and what the record keeps: one call after recognition."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from voice.itn.normaliser import TextNormaliser
from voice.itn.values import Style, Value
from voice.turn.expectation import Expectation
from voice.turn.fillers import FillerFilter
from voice.turn.morphemes import Morphemes, shared_morphemes
from voice.turn.repairs import Repair, RepairFilter


@dataclass(frozen=True)
class HeardText:
    """An utterance, read. `plain` is for the mind: no fillers, no repairs, values in written form.

    `spoken` is `plain` before values were written; `Value.start` and `Value.end` are places in it.
    """

    verbatim: str
    plain: str
    spoken: str
    values: tuple[Value, ...]
    fillers: tuple[str, ...]
    repairs: tuple[Repair, ...]


class HeardTextReader:
    """Reads recognised utterances. Thread-safe; total for every text; well under 3 ms for a sentence."""

    def __init__(self, style: Style | None = None, morphemes: Morphemes | None = None) -> None:
        shared = morphemes or shared_morphemes()
        self._normaliser = TextNormaliser(style, shared)
        self._fillers = FillerFilter(shared)
        self._repairs = RepairFilter(self._normaliser, shared)

    def read(self, text: str, expectation: Expectation = Expectation.FREE, today: date | None = None) -> HeardText:
        """Take fillers and repairs out of `text` and write its values. With `today`, relative days become dates."""
        spoken = self._fillers.separate(text)
        repaired = self._repairs.separate(spoken.plain)
        written = self._normaliser.normalise(repaired.plain, expectation, today)
        return HeardText(text, written.text_display, repaired.plain, written.values, spoken.fillers, repaired.repairs)
