"""`uketsuke bench load`: many calls at once over the wire in real time, and the same calls to other agents.

Callers alternate between a human sentence (Common Voice, which the agent answers or asks back about: any audible
answer counts) and a synthetic question that the sample FAQ answers shortly. They hear every answer out and never
interrupt, so each turn begins in silence. Latency is from the last audible sound of the caller to the first of the
agent, both at the caller's telephone. A turn after which nothing is heard for 15 s enters the percentiles as 15 s
and is counted; a turn in which the agent cut the caller off is counted apart and has no latency.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from bench.agent_process import AgentProcess, running_agent
from bench.load_callers import CallersPlan, CallersResult
from bench.load_feed import LiveFeed
from bench.load_figures import LATE_CALLER_MS, Level, calls_within, explain, level_figures, own_figures
from bench.load_gauge import Gauge, settle
from bench.load_material import Saying, caller_voices, human_sayings, short_questions, synthetic_sayings
from bench.report import Report
from samples import sample_dir
from samples.scripts import load_scripts

OWN_CALLS: Final = (1, 2, 4, 8, 16, 24)
PEER_CALLS: Final = (1, 2, 4, 8)
SPARE_CALLS: Final = 8
"""A call that has just ended may still be counted when the next one comes."""
SETTLE_S: Final = 45.0
CALLERS_GRACE_S: Final = 90.0


class CallersFailedError(RuntimeError):
    """The callers' process ended without a result; the message holds what it wrote."""


@dataclass(frozen=True)
class LoadPlan:
    """What is said, and for how long at each level: see `CallersPlan`."""

    human: tuple[Saying, ...]
    synthetic: tuple[Saying, ...]
    seconds: float = 40.0
    min_turns: int = 8
    max_seconds: float = 120.0

    def callers(self, url: str, calls: int) -> CallersPlan:
        """The callers of one level."""
        human, synthetic = (tuple((s.name, str(s.path)) for s in kind) for kind in (self.human, self.synthetic))
        return CallersPlan(url, calls, self.seconds, self.min_turns, self.max_seconds, human, synthetic)


@dataclass(frozen=True)
class Contender:
    """An agent to be measured. `start` runs it in a folder; `prefix` begins the keys of its figures.

    `label` is its short name for the table.
    """

    name: str
    label: str
    prefix: str
    calls: tuple[int, ...]
    start: Callable[[Path], AbstractAsyncContextManager[AgentProcess]]


@dataclass(frozen=True)
class Measured:
    """A contender's levels, fewest calls first."""

    contender: Contender
    description: str
    levels: tuple[Level, ...]


def prepare_sayings(clips: Sequence[Path], cache: Path, folder: Path) -> tuple[tuple[Saying, ...], tuple[Saying, ...]]:
    """Human and synthetic turns, written into `folder`; synthetic voices are rendered once and kept in `cache`."""
    folder.mkdir(parents=True, exist_ok=True)
    sample = sample_dir()
    questions = short_questions(load_scripts(sample / "calls"), sample / "faq.yaml")
    return tuple(human_sayings(clips, folder)), tuple(synthetic_sayings(questions, caller_voices(cache), folder))


def own_agent(calls: tuple[int, ...], environment: Mapping[str, str] | None = None) -> Contender:
    """This agent, with room for so many calls. No language model unless `environment` sets one: peers have none."""
    settings = {
        "UKETSUKE_LLM__KIND": "off",
        "UKETSUKE_SERVER__MAX_CALLS": str(max(calls) + SPARE_CALLS),
        **(environment or {}),
    }
    return Contender("uketsuke", "当方", "", calls, lambda folder: running_agent(folder, settings))


async def run_load(plan: LoadPlan, contenders: Sequence[Contender], folder: Path, say: Callable[[str], None]) -> Report:
    """Measure every contender, one after another; the first is ours."""
    measured = []
    for contender in contenders:
        home = folder / (contender.prefix or "own").strip("_")
        home.mkdir(parents=True, exist_ok=True)
        async with contender.start(home) as agent:
            levels = []
            for calls in contender.calls:
                await settle(agent.pid, SETTLE_S)
                level = await _measure(plan, calls, agent, home)
                levels.append(level)
                say(f"{contender.name} {calls} 通話: {describe(level)}")
            measured.append(Measured(contender, agent.description, tuple(levels)))
    return report_on(plan, measured)


def report_on(plan: LoadPlan, measured: Sequence[Measured]) -> Report:
    """Figures of all contenders, and ratios of every other one to the first."""
    own, *others = measured
    figures = own_figures(own.levels)
    rows = [row for one in measured for row in _rows(one)]
    notes = [
        f"人の声 {len(plan.human)} 文（Common Voice 日本語 dev）と合成音声の質問 {len(plan.synthetic)} 件を交互に。"
        "応答は客の最後の音から受付の最初の音まで（客の耳で）。15 秒で無音なら未応答とし、百分位では 15 秒と数える。"
        "発話中に受付が話し始めた回は「遮り」に数え、応答には入れない。CPU は受付が使ったコア数の平均。",
        f"{own.contender.name}: {own.description}",
    ]
    for other in others:
        figures |= level_figures(other.levels, other.contender.prefix)
        figures[f"{other.contender.prefix}calls_at_p95_1500ms"] = calls_within(other.levels, 1.5)
        ratios, lines = compare(own, other)
        figures |= ratios
        notes += [f"{other.contender.name}: {other.description}", *lines]
    notes += [
        f"注意: {one.contender.name} {level.calls} 通話では測る側の遅れが p99 で {level.heard.lag_ms[1]:.0f} ms "
        f"ありました（最大 {level.heard.lag_ms[2]:.0f} ms）。この段の応答時間にはその分が混ざっています。"
        for one in measured
        for level in one.levels
        if level.heard.lag_ms[1] > LATE_CALLER_MS
    ]
    columns = ("通話", "p50", "p95", "人p95", "合成p95", "回", "無応答", "遮り", "CPU", "MB")
    return Report("load", figures, notes=notes, columns=columns, rows=rows)


def compare(own: Measured, other: Measured) -> tuple[dict[str, float], list[str]]:
    """How many times as soon as another agent, at the same calls; and how many calls at its own best.

    The first sound may be a filler of ours, which others do not have: the answer itself is compared too.
    """
    prefix, name = other.contender.prefix, other.contender.name
    figures: dict[str, float] = {}
    lines = []
    ours = {level.calls: level for level in own.levels}
    for level in other.levels:
        theirs = level.latency(0.5)
        if level.calls not in ours or theirs is None:
            continue
        for what, mine in (("", ours[level.calls].latency(0.5)), ("answer_", ours[level.calls].answer(0.5))):
            if mine:
                figures[f"{prefix}times_sooner_{what}{level.calls}"] = round(theirs / mine, 2)
    for what, japanese in (("", "最初の音"), ("answer_", "返答そのもの")):
        keys = {calls: f"{prefix}times_sooner_{what}{calls}" for calls in ours}
        sooner = "、".join(f"{calls} 通話で {figures[key]:g} 倍" for calls, key in keys.items() if key in figures)
        if sooner:
            lines.append(f"{name} の p50 は当方（{japanese}まで）の: {sooner}。")
    kept, theirs_kept = calls_within(own.levels, 1.5), calls_within(other.levels, 1.5)
    if theirs_kept:
        figures[f"{prefix}times_calls_at_p95_1500ms"] = round(kept / theirs_kept, 2)
        lines.append(f"p95 1.5 秒以内の通話数: {kept} 対 {theirs_kept}（{kept / theirs_kept:.1f} 倍）。")
    alone = min(other.levels, key=lambda level: level.calls).latency(0.95) if other.levels else None
    if alone is not None:
        figures[f"{prefix}own_calls_at_its_first_p95"] = calls_within(own.levels, alone)
        lines.append(
            f"{name} の {other.levels[0].calls} 通話の p95（{alone:.2f} 秒）以内に収まる当方の通話数: "
            f"{calls_within(own.levels, alone)}。"
        )
    return figures, lines


def describe(level: Level) -> str:
    """One line about a level, as it is measured."""
    p50, p95 = level.latency(0.5), level.latency(0.95)
    times = "応答なし" if p50 is None or p95 is None else f"応答 p50 {p50:.2f} 秒、p95 {p95:.2f} 秒"
    return f"{times}、{len(level.outcomes)} 回（未応答 {level.unanswered}、遮り {level.cut_off}）"


async def _measure(plan: LoadPlan, calls: int, agent: AgentProcess, folder: Path) -> Level:
    async with LiveFeed(agent.media_url, agent.key) as feed, Gauge(agent.pid) as gauge:
        heard = await run_callers(plan.callers(agent.media_url, calls), folder / f"callers-{calls}")
    return Level(calls, explain(heard, feed), heard, gauge.cpu_s, gauge.peak_rss_mb)


async def run_callers(plan: CallersPlan, files: Path) -> CallersResult:
    """Run the callers' process; `files` begins the names of its plan, its result and its log."""
    wanted, found, log = (files.with_suffix(suffix) for suffix in (".plan.json", ".result.json", ".log"))
    wanted.write_text(json.dumps(asdict(plan), ensure_ascii=False), encoding="utf-8")
    with log.open("wb") as output:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.load_callers", str(wanted), str(found), stdout=output, stderr=output
        )
        try:
            async with asyncio.timeout(plan.max_seconds + CALLERS_GRACE_S):
                await process.wait()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    if process.returncode != 0 or not found.is_file():
        raise CallersFailedError(log.read_text(encoding="utf-8", errors="replace")[-3000:])
    return CallersResult.from_dict(json.loads(found.read_text(encoding="utf-8")))


def _rows(one: Measured) -> list[tuple[str, ...]]:
    return [
        (
            f"{one.contender.label} {level.calls}",
            _seconds(level.latency(0.5)),
            _seconds(level.latency(0.95)),
            _seconds(level.latency(0.95, "human")),
            _seconds(level.latency(0.95, "synthetic")),
            str(len(level.outcomes)),
            str(level.unanswered),
            str(level.cut_off),
            f"{level.cpu_s / level.heard.wall_s:.2f}",
            f"{level.rss_mb:.0f}",
        )
        for level in one.levels
    ]


def _seconds(value: float | None) -> str:
    return "—" if value is None else f"{value:.2f}"
