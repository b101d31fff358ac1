"""Smart Turn v3: does the sound of the last seconds say that the caller has finished?"""

from __future__ import annotations

from pathlib import Path
from typing import Final, Protocol

import numpy as np
import onnxruntime
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray

from voice.audio.pcm import RATE_HZ, Samples

WINDOW_S: Final = 8
_WINDOW_SAMPLES: Final = WINDOW_S * RATE_HZ


class SmartTurnUnavailableError(RuntimeError):
    """The model file is missing or cannot be loaded."""


class TurnEndModel(Protocol):
    """Reads from sound how likely a turn is complete. Blocking: run it in the `InferencePool`; thread-safe."""

    def probability(self, samples: Samples) -> float:
        """P(turn complete) in [0, 1] for 16 kHz speech that ends with the pause in question."""
        ...


class SmartTurn:
    """The Smart Turn v3 ONNX on one thread: Whisper tiny's encoder with a classifier on it.

    It was trained on the last 8 s, padded *in front* with zeros, so that the end of speech stands at the end of the
    window; on a waveform of zero mean and unit variance (padding included); on Whisper's 80 log-mels.
    """

    def __init__(self, onnx_path: Path) -> None:
        """Load the model. Raises `SmartTurnUnavailableError` when the file is missing or damaged."""
        if not onnx_path.is_file():
            raise SmartTurnUnavailableError(
                f"話し終わり判定のモデルが見つかりません: {onnx_path}。「uketsuke models pull」を実行してください。"
            )
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                str(onnx_path), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            # onnxruntime raises a class of its own for every kind of damage.
            raise SmartTurnUnavailableError(
                f"話し終わり判定のモデルを読み込めません: {onnx_path}。"
                "「uketsuke models verify」でファイルを確かめてください。"
            ) from error
        self._mel = FeatureExtractor(chunk_length=WINDOW_S)

    def probability(self, samples: Samples) -> float:
        """P(turn complete) in [0, 1]; only the last 8 s count, silence and empty input are allowed."""
        features = self.features(samples)[np.newaxis]
        (output,) = self._session.run(None, {"input_features": features})
        return float(np.clip(np.asarray(output).reshape(-1)[0], 0.0, 1.0))

    def features(self, samples: Samples) -> NDArray[np.float32]:
        """What the model sees: log-mels of shape (80, 800)."""
        window = np.zeros(_WINDOW_SAMPLES, dtype=np.float64)
        last = samples[-_WINDOW_SAMPLES:]
        if len(last):
            window[-len(last) :] = last
        # The epsilon is the one of the extractor the model was trained with: silence stays finite.
        window = (window - window.mean()) / np.sqrt(window.var() + 1e-7)
        return np.asarray(self._mel(window.astype(np.float32), padding=0), dtype=np.float32)
