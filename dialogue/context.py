"""A turn in its context: what the caller's words leave out, take back or return to, made whole again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dialogue.contrast import longest_run
from dialogue.normalize import strip_fillers


@dataclass(frozen=True)
class Topic:
    """A matter that was talked about: the entry, its title, and the caller's words that led to it."""

    entry_id: str
    title: str
    question: str = ""


class Understanding(StrEnum):
    """How the words were taken."""

    AS_ASKED = "as_asked"
    IN_CONTEXT = "in_context"
    CORRECTED = "corrected"
    RETURNED = "returned"


@dataclass(frozen=True)
class Reading:
    """One way to take a turn: `query` stands by itself, `about` is the topic it leans on.

    `excluded` entries were refused by the caller. `bare`: the caller named nothing but the topic. `named` is what the
    caller put in the place of something else: a matter of the same kind, with that in its name, is meant.
    """

    query: str
    how: Understanding
    about: Topic | None = None
    excluded: frozenset[str] = frozenset()
    bare: bool = False
    named: str = ""


@dataclass(frozen=True)
class Context:
    """What came before: matters from the oldest to the newest, the last question, the entries just offered."""

    topics: tuple[Topic, ...] = ()
    question: str = ""
    offered: tuple[str, ...] = ()
    follow_up_asked: bool = False

    @property
    def topic(self) -> Topic | None:
        """What was talked about last."""
        return self.topics[-1] if self.topics else None


_POINTS_BACK: Final = re.compile(
    r"^(?:じゃあ?|では|それ(?!と|から|に(?!は))|その(?:場合|とき|時|人|あと|後|手続き|料金)?|これ|この|だったら|(?:で|なら)、"
    r"|(?:いくら|いつ|どこ|何日|何時|どれくらい|どのくらい|どうやって|何が|誰が|手数料|費用|料金|お金|期限))"
)
_ASIDE: Final = re.compile(r"^(?:じゃあ?|では|それじゃあ?|えっと|あ|で|なら|だったら|ところで|ちなみに)、?")
_SHORT: Final = 14
_INSTEAD: Final = re.compile(
    r"(?:^|.*?[、。])?(?P<wrong>[^、。]{1,12}?)(?:の(?:ほう|方|こと|話))?(?:じゃ|では)(?:なく|無く|な)"
    r"(?:て、?|くて、?|い(?:ん|の)?(?:です)?(?:が|けど|よ)?[、。])(?P<right>.+)$"
)
_NO_BUT: Final = re.compile(
    r"^(?:あ、?|すみません、?)*(?P<no>いや|いえ|いいえ|違い?ます|違う(?:んです)?|ちがい?ます|ちがう|そう(?:じゃ|では)な(?:くて|いです|い))"
    r"(?:いや|いえ|よ|ね|けど|が|んです(?:けど|が)?|、|。)*(?P<right>.+)$"
)
_SIDE: Final = re.compile(r"^(?P<right>.{1,12}?)の(?:ほう|方)(?:です|なんです|だ|を|が|は|$|[、。])")
_TAIL: Final = re.compile(
    r"(?:の(?:ほう|方|こと|件|話))?(?:(?:なん|の)?です(?:よ|ね|が|けど|けれど)?|だよ|だって|を?お願い(?:します|いたします)|について(?:です)?"
    r"|を?聞いて(?:い)?る(?:んです)?(?:けど|が)?|[、。])*$"
)
_EARLIER: Final = r"(?:さっき|先ほど|さきほど|最初|はじめ|初め|一つ目|1つ目|ひとつ目)"
_RETURN: Final = re.compile(
    rf"(?:{_EARLIER}(?:に)?(?:聞いた|言った|話した|伺った|お聞きした)?の?(?P<named>.{{0,14}}?)(?:の)?(?:話|件|質問|こと|ところ|用件|続き|案内|説明)"
    r"|(?:話|元|もと|前)(?:の話)?(?=を|に|は))"
    r"(?:(?:を|に|は|へ)?戻(?:り|し|っ|る|させ)(?:て(?:も)?(?:いい|よろしい)?)?(?:たい|ます)?)?(?:なん|ん)?(?:です)?(?:か)?(?:けど|けれど|が|ね)?[、。]?"
)
_IS_RETURN: Final = re.compile(
    rf"{_EARLIER}(?:に)?(?:聞いた|言った|話した|伺った|お聞きした)?の?.{{0,14}}?(?:話|件|質問|こと|ところ|用件|続き|案内|説明)|(?:話|元|もと|前)(?:の話)?(?:を|に|は)戻"
)
_FIRST: Final = re.compile(r"最初|はじめ|初め|一つ目|1つ目|ひとつ目")
_ONE_MORE: Final = re.compile(r"(?:あと(?!で)|それと|それから|ほかに|他に|もう(?:一つ|1つ|ひとつ))")
_LONGEST_SIDE: Final = 22
_SHORTEST_MATTER: Final = 4
_LONGEST_NAME: Final = 8


def readings_of(text: str, context: Context) -> tuple[Reading, ...]:
    """The ways to take `text`, the likeliest first; the last is always the words as they stand."""
    words = strip_fillers(text)
    plain = Reading(words, Understanding.AS_ASKED)
    returned = _returned(words, context)
    if returned:
        return (*returned, plain)
    corrected = _corrected(words, context)
    if corrected:
        return (*corrected, plain)
    topic = context.topic
    if topic is not None and (len(words) <= _SHORT or _POINTS_BACK.match(words)):
        return (_leaning(words, topic), plain)
    return (plain,)


_CASE: Final = re.compile(
    r"^(?P<named>[^、。]{1,10}?)(?:の(?:場合|とき|ほう|方)(?:は|だと|も)?|だと|だったら|なら|でも)、?(?P<rest>.{0,16})$"
)


def _leaning(words: str, topic: Topic, how: Understanding = Understanding.IN_CONTEXT) -> Reading:
    rest = _ASIDE.sub("", words) or words
    case = _CASE.match(rest)
    named = case["named"] if case is not None and not _POINTS_BACK.match(rest) else ""
    return Reading(f"{topic.title}、{rest}", how, topic, named=named)


def _returned(words: str, context: Context) -> tuple[Reading, ...]:
    if not context.topics or not _IS_RETURN.search(words):
        return ()
    rest = _RETURN.sub(lambda found: found["named"] or "", words, count=1).strip("、。")
    return tuple(_return_to(topic, rest) for topic in _which_topics(words, rest, context.topics))


def _return_to(topic: Topic, rest: str) -> Reading:
    bare = len(rest.replace(topic.title, "")) < _SHORTEST_MATTER
    query = (topic.question or topic.title) if bare else f"{topic.title}、{rest}"
    return Reading(query, Understanding.RETURNED, topic, bare=bare)


def _which_topics(words: str, rest: str, topics: Sequence[Topic]) -> tuple[Topic, ...]:
    """The topic that the words name; else the first, or those before the last, as they say."""
    scores = [_shared_signs(rest, topic) for topic in topics]
    best = max(scores)
    if best >= 2 and scores.count(best) == 1:
        return (topics[scores.index(best)],)
    if _FIRST.search(words) or len(topics) < 2:
        return (topics[0],)
    return (topics[-2], topics[-1])


def _shared_signs(text: str, topic: Topic) -> int:
    """Length of the longest run of signs that the text shares with a topic's title."""
    return longest_run(topic.title, text)


def _corrected(words: str, context: Context) -> tuple[Reading, ...]:
    before, words = context.question, _ASIDE.sub("", words) or words
    refused = frozenset(context.offered) or frozenset(t.entry_id for t in context.topics[-1:])
    if not before and not refused:
        return ()
    instead = _INSTEAD.match(words)
    if instead is not None:
        wrong, right = _bare(instead["wrong"]), _bare(instead["right"])
        if wrong and wrong in before and right and len(right) <= _LONGEST_SIDE:
            replaced = Reading(
                before.replace(wrong, right), Understanding.CORRECTED, context.topic, refused, named=right
            )
            return (replaced, Reading(right, Understanding.CORRECTED, None, refused))
        return _beside(instead["right"], before, refused, context)
    no_but = _NO_BUT.match(words)
    if no_but is not None:
        answers_follow_up = context.follow_up_asked and no_but["no"] in {"いえ", "いいえ"}
        if answers_follow_up or _ONE_MORE.match(no_but["right"]):
            return ()
        return _beside(no_but["right"], before, refused, context)
    side = _SIDE.match(words)
    if side is not None and len(words) <= _LONGEST_SIDE:
        return _beside(side["right"], before, refused, context)
    return ()


def _beside(right: str, before: str, refused: frozenset[str], context: Context) -> tuple[Reading, ...]:
    named = _bare(right)
    if not named:
        return ()
    alone = Reading(named, Understanding.CORRECTED, None, refused)
    if len(named) > _LONGEST_SIDE or not before:
        return (alone,)
    beside = Reading(f"{named}、{before}", Understanding.CORRECTED, context.topic, refused, named=named)
    return (beside, alone) if len(named) < _LONGEST_NAME else (alone, beside)


def _bare(words: str) -> str:
    return _TAIL.sub("", words).strip("、。")
