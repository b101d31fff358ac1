"""The caller waits for a person: music, two keys, a limit, and everything they say is heard."""

from __future__ import annotations

import re
from typing import Final

from dialogue.evidence import Evidence
from dialogue.manager import Conversation
from dialogue.turns import Act, Reply
from records.models import EscalationOutcome
from telephony.agent_side import AgentSide
from telephony.call_types import Inbound, PlaybackEnded, Timer
from telephony.desk_phrases import (
    BACK_AT_WISH,
    CALLBACK_AT_WISH,
    NOBODY_FREE,
    STILL_WAITING,
    WHILE_WAITING,
    WHILE_WAITING_UNREACHABLE,
)
from telephony.floor import Floor
from telephony.hold_sound import HoldSound
from telephony.overhearing import Overhearing
from telephony.protocols.line import KeyPressed
from telephony.states import CallState
from telephony.waiting import LeftHow, Place
from voice.ear_events import UtteranceHeard

BACK: Final = "1"
CALLBACK: Final = "2"
_NO_LONGER: Final = re.compile(
    r"(?:やっぱり|もう|それなら|じゃあ)(?:いい|結構|けっこう|大丈夫)|待て(?:ない|ません)|待つのは"
)


class WaitingSide:
    """Nobody handles the call yet, as a `Party`."""

    def __init__(
        self, floor: Floor, conversation: Conversation, agent: AgentSide, place: Place, sound: HoldSound
    ) -> None:
        self._floor = floor
        self._conversation = conversation
        self._agent = agent
        self._place = place
        self._sound = sound
        self._overhearing = Overhearing(floor, conversation)

    def begin(self) -> None:
        """Tell the caller how it goes on, and play."""
        self._floor.go(CallState.HOLDING)
        self._floor.hear_everything()
        self._floor.timers.arm(Timer.WAIT_LIMIT, self._floor.rules.wait_limit_ms)
        self._sound.start(WHILE_WAITING if self._can_be_called else WHILE_WAITING_UNREACHABLE, STILL_WAITING)

    @property
    def _can_be_called(self) -> bool:
        return self._conversation.promise().outcome != EscalationOutcome.FAILED.value

    async def handle(self, item: Inbound) -> None:
        """Something has happened."""
        match item:
            case KeyPressed() if item.digit == BACK:
                await self._back_to_agent()
            case KeyPressed() if item.digit == CALLBACK and self._can_be_called:
                await self._promise("ended", CALLBACK_AT_WISH)
            case UtteranceHeard():
                self._overhearing.heard(item)
                if _NO_LONGER.search(item.text):
                    await self._back_to_agent()
            case PlaybackEnded():
                self._sound.ended(item)

    async def on_timer(self, name: Timer) -> None:
        """Nobody came in time."""
        if name in {Timer.WAIT_LIMIT, Timer.MAX_CALL}:
            await self._promise("timed_out", NOBODY_FREE)

    async def leave(self) -> None:
        """Someone comes."""
        self._floor.timers.disarm(Timer.WAIT_LIMIT)
        await self._sound.stop()

    async def _back_to_agent(self) -> None:
        if self._agent.is_off:
            await self._promise("ended", CALLBACK_AT_WISH)
            return
        await self._place.give_up("returned")
        await self._floor.pass_to(self._agent)
        self._agent.say(Reply(BACK_AT_WISH, Act.ACKNOWLEDGE, Evidence(decision="line", rule="back_from_waiting")))

    async def _promise(self, how: LeftHow, lead: str) -> None:
        reply, outcome = self._agent.transfers.nobody_came(lead)
        await self._place.give_up(how, outcome)
        await self._floor.pass_to(self._agent)
        self._agent.say(reply, self._agent.hand_over_done)
