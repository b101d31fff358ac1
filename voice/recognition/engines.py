"""Which recogniser: weights on this machine, or a server that speaks OpenAI's API."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, Protocol

from voice.recognition.recognizer import Recognizer
from voice.recognition.remote import RemoteRecognizer
from voice.recognition.whisper import WhisperRecognizer

EngineKind = Literal["whisper", "openai"]

_AT_A_SERVER: Final = 8


@dataclass(frozen=True)
class EngineSpec:
    """What to recognise with.

    For "whisper": `device`, `compute_type` and `workers` (utterances or batches at the same time). For "openai":
    `model` as the server calls it, `base_url` up to `/v1`, `api_key`, and `timeout_s` for a whole exchange.
    """

    kind: EngineKind = "whisper"
    model: str = "whisper-base"
    device: str = "cpu"
    compute_type: str = "int8"
    workers: int = 2
    base_url: str = ""
    api_key: str = field(default="", repr=False)
    timeout_s: float = 3.0


class Engine(Recognizer, Protocol):
    """A recogniser with what its owner needs: to choose hotwords, to make it ready, and to let it go."""

    def tokens_of(self, text: str) -> int:
        """How many tokens of the prompt `text` takes."""
        ...

    def warm_up(self) -> None:
        """Make the first recognition as quick as the next. Raises `ModelError` when the engine is not to be used."""
        ...

    def close(self) -> None:
        """Give back what it holds; nothing can be recognised after that."""
        ...


def suggested_workers(kind: EngineKind, cores: int) -> int:
    """How many jobs the pool should run at once on a machine of `cores`.

    One a core when the weights are here: two workers of one thread answer a single call sooner than one of two
    threads, and do more. A server is waited for, which takes no core.
    """
    return max(cores, _AT_A_SERVER) if kind == "openai" else max(1, cores)


def build_recognizer(spec: EngineSpec, model_dir: Path | None = None) -> Engine:
    """The recogniser of `spec`. `model_dir` holds the weights of a "whisper"; a server needs none.

    Raises a `ModelError` with a Japanese sentence when the weights do not load or the address makes no sense.
    """
    if spec.kind == "openai":
        return RemoteRecognizer(spec.base_url, spec.model, api_key=spec.api_key, timeout_s=spec.timeout_s)
    if model_dir is None:
        raise ValueError("a whisper engine needs the folder of its model")
    return WhisperRecognizer(model_dir, device=spec.device, compute_type=spec.compute_type, inter_threads=spec.workers)
