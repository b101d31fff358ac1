"""Speech over the agent: the judge's rules, with a classifier whose opinion is given and the clock in the audio."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.audio.pcm import FRAME_SAMPLES, Samples
from voice.turn.overlap import OverlapJudge, OverlapSettings, Verdict

RANDOM = np.random.default_rng(5)


@dataclass(frozen=True)
class Opinion:
    """A classifier that holds one opinion at every checkpoint."""

    aizuchi: float
    checkpoints_ms: tuple[int, ...] = (200, 240, 280, 400, 600)

    def probability(self, samples: Samples, checkpoint_ms: int) -> float:
        assert len(samples) >= checkpoint_ms * 16
        return self.aizuchi

    def threshold(self, checkpoint_ms: int) -> float:
        return 0.1


def speech(ms: int) -> Samples:
    return (RANDOM.standard_normal(ms * 16) * 0.1).astype(np.float32)


def quiet(ms: int) -> Samples:
    return (RANDOM.standard_normal(ms * 16) * 1e-4).astype(np.float32)


def play(judge: OverlapJudge, audio: Samples, probability: float, late_ms: int = 0) -> tuple[Verdict, int | None]:
    """Push frames; returns the verdict and when it came, counted from the first of these frames."""
    for index in range(len(audio) // FRAME_SAMPLES):
        frame = audio[index * FRAME_SAMPLES : (index + 1) * FRAME_SAMPLES]
        verdict = judge.push(frame, probability if index * 20 >= late_ms else 0.0)
        if verdict is not Verdict.UNDECIDED:
            return verdict, (index + 1) * 20
    return judge.verdict, None


def test_silence_is_nothing_to_judge() -> None:
    judge = OverlapJudge(Opinion(0.0))
    assert play(judge, quiet(3000), 0.01) == (Verdict.UNDECIDED, None)
    assert judge.onset_ms is None


def test_other_speech_is_taken_at_the_first_checkpoint() -> None:
    judge = OverlapJudge(Opinion(0.01))
    play(judge, quiet(400), 0.01)
    verdict, after = play(judge, speech(1000), 0.9, late_ms=80)
    assert verdict is Verdict.INTERRUPTION
    assert after is not None
    assert after <= 240


def test_the_onset_is_found_in_the_sound_though_voice_activity_is_late() -> None:
    judge = OverlapJudge(Opinion(0.9))
    play(judge, quiet(400), 0.01)
    play(judge, speech(300), 0.9, late_ms=100)
    assert judge.onset_ms == pytest.approx(400, abs=20)


def test_a_short_word_that_sounds_like_an_aizuchi_passes_when_it_has_ended() -> None:
    judge = OverlapJudge(Opinion(0.95))
    play(judge, quiet(300), 0.01)
    assert play(judge, speech(400), 0.9) == (Verdict.UNDECIDED, None)
    assert play(judge, quiet(400), 0.01) == (Verdict.AIZUCHI, 200)


def test_what_sounds_like_an_aizuchi_and_goes_on_is_an_interruption() -> None:
    judge = OverlapJudge(Opinion(0.95))
    play(judge, quiet(300), 0.01)
    verdict, after = play(judge, speech(2000), 0.9)
    assert verdict is Verdict.INTERRUPTION
    assert after is not None
    assert 1100 <= after <= 1160


def test_a_doubtful_short_word_is_judged_by_more_at_its_end() -> None:
    judge = OverlapJudge(Opinion(0.2), OverlapSettings(end_probability=0.3))
    play(judge, quiet(300), 0.01)
    play(judge, speech(300), 0.9)
    assert play(judge, quiet(400), 0.01)[0] is Verdict.INTERRUPTION


def test_a_click_is_noise() -> None:
    judge = OverlapJudge(Opinion(0.0))
    play(judge, quiet(300), 0.01)
    play(judge, speech(80), 0.9)
    assert play(judge, quiet(400), 0.01)[0] is Verdict.NOISE


def test_words_of_a_listener_overrule_the_sound() -> None:
    judge = OverlapJudge(Opinion(0.0))
    play(judge, quiet(300), 0.01)
    play(judge, speech(100), 0.9)
    judge.hear("はい、", is_final=False)
    assert play(judge, speech(500), 0.9)[0] is Verdict.UNDECIDED
    assert judge.hear("はい、はい。", is_final=True) is Verdict.AIZUCHI


def test_words_that_take_the_turn_overrule_the_sound() -> None:
    judge = OverlapJudge(Opinion(0.99))
    play(judge, quiet(300), 0.01)
    play(judge, speech(400), 0.9)
    assert judge.hear("違います", is_final=False) is Verdict.INTERRUPTION


def test_a_long_aizuchi_that_its_words_show_to_be_one_may_take_its_time() -> None:
    judge = OverlapJudge(Opinion(0.99))
    play(judge, quiet(300), 0.01)
    play(judge, speech(700), 0.9)
    judge.hear("ああ、そうですか", is_final=False, confidence=0.4)
    assert play(judge, speech(900), 0.9)[0] is Verdict.UNDECIDED


@pytest.mark.parametrize(("confidence", "taken"), [(0.45, False), (0.7, True)])
def test_words_take_the_turn_only_when_they_were_heard_clearly(confidence: float, taken: bool) -> None:
    judge = OverlapJudge(Opinion(0.99))
    play(judge, quiet(300), 0.01)
    play(judge, speech(400), 0.9)
    verdict = judge.hear("どうか", is_final=False, confidence=confidence)
    assert (verdict is Verdict.INTERRUPTION) is taken


def test_words_can_still_turn_a_passed_aizuchi_into_an_interruption() -> None:
    judge = OverlapJudge(Opinion(0.99))
    play(judge, speech(300), 0.9)
    play(judge, quiet(300), 0.01)
    assert judge.verdict is Verdict.AIZUCHI
    assert judge.hear("いや、違う", is_final=True) is Verdict.INTERRUPTION


def test_an_interruption_is_never_taken_back() -> None:
    judge = OverlapJudge(Opinion(0.0))
    play(judge, speech(600), 0.9)
    assert judge.verdict is Verdict.INTERRUPTION
    assert judge.hear("はい", is_final=True) is Verdict.INTERRUPTION


def test_a_long_silence_before_keeps_the_clock_right() -> None:
    judge = OverlapJudge(Opinion(0.9))
    play(judge, quiet(5000), 0.01)
    play(judge, speech(200), 0.9)
    assert judge.onset_ms == pytest.approx(5000, abs=20)


@given(
    st.floats(0, 1),
    st.lists(st.tuples(st.integers(1, 1200), st.floats(0, 1)), min_size=1, max_size=60),
)
def test_any_audio_in_blocks_of_any_length_keeps_its_verdict(opinion: float, blocks: list[tuple[int, float]]) -> None:
    judge = OverlapJudge(Opinion(opinion), OverlapSettings(longest_aizuchi_ms=700))
    decided = Verdict.UNDECIDED
    for length, probability in blocks:
        verdict = judge.push(np.full(length, 0.05, dtype=np.float32), probability)
        assert decided in (Verdict.UNDECIDED, verdict)
        decided = verdict
