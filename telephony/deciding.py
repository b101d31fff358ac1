"""What to say to a turn: the mind's decision, after a second and closer hearing where the first was not understood."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from dialogue.manager import Conversation, Decision
from dialogue.turns import Act, CallerTurn, TurnKind
from telephony.call_types import Decided, Doubted
from telephony.events import EventKind
from telephony.journal import CallJournal
from telephony.preparing import Preparation, worth_a_second_hearing
from voice.ear import Ear
from voice.ear_events import UtteranceHeard
from voice.recognition.recognizer import Transcript


@dataclass(frozen=True)
class HeardTurn:
    """A turn with what it was heard from; keys and silence have no utterance."""

    number: int
    turn: CallerTurn
    utterance: UtteranceHeard | None = None


def spoken_turn(before: str, text: str, transcript: Transcript) -> CallerTurn:
    """The turn of a caller who said `before` and then `text`."""
    alternatives = tuple(alternative.text for alternative in transcript.alternatives)
    return CallerTurn(TurnKind.SPEECH, before + text, alternatives, transcript.confidence)


class Decider:
    """Asks the mind within `deadline_s`; never raises, and never ends worse than the first answer."""

    def __init__(
        self, conversation: Conversation, journal: CallJournal, deadline_s: float, report: Callable[[Doubted], None]
    ) -> None:
        """`report` is told when a turn has to be heard a second time before it can be answered."""
        self._conversation = conversation
        self._journal = journal
        self._deadline_s = deadline_s
        self._report = report

    async def decide(self, heard: HeardTurn, ear: Ear | None, ahead: Preparation) -> Decided:
        """The decision on `heard`, made `ahead` or now; `ear` can listen to a spoken turn again."""
        utterance = heard.utterance if ear is not None else None
        turn = replace(heard.turn, provisional=utterance is not None)
        try:
            async with asyncio.timeout(self._deadline_s):
                prepared = await ahead.claim(turn)
                decision = prepared or await self._conversation.decide(turn)
            if ear is not None and utterance is not None and worth_a_second_hearing(decision.reply):
                self._report(Doubted(heard.number))
                decision = await self._decide_again(heard, decision, utterance, ear)
        except TimeoutError:
            return Decided(heard.number, None, "late")
        except Exception as error:
            return Decided(heard.number, None, f"{type(error).__name__}: {error}")
        return Decided(heard.number, decision, ahead=decision is prepared)

    async def run_tool(self, number: int, deadline_s: float) -> Decided:
        """What came of the tool that the caller confirmed."""
        try:
            async with asyncio.timeout(deadline_s):
                return Decided(number, await self._conversation.run_tool())
        except TimeoutError:
            return Decided(number, None, "late")
        except Exception as error:
            return Decided(number, None, f"{type(error).__name__}: {error}")

    async def _decide_again(self, heard: HeardTurn, first: Decision, utterance: UtteranceHeard, ear: Ear) -> Decision:
        turn = await self._listen_again(heard, utterance, ear)
        try:
            async with asyncio.timeout(self._deadline_s):
                second = await self._conversation.decide(turn)
        except TimeoutError:
            return first
        better = second.reply.act is Act.ANSWER or first.reply.act is Act.REASK
        return second if better else first

    async def _listen_again(self, heard: HeardTurn, utterance: UtteranceHeard, ear: Ear) -> CallerTurn:
        again = await ear.hear_again(utterance)
        if again is None or not again.text:
            return heard.turn
        # What the caller said before going on is not in this utterance's audio.
        before = heard.turn.text.removesuffix(utterance.text)
        alternatives = tuple(alternative.text for alternative in again.alternatives)
        self._journal.event(
            EventKind.HEARD_AGAIN,
            turn=heard.number,
            text=again.text,
            alternatives=list(alternatives),
            confidence=again.confidence,
            took_ms=again.took_ms,
        )
        return CallerTurn(
            TurnKind.SPEECH, before + again.text, (utterance.text, *alternatives), confidence=again.confidence
        )
