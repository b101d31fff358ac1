"""What everyone who may handle a call shares: where it stands, what it waits for, and how it is written down."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from records.models import EndedBy
from telephony.call_types import CallRules, Inbound, Timer
from telephony.clock import CallClock
from telephony.events import EventKind
from telephony.journal import CallJournal
from telephony.minutes import Minutes
from telephony.speaking import Speaking
from telephony.states import CallState, StateMachine
from telephony.timers import Timers
from voice.ear import Ear
from voice.turn.expectation import Expectation


class Party(Protocol):
    """Who handles the call just now: the agent, an operator, or nobody yet while the caller waits."""

    async def handle(self, item: Inbound) -> None:
        """Something has happened."""
        ...

    async def on_timer(self, name: Timer) -> None:
        """What was waited for did not happen in time."""
        ...

    async def leave(self) -> None:
        """Someone else takes over: fall silent at once; what was heard is recorded, and nothing is left running."""
        ...


class Floor:
    """The ground of one call. `ear` is the caller's, `party` handles the call; `post` brings its actor something."""

    def __init__(
        self,
        speaking: Speaking,
        journal: CallJournal,
        clock: CallClock,
        rules: CallRules,
        post: Callable[[Inbound], None],
        caller_number: str = "",
    ) -> None:
        self.speaking = speaking
        self.journal = journal
        self.clock = clock
        self.rules = rules
        self.post = post
        self.caller_number = caller_number
        self.timers = Timers(clock)
        self.minutes = Minutes(journal, clock)
        self.ear: Ear | None = None
        self.ended_by: EndedBy | None = None
        self.party: Party | None = None
        self._machine = StateMachine()
        self._turns = 0

    @property
    def state(self) -> CallState:
        """Where the call stands."""
        return self._machine.state

    @property
    def turns(self) -> int:
        """The number of the last exchange."""
        return self._turns

    def next_turn(self) -> int:
        """The number of a new exchange."""
        self._turns += 1
        return self._turns

    def go(self, state: CallState) -> None:
        """The call now stands at `state`. Raises `ForbiddenTransitionError` off the table."""
        if self._machine.go(state):
            self.journal.event(EventKind.STATE, state=state.value)

    async def pass_to(self, party: Party) -> None:
        """`party` handles the call from now on; who did until now falls silent."""
        former, self.party = self.party, party
        if former is not None:
            await former.leave()

    def end(self, by: EndedBy) -> None:
        """The call is over."""
        self.ended_by = self.ended_by or by

    def hear_everything(self) -> None:
        """All that the caller says counts as said, whoever speaks meanwhile, and nothing in particular is awaited."""
        if self.ear is not None:
            self.ear.judge_overlap(False)
            self.ear.expect(Expectation.FREE)
        self.journal.redactor.expect(None)
