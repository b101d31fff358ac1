"""How confidential a turn is: by what personal data stands in it, and by what it is about."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from dialogue.llm.masking import FindsPersonal
from dialogue.llm.purpose import Confidentiality

SECRET_KINDS: Final = frozenset({"card", "card_code", "pin", "my_number"})
"""Findings that must not leave the process even as pseudonyms; every other finding is personal."""

TOPICS: Final[Mapping[Confidentiality, tuple[str, ...]]] = {
    Confidentiality.INTERNAL: ("社外秘", "社内資料", "内部資料", "部外秘", "取引条件", "仕入れ値", "卸値"),
    Confidentiality.PERSONAL: (
        *("病気", "病名", "持病", "入院", "通院", "手術", "診断", "障害者手帳", "妊娠", "がんの", "うつ病", "服薬"),
        *("借金", "滞納", "自己破産", "債務整理", "生活保護", "年収", "離婚", "介護認定"),
        *("口座", "通帳", "住民票", "在留カード", "免許証", "保険証", "パスポート"),
    ),
}
"""Words that make a turn at least so confidential, whatever else is in it."""

# 「暗証番号を忘れました」 is no secret; the number itself is. So a key's name counts together with a value after it.
_KEY: Final = re.compile(
    r"暗証番号|パスワード|パスコード|セキュリティ(?:ー)?コード|ワンタイム|認証コード|合言葉|秘密の質問"
)
_VALUE: Final = re.compile(
    r"(?:[0-9〇零一二三四五六七八九][\s、ー-]*){3,}"
    r"|(?=[A-Za-z]*[0-9])[A-Za-z0-9]{4,}"
    r"|^\s*[はが、:]\s*[A-Za-z]{4,}"
)
_SPOKEN: Final = re.compile(
    r"(?:(?:ゼロ|ぜろ|レイ|れい|マル|まる|イチ|いち|ニー?|にい?|サン|さん|ヨン|よん|ゴー?|ごう?|ロク|ろく|ナナ|なな|シチ|しち"
    r"|ハチ|はち|キュウ?|きゅう?)[ーの、・\s]*){3,}"
)


class ConfidentialityClassifier:
    """Reads a text's confidentiality. `topics` adds words to the known ones.

    Rules: a finding in `SECRET_KINDS`, or the name of a key (暗証番号, パスワード …) with a value: secret. Any other
    finding, or a personal topic: personal. An internal topic: internal. Else public.
    """

    def __init__(self, finds: FindsPersonal, topics: Mapping[Confidentiality, Iterable[str]] | None = None) -> None:
        self._finds = finds
        added = topics or {}
        self._topics = {level: (*TOPICS.get(level, ()), *added.get(level, ())) for level in Confidentiality}

    def of_turn(self, text: str) -> Confidentiality:
        """Of something that was said: findings, keys and topics."""
        levels = [level for level, words in self._topics.items() if any(word in text for word in words)]
        return highest(self.of_prompt(text), *levels)

    def of_prompt(self, text: str) -> Confidentiality:
        """Of a whole prompt, where the FAQ's own words stand too: findings and keys with values, no topics."""
        if _tells_a_key(text):
            return Confidentiality.SECRET
        return self.of_kinds(finding.kind for finding in self._finds(text))

    def of_kinds(self, kinds: Iterable[str]) -> Confidentiality:
        """Of findings alone."""
        found = set(kinds)
        if found & SECRET_KINDS:
            return Confidentiality.SECRET
        return Confidentiality.PERSONAL if found else Confidentiality.PUBLIC


def highest(*levels: Confidentiality) -> Confidentiality:
    """The most confidential of them; public when there is none."""
    return max(levels, key=lambda level: level.rank, default=Confidentiality.PUBLIC)


def _tells_a_key(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text)
    return any(
        _VALUE.search(after := plain[found.end() : found.end() + 40]) or _SPOKEN.search(after)
        for found in _KEY.finditer(plain)
    )
