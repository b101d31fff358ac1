"""What the caller's matter is: one entry, two of them, a choice between two, or nothing that is known."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, Protocol, TypeVar

from dialogue.context import Context, Reading, Topic, Understanding, readings_of
from dialogue.evidence import Candidate, ModelUse
from dialogue.faq.entry import FaqEntry
from dialogue.kinship import Kinship
from dialogue.normalize import strip_fillers
from dialogue.retrieval.thresholds import Thresholds, answer_threshold

T = TypeVar("T")
RunBlocking = Callable[[Callable[[], list[Candidate]]], Awaitable[list[Candidate]]]
"""Runs a search off the event loop."""

_BREAKS: Final = re.compile(
    r"(?:。|[?？])\s*|(?<=たい)(?:ん)?の(?:です)?と、?|(?<=いくら)で、|(?<=たい)し、"
    r"|(?:(?:ん|の)です(?:けど|けれど|が)|ますけど|ので|のと)?、?"
    r"(?:それと(?!も)|それから|あと(?:は|ですね|、|(?=[^でにもか]))|ついでに|また、|もう(?:一つ|ひとつ|1つ|一件|1件)(?:は|、)?)"
)
_MOST_OPTIONS: Final = 3
_SHORTEST_QUESTION: Final = 6
_ASKS_A_FACT: Final = re.compile(
    r"いくら|いつ|どこ|何日|何時|何か月|どれくらい|どのくらい|どれぐらい|どうやって|どうすれば|何が|何を|誰が|手数料|費用|料金|お金|値段|期限|期間"
    r"|時間|日数|書類|持ち物|場所|必要|かかり"
)
_SAYS_NOTHING_NEW: Final = re.compile(
    r"場合|時|後|手続|方法|最短|全部|大体|結局|合計|教|知|聞|言|思|行|来|出来|申し?込|連絡|私|自分|使|始|変|届|終|開|払|掛|返|本当|普通|何|様|方"
)
_NAMES_SOMETHING: Final = re.compile(r"[一-鿿ァ-ヴa-z]")
_NAMES_ONLY: Final = re.compile(
    r"^.{1,10}(?:のこと|の件|について)(?:で|なん)?(?:です)?(?:けど|けれど|が|ね)?"
    r"(?:、|。|ちょっと|お?(?:聞き|伺い|尋ね)(?:し)?たい(?:ん|の)?(?:です(?:けど|が)?)?)*$"
)
"""A turn that names a matter and asks nothing of it."""
_LONGEST_ELLIPSIS: Final = 24
_ASKS: Final = re.compile(r"たい|教え|どう|いくら|いつ|どこ|ください|下さい|です|ます|ほしい|欲しい|でき|お願い")
UNSURE_CONFIDENCE: Final = 0.35
"""Below this recognition confidence only a strong match is believed."""


class Verdict(StrEnum):
    """How sure the mind is."""

    ANSWER = "answer"
    FOLLOW_ON = "follow_on"
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
    """The verdict with what it rests on. `entry_ids` are what to answer, those to choose from, or the one to confirm.

    `query` are the words as they were understood, `about` the topic they lean on. Of two requests in one breath,
    `also` is the one that is only possible, `left_over` the words that nothing is known about.
    """

    verdict: Verdict
    rule: str
    candidates: tuple[Candidate, ...]
    entry_ids: tuple[str, ...] = ()
    model_uses: tuple[ModelUse, ...] = ()
    query: str = ""
    about: Topic | None = None
    also: Candidate | None = None
    left_over: str = ""


@dataclass(frozen=True)
class _Judging:
    """One turn being judged."""

    text: str
    confidence: float | None
    router: Router | None


class MatterReader:
    """Reads a turn against the FAQ. `router` is asked only when the scores leave it open."""

    def __init__(
        self,
        searcher: Searcher,
        run_blocking: RunBlocking,
        router: Router | None = None,
        thresholds: Thresholds = Thresholds(),
        kinship: Kinship | None = None,
        entry: Callable[[str], FaqEntry | None] = lambda entry_id: None,
    ) -> None:
        """`kinship` tells matters of one kind apart; without it there are none. `entry` gives an entry by its id."""
        self._kinship = kinship
        self._entry = entry
        self._searcher = searcher
        self._run = run_blocking
        self._router = router
        self.thresholds = thresholds

    async def read(
        self,
        text: str,
        alternatives: Sequence[str] = (),
        context: Context = Context(),
        confidence: float | None = None,
        *,
        ask_router: bool = True,
    ) -> Matter:
        """What `text` is about, said in `context`."""
        judging = _Judging(text, confidence, self._router if ask_router else None)
        *leaning, plain = readings_of(text, context)
        whole = await self._search(plain.query, alternatives)
        if context.topic is None and _is_elliptical(plain.query) and not _word_for_word(plain.query, whole):
            return Matter(Verdict.UNKNOWN, "nothing_to_lean_on", (), query=plain.query)
        if leaning:
            matter = await self._read_in_context(leaning, plain, whole, judging)
            if matter is not None:
                return matter
        parts = [part for part in _BREAKS.split(strip_fillers(text)) if len(part) >= _SHORTEST_QUESTION]
        if len(parts) > 1:
            both = await self._read_both(parts, whole)
            if both is not None:
                return replace(both, query=plain.query)
        undecided = self._undecided(text, whole, context)
        if undecided is not None:
            return replace(undecided, query=plain.query)
        matter = replace(await self._judge(whole, "as_asked", judging), query=plain.query)
        if matter.verdict is not Verdict.ANSWER:
            return matter
        if _NAMES_ONLY.match(plain.query):
            return replace(matter, verdict=Verdict.CONFIRM, rule="only_named", entry_ids=matter.entry_ids[:1])
        if self._kinship is not None and self._kinship.strange(plain.query):
            return replace(matter, verdict=Verdict.CONFIRM, rule="names_something_else")
        return matter

    async def _read_in_context(
        self, readings: Sequence[Reading], plain: Reading, whole: Sequence[Candidate], judging: _Judging
    ) -> Matter | None:
        """The turn as its context has it; None when the words stand better by themselves."""
        named = self._named(readings)
        if named is not None:
            return named
        reading, found = await self._likeliest(readings)
        if reading.bare and reading.about is not None:
            ids = (reading.about.entry_id,)
            return Matter(Verdict.ANSWER, "returned", tuple(found[:5]), ids, query=reading.query, about=reading.about)
        top = found[0].score if found else 0.0
        if reading.how is Understanding.CORRECTED:
            alone = [c for c in whole if c.entry_id not in reading.excluded]
            if top < self.thresholds.unsure or (self._is_sure(alone) and not self._is_sure(found)):
                return None
        elif _is_elliptical(plain.query):
            return self._follow_on(reading, found, whole, again=False)
        elif reading.how is Understanding.RETURNED and self._is_sure(whole) and not _is_about(reading, whole[0]):
            return replace(await self._judge(whole, "returned", judging), query=plain.query, about=reading.about)
        elif reading.how is Understanding.IN_CONTEXT and (
            self._is_sure(whole) or top <= (whole[0].score if whole else 0.0)
        ):
            return None
        elif self._is_sure(found) and _is_about(reading, found[0]):
            return self._follow_on(reading, found, whole, again=True)
        matter = await self._judge(found, reading.how.value, judging)
        return replace(matter, query=reading.query, about=reading.about)

    def _follow_on(
        self, reading: Reading, found: Sequence[Candidate], whole: Sequence[Candidate], *, again: bool
    ) -> Matter:
        """A question for one more fact of the topic; where the topic has none, a neighbour may.

        `again`: where nothing else answers, the topic's answer as a whole is what is wanted.
        """
        topic_id = reading.about.entry_id if reading.about is not None else ""
        others = [c for c in found if c.entry_id != topic_id and c.score >= self.thresholds.unsure]
        if not others and self._is_sure(whole) and whole[0].entry_id != topic_id:
            others = [whole[0]]
        ids = (*(c.entry_id for c in others[:1]), *((topic_id,) if again and not others else ()))
        rule = reading.how.value
        return Matter(Verdict.FOLLOW_ON, rule, tuple(found[:5]), ids, query=reading.query, about=reading.about)

    def _named(self, readings: Sequence[Reading]) -> Matter | None:
        """The matter of the same kind that has in its name what the caller named instead."""
        for reading in readings:
            if self._kinship is None or not reading.named:
                continue
            ids = [*reading.excluded, *([reading.about.entry_id] if reading.about is not None else [])]
            for entry_id in dict.fromkeys(ids):
                meant = self._kinship.named(entry_id, reading.named)
                if meant is not None:
                    return Matter(Verdict.ANSWER, "sibling", (), (meant,), query=reading.query, about=reading.about)
        return None

    def _undecided(self, text: str, whole: Sequence[Candidate], context: Context) -> Matter | None:
        """Matters of one kind between which the words do not decide; the topic may."""
        if self._kinship is None or not whole or whole[0].score < self.thresholds.unsure:
            return None
        ids = self._kinship.undecided(text, [(c.entry_id, c.score) for c in whole[:5]])
        if not ids:
            return None
        told = self._kinship.told(context.topic.title, ids) if context.topic is not None else None
        if told is not None:
            return Matter(Verdict.ANSWER, "in_context", tuple(whole[:5]), (ids[told],))
        return Matter(Verdict.CLARIFY, "same_kind", tuple(whole[:5]), ids)

    async def _likeliest(self, readings: Sequence[Reading]) -> tuple[Reading, list[Candidate]]:
        """Corrections in their order, the first that leads anywhere; of other readings the one that fits best."""
        found: list[tuple[Reading, list[Candidate]]] = []
        for reading in readings:
            hits = [c for c in await self._search(reading.query, ()) if c.entry_id not in reading.excluded]
            found.append((reading, hits))
            if reading.how is Understanding.CORRECTED and self._is_sure(hits):
                return reading, hits
        return max(found, key=lambda each: each[1][0].score if each[1] else 0.0)

    async def among(self, text: str, ids: Sequence[str]) -> Candidate | None:
        """Which of the entries `ids` the words of `text` point to, if they point to one clearly."""
        found = [c for c in await self._run(lambda: self._searcher.search(text, (), 50)) if c.entry_id in ids]
        if not found or (len(found) > 1 and found[0].score - found[1].score < self.thresholds.clarify_margin):
            return None
        return found[0]

    async def _search(self, text: str, alternatives: Sequence[str]) -> list[Candidate]:
        return await self._run(lambda: self._searcher.search(text, alternatives))

    async def _read_both(self, parts: Sequence[str], whole: Sequence[Candidate]) -> Matter | None:
        """Two requests in one breath: both sure, or one sure and one possible."""
        sure: list[Candidate] = []
        possible: list[Candidate] = []
        unknown: list[str] = []
        for part in parts[:3]:
            found = await self._search(part, ())
            if self._is_sure(found):
                sure += [c for c in found[:1] if c.entry_id not in {s.entry_id for s in sure}]
            elif found and found[0].score >= self.thresholds.unsure:
                possible.append(found[0])
            elif _ASKS.search(part):
                unknown.append(part)
        taken = {c.entry_id for c in sure}
        also = next((c for c in possible if c.entry_id not in taken), None)
        rest = [c for c in whole if c.entry_id not in taken]
        if len(sure) >= 2:
            ids = tuple(c.entry_id for c in sure[:2])
            return Matter(Verdict.ANSWER, "two_in_one", (*sure[:2], *rest[:3]), ids)
        if len(sure) == 1 and (also is not None or unknown):
            left = unknown[0] if also is None else ""
            kept = (*sure, *rest[:4])
            return Matter(Verdict.ANSWER, "one_of_two", kept, (sure[0].entry_id,), also=also, left_over=left)
        return None

    def _is_sure(self, found: Sequence[Candidate]) -> bool:
        if not found:
            return False
        second = found[1].score if len(found) > 1 else 0.0
        limit = answer_threshold(self._entry(found[0].entry_id), self.thresholds)
        return found[0].score >= limit and found[0].score - second >= self.thresholds.clarify_margin

    def _close(self, found: Sequence[Candidate]) -> list[Candidate]:
        """The candidates that may be meant, best first, no more than can be asked about."""
        if not found or found[0].score < self.thresholds.unsure:
            return []
        return [c for c in found[:_MOST_OPTIONS] if c.score >= self.thresholds.rival * found[0].score]

    async def _judge(self, found: Sequence[Candidate], rule: str, judging: _Judging) -> Matter:
        confidence, router = judging.confidence, judging.router
        kept = tuple(found[:5])
        if self._is_sure(found):
            return Matter(Verdict.ANSWER, rule, kept, (found[0].entry_id,))
        believed = confidence is None or confidence >= UNSURE_CONFIDENCE
        close = self._close(found)
        uses: tuple[ModelUse, ...] = ()
        if close and router is not None:
            routing = await router.route(judging.text, [(c.entry_id, c.title) for c in found[:4]])
            uses = (routing.model_use,)
            routed = self._routed(routing.label, found, kept, uses)
            if routed is not None:
                return routed
        if len(close) > 1 and believed:
            ids = tuple(c.entry_id for c in close)
            named = None if self._kinship is None else self._kinship.named_in(judging.text, ids)
            if named is not None:
                return Matter(Verdict.ANSWER, rule, kept, (ids[named],), uses)
            return Matter(Verdict.CLARIFY, "some_close", kept, ids, uses)
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


def _word_for_word(query: str, found: Sequence[Candidate]) -> bool:
    """Whether somebody has written exactly this question for the best entry."""
    return bool(found) and strip_fillers(found[0].matched) == query


def _is_about(reading: Reading, candidate: Candidate) -> bool:
    return reading.about is not None and candidate.entry_id == reading.about.entry_id


def _is_elliptical(words: str) -> bool:
    """Whether the words ask for a fact and name nothing of their own."""
    if len(words) > _LONGEST_ELLIPSIS or not _ASKS_A_FACT.search(words):
        return False
    rest = _SAYS_NOTHING_NEW.sub("", _ASKS_A_FACT.sub("", words))
    return _NAMES_SOMETHING.search(rest) is None
