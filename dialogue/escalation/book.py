"""All rules of one version: the built-in ones with the company's words, and the company's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic import ValidationError

from dialogue.escalation.builtin import BUILT_IN_IDS, PersonWords, Tuning, tuned
from dialogue.escalation.conditions import FEWEST_MORAE, Fired, Words
from dialogue.escalation.errors import explained
from dialogue.escalation.facts import TurnFacts
from dialogue.escalation.judge import Firing, decide
from dialogue.escalation.rules import Callback, Rule, Stage, Transfer
from dialogue.escalation.tree import AllOf, AnyOf, Condition, NotOf, Score, leaves_of
from dialogue.kana import Reader, morae

MOST_RULES: Final = 500


class RulesError(ValueError):
    """The rules cannot be used; the Japanese message says where and what to write."""


@dataclass(frozen=True)
class RuleBook:
    """The rules of one version, in the order in which they are looked at. Without any of its own: the built-in ones.

    `words` are what is said of a person who takes over where a rule has no words of its own.
    """

    version: int = 0
    rules: tuple[Rule, ...] = tuned(())
    words: PersonWords = PersonWords()

    @classmethod
    def of(cls, version: int, own: Sequence[Rule] = (), tunings: Sequence[Tuning] = ()) -> RuleBook:
        """The book of a company's rules and words. Raises `RulesError`."""
        problems: list[str] = []
        seen: set[str] = set()
        for rule in own:
            if rule.id in BUILT_IN_IDS:
                problems.append(f"「{rule.id}」は組み込みのルールです。文や窓口は built_in に書いてください。")
            elif rule.id in seen:
                problems.append(f"ID「{rule.id}」のルールが2つ以上あります。別のIDにしてください。")
            seen.add(rule.id)
        known = seen | BUILT_IN_IDS
        for rule in own:
            for leaf in leaves_of(rule.when):
                if isinstance(leaf, Fired) and leaf.rule not in known:
                    problems.append(f"「{rule.id}」の fired のルール「{leaf.rule}」がありません。IDをご確認ください。")
        if len(own) > MOST_RULES:
            problems.append(f"ルールが{len(own)}件あります。{MOST_RULES}件以内にしてください。")
        try:
            built_in = tuned(tunings)
        except ValueError as error:
            problems.append(f"{error}。")
            built_in = ()
        if problems:
            raise RulesError("\n".join(problems))
        return cls(version, tuple(sorted((*built_in, *own), key=lambda rule: rule.rank)))

    @classmethod
    def from_content(cls, version: int, content: Iterable[Mapping[str, Any]]) -> RuleBook:
        """The book of published content (`content_of`). Raises `RulesError`."""
        own, tunings = parsed(content)
        return cls.of(version, own, tunings)

    def judge(self, facts: TurnFacts, stage: Stage) -> Firing | None:
        """The rule that decides, with all that matched; None when none does."""
        return decide(self.rules, self.version, facts, stage, self.words)

    def worded(self, words: PersonWords) -> RuleBook:
        """The same rules with other words for what has none of its own."""
        rules = tuple(
            rule.model_copy(update={"say": words.hand_over})
            if rule.id in BUILT_IN_IDS and rule.say == self.words.hand_over
            else rule
            for rule in self.rules
        )
        return RuleBook(self.version, rules, words)

    def sounding(self, reader: Reader) -> RuleBook:
        """The same rules with the readings of their words filled in where they name none."""
        return replace(self, rules=tuple(with_sounds(rule, reader) for rule in self.rules))

    def get(self, rule_id: str) -> Rule | None:
        """The rule of that id, if there is one."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    @property
    def queues(self) -> tuple[str, ...]:
        """The queues that rules send callers to, in order of first appearance."""
        named = (rule.then.queue for rule in self.rules if isinstance(rule.then, Transfer | Callback))
        return tuple(dict.fromkeys(named))


def parsed(content: Iterable[Mapping[str, Any]]) -> tuple[tuple[Rule, ...], tuple[Tuning, ...]]:
    """Rules and tunings of plain data; an item whose id is a built-in rule's is a tuning. Raises `RulesError`."""
    own: list[Rule] = []
    tunings: list[Tuning] = []
    problems: list[str] = []
    for number, item in enumerate(content, start=1):
        if not isinstance(item, Mapping):
            problems.append(f"{number}件目: 「id: …」で始まる項目を書いてください。")
            continue
        name = item.get("id") or f"{number}件目"
        try:
            if str(item.get("id")) in BUILT_IN_IDS:
                tunings.append(Tuning.model_validate(item))
            else:
                own.append(Rule.model_validate(item))
        except ValidationError as error:
            problems += [f"「{name}」の{problem}" for problem in explained(error)]
    if problems:
        raise RulesError("\n".join(problems))
    return tuple(own), tuple(tunings)


def content_of(own: Iterable[Rule], tunings: Iterable[Tuning] = ()) -> list[dict[str, Any]]:
    """Plain data to publish, from which `RuleBook.from_content` makes the same rules."""
    return [
        *(tuning.model_dump(mode="json", exclude_none=True) for tuning in tunings),
        *(rule.model_dump(mode="json", exclude_defaults=False) for rule in own),
    ]


def with_sounds(rule: Rule, reader: Reader) -> Rule:
    """The rule with the readings of its words filled in where it names none."""
    return rule.model_copy(update={"when": _sounding(rule.when, reader)})


def _sounding(condition: Condition, reader: Reader) -> Condition:
    match condition:
        case AllOf() | AnyOf():
            return condition.model_copy(update={"of": tuple(_sounding(part, reader) for part in condition.of)})
        case NotOf():
            return condition.model_copy(update={"of": _sounding(condition.of, reader)})
        case Score():
            signs = tuple(sign.model_copy(update={"when": _sounding(sign.when, reader)}) for sign in condition.of)
            return condition.model_copy(update={"of": signs})
        case Words(sounds=None):
            readings = dict.fromkeys(reader.katakana(word) for word in condition.words)
            sounds = tuple(reading for reading in readings if morae(reading) >= FEWEST_MORAE)
            return condition.model_copy(update={"sounds": sounds})
        case _:
            return condition
