"""Questions on paragraphs in SQuAD's format, as JSQuAD has them: another kind of book, to fit and to measure on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from dialogue.faq.entry import FaqBook, FaqEntry


@dataclass(frozen=True)
class Question:
    """A question and the place of its paragraph."""

    text: str
    paragraph: int


@dataclass(frozen=True)
class Squad:
    """The paragraphs as (title, text), and the questions on them."""

    paragraphs: tuple[tuple[str, str], ...]
    questions: tuple[Question, ...]

    @classmethod
    def read(cls, file: Path) -> Squad:
        """From the set's JSON file. Raises OSError, and ValueError or KeyError when it is something else."""
        content = json.loads(file.read_text(encoding="utf-8"))["data"]
        written = [paragraph for article in content for paragraph in article["paragraphs"]]
        questions = [Question(asked["question"], place) for place, one in enumerate(written) for asked in one["qas"]]
        return cls(tuple(_split(one["context"]) for one in written), tuple(questions))

    def book(self) -> FaqBook:
        """The paragraphs as entries `p<place>`; the article's title is the only wording of a question."""
        return FaqBook(
            entries=tuple(
                FaqEntry(id=f"p{place}", category="paragraphs", title=title, questions=(title,), spoken=text)
                for place, (title, text) in enumerate(self.paragraphs)
            )
        )

    def for_fitting(self) -> list[Question]:
        """Questions on the even paragraphs."""
        return [question for question in self.questions if question.paragraph % 2 == 0]

    def for_measuring(self) -> list[Question]:
        """Questions on the odd paragraphs."""
        return [question for question in self.questions if question.paragraph % 2 == 1]


def _split(context: str) -> tuple[str, str]:
    """`title [SEP] text`; the text is given back with its title in front."""
    title, sign, text = context.partition("[SEP]")
    flat = " ".join(text.split())
    return (title.strip(), f"{title.strip()}。{flat}") if sign else (flat[:60], flat)
