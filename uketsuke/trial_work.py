"""What the tests before publishing ask, and keep of each question: golden ones typed and spoken, callers' own."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Protocol

from dialogue.golden import Flip, GoldenQuestion, Outcome, flip_of, outcome_of
from dialogue.state import Decision
from dialogue.trial import Change, Told, change_of, told_of
from dialogue.turns import Act, CallerTurn
from telephony.preparing import worth_a_second_hearing
from uketsuke.candidate_minds import RunInSpareTime
from uketsuke.past_questions import PastQuestion
from uketsuke.spoken_questions import Callers, Listener
from voice.audio.pcm import Samples

Row = dict[str, Any]
_LONGEST_TEXT: Final = 400


class Mind(Protocol):
    """What is asked; a `CandidateMind` is one."""

    async def decide(self, text: str, alternatives: Sequence[str] = (), confidence: float | None = None) -> Decision:
        """The decision on the first turn of a call."""
        ...


class Covers(Protocol):
    """Covers what is personal in a text."""

    def __call__(self, text: str, /) -> str:
        """The text with what is personal covered."""
        ...


class Work(Protocol):
    """A test as steps; each gives a row to keep, or none."""

    @property
    def total(self) -> int:
        """How many steps there are."""
        ...

    @property
    def resumable(self) -> bool:
        """Whether the steps are the same when the work is made again, so that it can be gone on with."""
        ...

    async def step(self, place: int) -> Row | None:
        """Do one step."""
        ...

    def summary(self, rows: Sequence[Row]) -> dict[str, Any]:
        """The counts over the rows that were kept."""
        ...


@dataclass(frozen=True)
class Minds:
    """What is compared: the published mind and the draft's. `same`: they are one, so one answer is enough."""

    published: Mind
    draft: Mind

    @property
    def same(self) -> bool:
        """Whether the draft changes nothing."""
        return self.published is self.draft


class TypedGolden:
    """Golden questions as text."""

    def __init__(self, questions: Sequence[GoldenQuestion], minds: Minds) -> None:
        self._questions = questions
        self._minds = minds

    @property
    def total(self) -> int:
        """One step a question."""
        return len(self._questions)

    @property
    def resumable(self) -> bool:
        """The questions stand in a document."""
        return True

    async def step(self, place: int) -> Row:
        """Ask both minds."""
        question = self._questions[place]
        before = told_of(await self._minds.published.decide(question.text))
        after = before if self._minds.same else told_of(await self._minds.draft.decide(question.text))
        return _golden_row(question, before, after, {})

    def summary(self, rows: Sequence[Row]) -> dict[str, Any]:
        """How many came out how, before and after."""
        return golden_summary(rows)


@dataclass(frozen=True)
class Line:
    """How questions are spoken and heard. `published` and `draft` are one where both know the same words."""

    callers: Callers
    published: Listener
    draft: Listener
    snr_db: float | None
    run: RunInSpareTime


class SpokenGolden:
    """Golden questions said by synthetic callers over the telephone, heard, then asked."""

    def __init__(self, questions: Sequence[GoldenQuestion], voices: Sequence[str], minds: Minds, line: Line) -> None:
        self._asked = [(question, voice) for question in questions for voice in voices]
        self._minds = minds
        self._line = line

    @property
    def total(self) -> int:
        """One step a question and voice."""
        return len(self._asked)

    @property
    def resumable(self) -> bool:
        """The questions stand in a document."""
        return True

    async def step(self, place: int) -> Row:
        """Say it, hear it with each side's words, and ask."""
        question, voice = self._asked[place]
        line, minds = self._line, self._minds
        sound = await line.run(lambda: line.callers.say(question.text, voice, line.snr_db))
        first = await line.run(lambda: line.published.hear(sound))
        before, heard = await self._answered(minds.published, line.published, sound, first)
        after, heard_after = before, heard
        if not minds.same:
            again = first if line.draft is line.published else await line.run(lambda: line.draft.hear(sound))
            after, heard_after = await self._answered(minds.draft, line.draft, sound, again)
        more = {"voice": voice, "heard": heard_after.text, "confidence": heard_after.confidence}
        return _golden_row(question, told_of(before), told_of(after), more)

    async def _answered(
        self, mind: Mind, listener: Listener, sound: Samples, heard: CallerTurn
    ) -> tuple[Decision, CallerTurn]:
        """As on the line: what asks back because of how it was heard is listened to once more."""
        decision = await mind.decide(heard.text, heard.alternatives, heard.confidence)
        if heard.text and not worth_a_second_hearing(decision.reply):
            return decision, heard
        closer = await self._line.run(lambda: listener.hear_again(sound, heard))
        second = await mind.decide(closer.text, closer.alternatives, closer.confidence)
        if second.reply.act is Act.ANSWER or decision.reply.act is Act.REASK:
            return second, closer
        return decision, heard

    def summary(self, rows: Sequence[Row]) -> dict[str, Any]:
        """How many came out how, before and after, and by voice."""
        voices = dict.fromkeys(str(row["voice"]) for row in rows)
        by_voice = {voice: golden_summary([row for row in rows if row["voice"] == voice]) for voice in voices}
        return {**golden_summary(rows), "by_voice": by_voice}


class Impact:
    """Callers' own questions of the last days; only those whose answer changes are kept."""

    def __init__(self, questions: Sequence[PastQuestion], calls: int, minds: Minds, cover: Covers) -> None:
        self._questions = questions
        self._calls = calls
        self._minds = minds
        self._cover = cover
        self._began = time.perf_counter()

    @property
    def total(self) -> int:
        """One step a different question."""
        return len(self._questions)

    @property
    def resumable(self) -> bool:
        """What callers asked lately is something else a moment later."""
        return False

    async def step(self, place: int) -> Row | None:
        """Ask both minds."""
        if self._minds.same:
            return None
        question = self._questions[place]
        before = told_of(await self._minds.published.decide(question.asked))
        after = told_of(await self._minds.draft.decide(question.asked))
        change = change_of(before, after)
        if change is Change.NONE:
            return None
        return {
            "id": question.key,
            "text": question.shown,
            "count": question.count,
            "calls": [asdict(link) for link in question.links],
            "before": _plain(before, self._cover),
            "after": _plain(after, self._cover),
            "change": change.value,
        }

    def summary(self, rows: Sequence[Row]) -> dict[str, Any]:
        """How many questions and how many times callers asked them; what changes for how many."""
        return {
            "questions": self.total,
            "asked": sum(question.count for question in self._questions),
            "calls_read": self._calls,
            "changed": len(rows),
            "changed_asked": sum(int(row["count"]) for row in rows),
            "changes": dict(Counter(str(row["change"]) for row in rows)),
            "regressions": sum(row["change"] == Change.NO_LONGER_ANSWERED for row in rows),
            "took_s": round(time.perf_counter() - self._began, 2),
        }


def golden_summary(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Passed, failed and flipped over the rows."""
    after, before = (Counter(str(row[side]["outcome"]) for row in rows) for side in ("after", "before"))
    flips = Counter(str(row["flip"]) for row in rows)
    return {
        "questions": len(rows),
        "passed": after[Outcome.RIGHT.value],
        "passed_before": before[Outcome.RIGHT.value],
        "outcomes": dict(after),
        "outcomes_before": dict(before),
        "regressions": flips[Flip.REGRESSION.value],
        "improvements": flips[Flip.IMPROVEMENT.value],
    }


def _golden_row(question: GoldenQuestion, before: Told, after: Told, more: Mapping[str, Any]) -> Row:
    was, now = outcome_of(question, before), outcome_of(question, after)
    return {
        "id": question.id,
        "text": question.text,
        "expected": question.expected,
        "tags": list(question.tags),
        **more,
        "before": {**_plain(before), "outcome": was.value},
        "after": {**_plain(after), "outcome": now.value},
        "flip": flip_of(was, now).value,
    }


def _plain(told: Told, cover: Covers = lambda text: text) -> dict[str, Any]:
    return asdict(replace(told, text=cover(told.text)[:_LONGEST_TEXT]))
