"""Asking for a person, in the words people use for it and in the ones a recogniser makes of them.

A mention of people is no request: 「担当者の名前を変えたい」「母に代わって手続きしたい」. What makes it one is a
verb that asks the agent to fetch, connect or let talk, close behind a word for somebody who works here.
"""

from __future__ import annotations

import re
from typing import Final

# 方 is often heard as another かた; 者 as another しゃ.
_KATA: Final = "(?:方|肩|型|片|形|かた)"
_STAFF: Final = (
    rf"オペレーター?(?:さん)?(?:の(?:人|{_KATA}))?|(?:[一-鿿]{{1,4}})?(?:担当|単等|短答|丹当|担頭|たんとう|タントウ)"
    rf"(?:(?:の)?(?:者|社|車|しゃ|シャ|{_KATA}|人|さん|部署|部門|窓口))?"
    rf"|(?:係|掛|書|懸)(?:り|かり)?の?(?:者|人|ひと|{_KATA}|員|さん)|かかり(?:のひと|のかた|いん)|係"
    rf"|(?:生身の)?人間(?:の(?:担当者?|人|{_KATA}|声))?|生身の人|有人(?:窓口|対応|の(?:窓口|オペレーター?|ほう|方|対応))?"
    rf"|スタッフ(?:さん|の{_KATA})?|社員(?:さん)?|店員(?:さん)?|店長|責任者(?:の{_KATA})?|上司|上の(?:人|者|{_KATA})"
    rf"|(?:お店|店|窓口|受付|センター|サポート|専門|技術|電話口|会社)の(?:人|{_KATA})|そちらの人|電話口|相談員(?:さん|の方)?|(?<![一-鿿])(?:社|部|課|係|所)長(?:さん)?|マネージャー"
    "|(?<![母父兄姉祖奥])[一-鿿]{1,4}さん(?=(?:に|へ)(?:電話を)?(?:つな|繋|取り?次))"
)
_SOMEBODY: Final = (
    rf"(?:誰|だれ)(?:か|でも(?:いい|良い)から)|どなたか|(?:話の)?(?:わかる|分かる)(?:人|{_KATA})"
    rf"|(?:詳しい|ちゃんとした|まともな|話せる|話のできる|対応できる|自動じゃない|生きてる|電話に出られる|(?:責任|権限|立場)(?:が|の)?あ?る?(?:立場の)?|ほかの|他の|別の|男の|女の|男性の|女性の)(?:人|{_KATA})"
)
_NOBODY_OF_OURS: Final = "".join(
    f"(?<!{who})" for who in ("相手の", "知らない", "家族の", "友達の", "海外の", "外国の", "身内の", "近所の")
)
# 人 by itself, not the end of a word like 本人 or 法人, nor the beginning of one like 人気.
_BARE: Final = (
    rf"(?:(?<![一-鿿々〇\d])|(?<=直接)|(?<=今すぐ)){_NOBODY_OF_OURS}"
    r"(?:人|ひと)(?![数口気事権柄前件工])(?:の(?:声|手))?"
)
_ANYONE: Final = f"(?:{_STAFF}|{_SOMEBODY}|{_BARE})"

_GIVEN: Final = "(?!.{0,2}(?:もら(?:った|いました)|いただ(?:いた|きました)|くれ(?:た|ました)|くださ(?:った|いました)))"
_FETCH: Final = (
    r"(?:[代替変換]|か)わ(?:って(?!から|しま|い(?!ただ))|れ(?!ば|た)|り(?:たい|ますか|ません))"
    r"|(?:つな|繋|綱)(?:い(?:で|だ)|げ|ぎ|がせ|ぐ(?!の)|が(?:り(?:たい|ません)|る(?:に|方法|には|番号)|らない))|(?:出|だ)(?:して|せ(?!る)|てもら|てくれ|てほし|てください|ていただ)|呼(?:んで|べ|びたい)"
    r"|取り?次(?:い|ぎ)|(?:回|まわ)して|転送(?:して|お願)|切り?[替換]え(?:て|を)"
)
_WANTED: Final = (
    r"(?:たい|たく|せ(?:ます|ませ|る(?:か|の|人)?|ない)|さ?(?:ら)?せて|が(?:したい|でき)|でき(?:ます|ませ|ない|る)"
    r"|して(?:もら|ほし|くだ|くれ|いただ))"
)
_TALK: Final = (
    rf"(?:じかに|直に|直接)?(?:お)?(?:話(?:し|を|が)?|はな|しゃべ|喋|通話|相談|説明|やりとり|やり取り)(?:り|し|を?し|が?でき|を)?{_WANTED}"
    r"|話がしたい|(?:お)?話(?:しを?|を)?(?:でき|させて|したい)|聞き(?:たい|ます)|聞いて(?:もら|ほし|くだ|いただ)"
    r"|(?:対応|応対|説明)(?:(?:を)?(?:して|お願|でき)|が(?:いい|でき))"
)
_IS_THERE: Final = (
    r"い(?:ます(?:か|$)|ません|ない(?:の|ん|か|$|です)|る(?:の|か|$))|いらっしゃ(?!いましたら|った)|おられ|おりません"
)

_FETCH_ONE: Final = re.compile(
    rf"{_ANYONE}(?:の(?:ほう|方))?(?:に|と|へ|を|の)?、?.{{0,4}}?(?<![がは])(?:{_FETCH}){_GIVEN}"
)
_TALK_TO_ONE: Final = re.compile(
    rf"{_ANYONE}(?:と|に|が|から|の|で|、)?(?:電話で|直接|じかに|少し|いろいろ|一度|、)?(?:{_TALK}){_GIVEN}"
)
_BEG_FOR_ONE: Final = re.compile(
    rf"(?:{_STAFF}|{_SOMEBODY}|{_BARE})(?:の(?:ほう|方|対応))?(?:を|に|が|で|へ)?(?:も)?、?"
    r"(?:お願い(?!され|した(?!い)|しま(?:した|せん))|おねがい|頼(?:む|みます|みたい)|希望(?:し|です|なん|$)|ください(?:$|[、。!]))"
)
_RATHER: Final = re.compile(
    r"(?:人間|有人|人|オペレーター?|担当者?)(?:の(?:ほう|方))?がいい(?!の?か)|(?<![一-鿿\d])人(?:間)?にして(?:くだ|もら|ほし|$)"
)
_THERE: Final = re.compile(rf"(?:{_STAFF}|{_SOMEBODY}|^人|話せる人)(?:って|は|が|も)?(?:誰か)?(?:{_IS_THERE})")
_NOT_A_MACHINE: Final = re.compile(
    r"(?:機械|ai|ロボット|自動音声|自動応答|あなた(?!は|だ)|コンピューター?)(?:の声|相手)?(?:じゃ(?!ない(?:です|よね|の|か|$))|では|でなく|とは|は|だと|に(?:話|言)).{0,12}"
    r"(?:人(?:間)?(?:に|と|が|を|で)|だめ|ダメ|駄目|嫌|いや(?!ホン)|話したく(?:な|あり)|もういい|話が(?:進ま|通じ|でき)|無理|話にならな|わからな|分からな|無駄"
    r"|苦手(?:なん|です|だから|なので)|いいので|いいから|結構)|話が通じないから"
)
_ALONE: Final = re.compile(
    rf"^(?:{_STAFF}|人)(?:を|で|に|へ|、)?(?:お願い(?:します|いたします|できますか|したい)?|ください|頼む|で)?[。!]?$"
)
# Whoever it is: one who is to be connected is a person.
_CONNECT: Final = re.compile(
    "(?:(?<!本)人|方|者|さん)に[代替変換か]わって(?:いただ|頂|もらえ|もらい|ください|下さい|くれ|ほし)"
    "|[一-鿿ァ-ヴー]{2,8}(?:室|センター|窓口|課|部|係|支店|本社)(?:に|へ)(?:電話を)?(?:(?:つな|繋)(?:い(?:で|だ)|げ|ぎ)|回して|転送して)"
    "|^(?:人|人間)に[変代換替]え(?:て|ろ)|(?:人|担当者?|オペレーター?)(?:が|に)(?:出|代わ|来)るまで(?:待|お待)"
    "|(?:^|から|ので|、)(?:早く|もう|とにかく)?[代替]わって(?:くれ|ください|もらえ|いただけ|よ|[。!]|$)"
)
_NOT_OURS: Final = re.compile(
    r"(?:本人|契約者|名義人|主人|家族|父|母|夫|妻|親|子ども|子供|息子|娘)(?:の(?:人|方))?に(?:代|替|変)わって|担当者?(?:の)?(?:名前?|変更|情報|欄|連絡先)"
    r"|(?:担当|係|窓口|店|スタッフ|オペレーター?|店員|上司)[^、。]{0,8}(?:に|から|が)[^、。]{0,10}"
    r"(?:言われ|聞いた|聞いたら|伝えました|教えても?らった|教えてもらいました|届き|届いた|電話があ|連絡があ|来なかった|勧められ)"
    r"|(?:何時|何曜|時間帯|いつ(?:なら|から|まで)|[日月火水木金土]曜日?(?:も|は|でも)|祝日|年末|夜(?:間|中)?(?:も|は|でも)|24時間).{0,10}(?:い(?:ます|る)|話せ|つなが|対応)"
    r"|話せる(?:時間|曜日)|つながる時間"
)
_ASKED_ANYWAY: Final = re.compile(rf"(?:{_FETCH})(?:ください|もら|ほし|くれ|いただ|$|よ)|お願いします$")

_SOUND_WHO: Final = (
    "(?:タントー?ウ?(?:シャ|ノ?(?:カタ|ヒト|モノ))?|オペレーター?(?:サン)?|カカリ(?:ノ?(?:カタ|ヒト|モノ)|イン)|ニンゲン(?:ノカタ)?|セキニンシャ"
    "|スタッフ)"
)
_SOUND_ASKS: Final = (
    "(?:ニ|ト|ヲ|エ|ヘ)?"
    "(?:カワッテ(?!カラ|シマ)|カワレ|ツナイデ|ツナゲ|ダシテ|ハナシタ|ハナシガシタ|オネガイシ|オネガイデキ)"
)
_SOUNDS: Final = re.compile(_SOUND_WHO + _SOUND_ASKS)


def asks_for_person(words: str, kana: str = "") -> str | None:
    """The name of the rule by which `words` (normalised, without fillers) ask for a person; None when they do not.

    `kana` is the reading in katakana with or without spaces between words; it finds what was written with wrong
    characters (短当者に変わって).
    """
    if _NOT_OURS.search(words) and not _ASKED_ANYWAY.search(words.rsplit("、", 1)[-1]):
        return None
    for rule, pattern in (
        ("person_and_reach", _FETCH_ONE),
        ("person_and_reach", _CONNECT),
        ("rather_a_person", _RATHER),
        ("not_a_machine", _NOT_A_MACHINE),
        ("person_and_reach", _TALK_TO_ONE),
        ("person_and_reach", _BEG_FOR_ONE),
        ("person_and_reach", _THERE),
        ("person_alone", _ALONE),
    ):
        if pattern.search(words):
            return rule
    if kana and _SOUNDS.search(kana.replace(" ", "")):
        return "person_and_reach"
    return None
