"""The two published lists of words, as plain data: what the recogniser favours, and how the voice reads."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Final

import jaconv

from voice.recognition.vocabulary import Term
from voice.tts.dictionary import (
    DictionaryError,
    Pronunciation,
    PronunciationDictionary,
    check_pronunciation,
)

MOST_WORDS: Final = 2_000
LONGEST: Final = 60
HEAVIEST: Final = 3.0
_KANA: Final = frozenset(map(chr, (*range(0x30A1, 0x30F7), 0x30FC)))


class WordsError(ValueError):
    """Some entries cannot be used. `problems` says in Japanese what is wrong, by the entry's place from 0."""

    def __init__(self, problems: Sequence[tuple[int, str]]) -> None:
        super().__init__("\n".join(f"{place + 1}件目: {problem}" for place, problem in problems))
        self.problems = tuple(problems)


def terms_of(content: Mapping[str, Any]) -> tuple[Term, ...]:
    """The words of a `vocabulary` document: `{"entries": [{surface, reading, weight, display}]}`.

    Raises `WordsError` that names every entry at fault.
    """
    terms: list[Term] = []
    problems: list[tuple[int, str]] = []
    seen: set[str] = set()
    for place, row in enumerate(_rows(content, {"surface", "reading", "weight", "display"})):
        problem = _problem_of_term(row)
        surface = _folded(str(row.get("surface", "")))
        if problem is None and surface in seen:
            problem = f"「{row['surface']}」が2つ以上あります。1つにしてください。"
        if problem is not None:
            problems.append((place, problem))
            continue
        seen.add(surface)
        terms.append(
            Term(
                str(row["surface"]).strip(),
                str(row.get("reading", "")).strip(),
                float(row.get("weight", 1)),
                str(row.get("display", "")).strip(),
            )
        )
    if problems:
        raise WordsError(problems)
    return tuple(terms)


def pronunciations_of(content: Mapping[str, Any]) -> tuple[Pronunciation, ...]:
    """The readings of a `dictionary` document: `{"entries": [{surface, reading}]}`. Raises `WordsError`."""
    entries: list[Pronunciation] = []
    problems: list[tuple[int, str]] = []
    for place, row in enumerate(_rows(content, {"surface", "reading"})):
        entry = Pronunciation(str(row.get("surface", "")).strip(), str(row.get("reading", "")).strip())
        problem = check_pronunciation(entry)
        if problem is not None:
            problems.append((place, problem))
        entries.append(entry)
    if not problems:
        try:
            PronunciationDictionary(entries)
        except DictionaryError as error:
            problems = [_placed(told) for told in error.problems]
    if problems:
        raise WordsError(problems)
    return tuple(entries)


def vocabulary_content(terms: Sequence[Term]) -> dict[str, Any]:
    """The document of these words."""
    rows = [{"surface": t.surface, "reading": t.reading, "weight": t.weight, "display": t.display} for t in terms]
    return {"entries": rows}


def dictionary_content(entries: Sequence[Pronunciation]) -> dict[str, Any]:
    """The document of these readings."""
    return {"entries": [{"surface": each.surface, "reading": each.reading} for each in entries]}


def _rows(content: Mapping[str, Any], known: set[str]) -> list[Mapping[str, Any]]:
    rows = content.get("entries", [])
    if content.keys() - {"entries"} or not isinstance(rows, Sequence) or isinstance(rows, str):
        raise WordsError([(0, "entries に語を並べてください。")])
    if len(rows) > MOST_WORDS:
        raise WordsError([(MOST_WORDS, f"語が{len(rows)}件あります。{MOST_WORDS}件以内にしてください。")])
    for place, row in enumerate(rows):
        if not isinstance(row, Mapping) or row.keys() - known:
            raise WordsError([(place, f"使えるのは {'、'.join(sorted(known))} だけです。")])
    return list(rows)


def _problem_of_term(row: Mapping[str, Any]) -> str | None:
    surface, reading = str(row.get("surface", "")).strip(), str(row.get("reading", "")).strip()
    display = str(row.get("display", "")).strip()
    if not surface:
        return "語が空欄です。聞き取りたい語を入力してください。"
    for text in (surface, reading, display):
        if len(text) > LONGEST:
            return f"「{text[:20]}…」が長すぎます。{LONGEST}文字以内で入力してください。"
        if any(unicodedata.category(char)[0] == "C" for char in text):
            return f"「{surface}」に改行などの制御文字が含まれています。取り除いてください。"
    if reading and not set(jaconv.hira2kata(unicodedata.normalize("NFKC", reading)).replace(" ", "")) <= _KANA:
        return f"「{surface}」の読み「{reading}」は、ひらがなまたはカタカナだけで入力してください。"
    weight = row.get("weight", 1)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight <= HEAVIEST:
        return f"「{surface}」の強さは、0から3までの数で入力してください。"
    return None


def _folded(surface: str) -> str:
    return unicodedata.normalize("NFKC", surface).strip().lower()


def _placed(told: str) -> tuple[int, str]:
    number, _, problem = told.partition("件目: ")
    return int(number) - 1, problem
