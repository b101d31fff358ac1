"""What a supervisor should look at before publishing: warnings, never a refusal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import combinations
from zoneinfo import ZoneInfo

from rapidfuzz import fuzz

from dialogue.faq.entry import FaqEntry
from dialogue.kana import Reader, morae
from dialogue.keigo import lint
from dialogue.normalize import normalize, strip_fillers
from dialogue.sentences import sentences_of

MAX_MORAE_A_SENTENCE = 120
MAX_SPOKEN_CHARACTERS = 350
NEAR_IDENTICAL = 93.0
JAPAN = ZoneInfo("Asia/Tokyo")
_LATIN_WORD = re.compile(r"[A-Za-z][A-Za-z0-9.+-]*")
_URL = re.compile(r"https?://\S+|\S+@\S+\.\S+")
_SPEAKABLE = re.compile(r"[\s\w、。，．！？!?・ー〜~「」『』()（）%％円￥¥,.:：/&+-]")


# What is said to a model and never to a caller; a FAQ entry is data, so it is only shown, never refused.
_ORDER = re.compile(
    "(?:以前|これまで|今まで|上記|先ほど|前|すべて|全て|システム)の?(?:指示|命令|ルール|制約|プロンプト|設定)"
    "[^。]{0,8}(?:無視|忘れ|破棄|上書き|従わ)"
    "|(?:システム|開発者)(?:プロンプト|メッセージ|指示)|プロンプト(?:を|の内容)"
    "|あなたは[^。]{0,20}(?:ai|アシスタント|言語モデル|チャットボット)"
    "|(?:として|のふりをして)(?:振る舞|ふるま|演じ)|ロールプレイ|(?:安全|倫理)[^。]{0,6}を?(?:解除|無効)|脱獄"
    "|ignore (?:all |any |the )?(?:previous|prior|above)|disregard (?:all |the )?(?:previous|prior|above)"
    "|system prompt|you are (?:now|an? )|<\\|?(?:im_start|system|assistant)|\\[/?inst\\]|^(?:system|assistant)\\s*:",
    re.MULTILINE,
)


@dataclass(frozen=True)
class FaqWarning:
    """One thing to look at: which entry, what kind, and a sentence for the person who wrote it."""

    entry_id: str
    kind: str
    message: str

    def __str__(self) -> str:
        return f"{self.entry_id}: {self.message}"


def check_entries(
    entries: Sequence[FaqEntry], reader: Reader | None = None, today: date | None = None
) -> list[FaqWarning]:
    """Everything worth a look, in the order of the entries, comparisons between entries last.

    `today` is the day in the company's time (the default: Japan's). A reader is made when none is given.
    """
    reader = reader or Reader((term.surface, term.reading) for entry in entries for term in entry.vocabulary)
    today = today or datetime.now(JAPAN).date()
    found: list[FaqWarning] = []
    for entry in entries:
        found += check_entry(entry, reader, today)
    return [*found, *_alike(entries), *_denied_elsewhere(entries)]


def check_entry(entry: FaqEntry, reader: Reader, today: date) -> list[FaqWarning]:
    """Warnings about one entry by itself."""
    checks: Iterable[tuple[str, str]] = (
        *_length(entry, reader),
        *_unspeakable(entry),
        *_unread(entry),
        *_keigo_slips(entry),
        *_dates(entry, today),
        *_contradictions(entry),
        *_orders(entry),
    )
    return [FaqWarning(entry.id, kind, message) for kind, message in checks]


def _length(entry: FaqEntry, reader: Reader) -> Iterator[tuple[str, str]]:
    if len(entry.spoken) > MAX_SPOKEN_CHARACTERS:
        yield (
            "long_answer",
            f"音声回答が{len(entry.spoken)}文字あります。{MAX_SPOKEN_CHARACTERS}文字以内に短くしてください。",
        )
    for sentence in sentences_of(entry.spoken):
        length = morae(reader.katakana(sentence))
        if length > MAX_MORAE_A_SENTENCE:
            yield (
                "long_sentence",
                f"「{sentence[:20]}…」は{length}拍あります。{MAX_MORAE_A_SENTENCE}拍以内の文に分けてください。",
            )


def _unspeakable(entry: FaqEntry) -> Iterator[tuple[str, str]]:
    text = entry.spoken
    for url in _URL.findall(text):
        yield "unspeakable", f"「{url}」は耳では伝わりません。ページの名前などに言い換えてください。"
    strange = dict.fromkeys(sign for sign in _URL.sub("", text) if not _SPEAKABLE.match(sign))
    if strange:
        yield "unspeakable", f"読み上げられない文字があります: {' '.join(strange)}。ことばで書いてください。"


def _unread(entry: FaqEntry) -> Iterator[tuple[str, str]]:
    known = {normalize(term.surface) for term in entry.vocabulary}
    for word in dict.fromkeys(_LATIN_WORD.findall(_URL.sub("", f"{entry.title} {entry.spoken}"))):
        if not any(normalize(word) in surface for surface in known):
            yield "missing_reading", f"「{word}」のよみがなを語彙に登録してください。"
    for term in entry.vocabulary:
        if not re.fullmatch("[ぁ-ゖァ-ヺー・ ]+", term.reading):
            yield "missing_reading", f"「{term.surface}」のよみがな「{term.reading}」は、かなで書いてください。"


def _keigo_slips(entry: FaqEntry) -> Iterator[tuple[str, str]]:
    for message in dict.fromkeys(finding.message_ja for finding in lint(entry.spoken)):
        yield "keigo", message


def _dates(entry: FaqEntry, today: date) -> Iterator[tuple[str, str]]:
    if entry.valid_until is not None and entry.valid_until < today:
        yield "expired", f"{entry.valid_until}で期限が切れています。いまは使われません。"


def _contradictions(entry: FaqEntry) -> Iterator[tuple[str, str]]:
    """A wording cannot be meant and not be meant."""
    asked = {strip_fillers(question) for question in (*entry.questions, entry.title)}
    for negative in entry.negatives:
        if strip_fillers(negative) in asked:
            yield "contradiction", f"「{negative}」が質問と違う質問の両方にあります。どちらか一方にしてください。"


def _orders(entry: FaqEntry) -> Iterator[tuple[str, str]]:
    """Text that speaks to a model instead of to a caller: somebody may have put it into an imported file."""
    texts = (entry.title, *entry.questions, *entry.negatives, entry.spoken, entry.long)
    for text in dict.fromkeys(texts):
        found = _ORDER.search(normalize(text))
        if found:
            said = found.group()[:30]
            yield "instruction", f"「{said}」は、AIへの指示のように読めます。取り込んだ文章をお確かめください。"


def _denied_elsewhere(entries: Sequence[FaqEntry]) -> Iterator[FaqWarning]:
    """A wording that two entries say is not theirs and that no entry says is: callers who ask it get no answer."""
    asked = {strip_fillers(question) for entry in entries for question in (*entry.questions, entry.title)}
    denied: dict[str, list[FaqEntry]] = {}
    for entry in entries:
        for negative in dict.fromkeys(strip_fillers(text) for text in entry.negatives):
            denied.setdefault(negative, []).append(entry)
    for negative, owners in denied.items():
        if len(owners) > 1 and negative not in asked:
            others = "、".join(f"「{entry.title}」({entry.id})" for entry in owners[1:])
            said = f"違う質問「{negative}」は{others}にもありますが、これに答える項目がありません。"
            yield FaqWarning(owners[0].id, "unanswered", said)


def check_against(entry: FaqEntry, others: Iterable[FaqEntry]) -> list[FaqWarning]:
    """Warnings about one entry beside the others: questions that another has too, nearly or quite."""
    ours = _questions(entry)
    return [warning for other in others for warning in _alike_in(entry, ours, other, _questions(other))]


def _alike(entries: Sequence[FaqEntry]) -> Iterator[FaqWarning]:
    """The same or nearly the same question in two entries: retrieval cannot tell them apart."""
    asked = [(entry, _questions(entry)) for entry in entries]
    for (first, ours), (second, theirs) in combinations(asked, 2):
        yield from _alike_in(first, ours, second, theirs)


def _questions(entry: FaqEntry) -> list[tuple[str, str]]:
    return [(question, strip_fillers(question)) for question in entry.questions]


def _alike_in(
    first: FaqEntry, ours: Sequence[tuple[str, str]], second: FaqEntry, theirs: Sequence[tuple[str, str]]
) -> Iterator[FaqWarning]:
    for question, mine in ours:
        for other, yours in theirs:
            if mine == yours:
                said = f"質問「{question}」が「{second.title}」({second.id})にもあります。"
                yield FaqWarning(first.id, "duplicate", said)
            elif fuzz.ratio(mine, yours, score_cutoff=NEAR_IDENTICAL):
                said = f"質問「{question}」は「{second.title}」({second.id})の「{other}」とほとんど同じです。"
                yield FaqWarning(first.id, "near_duplicate", said)
