"""The change of voice and the grouping, on Open JTalk's voice at two pitches, without the network."""

from __future__ import annotations

from functools import cache

import numpy as np
import pyopenjtalk
import pytest

from voice.audio.pcm import Samples
from voice.audio.resample import resample
from voice.speakers.change import ChangeRule, Evidence, find_change, likeliest_change
from voice.speakers.features import RATE_HZ, voice_print
from voice.speakers.grouping import grouped
from voice.speakers.report import SpeakerReport
from voice.speakers.segmentation import FRAMES, SPEAKERS, WINDOW, Activity, active_spans, tracks
from voice.speakers.spans import Span

WORDS = (
    "料金プランの変更について、お伺いしたいのですが、よろしいでしょうか。",
    "先月の請求書がまだ届いていないので、確認をお願いできますか。",
    "住所は東京都港区で、電話番号は前と同じです。",
    "解約の手続きには、どのような書類が必要になりますか。",
)
RULE = ChangeRule(bias=-0.4, shape=0.7, spread=2.0, pitch=1.9, splice=1.7, flag_from=0.9)


class HalvesDiffer:
    """Hears the first half of every window as one speaker and the rest as `second`."""

    def __init__(self, second: int) -> None:
        self._second = second

    def activations(self, windows: Samples) -> Activity:
        answer = np.zeros((len(windows), FRAMES, SPEAKERS), dtype=np.float32)
        answer[:, : FRAMES // 2, 0] = 1.0
        answer[:, FRAMES // 2 :, self._second] = 1.0
        return answer


@cache
def said(half_tone: float) -> tuple[Samples, ...]:
    clips = [pyopenjtalk.tts(words, half_tone=half_tone) for words in WORDS]
    return tuple(resample(np.asarray(wave, dtype=np.float32) / 32_768, rate, RATE_HZ) for wave, rate in clips)


def call(*half_tones: float) -> tuple[Samples, list[Span]]:
    """One clip after the other, a second apart, each in its own pitch."""
    parts: list[Samples] = []
    spans: list[Span] = []
    for number, half_tone in enumerate(half_tones):
        parts.append(np.zeros(RATE_HZ, dtype=np.float32))
        clip = said(half_tone)[number % len(WORDS)]
        start = sum(map(len, parts)) / RATE_HZ
        spans.append(Span(start, start + len(clip) / RATE_HZ))
        parts.append(clip)
    return np.concatenate(parts), spans


def test_a_deeper_voice_has_a_lower_pitch() -> None:
    high, low = voice_print(said(0.0)[0]), voice_print(said(-8.0)[0])
    assert np.median(high.pitch) - np.median(low.pitch) == pytest.approx(8 / 12, abs=0.15)


def test_another_voice_is_found_at_the_pause_where_it_begins() -> None:
    samples, spans = call(0.0, 0.0, -10.0, -10.0)
    change = find_change(samples, spans, HalvesDiffer(1), RULE)
    assert change is not None
    assert change.at_s == pytest.approx(spans[2].start_s, abs=0.1)
    assert 0.9 <= change.confidence <= 1.0


def test_one_voice_throughout_is_not_flagged() -> None:
    samples, spans = call(0.0, 0.0, 0.0, 0.0)
    assert likeliest_change(samples, spans, HalvesDiffer(0)) is not None
    assert find_change(samples, spans, HalvesDiffer(0), RULE) is None


def test_too_little_speech_is_not_judged() -> None:
    samples, spans = call(0.0, -10.0)
    assert likeliest_change(samples, spans[:1], HalvesDiffer(1)) is None


def test_more_difference_is_more_confidence() -> None:
    weak, strong = Evidence(-2.0, -2.0, 0.0, 0.1), Evidence(1.0, 1.0, 0.5, 0.9)
    assert RULE.confidence(weak) < 0.1
    assert RULE.confidence(strong) > 0.9


def test_tracks_of_one_voice_become_one_speaker_and_of_two_two() -> None:
    samples, spans = call(0.0, -10.0, 0.0, -10.0)
    speakers = grouped(samples, [(span,) for span in spans])
    assert [len(speaker) for speaker in speakers] == [2, 2]
    assert speakers[0] == (spans[0], spans[2])


def test_there_are_never_more_than_three_speakers() -> None:
    samples, spans = call(5.0, 0.0, -5.0, -10.0, -14.0)
    assert len(grouped(samples, [(span,) for span in spans])) <= 3


def test_silence_has_no_speakers() -> None:
    assert grouped(np.zeros(RATE_HZ, dtype=np.float32), []) == []


def test_a_flicker_is_no_speech_and_a_short_gap_no_pause() -> None:
    probability = np.zeros(200, dtype=np.float32)
    probability[10:12] = 0.9
    probability[50:80] = 0.9
    probability[85:120] = 0.9
    (span,) = active_spans(probability)
    assert (span.start_s, span.end_s) == pytest.approx((50 * 270 / 16_000, 120 * 270 / 16_000))


def test_a_voice_keeps_its_track_when_the_network_names_it_anew() -> None:
    class Renames:
        """Gives the one speaker another name in every window."""

        def activations(self, windows: Samples) -> Activity:
            answer = np.zeros((len(windows), FRAMES, SPEAKERS), dtype=np.float32)
            for row in range(len(windows)):
                answer[row, :, row % SPEAKERS] = 0.9
            return answer

    found = tracks(np.ones(4 * WINDOW, dtype=np.float32), Renames())
    assert len(found) == 1
    assert found[0][0].seconds == pytest.approx(20.0, abs=0.2)


def test_a_change_divides_the_callers_turns() -> None:
    report = SpeakerReport.of(10.0, {"caller": [(Span(0, 2),), (Span(5, 6),)], "agent": [(Span(1, 3),)]}, None)
    figures = report.to_dict()
    assert figures["channels"]["caller"] == {"speakers": 2, "speech_s": 3.0}
    assert figures["double_talk"] == {"seconds": 1.0, "share": 0.25, "count": 1, "spans": [[1, 2]]}
