"""Conditions of rules, as data: each looks at one fact of a turn and says, in Japanese, why it is met."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from dialogue.escalation import tone as tones
from dialogue.escalation import topics
from dialogue.escalation.facts import TurnFacts
from dialogue.escalation.harassment import times_asked
from dialogue.escalation.tone import Tone
from dialogue.escalation.topics import Topic
from dialogue.kana import morae
from dialogue.normalize import normalize

Reasons: TypeAlias = tuple[str, ...] | None
"""Why a condition is met (shown to people); None when it is not."""
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60, pattern=r"^[^\n\r|]*$")]
Count = Annotated[int, Field(ge=1, le=1000)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]

FEWEST_MORAE: Final = 4
"""Shorter words sound like too many others to be found by their sound (訴訟 and 粗相)."""
_KATAKANA: Final = re.compile("^[ァ-ヺー]+$")
_JAPANESE: Final = re.compile("[ぁ-ゖァ-ヺ一-鿿]")
_LATIN: Final = re.compile("[a-z]{2,}")
_ANOTHER_SCRIPT: Final = re.compile("[가-힣а-яё฀-๿؀-ۿ]")


class Leaf(BaseModel):
    """A condition on one fact."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class AsksForPerson(Leaf):
    """The caller asks for a person."""

    kind: Literal["asks_for_person"]

    def check(self, facts: TurnFacts) -> Reasons:
        """Met by words that ask so, or by a model that read them so."""
        return None if facts.asks_person is None else ("担当者をご希望",)


class AreYouHuman(Leaf):
    """The caller asks whether a human being speaks."""

    kind: Literal["are_you_human"]

    def check(self, facts: TurnFacts) -> Reasons:
        """Met by such a question."""
        return None if facts.asks_human is None else ("人かどうかのご質問",)


class Emergency(Leaf):
    """Danger to life."""

    kind: Literal["emergency"]

    def check(self, facts: TurnFacts) -> Reasons:
        """Met by words of danger now."""
        return ("緊急の言葉",) if facts.emergency else None


class FailedTurns(Leaf):
    """The agent could not make sense of so many turns in a row."""

    kind: Literal["failed_turns"]
    at_least: Count

    def check(self, facts: TurnFacts) -> Reasons:
        """Met by the present run, this turn included."""
        failed = facts.progress.failed_turns
        return (f"ご用件が{failed}回続けて伝わらなかった",) if failed >= self.at_least else None


class LowConfidence(Leaf):
    """The recogniser was unsure of the last `turns` turns."""

    kind: Literal["low_confidence"]
    below: Share
    turns: Count = 1

    def check(self, facts: TurnFacts) -> Reasons:
        """Met when each of the last turns has a known confidence below the limit."""
        last = ([said.confidence for said in facts.earlier] + [facts.confidence])[-self.turns :]
        low = len(last) == self.turns and all(each is not None and each < self.below for each in last)
        return (f"聞き取りの確かさが{self.turns}回続けて{self.below:.0%}未満",) if low else None


class WeakMatch(Leaf):
    """The best candidate's score is below a limit (a turn without candidates counts as 0)."""

    kind: Literal["weak_match"]
    below: Share

    def check(self, facts: TurnFacts) -> Reasons:
        """Met after the matter is read."""
        return (f"一致の度合いが{self.below:.0%}未満",) if (facts.score or 0.0) < self.below else None


class EntryFlag(Leaf):
    """An entry with that flag was matched (`escalate` is the FAQ's own)."""

    kind: Literal["entry_flag"]
    flag: Name

    def check(self, facts: TurnFacts) -> Reasons:
        """Met by any of the matched entries."""
        found = next((entry for entry in facts.entries if self.flag in entry.flags), None)
        return None if found is None else (f"FAQ「{found.id}」の指定「{self.flag}」",)


class EntryIn(Leaf):
    """One of these entries was matched."""

    kind: Literal["entry_in"]
    ids: tuple[Name, ...] = Field(min_length=1)

    def check(self, facts: TurnFacts) -> Reasons:
        """Met by any of the matched entries."""
        found = next((entry for entry in facts.entries if entry.id in self.ids), None)
        return None if found is None else (f"FAQ「{found.id}」",)


class CategoryIn(Leaf):
    """An entry of one of these categories was matched."""

    kind: Literal["category_in"]
    categories: tuple[Name, ...] = Field(min_length=1)

    def check(self, facts: TurnFacts) -> Reasons:
        """Met by any of the matched entries."""
        found = next((entry for entry in facts.entries if entry.category in self.categories), None)
        return None if found is None else (f"FAQの分類「{found.category}」",)


class Words(Leaf):
    """One of these words was said. `sounds` are their readings in katakana: they find 弁護死 for 弁護士.

    Left out, the readings are filled in when the rules are loaded; an empty list switches them off.
    """

    kind: Literal["words"]
    words: tuple[Name, ...] = Field(min_length=1, max_length=200)
    sounds: tuple[Name, ...] | None = None

    @field_validator("words")
    @classmethod
    def _as_compared(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(normalize(word) for word in value)

    @field_validator("sounds")
    @classmethod
    def _is_katakana(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        for sound in value or ():
            if not _KATAKANA.match(sound):
                raise ValueError(f"「{sound}」はカタカナで書いてください")
            if morae(sound) < FEWEST_MORAE:
                raise ValueError(f"「{sound}」は短すぎます。ほかの言葉に似ないよう、4拍以上の読みを書いてください")
        return value

    def check(self, facts: TurnFacts) -> Reasons:
        """Met by the written words anywhere, by a sound from the beginning of a word."""
        for word in self.words:
            if word in facts.normalized:
                return (f"言葉「{word}」",)
        for sound in self.sounds or ():
            if _sounds_like(sound, facts.kana):
                return (f"言葉の読み「{sound}」",)
        return None


class OfTopic(Leaf):
    """Advice of one of these fields is asked for."""

    kind: Literal["topic"]
    topics: tuple[Topic, ...] = Field(min_length=1)

    def check(self, facts: TurnFacts) -> Reasons:
        """Met by a word of the field that comes with asking for a judgement."""
        return (topics.IN_JAPANESE[facts.topic],) if facts.topic is not None and facts.topic in self.topics else None


class Harassment(Leaf):
    """The caller goes at least so far (1 harsh words, 2 abuse, 3 threats) in this turn."""

    kind: Literal["harassment"]
    at_least: Annotated[int, Field(ge=1, le=3)]

    def check(self, facts: TurnFacts) -> Reasons:
        """Met by the present turn's level."""
        view = facts.harassment
        return (f"迷惑行為の段階{view.level}", *view.because) if view.level >= self.at_least else None


class Amount(Leaf):
    """An amount of at least so many yen is named."""

    kind: Literal["amount"]
    at_least: Annotated[int, Field(ge=1)]

    def check(self, facts: TurnFacts) -> Reasons:
        """Met by the largest amount in the turn."""
        most = max(facts.amounts, default=0)
        return (f"金額{most:,}円",) if most >= self.at_least else None


class CallerVip(Leaf):
    """The caller is a VIP."""

    kind: Literal["caller_vip"]

    def check(self, facts: TurnFacts) -> Reasons:
        """Met by the caller's profile."""
        return ("重要なお客様",) if facts.situation.caller.vip else None


class CallerBlocked(Leaf):
    """The caller's number is on the company's list of blocked numbers."""

    kind: Literal["caller_blocked"]

    def check(self, facts: TurnFacts) -> Reasons:
        """Met by the caller's profile."""
        return ("お取り次ぎしない番号",) if facts.situation.caller.blocked else None


class NumberWithheld(Leaf):
    """The caller's number is not shown."""

    kind: Literal["number_withheld"]

    def check(self, facts: TurnFacts) -> Reasons:
        """Met by the caller's profile."""
        return None if facts.situation.caller.number_known else ("番号非通知",)


class RepeatCaller(Leaf):
    """The caller has called at least so often within the last hours, besides this call."""

    kind: Literal["repeat_caller"]
    within_hours: Annotated[float, Field(gt=0, le=24 * 31)]
    at_least: Count = 1

    def check(self, facts: TurnFacts) -> Reasons:
        """Met by the caller's profile."""
        calls = sum(hours <= self.within_hours for hours in facts.situation.caller.earlier_calls_h)
        return (f"{self.within_hours:g}時間以内に{calls}回のお電話",) if calls >= self.at_least else None


class SilenceCount(Leaf):
    """The caller has said nothing so often in a row."""

    kind: Literal["silence_count"]
    at_least: Count

    def check(self, facts: TurnFacts) -> Reasons:
        """Met by the present run, this one included."""
        silent = facts.progress.no_inputs
        return (f"無言が{silent}回",) if silent >= self.at_least else None


class OutOfHours(Leaf):
    """No operator is there."""

    kind: Literal["out_of_hours"]

    def check(self, facts: TurnFacts) -> Reasons:
        """Met by the company's opening hours."""
        return None if facts.situation.open else ("担当者の受付時間外",)


class ModelDown(Leaf):
    """The language model cannot be asked."""

    kind: Literal["model_down"]

    def check(self, facts: TurnFacts) -> Reasons:
        """Met while no model is ready."""
        return None if facts.situation.model_ready else ("言語モデルが使えない",)


class OfTone(Leaf):
    """The caller's tone, from the words only, is one of these."""

    kind: Literal["tone"]
    tones: tuple[Tone, ...] = Field(min_length=1)

    def check(self, facts: TurnFacts) -> Reasons:
        """Met by the present turn's tone."""
        return (tones.IN_JAPANESE[facts.tone],) if facts.tone in self.tones else None


class CallMinutes(Leaf):
    """The call lasts at least so long."""

    kind: Literal["call_minutes"]
    at_least: Annotated[float, Field(gt=0, le=600)]

    def check(self, facts: TurnFacts) -> Reasons:
        """Met by the time since the call began."""
        minutes = facts.situation.elapsed_ms / 60_000
        return (f"通話{minutes:.0f}分",) if minutes >= self.at_least else None


class AskedSame(Leaf):
    """The caller has said nearly the same at least so often, this turn included."""

    kind: Literal["asked_same"]
    at_least: Annotated[int, Field(ge=2, le=100)]

    def check(self, facts: TurnFacts) -> Reasons:
        """Met by turns of five characters and more."""
        times = times_asked(facts.normalized, [said.normalized for said in facts.earlier])
        return (f"同じご要求が{times}回",) if times >= self.at_least else None


class NotJapanese(Leaf):
    """The turn is in another language: no kana, no kanji, but words of another script."""

    kind: Literal["not_japanese"]

    def check(self, facts: TurnFacts) -> Reasons:
        """Met by at least three Latin words, or by Korean, Cyrillic, Thai or Arabic letters."""
        words = facts.normalized
        if _ANOTHER_SCRIPT.search(words) or (not _JAPANESE.search(words) and len(_LATIN.findall(words)) >= 3):
            return ("日本語以外の言葉",)
        return None


class Fired(Leaf):
    """That rule has been acted on in this call already."""

    kind: Literal["fired"]
    rule: Name

    def check(self, facts: TurnFacts) -> Reasons:
        """Met by the call's memory."""
        return (f"ルール「{self.rule}」を適用済み",) if self.rule in facts.fired else None


def _sounds_like(sound: str, kana: str) -> bool:
    pattern = r"(?:^| )" + " ?".join(map(re.escape, sound))
    return re.search(pattern, kana) is not None
