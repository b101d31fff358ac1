"""When is the caller's turn over? Words, sound and place make one probability; it sets how much silence is waited for.

Each source gives its evidence in log-odds, so that one can be absent: no words yet, no Smart Turn yet, or neither.
The recogniser's answer needs about half a second from the beginning of the pause. Until it is there a decision would
gain nothing (nothing could be answered), so an end without words is taken late only.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from voice.turn.endings import Ending, EndingReader, EndingView
from voice.turn.expectation import Expectation

_UNSURE_MS: Final = MappingProxyType(
    {
        Expectation.FREE: 700,
        Expectation.YES_NO: 400,
        Expectation.CHOICE: 500,
        Expectation.DIGITS: 1_500,
        Expectation.NAME: 1_000,
        Expectation.ADDRESS: 1_500,
    }
)
_WORDS: Final = MappingProxyType(
    {
        Ending.COMPLETE: 2.5,
        Ending.DIGITS_DONE: 2.5,
        Ending.SOFT: 1.0,
        Ending.UNKNOWN: 0.0,
        Ending.OPEN: -2.0,
        Ending.FILLER: -3.0,
        Ending.DIGITS_OPEN: -3.0,
    }
)
_SURE_P: Final = 0.9
_OPEN_P: Final = 0.1


@dataclass(frozen=True)
class EndpointSettings:
    """How long a pause is waited for, in milliseconds of silence.

    `sure_ms`: the turn is surely complete. `quick_ms`: the same where はい or いいえ is awaited. `unsure_ms`: it may be
    either, by place. `open_ms`: surely not complete. `soft_ms`: a polite 〜んですけど is not
    waited for longer than this, however it sounds. `filler_ms`: it ends in えーと. `digits_ms`: in mid-dictation of a
    number. `wordless_ms`: at least this while the words have not come. `deadline_ms`, `digits_deadline_ms`: however
    it looks, the turn ends (the second for numbers and addresses).
    """

    sure_ms: int = 320
    quick_ms: int = 300
    unsure_ms: Mapping[Expectation, int] = field(default_factory=lambda: _UNSURE_MS)
    open_ms: int = 1_200
    soft_ms: int = 800
    filler_ms: int = 1_400
    digits_ms: int = 1_500
    wordless_ms: int = 900
    deadline_ms: int = 2_000
    digits_deadline_ms: int = 2_500

    def __post_init__(self) -> None:
        missing = [place.value for place in Expectation if place not in self.unsure_ms]
        if missing:
            raise ValueError(f"unsure_ms に次の場面の値を書いてください: {'、'.join(missing)}")
        waits = (
            self.sure_ms,
            self.quick_ms,
            self.open_ms,
            self.soft_ms,
            self.filler_ms,
            self.digits_ms,
            *self.unsure_ms.values(),
        )
        if min(waits) <= 0 or self.deadline_ms < max(self.sure_ms, self.quick_ms):
            raise ValueError("待ち時間は正の値にし、deadline_ms は sure_ms と quick_ms 以上にしてください。")


@dataclass(frozen=True)
class PauseView:
    """What is known in a pause. `text` and `smart_turn` (P(complete) by sound) are None until they have come."""

    silence_ms: int
    speech_ms: int
    text: str | None
    smart_turn: float | None
    expectation: Expectation


@dataclass(frozen=True)
class EndpointDecision:
    """Whether the turn is over; if not, the silence at which it will be if nothing new is learnt, and why."""

    end: bool
    wait_until_ms: int
    probability: float
    reason: str


class Endpointer:
    """Decides the end of a turn. Pure: the same view always gives the same decision; more silence never undoes one."""

    def __init__(self, settings: EndpointSettings = EndpointSettings(), reader: EndingReader | None = None) -> None:
        self._settings = settings
        self._reader = reader or EndingReader()
        self._last: tuple[tuple[str, Expectation], EndingView] | None = None

    def decide(self, view: PauseView) -> EndpointDecision:
        """Judge one moment of a pause. Cheap enough for every frame."""
        ending = None if view.text is None else self._ending(view.text, view.expectation)
        probability = _probability(view, ending)
        wait = min(self._required_ms(view, ending, probability), self._deadline_ms(view, ending))
        return EndpointDecision(
            end=view.silence_ms >= wait,
            wait_until_ms=wait,
            probability=probability,
            reason=_reason(view, ending, wait >= self._deadline_ms(view, ending)),
        )

    def _ending(self, text: str, expectation: Expectation) -> EndingView:
        last = self._last
        if last is not None and last[0] == (text, expectation):
            return last[1]
        ending = self._reader.read(text, expectation)
        self._last = ((text, expectation), ending)
        return ending

    def _required_ms(self, view: PauseView, ending: EndingView | None, probability: float) -> int:
        settings = self._settings
        unsure = settings.unsure_ms[view.expectation]
        sure = settings.quick_ms if view.expectation is Expectation.YES_NO else settings.sure_ms
        required = _between(probability, sure, max(unsure, sure), max(settings.open_ms, unsure))
        if ending is None:
            return max(required, settings.wordless_ms)
        if ending.ending is Ending.SOFT:
            return min(required, max(settings.soft_ms, unsure))
        if ending.ending is Ending.FILLER:
            return max(required, settings.filler_ms)
        if ending.ending is Ending.DIGITS_OPEN:
            return max(required, settings.digits_ms)
        return required

    def _deadline_ms(self, view: PauseView, ending: EndingView | None) -> int:
        slow = view.expectation in (Expectation.DIGITS, Expectation.ADDRESS)
        if slow or (ending is not None and ending.ending is Ending.DIGITS_OPEN):
            return self._settings.digits_deadline_ms
        return self._settings.deadline_ms


def _probability(view: PauseView, ending: EndingView | None) -> float:
    odds = 0.0 if ending is None else _WORDS[ending.ending]
    odds += _sound_odds(view.smart_turn)
    if view.expectation is Expectation.YES_NO and (ending is None or ending.ending is Ending.UNKNOWN):
        odds += 1.0
    if view.expectation is Expectation.FREE and view.speech_ms < 400 and ending is not None:
        # A first あの or 料金 alone is more often a start than a question.
        odds -= 0.5 if ending.ending in (Ending.UNKNOWN, Ending.OPEN) else 0.0
    if view.expectation is Expectation.FREE and ending is not None and ending.rule == "short_answer":
        # Nobody asked: はい or いえ is the start of more.
        odds -= _WORDS[Ending.COMPLETE]
    return 1.0 / (1.0 + math.exp(-odds))


def _sound_odds(smart_turn: float | None) -> float:
    """Smart Turn's probability as evidence, as measured on human telephone-band speech.

    Its output saturates near 1: the middle one of the pauses inside sentences is at 0.65 (one speaker) or 0.96
    (another), of the ends at 0.97 or 0.99. So a low value tells much and a high one little: zero at 0.92, at most +1
    above, down to -2 below.
    """
    if smart_turn is None:
        return 0.0
    p = min(max(smart_turn, 1e-3), 1 - 1e-3)
    return min(max(0.45 * (math.log(p / (1 - p)) - 2.5), -2.0), 1.0)


def _between(probability: float, sure: int, unsure: int, open_: int) -> int:
    """The wait for a probability: straight lines from open over unsure (at one half) to sure."""
    if probability >= 0.5:
        part = min((probability - 0.5) / (_SURE_P - 0.5), 1.0)
        return round(unsure + part * (sure - unsure))
    part = min((0.5 - probability) / (0.5 - _OPEN_P), 1.0)
    return round(unsure + part * (open_ - unsure))


def _reason(view: PauseView, ending: EndingView | None, by_deadline: bool) -> str:
    words = "none" if ending is None else f"{ending.ending.value}/{ending.rule}"
    sound = "none" if view.smart_turn is None else f"{view.smart_turn:.2f}"
    reason = f"words={words} sound={sound} place={view.expectation.value}"
    return f"{reason} deadline" if by_deadline else reason
