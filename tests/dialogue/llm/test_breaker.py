"""The breaker: left alone after failures in a row, tried with one request later."""

from hypothesis import given
from hypothesis import strategies as st

from dialogue.llm.breaker import BreakerOptions, Circuit, CircuitBreaker

OPTIONS = BreakerOptions(failures=3, cool_s=10, cool_max_s=35)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def opened() -> tuple[CircuitBreaker, Clock]:
    clock = Clock()
    breaker = CircuitBreaker(clock, OPTIONS)
    for _ in range(3):
        assert breaker.enter()
        breaker.failed()
    return breaker, clock


def test_it_opens_after_so_many_failures_in_a_row() -> None:
    breaker, _ = opened()
    assert breaker.circuit is Circuit.OPEN
    assert not breaker.enter()


def test_an_answer_between_failures_starts_the_count_anew() -> None:
    breaker = CircuitBreaker(Clock(), OPTIONS)
    for outcome in (breaker.failed, breaker.failed, breaker.succeeded, breaker.failed, breaker.failed):
        assert breaker.enter()
        outcome()
    assert breaker.circuit is Circuit.CLOSED


def test_after_a_time_one_request_may_try() -> None:
    breaker, clock = opened()
    clock.now = 10
    assert breaker.circuit is Circuit.HALF_OPEN
    assert breaker.enter()
    assert not breaker.enter()
    breaker.succeeded()
    assert breaker.circuit is Circuit.CLOSED


def test_a_failed_try_leaves_it_alone_for_twice_as_long_up_to_a_limit() -> None:
    breaker, clock = opened()
    for cool_s in (10, 20, 35, 35):
        clock.now += cool_s - 1
        assert breaker.circuit is Circuit.OPEN
        clock.now += 1
        assert breaker.enter()
        breaker.failed()


def test_a_try_that_was_given_up_leaves_room_for_another() -> None:
    breaker, clock = opened()
    clock.now = 10
    assert breaker.enter()
    breaker.left()
    assert breaker.enter()


def test_late_failures_of_earlier_requests_do_not_keep_it_open_for_longer() -> None:
    clock = Clock()
    breaker = CircuitBreaker(clock, OPTIONS)
    assert all(breaker.enter() for _ in range(5))
    for _ in range(5):
        breaker.failed()
    clock.now = 10
    assert breaker.circuit is Circuit.HALF_OPEN


@given(st.lists(st.sampled_from(["ask-good", "ask-bad", "ask-leave", "wait"]), max_size=60))
def test_it_always_lets_someone_in_after_a_while_and_never_after_too_many_failures(steps: list[str]) -> None:
    clock = Clock()
    breaker = CircuitBreaker(clock, OPTIONS)
    failures = 0
    for step in steps:
        if step == "wait":
            clock.now += 5
            continue
        if not breaker.enter():
            assert failures >= OPTIONS.failures
            continue
        if step == "ask-good":
            breaker.succeeded()
            failures = 0
        elif step == "ask-bad":
            breaker.failed()
            failures += 1
        else:
            breaker.left()
    clock.now += OPTIONS.cool_max_s
    assert breaker.lets_in
