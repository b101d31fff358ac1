"""What was recognised once is not recognised again, and who says which sentence."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path

import numpy as np

from bench.mind_spoken import KeptRecognizer, voice_of
from voice.recognition.recognizer import Hypothesis, RecognitionOptions, Transcript

OPTIONS = RecognitionOptions(("みなと光",), beam_size=2)


def test_two_thirds_are_said_by_one_voice_and_a_third_by_the_other() -> None:
    assert Counter(map(voice_of, range(300))) == {"openjtalk": 200, "kokoro": 100}


def test_a_kept_transcript_is_read_back_without_the_engine(tmp_path: Path) -> None:
    samples = np.zeros(160, dtype=np.float32)
    heard = Transcript("光の料金", 0.8, 0.1, 10.0, 5.0, (Hypothesis("光の両金", -0.5),))
    how = json.dumps(asdict(OPTIONS), ensure_ascii=False, sort_keys=True)
    folder = tmp_path / "heard-no-such-model"
    folder.mkdir()
    file = folder / f"{hashlib.sha256(samples.tobytes() + how.encode()).hexdigest()[:32]}.json"
    file.write_text(json.dumps(asdict(heard), ensure_ascii=False), encoding="utf-8")
    assert KeptRecognizer(tmp_path / "no-such-model", tmp_path).transcribe(samples, OPTIONS) == heard
