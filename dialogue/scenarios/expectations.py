"""Whether a reply is what a step expects of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from dialogue import phrases
from dialogue.normalize import normalize
from dialogue.scenarios.scenario import Asks, Outcome, Scenario, Step
from dialogue.state import Decision
from dialogue.turns import Act, After, Expects, Reply

_ANSWERING: Final = frozenset({Act.ANSWER, Act.HAND_OVER, Act.REPEAT})


class ProblemKind(StrEnum):
    """What went wrong: something expected is not so, a forbidden word, too late, the call's course, a crash."""

    EXPECTED = "expected"
    NEVER_SAYS = "never_says"
    WITHIN = "within"
    COURSE = "course"
    CRASH = "crash"


@dataclass(frozen=True)
class Problem:
    """One expectation that does not hold, told in Japanese."""

    kind: ProblemKind
    text: str


def outcome_of(reply: Reply) -> Outcome:
    """What `reply` comes to."""
    if reply.after is not After.LISTEN:
        return Outcome.HAND_OVER if reply.after is After.HAND_OVER else Outcome.CLOSE
    outcomes = {
        Act.ANSWER: Outcome.ANSWER,
        Act.REPEAT: Outcome.ANSWER,
        Act.CLARIFY: Outcome.CLARIFY,
        Act.REASK: Outcome.CLARIFY,
    }
    return outcomes.get(reply.act, Outcome.STAY)


def mentions(text: str, words: str) -> bool:
    """Whether `words` stand in `text`, however widths, cases and thousands are written.

    A number stands there as a whole: 「0円」 is not in 「330円」.
    """
    return re.search(rf"(?<!\d(?=\d)){re.escape(_plain(words))}(?!(?<=\d)\d)", _plain(text)) is not None


def check(scenario: Scenario, step: Step, decision: Decision, took_s: float) -> list[Problem]:
    """Everything in which the reply to `step` is not as expected."""
    reply = decision.reply
    said = [
        Problem(ProblemKind.NEVER_SAYS, f"「{word}」と言ってはいけません")
        for word in dict.fromkeys((*scenario.never_says, *step.never_says))
        if mentions(reply.text, word)
    ]
    limit = step.within or scenario.within
    late = [Problem(ProblemKind.WITHIN, f"{limit:.1f}秒以内のはずが、{took_s:.1f}秒でした")] if took_s > limit else []
    missed = [Problem(ProblemKind.EXPECTED, text) for text in (*_content(step, decision), *_course(step, reply))]
    return [*missed, *said, *late]


def check_last(scenario: Scenario, reply: Reply) -> list[Problem]:
    """Whether the conversation ended as the scenario says."""
    ended = outcome_of(reply)
    if not scenario.outcomes or ended in scenario.outcomes:
        return []
    expected = "か".join(outcome.value for outcome in scenario.outcomes)
    return [Problem(ProblemKind.EXPECTED, f"最後は {expected} のはずが、{ended.value} でした")]


def _content(step: Step, decision: Decision) -> Iterator[str]:
    reply = decision.reply
    answered = reply.evidence.entry_ids if reply.act in _ANSWERING else ()
    shown = "、".join(answered) or "答えなし"
    if step.answers_with and set(answered) != set(step.answers_with):
        yield f"{'、'.join(step.answers_with)} を答えるはずが、{shown} でした"
    if step.answers_with_one_of and not (len(answered) == 1 and answered[0] in step.answers_with_one_of):
        yield f"{'か'.join(step.answers_with_one_of)} を答えるはずが、{shown} でした"
    if step.asks and not any(_asks(reply, asked) for asked in step.asks):
        yield f"{'か'.join(asked.value for asked in step.asks)} を尋ねるはずでした"
    offered = tuple(option.entry_id for option in decision.state.options)
    if step.offers and not set(step.offers) <= set(offered):
        yield f"{'、'.join(step.offers)} から選んでもらうはずが、{'、'.join(offered) or '選択肢なし'} でした"
    for word in step.contains:
        if not mentions(reply.text, word):
            yield f"「{word}」と言うはずでした"
    if step.contains_one_of and not any(mentions(reply.text, word) for word in step.contains_one_of):
        yield f"「{'」か「'.join(step.contains_one_of)}」と言うはずでした"
    data = reply.evidence.to_dict()
    for name, expected in step.evidence.items():
        shown_as = list(data[name]) if isinstance(data[name], tuple) else data[name]
        if shown_as != expected:
            yield f"根拠の {name} は {expected} のはずが、{shown_as} でした"


def _course(step: Step, reply: Reply) -> Iterator[str]:
    if step.act and reply.act not in step.act:
        yield f"{'か'.join(act.value for act in step.act)} のはずが、{reply.act.value} でした"
    handed_over = reply.after is After.HAND_OVER
    if step.escalates is not None and handed_over != bool(step.escalates):
        yield "担当者に引き継ぐはずでした" if step.escalates else "担当者に引き継がないはずでした"
    elif isinstance(step.escalates, str) and reply.escalation_reason != step.escalates:
        yield f"引き継ぐ理由は {step.escalates} のはずが、{reply.escalation_reason} でした"
    if step.ends is not None and (reply.after is After.HANG_UP) != step.ends:
        yield "電話を終えるはずでした" if step.ends else "電話を終えないはずでした"
    if step.slower is not None and (reply.speed < 1.0) != step.slower:
        yield f"話す速さは {'ゆっくり' if step.slower else 'ふつう'} のはずが、{reply.speed} 倍でした"


def _asks(reply: Reply, asked: Asks) -> bool:
    match asked:
        case Asks.WHICH:
            return reply.act is Act.CLARIFY and reply.expects is Expects.CHOICE
        case Asks.CONFIRM:
            return reply.act is Act.CLARIFY and reply.expects is Expects.YES_NO
        case Asks.AGAIN:
            return reply.act is Act.REASK
        case Asks.FOLLOW_UP:
            return phrases.FOLLOW_UP in reply.sentences


def _plain(text: str) -> str:
    return normalize(text).replace(",", "").replace(" ", "")
