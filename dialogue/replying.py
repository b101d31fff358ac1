"""Builds the decisions of one turn: what is said, on what evidence, and the state that follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Final

from dialogue.context import Topic
from dialogue.contrast import which
from dialogue.evidence import Evidence
from dialogue.faq.entry import FaqEntry
from dialogue.knowledge import Knowledge
from dialogue.matter import Matter
from dialogue.prompts import Prompt
from dialogue.state import Asked, ConversationState, Decision, Option, with_topic
from dialogue.tools.flow import ToolFlow, ToolState
from dialogue.turns import Act, After, Expects, Reply
from dialogue.wording import Wording

SLOW: Final = 0.85
_SETS_RIGHT: Final = frozenset({"sibling", "corrected"})
"""Rules by which an answer takes the place of what was asked about, instead of coming between."""
MOST_CLARIFICATIONS: Final = 2


class Replies:
    """The replies that can be given in `state`, with what is known and at what time it is."""

    def __init__(
        self, knowledge: Knowledge, state: ConversationState, moment: datetime, *, reachable: bool = True
    ) -> None:
        """`reachable`: the caller's number is known, so that somebody can call back."""
        self._reachable = reachable
        self._knowledge = knowledge
        self._state = state
        self._moment = moment

    @property
    def wording(self) -> Wording:
        """How the prompts are worded now."""
        return self._knowledge.wording

    def say(
        self,
        act: Act,
        sentences: tuple[str, ...],
        rule: str,
        *,
        matter: Matter | None = None,
        entry_ids: tuple[str, ...] = (),
        expects: Expects = Expects.FREE,
        after: After = After.LISTEN,
        reason: str | None = None,
        asked: Asked = Asked.NOTHING,
        asks_for: str = "",
    ) -> Decision:
        """Any reply. Nothing stays open after it but what `asked` says."""
        thresholds = self._knowledge.thresholds
        evidence = Evidence(
            decision=act.value,
            rule=rule,
            entry_ids=entry_ids,
            candidates=matter.candidates if matter is not None else (),
            thresholds={
                "answer": thresholds.answer,
                "clarify_margin": thresholds.clarify_margin,
                "unsure": thresholds.unsure,
            },
            model_uses=matter.model_uses if matter is not None else (),
            query=matter.query if matter is not None else "",
        )
        reply = Reply(
            sentences,
            act,
            evidence,
            after=after,
            expects=expects,
            interruptible=after is not After.RUN_TOOL,
            escalation_reason=reason,
            asks_for=asks_for,
        )
        return Decision(reply, replace(self._state, asked=asked, options=(), tool=None, no_inputs=0, asks_for=asks_for))

    def answer(self, entries: list[FaqEntry], sentences: tuple[str, ...], matter: Matter) -> Decision:
        """Approved sentences of `entries`, then the follow-up question where it is time for it."""
        state = self._state
        ids = tuple(entry.id for entry in entries)
        if any(entry.escalate for entry in entries):
            # The answer stands where かしこまりました would.
            promise = (self._reachable and self._promise()[1:]) or self._promise()
            return self.say(
                Act.HAND_OVER, (*sentences, *promise), matter.rule, matter=matter, entry_ids=ids,
                after=After.HAND_OVER, reason="entry",
            )  # fmt: skip
        tail, asked, options, expects = self._after_answer(ids, matter)
        decision = self.say(
            Act.ANSWER, (*sentences, *tail), matter.rule, matter=matter, entry_ids=ids, expects=expects, asked=asked
        )
        topics = state.topics
        for entry in entries:
            topics = with_topic(topics, Topic(entry.id, entry.title, matter.query))
        return self._with(
            decision,
            options=options,
            asked_again=options if asked is Asked.WHICH else (),
            tool=self._offered(ids) if asked is Asked.TOOL else None,
            topics=topics,
            question=matter.query,
            reasks=0,
            answers=state.answers + 1,
            followed_up=asked is Asked.FOLLOW_UP,
        )

    def _after_answer(
        self, ids: tuple[str, ...], matter: Matter
    ) -> tuple[tuple[str, ...], Asked, tuple[Option, ...], Expects]:
        """What is asked once the answer is given: the other request, the question left open, or whether that is all."""
        state = self._state
        if matter.also is not None:
            option = Option(matter.also.entry_id, matter.also.title)
            return self.wording.confirm_also(option.title), Asked.IS_IT_THIS, (option,), Expects.YES_NO
        interrupted = (
            matter.rule not in _SETS_RIGHT
            and state.asked is Asked.WHICH
            and not set(ids) & {option.entry_id for option in state.options}
        )
        if interrupted and state.options != state.asked_again:
            question = which([option.title for option in state.options])
            return (
                (*self.wording.of(Prompt.BACK_TO_YOUR_QUESTION), *question),
                Asked.WHICH,
                state.options,
                Expects.CHOICE,
            )
        tool = self._knowledge.tools.offered_at(ids)
        if tool is not None and tool.name not in state.tools_done:
            return (tool.offer,), Asked.TOOL, (), Expects.YES_NO
        if matter.left_over:
            return self.wording.of(Prompt.SECOND_UNKNOWN), Asked.NOTHING, (), Expects.FREE
        if state.asked is Asked.FOLLOW_UP or state.followed_up:
            return (), Asked.NOTHING, (), Expects.FREE
        return (self.wording.follow_up,), Asked.FOLLOW_UP, (), Expects.FREE

    def _offered(self, ids: tuple[str, ...]) -> ToolState | None:
        tool = self._knowledge.tools.offered_at(ids)
        return None if tool is None else ToolFlow(tool).offer()

    def confirm(self, matter: Matter) -> Decision:
        """One entry may be meant: ask before speaking its answer. The same is not asked twice."""
        entry = self._knowledge.book.get(matter.entry_ids[0])
        state = self._state
        if entry is None or (state.asked is Asked.IS_IT_THIS and state.options[0].entry_id == entry.id):
            return self.reask(matter)
        decision = self.say(
            Act.CLARIFY, self.wording.confirm(entry.title), matter.rule, matter=matter, expects=Expects.YES_NO
        )
        options = (Option(entry.id, entry.title),)
        return self._with(decision, asked=Asked.IS_IT_THIS, options=options, question=matter.query)

    def clarify(self, matter: Matter) -> Decision:
        """Several entries are close: ask which is meant."""
        titles = {candidate.entry_id: candidate.title for candidate in matter.candidates}
        options = tuple(Option(entry_id, titles[entry_id]) for entry_id in matter.entry_ids)
        return self.ask_which(options, matter.rule, matter)

    def ask_which(self, options: tuple[Option, ...], rule: str, matter: Matter | None = None) -> Decision:
        """Which of `options`; who cannot tell after some tries is given a person."""
        state = self._state
        again = state.asked is Asked.WHICH
        if again and state.reasks >= MOST_CLARIFICATIONS:
            return self.hand_over("not_understood", rule, matter)
        sentences = which([option.title for option in options])
        decision = self.say(Act.CLARIFY, sentences, rule, matter=matter, expects=Expects.CHOICE)
        return self._with(
            decision, asked=Asked.WHICH, options=options, reasks=state.reasks + 1 if again else state.reasks,
            question=matter.query if matter is not None else state.question,
        )  # fmt: skip

    def reask(self, matter: Matter) -> Decision:
        """Rephrase, give an example, offer the keypad, then a person: never the same prompt a third time."""
        step = self._state.reasks
        if step >= len(self.wording.reask):
            return self.hand_over("not_understood", matter.rule, matter)
        unheard = matter.rule == "low_confidence" and step == 0
        sentences = self.wording.of(Prompt.UNHEARD) if unheard else self.wording.reask[step]
        if matter.rule == "nothing_to_lean_on" and step == 0:
            sentences = self.wording.of(Prompt.ABOUT_WHAT)
        decision = self.say(Act.REASK, sentences, matter.rule, matter=matter)
        return self._with(
            decision, asked=Asked.KEYPAD if step == len(self.wording.reask) - 1 else Asked.NOTHING, reasks=step + 1,
        )  # fmt: skip

    def wrongly_taken(self) -> Decision:
        """The caller says that this is not it: take it back, and ask anew."""
        if self._state.reasks >= len(self.wording.reask):
            return self.hand_over("not_understood", "not_this")
        decision = self.say(Act.REASK, self.wording.of(Prompt.WRONGLY_TAKEN), "not_this")
        return self._with(decision, reasks=self._state.reasks + 1)

    def not_known(self, matter: Matter) -> Decision:
        """The topic is known, this of it is not: say so, and offer a person."""
        if not self._reachable:
            return self.say(Act.REASK, self.wording.of(Prompt.NOT_KNOWN_HERE), "not_in_the_answer", matter=matter)
        decision = self.say(
            Act.REASK, self.wording.of(Prompt.NOT_KNOWN), "not_in_the_answer", matter=matter, expects=Expects.YES_NO
        )
        return self._with(decision, asked=Asked.PERSON_WANTED)

    def repeat(self, rule: str, matter: Matter | None = None, speed: float | None = None) -> Decision:
        """The last answer or question once more, slower where `speed` says so."""
        state = self._state
        last = state.repeatable
        new_speed = speed if speed is not None else state.speed
        if last is None:
            lead = self.wording.of(Prompt.SLOWLY) if speed is not None else ()
            decision = self.say(Act.REPEAT, (*lead, *self.wording.of(Prompt.NOTHING_TO_REPEAT)), rule, matter=matter)
            return self._with(decision, speed=new_speed)
        lead = self.wording.of(Prompt.SLOWLY if speed is not None else Prompt.ONCE_MORE)
        body = tuple(sentence for sentence in last.sentences if sentence != self.wording.follow_up)
        decision = self.say(
            Act.REPEAT, (*lead, *body), rule, matter=matter, entry_ids=last.evidence.entry_ids, expects=last.expects
        )
        still_asked = state.asked in {Asked.WHICH, Asked.IS_IT_THIS}
        return self._with(
            decision, speed=new_speed, asked=state.asked if still_asked else Asked.NOTHING,
            options=state.options if still_asked else (),
        )  # fmt: skip

    def hand_over(self, reason: str, rule: str, matter: Matter | None = None, lead: tuple[str, ...] = ()) -> Decision:
        """A person takes the matter over."""
        sentences = (*lead, *self._promise())
        return self.say(Act.HAND_OVER, sentences, rule, matter=matter, after=After.HAND_OVER, reason=reason)

    def passed_on(self, words: tuple[str, ...], rule: str, reason: str, answer: Decision | None = None) -> Decision:
        """A rule gives the matter to a person, with the rule's words. An `answer` is given first, if there is one."""
        if answer is None or answer.reply.act not in {Act.ANSWER, Act.HAND_OVER}:
            return self.say(Act.HAND_OVER, words, rule, after=After.HAND_OVER, reason=reason)
        if answer.reply.act is Act.HAND_OVER:
            return answer
        said = tuple(sentence for sentence in answer.reply.sentences if sentence != self.wording.follow_up)
        reply = replace(
            answer.reply, sentences=(*said, *words), act=Act.HAND_OVER, after=After.HAND_OVER, expects=Expects.FREE,
            escalation_reason=reason,
        )  # fmt: skip
        return Decision(reply, replace(answer.state, asked=Asked.NOTHING, options=(), tool=None))

    def goodbye(self, rule: str, matter: Matter | None = None) -> Decision:
        """The caller has what they wanted."""
        return self.say(Act.CLOSE, self.wording.of(Prompt.GOODBYE), rule, matter=matter, after=After.HANG_UP)

    def still_asking(self, decision: Decision) -> Decision:
        """The decision without losing what had been asked: the caller may still answer it."""
        state = self._state
        return self._with(decision, asked=state.asked, options=state.options, tool=state.tool)

    def follow_up(self, lead: tuple[str, ...], rule: str) -> Decision:
        """Something is settled: is there more?"""
        return self.say(Act.ACKNOWLEDGE, (*lead, self.wording.follow_up), rule, asked=Asked.FOLLOW_UP)

    def _promise(self) -> tuple[str, ...]:
        """What is said of the person who takes over."""
        if not self._reachable:
            return self.wording.of(Prompt.UNREACHABLE)
        return self.wording.hand_over(self._knowledge.company, self._moment)

    def _with(self, decision: Decision, **changes: object) -> Decision:
        return replace(decision, state=replace(decision.state, **changes))  # type: ignore[arg-type]
