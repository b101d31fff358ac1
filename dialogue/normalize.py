"""One way of writing: every text that is compared goes through `normalize` first."""

from __future__ import annotations

import re
import unicodedata

# Old and variant forms that NFKC leaves alone but that name the same word to a caller.
_VARIANT_KANJI = str.maketrans("髙﨑齋齊邊邉澤濱廣國會圓學眞德櫻黑", "高崎斎斉辺辺沢浜広国会円学真徳桜黒")
_VU = (("ヴァ", "バ"), ("ヴィ", "ビ"), ("ヴェ", "ベ"), ("ヴォ", "ボ"), ("ヴュ", "ビュ"), ("ヴ", "ブ"), ("ゔ", "ぶ"))
_KANA = "ぁ-ゖァ-ヺ"
_JAPANESE = "ぁ-ゖァ-ヺー一-鿿々〆、。！？「」"
_LONG = re.compile(f"(?<=[{_KANA}ー])[~〜∼～―‐‑–—−-]+(?=[{_KANA}ー、。!?\\s]|$)")
_LONG_RUN = re.compile("ー{2,}")
_SPACE = re.compile(r"[\s\u200b-\u200d\u2060\ufeff\x00-\x1f\x7f]+")
_SPACE_BESIDE_JAPANESE = re.compile(f"(?<=[{_JAPANESE}!?]) | (?=[{_JAPANESE}!?])")
_ITERATED = re.compile("([^\\s々ゝゞヽヾ])([々ゝゞヽヾ])")
_VOICED = str.maketrans(
    "かきくけこさしすせそたちつてとはひふへほカキクケコサシスセソタチツテトハヒフヘホ",
    "がぎぐげござじずぜぞだぢづでどばびぶべぼガギグゲゴザジズゼゾダヂヅデドバビブベボ",
)

# What people say before, between and after the matter itself. Longest first, so that nothing is left in halves.
_COURTESIES = (
    "えーっと", "えーと", "えっと", "えと", "えー", "あのー", "あのう", "あの、", "そのー", "んーと", "うーんと",
    "うーん", "んー", "まあ", "まぁ", "なんか", "ちょっと", "すみません", "すいません", "もしもし", "こんにちは",
    "お世話になります", "お世話になっております", "お忙しいところ", "恐れ入りますが", "恐れ入ります",
    "お尋ねしたいのですが", "お聞きしたいのですが", "お聞きしたいんですが", "お聞きしたいんですけど",
    "お伺いしたいのですが", "伺いたいのですが", "聞きたいんですけど", "聞きたいんですが", "聞きたいのですが",
    "質問なんですけど", "質問なんですが",
)  # fmt: skip
_FILLERS = re.compile(f"(?:{'|'.join(sorted(_COURTESIES, key=len, reverse=True))})、?")
_EDGES = " 、。・!?"
_MAX_ROUNDS = 16


def normalize(text: str) -> str:
    """The comparable form of `text`: NFKC, lower case, one long vowel mark, no ヴ, no iteration marks, no idle space.

    Idempotent: normalising twice changes nothing. Never raises.
    """
    for _ in range(_MAX_ROUNDS):
        again = _once(text)
        if again == text:
            break
        text = again
    return text


def strip_fillers(text: str) -> str:
    """Normalised `text` without fillers and opening courtesies; the text itself where nothing else would be left."""
    normal = normalize(text)
    rest = _FILLERS.sub("", normal).strip(_EDGES)
    return rest or normal.strip(_EDGES)


def _once(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).lower().translate(_VARIANT_KANJI)
    for written, read in _VU:
        text = text.replace(written, read)
    text = _LONG.sub("ー", text)
    text = _LONG_RUN.sub("ー", text)
    text = _ITERATED.sub(_iterate, text)
    text = _SPACE.sub(" ", text).strip()
    return _SPACE_BESIDE_JAPANESE.sub("", text)


def _iterate(match: re.Match[str]) -> str:
    before, mark = match.groups()
    return before + (before.translate(_VOICED) if mark in "ゞヾ" else before)
