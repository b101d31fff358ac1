"""How confidential a turn is, and a conversation after it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from dialogue.llm.confidentiality import ConfidentialityClassifier, highest
from dialogue.llm.purpose import Confidentiality
from dialogue.llm.session import ModelSession


@dataclass(frozen=True)
class Found:
    kind: str


def finds(text: str) -> Sequence[Found]:
    return [Found(kind) for word, kind in (("田中", "name"), ("4111", "card")) if word in text]


CLASSIFIER = ConfidentialityClassifier(finds, {Confidentiality.SECRET: ("極秘プラン",)})


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("営業時間を教えてください", "public"),
        ("暗証番号を忘れてしまいました", "public"),
        ("パスワードの変え方を教えてください", "public"),
        ("パスワードを忘れてiPhoneで開けません", "public"),
        ("社外秘の資料を見たのですが", "internal"),
        ("田中と申します", "personal"),
        ("来月入院するので休止できますか", "personal"),
        ("口座を変えたいのですが", "personal"),
        ("4111 1111 1111 1111です", "secret"),
        ("暗証番号は1234です", "secret"),
        ("暗証番号は１２３４です", "secret"),
        ("暗証番号はイチニーサンヨンです", "secret"),
        ("暗証番号は、いち、に、さん、よんで登録しました", "secret"),
        ("暗証番号は一二三四です", "secret"),
        ("パスワードはsakura です", "secret"),
        ("パスワードがabc99xなんですが", "secret"),
        ("極秘プランについて", "secret"),
    ],
)
def test_a_turn_is_as_confidential_as_what_it_holds(text: str, level: str) -> None:
    assert CLASSIFIER.of_turn(text).value == level


def test_a_prompt_is_judged_by_what_was_found_and_not_by_the_titles_in_it() -> None:
    assert CLASSIFIER.of_prompt("候補: 1 口座振替の変更\n発話: 変えたい") is Confidentiality.PUBLIC
    assert CLASSIFIER.of_prompt("候補: 1 口座振替の変更\n発話: 田中です") is Confidentiality.PERSONAL


def test_a_conversation_keeps_the_highest() -> None:
    session = ModelSession(CLASSIFIER)
    assert session.confidentiality is Confidentiality.PUBLIC
    assert session.hear("田中と申します") is Confidentiality.PERSONAL
    assert session.hear("営業時間は") is Confidentiality.PUBLIC
    assert session.confidentiality is Confidentiality.PERSONAL


def test_what_nobody_heard_counts_when_it_stands_in_the_prompt() -> None:
    session = ModelSession(CLASSIFIER)
    assert session.confidentiality_of("発話: 4111です") is Confidentiality.SECRET
    assert session.confidentiality is Confidentiality.PUBLIC


def test_the_highest_of_none_is_public() -> None:
    assert highest() is Confidentiality.PUBLIC
