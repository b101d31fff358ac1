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
_FIELDS: Final[tuple[tuple[Topic, str], ...]] = (
    (
        Topic.LEGAL,
        r"裁判|訴訟|慰謝料|損害賠償|違法|合法|法律|法的|民法|消費者契約法|勝て(?:る|ます|そう)|時効|示談|和解金|罪に(?:なり|なる|問)|逮捕|告訴|被害届|遺言|相続(?:放棄|分|税)|離婚|自己破産|債務整理|差し押さえ",
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
_TOPICS: Final = tuple((topic, re.compile(rf"(?:{field})[^。]{{0,24}}?{_ASKS}")) for topic, field in _FIELDS)


def forbidden_topic(words: str) -> Topic | None:
    """The field in which `words` (normalised) ask for advice; None when they ask for none."""
    return next((topic for topic, pattern in _TOPICS if pattern.search(words)), None)
