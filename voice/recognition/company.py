"""Any recogniser, with the company's words put right in what it hears and the level put right in what it is given."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace

from voice.audio.condition import condition
from voice.audio.pcm import Samples
from voice.recognition.correction import TermCorrector
from voice.recognition.desk import BatchRecognizer, Utterance
from voice.recognition.recognizer import Hypothesis, RecognitionOptions, Recognizer, Transcript


class CompanyRecognizer:
    """Corrects every text of `inner` towards the terms of `corrector`, which is asked each time.

    What the engine wrote stays in `raw_text`, and every change in `corrections`. Its work is done where the
    recognition is: on the pool's threads.
    """

    def __init__(self, inner: Recognizer, corrector: Callable[[], TermCorrector]) -> None:
        self._inner = inner
        self._batch = inner if isinstance(inner, BatchRecognizer) else None
        self._corrector = corrector

    @property
    def name(self) -> str:
        """The engine's own name."""
        return self._inner.name

    @property
    def most_together(self) -> int:
        """As many as the engine takes together."""
        return self._batch.most_together if self._batch is not None else 1

    def batch_key(self, samples: Samples, options: RecognitionOptions) -> Hashable:
        """What the engine says may go together."""
        return self._batch.batch_key(samples, options) if self._batch is not None else object()

    def transcribe(self, samples: Samples, options: RecognitionOptions = RecognitionOptions()) -> Transcript:
        """Recognise, and correct."""
        return self._corrected(self._inner.transcribe(condition(samples), options))

    def transcribe_many(self, utterances: Sequence[Utterance]) -> list[Transcript]:
        """Recognise together what may go together, and correct each."""
        levelled = [(condition(samples), options) for samples, options in utterances]
        if self._batch is None:
            heard = [self._inner.transcribe(samples, options) for samples, options in levelled]
        else:
            heard = self._batch.transcribe_many(levelled)
        return [self._corrected(transcript) for transcript in heard]

    def _corrected(self, transcript: Transcript) -> Transcript:
        if not transcript.text:
            return transcript
        corrector = self._corrector()
        corrected = corrector.correct(transcript.text)
        return replace(
            transcript,
            text=corrected.text,
            raw_text=transcript.text,
            corrections=corrected.corrections,
            alternatives=tuple(
                Hypothesis(corrector.correct(other.text).text, other.score) for other in transcript.alternatives
            ),
        )
