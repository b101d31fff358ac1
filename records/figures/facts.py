"""What one call is to the figures: plain frozen facts, nothing personal but the number that recontacts go by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Finish(StrEnum):
    """How the agent's part of a call ended; every call has exactly one."""

    NOT_ENGAGED = "not_engaged"
    """The caller neither spoke nor pressed a key: no denominator of the agent's work."""
    COMPLETED = "completed"
    """An accepted outcome, with neither a person nor a promise to call back."""
    PERSON = "person"
    """A person talked with the caller."""
    ESCALATED = "escalated"
    """A person was asked for or promised, and none talked in this call."""
    HUNG_UP_AFTER_ANSWER = "hung_up_after_answer"
    """The caller rang off after an answer heard to its end, without a word: not contained."""
    HUNG_UP = "hung_up"
    """The caller rang off before any outcome (途中離脱)."""
    OTHER = "other"
    """Ended by silence, a rule, a time limit or a fault."""


class Outcome(StrEnum):
    """What the agent reached. The first two are accepted outcomes."""

    CONFIRMED = "answer_confirmed"
    """An answer from the FAQ, after which the caller took leave in words (「ありがとうございます」「以上です」)."""
    TASK_DONE = "task_done"
    """A transaction carried out after its read-back was confirmed."""
    UNCONFIRMED = "answer_unconfirmed"
    """An answer heard to its end, and nothing said after it. Not accepted: a plain hang-up is not containment."""


ACCEPTED = frozenset({Outcome.CONFIRMED, Outcome.TASK_DONE})


class Left(StrEnum):
    """How a caller left the queue for a person."""

    ANSWERED = "answered"
    ABANDONED = "abandoned"
    OTHERWISE = "otherwise"


@dataclass(frozen=True, slots=True)
class Wait:
    """One stay in the queue."""

    waited_ms: int
    left: Left


@dataclass(frozen=True, slots=True)
class TalkFacts:
    """What happened in the call itself: it changes no more once the call has ended, and is kept as such.

    `agent_ms` is the agent's own time, from the connection to the queue, to a person or to the end. `topic` is the
    entry of the last answer. `left_at` is the kind of the agent's last words, where the caller rang off before an
    outcome. `responses_ms` are the waits from the end of the caller's speech to the first sound of the reply.
    """

    answered: bool = False
    short_abandon: bool = False
    engaged: bool = False
    agent_ms: int = 0
    finish: Finish = Finish.NOT_ENGAGED
    outcome: Outcome | None = None
    topic: str = ""
    entries: tuple[str, ...] = ()
    answers: int = 0
    unanswered: int = 0
    caller_turns: int = 0
    asked_again: int = 0
    prompts: int = 0
    cuts: int = 0
    false_cuts: int = 0
    responses_ms: tuple[int, ...] = ()
    reasons: tuple[str, ...] = ()
    waits: tuple[Wait, ...] = ()
    person: bool = False
    left_at: str = ""


@dataclass(frozen=True, slots=True)
class Handled:
    """One person's work on a call. `finished`: the work after the call is over too. `resolved` is their mark."""

    talk_ms: int
    hold_ms: int
    acw_ms: int
    finished: bool
    resolved: bool | None = None


@dataclass(frozen=True, slots=True)
class Promise:
    """A call back that was booked; `kept` when it was made by the moment it was due."""

    done: bool
    kept: bool


@dataclass(frozen=True, slots=True)
class CallFacts:
    """Everything the figures know of one call.

    `again_after_s` is how long after it the same number called about the same matter, up to seven days; None
    when it did not. `settled` says that seven days have passed, so that this can no longer change.
    """

    call_id: str
    offered_at: datetime
    called_number: str = ""
    line: str = ""
    talk: TalkFacts = TalkFacts()
    handled: tuple[Handled, ...] = ()
    promises: tuple[Promise, ...] = ()
    votes_right: int = 0
    votes_wrong: int = 0
    number_known: bool = False
    again_after_s: float | None = None
    settled: bool = True
    category: str = ""

    @property
    def person(self) -> bool:
        """Whether a person spent time on the call."""
        return self.talk.person or bool(self.handled)

    @property
    def contained(self) -> bool:
        """完結: an accepted outcome, and neither a person nor a promise to call back."""
        return self.talk.finish is Finish.COMPLETED and not self.handled and not self.promises


@dataclass(frozen=True, slots=True)
class Staffing:
    """People's time in a period, of their presence: all of it, and what they stood ready without work."""

    present_ms: int
    ready_ms: int
