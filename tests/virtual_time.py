"""An event loop whose time jumps to the next deadline instead of waiting: hours of call pass in milliseconds."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from dialogue.scenarios.clock import VirtualTimeLoop

T = TypeVar("T")


def run_virtually(scenario: Coroutine[Any, Any, T]) -> T:
    """Run `scenario` to its end on a fresh virtual loop, cancelling what it leaves."""
    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        return runner.run(scenario)
