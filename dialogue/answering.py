"""How an answer is worded: word for word, several joined, the part that was asked for, or composed and checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from dialogue.faq.entry import AnswerMode, FaqEntry
from dialogue.grounding.check import GroundingChecker
from dialogue.grounding.compose import Composition
from dialogue.grounding.shorten import FollowUp, join_answers
from dialogue.kana import Reader
from dialogue.knowledge import Knowledge
from dialogue.matter import Matter
from dialogue.replying import Replies
from dialogue.state import Decision


class Composes(Protocol):
    """Words an answer out of approved sentences; `dialogue.grounding.compose.Composer` is one. Never raises."""

    async def compose(self, question: str, entries: Sequence[FaqEntry], topic: str = "") -> Composition:
        """What to speak: approved by construction or by the check, or the approved text itself."""
        ...


class Answering:
    """Words answers from approved text. Without a `composer` every entry is spoken word for word."""

    def __init__(self, follow_ups: FollowUp, composer: Composes | None = None) -> None:
        self._follow_ups = follow_ups
        self._composer = composer

    @classmethod
    def of(cls, reader: Reader, composer: Composes | None = None) -> Answering:
        """Answers read with `reader`."""
        checker = GroundingChecker(reader)
        return cls(FollowUp(checker.facts, checker.companions), composer)

    async def answer(
        self, replies: Replies, knowledge: Knowledge, matter: Matter, asked: str, *, ask_model: bool = True
    ) -> Decision:
        """The answer of the entries that `matter` names; `asked` are the caller's words."""
        entries = entries_of(knowledge, matter)
        if not entries:
            return replies.reask(matter)
        composed = any(entry.mode is AnswerMode.COMPOSED for entry in entries)
        if self._composer is None or not composed or not ask_model:
            return replies.answer(entries, join_answers(entries), matter)
        topic = matter.about.title if matter.about is not None else ""
        composition = await self._composer.compose(matter.query or asked, entries, topic)
        if composition.accepted and self._leaves_out(composition.sentences, entries, asked):
            reason = "お尋ねの事実が含まれないため、承認された文をそのままお伝えします。"
            composition = replace(composition, sentences=join_answers(entries), accepted=False, reason=reason)
        matter = replace(matter, model_uses=(*matter.model_uses, composition.model_use))
        decision = replies.answer(entries, composition.sentences, matter)
        evidence = replace(decision.reply.evidence, composition=composition.to_dict())
        return replace(decision, reply=replace(decision.reply, evidence=evidence))

    def _leaves_out(self, sentences: Sequence[str], entries: Sequence[FaqEntry], asked: str) -> bool:
        """Whether the sentences lack one that has the kind of fact asked for, or that belongs to such a one."""
        parts = [part for entry in entries if (part := self._follow_ups.shorten(entry, asked)) is not None]
        return any(not set(part) <= set(sentences) for part in parts)

    def follow_on(self, replies: Replies, knowledge: Knowledge, matter: Matter, asked: str) -> Decision:
        """A question for one more fact of the topic: the sentence with it, a neighbour's answer, or an honest no."""
        topic = knowledge.book.get(matter.about.entry_id) if matter.about is not None else None
        if topic is not None:
            part = self._follow_ups.shorten(topic, asked)
            if part is not None:
                return replies.answer([topic], part, matter)
        entry = next(iter(entries_of(knowledge, matter)), None)
        if entry is None:
            return replies.not_known(matter)
        score = next((c.score for c in matter.candidates if c.entry_id == entry.id), 1.0)
        if entry is not topic and score < knowledge.thresholds.answer:
            return replies.confirm(matter)
        part = self._follow_ups.shorten(entry, asked) if entry is not topic else None
        return replies.answer([entry], part or join_answers([entry]), matter)


def entries_of(knowledge: Knowledge, matter: Matter) -> list[FaqEntry]:
    """The entries that may be spoken now."""
    return [entry for entry in map(knowledge.book.get, matter.entry_ids) if entry is not None]
