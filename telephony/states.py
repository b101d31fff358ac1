"""The states of a call and the table of transitions between them."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class CallState(StrEnum):
    """Where a call stands."""

    CONNECTING = "connecting"
    GREETING = "greeting"
    LISTENING = "listening"
    THINKING = "thinking"
    SPEAKING = "speaking"
    HOLDING = "holding"
    WITH_OPERATOR = "with_operator"
    ENDED = "ended"


TRANSITIONS: Final[dict[CallState, frozenset[CallState]]] = {
    CallState.CONNECTING: frozenset({CallState.GREETING, CallState.WITH_OPERATOR, CallState.ENDED}),
    CallState.GREETING: frozenset(
        {CallState.LISTENING, CallState.THINKING, CallState.HOLDING, CallState.WITH_OPERATOR, CallState.ENDED}
    ),
    CallState.LISTENING: frozenset({CallState.THINKING, CallState.WITH_OPERATOR, CallState.ENDED}),
    CallState.THINKING: frozenset({CallState.SPEAKING, CallState.LISTENING, CallState.WITH_OPERATOR, CallState.ENDED}),
    CallState.SPEAKING: frozenset(
        {CallState.LISTENING, CallState.THINKING, CallState.HOLDING, CallState.WITH_OPERATOR, CallState.ENDED}
    ),
    CallState.HOLDING: frozenset({CallState.WITH_OPERATOR, CallState.THINKING, CallState.ENDED}),
    CallState.WITH_OPERATOR: frozenset({CallState.HOLDING, CallState.THINKING, CallState.ENDED}),
    CallState.ENDED: frozenset(),
}
"""A person may take over anywhere. Who gives a call back goes by way of thinking: what is said next is decided."""


class ForbiddenTransitionError(RuntimeError):
    """The call was asked to go where the table does not lead."""


class StateMachine:
    """Holds a call's state and lets it change only along the table."""

    def __init__(self) -> None:
        self._state = CallState.CONNECTING

    @property
    def state(self) -> CallState:
        """The present state."""
        return self._state

    def go(self, target: CallState) -> bool:
        """Change to `target`; False when already there. Raises `ForbiddenTransitionError` off the table."""
        if target is self._state:
            return False
        if target not in TRANSITIONS[self._state]:
            raise ForbiddenTransitionError(f"{self._state} -> {target}")
        self._state = target
        return True
