"""Questions as they are heard over a telephone line: spoken by Open JTalk, 8 kHz, mu-law, recognised by Whisper."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from bench.callers import RATE_HZ as CALLER_HZ
from bench.callers import CallerVoice
from bench.ears_audio import over_telephone
from voice.audio.condition import condition
from voice.audio.pcm import RATE_HZ
from voice.audio.resample import resample
from voice.recognition.recognizer import RecognitionOptions
from voice.recognition.whisper import WhisperRecognizer

_VOICE: Final = "openjtalk"
_OPTIONS: Final = RecognitionOptions(beam_size=2, alternatives=2)


@dataclass(frozen=True)
class Heard:
    """What was recognised, and the other hypotheses."""

    text: str
    others: tuple[str, ...] = ()


class Telephone:
    """Speaks and recognises; what was heard once is kept in `cache`/speech. Blocking."""

    def __init__(self, cache: Path, model_dir: Path) -> None:
        self._folder = cache / "speech" / f"heard-{_VOICE}-{model_dir.name}"
        self._voice = CallerVoice(_VOICE, cache)
        self._model_dir = model_dir
        self._recognizer: WhisperRecognizer | None = None

    def hear(self, texts: Sequence[str]) -> list[Heard]:
        """Each of the texts as it is heard."""
        return [self._hear(text) for text in texts]

    def _hear(self, text: str) -> Heard:
        kept = self._folder / f"{hashlib.sha256(f'1|{text}'.encode()).hexdigest()[:32]}.json"
        if kept.is_file():
            stored = json.loads(kept.read_text(encoding="utf-8"))
            return Heard(stored["text"], tuple(stored["others"]))
        heard = self._recognise(text)
        self._folder.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(".part")
        part.write_text(json.dumps(asdict(heard), ensure_ascii=False), encoding="utf-8")
        part.replace(kept)
        return heard

    def _recognise(self, text: str) -> Heard:
        if self._recognizer is None:
            self._recognizer = WhisperRecognizer(self._model_dir)
        wide = resample(self._voice.say(text), CALLER_HZ, RATE_HZ)
        found = self._recognizer.transcribe(condition(over_telephone(wide)), _OPTIONS)
        return Heard(found.text, tuple(other.text for other in found.alternatives if other.text != found.text))
