"""BM25 over Sudachi tokens: the words themselves."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import bm25s
import numpy as np
from numpy.typing import NDArray

from dialogue.kana import Reader, Token

Scores = NDArray[np.float32]

# Words that carry a question's tone, not its matter.
_CONTENT = frozenset({"名詞", "動詞", "形容詞", "形状詞", "接頭辞", "接尾辞", "副詞", "代名詞"})
_IDLE = frozenset(
    {
        "為る", "居る", "有る", "成る", "仕舞う", "下さる", "貰う", "頂く", "御座る", "出来る", "良い", "事", "物",
        "方", "時", "何", "如何", "どう", "何処", "何れ", "御", "さん", "様", "教える", "知る", "聞く", "言う",
        "御願い", "ちょっと", "願う", "欲しい", "呉れる", "見る", "遣る", "私", "僕", "自分", "思う", "分かる",
        "今", "因る", "其れ", "此れ", "あれ", "らしい", "致す", "行く", "場合", "於く", "所", "よう", "の",
    }
)  # fmt: skip


def content_words(tokens: Sequence[Token]) -> list[str]:
    """Dictionary forms of the words that carry the matter."""
    return [t.normalized for t in tokens if t.pos[0] in _CONTENT and t.normalized not in _IDLE]


class LexicalIndex:
    """Documents by their words. A score is the share of the query's information that the document covers, in [0, 1]."""

    def __init__(self, documents: Sequence[str], reader: Reader) -> None:
        words = [content_words(reader.tokens(text)) or ["∅"] for text in documents]
        self._reader = reader
        self._size = len(documents)
        counts = Counter(word for document in words for word in set(document))
        self._idf = {word: self._information(count) for word, count in counts.items()}
        self._bm25 = bm25s.BM25(k1=0.6, b=0.3)
        self._bm25.index(words, show_progress=False)

    def scores(self, query: str) -> Scores:
        """One score a document."""
        words = list(dict.fromkeys(content_words(self._reader.tokens(query))))
        known = [word for word in words if word in self._idf]
        if not known:
            return np.zeros(self._size, dtype=np.float32)
        best = sum(self._idf.get(word, self._information(0)) for word in words)
        raw = np.asarray(self._bm25.get_scores(known), dtype=np.float32)
        return np.asarray(np.clip(raw / best, 0.0, 1.0), dtype=np.float32)

    def _information(self, count: int) -> float:
        return math.log(1 + (self._size - count + 0.5) / (count + 0.5))
