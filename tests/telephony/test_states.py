from hypothesis import given
from hypothesis import strategies as st

from telephony.states import TRANSITIONS, CallState, ForbiddenTransitionError, StateMachine


def test_every_state_has_a_row_in_the_table() -> None:
    assert set(TRANSITIONS) == set(CallState)


def test_every_state_but_the_end_leads_to_the_end() -> None:
    assert all(CallState.ENDED in targets for state, targets in TRANSITIONS.items() if state is not CallState.ENDED)


def test_nothing_comes_after_the_end() -> None:
    assert not TRANSITIONS[CallState.ENDED]


def test_a_person_may_take_over_anywhere_before_the_end() -> None:
    outside = set(CallState) - {CallState.WITH_OPERATOR, CallState.ENDED}
    assert all(CallState.WITH_OPERATOR in TRANSITIONS[state] for state in outside)


def test_a_call_given_back_is_thought_about_before_anything_is_said() -> None:
    assert TRANSITIONS[CallState.WITH_OPERATOR] == {CallState.HOLDING, CallState.THINKING, CallState.ENDED}


def test_going_where_one_is_changes_nothing() -> None:
    machine = StateMachine()
    assert machine.go(CallState.GREETING) is True
    assert machine.go(CallState.GREETING) is False


@given(st.lists(st.sampled_from(CallState), max_size=30))
def test_a_machine_only_ever_moves_along_the_table(path: list[CallState]) -> None:
    machine = StateMachine()
    for target in path:
        before = machine.state
        try:
            machine.go(target)
        except ForbiddenTransitionError:
            assert machine.state is before
            assert target not in TRANSITIONS[before]
        else:
            assert machine.state is target
            assert target is before or target in TRANSITIONS[before]
