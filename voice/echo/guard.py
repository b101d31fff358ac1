"""Takes the agent's own voice out of what comes back from the caller, and tells how much of that was its own voice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from voice.audio.pcm import RATE_HZ, Samples
from voice.echo.canceller import EchoCanceller
from voice.echo.delay import DelayFinder
from voice.echo.far_end import FarEnd
from voice.echo.suppressor import EchoSuppressor

_BLOCK_MS: Final = 20
_TAIL_MS: Final = 600.0
"""So long after the agent's last sound its echo may still arrive (400 ms of delay and 200 ms of room)."""
_JUMP_MS: Final = 1.0
_AUDIBLE: Final = 10 ** (-62 / 20)
"""Quieter blocks are the line's own noise."""
_FIRST_VOICE_MS: Final = 2_000.0
"""After so much of the agent's voice without an echo the line is taken to have none (until one is found)."""
_CERTAIN: Final = 13.0
_UNPROVED_MS: Final = 800.0
"""A delay that predicts nothing in so much sound of both sides was no echo's."""
_NO_ECHO_MS: Final = 900.0
"""So much sound from the caller meanwhile that is no echo settles it sooner."""


@dataclass(frozen=True)
class EchoSettings:
    """What is taken for an echo.

    In the call's first agent voice a correlation peak of `found_peak` standard deviations is an echo, and one of
    `likely_peak` if it is seen twice running (every 40 ms) in the same place. After that `found_peak` must be seen
    twice: the caller must not be taken for an echo by chance. One of `moved_peak` elsewhere means that the delay has
    changed. Nothing comes back sooner than `shortest_delay_ms`. The filter is `filter_ms` long and begins `early_ms`
    before the delay that was found.
    """

    found_peak: float = 9.5
    likely_peak: float = 7.5
    moved_peak: float = 11.0
    shortest_delay_ms: float = 30.0
    filter_ms: float = 200.0
    early_ms: float = 15.0


class EchoGuard:
    """The echo of one call: not thread-safe, made to run on the event loop.

    Both sides are given at `rate_hz`, placed on the same clock; put it before resampling, at the line's own rate.
    While the agent is silent (and has been for 0.6 s) what comes in goes out untouched; so it does for as long as no
    echo has ever been found.
    """

    def __init__(self, rate_hz: int = RATE_HZ, settings: EchoSettings = EchoSettings()) -> None:
        self._rate_hz = rate_hz
        self._settings = settings
        self._block = rate_hz * _BLOCK_MS // 1000
        self._far = FarEnd(rate_hz)
        self._finder = DelayFinder(rate_hz)
        self._canceller = EchoCanceller(self._block, round(settings.filter_ms / _BLOCK_MS))
        self._suppressor = EchoSuppressor(rate_hz, self._block)
        self._near: Samples = np.zeros(self._finder.window, dtype=np.float32)
        self._position = 0
        self._fill = 0
        self._predicted: Samples = np.zeros(self._block, dtype=np.float32)
        self._left: Samples = np.zeros(self._block, dtype=np.float32)
        self._delay: int | None = None
        self._quiet_from = -1
        self._active = False
        self._blocks = 0
        self._wary = True
        self._together = 0
        self._candidate = 0
        self._unproved = 0
        self._far_blocks = 0

    @property
    def delay_ms(self) -> float | None:
        """How late the echo comes back; None while none has been found."""
        return None if self._delay is None else self._delay * 1000.0 / self._rate_hz

    def agent_speaks(self, at_ms: float, samples: Samples) -> None:
        """The far side plays `samples` from `at_ms` on. To be told before their echo can arrive."""
        start = self._at(at_ms)
        self._far.write(start, samples)
        if len(samples) and float(np.abs(samples).max()) > _AUDIBLE:
            self._quiet_from = max(self._quiet_from, start + len(samples) + self._at(_TAIL_MS))

    def truncate(self, at_ms: float) -> None:
        """The agent fell silent at `at_ms`: nothing after that was played."""
        self._far.truncate(self._at(at_ms))
        self._quiet_from = min(self._quiet_from, self._at(at_ms) + self._at(_TAIL_MS))

    def clean(self, at_ms: float, samples: Samples) -> Samples:
        """The caller's `samples` from `at_ms` on, of any length, without the agent's echo. As long as they are."""
        position = self._at(at_ms)
        if abs(position - self._position) > self._at(_JUMP_MS):
            self._jump(position)
        if self._position >= self._quiet_from:
            self._pass(samples)
            return samples
        if not self._active:
            self._begin()
        pieces = []
        taken = 0
        while taken < len(samples):
            piece = samples[taken : taken + self._block - self._fill]
            pieces.append(self._piece(piece))
            taken += len(piece)
        return np.concatenate(pieces) if pieces else samples

    def explains(self, at_ms: float) -> float:
        """How much of the caller's sound around `at_ms` (now) is the agent's echo: 0 none of it, 1 all."""
        if self._at(at_ms) >= self._quiet_from or not self._active:
            return 0.0
        return self._suppressor.explained

    def _piece(self, piece: Samples) -> Samples:
        """At most one block's samples, not crossing the block's end."""
        if self._fill == 0 and self._delay is not None:
            self._predicted = self._canceller.hear_far(self._reference(self._position - self._block, 2 * self._block))
        end = self._fill + len(piece)
        self._remember(piece)
        left = piece
        if self._delay is not None:
            left = piece - self._predicted[self._fill : end]
            self._left[self._fill : end] = left
        self._position += len(piece)
        self._fill = end % self._block
        if end == self._block:
            self._end_block()
        if self._delay is None:
            return np.zeros_like(piece) if self._wary else piece
        predicted = self._predicted[end - len(piece) : end]
        return self._suppressor.push(piece, left, predicted)

    def _end_block(self) -> None:
        self._blocks += 1
        if self._delay is not None:
            self._canceller.learn(self._left)
            self._suppressor.hear_far(self._reference(self._position - 2 * self._block, 2 * self._block))
        every = 25 if self._delay is not None and self._suppressor.trusts else 2
        if self._blocks % every == 0 and self._both_sound():
            self._search()
        if self._wary:
            self._grow_used()
        if self._delay is not None:
            self._prove()

    def _prove(self) -> None:
        """Give up a delay that was found by chance, lest the caller be taken for an echo."""
        if self._suppressor.follows:
            self._unproved = 0
        elif _loud(self._near[-self._block :]) and _loud(self._reference(self._position - self._block, self._block)):
            self._unproved += 1
        if self._unproved * _BLOCK_MS > _UNPROVED_MS:
            self._unproved = 0
            self._delay = None
            self._finder.forget()

    def _grow_used(self) -> None:
        """The call's first agent voice may come back before it can be recognised: until then nothing passes."""
        here = self._position
        if _loud(self._far.read(here - self._block, self._block)):
            self._far_blocks += 1
        if self._far_blocks and _loud(self._near[-self._block :]):
            self._together += 1
        self._wary = (
            self._delay is None
            and self._together * _BLOCK_MS < _NO_ECHO_MS
            and self._far_blocks * _BLOCK_MS < _FIRST_VOICE_MS
        )

    def _search(self) -> None:
        span = self._finder.span
        found = self._finder.find(self._near, self._far.read(self._position - span, span))
        if found.samples < self._at(self._settings.shortest_delay_ms):
            return
        if self._delay is None:
            likely = found.peak >= (self._settings.likely_peak if self._wary else self._settings.found_peak)
            same = likely and abs(found.samples - self._candidate) <= self._at(1.5)
            self._candidate = found.samples if likely else 0
            if same or (found.peak >= self._settings.found_peak and self._wary) or found.peak >= _CERTAIN:
                self._settle(found.samples)
        elif found.peak >= self._settings.moved_peak and abs(found.samples - self._delay) > self._at(1.0):
            self._delay = found.samples
            self._refill()
            self._suppressor.doubt()

    def _settle(self, delay: int) -> None:
        """The first time an echo is found: learn from what has been heard of it."""
        self._delay = delay
        self._canceller.forget()
        count = len(self._near) // self._block
        for _ in range(2):
            self._refill(count)
            for at in range(count):
                start = self._position - (count - at) * self._block
                reference = self._reference(start - self._block, 2 * self._block)
                near = self._near[at * self._block : (at + 1) * self._block]
                left = near - self._canceller.hear_far(reference)
                self._canceller.learn(left)
                self._suppressor.hear_far(reference)
                self._suppressor.learn(near)

    def _refill(self, back: int = 0) -> None:
        """Give the canceller the far end as it stands before `back` blocks ago."""
        here = self._position - (back + 1) * self._block
        for number in range(self._canceller.partitions, 0, -1):
            self._canceller.hear_far(self._reference(here - number * self._block, 2 * self._block))

    def _begin(self) -> None:
        """The agent speaks again: blocks begin here."""
        self._active = True
        self._fill = 0
        self._finder.forget()
        self._suppressor.doubt()
        if self._delay is not None:
            self._refill()

    def _pass(self, samples: Samples) -> None:
        self._active = False
        self._position += len(samples)
        self._remember(samples)

    def _jump(self, position: int) -> None:
        self._position = position
        self._active = False
        self._near[:] = 0.0

    def _remember(self, samples: Samples) -> None:
        count = min(len(samples), len(self._near))
        if count:
            self._near[:-count] = self._near[count:]
            self._near[-count:] = samples[-count:]

    def _reference(self, start: int, count: int) -> Samples:
        return self._far.read(start - (self._delay or 0) + self._at(self._settings.early_ms), count)

    def _both_sound(self) -> bool:
        far = self._far.read(self._position - self._finder.span, self._finder.span)
        return _sounding(self._near, self._block) >= 4 and _sounding(far, self._block) >= 4

    def _at(self, milliseconds: float) -> int:
        return round(milliseconds * self._rate_hz / 1000.0)


def _loud(samples: Samples) -> bool:
    return float(np.square(samples).mean()) > 10 * _AUDIBLE**2


def _sounding(samples: Samples, block: int) -> int:
    """How many blocks are within 15 dB of the loudest, and louder than the line."""
    powers = np.square(samples[: len(samples) // block * block].reshape(-1, block)).mean(axis=1)
    return int(np.count_nonzero(powers > max(float(powers.max()) * 0.03, 10 * _AUDIBLE**2)))
