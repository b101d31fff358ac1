"""Past calls over HTTP: found, told with their reasons, drawn, played, judged, replayed and handed out."""

from __future__ import annotations

import asyncio
import wave
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from pathlib import Path as FilePath
from statistics import median
from typing import Annotated, Final

from fastapi import APIRouter, HTTPException, Path, Query
from fastapi.responses import FileResponse, Response
from pydantic import AfterValidator, AwareDatetime, BaseModel, Field, StringConstraints

from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dashboard.export import story_archive
from dashboard.peaks import PeakCache, Peaks
from dashboard.recordings import RecordingFolder
from dashboard.sources import CallArchive, Surroundings, Votes
from dashboard.story import CallRow, CallStory, Storyteller
from records.clock import utc_now
from records.models import CallDetail, Speaker
from records.plain import clean_text
from records.search import CallFilter
from records.votes import Verdict

NO_SUCH_CALL: Final = "この通話の記録は見つかりません。"
NO_RECORDING: Final = "この通話の録音は見つかりません。"
UNREADABLE: Final = "録音を読み取れませんでした。ファイルが壊れているおそれがあります。"
NO_SUCH_ANSWER: Final = "その番号の回答はありません。画面を読み込み直して、もう一度お試しください。"
PLAYED_ONCE: Final = timedelta(minutes=10)
"""A player fetches a recording in parts, and again after each jump: within this time it is one playing."""
_PLAYINGS: Final = 1_000
FIRST_YEAR, LAST_YEAR = 1970, 2199


def _in_our_time(moment: datetime) -> datetime:
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"{FIRST_YEAR}年から{LAST_YEAR}年までの日時を入力してください")
    return moment


Moment = Annotated[AwareDatetime, AfterValidator(_in_our_time)]
Words = Annotated[str, AfterValidator(clean_text)]
Why = Annotated[str, StringConstraints(strip_whitespace=True, min_length=5, max_length=500)]
CallId = Annotated[str, Path(min_length=1, max_length=128, description="通話のID")]


class CallList(BaseModel):
    """通話の一覧。"""

    calls: list[CallRow] = Field(description="新しい順")
    next_before: str | None = Field(description="続きを求めるときの before。続きがなければ null")


class Ballot(BaseModel):
    """一つの回答への評価。"""

    turn: int = Field(ge=0, description="やりとりの番号")
    verdict: Verdict = Field(description="right（正しい）、wrong（誤り）、set_aside（対象外）")
    note: str = Field("", max_length=500, description="ひとこと")


class ReplayedDecision(BaseModel):
    """一つの判断のやり直し。"""

    turn: int = Field(description="やりとりの番号")
    same: bool = Field(description="同じ結果になったか")
    differences: list[str] = Field(description="異なるところ")
    problem: str = Field(description="やり直せない理由（やり直せたときは空）")


class ReplayReport(BaseModel):
    """判断のやり直し。記録した根拠から、その時のFAQとルールで判断し直します。"""

    decisions: list[ReplayedDecision] = Field(description="判断ごとの結果")
    same: int = Field(description="同じ結果になった数")
    different: int = Field(description="異なった数")
    impossible: int = Field(description="やり直せなかった数")


Replay = Callable[[CallDetail], Awaitable[ReplayReport]]
MaySee = Callable[[Principal, str], bool]


class CallsApi:
    """The endpoints over their sources. Words go out covered unless `may_see` says that the one who asks may."""

    def __init__(
        self,
        calls: CallArchive,
        around: Surroundings,
        votes: Votes,
        recordings: RecordingFolder,
        teller: Storyteller,
        replay: Replay,
        may_see: MaySee,
        audit: Audit,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._calls = calls
        self._around = around
        self._votes = votes
        self._recordings = recordings
        self._teller = teller
        self._replay = replay
        self._may_see = may_see
        self._audit = audit
        self._now = now
        self._peaks = PeakCache()
        self._played: OrderedDict[tuple[str, str], datetime] = OrderedDict()
        self._one_replay = asyncio.Lock()

    def router(self) -> APIRouter:
        """The endpoints, each behind its gate."""
        router = APIRouter(tags=["通話"], responses={404: {"description": NO_SUCH_CALL}})
        reads = [needs(Permission.CALLS_READ)]
        router.add_api_route(
            "/calls", self._list, response_model=CallList, dependencies=reads, summary="通話を探す", responses={404: {}}
        )
        router.add_api_route("/calls/{call_id}", self._get, response_model=CallStory, summary="通話の一部始終")
        router.add_api_route(
            "/calls/{call_id}/recording",
            self._recording,
            response_class=FileResponse,
            summary="録音（WAV、左がお客様、右がAI・担当者）",
            responses={200: {"content": {"audio/wav": {}}}, 206: {"description": "録音の一部"}},
        )
        router.add_api_route(
            "/calls/{call_id}/peaks", self._get_peaks, response_model=Peaks, dependencies=reads, summary="録音の波形"
        )
        router.add_api_route(
            "/calls/{call_id}/replay",
            self._replay_call,
            methods=["POST"],
            response_model=ReplayReport,
            summary="判断をやり直して確かめる",
        )
        router.add_api_route(
            "/calls/{call_id}/votes", self._vote, methods=["POST"], status_code=204, summary="回答を評価する"
        )
        router.add_api_route(
            "/calls/{call_id}/export",
            self._export,
            response_class=Response,
            summary="通話の記録を書き出す（ZIP）",
            responses={200: {"content": {"application/zip": {}}}},
        )
        return router

    async def _list(
        self,
        limit: Annotated[int, Query(ge=1, le=100, description="件数")] = 20,
        before: Annotated[Words | None, Query(max_length=128, description="この通話より古いもの")] = None,
        q: Annotated[Words, Query(max_length=200, description="お話の内容・番号・IDの言葉")] = "",
        since: Annotated[Moment | None, Query(description="この時刻から")] = None,
        until: Annotated[Moment | None, Query(description="この時刻より前")] = None,
        number: Annotated[Words | None, Query(max_length=32, pattern=r"\d", description="電話番号")] = None,
        outcome: Annotated[Words | None, Query(max_length=64, description="結果")] = None,
        ended_by: Annotated[Words | None, Query(max_length=16, description="終わり方")] = None,
        entry: Annotated[Words | None, Query(max_length=128, description="お答えしたFAQのID")] = None,
        reason: Annotated[Words | None, Query(max_length=128, description="引き継ぎの理由")] = None,
        slower_than_ms: Annotated[float | None, Query(ge=0, le=1e9, description="応答がこれより遅い（ミリ秒）")] = None,
        recorded: Annotated[bool | None, Query(description="録音の有無")] = None,
        operator: Annotated[bool | None, Query(description="担当者の応対の有無")] = None,
    ) -> CallList:
        wanted = CallFilter(
            since=since,
            until=until,
            number=number,
            outcome=outcome,
            ended_by=ended_by,
            entry=entry,
            reason=reason,
            slower_than_ms=slower_than_ms,
            recorded=recorded,
            operator=operator,
        )
        rows = await self._calls.list(limit=limit, before=before, query=q, narrowed=wanted)
        waits = await self._calls.responses_ms([row.id for row in rows])

        def told() -> list[CallRow]:
            of = [(row, waits.get(row.id, ())) for row in rows]
            return [self._teller.row(row, responses, median(responses) if responses else None) for row, responses in of]

        calls = await asyncio.to_thread(told)
        return CallList(calls=calls, next_before=rows[-1].id if len(rows) == limit else None)

    async def _get(self, call_id: CallId, who: Annotated[Principal, needs(Permission.CALLS_READ)]) -> CallStory:
        return await self._story(await self._detail(call_id), self._may_see(who, call_id))

    async def _story(self, detail: CallDetail, unmasked: bool) -> CallStory:
        around = await self._around.of(detail.row.id)
        recorded = self._recordings.of(detail) is not None
        return await asyncio.to_thread(self._teller.story, detail, around, recorded, unmasked)

    async def _recording(
        self, call_id: CallId, who: Annotated[Principal, needs(Permission.CALLS_PLAY)]
    ) -> FileResponse:
        path = self._recordings.of(await self._detail(call_id))
        if path is None:
            raise HTTPException(404, NO_RECORDING)
        if self._is_new_playing(who, call_id):
            await self._audit.note(who, "call.play", call_id)
        # FileResponse answers Range requests, so a player can jump without fetching the whole file.
        return FileResponse(path, media_type="audio/wav", headers={"cache-control": "private, no-cache"})

    def _is_new_playing(self, who: Principal, call_id: str) -> bool:
        key, now = (who.id, call_id), self._now()
        before = self._played.get(key)
        self._played[key] = now
        self._played.move_to_end(key)
        if len(self._played) > _PLAYINGS:
            self._played.popitem(last=False)
        return before is None or now - before > PLAYED_ONCE

    async def _get_peaks(self, call_id: CallId) -> Peaks:
        path = self._recordings.of(await self._detail(call_id))
        if path is None:
            raise HTTPException(404, NO_RECORDING)
        peaks = await self._outline(path)
        if peaks is None:
            raise HTTPException(422, UNREADABLE)
        return peaks

    async def _outline(self, path: FilePath) -> Peaks | None:
        try:
            return await self._peaks.of(path)
        except (OSError, EOFError, wave.Error):
            return None

    async def _replay_call(
        self, call_id: CallId, who: Annotated[Principal, needs(Permission.CALLS_READ)]
    ) -> ReplayReport:
        detail = await self._detail(call_id)
        async with self._one_replay:
            report = await self._replay(detail)
        mask = self._teller.mask_of(detail, self._may_see(who, call_id))

        def told() -> ReplayReport:
            decisions = [
                each.model_copy(update={"differences": [mask.text(one) for one in each.differences]})
                for each in report.decisions
            ]
            return report.model_copy(update={"decisions": decisions})

        return await asyncio.to_thread(told)

    async def _vote(
        self, call_id: CallId, ballot: Ballot, who: Annotated[Principal, needs(Permission.FAQ_PROPOSE)]
    ) -> Response:
        detail = await self._detail(call_id)
        answers = {turn.index: turn for turn in detail.turns if turn.speaker is Speaker.AGENT}
        turn = answers.get(ballot.turn)
        if turn is None:
            raise HTTPException(404, NO_SUCH_ANSWER)
        evidence = turn.evidence or {}
        entry_id = str(next(iter(evidence.get("entry_ids") or ()), ""))
        scores = {str(each.get("entry_id")): each.get("score") for each in evidence.get("candidates") or ()}
        await self._votes.add(
            call_id, ballot.turn, entry_id, ballot.verdict, who.name, note=ballot.note, score=scores.get(entry_id)
        )
        detail_of_vote = {"turn": ballot.turn, "verdict": ballot.verdict.value, "entry_id": entry_id}
        await self._audit.note(who, "call.vote", call_id, detail=detail_of_vote)
        return Response(status_code=204)

    async def _export(
        self,
        call_id: CallId,
        reason: Annotated[Why, Query(description="書き出す理由（5文字以上。監査ログに残ります）")],
        who: Annotated[Principal, needs(Permission.CALLS_EXPORT)],
    ) -> Response:
        detail = await self._detail(call_id)
        unmasked = self._may_see(who, call_id)
        story = await self._story(detail, unmasked)
        path = self._recordings.of(detail)
        peaks = await self._outline(path) if path is not None else None
        await self._audit.note(who, "call.export", call_id, reason, {"unmasked": unmasked})
        archive = await asyncio.to_thread(story_archive, story, path, peaks, who.name, reason, self._now())
        disposition = f'attachment; filename="uketsuke-{"".join(c for c in call_id if c.isalnum() or c in "-_")}.zip"'
        headers = {"content-disposition": disposition, "cache-control": "no-store"}
        return Response(archive, media_type="application/zip", headers=headers)

    async def _detail(self, call_id: str) -> CallDetail:
        detail = await self._calls.get(call_id)
        if detail is None:
            raise HTTPException(404, NO_SUCH_CALL)
        return detail
