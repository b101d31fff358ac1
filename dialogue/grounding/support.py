"""How well one sentence supports another: shared content words, and closeness of meaning."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dialogue.kana import Reader
from dialogue.retrieval.embedder import Embedder
from dialogue.retrieval.lexical import content_words

# From self-made pairs: honest shortenings have 0.75 and more of their words in the source and a cosine of 0.90 and
# more; invented sentences of the same tone have at most 0.5 of their words there, but a cosine of up to 0.92. So words
# decide; the cosine only bars what is about something else.
LEXICAL_AT: Final = 0.7
SEMANTIC_AT: Final = 0.86


@dataclass(frozen=True)
class Closeness:
    """`lexical`: share of the sentence's content words that the source has; `semantic`: cosine. Both in [0, 1]."""

    lexical: float
    semantic: float


class SentenceSupport:
    """Compares a sentence with the approved one it is said to come from. Blocking: the embedder runs in this thread."""

    def __init__(
        self,
        reader: Reader,
        embedder: Embedder,
        lexical_at: float = LEXICAL_AT,
        semantic_at: float = SEMANTIC_AT,
    ) -> None:
        self._reader = reader
        self._embedder = embedder
        self._limits = Closeness(lexical_at, semantic_at)

    def closeness(self, sentence: str, source: str) -> Closeness:
        """Both figures for one pair. Both texts are embedded as passages: neither is a question."""
        said = set(content_words(self._reader.tokens(sentence)))
        known = set(content_words(self._reader.tokens(source)))
        vectors = self._embedder.passages([source, sentence])
        cosine = float(vectors[0] @ vectors[1])
        return Closeness(len(said & known) / len(said) if said else 1.0, min(1.0, max(0.0, cosine)))

    def supports(self, closeness: Closeness) -> bool:
        """Whether both figures reach their limits."""
        return closeness.lexical >= self._limits.lexical and closeness.semantic >= self._limits.semantic
