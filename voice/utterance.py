"""One utterance under way: from the first sound of the caller's voice until its words are handed on."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from voice.recognition.desk import PendingTranscript
from voice.recognition.recognizer import Transcript
from voice.turn.endpointing import EndpointDecision
from voice.turn.heard_text import HeardText
from voice.turn.overlap import OverlapJudge
from voice.turn.prosody import Prosody


@dataclass
class Utterance:
    """What is known of it so far. Places are samples of the caller's audio.

    While `judge` is set it is speech over the agent that may not count. `speech_end` is set in a pause; everything
    from `transcript` on is about that pause and is forgotten when the caller goes on.
    """

    start: int
    over_agent: bool
    judge: OverlapJudge | None = None
    judged_to: int = 0
    last_partial: int = 0
    partial_text: str | None = None
    partial: asyncio.Task[None] | None = None
    speech_end: int | None = None
    speculation: asyncio.Task[None] | None = None
    pending: PendingTranscript | None = None
    transcript: Transcript | None = None
    reading: HeardText | None = None
    failed: str | None = None
    smart_turn: float | None = None
    sound_logit: float | None = None
    prosody: Prosody | None = None
    decision: EndpointDecision | None = None
    decided_at: int = 0
    words_first: bool = False
    guessed: bool = False

    def forget_pause(self) -> bool:
        """The caller goes on: what was guessed at the pause no longer holds. Whether a guess had been told."""
        told = self.guessed
        for task in (self.speculation, self.partial):
            if task is not None:
                task.cancel()
        self.speculation = self.partial = self.pending = None
        self.transcript = self.reading = self.failed = None
        self.smart_turn = self.sound_logit = self.prosody = None
        self.decision = self.speech_end = None
        self.guessed = False
        return told
