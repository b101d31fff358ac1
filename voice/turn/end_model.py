"""One calibrated probability that the caller has finished, from words, sound and place.

A logistic regression on few, named features: anyone can read in `data/end_of_turn.json` what each piece of evidence
weighs, in log-odds. Evidence that is not there yet weighs nothing, and there are two sets of weights: with the words of
the pause, and on sound alone. The shape of the last words is summed up beforehand by a third set (`text`), learnt from
many more sentences than have been heard. Where the recordings hold no example (nobody there dictates a number), the
weight is the prior, written in `PRIORS`; the file says how many examples stand behind each weight.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final

from voice.turn.end_text import TextFeatures
from voice.turn.endings import EndingView
from voice.turn.expectation import Expectation
from voice.turn.prosody import Prosody

WEIGHTS_FILE: Final = "end_of_turn.json"

PRIORS: Final = MappingProxyType(
    {
        "ending:complete": 2.0,
        "ending:digits_done": 2.0,
        "ending:soft": 0.8,
        "ending:unknown": -0.5,
        "ending:open": -2.2,
        "ending:filler": -3.0,
        "ending:digits_open": -3.5,
        # はい where nobody asked is as often the start of more.
        "rule:short_answer/free": -1.4,
        "rule:short_answer/asked": 1.0,
        "place:yes_no": 0.8,
        "place:choice": 0.3,
        "place:digits": -0.5,
        "place:name": 0.0,
        "place:address": -0.5,
        "sound_head": 0.7,
        "text": 0.5,
    }
)
"""Log-odds before any example: what Japanese sentence ends are known to say."""

_BRIEF_MS: Final = 800.0
_TEXT_LIMIT: Final = 4.0
_ASKED: Final = frozenset({Expectation.YES_NO, Expectation.CHOICE})


class EndModelError(ValueError):
    """The file of weights is damaged; the message says so in Japanese."""


@dataclass(frozen=True)
class Evidence:
    """What is known at a pause. None is what has not come.

    `sound_logit` is the log-odds of `SoundHead`; `text` are the words that `ending` was read from.
    """

    ending: EndingView | None
    sound_logit: float | None
    prosody: Prosody | None
    speech_ms: float
    place: Expectation
    text: str = ""


@dataclass(frozen=True)
class Stage:
    """The weights of one stage, by the names of the features; a feature without a weight counts nothing."""

    bias: float
    weights: Mapping[str, float]

    def odds(self, features: Mapping[str, float]) -> float:
        """The log-odds of an end."""
        return self.bias + sum(self.weights.get(name, 0.0) * value for name, value in features.items())


@dataclass(frozen=True)
class EndModel:
    """P(the caller has finished). Pure and thread-safe; some microseconds."""

    sound: Stage
    words: Stage
    text: Stage

    def probability(self, evidence: Evidence) -> float:
        """With the words when they are there, else from sound and place alone."""
        if evidence.ending is None:
            return _logistic(self.sound.odds(features(evidence)))
        return _logistic(self.words.odds(features(evidence) | {"text": self.text_odds(evidence.text)}))

    def text_odds(self, text: str) -> float:
        """What the shape of the last words says, in log-odds within ±4."""
        found = self.text.odds(dict.fromkeys(_text_features().of(text), 1.0))
        return min(max(found, -_TEXT_LIMIT), _TEXT_LIMIT)

    def to_json(self, provenance: Mapping[str, object]) -> str:
        """The file's text, with where the weights come from."""
        stages = {
            name: {"bias": round(stage.bias, 4), "weights": {k: round(v, 4) for k, v in sorted(stage.weights.items())}}
            for name, stage in (("sound", self.sound), ("words", self.words), ("text", self.text))
        }
        return json.dumps({"provenance": dict(provenance), **stages}, ensure_ascii=False, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> EndModel:
        """Read `to_json`'s text. Raises `EndModelError`."""
        try:
            raw = json.loads(text)
            stages = [
                Stage(float(raw[name]["bias"]), {str(k): float(v) for k, v in raw[name]["weights"].items()})
                for name in ("sound", "words", "text")
            ]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise EndModelError(
                f"話し終わり判定の重み({WEIGHTS_FILE})を読めません。インストールし直してください。"
            ) from error
        return cls(*stages)


@cache
def shared_end_model() -> EndModel:
    """The weights that come with the program."""
    return EndModel.from_json((files("voice.turn") / "data" / WEIGHTS_FILE).read_text(encoding="utf-8"))


@cache
def _text_features() -> TextFeatures:
    return TextFeatures()


def _logistic(odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-min(max(odds, -30.0), 30.0)))


def features(evidence: Evidence) -> dict[str, float]:
    """The named numbers that the weights are for; each is near zero when it says nothing."""
    found = {f"place:{evidence.place.value}": 1.0}
    short_answer = evidence.ending is not None and evidence.ending.rule == "short_answer"
    if evidence.place is Expectation.FREE and not short_answer:
        # A first あの or 料金 alone is more often a start than a question; where something was asked, it is an answer.
        found["brief"] = max(0.0, 1.0 - evidence.speech_ms / _BRIEF_MS)
    if evidence.ending is not None:
        found |= _of_words(evidence.ending, evidence.place)
    if evidence.sound_logit is not None:
        found["sound_head"] = evidence.sound_logit
    if evidence.prosody is not None and evidence.prosody.heard_ms > 0:
        found |= _of_prosody(evidence.prosody)
    return found


def _of_words(view: EndingView, place: Expectation) -> dict[str, float]:
    found = {f"ending:{view.ending.value}": 1.0, f"rule:{view.rule.rstrip('0123456789')}": 1.0}
    if view.rule == "short_answer":
        found[f"rule:short_answer/{'asked' if place in _ASKED else 'free'}"] = 1.0
    return found


def _of_prosody(sound: Prosody) -> dict[str, float]:
    return {
        "pitch": min(max(sound.pitch, -0.6), 0.6) * 2.0,
        "rise": sound.rise,
        "fall": min(max(sound.fall_db + 4.0, -10.0), 8.0) / 5.0,
        "last_voice": min(sound.last_voice_ms, 600.0) / 300.0 - 0.5,
        "breath": min(sound.breath_ms, 150.0) / 75.0,
    }
