"""What the finding of unanswered questions needs of the minds that there are."""

from __future__ import annotations

import asyncio

from dashboard.faq_bench import FaqBench
from dashboard.improve.unanswered import Minds as ComparedMinds
from dialogue.mining.space import Background, QuestionSpace
from uketsuke.candidate_minds import CandidateError, CandidateMinds
from uketsuke.minds import Minds


class ImproveWorkshop:
    """Minds over what is published and over the draft, and a space to liken questions in."""

    def __init__(self, minds: Minds, candidates: CandidateMinds, bench: FaqBench) -> None:
        self._minds = minds
        self._candidates = candidates
        self._bench = bench

    async def minds(self) -> ComparedMinds:
        """Both; the published one twice while a change is no whole entry yet or there is none."""
        state = await self._bench.state()
        draft = (await asyncio.to_thread(state.draft)).content
        published = await self._candidates.of([each.published for each in state.entries if each.published is not None])
        try:
            drafted = await self._candidates.of(draft)
            return ComparedMinds(published, drafted, drafted.subject)
        except CandidateError:
            return ComparedMinds(published, published, published.subject)

    def space(self) -> QuestionSpace:
        """Blocking: embeds what is common to all matters."""
        entries = self._minds.published.faq.entries
        background = Background(
            tuple(entry.questions[0] for entry in entries), tuple(entry.spoken for entry in entries)
        )
        return QuestionSpace(self._minds.embedder, self._minds.reader, background)
