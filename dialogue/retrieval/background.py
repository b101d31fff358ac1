"""What is none of an entry's matter: a book is searched against this too, so that "none of them" can win."""

from __future__ import annotations

from dialogue.retrieval.near_misses import NEAR_MISSES
from dialogue.retrieval.unrelated import SENTENCES

BACKGROUND: tuple[str, ...] = (*SENTENCES, *NEAR_MISSES)
"""Small talk, other trades' matters, and near misses."""
