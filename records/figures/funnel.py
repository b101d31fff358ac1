"""Where calls go: 着信 → AI応答 → 発話 → 回答 → 完結, and what became of the others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from records.figures.facts import CallFacts, Finish
from records.figures.of_calls import contained, engaged, escalated


@dataclass(frozen=True)
class Step:
    """One step and how many calls came so far; `branch` steps are ends, not further steps."""

    key: str
    name: str
    calls: int
    branch: bool = False


@dataclass(frozen=True)
class Count:
    """How often something was, of how many calls."""

    name: str
    calls: int
    of: int


_STEPS: Final[tuple[tuple[str, str, Callable[[CallFacts], bool], bool], ...]] = (
    ("offered", "着信", lambda call: True, False),
    ("answered", "AI応答", lambda call: call.talk.answered, False),
    ("engaged", "発話", engaged, False),
    ("replied", "回答", lambda call: call.talk.engaged and call.talk.answers > 0, False),
    ("contained", "完結", contained, False),
    ("after_answer", "回答後切断", lambda call: call.talk.finish is Finish.HUNG_UP_AFTER_ANSWER, True),
    ("handed_over", "引き継ぎ", lambda call: call.talk.finish in {Finish.PERSON, Finish.ESCALATED}, True),
    ("dropped_out", "途中離脱", lambda call: call.talk.finish is Finish.HUNG_UP, True),
    ("other", "その他の終話", lambda call: call.talk.finish is Finish.OTHER, True),
)


def funnel(calls: Sequence[CallFacts]) -> list[Step]:
    """How many calls came to each step, and how the rest ended."""
    return [Step(key, name, sum(map(test, calls)), branch) for key, name, test, branch in _STEPS]


def reasons(calls: Sequence[CallFacts]) -> list[Count]:
    """Escalations by reason, of the calls in which the caller took part; most frequent first."""
    of = sum(map(engaged, calls))
    found = Counter(reason for call in calls if escalated(call) for reason in call.talk.reasons)
    return [Count(name, number, of) for name, number in _ordered(found)]


def prompts_left_at(calls: Sequence[CallFacts]) -> list[Count]:
    """途中離脱 by the kind of the agent's last words."""
    of = sum(map(engaged, calls))
    found = Counter(call.talk.left_at for call in calls if call.talk.finish is Finish.HUNG_UP)
    return [Count(name, number, of) for name, number in _ordered(found)]


def _ordered(found: Counter[str]) -> list[tuple[str, int]]:
    return sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))
