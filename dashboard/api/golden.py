"""The golden questions over the API: read, add (also from a call), change, take away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Annotated, Any, Final, Protocol

from fastapi import APIRouter, HTTPException, Path
from pydantic import BaseModel, ConfigDict, Field

from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dialogue.faq.entry import Line, Word
from dialogue.golden import MOST, GoldenQuestion, GoldenSet, next_id
from dialogue.privacy.kinds import PersonalSpan
from records.documents import StaleVersionError

NO_SUCH_QUESTION: Final = "この質問は見つかりません。画面を読み込み直してください。"
NO_SUCH_ENTRY: Final = "項目「{id}」は、FAQにありません。回答すべき項目を選び直してください。"
PERSONAL: Final = "「{words}」は個人情報のようです。取り除くか、別の言葉に置き換えてください。"
ALREADY: Final = "同じ質問がすでにあります。"
FULL: Final = f"質問は{MOST}件までです。使わない質問を削除してください。"

QuestionId = Annotated[str, Path(min_length=1, max_length=64, title="質問のID")]


class GoldenDocument(Protocol):
    """Where the questions are kept, in versions."""

    async def current(self) -> tuple[GoldenSet, int]:
        """They and their version."""
        ...

    async def publish(self, questions: GoldenSet, author: str, note: str, expected_version: int) -> int:
        """Keep them as the next version. Raises `StaleVersionError`."""
        ...


class QuestionBody(BaseModel):
    """A golden question as it is written."""

    model_config = ConfigDict(extra="forbid")

    text: Line = Field(title="質問", description="お客様の言い方")
    expected: str = Field(
        default="", max_length=64, title="回答すべき項目", description="項目のID。空は、回答してはいけない質問"
    )
    tags: list[Word] = Field(default=[], max_length=10, title="タグ")
    spoken: bool = Field(default=True, title="音声でもテストする")


class GoldenTold(BaseModel):
    """All golden questions."""

    version: int = Field(description="質問の版")
    questions: list[dict[str, Any]] = Field(description="id、text、expected、tags、spoken")


class GoldenApi:
    """The endpoints. `entry_ids` are what a question may expect; `personal` finds what may not stand in one."""

    def __init__(
        self,
        golden: GoldenDocument,
        entry_ids: Callable[[], Awaitable[Collection[str]]],
        personal: Callable[[str], Sequence[PersonalSpan]],
        audit: Audit,
    ) -> None:
        self._golden = golden
        self._entry_ids = entry_ids
        self._personal = personal
        self._audit = audit

    def router(self) -> APIRouter:
        """The endpoints, each behind its gate."""
        router = APIRouter(tags=["公開前テスト"])
        router.add_api_route(
            "/golden", self._get, dependencies=[needs(Permission.FAQ_READ)], summary="テストの質問の一覧"
        )
        router.add_api_route("/golden", self._add, methods=["POST"], status_code=201, summary="テストの質問を加える")
        router.add_api_route("/golden/{question_id}", self._change, methods=["PUT"], summary="テストの質問を変える")
        router.add_api_route(
            "/golden/{question_id}", self._remove, methods=["DELETE"], summary="テストの質問を削除する"
        )
        return router

    async def _get(self) -> GoldenTold:
        questions, version = await self._golden.current()
        return _told(questions, version)

    async def _add(self, body: QuestionBody, who: Annotated[Principal, needs(Permission.TRIALS_RUN)]) -> GoldenTold:
        questions, version = await self._golden.current()
        if len(questions.questions) >= MOST:
            raise HTTPException(422, FULL)
        new = await self._checked(next_id(questions.questions), body)
        if any(each.text == new.text for each in questions.questions):
            raise HTTPException(409, ALREADY)
        return await self._publish(who, (*questions.questions, new), version, "golden.add", new.id)

    async def _change(
        self, question_id: QuestionId, body: QuestionBody, who: Annotated[Principal, needs(Permission.TRIALS_RUN)]
    ) -> GoldenTold:
        questions, version = await self._golden.current()
        _require(questions, question_id)
        changed = await self._checked(question_id, body)
        others = tuple(changed if each.id == question_id else each for each in questions.questions)
        return await self._publish(who, others, version, "golden.change", question_id)

    async def _remove(
        self, question_id: QuestionId, who: Annotated[Principal, needs(Permission.TRIALS_RUN)]
    ) -> GoldenTold:
        questions, version = await self._golden.current()
        _require(questions, question_id)
        others = tuple(each for each in questions.questions if each.id != question_id)
        return await self._publish(who, others, version, "golden.remove", question_id)

    async def _checked(self, question_id: str, body: QuestionBody) -> GoldenQuestion:
        if body.expected and body.expected not in await self._entry_ids():
            raise HTTPException(422, NO_SUCH_ENTRY.format(id=body.expected))
        found = self._personal(body.text)
        if found:
            words = "、".join(body.text[span.start : span.end] for span in found)
            raise HTTPException(422, PERSONAL.format(words=words))
        return GoldenQuestion(
            id=question_id, text=body.text, expected=body.expected, tags=tuple(body.tags), spoken=body.spoken
        )

    async def _publish(
        self, who: Principal, questions: tuple[GoldenQuestion, ...], version: int, action: str, question_id: str
    ) -> GoldenTold:
        changed = GoldenSet(questions=questions)
        try:
            newest = await self._golden.publish(changed, who.name, "", version)
        except StaleVersionError as error:
            raise HTTPException(409, str(error)) from error
        await self._audit.note(who, action, question_id, detail={"version": newest})
        return _told(changed, newest)


def _require(questions: GoldenSet, question_id: str) -> None:
    if all(each.id != question_id for each in questions.questions):
        raise HTTPException(404, NO_SUCH_QUESTION)


def _told(questions: GoldenSet, version: int) -> GoldenTold:
    return GoldenTold(version=version, questions=questions.plain()["questions"])
