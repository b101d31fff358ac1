"""`uketsuke bench desk`: open pages beside running calls, and the calls beside open pages.

Rounds without and with pages take turns on one agent (A B A B), so that what else the machine does falls on both.
Both have the same callers, who say the same. With pages there is one call more, which an operator has taken over and
types into: what the dashboard costs is then rather too much than too little.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Final

import httpx
from prometheus_client.parser import text_string_to_metric_families

from bench.agent_process import AgentProcess, running_agent
from bench.desk_figures import (
    PROMISED_RATIO,
    PROMISED_SHOWN_S,
    PROMISED_TYPED_S,
    DeskLevel,
    Lag,
    Round,
    Typed,
    desk_figures,
    shown_of,
)
from bench.desk_operator import Keyboard, OperatorsCall, keyboard_of, line_to_type
from bench.desk_pages import Account, Events, Pages, SocketPages, at_desk, cookie_of, signed_in
from bench.load import SETTLE_S, SPARE_CALLS, LoadPlan, run_callers
from bench.load_feed import LiveFeed
from bench.load_figures import LATE_CALLER_MS, Level, explain
from bench.load_gauge import Gauge, settle
from bench.report import MachineInfo, Report

CALLS: Final = (4, 8, 16)
ADMINISTRATOR: Final = Account("kanri", "柿の木坂に小さな電話 7")
PASSWORD: Final = "窓ぎわの白い急須 42個"
WATCHER: Final = Account("sato", PASSWORD)
ITEMS: Final = (
    ("応答 p50 なし", "response_p50_s_alone", 2),
    ("応答 p50 あり", "response_p50_s_pages", 2),
    ("応答 p50 の比", "response_p50_ratio", 2),
    ("応答 p95 なし", "response_p95_s_alone", 2),
    ("応答 p95 あり", "response_p95_s_pages", 2),
    ("応答 p95 の比", "response_p95_ratio", 2),
    ("表示 p50", "shown_p50_s", 2),
    ("表示 p95", "shown_p95_s", 2),
    ("1 秒以内に表示", "shown_within_1s_share", 3),
    ("表示されず", "never_shown", 0),
    ("途中の言葉 p50", "first_words_p50_s", 2),
    ("途中の言葉 p95", "first_words_p95_s", 2),
    ("文字から声 p50", "typed_p50_s", 2),
    ("文字から声 p95", "typed_p95_s", 2),
    ("声にならず", "typed_unheard", 0),
    ("受付のコア なし", "agent_cores_alone", 2),
    ("受付のコア あり", "agent_cores_pages", 2),
    ("画面のコア", "pages_cores", 2),
    ("ループ遅れ p95 ms なし", "loop_lag_p95_ms_alone", 1),
    ("ループ遅れ p95 ms あり", "loop_lag_p95_ms_pages", 1),
    ("ループ遅れ最大 ms なし", "loop_lag_max_ms_alone", 0),
    ("ループ遅れ最大 ms あり", "loop_lag_max_ms_pages", 0),
)
"""Rows of the table: what people read, the figure's name before the number of calls, and its digits."""


class DeskBenchError(RuntimeError):
    """The bench cannot go on; the message says why, in Japanese."""


@dataclass(frozen=True)
class DeskPlan:
    """What is said (`load`), how many calls at each level, how many pages, and how often the two take turns.

    `browser`: real windows on this machine; otherwise sockets like those of pages elsewhere.
    """

    load: LoadPlan
    calls: tuple[int, ...] = CALLS
    pages: int = 10
    rounds: int = 2
    browser: bool = False


async def run_desk(plan: DeskPlan, folder: Path, settings: dict[str, str], say: Callable[[str], None]) -> Report:
    """Start an agent in `folder` and measure every level."""
    before = MachineInfo.here().load
    room = {
        "UKETSUKE_LLM__KIND": "off",
        "UKETSUKE_SERVER__MAX_CALLS": str(max(plan.calls) + SPARE_CALLS),
        **settings,
    }
    async with running_agent(folder / "agent", room) as agent, _Office(agent) as office:
        await office.add(WATCHER, "operator")
        bench = _DeskBench(plan, agent, office, folder, say)
        levels = [await bench.level(calls) for calls in plan.calls]
    return report_on(plan, levels, agent.description, before)


class _Office:
    """The administrator's own client: people, and how the process is doing."""

    def __init__(self, agent: AgentProcess) -> None:
        self._client = httpx.AsyncClient(base_url=agent.url, timeout=20)
        self._people = count(1)

    async def __aenter__(self) -> _Office:
        body = {"login": ADMINISTRATOR.login, "password": ADMINISTRATOR.password, "name": "管理 花子"}
        answer = await self._client.post("/api/setup", json=body)
        answer.raise_for_status()
        self._client.headers["x-csrf-token"] = answer.json()["csrf"]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def add(self, account: Account, role: str) -> None:
        """One more person."""
        body = {"login": account.login, "name": f"担当 {account.login}", "role": role, "password": account.password}
        (await self._client.post("/api/users", json=body)).raise_for_status()

    async def supervisor(self) -> Account:
        """Somebody who has done nothing yet today."""
        account = Account(f"suzuki{next(self._people)}", PASSWORD)
        await self.add(account, "supervisor")
        return account

    async def lag(self) -> Lag:
        """How late the event loop ran over the last minute."""
        told = (await self._client.get("/metrics")).text
        found = {
            sample.labels["quantile"]: sample.value * 1000
            for family in text_string_to_metric_families(told)
            for sample in family.samples
            if sample.name == "uketsuke_loop_lag_seconds"
        }
        return Lag(found["0.5"], found["0.95"], found["1"])


class _DeskBench:
    """Measures one level after another on one agent."""

    def __init__(
        self, plan: DeskPlan, agent: AgentProcess, office: _Office, folder: Path, say: Callable[[str], None]
    ) -> None:
        self._plan = plan
        self._agent = agent
        self._office = office
        self._folder = folder
        self._say = say
        # The agent keeps voices between runs: words of an earlier run would come from there.
        self._lines = count(secrets.randbelow(1_000_000))

    async def level(self, calls: int) -> DeskLevel:
        """Rounds without and with pages in turn."""
        alone: list[Round] = []
        pages: list[Round] = []
        for number in range(self._plan.rounds):
            for arm, measure, rounds in (("なし", self._alone, alone), ("あり", self._with_pages, pages)):
                await settle(self._agent.pid, SETTLE_S)
                one = await measure(calls, f"{calls}-{number}-{len(alone)}{len(pages)}")
                rounds.append(one)
                self._say(f"{calls} 通話、画面{arm}、{number + 1} 回目: {_describe(one)}")
        return DeskLevel(calls, tuple(alone), tuple(pages))

    async def _alone(self, calls: int, name: str) -> Round:
        level = await self._place(calls, name)
        return Round(level, await self._office.lag())

    async def _with_pages(self, calls: int, name: str) -> Round:
        supervisor = await self._office.supervisor()
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(signed_in(self._agent.url, supervisor))
            events = await stack.enter_async_context(Events(self._agent.url, cookie_of(client)))
            pages = await stack.enter_async_context(self._pages(events))
            if not self._plan.browser:
                await stack.enter_async_context(at_desk(client))
            call = await stack.enter_async_context(OperatorsCall.taken_over(self._agent.media_url, client, events))
            keyboard = await self._keyboard(pages, supervisor, client, call)
            used_s = pages.cpu_s()
            typed: list[Typed] = []
            typing = asyncio.create_task(self._type(call, keyboard, typed))
            try:
                level = await self._place(calls, name)
                lag, used_s = await self._office.lag(), pages.cpu_s() - used_s
            finally:
                failed = typing.done()
                typing.cancel()
                (outcome,) = await asyncio.gather(typing, return_exceptions=True)
            if failed and isinstance(outcome, Exception):
                raise DeskBenchError(f"文字で話せなくなりました: {outcome}") from outcome
        shown = shown_of(level.heard, pages.sightings(), pages.following())
        return Round(level, lag, tuple(shown), tuple(typed), used_s)

    def _pages(self, events: Events) -> Pages:
        # The operator's own window is one of them.
        others = self._plan.pages - 1
        if self._plan.browser:
            from bench.desk_browser import BrowserPages  # needs Playwright, which the service does not

            return BrowserPages(self._agent.url, WATCHER, others, events)
        return SocketPages(self._agent.url, WATCHER, others)

    async def _keyboard(
        self, pages: Pages, supervisor: Account, client: httpx.AsyncClient, call: OperatorsCall
    ) -> Keyboard:
        if not self._plan.browser:
            return keyboard_of(client, call.call_id)
        from bench.desk_browser import BrowserPages, keyboard_in

        if not isinstance(pages, BrowserPages):
            raise TypeError("only a browser has windows")
        window = await pages.window(supervisor)
        await window.goto("/desk")
        await window.locator("#say-text").wait_for()
        return keyboard_in(window)

    async def _type(self, call: OperatorsCall, keyboard: Keyboard, typed: list[Typed]) -> None:
        while True:
            typed.append(await call.type(line_to_type(next(self._lines)), keyboard))

    async def _place(self, calls: int, name: str) -> Level:
        async with Gauge(self._agent.pid) as gauge:
            heard = await run_callers(self._plan.load.callers(self._agent.media_url, calls), self._folder / name)
        # Nobody listened to the agent's own account: that would have been one page more.
        return Level(calls, explain(heard, LiveFeed(self._agent.media_url)), heard, gauge.cpu_s, gauge.peak_rss_mb)


def report_on(plan: DeskPlan, levels: Sequence[DeskLevel], description: str, load_before: float) -> Report:
    """All levels as figures, and as a table for people."""
    figures = {**desk_figures(levels), "pages": plan.pages, "rounds": plan.rounds, "load_before": load_before}
    figures["real_browser"] = int(plan.browser)
    where = (
        f"画面 {plan.pages} 面は本物の Chromium（この機械の同じコアで動き、その分も応答に入っています）。"
        "表示は DOM に出た時刻"
        if plan.browser
        else f"画面 {plan.pages} 面は、ほかの機械で開いた画面と同じ WebSocket と問い合わせ（描画の時間は入りません）。"
        "表示は届いた時刻"
    )
    spoken = f"人の声 {len(plan.load.human)} 文と" if plan.load.human else ""
    notes = [
        f"{spoken}合成音声の質問 {len(plan.load.synthetic)} 件。画面なしとありを {plan.rounds} 回ずつ交互に。"
        "ありの回は、担当者が入った通話が一本多く、その間ずっと文字で話しています。",
        f"{where}。表示は客の最後の音から確定した言葉まで（話し終わりと判断するまでの間を含む）、途中の言葉は客の最初の音から"
        "画面に出るまで。文字から声は Enter から客の電話で聞こえるまで（毎回ちがう文）。",
        f"約束（いずれも p95）: 表示 {PROMISED_SHOWN_S:g} 秒、文字から声 {PROMISED_TYPED_S:g} 秒、"
        f"応答の比 {PROMISED_RATIO:g}。すべて守れた通話数: {figures['calls_as_promised']:g}。"
        "コアは平均していくつ使ったか、ループ遅れは受付のイベントループ（回の終わりの直前 1 分）。",
        f"受付: {description}。始める前の負荷 {load_before:g}。",
    ]
    for level in levels:
        lag = max(one.level.heard.lag_ms[1] for one in (*level.alone, *level.pages))
        if lag > LATE_CALLER_MS:
            notes.append(f"注意: {level.calls} 通話では測る側の遅れが p99 で {lag:.0f} ms ありました。")
        if level.spread is not None and level.spread > PROMISED_RATIO:
            notes.append(
                f"注意: {level.calls} 通話では画面なしの回どうしでも p50 が {level.spread:g} 倍ちがいました。"
                "比はこの揺れより細かくは読めません。"
            )
    columns = ("秒（なし・あり: 画面）", *(f"{level.calls} 通話" for level in levels))
    rows = [
        (item, *(_number(figures.get(f"{name}_{level.calls}"), digits) for level in levels))
        for item, name, digits in ITEMS
    ]
    return Report("desk", figures, notes=notes, columns=columns, rows=rows)


def _number(value: float | None, digits: int) -> str:
    return "—" if value is None else f"{value:.{digits}f}"


def _describe(one: Round) -> str:
    level = DeskLevel(one.level.calls, (), (one,))
    told = f"応答 p50 {_number(one.level.latency(0.5), 2)} 秒、p95 {_number(one.level.latency(0.95), 2)} 秒"
    if one.shown:
        told += f"、表示 p95 {_number(level.final(0.95), 2)} 秒（{len(one.shown)} 件）"
    if one.typed:
        told += f"、文字から声 p95 {_number(level.heard(0.95), 2)} 秒（{len(one.typed)} 件）"
    return told
