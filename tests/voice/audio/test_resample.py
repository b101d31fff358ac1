import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from voice.audio.resample import StreamResampler, resample

TELEPHONE = [(8_000, 16_000), (16_000, 8_000), (24_000, 8_000), (24_000, 16_000), (48_000, 16_000)]
pairs = pytest.mark.parametrize(("from_hz", "to_hz"), TELEPHONE)


def tone(hz, rate_hz, seconds=2.0):
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(int(rate_hz * seconds)) / rate_hz)).astype(np.float32)


def in_blocks(samples, from_hz, to_hz, block_ms=20):
    stream, size = StreamResampler(from_hz, to_hz), from_hz * block_ms // 1000
    parts = [stream.push(samples[at : at + size]) for at in range(0, len(samples), size)]
    return np.concatenate([*parts, stream.flush()])


def purity_db(samples):
    """How far the loudest other line of the spectrum lies below the tone."""
    middle = samples[len(samples) // 4 : -len(samples) // 4]
    lines = np.abs(np.fft.rfft(middle * np.blackman(len(middle))))
    at = lines.argmax()
    tone_line = lines[at]
    lines[max(0, at - 6) : at + 7] = 0
    return 20 * np.log10(tone_line / lines.max())


@pytest.mark.parametrize("rates", TELEPHONE)
@settings(max_examples=15, deadline=None)
@given(cuts=st.lists(st.integers(0, 700), min_size=1, max_size=40))
def test_how_the_stream_is_cut_does_not_change_what_comes_out(rates, cuts):
    noise = np.random.default_rng(7).uniform(-0.5, 0.5, sum(cuts)).astype(np.float32)
    whole, cut = StreamResampler(*rates), StreamResampler(*rates)
    at_once = np.concatenate([whole.push(noise), whole.flush()])
    parts = [cut.push(part) for part in np.split(noise, np.cumsum(cuts)[:-1])]
    assert np.allclose(np.concatenate([*parts, cut.flush()]), at_once, atol=1e-5)


@pairs
def test_a_tone_keeps_its_purity_across_block_edges(from_hz, to_hz):
    assert purity_db(in_blocks(tone(1_000, from_hz), from_hz, to_hz)) > 90


@pairs
@pytest.mark.parametrize("hz", [200, 440, 1_000])
def test_a_tone_arrives_at_its_level_and_less_than_half_a_millisecond_late(from_hz, to_hz, hz):
    streamed = in_blocks(tone(hz, from_hz), from_hz, to_hz)
    second = np.arange(to_hz // 2, to_hz // 2 + to_hz)
    line = 2 * np.mean(streamed[second] * np.exp(-2j * np.pi * hz * second / to_hz))
    assert abs(line) == pytest.approx(0.5, rel=0.01)
    late_ms = -(np.angle(line) + np.pi / 2) / (2 * np.pi * hz) * 1_000
    assert -0.01 < late_ms < 0.5


@pairs
def test_the_stream_is_as_long_as_the_whole_stretch_resampled_at_once(from_hz, to_hz):
    wave = tone(440, from_hz, 1.37)
    assert abs(len(in_blocks(wave, from_hz, to_hz)) - len(resample(wave, from_hz, to_hz))) <= 1


@pairs
def test_what_the_lower_rate_cannot_carry_is_silenced_not_folded_back(from_hz, to_hz):
    if to_hz > from_hz:
        assert purity_db(in_blocks(tone(3_400, from_hz), from_hz, to_hz)) > 90
    else:
        folded = in_blocks(tone(to_hz * 0.6, from_hz), from_hz, to_hz)
        assert np.abs(folded[to_hz // 10 : -to_hz // 10]).max() < 1e-4


@pairs
def test_no_more_than_thirty_milliseconds_are_ever_held_back(from_hz, to_hz):
    stream, size = StreamResampler(from_hz, to_hz), from_hz // 50
    held = []
    for _ in range(100):
        stream.push(np.zeros(size, dtype=np.float32))
        held.append(stream.held_back_ms)
    assert max(held) <= 30.0


def test_a_telephone_line_reaches_the_ear_two_milliseconds_late() -> None:
    stream = StreamResampler(8_000, 16_000)
    for _ in range(10):
        stream.push(np.zeros(160, dtype=np.float32))
    assert stream.held_back_ms <= 2.2


@pairs
def test_no_sample_is_lost_over_a_long_stream(from_hz, to_hz):
    assert len(in_blocks(np.zeros(from_hz * 20, dtype=np.float32), from_hz, to_hz)) == to_hz * 20


def test_equal_rates_pass_through_untouched():
    stream, wave = StreamResampler(16_000, 16_000), tone(300, 16_000, 0.1)
    assert np.array_equal(stream.push(wave), wave)
    assert len(stream.flush()) == 0


def test_after_a_flush_a_new_stream_begins():
    stream, wave = StreamResampler(8_000, 16_000), tone(500, 8_000, 0.2)
    first = np.concatenate([stream.push(wave), stream.flush()])
    second = np.concatenate([stream.push(wave), stream.flush()])
    assert np.array_equal(first, second)


def test_a_rate_of_zero_is_refused():
    with pytest.raises(ValueError, match="positive"):
        StreamResampler(0, 16_000)
