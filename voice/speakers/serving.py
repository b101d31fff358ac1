"""The child's side of the conversation: JSON lines, one recording after the other.

In: `{"id", "recording"}`. Out: `{"event": "ready"}` once, then for each request `{"id", "report"}` or
`{"id", "error"}` with a sentence for the operator. The end of the input ends the process at once, whatever it is
doing: so it does not outlive its owner.
"""

from __future__ import annotations

import json
import os
import queue
import threading
from pathlib import Path
from typing import IO, Any

from voice.audio.wav import WavError, read_wav
from voice.speakers.analysis import analyse
from voice.speakers.change import ChangeRule
from voice.speakers.segmentation import Segmenter


def serve(lines: IO[str], answers: IO[str], segmenter: Segmenter, rule: ChangeRule) -> None:
    """Answer until the input ends; does not return. At most eight requests wait."""
    requests: queue.Queue[dict[str, Any]] = queue.Queue(maxsize=8)
    threading.Thread(target=_read, args=(lines, requests), name="owner", daemon=True).start()
    _say(answers, {"event": "ready"})
    while True:
        request = requests.get()
        _say(answers, {"id": request["id"], **_answer(Path(request["recording"]), segmenter, rule)})


def _answer(path: Path, segmenter: Segmenter, rule: ChangeRule) -> dict[str, Any]:
    try:
        return {"report": analyse(read_wav(path), segmenter, rule).to_dict()}
    except FileNotFoundError:
        return {"error": f"録音 {path} がありません。"}
    except (OSError, WavError, ValueError) as error:
        return {"error": f"録音 {path} を分析できません（{error}）。"}


def _read(lines: IO[str], requests: queue.Queue[dict[str, Any]]) -> None:
    try:
        for line in lines:
            requests.put(json.loads(line))
    finally:
        os._exit(0)


def _say(answers: IO[str], message: dict[str, Any]) -> None:
    answers.write(json.dumps(message, ensure_ascii=False) + "\n")
    answers.flush()
