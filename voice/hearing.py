"""What an ear has recognised: the words of a pause, of speech that goes on, a second time, and how the sound ends."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from voice.audio.pcm import Samples
from voice.pool import InferencePool, Priority
from voice.recognition.desk import PendingTranscript, RecognitionDesk
from voice.recognition.recognizer import RecognitionOptions, Transcript
from voice.turn.prosody import Prosody, listen
from voice.turn.smart_turn import TurnEndModel


@dataclass(frozen=True)
class HearingSettings:
    """Deadlines in seconds. `again_beam` is the beam of a second hearing."""

    deadline_s: float = 8.0
    partial_deadline_s: float = 3.0
    again_beam: int = 5
    again_deadline_s: float = 2.0
    sound_deadline_s: float = 1.0


@dataclass(frozen=True)
class SoundEnd:
    """What the sound before a pause says: P(the turn is complete) by Smart Turn itself, kept for the record; the
    log-odds of an end by `SoundHead`; and the melody of the last words.
    """

    smart_turn: float
    logit: float
    prosody: Prosody | None


class Hearing:
    """The recogniser and Smart Turn as one call uses them. `options` is asked each time: new words count at once."""

    def __init__(
        self,
        desk: RecognitionDesk,
        pool: InferencePool,
        turn_end: TurnEndModel,
        options: Callable[[], RecognitionOptions] = RecognitionOptions,
        settings: HearingSettings = HearingSettings(),
    ) -> None:
        self._desk = desk
        self._pool = pool
        self._turn_end = turn_end
        self._options = options
        self._settings = settings

    def guess(self, samples: Samples, speech_ms: float) -> PendingTranscript:
        """Begin to recognise what may be all; `speech_ms` of it are voice. Raises what the desk raises."""
        options = replace(self._options(), speech_ms=speech_ms)
        return self._desk.submit(samples, options, Priority.SPECULATIVE, self._settings.deadline_s)

    async def partial(self, samples: Samples, urgent: bool = False) -> Transcript | None:
        """The words so far, or None when there is no time for them; `urgent` when the agent has to decide by them."""
        priority = Priority.TURN if urgent else Priority.PARTIAL
        try:
            options = replace(self._options(), beam_size=1)
            pending = self._desk.submit(samples, options, priority, self._settings.partial_deadline_s)
            return await pending.result()
        except Exception:
            # Whatever it is, the final will meet it too and tell.
            return None

    async def again(self, samples: Samples, speech_ms: float) -> Transcript | None:
        """Recognise once more with a wide beam and its alternatives; None when there is no time for it.

        It takes about half as long again as the first hearing, so it is for words that were not understood.
        """
        beam = self._settings.again_beam
        options = replace(self._options(), beam_size=beam, alternatives=beam - 1, speech_ms=speech_ms)
        try:
            pending = self._desk.submit(samples, options, Priority.FINAL, self._settings.again_deadline_s)
            return await pending.result()
        except Exception:
            # A second hearing is a bonus: whatever goes wrong with it, the first one stands.
            return None

    async def ends_by_sound(self, samples: Samples) -> SoundEnd | None:
        """How the sound goes into the pause; None when it could not be told in time."""
        try:
            return await self._pool.run(
                lambda: _judge(self._turn_end, samples),
                Priority.TURN,
                self._settings.sound_deadline_s,
            )
        except Exception:
            # The end of the turn is then decided on words and silence alone.
            return None


def _judge(turn_end: TurnEndModel, samples: Samples) -> SoundEnd:
    sound = turn_end.read(samples)
    return SoundEnd(sound.probability, sound.logit, listen(samples))
