"""What is personal in a text, and what is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.privacy.checksums import is_card, is_my_number
from dialogue.privacy.finder import PersonalFinder, find_personal
from dialogue.privacy.kinds import PersonalKind


def found(text: str, hint: PersonalKind | None = None) -> list[tuple[str, str]]:
    return [(span.kind.value, text[span.start : span.end]) for span in find_personal(text, hint)]


def value(text: str) -> str:
    (span,) = find_personal(text)
    return span.value


@pytest.mark.parametrize(
    "said",
    [
        "090-1234-5678です",
        "０９０－１２３４－５６７８です",
        "ゼロキュウゼロのイチニーサンヨンのゴーロクナナハチです",
        "ゼロキューゼロの一二三四の五六七八です",
        "れいきゅうれい、いちにさんよん、ごろくななはち",
        "まるきゅうまるの1234の5678",
        "〇九〇一二三四五六七八です",
        "〇九〇ハイフン一二三四ハイフン五六七八",
        "090と1234と5678でお願いします",
        "+81 90 1234 5678",
        "ゼロキューゼロの十二三四の五六七八",
    ],
)
def test_a_telephone_number_is_the_same_however_it_is_said(said: str) -> None:
    (span,) = find_personal(said)
    assert (span.kind, span.value) == (PersonalKind.PHONE, "09012345678")


def test_a_particle_after_a_number_is_no_digit() -> None:
    assert found("090-1234-5678に電話してください") == [("phone", "090-1234-5678")]


@pytest.mark.parametrize(
    "said",
    [
        "4111111111111111",
        "4111 1111 1111 1111です",
        "4111-1111-1111-1111",
        "よんいちいちいちのいちいちいちいちのいちいちいちいちのいちいちいちいち",
        "四一一一、一一一一、一一一一、一一一一",
    ],
)
def test_a_card_number_is_found_by_its_check_digit(said: str) -> None:
    assert [(span.kind.value, span.value) for span in find_personal(said)] == [("card", "4111111111111111")]


def test_a_card_number_that_was_misheard_is_still_one() -> None:
    assert found("カード番号は4111 1111 1111 1112です") == [("card", "4111 1111 1111 1112")]


def test_a_code_after_a_card_number_is_its_security_code() -> None:
    assert found("4111 1111 1111 1111、裏の3桁は123") == [("card", "4111 1111 1111 1111"), ("card_code", "123")]


@pytest.mark.parametrize(
    ("said", "kind", "secret"),
    [
        ("セキュリティコードは123です", "card_code", "123"),
        ("セキュリティーコードは百二十三です", "card_code", "百二十三"),
        ("暗証番号はゼロイチニーサンです", "pin", "ゼロイチニーサン"),
        ("パスワードはabc123です", "pin", "abc123"),
        ("マイナンバーは1234-5678-9018です", "my_number", "1234-5678-9018"),
        ("123456789018", "my_number", "123456789018"),
        ("口座番号は1234567です", "account", "1234567"),
        ("港銀行本店の普通1234567", "account", "1234567"),
        ("郵便番号は一〇六の〇〇三二です", "postal_code", "一〇六の〇〇三二"),
        ("会員番号は12345です", "member_no", "12345"),
        ("生年月日は昭和五十三年三月四日です", "birth_date", "昭和五十三年三月四日"),
        ("1980年5月6日生まれです", "birth_date", "1980年5月6日"),
        ("taro.yamada@example.comに送ってください", "email", "taro.yamada@example.com"),
        ("タロウアットマークエグザンプルドットコムです", "email", "タロウアットマークエグザンプルドットコム"),
        ("大阪府高槻市奈佐原２丁目１－２です", "address", "大阪府高槻市奈佐原２丁目１－２"),
        ("住所は東京都千代田区丸の内一丁目二の三です", "address", "東京都千代田区丸の内一丁目二の三"),
        ("佐藤と申します", "name", "佐藤"),
        ("私、渡辺です", "name", "渡辺"),
        ("みなと商事の高橋と申しますが", "name", "高橋"),
        ("名前は小鳥遊です", "name", "小鳥遊"),
        ("森と申します", "name", "森"),
        ("やまだたろうと申します", "name", "やまだたろう"),
        ("担当の鈴木さんをお願いします", "name", "鈴木"),
        ("契約者は佐々木健太です", "name", "佐々木健太"),
    ],
)
def test_what_is_personal_is_found(said: str, kind: str, secret: str) -> None:
    assert found(said) == [(kind, secret)]


@pytest.mark.parametrize(
    "said",
    [
        "料金は2,970円で、毎月25日に引き落とします",
        "20ギガで月額2,970円のプランです",
        "名義は変更できますか",
        "住所は変更できますか",
        "お名前は何ですか",
        "解約したいと申しましたが",
        "暗証番号は4桁です",
        "暗証番号を3回間違えました",
        "クレジットカードで2970円払いました",
        "11月25日の午後3時半に2名でお願いします",
        "0120-000-371へお電話ください",
        "大阪府高槻市に住んでいます",
        "これにしようと思います",
        "550e8400-e29b-41d4-a716-446655440000",
    ],
)
def test_what_is_nobodys_own_is_left(said: str) -> None:
    assert found(said) == []


def test_what_is_allowed_is_left() -> None:
    finder = PersonalFinder(["光", "03-0000-3710"])
    assert finder.find("光さんの03-0000-3710です") == ()


@pytest.mark.parametrize(
    ("said", "hint", "secret"),
    [
        ("森です", PersonalKind.NAME, "森"),
        ("はい、やまだたろうです", PersonalKind.NAME, "やまだたろう"),
        ("えっと、123の4567です", PersonalKind.PHONE, "123の4567"),
        ("港区の三の二です", PersonalKind.ADDRESS, "港区の三の二"),
        ("昭和五十三年三月四日です", PersonalKind.BIRTH_DATE, "昭和五十三年三月四日"),
        ("一二三です", PersonalKind.CARD_CODE, "一二三"),
    ],
)
def test_an_answer_to_what_was_asked_is_that(said: str, hint: PersonalKind, secret: str) -> None:
    assert found(said, hint) == [(hint.value, secret)]


@pytest.mark.parametrize("said", ["なぜ必要なんですか", "わかりません", "オペレーターをお願いします"])
@pytest.mark.parametrize("hint", list(PersonalKind))
def test_another_question_is_no_answer(said: str, hint: PersonalKind) -> None:
    assert found(said, hint) == []


NUMERALS = st.text("百千十万一二三せんびゃくひゃくじゅうにろっはっさんのと、- 0123ーいちぜ", max_size=40)


@pytest.mark.parametrize("said", ["百万円です", "二千万人", "ぜんぜん分かりません", "思い出せません", "3つ以上"])
def test_an_amount_in_words_is_nobodys_own(said: str) -> None:
    assert found(said) == []


@given(st.one_of(st.text(max_size=60), NUMERALS), st.sampled_from([None, *PersonalKind]))
def test_spans_are_in_order_inside_the_text_and_apart(text: str, hint: PersonalKind | None) -> None:
    end = 0
    for span in find_personal(text, hint):
        assert end <= span.start < span.end <= len(text)
        end = span.end


@given(st.text("0123456789", min_size=1, max_size=20))
def test_one_wrong_digit_of_a_card_or_my_number_is_noticed(digits: str) -> None:
    changed = digits[:-1] + str((int(digits[-1]) + 1) % 10)
    assert not (is_card(digits) and is_card(changed))
    # Two check digits differ only where the rest stands for both 0 and 1.
    assert not (is_my_number(digits) and is_my_number(changed))
