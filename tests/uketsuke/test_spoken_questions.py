"""Questions as the line hears them: made once, the same every time, with the noise that was asked for."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from uketsuke.spoken_questions import Callers
from voice.tts.synthesizer import Speech


class Hum:
    """A voice that hums half a second a sentence, and counts."""

    name = "hum"

    def __init__(self) -> None:
        self.said = 0

    def synthesize(self, sentence: str, speed: float = 1.0) -> Speech:
        self.said += 1
        return Speech((0.3 * np.sin(np.arange(12_000) * 0.1)).astype(np.float32), 24_000)


def callers(folder: Path, voice: Hum) -> Callers:
    return Callers(folder, {"hum": lambda: voice})


def test_what_was_said_once_is_kept_for_the_next_test(tmp_path: Path) -> None:
    voice = Hum()
    first = callers(tmp_path, voice).say("請求の日は", "hum", None)
    again = callers(tmp_path, voice).say("請求の日は", "hum", None)
    assert voice.said == 1
    assert np.allclose(first, again, atol=1e-2)


def test_the_same_question_has_the_same_noise_every_time(tmp_path: Path) -> None:
    line = callers(tmp_path, Hum())
    line.say("請求の日は", "hum", None)
    assert np.array_equal(line.say("請求の日は", "hum", 10.0), line.say("請求の日は", "hum", 10.0))


def test_a_louder_place_is_heard_as_louder_and_the_pauses_around_stay_silent(tmp_path: Path) -> None:
    line = callers(tmp_path, Hum())
    clean, noisy = (line.say("請求の日は", "hum", snr) for snr in (None, 5.0))
    pause = 16_000 * 3 // 10
    assert len(clean) == len(noisy)
    assert float(np.abs(noisy - clean).mean()) > 0.001
    assert not clean[: pause - 1].any()
    assert not clean[-pause + 1 :].any()
