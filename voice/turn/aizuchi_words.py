"""Aizuchi in words: はい, ええ, そうですか … said while listening.

They are compared in kana, so that spelling does not matter.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from typing import Final

import jaconv

_ONE: Final = re.compile(
    r"はー*い|は[いぃ]+|えー+|ええ+|うー*ん|んー*|ふー*ん|へー*え?|へぇ+|はー+|はあ+|はぁ+|ほー+|ほう|ほお|ほぉ|あー*|ああ+|おー+|おお|"
    r"そう|そー|そっ?か|そうか|そう(な[のん])?です(か|ね|よね)(ー|え|ぇ)*|そう(なん)?だ(ね)?|そうなん(だ|ですか|ですね)?|"
    r"なるほど(ですね|ね|です)?(ー|え|ぇ)*|ですよね|ですね|たしかに"
)
_SEPARATORS: Final = re.compile(r"[、。，．,.!?…〜~・\s]+")
_KANJI: Final = {"成る程": "なるほど", "成程": "なるほど", "確かに": "たしかに", "左様": "さよう", "然う": "そう"}
_MISHEARD: Final = {
    "灰": "はい",
    "杯": "はい",
    "肺": "はい",
    "絵": "ええ",
    "運": "うん",
    "配": "はい",
    "屁": "へえ",
    "法": "ほう",
}
"""What a recogniser writes for a lone aizuchi, having nothing else to go by."""


class WordsSay(StrEnum):
    """What a transcript of speech over the agent amounts to."""

    AIZUCHI = "aizuchi"
    INTERRUPTION = "interruption"
    NOTHING = "nothing"


def judge_words(text: str) -> WordsSay:
    """Whether `text` is aizuchi and nothing else. A text without a word says nothing."""
    plain = unicodedata.normalize("NFKC", text).replace("−", "ー").replace("~", "ー")
    for kanji, kana in _KANJI.items():
        plain = plain.replace(kanji, kana)
    parts = [part for part in _SEPARATORS.split(plain) if part]
    if not parts:
        return WordsSay.NOTHING
    if all(_is_aizuchi(part) for part in parts):
        return WordsSay.AIZUCHI
    return WordsSay.INTERRUPTION


def _is_aizuchi(part: str) -> bool:
    kana = jaconv.kata2hira(_MISHEARD.get(part, part))
    return re.fullmatch(rf"({_ONE.pattern})+", kana) is not None
