"""Takes the hesitation out of what was said, and keeps it beside: えーと、あのー、まあ、なんか …

あの and その are also demonstratives (あの人, その件). They are fillers when nothing that they could point at
follows: a pause, the end, a verb, an adverb, another filler. Parts of speech are Sudachi's.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from voice.turn.morphemes import Morpheme, Morphemes, shared_morphemes

_ALWAYS: Final = re.compile(
    r"え[ーっ~]+と?|え[えーっ]*っ?とー*|えと|あの[ーうぉ~]+|その[ーぉ~]+|[うん][ーう~]*ん?[ー~]+ん*と?|うーん+と?|"
    r"ま[ー~]+|まぁ|[あう][ー~]+|なんていうか|何ていうか|なんというか|なんだっけ|なんだろう"
)
_POINTS: Final = frozenset({"あの", "その"})
_NEVER_POINTED_AT: Final = frozenset(
    {"いつ", "どこ", "なに", "いくら", "今", "今日", "昨日", "明日", "来週", "先週", "来月", "先月", "さっき"}
)
_SOFTENERS: Final = frozenset({"です", "ね", "さ", "な"})
_PAUSES: Final = frozenset("、。，．,.… 　")


@dataclass(frozen=True)
class Spoken:
    """What was said, word for word, and without its fillers; `fillers` are those taken out, in order."""

    verbatim: str
    plain: str
    fillers: tuple[str, ...]

    @property
    def only_fillers(self) -> bool:
        """Whether something was said and nothing of it carries meaning."""
        return bool(self.fillers) and not self.plain


class FillerFilter:
    """Separates fillers from words. Thread-safe."""

    def __init__(self, morphemes: Morphemes | None = None) -> None:
        self._morphemes = morphemes or shared_morphemes()

    def separate(self, text: str) -> Spoken:
        """Both forms of `text`. Punctuation left without a word goes too."""
        words = self._morphemes.read(unicodedata.normalize("NFKC", text))
        kept: list[str] = []
        fillers: list[str] = []
        at = 0
        while at < len(words):
            length = _filler_length(words, at)
            if length:
                fillers.append("".join(word.surface for word in words[at : at + length]))
            else:
                kept.append(words[at].surface)
            at += max(length, 1)
        if not fillers:
            return Spoken(text, text.strip(), ())
        return Spoken(text, _tidy("".join(kept)), tuple(fillers))


def strip_fillers(text: str) -> str:
    """`text` without its fillers, for the mind; empty when there was nothing else."""
    return FillerFilter().separate(text).plain


def _filler_length(words: tuple[Morpheme, ...], at: int) -> int:
    """How many morphemes from `at` on make one filler; 0 if none begins here."""
    length = _core_length(words, at)
    if not length:
        return 0
    softeners = 0
    for word in words[at + length :]:
        if word.surface not in _SOFTENERS:
            break
        softeners += 1
    # あのですね、えっとですね: the softener belongs to the filler, but です alone (まあです) is a predicate.
    tail = words[at + length : at + length + softeners]
    return length + softeners if softeners and tail[-1].surface != "です" else length


def _core_length(words: tuple[Morpheme, ...], at: int) -> int:
    word = words[at]
    following = words[at + 1] if at + 1 < len(words) else None
    for length in (4, 3, 2, 1):
        chunk = words[at : at + length]
        if len(chunk) == length and _ALWAYS.fullmatch("".join(m.surface for m in chunk)):
            return length
    if word.pos.startswith("感動詞-フィラー"):
        return 1
    if word.surface in _POINTS:
        return 1 if _points_at_nothing(words, at) else 0
    if word.surface == "まあ":
        return 1
    if word.surface == "なん" and following is not None and following.surface == "か":
        return 2 if _hedges(words, at) else 0
    if word.surface == "なんか":
        return 1 if at == 0 or words[at - 1].surface in _PAUSES else 0
    return 0


def _points_at_nothing(words: tuple[Morpheme, ...], at: int) -> bool:
    rest = words[at + 1 :]
    if not rest or rest[0].surface in _PAUSES:
        return True
    following = rest[0]
    if following.pos.startswith("接頭辞"):
        # あのお店 points; あのお聞きしたい does not.
        return len(rest) > 1 and rest[1].pos.startswith("動詞")
    if following.pos.startswith(("形容詞", "形状詞")):
        # その新しいプラン points: an adjective may stand between.
        return not any(m.pos.startswith("名詞") for m in rest[1:3])
    return not following.pos.startswith(("名詞", "接頭辞")) or _never_pointed_at(following)


def _never_pointed_at(word: Morpheme) -> bool:
    """Question words and days: nobody says "that tomorrow" or "that what time"."""
    return word.surface.startswith("何") or word.surface in _NEVER_POINTED_AT


def _hedges(words: tuple[Morpheme, ...], at: int) -> bool:
    """Whether なんか is a hedge: not "such as" (プランなんか) and not "something" (なんかを)."""
    before = words[at - 1] if at else None
    after = words[at + 2] if at + 2 < len(words) else None
    if before is not None and before.pos.startswith(("名詞", "代名詞", "動詞")):
        return False
    return after is None or not after.pos.startswith(("助詞", "助動詞"))


def _tidy(text: str) -> str:
    text = re.sub(r"[、，,\s…]*([。．])", r"\1", text)
    text = re.sub(r"[、，,…]{2,}", "、", text)
    text = text.strip(" 、，,…　")
    return "" if all(c in _PAUSES or c in "!?" for c in text) else text.lstrip("。．")
