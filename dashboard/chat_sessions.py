"""Text chats that run: one conversation a session, so many at most, forgotten when nobody writes any more."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from dialogue.faq.entry import Audience
from dialogue.state import Decision
from dialogue.turns import After, CallerTurn, Reply, TurnKind

MAX_SESSIONS: Final = 200
IDLE_S: Final = 30 * 60.0
TURN_DEADLINE_S: Final = 20.0
TOOL_DEADLINE_S: Final = 31.0
"""Beyond the longest that a tool may take by itself: a write that runs is not broken off."""

GONE: Final = "この会話は終了しているか、見つかりません。session_id を付けずに、新しい会話としてお送りください。"
FULL: Final = "ただいまチャットが混み合っております。恐れ入りますが、しばらくしてからもう一度お試しください。"
BUSY: Final = "前のご質問にお答えしているところです。お返事が届いてから、続けてお送りください。"
LATE: Final = "お答えの用意に時間がかかっております。恐れ入りますが、もう一度お送りください。"
NOT_KNOWN: Final = (
    "申し訳ございません。お手続きの結果を確認できませんでした。"
    "もう一度お申し込みになる前に、担当者へお問い合わせください。"
)
OTHER_AUDIENCE: Final = (
    "この会話は、別の対象（audience）で始まっています。session_id を付けずに、新しい会話としてお送りください。"
)


class Mind(Protocol):
    """What answers in a session; `dialogue.manager.Conversation` is one."""

    async def decide(self, heard: CallerTurn) -> Decision:
        """What to say to a turn; changes nothing."""
        ...

    async def run_tool(self) -> Decision:
        """Run the tool that was confirmed, and decide what to say of it."""
        ...

    def commit(self, decision: Decision) -> None:
        """The reply is being given."""
        ...

    def heard(self, text: str) -> None:
        """How much of the reply arrived."""
        ...


NewMind = Callable[[Audience], Mind]
"""A fresh conversation over what that audience may be told."""


class ChatRefusedError(Exception):
    """A turn was not taken; `status` is the HTTP status, the text a sentence for the person who wrote."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class ChatLimits:
    """How many sessions at once; after how many idle seconds one ends; how many a turn, and a tool, may take."""

    sessions: int = MAX_SESSIONS
    idle_s: float = IDLE_S
    turn_deadline_s: float = TURN_DEADLINE_S
    tool_deadline_s: float = TOOL_DEADLINE_S


@dataclass
class ChatSession:
    """One running chat. `seen_at` is on the loop's clock."""

    mind: Mind
    audience: Audience
    seen_at: float
    id: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    busy: bool = False


@dataclass(frozen=True)
class ChatTurn:
    """One turn that was decided. `is_first`: it began its session."""

    session: ChatSession
    reply: Reply
    is_first: bool


class ChatSessions:
    """All running chats of this process. For one event loop; its clock decides what has expired."""

    def __init__(self, new_mind: NewMind, limits: ChatLimits = ChatLimits()) -> None:
        self._new_mind = new_mind
        self._limits = limits
        self._sessions: dict[str, ChatSession] = {}
        self._turns: set[asyncio.Task[Reply]] = set()

    def __len__(self) -> int:
        return len(self._sessions)

    async def say(self, text: str, audience: Audience, session_id: str | None) -> ChatTurn:
        """Take a turn, in a new session when `session_id` is None. Raises `ChatRefusedError`.

        A turn that fails or is late changes nothing of its conversation; a chat that says goodbye is over. A turn goes
        on to its end, whether or not whoever sent it still waits.
        """
        self._forget_idle()
        session = self._begin(audience) if session_id is None else self._find(session_id, audience)
        if session.busy:
            raise ChatRefusedError(409, BUSY)
        session.busy = True
        turn = asyncio.create_task(self._turn(session, text, session_id is None), name="chat turn")
        self._turns.add(turn)
        turn.add_done_callback(self._turns.discard)
        return ChatTurn(session, await asyncio.shield(turn), session_id is None)

    async def _turn(self, session: ChatSession, text: str, is_first: bool) -> Reply:
        try:
            decision = await _in_time(
                session.mind.decide(CallerTurn(TurnKind.SPEECH, text=text)), self._limits.turn_deadline_s, LATE
            )
            session.mind.commit(decision)
            reply = decision.reply
            if reply.after is After.RUN_TOOL:
                session.mind.heard(reply.text)
                done = await _in_time(session.mind.run_tool(), self._limits.tool_deadline_s, NOT_KNOWN)
                session.mind.commit(done)
                reply = replace(done.reply, sentences=reply.sentences + done.reply.sentences)
        except BaseException:
            if is_first:
                # Nobody knows its id yet, so nobody can go on with it.
                self._sessions.pop(session.id, None)
            raise
        finally:
            session.busy = False
            session.seen_at = _now()
        if reply.after is After.HANG_UP:
            self._sessions.pop(session.id, None)
        return reply

    def _begin(self, audience: Audience) -> ChatSession:
        if len(self._sessions) >= self._limits.sessions:
            raise ChatRefusedError(503, FULL)
        session = ChatSession(self._new_mind(audience), audience, _now())
        # It counts from its first turn on, so that many who begin at once do not pass the limit.
        self._sessions[session.id] = session
        return session

    def _find(self, session_id: str, audience: Audience) -> ChatSession:
        session = self._sessions.get(session_id)
        if session is None:
            raise ChatRefusedError(404, GONE)
        if session.audience is not audience:
            raise ChatRefusedError(409, OTHER_AUDIENCE)
        return session

    def _forget_idle(self) -> None:
        oldest = _now() - self._limits.idle_s
        for session in [each for each in self._sessions.values() if each.seen_at <= oldest and not each.busy]:
            del self._sessions[session.id]


async def _in_time(decision: Awaitable[Decision], deadline_s: float, late: str) -> Decision:
    try:
        async with asyncio.timeout(deadline_s):
            return await decision
    except TimeoutError:
        raise ChatRefusedError(504, late) from None


def _now() -> float:
    return asyncio.get_running_loop().time()
