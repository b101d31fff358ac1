"""Where recognition is asked for: utterances of all calls go to the shared pool, alike ones together."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Final, Protocol, runtime_checkable

from voice.audio.pcm import Samples
from voice.pool import BatchGroup, InferencePool, PendingJob, Priority
from voice.recognition.recognizer import RecognitionOptions, Recognizer, Transcript

Utterance = tuple[Samples, RecognitionOptions]
PendingTranscript = PendingJob[Transcript]
"""Await `result()`, `raise_to` a priority when it becomes urgent, `cancel` it when the caller speaks on."""

_SHARE_OF_PARTIALS: Final = 4


@runtime_checkable
class BatchRecognizer(Recognizer, Protocol):
    """A recogniser that does several utterances at once for less than one by one."""

    @property
    def most_together(self) -> int:
        """How many are worth taking together; 1 when it does not pay."""
        ...

    def batch_key(self, samples: Samples, options: RecognitionOptions) -> Hashable:
        """Only utterances of equal keys are given to one `transcribe_many` by the desk. Quick; called on the loop."""
        ...

    def transcribe_many(self, utterances: Sequence[Utterance]) -> list[Transcript]:
        """As many transcripts in the same order, each the same as by `transcribe`. Blocking, thread-safe."""
        ...


class RecognitionDesk:
    """Hands utterances to `recognizer` by way of `pool`.

    What a caller waits for and what nobody waits for never share a batch, so that a partial delays no final; and a
    batch of partials is a quarter as long, so that it soon gives its worker back.
    """

    def __init__(self, recognizer: Recognizer, pool: InferencePool) -> None:
        self._recognizer = recognizer
        self._batching = recognizer if isinstance(recognizer, BatchRecognizer) else None
        self._pool = pool

    def submit(
        self,
        samples: Samples,
        options: RecognitionOptions,
        priority: Priority,
        deadline_s: float | None = None,
    ) -> PendingTranscript:
        """Ask for the words in 16 kHz mono `samples`.

        Raises `PoolOverloadedError` or `PoolClosedError`; `result()` also raises `TimeoutError` past the deadline.
        """
        if self._batching is None:
            return self._pool.submit(lambda: self._recognizer.transcribe(samples, options), priority, deadline_s)
        most = self._batching.most_together
        group = BatchGroup(
            key=(id(self._batching), priority.can_wait, self._batching.batch_key(samples, options)),
            work=self._batching.transcribe_many,
            most=max(1, most // _SHARE_OF_PARTIALS) if priority.can_wait else most,
        )
        return self._pool.submit_to(group, (samples, options), priority, deadline_s)
