"""What is written of a call holds no secret."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.privacy.kinds import PersonalKind
from dialogue.privacy.redactor import Redactor
from dialogue.privacy.refusal import REFUSALS, offers_secret, refusal, refuses

CARD = "4111111111111111"


def test_a_card_and_its_code_become_tokens() -> None:
    said = "カード番号は4111 1111 1111 1111、セキュリティコードは123です"
    assert Redactor().text(said) == "カード番号は〈カード番号〉、セキュリティコードは〈セキュリティコード〉です"


def test_what_is_personal_but_no_secret_stays_and_is_marked() -> None:
    redactor = Redactor()
    said = redactor.text("佐藤です。電話は090-1234-5678、カードは4111 1111 1111 1111です")
    assert "佐藤" in said
    assert "090-1234-5678" in said
    marked = [(span["kind"], said[span["start"] : span["end"]]) for span in redactor.personal(said)]
    assert marked == [("name", "佐藤"), ("phone", "090-1234-5678"), ("card", "〈カード番号〉")]


def test_the_same_digits_are_known_again_where_no_word_announces_them() -> None:
    event: dict[str, Any] = {"text": "セキュリティコードは123です", "values": ["123"], "evidence": {"heard": ["1 2 3"]}}
    assert "123" not in json.dumps(Redactor().data(event)).replace(" ", "")


def test_a_card_that_was_written_with_a_digit_missing_is_taken_for_the_same() -> None:
    event = {
        "text": "5183 7064 1907 9116です",
        "values": [{"canonical": "183706419079116", "display": "183706419079116"}],
    }
    assert not re.search("[0-9]{3}", str(Redactor().data(event)["values"]))


def test_a_point_card_is_no_payment_card() -> None:
    assert Redactor().text("ポイントカードの番号は12345678です") == "ポイントカードの番号は12345678です"


def test_a_number_after_a_turn_that_broke_off_is_what_was_announced() -> None:
    redactor = Redactor()
    redactor.heard("カード番号は")
    redactor.heard("4111 1111")
    assert redactor.text("4111 1111です") == "〈カード番号〉です"
    redactor.heard("1111 1111")
    assert redactor.text("1111 1111") == "〈カード番号〉"
    redactor.heard("プランを変えたいです")
    redactor.heard("300です")
    assert redactor.text("300です") == "300です"


def test_the_answer_to_a_question_for_a_code_is_a_secret() -> None:
    redactor = Redactor()
    redactor.expect(PersonalKind.PIN)
    redactor.heard("0123です")
    assert redactor.text("0123です") == "〈暗証番号〉です"


@pytest.mark.parametrize("until", range(1, len("カード番号は4111 1111 1111 1111") + 1))
def test_words_that_are_still_being_said_show_no_more_of_a_card_than_its_issuer(until: int) -> None:
    for said in ("カード番号は4111 1111 1111 1111", "4111 1111 1111 1111"):
        shown = Redactor().partial(said[:until])
        assert len(re.sub("[^0-9]", "", shown)) <= 4


def test_keys_after_the_first_are_not_shown() -> None:
    redactor = Redactor()
    assert "".join(map(redactor.key, "1234")) == "1＊＊＊"
    assert redactor.keys("1234") == "1234"
    assert redactor.key("1") == "1"
    assert redactor.keys("1") == "1"


def test_a_card_in_keys_hides_it_and_what_is_pressed_after_it() -> None:
    redactor = Redactor()
    assert redactor.keys(CARD) == "〈カード番号〉"
    assert redactor.key("1") == "＊"
    assert redactor.keys("123") == "〈カード番号〉"


def test_once_a_card_was_said_no_longer_number_of_keys_is_written() -> None:
    redactor = Redactor()
    redactor.heard("カード番号は4111 1111 1111 1111です")
    assert redactor.key("1") == "＊"
    assert redactor.keys("123") == "〈カード番号〉"
    assert redactor.keys("1") == "1"


@given(st.text(max_size=60))
def test_redacting_again_changes_nothing(text: str) -> None:
    redactor = Redactor()
    once = redactor.data({"text": text})
    assert redactor.data(once) == once


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("カード番号は4111 1111 1111 1111でコードは123です", PersonalKind.CARD),
        ("セキュリティコードは123です", PersonalKind.CARD_CODE),
        ("暗証番号は0123です", PersonalKind.PIN),
        ("マイナンバーは123456789018です", PersonalKind.MY_NUMBER),
        ("カード番号は〈カード番号〉です", PersonalKind.CARD),
        ("カードで払えますか", None),
        ("電話番号は090-1234-5678です", None),
    ],
)
def test_what_is_refused(said: str, kind: PersonalKind | None) -> None:
    assert refuses(said) is kind
    assert kind is None or refusal(kind) in REFUSALS


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("クレジットカードの番号をここで言えばいいですか", PersonalKind.CARD),
        ("カード番号を言います", PersonalKind.CARD),
        ("カード番号、お伝えしましょうか", PersonalKind.CARD),
        ("支払いのカードを変えたいので番号を言いますね", PersonalKind.CARD),
        ("クレカの番号は電話で教えればいいの", PersonalKind.CARD),
        ("じゃあカードの番号を読み上げますので", PersonalKind.CARD),
        ("カードの番号って口頭で言っても大丈夫ですか", PersonalKind.CARD),
        ("セキュリティコードも言いましょうか", PersonalKind.CARD_CODE),
        ("暗証番号を言えばいいんですか", PersonalKind.PIN),
        ("パスワードを伝えたらやってもらえますか", PersonalKind.PIN),
        ("マイナンバーを申し上げます", PersonalKind.MY_NUMBER),
        ("カードを変更したい", None),
        ("カードの番号が変わった", None),
        ("カードの番号が変わったので登録し直したいんです", None),
        ("カード番号の変更方法を教えてください", None),
        ("カード番号はどこで確認できますか", None),
        ("カード番号を教えてください", None),
        ("カード番号を登録したい", None),
        ("暗証番号を忘れた", None),
        ("暗証番号を教えてもらえますか", None),
        ("パスワードを入力すればいいですか", None),
        ("SIMカードの番号を言えばいいですか", None),
        ("ポイントカードの番号を言います", None),
        ("カードで払うので電話番号を言いますね", None),
        ("電話番号を言います", None),
        ("予約番号を言えばいいですか", None),
        ("お客様番号をお伝えします", None),
        ("マイナンバーカードは本人確認に使えますか", None),
        ("メールでカード番号を教えてしまいました", None),
        ("知らない人にパスワードを言えばいいと言われました", None),
    ],
)
def test_who_is_about_to_tell_a_secret_is_stopped(said: str, kind: PersonalKind | None) -> None:
    assert offers_secret(said) is kind
    assert refuses(said) is kind


@pytest.mark.parametrize("piece", ["カード", "カード番号を", "番号", "言え", "パスワード、"])
def test_no_words_however_long_keep_the_refusal_busy(piece: str) -> None:
    assert offers_secret(piece * 1_000 + "x") is None
