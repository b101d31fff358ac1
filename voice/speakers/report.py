"""What is found about the speakers of one recording, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from voice.speakers.change import VoiceChange
from voice.speakers.spans import Span, at_once, shared, total_s

FORMAT: Final = "uketsuke-speakers/1"


@dataclass(frozen=True)
class Turn:
    """One stretch of one speaker. `channel` is `caller`, `agent` or `mono`; speakers count from 1 on each channel."""

    channel: str
    speaker: int
    span: Span


@dataclass(frozen=True)
class SpeakerReport:
    """Who spoke when in a recording of `seconds`; `change` is the change of voice on the caller's channel."""

    seconds: float
    channels: tuple[str, ...]
    turns: tuple[Turn, ...]
    overlaps: tuple[Span, ...]
    change: VoiceChange | None

    @classmethod
    def of(cls, seconds: float, tracks: dict[str, list[tuple[Span, ...]]], change: VoiceChange | None) -> SpeakerReport:
        """From the speakers of each channel; a change divides the caller's turns into speaker 1 and 2."""
        turns = [
            Turn(channel, number, span)
            for channel, speakers in tracks.items()
            for number, spans in enumerate(speakers, start=1)
            for span in spans
        ]
        overlaps = at_once([spans for speakers in tracks.values() for spans in speakers])
        turns.sort(key=lambda turn: (turn.span, turn.channel, turn.speaker))
        return cls(seconds, tuple(tracks), tuple(turns), overlaps, change)

    def speech(self, channel: str) -> tuple[Span, ...]:
        """All speech of a channel."""
        return tuple(turn.span for turn in self.turns if turn.channel == channel)

    @property
    def double_talk(self) -> tuple[Span, ...]:
        """Where caller and agent speak at once; without two channels, the same as `overlaps`."""
        if "agent" not in self.channels:
            return self.overlaps
        return shared(self.speech("caller"), self.speech("agent"))

    def to_dict(self) -> dict[str, Any]:
        """For JSON. Times and lengths in seconds, shares of the recording's speech from 0 to 1."""
        spoken = total_s(turn.span for turn in self.turns)
        return {
            "format": FORMAT,
            "seconds": _round(self.seconds),
            "channels": {
                channel: {
                    "speakers": len({turn.speaker for turn in self.turns if turn.channel == channel}),
                    "speech_s": _round(total_s(self.speech(channel))),
                }
                for channel in self.channels
            },
            "turns": [
                {
                    "channel": turn.channel,
                    "speaker": turn.speaker,
                    "start_s": _round(turn.span.start_s),
                    "end_s": _round(turn.span.end_s),
                }
                for turn in self.turns
            ],
            "overlap": _figures(self.overlaps, spoken),
            "double_talk": _figures(self.double_talk, spoken),
            "voice_change": None
            if self.change is None
            else {"at_s": _round(self.change.at_s), "confidence": round(self.change.confidence, 3)},
        }


def _figures(spans: tuple[Span, ...], spoken_s: float) -> dict[str, Any]:
    seconds = total_s(spans)
    return {
        "seconds": _round(seconds),
        "share": round(seconds / spoken_s, 4) if spoken_s else 0.0,
        "count": len(spans),
        "spans": [[_round(span.start_s), _round(span.end_s)] for span in spans],
    }


def _round(seconds: float) -> float:
    return round(seconds, 3)
