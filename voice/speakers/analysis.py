"""The whole look at one recording: channels, turns, overlaps, and the caller's voice."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from voice.audio.pcm import RATE_HZ as WIDE_HZ
from voice.audio.resample import resample
from voice.audio.wav import Recording
from voice.speakers.change import ChangeRule, VoiceChange, find_change
from voice.speakers.features import RATE_HZ
from voice.speakers.grouping import grouped
from voice.speakers.report import SpeakerReport
from voice.speakers.segmentation import Segmenter, tracks
from voice.speakers.spans import Span, united, without

CHANNELS: Final = ("caller", "agent")


def analyse(recording: Recording, segmenter: Segmenter, rule: ChangeRule) -> SpeakerReport:
    """Blocking, about a twentieth of the recording's length on a free core; runs in the child process.

    Two channels are the recorder's: caller left, agent right, each taken for one speaker unless the caller's voice
    changes. One channel is divided into up to three speakers. Raises `ValueError` for more channels.
    """
    seconds = recording.channels.shape[1] / recording.rate_hz
    if len(recording.channels) == 1:
        narrow = resample(recording.channels[0], recording.rate_hz, RATE_HZ)
        heard = tracks(resample(recording.channels[0], recording.rate_hz, WIDE_HZ), segmenter)
        return SpeakerReport.of(seconds, {"mono": grouped(narrow, heard)}, None)
    if len(recording.channels) != len(CHANNELS):
        raise ValueError(f"モノラルかステレオの録音が必要です（チャンネル数 {len(recording.channels)}）。")
    caller, agent = (
        united(span for track in tracks(resample(channel, recording.rate_hz, WIDE_HZ), segmenter) for span in track)
        for channel in recording.channels
    )
    narrow = resample(recording.channels[0], recording.rate_hz, RATE_HZ)
    change = _at_turn(find_change(narrow, without(caller, agent), segmenter, rule), caller)
    return SpeakerReport.of(seconds, {"caller": _divided(caller, change), "agent": [agent]}, change)


def _at_turn(change: VoiceChange | None, caller: tuple[Span, ...]) -> VoiceChange | None:
    """At the beginning of the turn: where the agent was still speaking, the voice was not looked at."""
    if change is None:
        return None
    starts = [span.start_s for span in caller if span.start_s <= change.at_s < span.end_s]
    return replace(change, at_s=starts[0]) if starts else change


def _divided(spans: tuple[Span, ...], change: VoiceChange | None) -> list[tuple[Span, ...]]:
    if change is None:
        return [spans]
    after = (Span(change.at_s, max(change.at_s, spans[-1].end_s)),)
    first = without(spans, after)
    return [first, without(spans, first)]
