"""pyannote's segmentation network, PyanNet, with its real weights. Runs only in the environment of `make speakers`.

The checkpoint is a pickle. It is read with torch's restricted loader (`weights_only`), which runs no code from the
file; the few types of its description are allowed by name. `Model.from_pretrained` would execute it.
"""

from __future__ import annotations

import os
import typing
from collections import defaultdict
from pathlib import Path

import numpy as np

from voice.audio.pcm import Samples
from voice.speakers.segmentation import Activity

# Before pyannote is imported: it would report each use to its maker.
os.environ["PYANNOTE_METRICS_ENABLED"] = "0"

import torch  # type: ignore[import-not-found]
from omegaconf.base import ContainerMetadata, Metadata  # type: ignore[import-not-found]
from omegaconf.listconfig import ListConfig  # type: ignore[import-not-found]
from omegaconf.nodes import AnyNode  # type: ignore[import-not-found]
from pyannote.audio.core.model import Introspection  # type: ignore[import-not-found]
from pyannote.audio.core.task import Problem, Resolution, Specifications  # type: ignore[import-not-found]
from pyannote.audio.models.segmentation import PyanNet  # type: ignore[import-not-found]

_KNOWN = [
    *(ContainerMetadata, Metadata, ListConfig, AnyNode, Introspection, Problem, Resolution, Specifications),
    *(torch.torch_version.TorchVersion, typing.Any, defaultdict, list, dict, int),
    *((list, "__builtin__.list"), (dict, "__builtin__.dict"), (int, "__builtin__.long")),
]


class PyanNetSegmenter:
    """The network, ready to answer; `checkpoint` is the `pytorch_model.bin` of the model store."""

    def __init__(self, checkpoint: Path, threads: int = 1) -> None:
        torch.set_num_threads(threads)
        with torch.serialization.safe_globals(_KNOWN):
            content = torch.load(checkpoint, map_location="cpu", weights_only=True)
        self._network = PyanNet(**content["hyper_parameters"])
        self._network.specifications = content["pyannote.audio"]["specifications"]
        self._network.build()
        self._network.load_state_dict(content["state_dict"], strict=True)
        self._network.eval()

    def activations(self, windows: Samples) -> Activity:
        """See `Segmenter`."""
        with torch.inference_mode():
            answer = self._network(torch.from_numpy(np.ascontiguousarray(windows))[:, None])
        return np.asarray(answer.numpy(), dtype=np.float32)
