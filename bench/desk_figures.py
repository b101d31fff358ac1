"""Figures of the desk: how soon pages show what was said, how soon typed words are heard, and what it costs the calls.

All times are seconds on this machine's monotonic clock, which every process of it shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from bench.calls import percentile
from bench.load_callers import CallersResult, TurnHeard
from bench.load_figures import Level

PROMISED_SHOWN_S: Final = 1.0
PROMISED_TYPED_S: Final = 1.5
PROMISED_RATIO: Final = 1.10
EARLY_S: Final = 0.3
"""The agent's clock and the caller's may be apart so far."""
LEFT_S: Final = 3.0
"""A page that left the call so soon after a turn cannot be blamed for not showing it."""


@dataclass(frozen=True)
class Sighting:
    """A page showed words of a caller. `final` words are heard to the end; others are still being said."""

    page: int
    call_sid: str
    at: float
    final: bool
    text: str = ""


@dataclass(frozen=True)
class Followed:
    """A page had a call (by the carrier's id) open from `since` to `until`."""

    page: int
    call_sid: str
    since: float = 0.0
    until: float = float("inf")


@dataclass(frozen=True)
class Shown:
    """One turn on one page: how long after the caller's last sound the final words stood there (None: never).

    `partial_s` is how long after the caller's first sound the first words did; `in_time` whether that was before the
    last one.
    """

    final_s: float | None
    partial_s: float | None
    in_time: bool


@dataclass(frozen=True)
class Typed:
    """Words that were typed: from Enter to the first sound at the caller's telephone; None when none came."""

    heard_s: float | None


@dataclass(frozen=True)
class Lag:
    """How late the agent's event loop ran over the last minute of a round, in milliseconds."""

    p50_ms: float
    p95_ms: float
    most_ms: float


@dataclass(frozen=True)
class Round:
    """One stretch with so many calls: with pages, or without."""

    level: Level
    lag: Lag
    shown: tuple[Shown, ...] = ()
    typed: tuple[Typed, ...] = ()
    pages_cpu_s: float = 0.0


@dataclass(frozen=True)
class DeskLevel:
    """All rounds with `calls` calls, in their order: those `alone`, and those with `pages` open."""

    calls: int
    alone: tuple[Round, ...]
    pages: tuple[Round, ...] = field(default=())

    def response(self, rounds: Sequence[Round], share: float) -> float | None:
        """The percentile of the calls' response over `rounds`; None without a turn."""
        return _percentile([turn.latency_s for one in rounds for turn in one.level.turns], share)

    def slower(self, share: float) -> float | None:
        """How many times as long the response takes with pages as without."""
        alone, pages = self.response(self.alone, share), self.response(self.pages, share)
        return round(pages / alone, 3) if alone and pages is not None else None

    @property
    def spread(self) -> float | None:
        """The slowest round's median by the fastest's, of the rounds without pages: what chance alone does."""
        medians = [found for one in self.alone if (found := self.response([one], 0.5))]
        return round(max(medians) / min(medians), 3) if len(medians) > 1 else None

    @property
    def shown(self) -> tuple[Shown, ...]:
        """Every turn on every page."""
        return tuple(each for one in self.pages for each in one.shown)

    @property
    def typed(self) -> tuple[Typed, ...]:
        """Every line that was typed."""
        return tuple(each for one in self.pages for each in one.typed)

    def final(self, share: float) -> float | None:
        """The percentile of the time to the final words, of turns that came to the page."""
        return _percentile([each.final_s for each in self.shown], share)

    def partial(self, share: float) -> float | None:
        """The percentile of the time from the first sound to the first words."""
        return _percentile([each.partial_s for each in self.shown], share)

    def heard(self, share: float) -> float | None:
        """The percentile of the time from Enter to the telephone."""
        return _percentile([each.heard_s for each in self.typed], share)


def shown_of(heard: CallersResult, sightings: Sequence[Sighting], following: Sequence[Followed]) -> list[Shown]:
    """Every turn of `heard` on every page that had its call open all the while.

    Turns in which the agent cut in are left out: the words were taken before their end. So is what came of a turn
    after the next one of its call had begun.
    """
    began = {call.call_sid: call.began_at for call in heard.calls}
    shown = []
    for index, turn in enumerate(heard.turns):
        if turn.cut_off or turn.call_sid not in began:
            continue
        zero = began[turn.call_sid]
        later = [other.from_ms for other in heard.turns[index + 1 :] if other.call_sid == turn.call_sid]
        until = zero + later[0] / 1000 if later else float("inf")
        of_call = [s for s in sightings if s.call_sid == turn.call_sid and zero + turn.from_ms / 1000 <= s.at < until]
        began_at, ended_at = zero + turn.from_ms / 1000, zero + turn.to_ms / 1000
        shown += [
            _shown(turn, zero, [s for s in of_call if s.page == one.page])
            for one in following
            if one.call_sid == turn.call_sid and one.since <= began_at and one.until >= ended_at + LEFT_S
        ]
    return shown


def _shown(turn: TurnHeard, zero: float, sightings: Sequence[Sighting]) -> Shown:
    began, ended = zero + turn.from_ms / 1000, zero + turn.to_ms / 1000
    finals = [s.at for s in sightings if s.final and s.at >= ended - EARLY_S]
    # Of words that came in pieces the first piece counts as said, and the last as all of it.
    final_s = None if not finals else max(0.0, finals[-1] - ended)
    first = min((s.at for s in sightings if not s.final), default=None)
    partial_s = None if first is None else first - began
    return Shown(final_s, partial_s, first is not None and first < ended)


def desk_figures(levels: Sequence[DeskLevel]) -> dict[str, float]:
    """Figures of every level, each key ending in the number of calls."""
    figures: dict[str, float | None] = {}
    for level in levels:
        n = level.calls
        for name, share in (("p50", 0.5), ("p95", 0.95)):
            figures[f"response_{name}_s_alone_{n}"] = level.response(level.alone, share)
            figures[f"response_{name}_s_pages_{n}"] = level.response(level.pages, share)
            figures[f"response_{name}_ratio_{n}"] = level.slower(share)
            figures[f"shown_{name}_s_{n}"] = level.final(share)
            figures[f"first_words_{name}_s_{n}"] = level.partial(share)
            figures[f"typed_{name}_s_{n}"] = level.heard(share)
        figures[f"response_spread_alone_{n}"] = level.spread
        figures[f"shown_{n}"] = sum(each.final_s is not None for each in level.shown)
        figures[f"never_shown_{n}"] = sum(each.final_s is None for each in level.shown)
        figures[f"shown_within_1s_share_{n}"] = _share(
            [each.final_s is not None and each.final_s <= PROMISED_SHOWN_S for each in level.shown]
        )
        figures[f"first_words_in_time_share_{n}"] = _share([each.in_time for each in level.shown])
        figures[f"typed_{n}"] = len(level.typed)
        figures[f"typed_unheard_{n}"] = sum(each.heard_s is None for each in level.typed)
        for arm, rounds in (("alone", level.alone), ("pages", level.pages)):
            wall_s = sum(one.level.heard.wall_s for one in rounds)
            figures[f"turns_{arm}_{n}"] = sum(len(one.level.outcomes) for one in rounds)
            figures[f"unanswered_{arm}_{n}"] = sum(one.level.unanswered for one in rounds)
            figures[f"cut_off_{arm}_{n}"] = sum(one.level.cut_off for one in rounds)
            figures[f"late_frames_{arm}_{n}"] = sum(one.level.late_frames for one in rounds)
            figures[f"agent_cores_{arm}_{n}"] = _per(sum(one.level.cpu_s for one in rounds), wall_s)
            figures[f"loop_lag_p95_ms_{arm}_{n}"] = max((one.lag.p95_ms for one in rounds), default=None)
            figures[f"loop_lag_max_ms_{arm}_{n}"] = max((one.lag.most_ms for one in rounds), default=None)
            figures[f"caller_lag_p99_ms_{arm}_{n}"] = max((one.level.heard.lag_ms[1] for one in rounds), default=None)
        wall_s = sum(one.level.heard.wall_s for one in level.pages)
        figures[f"pages_cores_{n}"] = _per(sum(one.pages_cpu_s for one in level.pages), wall_s)
    figures["calls_as_promised"] = calls_as_promised(levels)
    return {key: value for key, value in figures.items() if value is not None}


def calls_as_promised(levels: Sequence[DeskLevel]) -> int:
    """The most calls at which, and at fewer, all three promises hold at the 95th percentile; 0 when none do."""
    kept = 0
    for level in sorted(levels, key=lambda level: level.calls):
        if not all(
            found is not None and found <= promised
            for found, promised in (
                (level.final(0.95), PROMISED_SHOWN_S),
                (level.heard(0.95), PROMISED_TYPED_S),
                (level.slower(0.95), PROMISED_RATIO),
            )
        ):
            break
        kept = level.calls
    return kept


def _percentile(values: Sequence[float | None], share: float) -> float | None:
    found = sorted(value for value in values if value is not None)
    return round(percentile(found, share), 3) if found else None


def _share(found: Sequence[bool]) -> float | None:
    return round(sum(found) / len(found), 3) if found else None


def _per(amount: float, seconds: float) -> float | None:
    return round(amount / seconds, 3) if seconds else None
