"""What a caller hears who is on hold or waits: an announcement, then music with a kind word now and then."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from telephony.call_types import PlaybackEnded
from telephony.events import EventKind
from telephony.floor import Floor
from telephony.hold_music import hold_music
from telephony.playout import Speakable
from telephony.streams import closed_after
from voice.audio.pcm import Samples


@dataclass(frozen=True)
class Music:
    """A stretch of sound that nobody speaks."""

    samples: Samples
    text: str = ""


class HoldSound:
    """Plays until it is stopped. What fails in the voice leaves the music: there is never dead air."""

    def __init__(self, floor: Floor, rate_hz: int) -> None:
        self._floor = floor
        self._rate_hz = rate_hz
        self._reassurance = ""
        self._playing = False

    def start(self, announcement: tuple[str, ...], reassurance: str) -> None:
        """Say `announcement`, then play; `reassurance` is said after each stretch of music."""
        self._reassurance, self._playing = reassurance, True
        self._floor.speaking.play(self._sounds(announcement))

    async def stop(self) -> None:
        """Fall silent at once."""
        if self._playing:
            self._playing = False
            await self._floor.speaking.stop()

    def ended(self, item: PlaybackEnded) -> None:
        """The sound ends by itself only when the voice fails: the music goes on."""
        if not self._playing or not self._floor.speaking.is_current(item.number):
            return
        self._floor.journal.event(EventKind.WARNING, what="synthesis_failed", detail=item.error or "")
        self._floor.speaking.play(self._music_only())

    async def _sounds(self, announcement: tuple[str, ...]) -> AsyncIterator[Speakable]:
        async with closed_after(self._floor.speaking.prepared(announcement)) as sentences:
            async for sentence in sentences:
                self._floor.minutes.announced(sentence.text)
                yield sentence
        while True:
            yield Music(hold_music(self._rate_hz))
            async with closed_after(self._floor.speaking.prepared((self._reassurance,))) as sentences:
                async for sentence in sentences:
                    yield sentence

    async def _music_only(self) -> AsyncIterator[Speakable]:
        while True:
            yield Music(hold_music(self._rate_hz))
