"""Turns that no one has recorded: hesitations, openings, short answers and dictated numbers, written for this project.

`[400]` is 400 ms of silence within the turn. Two lists that share no sentence: the first one is for training, the
second for measuring. A script after `number` is a dictated number, and `place` is what the agent has asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from voice.turn.expectation import Expectation


@dataclass(frozen=True)
class TurnScript:
    """One turn to be spoken by a synthesiser, with its pauses."""

    text: str
    place: Expectation = Expectation.FREE
    number: bool = False


def _free(lines: str) -> tuple[TurnScript, ...]:
    return tuple(TurnScript(line.strip()) for line in lines.strip().splitlines())


def _asked(place: Expectation, lines: str, *, number: bool = False) -> tuple[TurnScript, ...]:
    return tuple(TurnScript(line.strip(), place, number) for line in lines.strip().splitlines())


TRAINING: Final = (
    *_free("""
    えーと、[600]先月の料金なんですけど、[500]高くなった理由を知りたいんです
    もしもし、[400]契約の内容を確認したいんですが
    あのー、[700]インターネットが、[400]昨日からつながらなくて、[500]困ってるんですけど
    すみません、[500]引っ越しをするので、[400]住所を変えたいです
    それから、[400]支払い方法も変えてください
    はい、[400]それと、[500]もう一つ聞きたいことがあるんですが
    そうですね、[600]じゃあ、[400]そのプランにします
    スマホを買い替えたいんですけど、[600]今のやつは下取りしてもらえるんでしょうか
    家族割引って、[500]離れて住んでいても使えますか
    うーん、[700]ちょっと考えます
    解約したいんですけど
    請求書が届かないんですが
    わかりました。ありがとうございます
    はい
    いいえ、[300]結構です
    ルーターのランプが、[400]えっと、[500]赤く光ってるんですけど、[600]どうしたらいいですか
    母の名義なんですけど、[500]私が手続きしてもいいですか
    お願いします
    ポイントを、[400]支払いに使うことって、[500]できるんですかね
    ちょっと待ってください
    """),
    *_asked(Expectation.YES_NO, "はい\nはい、お願いします\nいいえ\nいえ、[400]違います\nええ、そうです\nうん"),
    *_asked(Expectation.NAME, "山田太郎です\n佐藤、[500]花子と申します\nえーと、[500]鈴木です\n田中"),
    *_asked(Expectation.ADDRESS, "東京都、[500]港区、[700]芝公園四丁目です\n横浜市西区、[600]みなとみらい二の三の一"),
    *_asked(
        Expectation.DIGITS,
        """
        ゼロキューゼロの、[600]イチニーサンヨンの、[700]ゴーロクナナハチです
        ゼロサン、[500]ゴーゴーゴーゴー、[600]イチニーサンヨン
        ゼロハチゼロの、[700]キューハチナナロク、[800]ゴーヨンサンニー
        イチゼロゴーの、[600]ゼロゼロイチイチです
        えーと、[500]ゼロイチニーゼロの、[600]サンサンサンの、[600]ヨンヨンヨンです
        """,
        number=True,
    ),
)

MEASURING: Final = (
    *_free("""
    えっと、[800]機種変更を、[500]考えてるんですけど、[400]何か必要なものはありますか
    あの、[500]通信速度が、[600]夜になると遅いんですけど
    もしもし、[600]そちらで修理は受け付けていますか
    すいません、[400]パスワードを忘れてしまって、[700]ログインできないんです
    はい、[500]あと、[600]解約金について教えてください
    ええと、そうですね、[700]じゃあ来週の火曜日でお願いします
    子どもの、[500]学割についてなんですけど、[600]何歳まで使えるんですか
    請求書を、[400]紙で送ってほしいんですが、[500]お金はかかりますか
    工事の日を変えたいんですけど
    なんか、[600]画面が真っ暗で、[500]電源が入らないんですよ
    ありがとうございました
    はい
    わかりました
    あー、[500]それは大丈夫です
    海外で、[600]このスマホを使いたい場合は、[700]どうすればいいですか
    光回線に、[300]申し込みたいです
    """),
    *_asked(Expectation.YES_NO, "はい\nはい、そうです\nいいえ、違います\nうーん、[600]はい\nええ\nお願いします"),
    *_asked(Expectation.CHOICE, "二番\n料金プラン\nえーと、[500]解約のほうで"),
    *_asked(Expectation.NAME, "渡辺です\n高橋、[600]健一です\nあの、[400]中村と申します"),
    *_asked(Expectation.ADDRESS, "大阪市北区、[700]梅田一丁目、[600]二の三です\n名古屋市、[500]中区栄です"),
    *_asked(
        Expectation.DIGITS,
        """
        ゼロナナゼロの、[700]ニーニーサンサンの、[600]ロクロクナナナナです
        ゼロロク、[600]ロクイチニーサンの、[800]ヨンゴーロクナナ
        えーと、[600]ゼロキューゼロ、[900]ハチナナロクゴー、[900]ヨンサンニーイチ
        ゴーサンゼロの、[700]ゼロゼロゼロイチ
        ゼロゴーゼロの、[800]イチイチイチイチ、[1000]ニーニーニーニーです
        ゼロハチゼロ、[1100]ゴーゴーロクロク、[1200]ナナハチキューゼロ
        """,
        number=True,
    ),
    *(
        TurnScript(text, number=True)
        for text in (
            "電話番号は、[500]ゼロキューゼロの、[700]サンヨンゴーロクの、[800]ナナハチキューゼロです",
            "お客様番号が、[600]イチニーサンヨン、[700]ゴーロクナナハチなんですけど",
        )
    ),
)
