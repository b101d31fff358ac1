"""What a caller took back goes; answers, contrasts and emphasis stay: 40 pairs and more."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.turn.heard_text import HeardTextReader
from voice.turn.repairs import RepairKind, separate_repairs

REPAIRED = [
    ("090、いや080の1234の5678です", "080の1234の5678です"),
    ("090の1234の、いや1235の5678", "090の1235の5678"),
    ("090の1234の5678、あ、すみません、080の1234の5678です", "080の1234の5678です"),
    ("三日、じゃなくて四日です", "四日です"),
    ("三日じゃなくて四日です", "四日です"),
    ("三日に、いや四日にお願いします", "四日にお願いします"),
    ("十時、いや十一時に", "十一時に"),
    ("午後三時じゃなくて四時です", "四時です"),
    ("五千円、いや六千円でした", "六千円でした"),
    ("二名、すみません、三名です", "三名です"),
    ("昨日、いや一昨日です", "一昨日です"),
    ("月曜、じゃなくて火曜に", "火曜に"),
    ("来週の月曜、違う、来週の火曜で", "来週の火曜で"),
    ("十一月二十五日、失礼、二十六日です", "二十六日です"),
    ("解約、あ違う、変更したいんですけど", "変更したいんですけど"),
    ("東京、じゃなくて大阪です", "大阪です"),
    ("電話を、あ、違う、住所を変えたい", "住所を変えたい"),
    ("料金、じゃなくて、契約について", "契約について"),
    ("み、みなと通信の件で", "みなと通信の件で"),
    ("ぷ、プランを変えたい", "プランを変えたい"),
    ("す、すみません", "すみません"),
    ("料金、料金のことで", "料金のことで"),
    ("住所を、住所を変更したい", "住所を変更したい"),
    ("請求書が、請求書が届きません", "請求書が届きません"),
]
MEANT = [
    "いや、違います",
    "いいえ、違います",
    "違います",
    "いや、三日です",
    "違います、四日です",
    "はい、はい",
    "はい、はい、そうです",
    "いえ、結構です",
    "光回線じゃなくてモバイルです",
    "三名で、いや、いいです",
    "それは違うと思います",
    "すみません、三日なんですけど",
    "090の1234の5678です",
    "1234、1234です",
    "いち、いちにさんよん",
    "三日か四日です",
    "三日と四日です",
    "二名と子供一名です",
    "三千円じゃないです",
    "解約じゃないです",
    "もしもし、もしもし",
    "ありがとう、ありがとうございます",
    "五時、閉店は六時ですか",
    "嫌なんです",
    "間違えて三千円払いました",
    "いやー困りました",
]


@pytest.mark.parametrize(("said", "meant"), REPAIRED)
def test_what_was_taken_back_goes(said: str, meant: str) -> None:
    assert separate_repairs(said).plain == meant


@pytest.mark.parametrize("said", MEANT)
def test_answers_contrasts_and_lists_stay(said: str) -> None:
    assert separate_repairs(said).plain == said


def test_both_forms_and_what_was_removed_are_kept() -> None:
    repaired = separate_repairs("三日、じゃなくて四日です")
    assert (repaired.verbatim, repaired.plain) == ("三日、じゃなくて四日です", "四日です")
    assert [(r.kind, r.removed) for r in repaired.repairs] == [(RepairKind.CORRECTION, "三日、じゃなくて")]


def test_the_mind_gets_neither_fillers_nor_repairs_and_numbers_as_written() -> None:
    heard = HeardTextReader().read("えっと090、いや080の1234の5678です")
    assert heard.plain == "080-1234-5678です"
    assert (heard.fillers, [v.canonical for v in heard.values]) == (("えっと",), ["08012345678"])


def test_idioms_reach_the_mind_as_they_were_said() -> None:
    assert HeardTextReader().read("あの、一番安いプランを一緒に").plain == "一番安いプランを一緒に"


@given(st.text(alphabet="三日四いや、じゃなくて違う。料金みな0123の", max_size=30) | st.text(max_size=30))
def test_any_text_is_read_and_nothing_is_invented(said: str) -> None:
    repaired = separate_repairs(said)
    assert set(repaired.plain) <= set(said)
    assert len(repaired.plain) + sum(len(r.removed) for r in repaired.repairs) == len(said)
