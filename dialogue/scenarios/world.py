"""The world a scenario is played in, and how a conversation is made for it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from dialogue.answering import Answering
from dialogue.company import Company
from dialogue.escalation.book import RuleBook
from dialogue.escalation.facts import CallerProfile, FactReader
from dialogue.faq.entry import FaqBook, FaqEntry
from dialogue.grounding.check import GroundingChecker
from dialogue.grounding.compose import Composer
from dialogue.grounding.shorten import FollowUp
from dialogue.kana import Reader
from dialogue.kinship import Kinship
from dialogue.knowledge import Knowledge
from dialogue.llm.chat_model import ChatModel
from dialogue.llm.router import TurnRouter
from dialogue.manager import Conversation, ConversationParts
from dialogue.retrieval.embedder import Embedder
from dialogue.retrieval.prepared import Workshop
from dialogue.retrieval.retriever import Retriever
from dialogue.scenarios.scenario import Caller
from dialogue.state import Decision
from dialogue.turns import CallerTurn, Reply

ROUTE_DEADLINE_S: Final = 1.8
COMPOSE_DEADLINE_S: Final = 1.8


@dataclass(frozen=True)
class ScenarioWorld:
    """What stands outside the conversation: the clock, the caller, the model, what is published beside the FAQ."""

    now: Callable[[], datetime]
    caller: Caller
    model: ChatModel | None = None
    extra_entries: tuple[FaqEntry, ...] = ()


class Mind(Protocol):
    """What a scenario talks to; a `Conversation` is one."""

    async def open(self) -> Reply:
        """The greeting."""
        ...

    async def decide(self, turn: CallerTurn) -> Decision:
        """What to say to `turn`; changes nothing."""
        ...

    def commit(self, decision: Decision) -> None:
        """The reply is being given."""
        ...

    def heard(self, text: str) -> None:
        """What of it reached the caller's ear."""
        ...


class NewConversation(Protocol):
    """Makes the mind of one scenario's call."""

    def __call__(self, world: ScenarioWorld) -> Mind:
        """A conversation that has not been opened yet."""
        ...


def profile_of(caller: Caller) -> CallerProfile:
    """The caller as the rules see them; earlier calls are an hour apart."""
    return CallerProfile(
        number_known=not caller.withheld,
        vip=caller.vip,
        blocked=caller.blocked,
        earlier_calls_h=tuple(float(hours) for hours in range(1, caller.calls_within_24h + 1)),
    )


def clock_from(start: datetime) -> Callable[[], datetime]:
    """A clock that shows `start` now and moves with the running loop's time."""
    loop = asyncio.get_running_loop()
    began = loop.time()
    return lambda: start + timedelta(seconds=loop.time() - began)


class CompanyMinds:
    """Conversations of one company, with indexes shared by the scenarios that see the same entries."""

    def __init__(
        self,
        company: Company,
        entries: Sequence[FaqEntry],
        embedder: Embedder,
        reader: Reader,
        rules: RuleBook = RuleBook(),
        route_deadline_s: float = ROUTE_DEADLINE_S,
        free_wording: bool = False,
    ) -> None:
        """`free_wording`: the model may write composed answers itself, instead of choosing among the sentences."""
        self._free_wording = free_wording
        self._company = company
        self._entries = tuple(entries)
        self._embedder = embedder
        self._reader = reader
        self._workshop = Workshop(embedder, reader)
        self._rules = rules
        self._route_deadline_s = route_deadline_s
        self._facts = FactReader(reader)
        self._checker = GroundingChecker(reader)
        self._follow_ups = FollowUp(self._checker.facts, self._checker.companions)
        self._indexes: dict[tuple[FaqEntry, ...], Retriever] = {}
        self._kin: dict[tuple[FaqEntry, ...], Kinship] = {}

    def __call__(self, world: ScenarioWorld) -> Conversation:
        """The mind of one call in `world`."""
        book = FaqBook(version=1, entries=(*self._entries, *world.extra_entries))
        index = self._index(book.live(self._company.local(world.now()).date()))
        knowledge = Knowledge(self._company, index.book, index, rules=self._rules, kinship=self._kinship(index.book))
        router = None if world.model is None else TurnRouter(world.model, self._route_deadline_s)
        composer = None if world.model is None else self._composer(world.model)
        parts = ConversationParts(
            lambda: knowledge,
            asyncio.to_thread,
            world.now,
            router,
            facts=self._facts,
            answering=Answering(self._follow_ups, composer),
            model_ready=lambda: world.model is not None,
        )
        return Conversation(parts, profile_of(world.caller))

    def _kinship(self, book: FaqBook) -> Kinship:
        if book.entries not in self._kin:
            self._kin[book.entries] = Kinship(book, self._reader)
        return self._kin[book.entries]

    def _composer(self, model: ChatModel) -> Composer:
        return Composer(model, self._checker, COMPOSE_DEADLINE_S, free=self._free_wording)

    def _index(self, live: FaqBook) -> Retriever:
        kept = self._indexes.get(live.entries)
        if kept is None:
            kept = Retriever(live, self._embedder, self._reader, workshop=self._workshop)
            self._indexes[live.entries] = kept
        return kept
