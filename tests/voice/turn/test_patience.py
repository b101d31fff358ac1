"""How long to wait for a probability, and what a caller's own pauses change about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.turn.patience import Patience, PauseHabits, WaitCurve

prices = st.floats(100, 20_000)
chances = st.floats(0.001, 0.999)


def patient_after(*pauses_ms: float) -> float:
    patience = Patience()
    for pause in pauses_ms:
        patience.resumed(pause)
    return patience.scale


def test_a_sure_end_is_not_waited_for() -> None:
    assert WaitCurve().wait_ms(0.99, 2_000) <= 150


def test_a_sure_pause_is_waited_out_to_the_limit() -> None:
    assert WaitCurve(longest_ms=2_000).wait_ms(0.001, 5_000) == 2_000


def test_an_unknown_caller_pauses_like_the_average() -> None:
    assert Patience().scale == 1.0


def test_a_caller_with_long_pauses_is_waited_for_longer() -> None:
    slow = patient_after(900, 1_000, 850, 1_100)
    assert WaitCurve().wait_ms(0.5, 2_000, slow) > WaitCurve().wait_ms(0.5, 2_000, 1.0)


def test_a_caller_with_short_pauses_is_answered_sooner() -> None:
    assert patient_after(*[250] * 8) < 0.85


def test_one_long_search_for_the_bill_makes_no_slow_speaker() -> None:
    assert patient_after(450, 450, 6_000) < 1.2


def test_a_stop_inside_a_word_is_no_pause() -> None:
    assert patient_after(*[60] * 20) == 1.0


@given(st.lists(st.floats(0, 60_000), max_size=40))
def test_patience_stays_within_its_bounds(pauses: list[float]) -> None:
    habits = PauseHabits()
    assert habits.least <= patient_after(*pauses) <= habits.most


@given(chances, chances, prices)
def test_a_likelier_end_never_waits_longer(one: float, other: float, price: float) -> None:
    low, high = sorted((one, other))
    assert WaitCurve().wait_ms(high, price) <= WaitCurve().wait_ms(low, price)


@given(chances, prices, prices)
def test_a_dearer_cut_off_never_waits_shorter(chance: float, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert WaitCurve().wait_ms(chance, low) <= WaitCurve().wait_ms(chance, high)


def test_habits_that_make_no_sense_are_refused() -> None:
    with pytest.raises(ValueError, match="間の中央値"):
        PauseHabits(median_ms=0)


def test_no_wait_is_shorter_than_can_be_had() -> None:
    assert WaitCurve(shortest_ms=200).wait_ms(0.99, 350.0) == 200


def test_a_wait_that_cannot_be_had_does_not_keep_a_longer_one_from_being_best() -> None:
    assert WaitCurve().wait_ms(0.3, 350.0) == 0
    assert WaitCurve(shortest_ms=200).wait_ms(0.3, 350.0) > 400
