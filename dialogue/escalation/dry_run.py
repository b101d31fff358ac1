"""What rules would have done with past calls: 「直近500件なら37件」."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace

from dialogue.escalation.book import RuleBook
from dialogue.escalation.judge import Firing
from dialogue.escalation.past import PastCall
from dialogue.escalation.rules import Message, Stage


@dataclass(frozen=True)
class Hit:
    """Where in a call a rule would have acted. `turn` counts the caller's turns from 0."""

    call_id: str
    rule_id: str
    turn: int
    text: str
    because: tuple[str, ...]
    ends: bool


@dataclass(frozen=True)
class CallRun:
    """One call under one rule book: the hit that takes the call away, if any, and the rules that spoke before."""

    call_id: str
    hit: Hit | None
    spoke: tuple[str, ...]


@dataclass(frozen=True)
class DryRun:
    """The result over all calls, compared with the rules that hold now."""

    calls: int
    hits: tuple[Hit, ...]
    spoke: dict[str, int]
    newly: tuple[Hit, ...]
    no_longer: tuple[Hit, ...]
    by_another: tuple[Hit, ...]

    @property
    def escalated(self) -> int:
        """How many calls a person would have taken over."""
        return sum(not hit.ends for hit in self.hits)

    @property
    def ended(self) -> int:
        """How many calls the agent would have ended."""
        return sum(hit.ends for hit in self.hits)

    @property
    def by_rule(self) -> dict[str, int]:
        """Calls by the rule that takes them away, the most first."""
        return dict(Counter(hit.rule_id for hit in self.hits).most_common())

    @property
    def headline(self) -> str:
        """The result in one line, in Japanese."""
        ended = f"、終話 {self.ended} 件" if self.ended else ""
        return (
            f"直近{self.calls}件なら{self.escalated}件を引き継ぎます{ended}"
            f"（新たに {len(self.newly)} 件、なくなる {len(self.no_longer)} 件、"
            f"別のルールになる {len(self.by_another)} 件）。"
        )


def dry_run(calls: Iterable[PastCall], proposed: RuleBook, current: RuleBook) -> DryRun:
    """Judge `calls` by the proposed rules and by the current ones. Calls are taken one at a time."""
    count = 0
    hits: list[Hit] = []
    spoke: Counter[str] = Counter()
    newly: list[Hit] = []
    no_longer: list[Hit] = []
    by_another: list[Hit] = []
    for call in calls:
        count += 1
        run = run_call(call, proposed)
        now, before = run.hit, run_call(call, current).hit
        spoke.update(run.spoke)
        if now is not None:
            hits.append(now)
            if before is None:
                newly.append(now)
            elif before.rule_id != now.rule_id:
                by_another.append(now)
        elif before is not None:
            no_longer.append(before)
    return DryRun(count, tuple(hits), dict(spoke.most_common()), tuple(newly), tuple(no_longer), tuple(by_another))


def run_call(call: PastCall, book: RuleBook) -> CallRun:
    """One call from its first turn until a rule takes it away. What rules said before counts as fired."""
    fired: tuple[str, ...] = ()
    spoke: list[str] = []
    for number, turn in enumerate(call.turns):
        for stage, facts in turn.looks:
            firing = book.judge(replace(facts, fired=fired), stage)
            if firing is None:
                continue
            if firing.decides:
                return CallRun(call.id, _hit(call.id, number, turn.text, firing), tuple(spoke))
            if firing.rule_id not in fired:
                fired = (*fired, firing.rule_id)
            if isinstance(firing.action, Message):
                spoke.append(firing.rule_id)
                if stage is Stage.BEFORE_ANSWER and firing.action.then == "listen":
                    break
    return CallRun(call.id, None, tuple(spoke))


def _hit(call_id: str, number: int, text: str, firing: Firing) -> Hit:
    return Hit(call_id, firing.rule_id, number, text, firing.because, ends=not firing.escalates)
