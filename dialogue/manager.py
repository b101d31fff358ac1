"""One conversation: takes the caller's turns in order and decides what is said.

`decide` changes nothing: it returns a reply and the state that would follow, so that guessing ahead costs nothing.
`commit` makes the decision history; `heard` notes what of it really reached the caller's ear.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from dialogue import phrases
from dialogue.choice import pick_option
from dialogue.company import Company
from dialogue.evidence import Evidence
from dialogue.faq.entry import FaqBook, FaqEntry
from dialogue.intents import Intent, IntentView, read_intent
from dialogue.matter import Matter, MatterReader, Verdict
from dialogue.normalize import normalize
from dialogue.sentences import sentences_of
from dialogue.state import Asked, ConversationState, Decision, Option
from dialogue.turns import Act, After, CallerTurn, Expects, Reply, TurnKind

__all__ = ["Conversation", "ConversationParts", "Decision"]

SLOW: Final = 0.85
_CONFIRMED: Final = Matter(Verdict.ANSWER, "confirmed", ())
_CHOSEN: Final = Matter(Verdict.ANSWER, "chosen_of_two", ())
KEPT_HISTORY: Final = 200


@dataclass(frozen=True)
class ConversationParts:
    """What a conversation is made of. `now` is a clock with its zone."""

    company: Company
    book: FaqBook
    reader: MatterReader
    now: Callable[[], datetime]


@dataclass(frozen=True)
class HistoryLine:
    """One line of what was said: by the caller as recognised, by the agent as heard."""

    by_agent: bool
    text: str


class Conversation:
    """The mind of one call. Not for concurrent use: one turn after another."""

    def __init__(self, parts: ConversationParts) -> None:
        self._parts = parts
        self._state = ConversationState()
        self.history: list[HistoryLine] = []

    @property
    def state(self) -> ConversationState:
        """What the conversation remembers."""
        return self._state

    async def open(self) -> Reply:
        """The greeting with its disclosures. It cannot be interrupted by speech, only by a key."""
        sentences = phrases.opening(self._parts.company)
        evidence = Evidence(decision="opening", faq_version=self._parts.book.version)
        return Reply(sentences, Act.GREET, evidence, interruptible=False)

    async def decide(self, turn: CallerTurn) -> Decision:
        """What to say to `turn`, and why. Changes nothing."""
        began = time.perf_counter()
        match turn.kind:
            case TurnKind.SILENCE:
                decision = self._on_silence()
            case TurnKind.KEYPAD:
                decision = self._on_keys(turn)
            case TurnKind.SPEECH:
                decision = await self._on_speech(turn)
        evidence = replace(
            decision.reply.evidence,
            heard=turn.text or turn.digits,
            normalized=normalize(turn.text),
            confidence=turn.confidence,
            faq_version=self._parts.book.version,
            took_ms=round((time.perf_counter() - began) * 1000, 2),
        )
        reply = replace(decision.reply, evidence=evidence, speed=decision.state.speed)
        state = decision.state
        if reply.act in {Act.ANSWER, Act.CLARIFY}:
            state = replace(state, repeatable=reply)
        return Decision(reply, state)

    def commit(self, decision: Decision) -> None:
        """The reply is being given: its state holds from now on."""
        said = decision.reply.evidence.heard
        if said:
            self._remember(HistoryLine(False, said))
        self._state = decision.state

    def take_up(self, decision: Decision) -> None:
        """A reply that had been cut off for nothing is gone on with: its state holds again."""
        self._state = decision.state

    def heard(self, text: str) -> None:
        """What the caller really heard of the last reply."""
        if text:
            self._remember(HistoryLine(True, text))
        if self._state.asked is Asked.FOLLOW_UP and phrases.FOLLOW_UP not in text:
            # The question was cut off: a いいえ that follows does not answer it.
            self._state = replace(self._state, asked=Asked.NOTHING)

    # Silence and keys

    def _on_silence(self) -> Decision:
        state = self._state
        if state.asked is Asked.WAITING:
            return self._decision(Act.WAIT, (phrases.STILL_WAITING,), "still_waiting", asked=Asked.WAITING)
        count = state.no_inputs + 1
        if count == 1 and state.answers and state.asked is not Asked.WHICH_OF_TWO:
            sentences: tuple[str, ...] = (phrases.SILENT_AFTER_ANSWER,)
        elif count <= len(phrases.NO_INPUT):
            sentences = phrases.NO_INPUT[count - 1]
        elif state.answers:
            return self._goodbye("silence_after_answer")
        else:
            return self._decision(Act.CLOSE, phrases.NO_INPUT_END, "no_input_end", after=After.HANG_UP)
        decision = self._decision(Act.NO_INPUT, sentences, f"no_input_{count}")
        return replace(decision, state=replace(state, no_inputs=count))

    def _on_keys(self, turn: CallerTurn) -> Decision:
        state, keys = self._state, turn.digits
        if keys == "0":
            return self._hand_over("keypad", "key_0")
        if state.asked is Asked.WHICH_OF_TWO and keys in {"1", "2"} and len(state.options) >= int(keys):
            return self._answer_entries([state.options[int(keys) - 1].entry_id], Matter(Verdict.ANSWER, "key", ()))
        if keys == "*":
            return self._repeat("key_star")
        if state.asked is Asked.KEYPAD and keys == "1":
            return self._decision(Act.ACKNOWLEDGE, (phrases.GO_AHEAD,), "key_1")
        return self._decision(Act.REASK, (phrases.UNKNOWN_KEY,), "unknown_key", expects=Expects.DIGITS)

    # Speech

    async def _on_speech(self, turn: CallerTurn) -> Decision:
        view = read_intent(turn.text)
        urgent = self._urgent(view)
        if urgent is not None:
            return urgent
        state = self._state
        if state.asked is Asked.WHICH_OF_TWO:
            picked = pick_option(turn.text, [option.title for option in state.options])
            if picked is not None:
                return self._answer_entries([state.options[picked].entry_id], _CHOSEN)
        if view is not None:
            return self._on_intent(view)
        matter = await self._parts.reader.read(
            turn.text, turn.alternatives, state.topic, turn.confidence, ask_router=not turn.provisional
        )
        if state.asked is Asked.WHICH_OF_TWO and matter.verdict is not Verdict.ANSWER:
            closer = await self._closer_option(turn.text)
            if closer is not None:
                return self._answer_entries([closer], _CHOSEN)
        match matter.verdict:
            case Verdict.ANSWER:
                return self._answer_entries(matter.entry_ids, matter)
            case Verdict.CLARIFY:
                return self._clarify(matter)
            case Verdict.CONFIRM:
                return self._confirm(matter)
            case Verdict.WANTS_PERSON:
                return self._hand_over("caller_asked", matter.rule, matter)
            case Verdict.REPEAT:
                return self._repeat(matter.rule, matter)
            case Verdict.GOODBYE if state.answers:
                return self._goodbye(matter.rule, matter)
            case _:
                return self._reask(matter)

    def _urgent(self, view: IntentView | None) -> Decision | None:
        """What goes before everything else, whatever was asked."""
        if view is None:
            return None
        match view.intent:
            case Intent.EMERGENCY:
                return self._decision(
                    Act.HAND_OVER, phrases.EMERGENCY, view.rule, after=After.HAND_OVER, reason="emergency"
                )
            case Intent.WANTS_PERSON:
                return self._hand_over("caller_asked", view.rule)
            case Intent.UPSET:
                return self._hand_over("upset", view.rule, lead=(phrases.UPSET,))
            case Intent.ARE_YOU_HUMAN:
                return self._decision(Act.ACKNOWLEDGE, phrases.I_AM_AI, view.rule)
            case Intent.REPEAT:
                return self._repeat(view.rule)
            case Intent.SLOWER:
                return self._repeat(view.rule, speed=SLOW)
            case Intent.WAIT:
                return self._decision(Act.WAIT, (phrases.WAIT,), view.rule, asked=Asked.WAITING)
            case _:
                return None

    def _on_intent(self, view: IntentView) -> Decision:
        state = self._state
        match view.intent:
            case Intent.CLOSING | Intent.THANKS:
                return self._goodbye(view.rule)
            case Intent.YES if state.asked is Asked.IS_IT_THIS:
                return self._answer_entries([state.options[0].entry_id], _CONFIRMED)
            case Intent.NO | Intent.UNCLEAR_YES_NO if state.asked is Asked.IS_IT_THIS:
                return self._reask(Matter(Verdict.UNKNOWN, "not_this", ()))
            case Intent.NO if state.asked is Asked.FOLLOW_UP:
                return self._goodbye(view.rule)
            case Intent.UNCLEAR_YES_NO if state.asked is Asked.FOLLOW_UP or state.answers:
                return self._goodbye(view.rule)
            case Intent.YES if state.asked is Asked.FOLLOW_UP:
                return self._decision(Act.ACKNOWLEDGE, (phrases.GO_AHEAD,), view.rule)
            case Intent.GREETING:
                return self._decision(Act.ACKNOWLEDGE, (phrases.STILL_HERE,), view.rule)
            case _ if state.asked is Asked.WHICH_OF_TWO and state.options:
                return self._ask_which(state.options, view.rule, ())
            case _:
                return self._decision(Act.ACKNOWLEDGE, (phrases.GO_AHEAD,), view.rule)

    async def _closer_option(self, text: str) -> str | None:
        options = self._state.options
        candidate = await self._parts.reader.among(text, [option.entry_id for option in options])
        if candidate is None or candidate.score < self._parts.reader.thresholds.unsure:
            return None
        return candidate.entry_id

    # Replies

    def _answer_entries(self, entry_ids: tuple[str, ...] | list[str], matter: Matter) -> Decision:
        entries = [entry for entry in map(self._parts.book.get, entry_ids) if entry is not None]
        if not entries:
            return self._reask(matter)
        sentences = tuple(sentence for entry in entries for sentence in sentences_of(entry.spoken))
        if any(entry.escalate for entry in entries):
            return self._answer_and_hand_over(entries, sentences, matter)
        asks = self._state.asked is not Asked.FOLLOW_UP
        decision = self._decision(
            Act.ANSWER,
            (*sentences, phrases.FOLLOW_UP) if asks else sentences,
            matter.rule,
            matter=matter,
            entry_ids=tuple(entry.id for entry in entries),
        )
        state = ConversationState(
            asked=Asked.FOLLOW_UP if asks else Asked.NOTHING,
            topic=entries[-1].title,
            topic_id=entries[-1].id,
            speed=self._state.speed,
            answers=self._state.answers + 1,
        )
        return Decision(decision.reply, state)

    def _answer_and_hand_over(self, entries: list[FaqEntry], sentences: tuple[str, ...], matter: Matter) -> Decision:
        promise = phrases.hand_over(self._parts.company, self._parts.now())[1:]
        return self._decision(
            Act.HAND_OVER,
            (*sentences, *promise),
            matter.rule,
            matter=matter,
            entry_ids=tuple(entry.id for entry in entries),
            after=After.HAND_OVER,
            reason="entry",
        )

    def _confirm(self, matter: Matter) -> Decision:
        """One entry may be meant: ask before speaking its answer."""
        entry = self._parts.book.get(matter.entry_ids[0])
        state = self._state
        if entry is None or (state.asked is Asked.IS_IT_THIS and state.options[0].entry_id == entry.id):
            return self._reask(matter)
        decision = self._decision(
            Act.CLARIFY, (phrases.confirm(entry.title),), matter.rule, matter=matter, expects=Expects.YES_NO
        )
        options = (Option(entry.id, entry.title),)
        return replace(decision, state=replace(state, asked=Asked.IS_IT_THIS, options=options, no_inputs=0))

    def _clarify(self, matter: Matter) -> Decision:
        titles = {candidate.entry_id: candidate.title for candidate in matter.candidates}
        options = tuple(Option(entry_id, titles[entry_id]) for entry_id in matter.entry_ids)
        return self._ask_which(options, matter.rule, (), matter)

    def _ask_which(
        self, options: tuple[Option, ...], rule: str, lead: tuple[str, ...], matter: Matter | None = None
    ) -> Decision:
        state = self._state
        if state.asked is Asked.WHICH_OF_TWO and state.reasks >= 2:
            return self._hand_over("not_understood", rule, matter)
        sentences = (*lead, *phrases.clarify(options[0].title, options[1].title))
        decision = self._decision(Act.CLARIFY, sentences, rule, matter=matter, expects=Expects.CHOICE)
        reasks = state.reasks + 1 if state.asked is Asked.WHICH_OF_TWO else state.reasks
        return replace(
            decision, state=replace(state, asked=Asked.WHICH_OF_TWO, options=options, reasks=reasks, no_inputs=0)
        )

    def _reask(self, matter: Matter) -> Decision:
        """Rephrase, give an example, offer the keypad, then a person: never the same prompt a third time."""
        step = self._state.reasks
        if step >= len(phrases.REASK):
            return self._hand_over("not_understood", matter.rule, matter)
        unheard = matter.rule == "low_confidence" and step == 0
        sentences = phrases.UNHEARD if unheard else phrases.REASK[step]
        keypad = step == len(phrases.REASK) - 1
        decision = self._decision(Act.REASK, sentences, matter.rule, matter=matter)
        asked = Asked.KEYPAD if keypad else Asked.NOTHING
        return replace(decision, state=replace(self._state, asked=asked, options=(), reasks=step + 1, no_inputs=0))

    def _repeat(self, rule: str, matter: Matter | None = None, speed: float | None = None) -> Decision:
        state = self._state
        last = state.repeatable
        new_speed = speed if speed is not None else state.speed
        if last is None:
            lead = (phrases.SLOWLY,) if speed is not None else ()
            decision = self._decision(Act.REPEAT, (*lead, phrases.NOTHING_TO_REPEAT), rule, matter=matter)
        else:
            lead = (phrases.SLOWLY if speed is not None else phrases.ONCE_MORE,)
            body = tuple(sentence for sentence in last.sentences if sentence != phrases.FOLLOW_UP)
            decision = self._decision(
                Act.REPEAT, (*lead, *body), rule, matter=matter, entry_ids=last.evidence.entry_ids, expects=last.expects
            )
        return replace(decision, state=replace(state, speed=new_speed, no_inputs=0))

    def _hand_over(self, reason: str, rule: str, matter: Matter | None = None, lead: tuple[str, ...] = ()) -> Decision:
        sentences = (*lead, *phrases.hand_over(self._parts.company, self._parts.now()))
        return self._decision(Act.HAND_OVER, sentences, rule, matter=matter, after=After.HAND_OVER, reason=reason)

    def _goodbye(self, rule: str, matter: Matter | None = None) -> Decision:
        return self._decision(Act.CLOSE, phrases.GOODBYE, rule, matter=matter, after=After.HANG_UP)

    def _decision(
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
    ) -> Decision:
        thresholds = self._parts.reader.thresholds
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
        )
        reply = Reply(sentences, act, evidence, after=after, expects=expects, escalation_reason=reason)
        return Decision(reply, replace(self._state, asked=asked, options=(), no_inputs=0))

    def _remember(self, line: HistoryLine) -> None:
        self.history.append(line)
        del self.history[:-KEPT_HISTORY]
