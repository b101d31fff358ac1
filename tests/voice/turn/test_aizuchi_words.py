"""Which words over the agent are aizuchi, and which take the turn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.turn.aizuchi_words import WordsSay, judge_words

AIZUCHI = [
    "はい",
    "はい。",
    "ハイ",
    "はーい",
    "はい、はい",
    "はいはいはい",
    "ええ",
    "えー",
    "ええ、ええ。",
    "うん",
    "うんうん",
    "うーん",
    "そうですか",
    "そうですか。",
    "そうですね",
    "そうですねえ",
    "そうなんですね",
    "そうなんですか",
    "そっか",
    "そうか",
    "なるほど",
    "なるほどね",
    "なるほどですね",
    "ナルホド",
    "成る程",
    "へえ",
    "へー",
    "はあ",
    "ほう",
    "ほうほう",
    "ふーん",
    "あーはい",
    "あ、はい。",
    "ああ、そうですか",
    "はい、そうですか",
    "はい、なるほど",
    "そうそう",
    "ああ、なるほど。",
    "灰",
    "確かに",
]

INTERRUPTIONS = [
    "違います",
    "違います。",
    "ちょっと待ってください",
    "いや",
    "いや、違う",
    "いいえ",
    "いえいえ",
    "そうじゃなくて",
    "そうではなくて",
    "はい、あの解約したいんですけど",
    "ええと、質問なんですが",
    "すみません",
    "あのー",
    "えーと",
    "それはいくらですか",
    "もう結構です",
    "人に代わってください",
    "オペレーター",
    "待って",
    "もう一度お願いします",
    "なるほど、じゃあ料金は",
    "本当ですか",
    "廃止ですか",
    "配達",
    "うちのルーター",
    "運転免許",
    "そうですが違います",
    "はい違います",
    "法人",
    "映像",
]


@pytest.mark.parametrize("text", AIZUCHI)
def test_words_of_a_listener_are_aizuchi(text: str) -> None:
    assert judge_words(text) is WordsSay.AIZUCHI


@pytest.mark.parametrize("text", INTERRUPTIONS)
def test_anything_beyond_them_takes_the_turn(text: str) -> None:
    assert judge_words(text) is WordsSay.INTERRUPTION


@pytest.mark.parametrize("text", ["", " ", "。", "…", "、、"])
def test_no_words_say_nothing(text: str) -> None:
    assert judge_words(text) is WordsSay.NOTHING


@given(st.lists(st.sampled_from(AIZUCHI), min_size=1, max_size=5))
def test_aizuchi_upon_aizuchi_is_still_aizuchi(words: list[str]) -> None:
    assert judge_words("、".join(words)) is WordsSay.AIZUCHI


@given(st.text(max_size=60))
def test_any_text_gets_a_verdict(text: str) -> None:
    assert judge_words(text) in WordsSay
