"""Written sentences and their beginnings, up to each border of bunsetsu: what the ends of turns look like in text.

The sentences are those of the recordings used for training, and what customers write in the Accommodation Search Dialog
Corpus (CC BY 4.0): requests to a desk. A sentence that another one follows in the same message teaches nothing, since
it was complete.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from bench.bunsetsu import bunsetsu_starts

READ_WEIGHT: Final = 0.3
"""How much a written sentence counts beside one that was heard: it is spelt without the recogniser's errors."""
CORPUS_WEIGHT: Final = 0.1
"""The same for the corpus, which has three times as many sentences, typed and not spoken."""
_CORPUS: Final = "dialog_hotel_asdc/dialog"


def beginnings(sentence: str, name: str, weight: float) -> Iterator[dict[str, object]]:
    """The whole, marked as an end, and its beginnings; without punctuation, as a small recogniser writes."""
    for border in bunsetsu_starts(sentence):
        yield {"text": sentence[:border].rstrip("、。 "), "ended": False, "sentence": name, "weight": weight}
    yield {"text": sentence.rstrip("、。 "), "ended": True, "sentence": name, "weight": weight}


def customers_sentences(data: Path) -> Iterator[tuple[str, str, float]]:
    """Sentences of the corpus's customers with a name each; nothing if the corpus is not there."""
    for path in sorted((data / _CORPUS).glob("*.json")):
        dialogue = json.loads(path.read_text(encoding="utf-8"))
        for utterance in dialogue["utterances"]:
            if utterance["name"].startswith("customer"):
                lines = [line for part in utterance["text"].split("\n") for line in part.split("。") if line.strip()]
                yield from ((line.strip(), utterance["id"]["id"], CORPUS_WEIGHT) for line in lines)


def save_written(sentences: Iterable[tuple[str, str, float]], path: Path) -> None:
    """One JSON object a line."""
    texts = [text for sentence in sentences for text in beginnings(*sentence)]
    path.write_text("".join(json.dumps(text, ensure_ascii=False) + "\n" for text in texts), encoding="utf-8")
