"""カスハラ in words: how far a caller goes, apart from how justified the complaint is.

Levels (措置義務 2026-10-01: detection, a warning, an end, evidence; a legitimate complaint is none):
0 none, also firm, disappointed or legal words (「納得できません」「訴えます」);
1 harsh words about the matter (「ふざけるな」「いい加減にしろ」): a complaint to be taken over by a person;
2 abuse: insults of persons, sexual words, demands beyond all measure, or hours of the same demand;
3 threats to body, property or name, or abuse that goes on.
What a caller tells of others (「殺すぞ」というメールが届いた) is no abuse.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from dialogue.normalize import normalize

_THREATS: Final = re.compile(
    r"(?:ぶっ)?殺(?:す(?!虫)|して(?:や|え|ほし)|され(?:たい|ても))|火(?:を)?(?:つけ(?:る|て(?:や|え)|に)|付け(?:る|てや))|放火(?:する|して(?:や|え))|爆弾|爆破(?:する|して|予告)"
    r"|(?:晒|さら)(?:す(?:ぞ|から|よ|$)|して(?:や|え))|ばらまい?(?:てや|くぞ)|覚悟(?:し|して)(?:とけ|ておけ|ろ)|夜道|(?:痛い|ひどい)目に(?:あわせ|遭わせ|合わせ|会わせ)|どうなっても(?:知らない|知らねえ)"
    r"|刺(?:す(?:ぞ|から)|しに行)|殴(?:る(?:ぞ|から)|り(?:に|こみ|込み)|って(?:や|え))|ぶっ飛ばす|ただじゃ(?:おか|済ま|すま)|ただでは(?:おか|済ま)|乗り込(?:む(?:ぞ|から)|んでや)|潰(?:す(?:ぞ|から)|して(?:や|え))"
    r"|(?:居場所|住所|家).{0,4}(?:突き止め|調べ(?:て|上げ)).{0,4}(?:や|から|ぞ)"
)
_SEXUAL: Final = re.compile(
    r"(?:パンツ|下着|ブラ)(?:は|って|の色)?.{0,4}(?:何色|つけて(?:い)?る|履いて|はいて|見せ)|下着.{0,4}(?:つけてる|の色)|エッチ(?:な(?:こと|声)|し(?:よう|たい))|えっちな|エロい|セックス|おっぱい|胸(?:は|の)?(?:大き|サイズ)|何カップ"
    r"|彼氏(?:は)?い(?:る|ます)|抱かせ|(?:デート|ホテル)(?:し|行こ|に行こ)|スリーサイズ|いやらしい声"
)
_INSULTS: Final = re.compile(
    r"(?:馬鹿|ばか|バカ|莫迦)(?:野郎|やろう|か(?:$|[、。!よ])|じゃない(?:の|か)|なのか|だな|め$|ども|が$)|^(?:馬鹿|ばか|バカ|アホ|あほ)[!。]*$|(?:お前|てめえ|おまえ|あんた)(?:ら)?(?:は|って|、)?(?:馬鹿|ばか|バカ|アホ|あほ)"
    r"|(?:アホ|あほ)(?:か|が|だな|野郎)|役立たず|(?<![一-鿿ァ-ヴ])(?:クズ|くず|カス|ゴミ)(?:だ|が|ども|め|野郎|か$|$)|無能|低能|能無し|給料泥棒|頭(?:が)?(?:おかしい|悪い|わるい|いかれ)|死ね(?![るばま]|な[いか])|くたばれ"
    r"|てめ[えぇー]|貴様|黙れ|引っ込んで|ぼけ(?:$|が|ナス)|ボケ(?:$|が)|きもい|気持ち悪いんだよ|クソ(?:野郎|が|ども|女|会社)|くそ(?:野郎|が[!。]*$|ども|女|会社)"
)
_EXCESS: Final = re.compile(
    r"土下座|(?:家|うち|ここ)(?:まで|に)(?:謝り|謝罪)に(?:来|こ)|誠意(?:を)?(?:見せ|みせ)|(?:クビ|首)にし(?:ろ|て(?:や|え|もら))|辞め(?:ろ|させろ|ちまえ|てしまえ)|(?:個人名|名前|住所)(?:と(?:名前|住所))?を?(?:言え|出せ|教えろ)"
    r"|(?:慰謝料|迷惑料|誠意).{0,8}(?:払え|よこせ|出せ)|一生(?:許さ|恨)"
)
_HARSH: Final = re.compile(
    r"ふざけ(?:る|ん)な|ふざけて(?:る|いる|ん)|馬鹿にし(?:て|や)|ばかにし(?:て|や)|バカにし(?:て|や)|いい加減に|いつまで待たせ|(?:何回|何度|同じこと).{0,4}言わせ|話にならな|責任(?:を)?(?:取|と)(?:れ|って(?:くれ|もら))"
    r"|(?<!一生)許さ(?:ない|ん|ね)|頭に(?:き|く|来)|腹が?立|むかつ|ムカつ|(?:金|料金|全額)(?:を)?返せ|どうなって(?:い)?る(?:ん|の)だ|どうして?くれるん|おかしいだろ|なめて(?:い)?(?:ん|る)|舐めて(?:い)?(?:ん|る)"
    r"|早く(?:直せ|しろ)|ちゃんと(?:し|調べ|やれ)ろ|詐欺(?:じゃ|だろ|会社)|ぼったくり|最悪(?:だ|です|な会社)|訴え(?:る(?:ぞ|からな)|てや)|(?<![一-鿿])(?:クソ|くそ)(?:[!。、]|$)"
)
_TOLD_OF_OTHERS: Final = re.compile(
    r"(?:と|って|という|とか|みたいな)(?:[^。、]{0,12})(?:言われ|書かれ|書いてあ|脅され|届|来(?:て|ま|た)|送られ|かかって)|(?:メール|メッセージ|電話|手紙|コメント)(?:が|で)[^。]{0,10}(?:来|届|かかって|何度も)"
    r"|着信拒否|ブロックしたい|迷惑(?:メール|電話)"
)
_LONG_MS: Final = 30 * 60 * 1000
_SAME: Final = 82.0
_SHORTEST_DEMAND: Final = 5


@dataclass(frozen=True)
class HarassmentView:
    """The level of the present turn in its call (0 to 3), why (in Japanese), and the worst level so far."""

    level: int = 0
    because: tuple[str, ...] = ()
    worst: int = 0


@dataclass(frozen=True)
class HarassmentLimits:
    """When what goes on becomes more: harsh turns that make abuse, abusive turns that make a threat, and the time
    (milliseconds) and number of times of one demand that make an unreasonable one."""

    harsh_turns: int = 4
    abusive_turns: int = 3
    long_ms: int = _LONG_MS
    same_demands: int = 4


def read_harassment(
    turn: str, earlier: Sequence[str] = (), elapsed_ms: float = 0.0, limits: HarassmentLimits = HarassmentLimits()
) -> HarassmentView:
    """How far the caller goes with `turn`, after the `earlier` turns of the call (oldest first)."""
    level, because = _of_words(normalize(turn))
    before = [_of_words(normalize(each))[0] for each in earlier]
    reasons = [because] if because else []
    if level == 1 and sum(each >= 1 for each in before) + 1 >= limits.harsh_turns:
        level = 2
        reasons.append("強い言葉が続いています")
    same = times_asked(turn, earlier)
    if level < 2 and elapsed_ms >= limits.long_ms and same >= limits.same_demands:
        level = 2
        reasons.append(f"長時間にわたり、同じご要求が{same}回続いています")
    if level == 2 and sum(each >= 2 for each in before) + 1 >= limits.abusive_turns:
        level = 3
        reasons.append("暴言が続いています")
    return HarassmentView(level, tuple(reasons), max([level, *before]))


def times_asked(turn: str, earlier: Sequence[str]) -> int:
    """How often the caller has now said `turn`, in nearly the same words; 1 for the first time."""
    words = normalize(turn)
    if len(words) < _SHORTEST_DEMAND:
        return 1
    return 1 + sum(
        len(said) >= _SHORTEST_DEMAND and fuzz.partial_ratio(words, said) >= _SAME for said in map(normalize, earlier)
    )


def _of_words(words: str) -> tuple[int, str]:
    if _TOLD_OF_OTHERS.search(words):
        return 0, ""
    for level, pattern, name in (
        (3, _THREATS, "脅し"),
        (2, _SEXUAL, "性的な言葉"),
        (2, _INSULTS, "暴言"),
        (2, _EXCESS, "過度な要求"),
        (1, _HARSH, "強い言葉"),
    ):
        found = pattern.search(words)
        if found:
            return level, f"{name}「{found.group()}」"
    return 0, ""
