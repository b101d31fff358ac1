"""Tests before publishing over the API: start one, follow it, stop it, read what it showed."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Final, Literal, Protocol

from fastapi import APIRouter, HTTPException, Path, Query
from pydantic import BaseModel, ConfigDict, Field

from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dashboard.trials import USUAL_DAYS, USUAL_SNR_DB, VOICES, TrialBusyError, TrialError, TrialRequest, Trials
from records.trials import TrialKind, TrialRun, TrialState

NO_SUCH_RUN: Final = "このテストの記録は見つかりません。一覧から選び直してください。"
NOT_RUNNING: Final = "このテストは、すでに終わっています。"

RunId = Annotated[str, Path(min_length=1, max_length=64, title="テストのID")]


class TrialRuns(Protocol):
    """Where runs are kept; `records.trials` is one."""

    async def get(self, run_id: str) -> TrialRun | None:
        """One run with its result."""
        ...

    async def history(self, limit: int = 20, kind: TrialKind | None = None) -> list[TrialRun]:
        """The newest first."""
        ...

    async def latest_for(self, kind: str, subject_sha256: str) -> TrialRun | None:
        """The newest finished run of exactly that content."""
        ...


class TrialWanted(BaseModel):
    """What to test."""

    model_config = ConfigDict(extra="forbid")

    kind: TrialKind = Field(
        title="種類", description="typed: 文字のテスト、spoken: 音声のテスト、impact: 実際の質問への影響"
    )
    voices: list[Literal["openjtalk", "kokoro"]] = Field(
        default=list(VOICES), min_length=1, max_length=2, title="声", description="音声のテストで質問を話す声"
    )
    snr_db: float | None = Field(
        default=USUAL_SNR_DB, ge=0, le=60, title="雑音", description="話し声と雑音の差（dB）。null は雑音なし"
    )
    days: int = Field(default=USUAL_DAYS, ge=1, le=90, title="日数", description="影響を調べる過去の日数")
    keys: list[str] | None = Field(
        default=None, max_length=2_000, title="項目", description="この項目の変更だけを試します。null はすべて"
    )

    def request(self) -> TrialRequest:
        """For whoever runs it."""
        keys = None if self.keys is None else tuple(sorted(set(self.keys)))
        return TrialRequest(self.kind, tuple(dict.fromkeys(self.voices)), self.snr_db, self.days, keys)


class RunTold(BaseModel):
    """A test as it stands."""

    id: str = Field(description="テストのID")
    kind: TrialKind = Field(description="種類")
    state: TrialState = Field(description="状態")
    started_at: str = Field(description="開始した日時")
    finished_at: str | None = Field(description="終わった日時")
    author: str = Field(description="開始した人")
    base_version: int = Field(description="くらべた公開中の版")
    done: int = Field(description="終わった件数")
    total: int = Field(description="全体の件数（0は準備中）")
    settings: dict[str, Any] = Field(description="声、雑音、日数などの条件")
    changed: list[str] = Field(description="試した下書きで変わる項目のID")
    summary: dict[str, Any] = Field(description="件数のまとめ")
    problem: str = Field(description="失敗した理由")
    is_current: bool = Field(description="いまの下書きと同じ内容を試したものか")


class RunDetail(RunTold):
    """A test with every outcome."""

    rows: list[dict[str, Any]] = Field(description="質問ごとの結果。影響の確認では、回答が変わるものだけ")
    titles: dict[str, str] = Field(description="項目のIDと見出し")
    published_titles: dict[str, str] = Field(description="公開中の見出し")


class TrialsApi:
    """The endpoints over who runs tests and where they are kept."""

    def __init__(self, trials: Trials, runs: TrialRuns, audit: Audit) -> None:
        self._trials = trials
        self._runs = runs
        self._audit = audit

    def router(self) -> APIRouter:
        """The endpoints, each behind its gate."""
        router = APIRouter(tags=["公開前テスト"])
        reading = [needs(Permission.FAQ_READ)]
        router.add_api_route(
            "/trials", self._list, dependencies=reading, summary="テストの一覧（新しい順）", response_model=None
        )
        router.add_api_route("/trials", self._begin, methods=["POST"], status_code=201, summary="テストを始める")
        router.add_api_route(
            "/trials/subject", self._subject, dependencies=reading, summary="いまの下書きと、そのテスト結果"
        )
        router.add_api_route("/trials/{run_id}", self._get, dependencies=reading, summary="テストの結果")
        router.add_api_route("/trials/{run_id}/cancel", self._cancel, methods=["POST"], summary="テストを中止する")
        router.add_api_route("/trials/{run_id}/resume", self._resume, methods=["POST"], summary="続きから実行する")
        return router

    async def _list(self, limit: Annotated[int, Query(ge=1, le=100, title="件数")] = 20) -> dict[str, Any]:
        await self._trials.settle()
        subject = await self._trials.subject()
        runs = await self._runs.history(limit)
        return {"runs": [self._told(run, subject.sha256).model_dump() for run in runs], "now": self._now()}

    async def _subject(self) -> dict[str, Any]:
        await self._trials.settle()
        subject = await self._trials.subject()
        latest = {}
        for kind in TrialKind:
            run = await self._runs.latest_for(kind.value, subject.sha256)
            latest[kind.value] = None if run is None else self._told(run, subject.sha256).model_dump()
        return {
            "sha256": subject.sha256,
            "base_version": subject.base_version,
            "changed": list(subject.changed),
            "latest": latest,
            "now": self._now(),
        }

    async def _begin(self, wanted: TrialWanted, who: Annotated[Principal, needs(Permission.TRIALS_RUN)]) -> RunTold:
        try:
            run = await self._trials.begin(wanted.request(), who.name)
        except TrialBusyError as error:
            raise HTTPException(409, str(error)) from error
        except TrialError as error:
            raise HTTPException(422, str(error)) from error
        await self._audit.note(who, "trial.begin", run.id, detail={"kind": run.kind.value, **wanted.request().plain()})
        return self._told(run, run.subject_sha256)

    async def _get(self, run_id: RunId) -> RunDetail:
        run = await self._runs.get(run_id)
        if run is None:
            raise HTTPException(404, NO_SUCH_RUN)
        subject = await self._trials.subject()
        told = self._told(run, subject.sha256)
        return RunDetail(
            **told.model_dump(),
            rows=run.result.get("rows", []),
            titles=run.result.get("titles", {}),
            published_titles=run.result.get("published_titles", {}),
        )

    async def _cancel(self, run_id: RunId, who: Annotated[Principal, needs(Permission.TRIALS_RUN)]) -> dict[str, bool]:
        if not self._trials.cancel(run_id):
            raise HTTPException(409, NOT_RUNNING)
        await self._audit.note(who, "trial.cancel", run_id)
        return {"cancelled": True}

    async def _resume(self, run_id: RunId, who: Annotated[Principal, needs(Permission.TRIALS_RUN)]) -> RunTold:
        try:
            run = await self._trials.go_on(run_id)
        except TrialError as error:
            raise HTTPException(409, str(error)) from error
        await self._audit.note(who, "trial.resume", run_id)
        return self._told(run, run.subject_sha256)

    def _now(self) -> dict[str, Any] | None:
        return None if self._trials.now is None else asdict(self._trials.now)

    def _told(self, run: TrialRun, subject_sha256: str) -> RunTold:
        now = self._trials.now
        running = now is not None and now.run_id == run.id
        return RunTold(
            id=run.id,
            kind=run.kind,
            state=TrialState.RUNNING if running else run.state,
            started_at=run.started_at.isoformat(),
            finished_at=run.finished_at.isoformat() if run.finished_at is not None and not running else None,
            author=run.author,
            base_version=run.base_version,
            done=now.done if running and now is not None else run.done,
            total=now.total if running and now is not None else run.total,
            settings=run.result.get("settings", {}),
            changed=run.result.get("changed", []),
            summary=run.result.get("summary", {}),
            problem=run.result.get("problem", ""),
            is_current=run.subject_sha256 == subject_sha256,
        )
