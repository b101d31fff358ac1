"""When is the caller's turn over? Words, sound and place make one probability; it sets how much silence is waited for.

A decision is asked for at three stages of a pause: on sound alone, with the words of a partial that may lack the last
ones, and with the words of the pause itself. Nothing can be answered without words, so the first two only hold back
what must not be cut; the third decides. `EndModel` gives the probability, `WaitCurve` the wait that costs least, and
`Patience` stretches it for callers who pause long. Two rules stand above: a number in mid-dictation is waited for, and
no wait is longer than the hard limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from voice.turn.end_model import EndModel, Evidence, shared_end_model
from voice.turn.endings import Ending, EndingReader, EndingView
from voice.turn.expectation import Expectation
from voice.turn.patience import Patience, PauseHabits, WaitCurve
from voice.turn.prosody import Prosody

_COSTS: Final = MappingProxyType(
    {
        Expectation.FREE: 1.0,
        Expectation.YES_NO: 0.6,
        Expectation.CHOICE: 0.8,
        Expectation.DIGITS: 2.0,
        Expectation.NAME: 1.2,
        Expectation.ADDRESS: 2.0,
    }
)
_POLITELY_OPEN: Final = frozenset({"polite_but", "polite_because", "casual_request"})
_ASKED: Final = frozenset({Expectation.YES_NO, Expectation.CHOICE})
_SLOW: Final = frozenset({Expectation.DIGITS, Expectation.ADDRESS})


@dataclass(frozen=True)
class EndpointSettings:
    """What a cut-off costs and the bounds of waiting, in milliseconds of silence.

    `cutoff_ms` is what cutting a caller off once is worth in milliseconds of waiting: greater is more patient; `costs`
    multiply it by place. `earliest_ms`: no turn ends sooner. `wordless_ms`: at least this while no words have come.
    `soft_ms`: a polite 〜んですけど or 〜ので is not waited for longer than this, since as a finished request it is how
    callers ask; `short_answer_ms`: nor is はい alone, or what answers a yes-no question or a choice; `name_ms`: nor
    a name. `open_ms`: at least this after words that go on (a particle, a て-form, a filler), however final they
    sound, and longer for callers who pause long. `digits_ms`: at least this in mid-dictation of a number;
    `seven_digits_ms`: after a number that may be whole, or the beginning of a longer one. `deadline_ms` and, for
    numbers and addresses, `digits_deadline_ms`: however it looks, the turn ends.
    """

    cutoff_ms: float = 1_000.0
    costs: Mapping[Expectation, float] = field(default_factory=lambda: _COSTS)
    earliest_ms: int = 200
    wordless_ms: int = 900
    soft_ms: int = 800
    short_answer_ms: int = 640
    name_ms: int = 1_200
    open_ms: int = 900
    digits_ms: int = 1_600
    seven_digits_ms: int = 1_000
    deadline_ms: int = 2_000
    digits_deadline_ms: int = 2_500

    def __post_init__(self) -> None:
        missing = [place.value for place in Expectation if place not in self.costs]
        if missing:
            raise ValueError(f"costs に次の場面の値を書いてください: {'、'.join(missing)}")
        if self.cutoff_ms <= 0 or min(self.costs.values()) <= 0 or self.earliest_ms <= 0:
            raise ValueError("cutoff_ms、costs、earliest_ms は正の値にしてください。")
        if not self.earliest_ms <= self.wordless_ms <= self.deadline_ms <= self.digits_deadline_ms:
            raise ValueError("earliest_ms ≦ wordless_ms ≦ deadline_ms ≦ digits_deadline_ms にしてください。")
        if not self.earliest_ms <= min(self.soft_ms, self.short_answer_ms, self.name_ms, self.open_ms):
            raise ValueError("soft_ms、short_answer_ms、name_ms、open_ms は earliest_ms 以上にしてください。")
        if not 0 < self.seven_digits_ms <= self.digits_ms <= self.digits_deadline_ms:
            raise ValueError("seven_digits_ms は digits_ms 以下、digits_ms は digits_deadline_ms 以下にしてください。")


@dataclass(frozen=True)
class PauseView:
    """What is known in a pause. What has not come is None.

    `text`: the words up to this pause. `sound_logit`: how the sound ends, in log-odds by `SoundHead`. `prosody`: how
    the voice went into the pause. `partial`: the words heard while the caller was still speaking; it may lack the last
    ones.
    """

    silence_ms: int
    speech_ms: int
    text: str | None
    sound_logit: float | None
    expectation: Expectation
    prosody: Prosody | None = None
    partial: str | None = None


@dataclass(frozen=True)
class EndpointDecision:
    """Whether the turn is over; if not, the silence at which it will be if nothing new is learnt, and why."""

    end: bool
    wait_until_ms: int
    probability: float
    reason: str


class Endpointer:
    """Decides the end of one caller's turns; made for each call, since it learns how long this caller pauses.

    Between two calls of `resumed` the same view gives the same decision, and more silence never undoes one.
    """

    def __init__(
        self,
        settings: EndpointSettings = EndpointSettings(),
        reader: EndingReader | None = None,
        model: EndModel | None = None,
        habits: PauseHabits = PauseHabits(),
    ) -> None:
        self._settings = settings
        self._reader = reader or EndingReader()
        self._model = model or shared_end_model()
        self._patience = Patience(habits)
        self._curve = WaitCurve(habits, settings.digits_deadline_ms, settings.earliest_ms)
        self._last: tuple[PauseView, float, EndpointDecision] | None = None

    @property
    def patience(self) -> float:
        """How much longer than average this caller's pauses are taken to be."""
        return self._patience.scale

    def resumed(self, silence_ms: float) -> None:
        """The caller went on after `silence_ms`: their own way of pausing is learnt from it."""
        self._patience.resumed(silence_ms)

    def decide(self, view: PauseView) -> EndpointDecision:
        """Judge one moment of a pause. Cheap enough for every frame: what has not changed is not judged anew."""
        known = _without_time(view)
        if self._last is None or self._last[:2] != (known, self.patience):
            self._last = (known, self.patience, self._judge(known))
        judged = self._last[2]
        return EndpointDecision(
            view.silence_ms >= judged.wait_until_ms, judged.wait_until_ms, judged.probability, judged.reason
        )

    def _judge(self, view: PauseView) -> EndpointDecision:
        ending = None if view.text is None else self._reader.read(view.text, view.expectation)
        probability = self._model.probability(
            Evidence(
                ending,
                view.sound_logit,
                view.prosody,
                view.speech_ms,
                view.expectation,
                view.text or "",
            )
        )
        number_ms = self._number_ms(view, ending)
        least = max(number_ms, self._settings.open_ms) if _goes_on(ending) else number_ms
        slow = number_ms > 0 or view.expectation in _SLOW
        limit = self._settings.digits_deadline_ms if slow else self._settings.deadline_ms
        price = self._settings.cutoff_ms * self._settings.costs[view.expectation]
        wait = self._curve.wait_ms(probability, price, self.patience)
        if ending is None:
            wait = max(wait, self._settings.wordless_ms)
        if ending is not None:
            wait = min(wait, self._longest_ms(ending, view.expectation))
        wait = max(wait, round(least * max(self.patience, 1.0)))
        reason = _reason(view, ending, wait >= limit)
        return EndpointDecision(False, min(wait, limit), probability, reason)

    def _longest_ms(self, ending: EndingView, place: Expectation) -> int:
        """The most that an ending which may close a turn is waited for, however it sounds.

        Where a yes, a choice or a name was asked for, a few words are the answer, also when they are misheard.
        """
        settings = self._settings
        hesitates = _goes_on(ending) or ending.ending is Ending.DIGITS_OPEN
        if ending.rule == "short_answer" or (place in _ASKED and not hesitates):
            return settings.short_answer_ms
        if place is Expectation.NAME and ending.ending is not Ending.FILLER:
            return settings.name_ms
        return settings.soft_ms if ending.rule in _POLITELY_OPEN else settings.digits_deadline_ms

    def _number_ms(self, view: PauseView, ending: EndingView | None) -> int:
        """The least silence in mid-dictation of a number; 0 elsewhere.

        Where a number was asked for, what is neither a whole one nor a closed sentence is a number misheard (ゼロサン
        as "0-3 コロコロ", or as some noun). Seven digits may be a postal code or the beginning of a longer one.
        """
        if ending is None and view.partial is not None:
            ending = self._reader.read(view.partial, view.expectation)
        if ending is None:
            return 0
        asked = view.expectation is Expectation.DIGITS
        if ending.ending is Ending.DIGITS_DONE:
            return self._settings.seven_digits_ms if ending.rule == "digits_7" else 0
        closed = ending.ending is Ending.COMPLETE and ending.rule != "noun_answer"
        if ending.ending is Ending.DIGITS_OPEN or (asked and not closed):
            return self._settings.digits_ms
        return 0


def _goes_on(ending: EndingView | None) -> bool:
    return ending is not None and ending.ending in (Ending.OPEN, Ending.FILLER)


def _without_time(view: PauseView) -> PauseView:
    return PauseView(0, view.speech_ms, view.text, view.sound_logit, view.expectation, view.prosody, view.partial)


def _reason(view: PauseView, ending: EndingView | None, by_deadline: bool) -> str:
    words = "none" if ending is None else f"{ending.ending.value}/{ending.rule}"
    sound = "none" if view.sound_logit is None else f"{view.sound_logit:+.1f}"
    reason = f"words={words} sound={sound} place={view.expectation.value}"
    return f"{reason} deadline" if by_deadline else reason
