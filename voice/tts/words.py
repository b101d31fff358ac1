"""Ordinary words with two readings, where a caller's context settles what the analyser's dictionary does not."""

from __future__ import annotations

import re
from typing import Final

# 方 after の: a person (かた) in a contact centre, unless it is a direction or one side of a comparison (ほう).
_PERSON: Final = re.compile(
    r"(?<!こちら)(?<!そちら)(?<!あちら)(?<!どちら)(?<![上下左右前後北南東西])(?<=の)方(?=は|に|へ|も|で|を|の|、|。|$|のみ|限定|向け|専用|々)"
)
_PERSON_AFTER_VERB: Final = re.compile(r"(?<=[るたいな])方(?=は|に|へ|も|で|の[お場手ご]|、|。|限定|向け|専用)")

# 光 after a name in katakana is the fibre service of that name (ミナト光), never コウ.
_FIBRE: Final = re.compile(r"(?<=[ァ-ヴー])光(?![学線熱沢栄年度])|光(?=電話|でんわ|回線|コラボ|プラン|テレビ)")

_RULES: Final = (
    (_PERSON, "カタ"),
    (_PERSON_AFTER_VERB, "カタ"),
    (_FIBRE, "ヒカリ"),
)


def say_ambiguous_words(text: str) -> str:
    """Write the reading of ambiguous words in kana where their neighbours decide it."""
    for pattern, reading in _RULES:
        text = pattern.sub(reading, text)
    return text
