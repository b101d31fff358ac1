"""How long a pause is waited for, from words, sound, place and the caller's own pauses."""

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
    sound_logit: float | None = None,
    silence_ms: int = 0,
    place: Expectation = Expectation.FREE,
    speech_ms: int = 1500,
    partial: str | None = None,
) -> EndpointDecision:
    return Endpointer().decide(PauseView(silence_ms, speech_ms, text, sound_logit, place, partial=partial))


def waits(*texts: str, sound_logit: float | None = 1.0) -> list[int]:
    return [decide(text, sound_logit).wait_until_ms for text in texts]


def test_a_complete_request_ends_after_a_third_of_a_second() -> None:
    assert decide("料金プランを教えてください", 2.0).wait_until_ms <= 320


def test_a_polite_but_waits_longer_than_a_request_and_shorter_than_a_particle() -> None:
    request, but, particle = waits("解約したいです", "解約したいんですけど", "解約を", sound_logit=-1.5)
    assert request < but < particle


def test_a_polite_but_is_not_waited_for_long_even_when_the_tune_hangs() -> None:
    assert decide("解約したいんですけど", 0.02).wait_until_ms <= 800


def test_yes_alone_where_nobody_asked_is_not_waited_for_long() -> None:
    assert decide("はい", 0.5, speech_ms=250).wait_until_ms <= 640


@pytest.mark.parametrize("text", ["はい", "いいえ", "yeah", "番"])
def test_a_short_answer_is_not_waited_for_long_where_yes_was_asked_for_however_misheard(text: str) -> None:
    assert decide(text, 0.1, place=Expectation.YES_NO, speech_ms=300).wait_until_ms <= 640


def test_a_name_with_a_particle_misheard_behind_it_is_not_waited_out() -> None:
    assert decide("田中を", 0.5, place=Expectation.NAME).wait_until_ms <= 1_200


@pytest.mark.parametrize("text", ["0-3 コロコロ ココロ", "0300の一戸"])
def test_a_misheard_number_is_waited_for_where_a_number_was_asked_for(text: str) -> None:
    assert decide(text, 1.0, place=Expectation.DIGITS).wait_until_ms >= 1500


def test_seven_digits_may_be_the_beginning_of_more() -> None:
    assert decide("1234567", 2.0, place=Expectation.DIGITS).wait_until_ms >= 1000


def test_words_that_go_on_wait_even_when_the_tune_falls() -> None:
    assert decide("料金プランは", 2.0).wait_until_ms >= 900


def test_a_filler_is_waited_out() -> None:
    assert decide("えーと", 2.0).wait_until_ms >= 1400


def test_a_number_in_mid_dictation_is_waited_for() -> None:
    assert decide("090の1234", 2.0, place=Expectation.DIGITS).wait_until_ms >= 1500
    assert decide("090の1234", 2.0).wait_until_ms >= 1500


def test_a_number_that_was_begun_while_speaking_is_waited_for_before_its_words_are_there() -> None:
    assert decide(None, 2.0, partial="電話番号は090の").wait_until_ms >= 1500


def test_a_whole_number_ends_soon_even_where_digits_are_awaited() -> None:
    assert decide("090の1234の5678", 2.0, place=Expectation.DIGITS).wait_until_ms <= 800


def test_yes_ends_soonest_where_yes_is_awaited() -> None:
    asked = decide("はい", 1.0, place=Expectation.YES_NO, speech_ms=250).wait_until_ms
    assert asked <= 350
    assert asked <= decide("はい", 1.0, speech_ms=250).wait_until_ms


def test_without_words_the_end_is_taken_late() -> None:
    assert decide(None, 2.0).wait_until_ms >= 900


def test_without_any_evidence_the_turn_still_ends() -> None:
    assert decide(None, None, silence_ms=2000).end


def test_a_caller_who_pauses_long_is_given_more_time() -> None:
    endpointer, view = Endpointer(), PauseView(0, 1_500, "先月の請求書", -1.0, Expectation.FREE)
    before = endpointer.decide(view).wait_until_ms
    for _ in range(6):
        endpointer.resumed(1_000)
    assert endpointer.decide(view).wait_until_ms > before
    assert endpointer.patience > 1.2


def test_the_reason_names_words_sound_and_place() -> None:
    assert decide("はい", 0.5).reason == "words=complete/short_answer sound=+0.5 place=free"


def test_settings_without_a_place_are_refused_with_what_to_write() -> None:
    with pytest.raises(ValueError, match="yes_no"):
        EndpointSettings(costs={Expectation.FREE: 1.0})


def test_settings_in_the_wrong_order_are_refused() -> None:
    with pytest.raises(ValueError, match="deadline_ms"):
        EndpointSettings(deadline_ms=500)


views = st.builds(
    PauseView,
    silence_ms=st.integers(0, 4000),
    speech_ms=st.integers(0, 30_000),
    text=st.none() | st.sampled_from(TEXTS),
    sound_logit=st.none() | st.floats(-4, 4),
    expectation=st.sampled_from(Expectation),
    partial=st.none() | st.sampled_from(TEXTS),
)


@given(views, st.integers(0, 4000))
def test_more_silence_never_undoes_an_end(view: PauseView, more: int) -> None:
    endpointer = Endpointer()
    first = endpointer.decide(view).end
    later = PauseView(
        view.silence_ms + more, view.speech_ms, view.text, view.sound_logit, view.expectation, partial=view.partial
    )
    assert endpointer.decide(later).end or not first


@given(views, st.lists(st.floats(0, 20_000), max_size=8))
def test_the_deadline_always_ends_the_turn_however_patient(view: PauseView, pauses: list[float]) -> None:
    endpointer = Endpointer()
    for pause in pauses:
        endpointer.resumed(pause)
    decision = endpointer.decide(view)
    assert decision.wait_until_ms <= 2_500
    assert decision.end is (view.silence_ms >= decision.wait_until_ms)


@given(st.sampled_from(TEXTS), st.floats(0, 1), st.floats(0, 1), st.sampled_from(Expectation))
def test_a_more_finished_sound_never_waits_longer(text: str, one: float, other: float, place: Expectation) -> None:
    low, high = sorted((one, other))
    assert decide(text, high, place=place).wait_until_ms <= decide(text, low, place=place).wait_until_ms


@given(views)
def test_what_it_calls_a_probability_lies_between_0_and_1(view: PauseView) -> None:
    assert 0.0 <= Endpointer().decide(view).probability <= 1.0
