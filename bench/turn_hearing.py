"""Hearing a turn as the ear of a call does, once: what each pause in it offers to decide on.

Voice activity, the gate, recognition and Smart Turn are those of calls. What was heard is plain data: the bench plays
any end-of-turn decision against it, and the training reads it from a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from time import perf_counter
from typing import Final

from bench.turn_sets import InnerPause, PauseKind, SpokenTurn
from uketsuke.ears import QUICK_GATE
from voice.audio.pcm import RATE_HZ, Samples
from voice.ear import EarSettings
from voice.recognition.recognizer import RecognitionOptions, Recognizer
from voice.turn.expectation import Expectation
from voice.turn.prosody import Prosody, listen
from voice.turn.smart_turn import TurnEndModel
from voice.vad import SileroModel, SpeechBegan, SpeechGate, SpeechPaused, VoiceActivity

GATE: Final = QUICK_GATE
NOTICE_MS: Final = max(QUICK_GATE.pause_ms, float(EarSettings().speculate_after_ms))
"""Silence after which calls ask for the words. At 64 ms a sentence needs 1.5 recognitions, at 160 ms 1.3."""
SHORTEST_INNER_MS: Final = 100.0
END: Final = "end"
PRE_ROLL: Final = RATE_HZ * 320 // 1000


@dataclass(frozen=True)
class HeardPause:
    """A pause by the ear's clock, in milliseconds. `kind` is a `PauseKind` or `end`.

    `late_ms`: how long after the true end of the sound the ear's silence begins (negative: before). `length_ms`:
    silence until the speaker is heard again; None at the end. `text` is what is recognised at this pause. `sound_logit`
    and the `embedding` it was read from are those of `TurnEndSound`.
    """

    kind: str
    late_ms: float
    length_ms: float | None
    speech_ms: float
    smart_turn: float
    prosody: Prosody
    text: str
    recognition_ms: float
    smart_turn_ms: float
    sound_logit: float | None = None
    embedding: tuple[float, ...] = ()


@dataclass(frozen=True)
class HeardTurn:
    """The pauses of one turn in order; the last one is its end."""

    name: str
    call: str
    place: Expectation
    human: bool
    number: bool
    pauses: tuple[HeardPause, ...]


@dataclass(frozen=True)
class TurnHearer:
    """Hears turns with the parts of a call's ear."""

    activity: SileroModel
    recognizer: Recognizer
    smart_turn: TurnEndModel

    def hear(self, turn: SpokenTurn) -> HeardTurn:
        """Listen to one turn from beginning to end."""
        started, found = silences(self.activity, turn.samples)
        pauses = [self._at(turn, started, quiet, loud) for quiet, loud in found]
        return HeardTurn(turn.name, turn.call, turn.place, turn.human, turn.number, tuple(pauses))

    def _at(self, turn: SpokenTurn, started: int, quiet: int, loud: int | None) -> HeardPause:
        kind = pause_kind(turn, quiet, loud)
        inner = _inner(turn, quiet)
        at_end = kind == END
        true_end = turn.speech_end if at_end else inner.start if inner is not None else quiet
        heard = turn.samples[max(started - PRE_ROLL, 0) : quiet + int(NOTICE_MS * RATE_HZ / 1000)]
        speech_ms = (quiet - started) * 1000 / RATE_HZ
        words = self.recognizer.transcribe(heard, RecognitionOptions(speech_ms=speech_ms))
        began = perf_counter()
        sound = self.smart_turn.read(heard)
        took = (perf_counter() - began) * 1000
        return HeardPause(
            kind=kind,
            late_ms=(quiet - true_end) * 1000 / RATE_HZ,
            length_ms=None if at_end or loud is None else (loud - quiet) * 1000 / RATE_HZ,
            speech_ms=speech_ms,
            smart_turn=sound.probability,
            prosody=listen(turn.samples[max(started, 0) : quiet]),
            text=words.text,
            recognition_ms=words.took_ms,
            smart_turn_ms=took,
            sound_logit=sound.logit,
            embedding=tuple(round(float(x), 3) for x in sound.embedding),
        )


def silences(model: SileroModel, samples: Samples) -> tuple[int, list[tuple[int, int | None]]]:
    """Where the ear finds the beginning, and each silence with where it finds speech again; all in samples."""
    activity, gate = VoiceActivity(model), SpeechGate(GATE)
    started: int | None = None
    found: list[tuple[int, int | None]] = []
    for frame in activity.push(samples):
        change = gate.push(frame)
        if isinstance(change, SpeechPaused):
            found.append((change.speech_end_sample, None))
        elif isinstance(change, SpeechBegan):
            started = change.at_sample if started is None else started
            if found:
                found[-1] = (found[-1][0], change.at_sample)
    return started or 0, found


def pause_kind(turn: SpokenTurn, quiet: int, loud: int | None) -> str:
    """`end`, a `PauseKind` that was put in, or the speaker's own: "natural".

    What sounds after the speaker's last word is a breath or the line: it does not prolong the turn.
    """
    if loud is None or quiet >= turn.speech_end - RATE_HZ // 20:
        return END
    inner = _inner(turn, quiet)
    return inner.kind.value if inner is not None else PauseKind.NATURAL.value


def _inner(turn: SpokenTurn, quiet: int) -> InnerPause | None:
    return next((p for p in turn.pauses if p.start - RATE_HZ // 8 <= quiet < p.end), None)


def save(turns: Iterable[HeardTurn], path: Path) -> None:
    """One JSON object a line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(asdict(t), ensure_ascii=False) + "\n" for t in turns), encoding="utf-8")


def load(path: Path) -> Iterator[HeardTurn]:
    """Read what `save` has written."""
    for line in path.read_text(encoding="utf-8").splitlines():
        raw = json.loads(line)
        pauses = tuple(
            HeardPause(**{**p, "prosody": Prosody(**p["prosody"]), "embedding": tuple(p.get("embedding", ()))})
            for p in raw.pop("pauses")
        )
        yield HeardTurn(**{**raw, "place": Expectation(raw["place"])}, pauses=pauses)
