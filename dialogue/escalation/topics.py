"""Advice that a contact centre must not give: legal, medical, investment (弁護士法, 医師法, 金商法).

A topic needs a word of its field and, close to it, the asking for a judgement. 「弁護士に相談します」 asks for none.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Final


class Topic(StrEnum):
    """A field of forbidden advice."""

    LEGAL = "legal"
    MEDICAL = "medical"
    INVESTMENT = "investment"


IN_JAPANESE: Final = {Topic.LEGAL: "法律の相談", Topic.MEDICAL: "医療の相談", Topic.INVESTMENT: "投資の相談"}
_ASKS: Final = (
    r"(?:(?:すべき|するべき|べき)(?:です|でしょう|か)?|方がいい|ほうがいい|たらいい|ればいい|いいですか|いいでしょうか|大丈夫(?:です|でしょう|か)|平気|問題(?:ない|ありません|あり)|でき(?:ます|る)か|できるでしょうか"
    r"|ます(?:か|かね)|でしょうか|ですか|教えて|どう(?:思|です|なり|したら|すれば)|どれくらい|いくら|おすすめ|お勧め|アドバイス|相談したい|相談に乗|[?])"
)
# What is said to be so, for a yes: 「無効にできるんですよね」. 「病気で行けないんですよね」 wants none.
_CONFIRMS: Final = (
    "(?:無効|有効|取り消せ|違法|合法|罪に|義務|権利|勝て|取れ|もらえ|(?:払わ|し|守ら)なくて(?:も)?(?:いい|大丈夫|済)|悪い|影響|危険|危ない|効く|効き|うつる|治る|治り"
    "|買い(?=です|だ|よ|ん)|上が[りる]|下が[りる]|儲か|損(?:し|は))[^。、]{0,12}(?:よね|でしょ|だろ|よな|かな)"
)
_FIELDS: Final[tuple[tuple[Topic, str], ...]] = (
    (
        Topic.LEGAL,
        r"裁判|訴訟|遺留分|遺産(?:の|を|は|って)?(?:取り分|分け|いくら|もらえ|分配)|養育費|親権|名誉毀損|債務不履行|慰謝料|損害賠償|違法|合法|法律|法的|民法|消費者契約法|勝て(?:る|ます|そう)|時効|示談|和解金|罪に(?:なり|なる|問)|逮捕|告訴|被害届|遺言|相続(?:放棄|分|税)|離婚|自己破産|債務整理|差し押さえ",
    ),
    (
        Topic.MEDICAL,
        r"(?<!農)薬(?:を|は|の|が)|服用|症状|頭痛|めまい|吐き気|動悸|不眠|うつ|鬱|病気|診断|治療|治り|治る|手術|妊娠|妊婦|胎児|ペースメーカー|電磁波|アレルギー|持病|体調|副作用|認知症|依存症|視力が|耳鳴り|熱が(?:出|[3４34]\d)",
    ),
    (
        Topic.INVESTMENT,
        r"(?<!式)株(?!式会社|式会)(?:価|式|を|は|が|の)|株式(?!会社)|投資|資産運用|仮想通貨|暗号資産|ビットコイン|nisa|ニーサ|ideco|イデコ|為替|\bfx|儲か|値上がり(?:し|す)|配当|買い時|売り時|外貨|金利が(?:上|下)",
    ),
)
_TOPICS: Final = tuple(
    (topic, re.compile(rf"(?:{field})[^。]{{0,24}}?(?:{_ASKS}|{_CONFIRMS})")) for topic, field in _FIELDS
)


def forbidden_topic(words: str) -> Topic | None:
    """The field in which `words` (normalised) ask for advice; None when they ask for none."""
    return next((topic for topic, pattern in _TOPICS if pattern.search(words)), None)
