"""Values, tool calls and summaries on other people's dialogues: hotel desks (ASDC) and bookings (JMultiWOZ).

What the text readers do is measured on all of it; what the language model does on a small sample, since the embedded
one is slow. None of it was written for this agent, and its own calls are narrower than these.
"""

from __future__ import annotations

import gzip
import json
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.mind_sets import MindDataError
from dialogue.llm.chat_model import ChatError, ChatModel, ChatRequest
from dialogue.llm.summary import draft_summary
from voice.itn.normaliser import TextNormaliser
from voice.itn.values import Value, ValueKind

TOOL_SAMPLE: Final = 10
SUMMARY_SAMPLE: Final = 5
_SEED: Final = 20_261
_HOTEL: Final = "dialog_hotel_asdc/dialog"
_BOOKING: Final = "dialog_jmultiwoz_tc/dev.jsonl.gz"
_DEADLINE_S: Final = 120.0
_SUMMARY_DEADLINE_S: Final = 180.0
_NUMERIC: Final = ("month", "day", "hour", "minute", "people", "stay")
_COUNTED: Final = {"people": re.compile(r"\s*(?:人|名)"), "stay": re.compile(r"\s*泊")}
_CONTENT: Final = re.compile(r"[一-鿿々]+|[ァ-ヺー]+|[a-z0-9]+", re.IGNORECASE)

Call = tuple[str, Mapping[str, str]]


@dataclass(frozen=True)
class Booking:
    """A dialogue up to the caller's turn, and the call that the next turn of the agent rests on: none or one."""

    turns: tuple[tuple[str, str], ...]
    gold: Call | None

    @property
    def said(self) -> list[str]:
        """What the caller said."""
        return [text for role, text in self.turns if role == "user"]


@dataclass(frozen=True)
class HotelCall:
    """A hotel-desk dialogue and what the customer wanted, as people noted it."""

    lines: tuple[tuple[bool, str], ...]
    conditions: tuple[str, ...]

    @property
    def said(self) -> list[str]:
        """What the customer said."""
        return [text for by_customer, text in self.lines if by_customer]

    @property
    def transcript(self) -> list[str]:
        """As a summary reads it."""
        return [f"{'お客様' if by_customer else '受付'}: {text}" for by_customer, text in self.lines]


def read_hotel(data: Path) -> list[HotelCall]:
    """All hotel-desk dialogues. Raises `MindDataError`."""
    files = sorted((data / _HOTEL).glob("*.json"))
    if not files:
        raise MindDataError(f"{data / _HOTEL} に対話がありません。UKETSUKE_DATA をご確認ください。")
    contents = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    return [
        HotelCall(
            tuple((said["name"].startswith("customer"), " ".join(said["text"].split())) for said in one["utterances"]),
            tuple(one["meta"]["conditions"]),
        )
        for one in contents
    ]


def read_bookings(data: Path) -> list[Booking]:
    """All turns of the booking dialogues. Raises `MindDataError`."""
    file = data / _BOOKING
    if not file.is_file():
        raise MindDataError(f"{file} が見つかりません。UKETSUKE_DATA をご確認ください。")
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [
        Booking(
            tuple((said["role"], said["content"]) for said in row["question"]),
            next(((call["name"], _texts(call["arguments"])) for call in row["ground_truth"]), None),
        )
        for row in rows
    ]


class ValueReader:
    """Dates, times and counts of people and nights in what a caller said, by the text readers of the line."""

    def __init__(self) -> None:
        self._normaliser = TextNormaliser()

    def values(self, text: str) -> tuple[Value, ...]:
        """Everything with a number in it."""
        return self._normaliser.normalise(text).values

    def canonicals(self, texts: Iterable[str]) -> set[str]:
        """The values of several texts, comparable."""
        return {value.canonical for text in texts for value in self.values(text)}

    def slots(self, texts: Iterable[str]) -> dict[str, str]:
        """Of each slot what was said last."""
        slots: dict[str, str] = {}
        for text in texts:
            written = self._normaliser.normalise(text)
            for value in written.values:
                slots |= _slots_of(value, written.source)
        return slots


def hotel_figures(calls: Sequence[HotelCall], reader: ValueReader) -> dict[str, float]:
    """How many of the numbers and dates in the noted conditions are read in what the customer said."""
    wanted = [
        (reader.canonicals([condition]), reader.canonicals(call.said))
        for call in calls
        for condition in call.conditions
    ]
    numbers = [(value, said) for values, said in wanted for value in values]
    return {
        "hotel_conditions": float(len(wanted)),
        "hotel_conditions_with_a_value": float(sum(bool(values) for values, _ in wanted)),
        "hotel_value_recall_readers": _ratio(sum(value in said for value, said in numbers), len(numbers)),
    }


def booking_value_figures(bookings: Sequence[Booking], reader: ValueReader) -> dict[str, float]:
    """Dates, times and counts of booking calls as the readers find them in the caller's words: F1 of slot and value."""
    calls = [one for one in bookings if one.gold is not None and any(name in one.gold[1] for name in _NUMERIC)]
    right = found = wanted = 0
    for one in calls:
        assert one.gold is not None
        gold = {name: value for name, value in one.gold[1].items() if name in _NUMERIC}
        read = {name: value for name, value in reader.slots(one.said).items() if name in gold}
        right += sum(gold[name] == value for name, value in read.items())
        found, wanted = found + len(read), wanted + len(gold)
    return {"tool_value_calls": float(len(calls)), "tool_value_f1_readers": f1(right, found, wanted)}


async def tool_figures(bookings: Sequence[Booking], model: ChatModel, count: int = TOOL_SAMPLE) -> dict[str, float]:
    """Call or no call, slots and whole calls by the language model, on a small sample."""
    tools = _tools(bookings)
    sample = random.Random(_SEED).sample(list(bookings), min(count, len(bookings)))
    answers = [await _ask(model, tools, one) for one in sample]
    return {"tool_sample": float(len(sample)), **call_figures([one.gold for one in sample], answers)}


def call_figures(gold: Sequence[Call | None], answers: Sequence[Call | None]) -> dict[str, float]:
    """F1 of calling at all, F1 of slot and value, and the share of calls that are exactly right."""
    pairs = list(zip(gold, answers, strict=True))
    both = sum(wanted is not None and given is not None for wanted, given in pairs)
    slots = [(_slots(wanted), _slots(given)) for wanted, given in pairs]
    called = [(wanted, given) for wanted, given in pairs if wanted is not None]
    return {
        "tool_call_f1": f1(both, sum(call is not None for call in answers), len(called)),
        "tool_slot_f1": f1(
            sum(len(wanted & given) for wanted, given in slots),
            sum(len(given) for _, given in slots),
            sum(len(wanted) for wanted, _ in slots),
        ),
        "tool_exact_call": _ratio(sum(_same(wanted, given) for wanted, given in called), len(called)),
    }


async def summary_figures(
    calls: Sequence[HotelCall], model: ChatModel, count: int = SUMMARY_SAMPLE
) -> dict[str, float]:
    """How much of the noted conditions the drafted summary keeps: content words, averaged over the conditions."""
    sample = random.Random(_SEED).sample(list(calls), min(count, len(calls)))
    drafts = [await draft_summary(model, call.transcript, _SUMMARY_DEADLINE_S) for call in sample]
    kept = [
        kept_share(condition, draft.text if draft is not None else "")
        for call, draft in zip(sample, drafts, strict=True)
        for condition in call.conditions
    ]
    return {
        "summary_sample": float(len(sample)),
        "summary_drafted": float(sum(draft is not None for draft in drafts)),
        "summary_condition_recall": _ratio(sum(kept), len(kept)),
    }


def kept_share(condition: str, summary: str) -> float:
    """The share of a condition's content words (runs of kanji, katakana or letters) that stand in the summary."""
    words = _CONTENT.findall(condition)
    return _ratio(sum(word in summary for word in words), len(words))


def f1(right: int, found: int, wanted: int) -> float:
    """Harmonic mean of right/found and right/wanted."""
    return _ratio(2 * right, found + wanted)


async def _ask(model: ChatModel, tools: Mapping[str, Sequence[str]], one: Booking) -> Call | None:
    listed = "\n".join(f"- {name}({', '.join(slots)})" for name, slots in tools.items())
    system = (
        "お客様との会話を読み、次に呼ぶべき機能を一つ選びます。今は呼ぶべきでなければ none とします。\n"
        f"引数は、会話で言われたことだけを文字列で書きます。\n{listed}"
    )
    said = "\n".join(f"{'お客様' if role == 'user' else '受付'}: {text}" for role, text in one.turns)
    slots = sorted({slot for names in tools.values() for slot in names})
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {
            "name": {"enum": ["none", *tools]},
            "arguments": {
                "type": "object",
                "properties": {slot: {"type": "string", "maxLength": 40} for slot in slots},
            },
        },
        "required": ["name", "arguments"],
    }
    try:
        result = await model.complete(ChatRequest(system, said[-1_500:], 160, _DEADLINE_S, json_schema=schema))
        answer = json.loads(result.text)
        name, arguments = str(answer["name"]), _texts(answer["arguments"])
    except (ChatError, ValueError, LookupError, TypeError, AttributeError):
        return None
    return None if name == "none" else (name, arguments)


def _tools(bookings: Sequence[Booking]) -> dict[str, list[str]]:
    """Every tool of the set with its slots."""
    tools: dict[str, set[str]] = {}
    for one in bookings:
        if one.gold is not None:
            tools.setdefault(one.gold[0], set()).update(one.gold[1])
    return {name: sorted(slots) for name, slots in sorted(tools.items())}


def _slots_of(value: Value, source: str) -> dict[str, str]:
    match value.kind:
        case ValueKind.DATE:
            return dict(_of_date(value.canonical))
        case ValueKind.TIME:
            return dict(zip(("hour", "minute"), (str(int(part)) for part in value.canonical.split(":")), strict=False))
        case ValueKind.NUMBER:
            after = source[value.end :]
            return {slot: value.canonical for slot, counter in _COUNTED.items() if counter.match(after)}
        case ValueKind.MEASURE:
            amount, _, unit = value.canonical.partition(" ")
            return {slot: amount for slot, counter in _COUNTED.items() if counter.match(unit)}
        case _:
            return {}


def _of_date(canonical: str) -> Iterator[tuple[str, str]]:
    found = re.fullmatch(r"(?:\d{4}|-)?-(\d{2}|-)(?:-(\d{2}))?", canonical)
    if found is None:
        return
    for slot, part in zip(("month", "day"), found.groups(), strict=True):
        if part is not None and part.isdigit():
            yield slot, str(int(part))


def _slots(call: Call | None) -> set[tuple[str, str, str]]:
    return set() if call is None else {(call[0], slot, value) for slot, value in call[1].items()}


def _same(wanted: Call, given: Call | None) -> bool:
    return given is not None and wanted[0] == given[0] and dict(wanted[1]) == dict(given[1])


def _texts(arguments: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in arguments.items()}


def _ratio(part: float, whole: float) -> float:
    return round(part / whole, 4) if whole else 0.0
