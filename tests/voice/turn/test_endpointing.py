"""How long a pause is waited for, from words, sound and place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.turn.endpointing import EndpointDecision, Endpointer, EndpointSettings, PauseView
from voice.turn.expectation import Expectation

TEXTS = [
    "解約したいです", "料金が知りたいんですけど", "料金が", "えーと", "090の", "090-1234-5678", "先月の請求書",
    "はい", "", "住所が変わったので", "ちょっと待って", "すみません",
]  # fmt: skip


def decide(
    text: str | None,
    smart_turn: float | None = None,
    silence_ms: int = 0,
    place: Expectation = Expectation.FREE,
    speech_ms: int = 1500,
) -> EndpointDecision:
    return Endpointer().decide(PauseView(silence_ms, speech_ms, text, smart_turn, place))


def test_a_complete_request_ends_after_a_third_of_a_second() -> None:
    assert decide("料金プランを教えてください", 0.98).wait_until_ms == 320


def test_a_request_in_words_alone_is_enough() -> None:
    assert decide("料金プランを教えてください").wait_until_ms <= 350


def test_a_complete_sentence_with_an_unfinished_tune_is_waited_for_a_little() -> None:
    assert 450 <= decide("解約したいです", 0.1).wait_until_ms <= 700


def test_a_polite_but_waits_longer_than_a_request_and_shorter_than_a_particle() -> None:
    request, but, particle = (
        decide(text, 0.9).wait_until_ms for text in ("解約したいです", "解約したいんですけど", "解約を")
    )
    assert request < but < particle


def test_a_polite_but_is_not_waited_for_long_even_when_the_tune_hangs() -> None:
    assert decide("解約したいんですけど", 0.02).wait_until_ms <= 800


def test_words_that_go_on_wait_even_when_the_tune_falls() -> None:
    assert decide("料金プランは", 0.98).wait_until_ms >= 950


def test_a_filler_is_waited_out() -> None:
    assert decide("えーと", 0.98).wait_until_ms >= 1400


def test_a_number_in_mid_dictation_is_waited_for() -> None:
    assert decide("090の1234", 0.98, place=Expectation.DIGITS).wait_until_ms >= 1500
    assert decide("090の1234", 0.98).wait_until_ms >= 1500


def test_a_whole_number_ends_soon_even_where_digits_are_awaited() -> None:
    assert decide("090の1234の5678", 0.98, place=Expectation.DIGITS).wait_until_ms <= 400


def test_yes_ends_soonest_where_yes_is_awaited() -> None:
    assert decide("はい", 0.9, place=Expectation.YES_NO, speech_ms=250).wait_until_ms == 300


def test_without_words_the_end_is_taken_late() -> None:
    assert decide(None, 0.99).wait_until_ms >= 900


def test_without_any_evidence_the_turn_still_ends() -> None:
    assert decide(None, None, silence_ms=2000).end


def test_the_reason_names_words_sound_and_place() -> None:
    assert decide("はい", 0.5).reason == "words=complete/short_answer sound=0.50 place=free"


def test_settings_without_a_place_are_refused_with_what_to_write() -> None:
    with pytest.raises(ValueError, match="yes_no"):
        EndpointSettings(unsure_ms={Expectation.FREE: 700})


views = st.builds(
    PauseView,
    silence_ms=st.integers(0, 4000),
    speech_ms=st.integers(0, 30_000),
    text=st.none() | st.sampled_from(TEXTS),
    smart_turn=st.none() | st.floats(0, 1),
    expectation=st.sampled_from(Expectation),
)


@given(views, st.integers(0, 4000))
def test_more_silence_never_undoes_an_end(view: PauseView, more: int) -> None:
    endpointer = Endpointer()
    later = PauseView(view.silence_ms + more, view.speech_ms, view.text, view.smart_turn, view.expectation)
    assert endpointer.decide(later).end or not endpointer.decide(view).end


@given(views)
def test_the_deadline_always_ends_the_turn(view: PauseView) -> None:
    decision = Endpointer().decide(view)
    assert decision.wait_until_ms <= 2500
    assert decision.end is (view.silence_ms >= decision.wait_until_ms)


@given(st.sampled_from(TEXTS), st.floats(0, 1), st.floats(0, 1), st.sampled_from(Expectation))
def test_a_more_finished_sound_never_waits_longer(text: str, one: float, other: float, place: Expectation) -> None:
    low, high = sorted((one, other))
    assert decide(text, high, place=place).wait_until_ms <= decide(text, low, place=place).wait_until_ms


@given(views)
def test_what_it_calls_a_probability_lies_between_0_and_1(view: PauseView) -> None:
    assert 0.0 <= Endpointer().decide(view).probability <= 1.0
