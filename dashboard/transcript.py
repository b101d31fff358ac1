"""A call's events, gathered into the lines of a conversation. The same for running calls and for past ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache, partial
from typing import Any, Final

from dialogue.privacy.finder import PersonalFinder
from dialogue.privacy.kinds import PersonalKind
from records.masking import masked_number, masked_text
from telephony.events import CallEvent, EventKind


class Who(StrEnum):
    """Whose line it is. `NOTE` is something that happened, said by nobody."""

    CALLER = "caller"
    AGENT = "agent"
    OPERATOR = "operator"
    NOTE = "note"


class Spoken(StrEnum):
    """How far the agent's line has come."""

    DECIDED = "decided"
    SPEAKING = "speaking"
    DONE = "done"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Step:
    """One step of the answer to a turn: milliseconds after the end of the caller's speech."""

    name: str
    from_ms: float
    to_ms: float

    @property
    def took_ms(self) -> float:
        """How long the step itself took."""
        return self.to_ms - self.from_ms


@dataclass(frozen=True)
class Line:
    """One line of the conversation. `at_ms` is the place in the recording where it begins.

    `heard_text` is set when the caller heard only a part. `details` are facts worth a look (confidence,
    alternatives, engine), `steps` the latency of the agent's line, `evidence` what it rests on.
    """

    key: str
    who: Who
    at_ms: int
    text: str
    act: str = ""
    spoken: Spoken = Spoken.DECIDED
    heard_text: str | None = None
    rejected: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict)
    steps: tuple[Step, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)


STEP_NAMES = {"end_of_turn": "終話判定", "text": "認識", "decision": "判断", "first_audio": "第一声"}
"""The steps from the end of the caller's speech to the agent's first sound, in order."""


def steps_of(latency: Mapping[str, Any]) -> tuple[Step, ...]:
    """The waterfall of a latency event; a step that was ready before the one before it took nothing."""
    steps: list[Step] = []
    reached = 0.0
    for key, name in STEP_NAMES.items():
        value = latency.get(key)
        if isinstance(value, int | float):
            end = max(reached, float(value))
            steps.append(Step(name, reached, end))
            reached = end
    return tuple(steps)


NOT_SAID: Final = frozenset(
    {
        "entry_id",
        "entry_ids",
        "title",
        "act",
        "engine",
        "endpoint",
        "decision",
        "rule",
        "model",
        "outcome",
        "reason",
        "at",
        "line",
        "state",
        "to_number",
        "external_id",
    }
)
"""Facts of a line that hold nobody's words."""
NUMBERS: Final = frozenset({"from_number", "caller_number"})
NOT_SHOWN: Final = frozenset({"replay", "personal"})
"""What is of no use beside covered words: what a decision is made again from, and places in the words as they were."""
NAMES: Final = {kind.value: kind.label for kind in PersonalKind}
SPREADS: Final = 2
"""Characters from which a word is covered in the whole call. A surname of one sign is a part of many words."""
_REMEMBERED: Final = 4_096


Stretches = Iterable[Mapping[str, Any]]
"""Where a text tells of a person, as the records say it: `kind`, `start` and `end` of each stretch."""


class LineMask:
    """Covers what is personal in lines: 〈お名前〉, 〈電話番号〉. `finder` knows what is nobody's own. Thread-safe."""

    def __init__(self, finder: PersonalFinder | None = None) -> None:
        # A running call's lines are drawn again with every event.
        self._found = lru_cache(maxsize=_REMEMBERED)(partial(_found, finder or PersonalFinder()))
        self._known: Mapping[str, str] = {}

    def knowing(self, text: str, personal: Stretches, shortest: int = 1) -> LineMask:
        """A mask that covers these stretches' words in other texts too, if they have `shortest` characters.

        An answer to 「お名前をお願いいたします」 may be found by the question alone, and stands in evidence and
        alternatives as well.
        """
        words = {text[int(each["start"]) : int(each["end"])]: str(each["kind"]) for each in personal}
        new = {word: NAMES.get(kind, kind) for word, kind in words.items() if len(word) >= shortest}
        if new.keys() <= self._known.keys():
            return self
        mask = copy(self)
        mask._known = {**self._known, **new}
        return mask

    def text(self, text: str, personal: Stretches | None = None) -> str:
        """`text` with what is personal covered: its `personal` stretches where the records know them."""
        if personal is not None:
            return masked_text(text, personal, NAMES)
        for word in sorted(self._known, key=len, reverse=True):
            text = text.replace(word, f"〈{self._known[word]}〉")
        return self._found(text)

    def line(self, line: Line, personal: Stretches | None = None) -> Line:
        """`line` with all its words covered; `personal` are the stretches of its text, where the records know them."""
        mask = self.knowing(line.text, personal or ())
        return replace(
            line,
            text=self.text(line.text, personal),
            heard_text=None if line.heard_text is None else mask.text(line.heard_text),
            evidence=mask.data(line.evidence),
            details=mask.data(line.details),
        )

    def data(self, value: Any) -> Any:
        """Plain data with every word of somebody's covered, and without what is not shown at all."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {key: self._item(key, item) for key, item in value.items() if key not in NOT_SHOWN}
        if isinstance(value, list | tuple):
            return [self.data(item) for item in value]
        return value

    def _item(self, key: Any, item: Any) -> Any:
        if key in NOT_SAID:
            return item
        return masked_number(item) if key in NUMBERS and isinstance(item, str) else self.data(item)


class NoMask(LineMask):
    """Covers nothing: for those who may see a call as it was, and have said why. What is of no use stays out."""

    def knowing(self, text: str, personal: Stretches, shortest: int = 1) -> LineMask:
        """Nothing is to be known."""
        return self

    def text(self, text: str, personal: Stretches | None = None) -> str:
        """`text` itself."""
        return text

    def _item(self, key: Any, item: Any) -> Any:
        return self.data(item)


def _found(finder: PersonalFinder, text: str) -> str:
    spans = [{"kind": span.kind, "start": span.start, "end": span.end} for span in finder.find(text)]
    return masked_text(text, spans, NAMES)


def mask_of_hearing(mask: LineMask, data: Mapping[str, Any], shortest: int = 1) -> LineMask:
    """`mask` with what the data of a `heard` event say is personal in its words."""
    return mask.knowing(words_of_hearing(data), data.get("personal") or (), shortest)


def words_of_hearing(data: Mapping[str, Any]) -> str:
    """The words that were heard: what was made of them, or what the recogniser wrote."""
    return str(data.get("text") or data.get("raw_text") or "")


class Transcript:
    """Reads events in order; `lines` is the conversation so far, `partial` what the caller is saying just now.

    Reading a stretch of events again in the same order changes nothing in the end. What is personal is covered by
    `mask`.
    """

    def __init__(self, mask: LineMask | None = None) -> None:
        self._mask = mask or LineMask()
        self._lines: dict[str, Line] = {}
        self._speech_began_ms: int | None = None
        self._partial = ""
        self.state = ""
        self.summary = ""
        self.ended: Mapping[str, Any] | None = None
        self.escalated: str | None = None

    @classmethod
    def of(cls, events: Iterable[CallEvent], mask: LineMask | None = None) -> Transcript:
        """The transcript of these events."""
        transcript = cls(mask)
        for event in events:
            transcript.take(event)
        return transcript

    @property
    def lines(self) -> list[Line]:
        """The lines in the order in which they began to exist."""
        return list(self._lines.values())

    @property
    def partial(self) -> str:
        """What the caller is saying just now; "" when nothing."""
        return self._mask.text(self._partial)

    def take(self, event: CallEvent) -> None:
        """Read the next event; kinds that say nothing to a reader change nothing."""
        data = event.data
        match event.kind:
            case EventKind.STATE:
                self.state = str(data.get("state", ""))
            case EventKind.SPEECH_STARTED:
                self._speech_began_ms = event.at_ms
            case EventKind.PARTIAL:
                self._partial = str(data.get("text", ""))
            case EventKind.HEARD:
                self._heard(event)
            case EventKind.NOT_WORDS:
                self._partial = ""
                self._speech_began_ms = None
            case EventKind.DECIDED:
                self._decided(event)
            case EventKind.SPEAKING:
                self._speaking(event)
            case EventKind.SPOKEN:
                self._spoken(event)
            case EventKind.LATENCY:
                self._change(f"agent-{data.get('turn')}", steps=steps_of(data))
            case EventKind.OPERATOR_SAID:
                key = f"operator-{event.at_ms}"
                words = str(data.get("text", ""))
                self._put(Line(key, Who.OPERATOR, event.at_ms, words, str(data.get("how", "")), Spoken.DONE))
            case EventKind.OPERATOR_PARTIAL:
                pass
            case EventKind.SUMMARY:
                self.summary = self._mask.text(str(data.get("summary") or data.get("text") or ""))
            case EventKind.ENDED:
                self.ended = data
                self._partial = ""
            case _:
                self._note(event)

    def _at(self, key: str, event: CallEvent, began: int | None) -> int:
        # An event may be read twice (once in a snapshot, once from the stream): the first reading knows more.
        known = self._lines.get(key)
        if began is not None:
            return began
        return event.at_ms if known is None else known.at_ms

    def _heard(self, event: CallEvent) -> None:
        data = event.data
        began, self._speech_began_ms = self._speech_began_ms, None
        self._partial = ""
        rejected = data.get("rejected")
        key = f"caller-{data.get('turn')}"
        self._put(
            Line(
                key=key,
                who=Who.CALLER,
                at_ms=self._at(key, event, began),
                text=words_of_hearing(data),
                rejected=str(rejected) if rejected else None,
                details={k: v for k, v in data.items() if k not in ("turn", "text", "rejected")},
            ),
            data.get("personal"),
        )
        self._mask = mask_of_hearing(self._mask, data, SPREADS)

    def _decided(self, event: CallEvent) -> None:
        data = event.data
        evidence = data.get("evidence")
        self._put(
            Line(
                key=f"agent-{data.get('turn')}",
                who=Who.AGENT,
                at_ms=event.at_ms,
                text=str(data.get("text", "")),
                act=str(data.get("act", "")),
                evidence=evidence if isinstance(evidence, Mapping) else {},
            )
        )

    def _speaking(self, event: CallEvent) -> None:
        line = self._lines.get(f"agent-{event.data.get('turn')}")
        if line is not None and line.spoken is Spoken.DECIDED:
            self._put(replace(line, spoken=Spoken.SPEAKING, at_ms=event.at_ms))

    def _spoken(self, event: CallEvent) -> None:
        interrupted = bool(event.data.get("interrupted"))
        heard = event.data.get("heard_text")
        self._change(
            f"agent-{event.data.get('turn')}",
            spoken=Spoken.INTERRUPTED if interrupted else Spoken.DONE,
            heard_text=str(heard or "") if interrupted else None,
        )

    def _note(self, event: CallEvent) -> None:
        if event.kind is EventKind.ESCALATED:
            self.escalated = str(event.data.get("reason", ""))
        if event.kind is not EventKind.STARTED:
            key = f"note-{event.kind.value}-{event.at_ms}"
            self._put(Line(key, Who.NOTE, event.at_ms, event.kind.value, details=dict(event.data)))

    def _put(self, line: Line, personal: Stretches | None = None) -> None:
        self._lines[line.key] = self._mask.line(line, personal)

    def _change(self, key: str, **changes: Any) -> None:
        line = self._lines.get(key)
        if line is not None:
            self._put(replace(line, **changes))
