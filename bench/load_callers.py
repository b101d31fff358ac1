"""The callers of `bench load`, in a process of their own: many calls at once over Twilio's media protocol.

`python -m bench.load_callers PLAN RESULT` reads a `CallersPlan` as JSON and writes a `CallersResult` as JSON. A caller
waits until the agent has fallen silent, thinks for a moment, says the next thing, and hears the answer out. When the
agent hangs up, the caller calls again. The callers' own lateness is measured too: a late ruler measures nothing.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import uvloop

from telephony.caller.carrier import RATE_HZ, CallTarget, CarrierSide, NoAgentError
from telephony.caller.timeline import HeardTimeline
from voice.audio.pcm import FRAME_MS, Samples
from voice.audio.wav import read_wav

ANSWER_DEADLINE_S: Final = 15.0
"""A turn that has heard nothing for so long is unanswered."""
QUIET_MS: Final = 1_200.0
"""So long must the agent be silent before the caller goes on: a filler is not taken for the whole answer."""
HEAR_OUT_S: Final = 25.0
THINK_S: Final = (0.2, 1.0)
SPREAD_S: Final = 12.0
"""About one turn and its answer: callers who began together would all fall silent together."""
REDIAL_S: Final = 1.0
POLL_S: Final = 0.02
CUT_OFF_MS: Final = 50.0
"""Agent sound that begins at least so long before the caller's last sound cut the caller off."""
LAG_STEP_S: Final = FRAME_MS / 1000


@dataclass(frozen=True)
class CallersPlan:
    """Whom to call, how many at once and for how long, and what to say.

    New turns begin for `seconds` after the first greeting has ended, and longer until all callers together have had
    `min_turns` turns, but never after `max_seconds`. `human` and `synthetic` are WAV files (8 kHz) by name; every
    caller says them in turn, each beginning elsewhere, the same in every run.
    """

    url: str
    calls: int
    seconds: float
    min_turns: int
    max_seconds: float
    human: tuple[tuple[str, str], ...]
    synthetic: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class TurnHeard:
    """What came of one turn; milliseconds of its call, `latency_s` None when nothing was heard in time.

    `from_ms` and `to_ms` are the first and last audible sound of the caller. `cut_off` says that the agent had begun
    to speak before `to_ms`.
    """

    kind: str
    name: str
    call_sid: str
    from_ms: float
    to_ms: float
    latency_s: float | None
    cut_off: bool


@dataclass
class CallHeard:
    """One call as it was heard. `greeting_s` is None when the agent never spoke first.

    `began_at` is where the call's own time begins on this machine's monotonic clock, in seconds.
    """

    call_sid: str
    greeting_s: float | None = None
    seconds: float = 0.0
    late_frames: int = 0
    ended_by_agent: bool = False
    began_at: float = 0.0


@dataclass(frozen=True)
class CallersResult:
    """Everything that was heard. `lag_ms` are the 50th, 99th and 100th percentile of the callers' own lateness."""

    turns: tuple[TurnHeard, ...]
    calls: tuple[CallHeard, ...]
    failed_calls: int
    wall_s: float
    lag_ms: tuple[float, float, float]

    def to_dict(self) -> dict[str, Any]:
        """Plain data."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> CallersResult:
        """Read what `to_dict` gave."""
        p50, p99, most = data["lag_ms"]
        return cls(
            tuple(TurnHeard(**turn) for turn in data["turns"]),
            tuple(CallHeard(**call) for call in data["calls"]),
            data["failed_calls"],
            data["wall_s"],
            (p50, p99, most),
        )


@dataclass(frozen=True)
class Sound:
    """A turn as the callers say it, 8 kHz."""

    kind: str
    name: str
    samples: Samples


@dataclass
class _Tally:
    turns: list[TurnHeard] = field(default_factory=list)
    calls: list[CallHeard] = field(default_factory=list)
    failed_calls: int = 0


def next_sound(caller: int, said: int, human: Sequence[Sound], synthetic: Sequence[Sound]) -> Sound:
    """What a caller who has `said` so many things says next: kinds alternate, and callers begin elsewhere."""
    kinds = [sounds for sounds in (human, synthetic) if sounds]
    sounds = kinds[(caller + said) % len(kinds)]
    return sounds[(caller * 5 + said // len(kinds)) % len(sounds)]


class Callers:
    """All callers of one level. `run` returns once the last has hung up."""

    def __init__(self, plan: CallersPlan) -> None:
        self._plan = plan
        self._human = _load("human", plan.human)
        self._synthetic = _load("synthetic", plan.synthetic)
        self._tally = _Tally()
        self._talking_since: float | None = None

    async def run(self) -> CallersResult:
        """Call, talk, hang up."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        lags: list[float] = []
        ruler = asyncio.create_task(_watch_lag(lags))
        try:
            await asyncio.gather(*(self._caller(number) for number in range(self._plan.calls)))
        finally:
            ruler.cancel()
            await asyncio.gather(ruler, return_exceptions=True)
        tally = self._tally
        return CallersResult(
            tuple(tally.turns), tuple(tally.calls), tally.failed_calls, loop.time() - began, _percentiles(lags)
        )

    @property
    def _over(self) -> bool:
        if self._talking_since is None:
            return False
        elapsed = asyncio.get_running_loop().time() - self._talking_since
        enough = elapsed >= self._plan.seconds and len(self._tally.turns) >= self._plan.min_turns
        return enough or elapsed >= self._plan.max_seconds

    async def _caller(self, number: int) -> None:
        dice = random.Random(number)
        said = 0
        await asyncio.sleep(number * SPREAD_S / self._plan.calls)
        while not self._over:
            try:
                said = await self._call(number, said, dice)
            except NoAgentError:
                self._tally.failed_calls += 1
            if not self._over:
                await asyncio.sleep(REDIAL_S)

    async def _call(self, number: int, said: int, dice: random.Random) -> int:
        carrier = CarrierSide(CallTarget(self._plan.url, from_number=f"0901234{number:04d}"))
        call = CallHeard(carrier.call_sid)
        async with carrier:
            call.began_at = time.monotonic() - carrier.now_ms / 1000
            first = await _first_sound(carrier, 0.0)
            call.greeting_s = None if first is None else first / 1000
            await _silence(carrier)
            if self._talking_since is None:
                self._talking_since = asyncio.get_running_loop().time()
            while not carrier.closed.is_set() and not self._over:
                await asyncio.sleep(dice.uniform(*THINK_S))
                turn = await self._turn(carrier, next_sound(number, said, self._human, self._synthetic))
                said += 1
                self._tally.turns.append(turn)
                if turn.latency_s is not None and not self._over:
                    await _silence(carrier)
            call.ended_by_agent = carrier.closed.is_set()
            call.seconds = carrier.now_ms / 1000
            call.late_frames = carrier.late_frames
            self._tally.calls.append(call)
            if not call.ended_by_agent:
                await carrier.hang_up()
        return said

    async def _turn(self, carrier: CarrierSide, sound: Sound) -> TurnHeard:
        # What is queued now goes out from the next frame on.
        began_ms = len(carrier.caller.samples) * 1000 / RATE_HZ
        carrier.say(sound.samples)
        while carrier.is_speaking and not carrier.closed.is_set():
            await asyncio.sleep(POLL_S)
        spoken = HeardTimeline(RATE_HZ)
        spoken.write(0.0, sound.samples)
        from_ms = began_ms + (spoken.first_sound_after(0.0) or 0.0)
        to_ms = began_ms + (spoken.last_sound_before(float("inf")) or 0.0)
        heard = await _first_sound(carrier, to_ms)
        early = carrier.agent.first_sound_after(from_ms)
        return TurnHeard(
            sound.kind,
            sound.name,
            carrier.call_sid,
            round(from_ms, 1),
            round(to_ms, 1),
            None if heard is None else round((heard - to_ms) / 1000, 3),
            early is not None and early < to_ms - CUT_OFF_MS,
        )


async def _first_sound(carrier: CarrierSide, after_ms: float) -> float | None:
    """When the agent becomes audible after `after_ms`; None when it does not within `ANSWER_DEADLINE_S`."""
    deadline_ms = after_ms + ANSWER_DEADLINE_S * 1000
    while True:
        found = carrier.agent.first_sound_after(after_ms)
        if found is not None:
            return found if found <= deadline_ms else None
        if carrier.closed.is_set() or carrier.now_ms >= deadline_ms:
            return None
        await asyncio.sleep(POLL_S)


async def _silence(carrier: CarrierSide) -> None:
    """Wait until the agent has been silent for `QUIET_MS`, though not for ever."""
    deadline_ms = carrier.now_ms + HEAR_OUT_S * 1000
    while not carrier.closed.is_set() and carrier.now_ms < deadline_ms:
        if carrier.agent.first_sound_after(max(0.0, carrier.now_ms - QUIET_MS)) is None:
            return
        await asyncio.sleep(POLL_S)


async def _watch_lag(lags: list[float]) -> None:
    """How late a task comes that wants to run with every frame, in milliseconds."""
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        due = max(due + LAG_STEP_S, loop.time())
        await asyncio.sleep(due - loop.time())
        lags.append((loop.time() - due) * 1000)


def _percentiles(lags: list[float]) -> tuple[float, float, float]:
    ordered = sorted(lags) or [0.0]
    p50, p99 = (ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.99))
    return round(p50, 2), round(p99, 2), round(ordered[-1], 2)


def _load(kind: str, files: Sequence[tuple[str, str]]) -> list[Sound]:
    return [Sound(kind, name, read_wav(Path(path)).mono) for name, path in files]


def main(plan_file: str, result_file: str) -> None:
    """Play the plan and write the result."""
    data = json.loads(Path(plan_file).read_text(encoding="utf-8"))
    for kind in ("human", "synthetic"):
        data[kind] = tuple((name, path) for name, path in data[kind])
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        result = runner.run(Callers(CallersPlan(**data)).run())
    Path(result_file).write_text(json.dumps(result.to_dict()), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
