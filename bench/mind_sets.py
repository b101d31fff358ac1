"""What `bench mind` asks: the held-back questions of the sample company, and small talk that no entry answers."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

SMALL_TALK: Final = 150
SPOKEN: Final = 300
_CHAT: Final = "chat_realpersonachat/sample.jsonl.gz"
_SHORTEST, _LONGEST = 8, 40
_SEED: Final = 20_261


class MindDataError(Exception):
    """A data set is not there; the message says what to do, in Japanese."""


@dataclass(frozen=True)
class Asked:
    """One sentence of a caller. `accepted` are the entries that answer it: none for what is out of scope.

    `of` says which set it is from (first, second, small_talk), `style` the manner it is asked in.
    """

    text: str
    accepted: frozenset[str]
    of: str
    style: str


@dataclass(frozen=True)
class Questions:
    """The held-back sets of a company."""

    in_scope: tuple[Asked, ...]
    out_of_scope: tuple[Asked, ...]

    @classmethod
    def read(cls, file: Path) -> Questions:
        """From `questions.yaml`. Raises `MindDataError`."""
        if not file.is_file():
            raise MindDataError(f"{file} が見つかりません。取り置きの質問のあるフォルダを指定してください。")
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        return cls(tuple(map(_asked, content["in_scope"])), tuple(map(_asked, content["out_of_scope"])))


def small_talk(data: Path, count: int = SMALL_TALK) -> tuple[Asked, ...]:
    """`count` utterances of 8 to 40 characters from every second dialogue of RealPersonaChat, always the same."""
    file = data / _CHAT
    if not file.is_file():
        raise MindDataError(f"{file} が見つかりません。UKETSUKE_DATA をご確認ください。")
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        dialogues = [json.loads(line) for line in lines]
    texts = [" ".join(said.split()) for one in dialogues[1::2] for said in one]
    fitting = list(dict.fromkeys(text for text in texts if _SHORTEST <= len(text) <= _LONGEST))
    chosen = random.Random(_SEED).sample(fitting, min(count, len(fitting)))
    return tuple(Asked(text, frozenset(), "small_talk", "small_talk") for text in chosen)


def spread(questions: Sequence[Asked], count: int = SPOKEN) -> tuple[Asked, ...]:
    """`count` of the questions, as many of each entry as can be, always the same."""
    shuffled = random.Random(_SEED).sample(list(questions), len(questions))
    by_entry: dict[frozenset[str], list[Asked]] = {}
    for question in shuffled:
        by_entry.setdefault(question.accepted, []).append(question)
    depth = max(map(len, by_entry.values()), default=0)
    rounds = [group[turn] for turn in range(depth) for group in by_entry.values() if turn < len(group)]
    return tuple(rounds[:count])


def _asked(row: dict[str, Any]) -> Asked:
    entry = row.get("entry", ())
    accepted = (entry,) if isinstance(entry, str) else tuple(entry)
    return Asked(row["text"], frozenset(accepted), row["set"], row["style"])
