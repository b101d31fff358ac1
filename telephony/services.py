"""What every call shares, built once by the composition root."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from dialogue.manager import Conversation
from dialogue.privacy.finder import PersonalFinder
from records.models import CallOpened
from records.store import Records
from telephony.after_call import AnalyseSpeakers, Summarise
from telephony.call_types import CallRules
from telephony.desk import OperatorDesk
from telephony.live import LiveCalls
from telephony.muting import Muting
from telephony.waiting import WaitingRoom
from voice.ear import Ear
from voice.ear_events import EarEvent
from voice.tts.mouth import Mouth


@dataclass(frozen=True)
class CallServices:
    """The factories and stores that a call is made from. `recordings` is None when calls are not recorded.

    `finder` finds what is personal in a call's words; `muting` silences it in recordings.
    `desk` is where people reach running calls, `waiting_room` where callers wait for them (None: nobody can be waited
    for). `ai_off` tells what callers hear while the AI may not speak; None while it may. `new_operator_ear` is for an
    operator's own words, which no caller waits for; without it they are heard as a caller's are.
    `pace` is how fast the agent speaks, 1.0 being the voice's own rate.
    """

    new_ear: Callable[[Callable[[EarEvent], None]], Ear]
    new_conversation: Callable[[CallOpened], Awaitable[Conversation]]
    mouth: Mouth
    records: Records
    live: LiveCalls
    recordings: Path | None
    voice_name: str
    recogniser_name: str
    faq_version: Callable[[], int]
    pace: float = 1.0
    summarise: Summarise | None = None
    analyse_speakers: AnalyseSpeakers | None = None
    finder: PersonalFinder | None = None
    muting: Muting = Muting()
    desk: OperatorDesk = field(default_factory=OperatorDesk)
    waiting_room: WaitingRoom | None = None
    ai_off: Callable[[], str | None] = lambda: None
    keeps_words: Callable[[], bool] = lambda: True
    new_operator_ear: Callable[[Callable[[EarEvent], None]], Ear] | None = None
    rules_version: Callable[[], int] = lambda: 0
    rules: CallRules = field(default=CallRules())
    max_calls: int = 16
