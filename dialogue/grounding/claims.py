"""What a sentence claims: each statement with everything it hangs on.

「手数料は、オンラインストアなら無料、みなとショップでは2,200円です。」 claims two things.
無料, of 手数料 and under オンラインストアなら; and 2,200円, of 手数料 and under みなとショップでは.
A sentence that says 2,200円 of anything else, or without its condition, claims something that nobody approved,
however many of its words stand in the approved text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final, Literal

from dialogue.grounding.numbers import numbers_in
from dialogue.kana import Reader, Token
from dialogue.normalize import normalize


class Frame(StrEnum):
    """How a part stands in its sentence: a statement, or what a statement hangs on."""

    STATEMENT = "statement"
    TOPIC = "topic"
    SUBJECT = "subject"
    ALSO = "also"
    CONDITION = "condition"
    STEP = "step"


LeadsOn = Literal["", "list", "phrase"]


@dataclass(frozen=True)
class Part:
    """A run of words. `body` is its content in one way of writing, `ending` how it is asserted.

    `ending` holds mood, number of negations, voice and tense: ("potential", 0, …). `binds` says that what follows
    in the sentence limits this statement (…ですが、…): it may not stand alone.
    """

    frame: Frame
    body: str
    ending: tuple[str, ...] = ()
    binds: bool = False
    leads_on: LeadsOn = ""

    @property
    def key(self) -> tuple[str, str]:
        """A topic and a subject are the same thing to a listener: は and が may stand for each other."""
        frame = Frame.TOPIC if self.frame is Frame.SUBJECT else self.frame
        return frame.value, self.body


@dataclass(frozen=True)
class Claim:
    """A statement and, in order, the topics, conditions and earlier steps that it hangs on."""

    statement: Part
    under: tuple[Part, ...] = ()
    moods: frozenset[tuple[str, ...]] = field(default_factory=frozenset)

    @property
    def context(self) -> tuple[tuple[str, str], ...]:
        """What the statement hangs on, comparable."""
        return tuple(part.key for part in self.under)

    def says_no_more_than(self, other: Claim) -> bool:
        """Whether this claim is the other one: same words, same hold, and asserted in the same way."""
        return (
            self.statement.body == other.statement.body
            and self.context == other.context
            and bool(self.moods & other.moods)
        )


_PUNCTUATION: Final = frozenset("、。!?「」『』()・…")
# Verbs that only carry politeness, ability or a request once a content word stands before them.
_LIGHT: Final = frozenset(
    {
        "為る", "致す", "頂く", "下さる", "御座る", "有る", "居る", "おる", "出来る", "願う", "御願い", "いらっしゃる",
        "兼ねる", "無い", "成る", "貰う", "おり",
    }
)  # fmt: skip
_LIGHT_NOUNS: Final = frozenset({"こと", "事", "の", "物", "もの"})
_SOFT_PARTICLES: Final = frozenset(
    {"は", "が", "を", "に", "て", "で", "も", "と", "の", "ば", "けれど", "けど", "ので", "し", "ね", "よ"}
)
_CONDITION_NOUNS: Final = frozenset(
    {"場合", "時", "とき", "際", "後", "あと", "上", "うえ", "以外", "限り", "他", "ほか", "途中", "前", "まま"}
)
_NEED_PARTICLE: Final = frozenset({"前", "上", "うえ", "後", "他", "ほか", "時", "途中", "まま", "以外"})
_MEASURES: Final = frozenset({"ほど", "程度", "くらい", "ぐらい", "ずつ", "のみ", "だけ"})
_VERDICTS: Final = frozenset({"無料", "有料", "不要", "必要", "可能", "不可", "対象", "対象外"})
_PERIOD: Final = re.compile("(?:分|時間?|日間?|週間|か月|年度?|月|秒|営業日|回)$")
_RESTRICTS: Final = re.compile("限り|限っ|限る|限ら|に限|のみ|(?<!いた)だけ|除|対象外|以外|例外|条件")
_OPENERS: Final = re.compile(r"^(?:まず|次に|また|そして|なお|はじめに|それでは|さらに|ただし|はい|ええと)、?")
_NEGATION: Final = re.compile(r"ませ?ん|なかっ|なけれ|なく|ない|ず(?=$|に)|ぬ$|かね|兼ね|まい$")
_POLITE: Final = frozenset({"ご", "お", "御"})
_WRITTEN_POLITE: Final = re.compile(r"^(?:ご|お)(?=[一-鿿])")
_NUMBER_LEADS: Final = re.compile(r"で(?=(?:月額|年額|最大|最長|最短|約|税込|税抜|\d))")


class ClaimReader:
    """Reads what sentences claim. Thread-safe as the `Reader` is."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def claims(self, sentence: str) -> tuple[Claim, ...]:
        """The claims of one sentence; none of an empty one."""
        return _claims(self.parts(sentence))

    def parts(self, sentence: str) -> tuple[Part, ...]:
        """The parts of one sentence in order."""
        text = _OPENERS.sub("", normalize(sentence))
        return tuple(_glued(list(_parts(_words(self._reader.tokens(text), text)))))


@dataclass(frozen=True)
class _Word:
    """A token, or a whole number with its unit and bounds."""

    surface: str
    lemma: str
    pos: tuple[str, str]
    number: bool = False

    @property
    def particle(self) -> bool:
        return self.pos[0] == "助詞"

    @property
    def comma(self) -> bool:
        return self.surface in _PUNCTUATION

    @property
    def light(self) -> bool:
        """Whether the word may belong to an ending."""
        return (
            self.pos[0] == "助動詞"
            or (self.particle and self.surface in _SOFT_PARTICLES)
            or (self.surface == "から" and self.pos[1] == "接続助詞")
            or self.lemma in _LIGHT
            or (self.pos[0] == "名詞" and self.lemma in _LIGHT_NOUNS)
        )


def _words(tokens: Sequence[Token], text: str) -> list[_Word]:
    """Tokens with every number and its unit as one word; honorific お and ご go."""
    numbers = list(numbers_in(text))
    words: list[_Word] = []
    place = 0
    for token in tokens:
        start, end = place, place + len(token.surface)
        place = end
        while numbers and start >= numbers[0].end:
            numbers.pop(0)
        if numbers and start < numbers[0].end and end > numbers[0].start:
            if start <= numbers[0].start:
                written = f"{numbers[0].value}{numbers[0].unit}"
                head = token.surface[: numbers[0].start - start]
                words.append(_Word(head + written, written, ("名詞", "数詞"), number=True))
            if end > numbers[0].end:
                rest = token.surface[numbers[0].end - start :]
                words.append(_Word(rest, rest, token.pos))
            continue
        if token.pos[0] == "空白" or (token.pos[0] == "接頭辞" and token.surface in _POLITE):
            continue
        surface = _WRITTEN_POLITE.sub("", token.surface) if token.pos[0] == "名詞" else token.surface
        words.append(_Word(surface, token.normalized, token.pos))
    return words


def _parts(words: Sequence[_Word]) -> Iterator[Part]:
    current: list[_Word] = []
    for index, word in enumerate(words):
        rest = words[index + 1 :]
        if word.comma and word.surface != "、":
            continue
        if word.surface == "、":
            if current:
                step = current[-1].pos[0] == "動詞"
                yield _part(current, Frame.STEP if step else Frame.STATEMENT, comma=True)
            current = []
            continue
        current.append(word)
        frame = _boundary(current, rest)
        if frame is not None:
            yield _part(current, frame, comma=bool(rest) and rest[0].surface == "、")
            current = []
    if current:
        yield _part(current, Frame.STATEMENT, comma=False)


def _boundary(current: Sequence[_Word], rest: Sequence[_Word]) -> Frame | None:
    """What kind of part ends after the last word of `current`; None where it goes on."""
    word, after = current[-1], rest[0] if rest else None
    if after is None or (after.particle and after.surface not in ("の",) and not word.particle):
        return None
    if after.particle and word.particle:
        return None
    stop = after.surface == "、"
    if _is_condition(current, after):
        return Frame.CONDITION
    if word.particle and word.surface == "て" and (stop or after.surface == "から"):
        return Frame.STEP if stop else None
    if stop and word.surface == "から" and len(current) > 1 and current[-2].surface == "て":
        return Frame.STEP
    if _only_ending(rest):
        return None
    if word.particle and word.surface in ("は", "も") and not _holds_with(current):
        if word.surface == "も":
            return Frame.ALSO
        return Frame.CONDITION if len(current) > 1 and current[-2].particle else Frame.TOPIC
    if word.surface == "が" and word.pos == ("助詞", "格助詞") and len(current) > 1:
        return Frame.SUBJECT
    if word.surface == "で" and len(current) > 1 and _counted(current[:-1]) and (after.number or _leads(after)):
        return Frame.STATEMENT
    return None


def _is_condition(current: Sequence[_Word], after: _Word) -> bool:
    word = current[-1]
    if word.pos[0] == "助動詞" and word.surface in ("なら", "たら", "だら"):
        return True
    if word.pos == ("助詞", "接続助詞") and word.surface in ("ば", "と"):
        return True
    trailing = len(current) - 1
    while trailing > 0 and current[trailing].particle and current[trailing].surface in ("は", "も", "に", "で", "の"):
        trailing -= 1
    noun = current[trailing]
    if noun.pos[0] != "名詞" or (noun.surface not in _CONDITION_NOUNS and noun.lemma not in ("場合", "時", "際")):
        return False
    particles = "".join(part.surface for part in current[trailing + 1 :])
    if particles == "の" or trailing == 0:
        return False
    if particles:
        return True
    return after.surface == "、" or (noun.surface not in _NEED_PARTICLE and not after.particle)


def _only_ending(rest: Sequence[_Word]) -> bool:
    """Whether nothing but the ending of a predicate follows up to the comma or full stop."""
    if rest and rest[0].surface == "、":
        return False
    for word in rest:
        if word.comma:
            return True
        if not word.light:
            return False
    return True


def _holds_with(current: Sequence[_Word]) -> bool:
    """こと は, て も and また は are no topics."""
    before = current[-2] if len(current) > 1 else None
    return (
        before is None or before.lemma in _LIGHT_NOUNS or before.surface in ("て", "とも", "また", "もしく", "あるい")
    )


def _counted(words: Sequence[_Word]) -> bool:
    return any(word.number for word in words[-2:])


def _leads(word: _Word) -> bool:
    return _NUMBER_LEADS.match("で" + word.surface) is not None


def _part(words: Sequence[_Word], frame: Frame, *, comma: bool) -> Part:
    split = len(words)
    if frame is Frame.STATEMENT:
        while split > 0 and words[split - 1].light:
            split -= 1
    head, tail = list(words[:split]), words[split:]
    while head and tail and head[-1].particle and head[-1].surface in ("は", "が", "を"):
        head.pop()
    binds = bool(tail) and comma and tail[-1].surface in ("が", "けれど", "けど") and tail[-1].pos[1] == "接続助詞"
    leads_on = _leads_on(head, tail) if comma and frame is Frame.STATEMENT else ""
    body = _body(words if leads_on else head, predicate=frame is Frame.STATEMENT and bool(tail) and not leads_on)
    if frame is not Frame.STATEMENT and head[-1].surface in ("は", "が"):
        body = _body(head[:-1], predicate=False)
    if any(word.lemma == "成る" for word in tail):
        body += "なる"
    ending = _ending(tail) if frame is Frame.STATEMENT else ()
    return Part(frame, body, ending, binds, leads_on)


def _leads_on(head: Sequence[_Word], tail: Sequence[_Word]) -> LeadsOn:
    """How words before a comma go on.

    Only a count, a price or a word such as 無料 can be a statement of its own there (月額990円、…; 330円で、…). A
    period (12か月間、) limits what follows, and any other noun or phrase (クレジットカード、) is a part of it.
    """
    if tail and not all((word.particle and word.pos[1] != "接続助詞") or word.surface == "で" for word in tail):
        return ""
    if tail and tail[-1].surface != "で":
        return "phrase"
    last = head[-1] if head else None
    about = last is not None and last.surface in _MEASURES
    if about and len(head) > 1 and head[-2].number:
        return "" if tail else "list"
    if last is None or not (last.surface in _VERDICTS or (last.number and not _PERIOD.search(last.lemma))):
        return "phrase"
    return "" if tail else "list"


def _body(words: Sequence[_Word], *, predicate: bool) -> str:
    """The words in one way of writing; of the last word of a predicate only its stem, as its form changes."""
    if not words:
        return ""
    texts = [word.lemma if word.number else word.surface for word in words]
    last = words[-1]
    if predicate and not last.number and last.pos[0] in ("動詞", "名詞", "形容詞"):
        texts[-1] = _stem(last)
    return "".join(texts)


def _stem(word: _Word) -> str:
    lemma = word.surface if word.pos[0] == "名詞" else word.lemma
    return re.sub("[ぁ-ゖ]+$", "", lemma) or lemma


def _ending(tail: Sequence[_Word]) -> tuple[str, ...]:
    text = "".join(word.surface for word in tail)
    if re.search("でしょう|だろう", text):
        mood = "guess"
    elif re.search("ください|下さい|願", text):
        mood = "request"
    elif re.search("ことが(?:ござ|あ)|こともござ|こともあ", text):
        mood = "possible"
    elif any(word.lemma == "出来る" for word in tail) or "いただけ" in text or "頂け" in text:
        mood = "able"
    elif any(word.lemma in ("頂く", "貰う") for word in tail):
        mood = "receive"
    else:
        mood = "plain"
    voices = [
        w.lemma
        for w in tail
        if w.pos[0] == "助動詞" and w.lemma in ("れる", "られる", "せる", "させる", "たい", "らしい")
    ]
    past = any(word.pos[0] == "助動詞" and word.lemma == "た" and word.surface in ("た", "だ") for word in tail)
    listing = "list" if any(word.surface in ("たり", "だり") for word in tail) else ""
    asks = "asks" if any(word.surface == "か" for word in tail) else ""
    return mood, str(len(_NEGATION.findall(text))), "".join(voices), "past" if past else "", listing, asks


def _glued(parts: list[Part]) -> Iterator[Part]:
    """Parts that end in the middle of a list or of a phrase (クレジットカード、口座振替、…) belong to the next one.

    月額990円、みなとスタンダードは… is no list: a statement ends there, as a part like the first begins again.
    """
    held = ""
    frames: set[Frame] = set()
    for index, part in enumerate(parts):
        whole = replace(part, body=held + part.body) if held else part
        after = parts[index + 1] if index + 1 < len(parts) else None
        if after is not None and (part.leads_on == "phrase" or (part.leads_on == "list" and after.frame not in frames)):
            held = whole.body + "、"
            continue
        held = ""
        if part.frame is not Frame.STATEMENT:
            frames.add(part.frame)
        yield whole


def _claims(parts: Sequence[Part]) -> tuple[Claim, ...]:
    statements = [part for part in parts if part.frame is Frame.STATEMENT]
    if not statements:
        return tuple(Claim(part, (), frozenset({part.ending})) for part in parts)
    last = statements[-1].ending
    last_place = max(place for place, part in enumerate(parts) if part.frame is Frame.STATEMENT)
    claims: list[Claim] = []
    under: list[tuple[Part, int]] = []
    said = 0
    for index, part in enumerate(parts):
        if part.frame is Frame.STATEMENT:
            limited = any(_RESTRICTS.search(later.body) for later in parts[index + 1 :])
            moods = {part.ending}
            if index != last_place and part.ending[:1] in ((), ("plain",)):
                moods.add((last[0], *part.ending[1:]) if last and part.ending else part.ending)
            said_part = replace(part, binds=part.binds or limited)
            claims.append(Claim(said_part, tuple(p for p, _ in under), frozenset(moods)))
            said += 1
            continue
        for place in range(len(under) - 1, -1, -1):
            other, when = under[place]
            if other.frame is part.frame and part.frame is not Frame.STEP and when < said:
                del under[place]
                break
        if part.frame is Frame.TOPIC:
            under = [(p, when) for p, when in under if not (p.frame is Frame.SUBJECT and when < said)]
        under.append((part, said))
    return tuple(claims)
