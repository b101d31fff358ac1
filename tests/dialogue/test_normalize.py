import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogue.normalize import normalize, strip_fillers

JAPANESE = st.text("あアがガヴゔー〜～－-々ゝゞヽヾ一日解約ｱｶﾞ0０Ａa ,、。？! 　\u200b", max_size=30)


@given(st.text(max_size=40) | JAPANESE)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("ｽﾏﾎのﾌﾟﾗﾝ", "スマホのプラン"),
        ("０１２０－１２３", "0120-123"),
        ("ＭＮＰ予約", "mnp予約"),
        ("スーパ～～", "スーパー"),
        ("ルータ－", "ルーター"),
        ("ヴァイオリン", "バイオリン"),
        ("佐々木", "佐佐木"),
        ("みすゞ", "みすず"),
        ("髙橋", "高橋"),
        ("解約 したい　です", "解約したいです"),
        ("wi-fi  router", "wi-fi router"),
        ("9:00-18:00", "9:00-18:00"),
    ],
)
def test_one_word_has_one_way_of_writing(written: str, normal: str) -> None:
    assert normalize(written) == normal


@pytest.mark.parametrize(
    ("said", "matter"),
    [
        ("えーと、解約したいんですけど", "解約したいんですけど"),
        ("すみません、ちょっとお聞きしたいのですが、請求書がほしいです", "請求書がほしいです"),
        ("あのー、プラン変更", "プラン変更"),
        ("えーと", "えーと"),
    ],
)
def test_fillers_and_opening_courtesies_are_taken_out(said: str, matter: str) -> None:
    assert strip_fillers(said) == matter


def test_a_demonstrative_is_not_a_filler() -> None:
    assert strip_fillers("あの料金プランはいくらですか") == "あの料金プランはいくらですか"
