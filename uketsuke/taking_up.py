"""What was published reaches the parts that listen and speak; what is said often is made again in the background."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, Final, Protocol

import structlog

from voice.recognition.vocabulary import Term
from voice.tts.dictionary import Pronunciation, PronunciationDictionary

CLOSE_DEADLINE_S: Final = 5.0
log = structlog.get_logger(__name__)
Prepare = Callable[[Sequence[str]], Coroutine[Any, Any, object]]


class FollowsPublications(Protocol):
    """The mind, as far as it matters here."""

    async def refresh(self) -> bool:
        """Take up what is new; whether there was anything."""
        ...

    @property
    def terms(self) -> list[Term]:
        """The words that the recogniser should know."""
        ...

    @property
    def dictionary(self) -> tuple[Pronunciation, ...]:
        """How the voice is to read."""
        ...

    async def frequent_sentences(self) -> list[str]:
        """What is said often."""
        ...


class TakingUp:
    """`refresh` brings everything new into the running service. Sentences that are being spoken end as they began."""

    def __init__(
        self,
        minds: FollowsPublications,
        favour: Callable[[list[Term]], None],
        dictionary: PronunciationDictionary,
        prepare: Prepare,
    ) -> None:
        """`favour` (blocking) gives the recogniser its words; `prepare` makes sentences behind all other work."""
        self._minds = minds
        self._favour = favour
        self._dictionary = dictionary
        self._prepare = prepare
        self._terms: list[Term] = []
        self._readings: tuple[Pronunciation, ...] = ()
        self._preparing: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Bring in what holds at the start."""
        await self._bring()

    async def refresh(self) -> bool:
        """Take up what was published since; whether there was anything."""
        if not await self._minds.refresh():
            return False
        await self._bring()
        await self._drop()
        self._preparing = asyncio.get_running_loop().create_task(self._make(), name="prepare-speech")
        return True

    async def close(self) -> None:
        """Make nothing more."""
        await self._drop()

    async def _bring(self) -> None:
        if self._minds.dictionary != self._readings:
            self._readings = self._minds.dictionary
            await asyncio.to_thread(self._dictionary.replace, self._readings)
        terms = self._minds.terms
        if terms != self._terms:
            self._terms = terms
            await asyncio.to_thread(self._favour, terms)

    async def _make(self) -> None:
        try:
            await self._prepare(await self._minds.frequent_sentences())
        except Exception as error:
            log.warning("speech_not_prepared", error=str(error))

    async def _drop(self) -> None:
        if self._preparing is not None:
            self._preparing.cancel()
            await asyncio.wait([self._preparing], timeout=CLOSE_DEADLINE_S)
            self._preparing = None
