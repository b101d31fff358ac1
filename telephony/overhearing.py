"""What the caller says while no agent answers: heard, written down and remembered, and decided on by nobody."""

from __future__ import annotations

from dialogue.manager import Conversation
from telephony.call_types import TurnTrace
from telephony.deciding import spoken_turn
from telephony.floor import Floor
from voice.ear_events import UtteranceHeard


class Overhearing:
    """Takes down the caller's turns; the agent will know of them when the call comes back to it."""

    def __init__(self, floor: Floor, conversation: Conversation) -> None:
        self._floor = floor
        self._conversation = conversation

    def heard(self, heard: UtteranceHeard) -> None:
        """A turn of the caller."""
        turn = spoken_turn("", heard.text, heard.transcript)
        self._floor.minutes.caller_turn(TurnTrace(self._floor.next_turn(), turn, heard))
        self._conversation.overheard(turn.text, by_agent=False)
