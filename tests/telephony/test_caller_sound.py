"""The caller's sound between the wire and the ear."""

from __future__ import annotations

import numpy as np
import pytest

from telephony.caller_sound import CallerSound, EchoedTrack
from telephony.protocols.line import AudioArrived
from telephony.track import RecordedTrack
from voice.audio.pcm import Samples
from voice.echo import EchoGuard

RATE_HZ = 8_000
FRAME = 160


class Listener:
    def __init__(self) -> None:
        self.heard: list[Samples] = []

    def feed(self, samples: Samples) -> None:
        self.heard.append(samples)

    @property
    def sound(self) -> Samples:
        return np.concatenate(self.heard)


def voice(milliseconds: int, seed: int = 1) -> Samples:
    """Loud, changing noise: what a correlation can hold on to."""
    random = np.random.default_rng(seed)
    loudness = np.repeat(random.uniform(0.02, 0.3, milliseconds // 20), FRAME)
    return (random.standard_normal(len(loudness)) * loudness).astype(np.float32)


def played(caller: Samples, agent: Samples) -> Listener:
    """Both sides, frame by frame, the agent's a moment ahead as the playout sends it."""
    echo, listener = EchoGuard(RATE_HZ), Listener()
    track = EchoedTrack(RecordedTrack(None, ""), echo)
    sound = CallerSound(RATE_HZ, RecordedTrack(None, ""), echo, listener.feed)
    for at in range(0, len(caller), FRAME):
        at_ms = at * 1000 // RATE_HZ
        if at < len(agent):
            track.write_agent(float(at_ms), agent[at : at + FRAME])
        sound.take(AudioArrived(caller[at : at + FRAME], at_ms), float(at_ms + 20))
    return listener


def loudness_db(samples: Samples) -> float:
    return float(10 * np.log10(np.mean(np.square(samples)) + 1e-12))


def test_while_the_agent_is_silent_the_caller_is_heard_as_they_are() -> None:
    caller = voice(2_000)
    heard = played(caller, np.zeros(0, dtype=np.float32)).sound
    assert len(heard) == pytest.approx(2 * len(caller), abs=200)
    assert loudness_db(heard) == pytest.approx(loudness_db(caller), abs=1.0)


def test_the_agents_voice_from_a_speakerphone_is_taken_out() -> None:
    agent = voice(8_000)
    echo = np.concatenate([np.zeros(RATE_HZ * 150 // 1000, dtype=np.float32), agent])[: len(agent)] * np.float32(0.3)
    heard = played(echo, agent).sound
    second_half = heard[len(heard) // 2 :]
    assert loudness_db(second_half) < loudness_db(echo) - 15


def test_a_lost_stretch_keeps_its_length() -> None:
    echo, listener = EchoGuard(RATE_HZ), Listener()
    sound = CallerSound(RATE_HZ, RecordedTrack(None, ""), echo, listener.feed)
    caller = voice(1_000)
    sound.take(AudioArrived(caller[:FRAME], 0), 20.0)
    sound.take(AudioArrived(caller[:FRAME], 500), 520.0)
    assert len(listener.sound) == pytest.approx(520 * 16, abs=200)


def test_a_line_that_stalls_is_silent() -> None:
    echo, listener = EchoGuard(RATE_HZ), Listener()
    sound = CallerSound(RATE_HZ, RecordedTrack(None, ""), echo, listener.feed)
    sound.take(AudioArrived(voice(20), 0), 20.0)
    sound.fill(1_000.0)
    assert len(listener.sound) == pytest.approx(880 * 16, abs=400)
