"""Smart Turn v3: does the sound of the last seconds say that the caller has finished?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

import numpy as np
import onnxruntime
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray

from voice.audio.pcm import RATE_HZ, Samples
from voice.turn.sound_head import SoundHead, shared_sound_head

WINDOW_S: Final = 8
_WINDOW_SAMPLES: Final = WINDOW_S * RATE_HZ
_STATES: Final = "layer_norm_8"
_POOLED: Final = "sum_1"
"""Tensors inside the graph: the encoder's last layer, (1, 400, 384), and what the attention makes of it, (1, 384)."""
_LAST_FRAMES: Final = 10
_MODEL_GRAPH: Final = 7
_GRAPH_OUTPUT: Final = 12
_TENSOR_NAME: Final = 1
"""Field numbers of ONNX's ModelProto, GraphProto and ValueInfoProto (onnx.proto3)."""


class SmartTurnUnavailableError(RuntimeError):
    """The model file is missing or cannot be loaded."""


@dataclass(frozen=True)
class TurnEndSound:
    """What the sound says: P(turn complete) in [0, 1] by Smart Turn itself, and the log-odds by `SoundHead`.

    `embedding` (768) is what the head read: the encoder's mean over the last 200 ms, then its attention's summary of
    all 8 s.
    """

    probability: float
    logit: float
    embedding: NDArray[np.float32]


class TurnEndModel(Protocol):
    """Reads from sound how likely a turn is complete. Blocking: run it in the `InferencePool`; thread-safe."""

    def read(self, samples: Samples) -> TurnEndSound:
        """Judge 16 kHz speech that ends with the pause in question."""
        ...


class SmartTurn:
    """The Smart Turn v3 ONNX on one thread: Whisper tiny's encoder with a classifier on it.

    It was trained on the last 8 s, padded *in front* with zeros, so that the end of speech stands at the end of the
    window; on a waveform of zero mean and unit variance (padding included); on Whisper's 80 log-mels.
    """

    def __init__(self, onnx_path: Path, head: SoundHead | None = None) -> None:
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
                _telling_more(onnx_path.read_bytes()), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            # onnxruntime raises a class of its own for every kind of damage.
            raise SmartTurnUnavailableError(
                f"話し終わり判定のモデルを読み込めません: {onnx_path}。"
                "「uketsuke models verify」でファイルを確かめてください。"
            ) from error
        self._mel = FeatureExtractor(chunk_length=WINDOW_S)
        self._head = head or shared_sound_head()

    def read(self, samples: Samples) -> TurnEndSound:
        """One run of the model; only the last 8 s count, silence and empty input are allowed."""
        features = self.features(samples)[np.newaxis]
        output, states, pooled = self._session.run(None, {"input_features": features})
        last = np.asarray(states, dtype=np.float32)[0, -_LAST_FRAMES:].mean(axis=0)
        embedding = np.concatenate([last, np.asarray(pooled, dtype=np.float32)[0]])
        probability = float(np.clip(np.asarray(output).reshape(-1)[0], 0.0, 1.0))
        return TurnEndSound(probability, self._head.log_odds(embedding), embedding)

    def probability(self, samples: Samples) -> float:
        """P(turn complete) in [0, 1] alone."""
        return self.read(samples).probability

    def features(self, samples: Samples) -> NDArray[np.float32]:
        """What the model sees: log-mels of shape (80, 800)."""
        window = np.zeros(_WINDOW_SAMPLES, dtype=np.float64)
        last = samples[-_WINDOW_SAMPLES:]
        if len(last):
            window[-len(last) :] = last
        # The epsilon is the one of the extractor the model was trained with: silence stays finite.
        window = (window - window.mean()) / np.sqrt(window.var() + 1e-7)
        return np.asarray(self._mel(window.astype(np.float32), padding=0), dtype=np.float32)


def _telling_more(model: bytes) -> bytes:
    """The same model with two of its inner tensors as outputs.

    Protobuf merges what stands twice: a second graph that holds nothing but outputs adds them to the first one's.
    """
    graph = b"".join(_field(_GRAPH_OUTPUT, _field(_TENSOR_NAME, name.encode())) for name in (_STATES, _POOLED))
    return model + _field(_MODEL_GRAPH, graph)


def _field(number: int, content: bytes) -> bytes:
    """A length-delimited protobuf field of fewer than 128 bytes."""
    return bytes([number << 3 | 2, len(content)]) + content
