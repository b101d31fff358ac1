"""What the caller's matter is: one entry, two of them, a choice between two, or nothing that is known."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol, TypeVar

from dialogue.evidence import Candidate, ModelUse
from dialogue.normalize import strip_fillers
from dialogue.retrieval.thresholds import Thresholds

T = TypeVar("T")
RunBlocking = Callable[[Callable[[], list[Candidate]]], Awaitable[list[Candidate]]]
"""Runs a search off the event loop."""

_BREAKS: Final = re.compile(
    r"(?:。|[?？])\s*|、?(?:それと|それから|あと(?:は)?、|ついでに|また、|もう(?:一つ|ひとつ|1つ)(?:は|、)?)"
)
_POINTS_BACK: Final = re.compile(
    r"^(?:じゃあ?|では|それ(?!と|から|に)|その(?:場合|とき|時|人)?|これ|この|あと|だったら|(?:いくら|いつ|どこ|何日|どれくらい|どのくらい))"
)
_SHORT: Final = 14
_SHORTEST_QUESTION: Final = 6
UNSURE_CONFIDENCE: Final = 0.35
"""Below this recognition confidence only a strong match is believed."""


class Verdict(StrEnum):
    """How sure the mind is."""

    ANSWER = "answer"
    CLARIFY = "clarify"
    CONFIRM = "confirm"
    UNKNOWN = "unknown"
    WANTS_PERSON = "wants_person"
    REPEAT = "repeat"
    GOODBYE = "goodbye"
    OTHER = "other"


class Searcher(Protocol):
    """Finds candidates; a `Retriever` is one."""

    def search(self, text: str, alternatives: Sequence[str] = (), top: int = 5) -> list[Candidate]:
        """Best first."""
        ...


class RoutingView(Protocol):
    """What a router says."""

    @property
    def label(self) -> str | None:
        """A candidate's id, an intent, or None."""
        ...

    @property
    def model_use(self) -> ModelUse:
        """How the model was used."""
        ...


class Router(Protocol):
    """Chooses one label for a turn, within its own deadline; never raises. `TurnRouter` is one."""

    async def route(self, utterance: str, candidates: Sequence[tuple[str, str]]) -> RoutingView:
        """`candidates` are (id, title)."""
        ...


@dataclass(frozen=True)
class Matter:
    """The verdict with what it rests on. `entry_ids` are what to answer, the two to choose
    from, or the one to confirm."""

    verdict: Verdict
    rule: str
    candidates: tuple[Candidate, ...]
    entry_ids: tuple[str, ...] = ()
    model_uses: tuple[ModelUse, ...] = ()


class MatterReader:
    """Reads a turn against the FAQ. `router` is asked only when the scores leave it open."""

    def __init__(
        self,
        searcher: Searcher,
        run_blocking: RunBlocking,
        router: Router | None = None,
        thresholds: Thresholds = Thresholds(),
    ) -> None:
        self._searcher = searcher
        self._run = run_blocking
        self._router = router
        self.thresholds = thresholds

    async def read(
        self,
        text: str,
        alternatives: Sequence[str] = (),
        topic: str = "",
        confidence: float | None = None,
        *,
        ask_router: bool = True,
    ) -> Matter:
        """What `text` is about; `topic` is what was talked about before."""
        router = self._router if ask_router else None
        whole = await self._search(text, alternatives)
        if topic and (len(strip_fillers(text)) <= _SHORT or _POINTS_BACK.match(strip_fillers(text))):
            continued = await self._search(f"{topic}、{strip_fillers(text)}", ())
            if not self._is_sure(whole) and continued and continued[0].score > (whole[0].score if whole else 0.0):
                return await self._judge(text, continued, "in_context", confidence, router)
        parts = [part for part in _BREAKS.split(strip_fillers(text)) if len(part) >= _SHORTEST_QUESTION]
        if len(parts) > 1:
            both = await self._read_both(parts, whole)
            if both is not None:
                return both
        return await self._judge(text, whole, "as_asked", confidence, router)

    async def among(self, text: str, ids: Sequence[str]) -> Candidate | None:
        """Which of the entries `ids` the words of `text` point to, if they point to one clearly."""
        found = [c for c in await self._run(lambda: self._searcher.search(text, (), 50)) if c.entry_id in ids]
        if not found or (len(found) > 1 and found[0].score - found[1].score < self.thresholds.clarify_margin):
            return None
        return found[0]

    async def _search(self, text: str, alternatives: Sequence[str]) -> list[Candidate]:
        return await self._run(lambda: self._searcher.search(text, alternatives))

    async def _read_both(self, parts: Sequence[str], whole: Sequence[Candidate]) -> Matter | None:
        sure: list[Candidate] = []
        for part in parts[:3]:
            found = await self._search(part, ())
            if self._is_sure(found) and found[0].entry_id not in {c.entry_id for c in sure}:
                sure.append(found[0])
        if len(sure) < 2:
            return None
        rest = [c for c in whole if c.entry_id not in {s.entry_id for s in sure}]
        return Matter(Verdict.ANSWER, "two_in_one", (*sure[:2], *rest[:3]), tuple(c.entry_id for c in sure[:2]))

    def _is_sure(self, found: Sequence[Candidate]) -> bool:
        if not found:
            return False
        second = found[1].score if len(found) > 1 else 0.0
        return found[0].score >= self.thresholds.answer and found[0].score - second >= self.thresholds.clarify_margin

    async def _judge(
        self, text: str, found: Sequence[Candidate], rule: str, confidence: float | None, router: Router | None
    ) -> Matter:
        kept = tuple(found[:5])
        if self._is_sure(found):
            return Matter(Verdict.ANSWER, rule, kept, (found[0].entry_id,))
        believed = confidence is None or confidence >= UNSURE_CONFIDENCE
        close = [c for c in found[:2] if c.score >= self.thresholds.unsure]
        uses: tuple[ModelUse, ...] = ()
        if close and router is not None:
            routing = await router.route(text, [(c.entry_id, c.title) for c in found[:4]])
            uses = (routing.model_use,)
            routed = self._routed(routing.label, found, kept, uses)
            if routed is not None:
                return routed
        if len(close) == 2 and believed and close[0].score - close[1].score < self.thresholds.clarify_margin:
            return Matter(Verdict.CLARIFY, "two_close", kept, tuple(c.entry_id for c in close), uses)
        if close and believed:
            return Matter(Verdict.CONFIRM, "one_possible", kept, (close[0].entry_id,), uses)
        return Matter(Verdict.UNKNOWN, "below_threshold" if believed else "low_confidence", kept, (), uses)

    def _routed(
        self, label: str | None, found: Sequence[Candidate], kept: tuple[Candidate, ...], uses: tuple[ModelUse, ...]
    ) -> Matter | None:
        """The router may decide among what retrieval holds possible, or say that it is none of it."""
        if label is None:
            return None
        chosen = next((c for c in found if c.entry_id == label), None)
        if chosen is not None:
            if chosen.score < self.thresholds.unsure:
                return None
            return Matter(Verdict.ANSWER, "routed_by_model", kept, (chosen.entry_id,), uses)
        verdicts = {
            "none": Verdict.UNKNOWN,
            "wants_person": Verdict.WANTS_PERSON,
            "repeat": Verdict.REPEAT,
            "goodbye": Verdict.GOODBYE,
            "other": Verdict.OTHER,
        }
        verdict = verdicts.get(label)
        return None if verdict is None else Matter(verdict, "routed_by_model", kept, (), uses)
