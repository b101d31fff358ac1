"""Recognition noise for the fit: particles get lost, and words come back as something that sounds alike."""

from __future__ import annotations

import random

from dialogue.kana import Reader

_CONFUSED = {
    "カ": "ガタ", "キ": "ギチ", "ク": "グフ", "ケ": "ゲテ", "コ": "ゴト", "サ": "ザタ", "シ": "ヒジ", "ス": "ズツ",
    "セ": "ゼシ", "ソ": "ゾス", "タ": "ダカ", "チ": "シジ", "ツ": "スズ", "テ": "デセ", "ト": "ドコ", "ナ": "マラ",
    "ニ": "ミリ", "ヌ": "ムル", "ネ": "メレ", "ノ": "モロ", "ハ": "アバ", "ヒ": "シイ", "フ": "ウブ", "ヘ": "エベ",
    "ホ": "オボ", "マ": "ナバ", "ミ": "ニビ", "ム": "ヌブ", "メ": "ネベ", "モ": "ノボ", "ヤ": "アラ", "ユ": "ウ",
    "ヨ": "オ", "ラ": "ダナ", "リ": "ニ", "ル": "ヌウ", "レ": "デネ", "ロ": "ドオ", "プ": "グク", "パ": "カハ",
    "ギ": "キジ", "ガ": "カダ", "ダ": "ラタ", "ド": "ロト", "バ": "パワ", "ブ": "グフ", "ー": "ウ",
}  # fmt: skip
_PARTICLE_LOST = 0.25
_WORD_MISHEARD = 0.3
_SOUND_CONFUSED = 0.25


def misheard(text: str, reader: Reader, rng: random.Random) -> str:
    """`text` as a recogniser on a bad line may give it back. Misheard words come back in katakana."""
    heard: list[str] = []
    for token in reader.tokens(text):
        if token.pos[0] == "助詞" and rng.random() < _PARTICLE_LOST:
            continue
        if token.pos[0] in ("名詞", "動詞") and token.reading and rng.random() < _WORD_MISHEARD:
            heard.append("".join(_confuse(sound, rng) for sound in token.reading))
        else:
            heard.append(token.surface)
    return "".join(heard)


def _confuse(sound: str, rng: random.Random) -> str:
    return rng.choice(_CONFUSED[sound]) if sound in _CONFUSED and rng.random() < _SOUND_CONFUSED else sound
