"""Past calls as facts again: what rules would have seen, turn by turn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from dialogue.escalation.facts import (
    CallerProfile,
    CallMemory,
    EntryFact,
    FactReader,
    Progress,
    Situation,
    TurnFacts,
)
from dialogue.escalation.rules import Stage

_CALLER: Final = "caller"
_FAILED: Final = frozenset({"reask"})
_READ: Final = frozenset({"answer", "clarify", "reask", "hand_over"})
FindEntry = Callable[[str], EntryFact | None]


@dataclass(frozen=True)
class PastTurn:
    """One turn of a caller: its facts at every stage at which rules were looked at, in order."""

    text: str
    looks: tuple[tuple[Stage, TurnFacts], ...]


@dataclass(frozen=True)
class PastCall:
    """One call as rules see it."""

    id: str
    turns: tuple[PastTurn, ...]


@dataclass(frozen=True)
class StoredCall:
    """A call out of the records. Each of `turns` is a mapping with `speaker`, `kind`, `text`, `started_ms`,
    `transcript` and `evidence` (`None` where there is none), in order."""

    id: str
    started_at: datetime
    turns: Sequence[Mapping[str, Any]]
    caller: CallerProfile = field(default_factory=CallerProfile)


class PastReader:
    """Reads stored calls. `find_entry` gives an FAQ entry's category and flags, `is_open` the opening hours.

    What the records keep is taken as it was (words, confidence, entries, scores, how often the agent had failed);
    what follows from the words is read by the rules of today.
    """

    def __init__(self, facts: FactReader, find_entry: FindEntry, is_open: Callable[[datetime], bool]) -> None:
        self._facts = facts
        self._find_entry = find_entry
        self._is_open = is_open

    def read(self, call: StoredCall) -> PastCall:
        """The call as facts. Turns of the agent only count as replies to the turn before them."""
        turns: list[PastTurn] = []
        memory, failed, silent, answers = CallMemory(), 0, 0, 0
        for turn, reply in _exchanges(call.turns):
            evidence = reply.get("evidence") or {}
            text = str(turn.get("text") or "") if turn.get("kind") == "speech" else ""
            act = str(reply.get("kind") or evidence.get("decision") or "")
            kept = (evidence.get("replay") or {}).get("state") or {}
            failed = int(kept.get("reasks", failed))
            silent = silent + 1 if turn.get("kind") == "silence" or act == "no_input" else 0
            elapsed_ms = float(turn.get("started_ms") or 0.0)
            situation = Situation(
                caller=call.caller,
                open=self._is_open(call.started_at + timedelta(milliseconds=elapsed_ms)),
                elapsed_ms=elapsed_ms,
            )
            before = self._facts.read(
                text, _confidence(turn, evidence), memory, situation, Progress(failed, silent, answers)
            )
            if turn.get("kind") == "keypad" and turn.get("text") == "0":
                before = before.with_matter((), None, failed, asks_person="key_0")
            failed = failed + 1 if text and _unanswered(act, evidence) else 0
            turns.append(PastTurn(text, self._looks(before, act, evidence, failed)))
            memory = memory.after(before)
            answers += act == "answer"
        return PastCall(call.id, tuple(turns))

    def _looks(
        self, before: TurnFacts, act: str, evidence: Mapping[str, Any], failed: int
    ) -> tuple[tuple[Stage, TurnFacts], ...]:
        if before.progress.no_inputs:
            return ((Stage.ON_SILENCE, before),)
        looks = [(Stage.BEFORE_ANSWER, before)]
        candidates = evidence.get("candidates") or ()
        if before.text and (candidates or act in _READ):
            entries = [entry for name in evidence.get("entry_ids") or () if (entry := self._find_entry(name))]
            labels = {use.get("label") for use in evidence.get("model_uses") or ()}
            person = "routed_by_model" if "wants_person" in labels else None
            score = candidates[0].get("score") if candidates else None
            looks.append((Stage.AFTER_MATTER, before.with_matter(entries, score, failed, person)))
        return tuple(looks)


def _unanswered(act: str, evidence: Mapping[str, Any]) -> bool:
    return act in _FAILED or (act == "hand_over" and not evidence.get("entry_ids"))


def _confidence(turn: Mapping[str, Any], evidence: Mapping[str, Any]) -> float | None:
    known = (turn.get("transcript") or {}).get("confidence")
    value = evidence.get("confidence") if known is None else known
    return None if value is None else float(value)


def _exchanges(turns: Sequence[Mapping[str, Any]]) -> list[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    """Each turn of the caller with the agent's reply to it; an empty mapping where there was none."""
    found: list[tuple[Mapping[str, Any], Mapping[str, Any]]] = []
    for index, turn in enumerate(turns):
        if turn.get("speaker") != _CALLER:
            continue
        after = turns[index + 1] if index + 1 < len(turns) else {}
        found.append((turn, {} if after.get("speaker") == _CALLER else after))
    return found
