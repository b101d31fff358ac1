"""What a conversation remembers from turn to turn. Immutable: a decision carries the state that would follow it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dialogue.context import Context, Topic
from dialogue.escalation.facts import CallMemory, TurnFacts
from dialogue.escalation.judge import Firing
from dialogue.tools.flow import ToolState
from dialogue.turns import Reply

KEPT_TOPICS: Final = 8


class Asked(StrEnum):
    """What the agent asked last, if it asked something that needs an answer."""

    NOTHING = "nothing"
    FOLLOW_UP = "follow_up"
    WHICH = "which"
    IS_IT_THIS = "is_it_this"
    PERSON_WANTED = "person_wanted"
    TOOL = "tool"
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

    `repeatable` is what 「もう一度」 repeats. `topics` are the matters talked about, the newest last; `question` is the
    last question as it was understood; `asked_again` are the options that were asked about once more after another
    matter had come between. `tool` is the tool under way, `tools_done` are those that were run
    or declined. `memory` is what the escalation rules remember,
    `asks_for` the kind of value that was asked for last; `followed_up`: the last answer ended
    with the follow-up question.
    """

    asked: Asked = Asked.NOTHING
    options: tuple[Option, ...] = ()
    asked_again: tuple[Option, ...] = ()
    repeatable: Reply | None = None
    topics: tuple[Topic, ...] = ()
    question: str = ""
    reasks: int = 0
    no_inputs: int = 0
    speed: float = 1.0
    answers: int = 0
    tool: ToolState | None = None
    tools_done: tuple[str, ...] = ()
    memory: CallMemory = CallMemory()
    asks_for: str = ""
    followed_up: bool = False

    @property
    def topic_id(self) -> str:
        """The entry last answered; empty before the first."""
        return self.topics[-1].entry_id if self.topics else ""

    @property
    def context(self) -> Context:
        """What the next turn is understood in."""
        offered = tuple(option.entry_id for option in self.options)
        return Context(self.topics, self.question, offered, self.asked is Asked.FOLLOW_UP)


def with_topic(topics: tuple[Topic, ...], topic: Topic) -> tuple[Topic, ...]:
    """`topics` with `topic` as the newest, each entry once, the oldest forgotten."""
    return (*(each for each in topics if each.entry_id != topic.entry_id), topic)[-KEPT_TOPICS:]


@dataclass(frozen=True)
class Decision:
    """A reply and the state the conversation is in once the reply is given. Nothing changes until it is committed.

    `firing` is the escalation rule that acted, `facts` what the rules looked at.
    """

    reply: Reply
    state: ConversationState
    firing: Firing | None = None
    facts: TurnFacts | None = None
