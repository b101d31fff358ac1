"""How many of a company's words are recalled: synthetic callers say each in a sentence, over the telephone.

The sentences are self-made around the vocabulary of the sample company, and spoken by a Kokoro voice that is not the
agent's. What corrects words was fitted on other sentences in other voices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Any, Final

import pyopenjtalk
import yaml

from dialogue.faq.entry import FaqBook
from dialogue.faq.files import read_entries
from dialogue.retrieval.hotwords import hotwords
from voice.audio import g711
from voice.audio.pcm import RATE_HZ, Samples
from voice.audio.resample import resample
from voice.recognition.guards import bare
from voice.recognition.kana_distance import morae_of
from voice.recognition.vocabulary import HotwordList, Term

CARRIERS: Final = (
    "{}のことで聞きたいことがあるんですが。",
    "すみません、{}はどうなっていますか。",
    "{}を調べてもらえますか。",
)
_SAID_AT_MOST: Final = 100


@dataclass(frozen=True)
class Said:
    """One sentence with one of the company's words in it, as it arrives: 16 kHz samples."""

    term: Term
    sentence: str
    samples: Samples

    def recalled_in(self, text: str) -> bool:
        """Whether the word stands in `text`, in its own or its display spelling."""
        heard = bare(text)
        return any(bare(spelling) in heard for spelling in (self.term.surface, self.term.written))


def sample_terms() -> list[Term]:
    """The words of the sample company: its vocabulary, then those of its FAQ."""
    with as_file(files("samples") / "minato") as folder:
        rows: list[dict[str, Any]] = yaml.safe_load((folder / "vocabulary.yaml").read_text(encoding="utf-8"))["entries"]
        book = FaqBook(version=1, entries=read_entries(folder / "faq.yaml"))
    own = [Term(row["surface"], row["reading"], float(row["weight"]), row["display"]) for row in rows]
    return [*own, *(Term(*term) for term in hotwords(book))]


def spoken_terms(terms: Iterable[Term], say: Callable[[str], Samples], most: int = _SAID_AT_MOST) -> list[Said]:
    """The `most` weightiest words that sound different, each in one sentence.

    `say` gives a sentence's sound at 8 kHz. A word that Open JTalk would read otherwise is said by its reading.
    """
    heard: set[tuple[str, ...]] = set()
    said: list[Said] = []
    for term in HotwordList(terms).terms:
        morae = morae_of(term.reading)
        if not morae or morae in heard or len(said) >= most:
            continue
        heard.add(morae)
        sayable = term.surface if _read_alone(term.surface) == morae else term.reading
        carrier = CARRIERS[len(said) % len(CARRIERS)]
        narrow = g711.mulaw_decode(g711.mulaw_encode(say(carrier.format(sayable))))
        said.append(Said(term, carrier.format(term.surface), resample(narrow, g711.RATE_HZ, RATE_HZ)))
    return said


def _read_alone(surface: str) -> tuple[str, ...]:
    return morae_of(str(pyopenjtalk.g2p(surface, kana=True)))
