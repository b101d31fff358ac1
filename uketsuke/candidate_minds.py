"""Minds over FAQ content that is not published: asked before it is, beside the live one, in the calls' spare time."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final, Protocol, TypeVar

from pydantic import ValidationError

from dialogue.company import Company
from dialogue.escalation.book import RuleBook
from dialogue.evidence import Candidate
from dialogue.faq.entry import FaqBook, FaqEntry
from dialogue.state import Decision
from dialogue.trial import told_of
from dialogue.turns import CallerTurn, Reply, TurnKind
from records.trials import faq_subject
from uketsuke.minds import Minds, Published
from voice.recognition.vocabulary import Term

KEPT: Final = 2
"""What is published and one draft are what gets compared."""
T = TypeVar("T")


class RunInSpareTime(Protocol):
    """Runs blocking work where no caller waits for it."""

    def __call__(self, work: Callable[[], T], /) -> Awaitable[T]:
        """What `work` returns or raises."""
        ...


class CandidateError(ValueError):
    """The content cannot be asked; the message says which entry is at fault, in Japanese."""


class CandidateMind:
    """What callers would hear if `content` were published."""

    def __init__(self, subject: str, minds: Minds) -> None:
        self.subject = subject
        """The digest of the content, as trials keep it."""
        self._minds = minds

    @property
    def terms(self) -> list[Term]:
        """The words that the recogniser would know."""
        return self._minds.terms

    def entry(self, entry_id: str) -> FaqEntry | None:
        """An entry that callers may hear today."""
        return self._minds.published.faq.get(entry_id)

    async def ask(self, text: str, alternatives: Sequence[str] = (), confidence: float | None = None) -> Reply:
        """The reply to `text` as the first turn of a call; `alternatives` and `confidence` are the recogniser's."""
        return (await self.decide(text, alternatives, confidence)).reply

    async def decide(self, text: str, alternatives: Sequence[str] = (), confidence: float | None = None) -> Decision:
        """The same with the state that would follow, which tells what a question back offers."""
        turn = CallerTurn(TurnKind.SPEECH, text, tuple(alternatives), confidence)
        return await self._minds.new_conversation().decide(turn)

    async def answers(self, text: str) -> bool:
        """Whether an entry's answer is spoken at once."""
        return told_of(await self.decide(text)).answered

    def search(self, text: str, top: int = 5) -> list[Candidate]:
        """The likeliest entries, best first. Blocking."""
        return self._minds.knowledge().searcher.search(text, top=top)


class CandidateMinds:
    """Builds candidates on demand and keeps the last few. One is built at a time; two who want the same share it."""

    def __init__(self, minds: Minds, run: RunInSpareTime = asyncio.to_thread, kept: int = KEPT) -> None:
        self._minds = minds
        self._run = run
        self._most = kept
        self._kept: OrderedDict[str, tuple[CandidateMind, Company, RuleBook]] = OrderedDict()
        self._building = asyncio.Lock()

    async def of(self, content: Sequence[Mapping[str, Any]]) -> CandidateMind:
        """The mind over `content`, each an entry as it is published, under the live rules and the live company.

        Raises `CandidateError`.
        """
        subject = await asyncio.to_thread(faq_subject, content)
        async with self._building:
            company, rules = self._minds.company, self._minds.published.rules
            kept = self._kept.pop(subject, None)
            if kept is None or kept[1] is not company or kept[2] is not rules:
                published = Published(book_of(content), rules)
                made = await self._run(lambda: self._minds.beside(published, self._search))
                kept = (CandidateMind(subject, made), company, rules)
            self._kept[subject] = kept
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
            return kept[0]

    async def _search(self, search: Callable[[], list[Candidate]]) -> list[Candidate]:
        return await self._run(search)


def book_of(content: Sequence[Mapping[str, Any]]) -> FaqBook:
    """The entries of plain content. Raises `CandidateError`."""
    entries = []
    for place, each in enumerate(content, start=1):
        try:
            entries.append(FaqEntry.model_validate(each))
        except ValidationError as error:
            names = "、".join(dict.fromkeys(str(one["loc"][0]) if one["loc"] else "全体" for one in error.errors()))
            title = str(each.get("title") or each.get("id") or f"{place}件目")
            raise CandidateError(
                f"項目「{title}」に誤りがあります（{names}）。直してから、もう一度お試しください。"
            ) from error
    ids = [entry.id for entry in entries]
    twice = next((entry_id for entry_id in ids if ids.count(entry_id) > 1), None)
    if twice is not None:
        raise CandidateError(f"ID「{twice}」の項目が2つ以上あります。片方のIDを変えてください。")
    return FaqBook(version=0, entries=tuple(entries))
