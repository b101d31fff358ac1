"""How an answer is worded: word for word, two of them joined, or the one sentence of it that was asked for."""

from __future__ import annotations

from dialogue.faq.entry import FaqEntry
from dialogue.knowledge import Knowledge
from dialogue.matter import Matter
from dialogue.replying import Replies
from dialogue.sentences import sentences_of
from dialogue.state import Decision


class Answering:
    """Words answers from approved text."""

    async def answer(self, replies: Replies, knowledge: Knowledge, matter: Matter, asked: str) -> Decision:
        """The approved text of the entries that `matter` names; `asked` are the caller's words."""
        entries = entries_of(knowledge, matter)
        if not entries:
            return replies.reask(matter)
        sentences = tuple(sentence for entry in entries for sentence in sentences_of(entry.spoken))
        return replies.answer(entries, sentences, matter)

    async def follow_on(self, replies: Replies, knowledge: Knowledge, matter: Matter, asked: str) -> Decision:
        """A question that leans on the matter before it."""
        return replies.not_known(matter)


def entries_of(knowledge: Knowledge, matter: Matter) -> list[FaqEntry]:
    """The entries that may be spoken now."""
    return [entry for entry in map(knowledge.book.get, matter.entry_ids) if entry is not None]
