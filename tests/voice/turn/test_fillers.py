"""Fillers leave, demonstratives stay: 40 pairs and more of natural telephone Japanese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.turn.fillers import FillerFilter, strip_fillers

FILLERS = [
    ("えーと、料金を教えてください。", "料金を教えてください。"),
    ("えっと解約したいんですけど", "解約したいんですけど"),
    ("ええと、山田です", "山田です"),
    ("えー、本日は", "本日は"),
    ("えーっと、090", "090"),
    ("あのー、すみません", "すみません"),
    ("あの、すみません", "すみません"),
    ("あのすみません", "すみません"),
    ("あのう、もしもし", "もしもし"),
    ("あのですね、届いてないんです", "届いてないんです"),
    ("あの何時までですか", "何時までですか"),
    ("あの明日は休みですか", "明日は休みですか"),
    ("あのお聞きしたいんですが", "お聞きしたいんですが"),
    ("その、プラン変更を", "プラン変更を"),
    ("そのーですね、請求書が", "請求書が"),
    ("請求書、あの、先月の", "請求書、先月の"),
    ("それ、その、あれです", "それ、あれです"),
    ("まあいいです", "いいです"),
    ("まあ、そうですね", "そうですね"),
    ("まぁなんとか", "なんとか"),
    ("なんか変な音がします", "変な音がします"),
    ("なんか、ネットが遅いんです", "ネットが遅いんです"),
    ("うーん、わかりません", "わかりません"),
    ("うーんと安いのがいい", "安いのがいい"),
    ("んー、どうしようかな", "どうしようかな"),
    ("んーと、番号は", "番号は"),
    ("あー、そうですか", "そうですか"),
    ("えっとですね、住所なんですけど", "住所なんですけど"),
]

MEANT = [
    "あの人に代わってください",
    "あの件はどうなりましたか",
    "その件ですが",
    "その新しいプランにしたい",
    "その日は空いていますか",
    "その後どうなりましたか",
    "そのまま使えますか",
    "あのプラン",
    "あのお店の場所は",
    "プランなんか知りません",
    "なんかを送ってください",
    "何か届きました",
    "まあまあです",
    "うん",
    "ええ、そうです",
    "はい",
    "うんと安いのがいい",
    "その料金を知りたい",
    "あの工事はいつですか",
]


@pytest.mark.parametrize(("said", "plain"), FILLERS)
def test_hesitation_is_taken_out(said: str, plain: str) -> None:
    assert strip_fillers(said) == plain


@pytest.mark.parametrize("said", MEANT)
def test_what_points_or_means_something_stays(said: str) -> None:
    assert strip_fillers(said) == said


@pytest.mark.parametrize("said", ["えーと", "うーん。", "その、あの、えーと", "あのー…", "まあ", "なんか"])
def test_nothing_but_fillers_leaves_nothing(said: str) -> None:
    assert FillerFilter().separate(said).only_fillers


def test_both_forms_are_kept() -> None:
    spoken = FillerFilter().separate("えーと、あの、解約を")
    assert (spoken.verbatim, spoken.plain) == ("えーと、あの、解約を", "解約を")
    assert spoken.fillers == ("えーと", "あの")


@given(st.text(alphabet="えーとあのそまなんかう、。人件料金はいですね", max_size=20))
def test_stripping_invents_no_character(said: str) -> None:
    assert set(strip_fillers(said)) <= set(said)


@given(st.text(max_size=40))
def test_any_text_can_be_stripped(said: str) -> None:
    assert isinstance(strip_fillers(said), str)
