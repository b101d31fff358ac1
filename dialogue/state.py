"""What a conversation remembers from turn to turn. Immutable: a decision carries the state that would follow it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from dialogue.turns import Reply


class Asked(StrEnum):
    """What the agent asked last, if it asked something that needs an answer."""

    NOTHING = "nothing"
    FOLLOW_UP = "follow_up"
    WHICH_OF_TWO = "which_of_two"
    IS_IT_THIS = "is_it_this"
    KEYPAD = "keypad"
    WAITING = "waiting"


@dataclass(frozen=True)
class Option:
    """An entry that the caller was asked about."""

    entry_id: str
    title: str


@dataclass(frozen=True)
class ConversationState:
    """`reasks` and `no_inputs` count the present run of failures; `speed` is the rate the caller asked for.

    `repeatable` is what 「もう一度」 repeats. `topic` is the title of the entry last answered.
    """

    asked: Asked = Asked.NOTHING
    options: tuple[Option, ...] = ()
    repeatable: Reply | None = None
    topic: str = ""
    topic_id: str = ""
    reasks: int = 0
    no_inputs: int = 0
    speed: float = 1.0
    answers: int = 0
    upset: int = 0


@dataclass(frozen=True)
class Decision:
    """A reply and the state the conversation is in once the reply is given. Nothing changes until it is committed."""

    reply: Reply
    state: ConversationState
