"""The agent's own voice coming back: real synthetic speech through a small room, over mu-law both ways."""

import numpy as np
import pyopenjtalk
import pytest
import soxr
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.audio import g711
from voice.audio.pcm import Samples
from voice.echo import EchoGuard

RATE = 8_000
FRAME = 160


def spoken(text: str, dbfs: float, half_tone: float = 0.0) -> Samples:
    wave, rate = pyopenjtalk.tts(text, half_tone=half_tone)
    narrow = soxr.resample(wave / 32768.0, rate, RATE).astype(np.float32)
    active = narrow[np.abs(narrow) > 0.02 * np.abs(narrow).max()]
    return (narrow * 10 ** (dbfs / 20) / np.sqrt(np.mean(active**2))).astype(np.float32)


def on_the_wire(samples: Samples) -> Samples:
    return g711.mulaw_decode(g711.mulaw_encode(samples.astype(np.float32)))


def room(seed: int = 1) -> Samples:
    """A direct path and 60 ms of decaying reflections."""
    taps = np.random.default_rng(seed).standard_normal(480) * np.exp(-np.arange(480) / 90.0) * 0.15
    taps[0] = 1.0
    return (taps / np.sqrt(np.sum(taps**2))).astype(np.float32)


def returned(agent: Samples, delay_ms: float, db: float) -> Samples:
    """What comes back of `agent`: later, weaker, coloured by a room."""
    coloured = np.convolve(on_the_wire(agent), room())[: len(agent)] * 10 ** (db / 20)
    return np.concatenate([np.zeros(int(delay_ms * 8)), coloured, np.zeros(RATE)]).astype(np.float32)


def through(guard: EchoGuard, agent: Samples, near: Samples, at_ms: float = 0.0, block: int = FRAME) -> Samples:
    """Play `agent` 200 ms ahead of its time and clean `near`, both from `at_ms` on."""
    arrived = on_the_wire(near + np.random.default_rng(2).standard_normal(len(near)) * 1e-3)
    out, told = [], 0
    for begin in range(0, len(arrived), block):
        while told < min(begin + block + 1_600, len(agent)):
            guard.agent_speaks(at_ms + told / 8, on_the_wire(agent[told : told + FRAME]))
            told += FRAME
        out.append(guard.clean(at_ms + begin / 8, arrived[begin : begin + block]))
    return np.concatenate(out)


def level(samples: Samples) -> float:
    return float(10 * np.log10(np.mean(samples**2) + 1e-12))


AGENT = spoken("料金プランの変更は、マイページから、いつでもお手続きいただけます。", -20)
CALLER = spoken("ちょっと待ってください。", -22, half_tone=-6)


@pytest.mark.parametrize(("delay_ms", "db"), [(50, -6), (180, -12), (400, -25)])
def test_the_agents_own_voice_is_taken_out(delay_ms: float, db: float) -> None:
    near = returned(AGENT, delay_ms, db)
    cleaned = through(EchoGuard(RATE), AGENT, near)
    # The first bit of a call's first voice included.
    assert level(cleaned) < level(near) - 15


def test_the_delay_of_the_echo_is_found() -> None:
    guard = EchoGuard(RATE)
    through(guard, AGENT, returned(AGENT, 180, -12))
    assert guard.delay_ms == pytest.approx(180, abs=3)


def test_a_caller_who_speaks_over_the_echo_is_still_heard() -> None:
    guard = EchoGuard(RATE)
    near = returned(AGENT, 120, -14)
    begin = 2 * RATE
    near[begin : begin + len(CALLER)] += CALLER[: len(near) - begin]
    cleaned = through(guard, AGENT, near)[begin : begin + len(CALLER)]
    assert level(cleaned) > level(CALLER) - 4
    assert np.corrcoef(cleaned, near[begin : begin + len(CALLER)])[0, 1] > 0.5


def test_the_echo_that_the_guard_explains_is_told_from_a_caller() -> None:
    guard = EchoGuard(RATE)
    through(guard, AGENT, returned(AGENT, 120, -14)[: len(AGENT)])
    assert guard.explains(len(AGENT) / 8) > 0.8


def test_while_the_agent_is_silent_nothing_is_changed() -> None:
    guard = EchoGuard(RATE)
    through(guard, AGENT, returned(AGENT, 120, -14))
    later = 20_000.0
    assert np.array_equal(guard.clean(later, CALLER[:FRAME]), CALLER[:FRAME])
    assert guard.explains(later) == 0.0


def test_on_a_line_without_an_echo_a_caller_is_left_as_they_are() -> None:
    guard = EchoGuard(RATE)
    agent = np.concatenate([AGENT, AGENT, AGENT])
    near = np.zeros(len(agent), dtype=np.float32)
    begin = 5 * RATE
    near[begin : begin + len(CALLER)] = CALLER
    cleaned = through(guard, agent, near)
    arrived = on_the_wire(near + np.random.default_rng(2).standard_normal(len(near)) * 1e-3)
    assert guard.delay_ms is None
    assert np.array_equal(cleaned[begin : begin + len(CALLER)], arrived[begin : begin + len(CALLER)])


def test_a_voice_that_was_cut_off_is_waited_for_no_longer() -> None:
    guard = EchoGuard(RATE)
    guard.agent_speaks(0.0, AGENT)
    guard.truncate(200.0)
    assert np.array_equal(guard.clean(900.0, CALLER[:FRAME]), CALLER[:FRAME])


def test_another_delay_after_a_stop_is_found_again() -> None:
    guard = EchoGuard(RATE)
    through(guard, AGENT, returned(AGENT, 120, -12))
    near = returned(AGENT, 300, -12)
    cleaned = through(guard, AGENT, near, at_ms=10_000.0)
    assert guard.delay_ms == pytest.approx(300, abs=3)
    assert level(cleaned[2 * RATE :]) < level(near[2 * RATE :]) - 10


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 700), min_size=1, max_size=12), st.sampled_from([8_000, 16_000]))
def test_blocks_of_any_length_come_back_as_long_as_they_were(lengths: list[int], rate: int) -> None:
    guard = EchoGuard(rate)
    random = np.random.default_rng(3)
    guard.agent_speaks(0.0, (random.standard_normal(rate) * 0.1).astype(np.float32))
    at = 0
    for length in lengths:
        block = (random.standard_normal(length) * 0.1).astype(np.float32)
        cleaned = guard.clean(at * 1000 / rate, block)
        assert len(cleaned) == length
        assert np.isfinite(cleaned).all()
        at += length
