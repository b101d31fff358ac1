"""Know-how mining over the records: reads past calls page by page and keeps the drafts that come of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from dialogue.company import Company, load_company
from dialogue.faq.entry import FaqBook, FaqEntry
from dialogue.kana import Reader
from dialogue.matter import Searcher
from dialogue.mining.calls import CallLine, PastCall, TurnLink, Who
from dialogue.mining.clusters import Clusters
from dialogue.mining.drafts import Drafter
from dialogue.mining.gleaning import Gleaner
from dialogue.mining.miner import MIN_CALLS, Miner
from dialogue.mining.personal import PersonalGuard
from dialogue.mining.space import Background, QuestionSpace
from dialogue.privacy.finder import PersonalFinder
from dialogue.retrieval.e5 import E5Embedder
from dialogue.retrieval.embedder import Embedder
from dialogue.retrieval.retriever import Retriever
from records.clock import utc_now
from records.drafts import DraftSource, FaqDraft, NewDraft
from records.models import CallDetail, CallState, CallSummaryRow, FaqVersion
from records.store import Records
from uketsuke.places import Places

PAGE: Final = 50
DAYS: Final = 7

RunMining = Callable[[Callable[[], object]], Awaitable[object]]
"""Runs a piece of mining (up to some seconds of one core) off the event loop."""


@dataclass(frozen=True)
class MiningSources:
    """What drafts are compared with: the whole FAQ, its index, and whose it is. `searcher` finds among `book`."""

    company: Company
    book: FaqBook
    searcher: Searcher
    embedder: Embedder
    reader: Reader


@dataclass(frozen=True)
class MiningProgress:
    """How far a run is. `share` of the period (or of the limit) is done, in [0, 1]."""

    share: float
    calls: int
    questions: int
    groups: int


@dataclass(frozen=True)
class MiningResult:
    """What a run came to: the drafts as they now wait, the most asked first."""

    calls: int
    questions: int
    drafts: tuple[FaqDraft, ...]


async def mine_once(
    records: Records,
    sources: MiningSources,
    *,
    days: int = DAYS,
    limit: int | None = None,
    min_calls: int = MIN_CALLS,
    progress: Callable[[MiningProgress], None] = lambda _: None,
    run: RunMining = asyncio.to_thread,
) -> MiningResult:
    """Mine the calls of the last `days` (at most `limit` of them, the newest) and keep the drafts that come of it.

    Memory is bounded whatever the number of calls: one page of calls, one window of questions and a limited number of
    groups at a time. Running it again over the same calls renews the waiting drafts and leaves decided ones alone.
    Raises `sqlalchemy.exc.SQLAlchemyError` when the records fail; nothing is kept then.
    """
    now = utc_now()
    since = now - timedelta(days=days)
    known = await records.drafts.decided_sources(since)
    miner = await asyncio.to_thread(_miner, sources, frozenset(TurnLink(each.call_id, each.turn) for each in known))
    calls = 0
    async for row in _calls(records, since):
        if limit is not None and calls >= limit:
            break
        detail = await records.calls.get(row.id) if row.state is CallState.ENDED else None
        if detail is not None:
            await run(lambda call=_past_call(detail): miner.take(call))  # type: ignore[misc]
            calls += 1
        progress(_progress(miner, calls, _share(row, now, since, calls, limit)))
    drafts = await asyncio.to_thread(miner.drafts, min_calls)
    kept = await records.drafts.add(
        [
            NewDraft(draft.content(), tuple(DraftSource(link.call_id, link.turn) for link in draft.sources))
            for draft in drafts
        ]
    )
    progress(_progress(miner, calls, 1.0))
    return MiningResult(calls, miner.so_far.questions, tuple(kept))


async def mine_published(
    places: Places,
    records: Records,
    *,
    days: int = DAYS,
    limit: int | None = None,
    progress: Callable[[MiningProgress], None] = lambda _: None,
    run: RunMining = asyncio.to_thread,
) -> MiningResult:
    """`mine_once` against the FAQ that is published now, for the company of these places.

    Raises `CompanyError` too, when the company's file is at fault.
    """
    published = await records.faq.current()
    sources = await asyncio.to_thread(_sources, places, published)
    return await mine_once(records, sources, days=days, limit=limit, progress=progress, run=run)


def _sources(places: Places, published: FaqVersion | None) -> MiningSources:
    content = published.content if published is not None else ()
    book = FaqBook(version=0, entries=tuple(FaqEntry.model_validate(each) for each in content))
    reader = Reader((term.surface, term.reading) for entry in book.entries for term in entry.vocabulary)
    embedder = E5Embedder(cache_dir=places.cache / "embeddings")
    company = load_company(places.company / "company.yaml")
    return MiningSources(company, book, Retriever(book, embedder, reader), embedder, reader)


def _miner(sources: MiningSources, known: frozenset[TurnLink]) -> Miner:
    """A miner that knows the company's own names as nobody's."""
    company, entries = sources.company, sources.book.entries
    own = [company.name, company.agent_name, company.service, company.phone]
    own += [term.surface for entry in entries for term in entry.vocabulary]
    guard = PersonalGuard(PersonalFinder(allowed=own).find)
    background = Background(
        # One wording of each entry: what the entries have in common, not what the well-worded ones are about.
        questions=tuple(entry.questions[0] for entry in entries),
        answers=tuple(entry.spoken for entry in entries),
    )
    space = QuestionSpace(sources.embedder, sources.reader, background)
    drafter = Drafter(sources.book, sources.searcher, sources.reader, guard)
    return Miner(Gleaner(guard), space, Clusters(), drafter, known)


async def _calls(records: Records, since: datetime) -> AsyncIterator[CallSummaryRow]:
    """The calls since then, the newest first, page by page."""
    before: str | None = None
    while page := await records.calls.list(limit=PAGE, before=before):
        for row in page:
            if row.started_at < since:
                return
            yield row
        before = page[-1].id


def _past_call(detail: CallDetail) -> PastCall:
    lines = (CallLine(turn.index, Who(turn.speaker.value), turn.text, turn.kind) for turn in detail.turns)
    return PastCall(detail.row.id, tuple(lines))


def _share(row: CallSummaryRow, now: datetime, since: datetime, calls: int, limit: int | None) -> float:
    of_period = (now - row.started_at) / (now - since)
    return min(1.0, max(of_period, calls / limit if limit else 0.0))


def _progress(miner: Miner, calls: int, share: float) -> MiningProgress:
    so_far = miner.so_far
    return MiningProgress(share, calls, so_far.questions, so_far.groups)
