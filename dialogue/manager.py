"""One conversation: takes the caller's turns in order and decides what is said.

`decide` changes nothing: it returns a reply and the state that would follow, so that guessing ahead costs nothing.
`commit` makes the decision history; `heard` notes what of it really reached the caller's ear.
"""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from dialogue import phrases
from dialogue.answering import Answering
from dialogue.choice import LONGEST_PICK, pick_options
from dialogue.escalation.facts import CallerProfile, FactReader, TurnFacts
from dialogue.escalation.rules import Stage
from dialogue.evidence import Evidence
from dialogue.handing_over import HandOver, Promise, hand_over_of, promise_of, slot_hint
from dialogue.hints import Hint, read_hint
from dialogue.intents import Intent, IntentView, read_intent
from dialogue.kana import Reader
from dialogue.knowledge import Knowledge
from dialogue.matter import Matter, MatterReader, Router, RunBlocking, Verdict
from dialogue.normalize import normalize, strip_fillers
from dialogue.privacy.kinds import SlotHint
from dialogue.privacy.refusal import refusal, refuses
from dialogue.prompts import Prompt
from dialogue.replay import Premises, premises_to_dict
from dialogue.replying import SLOW, Replies
from dialogue.ruling import Circumstances, Ruling, facts_of
from dialogue.sentences import sentences_of
from dialogue.state import Asked, ConversationState, Decision
from dialogue.tool_turns import ToolTurns
from dialogue.tools.flow import ToolStage
from dialogue.tools.runner import RunsTools, ToolRunner
from dialogue.turns import Act, After, CallerTurn, Expects, Reply, TurnKind
from dialogue.wording import LineWording

__all__ = ["Conversation", "ConversationParts", "Decision"]

_CONFIRMED: Final = "confirmed"
_CHOSEN: Final = "chosen"
_DISAGREES: Final = re.compile(r"違[いうっ]|ちが[いうっ]|そう(?:じゃ|では)な")
KEPT_HISTORY: Final = 200
LEAST_OF_OPTIONS: Final = 0.1
"""Score from which one of the offered options counts as meant: the caller has only these to choose from."""


@dataclass(frozen=True)
class ConversationParts:
    """What a conversation is made of. `knowledge` gives what is published now; `now` is a clock with its zone.

    `run_blocking` runs a search off the event loop; `router` is asked when the scores leave a turn open. `hear` is told
    every turn before a model may be asked, with what had been asked for.
    """

    knowledge: Callable[[], Knowledge]
    run_blocking: RunBlocking
    now: Callable[[], datetime]
    router: Router | None = None
    answering: Answering = field(default_factory=lambda: Answering.of(Reader()))
    facts: FactReader = field(default_factory=lambda: FactReader(Reader()))
    model_ready: Callable[[], bool] = lambda: True
    hear: Callable[[str, SlotHint | None], None] = lambda text, hint: None
    tool_runner: RunsTools = field(default_factory=ToolRunner)


@dataclass(frozen=True)
class HistoryLine:
    """One line of what was said: by the caller as recognised, by the agent as heard."""

    by_agent: bool
    text: str


@dataclass(frozen=True)
class _Turn:
    """One turn being decided: what goes by, and the replies there are to it."""

    heard: CallerTurn
    knowledge: Knowledge
    state: ConversationState
    replies: Replies
    reader: MatterReader
    moment: datetime
    circumstances: Circumstances
    facts: TurnFacts
    ruling: Ruling


class Conversation:
    """The mind of one call. Not for concurrent use: one turn after another."""

    def __init__(
        self, parts: ConversationParts, caller: CallerProfile = CallerProfile(), key: str | None = None
    ) -> None:
        """`key` names the conversation for good: the same write in it is the same write."""
        self._parts = parts
        self._caller = caller
        self._began = parts.now()
        self._last: Decision | None = None
        self._key = key or uuid.uuid4().hex
        self._state = ConversationState()
        self._hint: Hint | None = None
        self.history: list[HistoryLine] = []

    @classmethod
    def again(cls, parts: ConversationParts, premises: Premises) -> Conversation:
        """A conversation as it stood before the turn of `premises`, to decide it again."""
        conversation = cls(parts, premises.circumstances.caller)
        conversation._state = premises.state
        conversation._began = premises.moment - timedelta(milliseconds=premises.circumstances.elapsed_ms)
        return conversation

    @property
    def state(self) -> ConversationState:
        """What the conversation remembers."""
        return self._state

    async def open(self) -> Reply:
        """The greeting with its disclosures. It cannot be interrupted by speech, only by a key."""
        knowledge = self._parts.knowledge()
        sentences = knowledge.wording.opening(knowledge.company)
        evidence = Evidence(
            decision="opening",
            faq_version=knowledge.book.version,
            rules_version=knowledge.rules.version,
            versions=dict(knowledge.versions),
        )
        return Reply(sentences, Act.GREET, evidence, interruptible=False)

    async def decide(self, heard: CallerTurn) -> Decision:
        """What to say to a turn, and why. Changes nothing."""
        began = time.perf_counter()
        if heard.text:
            self._parts.hear(heard.text, slot_hint(self._state.asks_for))
        turn = self._turn(heard)
        match heard.kind:
            case TurnKind.SILENCE if self._hint is not None and turn.state.asked is not Asked.WAITING:
                decision = await self._by_hint(turn, self._hint)
            case TurnKind.SILENCE:
                decision = self._on_silence(turn)
            case TurnKind.KEYPAD:
                decision = await self._on_keys(turn)
            case TurnKind.SPEECH:
                decision = await self._on_speech(turn)
        return self._finished(turn, decision, began, replayable=not decision.reply.evidence.whispered_by)

    @property
    def line(self) -> LineWording:
        """What the line itself may have to say, as it is worded now."""
        return self._parts.knowledge().wording.line

    async def look_up(self, words: str, by: str) -> Hint | None:
        """What a person (`by`) can have the agent do with these words; None when it is nothing the agent can do."""
        turn = self._turn(CallerTurn(TurnKind.SILENCE))
        return await read_hint(words, by, turn.knowledge, turn.reader)

    def whisper(self, hint: Hint) -> None:
        """Follow the hint at the next turn that is free for it; a later hint takes its place."""
        self._hint = hint

    async def go_on(self, hint: Hint | None, lead: str, otherwise: str) -> Decision:
        """A person gives the call back: `lead`, then what the hint or the tool under way needs, or `otherwise`."""
        began = time.perf_counter()
        turn = self._turn(CallerTurn(TurnKind.SILENCE))
        if hint is not None:
            decision = await self._by_hint(turn, hint)
        else:
            tools = ToolTurns(turn.knowledge.tools, turn.state, turn.replies)
            decision = tools.again() or turn.replies.say(Act.ACKNOWLEDGE, (otherwise,), "handed_back")
        reply = replace(decision.reply, sentences=(lead, *decision.reply.sentences))
        return self._finished(turn, replace(decision, reply=reply), began, replayable=False)

    def promise(self) -> Promise:
        """What may be promised to a caller whom nobody can talk to now."""
        knowledge = self._parts.knowledge()
        return promise_of(knowledge.company, knowledge.wording, self._parts.now(), self._caller)

    def opening_notice(self) -> tuple[str, ...]:
        """What every caller is told first when no AI answers: the company's thanks, and that the call is recorded."""
        knowledge = self._parts.knowledge()
        _, recorded = phrases.disclosures(knowledge.company)
        name = f"{knowledge.company.name}でございます。"
        return (*knowledge.wording.of(Prompt.OPENING_GREETING), name, recorded)

    def overheard(self, text: str, *, by_agent: bool) -> None:
        """Said while a person handled the call, by the caller or by that person."""
        if text:
            self._remember(HistoryLine(by_agent, text))

    async def run_tool(self) -> Decision:
        """Run the tool that the caller confirmed, and decide what to say of it. Only here is anything done."""
        turn = self._turn(CallerTurn(TurnKind.SILENCE))
        began = time.perf_counter()
        state = turn.state.tool
        tool = turn.knowledge.tools.get(state.tool) if state is not None else None
        if state is None or tool is None or state.stage is not ToolStage.RUNNING:
            return self._finished(turn, turn.replies.hand_over("tool_failed", "tool_gone"), began, replayable=False)
        result = await self._parts.tool_runner.run(tool, state.to_run(self._key))
        turns = ToolTurns(turn.knowledge.tools, turn.state, turn.replies)
        return self._finished(turn, turns.came_out(result), began, replayable=False)

    def _finished(self, turn: _Turn, decision: Decision, began: float, *, replayable: bool = True) -> Decision:
        """The decision with all its evidence. What a tool brought cannot be brought again: it is not `replayable`."""
        heard = turn.heard
        premises = premises_to_dict(heard, self._state, turn.moment, turn.circumstances) if replayable else {}
        evidence = replace(
            decision.reply.evidence,
            replay=premises,
            heard=heard.text or heard.digits,
            normalized=normalize(heard.text),
            confidence=heard.confidence,
            faq_version=turn.knowledge.book.version,
            rules_version=turn.knowledge.rules.version,
            versions=dict(turn.knowledge.versions),
            took_ms=round((time.perf_counter() - began) * 1000, 2),
        )
        reply = replace(decision.reply, evidence=evidence, speed=decision.state.speed)
        state = decision.state
        if reply.act in {Act.ANSWER, Act.CLARIFY}:
            state = replace(state, repeatable=reply)
        return Decision(reply, state, decision.firing, turn.facts)

    def commit(self, decision: Decision) -> None:
        """The reply is being given: its state holds from now on."""
        said = decision.reply.evidence.heard
        if said:
            self._remember(HistoryLine(False, said))
        self._state = decision.state
        self._last = decision
        if decision.reply.evidence.whispered_by:
            self._hint = None

    def hand_over(self, caller_number: str = "") -> HandOver:
        """How the last reply gives the call to a person: the attempt so far, and the note for whoever takes it.

        The note tells everything as it stands: redact it before it is kept.
        """
        return hand_over_of(self._last, self.history, self._parts.knowledge(), self._caller, caller_number)

    def take_up(self, decision: Decision) -> None:
        """A reply that had been cut off for nothing is gone on with: its state holds again."""
        self._state = decision.state

    def heard(self, text: str) -> None:
        """What the caller really heard of the last reply."""
        if text:
            self._remember(HistoryLine(True, text))
        if self._state.asked is Asked.FOLLOW_UP and self._parts.knowledge().wording.follow_up not in text:
            # The question was cut off: a いいえ that follows does not answer it.
            self._state = replace(self._state, asked=Asked.NOTHING)

    def _turn(self, heard: CallerTurn) -> _Turn:
        parts, moment = self._parts, self._parts.now()
        knowledge = parts.knowledge()
        elapsed_ms = (moment - self._began).total_seconds() * 1000
        circumstances = Circumstances(self._caller, elapsed_ms, parts.model_ready())
        facts = facts_of(heard, self._state, parts.facts, circumstances, knowledge.company.is_open(moment))
        state = replace(self._state, memory=self._state.memory.after(facts))
        replies = Replies(knowledge, state, moment, reachable=self._caller.number_known)
        reader = MatterReader(
            knowledge.searcher,
            parts.run_blocking,
            parts.router,
            knowledge.thresholds,
            knowledge.kinship,
            knowledge.book.get,
        )
        ruling = Ruling(knowledge, state, replies, moment)
        return _Turn(heard, knowledge, state, replies, reader, moment, circumstances, facts, ruling)

    # Silence and keys

    def _on_silence(self, turn: _Turn) -> Decision:
        state, replies, wording = turn.state, turn.replies, turn.knowledge.wording
        if state.asked is Asked.WAITING:
            return replies.say(Act.WAIT, wording.of(Prompt.STILL_WAITING), "still_waiting", asked=Asked.WAITING)
        firing = turn.ruling.judge(turn.facts, Stage.ON_SILENCE)
        ruled = turn.ruling.act(firing) if firing is not None else None
        if ruled is not None:
            return ruled
        count = state.no_inputs + 1
        if count == 1 and state.answers and state.asked is not Asked.WHICH:
            sentences: tuple[str, ...] = wording.of(Prompt.SILENT_AFTER_ANSWER)
        elif count <= len(wording.no_input):
            sentences = wording.no_input[count - 1]
        elif state.answers:
            return replies.goodbye("silence_after_answer")
        else:
            return replies.say(Act.CLOSE, wording.of(Prompt.NO_INPUT_END), "no_input_end", after=After.HANG_UP)
        decision = replies.say(Act.NO_INPUT, sentences, f"no_input_{count}")
        return replace(decision, state=replace(state, no_inputs=count))

    async def _on_keys(self, turn: _Turn) -> Decision:
        state, keys, replies = turn.state, turn.heard.digits, turn.replies
        refused = self._refused(turn, keys)
        if refused is not None:
            return refused
        if keys == "0":
            return self._by_key_0(turn)
        if state.asked is Asked.TOOL and keys != "*":
            view = {"1": IntentView(Intent.YES, "key_1"), "2": IntentView(Intent.NO, "key_2")}.get(keys)
            under_way = self._on_tool(turn, keys.rstrip("#"), view)
            if under_way is not None:
                return under_way
        if state.asked is Asked.WHICH and keys.isdigit() and 1 <= int(keys) <= len(state.options):
            return await self._answer_options(turn, (int(keys) - 1,), "key")
        if state.asked in {Asked.IS_IT_THIS, Asked.PERSON_WANTED} and keys in {"1", "2"}:
            return await self._on_yes_no(turn, keys == "1", f"key_{keys}")
        if keys == "*":
            return replies.repeat("key_star")
        if state.asked is Asked.KEYPAD and keys == "1":
            return replies.say(Act.ACKNOWLEDGE, replies.wording.of(Prompt.GO_AHEAD), "key_1")
        return replies.say(Act.REASK, replies.wording.of(Prompt.UNKNOWN_KEY), "unknown_key", expects=Expects.DIGITS)

    def _refused(self, turn: _Turn, told: str) -> Decision | None:
        """What must not be told on this line, spoken or keyed, is refused."""
        secret = refuses(told)
        if secret is None:
            return None
        return turn.replies.say(Act.ACKNOWLEDGE, sentences_of(refusal(secret)), f"refused_{secret.value}")

    def _by_key_0(self, turn: _Turn) -> Decision:
        """A person, by the same rules as for who asks in words."""
        firing = turn.ruling.judge(replace(turn.facts, asks_person="key_0"), Stage.BEFORE_ANSWER)
        ruled = turn.ruling.act(firing) if firing is not None else None
        decision = ruled or turn.replies.hand_over("keypad", "key_0")
        return replace(decision, reply=replace(decision.reply, escalation_reason="keypad"))

    # Speech

    async def _on_speech(self, turn: _Turn) -> Decision:
        firing = turn.ruling.judge(turn.facts, Stage.BEFORE_ANSWER)
        ruled = turn.ruling.act(firing) if firing is not None else None
        if ruled is not None:
            return ruled
        decision = await self._on_words(turn)
        return decision if firing is None else turn.ruling.led(firing, decision)

    async def _on_words(self, turn: _Turn) -> Decision:
        text, state = turn.heard.text, turn.state
        refused = self._refused(turn, text)
        if refused is not None:
            return refused
        view = read_intent(text, turn.facts.kana)
        control = self._on_control(turn, view)
        if control is not None:
            return control
        under_way = self._on_tool(turn, text, view)
        if under_way is not None:
            return under_way
        if self._hint is not None:
            return await self._by_hint(turn, self._hint)
        if state.asked is Asked.WHICH:
            picked = self._picked(turn)
            if picked:
                return await self._answer_options(turn, picked, _CHOSEN)
        if view is not None:
            return await self._on_intent(turn, view)
        matter = await turn.reader.read(
            text, turn.heard.alternatives, state.context, turn.heard.confidence, ask_router=not turn.heard.provisional
        )
        if state.asked is Asked.WHICH and matter.verdict is not Verdict.ANSWER:
            closer = await self._closer_option(turn)
            if closer is not None:
                return await self._answer_options(turn, (closer,), _CHOSEN)
        return await self._on_ruled_matter(turn, matter)

    async def _on_ruled_matter(self, turn: _Turn, matter: Matter) -> Decision:
        decision = await self._on_matter(turn, matter)
        firing = turn.ruling.judge(turn.ruling.with_matter(turn.facts, matter), Stage.AFTER_MATTER)
        if firing is None:
            return decision
        return turn.ruling.act(firing, decision) or turn.ruling.led(firing, decision)

    def _on_tool(self, turn: _Turn, text: str, view: IntentView | None) -> Decision | None:
        local = turn.knowledge.company.local(turn.moment)
        return ToolTurns(turn.knowledge.tools, turn.state, turn.replies).take(text, view, local)

    async def _on_matter(self, turn: _Turn, matter: Matter) -> Decision:
        replies = turn.replies
        match matter.verdict:
            case Verdict.ANSWER:
                return await self._parts.answering.answer(
                    replies, turn.knowledge, matter, turn.heard.text, ask_model=not turn.heard.provisional
                )
            case Verdict.FOLLOW_ON:
                return self._parts.answering.follow_on(replies, turn.knowledge, matter, turn.heard.text)
            case Verdict.CLARIFY:
                return replies.clarify(matter)
            case Verdict.CONFIRM:
                return replies.confirm(matter)
            case Verdict.WANTS_PERSON:
                return replies.hand_over("caller_asked", matter.rule, matter)
            case Verdict.REPEAT:
                return replies.repeat(matter.rule, matter)
            case Verdict.GOODBYE if turn.state.answers:
                return replies.goodbye(matter.rule, matter)
            case _:
                return replies.reask(matter)

    def _on_control(self, turn: _Turn, view: IntentView | None) -> Decision | None:
        """What is about the talking itself, whatever was asked: once more, slower, wait."""
        if view is None:
            return None
        replies = turn.replies
        match view.intent:
            case Intent.REPEAT:
                return replies.repeat(view.rule)
            case Intent.SLOWER:
                return replies.repeat(view.rule, speed=SLOW)
            case Intent.WAIT:
                return replies.say(Act.WAIT, replies.wording.of(Prompt.WAIT), view.rule, asked=Asked.WAITING)
            case _:
                return None

    async def _on_intent(self, turn: _Turn, view: IntentView) -> Decision:
        state, replies = turn.state, turn.replies
        match view.intent:
            case Intent.YES if state.asked in {Asked.IS_IT_THIS, Asked.PERSON_WANTED}:
                return await self._on_yes_no(turn, True, view.rule)
            case Intent.NO | Intent.UNCLEAR_YES_NO if state.asked in {Asked.IS_IT_THIS, Asked.PERSON_WANTED}:
                return await self._on_yes_no(turn, False, view.rule)
            case Intent.NO if state.asked is Asked.WHICH or _DISAGREES.search(turn.heard.text):
                return replies.wrongly_taken()
            case Intent.CLOSING if view.rule == "mistaken" and (state.answers or state.asked is not Asked.NOTHING):
                return replies.wrongly_taken()
            case Intent.CLOSING | Intent.THANKS:
                return replies.goodbye(view.rule)
            case Intent.NO if state.asked is Asked.FOLLOW_UP:
                return replies.goodbye(view.rule)
            case Intent.UNCLEAR_YES_NO if state.asked is Asked.FOLLOW_UP or state.answers:
                return replies.goodbye(view.rule)
            case Intent.GREETING:
                return replies.say(Act.ACKNOWLEDGE, replies.wording.of(Prompt.STILL_HERE), view.rule)
            case _ if state.asked is Asked.WHICH and state.options:
                return replies.ask_which(state.options, view.rule)
            case _:
                return replies.say(Act.ACKNOWLEDGE, replies.wording.of(Prompt.GO_AHEAD), view.rule)

    async def _on_yes_no(self, turn: _Turn, yes: bool, rule: str) -> Decision:
        state, replies = turn.state, turn.replies
        if state.asked is Asked.PERSON_WANTED:
            if yes:
                return replies.hand_over("not_in_the_answer", rule)
            return replies.say(Act.ACKNOWLEDGE, replies.wording.of(Prompt.GO_AHEAD), rule)
        if yes:
            return await self._answer_options(turn, (0,), _CONFIRMED)
        return replies.reask(Matter(Verdict.UNKNOWN, "not_this", (), query=state.question))

    async def _by_hint(self, turn: _Turn, hint: Hint) -> Decision:
        """What a person has told the agent to do now."""
        tool = turn.knowledge.tools.get(hint.tool) if hint.tool else None
        if tool is not None:
            decision = ToolTurns(turn.knowledge.tools, turn.state, turn.replies).begin(tool)
        else:
            question = turn.heard.text or hint.title
            matter = Matter(Verdict.ANSWER, "whisper", (), (hint.entry_id,), query=question)
            decision = await self._parts.answering.answer(
                turn.replies, turn.knowledge, matter, question, ask_model=not turn.heard.provisional
            )
        evidence = replace(decision.reply.evidence, rule="whisper", whispered_by=hint.by)
        return replace(decision, reply=replace(decision.reply, evidence=evidence))

    async def _closer_option(self, turn: _Turn) -> int | None:
        ids = [option.entry_id for option in turn.state.options]
        candidate = await turn.reader.among(turn.heard.text, ids)
        if candidate is None or candidate.score < LEAST_OF_OPTIONS:
            return None
        return ids.index(candidate.entry_id)

    def _picked(self, turn: _Turn) -> tuple[int, ...]:
        """The places of the options that the caller takes; empty when the words take none."""
        text, options = turn.heard.text, turn.state.options
        picked = pick_options(text, [option.title for option in options])
        if picked or len(strip_fillers(text)) > LONGEST_PICK or turn.knowledge.kinship is None:
            return picked
        told = turn.knowledge.kinship.told(text, [option.entry_id for option in options])
        return () if told is None else (told,)

    async def _answer_options(self, turn: _Turn, places: tuple[int, ...], rule: str) -> Decision:
        """The options that the caller took are answered; the question behind them is the one that was asked before."""
        ids = tuple(turn.state.options[place].entry_id for place in places)
        matter = Matter(Verdict.ANSWER, rule, (), ids, query=turn.state.question)
        return await self._parts.answering.answer(turn.replies, turn.knowledge, matter, turn.state.question)

    def _remember(self, line: HistoryLine) -> None:
        self.history.append(line)
        del self.history[:-KEPT_HISTORY]
