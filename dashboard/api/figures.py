"""The figures over HTTP: for a period, broken down, as the page's board, as a file, and what each of them means."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, HTTPException, Query, Response
from pydantic import BaseModel, Field

from dashboard.auth.audit import Audit
from dashboard.auth.permissions import Permission
from dashboard.auth.principal import Principal, needs
from dashboard.figure_board import IN_TABLES, Names, Period, board, definitions, rows, told_all
from dashboard.figure_csv import csv_of
from dashboard.figure_source import FigureSource, RecentFacts
from records.figures.breakdown import By, start_of
from records.figures.capacity import Profile, calls_carried, capacity_of, seats_needed
from records.figures.catalogue import BY_KEY
from records.figures.cost import Prices, saving
from records.figures.facts import CallFacts, Staffing
from records.figures.selection import Selection

LONGEST: Final = 92
WRONG_ORDER: Final = "期間の終わりは、始めと同じ日か、それより後の日を選んでください。"
MOST_ERLANG: Final = 50_000
TOO_MUCH: Final = "通話数か通話の長さが大きすぎて計算できません。値を小さくして、もう一度お試しください。"
TOO_LONG: Final = f"期間は{LONGEST}日までです。期間を短くして、もう一度お試しください。"


class Machine(BaseModel):
    """この機械が同時に受けられる通話の数と、その根拠。"""

    concurrent: int = Field(description="同時に受けられる通話の数")
    measured: bool = Field(description="負荷の測定によるもの（偽なら、設定の上限）")
    told: str = Field(description="根拠の説明")


class FigureOut(BaseModel):
    """ひとつの指標の値。分母が0のときや、選んだ条件では分からないときは、value が null、text が「―」です。"""

    key: str = Field(description="指標のキー")
    numerator: int | None = Field(description="分子（時間はミリ秒の合計、百分位はその値）")
    denominator: int | None = Field(description="分母（件数だけの指標では null）")
    value: float | None = Field(description="表示どおりに丸めた値")
    text: str = Field(description="画面とCSVに表示する値")


class RowOut(BaseModel):
    """内訳の1行。"""

    group: str = Field(description="区分の値（時は2桁、曜日は月曜が0、分類なしは空）")
    name: str = Field(description="区分の名前")
    figures: dict[str, FigureOut] = Field(description="指標（キーごと）")


class FiguresOut(BaseModel):
    """期間の指標。"""

    first: date = Field(description="期間の始め")
    last: date = Field(description="期間の終わり（この日を含む）")
    calls: int = Field(description="着信数")
    provisional: bool = Field(description="7日たっていない通話を含むため、再入電の数字が速報かどうか")
    figures: list[FigureOut] = Field(description="全体の指標")
    rows: list[RowOut] = Field(description="内訳（by を指定したとき）")


class DefinitionOut(BaseModel):
    """指標の意味。"""

    key: str = Field(description="指標のキー")
    name: str = Field(description="名前")
    group: str = Field(description="種類")
    unit: str = Field(description="単位")
    formula: str = Field(description="計算式")
    numerator: str = Field(description="分子")
    denominator: str = Field(description="分母（件数だけの指標では空）")
    note: str = Field(description="注意")
    better: str = Field(description="よい向き（up、down、空）")


class CapacityOut(BaseModel):
    """必要な回線と人数、この機械で受けられる数。"""

    calls_a_day: float = Field(description="1日の通話数")
    busy_share: float = Field(description="最も混む1時間に集まる割合（仮定）")
    busy_hour_calls: float = Field(description="最も混む1時間の通話数")
    mean_load: float = Field(description="平均の呼量（アーラン）")
    busy_load: float = Field(description="最も混む1時間の呼量")
    channels: int = Field(description="必要な同時通話数（話中1%）")
    peak_load: float = Field(description="繁忙日（1.5倍）の呼量")
    peak_channels: int = Field(description="繁忙日に必要な同時通話数（話中1%）")
    seats: int = Field(description="担当者に回る通話のための席数（80%を20秒以内、繁忙日）")
    machine: Machine = Field(description="この機械")
    carried: int = Field(description="この機械だけで1か月に受けられる通話数")
    machines: int = Field(description="回線をまとめて使う場合に必要な台数")


class SavingOut(BaseModel):
    """期間の費用対効果。"""

    automated_minutes: float = Field(description="担当者の時間を使わなかった通話の、AIの応対時間（分）")
    people_yen: int = Field(description="その時間を担当者が応対した場合の費用（円）")
    running_yen: int = Field(description="期間の運用費（円）")
    saved_yen: int = Field(description="差額（円）")
    yen_a_call: int | None = Field(description="AIが応答した1通話あたりの運用費（円）")


class Asked:
    """The period and the selection that a request names."""

    def __init__(
        self,
        first: Annotated[date, Query(alias="from", description="期間の始め（日本時間の日付）")],
        last: Annotated[date, Query(alias="to", description="期間の終わり（この日を含む）")],
        called: Annotated[str, Query(max_length=64, description="着信番号で絞る")] = "",
        line: Annotated[str, Query(max_length=64, description="回線で絞る")] = "",
        category: Annotated[str, Query(max_length=200, description="FAQの分類で絞る")] = "",
        entry: Annotated[str, Query(max_length=200, description="FAQのIDで絞る")] = "",
    ) -> None:
        if last < first:
            raise HTTPException(422, WRONG_ORDER)
        if (last - first).days >= LONGEST:
            raise HTTPException(422, TOO_LONG)
        if first.year < 2000 or last.year > 9000:
            raise HTTPException(422, "期間の日付をご確認ください。")
        self.period = Period(first, last)
        self.selection = Selection(called, line, category, entry)


class FiguresApi:
    """The endpoints. `rules` gives the titles of escalation rules by their ids; `machine` what this machine carries."""

    def __init__(
        self,
        source: FigureSource,
        audit: Audit,
        rules: Callable[[], Awaitable[dict[str, str]]],
        machine: Callable[[], Machine],
    ) -> None:
        self._source = RecentFacts(source)
        self._audit = audit
        self._rules = rules
        self._machine = machine

    def router(self) -> APIRouter:
        """The endpoints, each behind its gate."""
        router = APIRouter(tags=["数字"])
        read = [needs(Permission.FIGURES_READ)]
        add = router.add_api_route
        add(
            "/figures/definitions",
            self._definitions,
            dependencies=read,
            summary="指標の意味",
            response_model=list[DefinitionOut],
        )
        add("/figures", self._figures, dependencies=read, summary="期間の指標と内訳", response_model=FiguresOut)
        add("/figures/board", self._board, dependencies=read, summary="画面に出す数字のすべて（前の期間との比較つき）")
        add("/figures/choices", self._choices, dependencies=read, summary="絞り込みに選べる着信番号・分類・FAQ")
        add(
            "/figures/capacity",
            self._capacity,
            dependencies=read,
            summary="必要な回線と人数",
            response_model=CapacityOut,
        )
        add("/figures/saving", self._saving, dependencies=read, summary="費用対効果", response_model=SavingOut)
        add(
            "/figures/export",
            self._export,
            summary="CSVで書き出す",
            response_class=Response,
            responses={200: {"content": {"text/csv": {}}, "description": "BOM付きUTF-8のCSV"}},
        )
        return router

    async def _definitions(self) -> list[dict[str, str]]:
        return definitions()

    async def _figures(
        self, asked: Annotated[Asked, Depends()], by: Annotated[By | None, Query(description="内訳の区分")] = None
    ) -> dict[str, Any]:
        calls, staffing = await self._of(asked.period, asked.selection)
        names = await self._names()
        return await asyncio.to_thread(_told, asked.period, calls, staffing, by, names)

    async def _board(self, asked: Annotated[Asked, Depends()]) -> dict[str, Any]:
        period = asked.period
        calls, staffing = await self._of(period, asked.selection)
        earlier, staffing_before = await self._of(period.before, asked.selection)
        names = await self._names()
        found = await asyncio.to_thread(board, calls, earlier, period, (staffing, staffing_before), names)
        before = period.before
        return {
            "first": period.first,
            "last": period.last,
            "before_first": before.first,
            "before_last": before.last,
            **found,
        }

    async def _choices(self, asked: Annotated[Asked, Depends()]) -> dict[str, Any]:
        calls, _ = await self._of(asked.period, Selection())
        titles = await self._source.titles()
        entries = {entry for call in calls for entry in call.talk.entries}
        return {
            "called": sorted({call.called_number for call in calls if call.called_number}),
            "categories": sorted({call.category for call in calls if call.category}),
            "entries": [{"id": each, "title": titles.get(each, each)} for each in sorted(entries)],
        }

    async def _capacity(
        self,
        calls: Annotated[int, Query(ge=0, le=100_000_000, description="1か月の通話数")] = 300_000,
        aht: Annotated[float, Query(gt=0, le=7200, description="1通話の平均の長さ（秒）")] = 180.0,
        days: Annotated[int, Query(ge=1, le=31, description="1か月の営業日数")] = 20,
        hours: Annotated[float, Query(ge=1, le=24, description="1日の受付時間")] = 10.0,
        escalated: Annotated[float, Query(ge=0, le=1, description="担当者に回る割合")] = 0.2,
        handle: Annotated[float, Query(gt=0, le=7200, description="担当者の平均処理時間（秒）")] = 450.0,
    ) -> dict[str, Any]:
        profile, machine = Profile(calls, aht, days, hours), self._machine()
        if profile.busy_hour_calls * max(aht, escalated * handle) / 3600 > MOST_ERLANG:
            raise HTTPException(422, TOO_MUCH)
        needed = await asyncio.to_thread(capacity_of, profile)
        seats = await asyncio.to_thread(seats_needed, profile, escalated, handle)
        return {
            **asdict(needed),
            "seats": seats,
            "machine": machine,
            "carried": calls_carried(machine.concurrent, aht, days, hours),
            "machines": -(-needed.peak_channels // machine.concurrent),
        }

    async def _saving(
        self,
        asked: Annotated[Asked, Depends()],
        yen_a_minute: Annotated[float, Query(ge=0, le=100_000, description="担当者1分あたりの費用（円）")] = 50.0,
        yen_a_month: Annotated[float, Query(ge=0, le=1_000_000_000, description="1か月の運用費（円）")] = 30_000.0,
    ) -> dict[str, Any]:
        calls, _ = await self._of(asked.period, asked.selection)
        return asdict(await asyncio.to_thread(saving, calls, asked.period.days, Prices(yen_a_minute, yen_a_month)))

    async def _export(
        self,
        asked: Annotated[Asked, Depends()],
        who: Annotated[Principal, needs(Permission.FIGURES_EXPORT)],
        by: Annotated[By | None, Query(description="内訳の区分")] = None,
    ) -> Response:
        calls, staffing = await self._of(asked.period, asked.selection)
        names = await self._names()
        found = await asyncio.to_thread(_told, asked.period, calls, staffing, by, names, list(BY_KEY))
        first, last = asked.period.first.isoformat(), asked.period.last.isoformat()
        groups = [("全体", found["figures"])]
        groups += [(row["name"], list(row["figures"].values())) for row in found["rows"]]
        selection = {name: value for name, value in asdict(asked.selection).items() if value}
        detail = {"from": first, "to": last, "by": by.value if by else "", **selection}
        await self._audit.note(who, "figures.export", detail=detail)
        return Response(
            await asyncio.to_thread(csv_of, first, last, groups),
            media_type="text/csv; charset=utf-8",
            headers={"content-disposition": f'attachment; filename="figures_{first}_{last}.csv"'},
        )

    async def _of(self, period: Period, selection: Selection) -> tuple[list[CallFacts], Staffing | None]:
        since, until = start_of(period.first), start_of(period.last + timedelta(days=1))
        calls = await self._source.facts(since, until)
        if not selection.whole:
            return await asyncio.to_thread(selection.of, calls), None
        return calls, await self._source.staffing(since, until)

    async def _names(self) -> Names:
        return Names(await self._source.titles(), await self._rules())


def _told(
    period: Period,
    calls: list[CallFacts],
    staffing: Staffing | None,
    by: By | None,
    names: Names,
    keys: Sequence[str] = IN_TABLES,
) -> dict[str, Any]:
    return {
        "first": period.first,
        "last": period.last,
        "calls": len(calls),
        "provisional": any(not call.settled for call in calls),
        "figures": told_all(calls, staffing),
        "rows": [] if by is None else rows(calls, by, names, keys),
    }
