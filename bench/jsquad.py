"""Retrieval on JSQuAD: a question, typed or spoken over a telephone line, to the paragraph it was written for.

Ours against plain BM25 and plain e5 over the same 1,145 paragraphs, in the same run. Only questions on every second
paragraph are asked: the others are what the fusion may be fitted on. One of the figures, the index's, is no
retrieval: seconds to publish one changed entry of a book of 10,000.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Final, TypeAlias

import bm25s
import numpy as np

from bench.jsquad_spoken import Heard, Telephone
from dialogue.faq.entry import FaqBook, FaqEntry
from dialogue.kana import Reader
from dialogue.normalize import strip_fillers
from dialogue.retrieval.e5 import E5Embedder
from dialogue.retrieval.embedder import Embedder
from dialogue.retrieval.lexical import content_words
from dialogue.retrieval.live import LiveIndex
from dialogue.retrieval.retriever import Retriever
from dialogue.retrieval.squad import Question, Squad

_SET: Final = "qa_jsquad"
_FILE: Final = "valid-v1.3.json"
_DEPTH: Final = 50
SPOKEN_QUESTIONS: Final = 150

Ranks: TypeAlias = list[int]
"""Of each question the place, from 1, at which its paragraph was found; 0: not among the first 50."""
Search: TypeAlias = Callable[[str, Sequence[str]], Sequence[int]]
"""A question and other hypotheses of it to paragraphs, best first."""


class JsquadMissingError(Exception):
    """The set is not there; the message says what to do."""


def read_jsquad(data: Path) -> Squad:
    """From the folder of the set, or the one above it. Raises `JsquadMissingError`."""
    file = next((path for path in (data / _FILE, data / _SET / _FILE) if path.is_file()), None)
    if file is None:
        raise JsquadMissingError(f"{data} に {_FILE} が見つかりません。UKETSUKE_DATA をご確認ください。")
    return Squad.read(file)


async def jsquad_figures(data: Path, cache: Path, model_dir: Path, limit: int | None = None) -> dict[str, float]:
    """`jsquad_<measure>_<way>` for r1, r5, mrr and ndcg10 with fused, bm25 and e5; of a sample also spoken.

    `data` holds JSQuAD, `cache` keeps embeddings, sound and what was heard, `model_dir` has Whisper's weights;
    `limit` asks fewer typed questions. Spoken figures end in `_spoken`, the same questions typed in `_same_typed`;
    `jsquad_spoken_loss` is the difference of the fused R@1.
    """
    return await asyncio.to_thread(run_jsquad, data, cache, model_dir, limit)


def run_jsquad(
    data: Path, cache: Path, model_dir: Path, limit: int | None = None, spoken: int = SPOKEN_QUESTIONS
) -> dict[str, float]:
    """Blocking form of `jsquad_figures`; `spoken` questions are spoken, none with 0."""
    jsquad = read_jsquad(data)
    ways = _ways(jsquad, E5Embedder(cache / "bench" / "embeddings"))
    shuffled = random.Random(0).sample(jsquad.for_measuring(), len(jsquad.for_measuring()))
    typed = shuffled[:limit]
    figures = {"jsquad_questions": float(len(typed))}
    for name, search in ways.items():
        figures |= _named(name, measures(_ranks(search, typed)))
    chosen = shuffled[:spoken]
    if chosen:
        heard = Telephone(cache, model_dir).hear([question.text for question in chosen])
        figures["jsquad_spoken_questions"] = float(len(chosen))
        for name, search in ways.items():
            figures |= _named(f"{name}_same_typed", measures(_ranks(search, chosen)))
            figures |= _named(f"{name}_spoken", measures(_ranks(search, chosen, heard)))
        figures["jsquad_spoken_loss"] = figures["jsquad_r1_fused_same_typed"] - figures["jsquad_r1_fused_spoken"]
    return figures


def measures(ranks: Ranks) -> dict[str, float]:
    """R@1, R@5, MRR and nDCG@10 of one right paragraph a question."""
    count = max(1, len(ranks))
    return {
        "r1": sum(rank == 1 for rank in ranks) / count,
        "r5": sum(1 <= rank <= 5 for rank in ranks) / count,
        "mrr": sum(1 / rank for rank in ranks if rank) / count,
        "ndcg10": sum(1 / math.log2(rank + 1) for rank in ranks if 1 <= rank <= 10) / count,
    }


def index_figures(data: Path, cache: Path, entries: int = 10_000) -> dict[str, float]:
    """Seconds to index a book of that size, to publish it with one entry changed, and to search it.

    By the clock, and of one processor's time for the edit, which other work on the machine does not stretch.
    """
    book = FaqBook(entries=tuple(_many(read_jsquad(data), entries)))
    live = LiveIndex(E5Embedder(cache / "bench" / "embeddings"), Reader())
    whole = _seconds(partial(live.publish, book))
    edits: list[float] = []
    worked: list[float] = []
    for number in range(5):
        place = number * 1_000 % entries
        edited = book.entries[place].model_copy(update={"questions": (f"変更した質問その{number}です",)})
        book = FaqBook(version=number + 2, entries=(*book.entries[:place], edited, *book.entries[place + 1 :]))
        spent = time.process_time()
        edits.append(_seconds(partial(live.publish, book)))
        worked.append(time.process_time() - spent)
    asked = [entry.spoken[:30] for entry in book.entries[:: max(1, entries // 50)]]
    live.search(asked[0])
    searches = [_seconds(partial(live.search, text)) for text in asked]
    return {
        "index_entries": float(entries),
        "index_whole_s": whole,
        "index_edit_s": max(edits),
        "index_edit_cpu_s": max(worked),
        "index_search_ms": 1_000 * float(np.median(searches)),
    }


def _ways(jsquad: Squad, embedder: Embedder) -> dict[str, Search]:
    reader = Reader()
    fused = Retriever(jsquad.book(), embedder, reader)
    texts = [strip_fillers(text) for _, text in jsquad.paragraphs]
    bm25 = bm25s.BM25()
    bm25.index([content_words(reader.tokens(text)) or ["∅"] for text in texts], show_progress=False)
    passages = embedder.passages([text for _, text in jsquad.paragraphs])

    def by_words(text: str, others: Sequence[str]) -> Sequence[int]:
        words = content_words(reader.tokens(strip_fillers(text)))
        scores = np.asarray(bm25.get_scores(words)) if words else np.zeros(len(texts))
        return [int(place) for place in np.argsort(-scores, kind="stable")[:_DEPTH]]

    def by_meaning(text: str, others: Sequence[str]) -> Sequence[int]:
        row = embedder.queries([strip_fillers(text) or text])[0]
        return [int(place) for place in np.argsort(-(passages @ row), kind="stable")[:_DEPTH]]

    def by_all(text: str, others: Sequence[str]) -> Sequence[int]:
        return [int(found.entry_id[1:]) for found in fused.search(text, others, _DEPTH)]

    return {"fused": by_all, "bm25": by_words, "e5": by_meaning}


def _ranks(search: Search, questions: Sequence[Question], heard: Sequence[Heard] | None = None) -> Ranks:
    ranks: Ranks = []
    for place, question in enumerate(questions):
        text, others = (question.text, ()) if heard is None else (heard[place].text, heard[place].others)
        found = list(search(text, others)) if text else []
        ranks.append(found.index(question.paragraph) + 1 if question.paragraph in found else 0)
    return ranks


def _named(name: str, values: dict[str, float]) -> dict[str, float]:
    return {f"jsquad_{measure}_{name}": value for measure, value in values.items()}


def _many(jsquad: Squad, count: int) -> Iterator[FaqEntry]:
    """As many entries, the paragraphs round and round: only their first round is embedded."""
    for number in range(count):
        title, text = jsquad.paragraphs[number % len(jsquad.paragraphs)]
        yield FaqEntry(id=f"e{number}", category="jsquad", title=title, questions=(title,), spoken=text)


def _seconds(run: Callable[[], object]) -> float:
    began = time.perf_counter()
    run()
    return time.perf_counter() - began
