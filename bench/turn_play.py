"""Playing an end-of-turn decision against heard turns on the audio clock, and reading its curve."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final, Protocol

import numpy as np

from bench.turn_hearing import END, NOTICE_MS, SHORTEST_INNER_MS, HeardPause, HeardTurn
from voice.turn.endpointing import EndpointDecision, PauseView
from voice.turn.expectation import Expectation
from voice.vad import WINDOW_MS

_FOREVER_MS: Final = 60_000.0


class Decider(Protocol):
    """What decides in a call: `Endpointer`, or what it is compared with."""

    def decide(self, view: PauseView) -> EndpointDecision:
        """Judge one moment of a pause."""
        ...

    def resumed(self, silence_ms: float) -> None:
        """The caller went on."""
        ...


@dataclass(frozen=True)
class SilenceTimer:
    """What everyone begins with: the turn is over after so much silence."""

    wait_ms: int

    def decide(self, view: PauseView) -> EndpointDecision:
        """Over when the silence is long enough."""
        return EndpointDecision(view.silence_ms >= self.wait_ms, self.wait_ms, 0.5, "timer")

    def resumed(self, silence_ms: float) -> None:
        """A timer learns nothing."""


@dataclass(frozen=True)
class Timing:
    """When the words of a pause are there: recognition begins at the notice and takes `recognition_ms`, or, if that is
    None, as long as it took for this pause.
    """

    recognition_ms: float | None = None
    notice_ms: float = NOTICE_MS

    def words_at_ms(self, pause: HeardPause) -> float:
        """Silence at which the words have come."""
        return self.notice_ms + (pause.recognition_ms if self.recognition_ms is None else self.recognition_ms)

    def sound_at_ms(self, pause: HeardPause) -> float:
        """Silence at which Smart Turn has answered; it runs beside the recognition."""
        return self.notice_ms + pause.smart_turn_ms


@dataclass(frozen=True)
class Outcome:
    """What became of one pause. `released_ms`: silence, by the ear's clock, after which the agent could answer."""

    turn: HeardTurn
    pause: HeardPause
    released_ms: float
    probability: float

    @property
    def is_end(self) -> bool:
        """Whether the speaker had finished."""
        return self.pause.kind == END

    @property
    def cut(self) -> bool:
        """Whether the speaker was cut off."""
        return self.pause.length_ms is not None and self.released_ms < self.pause.length_ms

    @property
    def latency_ms(self) -> float:
        """From the true end of the sound to the release."""
        return self.pause.late_ms + self.released_ms


def play(turns: Iterable[HeardTurn], new_call: Callable[[], Decider], timing: Timing) -> list[Outcome]:
    """Decide every pause of every turn; consecutive turns of one call share a decider."""
    outcomes: list[Outcome] = []
    for _, call in groupby(turns, key=lambda turn: turn.call):
        decider = new_call()
        for turn in call:
            for pause in _until_the_end(turn.pauses):
                released, probability = _release(decider, turn.place, pause, timing)
                outcome = Outcome(turn, pause, released, probability)
                if outcome.is_end or (pause.length_ms or 0.0) >= SHORTEST_INNER_MS:
                    outcomes.append(outcome)
                if pause.length_ms is not None and not outcome.is_end:
                    decider.resumed(pause.length_ms)
    return outcomes


def _until_the_end(pauses: Sequence[HeardPause]) -> list[HeardPause]:
    first_end = next((n for n, pause in enumerate(pauses) if pause.kind == END), len(pauses) - 1)
    return list(pauses[: first_end + 1])


def _release(decider: Decider, place: Expectation, pause: HeardPause, timing: Timing) -> tuple[float, float]:
    """Silence at which the turn is over and its words are there, in whole frames; and the probability with words."""
    words_at, sound_at = timing.words_at_ms(pause), timing.sound_at_ms(pause)
    moments: list[tuple[float, bool, bool]] = [(timing.notice_ms, False, False), (sound_at, False, True)]
    if sound_at <= words_at:
        moments.append((words_at, True, True))
    else:
        moments[1:] = [(words_at, True, False), (sound_at, True, True)]
    probability = 0.5
    decided: float | None = None
    ends = [at for at, _, _ in moments[1:]] + [_FOREVER_MS]
    for (at, words, sound), until in zip(moments, ends, strict=True):
        view = PauseView(
            silence_ms=int(at),
            speech_ms=int(pause.speech_ms),
            text=pause.text if words else None,
            sound_logit=pause.sound_logit if sound else None,
            expectation=place,
            prosody=pause.prosody,
        )
        decision = decider.decide(view)
        probability = decision.probability if words else probability
        moment = max(at, _next_frame(decision.wait_until_ms) if decision.wait_until_ms > at else at)
        if decided is None and moment < until:
            decided = moment
    return max(decided if decided is not None else _FOREVER_MS, words_at), probability


def _next_frame(silence_ms: float) -> float:
    return math.ceil(silence_ms / WINDOW_MS) * WINDOW_MS


@dataclass(frozen=True)
class Point:
    """One setting: false cut-offs in per cent of the inner pauses, and the mean latency in ms."""

    setting: float
    cutoff_pct: float
    latency_ms: float


def point(setting: float, outcomes: Sequence[Outcome]) -> Point:
    """Sum one sweep step up."""
    inner = [outcome.cut for outcome in outcomes if not outcome.is_end]
    latencies = [outcome.latency_ms for outcome in outcomes if outcome.is_end]
    return Point(
        setting, 100.0 * float(np.mean(inner)) if inner else 0.0, float(np.mean(latencies)) if latencies else 0.0
    )


def latency_at(points: Sequence[Point], cutoff_pct: float) -> float:
    """Latency where the curve crosses `cutoff_pct`, between the two settings around it; the end of the curve beyond."""
    ordered = sorted(points, key=lambda p: (p.cutoff_pct, -p.latency_ms))
    return float(np.interp(cutoff_pct, [p.cutoff_pct for p in ordered], [p.latency_ms for p in ordered]))


def cutoff_at(points: Sequence[Point], latency_ms: float) -> float:
    """False cut-offs in per cent where the curve crosses `latency_ms`; the end of the curve beyond."""
    ordered = sorted(points, key=lambda p: p.latency_ms)
    return float(np.interp(latency_ms, [p.latency_ms for p in ordered], [p.cutoff_pct for p in ordered]))
