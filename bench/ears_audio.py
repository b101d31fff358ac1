"""The bad lines of `bench ears`: noise, babble, lost packets, faint and clipped voices, and sound without any voice.

Every condition ends on the live path: 20 ms frames, 8 kHz, mu-law, back to 16 kHz. Everything random is seeded by the
clip, so that two engines hear the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

import av
import numpy as np
from numpy.typing import NDArray

from voice.audio import g711
from voice.audio.conceal import Concealer
from voice.audio.level import SPEECH_DBFS, normalize_to, speech_dbfs
from voice.audio.pcm import FRAME_SAMPLES, RATE_HZ, Samples
from voice.audio.resample import StreamResampler

Line: TypeAlias = Callable[[Samples, int], Samples]
"""What a line does to clean 16 kHz samples; the number seeds what is random in it."""

_Wave: TypeAlias = NDArray[np.float64]

_SPOKEN_DBFS: Final = -23.0
_BABBLING: Final = 6
_LOST: Final = 0.03
_FRAME_8K: Final = 160


def over_telephone(samples: Samples) -> Samples:
    """16 kHz samples as they arrive over a mu-law line, through the live path's resamplers in 20 ms frames."""
    return _to_wide(_to_narrow(samples))


def over_lossy_telephone(samples: Samples, seed: int, *, concealed: bool) -> Samples:
    """The same with 3 % of the 20 ms frames lost: silence in their place, or what a `Concealer` makes up."""
    rng = np.random.default_rng(seed)
    concealer = Concealer(g711.RATE_HZ)
    narrow = _to_narrow(samples)
    arrived: list[Samples] = []
    for at in range(0, len(narrow), _FRAME_8K):
        frame = narrow[at : at + _FRAME_8K]
        lost = rng.random() < _LOST
        if concealed:
            arrived.append(concealer.conceal(len(frame)) if lost else concealer.push(frame))
        else:
            arrived.append(np.zeros_like(frame) if lost else frame)
    return _to_wide(np.concatenate(arrived))


@dataclass(frozen=True)
class Noises:
    """Recorded noises and voices to mix in, each at 16 kHz, none empty."""

    sounds: tuple[Samples, ...]
    voices: tuple[Samples, ...]

    def beside(self, samples: Samples, snr_db: float, seed: int) -> Samples:
        """One of the noises, `snr_db` below the active level of the speech."""
        rng = np.random.default_rng(seed)
        noise = _lasting(self.sounds[seed % len(self.sounds)], len(samples), rng)
        return _mixed(samples, noise, snr_db)

    def babble(self, samples: Samples, snr_db: float, seed: int) -> Samples:
        """Six other voices at once, equally loud, together `snr_db` below the speech."""
        rng = np.random.default_rng(seed)
        chosen = rng.choice(len(self.voices), size=_BABBLING, replace=len(self.voices) < _BABBLING)
        murmur = sum(_lasting(normalize_to(self.voices[i]), len(samples), rng) for i in chosen)
        return _mixed(samples, np.asarray(murmur, dtype=np.float32), snr_db)


def lines(noises: Noises) -> dict[str, Line]:
    """Every bad line by its name in the figures."""
    return {
        "noise_20db": lambda clean, seed: over_telephone(noises.beside(clean, 20.0, seed)),
        "noise_10db": lambda clean, seed: over_telephone(noises.beside(clean, 10.0, seed)),
        "noise_5db": lambda clean, seed: over_telephone(noises.beside(clean, 5.0, seed)),
        "babble_10db": lambda clean, seed: over_telephone(noises.babble(clean, 10.0, seed)),
        "loss_3pct_silence": lambda clean, seed: over_lossy_telephone(clean, seed, concealed=False),
        "loss_3pct_concealed": lambda clean, seed: over_lossy_telephone(clean, seed, concealed=True),
        "quiet_40dbfs": lambda clean, _: over_telephone(at_level(clean, -40.0)),
        "clipped_12db": lambda clean, _: over_telephone(np.clip(at_level(clean, SPEECH_DBFS + 12.0), -1.0, 1.0)),
    }


def at_level(samples: Samples, dbfs: float) -> Samples:
    """The speech at an active level of `dbfs`, peaks and all."""
    scaled: Samples = (samples * 10 ** ((dbfs - speech_dbfs(samples)) / 20)).astype(np.float32)
    return scaled


def read_clip(path: Path) -> Samples:
    """Decode a recording, compressed or not, to 16 kHz mono."""
    resampler = av.AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    with av.open(str(path)) as container:
        frames = [out for frame in container.decode(audio=0) for out in resampler.resample(frame)]
    frames += resampler.resample(None)
    return np.concatenate([frame.to_ndarray().reshape(-1) for frame in frames]).astype(np.float32)


def read_noises(folder: Path) -> tuple[Samples, ...]:
    """The recorded noises of a folder (impulse responses are left out), in the order of their names."""
    files = sorted([*folder.glob("*.wav"), *folder.glob("*.ogg")])
    sounds = [read_clip(file) for file in files if "impulse" not in file.name]
    return tuple(sound for sound in sounds if np.any(sound))


def hold_music(seconds: float) -> dict[str, Samples]:
    """Five pieces that a caller's line may carry while nobody speaks, made up here: 16 kHz, none above full scale."""
    t = np.arange(int(seconds * RATE_HZ)) / RATE_HZ
    beat = (t / 0.35).astype(int)
    since = t - beat * 0.35
    steps = np.array([0, 4, 7, 12, 7, 4, 5, 9, 12, 9, 5, 2])[beat % 12]
    plucked = np.exp(-6 * since) * _partials(t, 440 * 2 ** (steps / 12), 3)
    bar = (t / 2.0).astype(int) % 4
    roots = 220 * 2 ** (np.array([0, 9, 5, 7])[bar] / 12)
    chords = np.sum([_partials(t, roots * ratio, 4) for ratio in (1.0, 1.26, 1.498)], axis=0) * (
        0.8 + 0.2 * np.sin(2 * np.pi * 5 * t)
    )
    slide = 500 * 2 ** (0.4 * np.sin(2 * np.pi * 0.31 * t) + 0.02 * np.sin(2 * np.pi * 5.5 * t))
    whistled = np.sin(2 * np.pi * np.cumsum(slide) / RATE_HZ) * (0.6 + 0.4 * np.sin(2 * np.pi * 0.7 * t))
    drums = np.random.default_rng(5).normal(0, 1, len(t)) * np.exp(-25 * (t % 0.25)) + np.sin(2 * np.pi * 60 * t) * (
        np.exp(-12 * (t % 0.5))
    )
    ringing = np.sin(2 * np.pi * 400 * t) * (1 + 0.5 * np.sin(2 * np.pi * 16 * t)) * (t % 3 < 1)
    pieces = {"plucked": plucked, "chords": chords, "whistled": whistled, "drums": drums, "ringing": ringing}
    return {name: (0.25 * piece / np.abs(piece).max()).astype(np.float32) for name, piece in pieces.items()}


def no_voice(seconds: float) -> dict[str, Samples]:
    """Digital silence, the hiss and the hum of a line."""
    count = int(seconds * RATE_HZ)
    t = np.arange(count) / RATE_HZ
    hum = 0.1 * np.sin(2 * np.pi * 50 * t) + 0.05 * np.sin(2 * np.pi * 150 * t)
    hiss = np.random.default_rng(9).normal(0, 0.03, count)
    return {
        "silence": np.zeros(count, dtype=np.float32),
        "hiss": hiss.astype(np.float32),
        "hum": hum.astype(np.float32),
    }


def _to_narrow(samples: Samples) -> Samples:
    down = StreamResampler(RATE_HZ, g711.RATE_HZ)
    frames = [down.push(samples[at : at + FRAME_SAMPLES]) for at in range(0, len(samples), FRAME_SAMPLES)]
    return np.concatenate([g711.mulaw_decode(g711.mulaw_encode(frame)) for frame in [*frames, down.flush()]])


def _to_wide(narrow: Samples) -> Samples:
    up = StreamResampler(g711.RATE_HZ, RATE_HZ)
    frames = [up.push(narrow[at : at + _FRAME_8K]) for at in range(0, len(narrow), _FRAME_8K)]
    return np.concatenate([*frames, up.flush()])


def _lasting(sound: Samples, count: int, rng: np.random.Generator) -> Samples:
    """`count` samples of the sound, round and round, from a random place."""
    return np.resize(np.roll(sound, -int(rng.integers(len(sound)))), count)


def _mixed(samples: Samples, noise: Samples, snr_db: float) -> Samples:
    """Both at the level of an average caller, with headroom: nothing is clipped that was not."""
    speech = at_level(samples, _SPOKEN_DBFS)
    power = float(np.sqrt(np.mean(np.square(noise, dtype=np.float64))))
    noise_gain = 10 ** ((_SPOKEN_DBFS - snr_db) / 20) / max(power, 1e-9)
    heard: Samples = np.clip(speech + noise * noise_gain, -1.0, 1.0).astype(np.float32)
    return heard


def _partials(t: _Wave, hz: float | _Wave, count: int) -> _Wave:
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(np.asarray(hz, dtype=np.float64), t.shape)) / RATE_HZ
    summed: _Wave = np.sum([np.sin(phase * k) / k for k in range(1, count + 1)], axis=0, dtype=np.float64)
    return summed
