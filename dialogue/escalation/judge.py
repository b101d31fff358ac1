"""Which rule decides a turn. Pure: the same rules and facts give the same firing, now and in a replay."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from dialogue.company import Company
from dialogue.escalation.builtin import PersonWords
from dialogue.escalation.conditions import NumberWithheld
from dialogue.escalation.facts import TurnFacts
from dialogue.escalation.rules import Action, Callback, End, Record, Rule, Stage, Transfer
from dialogue.escalation.tree import leaves_of
from dialogue.phrases import when_back
from dialogue.sentences import sentences_of

_CALLS_BACK: Final = re.compile("折り返し|お電話を差し上げ|おかけ直しいたし|担当の者よりお電話")


@dataclass(frozen=True)
class Matched:
    """A rule whose condition is met, and why (in Japanese)."""

    rule_id: str
    because: tuple[str, ...]


@dataclass(frozen=True)
class Firing:
    """The rule that decides, as it acts now, with every rule that matched (in order; the deciding one is first).

    `rule_version` is the version of the whole rule book. `action` of a transfer out of hours is its callback.
    """

    rule_id: str
    rule_version: int
    title: str
    action: Action
    say: tuple[str, ...]
    matched: tuple[Matched, ...]

    @property
    def escalates(self) -> bool:
        """Whether a person takes over, now or later."""
        return isinstance(self.action, Transfer | Callback)

    @property
    def decides(self) -> bool:
        """Whether the turn is over with it: a person, or the end. Otherwise the conversation goes on."""
        return self.escalates or isinstance(self.action, End)

    @property
    def because(self) -> tuple[str, ...]:
        """Why the deciding rule matched."""
        return self.matched[0].because

    def spoken(self, company: Company, moment: datetime) -> tuple[str, ...]:
        """The words with the company's name and the time when operators are back filled in."""
        return tuple(
            line.replace("{company}", company.name).replace("{when_back}", when_back(company, moment))
            for line in self.say
        )

    def to_dict(self) -> dict[str, Any]:
        """Plain data for the evidence."""
        return {
            "rule_id": self.rule_id,
            "rule_version": self.rule_version,
            "title": self.title,
            "action": self.action.model_dump(mode="json"),
            "say": list(self.say),
            "matched": [{"rule_id": each.rule_id, "because": list(each.because)} for each in self.matched],
        }


def decide(
    rules: Iterable[Rule], version: int, facts: TurnFacts, stage: Stage, words: PersonWords = PersonWords()
) -> Firing | None:
    """The firing of the first of `rules` (in their given order) that matches at `stage`; None when none does.

    Rules that only record come last, so that they never hide one that acts. `words` are for rules without their own.
    """
    matched = [
        (rule, because)
        for rule in rules
        if rule.applies_at(stage)
        and not (rule.once and rule.id in facts.fired)
        and (because := rule.when.check(facts)) is not None
    ]
    if not matched:
        return None
    matched.sort(key=lambda each: isinstance(each[0].then, Record))
    rule = matched[0][0]
    action, say = _as_it_acts(rule, facts.situation.open, words)
    if not facts.situation.caller.number_known:
        say = _to_the_unreachable(rule, say, words)
    return Firing(
        rule_id=rule.id,
        rule_version=version,
        title=rule.title,
        action=action,
        say=say,
        matched=tuple(Matched(each.id, because) for each, because in matched),
    )


def _as_it_acts(rule: Rule, is_open: bool, words: PersonWords) -> tuple[Action, tuple[str, ...]]:
    action = rule.then
    if isinstance(action, Transfer) and not is_open and not action.even_if_closed:
        return Callback(kind="callback", queue=action.queue, priority=action.priority), rule.say_closed or words.closed
    return action, rule.say


def calls_back(sentence: str) -> bool:
    """Whether the sentence promises a call back."""
    return _CALLS_BACK.search(sentence) is not None


def _to_the_unreachable(rule: Rule, say: tuple[str, ...], words: PersonWords) -> tuple[str, ...]:
    """The words without the promise to call back a number that nobody knows."""
    if not isinstance(rule.then, Transfer | Callback) or any(
        isinstance(leaf, NumberWithheld) for leaf in leaves_of(rule.when)
    ):
        return say
    sentences = sentences_of("".join(say))
    kept = tuple(sentence for sentence in sentences if not calls_back(sentence))
    return (*kept, *words.unreachable) if len(kept) < len(sentences) else say
