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

_HARM: Final = (
    "殺|殴|蹴(?:り飛ば|っ飛ば)|刺|燃や|焼き払|潰|つぶ|襲|埋め|沈め|晒|さら|ばらま|バラま"
    "|仕返し|復讐|報復|乗り込|押しかけ|待ち伏せ|ぶっ壊|ぶち壊|痛めつけ"
)
_THREATS: Final = re.compile(
    rf"(?:{_HARM})(?:し|す|さ|り|る|ら|っ|ん|い|く|む|け|め|せ|わ|う|して|して(?:お)?|ん?で|って|て|いて)?(?:に(?:行|来)[くっ])?"
    "(?:ぞ|から(?:な|ね|よ)|てや(?:る|ろう|んぞ)|や(?:る|ろう)(?:か|ぞ|から)?|たろか|たるぞ|に行く(?:ぞ|から)|んぞ)"
    "|(?:ぶっ)殺|殺(?:す(?!虫)(?:よ|$|[!。、])|して(?:や|え)|され(?:たい(?:の|か)|ても))|半殺し|血祭り|病院送り"
    "|火(?:を)?(?:つけ(?:る|て(?:や|え)|に)|付け(?:る|てや))|放火(?:する|して(?:や|え))|爆弾|爆破(?:する|して|予告)"
    "|(?:包丁|ナイフ|刃物|バット|ガソリン|鉄砲|日本刀).{0,8}(?:持って(?:行|い[くっ])|かけに|まい?[てき]|突き)"
    "|首を洗って|(?:外|道|街|表)を?歩けな|(?:帰り(?:道)?|背後|後ろ|夜)(?:に|は|には)?気をつけ(?:ろ|とけ)|命(?:が|は)(?:な[いく]|惜し)|殴り込み"
    "|(?:名前|個人情報|顔).{0,6}(?:掲示板|ネット|sns).{0,10}(?:書|載せ).{0,5}(?:やる|ぞ|から)"
    "|ばらまい?(?:てや|くぞ)|覚悟(?:し|して)(?:とけ|ておけ|ろ)|覚え(?:てろ|ておけ|とけ)|夜道|(?:痛い|ひどい|怖い)目に(?:あわせ|遭わせ|合わせ|会わせ)|思い知らせ|後悔させ"
    "|どうなっても(?:知らない|知らねえ|いいのか)|ただじゃ(?:おか|済ま|すま)|ただでは(?:おか|済ま)|タダで(?:済|す)む|無事でい?られ"
    "|(?:居場所|住所|家|職場|お前).{0,4}(?:突き止め|調べ(?:て|上げ)|特定し).{0,4}(?:て?や|から|ぞ|行)"
    "|(?:録音|動画|名前|顔|写真).{0,8}(?:流す|拡散(?:する|して)|アップ(?:する|して)|公開(?:する|して)).{0,2}(?:ぞ|から[な。]|や)"
    "|(?:若い(?:もん|衆)|組の(?:者|もん)|ヤクザ).{0,8}(?:行かせ|送|よこ)"
)
_SEXUAL: Final = re.compile(
    "(?:パンツ|下着|ブラ)(?:は|って|の色)?.{0,4}(?:何色|つけて(?:い)?る|履いて|はいて|見せ)|下着.{0,4}(?:つけてる|の色)"
    "|エッチ(?:な(?:こと|声)|し(?:よう|たい))|えっちな|エロい|セックス|おっぱい|胸(?:は|の)?(?:大き(?:い(?:の|ね|です|$)|$)|サイズ)|何カップ"
    "|彼氏(?:は)?い(?:る|ます)|抱かせ|(?:デート|ホテル)(?:し(?:よう|ない|て)|行こ|に行こ)|スリーサイズ|いやらしい声|処女|オナニ|(?:今夜|今度|二人で).{0,6}(?:会わない|会おう|飲みに行)|裸(?:に|の写真)(?:なっ|を|送)"
    "|(?:声|かわいい|可愛い|きれい|綺麗|好み|お姉さん).{0,10}(?:付き合(?:って(?:よ|くれ|くだ)|おう)|会(?:おう|いたい|ってよ)|やらせ|キス)"
)
_NAMES: Final = (
    "馬鹿|ばか|バカ|莫迦|阿呆|アホ|あほ|間抜け|まぬけ|マヌケ|ポンコツ|クズ|くず|カス|ゴミ|ボケ|ぼけ|のろま|ノロマ|グズ|ブス|デブ|ババア|ばばあ|ジジイ|能無し|能なし|無能|低能"
    "|役立たず|給料泥棒|穀潰し|キチガイ|気違い|底辺"
)
_INSULTS: Final = re.compile(
    f"(?<![一-鿿ァ-ヴー])(?:{_NAMES})(?:野郎|やろう|ども|女(?:が|め|$)|(?:か|め|が|だ(?:な|ろ|よ)?|じゃ(?:ない|ねえ)(?:の|か)|なのか|なんじゃ)"
    "(?:$|[、。!?]|お前|おまえ|あんた|貴様|この|の|か))"
    f"|^(?:この)?(?:{_NAMES})[!。]*$|(?:お前|てめえ|おまえ|あんた)(?:ら)?(?:は|って|、|も|の(?:頭|脳))?.{{0,4}}(?:{_NAMES})"
    "|使え(?:な(?:い|え)|ねえ|ねぇ|ねー)(?:な|ね)?(?:やつ|奴|女|男|人間)|(?:馬鹿|ばか|バカ|アホ|あほ)(?:ちゃう|とちゃう|やろ(?!う?か)|やな)|あほんだら|ボケナス|ぼけなす|頭(?:が)?(?:おかしい(?:ん|の|だ|よ)|悪い|わるい|いかれ|弱い|足りな)|脳(?:みそ|味噌)|生きて(?:い)?る価値|存在価値"
    "|死(?:ね(?![るばま]|な[いか])|んじまえ|んでしまえ|んでくれ)|くたばれ|くそったれ|クソったれ|消えろ|消え失せ|失せろ|うせろ|うるせ[えぇー]|黙れ|だまれ|引っ込(?:んで|め)"
    "|てめ[えぇー]|貴様|お前みたいな|何様(?:だ|の)|親の顔が見|女のくせに|バイト(?:風情|の分際)|きもい|キモい|気持ち悪いんだよ|役立たず|無能|能無し|低能"
    "|(?:クソ|くそ)(?:野郎|(?:が|め)(?:$|[!。、])|ども|女|会社|ババア|ジジイ)"
)
_EXCESS: Final = re.compile(
    "土下座|(?:家|うち|ここ)(?:まで|に)(?:謝り|謝罪|詫び)に(?:来|こ)|(?:今すぐ|今から)(?:家|うち|ここ)(?:まで|に)(?:来い|来させろ)|誠意(?:を)?(?:見せ|みせ)"
    "|(?:クビ|首)に(?:し(?:ろ|て(?:や|え|もら))|させ(?:る|ろ|て))|辞め(?:ろ|させろ|ちまえ|てしまえ)|(?:個人名|名前|住所)(?:と(?:名前|住所))?を?(?:言え|出せ|教えろ)"
    "|(?:慰謝料|迷惑料|誠意|詫び(?:金|料)|賠償金?|見舞金|現金|損害).{0,12}(?:払え|よこせ|出せ|持って(?:来|こ)い|包め|用意しろ|振り込め)|一生(?:許さ|恨)|詫び(?:を)?入れ(?:ろ|に来)|一筆(?:書け|入れろ)"
)
_HARSH: Final = re.compile(
    "ふざけ(?:る|ん)な|ふざけて(?:る|いる|ん)|ふざけ(?:ないで|やが)|(?:馬鹿|ばか|バカ)にし(?:て|や)|いい加減に|いい加減(?:直|して|説明)|いつまで待たせ|(?:何回|何度|同じこと).{0,4}言わせ"
    "|話にならな|責任(?:を)?(?:取|と)(?:れ|って(?:くれ|もら))|(?<!一生)許さ(?:ない|ん|ね)|許せ(?:ない|ません)|頭に(?:き|く|来)|腹が?立|むかつ|ムカつ|キレそう"
    "|(?:金|料金|全額)(?:を)?返せ|どうなって(?:い)?る(?:ん|の)だ|どうなってんだ|どうして?くれる(?:ん|の)|おかしいだろ|なめて(?:い)?(?:ん|る)|舐めて(?:い)?(?:ん|る)"
    "|早く(?:直せ|しろ)|ちゃんと(?:し|調べ|やれ)ろ|詐欺(?:じゃ|だろ|会社)|ぼったくり|最悪(?:だ|です|な会社)|訴え(?:る(?:ぞ|からな)|てや)|(?<![一-鿿])(?:クソ|くそ)(?:[!。、]|$)"
    "|(?:なんで|何で|どうして).{1,24}(?:んだよ|のかよ|ねえんだ)(?!ね)|どういうことだ|何(?:を)?やって(?:い)?るんだ|何やってんだ|我慢(?:の限界|ならな|でき(?:な|ませ))|信用(?:でき(?:るか|ない|ません)|なら)"
    "|堪忍袋|冗談じゃ(?:な|ね)|人を(?:馬鹿|ばか|バカ)に|たらい回し|いい(?:迷惑|度胸)|責任逃れ|言い訳(?:する|ばか|は)|金取っておいて|うんざり|約束が違う(?:だろ|じゃ(?:ない|ねえ)(?:か|の))|聞いて(?:い)?(?:る|ん)のか|客だぞ|待たせるな"
)
_SOMEBODY_ELSE: Final = "(?:子ども|子供|息子|娘|友達|友人|夫|妻|主人|相手|隣の人|知らない人|上司|誰か)(?:が|に|から)"
_TOLD_OF_OTHERS: Final = re.compile(
    "(?:と|って|という|とか|みたいな)(?:[^。、]{0,12})(?:言われ|書かれ|書いてあ|脅され|届|来(?:て|ま|た)|送られ|かかって)"
    "|(?:メール|メッセージ|電話|手紙|コメント)(?:が|で)[^。]{0,10}(?:来|届|かかって|何度も)|着信拒否|ブロックしたい|迷惑(?:メール|電話)"
    f"|{_SOMEBODY_ELSE}[^。]{{0,20}}(?:とか|って|と)(?:言|書|脅|叫)"
)
_OF_ONESELF: Final = re.compile(
    "(?:私|わたし|僕|俺|自分)(?:が|は|って|の)?(?:頭が?悪|馬鹿|ばか|バカ|アホ|無能|役立たず)"
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
    if _TOLD_OF_OTHERS.search(words) or _OF_ONESELF.search(words):
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
