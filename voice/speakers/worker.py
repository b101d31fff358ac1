"""The child process with the network: `<environment>/bin/python worker.py CHECKPOINT`. See `voice.speakers.serving`."""

from __future__ import annotations

import os
import sys
import warnings
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    """Keep the real output for the answers alone: libraries may print."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    os.nice(int(sys.argv[2]))
    warnings.filterwarnings("ignore")
    # Last, so that the environment's own packages come first: only `voice` is taken from there.
    sys.path.append(str(ROOT))
    from voice.speakers.pyannet import PyanNetSegmenter
    from voice.speakers.rule import RULE
    from voice.speakers.serving import serve

    serve(sys.stdin, answers, PyanNetSegmenter(Path(sys.argv[1])), RULE)


if __name__ == "__main__":
    main()
