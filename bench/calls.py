"""`uketsuke bench calls`: plays the sample calls over the wire in real time and measures what the caller feels."""

from __future__ import annotations

import asyncio
import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from bench.agent_process import AgentProcess
from bench.callers import CallerVoice
from bench.player import CallResult, ScriptPlayer, StepResult
from bench.report import Report
from samples.scripts import CallScript, SayKind


@dataclass(frozen=True)
class CallsPlan:
    """Which calls to play, in which callers' voices, and where to leave the recordings."""

    scripts: tuple[CallScript, ...]
    voices: tuple[CallerVoice, ...]
    save_to: Path


async def run_calls(plan: CallsPlan, agent: AgentProcess, say: Callable[[str], None]) -> Report:
    """Play every script in every voice, one call at a time, against `agent`."""
    results: list[CallResult] = []
    total = len(plan.scripts) * len(plan.voices)
    for voice in plan.voices:
        for script in plan.scripts:
            player = ScriptPlayer(agent.media_url, voice, key=agent.key)
            result = await player.play(script, voice.name, plan.save_to / voice.name / f"{script.id}.wav")
            results.append(result)
            say(f"[{len(results)}/{total}] {voice.name} {script.id}: {describe(result)}")
            await asyncio.sleep(0.5)
    return report_on(results, agent)


def report_on(results: Sequence[CallResult], agent: AgentProcess) -> Report:
    """Figures and a table of all played calls."""
    steps = [step for result in results for step in result.steps]
    latencies = sorted(step.latency_s for step in steps if step.latency_s is not None and _is_turn(step))
    stops = sorted(step.stop_s for step in steps if step.stop_s is not None and _kind(step) is SayKind.INTERRUPTION)
    aizuchi = [step for step in steps if _kind(step) is SayKind.AIZUCHI and not step.missed]
    interruptions = [step for step in steps if _kind(step) is SayKind.INTERRUPTION and not step.missed]
    outside = [step for step in steps if _is_out_of_scope(step)]
    figures: dict[str, float] = {}
    if latencies:
        figures["latency_p50_s"] = round(statistics.median(latencies), 3)
        figures["latency_p95_s"] = round(percentile(latencies, 0.95), 3)
        figures["latency_max_s"] = round(latencies[-1], 3)
    for voice in sorted({result.voice for result in results}):
        asked = [step for result in results if result.voice == voice for step in result.steps if _is_in_scope(step)]
        if asked:
            right = [step for step in asked if step.as_expected]
            at_once = [step for step in right if not step.asked_back]
            figures[f"right_entry_{voice}"] = round(len(right) / len(asked), 3)
            figures[f"right_at_once_{voice}"] = round(len(at_once) / len(asked), 3)
            figures[f"questions_{voice}"] = len(asked)
    figures["out_of_scope_answered"] = sum(1 for step in outside if step.act == "answer")
    figures["out_of_scope_asked"] = len(outside)
    if stops:
        figures["barge_in_stop_p95_s"] = round(percentile(stops, 0.95), 3)
        figures["barge_in_stop_p50_s"] = round(statistics.median(stops), 3)
    figures["interruptions_taken"] = sum(1 for step in interruptions if step.stopped_agent)
    figures["interruptions"] = len(interruptions)
    figures["aizuchi_stops"] = sum(1 for step in aizuchi if step.stopped_agent)
    figures["aizuchi"] = len(aizuchi)
    figures["cut_off_callers"] = sum(1 for step in steps if step.cut_off)
    figures["unanswered_turns"] = sum(1 for step in steps if _is_turn(step) and step.latency_s is None)
    figures["late_frames"] = sum(result.late_frames for result in results)
    figures["calls"] = len(results)
    figures["rss_mb"] = round(agent.rss_mb(), 1)
    figures["start_s"] = round(agent.start_s, 2)
    wrong = [f"{result.voice} {result.script.id}: {_complaint(step)}" for result, step in _wrong(results)]
    return Report("calls", figures, notes=[f"agent: {agent.description}", *wrong])


def describe(result: CallResult) -> str:
    """One line about a call, as it is played."""
    latencies = [step.latency_s for step in result.steps if step.latency_s is not None and _is_turn(step)]
    judged = [step.as_expected for step in result.steps if step.as_expected is not None]
    p50 = f"応答 {statistics.median(latencies):.2f}秒" if latencies else "応答なし"
    return f"{p50}、期待どおり {sum(judged)}/{len(judged)}"


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` of the sorted values lie (nearest rank)."""
    # The small number keeps 0.95 * 100 from being a hair over 95.
    return ordered[max(0, math.ceil(share * len(ordered) - 1e-9) - 1)]


async def agent_is_up(url: str) -> bool:
    """Whether something healthy answers at `url`."""
    try:
        async with httpx.AsyncClient(timeout=2.0) as client:
            return (await client.get(f"{url}/health")).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False


def _kind(step: StepResult) -> SayKind | None:
    return step.step.kind


def _is_turn(step: StepResult) -> bool:
    return step.step.say is not None and step.step.during_agent is None


def _is_in_scope(step: StepResult) -> bool:
    return bool(step.step.say and step.step.expect and step.step.expect.entries)


def _is_out_of_scope(step: StepResult) -> bool:
    expect = step.step.expect
    return _kind(step) in {SayKind.QUESTION, SayKind.CHATTER} and expect is not None and not expect.entries


def _wrong(results: Iterable[CallResult]) -> list[tuple[CallResult, StepResult]]:
    return [(result, step) for result in results for step in result.steps if step.as_expected is False]


def _complaint(step: StepResult) -> str:
    expect = step.step.expect
    wanted = "/".join(act.value for act in expect.acts) + f" {','.join(expect.entries)}" if expect else ""
    did = step.step.say or step.step.press or ("silence" if step.step.silence else "noise")
    return f"「{did}」 heard 「{step.heard}」 wanted {wanted}, got {step.act or 'nothing'} {','.join(step.entries)}"
