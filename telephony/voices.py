"""The mouth, as one line needs it: at that line's sample rate."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from voice.tts.mouth import Mouth, SpokenSentence


class LineVoice:
    """Speaks at `rate_hz`, and at `pace` times the rate that a reply asks for."""

    def __init__(self, mouth: Mouth, rate_hz: int, pace: float = 1.0) -> None:
        self._mouth = mouth
        self._rate_hz = rate_hz
        self._pace = pace

    def speak(self, sentences: Sequence[str], speed: float) -> AsyncIterator[SpokenSentence]:
        """Each sentence in order, as soon as it is ready to be played."""
        return self._mouth.speak(sentences, speed * self._pace, self._rate_hz)

    async def prepare(self, sentence: str, speed: float) -> None:
        """Make one sentence beforehand, so that `speak` has it at once. Raises `SynthesisError`."""
        await self._mouth.prepare(sentence, speed * self._pace, self._rate_hz)
