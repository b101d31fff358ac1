"""「FAQにする」: chosen turns of a call become a draft of an entry, with nothing personal in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from dashboard.transcript import LineMask
from dialogue.turns import TurnKind
from records.drafts import DraftRepository, DraftSource, FaqDraft, NewDraft
from records.models import CallDetail, Speaker, TurnRecord

ORIGIN: Final = "operator"
TITLE_LENGTH: Final = 40
NO_QUESTION: Final = "お客様の発話を1つ以上選んでください。"


class NothingChosenError(ValueError):
    """There is nothing to make a draft of."""

    def __init__(self) -> None:
        super().__init__(NO_QUESTION)


@dataclass(frozen=True)
class Chosen:
    """What of a call is to be a draft. `title` and `answer` take the place of what the turns say."""

    turns: Sequence[int]
    title: str = ""
    answer: str = ""


class Drafting:
    """Makes drafts, which wait with the mined ones until a supervisor decides."""

    def __init__(self, drafts: DraftRepository, mask: LineMask) -> None:
        self._drafts = drafts
        self._mask = mask

    def choices(self, detail: CallDetail) -> list[dict[str, Any]]:
        """The turns that can be chosen, covered: `turn`, `who`, `text`."""
        said = (turn for turn in detail.turns if turn.text.strip() and turn.kind != TurnKind.KEYPAD.value)
        return [{"turn": turn.index, "who": turn.speaker.value, "text": self._text(turn)} for turn in said]

    async def draft(self, detail: CallDetail, chosen: Chosen, by: str) -> FaqDraft:
        """Keep a draft of these turns. Raises `NothingChosenError`."""
        turns = [turn for turn in detail.turns if turn.index in set(chosen.turns) and turn.text.strip()]
        asked = [turn for turn in turns if turn.speaker is Speaker.CALLER]
        if not asked:
            raise NothingChosenError
        told = [turn for turn in turns if turn.speaker is not Speaker.CALLER]
        questions = [self._text(turn) for turn in asked]
        answer = [self._mask.text(chosen.answer)] if chosen.answer.strip() else [self._text(turn) for turn in told]
        sources = [DraftSource(detail.row.id, turn.index) for turn in asked]
        content: dict[str, Any] = {
            "kind": "new_entry",
            "origin": ORIGIN,
            "by": by,
            "title": self._mask.text(chosen.title).strip() or questions[0][:TITLE_LENGTH],
            "questions": questions,
            "answer": answer,
            "size": len(asked),
            "calls": 1,
            "supported_by": 1 if answer else 0,
            "disagreements": [],
            "nearest": None,
            "told_at": [{"call_id": detail.row.id, "turn": turn.index} for turn in told],
        }
        return (await self._drafts.add([NewDraft(content, tuple(sources))]))[0]

    def _text(self, turn: TurnRecord) -> str:
        return self._mask.text(turn.text, turn.personal)
