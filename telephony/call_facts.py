"""What a running call has come to, in a few facts: for those who look at all calls at once."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dialogue.escalation.harassment import HarassmentLimits, read_harassment
from dialogue.escalation.tone import Tone, read_tone
from dialogue.normalize import normalize
from telephony.events import CallEvent, EventKind
from telephony.states import CallState

KEPT: Final = 40
NOT_WAITING: Final = frozenset({CallState.LISTENING, CallState.WITH_OPERATOR, CallState.ENDED})
GONE: Final = frozenset({"left", "handed_back", "ended"})
_LIMITS: Final = HarassmentLimits()


@dataclass
class CallFacts:
    """Reads a call's events as they happen, well under a millisecond each.

    `topic` is the title of the FAQ entry answered last, `reason` why a person is wanted, `queued_at_ms` since when
    the caller waits for one, `operator` who talks instead of the agent. `tone` is that of the caller's last words.
    """

    topic: str = ""
    entry_id: str = ""
    tone: Tone = Tone.CALM
    harassment: int = 0
    reason: str = ""
    reason_title: str = ""
    queued_at_ms: int | None = None
    operator: str = ""
    responses_ms: deque[float] = field(default_factory=lambda: deque(maxlen=KEPT))
    _said: deque[str] = field(default_factory=lambda: deque(maxlen=KEPT))

    def take(self, event: CallEvent) -> bool:
        """Read the next event; whether a fact may have changed."""
        match event.kind:
            case EventKind.HEARD:
                self._heard(str(event.data.get("text") or ""), event.at_ms)
            case EventKind.DECIDED:
                return self._decided(event.data.get("evidence") or {})
            case EventKind.LATENCY:
                waited = event.data.get("first_audio")
                if isinstance(waited, int | float):
                    self.responses_ms.append(float(waited))
            case EventKind.ESCALATED:
                self.reason = str(event.data.get("reason", ""))
                self.reason_title = str(event.data.get("title", ""))
            case EventKind.QUEUED:
                self.queued_at_ms = event.at_ms
            case EventKind.OPERATOR:
                self._operator(str(event.data.get("what", "")), str(event.data.get("name", "")))
            case EventKind.STATE:
                if event.data.get("state") in NOT_WAITING:
                    self.queued_at_ms = None
            case _:
                return False
        return True

    def _heard(self, text: str, at_ms: int) -> None:
        if not text:
            return
        words = normalize(text)
        harassment = read_harassment(words, tuple(self._said), at_ms, _LIMITS)
        self.tone = read_tone(words, harassment, tuple(self._said))
        self.harassment = max(self.harassment, harassment.level)
        self._said.append(words)

    def _decided(self, evidence: Mapping[str, Any]) -> bool:
        spoken = [str(each) for each in evidence.get("entry_ids") or ()]
        if not spoken:
            return False
        titles = {str(each.get("entry_id")): str(each.get("title")) for each in evidence.get("candidates") or ()}
        self.entry_id = spoken[0]
        self.topic = titles.get(spoken[0]) or spoken[0]
        return True

    def _operator(self, what: str, name: str) -> None:
        if what == "joined":
            self.operator, self.queued_at_ms = name, None
        elif what in GONE:
            self.operator = ""
