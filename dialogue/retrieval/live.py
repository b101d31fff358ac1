"""The index that is in use: a new one takes its place in one step, and an edit costs what it changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

from dialogue.evidence import Candidate
from dialogue.faq.entry import FaqBook
from dialogue.kana import Reader
from dialogue.retrieval.embedder import Embedder
from dialogue.retrieval.fusion import Fusion
from dialogue.retrieval.prepared import Workshop
from dialogue.retrieval.retriever import Retriever


class LiveIndex:
    """Searches the book that was published last. Thread-safe; publishing and searching block, so run both off the loop.

    A search that runs while another book is published ends on the book it began with. `current` is the retriever to
    hold on to where several searches must see the same book.
    """

    def __init__(self, embedder: Embedder, reader: Reader, fusion: Fusion | None = None) -> None:
        self._embedder, self._reader, self._fusion = embedder, reader, fusion
        self._workshop = Workshop(embedder, reader)
        self._publishing = threading.Lock()
        self._current = Retriever(FaqBook(version=0), embedder, reader, fusion)

    @property
    def current(self) -> Retriever:
        """The retriever over the book that was published last; over an empty one before that."""
        return self._current

    def publish(self, book: FaqBook) -> Retriever:
        """Index `book` and put it in use. Entries that stand unchanged in the book before are used again.

        What fails on the way (an embedder that does not answer) leaves the book before in use.
        """
        with self._publishing:
            made = Retriever(book, self._embedder, self._reader, self._fusion, workshop=self._workshop)
            self._current = made
            return made

    def read_again(self, touched: Callable[[str], bool]) -> None:
        """The reader knows other words: entries with a `touched` text are read anew at the next publishing."""
        with self._publishing:
            self._workshop.read_again(touched)

    def beside(self, book: FaqBook) -> Retriever:
        """Index `book` without putting it in use; it costs what it changes, and so does the next publishing."""
        return Retriever(book, self._embedder, self._reader, self._fusion, workshop=self._workshop)

    def search(self, text: str, alternatives: Sequence[str] = (), top: int = 5) -> list[Candidate]:
        """As `Retriever.search`, in the book in use."""
        return self._current.search(text, alternatives, top)
