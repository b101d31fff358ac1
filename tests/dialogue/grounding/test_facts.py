from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.grounding.check import GroundingChecker
from dialogue.grounding.facts import FactKind
from dialogue.grounding.numbers import numbers_in, phones_in
from dialogue.normalize import normalize

_DIGITS = "〇一二三四五六七八九"


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("二千九百七十円と2970円と2,970円と２９７０円", ["2970円"] * 4),
        ("月3ギガまで", ["月3GBまで"]),
        ("20GB", ["20GB"]),
        ("約2万か所", ["約20000か所"]),
        ("1億2000万円", ["120000000円"]),
        ("3分8円80銭", ["3分", "8円", "80銭"]),
        ("毎月25日までに、翌月1日から", ["毎月25日まで", "翌月1日から"]),
        ("午前9時から午後6時まで", ["午前9時から", "午後6時まで"]),
        ("第3水曜日", ["第3水曜"]),
        ("18歳未満、60歳以上、三親等以内", ["18歳未満", "60歳以上", "3親等以内"]),
        ("一括で、一度、万一、一覧、一般", []),
        ("1.5倍の20%", ["1.5倍", "20%"]),
        ("お二人の", ["2人"]),
    ],
)
def test_numbers_are_read_with_what_is_counted_and_their_bounds(text: str, numbers: list[str]) -> None:
    assert [number.canonical for number in numbers_in(normalize(text))] == numbers


def test_a_telephone_number_is_no_number() -> None:
    text = normalize("０１２０－１２３－４５６へ")

    assert [digits for digits, _, _ in phones_in(text)] == ["0120123456"]
    assert numbers_in(text) == ()


@settings(deadline=None)
@given(st.integers(1, 99_999_999))
def test_an_amount_is_the_same_however_it_is_written(amount: int) -> None:
    ways = {numbers_in(f"{written}円")[0].value for written in (str(amount), f"{amount:,}", _kanji(amount))}

    assert ways == {str(amount)}


def _kanji(amount: int) -> str:
    text = ""
    for unit, name in ((10**4, "万"), (1, "")):
        part = amount // unit % 10_000
        for place, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
            digit = part // place % 10
            if digit:
                text += ("" if digit == 1 and sign else _DIGITS[digit]) + sign
        text += name if part else ""
    return text


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("月曜と祝日です。", FactKind.DATE, "祝日"),
        ("月末です。", FactKind.DATE, "月末"),
        ("みなとミニです。", FactKind.NAME, "みなとミニ"),
        ("画面の「お忘れのかた」です。", FactKind.NAME, "お忘れのかた"),
        ("手数料はかかりません。", FactKind.NEGATION, "ない"),
        ("お伝えすることはいたしかねます。", FactKind.NEGATION, "ない"),
        ("手数料は無料です。", FactKind.NEGATION, "無料"),
        ("お急ぎの場合は承ります。", FactKind.CONDITION, "場合"),
        ("マンションは1ギガのみです。", FactKind.CONDITION, "のみ"),
    ],
)
def test_every_kind_of_fact_is_found(checker: GroundingChecker, text: str, kind: FactKind, value: str) -> None:
    assert (kind, value) in {(fact.kind, fact.value) for fact in checker.facts.facts(text)}


def test_an_apology_denies_nothing(checker: GroundingChecker) -> None:
    facts = checker.facts.facts("申し訳ございません。ご利用いただけます。")

    assert not [fact for fact in facts if fact.kind in (FactKind.NEGATION, FactKind.CONDITION)]
