"""Draws from a past call what was asked and, where a person answered, what was told."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from dialogue.intents import read_intent
from dialogue.mining.calls import Asked, CallLine, PastCall, TurnLink, Who
from dialogue.mining.personal import PersonalGuard, touches
from dialogue.sentences import sentences_of
from dialogue.turns import Act

NOT_ANSWERED: Final = frozenset({Act.REASK.value, Act.HAND_OVER.value, "unknown"})
"""What the agent does when it has no answer."""

MAX_QUESTION: Final = 80
MAX_ANSWER_SENTENCES: Final = 8
_MIN_QUESTION: Final = 6
_MIN_ANSWER: Final = 8
_MOST_LINES_LOOKED_AT: Final = 16

_FILLERS: Final = re.compile(
    r"(?:えーっと|えーと|えっと|えと|えー+|えぇ|あのー+|あのう|あの(?=、)|そのー+|んーと|うーんと?|んー+|まあ(?=、)|まぁ(?=、)|なんか(?=、)"
    r"|すみません(?=、|。)|すいません(?=、|。)|もしもし|こんにちは|こんばんは|おはようございます|お世話になって(?:おり|い)ます|お忙しいところ"
    r"|恐れ入りますが?|(?:お(?:尋ね|聞き|伺い)|伺い|聞き)したいの?ん?です(?:けれど|けど|が)|(?:聞|伺)いたいん?の?です(?:けど|が)"
    r"|質問なんです(?:けど|が))[、。]*"
)
_EDGES: Final = " 　、。・"
_ASKS: Final = re.compile(
    r"たい|教え|おしえ|どう|いくら|いつ|どこ|どれ|どの|何|なに|誰|なぜ|なんで|ください|下さい|です[か?]|ます[か?]|でしょうか|ません|ない[のかん?]|ますけど|ますが"
    r"|んです|ですけど|ほしい|欲しい|お願い|できる|でき[なま]|もらえ|いただけ|困|[?？]"
)
_ASKS_BACK: Final = re.compile(
    r"か[。?？]*$|[?？]|でしょうか|(?:お聞かせ|教えて|お知らせ|おっしゃって|お待ち|お話し?し?)(?:いただけ|ください|くださ|願)"
)
_MANNERS: Final = re.compile(
    r"お電話(?:代わ|かわ|替わ|ありがと)|お待たせ|お待ち(?:くだ|いただ)|お調べ(?:いた|し)|(?:確認|お伺い|照会)(?:いたし|して(?:まい|参)|し)ます|かしこまり|承知"
    r"|ありがとうござい|^(?:誠に|大変)?申し訳(?:ございません|ありません)|^ご(?:不便|迷惑|心配)|お世話に|失礼いたし|と申します|担当の|ご本人(?:様)?(?:で|の確認)|お名前|生年月日"
    r"|よろしくお願い|復唱|そうですね。?$|ですね[。]?$|ほかに|他に|お役に立"
)


class Gleaner:
    """Reads one call at a time. Nothing personal passes: clauses and sentences that hold any are left out."""

    def __init__(self, guard: PersonalGuard = PersonalGuard()) -> None:
        self._guard = guard

    def glean(self, call: PastCall) -> list[Asked]:
        """The questions of the call that a person answered, or that nobody did."""
        found: list[Asked] = []
        for place, line in enumerate(call.lines):
            if line.who is not Who.CALLER:
                continue
            after = call.lines[place + 1 : place + 1 + _MOST_LINES_LOOKED_AT]
            missed = bool(after) and after[0].who is Who.AGENT and after[0].act in NOT_ANSWERED
            told = self._told(call.id, after) if not _answered_by_agent(after) else ((), ())
            if not missed and not told[0]:
                continue
            text = self.question(line.text)
            if text:
                found.append(Asked(TurnLink(call.id, line.turn), text, *told))
        return found

    def question(self, said: str) -> str:
        """The matter of a turn in the caller's words; empty when it is none, or nothing is left without the person."""
        if read_intent(said) is not None:
            return ""
        kept = [s for s in sentences_of(_FILLERS.sub("", self._guard.without(said))) if read_intent(s) is None]
        text = "".join(kept).strip(_EDGES)
        if not _MIN_QUESTION <= len(text) <= MAX_QUESTION or not _ASKS.search(text):
            return ""
        # What two clauses hold harmlessly may be a name once they stand together.
        return text if self._guard.is_free(text) else ""

    def _told(self, call_id: str, after: Sequence[CallLine]) -> tuple[tuple[str, ...], tuple[TurnLink, ...]]:
        """What the operator states until the caller asks something else."""
        sentences: list[str] = []
        places: list[TurnLink] = []
        for line in after:
            if line.who is Who.CALLER and (sentences or _after_operator(after, line)) and self.question(line.text):
                break
            if line.who is not Who.OPERATOR:
                continue
            stated = self._statements(line.text)
            if stated:
                sentences += stated
                places.append(TurnLink(call_id, line.turn))
        return tuple(sentences[:MAX_ANSWER_SENTENCES]), tuple(places)

    def _statements(self, said: str) -> list[str]:
        personal = self._guard.stretches(said)
        stated: list[str] = []
        at = 0
        for sentence in sentences_of(said):
            start = said.find(sentence, at)
            at = start + len(sentence)
            if touches((start, at), personal):
                continue
            text = _FILLERS.sub("", sentence).strip(" 　、")
            if len(text) >= _MIN_ANSWER and not _ASKS_BACK.search(text) and not _MANNERS.search(text):
                stated.append(text)
        return [text for text in stated if self._guard.is_free(text)]


def _answered_by_agent(after: Sequence[CallLine]) -> bool:
    return bool(after) and after[0].who is Who.AGENT and after[0].act == Act.ANSWER.value


def _after_operator(after: Sequence[CallLine], line: CallLine) -> bool:
    """Whether the operator is already speaking when the caller says `line`: a question then is one of its own."""
    return any(each.who is Who.OPERATOR for each in after[: after.index(line)])
