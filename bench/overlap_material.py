"""What callers do while the agent speaks, as it arrives over 8 kHz mu-law: nothing of it was trained on.

Interruptions are human (the openings of Common Voice `dev` sentences); aizuchi are self-made, in a voice and at a pitch
that the classifier has never heard, because no free recordings of aizuchi exist; noises and rooms are recorded ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

import numpy as np

from bench.ears_audio import read_clip
from voice.audio import g711
from voice.audio.pcm import FRAME_SAMPLES, RATE_HZ, Samples
from voice.audio.resample import resample
from voice.echo import EchoGuard
from voice.tts.level import levelled
from voice.turn.aizuchi_audio import HELD_OUT_HALF_TONE, HELD_OUT_KOKORO, Line, on_the_line, speak
from voice.turn.aizuchi_corpus import AIZUCHI, HELD_OUT
from voice.turn.aizuchi_examples import common_voice_dev, from_first_sound

LEAD_MS: Final = 600
NEW_AIZUCHI: Final = (
    "ええ、ええ。",
    "はい、なるほど。",
    "へえ、そうですか。",
    "うんうん、はい。",
    "あーそうですか。",
    "ああ、はいはい。",
    "ふーん、そうですか。",
    "そうそうそう。",
)
"""Aizuchi that nothing was taught with."""
AGENT: Final = (
    "料金プランの変更は、マイページから二十四時間いつでもお手続きいただけます。変更は翌月一日から適用されます。",
    "ルーターのランプが赤く点灯している場合は、電源を入れ直して、三分ほどお待ちください。",
    "請求書は毎月十日ごろに発送しております。紙の請求書には、百十円の手数料がかかります。",
    "お引っ越しの手続きは、引っ越し日の二週間前までに、お電話かマイページからお申し込みください。",
)
AGENT_VOICES: Final = ("openjtalk/0", "kokoro/jf_alpha", "kokoro/jm_kumo")
_NOISES: Final = ("*rub*.wav", "*tap*.wav", "friction*.wav", "hens.ogg", "sheep.ogg")
_ROOMS: Final = ("impulse_response_0.wav", "rir48000.wav", "stereo_impulse_response.wav")
_NARROW: Final = g711.RATE_HZ
_FRAME: Final = FRAME_SAMPLES * _NARROW // RATE_HZ
_AHEAD: Final = 10 * _FRAME
"""The agent's voice is sent 200 ms before it is heard."""


class Kind(StrEnum):
    """What a sound over the agent is in truth."""

    AIZUCHI = "aizuchi"
    INTERRUPTION = "interruption"
    SCRIPTED = "scripted_interruption"
    NOISE = "noise"
    ECHO = "echo"
    DOUBLE_TALK = "double_talk"


@dataclass(frozen=True)
class Overlap:
    """16 kHz sound as the ear gets it; what it is begins at `onset_ms` (for an echo: with the sound)."""

    kind: Kind
    name: str
    samples: Samples
    onset_ms: float


def interruptions(data: Path, count: int, random: np.random.Generator) -> Iterator[Overlap]:
    """`count` openings of human sentences over random lines."""
    for speech, text in _some(list(common_voice_dev(data)), count):
        yield Overlap(Kind.INTERRUPTION, text, on_the_line(speech, Line.draw(random), random, LEAD_MS), LEAD_MS)


def scripted(random: np.random.Generator) -> Iterator[Overlap]:
    """Self-made interruptions: words and voices that nothing was taught with."""
    for phrase in sorted(HELD_OUT):
        for voice in (f"openjtalk/{HELD_OUT_HALF_TONE}", f"kokoro/{HELD_OUT_KOKORO}"):
            yield _said(Kind.SCRIPTED, voice, phrase, random)


def aizuchi(random: np.random.Generator) -> Iterator[Overlap]:
    """Self-made aizuchi, taught ones and new ones, in voices that nothing was taught with."""
    for phrase in (*AIZUCHI, *NEW_AIZUCHI):
        for voice in (f"openjtalk/{HELD_OUT_HALF_TONE}", f"kokoro/{HELD_OUT_KOKORO}"):
            yield _said(Kind.AIZUCHI, voice, phrase, random)


def noises(data: Path, random: np.random.Generator, each: int = 4) -> Iterator[Overlap]:
    """Recorded noises, `each` of them at random levels: rubbing, tapping, scraping, animals in the yard."""
    for path in (path for pattern in _NOISES for path in sorted((data / "noise_ir").glob(pattern))):
        sound = read_clip(path)
        for _ in range(each):
            begin = int(random.integers(0, max(len(sound) - RATE_HZ, 1)))
            heard = on_the_line(from_first_sound(sound[begin : begin + RATE_HZ]), Line.draw(random), random, LEAD_MS)
            yield Overlap(Kind.NOISE, path.name, heard, LEAD_MS)


def echoes(data: Path, calls: int, random: np.random.Generator) -> Iterator[Overlap]:
    """Calls on a speakerphone whose caller says nothing, each of two sentences, the first one included."""
    voices = _agent_voices()
    for number in range(calls):
        agent, room = _call(voices, random), _room(data, number)
        delay_ms, level_db = random.uniform(50, 400), random.uniform(-25, -6)
        near = _returned(agent, room, delay_ms, level_db)
        name = f"{_ROOMS[number % len(_ROOMS)]} {delay_ms:.0f} ms {level_db:.0f} dB"
        yield Overlap(Kind.ECHO, name, _guarded(agent, near, random), 0.0)


def double_talk(data: Path, count: int, random: np.random.Generator) -> Iterator[Overlap]:
    """Human interruptions on a speakerphone, 3 s or more into the agent's speech."""
    voices = _agent_voices()
    for number, (speech, text) in enumerate(_some(list(common_voice_dev(data)), count)):
        agent, room = _call(voices, random), _room(data, number)
        near = _returned(agent, room, random.uniform(50, 400), random.uniform(-25, -6))
        said = levelled(resample(speech, RATE_HZ, _NARROW), _NARROW, float(random.uniform(-27, -17)))
        begin = int(random.uniform(3.0, len(agent) / _NARROW - 2.0) * _NARROW)
        near[begin : begin + len(said)] += said
        onset_ms = begin * 1000.0 / _NARROW
        yield Overlap(Kind.DOUBLE_TALK, text, _guarded(agent, near, random), onset_ms)


def _said(kind: Kind, voice: str, phrase: str, random: np.random.Generator) -> Overlap:
    speech = from_first_sound(speak(voice, phrase, float(random.uniform(0.9, 1.2))))
    return Overlap(kind, f"{phrase} {voice}", on_the_line(speech, Line.draw(random), random, LEAD_MS), LEAD_MS)


def _some(found: list[tuple[Samples, str]], count: int) -> list[tuple[Samples, str]]:
    step = max(len(found) / max(count, 1), 1.0)
    return [found[int(number * step)] for number in range(min(count, len(found)))]


def _agent_voices() -> list[Samples]:
    return [
        levelled(resample(speak(voice, sentence, 1.0), RATE_HZ, _NARROW), _NARROW)
        for number, sentence in enumerate(AGENT)
        for voice in (AGENT_VOICES[0], AGENT_VOICES[1 + number % 2])
    ]


def _call(voices: list[Samples], random: np.random.Generator) -> Samples:
    pause = np.zeros(_NARROW * 7 // 10, dtype=np.float32)
    first, second = random.integers(0, len(voices), size=2)
    return np.concatenate([voices[first], pause, voices[second], pause])


def _room(data: Path, number: int) -> Samples:
    response = resample(read_clip(data / "noise_ir" / _ROOMS[number % len(_ROOMS)]), RATE_HZ, _NARROW)
    return response[max(int(np.argmax(np.abs(response))) - 8, 0) :][:_NARROW]


def _returned(agent: Samples, room: Samples, delay_ms: float, level_db: float) -> Samples:
    """The echo at the caller's microphone, `level_db` against the agent's voice."""
    coloured = np.convolve(_on_the_wire(agent), room)[: len(agent) + _NARROW]
    coloured *= 10 ** (level_db / 20) * np.std(agent) / (np.std(coloured[: len(agent)]) + 1e-9)
    late = np.zeros(int(delay_ms * _NARROW / 1000))
    return np.concatenate([late, coloured]).astype(np.float32)


def _guarded(agent: Samples, near: Samples, random: np.random.Generator) -> Samples:
    """What is left of `near` behind an echo guard that is told of the agent's voice as a call tells it."""
    guard = EchoGuard(_NARROW)
    arrived = _on_the_wire(near + random.standard_normal(len(near)).astype(np.float32) * np.float32(1e-3))
    played = _on_the_wire(agent)
    cleaned = []
    told = 0
    for begin in range(0, len(arrived), _FRAME):
        while told < min(begin + _AHEAD, len(played)):
            guard.agent_speaks(told * 1000 / _NARROW, played[told : told + _FRAME])
            told += _FRAME
        cleaned.append(guard.clean(begin * 1000 / _NARROW, arrived[begin : begin + _FRAME]))
    return resample(np.concatenate(cleaned), _NARROW, RATE_HZ)


def _on_the_wire(samples: Samples) -> Samples:
    return g711.mulaw_decode(g711.mulaw_encode(samples.astype(np.float32)))
