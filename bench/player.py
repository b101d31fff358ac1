"""Plays call scripts towards a running agent, over the carrier's protocol and in real time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import numpy as np

from bench.listener import CallListener, Event
from dialogue.turns import Act
from samples.scripts import CallScript, SayKind, Step
from telephony.caller.carrier import RATE_HZ, CallTarget, CarrierSide
from voice.audio.pcm import Samples
from voice.audio.wav import write_wav

AGENT_QUIET_MS: Final = 900.0
"""A pause of the agent after which a polite caller takes it that the turn is theirs."""
REPLY_DEADLINE_S: Final = 25.0
OVERLAP_DEADLINE_S: Final = 12.0
AFTER_LAST_S: Final = 3.0
POLL_S: Final = 0.02

Render = Callable[[Step], Samples]
"""Turns a step's words into 8 kHz samples of a caller."""


@dataclass(frozen=True)
class StepResult:
    """What came of one step. Times are milliseconds of the call at the caller's telephone.

    `latency_s` is from the last audible sound of the caller to the first of the agent; None where the agent was not
    waited for, or did not answer. `stop_s` is from the onset of an interruption to the agent's silence. `missed` says
    that the agent had already finished when the caller wanted to speak into its words; `asked_back` that the agent
    first asked whether this was meant, and was told so.
    """

    step: Step
    from_ms: float
    to_ms: float
    latency_s: float | None = None
    stop_s: float | None = None
    stopped_agent: bool = False
    cut_off: bool = False
    missed: bool = False
    heard: str = ""
    act: str = ""
    entries: tuple[str, ...] = ()
    reply: str = ""
    asked_back: bool = False

    @property
    def as_expected(self) -> bool | None:
        """Whether the act, and the entry of an answer, are those that the script names; None where it names none."""
        expect = self.step.expect
        if expect is None:
            return None
        if self.act not in {act.value for act in expect.acts}:
            return False
        return self.act != "answer" or not expect.entries or bool(set(self.entries) & set(expect.entries))


@dataclass
class CallResult:
    """One played call."""

    script: CallScript
    voice: str
    steps: list[StepResult] = field(default_factory=list)
    late_frames: int = 0
    call_id: str | None = None
    recording: Path | None = None
    greeting_s: float | None = None
    ended_by_agent: bool = False


class ScriptPlayer:
    """Plays one script in one voice. `url` is the agent's media socket, `key` opens its live door."""

    def __init__(
        self, url: str, render: Render, on_event: Callable[[Event], None] | None = None, key: str = ""
    ) -> None:
        self._url = url
        self._key = key
        self._render = render
        self._on_event = on_event

    async def play(self, script: CallScript, voice: str, save_to: Path | None = None) -> CallResult:
        """Make the call from its first ring to its end. Raises `NoAgentError` when nobody answers."""
        sounds = [self._render(step) if step.say or step.noise else None for step in script.steps]
        carrier = CarrierSide(CallTarget(self._url, from_number=script.caller))
        parts = urlsplit(self._url)
        events_url = f"{parts.scheme}://{parts.netloc}/api/events"
        listener = CallListener(events_url, carrier.call_sid, self._on_event, self._key)
        result = CallResult(script, voice)
        async with listener, carrier:
            greeted = await self._await_agent(carrier, 0.0)
            first = carrier.agent.first_sound_after(0.0)
            result.greeting_s = first / 1000 if greeted and first is not None else None
            timed: list[StepResult] = []
            following = [*script.steps[1:], None]
            for step, sound, after in zip(script.steps, sounds, following, strict=True):
                if carrier.closed.is_set():
                    break
                timed.append(await self._act(carrier, step, sound, timed))
                if after is None or after.during_agent is None:
                    await self._answer_back(carrier, listener, timed)
            await self._last_words(carrier, timed)
            result.ended_by_agent = carrier.closed.is_set()
            if not result.ended_by_agent:
                await carrier.hang_up()
                await asyncio.sleep(0.3)
            result.steps = _explained(timed, carrier, listener)
            result.late_frames, result.call_id = carrier.late_frames, listener.call_id
        if save_to is not None:
            save_to.parent.mkdir(parents=True, exist_ok=True)
            write_wav(save_to, _stereo(carrier.caller.samples, carrier.agent.samples), RATE_HZ)
            result.recording = save_to
        return result

    async def _act(
        self, carrier: CarrierSide, step: Step, sound: Samples | None, before: list[StepResult]
    ) -> StepResult:
        missed = False
        if step.during_agent is not None:
            missed = not await self._await_overlap(carrier, step.during_agent, before)
        elif before:
            await self._await_agent(carrier, before[-1].to_ms if _wants_reply(before[-1].step) else 0.0)
        from_ms = carrier.now_ms
        if step.silence is not None:
            await asyncio.sleep(step.silence)
        elif step.press is not None:
            for digit in step.press:
                await carrier.press(digit)
                await asyncio.sleep(0.25)
        elif step.hang_up:
            await carrier.hang_up()
        elif sound is not None:
            carrier.say(sound)
            while carrier.is_speaking and not carrier.closed.is_set():
                await asyncio.sleep(POLL_S)
        onset = carrier.caller.first_sound_after(from_ms) if sound is not None else None
        until = carrier.caller.last_sound_before(carrier.now_ms) if sound is not None else None
        return StepResult(step, onset or from_ms, until or carrier.now_ms, missed=missed)

    async def _answer_back(self, carrier: CarrierSide, listener: CallListener, timed: list[StepResult]) -> None:
        """When the agent asks whether the right matter is meant, a real caller says so; no other question is helped."""
        asked = timed[-1]
        expect = asked.step.expect
        if asked.step.say is None or expect is None or not expect.entries or Act.CLARIFY in expect.acts:
            return
        await self._await_agent(carrier, asked.to_ms)
        decided = listener.of_kind("decided", asked.from_ms)
        if not decided or decided[-1]["data"]["act"] != Act.CLARIFY.value:
            return
        evidence = decided[-1]["data"]["evidence"]
        best = evidence["candidates"][0]["entry_id"] if evidence["candidates"] else ""
        if evidence["rule"] != "one_possible" or best not in expect.entries:
            return
        yes = Step(say="はい、そうです", kind=SayKind.ANSWER)
        carrier.say(self._render(yes))
        while carrier.is_speaking and not carrier.closed.is_set():
            await asyncio.sleep(POLL_S)
        await self._await_agent(carrier, carrier.now_ms)
        timed[-1] = replace(asked, asked_back=True)

    async def _await_agent(self, carrier: CarrierSide, after_ms: float) -> bool:
        """Wait until the agent has said something after `after_ms` and has been quiet for a while since."""
        deadline = carrier.now_ms + REPLY_DEADLINE_S * 1000
        while carrier.now_ms < deadline and not carrier.closed.is_set():
            last = carrier.agent.last_sound_before(float("inf"))
            if last is not None and last > after_ms and carrier.now_ms - last >= AGENT_QUIET_MS:
                return True
            if last is not None and last > after_ms:
                deadline = max(deadline, last + REPLY_DEADLINE_S * 1000)
            await asyncio.sleep(POLL_S)
        return False

    async def _await_overlap(self, carrier: CarrierSide, after_s: float, before: list[StepResult]) -> bool:
        """Wait until the agent's present utterance has lasted `after_s`; False when it never comes to that."""
        anchor = next((done.to_ms for done in reversed(before) if done.step.during_agent is None), 0.0)
        deadline = carrier.now_ms + OVERLAP_DEADLINE_S * 1000
        while carrier.now_ms < deadline and not carrier.closed.is_set():
            began = carrier.agent.first_sound_after(anchor)
            if began is not None and carrier.now_ms >= began + after_s * 1000:
                return carrier.agent_is_audible
            await asyncio.sleep(POLL_S)
        return False

    async def _last_words(self, carrier: CarrierSide, done: list[StepResult]) -> None:
        if not done or done[-1].step.hang_up or carrier.closed.is_set():
            return
        await self._await_agent(carrier, done[-1].to_ms)
        try:
            async with asyncio.timeout(AFTER_LAST_S):
                await carrier.closed.wait()
        except TimeoutError:
            return


def _wants_reply(step: Step) -> bool:
    return step.kind is not SayKind.AIZUCHI and step.noise is None


def _explained(timed: list[StepResult], carrier: CarrierSide, listener: CallListener) -> list[StepResult]:
    """Add to each step what the agent heard, decided and said because of it."""
    explained = []
    for index, result in enumerate(timed):
        until = timed[index + 1].from_ms if index + 1 < len(timed) else float("inf")
        explained.append(_explain(result, until, carrier, listener))
    return explained


def _explain(result: StepResult, until: float, carrier: CarrierSide, listener: CallListener) -> StepResult:
    spoken = result.step.say is not None
    overlapping = result.step.during_agent is not None and not result.missed
    cleared = next((at for at in carrier.clears if result.from_ms <= at < until), None)
    latency = stop = None
    first = carrier.agent.first_sound_after(result.to_ms)
    if spoken and not overlapping and first is not None and first < until:
        latency = (first - result.to_ms) / 1000
    if overlapping and cleared is not None:
        stop = (cleared - result.from_ms) / 1000
    heard = listener.of_kind("heard", result.from_ms, until)
    decided = listener.of_kind("decided", result.from_ms, until)
    last: dict[str, Any] = decided[-1]["data"] if decided else {}
    return replace(
        result,
        latency_s=latency,
        stop_s=stop,
        stopped_agent=overlapping and cleared is not None,
        cut_off=spoken and not overlapping and _spoke_between(carrier, result.from_ms, result.to_ms),
        heard="／".join(event["data"]["text"] for event in heard),
        act=str(last.get("act", "")),
        entries=tuple(last.get("evidence", {}).get("entry_ids", ())),
        reply=str(last.get("text", "")),
    )


def _spoke_between(carrier: CarrierSide, from_ms: float, to_ms: float) -> bool:
    first = carrier.agent.first_sound_after(from_ms)
    return first is not None and first < to_ms - 50


def _stereo(left: Samples, right: Samples) -> Samples:
    both = np.zeros((2, max(len(left), len(right))), dtype=np.float32)
    both[0, : len(left)], both[1, : len(right)] = left, right
    return both
