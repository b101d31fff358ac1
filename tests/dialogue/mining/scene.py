"""A miner over a small part of the sample FAQ with its real index, and an embedder that costs next to nothing."""

from __future__ import annotations

import functools
import zlib
from collections.abc import Iterable, Sequence

import numpy as np

from dialogue.faq.entry import FaqBook
from dialogue.faq.files import read_entries
from dialogue.kana import Reader
from dialogue.mining.calls import PastCall
from dialogue.mining.clusters import Clusters
from dialogue.mining.drafts import Draft, Drafter
from dialogue.mining.gleaning import Gleaner
from dialogue.mining.miner import Miner
from dialogue.mining.space import Background, QuestionSpace
from dialogue.retrieval.background import BACKGROUND
from dialogue.retrieval.e5 import E5Embedder
from dialogue.retrieval.embedder import Vectors
from dialogue.retrieval.retriever import Retriever
from samples import sample_dir
from tests.embedding import kept_embedder

ENTRIES = ("hikari-cancel-fee", "mobile-cancel-fee", "payment-date", "senior-discount", "phone-number-change", "points")


class LetterEmbedder:
    """Texts by the pairs of signs in them: an embedder without weights, for what is about number and not meaning."""

    name = "pairs-of-signs"

    def queries(self, texts: Sequence[str]) -> Vectors:
        rows = np.full((len(texts), 64), 0.01, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            for at in range(len(text) - 1):
                row[zlib.crc32(text[at : at + 2].encode()) % 64] += 1.0
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

    passages = queries


@functools.cache
def book() -> FaqBook:
    entries = [entry for entry in read_entries(sample_dir() / "faq.yaml") if entry.id in ENTRIES]
    return FaqBook(version=1, entries=tuple(e.model_copy(update={"questions": e.questions[:6]}) for e in entries))


@functools.cache
def reader() -> Reader:
    return Reader()


@functools.cache
def embedder() -> E5Embedder:
    return kept_embedder()


@functools.cache
def retriever() -> Retriever:
    return Retriever(book(), embedder(), reader(), background=BACKGROUND[::4])


@functools.cache
def background() -> Background:
    entries = book().entries
    return Background(tuple(q for e in entries for q in e.questions), tuple(e.spoken for e in entries))


def new_miner(clusters: Clusters | None = None) -> Miner:
    space = QuestionSpace(embedder(), reader(), background())
    drafter = Drafter(book(), retriever(), reader())
    return Miner(Gleaner(), space, clusters or Clusters(), drafter)


def mine(calls: Iterable[PastCall], min_calls: int = 3) -> list[Draft]:
    miner = new_miner()
    for call in calls:
        miner.take(call)
    return miner.drafts(min_calls)
