import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.kana import Reader, morae, read_number


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader([("eSIM", "いーしむ"), ("みなと光", "みなとひかり")])


@pytest.mark.parametrize(
    ("digits", "said"),
    [
        ("0", "ゼロ"),
        ("10", "ジュウ"),
        ("300", "サンビャク"),
        ("608", "ロッピャクハチ"),
        ("3,980", "サンゼンキュウヒャクハチジュウ"),
        ("8800", "ハッセンハッピャク"),
        ("10000", "イチマン"),
        ("1000000", "ヒャクマン"),
        ("1.5", "イチテンゴ"),
        ("0120", "ゼロイチニゼロ"),
    ],
)
def test_numbers_are_read_as_they_are_said(digits: str, said: str) -> None:
    assert read_number(digits) == said


@given(st.integers(0, 10**12))
def test_every_whole_number_has_a_reading_in_katakana(number: int) -> None:
    assert re.fullmatch("[ァ-ヺー]+", read_number(str(number)))


@pytest.mark.parametrize(
    ("text", "kana"),
    [
        ("解約したいのですが。", "かいやくしたいのですが"),
        ("3,980円です", "さんぜんきゅうひゃくはちじゅうえんです"),
        ("三千円", "さんぜんえん"),
        ("一つ目と二つ目", "ひとつめとふたつめ"),
        ("1人", "ひとり"),
        ("4月8日", "しがつようか"),
        ("MNP", "えむえぬぴー"),
        ("eSIMとみなと光", "いーしむとみなとひかり"),
        ("", ""),
    ],
)
def test_text_is_read_in_kana(reader: Reader, text: str, kana: str) -> None:
    assert reader.hiragana(text) == kana


@pytest.mark.parametrize(
    ("misheard", "meant"),
    [("開訳したい", "カイヤクシタイ"), ("開約の手続き", "カイヤクノテツヅキ"), ("公座振りかえ", "コウザフリカエ")],
)
def test_kanji_that_make_no_word_are_also_read_sign_by_sign(reader: Reader, misheard: str, meant: str) -> None:
    assert meant in reader.readings(misheard)


def test_a_known_word_has_one_reading(reader: Reader) -> None:
    assert reader.readings("解約したいのですが") == ["カイヤクシタイノデスガ"]


@settings(max_examples=50)
@given(st.text(max_size=30))
def test_any_text_has_a_reading_in_katakana_alone(text: str) -> None:
    assert all(re.fullmatch("[ァ-ヺー]*", kana) for kana in READER.readings(text))


def test_threads_may_share_a_reader(reader: Reader) -> None:
    texts = ["解約したい", "請求書の再発行", "料金プランの変更"] * 30
    alone = [reader.katakana(text) for text in texts]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(reader.katakana, texts)) == alone


@pytest.mark.parametrize(("kana", "count"), [("キャッシュ", 3), ("トウキョウ", 4), ("ルーター", 4), ("", 0)])
def test_morae_are_counted_as_they_are_beaten(kana: str, count: int) -> None:
    assert morae(kana) == count


READER = Reader()
