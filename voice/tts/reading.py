"""Rewriting a sentence so that any engine reads it as a Japanese operator would."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from voice.tts.calendar import say_dates
from voice.tts.latin import say_addresses, say_latin
from voice.tts.quantities import say_quantities
from voice.tts.telephone import say_number_names
from voice.tts.words import say_ambiguous_words

READING_VERSION: Final = 1
"""Grows when the rules change, so that cached speech of older rules is not played."""

_MARKUP: Final = re.compile(r"\*\*|__|`+|^\s*(?:(?:#{1,6}|[-*])\s+|[•・●○■□◆◇▶※]\s*)", re.MULTILINE)
_UNSPOKEN: Final = re.compile(r"[※★☆■□◆◇●○◎▶▼▽♪♡♥→⇒←↑↓✓✔❌“”\"`^|\\_]")
_CIRCLED: Final = re.compile(r"^\s*([①-⑳])\s*", re.MULTILINE)
_NAMED_KEY: Final = re.compile(r"(シャープ|コメジルシ|米印)\s*[(「]?\s*[#*]\s*[)」]?")
_KEYS: Final = re.compile(r"[#*](?![0-9])")
_ELLIPSIS: Final = re.compile(r"(?:…|‥|\.{2,}|・{2,}|。{2,})")
_BRACKETS: Final = re.compile(r"[(【〔\[{<〈《]\s*|\s*[)】〕\]}>〉》]")
# 「月額3300円（税込）で」: no one pauses before a particle.
_CLOSED_BEFORE_PARTICLE: Final = re.compile(r"[)】〕\]}>〉》](?=[はがをにでともへのや])")
_HYPHEN: Final = re.compile(r"(?<=[0-9ァ-ヺー])-(?=[0-9ァ-ヺ])")
_PAUSES: Final = re.compile(r"(?:\s*[、,;:]\s*){1,}")
_PAUSE_BEFORE_END: Final = re.compile(r"、+(?=[。！？」』\n]|$)|(?<=[。！？「『\n])、+|^、+")
_SPACES: Final = re.compile(r"[ \t\u3000]+")
_BETWEEN_JAPANESE: Final = re.compile(r"(?<=[ぁ-ヺー一-鿿、。！？])\s(?=\S)|(?<=\S)\s(?=[ぁ-ヺ一-鿿、。！？])")
_MARU: Final = re.compile(r"[〇○◯]{2,}")
_SYMBOL_WORDS: Final = {
    "&": "アンド",
    "+": "プラス",
    "=": "イコール",
    "@": "アットマーク",
    "×": "カケル",
    "÷": "ワル",
    "±": "プラスマイナス",
    "√": "ルート",
}
_ALTERNATIVE: Final = re.compile(r"\s*/\s*")


def prepare_for_reading(text: str) -> str:
    """Return `text` in words and katakana: numbers, dates, money, telephone numbers and Latin words as they are said.

    The result is for `Synthesizer.synthesize`. Figures remain only before Japanese counters, where the analyser
    itself chooses the sound (いっぽん, さんぼん). Pure and total: any text is accepted; emoji, markup and control
    characters disappear.
    """
    text = _cleaned(text)
    text = say_addresses(text)
    text = say_dates(text)
    text = say_number_names(text)
    text = say_quantities(text)
    text = say_latin(text)
    text = say_ambiguous_words(text)
    return _punctuated(text)


def _cleaned(text: str) -> str:
    text = _MARU.sub("まるまる", text)
    text = _CIRCLED.sub(r"\1、", text)
    text = text.replace("～", "〜")  # NFKC would make an ASCII tilde of it
    text = unicodedata.normalize("NFKC", text.replace("…", "、").replace("−", "-"))
    text = _MARKUP.sub("", text)
    text = "".join(char for char in text if _sounds(char))
    return _SPACES.sub(" ", _UNSPOKEN.sub(" ", text))


def _sounds(char: str) -> bool:
    category = unicodedata.category(char)
    if char in "\n ":
        return True
    return (category[0] != "C" and category not in {"So", "Sk", "Mn", "Me"}) or char in "゛゜°〒▲△"


def _punctuated(text: str) -> str:
    text = _ELLIPSIS.sub("、", text)
    text = _NAMED_KEY.sub(r"\1", text)
    text = _KEYS.sub(lambda m: "シャープ" if m[0] == "#" else "コメジルシ", text)
    text = text.replace("!", "！").replace("?", "？")
    for symbol, word in _SYMBOL_WORDS.items():
        text = text.replace(symbol, word)
    text = _ALTERNATIVE.sub("、", text)
    text = _CLOSED_BEFORE_PARTICLE.sub("", text)
    text = _BRACKETS.sub("、", text)
    text = _HYPHEN.sub("ハイフン", text)
    text = _PAUSES.sub("、", text)
    text = _BETWEEN_JAPANESE.sub("", text)
    text = _PAUSE_BEFORE_END.sub("", text)
    return text.strip()
