import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dialogue.escalation.amounts import amounts_in
from dialogue.escalation.topics import Topic, forbidden_topic
from dialogue.normalize import normalize


@pytest.mark.parametrize(
    ("text", "amounts"),
    [
        ("5万円も請求された", (50_000,)),
        ("５０，０００円です", (50_000,)),
        ("五万円を返して", (50_000,)),
        ("三万五千円と二千円", (35_000, 2_000)),
        ("3万5千円", (35_000,)),
        ("1.5万円", (15_000,)),
        ("十二万三千四百五十六円", (123_456,)),
        ("百万払え", (1_000_000,)),
        ("8万請求されました", (80_000,)),
        ("3万5千も引かれています", (35_000,)),
        ("五百円", (500,)),
        ("二〇〇〇円", (2_000,)),
        ("1億円", (100_000_000,)),
        ("5万人が使っています", ()),
        ("2台で3ギガ", ()),
        ("0円のプラン", ()),
    ],
)
def test_amounts_are_read_as_they_are_said(text: str, amounts: tuple[int, ...]) -> None:
    assert amounts_in(text) == amounts


@settings(deadline=None)
@given(st.integers(min_value=1, max_value=999_999_999))
def test_any_amount_in_digits_is_read_back(yen: int) -> None:
    assert amounts_in(f"{yen}円です") == amounts_in(f"{yen:,}円です") == (yen,)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_words_whatever_break_the_reading_of_amounts(text: str) -> None:
    assert all(amount > 0 for amount in amounts_in(text))


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("御社を訴えたら裁判で勝てますか", Topic.LEGAL),
        ("慰謝料はいくら取れますか", Topic.LEGAL),
        ("この契約は違法じゃないですか", Topic.LEGAL),
        ("時効になるのは何年ですか", Topic.LEGAL),
        ("消費者契約法で取り消しできますか", Topic.LEGAL),
        ("ペースメーカーを使っていますがスマホを使っても大丈夫ですか", Topic.MEDICAL),
        ("頭痛がするんですが電磁波のせいでしょうか", Topic.MEDICAL),
        ("この薬を飲んでもいいですか", Topic.MEDICAL),
        ("妊娠中ですが電波の影響はありますか", Topic.MEDICAL),
        ("子どもがスマホ依存症なんですが治療は必要でしょうか", Topic.MEDICAL),
        ("みなと通信の株を買うべきですか", Topic.INVESTMENT),
        ("NISAのおすすめを教えてください", Topic.INVESTMENT),
        ("ビットコインは値上がりしますか", Topic.INVESTMENT),
        ("資産運用の相談に乗ってもらえますか", Topic.INVESTMENT),
        ("未成年がした契約って、法律上は無効にできるんですよね", Topic.LEGAL),
        ("遺留分っていくらもらえるんでしょうか", Topic.LEGAL),
        ("法律では払わなくていいんですよね", Topic.LEGAL),
        ("訴訟を起こしたら勝てますよね", Topic.LEGAL),
        ("電磁波って体に悪いんですよね", Topic.MEDICAL),
        ("みなと通信の株はこれから上がるんでしょ", Topic.INVESTMENT),
        ("病気で行けないので代わりの者が行きますよね", None),
        ("未成年でも契約できるんですよね", None),
        ("父が亡くなって相続の手続きをしたいんですよね", None),
        ("弁護士に相談します", None),
        ("料金プランを教えてください", None),
        ("株式会社なんですが法人契約できますか", None),
        ("契約者が病気で来店できません", None),
        ("スマホが熱いのですがどうすればいいですか", None),
        ("スマホの修理はいくらですか", None),
        ("設備投資のため工事が必要です", None),
        ("障害の補償はありますか", None),
    ],
)
def test_advice_that_a_contact_centre_must_not_give_is_known(text: str, topic: Topic | None) -> None:
    assert forbidden_topic(normalize(text)) is topic
