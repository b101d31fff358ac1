"""Which sentences of an answer belong together: one that limits another, or points back to it, is not left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from dialogue.grounding.claims import ClaimReader, Frame, Part
from dialogue.grounding.facts import Fact, FactKind, FactReader

_POINTS_BACK: Final = re.compile(
    r"^(?:また、|なお、|ただし、|まず、|次に、)?(?:その|それ|この|これ|こちら|そちら|同じ|上記|そこ|ここ|あと)|同じ(?:画面|もの|窓口)"
)
_POINTS_TO_ALL: Final = re.compile(r"いずれも|どちらも|すべて(?:の|、|に)|いずれの|どちらの|上記の")
_LIMITS: Final = re.compile(
    r"^(?:ただし|但し|なお|もっとも|例外)|対象外|対象では(?:ござい|あり)ません|除(?:き|く|いて)|に限(?:り|って)|限りが(?:ござい|あり)|のみ(?:です|で|と|、)|"
    r"税込|税抜|別途|ご注意|ご了承|それ以外|その他の|以外は|限られ"
)
_WEIGHTY: Final = frozenset({FactKind.NUMBER, FactKind.DATE, FactKind.NEGATION})


class Companions:
    """Reads which sentences of one answer need which others."""

    def __init__(self, claims: ClaimReader, facts: FactReader) -> None:
        self._claims = claims
        self._facts = facts

    def closed(self, sentences: Sequence[str], chosen: Iterable[int]) -> tuple[int, ...]:
        """`chosen` places with every sentence that they cannot be spoken without, in the answer's order.

        Backwards: what 「その」 or 「いずれも」 points to, and the topic of a sentence that names none. Forwards:
        a sentence that limits what was said before it (ただし…, 対象外, に限り, 税込み, or a case of its own).
        いずれも needs all that was said before only when none of it was chosen. Closing twice changes nothing.
        """
        parts = [self._claims.parts(sentence) for sentence in sentences]
        facts = [self._facts.facts(sentence) for sentence in sentences]
        whole = set(chosen)
        for place in tuple(whole):
            if _POINTS_TO_ALL.search(sentences[place]) and min(whole) == place:
                whole |= set(range(place))
        waiting = list(whole)
        while waiting:
            place = waiting.pop()
            more = set(_limits_of(place, sentences, parts, facts))
            if place > 0 and not _POINTS_TO_ALL.search(sentences[place]) and _leans(sentences[place], parts[place]):
                more.add(place - 1)
            waiting += more - whole
            whole |= more
        return tuple(sorted(whole))


def _limits_of(
    place: int, sentences: Sequence[str], parts: Sequence[Sequence[Part]], facts: Sequence[Sequence[Fact]]
) -> Iterator[int]:
    for later in range(place + 1, len(sentences)):
        limits = _LIMITS.search(sentences[later]) is not None or _is_a_case(parts[later], facts[later])
        if limits and (later == place + 1 or _weighs(facts[place])):
            yield later


def _leans(sentence: str, parts: Sequence[Part]) -> bool:
    return _POINTS_BACK.search(sentence) is not None or _names_no_topic(parts)


def _names_no_topic(parts: Sequence[Part]) -> bool:
    frames = {part.frame for part in parts}
    if frames & {Frame.TOPIC, Frame.ALSO}:
        return False
    if Frame.CONDITION not in frames and Frame.STEP not in frames:
        return True
    statements = [part for part in parts if part.frame is Frame.STATEMENT]
    return bool(statements) and statements[0].body[-1:] in "円回日月年分時間人点台本"


def _is_a_case(parts: Sequence[Part], facts: Sequence[Fact]) -> bool:
    """A sentence that begins with its condition and states something weighty is a case, or an exception."""
    first = next((part for part in parts if part.frame is not Frame.SUBJECT), None)
    return first is not None and first.frame is Frame.CONDITION and _weighs(facts)


def _weighs(facts: Sequence[Fact]) -> bool:
    return any(fact.kind in _WEIGHTY for fact in facts)
