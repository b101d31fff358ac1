"""One probability from words, sound and place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.turn.end_model import EndModel, EndModelError, Evidence, Stage, features, shared_end_model
from voice.turn.endings import EndingReader
from voice.turn.expectation import Expectation
from voice.turn.prosody import Prosody

READER = EndingReader()


def judged(
    text: str | None,
    sound_logit: float | None = None,
    place: Expectation = Expectation.FREE,
    prosody: Prosody | None = None,
    speech_ms: float = 2_000,
) -> float:
    ending = None if text is None else READER.read(text, place)
    return shared_end_model().probability(Evidence(ending, sound_logit, prosody, speech_ms, place, text or ""))


def test_a_finished_request_is_likelier_over_than_a_bare_particle() -> None:
    assert judged("解約したいです") > 0.7
    assert judged("解約を") < 0.3


def test_a_number_in_mid_dictation_is_hardly_over() -> None:
    assert judged("090の1234", place=Expectation.DIGITS) < 0.1


def test_yes_is_likelier_over_where_it_was_asked_for() -> None:
    assert judged("はい", place=Expectation.YES_NO, speech_ms=300) > judged("はい", speech_ms=300)


def test_a_sound_that_ends_is_likelier_over_with_words_and_without() -> None:
    assert judged(None, 2.0) > judged(None, -2.0)
    assert judged("解約したいです", 2.0) > judged("解約したいです", -2.0)


def test_the_shape_of_misheard_words_still_tells_a_half_from_a_whole() -> None:
    model = shared_end_model()
    assert model.text_odds("成球所が届きません") > 0 > model.text_odds("成球所が")


def test_one_text_cannot_weigh_without_bound() -> None:
    assert all(
        abs(shared_end_model().text_odds(text)) <= 4.0 for text in ("を", "解約したいです", "", "090の", "えーと")
    )


def test_evidence_that_has_not_come_weighs_nothing() -> None:
    assert "sound_head" not in features(Evidence(None, None, None, 1_000, Expectation.FREE))


@given(
    st.none() | st.sampled_from(["はい", "料金が", "えーと", "090の", "解約します", ""]),
    st.none() | st.floats(-4, 4),
    st.sampled_from(Expectation),
    st.none() | st.builds(Prosody, *[st.floats(-500, 5_000)] * 6),
    st.floats(0, 60_000),
)
def test_it_is_a_probability_whatever_is_known(
    text: str | None, sound: float | None, place: Expectation, prosody: Prosody | None, speech_ms: float
) -> None:
    assert 0.0 < judged(text, sound, place, prosody, speech_ms) < 1.0


def test_the_weights_survive_the_file() -> None:
    model = EndModel(Stage(0.5, {"brief": -1.0}), Stage(-0.25, {"ending:open": -2.0}), Stage(0.0, {"c1:を": -1.5}))
    assert EndModel.from_json(model.to_json({"made_by": "a test"})) == model


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"sound": {"bias": "x", "weights": {}}}', '{"sound": 3}'])
def test_a_damaged_file_is_told_in_japanese(text: str) -> None:
    with pytest.raises(EndModelError, match="インストールし直して"):
        EndModel.from_json(text)
