"""The two times of a call: wall clock for people, milliseconds since the call began for everything else."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias

CallClock: TypeAlias = Callable[[], float]
"""Milliseconds since the call began. Read from several threads, so it must only look, never wait."""


def utc_now() -> datetime:
    """The wall clock in UTC, aware of its zone."""
    return datetime.now(UTC)


def call_clock() -> CallClock:
    """A monotonic clock that begins at 0 now; a test gives its own function instead."""
    began = time.monotonic()
    return lambda: (time.monotonic() - began) * 1000.0
