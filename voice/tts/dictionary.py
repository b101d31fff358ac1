"""The pronunciation dictionary: how the company wants its own words read, changed while calls run."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final

import jaconv

_KANA: Final = re.compile(r"[ァ-ヴー]+(?:[・、 ][ァ-ヴー]+)*")
_LONGEST_SURFACE: Final = 60
_LONGEST_READING: Final = 120


class DictionaryError(ValueError):
    """Some entries cannot be used. `problems` names each in Japanese, in the order of the entries."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class Pronunciation:
    """One word and its reading in kana (hiragana or katakana, ー for long vowels)."""

    surface: str
    reading: str


@dataclass(frozen=True)
class _Snapshot:
    """Entries at one instant; never changed, so a sentence that is being prepared sees one state."""

    readings: Mapping[str, str]
    pattern: re.Pattern[str] | None
    version: int


class PronunciationDictionary:
    """Replaces words by their readings in the text itself, so that it serves every engine.

    `replace` swaps the whole set at once: sentences prepared from then on use it, those already prepared do not.
    Safe from any thread.
    """

    def __init__(self, entries: Iterable[Pronunciation] = ()) -> None:
        self._snapshot = _snapshot(tuple(entries), version=0)

    @property
    def version(self) -> int:
        """How often the entries have been replaced."""
        return self._snapshot.version

    @property
    def entries(self) -> tuple[Pronunciation, ...]:
        """The entries in force, by surface."""
        return tuple(Pronunciation(surface, reading) for surface, reading in sorted(self._snapshot.readings.items()))

    def replace(self, entries: Iterable[Pronunciation]) -> None:
        """Put `entries` in force from the next sentence on.

        Raises `DictionaryError` that names every entry at fault; then nothing changes.
        """
        self._snapshot = _snapshot(tuple(entries), self._snapshot.version + 1)

    def apply(self, text: str) -> str:
        """Return NFKC `text` with every known word replaced by its katakana reading, the longest word first."""
        return _applied(self._snapshot, text)

    def as_it_stands(self) -> Callable[[str], str]:
        """`apply` by the entries that are in force now, for good."""
        return partial(_applied, self._snapshot)


def check_pronunciation(entry: Pronunciation) -> str | None:
    """Say in Japanese what is wrong with `entry`, or None when it can be used."""
    surface = _surface(entry.surface)
    shown = entry.surface.strip() or "（空欄）"
    if not surface:
        return "表記が空欄です。読み方を登録する語を入力してください。"
    if len(surface) > _LONGEST_SURFACE:
        return f"「{shown[:20]}…」の表記が長すぎます。{_LONGEST_SURFACE}文字以内で入力してください。"
    if any(unicodedata.category(char)[0] == "C" for char in surface):
        return f"「{shown}」の表記に改行などの制御文字が含まれています。取り除いてください。"
    reading = _reading(entry.reading)
    if not reading:
        return f"「{shown}」の読みが空欄です。ひらがなまたはカタカナで入力してください。"
    if len(reading) > _LONGEST_READING:
        return f"「{shown}」の読みが長すぎます。{_LONGEST_READING}文字以内で入力してください。"
    if not _KANA.fullmatch(reading):
        return (
            f"「{shown}」の読み「{entry.reading.strip()}」に、かな以外の文字が含まれています。"
            "ひらがなまたはカタカナだけで入力してください。"
        )
    if reading[0] in "ーンァィゥェォャュョッ" and reading[0] != "ン":
        return f"「{shown}」の読みは「{reading[0]}」から始められません。読みを確認してください。"
    return None


def _applied(snapshot: _Snapshot, text: str) -> str:
    text = unicodedata.normalize("NFKC", text.replace("～", "〜"))
    if snapshot.pattern is None:
        return text
    return snapshot.pattern.sub(lambda match: snapshot.readings[match[0].lower()], text)


def _snapshot(entries: tuple[Pronunciation, ...], version: int) -> _Snapshot:
    problems = [
        f"{number}件目: {problem}" for number, e in enumerate(entries, 1) if (problem := check_pronunciation(e))
    ]
    readings: dict[str, str] = {}
    for number, entry in enumerate(entries, 1):
        surface, reading = _surface(entry.surface), _reading(entry.reading)
        known = readings.setdefault(surface.lower(), reading)
        if known != reading:
            problems.append(
                f"{number}件目: 「{entry.surface.strip()}」は、すでに「{known}」という読みで登録されています。"
                "どちらか一つにしてください。"
            )
    if problems:
        raise DictionaryError(tuple(problems))
    return _Snapshot(readings, _pattern(readings), version)


def _pattern(readings: Mapping[str, str]) -> re.Pattern[str] | None:
    if not readings:
        return None
    longest_first = sorted(readings, key=lambda surface: (-len(surface), surface))
    return re.compile("|".join(_whole_word(surface) for surface in longest_first), re.IGNORECASE)


def _whole_word(surface: str) -> str:
    """A Latin word must not match inside a longer one (SIM in SIMPLE), nor a number inside a longer number."""
    before = "(?<![A-Za-z])" if surface[0].isascii() and surface[0].isalpha() else ""
    after = "(?![A-Za-z])" if surface[-1].isascii() and surface[-1].isalpha() else ""
    before = "(?<![0-9])" if surface[0].isdigit() else before
    after = "(?![0-9])" if surface[-1].isdigit() else after
    return before + re.escape(surface) + after


def _surface(text: str) -> str:
    return unicodedata.normalize("NFKC", text.replace("～", "〜")).strip()


def _reading(text: str) -> str:
    katakana: str = jaconv.hira2kata(unicodedata.normalize("NFKC", text).strip())
    return katakana
