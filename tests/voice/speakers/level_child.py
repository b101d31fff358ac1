"""A real child process that serves real reports, with loudness instead of the network."""

from __future__ import annotations

import os
import sys
import time

import numpy as np

from voice.audio.pcm import Samples
from voice.speakers.rule import RULE
from voice.speakers.segmentation import FRAMES, SPEAKERS, Activity
from voice.speakers.serving import serve


class LevelSegmenter:
    """Whoever is loud is the first speaker."""

    def activations(self, windows: Samples) -> Activity:
        answer = np.zeros((len(windows), FRAMES, SPEAKERS), dtype=np.float32)
        for frame in range(FRAMES):
            piece = windows[:, frame * 270 : frame * 270 + 990]
            answer[:, frame, 0] = np.sqrt(np.mean(piece**2, axis=1)) > 0.01
        return answer


if __name__ == "__main__":
    if sys.argv[1:] == ["dies"]:
        sys.exit(3)
    if sys.argv[1:] == ["hangs"]:
        time.sleep(60)
    if sys.argv[1:] == ["babbles"]:
        print("not JSON", flush=True)
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    serve(sys.stdin, sys.stdout, LevelSegmenter(), RULE)
