"""The rules that are always there. A company tunes their words and queues; it cannot switch them off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

from dialogue.escalation import conditions as leaves
from dialogue.escalation.rules import (
    PERSON_ORDER,
    Action,
    Message,
    Rule,
    Stage,
    Transfer,
    checked_lines,
)
from dialogue.escalation.topics import Topic

QUEUE: Final = "一般"
HAND_OVER: Final = ("かしこまりました。", "担当の者に引き継ぎまして、折り返しお電話を差し上げます。")
"""Words for a transfer while somebody is there, where a rule has none of its own."""
CLOSED: Final = (
    "かしこまりました。ただいま、担当の者の受付時間外でございます。",
    "{when_back}、担当の者より折り返しお電話を差し上げます。",
)
"""Words for a transfer out of hours, where a rule has none of its own."""
UNREACHABLE: Final = (
    "ご用件は、担当の者に引き継ぎます。",
    "恐れ入りますが、お電話番号が通知されていないため、こちらからの折り返しはいたしかねます。",
    "お手数ですが、お電話番号を通知して、おかけ直しください。",
)
"""What stands for a promise to call back, to a caller whose number is not known. Rules on that have their own words."""


@dataclass(frozen=True)
class PersonWords:
    """What is said of a person who takes over, where a rule has no words of its own."""

    hand_over: tuple[str, ...] = HAND_OVER
    closed: tuple[str, ...] = CLOSED
    unreachable: tuple[str, ...] = UNREACHABLE


EMERGENCY: Final = "emergency"
ASKS_FOR_PERSON: Final = "asks-for-person"
ARE_YOU_HUMAN: Final = "are-you-human"
FORBIDDEN_ADVICE: Final = "forbidden-advice"
UPSET: Final = "upset"
NOT_UNDERSTOOD: Final = "not-understood"

BUILT_IN: Final = (
    Rule(
        id=EMERGENCY,
        title="緊急のご連絡",
        order=0,
        stage=Stage.ANY,
        when=leaves.Emergency(kind="emergency"),
        then=Transfer(kind="transfer", queue="緊急", priority=1, even_if_closed=True),
        say=(
            "緊急の場合は、このお電話を切って、警察は110番、火事や救急は119番におかけください。",
            "担当の者にも、すぐに引き継ぎます。",
        ),
    ),
    Rule(
        id=ASKS_FOR_PERSON,
        title="担当者をご希望",
        order=PERSON_ORDER,
        stage=Stage.ANY,
        when=leaves.AsksForPerson(kind="asks_for_person"),
        then=Transfer(kind="transfer", queue=QUEUE),
        say=HAND_OVER,
    ),
    Rule(
        id=ARE_YOU_HUMAN,
        title="人かどうかのご質問",
        order=PERSON_ORDER + 1,
        when=leaves.AreYouHuman(kind="are_you_human"),
        then=Message(kind="message", then="listen"),
        say=(
            "わたくしは人ではなく、AIの自動音声でございます。",
            "担当の者をご希望の場合は、「オペレーター」とお話しください。",
        ),
    ),
    Rule(
        id=FORBIDDEN_ADVICE,
        title="法律・医療・投資のご相談",
        order=200,
        when=leaves.OfTopic(kind="topic", topics=tuple(Topic)),
        then=Transfer(kind="transfer", queue=QUEUE),
        say=(
            "恐れ入りますが、法律、医療、投資についてのご助言は、この窓口ではいたしかねます。",
            "ご用件は担当の者に引き継ぎまして、折り返しお電話を差し上げます。",
        ),
        say_closed=(
            "恐れ入りますが、法律、医療、投資についてのご助言は、この窓口ではいたしかねます。",
            "ご用件は、{when_back}、担当の者より折り返しお電話を差し上げて伺います。",
        ),
    ),
    Rule(
        id=UPSET,
        title="強いご不満",
        order=9000,
        when=leaves.Harassment(kind="harassment", at_least=1),
        then=Transfer(kind="transfer", queue=QUEUE, priority=2),
        say=(
            "ご不快な思いをおかけし、申し訳ございません。",
            "担当の者に引き継ぎまして、折り返しお電話を差し上げます。",
        ),
        say_closed=(
            "ご不快な思いをおかけし、申し訳ございません。",
            "{when_back}、担当の者より折り返しお電話を差し上げます。",
        ),
    ),
    Rule(
        id=NOT_UNDERSTOOD,
        title="ご用件が伝わらない",
        order=9001,
        stage=Stage.AFTER_MATTER,
        when=leaves.FailedTurns(kind="failed_turns", at_least=4),
        then=Transfer(kind="transfer", queue=QUEUE),
        say=HAND_OVER,
    ),
)
BUILT_IN_IDS: Final = frozenset(rule.id for rule in BUILT_IN)
_TRUTHFUL: Final = ("AI", "自動音声", "機械", "ロボット")


class Tuning(BaseModel):
    """A company's own words and queue for a built-in rule. The kind of action, and when it fires, stay as they are."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Literal["emergency", "asks-for-person", "are-you-human", "forbidden-advice", "upset", "not-understood"]
    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)] | None = None
    then: Action | None = None
    say: tuple[str, ...] | None = Field(default=None, min_length=1, max_length=6)
    say_closed: tuple[str, ...] | None = Field(default=None, min_length=1, max_length=6)

    @field_validator("say", "say_closed")
    @classmethod
    def _may_be_said(cls, value: tuple[str, ...] | None) -> tuple[str, ...] | None:
        return None if value is None else checked_lines(value)


def tuned(tunings: Sequence[Tuning]) -> tuple[Rule, ...]:
    """The built-in rules with the company's words. Raises `ValueError` in Japanese."""
    by_id: dict[str, Tuning] = {}
    for tuning in tunings:
        if tuning.id in by_id:
            raise ValueError(f"built_in の「{tuning.id}」が2つ以上あります。1つにしてください")
        by_id[tuning.id] = tuning
    return tuple(_tuned(rule, by_id.get(rule.id)) for rule in BUILT_IN)


def _tuned(rule: Rule, tuning: Tuning | None) -> Rule:
    if tuning is None:
        return rule
    if tuning.then is not None and tuning.then.kind != rule.then.kind:
        raise ValueError(f"built_in の「{rule.id}」の動作は {rule.then.kind} のままにしてください")
    if rule.id == EMERGENCY and isinstance(tuning.then, Transfer) and not tuning.then.even_if_closed:
        raise ValueError("緊急のご連絡は、受付時間外でもお取り次ぎします。even_if_closed: true と書いてください")
    if rule.id == ARE_YOU_HUMAN and tuning.say is not None:
        text = "".join(tuning.say)
        if "人ではな" not in text or not any(word in text for word in _TRUTHFUL):
            raise ValueError("人かどうかのご質問には、「人ではなく、AIの自動音声」のように、事実をお答えください")
    changes = {name: value for name, value in tuning if name != "id" and value is not None}
    return rule.model_copy(update=changes)
