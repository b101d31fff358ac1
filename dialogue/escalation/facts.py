"""What the rules may look at: the facts of one turn, as plain data that can be stored and judged again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Final

from dialogue.escalation.amounts import amounts_in
from dialogue.escalation.emergency import is_emergency
from dialogue.escalation.harassment import HarassmentLimits, HarassmentView, read_harassment
from dialogue.escalation.human import asks_if_human
from dialogue.escalation.person import asks_for_person
from dialogue.escalation.tone import Tone, read_tone
from dialogue.escalation.topics import Topic, forbidden_topic
from dialogue.kana import Reader
from dialogue.normalize import normalize, strip_fillers

KEPT_TURNS: Final = 20


@dataclass(frozen=True)
class CallerProfile:
    """Who calls, as the line and the records know it. `earlier_calls_h`: hours since each earlier call, any order."""

    number_known: bool = True
    vip: bool = False
    blocked: bool = False
    earlier_calls_h: tuple[float, ...] = ()

    @property
    def calls_within_24h(self) -> int:
        """Earlier calls of the last 24 hours."""
        return sum(hours <= 24 for hours in self.earlier_calls_h)


@dataclass(frozen=True)
class EntryFact:
    """An FAQ entry that the turn was matched to."""

    id: str
    category: str = ""
    flags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Said:
    """An earlier turn of the caller: normalised words, and the recogniser's confidence in [0, 1] where known."""

    normalized: str
    confidence: float | None = None


@dataclass(frozen=True)
class CallMemory:
    """What the rules remember of a call: the caller's turns so far (the last 20), and the rules that have fired."""

    said: tuple[Said, ...] = ()
    fired: tuple[str, ...] = ()

    def after(self, facts: TurnFacts) -> CallMemory:
        """The memory once that turn is over."""
        if not facts.normalized:
            return self
        return replace(self, said=(*self.said, Said(facts.normalized, facts.confidence))[-KEPT_TURNS:])

    def with_fired(self, rule_id: str) -> CallMemory:
        """The memory once that rule has been acted on."""
        return self if rule_id in self.fired else replace(self, fired=(*self.fired, rule_id))


@dataclass(frozen=True)
class Situation:
    """What does not come from the caller's words. `elapsed_ms` since the call began."""

    caller: CallerProfile = CallerProfile()
    open: bool = True
    model_ready: bool = True
    elapsed_ms: float = 0.0


@dataclass(frozen=True)
class Progress:
    """How the conversation has gone. `failed_turns` and `no_inputs` count the present run, this turn included."""

    failed_turns: int = 0
    no_inputs: int = 0
    answers: int = 0


@dataclass(frozen=True)
class TurnFacts:
    """Everything a rule can rest on. Times in milliseconds, amounts in yen, `kana` in katakana with a space between
    words; `asks_person` and `asks_human` name the rule by which the words ask so; `score` is the best candidate's."""

    text: str = ""
    normalized: str = ""
    kana: str = ""
    confidence: float | None = None
    asks_person: str | None = None
    asks_human: str | None = None
    emergency: bool = False
    topic: Topic | None = None
    tone: Tone = Tone.CALM
    harassment: HarassmentView = HarassmentView()
    amounts: tuple[int, ...] = ()
    earlier: tuple[Said, ...] = ()
    fired: tuple[str, ...] = ()
    progress: Progress = Progress()
    situation: Situation = field(default_factory=Situation)
    entries: tuple[EntryFact, ...] = ()
    score: float | None = None

    def with_matter(
        self, entries: Iterable[EntryFact], score: float | None, failed_turns: int, asks_person: str | None = None
    ) -> TurnFacts:
        """The facts once the matter is read. `asks_person`: set when a model read the turn as asking for a person."""
        progress = replace(self.progress, failed_turns=failed_turns)
        person = self.asks_person or asks_person
        return replace(self, entries=tuple(entries), score=score, progress=progress, asks_person=person)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for the records."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> TurnFacts:
        """The facts that `to_dict` gave, also after a way through JSON.

        Raises `KeyError`, `TypeError` or `ValueError` for anything else.
        """
        situation, harassment = data["situation"], data["harassment"]
        caller = situation["caller"]
        plain = {name: data[name] for name in ("text", "normalized", "kana", "confidence", "emergency", "score")}
        return cls(
            **plain,
            asks_person=data["asks_person"],
            asks_human=data["asks_human"],
            topic=None if data["topic"] is None else Topic(data["topic"]),
            tone=Tone(data["tone"]),
            harassment=HarassmentView(harassment["level"], tuple(harassment["because"]), harassment["worst"]),
            amounts=tuple(data["amounts"]),
            earlier=tuple(Said(**said) for said in data["earlier"]),
            fired=tuple(data["fired"]),
            progress=Progress(**data["progress"]),
            situation=Situation(
                caller=CallerProfile(**{**caller, "earlier_calls_h": tuple(caller["earlier_calls_h"])}),
                open=situation["open"],
                model_ready=situation["model_ready"],
                elapsed_ms=situation["elapsed_ms"],
            ),
            entries=tuple(EntryFact(e["id"], e["category"], tuple(e["flags"])) for e in data["entries"]),
        )


class FactReader:
    """Reads a turn's words into facts. Shares the conversation's `Reader`; well under a millisecond a turn."""

    def __init__(self, reader: Reader, limits: HarassmentLimits = HarassmentLimits()) -> None:
        self._reader = reader
        self._limits = limits

    def read(
        self,
        text: str,
        confidence: float | None = None,
        memory: CallMemory = CallMemory(),
        situation: Situation = Situation(),
        progress: Progress = Progress(),
    ) -> TurnFacts:
        """The facts of the turn `text` (empty for silence), before its matter is read."""
        normalized, words = normalize(text), strip_fillers(text)
        kana = self.kana(normalized)
        earlier = [said.normalized for said in memory.said]
        harassment = read_harassment(normalized, earlier, situation.elapsed_ms, self._limits)
        return TurnFacts(
            text=text,
            normalized=normalized,
            kana=kana,
            confidence=confidence,
            asks_person=self._asks_person(words, normalized),
            asks_human=asks_if_human(words),
            emergency=is_emergency(words),
            topic=forbidden_topic(normalized),
            tone=read_tone(normalized, harassment, earlier),
            harassment=harassment,
            amounts=amounts_in(normalized),
            earlier=memory.said,
            fired=memory.fired,
            progress=progress,
            situation=situation,
        )

    def _asks_person(self, words: str, normalized: str) -> str | None:
        by_words = asks_for_person(words)
        if by_words is not None:
            return by_words
        rules = (asks_for_person(words, reading) for reading in self._reader.readings(normalized))
        return next((rule for rule in rules if rule is not None), None)

    def kana(self, normalized: str) -> str:
        """The reading of normalised words, in katakana with a space between words."""
        return " ".join(token.reading for token in self._reader.tokens(normalized) if token.reading)
