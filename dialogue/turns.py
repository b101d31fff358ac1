"""What goes into the mind and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dialogue.evidence import Evidence


class TurnKind(StrEnum):
    """How the caller took the turn."""

    SPEECH = "speech"
    KEYPAD = "keypad"
    SILENCE = "silence"


@dataclass(frozen=True)
class CallerTurn:
    """One turn of the caller. `text` is what was heard (empty for silence), `digits` what was pressed.

    `provisional`: the line can listen again more closely, so nothing slow (a language model) is worth asking yet.
    """

    kind: TurnKind
    text: str = ""
    alternatives: tuple[str, ...] = ()
    confidence: float | None = None
    digits: str = ""
    provisional: bool = False


class Act(StrEnum):
    """What a reply does."""

    GREET = "greet"
    ANSWER = "answer"
    CLARIFY = "clarify"
    REASK = "reask"
    REPEAT = "repeat"
    ACKNOWLEDGE = "acknowledge"
    NO_INPUT = "no_input"
    WAIT = "wait"
    COLLECT = "collect"
    RUN_TOOL = "run_tool"
    HAND_OVER = "hand_over"
    CLOSE = "close"


class After(StrEnum):
    """What the call does once the reply has been spoken."""

    LISTEN = "listen"
    RUN_TOOL = "run_tool"
    HAND_OVER = "hand_over"
    HANG_UP = "hang_up"


class Expects(StrEnum):
    """What kind of answer the reply asks for; same values as `voice.turn.expectation.Expectation`."""

    FREE = "free"
    YES_NO = "yes_no"
    CHOICE = "choice"
    DIGITS = "digits"


@dataclass(frozen=True)
class Reply:
    """A decided reply: `sentences` are spoken in order, word for word.

    `speed` is the speaking rate the caller asked for. While `interruptible` is false the caller's speech does
    not stop it (the disclosure at the opening). `escalation_reason` is set when `after` is `HAND_OVER`. After
    `RUN_TOOL` the line awaits `Conversation.run_tool` and speaks what it decides. `asks_for` is the kind of value
    that the reply asks for. `queue` and `priority` (1 is the most urgent) say which people take over.
    """

    sentences: tuple[str, ...]
    act: Act
    evidence: Evidence
    after: After = After.LISTEN
    expects: Expects = Expects.FREE
    speed: float = 1.0
    interruptible: bool = True
    escalation_reason: str | None = None
    asks_for: str = ""
    queue: str = ""
    priority: int = 3

    @property
    def text(self) -> str:
        """The whole reply as one string."""
        return "".join(self.sentences)
