"""From what callers heard to figures: percentiles that do not forget the turns that were never answered."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from bench.calls import percentile
from bench.load_callers import ANSWER_DEADLINE_S, CallersResult, TurnHeard
from bench.load_feed import LiveFeed

PROMISED_P95_S: Final = 1.5
PROMISED_CALLS: Final = 16
EARLY_MS: Final = 1_500.0
"""What was guessed before the turn's end may have been decided so long before it."""
LATE_CALLER_MS: Final = 20.0
"""Callers whose frames come later than this at the 99th percentile measure themselves."""


STAGES: Final = ("end_of_turn", "text", "decision")


@dataclass(frozen=True)
class TurnOutcome:
    """A turn as it was heard, and what the agent says it did: `act` is empty where the agent does not tell.

    `answer_s` is until the first sound of the answer itself, after a filler (「はい、確認いたします。」) if there was
    one. `stages` is the agent's own account of where the time went, in milliseconds from where it heard speech end.
    """

    heard: TurnHeard
    act: str = ""
    answer_s: float | None = None
    stages: Mapping[str, float] = field(default_factory=dict)

    @property
    def latency_s(self) -> float:
        """Until the first sound; the deadline stands for never, and is what the percentiles see."""
        return ANSWER_DEADLINE_S if self.heard.latency_s is None else self.heard.latency_s


@dataclass(frozen=True)
class Level:
    """What was measured with `calls` calls at once, and what it cost the agent."""

    calls: int
    outcomes: tuple[TurnOutcome, ...]
    heard: CallersResult
    cpu_s: float
    rss_mb: float

    @property
    def turns(self) -> list[TurnOutcome]:
        """The turns whose latency counts: all but those in which the agent cut the caller off."""
        return [outcome for outcome in self.outcomes if not outcome.heard.cut_off]

    @property
    def cut_off(self) -> int:
        """Turns in which the agent spoke before the caller had finished."""
        return len(self.outcomes) - len(self.turns)

    @property
    def unanswered(self) -> int:
        """Turns after which nothing was heard within the deadline."""
        return sum(outcome.heard.latency_s is None for outcome in self.turns)

    @property
    def late_frames(self) -> int:
        """Frames that came after the telephone had run dry inside a sentence."""
        return sum(call.late_frames for call in self.heard.calls)

    @property
    def call_minutes(self) -> float:
        """Time on the telephone, all calls together."""
        return sum(call.seconds for call in self.heard.calls) / 60

    def latency(self, share: float, kind: str = "") -> float | None:
        """The percentile of the response latency, of all turns or of one kind; None without a turn."""
        found = sorted(turn.latency_s for turn in self.turns if not kind or turn.heard.kind == kind)
        return round(percentile(found, share), 3) if found else None

    def answer(self, share: float) -> float | None:
        """The percentile of the time until the answer itself, of the turns for which the agent tells it."""
        found = sorted(turn.answer_s for turn in self.turns if turn.answer_s is not None)
        return round(percentile(found, share), 3) if found else None

    def stage_s(self, name: str) -> float | None:
        """The median time until a stage was through, by the agent's own account; None where it gives none."""
        found = sorted(turn.stages[name] for turn in self.turns if name in turn.stages)
        return round(percentile(found, 0.5) / 1000, 3) if found else None

    @property
    def answered_share(self) -> float | None:
        """Turns that were answered from the FAQ, of those for which the agent tells what it did."""
        told = [turn for turn in self.turns if turn.act]
        return round(sum(turn.act == "answer" for turn in told) / len(told), 3) if told else None


def explain(heard: CallersResult, feed: LiveFeed) -> tuple[TurnOutcome, ...]:
    """Put beside every turn what the agent decided, and when its answer itself began."""
    outcomes = []
    for index, turn in enumerate(heard.turns):
        later = [other.from_ms for other in heard.turns[index + 1 :] if other.call_sid == turn.call_sid]
        until_ms = later[0] if later else float("inf")
        decided = feed.of_kind(turn.call_sid, "decided", max(turn.from_ms, turn.to_ms - EARLY_MS), until_ms)
        spoke = feed.of_kind(turn.call_sid, "latency", max(turn.from_ms, turn.to_ms - EARLY_MS), until_ms)
        outcome = TurnOutcome(turn, str(decided[-1]["data"]["act"]) if decided else "")
        if spoke and turn.latency_s is not None:
            # The agent's clock starts with the media stream, as the carrier's does.
            began_s = (spoke[-1]["at_ms"] - turn.to_ms) / 1000
            stages = {name: value for name, value in spoke[-1]["data"].items() if name in STAGES}
            outcome = replace(outcome, answer_s=max(turn.latency_s, began_s), stages=stages)
        outcomes.append(outcome)
    return tuple(outcomes)


def level_figures(levels: Sequence[Level], prefix: str = "") -> dict[str, float]:
    """Figures of every level, each key ending in the number of calls."""
    figures: dict[str, float | None] = {}
    for level in levels:
        n = level.calls
        figures[f"{prefix}latency_p50_s_{n}"] = level.latency(0.5)
        figures[f"{prefix}latency_p95_s_{n}"] = level.latency(0.95)
        for kind in ("human", "synthetic"):
            figures[f"{prefix}latency_p50_s_{kind}_{n}"] = level.latency(0.5, kind)
            figures[f"{prefix}latency_p95_s_{kind}_{n}"] = level.latency(0.95, kind)
        figures[f"{prefix}answer_p50_s_{n}"] = level.answer(0.5)
        figures[f"{prefix}answer_p95_s_{n}"] = level.answer(0.95)
        figures.update({f"{prefix}{stage}_p50_s_{n}": level.stage_s(stage) for stage in STAGES})
        figures[f"{prefix}answered_share_{n}"] = level.answered_share
        figures[f"{prefix}turns_{n}"] = len(level.outcomes)
        figures[f"{prefix}unanswered_{n}"] = level.unanswered
        figures[f"{prefix}cut_off_{n}"] = level.cut_off
        figures[f"{prefix}failed_calls_{n}"] = level.heard.failed_calls
        figures[f"{prefix}cpu_s_per_call_minute_{n}"] = (
            round(level.cpu_s / level.call_minutes, 2) if level.call_minutes else None
        )
        figures[f"{prefix}cpu_share_{n}"] = round(level.cpu_s / level.heard.wall_s / _cores(), 3)
        figures[f"{prefix}rss_mb_{n}"] = round(level.rss_mb, 1)
        figures[f"{prefix}caller_lag_p99_ms_{n}"] = level.heard.lag_ms[1]
    return {key: value for key, value in figures.items() if value is not None}


def own_figures(levels: Sequence[Level]) -> dict[str, float]:
    """`level_figures` with what is promised: late frames up to the promised number of calls, and how many are kept."""
    figures = level_figures(levels)
    figures.update({f"late_frames_{level.calls}": level.late_frames for level in levels})
    figures["late_frames"] = sum(level.late_frames for level in levels if level.calls <= PROMISED_CALLS)
    figures["calls_at_p95_1500ms"] = calls_within(levels, PROMISED_P95_S)
    return figures


def calls_within(levels: Sequence[Level], p95_s: float) -> int:
    """The most calls at which, and at fewer, the 95th percentile is at most `p95_s`; 0 when even the fewest fail."""
    kept = 0
    for level in sorted(levels, key=lambda level: level.calls):
        p95 = level.latency(0.95)
        if p95 is None or p95 > p95_s:
            break
        kept = level.calls
    return kept


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
