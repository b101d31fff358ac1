"""Addresses: names of places with a number that leads to a door."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from dialogue.privacy.folding import narrow
from dialogue.privacy.kinds import PersonalKind, PersonalSpan
from dialogue.privacy.words import Word

_FIGURE: Final = (
    "(?:[0-9〇零一二三四五六七八九十百千]"
    "|(?:ぜろ|いち|に(?=の|ちょ|ばん)|さん|よん|ご(?=の|ちょ|ばん)|ろく|なな|はち|きゅう|じゅう))"
)
_UNIT: Final = r"(?:丁目|番地?|号室?|ちょうめ|ばんち|ばん|ごう|の|ノ|-|ー)"
_DOOR: Final = re.compile(
    rf"\s*{_FIGURE}+\s*(?:{_UNIT}\s*の?\s*{_FIGURE}+\s*){{1,4}}(?:番地|号室|号|番|丁目|階)?"
    rf"|\s*{_FIGURE}+\s*(?:丁目|番地|番)(?:\s*{_FIGURE}+\s*号)?"
    rf"|\s*{_FIGURE}+\s*番?丁\s*{_FIGURE}+(?:\s*-\s*{_FIGURE}+)*"
)
_PLOT: Final = re.compile(
    r"\s*[0-9]{1,5}(?![0-9.,]|\s*(?:円|年|月|日|時|分|人|名|件|個|台|回|歳|%|つ|本|種|キロ|km|度))"
)
_BUILDING: Final = re.compile(
    r"(?:の)?[\s　、]?[一-鿿ァ-ヺーA-Za-z・]{2,16}?"
    r"(?:マンション|ハイツ|コーポ|アパート|ビル|荘|レジデンス|メゾン|タワー|団地|ハイム|コート|パレス|テラス)"
    r"[一-鿿ァ-ヺーA-Za-z・]{0,8}(?:[\s　、の]{0,2}[0-9〇一二三四五六七八九十]{1,4}(?:号室|号|階|F)?)?"
)
_CUE: Final = re.compile(
    r"(?:ご?住所|じゅうしょ|お届け先|届け先|引っ越し先|引越し先|引越先|転居先|設置先|送り先|送付先)(?:は|が|：|:)\s*"
)
_CUED: Final = re.compile(
    r"[^。、\s]{2,40}?(?:、?[^。、\s]{0,20}?)(?=です|でございます|になります|に変|に引|へ|。|$|なんです|にお願い|でお願い|に送|に届)"
)
_REGION: Final = re.compile("[都道府県市区町村郡]")
_TOWN: Final = re.compile("[市区町村郡].")
_NOT_AN_ADDRESS: Final = re.compile(
    r"変更|変わ|どこ|何|同じ|ません|ない|わか|違|以前|前の|登録|ください|です|番号|確認|伺|本人"
)
_PIECE: Final = re.compile("^[一-鿿々ヶケノぁ-ゖァ-ヺー]{1,6}$")
_STOPS: Final = frozenset(["は", "が", "を", "に", "で", "と", "も", "へ", "から", "まで", "より", "や", "です"])
_PIECES_AT_MOST: Final = 6


def addresses(text: str, words: Sequence[Word]) -> Iterator[PersonalSpan]:
    """The addresses in `text`, whose words are `words`. A town alone is none: thousands live there."""
    narrowed = narrow(text)
    at = 0
    while at < len(words):
        if not words[at].place:
            at += 1
            continue
        end = _end_of_door(narrowed, words, at)
        if end is None:
            at += 1
            continue
        yield _span(text, words[at].start, end)
        while at < len(words) and words[at].start < end:
            at += 1
    for cue in _CUE.finditer(text):
        match = _CUED.match(text, cue.end())
        if (
            match
            and not _NOT_AN_ADDRESS.search(match[0])
            and re.search("[0-9０-９〇一二三四五六七八九十都道府県市区町村]", match[0])
        ):
            yield _span(text, match.start(), match.end())


def _end_of_door(narrowed: str, words: Sequence[Word], first: int) -> int | None:
    """Where the address ends whose first word is `words[first]`; None where no door's number follows."""
    pieces = 0
    at = first
    while at < len(words) and pieces <= _PIECES_AT_MOST:
        word = words[at]
        door = _DOOR.match(narrowed, word.start) if at > first else None
        region = narrowed[words[first].start : word.start]
        plot = _PLOT.match(narrowed, word.start) if at > first and not door else None
        if plot and _TOWN.search(region):
            return plot.end()
        if door and (_REGION.search(region) or "丁目" in door[0] or "番地" in door[0] or "丁" in door[0]):
            building = _BUILDING.match(narrowed, door.end())
            return building.end() if building else door.start() + len(door[0].rstrip())
        if not word.place and (word.surface in _STOPS or not _PIECE.match(word.surface)):
            return None
        pieces += not word.place
        at += 1
    return None


def _span(text: str, start: int, end: int) -> PersonalSpan:
    return PersonalSpan(PersonalKind.ADDRESS, start, end, re.sub(r"\s", "", narrow(text[start:end])))
