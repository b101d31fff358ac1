"""Is somebody speaking? Silero VAD on a stream, and the gate that turns its probabilities into events.

The weights are Silero VAD v6 (MIT), as they come inside faster-whisper. The model looks at windows of 512 samples
(32 ms at 16 kHz) with the 64 samples before them, and carries an LSTM state from window to window.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Final, TypeAlias

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from voice.audio.pcm import RATE_HZ, Samples

WINDOW_SAMPLES: Final = 512
WINDOW_MS: Final = WINDOW_SAMPLES * 1000 / RATE_HZ
_CONTEXT_SAMPLES: Final = 64
_STATE_SHAPE: Final = (1, 1, 128)

_State: TypeAlias = tuple[NDArray[np.float32], NDArray[np.float32]]


@dataclass(frozen=True)
class VadFrame:
    """Probability of speech in the 512 samples from `start_sample` (counted from the stream's beginning)."""

    start_sample: int
    probability: float

    @property
    def end_sample(self) -> int:
        """The sample after the last one of the window."""
        return self.start_sample + WINDOW_SAMPLES


class SileroModel:
    """The weights, loaded once and shared by every call; stateless and thread-safe."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.inter_op_num_threads = options.intra_op_num_threads = 1
        options.log_severity_level = 4
        with as_file(files("faster_whisper") / "assets" / "silero_vad_v6.onnx") as path:
            self._session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
        # The first run allocates for 8 ms: not in the first caller's frame.
        VoiceActivity(self).push(np.zeros(WINDOW_SAMPLES, dtype=np.float32))

    def probabilities(self, windows: Samples, state: _State) -> tuple[Samples, _State]:
        """Judge consecutive `windows` of shape (n, 64 + 512); returns n probabilities and the state after them."""
        found, h, c = self._session.run(None, {"input": windows, "h": state[0], "c": state[1]})
        return np.asarray(found, dtype=np.float32).reshape(-1), (h, c)


class VoiceActivity:
    """Follows one caller's 16 kHz stream. About 0.3 ms a window: cheap enough for the event loop's thread."""

    def __init__(self, model: SileroModel) -> None:
        self._model = model
        self._state: _State = (np.zeros(_STATE_SHAPE, np.float32), np.zeros(_STATE_SHAPE, np.float32))
        self._tail: Samples = np.zeros(_CONTEXT_SAMPLES, dtype=np.float32)
        self._judged = 0

    def push(self, samples: Samples) -> list[VadFrame]:
        """Take the next samples, however many, and return a frame for every window they complete."""
        heard = np.concatenate([self._tail, np.asarray(samples, dtype=np.float32)])
        count = (len(heard) - _CONTEXT_SAMPLES) // WINDOW_SAMPLES
        self._tail = heard[count * WINDOW_SAMPLES :]
        if count == 0:
            return []
        span = np.lib.stride_tricks.sliding_window_view(heard, _CONTEXT_SAMPLES + WINDOW_SAMPLES)
        windows = np.ascontiguousarray(span[::WINDOW_SAMPLES][:count])
        found, self._state = self._model.probabilities(windows, self._state)
        first, self._judged = self._judged, self._judged + count
        return [VadFrame((first + i) * WINDOW_SAMPLES, float(p)) for i, p in enumerate(found)]


@dataclass(frozen=True)
class GateSettings:
    """When speech counts as begun and as paused.

    A window is voiced from `onset` on; once speech has begun it stays voiced down to `offset`. Speech begins after
    `min_speech_ms` of voiced windows and pauses after `pause_ms` of unvoiced ones.
    """

    onset: float = 0.5
    offset: float = 0.35
    min_speech_ms: float = 96.0
    pause_ms: float = 192.0

    def __post_init__(self) -> None:
        if not 0.0 < self.offset <= self.onset < 1.0:
            raise ValueError(f"0 < offset <= onset < 1 is needed, not {self.offset} and {self.onset}")
        if self.min_speech_ms <= 0 or self.pause_ms <= 0:
            raise ValueError("min_speech_ms and pause_ms must be positive")


@dataclass(frozen=True)
class SpeechBegan:
    """Speech was recognised as such; its first voiced window starts at `at_sample`."""

    at_sample: int


@dataclass(frozen=True)
class SpeechPaused:
    """The speaker has been quiet for the gate's pause: known at `at_sample`, quiet since `speech_end_sample`."""

    at_sample: int
    speech_end_sample: int


SpeechEvent: TypeAlias = SpeechBegan | SpeechPaused


class SpeechGate:
    """Hysteresis over VAD frames: `SpeechBegan` and `SpeechPaused` strictly in turn, `SpeechBegan` first.

    `SpeechPaused` is not the end of the turn, only a place where one may be: `silence_ms` goes on growing until
    the speaker resumes (another `SpeechBegan`) or somebody decides that the turn is over.
    """

    def __init__(self, settings: GateSettings = GateSettings()) -> None:
        self._settings = settings
        self._speaking = False
        self._run_start: int | None = None
        self._speech_end: int | None = None
        self._voiced_windows = 0
        self._now = 0

    @property
    def speaking(self) -> bool:
        """Between `SpeechBegan` and `SpeechPaused`."""
        return self._speaking

    @property
    def silence_ms(self) -> float:
        """Time since the last voiced window that counted as speech; since the stream began if there was none."""
        return (self._now - (self._speech_end or 0)) * 1000 / RATE_HZ

    @property
    def speech_ms(self) -> float:
        """How much voiced sound the speech so far held, pauses left out, since `forget_speech`."""
        return self._voiced_windows * WINDOW_MS

    def forget_speech(self) -> None:
        """Begin counting `speech_ms` anew: for the next turn."""
        self._voiced_windows = 0

    def push(self, frame: VadFrame) -> SpeechEvent | None:
        """Take the next frame and say whether it changed anything."""
        self._now = frame.end_sample
        return self._while_speaking(frame) if self._speaking else self._while_quiet(frame)

    def _while_quiet(self, frame: VadFrame) -> SpeechEvent | None:
        begun = self._run_start is not None
        if frame.probability < (self._settings.offset if begun else self._settings.onset):
            self._run_start = None
            return None
        if self._run_start is None:
            self._run_start = frame.start_sample
        run_samples = frame.end_sample - self._run_start
        if run_samples * 1000 < self._settings.min_speech_ms * RATE_HZ:
            return None
        began = SpeechBegan(self._run_start)
        self._speaking, self._run_start = True, None
        self._speech_end = frame.end_sample
        self._voiced_windows += run_samples // WINDOW_SAMPLES
        return began

    def _while_speaking(self, frame: VadFrame) -> SpeechEvent | None:
        if frame.probability >= self._settings.offset:
            self._speech_end = frame.end_sample
            self._voiced_windows += 1
            return None
        if self._speech_end is None or self.silence_ms < self._settings.pause_ms:
            return None
        self._speaking = False
        return SpeechPaused(frame.end_sample, self._speech_end)
