"""Looking an answer up: the same index as the telephone's, for operators also with what only they may see."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from dialogue.evidence import Candidate
from dialogue.faq.entry import Audience, FaqBook, FaqEntry

MAX_QUERY: Final = 200
MAX_TOP: Final = 20

EMPTY_QUERY: Final = "q に、お探しの言葉を1文字以上200文字以内でお書きください。"
BAD_TOP: Final = "top は、1から20までの数でお書きください。"
BAD_AUDIENCE: Final = "audience は caller（お客様）か operator（担当者）のいずれかをお書きください。"
NO_ENTRY: Final = "この項目は見つかりません。"


@dataclass(frozen=True)
class Found:
    """An entry that was found, and how well it fits: the fused score, its three parts, the variant nearest."""

    entry: FaqEntry
    candidate: Candidate


Search = Callable[[str, Audience, int], Awaitable[list[Found]]]
"""Text, for whom, how many at most: the best first, only what that audience may be shown."""


class Searcher(Protocol):
    """An index over one book; `dialogue.retrieval.retriever.Retriever` is one. Blocking."""

    @property
    def book(self) -> FaqBook:
        """What is searched."""
        ...

    def search(self, text: str, alternatives: Sequence[str] = (), top: int = 5) -> list[Candidate]:
        """The likeliest entries, best first."""
        ...


def search_over(
    searchers: Callable[[Audience], Searcher],
    run_blocking: Callable[[Callable[[], list[Candidate]]], Awaitable[list[Candidate]]],
) -> Search:
    """A `Search` over one index for each audience; searching runs off the event loop."""

    async def search(text: str, audience: Audience, top: int) -> list[Found]:
        searcher = searchers(audience)
        candidates = await run_blocking(lambda: searcher.search(text, top=top))
        entries = [(searcher.book.get(each.entry_id), each) for each in candidates]
        return [Found(entry, candidate) for entry, candidate in entries if entry is not None]

    return search


class SearchRefusedError(ValueError):
    """A search was not made; `status` is the HTTP status, the text a sentence that says what to mend."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


class FaqSearch:
    """Answers a search as plain data. What does not reach the audience is left out, whatever the index finds."""

    def __init__(self, search: Search, books: Callable[[Audience], FaqBook]) -> None:
        self._search = search
        self._books = books

    async def find(self, query: str, audience: str, top: str) -> dict[str, Any]:
        """The best entries for `query`. Raises `SearchRefusedError`."""
        wanted = audience_of(audience)
        words = query.strip()
        if not 1 <= len(words) <= MAX_QUERY:
            raise SearchRefusedError(422, EMPTY_QUERY)
        if not (top.isascii() and top.isdigit() and 1 <= int(top[:4]) <= MAX_TOP):
            raise SearchRefusedError(422, BAD_TOP)
        found = await self._search(words, wanted, int(top))
        shown = [each for each in found if each.entry.audience.reaches(wanted)]
        return {"query": words, "audience": wanted.value, "results": [_result(each, wanted) for each in shown]}

    def entry(self, entry_id: str, audience: Audience) -> dict[str, Any]:
        """One entry as that audience may see it. Raises `SearchRefusedError` when there is none."""
        entry = self._books(audience).get(entry_id)
        if entry is None or not entry.audience.reaches(audience):
            raise SearchRefusedError(404, NO_ENTRY)
        return _shown(entry, audience)


def audience_of(text: str) -> Audience:
    """The audience of that name; `SearchRefusedError` for another."""
    if text not in (Audience.CALLER.value, Audience.OPERATOR.value):
        raise SearchRefusedError(422, BAD_AUDIENCE)
    return Audience(text)


def _result(found: Found, audience: Audience) -> dict[str, Any]:
    fit = found.candidate
    scores = {"score": fit.score, "lexical": fit.lexical, "semantic": fit.semantic, "kana": fit.kana}
    return {**_shown(found.entry, audience), **scores, "matched": fit.matched}


def _shown(entry: FaqEntry, audience: Audience) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": entry.id,
        "version": entry.version,
        "category": entry.category,
        "title": entry.title,
        "spoken": entry.spoken,
        "audience": entry.audience.value,
        "escalate": entry.escalate,
    }
    if audience is Audience.OPERATOR:
        until = entry.valid_until.isoformat() if entry.valid_until else None
        shown |= {"long": entry.long, "questions": list(entry.questions), "valid_until": until}
    return shown
