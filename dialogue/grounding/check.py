"""The grounding check: a text may be spoken when everything it claims is claimed by approved text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, Final

from dialogue.grounding.claims import Claim, ClaimReader, Frame
from dialogue.grounding.companions import Companions
from dialogue.grounding.facts import Fact, FactKind, FactReader
from dialogue.grounding.support import SentenceSupport
from dialogue.kana import Reader
from dialogue.normalize import normalize
from dialogue.phrases import every_fixed_sentence
from dialogue.retrieval.lexical import content_words
from dialogue.sentences import sentences_of

PHRASES: Final = "phrases"
"""The source id of sentences that are the agent's own fixed, approved words."""

_COURTESIES: Final = (
    "かしこまりました。", "承知いたしました。", "お問い合わせありがとうございます。", "ご案内いたします。",
    "お電話ありがとうございます。", "恐れ入ります。", "お待たせいたしました。",
)  # fmt: skip


_HOLDS: Final = frozenset({Frame.CONDITION, Frame.STEP})


@dataclass(frozen=True)
class Source:
    """Approved text: an entry's id, its spoken text and its title."""

    id: str
    text: str
    title: str = ""


class ProblemKind(StrEnum):
    """Why a sentence may not be spoken."""

    NUMBER = "number"
    DATE = "date"
    PHONE = "phone"
    NAME = "name"
    NEGATION = "negation"
    CONDITION = "condition"
    ATTACHMENT = "attachment"
    WORD = "word"
    WORDING = "wording"
    ORDER = "order"
    SUPPORT = "support"


@dataclass(frozen=True)
class Problem:
    """One finding: its kind, the words it is about, and a sentence for the pages."""

    kind: ProblemKind
    text: str
    message_ja: str


@dataclass(frozen=True)
class SentenceEvidence:
    """Where a spoken sentence comes from. `score` is 1 for word for word, else the lower of the two closenesses."""

    sentence: str
    source_id: str | None
    source_sentence: str
    score: float


@dataclass(frozen=True)
class GroundingReport:
    """The verdict on one text."""

    grounded: bool
    problems: tuple[Problem, ...] = ()
    sentences: tuple[SentenceEvidence, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain data for the evidence."""
        return asdict(self)


@dataclass(frozen=True)
class _Read:
    """A source as the checker reads it: its sentences and their claims."""

    source: Source
    sentences: tuple[str, ...]
    claims: tuple[tuple[Claim, ...], ...]


@dataclass
class _Course:
    """What the sentences before used: the block of one source that is being spoken, and everything used of each."""

    source_id: str = ""
    place: int = -1
    introduced: str = ""
    used: dict[str, set[int]] = field(default_factory=dict)
    said: list[tuple[str, str, tuple[int, ...]]] = field(default_factory=list)


@dataclass(frozen=True)
class _Match:
    """A text sentence's origin: places of the source's sentences that its claims come from."""

    read: _Read
    places: tuple[int, ...]
    verbatim: bool


_OF_FACT: Final = {
    FactKind.NUMBER: (ProblemKind.NUMBER, "「{}」という数字は、承認された文にありません。"),
    FactKind.DATE: (ProblemKind.DATE, "「{}」という日時は、承認された文にありません。"),
    FactKind.PHONE: (ProblemKind.PHONE, "「{}」という電話番号は、承認された文にありません。"),
    FactKind.NAME: (ProblemKind.NAME, "「{}」という名前は、承認された文にありません。"),
    FactKind.NEGATION: (ProblemKind.NEGATION, "「{}」という打ち消しは、承認された文にありません。"),
    FactKind.CONDITION: (ProblemKind.CONDITION, "「{}」という条件は、承認された文にありません。"),
}


class GroundingChecker:
    """Checks texts against approved sources. Blocking (some ms a sentence) and thread-safe.

    A sentence passes when it is approved word for word, or when each of its claims is a claim of one source, under
    the same topics, conditions and steps and asserted in the same way (`dialogue.grounding.claims`). Whatever
    cannot be shown to be so is refused: the caller then speaks the approved text itself.
    """

    def __init__(
        self, reader: Reader, support: SentenceSupport | None = None, approved: Sequence[str] | None = None
    ) -> None:
        self._reader = reader
        self._facts = FactReader(reader)
        self._claims = ClaimReader(reader)
        self._companions = Companions(self._claims, self._facts)
        self._support = support
        fixed = every_fixed_sentence() if approved is None else approved
        self._approved = frozenset(_plain(sentence) for sentence in (*fixed, *_COURTESIES))

    @property
    def companions(self) -> Companions:
        """Which sentences of an answer belong together."""
        return self._companions

    @property
    def facts(self) -> FactReader:
        """The reader of facts."""
        return self._facts

    def check(self, text: str, sources: Sequence[Source], *, complete: bool = False) -> GroundingReport:
        """Whether `text` may be spoken on the strength of `sources`; an empty text may not.

        With `complete` a used sentence's companions (ただし…, いずれも…) must be there as well: so are composed
        answers checked. Without it any single approved sentence passes.
        """
        reads = [self._read(source) for source in sources]
        problems: list[Problem] = []
        evidence: list[SentenceEvidence] = []
        course = _Course()
        for sentence in sentences_of(text):
            found, proof = self._sentence(sentence, reads, course)
            problems += found
            evidence.append(proof)
        if complete:
            for read in reads:
                problems += self._left_out(read, course.used.get(read.source.id, set()))
        return GroundingReport(not problems and bool(evidence), tuple(problems), tuple(evidence))

    def completed(self, text: str, sources: Sequence[Source]) -> tuple[str, ...]:
        """The sentences of `text` with the approved ones that they cannot be spoken without, in their places.

        A text that is not grounded comes back as it is: `check` refuses it.
        """
        reads = [self._read(source) for source in sources]
        course = _Course()
        for sentence in sentences_of(text):
            self._sentence(sentence, reads, course)
        said = course.said
        for read in reads:
            for missing in self._missing(read, course.used.get(read.source.id, set())):
                own = [n for n, (_, source_id, _) in enumerate(said) if source_id == read.source.id]
                after = [n for n in own if said[n][2][0] > missing]
                where = after[0] if after else own[-1] + 1
                said.insert(where, (read.sentences[missing], read.source.id, (missing,)))
        return tuple(sentence for sentence, _, _ in said)

    def _read(self, source: Source) -> _Read:
        sentences = sentences_of(source.text)
        return _Read(source, sentences, tuple(self._claims.claims(sentence) for sentence in sentences))

    def _sentence(
        self, sentence: str, reads: Sequence[_Read], course: _Course
    ) -> tuple[list[Problem], SentenceEvidence]:
        plain = _plain(sentence)
        for read in reads:
            if read.source.title and plain in map(_plain, lead_ins(read.source.title)):
                course.introduced = read.source.id
                course.said.append((sentence, PHRASES, ()))
                return [], SentenceEvidence(sentence, PHRASES, sentence, 1.0)
        if plain in self._approved:
            course.said.append((sentence, PHRASES, ()))
            return [], SentenceEvidence(sentence, PHRASES, sentence, 1.0)
        match = self._origin(sentence, reads, course)
        if match is None:
            course.said.append((sentence, "", ()))
            return self._why(sentence, reads), SentenceEvidence(sentence, None, "", 0.0)
        source = "".join(match.read.sentences[place] for place in match.places)
        problems = _out_of_order(sentence, match, course)
        course.used.setdefault(match.read.source.id, set()).update(match.places)
        course.said.append((sentence, match.read.source.id, match.places))
        score = 1.0
        if not match.verbatim and self._support is not None:
            closeness = self._support.closeness(sentence, source)
            score = min(closeness.lexical, closeness.semantic)
            if not self._support.supports(closeness):
                said = "この文は、承認された文との近さが足りません。"
                problems.append(Problem(ProblemKind.SUPPORT, sentence, said))
        return problems, SentenceEvidence(sentence, match.read.source.id, source, score)

    def _origin(self, sentence: str, reads: Sequence[_Read], course: _Course) -> _Match | None:
        """The approved sentences that carry every claim of this one; what goes on in order is preferred."""
        ordered = sorted(reads, key=lambda read: read.source.id != (course.introduced or course.source_id))
        plain = _plain(sentence)
        exact = [
            _Match(read, (place,), verbatim=True)
            for read in ordered
            for place, approved in enumerate(read.sentences)
            if _plain(approved) == plain
        ]
        if exact:
            on = [m for m in exact if m.read.source.id == course.source_id and m.places[0] > course.place]
            return (on or exact)[0]
        claims = self._claims.claims(sentence)
        for read in ordered:
            places = _places(claims, read)
            if places:
                return _Match(read, places, verbatim=False)
        return None

    def _why(self, sentence: str, reads: Sequence[_Read]) -> list[Problem]:
        """What is wrong with a sentence that has no origin: the facts first, then what they are said of."""
        texts = [part for read in reads for part in (read.source.text, read.source.title)]
        problems = [_unknown(fact) for fact in self._unknown_facts(sentence, texts)]
        known = {word for text in texts for word in content_words(self._reader.tokens(text))}
        for word in dict.fromkeys(content_words(self._reader.tokens(sentence))):
            if word not in known:
                problems.append(Problem(ProblemKind.WORD, word, f"「{word}」という言葉は、承認された文にありません。"))
        return problems or [_misplaced(sentence, self._claims.claims(sentence), reads)]

    def _unknown_facts(self, sentence: str, texts: Sequence[str]) -> list[Fact]:
        known = {fact.key for text in texts for fact in self._facts.facts(text)}
        normal = [normalize(text) for text in texts]
        return [
            fact
            for fact in self._facts.facts(sentence)
            if fact.key not in known and not (fact.kind is FactKind.NAME and any(fact.value in text for text in normal))
        ]

    def _left_out(self, read: _Read, used: set[int]) -> Iterator[Problem]:
        for place in self._missing(read, used):
            left = read.sentences[place]
            yield Problem(ProblemKind.CONDITION, left, f"「{left}」が省かれています。一緒にお伝えする文です。")

    def _missing(self, read: _Read, used: set[int]) -> list[int]:
        return [place for place in self._companions.closed(read.sentences, used) if place not in used]

    def facts_not_in(self, source_texts: Sequence[str], spoken_text: str) -> list[Fact]:
        """Facts of what was spoken that stand in none of the sources; fixed phrases are their own source."""
        approved = self._approved | {_plain(s) for text in source_texts for s in sentences_of(text)}
        spoken = [sentence for sentence in sentences_of(spoken_text) if _plain(sentence) not in approved]
        return [fact for sentence in spoken for fact in self._unknown_facts(sentence, source_texts)]


def check_grounded(
    text: str, sources: Sequence[Source], *, reader: Reader, support: SentenceSupport | None = None
) -> GroundingReport:
    """`GroundingChecker.check` for one text."""
    return GroundingChecker(reader, support).check(text, sources)


def spoken_facts_not_in(source_texts: Sequence[str], spoken_text: str, reader: Reader | None = None) -> list[Fact]:
    """Numbers, dates, names, negations and conditions that were spoken and stand in no source text.

    The agent's fixed phrases are their own approved source. Give lines that the program itself fills in (a call-back
    time, a title that is asked back) as source texts.
    """
    return GroundingChecker(reader or Reader()).facts_not_in(source_texts, spoken_text)


def lead_ins(title: str) -> tuple[str, str, str]:
    """The approved sentences that introduce an answer: as the first, as a following one, and as the last."""
    return (
        f"まず、{title}についてご案内いたします。",
        f"次に、{title}についてご案内いたします。",
        f"最後に、{title}についてご案内いたします。",
    )


def _plain(sentence: str) -> str:
    return normalize(sentence).rstrip("。!?")


def _places(claims: Sequence[Claim], read: _Read) -> tuple[int, ...]:
    """Places of the sentences that carry the claims, in order; none when a claim is carried nowhere."""
    places: list[int] = []
    matched: list[Claim] = []
    for claim in claims:
        start = places[-1] if places else 0
        found = next(
            (
                (place, approved)
                for place in range(start, len(read.claims))
                for approved in read.claims[place]
                if claim.says_no_more_than(approved)
            ),
            None,
        )
        if found is None:
            return ()
        places.append(found[0])
        matched.append(found[1])
    for place, approved in zip(places, matched, strict=True):
        if approved.statement.binds and read.claims[place][-1] not in matched:
            return ()
    return tuple(dict.fromkeys(places))


def _out_of_order(sentence: str, match: _Match, course: _Course) -> list[Problem]:
    """A sentence from the middle of another answer would be heard as part of this one."""
    source_id, first = match.read.source.id, match.places[0]
    problems = []
    changed = bool(course.source_id) and course.source_id != source_id
    if changed and first > 0 and course.introduced != source_id:
        said = "別の回答の途中の文が、前置きなしに続いています。"
        problems.append(Problem(ProblemKind.ORDER, sentence, said))
    elif not changed and first < course.place:
        problems.append(Problem(ProblemKind.ORDER, sentence, "承認された文と順序が異なります。"))
    course.source_id, course.place = source_id, match.places[-1]
    return problems


def _unknown(fact: Fact) -> Problem:
    kind, said = _OF_FACT[fact.kind]
    words = (
        fact.value
        if not fact.unit
        else fact.unit.replace("…", fact.value)
        if "…" in fact.unit
        else fact.value + fact.unit
    )
    return Problem(kind, fact.clause, said.format(words))


def _misplaced(sentence: str, claims: Sequence[Claim], reads: Sequence[_Read]) -> Problem:
    """Every word is approved, but not said so: of something else, without its condition, or the other way round."""
    approved = [claim for read in reads for part in read.claims for claim in part]
    for claim in claims:
        if any(claim.says_no_more_than(other) for other in approved):
            continue
        same = [other for other in approved if other.statement.body == claim.statement.body]
        if any(other.context == claim.context for other in same):
            said = "打ち消しや言い切りの形が、承認された文と異なります。"
            return Problem(ProblemKind.NEGATION, claim.statement.body, said)
        for other in same:
            if set(claim.context) - set(other.context):
                continue
            left = [p.body for p in other.under if p.key not in claim.context and p.frame in _HOLDS]
            if left:
                return Problem(ProblemKind.CONDITION, left[0], f"「{left[0]}」という条件が省かれています。")
        if same:
            said = f"「{claim.statement.body}」が、承認された文とは別の事柄について述べられています。"
            return Problem(ProblemKind.ATTACHMENT, claim.statement.body, said)
    return Problem(ProblemKind.WORDING, sentence, "文のつながりが、承認された文と異なります。")
