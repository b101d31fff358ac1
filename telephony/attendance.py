"""What the desk does with a call, one step after another in the call's own order. Every refusal is told in Japanese."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from dialogue.hints import Hint
from dialogue.manager import Conversation
from telephony.agent_side import AgentSide
from telephony.call_types import Timer
from telephony.desk_phrases import CLOSING, HANDED_BACK, HANDED_BACK_OPEN, WARNING
from telephony.events import EventKind
from telephony.floor import Floor
from telephony.microphone import Microphone
from telephony.operator_side import SCRIPT, Operator, OperatorSide
from telephony.waiting import Place

LONGEST_TEXT: Final = 500
MOST_TEXTS: Final = 8
HINTS: Final = (
    "ヒントで自動音声に頼めるのは、FAQのどの項目で答えるか（項目のIDか、はっきりした質問文）と、"
    "受け付ける手続き（ツールの名前）です。それ以外のことは、ご自身でお客様にお話しください。"
)


class DeskError(RuntimeError):
    """The desk cannot do that now; the Japanese message says why, and what to do."""


class Attendance:
    """Who attends to one call, and what they may do with it. Only the call's actor may call its coroutines."""

    def __init__(
        self,
        floor: Floor,
        conversation: Conversation,
        agent: AgentSide,
        place: Place,
        new_side: Callable[[Operator], OperatorSide],
    ) -> None:
        self._floor = floor
        self._conversation = conversation
        self._agent = agent
        self._place = place
        self._new_side = new_side
        self._side: OperatorSide | None = None
        self._attended = False

    @property
    def operator(self) -> Operator | None:
        """Who handles the call; None while the agent does, or nobody yet."""
        return self._side.who if self._side is not None else None

    @property
    def attended(self) -> bool:
        """Whether a person has ever handled the call."""
        return self._attended

    @property
    def on_hold(self) -> bool:
        """Whether the operator has put the caller on hold."""
        return self._side is not None and self._side.on_hold

    @property
    def waits(self) -> bool:
        """Whether the caller waits for a person."""
        return self._place.taken

    async def take_over(self, who: Operator) -> None:
        """`who` handles the call from now on; the agent falls silent. The same person again changes nothing."""
        if self._side is not None:
            if self._side.who.id == who.id:
                return
            raise DeskError(f"この通話は、すでに{self._side.who.name}さんが応対しています。")
        self._check_running()
        side = self._new_side(who)
        await self._floor.pass_to(side)
        self._place.answered(who.name)
        await self._place.give_up("ended")
        self._side, self._attended = side, True
        side.begin()

    async def say(self, who: Operator, text: str) -> None:
        """The caller hears `text` in the agent's voice."""
        side = self._side_of(who)
        words = text.strip()
        if not words:
            raise DeskError("お客様にお伝えする文を入力してください。")
        if len(words) > LONGEST_TEXT:
            raise DeskError(f"一度に送れるのは{LONGEST_TEXT}文字までです。短く分けて送ってください。")
        if side.on_hold:
            raise DeskError("保留中です。保留を解除してから送ってください。")
        if side.words_waiting >= MOST_TEXTS:
            raise DeskError("まだ読み上げていない文があります。読み終わってから送ってください。")
        await side.say(words)

    def microphone(self, who: Operator) -> Microphone:
        """The caller hears what is said into it."""
        return self._side_of(who).microphone()

    async def look_up(self, who: Operator, words: str) -> Hint:
        """What the agent is asked to do, as far as it can. Changes nothing."""
        hint = await self._conversation.look_up(words, who.name) if words.strip() else None
        if hint is None:
            raise DeskError(HINTS)
        return hint

    async def whisper(self, who: Operator, words: str, hint: Hint) -> None:
        """The agent follows `hint`, said in `words`, at its next turn."""
        self._check_running()
        if self._side is not None:
            raise DeskError("担当者が応対しているあいだは、自動音声にヒントを送れません。")
        if self._place.taken:
            raise DeskError("お客様は担当者をお待ちです。ヒントではなく、通話を受けてください。")
        await self._agent.whisper(hint)
        self._floor.journal.event(EventKind.WHISPER, text=words.strip(), name=who.name, title=hint.title)

    async def hand_back(self, who: Operator, hint: Hint | None) -> None:
        """The agent goes on, with what `hint` asks of it."""
        side = self._side_of(who)
        if self._agent.is_off:
            raise DeskError("いまは自動音声を止めているため、戻せません。このまま応対してください。")
        decision = await self._conversation.go_on(hint, HANDED_BACK, HANDED_BACK_OPEN)

        async def give_back() -> None:
            self._part(side, "handed_back")
            await self._floor.pass_to(self._agent)
            self._agent.take_up(decision)

        if side.on_hold:
            await side.resume()
        await side.when_said(give_back)

    async def hold(self, who: Operator) -> None:
        """The caller hears music."""
        side = self._side_of(who)
        if side.on_hold:
            raise DeskError("すでに保留中です。")
        await side.hold()

    async def resume(self, who: Operator) -> None:
        """The caller is on the line again."""
        side = self._side_of(who)
        if not side.on_hold:
            raise DeskError("保留にしていません。")
        await side.resume()

    async def warn(self, who: Operator) -> None:
        """The caller hears the approved warning."""
        side = await self._speaking_side(who)
        side.tell("warned")
        await side.say_all(WARNING, SCRIPT)

    async def end(self, who: Operator, warning: bool) -> None:
        """The call ends; with `warning` after the approved closing words."""
        side = await self._speaking_side(who)
        if warning:
            await side.say_all(CLOSING, SCRIPT)
        side.tell("ended")
        await side.when_said(side.end)

    async def operator_gone(self, who: Operator) -> None:
        """The operator's page has vanished: the caller goes before everyone else who waits, or back to the agent."""
        if self._side is None or self._side.who.id != who.id:
            return
        self._part(self._side, "left")
        await self._floor.pass_to(self._agent)
        self._agent.seek_person(self._agent.transfers.operator_lost(self._agent.is_off))

    def _part(self, side: OperatorSide, what: str) -> None:
        side.tell(what)
        self._side = None
        self._floor.timers.arm(Timer.MAX_CALL, self._floor.rules.max_call_ms)

    async def _speaking_side(self, who: Operator) -> OperatorSide:
        side = self._side_of(who)
        if side.on_hold:
            await side.resume()
        return side

    def _side_of(self, who: Operator) -> OperatorSide:
        self._check_running()
        if self._side is None:
            raise DeskError("この通話を受けていません。先に「通話を受ける」を押してください。")
        if self._side.who.id != who.id:
            raise DeskError(f"この通話は、{self._side.who.name}さんが応対しています。")
        return self._side

    def _check_running(self) -> None:
        if self._floor.ended_by is not None:
            raise DeskError("この通話は、すでに終わりました。")
