"""What the last words of a caller say about the end of the turn: a table of natural telephone Japanese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice.turn.endings import Ending, EndingReader
from voice.turn.expectation import Expectation
from voice.turn.morphemes import shared_morphemes

COMPLETE = """
料金プランを教えてください
もう一度お願いします
解約したいです
解約したいんです
請求書が届いていません
昨日から電話がつながりません
機種変更はできますか
何時まで営業していますか
どうすればいいですか
それはいくらになりますか
住所変更の手続きをお願いいたします
オペレーターにつないでください
担当の方に代わっていただけますか
支払い方法を変更したい
ポイントを使いたいんですよね
もう払いましたよ
そうですね
はい、そうです
はい
いいえ
ええ
うん
はいはい
いや
大丈夫です
結構です
違います
わかりました
ありがとうございました
パスワードを忘れてしまいました
領収書を送ってもらえませんか
キャンペーンはいつまでですか
工事の日程を変えてほしい
工事は明日でしたよね
どうすればいいの
いつ届くの
なんで使えないんですか
いくら
これってどこで確認できるんでしょうか
もう届いてるかな
まだかかりますかね
解約金はかかるんでしょうか
海外でも使えますか
名義を変えたいんですよ
お願い
人
オペレーター
もしもし
よろしくお願いします
えーと、解約したいです
家族割ってありますか。
それでお願いします
明日の午前中でお願いできますか
間違えて契約しちゃったんだよね
この前買ったばっかりなんだよ
""".splitlines()

SOFT = """
料金が知りたいんですけど
解約したいんですけど
解約したいんですけれども
先月の請求が高かったんですが
インターネットがつながらないのですが
住所が変わったのですが
スマホを落としたんだけど
まだ商品が届かないんですけども
名前を変更したいのですが
機種変更したいと思っているんですけどね
来月引っ越しますので
確認をお願いしたいので
もう結構ですから
料金を教えて
ちょっと待って
人に代わって
ネットがつながらない
画面が割れた
電源が入らない
もう届いた
ルーターのランプが赤い
請求書の件なんですけど
""".splitlines()

OPEN = """
料金が
料金プランは
請求書を
みなと通信の
来月から
引っ越しで
東京都に
ポイントも
契約して
変更して
解約するので
引っ越すので
電話が壊れたから
高いから
そちらのホームページで見たら
もし解約したら
それで
だから
でも
あと
で
あのプランと
家族と一緒に
すみません
すみませんが
あの、すみません
お忙しいところすみません
ちょっとお聞きしたいんですけど
お伺いしたいことがあるんですが
質問があるんですけど
相談なんですが
一つ確認したいんですけど
ちょっと教えてほしいんですけど
申し訳ないんですが
昨日、
住所が変わって
お願いし
解約し
海外に行くとか
この
料金プランについて
先月の請求で
母の代わりに
支払いっていうのは
""".splitlines()

FILLER = """
えーと
えっと
あのー
そのー
まあ
なんか
うーん
えーと、あの
えーっと、そのー
請求書の、えーと
住所が、あのー
それで、あの
料金が、なんか
あのですね
えっとですね
解約の、その
""".splitlines()

DIGITS_OPEN = """
090
ゼロキューゼロ
ゼロ九ゼロの
090-1234
090の1234の
090-1234-567
電話番号は090
えーと、080の
0120
03-1234
ゼロ三の一二三四
090ハイフン
いちにさん
123
""".splitlines()

DIGITS_DONE = """
090-1234-5678
09012345678
ゼロキューゼロ、一二三四、五六七八
電話番号は070の1234の5678
03-1234-5678
0312345678
0120-123-456
0570012345
105-0011
1050011
ぜろきゅうぜろいちにさんよんごーろくななはち
""".splitlines()

UNKNOWN = """
料金プランの変更
先月の請求書
新しいルーター
インターネットの解約
""".splitlines()


def rows() -> list[tuple[str, Ending]]:
    table = {
        Ending.COMPLETE: COMPLETE,
        Ending.SOFT: SOFT,
        Ending.OPEN: OPEN,
        Ending.FILLER: FILLER,
        Ending.DIGITS_OPEN: DIGITS_OPEN,
        Ending.DIGITS_DONE: DIGITS_DONE,
        Ending.UNKNOWN: UNKNOWN,
    }
    return [(text, ending) for ending, texts in table.items() for text in texts if text]


@pytest.fixture(scope="module")
def reader() -> EndingReader:
    return EndingReader(shared_morphemes())


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len(rows()) >= 120


@pytest.mark.parametrize(("text", "ending"), rows())
def test_the_last_words_say_how_the_turn_stands(reader: EndingReader, text: str, ending: Ending) -> None:
    view = reader.read(text)
    assert view.ending is ending, view


@pytest.mark.parametrize("text", ["料金のことですが。", "解約したいです。", "はい。", "はい！"])
def test_the_recognisers_punctuation_changes_nothing(reader: EndingReader, text: str) -> None:
    assert reader.read(text) == reader.read(text.rstrip("。！"))


def test_few_digits_count_as_dictation_only_where_digits_are_awaited(reader: EndingReader) -> None:
    assert reader.read("03", Expectation.DIGITS).ending is Ending.DIGITS_OPEN
    assert reader.read("プラン3").ending is Ending.UNKNOWN


def test_a_number_followed_by_desu_is_complete(reader: EndingReader) -> None:
    assert reader.read("090の1234の5678です", Expectation.DIGITS).ending is Ending.COMPLETE


@pytest.mark.parametrize("text", ["山田", "山田太郎", "二番", "料金プラン"])
def test_a_noun_is_an_answer_where_one_was_asked_for(reader: EndingReader, text: str) -> None:
    assert reader.read(text, Expectation.CHOICE).ending is Ending.COMPLETE


def test_no_words_say_nothing(reader: EndingReader) -> None:
    assert reader.read(" 。").ending is Ending.UNKNOWN


@given(st.text(max_size=60), st.sampled_from(Expectation))
def test_any_text_at_all_has_an_ending(text: str, expectation: Expectation) -> None:
    assert EndingReader().read(text, expectation).rule


@given(st.text(alphabet="はがをにでとのもてけどかねよですますえーとあの、。0129 ", max_size=24))
def test_reading_twice_says_the_same(text: str) -> None:
    reader = EndingReader()
    assert reader.read(text) == reader.read(text)
