"""A title for questions that ask the same: the nouns that most of them share, as one of them puts them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from dialogue.kana import Reader, Token
from dialogue.normalize import normalize

LONGEST: Final = 24
_EVERYWHERE: Final = (
    "こと もの の ん 方法 やり方 場合 とき 時 よう 何 なに いつ いくら どこ どう 私 自分 うち これ それ あれ 今 いま"
    " 前 後 中 人 方 ほう 件 話 ため お客様 様 さん たち 必要 可能 大丈夫 お願い 質問 確認 ところ 感じ 分 円"
)
_COMMON: Final = frozenset(_EVERYWHERE.split())
_KINDS: Final = frozenset({"普通名詞", "固有名詞"})


def title_of(wordings: Sequence[str], reader: Reader) -> str:
    """「AのB」, 「A」, or the beginning of the shortest wording where no noun is shared; 24 signs at most."""
    compounds = [_compounds(reader.tokens(wording)) for wording in wordings]
    counts = Counter(noun for nouns in compounds for noun in set(nouns))
    ranked = sorted(counts, key=lambda noun: (-counts[noun] * min(len(noun), 6), noun))
    if not ranked:
        return min(wordings, key=len)[:LONGEST].strip("、。?？")
    first = ranked[0]
    shared = [noun for noun in ranked[1:] if counts[noun] * 3 >= len(wordings) and not _overlap(noun, first)]
    for second in shared:
        title = "の".join(_order(compounds, first, second))
        if len(title) <= LONGEST:
            return title
    return first[:LONGEST]


def _compounds(tokens: Sequence[Token]) -> list[str]:
    """Runs of nouns as they stand, without what any question may hold."""
    found: list[str] = []
    run = ""
    for token in tokens:
        begins = token.pos[0] == "名詞" and token.pos[1] in _KINDS
        goes_on = bool(run) and token.pos[0] in ("接尾辞", "名詞")
        if (begins or goes_on) and token.surface not in _COMMON:
            run += token.surface
            continue
        found.append(run)
        run = ""
    found.append(run)
    return [noun for noun in found if len(normalize(noun)) >= 2]


def _overlap(one: str, other: str) -> bool:
    return one in other or other in one


def _order(compounds: Sequence[list[str]], first: str, second: str) -> tuple[str, str]:
    together = [nouns for nouns in compounds if first in nouns and second in nouns]
    before = sum(nouns.index(first) < nouns.index(second) for nouns in together)
    return (first, second) if before * 2 >= len(together) else (second, first)
