"""Stretches of time and what can be reckoned with them. Seconds from the start of the recording."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, order=True)
class Span:
    """From `start_s` up to, and without, `end_s`. Raises `ValueError` when it ends before it starts."""

    start_s: float
    end_s: float

    def __post_init__(self) -> None:
        if self.end_s < self.start_s:
            raise ValueError(f"a span cannot end ({self.end_s}) before it starts ({self.start_s})")

    @property
    def seconds(self) -> float:
        """Its length."""
        return self.end_s - self.start_s

    def overlaps(self, other: Span) -> bool:
        """Whether they share more than a moment."""
        return self.start_s < other.end_s and other.start_s < self.end_s


def united(spans: Iterable[Span], gap_s: float = 0.0) -> tuple[Span, ...]:
    """Sorted and disjoint; spans that touch, or lie no more than `gap_s` apart, become one."""
    merged: list[Span] = []
    for span in sorted(span for span in spans if span.seconds > 0):
        if merged and span.start_s - merged[-1].end_s <= gap_s:
            merged[-1] = replace(merged[-1], end_s=max(merged[-1].end_s, span.end_s))
        else:
            merged.append(span)
    return tuple(merged)


def shared(left: Iterable[Span], right: Iterable[Span]) -> tuple[Span, ...]:
    """What lies in both."""
    ones, others = united(left), united(right)
    found: list[Span] = []
    at = to = 0
    while at < len(ones) and to < len(others):
        one, other = ones[at], others[to]
        start, end = max(one.start_s, other.start_s), min(one.end_s, other.end_s)
        if start < end:
            found.append(Span(start, end))
        if one.end_s <= other.end_s:
            at += 1
        else:
            to += 1
    return tuple(found)


def without(spans: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """What lies in `spans` and not in `taken`."""
    rest: list[Span] = []
    holes = united(taken)
    for span in united(spans):
        start = span.start_s
        for hole in holes:
            if hole.end_s <= start or hole.start_s >= span.end_s:
                continue
            if hole.start_s > start:
                rest.append(Span(start, hole.start_s))
            start = hole.end_s
        if start < span.end_s:
            rest.append(Span(start, span.end_s))
    return tuple(rest)


def at_once(tracks: Sequence[Iterable[Span]]) -> tuple[Span, ...]:
    """Where at least two of the tracks are active."""
    found: list[Span] = []
    for number, track in enumerate(tracks):
        for other in tracks[number + 1 :]:
            found += shared(track, other)
    return united(found)


def total_s(spans: Iterable[Span]) -> float:
    """Seconds covered; what is covered twice counts once."""
    return sum(span.seconds for span in united(spans))
