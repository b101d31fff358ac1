"""What a call's masking remembers, and how it comes back."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.llm.call_masker import CallMasker
from dialogue.privacy.kinds import PersonalKind
from dialogue.privacy.pseudonyms import Pseudonyms


def masker() -> CallMasker:
    return CallMasker(Pseudonyms())


def test_a_remembered_answer_is_masked_wherever_it_stands_and_restored() -> None:
    call = masker()
    call.remember(PersonalKind.NAME, "みなみ")
    masked = call.mask("お客様: みなみです。みなみで登録しました。")
    assert masked == "お客様: 〈お名前101〉です。〈お名前101〉で登録しました。"
    assert call.restore(masked) == "お客様: みなみです。みなみで登録しました。"


def test_a_longer_value_is_masked_before_one_that_stands_in_it() -> None:
    call = masker()
    call.remember(PersonalKind.NAME, "みな")
    call.remember(PersonalKind.NAME, "みなみ")
    assert "み" not in call.mask("みなみです")


def test_a_remembered_secret_does_not_come_back() -> None:
    call = masker()
    call.remember(PersonalKind.PIN, "ほたるいか")
    masked = call.mask("ほたるいかです")
    assert masked == "〈暗証番号〉です"
    assert call.restore(masked) == masked


@pytest.mark.parametrize(
    "turn",
    ["山田の家族ですが、名義を変えたい", "小林の主人なんですけど", "ヤマモトの妻です", "松本の家族です", "林ですけど"],
)
def test_a_name_that_nothing_introduces_is_masked_by_the_dictionary(turn: str) -> None:
    call = masker()
    masked = call.mask(turn)
    assert not any(name in masked for name in ("山田", "林", "ヤマモト", "松本", "清水"))
    assert call.restore(masked) == turn


@pytest.mark.parametrize("turn", ["光回線の解約の方法を教えてください", "みなと通信のプランを変えたい", "候補: 1 解約"])
def test_words_of_a_question_stay_as_they_are(turn: str) -> None:
    assert masker().mask(turn) == turn


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["田中です。", "みなみ", "090-1234-5678", "解約", "〈お名前1〉", "、", "山田の家族"]),
        max_size=8,
    )
)
def test_masking_again_changes_nothing(parts: list[str]) -> None:
    call = masker()
    call.remember(PersonalKind.NAME, "みなみ")
    once = call.mask("".join(parts))
    assert call.mask(once) == once
