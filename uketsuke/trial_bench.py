"""Makes the tests' work out of the service's parts: the draft, both minds, the questions, callers and listeners."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from dashboard.faq_bench import BenchState, FaqBench
from dashboard.transcript import LineMask
from dashboard.trials import TrialError, TrialRequest
from dialogue.golden import GoldenQuestion, GoldenSet
from records.store import Records
from records.trials import TrialKind, faq_subject
from uketsuke.candidate_minds import CandidateError, CandidateMind, CandidateMinds, RunInSpareTime
from uketsuke.past_questions import past_questions
from uketsuke.spoken_questions import Callers, Listener
from uketsuke.trial_work import Impact, Line, Minds, SpokenGolden, TypedGolden, Work
from uketsuke.trials import Subject, titles_of
from voice.recognition.recognizer import Recognizer
from voice.recognition.vocabulary import Term
from voice.tts.kokoro import KokoroUnavailableError


class TokenCounting(Recognizer, Protocol):
    """A recogniser that tells how much of its prompt a word takes."""

    def tokens_of(self, text: str) -> int:
        """The text's tokens."""
        ...


class GoldenSource(Protocol):
    """Where the golden questions are."""

    async def current(self) -> tuple[GoldenSet, int]:
        """They and their version."""
        ...


@dataclass(frozen=True)
class Speech:
    """Who speaks the questions and who hears them."""

    callers: Callers
    recognizer: TokenCounting


class TrialBench:
    """The draft of the records, tried against what is published."""

    def __init__(
        self,
        records: Records,
        candidates: CandidateMinds,
        golden: GoldenSource,
        speech: Speech,
        mask: LineMask,
        run: RunInSpareTime,
    ) -> None:
        self._records = records
        self._candidates = candidates
        self._golden = golden
        self._speech = speech
        self._mask = mask
        self._run = run

    async def subject(self, keys: Collection[str] | None = None) -> Subject:
        """The published FAQ with every change to `keys` (all) that is whole."""
        state = await self._state()

        def drafted() -> Subject:
            draft = state.draft(keys)
            return Subject(faq_subject(draft.content), state.version, draft.changed)

        return await asyncio.to_thread(drafted)

    async def work(self, request: TrialRequest, subject: Subject) -> tuple[Work, Mapping[str, Any]]:
        """The work on the draft as it stands. Raises `TrialError`."""
        state = await self._state()
        draft = (await asyncio.to_thread(state.draft, request.keys)).content
        if await asyncio.to_thread(faq_subject, draft) != subject.sha256:
            raise TrialError("準備のあいだに下書きが変わりました。もう一度始めてください。")
        try:
            published = [each.published for each in state.entries if each.published is not None]
            minds = _Pair(await self._candidates.of(published), await self._candidates.of(draft))
        except CandidateError as error:
            raise TrialError(str(error)) from error
        titles = {"titles": titles_of(published, draft), "published_titles": titles_of(published)}
        if request.kind is TrialKind.IMPACT:
            past = await past_questions(self._records.asked, self._mask, request.days)
            return Impact(past.questions, past.calls, minds.compared, self._mask.text), titles
        questions, version = await self._golden.current()
        beside = {**titles, "golden_version": version}
        if request.kind is TrialKind.TYPED:
            return TypedGolden(questions.questions, minds.compared), beside
        spoken = [question for question in questions.questions if question.spoken]
        return await self._spoken(spoken, request, minds), beside

    async def _spoken(self, questions: Sequence[GoldenQuestion], request: TrialRequest, minds: _Pair) -> Work:
        if questions and "kokoro" in request.voices:
            try:
                await self._run(lambda: self._speech.callers.say(questions[0].text, "kokoro", None))
            except KokoroUnavailableError as error:
                raise TrialError(f"{error} Open JTalkの声だけでテストすることもできます。") from error
        published = await self._listener(minds.published.terms)
        same = minds.published.terms == minds.draft.terms
        draft = published if same else await self._listener(minds.draft.terms)
        line = Line(self._speech.callers, published, draft, request.snr_db, self._run)
        return SpokenGolden(questions, request.voices, minds.compared, line)

    async def _listener(self, terms: Sequence[Term]) -> Listener:
        recognizer = self._speech.recognizer
        return await self._run(lambda: Listener(recognizer, terms, recognizer.tokens_of))

    async def _state(self) -> BenchState:
        return await FaqBench(self._records.faq, self._records.working).state()


@dataclass(frozen=True)
class _Pair:
    published: CandidateMind
    draft: CandidateMind

    @property
    def compared(self) -> Minds:
        return Minds(self.published, self.draft)
