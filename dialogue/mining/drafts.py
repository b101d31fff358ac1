"""A group of questions as a draft of an entry, or as wordings that an entry lacks; compared with the FAQ there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from rapidfuzz import fuzz, process

from dialogue.faq.entry import FaqBook, FaqEntry
from dialogue.kana import Reader
from dialogue.matter import Searcher
from dialogue.mining.answers import DrawnAnswer, best_answer, likeness
from dialogue.mining.calls import TurnLink
from dialogue.mining.clusters import Cluster
from dialogue.mining.personal import PersonalGuard
from dialogue.mining.titles import title_of
from dialogue.normalize import strip_fillers

SAME_MATTER: Final = 0.5
"""From this mean probability on, the questions are an entry's: the same limit as answering's."""
MAYBE_SAME_MATTER: Final = 0.18
"""From here on (the limit of asking back) they are that entry's if what operators told is its answer."""
SAME_ANSWER: Final = 0.5
"""From this share of common pairs of signs on, what operators told is an entry's answer."""
_SAME_WORDING: Final = 90.0
_MOST_ASKED_ABOUT: Final = 6
_TOP: Final = 3


class DraftKind(StrEnum):
    """What approving a draft does: a new entry, or more wordings for one there is."""

    NEW_ENTRY = "new_entry"
    ADD_VARIANTS = "add_variants"


@dataclass(frozen=True)
class NearestEntry:
    """The entry most like a draft. `score` is the mean probability that its questions are that entry's."""

    entry_id: str
    title: str
    score: float


@dataclass(frozen=True)
class Draft:
    """What a person is asked to approve. `answer` is empty when nobody has answered; `sources` lead to the calls.

    `size` is how often it was asked, `calls` in how many calls, `supported_by` in how many the answer was told;
    `disagreements` are sentences that tell other numbers.
    """

    kind: DraftKind
    title: str
    questions: tuple[str, ...]
    answer: tuple[str, ...]
    size: int
    calls: int
    supported_by: int
    disagreements: tuple[str, ...]
    nearest: NearestEntry | None
    sources: tuple[TurnLink, ...]
    told_at: tuple[TurnLink, ...]

    def content(self) -> dict[str, Any]:
        """Plain data for the records, without the sources, which stand in a column of their own."""
        plain = asdict(self)
        del plain["sources"]
        return {**plain, "kind": self.kind.value}


class Drafter:
    """Makes drafts against one book. Blocking; nothing personal passes."""

    def __init__(
        self, book: FaqBook, searcher: Searcher, reader: Reader, guard: PersonalGuard = PersonalGuard()
    ) -> None:
        self._book = book
        self._searcher = searcher
        self._reader = reader
        self._guard = guard
        self._known = [strip_fillers(question) for entry in book.entries for question in entry.questions]

    def draft(self, cluster: Cluster) -> Draft | None:
        """The group as a draft; None when the FAQ has all of it, or nothing is left without what is personal."""
        wordings = [text for text in cluster.wordings.values() if self._guard.is_free(text)]
        if not wordings:
            return None
        answer = best_answer(cluster.answers)
        told = tuple(sentence for sentence in answer.sentences if self._guard.is_free(sentence))
        others = tuple(sentence for sentence in answer.disagreements if self._guard.is_free(sentence))
        nearest, same = self._nearest(wordings, answer)
        wordings = [text for text in wordings if not self._is_known(text)]
        if not wordings:
            return None
        title = same.title if same is not None else title_of(wordings, self._reader)
        if not self._guard.is_free(title):
            return None
        return Draft(
            kind=DraftKind.NEW_ENTRY if same is None else DraftKind.ADD_VARIANTS,
            title=title,
            questions=tuple(_distinct(wordings)),
            answer=told,
            size=cluster.size,
            calls=cluster.calls,
            supported_by=answer.supported_by if told else 0,
            disagreements=others,
            nearest=nearest,
            sources=tuple(cluster.links),
            told_at=answer.told_at if told else (),
        )

    def _is_known(self, text: str) -> bool:
        """Whether an entry, whichever, has that wording already."""
        plain = strip_fillers(text)
        return process.extractOne(plain, self._known, scorer=fuzz.ratio, score_cutoff=_SAME_WORDING) is not None

    def _nearest(self, wordings: Sequence[str], answer: DrawnAnswer) -> tuple[NearestEntry | None, FaqEntry | None]:
        """The entry nearest to the questions, and the entry whose matter they are, if they are one's."""
        asked = wordings[:_MOST_ASKED_ABOUT]
        scores: dict[str, float] = defaultdict(float)
        for text in asked:
            for candidate in self._searcher.search(text, top=_TOP):
                scores[candidate.entry_id] += candidate.score / len(asked)
        ranked = sorted(
            ((entry, scores[name]) for name in scores if (entry := self._book.get(name)) is not None),
            key=lambda pair: -pair[1],
        )
        if not ranked:
            return None, None
        told = "".join(answer.sentences)
        for entry, score in ranked:
            agrees = bool(told) and max(likeness(told, entry.spoken), likeness(told, entry.long)) >= SAME_ANSWER
            if score >= SAME_MATTER or (score >= MAYBE_SAME_MATTER and agrees):
                return NearestEntry(entry.id, entry.title, round(score, 4)), entry
        entry, score = ranked[0]
        return NearestEntry(entry.id, entry.title, round(score, 4)), None


def published_content(
    content: Sequence[Mapping[str, Any]], draft: Mapping[str, Any], entry_id: str = "", category: str = "未分類"
) -> list[dict[str, Any]]:
    """The FAQ's `content` with an approved draft in it, to be published as the next version.

    `draft` is a draft's content as it was approved. Wordings join the entry they are for; a new entry is called
    `entry_id`. Raises `ValueError` with a Japanese sentence when the entry is gone, there is no answer, or the id is
    taken.
    """
    entries = [dict(each) for each in content]
    questions = [str(text) for text in draft["questions"]]
    if draft["kind"] == DraftKind.ADD_VARIANTS.value:
        wanted = str(draft["nearest"]["entry_id"])
        target = next((each for each in entries if each["id"] == wanted), None)
        if target is None:
            raise ValueError(f"言い方を加える項目「{wanted}」は、もうFAQにありません。")
        target["questions"] = list(dict.fromkeys([*target["questions"], *questions]))
        return entries
    spoken = "".join(str(sentence) for sentence in draft["answer"])
    if not spoken:
        raise ValueError("回答がまだありません。音声回答を書いてから承認してください。")
    if any(each["id"] == entry_id for each in entries):
        raise ValueError(f"ID「{entry_id}」の項目は、すでにFAQにあります。別のIDを付けてください。")
    entry = FaqEntry(id=entry_id, category=category, title=draft["title"], questions=tuple(questions), spoken=spoken)
    return [*entries, entry.model_dump(mode="json", exclude={"version"})]


def _distinct(wordings: Sequence[str]) -> list[str]:
    kept: list[str] = []
    for text in wordings:
        plain = strip_fillers(text)
        if all(fuzz.ratio(plain, strip_fillers(other)) < _SAME_WORDING for other in kept):
            kept.append(text)
    return kept
