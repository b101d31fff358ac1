"""Approved sentences without a model: two answers joined, and the part of an answer that a follow-up asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from dialogue.faq.entry import FaqEntry
from dialogue.grounding.check import lead_ins
from dialogue.grounding.companions import Companions
from dialogue.grounding.facts import Fact, FactKind, FactReader
from dialogue.normalize import normalize
from dialogue.sentences import sentences_of

_MONEY: Final = frozenset({"円", "銭"})
_DURATIONS: Final = frozenset({"分", "時間", "日間", "週間", "か月", "年", "秒", "営業日"})
_FREE: Final = re.compile(
    r"無料|無償|(?:料金|手数料|費用|送料|解約金|違約金|代金|お金)\S*(?:かかりません|不要|必要(?:は)?ござい)"
)


def join_answers(entries: Sequence[FaqEntry], spoken: Sequence[Sequence[str]] | None = None) -> tuple[str, ...]:
    """The sentences of several answers, each introduced by its title; of one answer just its sentences.

    `spoken` holds the sentences to be said of each entry where not all are. 「まず、…」「次に、…」「最後に、…」.
    """
    parts = [tuple(said) for said in spoken] if spoken is not None else [sentences_of(e.spoken) for e in entries]
    if len(entries) < 2:
        return parts[0] if parts else ()
    joined: list[str] = []
    for place, (entry, said) in enumerate(zip(entries, parts, strict=True)):
        first, following, last = lead_ins(entry.title)
        final = place == len(entries) - 1 and place > 1
        joined += [first if place == 0 else last if final else following, *said]
    return tuple(joined)


@dataclass(frozen=True)
class _Asked:
    """One kind of follow-up question, and what a sentence that answers it looks like."""

    question: re.Pattern[str]
    answers: Callable[[str, Sequence[Fact]], bool]


def _price(sentence: str, facts: Sequence[Fact]) -> bool:
    return _FREE.search(sentence) is not None or any(f.unit.split("…")[-1].startswith(tuple(_MONEY)) for f in facts)


def _date(sentence: str, facts: Sequence[Fact]) -> bool:
    if re.search(r"すぐに|その場で|いつでも|当日|翌日|事前に|期限", sentence):
        return True
    dated = any(fact.kind is FactKind.DATE and fact.value != "毎月" for fact in facts)
    return (
        dated or re.search(r"\d(?:日|週間|か月|年|時間)(?:間)?(?:前|以内|以降|後|先)", normalize(sentence)) is not None
    )


def _duration(sentence: str, facts: Sequence[Fact]) -> bool:
    spans = [f.unit.split("…")[-1] for f in facts if f.kind in (FactKind.NUMBER, FactKind.DATE)]
    return any(unit.startswith(tuple(_DURATIONS)) for unit in spans) and _MONTHLY.search(sentence) is None


def _place(sentence: str, _: Sequence[Fact]) -> bool:
    return (
        re.search(
            r"ショップ|店舗|ホームページ|画面|窓口|郵送|郵便局|ポスト|アプリ|オンライン|コンビニ|マイ\S{1,8}(?:か|で|から)",
            sentence,
        )
        is not None
    )


def _needed(sentence: str, _: Sequence[Fact]) -> bool:
    return (
        re.search(r"(?:ご用意|お持ち|ご準備)(?:ください|いただ)|が必要|は必要|不要|書類|なしで", sentence) is not None
    )


def _who(sentence: str, _: Sequence[Fact]) -> bool:
    return re.search(r"のお客様|のかた|ご家族|ご本人|担当者|保護者|代理|契約者|対象", sentence) is not None


def _how(sentence: str, facts: Sequence[Fact]) -> bool:
    return (
        _place(sentence, facts)
        or re.search(r"(?:お手続き|お申し込み|ご連絡|ご返送|お送り|ご入力|設定)\S*ください", sentence) is not None
    )


_MONTHLY: Final = re.compile("割引いたします")
_COSTS: Final = "値段|料金|手数料|費用|お金|無料|有料|ただですか|かかりますか"
_HOW_LONG: Final = (
    "どれ(?:くらい|ぐらい)|どの(?:くらい|ぐらい)|何(?:日|分|時間|週間|か月|年)(?:くらい|ぐらい|で|かか|間|ほど)"
)
_NEEDED: Final = "何が(?:必要|いる|要る)|何を(?:持|用意|準備)|持ち物|必要な(?:もの|物)|書類|要るもの|いるもの"
# The first that fits is what is asked: 「料金はいつ」 asks for a date, 「料金はどれくらい」 for a price.
_KINDS: Final = (
    _Asked(re.compile("いくら|何円"), _price),
    _Asked(re.compile(_NEEDED), _needed),
    _Asked(re.compile(f"^(?!.*(?:値段|料金|手数料|費用|お金)).*(?:{_HOW_LONG}|期間|日数)"), _duration),
    _Asked(re.compile("いつ|何日|何時|何曜|期限|締め切り|締切|何月"), _date),
    _Asked(re.compile("どうやって|どうすれば|どうしたら|どのように|やり方|方法|手順"), _how),
    _Asked(re.compile("どこ|場所|どちらで"), _place),
    _Asked(re.compile("誰|だれ|どなた|対象は|どんな人"), _who),
    _Asked(re.compile(_COSTS), _price),
)


class FollowUp:
    """Finds the sentences of an approved answer that a short follow-up asks for. Deterministic."""

    def __init__(self, facts: FactReader, companions: Companions) -> None:
        self._facts = facts
        self._companions = companions

    def shorten(self, entry: FaqEntry, question: str) -> tuple[str, ...] | None:
        """The sentences of `entry` with that kind of fact, and those that belong to them; None where there is none.

        「それはいくら」 asks for a price, 「いつから」 for a date, and so on. Sentences that name what the question
        names come first: 「みなとミニはいくら」 is answered with みなとミニ's price alone.
        """
        sentences = sentences_of(entry.spoken)
        asked = normalize(question)
        kind = next((kind for kind in _KINDS if kind.question.search(asked)), None)
        if kind is None:
            return None
        chosen = [n for n, s in enumerate(sentences) if kind.answers(s, self._facts.facts(s))]
        names = [fact.value for fact in self._facts.facts(question) if fact.kind is FactKind.NAME]
        named = [n for n in chosen if any(name in normalize(sentences[n]) for name in names)]
        if not chosen:
            return None
        return tuple(sentences[place] for place in self._companions.closed(sentences, named or chosen))
