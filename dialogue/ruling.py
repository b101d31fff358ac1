"""The escalation rules in a conversation: the facts of a turn are gathered, and what a rule says is done."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from dialogue.escalation.book import RuleBook
from dialogue.escalation.facts import CallerProfile, EntryFact, FactReader, Progress, Situation, TurnFacts
from dialogue.escalation.judge import Firing
from dialogue.escalation.rules import Callback, End, Message, Stage, Transfer
from dialogue.faq.entry import FaqEntry
from dialogue.knowledge import Knowledge
from dialogue.matter import Matter, Verdict
from dialogue.replying import Replies
from dialogue.state import ConversationState, Decision
from dialogue.turns import Act, After, CallerTurn, TurnKind

REASONS = {"asks-for-person": "caller_asked", "not-understood": "not_understood"}
"""What the built-in rules are called as reasons of an escalation; other rules go by their ids."""
ESCALATES = "escalate"
_UNANSWERED = frozenset({Verdict.UNKNOWN, Verdict.OTHER})


@dataclass(frozen=True)
class Circumstances:
    """What is known beside the words: who calls, since when (ms), and whether the language model can be asked."""

    caller: CallerProfile = CallerProfile()
    elapsed_ms: float = 0.0
    model_ready: bool = True


def facts_of(
    turn: CallerTurn,
    state: ConversationState,
    reader: FactReader,
    circumstances: Circumstances,
    is_open: bool,
) -> TurnFacts:
    """The facts of a turn before its matter is read. `is_open`: whether operators are there."""
    situation = Situation(
        caller=circumstances.caller,
        open=is_open,
        model_ready=circumstances.model_ready,
        elapsed_ms=circumstances.elapsed_ms,
    )
    silent = state.no_inputs + 1 if turn.kind is TurnKind.SILENCE else 0
    progress = Progress(state.reasks, silent, state.answers)
    return reader.read(turn.text, turn.confidence, state.memory, situation, progress)


class Ruling:
    """Judges one turn by the rules that hold now."""

    def __init__(self, knowledge: Knowledge, state: ConversationState, replies: Replies, moment: datetime) -> None:
        self._rules: RuleBook = knowledge.rules
        self._knowledge = knowledge
        self._state = state
        self._replies = replies
        self._moment = moment

    def with_matter(self, facts: TurnFacts, matter: Matter) -> TurnFacts:
        """The facts once the matter is read."""
        entries = [entry for entry in map(self._knowledge.book.get, matter.entry_ids) if entry is not None]
        answered = matter.verdict is Verdict.ANSWER
        failed = self._state.reasks + 1 if matter.verdict in _UNANSWERED else 0
        person = "routed_by_model" if matter.verdict is Verdict.WANTS_PERSON else None
        top = matter.candidates[0].score if matter.candidates else None
        return facts.with_matter([_fact(entry) for entry in entries] if answered else (), top, failed, person)

    def judge(self, facts: TurnFacts, stage: Stage) -> Firing | None:
        """The rule that acts at `stage`."""
        return self._rules.judge(facts, stage)

    def act(self, firing: Firing, answer: Decision | None = None) -> Decision | None:
        """What the rule makes of the turn; None when the turn goes on by itself.

        `answer` is what would be said without the rule: a person who takes over comes after an answer.
        """
        words = firing.spoken(self._knowledge.company, self._moment)
        action = firing.action
        match action:
            case Transfer() | Callback():
                reason = REASONS.get(firing.rule_id, firing.rule_id)
                decision = self._replies.passed_on(words, firing.rule_id, reason, answer)
                queued = replace(decision.reply, queue=action.queue, priority=action.priority)
                return self.noted(replace(decision, reply=queued), firing)
            case End():
                return self.noted(self._replies.say(Act.CLOSE, words, firing.rule_id, after=After.HANG_UP), firing)
            case Message(then="listen"):
                decision = self._replies.say(Act.ACKNOWLEDGE, words, firing.rule_id)
                return self.noted(self._replies.still_asking(decision), firing)
            case _:
                return None

    def led(self, firing: Firing, decision: Decision) -> Decision:
        """The decision with the rule's words before it, or with no more than a note of the rule."""
        words = firing.spoken(self._knowledge.company, self._moment) if isinstance(firing.action, Message) else ()
        reply = replace(decision.reply, sentences=(*words, *decision.reply.sentences))
        return self.noted(replace(decision, reply=reply), firing)

    def noted(self, decision: Decision, firing: Firing) -> Decision:
        """The decision with the rule in its evidence and in the call's memory."""
        evidence = replace(decision.reply.evidence, firing=firing.to_dict())
        memory = decision.state.memory.with_fired(firing.rule_id)
        return Decision(replace(decision.reply, evidence=evidence), replace(decision.state, memory=memory), firing)


def _fact(entry: FaqEntry) -> EntryFact:
    return EntryFact(entry.id, entry.category, (ESCALATES,) if entry.escalate else ())
