"""Questions that nobody answered, those that ask the same put together, each with the entries nearest to it."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, Protocol

import numpy as np

from dashboard.improve.asked import Missed, MissedTurn, mask_of, missed_in
from dashboard.transcript import LineMask
from dialogue.evidence import Candidate
from dialogue.kana import Reader
from dialogue.mining.calls import Asked, TurnLink
from dialogue.mining.clusters import Cluster, ClusterLimits, Clusters
from dialogue.mining.gleaning import Gleaner
from dialogue.mining.space import Matrix, QuestionSpace
from dialogue.mining.titles import title_of
from records.asked import AskedRepository
from records.clock import utc_now
from records.votes import Verdict, Vote, VoteRepository

MOST_CALLS: Final = 5_000
MOST_QUESTIONS: Final = 600
WINDOW: Final = 200
KEPT_S: Final = 60.0
_SHOWN: Final = 12
_NEAREST: Final = 3


class Mind(Protocol):
    """What answers now, or would after publishing; a `CandidateMind` is one."""

    async def answers(self, text: str) -> bool:
        """Whether an entry's answer is spoken at once."""
        ...

    def search(self, text: str, top: int = 5) -> list[Candidate]:
        """The likeliest entries, best first. Blocking."""
        ...


@dataclass(frozen=True)
class Minds:
    """What is published, and the draft (the same one where nothing is being changed)."""

    published: Mind
    draft: Mind
    subject: str


@dataclass(frozen=True)
class Wording:
    """How one caller asked. `reply_turn` is the reply that was no answer."""

    text: str
    call_id: str
    turn: int
    reply_turn: int
    at: datetime
    why: Missed
    confidence: float | None


@dataclass(frozen=True)
class Nearest:
    """An entry that may be meant; `score` is the mean probability over the wordings."""

    entry_id: str
    title: str
    score: float


@dataclass(frozen=True)
class Group:
    """Questions that ask the same. `in_draft`: the draft as it stands answers most of them."""

    key: str
    title: str
    count: int
    calls: int
    last_at: datetime
    why: Mapping[str, int]
    wordings: tuple[Wording, ...]
    nearest: tuple[Nearest, ...]
    in_draft: bool


@dataclass(frozen=True)
class Unanswered:
    """The groups, the most asked first. `answered_now` and `set_aside` are questions that stand in no group."""

    groups: tuple[Group, ...]
    calls: int
    questions: int
    answered_now: int
    set_aside: int


@dataclass
class _Gathered:
    calls: int = 0
    answered_now: int = 0
    set_aside: int = 0
    wordings: dict[TurnLink, Wording] = field(default_factory=dict)


class Workshop(Protocol):
    """The parts of clustering over the FAQ as it is."""

    async def minds(self) -> Minds:
        """What answers now and after publishing."""
        ...

    def space(self) -> QuestionSpace:
        """Where likeness is measured. Blocking."""
        ...


Run = Callable[[Callable[[], tuple[list[Cluster], int]]], Awaitable[tuple[list[Cluster], int]]]


class UnansweredQuestions:
    """Finds them on demand, one search at a time; what was found is kept for a minute."""

    def __init__(
        self,
        asked: AskedRepository,
        votes: VoteRepository,
        workshop: Workshop,
        gleaner: Gleaner,
        reader: Reader,
        mask: LineMask,
        run: Run,
    ) -> None:
        self._asked = asked
        self._votes = votes
        self._workshop = workshop
        self._gleaner = gleaner
        self._reader = reader
        self._mask = mask
        self._run = run
        self._one = asyncio.Lock()
        self._kept: tuple[tuple[object, ...], float, Unanswered] | None = None

    async def of_days(self, days: int, *, fresh: bool = False) -> Unanswered:
        """The questions of the last `days`. `fresh`: look again, whatever is kept."""
        async with self._one:
            minds = await self._workshop.minds()
            aside = [vote for vote in await self._votes.since(utc_now() - timedelta(days=days)) if _is_aside(vote)]
            key = (days, minds.subject, len(aside))
            kept = self._kept if not fresh else None
            if kept is not None and kept[0] == key and time.monotonic() - kept[1] < KEPT_S:
                return kept[2]
            dismissed = {(vote.call_id, vote.turn) for vote in aside}
            found = await self._find(days, minds, dismissed, [vote.note for vote in aside if vote.note])
            self._kept = (key, time.monotonic(), found)
            return found

    async def _find(
        self, days: int, minds: Minds, dismissed: set[tuple[str, int]], wordings: Sequence[str]
    ) -> Unanswered:
        gathered = await self._gather(days, minds.published, dismissed)
        asked = [Asked(link, each.text) for link, each in gathered.wordings.items()]
        aside = [Asked(TurnLink("", place), text) for place, text in enumerate(dict.fromkeys(wordings))]
        clusters, gone = await self._run(lambda: self._clustered(asked, aside))
        groups = [await self._group(cluster, gathered.wordings, minds) for cluster in clusters]
        groups.sort(key=lambda group: (-group.count, -group.last_at.timestamp()))
        put_aside = gathered.set_aside + gone
        return Unanswered(tuple(groups), gathered.calls, len(asked) - gone, gathered.answered_now, put_aside)

    async def _gather(self, days: int, published: Mind, dismissed: set[tuple[str, int]]) -> _Gathered:
        found = _Gathered()
        answered: dict[str, bool] = {}
        async for call in self._asked.calls(utc_now() - timedelta(days=days), MOST_CALLS):
            found.calls += 1
            for missed in missed_in(call):
                text = self._gleaner.question(missed.heard.text)
                if not text or mask_of(call, self._mask).text(text) != text:
                    continue
                if (call.id, missed.reply.index) in dismissed:
                    found.set_aside += 1
                    continue
                if text not in answered:
                    answered[text] = await published.answers(text)
                if answered[text]:
                    found.answered_now += 1
                    continue
                link = TurnLink(call.id, missed.heard.index)
                found.wordings[link] = _wording(text, call.id, call.started_at, missed)
            if len(found.wordings) >= MOST_QUESTIONS:
                break
        return found

    def _clustered(self, asked: Sequence[Asked], aside: Sequence[Asked]) -> tuple[list[Cluster], int]:
        """The groups, without those like what was set aside, and how many questions those held. Blocking."""
        if not asked:
            return [], 0
        space, clusters = self._workshop.space(), Clusters()
        dismissed = space.rows(aside) if aside else None
        for at in range(0, len(asked), WINDOW):
            window = asked[at : at + WINDOW]
            clusters.add(window, space.rows(window))
        found = clusters.all()
        kept = [cluster for cluster in found if not _is_like(cluster, dismissed)]
        return kept, sum(cluster.size for cluster in found) - sum(cluster.size for cluster in kept)

    async def _group(self, cluster: Cluster, wordings: Mapping[TurnLink, Wording], minds: Minds) -> Group:
        own = sorted((wordings[link] for link in cluster.links), key=lambda each: each.at, reverse=True)
        texts = list(dict.fromkeys(each.text for each in own))[:_SHOWN]
        in_draft = minds.draft is not minds.published
        if in_draft:
            answered = [await minds.draft.answers(text) for text in texts]
            in_draft = sum(answered) * 2 > len(texts)
        nearest, title = await asyncio.to_thread(lambda: (_nearest(minds.draft, texts), title_of(texts, self._reader)))
        first = min(cluster.links, key=lambda link: (link.call_id, link.turn))
        return Group(
            key=f"{first.call_id}-{first.turn}",
            title=title,
            count=cluster.size,
            calls=cluster.calls,
            last_at=own[0].at,
            why=dict(Counter(each.why.value for each in own)),
            wordings=tuple(own),
            nearest=nearest,
            in_draft=in_draft,
        )


def _is_aside(vote: Vote) -> bool:
    return vote.verdict is Verdict.SET_ASIDE and not vote.entry_id


def _is_like(cluster: Cluster, dismissed: Matrix | None) -> bool:
    return dismissed is not None and float(np.max(dismissed @ cluster.mean)) >= ClusterLimits().join


def _nearest(mind: Mind, texts: Sequence[str]) -> tuple[Nearest, ...]:
    scores: dict[str, float] = {}
    titles: dict[str, str] = {}
    for text in texts:
        for candidate in mind.search(text, top=_NEAREST):
            scores[candidate.entry_id] = scores.get(candidate.entry_id, 0.0) + candidate.score / len(texts)
            titles[candidate.entry_id] = candidate.title
    ranked = sorted(scores, key=lambda name: -scores[name])[:_NEAREST]
    return tuple(Nearest(name, titles[name], round(scores[name], 4)) for name in ranked)


def _wording(text: str, call_id: str, started_at: datetime, missed: MissedTurn) -> Wording:
    return Wording(
        text=text,
        call_id=call_id,
        turn=missed.heard.index,
        reply_turn=missed.reply.index,
        at=started_at + timedelta(milliseconds=missed.heard.started_ms),
        why=missed.why,
        confidence=missed.heard.confidence,
    )
